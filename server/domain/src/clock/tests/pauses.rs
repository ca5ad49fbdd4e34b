//! Clocks that are paused, stopped, reopened, extended and restarted.

use super::*;

const THREE_DAYS: Limit = Limit::working_days(3);
const FOUR_HOURS: Limit = Limit::working_hours(4);

/// A clock started on a Monday in June 2026, at 10:00.
fn clock(limit: Limit) -> ClockFacts {
    ClockFacts::new(at("2026-06-01 10:00"), limit)
}

fn paused(limit: Limit, pauses: &[(&str, &str)]) -> ClockFacts {
    let mut facts = clock(limit);
    for (from, to) in pauses {
        facts.pause(at(from));
        facts.resume(at(to));
    }
    facts
}

fn deadline(facts: &ClockFacts) -> Option<Timestamp> {
    YEAR_2026.deadline(facts).map(|deadline| deadline.at)
}

#[test]
fn a_paused_clock_has_no_deadline() {
    let mut facts = clock(FOUR_HOURS);
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
    facts.pause(at("2026-06-01 11:00"));
    assert!(facts.is_paused() && !facts.is_running());
    assert_eq!(deadline(&facts), None);
    facts.resume(at("2026-06-02 09:00"));
    assert!(facts.is_running());
    assert_eq!(deadline(&facts), Some(at("2026-06-02 12:00")));
}

#[test]
fn only_working_time_is_lost_in_a_pause_of_working_hours() {
    let over_lunch = paused(FOUR_HOURS, &[("2026-06-01 11:30", "2026-06-01 14:30")]);
    assert_eq!(deadline(&over_lunch), Some(at("2026-06-01 17:00")));
    let within_lunch = paused(FOUR_HOURS, &[("2026-06-01 12:10", "2026-06-01 13:50")]);
    assert_eq!(deadline(&within_lunch), Some(at("2026-06-01 16:00")));
}

#[test]
fn an_emergency_clock_is_paused_to_the_microsecond() {
    let mut facts = clock(Limit::emergency_hours(2));
    facts.pause(at("2026-06-01 11:00").plus_micros(1));
    facts.resume(at("2026-06-01 23:30").plus_micros(3));
    let expected = at("2026-06-02 00:30").plus_micros(2);
    assert_eq!(deadline(&facts), Some(expected));
}

#[test]
fn a_pause_after_the_deadline_leaves_a_late_clock_late() {
    let facts = paused(FOUR_HOURS, &[("2026-06-01 17:00", "2026-06-02 17:00")]);
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
    let at_the_deadline = paused(FOUR_HOURS, &[("2026-06-01 16:00", "2026-06-02 17:00")]);
    assert_eq!(deadline(&at_the_deadline), Some(at("2026-06-01 16:00")));
}

#[test]
fn the_day_of_a_pause_is_used_up_and_the_day_of_resumption_is_not_counted() {
    assert_eq!(deadline(&clock(THREE_DAYS)), Some(at("2026-06-04 18:00")));
    let tuesday_to_thursday = paused(THREE_DAYS, &[("2026-06-02 09:00", "2026-06-04 09:00")]);
    assert_eq!(deadline(&tuesday_to_thursday), Some(at("2026-06-08 18:00"))); // Fri, Mon
    let on_the_start_day = paused(THREE_DAYS, &[("2026-06-01 11:00", "2026-06-02 09:00")]);
    assert_eq!(deadline(&on_the_start_day), Some(at("2026-06-05 18:00"))); // Wed, Thu, Fri
    let within_a_day = paused(THREE_DAYS, &[("2026-06-02 09:00", "2026-06-02 17:00")]);
    assert_eq!(deadline(&within_a_day), Some(at("2026-06-04 18:00")));
    let over_the_weekend = paused(THREE_DAYS, &[("2026-06-03 09:00", "2026-06-07 12:00")]);
    assert_eq!(deadline(&over_the_weekend), Some(at("2026-06-08 18:00")));
}

#[test]
fn pauses_of_calendar_days_use_up_calendar_days() {
    let limit = Limit::calendar_days(6); // to Sunday 7 June
    let facts = paused(limit, &[("2026-06-06 09:00", "2026-06-09 09:00")]);
    assert_eq!(deadline(&facts), Some(at("2026-06-11 00:00"))); // one day left after the 9th
}

#[test]
fn a_limit_paused_on_its_last_day_ends_with_the_day_of_resumption() {
    let on_a_friday = paused(THREE_DAYS, &[("2026-06-04 10:00", "2026-06-05 15:00")]);
    assert_eq!(deadline(&on_a_friday), Some(at("2026-06-05 18:00")));
    let on_a_saturday = paused(THREE_DAYS, &[("2026-06-04 10:00", "2026-06-06 15:00")]);
    assert_eq!(deadline(&on_a_saturday), Some(at("2026-06-08 18:00")));
    let at_closing = paused(THREE_DAYS, &[("2026-06-04 10:00", "2026-06-05 18:00")]);
    assert_eq!(deadline(&at_closing), Some(at("2026-06-05 18:00")));
    let after_closing = paused(THREE_DAYS, &[("2026-06-04 10:00", "2026-06-05 18:01")]);
    assert_eq!(deadline(&after_closing), Some(at("2026-06-08 18:00")));
}

#[test]
fn a_clock_resumed_at_the_very_end_of_its_last_day_ends_there() {
    let until_midnight = WorkingTime {
        hours: HoursTable::all_year(Hours::new(vec![(0, 1440)]).unwrap()),
        ..YEAR_2026.clone()
    };
    let last_evening = [("2026-06-04 23:48", "2026-06-05 00:00")];
    for limit in [THREE_DAYS, Limit::calendar_days(3)] {
        let facts = paused(limit, &last_evening);
        let deadline = until_midnight.deadline(&facts).map(|d| d.at);
        assert_eq!(deadline, Some(at("2026-06-05 00:00")));
    }
    let by_closing_time = deadline(&paused(THREE_DAYS, &last_evening));
    assert_eq!(by_closing_time, Some(at("2026-06-04 18:00")));
}

#[test]
fn an_extension_adds_the_original_limit_counted_from_the_start() {
    let mut facts = paused(THREE_DAYS, &[("2026-06-02 09:00", "2026-06-04 09:00")]);
    facts.extensions = 1;
    assert_eq!(deadline(&facts), Some(at("2026-06-11 18:00"))); // Fri, Mon … Thu
    let mut hours = clock(FOUR_HOURS);
    hours.extensions = 2;
    assert_eq!(
        deadline(&hours),
        Some(at("2026-06-02 14:00").plus_minutes(120))
    );
}

#[test]
fn a_failed_verification_gives_back_the_time_of_the_decision() {
    let mut facts = clock(FOUR_HOURS);
    facts.stop(at("2026-06-01 11:00"));
    assert!(!facts.is_running() && !facts.is_paused());
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
    facts.reopen(at("2026-06-03 09:00"));
    assert!(facts.is_running());
    assert_eq!(deadline(&facts), Some(at("2026-06-03 12:00")));
}

#[test]
fn a_clock_stopped_late_stays_late_when_it_is_reopened() {
    let mut facts = clock(FOUR_HOURS);
    facts.stop(at("2026-06-01 16:01"));
    facts.reopen(at("2026-06-03 09:00"));
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
}

#[test]
fn a_clock_stopped_in_a_pause_was_in_time() {
    let mut facts = clock(FOUR_HOURS);
    facts.pause(at("2026-06-01 11:00"));
    facts.stop(at("2026-06-09 11:00"));
    let met = YEAR_2026.deadline(&facts).unwrap();
    assert!(met.is_met_by(at("2026-06-09 11:00")));
    facts.reopen(at("2026-06-10 08:00"));
    assert_eq!(deadline(&facts), Some(at("2026-06-10 11:00")));
}

#[test]
fn a_deadline_stands_as_it_was_at_the_stop() {
    let mut facts = clock(FOUR_HOURS);
    facts.stop(at("2026-06-01 15:00"));
    let pause = |from, to| Pause {
        from: at(from),
        to: Some(at(to)),
    };
    facts.pauses = vec![pause("2026-06-01 15:10", "2026-06-01 15:40")];
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
    facts.pauses = vec![pause("2026-06-01 14:30", "2026-06-01 17:00")];
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:30")));
}

#[test]
fn a_restarted_clock_gives_the_full_limit() {
    let mut facts = paused(FOUR_HOURS, &[("2026-06-01 11:00", "2026-06-02 09:00")]);
    facts.pause(at("2026-06-02 10:00"));
    facts.restart(at("2026-06-03 08:00"));
    assert_eq!(facts, ClockFacts::new(at("2026-06-03 08:00"), FOUR_HOURS));
    assert_eq!(deadline(&facts), Some(at("2026-06-03 12:00")));
}

#[test]
fn facts_out_of_place_change_nothing() {
    let mut facts = clock(FOUR_HOURS);
    facts.resume(at("2026-06-01 11:00"));
    facts.reopen(at("2026-06-01 11:00"));
    assert_eq!(facts, clock(FOUR_HOURS));
    facts.pause(at("2026-06-01 11:00"));
    facts.pause(at("2026-06-01 11:30"));
    facts.resume(at("2026-06-01 10:30")); // before the pause: the pause has no length
    assert_eq!(deadline(&facts), Some(at("2026-06-01 16:00")));
    facts.stop(at("2026-06-01 15:00"));
    let stopped = facts.clone();
    facts.stop(at("2026-06-01 15:30"));
    facts.pause(at("2026-06-01 15:30"));
    facts.resume(at("2026-06-01 15:40"));
    assert_eq!(facts, stopped);
}

#[test]
fn a_clock_survives_its_journey_through_json() {
    let facts = paused(FOUR_HOURS, &[("2026-06-01 11:00", "2026-06-02 09:00")]);
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<ClockFacts>(&text).unwrap(), facts);
    let time = serde_json::to_string(&*YEAR_2026).unwrap();
    assert_eq!(
        serde_json::from_str::<WorkingTime>(&time).unwrap(),
        *YEAR_2026
    );
}
