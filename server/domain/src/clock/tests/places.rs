//! What divisions have of their own, and which of it holds where.

use super::*;

const COUNTY: &str = "320707000000";
const TOWN: &str = "320707101000";
const OTHER_TOWN: &str = "320707102000";
const VILLAGE: &str = "320707101201";

fn hours(spans: &[(u32, u32)]) -> Hours {
    Hours::new(spans.to_vec()).unwrap()
}

fn season(from: (u32, u32), spans: &[(u32, u32)]) -> LocalRule {
    LocalRule::Season(Season {
        from,
        hours: hours(spans),
    })
}

fn spell(from: &str, to: &str, spans: &[(u32, u32)]) -> LocalRule {
    LocalRule::Spell(Spell {
        from: day(from),
        to: day(to),
        hours: hours(spans),
    })
}

fn days(from: &str, to: &str, kind: DayKind) -> LocalRule {
    LocalRule::Days {
        from: day(from),
        to: day(to),
        kind,
    }
}

fn only_for(of: HoursUse, entry: LocalTime) -> LocalTime {
    LocalTime {
        used_for: Some(of),
        ..entry
    }
}

fn times(entries: &[LocalTime]) -> WorkingTimes {
    WorkingTimes::new(YEAR_2026.clone(), entries).unwrap()
}

fn at_place<'t>(times: &'t WorkingTimes, place: &str, of: HoursUse) -> &'t WorkingTime {
    times.at(DivisionCode::parse(place).unwrap(), of)
}

fn due(times: &WorkingTimes, place: &str, of: HoursUse, start: &str, limit: Limit) -> Timestamp {
    at_place(times, place, of).due(at(start), limit).at
}

#[test]
fn a_town_without_hours_of_its_own_has_those_of_its_county_and_others_those_of_the_country() {
    let times = times(&[own(COUNTY, season((1, 1), &[(510, 720), (840, 1050)]))]);
    let hour = Limit::working_hours(1);
    let due = |place| due(&times, place, HoursUse::Work, "2026-06-01 07:00", hour);
    assert_eq!(due(VILLAGE), at("2026-06-01 09:30"));
    assert_eq!(due(COUNTY), at("2026-06-01 09:30"));
    assert_eq!(due("320706000000"), at("2026-06-01 09:00"));
}

#[test]
fn the_nearest_division_with_seasons_has_all_of_them() {
    let times = times(&[
        own(COUNTY, season((5, 1), &[(480, 720), (870, 1110)])),
        own(COUNTY, season((10, 1), &[(480, 720), (810, 1050)])),
        own(TOWN, season((1, 1), &[(540, 1020)])),
    ]);
    let close = |place, date| {
        at_place(&times, place, HoursUse::Work)
            .hours
            .hours_on(day(date))
            .close()
    };
    assert_eq!(close(VILLAGE, "2026-07-01"), 1020);
    assert_eq!(close(OTHER_TOWN, "2026-07-01"), 1110);
    assert_eq!(close(OTHER_TOWN, "2026-11-01"), 1050);
}

#[test]
fn desk_grid_and_units_have_hours_of_their_own() {
    let night_desk = only_for(HoursUse::Desk, own(TOWN, season((1, 1), &[(0, 1440)])));
    let early_grid = only_for(HoursUse::Grid, own(TOWN, season((1, 1), &[(360, 600)])));
    let times = times(&[night_desk, early_grid]);
    let minutes = Limit::working_minutes(15);
    let due = |of| due(&times, TOWN, of, "2026-06-01 23:00", minutes);
    assert_eq!(due(HoursUse::Desk), at("2026-06-01 23:15"));
    assert_eq!(due(HoursUse::Grid), at("2026-06-02 06:15"));
    assert_eq!(due(HoursUse::Work), at("2026-06-02 08:15"));
}

#[test]
fn in_a_division_what_is_for_the_desk_counts_before_what_is_for_all_but_a_nearer_division_first() {
    let times = times(&[
        own(COUNTY, season((1, 1), &[(540, 1020)])),
        only_for(HoursUse::Desk, own(COUNTY, season((1, 1), &[(480, 1200)]))),
        own(TOWN, season((1, 1), &[(600, 900)])),
    ]);
    let close = |place, of| {
        at_place(&times, place, of)
            .hours
            .hours_on(day("2026-06-01"))
            .close()
    };
    assert_eq!(close(COUNTY, HoursUse::Desk), 1200);
    assert_eq!(close(COUNTY, HoursUse::Work), 1020);
    assert_eq!(close(TOWN, HoursUse::Desk), 900);
}

#[test]
fn a_flood_lengthens_the_hours_and_a_hot_noon_moves_them() {
    let times = times(&[
        own(COUNTY, spell("2026-07-10", "2026-07-13", &[(0, 1440)])),
        own(
            TOWN,
            spell("2026-07-20", "2026-08-01", &[(360, 660), (960, 1140)]),
        ),
    ]);
    let due = |start| due(&times, TOWN, HoursUse::Work, start, Limit::working_hours(4));
    // A Friday evening in the flood; a Saturday is no working day in it.
    assert_eq!(due("2026-07-10 19:00"), at("2026-07-10 23:00"));
    assert_eq!(due("2026-07-10 23:00"), at("2026-07-13 11:00"));
    assert_eq!(due("2026-07-20 10:00"), at("2026-07-20 19:00"));
    assert_eq!(due("2026-07-31 18:00"), at("2026-08-03 11:00"));
}

#[test]
fn local_days_off_and_worked_count_before_the_notices() {
    let times = times(&[
        own(COUNTY, days("2026-06-02", "2026-06-04", DayKind::Off)),
        own(TOWN, days("2026-06-03", "2026-06-04", DayKind::Work)),
        own(TOWN, days("2026-06-06", "2026-06-07", DayKind::Work)),
    ]);
    let due = |place, days| {
        due(
            &times,
            place,
            HoursUse::Work,
            "2026-06-01 10:00",
            Limit::working_days(days),
        )
    };
    assert_eq!(due(OTHER_TOWN, 1), at("2026-06-04 18:00"));
    assert_eq!(due(TOWN, 1), at("2026-06-03 18:00"));
    assert_eq!(due(TOWN, 4), at("2026-06-06 18:00")); // 3, 4, 5, Saturday 6
}

#[test]
fn a_place_chooses_what_a_working_day_is_and_whether_calendar_days_move() {
    let times = times(&[
        own(COUNTY, LocalRule::DayRule(WorkingDayRule::EightHours)),
        own(TOWN, LocalRule::CalendarDaysMove(true)),
        own(TOWN, LocalRule::DayRule(WorkingDayRule::WholeDays)),
    ]);
    let day = Limit::working_days(1);
    let due = |place, start, limit| due(&times, place, HoursUse::Work, start, limit);
    assert_eq!(
        due(OTHER_TOWN, "2026-06-01 10:00", day),
        at("2026-06-02 10:00")
    );
    assert_eq!(due(TOWN, "2026-06-01 10:00", day), at("2026-06-02 18:00"));
    let three = Limit::calendar_days(3);
    assert_eq!(due(TOWN, "2026-09-30 10:00", three), at("2026-10-09 00:00"));
    assert_eq!(
        due(OTHER_TOWN, "2026-09-30 10:00", three),
        at("2026-10-04 00:00")
    );
}

#[test]
fn two_entries_that_say_something_of_the_same_days_are_refused_and_both_are_named() {
    let faults = |entries: &[LocalTime]| WorkingTimes::new(YEAR_2026.clone(), entries).unwrap_err();
    let flood = own(TOWN, spell("2026-07-10", "2026-07-13", &[(0, 1440)]));
    let clash = |with, on| LocalWrong::Clash { with, on };
    let elsewhere = own(OTHER_TOWN, spell("2026-07-10", "2026-07-13", &[(0, 720)]));
    let heat = own(TOWN, spell("2026-07-12", "2026-08-01", &[(360, 660)]));
    assert_eq!(
        faults(&[flood.clone(), elsewhere, heat]),
        [LocalFault {
            entry: 2,
            wrong: clash(0, Some(day("2026-07-12")))
        }]
    );
    let off = own(TOWN, days("2026-06-02", "2026-06-04", DayKind::Off));
    let worked = own(TOWN, days("2026-06-03", "2026-06-06", DayKind::Work));
    assert_eq!(
        faults(&[off, worked]),
        [LocalFault {
            entry: 1,
            wrong: clash(0, Some(day("2026-06-03")))
        }]
    );
    let summer = own(TOWN, season((5, 1), &[(480, 720)]));
    let rule = own(TOWN, LocalRule::DayRule(WorkingDayRule::EightHours));
    let all = [summer.clone(), rule.clone(), flood.clone(), summer, rule];
    assert_eq!(
        faults(&all),
        [
            LocalFault {
                entry: 3,
                wrong: clash(0, None)
            },
            LocalFault {
                entry: 4,
                wrong: clash(1, None)
            },
        ]
    );
    // For the desk alone is no contradiction to what holds for all: it counts before it.
    let desk = only_for(HoursUse::Desk, flood.clone());
    assert!(WorkingTimes::new(YEAR_2026.clone(), &[flood, desk]).is_ok());
}

#[test]
fn what_holds_on_no_day_is_refused() {
    let wrong = |rule| {
        let faults = WorkingTimes::new(YEAR_2026.clone(), &[own(TOWN, rule)]).unwrap_err();
        faults.into_iter().next().unwrap().wrong
    };
    let (from, to) = (day("2026-06-02"), day("2026-06-02"));
    let empty = LocalWrong::NoDays { from, to };
    assert_eq!(wrong(days("2026-06-02", "2026-06-02", DayKind::Off)), empty);
    assert_eq!(wrong(spell("2026-06-02", "2026-06-02", &[(0, 60)])), empty);
    assert_eq!(
        wrong(days("2026-06-02", "2028-06-02", DayKind::Off)),
        LocalWrong::TooManyDays { most: 366 }
    );
    let no_day = LocalWrong::Hours(HoursError::NotADay(4, 31));
    assert_eq!(wrong(season((4, 31), &[(0, 60)])), no_day);
}

#[test]
fn an_entry_is_its_division_use_rule_and_reason_in_json() {
    let entry = LocalTime {
        reason: "防汛".to_owned(),
        ..only_for(
            HoursUse::Desk,
            own(TOWN, spell("2026-07-10", "2026-07-13", &[(0, 1440)])),
        )
    };
    let text = r#"{"division":"320707101000","used_for":"desk","rule":{"spell":{"from":"2026-07-10","to":"2026-07-13","hours":[[0,1440]]}},"reason":"防汛"}"#;
    assert_eq!(serde_json::to_string(&entry).unwrap(), text);
    assert_eq!(serde_json::from_str::<LocalTime>(text).unwrap(), entry);
}
