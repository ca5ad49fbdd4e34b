//! Limits without pauses.

use super::*;

/// The deadline of a limit in 2026, as people read it: `2026-02-14 11:00`.
fn due(start: &str, limit: Limit) -> String {
    due_in(&YEAR_2026, start, limit)
}

fn due_in(time: &WorkingTime, start: &str, limit: Limit) -> String {
    let deadline = time.due(at(start), limit).at.to_rfc3339();
    deadline.replace(":00+08:00", "").replace('T', " ")
}

#[test]
fn four_working_hours_run_into_a_working_saturday() {
    let limit = Limit::working_hours(4);
    assert_eq!(due("2026-02-13 17:00", limit), "2026-02-14 11:00");
}

#[test]
fn emergency_hours_run_through_the_night() {
    let limit = Limit::emergency_hours(2);
    assert_eq!(due("2026-06-01 23:30", limit), "2026-06-02 01:30");
}

#[test]
fn emergency_days_run_through_holidays() {
    let limit = Limit::emergency_days(2);
    assert_eq!(due("2026-10-01 09:15", limit), "2026-10-03 09:15");
    let limit = Limit::emergency_minutes(10);
    assert_eq!(due("2026-10-01 23:55", limit), "2026-10-02 00:05");
}

#[test]
fn make_up_sundays_are_working_days_and_the_national_holiday_is_not() {
    let calendar = &YEAR_2026.calendar;
    assert!(calendar.is_working_day(day("2026-09-20")));
    for holiday in 1..=7 {
        assert!(!calendar.is_working_day(Date::from_ymd(2026, 10, holiday).unwrap()));
    }
    assert!(calendar.is_working_day(day("2026-10-08")));
}

#[test]
fn a_limit_used_up_exactly_at_a_break_ends_at_its_beginning() {
    let morning = Limit::working_hours(4);
    assert_eq!(due("2026-06-01 08:00", morning), "2026-06-01 12:00");
    let whole_day = Limit::working_hours(8);
    assert_eq!(due("2026-06-01 08:00", whole_day), "2026-06-01 18:00");
    assert_eq!(due("2026-06-05 14:00", whole_day), "2026-06-08 12:00");
    let minute_more = Limit::working_minutes(4 * 60 + 1);
    assert_eq!(due("2026-06-01 08:00", minute_more), "2026-06-01 14:01");
}

#[test]
fn a_limit_that_starts_outside_working_time_begins_at_the_next_opening() {
    let hour = Limit::working_hours(1);
    assert_eq!(due("2026-06-01 06:00", hour), "2026-06-01 09:00");
    assert_eq!(due("2026-06-01 12:00", hour), "2026-06-01 15:00"); // closed at 12:00 sharp
    assert_eq!(due("2026-06-01 13:59", hour), "2026-06-01 15:00");
    assert_eq!(due("2026-06-05 18:00", hour), "2026-06-08 09:00"); // over the weekend
    assert_eq!(due("2026-10-03 10:00", hour), "2026-10-08 09:00"); // over the holiday
}

#[test]
fn nothing_is_rounded() {
    let start = Timestamp::parse("2026-06-01T17:00:30.000001+08:00").unwrap();
    let deadline = YEAR_2026.due(start, Limit::working_hours(1)).at;
    assert_eq!(deadline.to_rfc3339(), "2026-06-02T08:00:30.000001+08:00");
}

#[test]
fn whole_working_days_leave_out_the_start_day_and_end_at_closing() {
    let one = Limit::working_days(1);
    assert_eq!(due("2026-06-01 00:00", one), "2026-06-02 18:00");
    assert_eq!(due("2026-06-01 23:59", one), "2026-06-02 18:00");
    assert_eq!(due("2026-06-06 10:00", one), "2026-06-08 18:00"); // from a Saturday
    assert_eq!(due("2026-02-13 10:00", one), "2026-02-14 18:00"); // a working Saturday
    let five = Limit::working_days(5);
    assert_eq!(due("2026-09-29 10:00", five), "2026-10-12 18:00"); // 30, 8, 9, Sat 10, 12
}

#[test]
fn by_the_other_rule_a_working_day_is_eight_working_hours() {
    let time = WorkingTime {
        day_rule: WorkingDayRule::EightHours,
        ..YEAR_2026.clone()
    };
    let one = Limit::working_days(1);
    assert_eq!(due_in(&time, "2026-06-01 10:00", one), "2026-06-02 10:00");
    assert_eq!(due_in(&time, "2026-02-13 17:00", one), "2026-02-14 17:00");
}

#[test]
fn calendar_days_end_at_midnight_and_may_move_to_a_working_day() {
    let three = Limit::calendar_days(3);
    assert_eq!(due("2026-09-30 10:00", three), "2026-10-04 00:00");
    let time = WorkingTime {
        calendar_days_move_to_working_day: true,
        ..YEAR_2026.clone()
    };
    assert_eq!(due_in(&time, "2026-09-30 10:00", three), "2026-10-09 00:00");
    assert_eq!(due_in(&time, "2026-06-01 10:00", three), "2026-06-05 00:00");
}

#[test]
fn hours_follow_the_season() {
    let season = |from, afternoon| Season {
        from,
        hours: Hours::new(vec![(480, 720), afternoon]).unwrap(),
    };
    let (summer, winter) = (season((5, 1), (870, 1110)), season((10, 1), (810, 1050)));
    let time = WorkingTime {
        hours: HoursTable::new(vec![winter, summer]).unwrap(),
        ..YEAR_2026.clone()
    };
    // Half an hour of winter is left on 30 April; summer begins on 6 May, after the holiday.
    let eight = Limit::working_hours(8);
    assert_eq!(due_in(&time, "2026-04-30 17:00", eight), "2026-05-06 18:00");
    let one_day = Limit::working_days(1);
    assert_eq!(
        due_in(&time, "2026-04-30 17:00", one_day),
        "2026-05-06 18:30"
    );
    assert_eq!(
        due_in(&time, "2026-01-05 09:00", one_day),
        "2026-01-06 17:30"
    );
    let two_years = Limit::working_hours(8 * 500);
    assert_eq!(
        due_in(&time, "2026-01-05 08:00", two_years),
        "2027-12-21 17:30"
    );
}

#[test]
fn a_deadline_past_the_known_calendar_is_provisional() {
    let provisional =
        |time: &WorkingTime, start: &str, limit| time.due(at(start), limit).provisional;
    let known = &YEAR_2026;
    assert!(!provisional(
        known,
        "2026-12-30 10:00",
        Limit::working_days(1)
    ));
    assert!(provisional(
        known,
        "2026-12-31 10:00",
        Limit::working_days(1)
    ));
    assert!(!provisional(
        known,
        "2026-12-31 17:00",
        Limit::working_hours(1)
    ));
    assert!(provisional(
        known,
        "2026-12-31 17:00",
        Limit::working_minutes(61)
    ));
    assert!(!provisional(
        known,
        "2026-12-31 17:00",
        Limit::emergency_days(9)
    ));
    assert!(!provisional(
        known,
        "2026-12-31 17:00",
        Limit::calendar_days(9)
    ));
    let moving = WorkingTime {
        calendar_days_move_to_working_day: true,
        ..YEAR_2026.clone()
    };
    assert!(provisional(
        &moving,
        "2026-12-31 17:00",
        Limit::calendar_days(9)
    ));
    assert!(!provisional(
        &moving,
        "2026-12-30 17:00",
        Limit::calendar_days(1)
    ));
}

#[test]
fn an_amended_calendar_moves_the_deadline() {
    let extra_holiday = (day("2026-06-02"), DayKind::Off);
    let exceptions = YEAR_2026.calendar.exceptions().chain([extra_holiday]);
    let known_until = YEAR_2026.calendar.known_until();
    let amended = WorkingTime {
        calendar: Calendar::new(2, exceptions, known_until).unwrap(),
        ..YEAR_2026.clone()
    };
    let one = Limit::working_days(1);
    assert_eq!(due("2026-06-01 10:00", one), "2026-06-02 18:00");
    assert_eq!(
        due_in(&amended, "2026-06-01 10:00", one),
        "2026-06-03 18:00"
    );
}

#[test]
fn opening_times_are_open_at_their_beginning_and_closed_at_their_end() {
    let next = |text: &str| YEAR_2026.next_opening(at(text));
    assert!(YEAR_2026.is_working(at("2026-06-01 08:00")));
    assert!(YEAR_2026.is_working(at("2026-06-01 17:59")));
    assert!(!YEAR_2026.is_working(at("2026-06-01 12:00")));
    assert!(!YEAR_2026.is_working(at("2026-06-06 10:00")));
    assert_eq!(next("2026-06-01 09:30"), at("2026-06-01 09:30"));
    assert_eq!(next("2026-06-01 12:00"), at("2026-06-01 14:00"));
    assert_eq!(next("2026-06-01 07:00"), at("2026-06-01 08:00"));
    assert_eq!(next("2026-09-30 18:00"), at("2026-10-08 08:00"));
    assert_eq!(next("2026-02-13 20:00"), at("2026-02-14 08:00"));
}

#[test]
fn a_stop_at_the_deadline_is_on_time_and_a_microsecond_later_is_not() {
    let deadline = YEAR_2026.due(at("2026-06-01 08:00"), Limit::working_hours(4));
    assert!(deadline.is_met_by(at("2026-06-01 12:00")));
    assert!(!deadline.is_met_by(at("2026-06-01 12:00").plus_micros(1)));
}

#[test]
fn a_limit_is_between_one_and_ten_years() {
    assert!(Limit::new(0, TimeUnit::WorkingHours).is_err());
    assert!(Limit::new(3_650, TimeUnit::CalendarDays).is_ok());
    let too_long = Limit::new(3_651, TimeUnit::CalendarDays).unwrap_err();
    assert_eq!((too_long.amount, too_long.most), (3_651, 3_650));
    let read = |text| serde_json::from_str::<Limit>(text);
    let four_hours = read(r#"{"amount": 4, "unit": "working_hours"}"#).unwrap();
    assert_eq!(four_hours, Limit::working_hours(4));
    assert!(read(r#"{"amount": 0, "unit": "working_hours"}"#).is_err());
}
