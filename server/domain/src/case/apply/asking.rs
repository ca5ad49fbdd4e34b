//! What asking the residents does to a case.

use super::super::event::{Event, Recorded};
use super::super::feedback::{Concluded, Conclusion, Unanswered, UnreasonableRequest};
use super::super::state::Case;

impl Case {
    pub(super) fn asks(&mut self, recorded: &Recorded) {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::Rated {
                feedback,
                answer,
                channel,
                ..
            } => self.on_feedback(*feedback, |f| {
                f.concluded = Some(Concluded {
                    at,
                    how: Conclusion::Answered {
                        answer: answer.clone(),
                        channel: *channel,
                    },
                });
            }),
            Event::FollowUpMissed { feedback, .. } => {
                self.on_feedback(*feedback, |f| f.missed_calls.push(at));
            }
            Event::FeedbackConcluded {
                feedback,
                outcome,
                note,
                ..
            } => self.on_feedback(*feedback, |f| {
                f.concluded = Some(Concluded {
                    at,
                    how: Conclusion::Without { outcome: *outcome },
                });
                if *outcome == Unanswered::Unreasonable
                    && let Some(request) = &mut f.unreasonable
                {
                    request.accepted = Some(true);
                    request.ruling = Some(note.clone());
                }
            }),
            Event::UnreasonableRequested {
                feedback,
                reason,
                centre,
                ..
            } => self.on_feedback(*feedback, |f| {
                f.unreasonable = Some(UnreasonableRequest {
                    at,
                    by: recorded.actor.clone(),
                    reason: reason.clone(),
                    centre: *centre,
                    accepted: None,
                    ruling: None,
                });
            }),
            Event::UnreasonableRefused {
                feedback, ruling, ..
            } => self.on_feedback(*feedback, |f| {
                if let Some(request) = &mut f.unreasonable {
                    request.accepted = Some(false);
                    request.ruling = Some(ruling.clone());
                }
            }),
            Event::FeedbackExpired { feedback, .. } => self.on_feedback(*feedback, |f| {
                if f.concluded.is_none() {
                    f.expired_at = Some(at);
                }
            }),
            _ => {}
        }
    }
}
