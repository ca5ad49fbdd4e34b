//! Cases without end for a database: the histories of the demo county once more, under new
//! identities and in other weeks.
//!
//! Every event went through the rules once, in the demo; every copy goes through the log, its chain,
//! its numbers and its projections like any other. Nothing finished is inserted.

use std::path::Path;

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use gridwhistle_domain::case::Event;
use gridwhistle_store::{Append, Durability, Store, sqlite_url};

use crate::history::{Original, originals};

/// The demo's county.
const COUNTY: &str = "320707000000";
/// Appends under way at once; the store commits as many together as it takes.
const AT_ONCE: usize = 512;
/// Microseconds of a week: moved by whole weeks, working days stay working days, holidays aside.
const WEEK: i64 = 7 * 24 * 3_600 * 1_000_000;
/// The copies are spread over so many weeks before the original.
const WEEKS: u32 = 150;

/// Appends so many cases to the database in a data folder.
pub async fn append(folder: &Path, count: u32) -> anyhow::Result<()> {
    let url = sqlite_url(&folder.join("gridwhistle.db"));
    // A database that is measured and thrown away need not survive a power failure.
    let store = Store::open(&url, Durability::Off).await?;
    let originals = originals(&store, COUNTY).await?;
    if originals.is_empty() {
        bail!("the demo county has no cases to copy");
    }
    stream::iter(0..count)
        .map(|n| {
            let original = &originals[n as usize % originals.len()];
            copy(original, n).map(|append| store.append(append))
        })
        .map(|append| async { anyhow::Ok(append?.await?) })
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| async { Ok(()) })
        .await
}

/// The `n`th copy. Most stop early, so that the database has cases at every stage and the log of a
/// million of them still fits on a disk; one in twenty goes to the end.
fn copy(original: &Original, n: u32) -> anyhow::Result<Append> {
    let most = match n % 20 {
        0 => usize::MAX,
        1..=3 => 8,
        other => 1 + other as usize % 4,
    };
    let end = original
        .pauses
        .iter()
        .copied()
        .take_while(|&end| end <= most)
        .last()
        .or(original.pauses.first().copied())
        .context("a history without events")?;
    let mut events = original.again(end, -WEEK * i64::from(n % WEEKS))?;
    for recorded in &mut events {
        if let Event::Reported {
            external_number: Some(number),
            ..
        } = &mut recorded.event
        {
            *number = format!("{number}/{n}");
        }
    }
    Ok(Append {
        case: None,
        events,
        others: Vec::new(),
        key: None,
        resident: None,
    })
}
