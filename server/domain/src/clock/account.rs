//! How a deadline comes about: every day from the start to the end of a limit, and what it counted.

use super::timestamp::HOUR;
use super::{
    ClockFacts, Date, DayKind, Deadline, TimeUnit, Timestamp, WorkingDayRule, WorkingTime,
};
use crate::names::names;

/// The most days that are told one by one.
const MOST_DAYS: i32 = 400;

names! {
    /// What a day is in the calendar of the place.
    pub enum DayNature {
        /// Monday to Friday.
        Workday => "workday",
        /// A Saturday or Sunday that is worked (调休), or that the place works.
        MadeUp => "made_up",
        /// A Saturday or Sunday off.
        Weekend => "weekend",
        /// A day off by the calendar, or by the place.
        Holiday => "holiday",
    }
}

names! {
    /// What a day is for a limit.
    pub enum DayCount {
        /// It was used up: a limit in days by the day, another one by the stretches told with it.
        Counted => "counted",
        /// The day on which a limit in days begins.
        StartDay => "start_day",
        DayOff => "day_off",
        /// The clock stood still; the day of resumption is not counted either.
        Paused => "paused",
        /// The limit began after the last opening hour of the day.
        Closed => "closed",
        /// The limit was used up, but could not end on this day.
        CarriedOver => "carried_over",
    }
}

/// A day between the start of a limit and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDay {
    pub date: Date,
    pub nature: DayNature,
    pub count: DayCount,
    /// The stretches `[from, to)` in which a limit in hours or minutes ran; none for a limit in days.
    pub ran: Vec<(Timestamp, Timestamp)>,
}

/// A deadline, and the days that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub deadline: Deadline,
    /// In order, from the day of the start on; at most 400.
    pub days: Vec<AccountDay>,
    /// How many days more there are until the deadline.
    pub left_out: u32,
}

impl WorkingTime {
    /// The deadline of a clock, day by day; `None` while it is paused.
    pub fn account(&self, facts: &ClockFacts) -> Option<Account> {
        let deadline = self.deadline(facts)?;
        let first = facts.start.date();
        // Midnight is still the end of the day before.
        let last = deadline.at.plus_micros(-1).date().max(first);
        let all = last.days().saturating_sub(first.days()).saturating_add(1);
        let told = all.min(MOST_DAYS);
        let dates = (0..told).map(|n| first.plus_days(n));
        let days = match self.days_of(facts) {
            Some(limit) => self.by_days(facts, limit, dates),
            None => self.by_hours(facts, deadline.at, dates),
        };
        Some(Account {
            deadline,
            days,
            left_out: (all - told).unsigned_abs(),
        })
    }

    /// How many days a limit in days has; nothing for one that is measured in hours.
    fn days_of(&self, facts: &ClockFacts) -> Option<i64> {
        let amount = i64::from(facts.limit.amount.min(facts.limit.unit.most()));
        let amount = amount * (1 + i64::from(facts.extensions));
        match (facts.limit.unit, self.day_rule) {
            (TimeUnit::WorkingDays, WorkingDayRule::WholeDays) | (TimeUnit::CalendarDays, _) => {
                Some(amount)
            }
            _ => None,
        }
    }

    fn by_days(
        &self,
        facts: &ClockFacts,
        limit: i64,
        dates: impl Iterator<Item = Date>,
    ) -> Vec<AccountDay> {
        let pauses = facts.settled_pauses();
        let mut left = limit;
        let mut count = |date: Date| {
            let lost =
                |(from, to): &(Timestamp, Timestamp)| from.date() < date && date <= to.date();
            let counts =
                facts.limit.unit == TimeUnit::CalendarDays || self.calendar.is_working_day(date);
            if date == facts.start.date() {
                DayCount::StartDay
            } else if pauses.iter().any(lost) {
                DayCount::Paused
            } else if left == 0 {
                DayCount::CarriedOver
            } else if counts {
                left -= 1;
                DayCount::Counted
            } else {
                DayCount::DayOff
            }
        };
        dates
            .map(|date| AccountDay {
                date,
                nature: self.nature(date),
                count: count(date),
                ran: Vec::new(),
            })
            .collect()
    }

    fn by_hours(
        &self,
        facts: &ClockFacts,
        end: Timestamp,
        dates: impl Iterator<Item = Date>,
    ) -> Vec<AccountDay> {
        let round_the_clock = matches!(
            facts.limit.unit,
            TimeUnit::EmergencyMinutes | TimeUnit::EmergencyHours | TimeUnit::EmergencyDays
        );
        let pauses = facts.settled_pauses();
        dates
            .map(|date| {
                let open = if round_the_clock {
                    vec![(Timestamp::of(date, 0), Timestamp::at(date, 24 * HOUR))]
                } else if self.calendar.is_working_day(date) {
                    let spans = self.hours.hours_on(date).spans().iter();
                    let at = |minute| Timestamp::of(date, minute);
                    spans.map(|(open, close)| (at(*open), at(*close))).collect()
                } else {
                    Vec::new()
                };
                let is_open = !open.is_empty();
                let within: Vec<_> = open
                    .into_iter()
                    .map(|(from, to)| (from.max(facts.start), to.min(end)))
                    .filter(|(from, to)| from < to)
                    .collect();
                let could_run = !within.is_empty();
                let ran = pauses.iter().fold(within, |spans, pause| {
                    spans.into_iter().flat_map(|s| outside(s, *pause)).collect()
                });
                let count = match (ran.is_empty(), is_open, could_run) {
                    (false, ..) => DayCount::Counted,
                    (true, false, _) => DayCount::DayOff,
                    (true, true, true) => DayCount::Paused,
                    (true, true, false) => DayCount::Closed,
                };
                AccountDay {
                    date,
                    nature: self.nature(date),
                    count,
                    ran,
                }
            })
            .collect()
    }

    fn nature(&self, date: Date) -> DayNature {
        let is_weekend = date.weekday() >= 5;
        match (self.calendar.exception(date), is_weekend) {
            (Some(DayKind::Work), true) => DayNature::MadeUp,
            (Some(DayKind::Off), _) => DayNature::Holiday,
            (None, true) => DayNature::Weekend,
            (Some(DayKind::Work) | None, false) => DayNature::Workday,
        }
    }
}

/// What is left of a stretch before and after a pause.
fn outside(
    (from, to): (Timestamp, Timestamp),
    (paused, resumed): (Timestamp, Timestamp),
) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let before = (from, to.min(paused));
    let after = (from.max(resumed), to);
    // A pause without length cuts nothing.
    let pieces = if paused < resumed {
        [Some(before), Some(after)]
    } else {
        [Some((from, to)), None]
    };
    pieces.into_iter().flatten().filter(|(from, to)| from < to)
}
