//! When the unit that leads is warned: four fifths of the working time, whatever hours hold until the deadline.

use super::story::{Story, a_report, dispatch};
use super::town::{COVER, ENFORCEMENT, ROAD, RULES, Who, at, lead};
use crate::case::{ClockRef, Event, Mark, Recorded, Rules, recalculate};
use crate::clock::{Date, Hours, LocalRule, Season, Spell};
use crate::matter::MatterKind;

fn hours(spans: &[(u32, u32)]) -> Hours {
    Hours::new(spans.to_vec()).unwrap()
}

/// From May eight hours with a long noon, 08:00–12:00 and 14:30–18:30; from October seven, 08:30–12:00 and 13:30–17:00.
fn by_season() -> Rules {
    let season = |from, spans: &[(u32, u32)]| {
        LocalRule::Season(Season {
            from,
            hours: hours(spans),
        })
    };
    RULES.clone().where_units_work([
        season((5, 1), &[(480, 720), (870, 1110)]),
        season((10, 1), &[(510, 720), (810, 1020)]),
    ])
}

/// Other hours from a day to before another one; on all others 08:00–12:00 and 14:00–18:00.
fn with_other_hours(from: &str, to: &str, spans: &[(u32, u32)]) -> Rules {
    let day = |text: &str| Date::parse(&format!("2026-{text}")).unwrap();
    let spell = LocalRule::Spell(Spell {
        from: day(from),
        to: day(to),
        hours: hours(spans),
    });
    RULES.clone().where_units_work([spell])
}

/// A case sent plainly to the enforcement bureau at that moment.
fn called(rules: &Rules, of: (MatterKind, &str), number: u16, when: &str) -> Story {
    let mut story = Story::filed_under(rules.clone(), Who::Worker, when, &a_report()).unwrap();
    story.registers(of, number);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    story
}

/// When the warning is to come, as people read it.
fn warning(story: &Story) -> String {
    let warned = story.case.round().unwrap().steps[0].warn_at.unwrap();
    warned.to_string()[5..16].replace('T', " ")
}

fn is_warned(events: &[Recorded]) -> bool {
    events.iter().any(|recorded| {
        matches!(
            recorded.event,
            Event::Reminded {
                clock: ClockRef::Handling { .. },
                mark: Mark::Warning,
                ..
            }
        )
    })
}

/// Called then, a case is to be warned of then and done then; the warning comes at its moment and not a microsecond
/// earlier.
fn check(rules: &Rules, of: (MatterKind, &str), number: u16, [then, warned, due]: [&str; 3]) {
    let mut story = called(rules, of, number, then);
    assert_eq!(story.deadline().as_deref(), Some(due), "called {then}");
    assert_eq!(warning(&story), warned, "called {then}");
    story.now = at(warned).plus_micros(-1);
    assert!(!is_warned(&story.ticks()), "before {warned}");
    assert!(is_warned(&story.on(warned).ticks()), "at {warned}");
}

#[test]
fn the_warning_counts_working_time_by_the_season_in_which_it_is_worked() {
    let rules = by_season();
    // Into winter, over the National Day's week. Monday the 28th has 3 + 4 hours left, the 29th and 30th have 8 each: 23
    // of summer. The 8th, 9th and the working Saturday have 7 each: 44 in all, of which four fifths are 35.2. The 8th
    // makes 30; of the 9th 5.2 are wanted, 3.5 before noon and 1.7 from 13:30.
    check(
        &rules,
        ROAD,
        1,
        ["09-28 09:00", "10-09 15:12", "10-10 17:00"],
    );
    // Of four hours two are left in summer's last evening; 1.2 more make 3.2, from winter's opening at 08:30.
    check(
        &rules,
        COVER,
        2,
        ["09-30 16:30", "10-08 09:42", "10-08 10:30"],
    );
    // Into summer, over Labour Day. 2 hours of the 29th and 7 of the 30th are winter's; the 6th to the 8th and the working
    // Saturday have 8 each: 41 in all, of which four fifths are 32.8. The 7th makes 25; of the 8th 7.8 are wanted, 4
    // before noon and 3.8 from 14:30.
    check(
        &rules,
        ROAD,
        1,
        ["04-29 15:00", "05-08 18:18", "05-09 18:30"],
    );
    // One hour until winter closes at 17:00; 2.2 more make 3.2, from summer's opening at 08:00.
    check(
        &rules,
        COVER,
        2,
        ["04-30 16:00", "05-06 10:12", "05-06 11:00"],
    );
}

#[test]
fn a_day_and_night_of_flood_counts_with_all_its_hours() {
    let flood = with_other_hours("09-08", "09-09", &[(0, 1440)]);
    // Monday has 7 hours left, the flood 24, Wednesday to Friday and the next Monday 8 each: 63 in all, of which four
    // fifths are 50.4. Thursday makes 47; of Friday 3.4 are wanted.
    check(
        &flood,
        ROAD,
        1,
        ["09-07 09:00", "09-11 11:24", "09-14 18:00"],
    );
    // Two hours of Monday; 1.2 more make 3.2, from midnight.
    check(
        &flood,
        COVER,
        2,
        ["09-07 16:00", "09-08 01:12", "09-08 02:00"],
    );
    // Three hours until midnight, when the flood is over; 0.2 more make 3.2, from the opening.
    check(
        &flood,
        COVER,
        2,
        ["09-08 21:00", "09-09 08:12", "09-09 09:00"],
    );
}

#[test]
fn a_hot_noon_counts_with_none_of_its_hours() {
    // On two days 06:00–10:00 and 16:00–19:00.
    let heat = with_other_hours("09-09", "09-11", &[(360, 600), (960, 1140)]);
    // Monday has 7 hours left, Tuesday 8, the hot days 7 each, Friday and the next Monday 8: 45 in all, of which four
    // fifths are 36. Thursday makes 29; of Friday 7 are wanted, 4 before noon and 3 from 14:00.
    check(
        &heat,
        ROAD,
        1,
        ["09-07 09:00", "09-11 17:00", "09-14 18:00"],
    );
    // One hour of Tuesday; 2.2 more make 3.2, from six in the morning.
    check(
        &heat,
        COVER,
        2,
        ["09-08 17:00", "09-09 08:12", "09-09 09:00"],
    );
    // One hour before the heat; 2.2 more make 3.2, from 16:00.
    check(
        &heat,
        COVER,
        2,
        ["09-09 09:00", "09-09 18:12", "09-09 19:00"],
    );
}

#[test]
fn a_flood_that_is_declared_in_mid_case_moves_the_warning_though_the_deadline_stays() {
    let mut story = called(&RULES, ROAD, 1, "09-07 09:00");
    // Four fifths of 7 + 4 × 8 + 8 hours: 37.6, of which 6.6 are Friday's.
    assert_eq!(warning(&story), "09-11 16:36");
    let flood = with_other_hours("09-08", "09-09", &[(0, 1440)]);
    story.on("09-07 12:00");
    let events = recalculate(&story.case, &story.rules, &flood, story.now);
    story.rules = flood;
    story.happens(&events);
    assert_eq!(warning(&story), "09-11 11:24");
    assert_eq!(story.deadline().as_deref(), Some("09-14 18:00"));
}
