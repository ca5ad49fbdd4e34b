//! `gridwhistle import`: files in the formats of docs/formats.md, all or nothing.

use std::path::Path;

use anyhow::Context;
use gridwhistle_http::messages::Message;
use gridwhistle_service::import::{
    self, Fault, MAX_BYTES, bundle, calendar, catalogue, conditions, divisions, duties, grids,
    units,
};
use gridwhistle_service::reference::lists;
use gridwhistle_service::{BoundaryChange, ServiceError};

use crate::cli::{ImportKind, ImportOptions, print};
use crate::faults::Told;
use crate::files;
use crate::messages::{about, failure, say, text};

pub async fn run(options: &ImportOptions) -> anyhow::Result<()> {
    let service = files::open(&options.database).await?;
    let store = &service.store;
    let changed = match &options.what {
        ImportKind::Divisions { file } => {
            let list = read(file, divisions::parse)?;
            store
                .put_list(
                    lists::DIVISIONS,
                    list.into_iter().map(|d| (d.code.to_string(), d)),
                )
                .await?
        }
        ImportKind::Catalogue { files } => {
            let mut list = Vec::new();
            for file in files {
                list.extend(read(file, catalogue::parse)?);
            }
            let keyed = list
                .into_iter()
                .map(|m| (format!("{} {}", m.key, m.catalogue), m));
            store.put_list(lists::MATTERS, keyed).await?
        }
        ImportKind::Conditions { file } => {
            let list = read(file, conditions::parse)?;
            let unknown = list.iter().find(|c| {
                service
                    .reference()
                    .rules
                    .catalogue
                    .matter(&c.matter)
                    .is_none()
            });
            if let Some(condition) = unknown {
                let message = Message::new("import-unknown-matter")
                    .with("file", file.display().to_string())
                    .with("matter", condition.matter.to_string());
                return Err(failure(&message));
            }
            store
                .put_list(
                    lists::CONDITIONS,
                    list.into_iter().map(|c| (c.id.to_string(), c)),
                )
                .await?
        }
        ImportKind::Calendar { files } => {
            let mut list = Vec::new();
            for file in files {
                list.push(read(file, calendar::parse)?);
            }
            store
                .put_list(
                    lists::CALENDAR,
                    list.into_iter().map(|y| (y.year.to_string(), y)),
                )
                .await?
        }
        ImportKind::Units { file } => {
            let list = read(file, units::parse)?;
            store
                .put_list(
                    lists::UNITS,
                    list.into_iter().map(|u| (u.code.to_string(), u)),
                )
                .await?
        }
        ImportKind::Duties { file } => {
            let list = read(file, duties::parse)?;
            // Their order counts: earlier lines come first in a proposal.
            let keyed = list
                .into_iter()
                .enumerate()
                .map(|(i, d)| (format!("{i:06}"), d));
            store.put_list(lists::DUTIES, keyed).await?
        }
        ImportKind::Grids { file, dry_run } => {
            let change = BoundaryChange {
                reason: about("import-reason", file),
                grids: read(file, grids::parse)?,
                dry_run: *dry_run,
            };
            match service.put_boundaries(change).await {
                Err(ServiceError::Boundaries(faults)) => {
                    return Err(refused(&file.display().to_string(), &faults));
                }
                result => result?,
            }
        }
        ImportKind::Ganyu => {
            let shipped =
                import::bundle::ganyu().map_err(|faults| refused(&say("shipped-data"), &faults))?;
            bundle::put(store, &shipped).await?
        }
    };
    service.refresh_reference().await?;
    print(&text(
        &Message::new("import-changed").with("changed", changed),
    ));
    Ok(())
}

fn read<T>(file: &Path, parse: impl Fn(&str) -> Result<T, Vec<Fault>>) -> anyhow::Result<T> {
    let size = std::fs::metadata(file)
        .with_context(|| about("file-unreadable", file))?
        .len();
    if size > MAX_BYTES as u64 {
        let message = Message::new("import-too-large")
            .with("file", file.display().to_string())
            .with("bytes", MAX_BYTES.to_string());
        return Err(failure(&message));
    }
    let content = std::fs::read_to_string(file).with_context(|| about("file-unreadable", file))?;
    parse(&content).map_err(|faults| refused(&file.display().to_string(), &faults))
}

/// Tells every fault of a file, and that nothing came of it.
pub fn refused(file: &str, faults: &[impl Told]) -> anyhow::Error {
    for fault in faults {
        let message = Message::new("import-fault")
            .with("file", file.to_owned())
            .with("fault", fault.text());
        eprintln!("{}", text(&message));
    }
    let message = Message::new("import-refused")
        .with("file", file.to_owned())
        .with("faults", faults.len());
    failure(&message)
}
