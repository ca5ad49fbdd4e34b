//! An instant, and its two faces: UTC microseconds inside, `+08:00` for people and the API.

use std::fmt;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::Date;

pub(super) const MINUTE: i64 = 60_000_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// China keeps one time, eight hours ahead of UTC, without summer time.
const OFFSET: i64 = 8 * HOUR;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A text that names no instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an instant: write it with its offset, like 2026-02-13T17:00:00+08:00")]
pub struct TimestampError(String);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset; digits beyond the microsecond are cut off.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| Self(instant.timestamp_micros()))
            .map_err(|_| TimestampError(text.to_owned()))
    }

    /// RFC 3339 in UTC+8, with a fraction of six digits only where it is not zero.
    pub fn to_rfc3339(self) -> String {
        self.to_string()
    }

    /// The moment `minute_of_day` minutes after midnight (UTC+8) of `date`; 1440 is the next midnight.
    pub fn of(date: Date, minute_of_day: u32) -> Self {
        Self::at(date, i64::from(minute_of_day) * MINUTE)
    }

    /// The day in UTC+8.
    pub fn date(self) -> Date {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "all of i64 is 106,751,991 days to either side"
        )]
        Date::from_days(self.local().div_euclid(DAY) as i32)
    }

    /// 0..=1439, in UTC+8.
    pub fn minute_of_day(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a remainder of the day divided by the minute is 0..=1439"
        )]
        let minute = (self.micros_of_day() / MINUTE) as u32;
        minute
    }

    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_micros(minutes.saturating_mul(MINUTE))
    }

    /// Days of 24 hours.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(DAY))
    }

    /// Microseconds from `earlier` to this instant, negative when `earlier` is the later one.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    pub(super) fn at(date: Date, micros_of_day: i64) -> Self {
        Self(
            i64::from(date.days())
                .saturating_mul(DAY)
                .saturating_add(micros_of_day)
                .saturating_sub(OFFSET),
        )
    }

    pub(super) fn micros_of_day(self) -> i64 {
        self.local().rem_euclid(DAY)
    }

    fn local(self) -> i64 {
        self.0.saturating_add(OFFSET)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.micros_of_day() / 1_000_000;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        match self.micros_of_day() % 1_000_000 {
            0 => {}
            fraction => write!(f, ".{fraction:06}")?,
        }
        f.write_str("+08:00")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_instant_is_read_with_any_offset_and_written_in_utc_plus_8() {
        for text in [
            "2026-02-13T17:00:00+08:00",
            "2026-02-13T09:00:00Z",
            "2026-02-13T04:00:00.000-05:00",
        ] {
            let instant = Timestamp::parse(text).unwrap();
            assert_eq!(instant.micros(), 1_770_973_200_000_000);
            assert_eq!(instant.to_rfc3339(), "2026-02-13T17:00:00+08:00");
        }
    }

    #[test]
    fn fractions_are_cut_to_the_microsecond() {
        let instant = Timestamp::parse("2026-02-13T09:00:00.0000019999Z").unwrap();
        assert_eq!(instant.to_rfc3339(), "2026-02-13T17:00:00.000001+08:00");
        assert_eq!(Timestamp::parse(&instant.to_rfc3339()), Ok(instant));
    }

    #[test]
    fn what_names_no_instant_is_refused() {
        for text in [
            "",
            "2026-02-13",
            "2026-02-13T17:00:00",
            "2026-02-30T17:00:00Z",
            "2026-02-13T24:01:00Z",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let before = Timestamp::parse("2026-02-13T15:59:59.999999Z").unwrap();
        assert_eq!(before.date().to_string(), "2026-02-13");
        assert_eq!(before.minute_of_day(), 1439);
        let midnight = before.plus_micros(1);
        assert_eq!(midnight.date().to_string(), "2026-02-14");
        assert_eq!(midnight.minute_of_day(), 0);
        assert_eq!(midnight, Timestamp::of(before.date(), 1440));
        assert_eq!(midnight, Timestamp::of(midnight.date(), 0));
        assert_eq!(midnight.since(before), 1);
    }

    #[test]
    fn instants_before_1970_and_at_the_end_of_all_numbers_are_instants() {
        let moon = Timestamp::parse("1969-07-21T02:56:15Z").unwrap();
        assert_eq!(moon.to_rfc3339(), "1969-07-21T10:56:15+08:00");
        let last = Timestamp::from_micros(i64::MAX);
        assert_eq!(last.plus_minutes(i64::MAX), last);
        assert!(last.since(Timestamp::from_micros(i64::MIN)) > 0);
        assert!(!last.to_rfc3339().is_empty());
    }
}
