//! What holds for any history, however absurd the wishes are from which it comes.

mod attempts;
mod invariants;

use proptest::prelude::*;
use proptest::sample::Index;

use self::attempts::{Attempt, attempt};
use self::invariants::{happened_soundly, is_sound, offers_agree};
use super::story::{Story, a_report, a_resident, another_case, wish};
use super::town::{
    BURST, COVER, DEPARTMENT, DISSOLVED, ENFORCEMENT, EVERYBODY, OLD, POLICE, ROAD, RULES, TOWN,
    VILLAGE, WATER, Who, assist, condition, division, lead, matter, metres_away, unit,
};
use crate::case::{
    Action, ActionKind, Answer, AssignmentId, AssignmentStage, AttachmentId, Called, Case, CaseId,
    Channel, ClockChange, DeclineReason, Event, FollowUpOutcome, Grade, InnerClockName, Meeting,
    MilestoneName, NewAssignment, Recorded, RefusalCode, Solved, Stage, SupervisionKind,
    SuspensionReason, Target, WhistleId, WhistleStage, call_county_when_unattended, recalculate,
    tick,
};
use crate::clock::{DayKind, Timestamp};
use crate::place::Position;
use crate::routing::{Role, UnitCode};

/// Lives through the attempts, looking at the case after each.
fn live(first: &Attempt, attempts: &[Attempt]) -> Story {
    let mut report = a_report();
    report.resident = first.flag.then(a_resident);
    if first.sensible && first.kind.index(4) == 0 {
        report.matter = Some(matter(*first.detail.get(&[COVER, BURST])));
        report.whistle = Some(wish("emergency"));
    } else if first.sensible && first.kind.index(8) == 7 {
        report.self_handled = Some(super::self_handling::settled());
    } else if first.kind.index(3) == 1 {
        report.handed_down_by = Some(UnitCode(DEPARTMENT.to_owned()));
    }
    let mut story = Story::filed(Who::Worker, "09-07 09:00", &report);
    is_sound(&story);
    for attempt in attempts {
        story.now = story.now.plus_minutes(attempt.minutes);
        what_is_due_happens_once(&mut story);
        if let Some((days, kind)) = attempt.amends {
            an_amended_calendar_moves_what_is_open(&mut story, days, kind);
            what_is_due_happens_once(&mut story);
        }
        let (who, action) = attempt.wish(&story);
        let device = attempt
            .device
            .map(|minutes| story.now.plus_minutes(-minutes));
        if let Action::Rate(answer) = &action {
            let before = story.case.clone();
            if story.rates(answer).is_ok() {
                assert_eq!(before.stage, story.case.stage);
                is_sound(&story);
            }
        }
        let before = story.case.clone();
        let answer = story.tries_from(who, &action, device);
        let refused = answer.as_ref().map(|_| ()).map_err(|refusal| refusal.code);
        match answer {
            Ok(events) => {
                assert!(!events.is_empty());
                happened_soundly(&before, &story, action.kind(), &events);
                is_sound(&story);
                let after = std::mem::replace(&mut story.case, before);
                offers_agree(&story, who, &action, refused);
                story.case = after;
            }
            Err(_) => offers_agree(&story, who, &action, refused),
        }
    }
    story
}

/// The system acts when a moment has come, never before it, and finds nothing more to do then.
fn what_is_due_happens_once(story: &mut Story) {
    let next = story.case.next_moment();
    let events = story.ticks();
    assert_eq!(
        events.is_empty(),
        next.is_none_or(|moment| moment.at > story.now)
    );
    for recorded in &events {
        assert_eq!(recorded.actor.post, crate::access::Post::System);
        assert_eq!(recorded.recorded_at, story.now);
        assert!(recorded.occurred_at <= story.now);
    }
    if let (Some(moment), Some(first)) = (next, events.first()) {
        assert_eq!(first.occurred_at, moment.at);
    }
    is_sound(story);
    assert!(tick(&story.case, &story.rules, story.now).is_empty());
    assert!(
        story
            .case
            .next_moment()
            .is_none_or(|moment| moment.at > story.now)
    );
    let mut reminders: Vec<String> = story
        .log
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::Reminded {
                clock,
                mark,
                due_at,
            } => Some(format!(
                "{clock:?} {mark} {due_at} {}",
                story.round_of(recorded)
            )),
            Event::FeedbackExpired { feedback, .. } => Some(format!("{feedback:?}")),
            Event::LeftUnsigned { assignment, rung } => Some(format!("{assignment} {rung}")),
            _ => None,
        })
        .collect();
    let told = reminders.len();
    reminders.sort_unstable();
    reminders.dedup();
    assert_eq!(
        reminders.len(),
        told,
        "nobody is told twice: {reminders:#?}"
    );
    // Every other night nobody is at the desk.
    let attended = story.now.date().days() % 2 == 0;
    let events = call_county_when_unattended(&story.case, &story.rules, attended, story.now);
    story.happens(&events);
    is_sound(story);
    assert!(call_county_when_unattended(&story.case, &story.rules, attended, story.now).is_empty());
}

/// Open deadlines follow the amended calendar, once, and nothing else moves.
fn an_amended_calendar_moves_what_is_open(story: &mut Story, days: i32, kind: DayKind) {
    let before = story.case.clone();
    let today = story.now.date();
    let events = story.amends((0..days).map(|n| (today.plus_days(n), kind)));
    assert_eq!(story.case.stage, before.stage);
    assert!(events.is_empty() || !before.stage.is_end());
    for recorded in &events {
        assert_eq!(recorded.actor.post, crate::access::Post::System);
        let Event::DeadlinesMoved { deadlines } = &recorded.event else {
            assert_eq!(recorded.event.name(), "handling_clock");
            continue;
        };
        assert!(!deadlines.is_empty());
    }
    is_sound(story);
    let again = recalculate(&story.case, &story.rules, &story.rules, story.now);
    assert!(again.is_empty(), "{again:?}");
    let reached = |case: &Case| {
        let assignments = case.assignments.iter();
        assignments
            .flat_map(|a| {
                MilestoneName::ALL
                    .iter()
                    .filter_map(|name| a.milestone(*name))
            })
            .filter(|milestone| milestone.reached_at.is_some())
            .map(|milestone| (milestone.due, milestone.in_time))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        reached(&story.case),
        reached(&before),
        "what was judged is judged"
    );
}

impl Story {
    /// The round that ran when something happened, and how often its clock had moved by then: a deadline that was
    /// moved away and back again is told anew.
    fn round_of(&self, recorded: &Recorded) -> String {
        let before = self.log.iter().filter(|r| r.version < recorded.version);
        let moved = before.clone().filter(|r| {
            let event = &r.event;
            matches!(
                event,
                Event::HandlingClock { .. } | Event::DeadlinesMoved { .. }
            )
        });
        let rounds =
            before.filter(|r| matches!(r.event, Event::Registered { .. } | Event::Reopened { .. }));
        format!("{} {}", rounds.count(), moved.count())
    }

    fn tries_from(
        &mut self,
        who: Who,
        action: &Action,
        device: Option<Timestamp>,
    ) -> Result<Vec<Recorded>, crate::case::Refusal> {
        self.set_device(device);
        self.tries(who, action)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_history_is_sound_and_adds_up_to_its_case(
        first in attempt(),
        attempts in prop::collection::vec(attempt(), 100..300),
    ) {
        let story = live(&first, &attempts);
        let versions: Vec<u32> = story.log.iter().map(|recorded| recorded.version).collect();
        let count = u32::try_from(versions.len()).unwrap();
        prop_assert_eq!(versions, (1..=count).collect::<Vec<u32>>());
        let replayed = Case::replay(&story.log);
        prop_assert_eq!(replayed.as_ref(), Some(&story.case));
        let text = serde_json::to_string(&story.case).unwrap();
        prop_assert_eq!(serde_json::from_str::<Case>(&text).unwrap(), story.case);
    }
}

/// Histories that get nowhere would prove nothing.
#[test]
fn histories_get_as_far_as_everything_that_can_happen() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = (attempt(), prop::collection::vec(attempt(), 200));
    let mut happened = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let (first, attempts) = strategy.new_tree(&mut runner).unwrap().current();
        happened.extend(live(&first, &attempts).events());
    }
    for event in [
        "unit_added",
        "step_completed",
        "checked_in",
        "return_accepted",
        "excused",
        "revoked",
        "handling_ended",
        "vetoed",
        "verified",
        "closed",
        "reopened",
        "scored",
        "rated",
        "voided",
        "confirmation_requested",
        "confirmed",
        "sent_back",
        "reply_drafted",
        "replied",
        "reopening_requested",
        "reopening_refused",
        "claimed",
        "linked",
        "merged",
        "self_handled",
        "reopened_to_accepted",
        "extension_granted",
        "suspension_granted",
        "resumed",
        "supervised",
        "supervision_answered",
        "county_called",
        "left",
        "reminded",
        "left_unsigned",
        "deadlines_moved",
        "feedback_expired",
        "escalated",
        "delegated",
        "ruling_requested",
        "ruled",
        "appealed",
        "appeal_accepted",
        "admission_refused",
        "follow_up_missed",
        "feedback_concluded",
        "unreasonable_requested",
        "unreasonable_refused",
    ] {
        assert!(happened.contains(event), "{event} in {happened:?}");
    }
}

#[test]
fn events_that_name_unknown_parts_or_come_twice_do_no_harm() {
    let story = Story::closed();
    let mut case = story.case.clone();
    let mut other = Story::begins().case;
    for recorded in &story.log {
        case.apply(recorded);
        // A case that never heard of the assignments and whistles.
        if !matches!(
            recorded.event,
            Event::Reported { .. } | Event::Registered { .. }
        ) {
            other.apply(recorded);
        }
    }
    assert_eq!(case.stage, Stage::Closed);
    assert!(other.assignments.is_empty());
    let unknown = WhistleId(uuid::Uuid::nil());
    assert!(other.whistle(unknown).is_none());
}

#[test]
fn a_history_begins_with_a_report() {
    let story = Story::whistled();
    assert_eq!(Case::replay(&story.log[1..]), None);
    assert_eq!(Case::replay(&[]), None);
}
