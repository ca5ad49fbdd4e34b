//! A year's working calendar as holiday-cn writes it:
//! `{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]}`; other members are ignored.

use std::collections::{BTreeMap, BTreeSet};

use gridwhistle_domain::clock::{Date, DayKind};
use serde::Deserialize;

use super::fault::{Fault, Faults, Spot, Wrong, day};
use super::format::Table;
use super::json;
use super::table::each_row;
use crate::reference::{CalendarYear, lists};

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
    if days.is_empty() {
        // A table could not tell such a year from one of which nothing is known.
        faults.add(Spot::Pointer("/days".to_owned()), Wrong::Empty);
    }
    faults.or(CalendarYear {
        year,
        days: exceptions,
    })
}

/// The years that stand, with those given in place of what was said of these years before.
///
/// All of them must be one calendar: no year given twice or missing between two others, no day in two notices.
pub fn joined(
    stored: Vec<CalendarYear>,
    given: Vec<CalendarYear>,
) -> Result<Vec<CalendarYear>, Vec<Fault>> {
    let mut faults = Faults::default();
    let mut years: BTreeMap<i32, CalendarYear> = BTreeMap::new();
    for notice in given {
        let year = notice.year;
        if years.insert(year, notice).is_some() {
            faults.add(Spot::File, Wrong::YearTwice(year));
        }
    }
    for notice in stored {
        years.entry(notice.year).or_insert(notice);
    }
    let mut known = BTreeSet::new();
    let days = years.values().flat_map(|notice| &notice.days);
    for (day, _) in days.filter(|(day, _)| !known.insert(*day)) {
        faults.add(Spot::File, Wrong::DayTwice(*day));
    }
    follow_each_other(years.keys().copied(), &mut faults);
    faults.or(years.into_values().collect())
}

fn follow_each_other(years: impl Iterator<Item = i32>, faults: &mut Faults) {
    let mut last = None;
    for year in years {
        if let Some(missing) = last.and_then(|last: i32| last.checked_add(1))
            && missing != year
        {
            faults.add(Spot::File, Wrong::YearMissing(missing));
        }
        last = Some(year);
    }
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

/// The same as a table of exceptions: `year,date,kind`, for whoever would rather keep it so.
const HEADER: &[&str] = &["year", "date", "kind"];

/// What a day is in the table.
const KINDS: [&str; 2] = ["off", "work"];

impl Table for CalendarYear {
    const LIST: &'static str = lists::CALENDAR;
    const HEADER: &'static [&'static str] = HEADER;

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut known = BTreeSet::new();
        let mut years: BTreeMap<i32, Vec<(Date, DayKind)>> = BTreeMap::new();
        each_row(text, HEADER, Self::REQUIRED, |row| {
            let year = row.read("year", |text| {
                text.parse::<i32>().map_err(|_| Wrong::NoDay {
                    text: text.to_owned(),
                })
            });
            let kind = row.one_of("kind", &KINDS, |kind| kind);
            let Some(year) = year else { return };
            let date = row.read("date", |text| belonging(text, year, &mut known));
            if let (Some(date), Some(kind)) = (date, kind) {
                let kind = if kind == "off" {
                    DayKind::Off
                } else {
                    DayKind::Work
                };
                years.entry(year).or_default().push((date, kind));
            }
        })?;
        let mut faults = Faults::default();
        follow_each_other(years.keys().copied(), &mut faults);
        let years = faults.or(years)?.into_iter();
        Ok(years.map(|(year, days)| Self { year, days }).collect())
    }

    fn code(&self, _: usize) -> String {
        self.year.to_string()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |(date, kind): &(Date, DayKind)| {
            let kind = if *kind == DayKind::Off { "off" } else { "work" };
            vec![self.year.to_string(), date.to_string(), kind.to_owned()]
        };
        self.days.iter().map(row).collect()
    }
}
