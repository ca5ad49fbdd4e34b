//! What an event changes: the only place where the state of a case is written.

mod asking;
mod centres;
mod respite;
mod time;
mod watch;

use super::event::{Event, NewAssignment, Recorded, StepPlan};
use super::feedback::{Feedback, MergedFeedback};
use super::id::AssignmentId;
use super::stage::{AssignmentStage, Stage, WhistleStage};
use super::state::{
    Absorbed, Arrival, Assignment, Case, Claim, Confirmation, CountyCalled, Finding, InnerClock,
    InnerClockName, LetGo, Link, MergedInto, Milestone, ReopeningRequest, ReplyDraft,
    ReturnRequest, Round, Score, SelfHandled, StepState, TargetEnd, Whistle,
};
use crate::access::ActorRef;
use crate::clock::Timestamp;
use crate::lists::ListVersions;
use crate::routing::Role;

impl Case {
    /// The case that a `reported` event founds; `None` for any other event.
    pub fn found(first: &Recorded) -> Option<Self> {
        let Event::Reported {
            number,
            source,
            text,
            matter,
            place,
            centre,
            resident,
            confidential,
            external_number,
            handed_down_by,
            safety_call,
            attachments,
            urgent,
            accept_by,
        } = &first.event
        else {
            return None;
        };
        Some(Self {
            id: first.case,
            number: number.clone(),
            version: first.version,
            stage: Stage::Reported,
            source: *source,
            text: text.clone(),
            matter: matter.clone(),
            place: place.clone(),
            centre: *centre,
            filed_by: first.actor.clone(),
            resident: resident.clone(),
            confidential: *confidential,
            external_number: external_number.clone(),
            safety_call: safety_call.clone(),
            reported_at: first.recorded_at,
            updated_at: first.recorded_at,
            rounds: Vec::new(),
            whistles: Vec::new(),
            assignments: Vec::new(),
            attachments: attachments.clone(),
            inner_clocks: vec![InnerClock {
                name: InnerClockName::Accept,
                started_at: first.recorded_at,
                due: *accept_by,
                stopped_at: None,
                told: None,
            }],
            urgent: *urgent,
            condition_to_confirm: false,
            reply: None,
            voided_at: None,
            confirmation: None,
            reply_draft: None,
            reopening: None,
            claim: None,
            self_handled: None,
            merged_into: None,
            absorbed: Vec::new(),
            links: Vec::new(),
            county_called: None,
            supervisions: Vec::new(),
            reminders: 0,
            transfers: Vec::new(),
            successions: Vec::new(),
            disputes: Vec::new(),
            appeal: None,
            handed_down_by: handed_down_by.clone(),
            told_lapses: Vec::new(),
            admission_refusal: None,
        })
    }

    /// The case that a history adds up to; `None` unless it begins with a report.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut case = Self::found(events.next()?)?;
        for recorded in events {
            case.apply(recorded);
        }
        Some(case)
    }

    /// Lets something happen to the case. Total: what names an unknown part changes nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.version = recorded.version;
        self.updated_at = self.updated_at.max(recorded.recorded_at);
        self.reminders = match recorded.event {
            Event::Reminded { .. }
            | Event::LeftUnsigned { .. }
            | Event::Lapsed { .. }
            | Event::LapseEnded { .. } => self.reminders + 1,
            _ => 0,
        };
        self.change(recorded);
        // What was registered and called keeps its versions, whatever is found by later ones.
        let found_later = matches!(
            recorded.event,
            Event::Lapsed { .. } | Event::AdmissionRefused { .. }
        );
        if let Some(round) = self.rounds.last_mut().filter(|_| !found_later) {
            round.versions.extend(&recorded.versions);
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event, each a few lines: the table of changes"
    )]
    fn change(&mut self, recorded: &Recorded) {
        let at = recorded.recorded_at;
        match &recorded.event {
            // A case is founded once, by `found`; comments stand in the log alone.
            Event::Reported { .. } | Event::Commented { .. } => {}
            Event::Accepted => {
                self.stop_clock(InnerClockName::Accept, at);
                self.stop_clock(InnerClockName::Confirm, at);
                self.stage = Stage::Accepted;
            }
            Event::Declined { .. } => self.end(Stage::Declined, at),
            Event::RegistrationRefused { .. } => self.end(Stage::Unregistered, at),
            Event::Registered {
                round,
                matter,
                condition,
                steps,
                dispatch_by,
                confirm_condition_by,
            } => {
                self.matter = Some(matter.clone());
                self.stage = Stage::Registered;
                if let Some(due) = confirm_condition_by {
                    self.condition_to_confirm = true;
                    self.start_clock(InnerClockName::ConfirmCondition, at, *due);
                }
                self.start_clock(InnerClockName::Dispatch, at, *dispatch_by);
                let mut new = new_round(*round, condition.clone(), steps, at);
                // Units of a registration that was taken back have its number: they are not called by this one.
                let taken_back = self.rounds.last().filter(|r| r.sent_back_at.is_some());
                new.calls_from = taken_back.map_or(0, |r| r.calls_from);
                self.rounds.push(new);
            }
            Event::ConditionConfirmed => {
                self.condition_to_confirm = false;
                self.stop_clock(InnerClockName::ConfirmCondition, at);
            }
            Event::Dispatched { assignments, .. } => {
                self.called(assignments, None, recorded);
            }
            Event::WhistleRequested {
                whistle,
                kind,
                reason,
                wanted,
                approve_by,
                meeting,
                grid,
                terms,
            } => {
                let round = self.round().map_or(0, |r| r.number);
                self.whistles.push(Whistle {
                    id: *whistle,
                    kind: kind.clone(),
                    stage: WhistleStage::Requested,
                    blown_by: recorded.actor.clone(),
                    reason: reason.clone(),
                    wanted: wanted.clone(),
                    requested_at: recorded.occurred_at,
                    approved_by: None,
                    refusal: None,
                    issued_at: None,
                    meeting: meeting.clone(),
                    scores: Vec::new(),
                    round,
                    ended_at: None,
                    grid: *grid,
                    terms: terms.clone(),
                });
                if let Some(due) = approve_by {
                    self.start_clock(InnerClockName::Approve, at, *due);
                }
            }
            Event::WhistleApproved { whistle } => {
                self.stop_clock(InnerClockName::Approve, at);
                let by = recorded.actor.clone();
                self.on_whistle(*whistle, |w| w.approved_by = Some(by));
            }
            Event::WhistleRefused { whistle, reason } => {
                self.stop_clock(InnerClockName::Approve, at);
                self.on_whistle(*whistle, |w| {
                    w.stage = WhistleStage::Refused;
                    w.ended_at = Some(at);
                    w.refusal = Some(reason.clone());
                });
            }
            Event::WhistleWithdrawn { whistle, reason } => {
                self.stop_clock(InnerClockName::Approve, at);
                self.on_whistle(*whistle, |w| {
                    w.stage = WhistleStage::Withdrawn;
                    // What ends with its case was taken back by nobody.
                    w.ended_at = recorded.actor.person.is_some().then_some(at);
                    w.refusal = Some(reason.clone());
                });
            }
            Event::WhistleIssued {
                whistle,
                round,
                meeting,
                assignments,
                terms,
            } => {
                self.on_whistle(*whistle, |w| {
                    w.stage = WhistleStage::Issued;
                    w.issued_at = Some(at);
                    w.meeting = Some(meeting.clone());
                    w.round = *round;
                    if terms.is_some() {
                        w.terms.clone_from(terms);
                    }
                });
                self.called(assignments, Some(*whistle), recorded);
            }
            Event::UnitAdded {
                whistle,
                assignment,
            } => {
                self.called(std::slice::from_ref(assignment), *whistle, recorded);
            }
            Event::HandlingClock { .. }
            | Event::Reminded { .. }
            | Event::LeftUnsigned { .. }
            | Event::Lapsed { .. }
            | Event::LapseEnded { .. }
            | Event::DeadlinesMoved { .. } => self.time_passes(recorded),
            Event::Signed {
                assignment,
                in_time,
            } => {
                self.reach(*assignment, AssignmentStage::Signed, |a| {
                    a.sign.reached_at = Some(recorded.occurred_at);
                    a.sign.in_time = Some(*in_time);
                });
            }
            Event::HandlerAssigned {
                assignment,
                officers,
                may_finish,
            } => {
                self.on_assignment(*assignment, |a| {
                    a.officers.clone_from(officers);
                    a.officers_may_finish = *may_finish;
                });
            }
            Event::BlowerContacted {
                assignment,
                in_time,
                ..
            } => {
                self.reach(*assignment, AssignmentStage::Contacted, |a| {
                    if let Some(contact) = &mut a.contact {
                        contact.reached_at = Some(recorded.occurred_at);
                        contact.in_time = Some(*in_time);
                    }
                });
            }
            Event::ResidentContacted { assignment, .. } => {
                self.on_assignment(*assignment, |a| {
                    a.resident_contacted_at = Some(recorded.occurred_at);
                });
            }
            Event::CheckedIn {
                assignment,
                position,
                accuracy_m,
                distance_m,
                on_spot,
                in_time,
                attachments,
            } => {
                self.attachments.extend(attachments);
                self.reach(*assignment, AssignmentStage::Arrived, |a| {
                    // A later check-in on the spot never mends, nor does one off the spot spoil.
                    if let Some(check_in) = a.check_in.as_mut().filter(|m| m.reached_at.is_none()) {
                        check_in.reached_at = Some(recorded.occurred_at);
                        check_in.in_time = Some(*in_time);
                        a.arrival = Some(Arrival {
                            position: *position,
                            accuracy_m: *accuracy_m,
                            distance_m: *distance_m,
                            on_spot: *on_spot,
                        });
                    }
                    a.left_at = None;
                });
                if let Some(id) = self.assignment(*assignment).and_then(|a| a.whistle) {
                    self.on_whistle(id, |w| {
                        if w.stage == WhistleStage::Issued {
                            w.stage = WhistleStage::OnScene;
                        }
                    });
                }
            }
            Event::Left { assignment, .. } => {
                self.on_assignment(*assignment, |a| a.left_at = Some(recorded.occurred_at));
            }
            Event::ReportedDone {
                assignment,
                result,
                attachments,
            } => {
                self.attachments.extend(attachments);
                self.on_assignment(*assignment, |a| {
                    a.stage = AssignmentStage::ReportedDone;
                    a.reported_done_at = Some(at);
                    a.result = Some(result.clone());
                });
            }
            Event::PushedBack { assignment, .. } => {
                self.on_assignment(*assignment, |a| {
                    a.stage = a.working_stage();
                    a.reported_done_at = None;
                });
            }
            Event::Finished {
                assignment,
                result,
                attachments,
                confirm_by,
                ..
            } => {
                self.attachments.extend(attachments);
                self.stop_return_clock(*assignment, at);
                self.on_assignment(*assignment, |a| {
                    a.stage = AssignmentStage::Finished;
                    a.finished_at = Some(at);
                    // Who finishes takes the case as his: a further attempt finds no request.
                    a.return_request.take_if(|r| r.accepted.is_none());
                    if !result.is_empty() {
                        a.result = Some(result.clone());
                    }
                });
                if self.lead().is_some_and(|lead| lead.id == *assignment) {
                    self.handled(at, *confirm_by);
                }
            }
            Event::HandlingEnded { confirm_by } => self.handled(at, *confirm_by),
            Event::StepCompleted { step } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.step = step + 1;
                }
            }
            Event::ReturnRequested {
                assignment,
                reason,
                legal_basis,
                suggested_unit,
                decide_by,
            } => {
                self.push_clock(InnerClockName::DecideReturn, at, *decide_by);
                self.on_assignment(*assignment, |a| {
                    a.return_request = Some(ReturnRequest {
                        at,
                        reason: reason.clone(),
                        legal_basis: legal_basis.clone(),
                        suggested_unit: suggested_unit.clone(),
                        accepted: None,
                        received_by: None,
                        ruling: None,
                    });
                });
            }
            Event::ReturnAccepted {
                assignment,
                ruling,
                received_by,
                dispatch_by,
            } => {
                self.stop_return_clock(*assignment, at);
                self.on_assignment(*assignment, |a| {
                    if let Some(request) = &mut a.return_request {
                        request.accepted = Some(true);
                        request.received_by = *received_by;
                        request.ruling = Some(ruling.clone());
                    }
                });
                if let Some(round) = self.rounds.last_mut() {
                    round.accepted_returns.push(at);
                }
                self.let_go(*assignment, AssignmentStage::Returned, ruling, at);
                self.somebody_new_by(*dispatch_by, at);
            }
            Event::ReturnRefused { assignment, ruling } => {
                self.stop_return_clock(*assignment, at);
                self.on_assignment(*assignment, |a| {
                    if let Some(request) = &mut a.return_request {
                        request.accepted = Some(false);
                        request.ruling = Some(ruling.clone());
                    }
                });
            }
            Event::Excused { assignment, reason } => {
                self.let_go(*assignment, AssignmentStage::Excused, reason, at);
            }
            Event::Revoked {
                assignment,
                reason,
                dispatch_by,
            } => {
                self.let_go(*assignment, AssignmentStage::Revoked, reason, at);
                self.somebody_new_by(*dispatch_by, at);
            }
            Event::SolvedConfirmed { verified, .. } => {
                self.stop_clock(InnerClockName::ConfirmSolved, at);
                if *verified {
                    self.stage = Stage::Verified;
                }
            }
            Event::Vetoed { assignments, .. } => {
                self.stop_clock(InnerClockName::ConfirmSolved, at);
                self.stop_clock(InnerClockName::Verify, at);
                if let Some(round) = self.rounds.last_mut() {
                    round.vetoes.push(at);
                }
                self.come_again(assignments, at);
            }
            Event::VerificationRequested { verify_by } => {
                self.stop_clock(InnerClockName::ConfirmSolved, at);
                self.start_clock(InnerClockName::Verify, at, *verify_by);
                self.stage = Stage::Verifying;
            }
            Event::Verified {
                passed,
                attachments,
                assignments,
                ..
            } => {
                self.attachments.extend(attachments);
                self.stop_clock(InnerClockName::Verify, at);
                if *passed {
                    self.stage = Stage::Verified;
                } else {
                    if let Some(round) = self.rounds.last_mut() {
                        round.failed_verifications.push(at);
                    }
                    self.come_again(assignments, at);
                }
            }
            Event::Replied { text } => {
                self.reply = Some(text.clone());
                self.reply_draft = None;
            }
            Event::Closed {
                on_time,
                feedback,
                merged_feedback,
                ..
            } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.merged_feedback = merged_feedback
                        .iter()
                        .map(|duty| MergedFeedback {
                            merged: duty.merged,
                            feedback: Feedback::open(duty.id, at, duty.expires_at),
                        })
                        .collect();
                    round.closed_at = Some(at);
                    round.on_time = Some(*on_time);
                    round.feedback = feedback
                        .as_ref()
                        .map(|duty| Feedback::open(duty.id, at, duty.expires_at));
                }
                self.end(Stage::Closed, at);
            }
            Event::Scored {
                whistle,
                assignment,
                response,
                quality,
                note,
            } => {
                let due: Vec<AssignmentId> = self
                    .assignments
                    .iter()
                    .filter(|a| a.whistle == Some(*whistle) && a.stage == AssignmentStage::Finished)
                    .map(|a| a.id)
                    .collect();
                self.on_whistle(*whistle, |w| {
                    w.scores.push(Score {
                        assignment: *assignment,
                        response: *response,
                        quality: *quality,
                        note: note.clone(),
                    });
                    if due
                        .iter()
                        .all(|id| w.scores.iter().any(|s| s.assignment == *id))
                    {
                        w.stage = WhistleStage::Scored;
                    }
                });
            }
            Event::Rated { .. }
            | Event::FollowUpMissed { .. }
            | Event::FeedbackConcluded { .. }
            | Event::UnreasonableRequested { .. }
            | Event::UnreasonableRefused { .. }
            | Event::FeedbackExpired { .. } => self.asks(recorded),
            Event::Reopened {
                round,
                condition,
                steps,
                dispatch_by,
                ..
            } => {
                self.stage = Stage::Registered;
                self.reopening = None;
                self.start_clock(InnerClockName::Dispatch, at, *dispatch_by);
                self.rounds
                    .push(new_round(*round, condition.clone(), steps, at));
            }
            Event::Voided { .. } => {
                self.voided_at = Some(at);
                self.end(Stage::Voided, at);
            }
            Event::Attached { attachments } => self.attachments.extend(attachments),
            Event::ConfirmationRequested { confirm_by, .. } => {
                self.stop_clock(InnerClockName::Accept, at);
                self.start_clock(InnerClockName::Confirm, at, *confirm_by);
                self.stage = Stage::Confirming;
                self.confirmation = Some(Confirmation {
                    requested_at: at,
                    confirm_by: *confirm_by,
                    finding: None,
                });
            }
            Event::Confirmed {
                valid,
                note,
                attachments,
                accept_by,
            } => {
                self.attachments.extend(attachments);
                self.stop_clock(InnerClockName::Confirm, at);
                self.start_clock(InnerClockName::Accept, at, *accept_by);
                if let Some(confirmation) = &mut self.confirmation {
                    confirmation.finding = Some(Finding {
                        at,
                        by: recorded.actor.clone(),
                        valid: *valid,
                        note: note.clone(),
                    });
                }
            }
            Event::SentBack { .. } => {
                self.stage = Stage::Accepted;
                self.condition_to_confirm = false;
                self.stop_clock(InnerClockName::Dispatch, at);
                self.stop_clock(InnerClockName::ConfirmCondition, at);
                if let Some(round) = self.rounds.last_mut() {
                    round.sent_back_at = Some(at);
                }
            }
            Event::ReopeningRequested { reason } => {
                self.reopening = Some(ReopeningRequest {
                    at,
                    by: recorded.actor.clone(),
                    reason: reason.clone(),
                    refusal: None,
                });
            }
            Event::ReopeningRefused { reason } => {
                if let Some(request) = &mut self.reopening {
                    request.refusal = Some(reason.clone());
                }
            }
            Event::ReplyDrafted { text } => {
                self.reply_draft = Some(ReplyDraft {
                    by: recorded.actor.clone(),
                    text: text.clone(),
                });
            }
            Event::Claimed { until } => {
                self.claim = Some(Claim {
                    by: recorded.actor.clone(),
                    at,
                    until: *until,
                });
            }
            Event::Released => self.claim = None,
            Event::SelfHandled {
                matter,
                condition,
                before,
                after,
                note,
            } => {
                self.matter = Some(matter.clone());
                self.attachments.extend(before.iter().chain(after));
                self.self_handled = Some(SelfHandled {
                    at,
                    condition: condition.clone(),
                    before: before.clone(),
                    after: after.clone(),
                    note: note.clone(),
                    reopened_at: None,
                });
                self.end(Stage::Closed, at);
            }
            Event::ReopenedToAccepted { .. } => {
                self.stage = Stage::Accepted;
                self.reopening = None;
                if let Some(settled) = &mut self.self_handled {
                    settled.reopened_at = Some(at);
                }
            }
            Event::Merged { into, number, .. } => {
                self.merged_into = Some(MergedInto {
                    case: *into,
                    number: number.clone(),
                    at,
                    end: None,
                });
                // Those go on as part of the other case too.
                self.absorbed.clear();
                self.end(Stage::Merged, at);
            }
            Event::Absorbed {
                merged,
                number,
                filed_by,
                resident,
            } => self.absorbed.push(Absorbed {
                case: *merged,
                number: number.clone(),
                filed_by: filed_by.clone(),
                resident: *resident,
            }),
            Event::MergeMoved { into, number } => {
                if let Some(merged) = &mut self.merged_into {
                    merged.case = *into;
                    merged.number.clone_from(number);
                    merged.end = None;
                }
            }
            Event::TargetEnded {
                stage,
                reply,
                feedback,
            } => {
                if let Some(merged) = &mut self.merged_into {
                    merged.end = Some(TargetEnd {
                        at,
                        stage: *stage,
                        reply: reply.clone(),
                        asked: feedback.as_ref().map(|duty| (duty.round, duty.expires_at)),
                    });
                }
            }
            Event::AskedNoMore { round, .. } => {
                let end = self.merged_into.as_mut().and_then(|m| m.end.as_mut());
                if let Some(end) = end {
                    end.asked.take_if(|(asked, _)| asked == round);
                }
            }
            Event::Linked { other, number, .. } => self.links.push(Link {
                case: *other,
                number: number.clone(),
            }),
            Event::Rehomed { to, centres, .. } => {
                self.place.grid = Some(*to);
                self.place.village = Some(to.village());
                self.succeed(centres);
            }
            Event::ExtensionRequested { .. }
            | Event::ExtensionGranted { .. }
            | Event::ExtensionRefused { .. }
            | Event::SuspensionRequested { .. }
            | Event::SuspensionGranted { .. }
            | Event::SuspensionRefused { .. }
            | Event::Resumed { .. } => self.give_respite(recorded),
            Event::CountyCalled {
                round,
                division,
                cause,
            } => {
                self.county_called = Some(CountyCalled {
                    at,
                    division: *division,
                    cause: *cause,
                    round: *round,
                });
            }
            Event::Supervised { .. } | Event::SupervisionAnswered { .. } => self.watch(recorded),
            Event::Escalated(_)
            | Event::Delegated(_)
            | Event::RulingRequested { .. }
            | Event::Ruled { .. }
            | Event::Appealed { .. }
            | Event::AppealAccepted { .. }
            | Event::AppealRefused { .. }
            | Event::AdmissionRefused { .. } => self.between_centres(recorded),
        }
    }

    /// Units are called: the case waits for the lead's signature.
    fn called(
        &mut self,
        new: &[NewAssignment],
        whistle: Option<super::WhistleId>,
        recorded: &Recorded,
    ) {
        let at = recorded.recorded_at;
        let Some(round) = self.rounds.last_mut() else {
            return;
        };
        round.issued_at.get_or_insert(at);
        round.dispatched_by.extend(recorded.actor.person);
        for called in new {
            if called.role == Role::Lead {
                round.handed_over = false;
                round.lead = Some(called.unit.clone());
                round.leads.push((at, called.unit.clone()));
                self.stage = Stage::Assigned;
            }
            self.assignments.push(new_assignment(
                called,
                whistle,
                round.number,
                &recorded.actor,
                at,
            ));
        }
        self.stop_clock(InnerClockName::Dispatch, at);
    }

    /// An assignment gets at least so far; the lead's first step begins the handling.
    fn reach(&mut self, id: AssignmentId, stage: AssignmentStage, f: impl FnOnce(&mut Assignment)) {
        self.on_assignment(id, |a| {
            if a.stage.is_open() && a.stage < stage {
                a.stage = stage;
            }
            f(a);
        });
        if self.stage == Stage::Assigned && self.lead().is_some_and(|lead| lead.id == id) {
            self.stage = Stage::Handling;
        }
    }

    /// A unit is let go without finishing; without a lead the case waits for a new dispatch.
    fn let_go(&mut self, id: AssignmentId, stage: AssignmentStage, reason: &str, at: Timestamp) {
        let was_lead = self.lead().is_some_and(|lead| lead.id == id);
        self.stop_return_clock(id, at);
        self.on_assignment(id, |a| {
            a.stage = stage;
            a.let_go = Some(LetGo {
                at,
                reason: reason.to_owned(),
            });
        });
        if was_lead && self.stage.in_handling() {
            self.stage = Stage::Registered;
            self.lapse_requests(at);
        }
    }

    /// Nobody leads: the dispatcher calls somebody by then.
    fn somebody_new_by(&mut self, due: Option<Timestamp>, at: Timestamp) {
        if let Some(due) = due {
            self.start_clock(InnerClockName::Dispatch, at, due);
        }
    }

    /// The lead has finished, and nobody is at work: the blower answers, or somebody verifies.
    fn handled(&mut self, at: Timestamp, confirm_by: Option<Timestamp>) {
        self.stage = Stage::Handled;
        self.lapse_requests(at);
        if let Some(due) = confirm_by {
            self.start_clock(InnerClockName::ConfirmSolved, at, due);
        }
        if let Some(round) = self.rounds.last_mut() {
            round.finished_at = Some(at);
            round.finishes.push((at, Some(at)));
        }
        let round = self.round().map(|r| r.number);
        for whistle in &mut self.whistles {
            if Some(whistle.round) == round
                && matches!(whistle.stage, WhistleStage::Issued | WhistleStage::OnScene)
            {
                whistle.stage = WhistleStage::Finished;
            }
        }
    }

    /// The named assignments go back to the scene for a further attempt.
    fn come_again(&mut self, named: &[AssignmentId], at: Timestamp) {
        self.stage = Stage::Handling;
        if let Some(round) = self.rounds.last_mut() {
            round.finished_at = None;
            round.finishes.push((at, None));
        }
        for id in named {
            self.on_assignment(*id, |a| {
                a.stage = a.working_stage();
                a.attempt += 1;
                a.finished_at = None;
                a.reported_done_at = None;
                // A wish to return it ended with the finish.
                a.return_request.take_if(|r| r.accepted.is_none());
            });
            if let Some(whistle) = self.assignment(*id).and_then(|a| a.whistle) {
                self.on_whistle(whistle, |w| {
                    if w.stage == WhistleStage::Finished {
                        w.stage = WhistleStage::OnScene;
                    }
                });
            }
        }
    }

    fn end(&mut self, stage: Stage, at: Timestamp) {
        self.stage = stage;
        self.claim = None;
        self.lapse_requests(at);
        self.end_suspension(at);
        self.lapse_dispute(at);
        for clock in &mut self.inner_clocks {
            clock.stopped_at.get_or_insert(at);
        }
        if let Some(clock) = self
            .rounds
            .last_mut()
            .and_then(|r| r.steps.get_mut(r.step))
            .and_then(|s| s.clock.as_mut())
        {
            clock.stop(at);
        }
    }

    fn start_clock(&mut self, name: InnerClockName, at: Timestamp, due: Timestamp) {
        self.stop_clock(name, at);
        self.push_clock(name, at, due);
    }

    fn push_clock(&mut self, name: InnerClockName, at: Timestamp, due: Timestamp) {
        self.inner_clocks.push(InnerClock {
            name,
            started_at: at,
            due,
            stopped_at: None,
            told: None,
        });
    }

    /// A unit's request to return the case waits no longer: it was decided, or the unit was let go
    /// or has finished. Other units' requests wait on.
    fn stop_return_clock(&mut self, id: AssignmentId, at: Timestamp) {
        let asked = self
            .assignment(id)
            .and_then(|a| a.return_request.as_ref())
            .filter(|request| request.accepted.is_none())
            .map(|request| request.at);
        if let Some(clock) = self.inner_clocks.iter_mut().find(|c| {
            c.name == InnerClockName::DecideReturn
                && Some(c.started_at) == asked
                && c.stopped_at.is_none()
        }) {
            clock.stopped_at = Some(at);
        }
    }

    fn stop_clock(&mut self, name: InnerClockName, at: Timestamp) {
        for clock in self.inner_clocks.iter_mut().filter(|c| c.name == name) {
            clock.stopped_at.get_or_insert(at);
        }
    }

    fn on_whistle(&mut self, id: super::WhistleId, f: impl FnOnce(&mut Whistle)) {
        if let Some(whistle) = self.whistles.iter_mut().find(|w| w.id == id) {
            f(whistle);
        }
    }

    fn on_assignment(&mut self, id: AssignmentId, f: impl FnOnce(&mut Assignment)) {
        if let Some(assignment) = self.assignments.iter_mut().find(|a| a.id == id) {
            assignment.version += 1;
            f(assignment);
        }
    }
}

impl Assignment {
    /// Where it stands while it is being worked on: `arrived` after a call to the scene, `signed`
    /// after a plain dispatch.
    const fn working_stage(&self) -> AssignmentStage {
        if self.check_in.is_some() {
            AssignmentStage::Arrived
        } else {
            AssignmentStage::Signed
        }
    }
}

fn new_round(
    number: u16,
    condition: crate::matter::ConditionId,
    steps: &[StepPlan],
    at: Timestamp,
) -> Round {
    Round {
        number,
        condition,
        registered_at: at,
        steps: steps
            .iter()
            .map(|plan| StepState {
                limit: plan.limit,
                standard: plan.standard.clone(),
                clock: None,
                deadline: None,
                warn_at: None,
                twice_at: None,
                told: None,
            })
            .collect(),
        step: 0,
        issued_at: None,
        finished_at: None,
        closed_at: None,
        on_time: None,
        dispatched_by: Vec::new(),
        failed_verifications: Vec::new(),
        vetoes: Vec::new(),
        extensions: Vec::new(),
        accepted_returns: Vec::new(),
        lead: None,
        deadlines: Vec::new(),
        versions: ListVersions::default(),
        finishes: Vec::new(),
        leads: Vec::new(),
        feedback: None,
        merged_feedback: Vec::new(),
        sent_back_at: None,
        extension_request: None,
        suspension: None,
        handed_over: false,
        calls_from: 0,
        exempted_at: None,
    }
}

fn new_assignment(
    called: &NewAssignment,
    whistle: Option<super::WhistleId>,
    round: u16,
    by: &ActorRef,
    at: Timestamp,
) -> Assignment {
    let milestone = |due| Milestone {
        due,
        reached_at: None,
        in_time: None,
        told: None,
    };
    Assignment {
        id: called.id,
        version: 1,
        whistle,
        round,
        unit: called.unit.clone(),
        role: called.role,
        stage: AssignmentStage::Issued,
        issued_at: at,
        issued_by: by.clone(),
        sign: milestone(called.sign_by),
        contact: called.contact_by.map(milestone),
        check_in: called.check_in_by.map(milestone),
        finish_by: called.finish_by,
        finish_told: None,
        ladder_minutes: called.ladder_minutes.clone(),
        rungs: 0,
        arrival: None,
        resident_contacted_at: None,
        left_at: None,
        reported_done_at: None,
        finished_at: None,
        attempt: 1,
        officers: Vec::new(),
        officers_may_finish: false,
        result: None,
        return_by: called.return_by,
        return_request: None,
        let_go: None,
    }
}
