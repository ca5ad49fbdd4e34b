//! The time that a figure is about.

use crate::clock::{Date, Timestamp};
use crate::names::names;

/// A period [`from`, `to`), counted in UTC+8.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

names! {
    /// The periods in which reports are made.
    pub enum PeriodLength {
        Day => "day",
        /// From Monday.
        Week => "week",
        Month => "month",
        Quarter => "quarter",
        Year => "year",
    }
}

impl Period {
    /// From the beginning of `first` to the beginning of `after`: the day `after` is not part of it.
    /// Empty unless `first < after`.
    pub fn days(first: Date, after: Date) -> Self {
        Self {
            from: Timestamp::of(first, 0),
            to: Timestamp::of(after, 0),
        }
    }

    /// The whole day, week, month, quarter or year in which a day lies.
    pub fn containing(length: PeriodLength, day: Date) -> Self {
        let first = first_day(length, day);
        Self::days(first, next_first_day(length, first))
    }

    pub fn day(day: Date) -> Self {
        Self::containing(PeriodLength::Day, day)
    }

    pub fn week(day: Date) -> Self {
        Self::containing(PeriodLength::Week, day)
    }

    pub fn month(day: Date) -> Self {
        Self::containing(PeriodLength::Month, day)
    }

    pub fn quarter(day: Date) -> Self {
        Self::containing(PeriodLength::Quarter, day)
    }

    pub fn year(day: Date) -> Self {
        Self::containing(PeriodLength::Year, day)
    }

    /// The same period as it could be known at a moment: it ends there at the latest.
    #[must_use]
    pub fn as_of(self, moment: Timestamp) -> Self {
        Self {
            from: self.from,
            to: self.to.min(moment),
        }
    }

    pub fn is_empty(self) -> bool {
        self.from >= self.to
    }

    pub fn contains(self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }

    /// The parts of the period that lie in each day, week … year, in order: without gaps, the
    /// first and the last perhaps cut off.
    pub fn split(self, length: PeriodLength) -> impl Iterator<Item = Self> {
        let mut from = self.from;
        std::iter::from_fn(move || {
            if from >= self.to {
                return None;
            }
            let whole = Self::containing(length, from.date());
            // At the end of all time the next beginning is no later: the rest is one part.
            let to = if whole.to > from {
                whole.to.min(self.to)
            } else {
                self.to
            };
            let part = Self { from, to };
            from = to;
            Some(part)
        })
    }
}

fn first_day(length: PeriodLength, day: Date) -> Date {
    let (year, month, _) = day.ymd();
    match length {
        PeriodLength::Day => day,
        #[expect(clippy::cast_possible_wrap, reason = "a weekday is 0..=6")]
        PeriodLength::Week => day.plus_days(-(day.weekday() as i32)),
        PeriodLength::Month => first_of(year, month, day),
        PeriodLength::Quarter => first_of(year, (month - 1) / 3 * 3 + 1, day),
        PeriodLength::Year => first_of(year, 1, day),
    }
}

fn next_first_day(length: PeriodLength, first: Date) -> Date {
    let (year, month, _) = first.ymd();
    let months = match length {
        PeriodLength::Day => return first.next(),
        PeriodLength::Week => return first.plus_days(7),
        PeriodLength::Month => 1,
        PeriodLength::Quarter => 3,
        PeriodLength::Year => 12,
    };
    if month + months > 12 {
        first_of(year + 1, month + months - 12, first)
    } else {
        first_of(year, month + months, first)
    }
}

/// Beyond the years that the calendar knows a day stands for itself.
fn first_of(year: i32, month: u32, otherwise: Date) -> Date {
    Date::from_ymd(year, month, 1).unwrap_or(otherwise)
}
