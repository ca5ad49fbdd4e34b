//! From a wish to events or a reasoned refusal: `(case, action, actor, rules, now)` and nothing else.

mod acting;
mod admission;
mod appeal;
mod by_time;
mod claiming;
mod confirmation;
mod ending;
mod extension;
mod following_up;
mod guard;
mod handling;
mod intake;
mod joining;
mod judgement;
mod offer;
mod recalculating;
mod rehoming;
mod reopening;
mod replying;
mod ruling;
mod self_handling;
mod supervision;
mod suspension;
mod transfer;
mod whistle;

use super::action::{Action, Target};
use super::event::{ClockChange, Event, Recorded};
use super::refusal::{Refusal, RefusalCode};
use super::rules::Rules;
use super::stage::DeclineReason;
use super::state::Case;
use crate::access::{Actor, ActorRef};
use crate::clock::{Limit, Timestamp};

pub use acting::{ActingCause, call_county_when_unattended, may_act_for};
pub(super) use by_time::by_the_system;
pub use by_time::tick;
pub use following_up::{rate, rate_for};
pub use guard::{posts, posts_at, stages};
pub use intake::report;
pub use joining::{asked_no_more, is_likely_the_same, link, merge, target_ended};
pub use offer::{Offer, offers};
pub use recalculating::recalculate;
pub use rehoming::{Passage, rehome};

/// Who asks, by which rules, and when.
#[derive(Copy, Clone, Debug)]
pub struct Ask<'a> {
    pub actor: &'a Actor,
    pub rules: &'a Rules,
    /// When the server received it.
    pub now: Timestamp,
    /// When it happened by the device's corrected clock; only facts may have happened earlier.
    pub occurred_at: Option<Timestamp>,
}

/// Decides what an action does to a case.
///
/// Answers the events, numbered after those of the case, or the rule that forbids it together with
/// what is allowed instead.
pub fn decide(case: &Case, action: &Action, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
    judge(case, action, ask).map_err(|mut refusal| {
        // Whoever does not see the case learns nothing about it.
        if refusal.code != RefusalCode::NotFound {
            refusal.allowed = offer::allowed(case, ask);
        }
        refusal
    })
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm an action, each a few lines: the table of decisions"
)]
fn judge(case: &Case, action: &Action, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
    let by = guard::guard(case, action.kind(), action.target(), ask)?;
    let mut turn = Turn::new(case.clone(), by, ask);
    match action {
        Action::Accept => turn.emit(Event::Accepted),
        Action::Decline { reason, .. } | Action::RefuseRegistration { reason, .. }
            if *reason == DeclineReason::NotAdmitted =>
        {
            return Err(RefusalCode::RefuseTheAdmission.into());
        }
        Action::Decline { reason, note } => {
            ending::wind_up(&mut turn, "case_declined");
            turn.emit(Event::Declined {
                reason: *reason,
                note: note.clone(),
            });
        }
        Action::Register { matter, condition } => intake::register(&mut turn, matter, condition)?,
        Action::ConfirmCondition => turn.emit(Event::ConditionConfirmed),
        Action::RefuseRegistration { reason, note } => {
            ending::wind_up(&mut turn, "registration_refused");
            turn.emit(Event::RegistrationRefused {
                reason: *reason,
                note: note.clone(),
            });
        }
        Action::Dispatch { units, note } => handling::dispatch(&mut turn, units, note)?,
        Action::RequestWhistle(request) => whistle::request(&mut turn, request, ask.actor)?,
        Action::ApproveWhistle { whistle } => {
            turn.emit(Event::WhistleApproved { whistle: *whistle });
        }
        Action::RefuseWhistle { whistle, reason } => {
            turn.emit(Event::WhistleRefused {
                whistle: *whistle,
                reason: reason.clone(),
            });
        }
        Action::IssueWhistle {
            whistle,
            units,
            meeting,
        } => {
            whistle::issue(&mut turn, *whistle, units, meeting, ask.actor)?;
        }
        Action::WithdrawWhistle { whistle, reason } => {
            turn.emit(Event::WhistleWithdrawn {
                whistle: *whistle,
                reason: reason.clone(),
            });
        }
        Action::AddUnit {
            whistle,
            unit,
            role,
        } => {
            whistle::add_unit(&mut turn, *whistle, unit, *role)?;
        }
        Action::Sign { assignment } => handling::sign(&mut turn, *assignment)?,
        Action::AssignHandler {
            assignment,
            officers,
            may_finish,
        } => {
            turn.emit(Event::HandlerAssigned {
                assignment: *assignment,
                officers: officers.clone(),
                may_finish: *may_finish,
            });
        }
        Action::ContactBlower { assignment, note } => {
            handling::contact_blower(&mut turn, *assignment, note)?;
        }
        Action::ContactResident { assignment, note } => {
            turn.emit(Event::ResidentContacted {
                assignment: *assignment,
                note: note.clone(),
            });
        }
        Action::CheckIn {
            assignment,
            position,
            accuracy_m,
            attachments,
        } => {
            handling::check_in(&mut turn, *assignment, *position, *accuracy_m, attachments)?;
        }
        Action::Leave { assignment } => handling::leave(&mut turn, *assignment),
        Action::ReportDone {
            assignment,
            result,
            attachments,
        } => {
            turn.emit(Event::ReportedDone {
                assignment: *assignment,
                result: result.clone(),
                attachments: attachments.clone(),
            });
        }
        Action::PushBack { assignment, reason } => {
            turn.emit(Event::PushedBack {
                assignment: *assignment,
                reason: reason.clone(),
            });
        }
        Action::Finish {
            assignment,
            result,
            attachments,
        } => {
            handling::finish(&mut turn, *assignment, result.as_deref(), attachments);
        }
        Action::CompleteStep => handling::complete_step(&mut turn)?,
        Action::RequestReturn {
            assignment,
            reason,
            legal_basis,
            suggested_unit,
        } => {
            handling::request_return(
                &mut turn,
                *assignment,
                reason,
                legal_basis,
                suggested_unit.as_ref(),
            )?;
        }
        Action::DecideReturn {
            assignment,
            accept,
            ruling,
        } => {
            handling::decide_return(&mut turn, *assignment, *accept, ruling);
        }
        Action::Excuse { assignment, reason } => handling::excuse(&mut turn, *assignment, reason),
        Action::Revoke { assignment, reason } => handling::revoke(&mut turn, *assignment, reason),
        Action::ConfirmSolved { position, note } => {
            judgement::confirm_solved(&mut turn, *position, note, ask.actor);
        }
        Action::Veto {
            reason,
            assignments,
        } => judgement::veto(&mut turn, reason, assignments)?,
        Action::RequestVerification => judgement::request_verification(&mut turn),
        Action::Verify {
            passed,
            note,
            attachments,
            assignments,
        } => {
            judgement::verify(&mut turn, *passed, note, attachments, assignments)?;
        }
        Action::Reply { text } => replying::reply(&mut turn, text),
        Action::Close { standard_met, note } => judgement::close(&mut turn, *standard_met, note)?,
        Action::Score {
            whistle,
            assignment,
            response,
            quality,
            note,
        } => {
            judgement::score(
                &mut turn,
                *whistle,
                *assignment,
                (*response, *quality),
                note,
            )?;
        }
        Action::Rate(answer) => following_up::rated(&mut turn, case.id, answer)?,
        Action::Reopen { reason } => reopening::reopen(&mut turn, reason)?,
        Action::Void { reason } => {
            ending::wind_up(&mut turn, "case_voided");
            turn.emit(Event::Voided {
                reason: reason.clone(),
            });
        }
        Action::Comment { text, public } => {
            turn.emit(Event::Commented {
                text: text.clone(),
                public: *public,
            });
        }
        Action::Attach { attachments } => {
            turn.emit(Event::Attached {
                attachments: attachments.clone(),
            });
        }
        Action::RequestConfirmation { note } => confirmation::request(&mut turn, note),
        Action::Confirm {
            valid,
            note,
            attachments,
        } => confirmation::confirm(&mut turn, *valid, note, attachments),
        Action::SendBack { reason } => ending::send_back(&mut turn, reason),
        Action::ForceClose { reason } => judgement::force_close(&mut turn, reason)?,
        Action::RequestReopening { reason } => reopening::request(&mut turn, reason),
        Action::RefuseReopening { reason } => turn.emit(Event::ReopeningRefused {
            reason: reason.clone(),
        }),
        Action::ConsentReply => replying::consent(&mut turn)?,
        Action::Claim => claiming::claim(&mut turn),
        Action::Release => turn.emit(Event::Released),
        // Both need the other case, which whoever decides here does not know.
        Action::Merge { .. } | Action::Link { .. } => return Err(RefusalCode::UnknownCase.into()),
        Action::RequestExtension { reason } => extension::request(&mut turn, reason),
        Action::DecideExtension { accept, ruling } => {
            extension::decide(&mut turn, *accept, ruling)?;
        }
        Action::RequestSuspension {
            reason,
            file_number,
            until,
            note,
        } => suspension::request(&mut turn, *reason, file_number.as_deref(), *until, note)?,
        Action::DecideSuspension { accept, ruling } => {
            suspension::decide(&mut turn, *accept, ruling)?;
        }
        Action::Resume { note } => suspension::resume(&mut turn, note),
        Action::Supervise { kind, note } => {
            supervision::supervise(&mut turn, *kind, note, ask.actor)?;
        }
        Action::AnswerSupervision { number, text } => {
            supervision::answer(&mut turn, *number, text)?;
        }
        Action::Escalate { reason } => transfer::escalate(&mut turn, reason)?,
        Action::Delegate { to, reason } => transfer::delegate(&mut turn, *to, reason)?,
        Action::RequestRuling { reason } => ruling::request(&mut turn, reason),
        Action::Rule {
            lead,
            assists,
            ruling,
        } => ruling::rule(&mut turn, lead, assists, ruling)?,
        Action::Appeal { reason } => appeal::appeal(&mut turn, reason)?,
        Action::DecideAppeal { accept, ruling } => appeal::decide(&mut turn, *accept, ruling),
        Action::RefuseAdmission { note } => admission::refuse(&mut turn, note)?,
        Action::FollowUp {
            of,
            channel,
            outcome,
            note,
        } => following_up::follow_up(&mut turn, *of, *channel, outcome, note)?,
        Action::RequestUnreasonable { of, reason } => {
            following_up::request_unreasonable(&mut turn, *of, reason)?;
        }
        Action::DecideUnreasonable { of, accept, ruling } => {
            following_up::decide_unreasonable(&mut turn, *of, *accept, ruling)?;
        }
    }
    Ok(turn.events)
}

/// A decision in the making: the case as it will stand after the events so far.
struct Turn<'a> {
    case: Case,
    events: Vec<Recorded>,
    by: ActorRef,
    rules: &'a Rules,
    now: Timestamp,
    occurred_at: Option<Timestamp>,
}

impl<'a> Turn<'a> {
    fn new(case: Case, by: ActorRef, ask: &Ask<'a>) -> Self {
        Self {
            case,
            events: Vec::new(),
            by,
            rules: ask.rules,
            now: ask.now,
            occurred_at: ask.occurred_at,
        }
    }

    /// A decision: it happens when the server takes it.
    fn emit(&mut self, event: Event) {
        let by = self.by.clone();
        self.record(event, by, self.now, false);
    }

    /// A consequence that follows by rule.
    fn by_rule(&mut self, event: Event) {
        self.record(event, ActorRef::system(), self.now, false);
    }

    /// A fact that may have happened earlier, where there was no network.
    fn fact(&mut self, event: Event, at: Judged) {
        let by = self.by.clone();
        self.record(event, by, at.moment, at.late_upload);
    }

    fn record(&mut self, event: Event, actor: ActorRef, occurred_at: Timestamp, late_upload: bool) {
        let recorded = Recorded {
            case: self.case.id,
            version: self.case.version + 1,
            recorded_at: self.now,
            occurred_at,
            actor,
            late_upload,
            versions: self.rules.versions.of(event.lists()),
            event,
        };
        self.case.apply(&recorded);
        self.events.push(recorded);
    }

    /// The moment by which a fact is judged.
    ///
    /// The device's time holds between the issue and the receipt; when it reached the server more
    /// than a day later, or lies more than two minutes ahead, the receipt holds and the fact is
    /// marked 补传.
    fn judged(&self, issued_at: Timestamp) -> Judged {
        let tolerated_skew = 2;
        let Some(device) = self.occurred_at else {
            return Judged {
                moment: self.now,
                late_upload: false,
            };
        };
        let oldest = self
            .now
            .plus_minutes(-60 * self.rules.settings.late_upload_hours);
        if device > self.now.plus_minutes(tolerated_skew) || device < oldest {
            return Judged {
                moment: self.now,
                late_upload: true,
            };
        }
        Judged {
            moment: device.max(issued_at).min(self.now),
            late_upload: false,
        }
    }

    /// Moves the handling clock of the step that is being worked on and derives its deadline.
    fn clock(&mut self, change: ClockChange) {
        self.clock_from(change, self.now);
    }

    /// The same, as of a moment that the rules name.
    fn clock_from(&mut self, change: ClockChange, at: Timestamp) {
        let Some(round) = self.case.round() else {
            return;
        };
        let step = round.step;
        let Some(state) = round.steps.get(step) else {
            return;
        };
        let mut facts = state
            .clock
            .clone()
            .unwrap_or_else(|| crate::clock::ClockFacts::new(at, state.limit));
        match change {
            ClockChange::Started | ClockChange::Recalculated => {}
            ClockChange::Paused => facts.pause(at),
            ClockChange::Resumed => {
                facts.reopen(at);
                facts.resume(at);
            }
            ClockChange::Restarted => facts.restart(at),
            ClockChange::Stopped => facts.stop(at),
            ClockChange::Extended => facts.extensions = facts.extensions.saturating_add(1),
        }
        let time = &self.rules.time;
        let deadline = time.deadline(&facts);
        let running = facts.is_running();
        let percent = self.rules.settings.warning_percent;
        let warn_at = running.then(|| time.moment_of_share(&facts, percent));
        let twice_at = running.then(|| {
            facts.extensions = facts.extensions.saturating_mul(2).saturating_add(1);
            time.deadline(&facts).map(|d| d.at)
        });
        let event = Event::HandlingClock {
            change,
            step,
            deadline: deadline.map(|d| d.at),
            provisional: deadline.is_some_and(|d| d.provisional),
            warn_at: warn_at.flatten(),
            twice_at: twice_at.flatten(),
        };
        self.record(event, ActorRef::system(), at, false);
    }

    /// An inner clock of the centre that has the case, begun now.
    fn desk_due(&self, limit: Limit, emergency: bool) -> Timestamp {
        self.rules
            .desk_due(self.case.centre, self.now, limit, emergency)
    }

    /// When somebody has to be called who handles the case.
    fn dispatch_by(&self) -> Timestamp {
        self.desk_due(self.rules.settings.dispatch, self.is_emergency())
    }

    /// Whether the registered condition is an emergency: inner clocks run round the clock then.
    fn is_emergency(&self) -> bool {
        self.case
            .round()
            .and_then(|r| self.rules.condition(&r.condition))
            .is_some_and(|c| c.emergency)
    }
}

/// By when a fact is judged, and whether that differs from what the device said.
#[derive(Copy, Clone)]
struct Judged {
    moment: Timestamp,
    late_upload: bool,
}

/// Checks that what an action works on exists.
fn exists(case: &Case, target: Target) -> bool {
    match target {
        Target::Case => true,
        Target::Whistle(id) => case.whistle(id).is_some(),
        Target::Assignment(id) => case.assignment(id).is_some(),
    }
}
