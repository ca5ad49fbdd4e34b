//! The terms of `docs/figures.md`: rows, called units, places, and how numbers are rounded.

use anyhow::Context;
use serde_json::Value;

pub const MINUTE: i64 = 60_000_000;

pub struct Row<'a> {
    pub version: u64,
    pub kind: &'a str,
    pub recorded: i64,
    pub occurred: i64,
    pub data: &'a Value,
    /// Whether somebody did it, and not a rule.
    pub by_hand: bool,
}

impl Row<'_> {
    /// From one command centre to another.
    pub fn is_transfer(&self) -> bool {
        matches!(self.kind, "escalated" | "delegated")
    }
}

/// A unit as it was called.
pub struct Called<'a> {
    pub id: &'a str,
    pub unit: &'a str,
    pub lead: bool,
    pub issued: i64,
    /// The row by which it was called.
    pub version: u64,
    pub limits: &'a Value,
    /// The whistle by which it was called.
    pub whistle: &'a Value,
}

/// Microseconds since 1970.
pub fn instant(value: &Value) -> anyhow::Result<i64> {
    let text = value
        .as_str()
        .with_context(|| format!("{value} is no instant"))?;
    Ok(chrono::DateTime::parse_from_rfc3339(text)
        .with_context(|| text.to_owned())?
        .timestamp_micros())
}

/// The instant of a field that may be absent.
pub fn maybe(value: &Value) -> anyhow::Result<Option<i64>> {
    if value.is_null() {
        Ok(None)
    } else {
        instant(value).map(Some)
    }
}

/// The units called in a round, in the order of the rows.
pub fn called<'a>(rows: &[Row<'a>]) -> anyhow::Result<Vec<Called<'a>>> {
    let mut called = Vec::new();
    for row in rows {
        let units: Vec<&Value> = match row.kind {
            "dispatched" | "whistle_issued" => row.data["assignments"]
                .as_array()
                .context("units are called, but none is named")?
                .iter()
                .collect(),
            "unit_added" => vec![&row.data["assignment"]],
            _ => continue,
        };
        for unit in units {
            called.push(Called {
                id: unit["id"].as_str().context("a called unit without id")?,
                unit: unit["unit"]
                    .as_str()
                    .context("a called unit without unit")?,
                lead: unit["role"] == "lead",
                issued: row.recorded,
                version: row.version,
                limits: unit,
                whistle: &row.data["whistle"],
            });
        }
    }
    Ok(called)
}

/// Who led at a moment, of those called before `b`.
pub fn lead<'a>(called: &[Called<'a>], moment: i64, b: i64) -> Option<&'a str> {
    let mut leads = called.iter().filter(|unit| unit.lead && unit.issued < b);
    let first = leads.clone().next()?;
    let last = leads.rfind(|unit| unit.issued <= moment);
    Some(last.unwrap_or(first).unit)
}

/// Whether what was handled failed by this row, before `b`.
pub fn failed(row: &Row, b: i64) -> bool {
    row.recorded < b
        && (row.kind == "vetoed" || (row.kind == "verified" && row.data["passed"] == false))
}

/// Whether the case has to be dispatched anew since this row, before `b`: it has passed to another centre.
pub fn is_to_be_dispatched(row: &Row, b: i64) -> bool {
    row.recorded < b && row.is_transfer() && !row.data["dispatch_by"].is_null()
}

/// When the handling of the round ended, where that still holds at `b`.
pub fn finished(rows: &[Row], called: &[Called], b: i64) -> Option<i64> {
    let finish = rows.iter().rposition(|row| {
        let is_lead = |unit: &Called| unit.lead && row.data["assignment"] == unit.id;
        let ends =
            row.kind == "handling_ended" || (row.kind == "finished" && called.iter().any(is_lead));
        ends && row.recorded < b
    })?;
    let mut after = rows[finish + 1..].iter();
    let undone = after.any(|row| failed(row, b) || is_to_be_dispatched(row, b));
    (!undone).then_some(rows[finish].recorded)
}

/// Whether an appeal about the round was accepted before `b`.
pub fn exempted(case: &[Row], round: i64, b: i64) -> bool {
    let accepted = case
        .iter()
        .position(|row| row.kind == "appeal_accepted" && row.recorded < b);
    accepted.is_some_and(|accepted| {
        let answered = case[..accepted].iter().rfind(|row| row.kind == "appealed");
        answered.is_some_and(|row| row.data["round"] == round)
    })
}

/// Whether two codes name the same division.
pub fn same_division(one: &str, other: &str) -> bool {
    significant(one) == significant(other)
}

pub fn place(reported: &Value, case: &[Row]) -> Option<String> {
    let rehomed = case.iter().rfind(|row| row.kind == "rehomed");
    let grid = rehomed.and_then(|row| row.data["to"].as_str());
    let by_now = grid.and_then(|grid| grid.get(..12)).map(str::to_owned);
    let place = &reported["place"];
    let village = place["village"].as_str().map(str::to_owned);
    by_now
        .or(village)
        .or_else(|| {
            place["grid"]
                .as_str()
                .and_then(|grid| grid.get(..12))
                .map(str::to_owned)
        })
        .or_else(|| {
            // Where no place is known, the lowest centre that ever had the case; of several the last.
            let passed = case.iter().filter(|row| row.is_transfer());
            let centres = passed.map(|row| &row.data["to"]);
            let all = std::iter::once(&reported["centre"]).chain(centres);
            let known = all.filter_map(Value::as_str);
            known
                .max_by_key(|code| significant(code).len())
                .map(str::to_owned)
        })
}

/// The digits of a division's code that tell its place: 2, 4, 6, 9 or 12 of them.
pub fn significant(code: &str) -> &str {
    for digits in [2, 4, 6, 9] {
        if let Some((head, rest)) = code.split_at_checked(digits)
            && rest.bytes().all(|digit| digit == b'0')
        {
            return head;
        }
    }
    code
}

/// The lower edge of the cell that a number of minutes lies in.
pub fn cell(minutes: i64) -> i64 {
    match minutes {
        ..1_440 => minutes,
        1_440..10_080 => 1_440 + 15 * (minutes - 1_440).div_euclid(15),
        _ => 10_080,
    }
}

/// Hundredths of a percent, rounded half up, of a numerator in hundredths.
pub fn percent(numerator: i64, denominator: i64) -> Option<i64> {
    (denominator > 0).then(|| (numerator * 200 + denominator).div_euclid(denominator * 2))
}

pub fn wilson(numerator: i64, denominator: i64) -> Option<(i64, i64)> {
    const Z: f64 = 1.959_964;
    if denominator == 0 {
        return None;
    }
    let number = |count: i64| f64::from(i32::try_from(count).unwrap_or(i32::MAX));
    let n = number(denominator);
    let p = number(numerator) / 100.0 / n;
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).max(0.0).sqrt();
    let edge = |edge: f64| {
        let share = (edge / (1.0 + Z * Z / n)).clamp(0.0, 1.0);
        hundredths(share * 10_000.0)
    };
    Some((edge(middle - half), edge(middle + half)))
}

#[expect(clippy::cast_possible_truncation, reason = "between 0 and 10,000")]
pub fn hundredths(share: f64) -> i64 {
    (share + 0.5).floor() as i64
}
