//! What supervisions change.

use super::super::event::{Event, Recorded};
use super::super::state::{Case, InnerClockName};
use super::super::supervision::{Supervision, SupervisionAnswer};

impl Case {
    pub(super) fn watch(&mut self, recorded: &Recorded) {
        let at = recorded.recorded_at;
        match &recorded.event {
            Event::Supervised {
                number,
                kind,
                division,
                note,
                answer_by,
            } => {
                self.push_clock(InnerClockName::AnswerSupervision, at, *answer_by);
                let round = self.round().map_or(0, |r| r.number);
                self.supervisions.push(Supervision {
                    number: *number,
                    round,
                    kind: *kind,
                    division: *division,
                    at,
                    by: recorded.actor.clone(),
                    note: note.clone(),
                    answer_by: *answer_by,
                    answer: None,
                });
            }
            Event::SupervisionAnswered { number, text } => {
                let Some(supervision) = self.supervisions.iter_mut().find(|s| s.number == *number)
                else {
                    return;
                };
                supervision.answer = Some(SupervisionAnswer {
                    at,
                    by: recorded.actor.clone(),
                    text: text.clone(),
                });
                let asked = supervision.at;
                if let Some(clock) = self.inner_clocks.iter_mut().find(|c| {
                    c.name == InnerClockName::AnswerSupervision
                        && c.started_at == asked
                        && c.stopped_at.is_none()
                }) {
                    clock.stopped_at = Some(at);
                }
            }
            _ => {}
        }
    }
}
