//! Whatever happens to cases, their contributions add up to what the rows say.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::recount::{Count, recount};
use super::story::{Story, at};
use crate::case::{
    Assignment, AssignmentStage, Case, ClockChange, Event, Grade, Solved, Stage, Unanswered,
};
use crate::clock::Timestamp;
use crate::indicator::{
    Grouping, Indicator, Owner, Part, Period, PeriodLength, Tally, Value, Weights, contributions,
};
use crate::place::DivisionCode;
use crate::routing::UnitCode;

const UNITS: [&str; 3] = ["bureau", "water", "roads"];
const CENTRES: [&str; 3] = ["320707101000", "320707000000", "320700000000"];

/// The place of a roll among so many.
fn index(roll: u64, of: usize) -> usize {
    usize::try_from(roll).unwrap() % of
}

/// Lets one thing happen that is possible where the case stands; `dice` says which and when.
fn go_on(story: &mut Story, dice: u64) {
    let case = story.case();
    let minutes = [0, 1, 14, 15, 60, 61, 180, 700, 1_440, 4_000][index(dice, 10)];
    let now = story.now.plus_minutes(minutes);
    story.then(now);
    let choice = (dice / 10) % 12;
    let unit = UNITS[index(dice / 120, 3)];
    let yes = !(dice / 360).is_multiple_of(3);
    let deadline = case
        .round()
        .and_then(|r| r.deadlines.iter().rev().find_map(|(_, d)| *d))
        .unwrap_or_else(|| now.plus_minutes(2_000));
    if choice == 11 && (dice / 1_000).is_multiple_of(5) && !case.stage.is_end() {
        story.voided();
        return;
    }
    let passes_on = matches!(
        case.stage,
        Stage::Registered | Stage::Assigned | Stage::Handling | Stage::Handled
    );
    if passes_on && (dice / 3_000).is_multiple_of(9) {
        story.escalated(DivisionCode::parse(CENTRES[index(dice / 30_000, 3)]).unwrap());
        return;
    }
    if case.pending_appeal().is_some() && (dice / 5_000).is_multiple_of(2) {
        story.appeal_decided(yes);
        return;
    }
    match case.stage {
        Stage::Reported if case.admission_refusal.is_none() && (dice / 7_000).is_multiple_of(3) => {
            story.admission_refused(unit, DivisionCode::parse(CENTRES[1]).unwrap());
        }
        Stage::Reported if choice < 3 => {
            story.whistle_ends(choice);
        }
        Stage::Reported => {
            story.registered();
        }
        Stage::Registered => {
            let paused = case.round().is_some_and(crate::case::Round::is_paused);
            let (change, deadline) = match (paused, yes) {
                (false, _) => (ClockChange::Started, now.plus_minutes(2_000)),
                (true, true) => (ClockChange::Resumed, deadline.plus_minutes(30)),
                (true, false) => (ClockChange::Restarted, now.plus_minutes(2_000)),
            };
            if choice < 5 {
                story.dispatched(unit, change, deadline);
            } else {
                let others: Vec<&str> = UNITS.iter().copied().filter(|u| *u != unit).collect();
                story.whistled(
                    &[unit, others[0], others[1]][..=index(choice, 3)],
                    change,
                    deadline,
                );
            }
        }
        Stage::Assigned | Stage::Handling => {
            at_work(story, &case, choice, yes, deadline);
            let now = story.case();
            if now.stage == Stage::Handling && now.is_done() {
                story.ended(deadline);
            }
        }
        Stage::Handled | Stage::Verifying | Stage::Verified => {
            let round = case.round().map(|r| r.number);
            let is_lead = |a: &Assignment| Some(a.id) == case.lead().map(|l| l.id);
            // The lead, or one of those that assisted.
            let named = case
                .assignments
                .iter()
                .position(|a| {
                    let finished = a.stage == AssignmentStage::Finished && Some(a.round) == round;
                    finished && is_lead(a) == yes
                })
                .or_else(|| case.assignments.iter().position(is_lead))
                .unwrap();
            match choice {
                0..3 => story.vetoed(named, deadline.plus_minutes(30)),
                3..6 => story.failed(named, deadline.plus_minutes(30)),
                _ => story.closed(yes),
            };
        }
        Stage::Closed
            if case.appeal.is_none()
                && choice < 4
                && case.round().is_some_and(|r| r.on_time == Some(false)) =>
        {
            story.appealed();
        }
        Stage::Closed => {
            after_the_closing(story, &case, dice, yes);
        }
        _ => {}
    }
}

fn after_the_closing(story: &mut Story, case: &Case, dice: u64, yes: bool) {
    let choice = (dice / 10) % 12;
    let now = story.now;
    let feedback = case.round().and_then(|r| r.feedback.as_ref()).unwrap();
    let open = feedback.concluded.is_none() && now < feedback.expires_at;
    if choice < 2 && open {
        story.asked_in_vain(Unanswered::ALL[index(dice / 2_000, 3)]);
    } else if choice < 8 && open {
        let grade = Grade::ALL[index(dice / 2_000, 5)];
        let solved = Solved::ALL[index(dice / 10_000, 3)];
        story.rated(yes, solved, grade);
    } else {
        story.reopened();
    }
}

fn at_work(story: &mut Story, case: &Case, choice: u64, yes: bool, deadline: Timestamp) {
    let open: Vec<usize> = (0..case.assignments.len())
        .filter(|i| case.assignments[*i].stage.is_open())
        .collect();
    let n = open[index(choice, open.len())];
    let called = &case.assignments[n];
    let leads = case.lead().is_some_and(|lead| lead.id == called.id);
    let now = story.now;
    let round = case.round().unwrap();
    if case.suspension().is_some() {
        if choice < 4 {
            story.resumed(deadline.plus_minutes(30));
        }
        return;
    }
    match choice {
        9 if yes && round.suspension.is_none() => {
            story.suspended();
        }
        10 if yes => {
            story.extended(deadline.plus_minutes(2_000));
        }
        0..3 if called.sign.reached_at.is_none() => {
            let in_time = now <= called.sign.due;
            story.signed(n, in_time);
        }
        3 if called.contact.is_some_and(|m| m.reached_at.is_none()) => {
            let in_time = called.contact.is_some_and(|m| now <= m.due);
            let assignment = story.assignment(n);
            story.happens(Event::BlowerContacted {
                assignment,
                in_time,
                note: String::new(),
            });
        }
        4..7 if called.check_in.is_some() => {
            let in_time = yes && called.check_in.is_some_and(|m| now <= m.due);
            story.checked_in(n, yes, in_time);
        }
        7 => {
            story.returned(n);
            if leads {
                story.paused();
            }
        }
        8 if leads => {
            story.revoked(n).paused();
        }
        8 => {
            story.excused(n);
        }
        _ if leads && open.len() == 1 => {
            story.finished(n, deadline);
        }
        _ if !leads && called.stage != AssignmentStage::Finished => {
            let assignment = story.assignment(n);
            story.happens(Event::Finished {
                assignment,
                result: String::new(),
                attachments: Vec::new(),
                ends_handling: false,
                confirm_by: None,
            });
        }
        _ => {}
    }
}

fn told(n: u128, dice: &[u64]) -> Story {
    let mut story = Story::number(
        n,
        at("01 08:00").plus_minutes(i64::try_from(dice[0] % 3_000).unwrap()),
    );
    for roll in dice {
        go_on(&mut story, *roll);
    }
    story
}

fn weights() -> Weights {
    Weights::new(900, 30, 35, 35).unwrap()
}

fn tally(stories: &[Story], period: Period, owner: &Owner) -> Tally {
    let mut tally = Tally::new(weights());
    for story in stories {
        contributions(&story.case(), period)
            .iter()
            .filter(|c| c.belongs_to(owner))
            .for_each(|c| tally.add(c));
    }
    tally
}

/// All recounts together.
fn slowly(stories: &[Story], period: Period, owner: &Owner) -> (Count, Vec<i64>) {
    let mut all = Count::new();
    let mut minutes = Vec::new();
    for story in stories {
        let (count, more) = recount(&story.rows, period, owner);
        minutes.extend(more);
        for (indicator, (share, of, exclusions)) in count {
            let terms = all.entry(indicator).or_default();
            terms.0 += share;
            terms.1 += of;
            for (reason, n) in exclusions {
                *terms.2.entry(reason).or_default() += n;
            }
        }
    }
    minutes.sort_unstable();
    (all, minutes)
}

fn stories() -> impl Strategy<Value = Vec<Story>> {
    let dice = prop::collection::vec(any::<u64>(), 1..25);
    prop::collection::vec(dice, 1..8)
        .prop_map(|all| all.iter().zip(1..).map(|(dice, n)| told(n, dice)).collect())
}

/// Everybody, a unit, or a centre.
fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![
        Just(Owner::All),
        prop::sample::select(UNITS.as_slice())
            .prop_map(|unit| Owner::Unit(UnitCode(unit.to_owned()))),
        prop::sample::select(CENTRES.as_slice())
            .prop_map(|code| Owner::Centre(DivisionCode::parse(code).unwrap())),
    ]
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for row in &self.rows {
            writeln!(f, "{} {:?}", row.recorded_at, row.event)?;
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn contributions_add_up_to_what_the_rows_say(
        stories in stories(),
        from in 0_i64..20_000,
        length in 1_i64..20_000,
        owner in owner(),
    ) {
        let from = at("01 08:00").plus_minutes(from);
        let period = Period { from, to: from.plus_minutes(length) };
        let tally = tally(&stories, period, &owner);
        let (slow, minutes) = slowly(&stories, period, &owner);
        for indicator in Indicator::ALL {
            let figure = tally.figure(*indicator);
            let (share, of, exclusions) = slow.get(indicator).cloned().unwrap_or_default();
            prop_assert_eq!(figure.numerator, share, "{}", indicator);
            prop_assert_eq!(i64::try_from(figure.denominator).unwrap() * 100_000, of, "{}", indicator);
            prop_assert_eq!(&figure.exclusions, &exclusions, "{}", indicator);
            let expected = match indicator {
                Indicator::Due
                | Indicator::OverdueOpen
                | Indicator::WhistlesBlown
                | Indicator::WhistlesRefused
                | Indicator::WhistlesWithdrawn
                | Indicator::AdmissionsRefused => {
                    Some(Value::Count(u64::try_from(share / 100_000).unwrap()))
                }
                Indicator::MinutesToCheckIn => median_and_p90(&minutes),
                _ if of == 0 => None,
                _ => Some(Value::Percent((share * 20_000 + of).div_euclid(2 * of))),
            };
            prop_assert_eq!(figure.value, expected, "{}", indicator);
        }
    }

    #[test]
    fn breakdowns_and_their_remainder_make_the_whole(stories in stories(), to in 0_i64..40_000) {
        let period = Period { from: at("01 08:00"), to: at("01 08:00").plus_minutes(to) };
        let whole = tally(&stories, period, &Owner::All);
        for grouping in Grouping::ALL {
            let mut parts: BTreeMap<Option<Owner>, Tally> = BTreeMap::new();
            for story in &stories {
                for c in contributions(&story.case(), period) {
                    parts.entry(c.owner(*grouping)).or_insert_with(|| Tally::new(weights())).add(&c);
                }
            }
            for (owner, part) in &parts {
                if let Some(owner) = owner {
                    prop_assert_eq!(part, &tally(&stories, period, owner));
                }
            }
            let mut sum = Tally::new(weights());
            for part in parts.values() {
                sum.merge(part);
            }
            prop_assert_eq!(&sum, &whole, "{}", grouping);
        }
    }

    #[test]
    fn what_happens_once_is_in_one_day_of_the_month(stories in stories()) {
        let month = Period::month(at("01 08:00").date());
        let whole = tally(&stories, month, &Owner::All);
        let mut days = Tally::new(weights());
        for day in month.split(PeriodLength::Day) {
            days.merge(&tally(&stories, day, &Owner::All));
        }
        for indicator in [
            Indicator::SignInTimeRate,
            Indicator::ContactInTimeRate,
            Indicator::CheckInInTimeRate,
            Indicator::MinutesToCheckIn,
            Indicator::ReturnRate,
            Indicator::WhistlesBlown,
            Indicator::WhistlesRefused,
            Indicator::WhistlesWithdrawn,
            Indicator::AdmissionsRefused,
            Indicator::SatisfactionRate,
            Indicator::FollowUpCoverage,
        ] {
            prop_assert_eq!(days.figure(indicator), whole.figure(indicator), "{}", indicator);
        }
    }

    #[test]
    fn the_past_does_not_change(stories in stories(), length in 1_i64..20_000) {
        let period = Period { from: at("01 08:00"), to: at("01 08:00").plus_minutes(length) };
        let known: Vec<Story> = stories
            .iter()
            .filter_map(|story| {
                let mut past = Story::number(1, at("01 08:00"));
                past.rows = story.rows.iter().filter(|r| r.recorded_at < period.to).cloned().collect();
                (!past.rows.is_empty()).then_some(past)
            })
            .collect();
        prop_assert_eq!(tally(&known, period, &Owner::All), tally(&stories, period, &Owner::All));
    }

    #[test]
    fn a_figure_opens_to_as_many_as_it_counts(stories in stories()) {
        let month = Period::month(at("01 08:00").date());
        let whole = tally(&stories, month, &Owner::All);
        let all: Vec<_> = stories.iter().flat_map(|s| contributions(&s.case(), month)).collect();
        for indicator in Indicator::ALL {
            let figure = whole.figure(*indicator);
            let behind = |part| {
                all.iter().filter(|c| c.stands_in(*indicator, part, weights())).count() as u64
            };
            prop_assert_eq!(behind(Part::Denominator), figure.denominator, "{}", indicator);
            prop_assert_eq!(behind(Part::Excluded), figure.exclusions.values().sum::<u64>(), "{}", indicator);
        }
    }
}

fn median_and_p90(sorted: &[i64]) -> Option<Value> {
    let cell = |m: i64| {
        if m < 1_440 {
            m
        } else {
            (m - (m - 1_440) % 15).min(10_080)
        }
    };
    let rank = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?);
    Some(Value::Minutes {
        median: cell(*rank(50)?),
        p90: cell(*rank(90)?),
    })
}
