//! One rule a test.

use super::story::{Story, VILLAGE, at};
use crate::case::{CaseId, ClockChange, Event, Grade, Solved, Unanswered};
use crate::clock::{Date, Timestamp};
use crate::indicator::{
    Contribution, Entry, Figure, Grouping, Indicator, MilestoneName, Origin, Owner, Part, Period,
    PeriodLength, Reason, Tally, Value, Weights, WeightsError, contributions,
};
use crate::matter::ConditionId;
use crate::place::DivisionCode;
use crate::routing::UnitCode;
use uuid::Uuid;

const STARTED: ClockChange = ClockChange::Started;

fn september() -> Period {
    Period::month(Date::parse("2026-09-20").unwrap())
}

/// The month as it was known at a moment.
fn known(moment: &str) -> Period {
    september().as_of(at(moment))
}

fn tally(story: &Story, period: Period) -> Tally {
    let mut tally = Tally::new(Weights::default());
    for contribution in contributions(&story.case(), period) {
        tally.add(&contribution);
    }
    tally
}

fn figure(story: &Story, indicator: Indicator, period: Period) -> Figure {
    tally(story, period).figure(indicator)
}

fn rounds(story: &Story, period: Period) -> Vec<(Entry, Option<String>)> {
    contributions(&story.case(), period)
        .into_iter()
        .filter(|c| matches!(c.origin, Origin::Round(_)))
        .map(|c| (c.entry, c.unit.map(|u| u.0)))
        .collect()
}

fn round(story: &Story, period: Period) -> Option<Entry> {
    let mut all = rounds(story, period);
    assert!(all.len() <= 1, "{all:?}");
    all.pop().map(|(entry, _)| entry)
}

/// Registered on the 7th at 09:00, sent to the bureau, due on the 14th at 18:00.
fn sent() -> Story {
    let mut story = Story::reported(at("07 08:50"));
    story
        .then(at("07 09:00"))
        .registered()
        .then(at("07 09:10"))
        .dispatched("bureau", STARTED, at("14 18:00"));
    story
}

const OVERDUE: Entry = Entry::Overdue {
    rework: false,
    extended: false,
};
const CLOSED: Entry = Entry::Closed {
    on_time: true,
    first_time: true,
    rework: false,
    extended: false,
};

/// `closed` rounds of which `on_time` were so, and the rest of `due` overdue.
fn bulletin(due: u64, closed: u64, on_time: u64) -> (Option<Value>, Option<Value>) {
    let division = DivisionCode::parse("320700000000").unwrap();
    let story = sent();
    let case = story.case().id;
    let mut tally = Tally::new(Weights::default());
    for n in 0..due {
        let entry = if n < closed {
            Entry::Closed {
                on_time: n < on_time,
                first_time: true,
                rework: false,
                extended: false,
            }
        } else {
            OVERDUE
        };
        tally.add(&Contribution {
            case,
            origin: Origin::Round(1),
            division,
            grid: None,
            unit: None,
            kind: None,
            blower_grid: None,
            centre: division,
            entry,
        });
    }
    assert_eq!(tally.figure(Indicator::Due).value, Some(Value::Count(due)));
    assert_eq!(
        tally.figure(Indicator::OverdueOpen).value,
        Some(Value::Count(due - closed))
    );
    (
        tally.figure(Indicator::ClosureRate).value,
        tally.figure(Indicator::OnTimeClosureRate).value,
    )
}

#[test]
fn the_published_bulletins_come_out_to_the_last_digit() {
    assert_eq!(
        bulletin(24_932, 23_974, 22_345),
        (Some(Value::Percent(9_616)), Some(Value::Percent(8_962)))
    );
    assert_eq!(
        bulletin(29_186, 25_783, 24_165),
        (Some(Value::Percent(8_834)), Some(Value::Percent(8_280)))
    );
}

#[test]
fn where_nothing_is_due_there_is_no_rate() {
    let story = sent();
    for figure in tally(&story, known("07 09:05")).figures() {
        let expected = match figure.indicator {
            counted if counted.is_count() => Some(Value::Count(0)),
            _ => None,
        };
        assert_eq!(
            (figure.value, figure.interval),
            (expected, None),
            "{}",
            figure.indicator
        );
    }
}

#[test]
fn a_round_in_hand_is_due_only_when_its_deadline_has_passed() {
    let story = sent();
    assert_eq!(round(&story, known("14 18:00")), None);
    assert_eq!(round(&story, known("14 18:01")), Some(OVERDUE));
}

#[test]
fn a_round_closed_later_was_overdue_as_of_then() {
    let mut story = sent();
    story.then(at("16 10:00")).finished(0, at("14 18:00"));
    story.then(at("17 10:00")).closed(false);
    assert_eq!(round(&story, known("15 00:00")), Some(OVERDUE));
    assert_eq!(round(&story, known("16 12:00")), Some(OVERDUE));
    let late = Entry::Closed {
        on_time: false,
        first_time: true,
        rework: false,
        extended: false,
    };
    assert_eq!(round(&story, september()), Some(late));
    let days: Vec<_> = september()
        .split(PeriodLength::Day)
        .filter_map(|day| round(&story, day).map(|entry| (day.from.date().ymd().2, entry)))
        .collect();
    assert_eq!(
        days,
        [
            (14, OVERDUE),
            (15, OVERDUE),
            (16, OVERDUE),
            (17, late_closing())
        ]
    );
}

fn late_closing() -> Entry {
    Entry::Closed {
        on_time: false,
        first_time: true,
        rework: false,
        extended: false,
    }
}

#[test]
fn a_round_finished_in_time_waits_for_the_centre_and_is_nobodys_delay() {
    let mut story = sent();
    story.then(at("14 18:00")).finished(0, at("14 18:00"));
    assert_eq!(
        round(&story, known("15 00:00")),
        Some(Entry::Apart(Reason::WaitingForCentre))
    );
    let closure = figure(&story, Indicator::ClosureRate, known("15 00:00"));
    assert_eq!((closure.value, closure.denominator), (None, 0));
    assert_eq!(closure.exclusions.get(&Reason::WaitingForCentre), Some(&1));
    story.then(at("18 09:00")).closed(true);
    assert_eq!(round(&story, september()), Some(CLOSED));
}

#[test]
fn a_round_without_a_lead_waits_for_the_centre_to_send_another() {
    let mut story = sent();
    story.then(at("08 09:00")).returned(0).paused();
    assert_eq!(
        round(&story, september()),
        Some(Entry::Apart(Reason::AwaitingRedispatch))
    );
    story
        .then(at("10 09:00"))
        .dispatched("water", ClockChange::Restarted, at("17 18:00"));
    assert_eq!(
        rounds(&story, known("18 00:00")),
        [(OVERDUE, Some("water".to_owned()))]
    );
    assert_eq!(
        round(&story, known("10 09:00")),
        Some(Entry::Apart(Reason::AwaitingRedispatch)),
        "what happens at the end of the period is not yet seen"
    );
}

#[test]
fn a_round_that_waits_is_shown_apart_until_it_goes_on() {
    let mut story = sent();
    story.then(at("09 09:00")).suspended();
    story.then(at("21 09:00")).resumed(at("24 18:00"));
    assert_eq!(
        round(&story, known("21 09:00")),
        Some(Entry::Apart(Reason::Suspended))
    );
    let closure = figure(&story, Indicator::ClosureRate, known("21 09:00"));
    assert_eq!(closure.exclusions.get(&Reason::Suspended), Some(&1));
    assert_eq!(round(&story, known("21 09:01")), None);
}

#[test]
fn a_granted_extension_counts_from_the_moment_it_was_granted() {
    let mut story = sent();
    story.then(at("09 09:00")).extended(at("18 18:00"));
    let rate = |story: &Story, until| {
        let figure = figure(story, Indicator::ExtensionRate, known(until));
        (figure.numerator / 100_000, figure.denominator)
    };
    assert_eq!(rate(&story, "18 00:00"), (0, 0), "nothing is due yet");
    assert_eq!(rate(&story, "19 00:00"), (1, 1));
}

#[test]
fn a_round_that_nobody_was_called_to_in_time_is_shown_apart() {
    let mut story = Story::reported(at("07 08:50"));
    story.then(at("07 09:00")).registered();
    assert_eq!(round(&story, known("07 09:15")), None);
    assert_eq!(
        rounds(&story, known("07 09:16")),
        [(Entry::Apart(Reason::NeverDispatched), None)]
    );
}

#[test]
fn what_a_worker_settled_himself_is_beside_the_figures_until_it_is_reopened() {
    let mut story = Story::reported(at("07 09:00"));
    story.happens(Event::SelfHandled {
        matter: "event-06010".parse().unwrap(),
        condition: ConditionId("event-06010/1".to_owned()),
        before: Vec::new(),
        after: Vec::new(),
        note: String::new(),
    });
    let whole = |story: &Story, period| -> Vec<Entry> {
        let found = contributions(&story.case(), period);
        found.into_iter().map(|c| c.entry).collect()
    };
    let apart = [Entry::Apart(Reason::SelfHandled)];
    assert_eq!(whole(&story, september()), apart);
    story
        .then(at("08 09:00"))
        .happens(Event::ReopenedToAccepted {
            reason: String::new(),
        });
    assert_eq!(whole(&story, known("08 09:00")), apart);
    assert_eq!(whole(&story, september()), []);
}

#[test]
fn a_merged_case_is_beside_the_figures_in_the_period_of_the_merging() {
    let mut story = Story::reported(at("07 08:50"));
    story.then(at("07 09:00")).registered();
    story.then(at("07 10:00")).happens(Event::Merged {
        into: CaseId(Uuid::nil()),
        number: String::new(),
        note: String::new(),
    });
    assert_eq!(
        round(&story, known("07 10:00")),
        Some(Entry::Apart(Reason::NeverDispatched))
    );
    assert_eq!(round(&story, september()), None);
    let found = contributions(&story.case(), september());
    let entries: Vec<_> = found.into_iter().map(|c| (c.origin, c.entry)).collect();
    assert_eq!(entries, [(Origin::Case, Entry::Apart(Reason::Merged))]);
}

#[test]
fn a_registration_that_was_taken_back_was_never_dispatched_until_then_and_is_nothing_after() {
    let mut story = Story::reported(at("07 08:50"));
    story.then(at("07 09:00")).registered();
    story.then(at("07 10:00")).happens(Event::SentBack {
        reason: "事项选错".to_owned(),
    });
    assert_eq!(
        round(&story, known("07 10:00")),
        Some(Entry::Apart(Reason::NeverDispatched))
    );
    assert_eq!(round(&story, september()), None);
}

#[test]
fn a_void_case_is_shown_in_the_period_of_the_voiding_and_was_overdue_before() {
    let mut story = sent();
    story
        .then(at("16 10:00"))
        .voided()
        .happens(Event::Commented {
            text: "补充说明".to_owned(),
            public: false,
        });
    assert_eq!(round(&story, known("16 10:00")), Some(OVERDUE));
    assert_eq!(
        round(&story, september()),
        Some(Entry::Apart(Reason::Voided))
    );
    assert_eq!(
        round(&story, Period::month(Date::parse("2026-10-01").unwrap())),
        None
    );
}

#[test]
fn passing_a_late_case_on_does_not_help() {
    let mut story = sent();
    story.then(at("15 09:00")).revoked(0);
    story.whistled(&["water", "bureau"], ClockChange::Resumed, at("14 18:00"));
    story
        .then(at("16 09:00"))
        .finished(1, at("14 18:00"))
        .then(at("16 10:00"))
        .closed(false);
    assert_eq!(
        rounds(&story, september()),
        [(late_closing(), Some("bureau".to_owned()))]
    );
    let in_time = {
        let mut story = sent();
        story.then(at("08 09:00")).revoked(0);
        story.whistled(&["water"], ClockChange::Resumed, at("14 18:00"));
        story.then(at("15 09:00"));
        story
    };
    assert_eq!(
        rounds(&in_time, september()),
        [(OVERDUE, Some("water".to_owned()))]
    );
}

#[test]
fn a_veto_makes_rework_and_spoils_the_first_time() {
    let mut story = sent();
    story.then(at("09 09:00")).finished(0, at("14 18:00"));
    story.then(at("09 15:00")).vetoed(0, at("15 18:00"));
    assert_eq!(
        round(&story, known("15 12:00")),
        None,
        "the deadline moved with the decision"
    );
    story
        .then(at("10 09:00"))
        .finished(0, at("15 18:00"))
        .then(at("10 10:00"))
        .closed(true);
    let reworked = Entry::Closed {
        on_time: true,
        first_time: false,
        rework: true,
        extended: false,
    };
    assert_eq!(round(&story, september()), Some(reworked));
    assert_eq!(
        figure(&story, Indicator::ReworkRate, september()).value,
        Some(Value::Percent(10_000))
    );
    assert_eq!(
        figure(&story, Indicator::FirstTimeRate, september()).value,
        Some(Value::Percent(0))
    );
}

#[test]
fn a_finish_that_was_vetoed_does_not_wait_for_the_centre() {
    let mut story = sent();
    story.then(at("14 17:00")).finished(0, at("14 18:00"));
    story.then(at("14 17:30")).failed(0, at("14 18:30"));
    let overdue = Entry::Overdue {
        rework: true,
        extended: false,
    };
    assert_eq!(round(&story, september()), Some(overdue));
}

#[test]
fn a_reopened_case_counts_once_for_each_of_its_rounds() {
    let mut story = sent();
    story
        .then(at("10 09:00"))
        .finished(0, at("14 18:00"))
        .then(at("10 10:00"))
        .closed(true);
    story.then(at("20 09:00")).reopened();
    story
        .then(at("20 09:10"))
        .dispatched("bureau", STARTED, at("22 18:00"));
    let again = Entry::Overdue {
        rework: true,
        extended: false,
    };
    let entries: Vec<_> = rounds(&story, september())
        .into_iter()
        .map(|(entry, _)| entry)
        .collect();
    assert_eq!(entries, [CLOSED, again]);
}

/// Called on the 7th at 09:10: sign by 10:10, contact by 11:10, check in by 13:10.
fn whistled() -> Story {
    let mut story = Story::reported(at("07 08:50"));
    story
        .then(at("07 09:00"))
        .registered()
        .then(at("07 09:10"))
        .whistled(&["bureau", "water"], STARTED, at("14 18:00"));
    story
}

#[test]
fn a_milestone_belongs_to_the_period_of_its_own_deadline() {
    let mut story = whistled();
    story.then(at("07 09:20")).signed(0, true);
    let sign = figure(&story, Indicator::SignInTimeRate, september());
    assert_eq!(
        (sign.value, sign.denominator),
        (Some(Value::Percent(5_000)), 2)
    );
    let before = figure(&story, Indicator::SignInTimeRate, known("07 10:10"));
    assert_eq!((before.value, before.denominator), (None, 0));
}

#[test]
fn a_unit_let_go_before_a_milestone_is_left_out_of_it() {
    let mut story = whistled();
    story.then(at("07 10:10")).returned(1);
    let count = |indicator| {
        let figure = figure(&story, indicator, september());
        (
            figure.denominator,
            figure.exclusions.into_iter().collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        count(Indicator::SignInTimeRate),
        (2, Vec::new()),
        "at the deadline is not before it"
    );
    assert_eq!(
        count(Indicator::ContactInTimeRate),
        (1, vec![(Reason::Returned, 1)])
    );
    assert_eq!(
        count(Indicator::CheckInInTimeRate),
        (1, vec![(Reason::Returned, 1)])
    );
    let mut story = whistled();
    story
        .then(at("07 09:30"))
        .excused(1)
        .then(at("07 11:00"))
        .voided();
    let entries: Vec<_> = contributions(&story.case(), september())
        .into_iter()
        .filter_map(|c| match c.entry {
            Entry::Released { name, reason } => Some((name, reason)),
            _ => None,
        })
        .collect();
    assert_eq!(
        entries,
        [
            (MilestoneName::Contact, Reason::Voided),
            (MilestoneName::CheckIn, Reason::Voided),
            (MilestoneName::Sign, Reason::Excused),
            (MilestoneName::Contact, Reason::Excused),
            (MilestoneName::CheckIn, Reason::Excused),
        ]
    );
}

#[test]
fn a_check_in_elsewhere_is_never_in_time_and_has_no_minutes() {
    let mut story = whistled();
    story.then(at("07 09:30")).checked_in(0, false, false);
    story.then(at("07 09:40")).checked_in(0, true, true);
    story.then(at("07 10:00")).checked_in(1, true, true);
    assert_eq!(
        figure(&story, Indicator::CheckInInTimeRate, september()).value,
        Some(Value::Percent(5_000))
    );
    let minutes = figure(&story, Indicator::MinutesToCheckIn, september());
    assert_eq!(
        minutes.value,
        Some(Value::Minutes {
            median: 50,
            p90: 50
        })
    );
    assert_eq!(
        (
            minutes.denominator,
            minutes.exclusions.get(&Reason::OffTheSpot)
        ),
        (1, Some(&1))
    );
}

#[test]
fn minutes_count_from_the_call_to_when_it_happened_not_when_it_was_sent() {
    let mut story = whistled();
    let arrived = Event::CheckedIn {
        assignment: story.assignment(0),
        position: None,
        accuracy_m: None,
        distance_m: None,
        on_spot: true,
        in_time: true,
        attachments: Vec::new(),
    };
    let happened = at("07 09:25").plus_micros(59_999_999);
    story.then(at("07 16:00")).occurs(happened, arrived);
    assert_eq!(
        figure(&story, Indicator::MinutesToCheckIn, september()).value,
        Some(Value::Minutes {
            median: 15,
            p90: 15
        })
    );
}

#[test]
fn a_return_counts_when_it_is_accepted_whenever_the_unit_was_called() {
    let mut story = whistled();
    story.then(at("08 09:00")).returned(1);
    let of = |indicator, day: &str| {
        let figure = figure(&story, indicator, Period::day(at(day).date()));
        (
            figure.value,
            figure.numerator_in_cases(),
            figure.denominator,
        )
    };
    assert_eq!(
        of(Indicator::ReturnRate, "07 00:00"),
        (Some(Value::Percent(0)), 0.0, 2)
    );
    assert_eq!(of(Indicator::ReturnRate, "08 00:00"), (None, 1.0, 0));
    assert_eq!(
        of(Indicator::AccurateDispatchRate, "08 00:00"),
        (None, -1.0, 0)
    );
    assert_eq!(
        figure(&story, Indicator::AccurateDispatchRate, september()).value,
        Some(Value::Percent(5_000))
    );
}

fn answered(contacted: bool, solved: Solved, grade: Grade) -> Story {
    let mut story = sent();
    story
        .then(at("10 09:00"))
        .finished(0, at("14 18:00"))
        .then(at("10 10:00"))
        .closed(true);
    story.then(at("12 20:00")).rated(contacted, solved, grade);
    story
}

#[test]
fn partly_solved_is_not_solved() {
    let story = answered(true, Solved::Partly, Grade::Satisfied);
    assert_eq!(
        figure(&story, Indicator::ResolutionRate, september()).value,
        Some(Value::Percent(0))
    );
    assert_eq!(
        figure(&story, Indicator::ResponseRate, september()).value,
        Some(Value::Percent(10_000))
    );
}

#[test]
fn basically_satisfied_counts_as_much_as_the_district_says() {
    let story = answered(false, Solved::Yes, Grade::BasicallySatisfied);
    let mut tally = Tally::new(Weights::new(900, 30, 35, 35).unwrap());
    for contribution in contributions(&story.case(), september()) {
        tally.add(&contribution);
    }
    let satisfaction = tally.figure(Indicator::SatisfactionRate);
    assert_eq!(satisfaction.value, Some(Value::Percent(9_000)));
    assert!((satisfaction.numerator_in_cases() - 0.9).abs() < 1e-12);
    // 0.30 × 0 + 0.35 × 1 + 0.35 × 0.9
    assert_eq!(
        tally.figure(Indicator::Composite).value,
        Some(Value::Percent(6_650))
    );
    assert_eq!(
        figure(&story, Indicator::SatisfactionRate, september()).value,
        Some(Value::Percent(10_000))
    );
}

#[test]
fn weights_that_make_no_whole_are_refused() {
    assert_eq!(
        Weights::new(1_000, 10, 50, 30),
        Err(WeightsError::NotWhole(90))
    );
    assert_eq!(
        Weights::new(1_001, 10, 50, 40),
        Err(WeightsError::MoreThanSatisfied(1_001))
    );
}

#[test]
fn who_does_not_answer_within_the_days_is_asked_but_not_counted() {
    let mut story = sent();
    story
        .then(at("10 09:00"))
        .finished(0, at("14 18:00"))
        .then(at("10 10:00"))
        .closed(true);
    let coverage = |moment| figure(&story, Indicator::FollowUpCoverage, known(moment)).value;
    assert_eq!(coverage("17 10:00"), None, "the duty is still open");
    assert_eq!(coverage("17 10:01"), Some(Value::Percent(0)));
    let satisfaction = figure(&story, Indicator::SatisfactionRate, september());
    assert_eq!((satisfaction.value, satisfaction.interval), (None, None));
    assert_eq!(satisfaction.exclusions.get(&Reason::Expired), Some(&1));
}

#[test]
fn who_was_asked_in_vain_is_shown_beside_the_rates_by_reason() {
    for (outcome, reason) in [
        (Unanswered::Refused, Reason::Refused),
        (Unanswered::Unreachable, Reason::Unreachable),
        (Unanswered::Unreasonable, Reason::Unreasonable),
    ] {
        let mut story = sent();
        story
            .then(at("10 09:00"))
            .finished(0, at("14 18:00"))
            .then(at("10 10:00"))
            .closed(true)
            .then(at("12 09:00"))
            .asked_in_vain(outcome);
        let coverage = figure(&story, Indicator::FollowUpCoverage, september());
        assert_eq!(coverage.value, Some(Value::Percent(0)));
        for rate in [
            Indicator::ResponseRate,
            Indicator::ResolutionRate,
            Indicator::SatisfactionRate,
            Indicator::Composite,
        ] {
            let told = figure(&story, rate, september());
            assert_eq!(told.value, None, "{rate}");
            assert_eq!(told.exclusions.get(&reason), Some(&1), "{rate}");
            assert_eq!(told.exclusions.len(), 1, "{rate}");
        }
    }
}

#[test]
fn an_answer_belongs_to_the_period_in_which_it_was_given() {
    let story = answered(true, Solved::Yes, Grade::VerySatisfied);
    let on = |day: &str| {
        figure(
            &story,
            Indicator::SatisfactionRate,
            Period::day(at(day).date()),
        )
        .denominator
    };
    assert_eq!((on("10 00:00"), on("12 00:00"), on("17 00:00")), (0, 1, 0));
}

#[test]
fn satisfaction_is_given_with_its_interval() {
    let mut tally = Tally::new(Weights::default());
    for n in 0..10 {
        let grade = if n < 8 {
            Grade::Satisfied
        } else {
            Grade::Dissatisfied
        };
        let story = answered(true, Solved::Yes, grade);
        for contribution in contributions(&story.case(), september()) {
            tally.add(&contribution);
        }
    }
    let figure = tally.figure(Indicator::SatisfactionRate);
    assert_eq!(figure.value, Some(Value::Percent(8_000)));
    assert_eq!(figure.interval, Some((4_902, 9_433)));
}

#[test]
fn figures_fall_to_the_place_of_the_report_and_to_the_called_unit() {
    let mut story = whistled();
    story.then(at("07 09:20")).signed(1, true);
    let all = contributions(&story.case(), september());
    let village = DivisionCode::parse(VILLAGE).unwrap();
    let town = DivisionCode::parse("320707101000").unwrap();
    for contribution in &all {
        assert_eq!(
            contribution.owner(Grouping::Village),
            Some(Owner::Division(village))
        );
        assert_eq!(
            contribution.owner(Grouping::Town),
            Some(Owner::Division(town))
        );
        assert!(contribution.belongs_to(&Owner::Division(town)));
        assert!(!contribution.belongs_to(&Owner::Division(
            DivisionCode::parse("320707102000").unwrap()
        )));
    }
    let water = Owner::Unit(UnitCode("water".to_owned()));
    let mut tally = Tally::new(Weights::default());
    all.iter()
        .filter(|c| c.belongs_to(&water))
        .for_each(|c| tally.add(c));
    assert_eq!(
        tally.figure(Indicator::SignInTimeRate).value,
        Some(Value::Percent(10_000))
    );
    assert_eq!(
        tally.figure(Indicator::Due).value,
        Some(Value::Count(0)),
        "an assisting unit has no part in the round's figures"
    );
}

#[test]
fn a_report_in_no_known_grid_falls_to_its_centre() {
    let mut story = sent();
    if let Event::Reported { place, .. } = &mut story.rows[0].event {
        place.grid = None;
        place.village = None;
    }
    let all = contributions(&story.case(), september());
    assert!(!all.is_empty());
    for contribution in all {
        assert_eq!(
            contribution.division,
            DivisionCode::parse("320707101000").unwrap()
        );
        assert_eq!(contribution.owner(Grouping::Village), None);
        assert_eq!(contribution.owner(Grouping::Grid), None);
    }
}

#[test]
fn each_part_of_a_figure_opens_to_its_cases() {
    let weights = Weights::default();
    let stands = |story: &Story, period, indicator, part| {
        contributions(&story.case(), period)
            .iter()
            .any(|c| c.stands_in(indicator, part, weights))
    };
    let overdue = sent();
    for (part, expected) in [
        (Part::Numerator, false),
        (Part::Denominator, true),
        (Part::Rest, true),
        (Part::Excluded, false),
    ] {
        assert_eq!(
            stands(&overdue, september(), Indicator::ClosureRate, part),
            expected,
            "{part}"
        );
    }
    let mut waiting = sent();
    waiting.then(at("14 12:00")).finished(0, at("14 18:00"));
    for part in Part::ALL {
        assert_eq!(
            stands(&waiting, september(), Indicator::ClosureRate, *part),
            *part == Part::Excluded,
            "{part}"
        );
    }
}

#[test]
fn periods_begin_at_midnight_in_china_and_meet_without_gaps() {
    let day = Date::parse("2026-11-23").unwrap();
    let span = |period: Period| (period.from.to_rfc3339(), period.to.to_rfc3339());
    let midnight = |day: &str| format!("{day}T00:00:00+08:00");
    for (length, from, to) in [
        (PeriodLength::Day, "2026-11-23", "2026-11-24"),
        (PeriodLength::Week, "2026-11-23", "2026-11-30"),
        (PeriodLength::Month, "2026-11-01", "2026-12-01"),
        (PeriodLength::Quarter, "2026-10-01", "2027-01-01"),
        (PeriodLength::Year, "2026-01-01", "2027-01-01"),
    ] {
        assert_eq!(
            span(Period::containing(length, day)),
            (midnight(from), midnight(to)),
            "{length}"
        );
    }
    let odd = Period {
        from: at("07 09:30"),
        to: at("22 00:00"),
    };
    let weeks: Vec<_> = odd.split(PeriodLength::Week).collect();
    assert_eq!(weeks.len(), 3);
    assert_eq!((weeks[0].from, weeks[2].to), (odd.from, odd.to));
    assert!(weeks.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert_eq!(weeks[1].from, at("14 00:00"));
    let endless = Period {
        from: Timestamp::from_micros(i64::MAX - 5),
        to: Timestamp::from_micros(i64::MAX),
    };
    assert_eq!(endless.split(PeriodLength::Month).count(), 1);
}

#[test]
fn halves_of_a_hundredth_are_rounded_up() {
    let percent = super::super::figure::percent;
    assert_eq!(percent(1, 8), Some(1_250));
    assert_eq!(percent(1, 3), Some(3_333));
    assert_eq!(percent(2, 3), Some(6_667));
    assert_eq!(percent(1, 20_000), Some(1));
    assert_eq!(percent(1, 20_001), Some(0));
    assert_eq!(percent(-1, 8), Some(-1_250));
    assert_eq!(percent(5, 0), None);
}
