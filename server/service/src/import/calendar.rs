//! A year's working calendar as holiday-cn writes it:
//! `{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]}`; other members are ignored.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::{Date, DayKind};
use serde::Deserialize;

use super::fault::{Fault, Faults, Spot, Wrong, day};
use super::json;
use crate::reference::CalendarYear;

#[derive(Deserialize)]
struct Notice {
    year: i32,
    days: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    date: String,
    #[serde(rename = "isOffDay")]
    is_off_day: bool,
}

const EXAMPLE: &str = r#"{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]}"#;

/// The exceptions of one year. A notice may name days of the December before its year.
pub fn parse(text: &str) -> Result<CalendarYear, Vec<Fault>> {
    let Notice { year, days } = json::read(text, EXAMPLE)?;
    let mut faults = Faults::default();
    let mut known = BTreeSet::new();
    let mut exceptions = Vec::with_capacity(days.len());
    for (index, Day { date, is_off_day }) in days.iter().enumerate() {
        match belonging(date, year, &mut known) {
            Ok(date) if *is_off_day => exceptions.push((date, DayKind::Off)),
            Ok(date) => exceptions.push((date, DayKind::Work)),
            Err(wrong) => faults.add(Spot::Pointer(format!("/days/{index}/date")), wrong),
        }
    }
    faults.or(CalendarYear {
        year,
        days: exceptions,
    })
}

fn belonging(text: &str, year: i32, known: &mut BTreeSet<Date>) -> Result<Date, Wrong> {
    let date = day(text)?;
    let (of, month, _) = date.ymd();
    let belongs = of == year || (of.checked_add(1) == Some(year) && month == 12);
    if !belongs {
        Err(Wrong::OtherYear { date, year })
    } else if !known.insert(date) {
        Err(Wrong::DayTwice(date))
    } else {
        Ok(date)
    }
}
