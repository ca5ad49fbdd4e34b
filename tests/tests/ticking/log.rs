//! The log as the feed tells it, and what must be true of whatever happened by itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use chrono::{DateTime, FixedOffset, TimeDelta};
use gridwhistle_e2e::{Api, Server};
use serde_json::Value;
use tokio::time::sleep;

/// How long something may take to happen. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(5);

/// The types of what a ticker writes.
const BY_ITSELF: [&str; 6] = [
    "reminded",
    "left_unsigned",
    "resumed",
    "supervised",
    "verification_requested",
    "feedback_expired",
];

/// Follows the log through one of the servers.
pub struct Log {
    api: Api,
}

impl Log {
    pub fn new(server: &Server, key: &str) -> anyhow::Result<Self> {
        Ok(Self {
            api: server.api()?.with_token(key),
        })
    }

    /// Everything that has happened so far.
    pub async fn all(&self) -> anyhow::Result<Vec<Value>> {
        let (mut rows, mut after) = (Vec::new(), 0);
        loop {
            let path = format!("/api/v1/events?after={after}&limit=1000");
            let page = self.api.get(&path).send().await?.expect(200)?.body;
            let items = page["items"].as_array().context("a feed without items")?;
            if items.is_empty() {
                return Ok(rows);
            }
            rows.extend(items.iter().cloned());
            after = page["next"].as_i64().context("a feed without next")?;
        }
    }

    /// Waits for something to have happened.
    pub async fn until(&self, what: &str, is: impl Fn(&[Value]) -> bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let rows = self.all().await?;
            if is(&rows) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let tail = &rows[rows.len().saturating_sub(10)..];
                bail!("waited {PATIENCE:?} until {what}; the last rows are {tail:#?}");
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The rows of a type about a case.
pub fn of_type<'a>(rows: &'a [Value], case: &str, kind: &str) -> Vec<&'a Value> {
    rows.iter()
        .filter(|row| row["case_id"] == case && row["type"] == kind)
        .collect()
}

/// Whether nobody did it.
pub fn by_itself(row: &Value) -> bool {
    row["actor"]["post"] == "system" && BY_ITSELF.iter().any(|kind| row["type"] == *kind)
}

/// An instant of a row.
pub fn at(row: &Value, field: &str) -> DateTime<FixedOffset> {
    let text = row[field].as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|_| panic!("no instant {field} in {row:#}"))
}

/// Nothing has happened twice.
pub fn assert_once(rows: &[Value]) {
    let mut seen = BTreeSet::new();
    for row in rows.iter().filter(|row| by_itself(row)) {
        let what = format!("{} {} {}", row["case_id"], row["type"], row["data"]);
        assert!(seen.insert(what), "twice: {row:#}");
    }
}

/// Each thing has its moment, which follows from what was written before it, whenever somebody got round to it.
pub fn assert_in_time(rows: &[Value]) {
    let mut clocks: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut supervised: BTreeMap<&str, usize> = BTreeMap::new();
    let mut first = BTreeMap::new();
    for row in rows {
        let (case, data) = (row["case_id"].as_str().unwrap_or_default(), &row["data"]);
        first
            .entry((case, row["type"].as_str().unwrap_or_default()))
            .or_insert(row);
        let before = |kind: &'static str| *first.get(&(case, kind)).unwrap_or(&row);
        let late = TimeDelta::microseconds(1);
        let due = match row["type"].as_str().unwrap_or_default() {
            "handling_clock" => {
                clocks.insert(case, data);
                continue;
            }
            _ if !by_itself(row) => continue,
            "reminded" => match data["mark"].as_str() {
                Some("overdue") => at(data, "due_at") + late,
                Some("due_soon") => at(data, "due_at") - TimeDelta::minutes(30),
                _ => at(clocks[case], "warn_at"),
            },
            "supervised" => {
                let times = supervised.entry(case).or_default();
                *times += 1;
                let field = if *times == 1 { "deadline" } else { "twice_at" };
                at(clocks[case], field) + late
            }
            "left_unsigned" => {
                let minutes = match data["rung"].as_str() {
                    Some("unit_leader") => 10,
                    Some("duty_leader") => 15,
                    _ => 20,
                };
                at(before("whistle_issued"), "occurred_at") + TimeDelta::minutes(minutes) + late
            }
            "feedback_expired" => at(&before("closed")["data"]["feedback"], "expires_at"),
            "verification_requested" => {
                let asked = rows.iter().find(|finished| {
                    finished["case_id"] == case && !finished["data"]["confirm_by"].is_null()
                });
                // Where no blower is asked, at once.
                match asked {
                    Some(finished) => at(&finished["data"], "confirm_by") + late,
                    None => at(row, "recorded_at"),
                }
            }
            _ => at(row, "occurred_at"),
        };
        assert_eq!(at(row, "occurred_at"), due, "at another moment: {row:#}");
        assert!(at(row, "recorded_at") >= due, "too early: {row:#}");
    }
}
