//! A year's working calendar as holiday-cn writes it:
//! `{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]}`; other members are ignored.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::{Date, DayKind};
use serde::Deserialize;

use super::fault::{Fault, Faults};
use super::json;
use crate::reference::CalendarYear;

#[derive(Deserialize)]
struct Notice {
    year: i32,
    days: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    date: Date,
    #[serde(rename = "isOffDay")]
    is_off_day: bool,
}

/// The exceptions of one year. A notice may name days of the December before its year.
pub fn parse(text: &str) -> Result<CalendarYear, Vec<Fault>> {
    let Notice { year, days } = json::read(text)?;
    let mut faults = Faults::default();
    let mut known = BTreeSet::new();
    for (index, Day { date, .. }) in days.iter().enumerate() {
        let (of, month, _) = date.ymd();
        let belongs = of == year || (of.checked_add(1) == Some(year) && month == 12);
        let problem = if !belongs {
            format!("{date} belongs neither to {year} nor to the December before")
        } else if !known.insert(*date) {
            format!("{date} stands twice: keep one of the entries")
        } else {
            continue;
        };
        faults.add(0, format!("/days/{index}/date"), problem);
    }
    let kind = |off| if off { DayKind::Off } else { DayKind::Work };
    faults.or(CalendarYear {
        year,
        days: days
            .into_iter()
            .map(|day| (day.date, kind(day.is_off_day)))
            .collect(),
    })
}
