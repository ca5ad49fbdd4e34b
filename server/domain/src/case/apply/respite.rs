//! What extensions and suspensions change.

use super::super::event::{Event, Recorded};
use super::super::extension::ExtensionRequest;
use super::super::state::{Case, InnerClockName};
use super::super::suspension::Suspension;
use crate::clock::Timestamp;

impl Case {
    /// The handling clock itself is moved by its own event.
    pub(super) fn give_respite(&mut self, recorded: &Recorded) {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::ExtensionRequested { reason, decide_by } => {
                self.start_clock(InnerClockName::DecideExtension, at, *decide_by);
                if let Some(round) = self.rounds.last_mut() {
                    round.extension_request = Some(ExtensionRequest {
                        at,
                        by: recorded.actor.clone(),
                        reason: reason.clone(),
                        granted: None,
                        ruling: None,
                    });
                }
            }
            Event::ExtensionGranted { ruling } => {
                self.decide_extension(true, ruling, at);
                if let Some(round) = self.rounds.last_mut() {
                    round.extensions.push(at);
                }
            }
            Event::ExtensionRefused { ruling } => self.decide_extension(false, ruling, at),
            Event::SuspensionRequested {
                reason,
                file_number,
                resume_at,
                note,
                decide_by,
            } => {
                self.start_clock(InnerClockName::DecideSuspension, at, *decide_by);
                if let Some(round) = self.rounds.last_mut() {
                    round.suspension = Some(Suspension {
                        at,
                        by: recorded.actor.clone(),
                        reason: *reason,
                        file_number: file_number.clone(),
                        note: note.clone(),
                        resume_at: *resume_at,
                        granted: None,
                        ruling: None,
                        granted_at: None,
                        resumed_at: None,
                    });
                }
            }
            Event::SuspensionGranted { ruling } => {
                self.decide_suspension(true, ruling, at);
                // Who waits needs no more time.
                self.lapse_requests(at);
            }
            Event::SuspensionRefused { ruling } => self.decide_suspension(false, ruling, at),
            // By itself it ends on its day, whenever that is noticed.
            Event::Resumed { .. } => self.end_suspension(recorded.occurred_at),
            _ => {}
        }
    }

    fn decide_extension(&mut self, granted: bool, ruling: &str, at: Timestamp) {
        self.stop_clock(InnerClockName::DecideExtension, at);
        if let Some(request) = self
            .rounds
            .last_mut()
            .and_then(|r| r.extension_request.as_mut())
        {
            request.granted = Some(granted);
            request.ruling = Some(ruling.to_owned());
        }
    }

    fn decide_suspension(&mut self, granted: bool, ruling: &str, at: Timestamp) {
        self.stop_clock(InnerClockName::DecideSuspension, at);
        if let Some(suspension) = self.rounds.last_mut().and_then(|r| r.suspension.as_mut()) {
            suspension.granted = Some(granted);
            suspension.ruling = Some(ruling.to_owned());
            suspension.granted_at = granted.then_some(at);
        }
    }

    /// The case no longer waits.
    pub(super) fn end_suspension(&mut self, at: Timestamp) {
        if let Some(suspension) = self
            .rounds
            .last_mut()
            .and_then(|r| r.suspension.as_mut())
            .filter(|s| s.is_running())
        {
            suspension.resumed_at = Some(at);
        }
    }

    /// The unit that asked does not lead any more, or needs no answer: nobody has to decide.
    pub(super) fn lapse_requests(&mut self, at: Timestamp) {
        self.stop_clock(InnerClockName::DecideExtension, at);
        self.stop_clock(InnerClockName::DecideSuspension, at);
        if let Some(round) = self.rounds.last_mut() {
            round.extension_request.take_if(|r| r.is_pending());
            round.suspension.take_if(|s| s.is_pending());
        }
    }
}
