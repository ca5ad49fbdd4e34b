//! How long it takes to compute a deadline, over a mix of the limits of the field.
//!
//! The limits are those of the published lists (wells, roads, rubbish, vendors, mains, posters), of the default
//! whistles and of the centre's own clocks; they begin all over the years 2025 and 2026, at every hour of the day, under
//! the real calendars of 2018 to 2026. Every fourth clock was paused, every eighth has been extended.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gridwhistle_domain::clock::{
    Calendar, ClockFacts, Date, DayKind, Hours, HoursTable, Limit, Pause, Season, Spell, Timestamp,
    WorkingTime,
};

const NOTICES: [&str; 9] = [
    include_str!("../../data/calendar/cn-2018.json"),
    include_str!("../../data/calendar/cn-2019.json"),
    include_str!("../../data/calendar/cn-2020.json"),
    include_str!("../../data/calendar/cn-2021.json"),
    include_str!("../../data/calendar/cn-2022.json"),
    include_str!("../../data/calendar/cn-2023.json"),
    include_str!("../../data/calendar/cn-2024.json"),
    include_str!("../../data/calendar/cn-2025.json"),
    include_str!("../../data/calendar/cn-2026.json"),
];

fn calendar() -> Calendar {
    let years: Vec<(i32, Vec<(Date, DayKind)>)> = NOTICES
        .iter()
        .map(|text| {
            let notice: serde_json::Value = serde_json::from_str(text).unwrap();
            let year = i32::try_from(notice["year"].as_i64().unwrap()).unwrap();
            let days = notice["days"].as_array().unwrap().iter().map(|entry| {
                let off = entry["isOffDay"].as_bool().unwrap();
                let day = Date::parse(entry["date"].as_str().unwrap()).unwrap();
                (day, if off { DayKind::Off } else { DayKind::Work })
            });
            (year, days.collect())
        })
        .collect();
    Calendar::from_years(1, &years).unwrap()
}

/// A town with a summer and a winter, and a flood each year.
fn seasons() -> HoursTable {
    let hours = |spans: &[(u32, u32)]| Hours::new(spans.to_vec()).unwrap();
    let summer = Season {
        from: (5, 1),
        hours: hours(&[(480, 720), (870, 1110)]),
    };
    let winter = Season {
        from: (10, 1),
        hours: hours(&[(480, 720), (810, 1050)]),
    };
    let flood = |year| Spell {
        from: Date::from_ymd(year, 7, 10).unwrap(),
        to: Date::from_ymd(year, 7, 17).unwrap(),
        hours: hours(&[(0, 1440)]),
    };
    HoursTable::new(vec![summer, winter])
        .unwrap()
        .with_spells((2018..=2026).map(flood).collect())
        .unwrap()
}

/// As often as they stand in the lists, the whistles and the centre's work.
fn limits() -> Vec<Limit> {
    vec![
        Limit::emergency_hours(2),    // a well cover is missing
        Limit::working_hours(4),      // … is broken
        Limit::emergency_days(2),     // an illegal building in progress
        Limit::working_days(15),      // … that stands
        Limit::working_hours(4),      // exposed rubbish
        Limit::working_hours(2),      // a dirty road
        Limit::working_days(5),       // a damaged road
        Limit::emergency_hours(2),    // a street vendor
        Limit::emergency_hours(1),    // a burst main: stop the water
        Limit::working_days(5),       // … mend the road
        Limit::emergency_hours(1),    // a gas leak
        Limit::emergency_hours(2),    // a collapsed road
        Limit::emergency_hours(2),    // flooding
        Limit::working_days(1),       // illegal posters
        Limit::working_days(5),       // the generic condition
        Limit::working_hours(1),      // sign
        Limit::working_hours(4),      // contact the blower
        Limit::working_days(1),       // check in: daily
        Limit::emergency_hours(24),   // contact: tough
        Limit::working_days(3),       // check in: tough
        Limit::emergency_minutes(10), // sign: emergency
        Limit::emergency_minutes(30), // check in: emergency
        Limit::working_minutes(15),   // accept
        Limit::working_minutes(15),   // dispatch
        Limit::working_minutes(30),   // verify, decide a return
        Limit::calendar_days(7),      // ask the resident
    ]
}

fn clocks() -> Vec<ClockFacts> {
    let limits = limits();
    let first = Timestamp::of(Date::from_ymd(2025, 1, 1).unwrap(), 0);
    (0..4_160_i64)
        .map(|n| {
            let limit = limits[usize::try_from(n).unwrap() % limits.len()];
            // Two years in steps that come to every minute of the day.
            let start = first.plus_minutes(n * 251);
            let mut clock = ClockFacts::new(start, limit);
            if n % 4 == 1 {
                clock.pauses.push(Pause {
                    from: start.plus_minutes(20),
                    to: Some(start.plus_minutes(20 + n % 4_000)),
                });
            }
            clock.extensions = u8::from(n % 8 == 3);
            clock
        })
        .collect()
}

fn deadlines(criterion: &mut Criterion) {
    let clocks = clocks();
    let everywhere = WorkingTime {
        calendar: calendar(),
        ..WorkingTime::default()
    };
    let town = WorkingTime {
        hours: seasons(),
        ..everywhere.clone()
    };
    for (name, time) in [
        ("the same hours all year", everywhere),
        ("seasons and floods", town),
    ] {
        let mut next = 0;
        criterion.bench_function(&format!("a deadline, {name}"), |bencher| {
            bencher.iter(|| {
                next = (next + 1) % clocks.len();
                time.deadline(black_box(&clocks[next]))
            });
        });
    }
}

criterion_group!(benches, deadlines);
criterion_main!(benches);
