//! How far a limit is used up.

use super::{ClockFacts, TimeUnit, Timestamp, WorkingTime};

impl WorkingTime {
    /// The moment at which so many percent of the time of a limit have passed, of the time that counts for it:
    /// opening hours between start and deadline for limits in working time, all hours for others, pauses left out
    /// and extensions included.
    ///
    /// `None` while the clock is paused, and where no time that counts lies before the deadline.
    pub fn moment_of_share(&self, facts: &ClockFacts, percent: u8) -> Option<Timestamp> {
        let deadline = self.deadline(facts)?.at;
        let mut spans = Vec::new();
        let mut from = facts.start;
        for (pause, resumption) in facts.settled_pauses() {
            if deadline <= pause {
                break;
            }
            spans.push((from, pause));
            from = resumption;
        }
        spans.push((from, deadline));
        let worked = matches!(
            facts.limit.unit,
            TimeUnit::WorkingMinutes | TimeUnit::WorkingHours | TimeUnit::WorkingDays
        );
        let length = |(from, to): (Timestamp, Timestamp)| {
            let length = if worked && from < to {
                self.work_between(from, to)
            } else {
                to.since(from)
            };
            length.max(0)
        };
        let whole: i64 = spans.iter().map(|span| length(*span)).sum();
        if whole == 0 {
            return None;
        }
        let mut left = whole / 100 * i64::from(percent) + whole % 100 * i64::from(percent) / 100;
        for span in spans {
            let length = length(span);
            if left <= length && length > 0 {
                return Some(if worked {
                    self.end_of_work(span.0, left)
                } else {
                    span.0.plus_micros(left)
                });
            }
            left -= length;
        }
        Some(deadline)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::clock::Limit;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-07-{text}:00+08:00")).unwrap()
    }

    fn share(facts: &ClockFacts) -> Option<String> {
        let moment = WorkingTime::default().moment_of_share(facts, 80)?;
        Some(moment.to_string()[8..16].to_owned())
    }

    #[test]
    fn four_fifths_are_counted_in_the_time_that_the_limit_is_counted_in() {
        // 2026-07-13 is a Monday.
        for (limit, moment) in [
            (Limit::emergency_hours(2), "13T10:36"),
            (Limit::working_hours(4), "13T14:12"),
            // From Monday 09:00 to Friday 18:00 there are 39 working hours: 31.2 of them.
            (Limit::working_days(4), "17T08:12"),
            (Limit::calendar_days(1), "14T16:12"),
        ] {
            let facts = ClockFacts::new(at("13T09:00"), limit);
            assert_eq!(share(&facts).as_deref(), Some(moment), "{limit:?}");
        }
    }

    #[test]
    fn pauses_do_not_count_and_extensions_do() {
        let mut facts = ClockFacts::new(at("13T09:00"), Limit::working_hours(4));
        facts.pause(at("13T10:00"));
        assert_eq!(share(&facts), None, "a paused clock has no deadline");
        facts.resume(at("15T10:00"));
        // 3.2 hours, of which one was used up before the pause: two before the break, 12 minutes after it.
        assert_eq!(share(&facts).as_deref(), Some("15T14:12"));
        facts.extensions = 1;
        // 6.4 hours: 5.4 after the pause.
        assert_eq!(share(&facts).as_deref(), Some("15T17:24"));
    }
}
