//! A day of the calendar, without a time.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A day in UTC+8, kept as days since 1970-01-01; in JSON `"2026-02-13"`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i32);

/// A text that names no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day: write it as YYYY-MM-DD, like 2026-02-13")]
pub struct DateError(String);

/// What `chrono` calls 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

impl Date {
    /// `None` where the year has no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from)
    }

    /// From days since 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month 1..=12, day 1..=31. Days beyond the years ±262,000 are taken for the last one there.
    pub fn ymd(self) -> (i32, u32, u32) {
        let civil = self.civil();
        (civil.year(), civil.month(), civil.day())
    }

    pub fn year(self) -> i32 {
        self.civil().year()
    }

    /// 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        ((self.0.rem_euclid(7) + 3) % 7).unsigned_abs()
    }

    /// Reads exactly `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        text.parse::<NaiveDate>()
            .map(Self::from)
            .ok()
            // chrono also reads 2026-2-3 and +12345-01-01, which we never write.
            .filter(|date| text.len() == 10 && date.to_string() == text)
            .ok_or_else(|| DateError(text.to_owned()))
    }

    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    fn civil(self) -> NaiveDate {
        let limit = if self.0 < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        };
        self.0
            .checked_add(EPOCH_FROM_CE)
            .and_then(NaiveDate::from_num_days_from_ce_opt)
            .unwrap_or(limit)
    }
}

impl From<NaiveDate> for Date {
    fn from(civil: NaiveDate) -> Self {
        Self(civil.num_days_from_ce() - EPOCH_FROM_CE)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.civil().fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_day_is_read_and_written_in_one_way_only() {
        let day = Date::parse("2024-02-29").unwrap();
        assert_eq!(
            (day.ymd(), day.year(), day.weekday()),
            ((2024, 2, 29), 2024, 3)
        );
        assert_eq!(day.next().to_string(), "2024-03-01");
        assert_eq!(Date::from_ymd(2024, 2, 29), Some(day));
        assert_eq!(serde_json::to_string(&day).unwrap(), r#""2024-02-29""#);
        assert_eq!(
            serde_json::from_str::<Date>(r#""2024-02-29""#).unwrap(),
            day
        );
        for text in [
            "2023-02-29",
            "2024-2-29",
            " 2024-02-29",
            "+2024-02-29",
            "20240229",
            "",
        ] {
            assert!(Date::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn weekdays_hold_before_1970_too() {
        assert_eq!(Date::from_days(0).weekday(), 3);
        assert_eq!(Date::from_days(-3).weekday(), 0);
        assert_eq!(Date::from_days(-4).weekday(), 6);
        assert_eq!(Date::parse("1969-12-29"), Ok(Date::from_days(-3)));
    }

    #[test]
    fn the_last_days_of_all_numbers_are_days() {
        assert_eq!(Date::from_days(i32::MAX).next(), Date::from_days(i32::MAX));
        assert!(Date::from_days(i32::MAX).year() > 200_000);
        assert!(Date::from_days(i32::MIN).year() < -200_000);
    }
}
