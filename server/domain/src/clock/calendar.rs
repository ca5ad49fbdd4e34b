//! Which days are worked: Monday to Friday, but for the exceptions of the State Council's yearly notice.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Date;

/// An exception to the weekly pattern.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A holiday.
    Off,
    /// A Saturday or Sunday that is worked to make up for a holiday (调休).
    Work,
}

/// Holidays and make-up working days, as one version of the notices says.
///
/// The notice of a year appears in the autumn before it and may be amended in its middle, so a calendar
/// has a version and an end beyond which only the weekly pattern is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Notices", into = "Notices")]
pub struct Calendar {
    pub version: u32,
    exceptions: BTreeMap<Date, DayKind>,
    known_until: Date,
    /// For each exception in order: by how many working days the calendar has moved away from the
    /// weekly pattern at its end. Makes counting a look-up instead of a walk.
    drift: Vec<(Date, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("{0} stands twice in the calendar: keep one of the two entries")]
    DayTwice(Date),
    #[error("a calendar needs the notice of at least one year")]
    NoYears,
    #[error("the notice of {0} is missing or stands twice: give each year once, without gaps")]
    YearsNotConsecutive(i32),
}

impl Calendar {
    /// A calendar whose exceptions are complete up to and including `known_until`.
    pub fn new(
        version: u32,
        exceptions: impl IntoIterator<Item = (Date, DayKind)>,
        known_until: Date,
    ) -> Result<Self, CalendarError> {
        let mut by_day = BTreeMap::new();
        for (day, kind) in exceptions {
            enter(&mut by_day, day, kind)?;
        }
        Ok(Self::from(Notices {
            version,
            exceptions: by_day,
            known_until,
        }))
    }

    /// A calendar of consecutive years' notices in any order, known to the end of the last of them.
    /// A notice may name days of the December before its year, as that of 2019 does.
    pub fn from_years(
        version: u32,
        notices: &[(i32, Vec<(Date, DayKind)>)],
    ) -> Result<Self, CalendarError> {
        let mut years: Vec<i32> = notices.iter().map(|(year, _)| *year).collect();
        years.sort_unstable();
        if let Some(gap) = years.windows(2).find(|pair| pair[0] + 1 != pair[1]) {
            return Err(CalendarError::YearsNotConsecutive(gap[0] + 1));
        }
        let known_until = years
            .last()
            .and_then(|year| Date::from_ymd(*year, 12, 31))
            .ok_or(CalendarError::NoYears)?;
        let days = notices.iter().flat_map(|(_, days)| days.iter().copied());
        Self::new(version, days, known_until)
    }

    /// The same calendar with days off and days worked of a place's own, which count before the notices.
    #[must_use]
    pub fn with_local(&self, days: impl IntoIterator<Item = (Date, DayKind)>) -> Self {
        let mut exceptions = self.exceptions.clone();
        exceptions.extend(days);
        Self::from(Notices {
            version: self.version,
            exceptions,
            known_until: self.known_until,
        })
    }

    pub fn is_working_day(&self, date: Date) -> bool {
        match self.exceptions.get(&date) {
            Some(kind) => *kind == DayKind::Work,
            None => is_weekday(date),
        }
    }

    /// Whether the notices reach to this day; later days follow the weekly pattern provisionally.
    pub fn is_known(&self, date: Date) -> bool {
        date <= self.known_until
    }

    pub fn known_until(&self) -> Date {
        self.known_until
    }

    /// What the notices say of a day; nothing where the weekly pattern holds.
    pub fn exception(&self, date: Date) -> Option<DayKind> {
        self.exceptions.get(&date).copied()
    }

    pub fn exceptions(&self) -> impl Iterator<Item = (Date, DayKind)> {
        self.exceptions.iter().map(|(day, kind)| (*day, *kind))
    }

    /// Working days from `from` to before `to`; 0 if there is nothing between them.
    pub(super) fn working_days_between(&self, from: Date, to: Date) -> i64 {
        (self.working_days_before(to) - self.working_days_before(from)).max(0)
    }

    /// The working day that has `skipped` (from 0) working days between it and `from`: with 0 the first
    /// one on or after `from`.
    pub(super) fn working_day(&self, from: Date, skipped: i64) -> Date {
        let before = self.working_days_before(from) + skipped;
        // A week has five working days, and no more than the exceptions can be missing.
        let exceptions = i64::try_from(self.drift.len()).unwrap_or(i64::MAX);
        let weeks = (skipped + exceptions) / 5 + 1;
        let last = from.plus_days(i32::try_from(weeks * 7).unwrap_or(i32::MAX));
        let (mut low, mut high) = (from, last);
        while low < high {
            let middle = low.plus_days((high.days() - low.days()) / 2);
            if self.working_days_before(middle.next()) > before {
                high = middle;
            } else {
                low = middle.next();
            }
        }
        low
    }

    /// Working days between an arbitrary fixed Monday and the beginning of `date`.
    fn working_days_before(&self, date: Date) -> i64 {
        // 1969-12-29 was a Monday.
        let since_monday = i64::from(date.days()) + 3;
        let weekly = since_monday.div_euclid(7) * 5 + since_monday.rem_euclid(7).min(5);
        let past = self.drift.partition_point(|(day, _)| *day < date);
        let drift = past.checked_sub(1).map_or(0, |last| self.drift[last].1);
        weekly + drift
    }
}

impl Default for Calendar {
    /// The weekly pattern alone, for ever.
    fn default() -> Self {
        Self::from(Notices {
            version: 0,
            exceptions: BTreeMap::new(),
            known_until: Date::from_days(2_932_896), // 9999-12-31
        })
    }
}

fn is_weekday(date: Date) -> bool {
    date.weekday() < 5
}

/// What a calendar is in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Notices {
    version: u32,
    #[serde(deserialize_with = "each_day_once")]
    exceptions: BTreeMap<Date, DayKind>,
    known_until: Date,
}

/// Adds an exception of a day that has none yet.
fn enter(
    exceptions: &mut BTreeMap<Date, DayKind>,
    day: Date,
    kind: DayKind,
) -> Result<(), CalendarError> {
    match exceptions.insert(day, kind) {
        Some(_) => Err(CalendarError::DayTwice(day)),
        None => Ok(()),
    }
}

/// Reads the exceptions. A map of its own accord would let the later of two entries of a day win, and
/// nobody would learn which of them the notice meant.
fn each_day_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Date, DayKind>, D::Error> {
    struct Exceptions;

    impl<'de> Visitor<'de> for Exceptions {
        type Value = BTreeMap<Date, DayKind>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("days, each with \"off\" or \"work\"")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut exceptions = BTreeMap::new();
            while let Some((day, kind)) = entries.next_entry()? {
                enter(&mut exceptions, day, kind).map_err(A::Error::custom)?;
            }
            Ok(exceptions)
        }
    }

    deserializer.deserialize_map(Exceptions)
}

impl From<Notices> for Calendar {
    fn from(notices: Notices) -> Self {
        let drift = notices
            .exceptions
            .iter()
            .scan(0, |drift, (day, kind)| {
                *drift += i64::from(*kind == DayKind::Work) - i64::from(is_weekday(*day));
                Some((*day, *drift))
            })
            .collect();
        Self {
            version: notices.version,
            exceptions: notices.exceptions,
            known_until: notices.known_until,
            drift,
        }
    }
}

impl From<Calendar> for Notices {
    fn from(calendar: Calendar) -> Self {
        Self {
            version: calendar.version,
            exceptions: calendar.exceptions,
            known_until: calendar.known_until,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_day_that_stands_twice_is_refused() {
        let christmas = (day("2026-12-25"), DayKind::Off);
        let twice = Calendar::new(1, [christmas, christmas], day("2026-12-31"));
        assert_eq!(twice, Err(CalendarError::DayTwice(christmas.0)));
    }

    #[test]
    fn a_day_that_stands_twice_in_json_is_refused_with_its_name() {
        let text = r#"{"version":2,"exceptions":{"2026-01-04":"off","2026-01-04":"work"},"known_until":"2026-12-31"}"#;
        let refusal = serde_json::from_str::<Calendar>(text).unwrap_err();
        let rule = CalendarError::DayTwice(day("2026-01-04")).to_string();
        assert!(refusal.to_string().starts_with(&rule), "{refusal}");
    }

    #[test]
    fn notices_of_years_join_in_any_order_but_without_gaps() {
        let notice = |year| {
            (
                year,
                vec![(Date::from_ymd(year, 1, 1).unwrap(), DayKind::Off)],
            )
        };
        let calendar = Calendar::from_years(3, &[notice(2026), notice(2025)]).unwrap();
        assert_eq!(
            (calendar.version, calendar.known_until()),
            (3, day("2026-12-31"))
        );
        assert!(!calendar.is_working_day(day("2025-01-01")));
        assert!(calendar.is_known(day("2026-12-31")) && !calendar.is_known(day("2027-01-01")));
        let gap = Calendar::from_years(3, &[notice(2026), notice(2024)]);
        assert_eq!(gap, Err(CalendarError::YearsNotConsecutive(2025)));
        assert_eq!(Calendar::from_years(3, &[]), Err(CalendarError::NoYears));
    }

    #[test]
    fn exceptions_that_say_what_the_week_says_change_no_count() {
        let saturday_off = (day("2026-06-06"), DayKind::Off);
        let monday_worked = (day("2026-06-08"), DayKind::Work);
        let calendar = Calendar::new(1, [saturday_off, monday_worked], day("2026-12-31")).unwrap();
        let (from, to) = (day("2026-06-01"), day("2026-06-15"));
        assert_eq!(calendar.working_days_between(from, to), 10);
        assert_eq!(calendar.working_days_between(to, from), 0);
        assert_eq!(calendar.working_day(from, 5), day("2026-06-08"));
    }

    #[test]
    fn days_of_a_place_count_before_the_notices() {
        let holiday = (day("2026-05-01"), DayKind::Off);
        let calendar = Calendar::new(4, [holiday], day("2026-12-31")).unwrap();
        let local = calendar.with_local([
            (day("2026-05-01"), DayKind::Work),
            (day("2026-05-04"), DayKind::Off),
        ]);
        assert!(local.is_working_day(day("2026-05-01")));
        assert!(!local.is_working_day(day("2026-05-04")));
        assert_eq!((local.version, local.known_until()), (4, day("2026-12-31")));
        assert_eq!(
            local.working_days_between(day("2026-05-01"), day("2026-05-08")),
            4
        );
    }

    #[test]
    fn a_calendar_is_its_version_its_exceptions_and_its_end_in_json() {
        let text = r#"{"version":2,"exceptions":{"2026-01-01":"off","2026-01-04":"work"},"known_until":"2026-12-31"}"#;
        let calendar: Calendar = serde_json::from_str(text).unwrap();
        assert!(calendar.is_working_day(day("2026-01-04")));
        assert_eq!(serde_json::to_string(&calendar).unwrap(), text);
    }
}
