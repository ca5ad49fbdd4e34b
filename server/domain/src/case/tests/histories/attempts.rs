//! What somebody may want of a case, sensible or absurd.

use super::*;

/// One attempt: somebody wants something after a while.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub minutes: i64,
    pub who: Index,
    /// Whether he keeps to what is offered to him, so that histories get far.
    pub sensible: bool,
    pub mood: Mood,
    pub kind: Index,
    pub target: Index,
    pub detail: Index,
    pub flag: bool,
    /// Days off from now on that the calendar did not know, or as many days that are worked.
    pub amends: Option<(i32, DayKind)>,
    /// Minutes by which the device's clock lies before the receipt; absent: no device.
    pub device: Option<i64>,
}

pub fn attempt() -> impl Strategy<Value = Attempt> {
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
    pub fn wish(&self, story: &Story) -> (Who, Action) {
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
pub enum Mood {
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
