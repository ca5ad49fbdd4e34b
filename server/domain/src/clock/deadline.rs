//! From facts to the deadline. Every length of time is counted by look-ups in the calendar, so the cost
//! does not grow with the limit (but for one step for each change of hours).

use serde::{Deserialize, Serialize};

use super::timestamp::{DAY, HOUR, MINUTE};
use super::{Calendar, ClockFacts, Date, HoursTable, Limit, TimeUnit, Timestamp, WorkingDayRule};

/// When a limit is used up.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadline {
    pub at: Timestamp,
    /// It reaches past the known calendar, so the next notice may move it.
    pub provisional: bool,
}

impl Deadline {
    /// On time is a stop at or before the deadline.
    pub fn is_met_by(self, stop: Timestamp) -> bool {
        stop <= self.at
    }
}

/// The working time of a place: all that turns a limit into a deadline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingTime {
    pub calendar: Calendar,
    pub hours: HoursTable,
    pub day_rule: WorkingDayRule,
    /// Whether a limit in calendar days that ends on a day off ends on the next working day instead.
    pub calendar_days_move_to_working_day: bool,
}

/// A limit, or what is left of it, in the measure it is used up in.
#[derive(Copy, Clone)]
enum Measure {
    /// Microseconds round the clock.
    Elapsed(i64),
    /// Microseconds of opening hours.
    Worked(i64),
    WorkingDays(i64),
    CalendarDays(i64),
}

impl WorkingTime {
    /// The deadline of a clock; `None` while it is paused, since a paused clock has none.
    ///
    /// A pause that begins when the limit is already used up changes nothing. A limit in days loses at a
    /// pause the days strictly after its start day up to and including the day of the pause, and the day
    /// of resumption is not counted; where no day is left, the limit ends at the first end of a day that
    /// follows the resumption, so that it never ends inside the pause.
    pub fn deadline(&self, facts: &ClockFacts) -> Option<Deadline> {
        if facts.is_paused() {
            return None;
        }
        let mut from = facts.start;
        let mut left = self.measure(facts.limit, facts.extensions);
        for (pause, resumption) in facts.settled_pauses() {
            if self.end(from, left) <= pause {
                break;
            }
            left = self.rest(from, left, pause);
            from = resumption;
        }
        Some(self.deadline_after(from, left))
    }

    /// The deadline of a clock that starts at `start` and is left alone.
    pub fn due(&self, start: Timestamp, limit: Limit) -> Deadline {
        self.deadline_after(start, self.measure(limit, 0))
    }

    /// Whether this instant lies in the opening hours of a working day.
    pub fn is_working(&self, at: Timestamp) -> bool {
        self.next_opening(at) == at
    }

    /// The instant at which a limit begun at `at` begins to run: `at` itself within working time,
    /// otherwise the next opening.
    pub fn next_opening(&self, at: Timestamp) -> Timestamp {
        let opening = |day: Date, micros_of_day: i64| {
            let opens = self.hours.hours_on(day).next_open(micros_of_day)?;
            Some(Timestamp::at(day, opens))
        };
        let (today, next) = (at.date(), self.calendar.working_day(at.date().next(), 0));
        Some(today)
            .filter(|day| self.calendar.is_working_day(*day))
            .and_then(|day| opening(day, at.micros_of_day()))
            .or_else(|| opening(next, 0))
            .unwrap_or(at)
    }

    fn measure(&self, limit: Limit, extensions: u8) -> Measure {
        // The bound holds for limits that were built without being checked, too.
        let amount = i64::from(limit.amount.min(limit.unit.most())) * (1 + i64::from(extensions));
        match (limit.unit, self.day_rule) {
            (TimeUnit::EmergencyMinutes, _) => Measure::Elapsed(amount * MINUTE),
            (TimeUnit::EmergencyHours, _) => Measure::Elapsed(amount * HOUR),
            (TimeUnit::EmergencyDays, _) => Measure::Elapsed(amount * DAY),
            (TimeUnit::WorkingMinutes, _) => Measure::Worked(amount * MINUTE),
            (TimeUnit::WorkingHours, _) => Measure::Worked(amount * HOUR),
            (TimeUnit::WorkingDays, WorkingDayRule::EightHours) => {
                Measure::Worked(amount * 8 * HOUR)
            }
            (TimeUnit::WorkingDays, WorkingDayRule::WholeDays) => Measure::WorkingDays(amount),
            (TimeUnit::CalendarDays, _) => Measure::CalendarDays(amount),
        }
    }

    fn deadline_after(&self, from: Timestamp, left: Measure) -> Deadline {
        let at = self.end(from, left);
        let asks_the_calendar = match left {
            Measure::Elapsed(_) => false,
            Measure::Worked(_) | Measure::WorkingDays(_) => true,
            Measure::CalendarDays(_) => self.calendar_days_move_to_working_day,
        };
        let last_day = day_before_its_end(at);
        let provisional = asks_the_calendar && !self.calendar.is_known(last_day);
        Deadline { at, provisional }
    }

    /// The instant at which `left` is used up by a clock that runs from `from` on.
    fn end(&self, from: Timestamp, left: Measure) -> Timestamp {
        match left {
            Measure::Elapsed(micros) => from.plus_micros(micros),
            Measure::Worked(micros) => self.end_of_work(from, micros),
            Measure::WorkingDays(days) => self.end_of_working_days(from, days),
            Measure::CalendarDays(days) => {
                let mut last = match days {
                    0 => day_before_its_end(from),
                    _ => from.plus_days(days).date(),
                };
                if self.calendar_days_move_to_working_day {
                    last = self.calendar.working_day(last, 0);
                }
                Timestamp::of(last.next(), 0)
            }
        }
    }

    /// What is left at `until` of what was left at `from`, when the clock ran in between.
    fn rest(&self, from: Timestamp, left: Measure, until: Timestamp) -> Measure {
        let (first, past) = (from.date().next(), until.date().next());
        match left {
            Measure::Elapsed(micros) => Measure::Elapsed(micros - until.since(from)),
            Measure::Worked(micros) => Measure::Worked(micros - self.work_between(from, until)),
            Measure::WorkingDays(days) => {
                let used = self.calendar.working_days_between(first, past);
                Measure::WorkingDays((days - used).max(0))
            }
            Measure::CalendarDays(days) => {
                let used = i64::from(past.days()) - i64::from(first.days());
                Measure::CalendarDays((days - used).max(0))
            }
        }
    }

    /// The close of the last of `days` working days after the day of `from`; of none, the first close
    /// that is not before `from`.
    fn end_of_working_days(&self, from: Timestamp, days: i64) -> Timestamp {
        let today = match days {
            0 => day_before_its_end(from),
            _ => from.date(),
        };
        let close = |day: Date| Timestamp::of(day, self.hours.hours_on(day).close());
        if days == 0 && self.calendar.is_working_day(today) && from <= close(today) {
            return close(today);
        }
        close(self.calendar.working_day(today.next(), (days - 1).max(0)))
    }

    /// The first instant at which `work` microseconds of opening hours have passed since `from`.
    pub(super) fn end_of_work(&self, from: Timestamp, work: i64) -> Timestamp {
        if work <= 0 {
            return from;
        }
        let mut day = from.date();
        let mut work = work + self.work_of_day_until(from);
        loop {
            let hours = self.hours.hours_on(day);
            // Full days before the one in which the work ends: a day filled to the last minute ends
            // that day, not at the opening of the next.
            let full_days = (work - 1) / hours.micros();
            let last_day = self.calendar.working_day(day, full_days);
            match self.hours.next_change(day) {
                Some(change) if change <= last_day => {
                    work -= self.calendar.working_days_between(day, change) * hours.micros();
                    day = change;
                }
                _ => {
                    let moment = hours.moment_of(work - full_days * hours.micros());
                    return Timestamp::at(last_day, moment);
                }
            }
        }
    }

    pub(super) fn work_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let mut work = self.work_of_day_until(to) - self.work_of_day_until(from);
        let (mut day, last) = (from.date(), to.date());
        while day < last {
            let change = self.hours.next_change(day);
            let until = change.map_or(last, |change| change.min(last));
            let days = self.calendar.working_days_between(day, until);
            work += days * self.hours.hours_on(day).micros();
            day = until;
        }
        work
    }

    /// Work from the beginning of the day of `at` to `at`.
    fn work_of_day_until(&self, at: Timestamp) -> i64 {
        let day = at.date();
        if self.calendar.is_working_day(day) {
            self.hours.hours_on(day).worked_at(at.micros_of_day())
        } else {
            0
        }
    }
}

/// The day of a moment, where midnight is still the end of the day before.
fn day_before_its_end(at: Timestamp) -> Date {
    at.plus_micros(-1).date()
}
