//! `gridwhistle import` and `export`: lists in the formats of docs/formats.md, all or nothing.

use std::path::{Path, PathBuf};

use anyhow::Context;
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_http::messages::Message;
use gridwhistle_service::import::{
    self, Fault, Format, MAX_BYTES, Table, bundle, calendar, configuration, roster,
};
use gridwhistle_service::reference::{CalendarYear, lists};
use gridwhistle_service::{ListNote, Service, ServiceError, Which};

use crate::cli::{ExportOptions, ImportKind, ImportOptions, print};
use crate::export;
use crate::faults::Told;
use crate::files;
use crate::grid_files;
use crate::messages::{about, failure, say, text};
use crate::moved;

pub async fn run(options: &ImportOptions) -> anyhow::Result<()> {
    if let ImportKind::Grids(grids) = &options.what {
        // Without the service, which holds all grids in memory.
        let why = why(options, &grids.file);
        return grid_files::import(&options.database, grids, why).await;
    }
    let service = files::open(&options.database).await?;
    // What is open follows what stands; from here on it can be told what moves.
    service.recalculate().await?;
    let since = service.store.last_seq().await?;
    let table = async |list, files: &[PathBuf]| put(&service, list, files, options).await;
    let one = std::slice::from_ref;
    let changed = match &options.what {
        ImportKind::Divisions { file } => table(lists::DIVISIONS, one(file)).await?,
        ImportKind::Catalogue { files } => table(lists::MATTERS, files).await?,
        ImportKind::Conditions { file } => table(lists::CONDITIONS, one(file)).await?,
        ImportKind::Calendar { files } => calendars(&service, files, options).await?,
        ImportKind::WorkingTimes { file } => table(lists::WORKING_TIMES, one(file)).await?,
        ImportKind::Units { file } => table(lists::UNITS, one(file)).await?,
        ImportKind::Duties { file } => table(lists::DUTIES, one(file)).await?,
        ImportKind::Powers { file } => table(lists::POWERS, one(file)).await?,
        ImportKind::Requirements { file } => table(lists::REQUIREMENTS, one(file)).await?,
        ImportKind::Certificates { file } => table(lists::CERTIFICATES, one(file)).await?,
        ImportKind::Admissions { file } => table(lists::ADMISSIONS, one(file)).await?,
        ImportKind::Levels { file } => table(lists::LEVELS, one(file)).await?,
        ImportKind::Rulings { file } => table(lists::RULINGS, one(file)).await?,
        ImportKind::Configuration { file, dry_run } => {
            let (division, document) = read(file, configuration::parse)?;
            let unknown = || {
                let code = division.to_string();
                failure(&Message::new("key-division-unknown").with("what", code))
            };
            let before = service.configuration(division).await;
            let before = before.map_err(|_| unknown())?.document;
            let changed = usize::from(before != document);
            let put = service.put_configuration(None, division, document, None, *dry_run);
            match put.await {
                Err(ServiceError::Invalid(faults)) => {
                    return Err(refused(&file.display().to_string(), &faults));
                }
                put => put.map(|_| changed)?,
            }
        }
        ImportKind::Roster { file } => {
            let shifts = read(file, roster::parse)?;
            match service.put_shifts(shifts).await {
                Err(ServiceError::Invalid(faults)) => {
                    return Err(refused(&file.display().to_string(), &faults));
                }
                entered => entered?.len(),
            }
        }
        // Carried out above.
        ImportKind::Grids(_) => 0,
        ImportKind::Ganyu => {
            let shipped =
                import::bundle::ganyu().map_err(|faults| refused(&say("shipped-data"), &faults))?;
            let note = ListNote {
                at: service.clock.now(),
                by: None,
                why: options.why.clone().unwrap_or_else(|| say("shipped-data")),
            };
            bundle::put(&service.store, &shipped, &note).await?
        }
    };
    service.refresh_reference().await?;
    print(&text(
        &Message::new("import-changed").with("changed", changed),
    ));
    match &options.what {
        ImportKind::Calendar { .. } | ImportKind::WorkingTimes { .. } | ImportKind::Ganyu => {
            moved::follow(&service, since, options.moved.as_deref()).await
        }
        _ => Ok(()),
    }
}

/// Prints a list as a file.
pub async fn export(options: &ExportOptions) -> anyhow::Result<()> {
    if options.list == "grids" {
        return grid_files::export(options).await;
    }
    let service = files::open(&options.database).await?;
    match options.list.as_str() {
        "configuration" => return export::configuration(&service, options).await,
        "roster" => return export::roster(&service, options).await,
        _ => {}
    }
    let which = match (options.version, &options.at) {
        (Some(version), _) => Which::Version(version),
        (None, Some(day)) => {
            let day = Date::parse(day)
                .map_err(|_| failure(&Message::new("export-no-day").with("text", day.clone())))?;
            Which::At(Timestamp::of(day.next(), 0).plus_micros(-1))
        }
        (None, None) => Which::Newest,
    };
    match service.read_table(&options.list, which).await {
        Ok(table) => {
            print(table.csv().trim_end());
            Ok(())
        }
        Err(ServiceError::NotFound) => Err(failure(
            &Message::new("export-no-list").with("list", options.list.clone()),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Replaces a list by what stands in the files together.
async fn put(
    service: &Service,
    list: &'static str,
    files: &[PathBuf],
    options: &ImportOptions,
) -> anyhow::Result<usize> {
    let format = Format::by_list(list).context(list)?;
    let reference = service.reference();
    let mut entries = Vec::new();
    for file in files {
        entries.extend(read(file, |text| format.read(text, &reference))?);
    }
    let why = files.first().map(|file| why(options, file));
    let put = service.put_table(format, entries, why.unwrap_or_default());
    Ok(put.await?)
}

/// Calendars come as their publisher writes them, a JSON file for each year, or as a table of several.
async fn calendars(
    service: &Service,
    files: &[PathBuf],
    options: &ImportOptions,
) -> anyhow::Result<usize> {
    let mut years = Vec::with_capacity(files.len());
    for file in files {
        match file.extension() {
            Some(extension) if extension == "csv" => {
                years.extend(read(file, CalendarYear::parse)?);
            }
            _ => years.push(read(file, calendar::parse)?),
        }
    }
    let why = files.first().map(|file| why(options, file));
    let put = service.put_calendar(years, why.unwrap_or_default());
    put.await?
        .map_err(|faults| refused(&say("import-calendar"), &faults))
}

/// Why the list changes: what was said, else the file's name.
fn why(options: &ImportOptions, file: &Path) -> String {
    let said = options.why.clone();
    said.unwrap_or_else(|| about("import-reason", file))
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
