//! Who may do what at which stage: the guards of all actions, and the same as tables.

use super::super::action::{ActionKind, Target};
use super::super::identity::is_confidential;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::stage::{AssignmentStage, Stage, WhistleStage};
use super::super::state::{Assignment, Case, Whistle};
use super::{
    Ask, acting, admission, appeal, claiming, confirmation, ending, exists, following_up,
    reopening, ruling, transfer,
};
use crate::access::{ActorRef, Appointment, Grant, Operation, Post, Scope, sees};
use crate::place::DivisionLevel;
use crate::routing::Role;

/// The stages of the case at which an action is possible.
///
/// For actions on assignments and whistles their own stage counts as well.
pub const fn stages(kind: ActionKind) -> &'static [Stage] {
    use Stage::{
        Accepted, Assigned, Closed, Confirming, Handled, Handling, Registered, Reported, Verified,
        Verifying,
    };
    match kind {
        ActionKind::Report
        | ActionKind::Rate
        | ActionKind::Comment
        | ActionKind::Attach
        | ActionKind::Claim
        | ActionKind::Release
        | ActionKind::Link => Stage::ALL,
        ActionKind::Accept | ActionKind::Decline => &[Reported, Confirming],
        ActionKind::Register | ActionKind::RefuseRegistration => &[Accepted],
        ActionKind::Dispatch | ActionKind::SendBack => &[Registered],
        ActionKind::RequestWhistle
        | ActionKind::ApproveWhistle
        | ActionKind::RefuseWhistle
        | ActionKind::WithdrawWhistle => &[
            Reported, Confirming, Accepted, Registered, Assigned, Handling,
        ],
        ActionKind::IssueWhistle
        | ActionKind::AddUnit
        | ActionKind::Sign
        | ActionKind::AssignHandler
        | ActionKind::ContactBlower
        | ActionKind::ContactResident
        | ActionKind::CheckIn
        | ActionKind::ReportDone
        | ActionKind::PushBack
        | ActionKind::Finish
        | ActionKind::RequestReturn
        | ActionKind::DecideReturn
        | ActionKind::Excuse
        | ActionKind::Revoke => &[Registered, Assigned, Handling],
        // Whoever has finished leaves as well, while the case goes on.
        ActionKind::Leave => &[Registered, Assigned, Handling, Handled, Verifying, Verified],
        ActionKind::CompleteStep => &[Assigned, Handling],
        ActionKind::ConfirmSolved | ActionKind::RequestVerification => &[Handled],
        ActionKind::Veto => &[Handled, Verifying, Verified],
        ActionKind::Verify => &[Verifying],
        ActionKind::Close | ActionKind::ForceClose => &[Verified],
        ActionKind::Score => &[
            Handled, Verifying, Verified, Closed, Registered, Assigned, Handling,
        ],
        ActionKind::Reopen | ActionKind::RequestReopening | ActionKind::RefuseReopening => {
            &[Closed]
        }
        ActionKind::RequestExtension
        | ActionKind::DecideExtension
        | ActionKind::RequestSuspension
        | ActionKind::DecideSuspension
        | ActionKind::Resume => &[Handling],
        ActionKind::ConfirmCondition => {
            &[Registered, Assigned, Handling, Handled, Verifying, Verified]
        }
        ActionKind::Reply
        | ActionKind::ConsentReply
        | ActionKind::Void
        | ActionKind::Supervise
        | ActionKind::AnswerSupervision
        | ActionKind::Escalate
        | ActionKind::Delegate
        | ActionKind::RequestRuling
        | ActionKind::Rule => &[
            Reported, Confirming, Accepted, Registered, Assigned, Handling, Handled, Verifying,
            Verified,
        ],
        ActionKind::RequestConfirmation => &[Reported],
        ActionKind::Merge | ActionKind::RefuseAdmission => {
            &[Reported, Confirming, Accepted, Registered]
        }
        ActionKind::Confirm => &[Confirming],
        ActionKind::Appeal => &[Closed],
        // Both wait also where the case was reopened meanwhile.
        ActionKind::DecideAppeal
        | ActionKind::FollowUp
        | ActionKind::RequestUnreasonable
        | ActionKind::DecideUnreasonable => &[
            Reported, Confirming, Accepted, Registered, Assigned, Handling, Handled, Verifying,
            Verified, Closed,
        ],
    }
}

/// Everybody who works on cases.
const AT_WORK: &[Post] = &[
    Post::GridWorker,
    Post::GridLeader,
    Post::VillageLeader,
    Post::Clerk,
    Post::Registrar,
    Post::Dispatcher,
    Post::Caller,
    Post::DutyOfficer,
    Post::DutyLeader,
    Post::UnitOfficer,
    Post::UnitLeader,
    Post::TownHead,
];

/// The posts from which an action is possible; scope and part in the case count as well.
#[expect(
    clippy::too_many_lines,
    reason = "a line a group of actions: the table of posts"
)]
pub const fn posts(kind: ActionKind) -> &'static [Post] {
    use Post::{
        App, Caller, Clerk, Dispatcher, DutyLeader, DutyOfficer, GridLeader, GridWorker, Registrar,
        Resident, TownHead, UnitLeader, UnitOfficer, VillageLeader,
    };
    match kind {
        ActionKind::Report => &[
            GridWorker,
            GridLeader,
            VillageLeader,
            Clerk,
            Registrar,
            DutyOfficer,
            DutyLeader,
            App,
        ],
        ActionKind::Accept
        | ActionKind::Decline
        | ActionKind::Register
        | ActionKind::ConfirmCondition
        | ActionKind::RefuseRegistration
        | ActionKind::RequestVerification
        | ActionKind::Close
        | ActionKind::Reopen
        | ActionKind::RequestConfirmation
        | ActionKind::RefuseReopening
        | ActionKind::Merge => &[Registrar],
        ActionKind::Dispatch
        | ActionKind::SendBack
        | ActionKind::IssueWhistle
        | ActionKind::AddUnit
        | ActionKind::DecideReturn
        | ActionKind::Excuse
        | ActionKind::Revoke
        | ActionKind::DecideExtension
        | ActionKind::DecideSuspension
        | ActionKind::Resume => &[Dispatcher],
        ActionKind::ApproveWhistle | ActionKind::RefuseWhistle => {
            &[GridLeader, VillageLeader, Dispatcher, DutyLeader, TownHead]
        }
        ActionKind::RequestWhistle
        | ActionKind::WithdrawWhistle
        | ActionKind::ConfirmSolved
        | ActionKind::Veto
        | ActionKind::Score => &[
            GridWorker,
            GridLeader,
            VillageLeader,
            Dispatcher,
            DutyLeader,
            TownHead,
        ],
        // An officer pushes back and finishes where his leader has empowered him.
        ActionKind::Sign
        | ActionKind::ContactBlower
        | ActionKind::ContactResident
        | ActionKind::CheckIn
        | ActionKind::Leave
        | ActionKind::ReportDone
        | ActionKind::CompleteStep
        | ActionKind::PushBack
        | ActionKind::Finish
        | ActionKind::Reply => &[UnitOfficer, UnitLeader],
        ActionKind::AssignHandler
        | ActionKind::RequestReturn
        | ActionKind::ConsentReply
        | ActionKind::RequestExtension
        | ActionKind::RequestSuspension
        | ActionKind::Appeal => &[UnitLeader],
        ActionKind::Supervise => &[Registrar, Dispatcher, DutyLeader, TownHead],
        ActionKind::RefuseAdmission => &[Registrar, Dispatcher],
        ActionKind::AnswerSupervision | ActionKind::RequestRuling => {
            &[Registrar, Dispatcher, DutyLeader, UnitLeader]
        }
        ActionKind::Verify => &[GridWorker, GridLeader, Registrar],
        ActionKind::Escalate | ActionKind::Delegate => &[Registrar, Dispatcher, DutyLeader],
        ActionKind::Rule => Operation::RULES,
        ActionKind::Rate => &[Resident],
        ActionKind::Void | ActionKind::DecideAppeal | ActionKind::DecideUnreasonable => {
            &[Registrar, DutyLeader]
        }
        ActionKind::FollowUp => &[Caller],
        ActionKind::RequestUnreasonable => &[Registrar, Caller],
        ActionKind::Confirm => &[GridWorker, GridLeader],
        ActionKind::ForceClose => &[DutyLeader, TownHead],
        // The blower, and who speaks for the resident: whoever filed, the clerk, the caller.
        ActionKind::RequestReopening => &[
            GridWorker,
            GridLeader,
            VillageLeader,
            Clerk,
            Dispatcher,
            Caller,
            DutyOfficer,
            DutyLeader,
            TownHead,
            App,
        ],
        ActionKind::Claim | ActionKind::Release | ActionKind::Link => AT_WORK,
        ActionKind::Comment | ActionKind::Attach => &[
            GridWorker,
            GridLeader,
            VillageLeader,
            Clerk,
            Registrar,
            Dispatcher,
            Caller,
            DutyOfficer,
            DutyLeader,
            UnitOfficer,
            UnitLeader,
            TownHead,
            App,
        ],
    }
}

/// The posts from which an action is possible at a stage of the case: none where the stage forbids it.
pub fn posts_at(kind: ActionKind, stage: Stage) -> impl Iterator<Item = Post> {
    let at_all = stages(kind).contains(&stage);
    posts(kind)
        .iter()
        .copied()
        .filter(move |post| at_all && opens(kind, *post, stage))
}

/// What differs from stage to stage: the duty leader declares void what has been registered, the
/// registrar anything.
const fn opens(kind: ActionKind, post: Post, stage: Stage) -> bool {
    !(matches!(kind, ActionKind::Void)
        && matches!(post, Post::DutyLeader)
        && stage.is_before_registration())
}

/// Lets the action through as one of the actor's posts, or says which rule forbids it.
///
/// In this order: what one may not see does not exist; then the post; then the stage.
pub(super) fn guard(
    case: &Case,
    kind: ActionKind,
    target: Target,
    ask: &Ask<'_>,
) -> Result<ActorRef, Refusal> {
    if !sees(ask.actor, &case.subject(), ask.now) || !exists(case, target) {
        return Err(RefusalCode::NotFound.into());
    }
    let by = as_post(case, kind, target, ask)?;
    at_stage(case, kind, target, ask)?;
    claiming::keeps_off(case, kind, &by, ask)?;
    if kind == ActionKind::ContactResident && is_confidential(case, &ask.rules.settings) {
        return Err(RefusalCode::ThroughTheCentre.into());
    }
    Ok(by)
}

fn as_post(
    case: &Case,
    kind: ActionKind,
    target: Target,
    ask: &Ask<'_>,
) -> Result<ActorRef, Refusal> {
    let mut why = Refusal::new(RefusalCode::PostForbids);
    for appointment in ask.actor.posts(ask.now) {
        if !posts(kind).contains(&appointment.post) {
            continue;
        }
        match takes_part(case, kind, target, appointment, ask) {
            Ok(()) => {
                let by = ActorRef::of(ask.actor, appointment);
                return Ok(acting::acting(by, case, kind, &appointment.scope));
            }
            Err(refusal) => why = refusal,
        }
    }
    Err(why)
}

/// Whether somebody in that post has the part in the case that the action asks for.
#[expect(
    clippy::too_many_lines,
    reason = "one arm an action, each a few lines: the table of parts"
)]
fn takes_part(
    case: &Case,
    kind: ActionKind,
    target: Target,
    appointment: &Appointment,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    let forbidden = || Err(Refusal::new(RefusalCode::PostForbids));
    if let Target::Assignment(id) = target
        && matches!(appointment.post, Post::UnitOfficer | Post::UnitLeader)
    {
        let own = case
            .assignment(id)
            .filter(|a| matches!(&appointment.scope, Scope::Unit(code) if *code == a.unit));
        return match own {
            None => forbidden(),
            Some(a) if !finishes(a, kind, appointment.post, ask) => {
                Err(RefusalCode::NotEmpowered.into())
            }
            Some(_) => Ok(()),
        };
    }
    // An application follows up what it filed, and nothing else that it may read.
    if appointment.post == Post::App
        && !(ask.actor.is_granted(Grant::CasesFile) && case.filed_by.is(ask.actor))
    {
        return forbidden();
    }
    if !opens(kind, appointment.post, case.stage) {
        return Err(Refusal::stage(case.stage));
    }
    match kind {
        ActionKind::CompleteStep
        | ActionKind::Reply
        | ActionKind::ConsentReply
        | ActionKind::RequestExtension
        | ActionKind::RequestSuspension => {
            if leads(case, &appointment.scope) {
                Ok(())
            } else {
                forbidden()
            }
        }
        ActionKind::AnswerSupervision => {
            if leads(case, &appointment.scope) || covers(case, &appointment.scope) {
                Ok(())
            } else {
                forbidden()
            }
        }
        // One may look on in one post and work elsewhere in another.
        ActionKind::Comment
        | ActionKind::Attach
        | ActionKind::Claim
        | ActionKind::Release
        | ActionKind::Link => {
            if sees(&ask.actor.in_post(appointment), &case.subject(), ask.now) {
                Ok(())
            } else {
                forbidden()
            }
        }
        ActionKind::Report => Ok(()),
        ActionKind::RequestReopening => {
            if reopening::concerns(case, appointment, ask) {
                Ok(())
            } else {
                forbidden()
            }
        }
        ActionKind::ConfirmSolved | ActionKind::Veto => {
            let blew = case.issued_whistles().any(|w| w.blown_by.is(ask.actor));
            if blew {
                Ok(())
            } else {
                Err(RefusalCode::NotTheBlower.into())
            }
        }
        ActionKind::Score => match target {
            Target::Whistle(id) if case.whistle(id).is_some_and(|w| w.blown_by.is(ask.actor)) => {
                Ok(())
            }
            _ => Err(RefusalCode::NotTheBlower.into()),
        },
        ActionKind::WithdrawWhistle => {
            let blew = matches!(target, Target::Whistle(id)
                if case.whistle(id).is_some_and(|w| w.blown_by.is(ask.actor)));
            if blew || (appointment.post == Post::Dispatcher && covers(case, &appointment.scope)) {
                Ok(())
            } else {
                Err(RefusalCode::NotTheBlower.into())
            }
        }
        ActionKind::ApproveWhistle | ActionKind::RefuseWhistle => {
            let approves = whistle_of(case, target)
                .and_then(|w| ask.rules.kind_of(w))
                .is_some_and(|k| k.approved_by.iter().any(|p| p == appointment.post.as_str()));
            // The dispatcher is the owner's; whoever answers for the place approves also what a centre above has.
            let near = match appointment.post {
                Post::Dispatcher => covers(case, &appointment.scope),
                _ => is_near(case, &appointment.scope),
            };
            if approves && near {
                Ok(())
            } else {
                forbidden()
            }
        }
        ActionKind::Confirm if is_near(case, &appointment.scope) => Ok(()),
        ActionKind::RequestWhistle => {
            if is_near(case, &appointment.scope) || case.filed_by.is(ask.actor) {
                Ok(())
            } else {
                forbidden()
            }
        }
        ActionKind::Verify => verifies(case, appointment, ask),
        ActionKind::Void
        | ActionKind::Escalate
        | ActionKind::Delegate
        | ActionKind::RefuseAdmission
            if ending::received_the_return(case, ask.actor) =>
        {
            Err(RefusalCode::ReceivedTheReturn.into())
        }
        ActionKind::Escalate | ActionKind::Delegate => transfer::passes_on(case, appointment),
        ActionKind::RefuseAdmission if admission::is_of_the_town(case, appointment) => Ok(()),
        ActionKind::RequestRuling if ruling::concerns(case, appointment) => Ok(()),
        ActionKind::Rule if ruling::rules(case, appointment) => Ok(()),
        ActionKind::Appeal if appeal::answers_for(case, appointment, ask) => Ok(()),
        ActionKind::DecideAppeal if appeal::decides(case, appointment) => Ok(()),
        ActionKind::FollowUp | ActionKind::RequestUnreasonable => {
            following_up::asks(case, appointment, ask)
        }
        ActionKind::DecideUnreasonable if following_up::decides(case, appointment) => Ok(()),
        ActionKind::RequestRuling
        | ActionKind::Rule
        | ActionKind::Appeal
        | ActionKind::DecideAppeal
        | ActionKind::DecideUnreasonable
        | ActionKind::RefuseAdmission => forbidden(),
        _ => {
            if covers(case, &appointment.scope) {
                acting::guard(case, kind, &appointment.scope, ask.rules, ask.now)
            } else {
                forbidden()
            }
        }
    }
}

/// Whether an officer answers for the result in his leader's stead; leaders do so anyhow.
fn finishes(a: &Assignment, kind: ActionKind, post: Post, ask: &Ask<'_>) -> bool {
    !matches!(kind, ActionKind::Finish | ActionKind::PushBack)
        || post == Post::UnitLeader
        || (a.officers_may_finish && a.officers.contains(&ask.actor.name))
}

/// The grid's worker, or one of the same village, else the grid leader, else a registrar who did
/// not dispatch; never a member of a unit that handled.
fn verifies(case: &Case, appointment: &Appointment, ask: &Ask<'_>) -> Result<(), Refusal> {
    if case
        .current_assignments()
        .any(|a| ask.actor.belongs_to(&a.unit, ask.now))
    {
        return Err(RefusalCode::HandledItYourself.into());
    }
    let near = match &appointment.scope {
        Scope::Grids(codes) => codes
            .iter()
            .any(|g| Some(g.village()) == case.place.village),
        scope => is_near(case, scope),
    };
    if !near {
        return Err(RefusalCode::PostForbids.into());
    }
    let dispatched = case
        .round()
        .is_some_and(|r| r.dispatched_by.contains(&ask.actor.person));
    if appointment.post == Post::Registrar && dispatched {
        return Err(RefusalCode::DispatchedItYourself.into());
    }
    Ok(())
}

/// Whether the unit of a post leads in the case.
fn leads(case: &Case, scope: &Scope) -> bool {
    case.lead()
        .is_some_and(|a| matches!(scope, Scope::Unit(code) if *code == a.unit))
}

/// Whether the scope of a post extends over the case: over the centre that has it, or while a town's has it over the
/// place. What a centre above has taken is not decided below.
pub(super) fn covers(case: &Case, scope: &Scope) -> bool {
    match scope {
        Scope::Division(code) => {
            code.contains(case.centre)
                || (case.centre.level() == DivisionLevel::Town
                    && case.place.village.is_some_and(|v| code.contains(v)))
        }
        Scope::Grids(codes) => case.place.grid.is_some_and(|g| codes.contains(&g)),
        Scope::Unit(_) => false,
    }
}

/// Whether the scope of a post extends over the case or over its place, whoever has the case.
pub(super) fn is_near(case: &Case, scope: &Scope) -> bool {
    covers(case, scope) || matches!(scope, Scope::Division(code) if code.contains(case.ground()))
}

fn whistle_of(case: &Case, target: Target) -> Option<&Whistle> {
    match target {
        Target::Whistle(id) => case.whistle(id),
        Target::Case | Target::Assignment(_) => None,
    }
}

fn at_stage(case: &Case, kind: ActionKind, target: Target, ask: &Ask<'_>) -> Result<(), Refusal> {
    if stages(kind).contains(&case.stage) {
        super::suspension::lets_through(case, kind)?;
    }
    if kind == ActionKind::IssueWhistle && case.stage.is_before_registration() {
        return Err(Refusal::new(RefusalCode::NotRegistered).with("stage", case.stage));
    }
    if !stages(kind).contains(&case.stage) {
        return Err(Refusal::stage(case.stage));
    }
    match target {
        Target::Case => match kind {
            ActionKind::RequestWhistle => {
                super::whistle::may_be_blown(case, ask)?;
                super::whistle::blows_some_kind(case, ask)
            }
            ActionKind::ConfirmCondition if !case.condition_to_confirm => {
                Err(RefusalCode::AlreadyDone.into())
            }
            // The lead's return leaves the assists where they are; the case gets a new lead first.
            ActionKind::CompleteStep if case.lead().is_none() => Err(Refusal::stage(case.stage)),
            ActionKind::CompleteStep
                if case.round().is_none_or(|r| r.step + 1 >= r.steps.len()) =>
            {
                Err(RefusalCode::LastStep.into())
            }
            ActionKind::Accept | ActionKind::Decline => confirmation::is_awaited(case, ask.now),
            ActionKind::RequestConfirmation | ActionKind::Confirm => {
                confirmation::is_possible(case, kind)
            }
            ActionKind::ConsentReply => super::replying::is_drafted(case),
            ActionKind::RequestReopening if case.is_reopening_asked_for() => {
                Err(RefusalCode::AlreadyDone.into())
            }
            ActionKind::RequestReopening | ActionKind::Reopen => reopening::in_time(case, ask),
            ActionKind::RefuseReopening if !case.is_reopening_asked_for() => {
                Err(RefusalCode::NoReopeningRequest.into())
            }
            ActionKind::RequestExtension | ActionKind::DecideExtension => {
                super::extension::is_open(case, kind, ask)
            }
            ActionKind::RequestSuspension | ActionKind::DecideSuspension | ActionKind::Resume => {
                super::suspension::is_open(case, kind, ask)
            }
            ActionKind::Escalate | ActionKind::Delegate => transfer::is_open(case, kind),
            ActionKind::RequestRuling | ActionKind::Rule => ruling::is_open(case, kind),
            ActionKind::Appeal | ActionKind::DecideAppeal => appeal::is_open(case, kind),
            ActionKind::FollowUp
            | ActionKind::RequestUnreasonable
            | ActionKind::DecideUnreasonable => following_up::is_open(case, kind, ask.now),
            ActionKind::RefuseAdmission => admission::refusable(case, ask.rules).map(|_| ()),
            ActionKind::Dispatch => {
                ruling::is_awaited(case, ask.rules.settings.returns_before_ruling)
            }
            ActionKind::AnswerSupervision if case.unanswered_supervisions().next().is_none() => {
                Err(RefusalCode::NothingToDecide.into())
            }
            _ => Ok(()),
        },
        Target::Whistle(id) => case.whistle(id).map_or(Ok(()), |w| {
            whistle_at_stage(kind, w)?;
            match kind {
                ActionKind::AddUnit if super::whistle::is_superseded(case, w) => {
                    Err(RefusalCode::WhistleOpen.into())
                }
                ActionKind::IssueWhistle | ActionKind::AddUnit => {
                    ruling::is_awaited(case, ask.rules.settings.returns_before_ruling)?;
                    if kind == ActionKind::IssueWhistle {
                        super::whistle::approval(case, w, ask.rules, ask.actor, ask.now)?;
                    }
                    Ok(())
                }
                ActionKind::Score => super::judgement::is_to_score(case, w),
                _ => Ok(()),
            }
        }),
        Target::Assignment(id) => case
            .assignment(id)
            .map_or(Ok(()), |a| assignment_at_stage(case, kind, a, ask)),
    }
}

fn whistle_at_stage(kind: ActionKind, whistle: &Whistle) -> Result<(), Refusal> {
    let possible = match kind {
        ActionKind::ApproveWhistle if whistle.approved_by.is_some() => {
            return Err(RefusalCode::AlreadyDone.into());
        }
        ActionKind::ApproveWhistle
        | ActionKind::RefuseWhistle
        | ActionKind::IssueWhistle
        | ActionKind::WithdrawWhistle => whistle.stage == WhistleStage::Requested,
        ActionKind::AddUnit => {
            matches!(whistle.stage, WhistleStage::Issued | WhistleStage::OnScene)
        }
        ActionKind::Score => matches!(whistle.stage, WhistleStage::Finished | WhistleStage::Scored),
        _ => true,
    };
    if possible {
        Ok(())
    } else {
        Err(Refusal::whistle_stage(whistle.stage))
    }
}

fn assignment_at_stage(
    case: &Case,
    kind: ActionKind,
    a: &Assignment,
    ask: &Ask<'_>,
) -> Result<(), Refusal> {
    let refused = Err(Refusal::assignment_stage(a.stage));
    if Some(a.round) != case.round().map(|r| r.number) {
        return refused;
    }
    if kind == ActionKind::Leave {
        return may_leave(case, a, ask);
    }
    if !a.stage.is_open() {
        return refused;
    }
    let undecided = a
        .return_request
        .as_ref()
        .is_some_and(|r| r.accepted.is_none());
    match kind {
        ActionKind::Sign if a.sign.reached_at.is_some() => Err(RefusalCode::AlreadyDone.into()),
        // A plain dispatch has no call to the scene: sign and finish only. Some kinds set no limit for the call back.
        ActionKind::ContactBlower | ActionKind::CheckIn if a.check_in.is_none() => refused,
        ActionKind::ContactBlower if a.contact.is_some_and(|m| m.reached_at.is_some()) => {
            Err(RefusalCode::AlreadyDone.into())
        }
        // Whoever is there need not come again.
        ActionKind::CheckIn if a.arrival.is_some() && a.left_at.is_none() => {
            Err(RefusalCode::AlreadyDone.into())
        }
        ActionKind::ReportDone | ActionKind::Finish
            if a.check_in.is_some() && a.arrival.is_none() =>
        {
            Err(RefusalCode::NotCheckedIn.into())
        }
        ActionKind::ReportDone
            if !matches!(
                a.stage,
                AssignmentStage::Signed | AssignmentStage::Contacted | AssignmentStage::Arrived
            ) =>
        {
            refused
        }
        ActionKind::Finish if a.stage == AssignmentStage::Issued => refused,
        ActionKind::Finish => finishable(case, a),
        ActionKind::PushBack if a.stage != AssignmentStage::ReportedDone => refused,
        ActionKind::RequestReturn
            if a.arrival.is_some() || a.stage == AssignmentStage::ReportedDone =>
        {
            refused
        }
        ActionKind::RequestReturn if undecided => Err(RefusalCode::AlreadyDone.into()),
        ActionKind::RequestReturn => super::handling::may_return(case, a, ask.now),
        ActionKind::DecideReturn if !undecided => refused,
        ActionKind::Excuse if a.role == Role::Lead => Err(RefusalCode::LeadNotExcused.into()),
        _ => Ok(()),
    }
}

/// Whoever is there may go: also before he has finished, unless the kind forbids that to all who have something left to
/// do (事不完人不撤). Who was let go or has finished is free.
fn may_leave(case: &Case, a: &Assignment, ask: &Ask<'_>) -> Result<(), Refusal> {
    if a.arrival.is_none() || a.left_at.is_some() {
        return Err(Refusal::assignment_stage(a.stage));
    }
    let stays = a
        .whistle
        .and_then(|id| case.whistle(id))
        .and_then(|whistle| ask.rules.kind_of(whistle))
        .filter(|kind| kind.nobody_leaves_early && a.stage.is_open());
    match stays {
        Some(kind) => Err(Refusal::new(RefusalCode::NobodyLeavesEarly).with("kind", &kind.id)),
        None => Ok(()),
    }
}

/// The lead finishes last, after the last step, and with an answer to the resident, if there is one.
fn finishable(case: &Case, a: &Assignment) -> Result<(), Refusal> {
    if case.lead().is_none_or(|lead| lead.id != a.id) {
        return Ok(());
    }
    let others: Vec<String> = case
        .current_assignments()
        .filter(|other| other.id != a.id && other.stage.is_open())
        .map(|other| other.unit.to_string())
        .collect();
    if !others.is_empty() {
        return Err(Refusal::new(RefusalCode::OthersUnfinished).with("units", others.join(", ")));
    }
    if case.round().is_some_and(|r| r.step + 1 < r.steps.len()) {
        return Err(RefusalCode::StepUnfinished.into());
    }
    if case.owes_a_reply() {
        return Err(RefusalCode::ReplyMissing.into());
    }
    Ok(())
}
