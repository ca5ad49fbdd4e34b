//! Who was told of what happened by itself: what the rules say, worked out from the log, against what each finds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use gridwhistle_e2e::Cast;
use serde_json::Value;

use crate::ENFORCEMENT;
use crate::log::at;

/// What is compared; all of it comes from what happens by itself, or with it.
const KINDS: [&str; 8] = [
    "warning",
    "due_soon",
    "overdue",
    "unsigned",
    "county_may_act",
    "resumed",
    "supervised",
    "asked_to_verify",
];

const ACCOUNTS: [&str; 7] = [
    "registrar",
    "dispatcher",
    "duty_leader",
    "dispatcher_county",
    "unit_leader",
    "other_leader",
    "grid_worker",
];

/// A notice: its kind, and the cases that it names.
type Told = (String, BTreeSet<String>);

/// Everybody finds what concerns him once: a notice for each thing, and for all that was late one an hour and kind.
pub async fn assert_told_once(cast: &Cast, rows: &[Value]) -> anyhow::Result<()> {
    let units = units(rows);
    for account in ACCOUNTS {
        let expected = expected(account, rows, &units);
        assert!(!expected.is_empty(), "{account} has nothing to be told");
        let found = found(cast, account).await?;
        assert_eq!(found, expected, "what {account} is told");
    }
    Ok(())
}

async fn found(cast: &Cast, account: &str) -> anyhow::Result<Vec<Told>> {
    let notices = cast
        .named(account)
        .await?
        .list("/api/v1/notices?limit=200")
        .await?;
    let mut found = Vec::new();
    for notice in notices {
        let kind = notice["kind"].as_str().unwrap_or_default().to_owned();
        if !KINDS.contains(&kind.as_str()) {
            continue;
        }
        let cases: BTreeSet<String> = match notice["case_numbers"].as_array() {
            Some(numbers) => numbers.iter().map(ToString::to_string).collect(),
            None => BTreeSet::from([notice["case_number"].to_string()]),
        };
        assert_eq!(notice["count"], cases.len(), "{notice:#}");
        found.push((kind, cases));
    }
    found.sort();
    Ok(found)
}

/// The unit and the role of every assignment, and whether a whistle called it.
fn units(rows: &[Value]) -> BTreeMap<&str, (&str, bool)> {
    let mut units = BTreeMap::new();
    for row in rows {
        for called in row["data"]["assignments"].as_array().into_iter().flatten() {
            if let (Some(id), Some(unit)) = (called["id"].as_str(), called["unit"].as_str()) {
                units.insert(id, (unit, row["type"] == "whistle_issued"));
            }
        }
    }
    units
}

fn expected(account: &str, rows: &[Value], units: &BTreeMap<&str, (&str, bool)>) -> Vec<Told> {
    let numbers: BTreeMap<&str, String> = rows
        .iter()
        .filter(|row| row["type"] == "reported")
        .map(|row| (case(row), row["data"]["number"].to_string()))
        .collect();
    let mut told = Vec::new();
    let mut together: BTreeMap<(&str, i64), BTreeSet<String>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let same_clock = |later: &Value| {
            later["type"] == "reminded"
                && later["case_id"] == row["case_id"]
                && later["recorded_at"] == row["recorded_at"]
                && later["data"]["clock"] == row["data"]["clock"]
        };
        if row["type"] == "reminded" && rows[place + 1..].iter().any(same_clock) {
            continue;
        }
        let Some(kind) = told_by(row, account, units) else {
            continue;
        };
        let (number, recorded) = (numbers[case(row)].clone(), at(row, "recorded_at"));
        if recorded - at(row, "occurred_at") > TimeDelta::minutes(10) {
            let hour = recorded.timestamp().div_euclid(3_600);
            together.entry((kind, hour)).or_default().insert(number);
        } else {
            told.push((kind.to_owned(), BTreeSet::from([number])));
        }
    }
    let together = together.into_iter();
    told.extend(together.map(|((kind, _), cases)| (kind.to_owned(), cases)));
    told.sort();
    told
}

fn case(row: &Value) -> &str {
    row["case_id"].as_str().unwrap_or_default()
}

/// Whether a row is told to an account, and as what.
fn told_by<'a>(
    row: &'a Value,
    account: &str,
    units: &BTreeMap<&str, (&str, bool)>,
) -> Option<&'a str> {
    let data = &row["data"];
    let overdue = data["mark"] == "overdue";
    let leader = |unit: &str| {
        if unit == ENFORCEMENT {
            "unit_leader"
        } else {
            "other_leader"
        }
    };
    let (kind, mut accounts) = match row["type"].as_str()? {
        "supervised" => (
            "supervised",
            vec!["unit_leader", "dispatcher", "dispatcher_county"],
        ),
        "resumed" => ("resumed", vec!["unit_leader", "dispatcher"]),
        "verification_requested" => ("asked_to_verify", vec!["grid_worker"]),
        "county_called" => ("county_may_act", vec!["dispatcher_county"]),
        "left_unsigned" => match data["rung"].as_str()? {
            "county" => ("county_may_act", vec!["dispatcher_county"]),
            rung => ("unsigned", vec![rung]),
        },
        "reminded" => (data["mark"].as_str()?, Vec::new()),
        _ => return None,
    };
    if row["type"] == "reminded" {
        let clock = &data["clock"];
        let name = clock["name"].as_str().unwrap_or("handling");
        let (acts, looks_after): (Vec<&str>, &[&str]) = match name {
            "handling" => (vec!["unit_leader"], &["dispatcher", "duty_leader"]),
            "sign" | "contact" | "check_in" | "finish" => {
                let (unit, whistle) = *units.get(clock["assignment"].as_str()?)?;
                let above: &[&str] = match (name, whistle) {
                    ("sign", _) => &[],
                    (_, true) => &["dispatcher", "grid_worker"],
                    (_, false) => &["dispatcher"],
                };
                (vec![leader(unit)], above)
            }
            "accept" | "confirm_condition" => (vec!["registrar"], &["duty_leader"]),
            "confirm_solved" => (vec!["grid_worker"], &[]),
            "verify" | "confirm" => (vec!["grid_worker"], &["registrar", "duty_leader"]),
            "answer_supervision" => (vec!["unit_leader", "dispatcher"], &["dispatcher_county"]),
            _ => (vec!["dispatcher"], &["duty_leader"]),
        };
        accounts = acts;
        accounts.extend(overdue.then_some(looks_after).into_iter().flatten());
    }
    accounts.contains(&account).then_some(kind)
}
