//! The opening hours of a day.

use serde::{Deserialize, Serialize};

use super::Date;
use super::timestamp::MINUTE;

const MINUTES_OF_DAY: u32 = 1440;

/// The opening hours of a working day: sorted, disjoint spans `[open, close)` in minutes of the day.
/// In JSON `[[480, 720], [840, 1080]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u32, u32)>", into = "Vec<(u32, u32)>")]
pub struct Hours {
    spans: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error("a working day needs opening hours: give at least one span")]
    Empty,
    #[error("{0}–{1} is no span of a day: give minutes, opening before closing, at most 1440")]
    NotASpan(u32, u32),
    #[error("two spans overlap at minute {0}: join them or move one")]
    Overlap(u32),
    #[error("a table of hours needs at least one season")]
    NoSeason,
    #[error("no year has a {1}. day in month {0}: a season begins on a day of the year")]
    NotADay(u32, u32),
    #[error("two seasons begin on day {1} of month {0}: keep one of them")]
    SeasonTwice(u32, u32),
    #[error("other hours from {0} to before {1} hold on no day: let them end after they begin")]
    NoDays(Date, Date),
    #[error("other hours are given twice for {0}: keep one of the two")]
    SpellsOverlap(Date),
}

impl Hours {
    /// Hours from spans `(open, close)` in any order; minutes of the day, 1440 is midnight at its end.
    pub fn new(mut spans: Vec<(u32, u32)>) -> Result<Self, HoursError> {
        spans.sort_unstable();
        if spans.is_empty() {
            return Err(HoursError::Empty);
        }
        let no_span = |(open, close): &&(u32, u32)| open >= close || *close > MINUTES_OF_DAY;
        if let Some((open, close)) = spans.iter().find(no_span) {
            return Err(HoursError::NotASpan(*open, *close));
        }
        if let Some(pair) = spans.windows(2).find(|pair| pair[0].1 > pair[1].0) {
            return Err(HoursError::Overlap(pair[1].0));
        }
        Ok(Self { spans })
    }

    /// The spans `[open, close)` in minutes of the day, in order.
    pub fn spans(&self) -> &[(u32, u32)] {
        &self.spans
    }

    /// Minutes of work in a day; never 0.
    pub fn minutes(&self) -> u32 {
        self.spans.iter().map(|(open, close)| close - open).sum()
    }

    /// The minute of the day at which work ends.
    pub fn close(&self) -> u32 {
        self.spans
            .last()
            .map_or(MINUTES_OF_DAY, |(_, close)| *close)
    }

    /// Microseconds of work in a day.
    pub(super) fn micros(&self) -> i64 {
        i64::from(self.minutes()) * MINUTE
    }

    /// The first working moment of the day at or after `micros_of_day`.
    pub(super) fn next_open(&self, micros_of_day: i64) -> Option<i64> {
        self.spans_in_micros()
            .find(|(_, close)| micros_of_day < *close)
            .map(|(open, _)| open.max(micros_of_day))
    }

    /// Work done from the beginning of the day to `micros_of_day`.
    pub(super) fn worked_at(&self, micros_of_day: i64) -> i64 {
        self.spans_in_micros()
            .map(|(open, close)| (micros_of_day.min(close) - open).max(0))
            .sum()
    }

    /// The first moment of the day at which `work` microseconds are done; `work` is at most a day's.
    pub(super) fn moment_of(&self, mut work: i64) -> i64 {
        let mut moment = 0;
        for (open, close) in self.spans_in_micros() {
            if work <= 0 {
                break;
            }
            moment = close.min(open + work);
            work -= close - open;
        }
        moment
    }

    fn spans_in_micros(&self) -> impl Iterator<Item = (i64, i64)> {
        self.spans
            .iter()
            .map(|(open, close)| (i64::from(*open) * MINUTE, i64::from(*close) * MINUTE))
    }
}

impl Default for Hours {
    /// 08:00–12:00 and 14:00–18:00.
    fn default() -> Self {
        Self {
            spans: vec![(480, 720), (840, 1080)],
        }
    }
}

impl TryFrom<Vec<(u32, u32)>> for Hours {
    type Error = HoursError;

    fn try_from(spans: Vec<(u32, u32)>) -> Result<Self, HoursError> {
        Self::new(spans)
    }
}

impl From<Hours> for Vec<(u32, u32)> {
    fn from(hours: Hours) -> Self {
        hours.spans
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn hours_that_are_no_hours_are_refused() {
        assert_eq!(Hours::new(vec![]), Err(HoursError::Empty));
        assert_eq!(
            Hours::new(vec![(720, 720)]),
            Err(HoursError::NotASpan(720, 720))
        );
        assert_eq!(
            Hours::new(vec![(720, 1441)]),
            Err(HoursError::NotASpan(720, 1441))
        );
        let overlap = Hours::new(vec![(700, 800), (480, 720)]);
        assert_eq!(overlap, Err(HoursError::Overlap(700)));
        assert!(serde_json::from_str::<Hours>("[[480, 480]]").is_err());
    }

    #[test]
    fn hours_may_be_given_in_any_order_and_touch() {
        let hours = Hours::new(vec![(720, 800), (480, 720)]).unwrap();
        assert_eq!(hours.spans(), [(480, 720), (720, 800)]);
        assert_eq!((hours.minutes(), hours.close()), (320, 800));
    }
}
