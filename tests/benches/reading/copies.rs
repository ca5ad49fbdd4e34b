//! Cases without end for a database: the histories of the demo county once more, under new
//! identities and in other weeks.
//!
//! Every event went through the rules once, in the demo; every copy goes through the log, its chain,
//! its numbers and its projections like any other. Nothing finished is inserted.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use gridwhistle_domain::access::Reach;
use gridwhistle_domain::case::{Case, CaseId, Event, Recorded};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_store::{Append, Durability, Store, sqlite_url};
use serde_json::Value;
use uuid::Uuid;

/// The demo's county.
const COUNTY: &str = "320707000000";
/// Appends under way at once; the store commits as many together as it takes.
const AT_ONCE: usize = 512;
/// Microseconds of a week: moved by whole weeks, working days stay working days, holidays aside.
const WEEK: i64 = 7 * 24 * 3_600 * 1_000_000;
/// The copies are spread over so many weeks before the original.
const WEEKS: u32 = 150;
/// A number in an event that is at least this is an instant: no count or version is, and no instant
/// after 2001 is less.
const INSTANT: i64 = 1_000_000_000_000_000;

/// Appends so many cases to the database in a data folder.
pub async fn append(folder: &Path, count: u32) -> anyhow::Result<()> {
    let url = sqlite_url(&folder.join("gridwhistle.db"));
    // A database that is measured and thrown away need not survive a power failure.
    let store = Store::open(&url, Durability::Off).await?;
    let originals = originals(&store).await?;
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

/// A history, and the identities that each copy needs anew.
struct Original {
    events: Vec<Value>,
    /// After so many events somebody had decided and somebody else could begin.
    pauses: Vec<usize>,
    identities: Vec<String>,
}

/// The histories of all cases of the county.
async fn originals(store: &Store) -> anyhow::Result<Vec<Original>> {
    let reaches = [Reach::Division(DivisionCode::parse(COUNTY)?)];
    let mut histories: HashMap<CaseId, Vec<Recorded>> = HashMap::new();
    let mut order = Vec::new();
    let mut after = 0;
    loop {
        let rows = store.feed(&reaches, after, 2_000).await?;
        let Some(last) = rows.last() else { break };
        after = last.seq;
        for row in rows {
            let history = histories.entry(row.recorded.case).or_default();
            if history.is_empty() {
                order.push(row.recorded.case);
            }
            history.push(row.recorded);
        }
    }
    order
        .iter()
        .filter_map(|id| histories.get(id))
        .map(|history| original(history))
        .collect()
}

fn original(history: &[Recorded]) -> anyhow::Result<Original> {
    let case = Case::replay(history).context("a case begins with a report")?;
    let identities = [case.id.0]
        .into_iter()
        .chain(case.assignments.iter().map(|a| a.id.0))
        .chain(case.whistles.iter().map(|w| w.id.0));
    let pauses = (1..=history.len())
        .filter(|&end| {
            history
                .get(end)
                .is_none_or(|next| next.recorded_at != history[end - 1].recorded_at)
        })
        .collect();
    Ok(Original {
        events: history
            .iter()
            .map(serde_json::to_value)
            .collect::<Result<_, _>>()?,
        pauses,
        identities: identities.map(|id| id.to_string()).collect(),
    })
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
    let fresh: HashMap<&str, String> = original
        .identities
        .iter()
        .map(|old| (old.as_str(), Uuid::now_v7().to_string()))
        .collect();
    let shift = -WEEK * i64::from(n % WEEKS);
    let events = original
        .events
        .iter()
        .take(end)
        .map(|event| {
            let mut event = event.clone();
            renew(&mut event, &fresh, shift);
            let mut recorded: Recorded = serde_json::from_value(event)?;
            if let Event::Reported {
                external_number: Some(number),
                ..
            } = &mut recorded.event
            {
                *number = format!("{number}/{n}");
            }
            Ok(recorded)
        })
        .collect::<Result<_, serde_json::Error>>()?;
    Ok(Append {
        case: None,
        events,
        others: Vec::new(),
        key: None,
        resident: None,
    })
}

/// Gives every identity its new one and moves every instant.
fn renew(value: &mut Value, fresh: &HashMap<&str, String>, shift: i64) {
    match value {
        Value::String(text) => {
            if let Some(new) = fresh.get(text.as_str()) {
                text.clone_from(new);
            }
        }
        Value::Number(number) => {
            if let Some(instant) = number.as_i64().filter(|n| *n >= INSTANT) {
                *number = (instant + shift).into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| renew(v, fresh, shift)),
        Value::Object(fields) => fields.values_mut().for_each(|v| renew(v, fresh, shift)),
        Value::Null | Value::Bool(_) => {}
    }
}
