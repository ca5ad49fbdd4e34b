//! From the report to the registration.

use super::story::{Story, a_report, close, dispatch, wish};
use super::town::{BURST, COVER, ENFORCEMENT, OLD, ROAD, Who, at, condition, lead, matter};
use crate::case::{Action, DeclineReason, Event, InnerClockName, RefusalCode, Stage, WhistleStage};

/// What somebody wants, as the story stands.
type Wish = fn(&Story) -> Action;

#[test]
fn a_case_goes_from_report_to_closing() {
    let mut story = Story::begins();
    let mut stages = vec![story.stage()];
    let told: [(&str, Who, Wish); 7] = [
        ("09-07 09:05", Who::Registrar, |_| Action::Accept),
        ("09-07 09:10", Who::Registrar, |_| Action::Register {
            matter: matter(ROAD),
            condition: condition(ROAD, 1),
        }),
        ("09-07 09:20", Who::Dispatcher, |_| {
            dispatch(vec![lead(ENFORCEMENT)])
        }),
        ("09-07 10:00", Who::Officer(ENFORCEMENT), |s| {
            s.sign(ENFORCEMENT)
        }),
        ("09-08 16:00", Who::Leader(ENFORCEMENT), |s| {
            s.finish(ENFORCEMENT)
        }),
        ("09-08 16:20", Who::Worker, |s| s.verify(true, &[])),
        ("09-08 17:00", Who::Registrar, |_| close()),
    ];
    for (when, who, action) in told {
        story.on(when);
        let action = action(&story);
        story.does(who, action);
        stages.push(story.stage());
    }
    assert_eq!(
        stages,
        [
            Stage::Reported,
            Stage::Accepted,
            Stage::Registered,
            Stage::Assigned,
            Stage::Handling,
            // Nobody blew, so nobody is waited for: verification is asked for at once.
            Stage::Verifying,
            Stage::Verified,
            Stage::Closed,
        ]
    );
    let round = story.case.round().unwrap();
    assert_eq!(round.on_time, Some(true));
    assert_eq!(round.finished_at, Some(at("09-08 16:00")));
    assert!(
        story
            .case
            .inner_clocks
            .iter()
            .all(|clock| clock.stopped_at.is_some())
    );
}

#[test]
fn a_report_is_to_be_accepted_within_a_quarter_of_a_desk_hour() {
    for (reported, due) in [
        ("09-07 09:00", "09-07 09:15"),
        ("09-07 11:50", "09-07 14:05"),
        ("09-07 22:00", "09-08 08:15"),
        ("09-19 10:00", "09-20 08:15"),
    ] {
        let story = Story::filed(Who::Worker, reported, &a_report());
        assert_eq!(
            story.running(InnerClockName::Accept).unwrap().due,
            at(due),
            "{reported}"
        );
    }
}

#[test]
fn who_has_no_post_for_it_reports_nothing() {
    for who in [
        Who::Supervisor,
        Who::Auditor,
        Who::Admin,
        Who::Caller,
        Who::Nobody,
        Who::FormerRegistrar,
    ] {
        let refused = Story::try_filed(who, "09-07 09:00", &a_report())
            .err()
            .unwrap();
        assert_eq!(refused.code, RefusalCode::PostForbids, "{who:?}");
    }
}

#[test]
fn a_report_made_without_a_network_keeps_its_own_time_and_is_marked_when_it_is_old() {
    for (made, kept, marked) in [
        ("09-07 08:00", "09-07 08:00", false),
        ("09-06 09:00", "09-06 09:00", false),
        ("09-06 08:59", "09-06 08:59", true),
        ("09-07 09:02", "09-07 09:00", false),
        ("09-07 09:03", "09-07 09:00", true),
    ] {
        let mut report = a_report();
        report.occurred_at = Some(at(made));
        let story = Story::filed(Who::Worker, "09-07 09:00", &report);
        assert_eq!(
            (story.last().occurred_at, story.last().late_upload),
            (at(kept), marked),
            "{made}"
        );
        assert_eq!(story.case.reported_at, at("09-07 09:00"));
    }
}

#[test]
fn a_matter_that_is_not_in_force_is_not_reported_but_an_older_report_of_it_is_registered() {
    let mut report = a_report();
    report.matter = Some(matter(OLD));
    let refused = Story::try_filed(Who::Worker, "09-07 09:00", &report)
        .err()
        .unwrap();
    assert_eq!(refused.code, RefusalCode::MatterNotInForce);
    let mut story = Story::filed(Who::Worker, "06-30 17:50", &report);
    story.on("07-02 09:00").registers(OLD, 0);
    assert_eq!(story.stage(), Stage::Registered);

    let mut later = Story::begins();
    later.does(Who::Registrar, Action::Accept);
    let register = Action::Register {
        matter: matter(OLD),
        condition: condition(OLD, 0),
    };
    assert_eq!(
        later.why_not(Who::Registrar, &register),
        RefusalCode::MatterNotInForce
    );
}

#[test]
fn matter_and_condition_belong_together() {
    let mut story = Story::begins();
    story.does(Who::Registrar, Action::Accept);
    let register = |of, condition| Action::Register {
        matter: matter(of),
        condition,
    };
    let unlisted = (ROAD.0, "06099");
    assert_eq!(
        story.why_not(Who::Registrar, &register(unlisted, condition(unlisted, 0))),
        RefusalCode::UnknownMatter
    );
    for wrong in [condition(COVER, 1), condition(ROAD, 9)] {
        assert_eq!(
            story.why_not(Who::Registrar, &register(ROAD, wrong)),
            RefusalCode::UnknownCondition
        );
    }
}

#[test]
fn registering_fixes_the_limits_and_starts_the_clock_for_dispatching() {
    let story = Story::registered();
    let round = story.case.round().unwrap();
    assert_eq!((round.number, round.steps.len()), (1, 1));
    assert_eq!(
        story.deadline(),
        None,
        "the handling clock starts with the call"
    );
    assert!(story.running(InnerClockName::Accept).is_none());
    assert_eq!(
        story.running(InnerClockName::Dispatch).unwrap().due,
        at("09-07 09:15")
    );
}

#[test]
fn what_is_declined_or_not_registered_is_at_its_end() {
    let (reason, note) = (DeclineReason::Duplicate, "见前案".to_owned());
    let mut declined = Story::begins();
    declined.does(
        Who::Registrar,
        Action::Decline {
            reason,
            note: note.clone(),
        },
    );
    assert_eq!(declined.stage(), Stage::Declined);
    let mut unregistered = Story::begins();
    unregistered.does(Who::Registrar, Action::Accept);
    unregistered.does(Who::Registrar, Action::RefuseRegistration { reason, note });
    assert_eq!(unregistered.stage(), Stage::Unregistered);
    for story in [declined, unregistered] {
        assert!(story.stage().is_end());
        assert!(
            story
                .case
                .inner_clocks
                .iter()
                .all(|clock| clock.stopped_at.is_some())
        );
        for action in [
            Action::Accept,
            Action::Void {
                reason: "误报".to_owned(),
            },
            super::story::reopen(),
        ] {
            assert_eq!(
                story.why_not(Who::Registrar, &action),
                RefusalCode::StageForbids
            );
        }
        story.ends_with_comments_only();
    }
}

impl Story {
    /// At an end the registrar may still comment, attach and link, and nothing else.
    fn ends_with_comments_only(&self) {
        let allowed = self.refusal(Who::Registrar, &Action::Accept).allowed;
        let names: Vec<&str> = allowed.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names, ["comment", "attach", "claim", "link"]);
    }
}

#[test]
fn an_emergency_whistle_reports_accepts_registers_and_calls_at_once() {
    let mut report = a_report();
    report.matter = Some(matter(BURST));
    report.whistle = Some(wish("emergency"));
    let mut story = Story::filed(Who::Worker, "09-06 23:30", &report);
    assert_eq!(
        story.events(),
        [
            "reported",
            "accepted",
            "registered",
            "whistle_requested",
            "whistle_issued",
            "handling_clock"
        ]
    );
    assert_eq!(story.stage(), Stage::Assigned);
    assert_eq!(story.whistle().stage, WhistleStage::Issued);
    // The duties name the water company as the lead and the enforcement bureau to assist.
    let called: Vec<_> = story
        .case
        .assignments
        .iter()
        .map(|a| a.unit.to_string())
        .collect();
    assert_eq!(called, ["320707101-sw", "320707101-zf"]);
    // It is Sunday night: everything runs round the clock.
    let water = story.of("sw");
    assert_eq!(water.sign.due, at("09-06 23:40"));
    assert_eq!(water.check_in.unwrap().due, at("09-07 00:00"));
    assert_eq!(story.deadline().unwrap(), "09-07 00:30");
    // They meet where it happened.
    let meeting = story.whistle().meeting.clone().unwrap();
    assert_eq!(meeting.position, story.case.place.position);

    // The registrar looks at the condition afterwards, once.
    assert_eq!(
        story.running(InnerClockName::ConfirmCondition).unwrap().due,
        at("09-07 00:00")
    );
    story
        .on("09-06 23:50")
        .does(Who::Registrar, Action::ConfirmCondition);
    assert!(story.running(InnerClockName::ConfirmCondition).is_none());
    assert_eq!(
        story.why_not(Who::Registrar, &Action::ConfirmCondition),
        RefusalCode::AlreadyDone
    );
    // What the worker did, he did; the rest happened by rule.
    let by_rule = story.last_such(|e| matches!(e, Event::WhistleIssued { .. }));
    assert_eq!(by_rule.actor.person, None);
    assert_eq!(story.whistle().blown_by.person, Some(Who::Worker.person()));
}

#[test]
fn an_emergency_report_is_to_be_accepted_round_the_clock() {
    let mut report = a_report();
    report.matter = Some(matter(COVER));
    report.whistle = Some(wish("emergency"));
    let story = Story::filed(Who::Worker, "09-06 23:30", &report);
    assert_eq!(story.case.inner_clocks[0].due, at("09-06 23:45"));
}
