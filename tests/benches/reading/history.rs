//! The history of a case, lived through once by the rules, and lived through again under new identities.

use std::collections::HashMap;

use anyhow::Context;
use gridwhistle_domain::access::Reach;
use gridwhistle_domain::case::{Case, CaseId, Recorded};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_store::Store;
use serde_json::Value;
use uuid::Uuid;

/// A number in an event that is at least this is an instant: no count or version is, and no instant
/// after 2001 is less.
const INSTANT: i64 = 1_000_000_000_000_000;

/// A history, and the identities that each copy needs anew.
pub struct Original {
    events: Vec<Value>,
    /// After so many events somebody had decided and somebody else could begin.
    pub pauses: Vec<usize>,
    identities: Vec<String>,
}

/// The histories of all cases of a division.
pub async fn originals(store: &Store, division: &str) -> anyhow::Result<Vec<Original>> {
    let reaches = [Reach::Division(DivisionCode::parse(division)?)];
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

impl Original {
    /// The first events once more, so many microseconds later, under new identities.
    pub fn again(&self, events: usize, later: i64) -> anyhow::Result<Vec<Recorded>> {
        let fresh: HashMap<&str, String> = self
            .identities
            .iter()
            .map(|old| (old.as_str(), Uuid::now_v7().to_string()))
            .collect();
        let copied = self.events.iter().take(events).map(|event| {
            let mut event = event.clone();
            renew(&mut event, &fresh, later);
            Ok(serde_json::from_value(event)?)
        });
        copied.collect()
    }
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
