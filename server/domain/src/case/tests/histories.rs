//! What holds for any history, however absurd the wishes are from which it comes.

use proptest::prelude::*;
use proptest::sample::Index;

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

/// One attempt: somebody wants something after a while.
#[derive(Clone, Debug)]
struct Attempt {
    minutes: i64,
    who: Index,
    /// Whether he keeps to what is offered to him, so that histories get far.
    sensible: bool,
    mood: Mood,
    kind: Index,
    target: Index,
    detail: Index,
    flag: bool,
    /// Days off from now on that the calendar did not know, or as many days that are worked.
    amends: Option<(i32, DayKind)>,
    /// Minutes by which the device's clock lies before the receipt; absent: no device.
    device: Option<i64>,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    (
        prop_oneof![6 => 0..20_i64, 3 => 20..600_i64, 1 => 600..20_000_i64],
        any::<Index>(),
        prop::bool::weighted(0.75),
        prop_oneof![
            12 => Just(Mood::Onward),
            7 => Just(Mood::Busy),
            4 => Just(Mood::Beside),
            2 => Just(Mood::Between),
            1 => Just(Mood::Any),
        ],
        any::<Index>(),
        any::<Index>(),
        any::<Index>(),
        prop::bool::weighted(0.7),
        prop::option::weighted(
            0.05,
            (
                1..6_i32,
                prop_oneof![Just(DayKind::Off), Just(DayKind::Work)],
            ),
        ),
        prop::option::weighted(0.3, -10..3_000_i64),
    )
        .prop_map(
            |(minutes, who, sensible, mood, kind, target, detail, flag, amends, device)| Attempt {
                minutes,
                who,
                sensible,
                mood,
                kind,
                target,
                detail,
                flag,
                amends,
                device,
            },
        )
}

impl Attempt {
    /// Who wants what: something offered to somebody, or anything at all by anybody.
    fn wish(&self, story: &Story) -> (Who, Action) {
        if self.sensible {
            // Those who move a case on are asked first; with nobody's turn, absurd wishes remain.
            let start = self.who.index(EVERYBODY.len());
            for who in EVERYBODY.iter().cycle().skip(start).take(EVERYBODY.len()) {
                let open: Vec<(ActionKind, Target)> = story
                    .offers(*who)
                    .into_iter()
                    .filter(|offer| offer.refusal.is_none())
                    .map(|offer| (offer.action, offer.target))
                    .filter(|(kind, _)| self.mood.allows(*kind))
                    .collect();
                if !open.is_empty() {
                    let (kind, target) = *self.kind.get(&open);
                    return (*who, self.action(kind, target, story));
                }
            }
        }
        let kind = *self.kind.get(ActionKind::ALL);
        let target = match kind.noun() {
            crate::case::TargetNoun::Case => Target::Case,
            // One beyond those that exist.
            crate::case::TargetNoun::Whistle => Target::Whistle(
                story
                    .case
                    .id
                    .whistle(self.target.index(story.case.whistles.len() + 1)),
            ),
            crate::case::TargetNoun::Assignment => Target::Assignment(
                story
                    .case
                    .id
                    .assignment(self.target.index(story.case.assignments.len() + 1)),
            ),
        };
        (*self.who.get(&EVERYBODY), self.action(kind, target, story))
    }

    /// The action with details that are right now and then.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an action, each a line or two"
    )]
    fn action(&self, kind: ActionKind, target: Target, story: &Story) -> Action {
        let (whistle, assignment) = match target {
            Target::Whistle(id) => (id, story.case.id.assignment(0)),
            Target::Assignment(id) => (story.case.id.whistle(0), id),
            Target::Case => (story.case.id.whistle(0), story.case.id.assignment(0)),
        };
        let reason = || "理由".to_owned();
        let attachments = vec![AttachmentId(uuid::Uuid::from_u128(
            self.detail.index(9) as u128
        ))];
        match kind {
            // A report founds another case; commenting stands in for it.
            ActionKind::Report | ActionKind::Comment => Action::Comment {
                text: reason(),
                public: self.flag,
            },
            ActionKind::Accept => Action::Accept,
            ActionKind::Decline => Action::Decline {
                reason: *self.detail.get(DeclineReason::ALL),
                note: reason(),
            },
            ActionKind::Register => {
                let of = *self.detail.get(&[ROAD, COVER, COVER, BURST, BURST, OLD]);
                let number = u16::try_from(self.detail.index(23) % 3).unwrap();
                Action::Register {
                    matter: matter(of),
                    condition: condition(of, number),
                }
            }
            ActionKind::ConfirmCondition => Action::ConfirmCondition,
            ActionKind::RefuseRegistration => Action::RefuseRegistration {
                reason: *self.detail.get(DeclineReason::ALL),
                note: reason(),
            },
            ActionKind::Dispatch => Action::Dispatch {
                units: self.units(),
                note: reason(),
            },
            ActionKind::RequestWhistle => {
                let mut request =
                    wish(
                        self.detail
                            .get::<&str>(&["daily", "tough", "emergency", "none"]),
                    );
                if self.flag {
                    request.wanted = self.units();
                }
                Action::RequestWhistle(request)
            }
            ActionKind::ApproveWhistle => Action::ApproveWhistle { whistle },
            ActionKind::RefuseWhistle => Action::RefuseWhistle {
                whistle,
                reason: reason(),
            },
            ActionKind::IssueWhistle => Action::IssueWhistle {
                whistle,
                units: self.units(),
                meeting: Meeting {
                    position: self.position(),
                    address: None,
                    at: None,
                },
            },
            ActionKind::WithdrawWhistle => Action::WithdrawWhistle {
                whistle,
                reason: reason(),
            },
            ActionKind::AddUnit => Action::AddUnit {
                whistle,
                unit: unit(
                    self.detail
                        .get::<&str>(&[ENFORCEMENT, WATER, POLICE, DISSOLVED]),
                ),
                role: *self.target.get(Role::ALL),
            },
            ActionKind::Sign => Action::Sign { assignment },
            ActionKind::AssignHandler => Action::AssignHandler {
                assignment,
                officers: vec![format!("{:?}", Who::Officer(ENFORCEMENT))],
                may_finish: self.flag,
            },
            ActionKind::ContactBlower => Action::ContactBlower {
                assignment,
                note: reason(),
            },
            ActionKind::ContactResident => Action::ContactResident {
                assignment,
                note: reason(),
            },
            ActionKind::CheckIn => Action::CheckIn {
                assignment,
                position: self.position(),
                accuracy_m: Some(12.5),
                attachments,
            },
            ActionKind::Leave => Action::Leave { assignment },
            ActionKind::ReportDone => Action::ReportDone {
                assignment,
                result: reason(),
                attachments,
            },
            ActionKind::PushBack => Action::PushBack {
                assignment,
                reason: reason(),
            },
            ActionKind::Finish => Action::Finish {
                assignment,
                result: None,
                attachments,
            },
            ActionKind::CompleteStep => Action::CompleteStep,
            ActionKind::RequestReturn => Action::RequestReturn {
                assignment,
                reason: reason(),
                legal_basis: reason(),
                suggested_unit: self.flag.then(|| unit(POLICE)),
            },
            ActionKind::DecideReturn => Action::DecideReturn {
                assignment,
                accept: self.flag,
                ruling: reason(),
            },
            ActionKind::Excuse => Action::Excuse {
                assignment,
                reason: reason(),
            },
            ActionKind::Revoke => Action::Revoke {
                assignment,
                reason: reason(),
            },
            ActionKind::ConfirmSolved => Action::ConfirmSolved {
                position: self.position(),
                note: reason(),
            },
            ActionKind::Veto => Action::Veto {
                reason: reason(),
                assignments: self.named(story),
            },
            ActionKind::RequestVerification => Action::RequestVerification,
            ActionKind::Verify => Action::Verify {
                passed: self.flag,
                note: reason(),
                attachments,
                assignments: self.named(story),
            },
            ActionKind::Reply => Action::Reply { text: reason() },
            ActionKind::Close => Action::Close {
                standard_met: self.flag,
                note: reason(),
            },
            ActionKind::Score => Action::Score {
                whistle,
                assignment: story.case.id.assignment(self.target.index(4)),
                response: 5,
                quality: 1,
                note: String::new(),
            },
            ActionKind::Rate => Action::Rate(self.answer()),
            ActionKind::Reopen => Action::Reopen { reason: reason() },
            ActionKind::Void => Action::Void { reason: reason() },
            ActionKind::Attach => Action::Attach { attachments },
            ActionKind::RequestConfirmation => Action::RequestConfirmation { note: reason() },
            ActionKind::Confirm => Action::Confirm {
                valid: self.flag,
                note: reason(),
                attachments,
            },
            ActionKind::SendBack => Action::SendBack { reason: reason() },
            ActionKind::ForceClose => Action::ForceClose { reason: reason() },
            ActionKind::RequestReopening => Action::RequestReopening { reason: reason() },
            ActionKind::RefuseReopening => Action::RefuseReopening { reason: reason() },
            ActionKind::ConsentReply => Action::ConsentReply,
            ActionKind::Claim => Action::Claim,
            ActionKind::Release => Action::Release,
            ActionKind::Merge => Action::Merge {
                into: another_case().id,
                note: reason(),
            },
            ActionKind::Link => Action::Link {
                to: another_case().id,
                note: reason(),
            },
            ActionKind::RequestExtension => Action::RequestExtension { reason: reason() },
            ActionKind::DecideExtension => Action::DecideExtension {
                accept: self.flag,
                ruling: reason(),
            },
            ActionKind::RequestSuspension => Action::RequestSuspension {
                reason: *self.detail.get(SuspensionReason::ALL),
                file_number: self.flag.then(reason),
                until: story
                    .now
                    .date()
                    .plus_days(*self.target.get(&[0, 1, 7, 300, 500])),
                note: reason(),
            },
            ActionKind::DecideSuspension => Action::DecideSuspension {
                accept: self.flag,
                ruling: reason(),
            },
            ActionKind::Resume => Action::Resume { note: reason() },
            ActionKind::Supervise => Action::Supervise {
                kind: *self.detail.get(SupervisionKind::ALL),
                note: reason(),
            },
            ActionKind::AnswerSupervision => Action::AnswerSupervision {
                number: self
                    .flag
                    .then(|| u16::try_from(self.target.index(4)).unwrap()),
                text: reason(),
            },
            ActionKind::Escalate => Action::Escalate { reason: reason() },
            ActionKind::Delegate => Action::Delegate {
                to: division(self.detail.get::<&str>(&[
                    TOWN,
                    TOWN,
                    "320707000000",
                    "320707102000",
                    VILLAGE,
                ])),
                reason: reason(),
            },
            ActionKind::RefuseAdmission => Action::RefuseAdmission { note: reason() },
            ActionKind::RequestRuling => Action::RequestRuling { reason: reason() },
            ActionKind::Rule => Action::Rule {
                lead: unit(
                    self.detail
                        .get::<&str>(&[ENFORCEMENT, WATER, POLICE, DISSOLVED]),
                ),
                assists: self.flag.then(|| unit(WATER)).into_iter().collect(),
                ruling: reason(),
            },
            ActionKind::Appeal => Action::Appeal { reason: reason() },
            ActionKind::DecideAppeal => Action::DecideAppeal {
                accept: self.flag,
                ruling: reason(),
            },
            ActionKind::FollowUp => Action::FollowUp {
                of: self.of(story),
                channel: *self.detail.get(Channel::ALL),
                outcome: match self.target.index(5) {
                    0 => FollowUpOutcome::Refused,
                    1 => FollowUpOutcome::Answered(self.answer()),
                    _ => FollowUpOutcome::NotReached,
                },
                note: reason(),
            },
            ActionKind::RequestUnreasonable => Action::RequestUnreasonable {
                of: self.of(story),
                reason: reason(),
            },
            ActionKind::DecideUnreasonable => Action::DecideUnreasonable {
                of: self.of(story),
                accept: self.flag,
                ruling: reason(),
            },
        }
    }

    fn answer(&self) -> Answer {
        Answer {
            contacted: self.flag,
            solved: *self.detail.get(Solved::ALL),
            satisfaction: *self.detail.get(Grade::ALL),
            text: String::new(),
            may_contact: false,
        }
    }

    /// The resident behind the case itself, or one behind a case that it may have taken up.
    fn of(&self, story: &Story) -> Option<CaseId> {
        let merged = story.case.absorbed.first().map(|a| a.case);
        merged.filter(|_| self.flag)
    }

    fn units(&self) -> Vec<Called> {
        let choices = [
            vec![lead(ENFORCEMENT)],
            vec![lead(ENFORCEMENT), assist(WATER)],
            vec![lead(WATER), assist(POLICE)],
            vec![lead(POLICE), assist(WATER), assist(ENFORCEMENT)],
            vec![lead(WATER), lead(POLICE)],
            vec![assist(WATER), assist(WATER)],
            vec![],
        ];
        self.detail.get(&choices).clone()
    }

    fn position(&self) -> Option<Position> {
        let metres = [0.0, 0.0, 100.0, 400.0, 2_000_000.0];
        self.flag.then(|| metres_away(*self.detail.get(&metres)))
    }

    /// None, one that exists, or one beyond.
    fn named(&self, story: &Story) -> Vec<AssignmentId> {
        let some = self.detail.index(2);
        let n = self.target.index(story.case.assignments.len() + 1);
        std::iter::repeat_n(story.case.id.assignment(n), some).collect()
    }
}

/// What somebody sensible is after: histories of nothing but comments, or void at once, say little.
#[derive(Copy, Clone, Debug)]
enum Mood {
    /// On to the closing.
    Onward,
    /// Anything but an end.
    Busy,
    /// More time, waiting, and replies.
    Beside,
    /// Between centres, and about who is to blame.
    Between,
    /// Whatever is offered.
    Any,
}

impl Mood {
    fn allows(self, kind: ActionKind) -> bool {
        match self {
            Self::Onward => matches!(
                kind,
                ActionKind::Accept
                    | ActionKind::Confirm
                    | ActionKind::Register
                    | ActionKind::Dispatch
                    | ActionKind::IssueWhistle
                    | ActionKind::Sign
                    | ActionKind::CheckIn
                    | ActionKind::CompleteStep
                    | ActionKind::DecideReturn
                    | ActionKind::DecideExtension
                    | ActionKind::DecideSuspension
                    | ActionKind::Resume
                    | ActionKind::Finish
                    | ActionKind::ConfirmSolved
                    | ActionKind::Verify
                    | ActionKind::Close
                    | ActionKind::Score
                    | ActionKind::Reopen
                    | ActionKind::Rule
                    | ActionKind::DecideAppeal
                    | ActionKind::DecideUnreasonable
                    | ActionKind::Reply
                    | ActionKind::ConsentReply
            ),
            Self::Busy => !matches!(
                kind,
                ActionKind::Void
                    | ActionKind::Decline
                    | ActionKind::RefuseRegistration
                    | ActionKind::Claim
                    | ActionKind::Merge
                    | ActionKind::Link
                    | ActionKind::Comment
                    | ActionKind::Attach
                    // Possible all the time: it would leave room for little else.
                    | ActionKind::Supervise
                    | ActionKind::Escalate
                    | ActionKind::Delegate
                    | ActionKind::RequestRuling
                    | ActionKind::RefuseAdmission
            ),
            Self::Beside => matches!(
                kind,
                ActionKind::RequestExtension
                    | ActionKind::DecideExtension
                    | ActionKind::RequestSuspension
                    | ActionKind::DecideSuspension
                    | ActionKind::Resume
                    | ActionKind::AnswerSupervision
            ),
            Self::Between => matches!(
                kind,
                ActionKind::Escalate
                    | ActionKind::Delegate
                    | ActionKind::RequestRuling
                    | ActionKind::Rule
                    | ActionKind::RequestReturn
                    | ActionKind::DecideReturn
                    | ActionKind::Appeal
                    | ActionKind::DecideAppeal
                    | ActionKind::RefuseAdmission
                    | ActionKind::FollowUp
                    | ActionKind::RequestUnreasonable
                    | ActionKind::DecideUnreasonable
            ),
            Self::Any => true,
        }
    }
}

/// The rules by which an action may be refused that is offered as allowed: they turn on what is said with it.
const TURNS_ON_WHAT_IS_SAID: &[RefusalCode] = &[
    RefusalCode::UnknownMatter,
    RefusalCode::MatterNotInForce,
    RefusalCode::UnknownCondition,
    RefusalCode::UnknownUnit,
    RefusalCode::UnknownKind,
    RefusalCode::UnknownSupervision,
    RefusalCode::UnknownCase,
    RefusalCode::SameCase,
    RefusalCode::OtherEnded,
    RefusalCode::PowerNotHeld,
    RefusalCode::TooFewCertified,
    RefusalCode::OneLead,
    RefusalCode::UnitTwice,
    RefusalCode::KindForbids,
    RefusalCode::PlaceSetByOthers,
    RefusalCode::MeetingIncomplete,
    RefusalCode::TownActsItself,
    RefusalCode::ViaTheCounty,
    RefusalCode::NoEmergencyCondition,
    RefusalCode::WhistleOpen,
    RefusalCode::NobodyToCall,
    RefusalCode::NotItsAssignment,
    RefusalCode::AlreadyScored,
    RefusalCode::StandardNotMet,
    RefusalCode::EvidenceMissing,
    RefusalCode::FileNumberMissing,
    RefusalCode::UntilOutOfRange,
    RefusalCode::NotBelow,
    RefusalCode::RuledOtherwise,
    RefusalCode::RefuseTheAdmission,
    RefusalCode::NotACall,
];

/// What is offered is what is decided.
fn offers_agree(story: &Story, who: Who, action: &Action, answer: Result<(), RefusalCode>) {
    if action.kind() == ActionKind::Rate {
        assert!(answer.is_err(), "no account answers for the resident");
        return;
    }
    let offers = story.offers(who);
    let offer = offers
        .iter()
        .find(|o| o.action == action.kind() && o.target == action.target());
    match offer.map(|o| o.refusal.as_ref().map(|r| r.code)) {
        None => assert!(
            matches!(answer, Err(RefusalCode::NotFound)),
            "not offered: {who:?} {} {answer:?}",
            action.kind()
        ),
        Some(Some(code)) => assert_eq!(answer, Err(code), "{who:?} {}", action.kind()),
        Some(None) => {
            let turns_on_it = |code| {
                TURNS_ON_WHAT_IS_SAID.contains(&code)
                    || matches!(
                        (action.kind(), code),
                        // Which other case; whether it is granted or refused.
                        (ActionKind::Link, RefusalCode::AlreadyDone)
                            // Which resident.
                            | (
                                ActionKind::FollowUp
                                    | ActionKind::RequestUnreasonable
                                    | ActionKind::DecideUnreasonable,
                                RefusalCode::NoFeedback
                                    | RefusalCode::FeedbackConcluded
                                    | RefusalCode::FeedbackExpired
                                    | RefusalCode::AlreadyDone
                                    | RefusalCode::NothingToDecide
                            )
                            | (
                                ActionKind::DecideExtension | ActionKind::DecideSuspension,
                                RefusalCode::DeadlinePassed
                            )
                    )
            };
            assert!(
                answer.is_ok() || answer.is_err_and(turns_on_it),
                "offered: {who:?} {} {answer:?}",
                action.kind()
            );
        }
    }
}

/// What holds of a case after every event of it.
fn is_sound(story: &Story) {
    let case = &story.case;
    let open_leads = case
        .current_assignments()
        .filter(|a| a.role == Role::Lead && a.stage.is_open())
        .count();
    // Nobody is at work without a lead's call; in a further attempt the lead may have finished before the others.
    let others_only = case.stage == Stage::Handling
        && case
            .lead()
            .is_some_and(|a| a.stage == AssignmentStage::Finished)
        && case.current_assignments().any(|a| a.stage.is_open());
    assert_eq!(
        open_leads,
        usize::from(case.stage.in_handling() && !others_only)
    );
    if case.stage.is_end() || case.stage.is_before_registration() {
        assert!(case.assignments.iter().all(|a| !a.stage.is_open()));
        assert!(
            case.whistles
                .iter()
                .all(|w| !matches!(w.stage, WhistleStage::Issued | WhistleStage::OnScene))
        );
    }
    if case.stage.is_end() {
        let waits = |w: &crate::case::Whistle| w.stage == WhistleStage::Requested;
        assert!(!case.whistles.iter().any(waits));
    }
    let settled = case.self_handled.is_some() && case.round().is_none();
    if !settled
        && matches!(
            case.stage,
            Stage::Handled | Stage::Verifying | Stage::Verified | Stage::Closed
        )
    {
        assert!(case.current_assignments().all(|a| !a.stage.is_open()));
        assert!(
            case.lead()
                .is_some_and(|a| a.stage == AssignmentStage::Finished)
        );
        assert!(case.round().is_some_and(|r| r.finished_at.is_some()));
    }
    for a in &case.assignments {
        assert_eq!(
            a.stage == AssignmentStage::Finished,
            a.finished_at.is_some(),
            "{a:?}"
        );
        assert_eq!(a.stage.is_let_go(), a.let_go.is_some(), "{a:?}");
        for milestone in [Some(a.sign), a.contact, a.check_in].into_iter().flatten() {
            assert_eq!(milestone.reached_at.is_some(), milestone.in_time.is_some());
            if let (Some(reached), Some(true)) = (milestone.reached_at, milestone.in_time) {
                assert!(a.issued_at <= reached && reached <= milestone.due && reached <= story.now);
            }
        }
    }
    let waiting = case
        .whistles
        .iter()
        .filter(|w| w.stage == WhistleStage::Requested);
    assert!(waiting.count() <= 1, "{:?}", case.whistles);
    // A further attempt may bring units of several back; nobody joins but the last.
    let answered = case.whistles.iter().filter(|w| {
        let mut called = case.assignments.iter().filter(|a| a.whistle == Some(w.id));
        called.any(|a| a.stage.is_open() && a.attempt == 1)
    });
    assert!(answered.count() <= 1, "{:?}", case.whistles);
    inner_clocks_fit_the_stage(case);
    open_deadlines_follow_the_calendar(story);
    centres_are_sound(story);
    handling_clocks_are_sound(story);
}

/// Every deadline that is open follows from its limit by the calendar as it stands.
fn open_deadlines_follow_the_calendar(story: &Story) {
    let case = &story.case;
    for clock in case.inner_clocks.iter().filter(|c| c.stopped_at.is_none()) {
        let due = case.inner_due(clock, &story.rules);
        assert_eq!(due, Some(clock.due), "{clock:?}");
    }
    for assignment in case.assignments.iter().filter(|a| a.stage.is_open()) {
        let sign = assignment.sign;
        let terms = assignment.whistle.and_then(|id| case.whistle(id));
        let limit = terms.map_or(Some(story.rules.settings.dispatch_sign), |whistle| {
            story.rules.kind_of(whistle).map(|kind| kind.sign)
        });
        let due = story.rules.due(assignment.issued_at, limit.unwrap());
        // Cut short by a handling deadline: the one that runs, one before it, or that of a clock that stood still.
        let round = case.round().unwrap();
        let capped = round
            .deadline()
            .is_none_or(|deadline| sign.due <= deadline.at)
            || round.deadlines.iter().any(|(_, at)| *at == Some(sign.due));
        let is_open = sign.reached_at.is_none();
        assert!(
            !is_open || sign.due == due || capped && sign.due < due,
            "{assignment:?}"
        );
    }
}

fn inner_clocks_fit_the_stage(case: &Case) {
    let running = |name| {
        case.inner_clocks
            .iter()
            .filter(|c| c.name == name && c.stopped_at.is_none())
            .count()
    };
    let at = |name, stages: &[Stage]| {
        assert!(
            running(name) == 0 || stages.contains(&case.stage),
            "{name} at {}",
            case.stage
        );
    };
    at(
        InnerClockName::Accept,
        &[Stage::Reported, Stage::Confirming],
    );
    at(InnerClockName::Confirm, &[Stage::Confirming]);
    at(InnerClockName::Dispatch, &[Stage::Registered]);
    at(InnerClockName::ConfirmSolved, &[Stage::Handled]);
    at(InnerClockName::Verify, &[Stage::Verifying]);
    assert_eq!(
        running(InnerClockName::Verify) == 1,
        case.stage == Stage::Verifying
    );
    if case.stage.is_end() {
        assert!(
            case.inner_clocks
                .iter()
                .all(|clock| clock.stopped_at.is_some())
        );
        return;
    }
    let undecided = case.assignments.iter().filter(|a| {
        a.stage.is_open()
            && a.return_request
                .as_ref()
                .is_some_and(|r| r.accepted.is_none())
    });
    assert_eq!(running(InnerClockName::DecideReturn), undecided.count());
    let unapproved = case
        .whistles
        .iter()
        .any(|w| w.stage == WhistleStage::Requested && w.approved_by.is_none());
    assert!(running(InnerClockName::Approve) == 0 || unapproved);
}

/// The way from centre to centre is whole, and nobody disputes what has ended.
fn centres_are_sound(story: &Story) {
    let case = &story.case;
    let told = story
        .log
        .iter()
        .filter(|e| matches!(e.event, Event::Escalated(_) | Event::Delegated(_)))
        .count();
    assert_eq!(case.transfers.len(), told);
    // Three at will, and the decision of the centre above.
    assert!(told <= 4, "{:?}", case.transfers);
    assert_eq!(case.is_settled_where_it_is(), told == 4);
    let mut centre = case.received_by();
    for transfer in &case.transfers {
        assert_eq!(transfer.from, centre);
        centre = transfer.to;
    }
    assert_eq!(case.centre, centre);
    assert!(centre.contains(division(VILLAGE)));
    let pending = case.disputes.iter().filter(|d| d.is_pending()).count();
    assert!(pending <= usize::from(!case.stage.is_end()));
    let ruling =
        |c: &&crate::case::InnerClock| c.name == InnerClockName::Rule && c.stopped_at.is_none();
    assert_eq!(case.inner_clocks.iter().filter(ruling).count(), pending);
    for round in &case.rounds {
        assert!(round.exempted_at.is_none() || round.on_time == Some(false));
    }
    let handed_over = case.round().is_some_and(|r| r.handed_over);
    assert!(!handed_over || case.lead().is_none());
}

fn handling_clocks_are_sound(story: &Story) {
    let case = &story.case;
    for round in &case.rounds {
        let running = round.steps.iter().filter(|s| {
            s.clock
                .as_ref()
                .is_some_and(crate::clock::ClockFacts::is_running)
        });
        let current = case.round().is_some_and(|r| std::ptr::eq(r, round));
        let in_handling = current && case.stage.in_handling();
        let suspended = current && case.suspension().is_some();
        assert_eq!(
            running.count(),
            usize::from(in_handling && !suspended),
            "{}",
            case.stage
        );
        let waits = current && (suspended || case.stage == Stage::Registered);
        assert!(!round.is_paused() || waits);
        assert!(!suspended || (case.stage == Stage::Handling && round.is_paused()));
        assert!(round.extensions.len() <= story.rules.settings.extensions);
        assert_eq!(
            round.deadlines.last().and_then(|(_, at)| *at),
            round.deadline().map(|d| d.at)
        );
        for step in &round.steps {
            let stopped = step.clock.as_ref().is_some_and(|c| c.stopped.is_some());
            if stopped && story.rules.time.calendar.version > RULES.time.calendar.version {
                // Judged by the calendar that held when it stopped.
                continue;
            }
            let derived = step
                .clock
                .as_ref()
                .and_then(|clock| story.rules.time.deadline(clock));
            assert_eq!(derived, step.deadline);
        }
    }
}

/// What holds of the events of one decision, given the case before it.
fn happened_soundly(before: &Case, story: &Story, kind: ActionKind, events: &[Recorded]) {
    // What is done stands in the table of stages, actions and posts.
    let by = events.iter().find(|e| e.actor.person.is_some()).unwrap();
    let mut open_to = crate::case::posts_at(kind, before.stage);
    assert!(
        open_to.any(|post| post == by.actor.post),
        "{kind} at {} from {}",
        before.stage,
        by.actor.post
    );
    for (version, recorded) in (before.version + 1..).zip(events) {
        assert_eq!(recorded.version, version);
        assert_eq!(recorded.recorded_at, story.now);
        assert!(recorded.occurred_at <= story.now);
        let text = serde_json::to_string(recorded).unwrap();
        assert_eq!(&serde_json::from_str::<Recorded>(&text).unwrap(), recorded);
    }
    if before.stage.is_end() {
        let names: Vec<&str> = events.iter().map(|e| e.event.name()).collect();
        if story.case.stage == before.stage {
            assert!(names.iter().all(|n| matches!(
                *n,
                "scored"
                    | "rated"
                    | "commented"
                    | "attached"
                    | "reopening_requested"
                    | "reopening_refused"
                    | "claimed"
                    | "released"
                    | "linked"
                    | "appealed"
                    | "appeal_accepted"
                    | "appeal_refused"
                    | "follow_up_missed"
                    | "feedback_concluded"
                    | "unreasonable_requested"
                    | "unreasonable_refused"
            )));
        } else {
            let opens = if before.round().is_some() {
                "reopened"
            } else {
                "reopened_to_accepted"
            };
            assert_eq!(
                (before.stage, names.as_slice()),
                (Stage::Closed, [opens].as_slice())
            );
        }
    }
    let last = story.case.rounds.last();
    let deadline = last.and_then(crate::case::Round::deadline).map(|d| d.at);
    let granted = events.iter().any(|e| {
        matches!(
            e.event,
            Event::HandlingClock {
                change: ClockChange::Extended,
                ..
            }
        )
    });
    if granted {
        let former = before.round().and_then(crate::case::Round::deadline);
        assert!(
            former.map(|d| d.at) <= deadline,
            "an extension takes no time away"
        );
    }
    if let Some(moved) = events.iter().rev().find_map(|e| match &e.event {
        Event::HandlingClock { deadline, .. } => Some(*deadline),
        _ => None,
    }) {
        assert_eq!(moved, deadline);
    }
    for new in events.iter().flat_map(|e| called(&e.event)) {
        let last = [
            Some(new.sign_by),
            new.contact_by,
            new.check_in_by,
            new.finish_by,
        ]
        .into_iter()
        .max();
        assert!(last.flatten() <= deadline, "{new:?} after {deadline:?}");
    }
    let resumed_from_nothing = events.iter().any(|e| {
        matches!(
            e.event,
            Event::HandlingClock {
                change: ClockChange::Resumed | ClockChange::Restarted,
                ..
            }
        )
    }) && before.round().and_then(crate::case::Round::clock).is_none();
    assert!(!resumed_from_nothing);
}

fn called(event: &Event) -> Vec<&NewAssignment> {
    match event {
        Event::Dispatched { assignments, .. } | Event::WhistleIssued { assignments, .. } => {
            assignments.iter().collect()
        }
        Event::UnitAdded { assignment, .. } => vec![assignment],
        _ => vec![],
    }
}

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
