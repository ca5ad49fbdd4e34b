//! What transfers, rulings and appeals change.

use super::super::admission::AdmissionRefusal;
use super::super::appeal::Appeal;
use super::super::event::{Event, Handover, Recorded};
use super::super::ruling::{Dispute, Ruled};
use super::super::stage::Stage;
use super::super::state::{Case, InnerClockName};
use super::super::transfer::{Succeeded, Transfer, TransferKind};
use crate::clock::Timestamp;

impl Case {
    pub(super) fn between_centres(&mut self, recorded: &Recorded) {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::Escalated(handover) => {
                self.hand_over(TransferKind::Escalated, handover, recorded);
            }
            Event::Delegated(handover) => {
                self.hand_over(TransferKind::Delegated, handover, recorded);
            }
            Event::RulingRequested {
                number,
                reason,
                centre,
                rule_by,
            } => {
                self.start_clock(InnerClockName::Rule, at, *rule_by);
                self.disputes.push(Dispute {
                    number: *number,
                    at,
                    by: recorded.actor.clone(),
                    reason: reason.clone(),
                    centre: *centre,
                    rule_by: *rule_by,
                    ruled: None,
                    lapsed_at: None,
                });
            }
            Event::Ruled {
                number,
                lead,
                assists,
                ruling,
            } => {
                self.stop_clock(InnerClockName::Rule, at);
                if let Some(dispute) = self.disputes.iter_mut().find(|d| d.number == *number) {
                    dispute.ruled = Some(Ruled {
                        at,
                        by: recorded.actor.clone(),
                        lead: lead.clone(),
                        assists: assists.clone(),
                        ruling: ruling.clone(),
                    });
                }
            }
            Event::Appealed {
                round,
                reason,
                centre,
            } => {
                self.appeal = Some(Appeal {
                    round: *round,
                    at,
                    by: recorded.actor.clone(),
                    reason: reason.clone(),
                    centre: *centre,
                    accepted: None,
                    ruling: None,
                });
            }
            Event::AdmissionRefused {
                department,
                handed_down_at,
                note,
            } => {
                self.admission_refusal = Some(Box::new(AdmissionRefusal {
                    at,
                    by: recorded.actor.clone(),
                    town: self.centre,
                    department: department.clone(),
                    handed_down_at: *handed_down_at,
                    note: note.clone(),
                    versions: recorded.versions.clone(),
                }));
            }
            Event::AppealAccepted { ruling } => self.decide_appeal(true, ruling, at),
            Event::AppealRefused { ruling } => self.decide_appeal(false, ruling, at),
            _ => {}
        }
    }

    /// Another centre has the case; open assignments, whistles and the handling clock have their own events.
    fn hand_over(&mut self, kind: TransferKind, handover: &Handover, recorded: &Recorded) {
        let at = recorded.recorded_at;
        self.transfers.push(Transfer {
            kind,
            at,
            by: recorded.actor.clone(),
            from: self.centre,
            to: handover.to,
            reason: handover.reason.clone(),
            last: handover.last,
        });
        self.centre = handover.to;
        if handover.accept_by.is_none() && handover.dispatch_by.is_none() {
            return;
        }
        self.claim = None;
        self.lapse_requests(at);
        self.end_suspension(at);
        for name in [
            InnerClockName::Accept,
            InnerClockName::Confirm,
            InnerClockName::Dispatch,
            InnerClockName::ConfirmSolved,
            InnerClockName::Verify,
        ] {
            self.stop_clock(name, at);
        }
        if let Some(due) = handover.accept_by {
            self.stage = Stage::Reported;
            self.confirmation.take_if(|c| c.finding.is_none());
            self.start_clock(InnerClockName::Accept, at, due);
        }
        if let Some(due) = handover.dispatch_by {
            self.stage = Stage::Registered;
            self.start_clock(InnerClockName::Dispatch, at, due);
            let calls = self.assignments.len();
            if let Some(round) = self.rounds.last_mut() {
                round.handed_over = true;
                round.calls_from = calls;
                if round.finished_at.take().is_some() {
                    round.finishes.push((at, None));
                }
            }
        }
    }

    /// Other centres stand in the place of those that had the case: what is under way goes on.
    pub(super) fn succeed(&mut self, centres: &[Succeeded]) {
        if let Some(succeeded) = centres.iter().find(|one| one.from == self.centre) {
            self.centre = succeeded.to;
        }
        self.successions.extend_from_slice(centres);
    }

    /// Lateness stays as it was judged.
    fn decide_appeal(&mut self, accepted: bool, ruling: &str, at: Timestamp) {
        let Some(appeal) = &mut self.appeal else {
            return;
        };
        appeal.accepted = Some(accepted);
        appeal.ruling = Some(ruling.to_owned());
        let number = appeal.round;
        if accepted && let Some(round) = self.rounds.iter_mut().rfind(|r| r.number == number) {
            round.exempted_at = Some(at);
        }
    }

    /// Nobody has to rule on who is responsible for a case that has ended.
    pub(super) fn lapse_dispute(&mut self, at: Timestamp) {
        if let Some(dispute) = self.disputes.iter_mut().find(|d| d.is_pending()) {
            dispute.lapsed_at = Some(at);
        }
    }
}
