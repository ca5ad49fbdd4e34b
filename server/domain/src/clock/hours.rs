//! Opening hours: those of a day, and which of them hold at which season.

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

/// Hours that hold every year from a day (month, day) until the next season begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    pub from: (u32, u32),
    pub hours: Hours,
}

/// The hours of a division or centre, by season of the year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Season>", into = "Vec<Season>")]
pub struct HoursTable {
    /// In the order of the year, never empty.
    seasons: Vec<Season>,
}

impl HoursTable {
    /// A table from seasons in any order; the last one of the year lasts into the next year.
    pub fn new(mut seasons: Vec<Season>) -> Result<Self, HoursError> {
        const LEAP_YEAR: i32 = 2024;
        seasons.sort_by_key(|season| season.from);
        if seasons.is_empty() {
            return Err(HoursError::NoSeason);
        }
        for Season {
            from: (month, day), ..
        } in &seasons
        {
            if Date::from_ymd(LEAP_YEAR, *month, *day).is_none() {
                return Err(HoursError::NotADay(*month, *day));
            }
        }
        if let Some(pair) = seasons.windows(2).find(|pair| pair[0].from == pair[1].from) {
            return Err(HoursError::SeasonTwice(pair[0].from.0, pair[0].from.1));
        }
        Ok(Self { seasons })
    }

    /// The same hours all year.
    pub fn all_year(hours: Hours) -> Self {
        let from = (1, 1);
        Self {
            seasons: vec![Season { from, hours }],
        }
    }

    pub fn hours_on(&self, date: Date) -> &Hours {
        match self.seasons.as_slice() {
            [only] => &only.hours,
            seasons => {
                let (_, month, day) = date.ymd();
                let begun = seasons.partition_point(|season| season.from <= (month, day));
                // Before the first season of a year the last one of the year before still lasts.
                let current = begun.checked_sub(1).unwrap_or(seasons.len() - 1);
                &seasons[current].hours
            }
        }
    }

    /// The first day after `date` on which another season begins, if there is more than one.
    pub(super) fn next_season(&self, date: Date) -> Option<Date> {
        if self.seasons.len() < 2 {
            return None;
        }
        let (year, month, day) = date.ymd();
        let next = self
            .seasons
            .iter()
            .find(|season| season.from > (month, day));
        match next {
            Some(season) => first_day(year, season.from),
            None => first_day(year + 1, self.seasons[0].from),
        }
    }
}

/// A season from 29 February begins on 1 March in the years that have none.
fn first_day(year: i32, (month, day): (u32, u32)) -> Option<Date> {
    Date::from_ymd(year, month, day).or_else(|| Date::from_ymd(year, month + 1, 1))
}

impl Default for HoursTable {
    /// 08:00–12:00 and 14:00–18:00 all year.
    fn default() -> Self {
        Self::all_year(Hours::default())
    }
}

impl TryFrom<Vec<Season>> for HoursTable {
    type Error = HoursError;

    fn try_from(seasons: Vec<Season>) -> Result<Self, HoursError> {
        Self::new(seasons)
    }
}

impl From<HoursTable> for Vec<Season> {
    fn from(table: HoursTable) -> Self {
        table.seasons
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

    #[test]
    fn seasons_begin_once_on_days_that_exist() {
        let season = |from| Season {
            from,
            hours: Hours::default(),
        };
        assert_eq!(HoursTable::new(vec![]), Err(HoursError::NoSeason));
        let no_day = HoursTable::new(vec![season((4, 31))]);
        assert_eq!(no_day, Err(HoursError::NotADay(4, 31)));
        let twice = HoursTable::new(vec![season((5, 1)), season((10, 1)), season((5, 1))]);
        assert_eq!(twice, Err(HoursError::SeasonTwice(5, 1)));
    }

    #[test]
    fn the_last_season_lasts_into_the_new_year() {
        let season = |from, close| Season {
            from,
            hours: Hours::new(vec![(480, close)]).unwrap(),
        };
        let table = HoursTable::new(vec![season((10, 1), 1050), season((2, 29), 1110)]).unwrap();
        let close = |text| table.hours_on(Date::parse(text).unwrap()).close();
        assert_eq!(close("2026-01-01"), 1050);
        assert_eq!(close("2026-02-28"), 1050);
        assert_eq!(close("2026-03-01"), 1110);
        assert_eq!(close("2024-02-29"), 1110);
        assert_eq!(close("2026-09-30"), 1110);
        assert_eq!(close("2026-10-01"), 1050);
        let next = |text| {
            table
                .next_season(Date::parse(text).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(next("2026-10-01"), "2027-03-01");
        assert_eq!(next("2026-02-28"), "2026-03-01");
        assert_eq!(next("2026-03-01"), "2026-10-01");
    }
}
