//! The time rules as examples, and against a slow and obvious reference.

#![allow(clippy::unwrap_used)]

mod answers;
mod deadlines;
mod pauses;
mod places;
mod reference;

use std::sync::LazyLock;

use super::*;
use crate::place::DivisionCode;

/// A moment in UTC+8, written as `2026-02-13 17:00`.
fn at(text: &str) -> Timestamp {
    Timestamp::parse(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The default hours under the real calendar of 2026.
static YEAR_2026: LazyLock<WorkingTime> = LazyLock::new(|| {
    let notice: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/calendar/cn-2026.json")).unwrap();
    let days = notice["days"].as_array().unwrap().iter().map(|entry| {
        let is_off = entry["isOffDay"].as_bool().unwrap();
        let kind = if is_off { DayKind::Off } else { DayKind::Work };
        (day(entry["date"].as_str().unwrap()), kind)
    });
    WorkingTime {
        calendar: Calendar::from_years(1, &[(2026, days.collect())]).unwrap(),
        ..WorkingTime::default()
    }
});

/// Something that a place has of its own, for everybody there.
fn own(division: &str, rule: LocalRule) -> LocalTime {
    LocalTime {
        division: DivisionCode::parse(division).unwrap(),
        used_for: None,
        rule,
        reason: String::new(),
    }
}
