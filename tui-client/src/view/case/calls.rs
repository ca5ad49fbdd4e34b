//! Whistles, the units that were called, and whom to call.

use ratatui::style::Style;
use ratatui::text::Span;

use super::super::{Look, time};
use super::facts::Facts;
use super::person;
use crate::model::case::{Acting, Assignment, Case, Milestone, Whistle};
use crate::model::duty::{OnDuty, Shift};
use crate::text;

impl Facts<'_> {
    pub(super) fn whistles(&mut self, case: &Case) {
        let acting = case.said.centres.acting.as_ref();
        if case.whistles.is_empty() && acting.is_none() {
            return;
        }
        self.heading("heading-whistles");
        if let Some(acting) = acting {
            self.acting(acting);
        }
        for whistle in &case.whistles {
            self.whistle(whistle);
        }
    }

    /// Who else may call units, since when, and why.
    fn acting(&mut self, acting: &Acting) {
        let words = self.look.words;
        let said = words.with(
            "centre-acting",
            &[
                ("centre", acting.centre.as_str().into()),
                ("time", time::short(acting.since).into()),
                ("cause", words.name("acting-cause", &acting.cause).into()),
            ],
        );
        self.note(1, &said, self.look.theme.warn());
    }

    fn whistle(&mut self, whistle: &Whistle) {
        let look = self.look;
        self.line(vec![
            Span::styled(
                format!(" {} ", text::clean(&whistle.kind_name)),
                look.theme.bold(),
            ),
            Span::styled(
                format!("[{}]", look.words.name("whistle-stage", &whistle.stage)),
                look.theme.accent(),
            ),
            Span::styled(
                format!(" {}", person(look, &whistle.blown_by)),
                look.theme.dim(),
            ),
        ]);
        self.note(3, &whistle.reason, Style::new());
        let place = whistle.meeting_place.clone().unwrap_or_default();
        let at = whistle.meeting_time.map(time::long).unwrap_or_default();
        if !place.is_empty() || !at.is_empty() {
            let meeting = look.words.with(
                "whistle-meeting",
                &[("place", place.into()), ("time", at.into())],
            );
            self.note(3, &meeting, look.theme.bold());
        }
    }

    /// Whom to call: of each desk where somebody is on duty the officer and the telephone.
    pub(super) fn duty(&mut self, duty: &[OnDuty]) {
        let on: Vec<(&OnDuty, &Shift)> = duty
            .iter()
            .filter_map(|on| Some((on, on.shift.as_ref()?)))
            .collect();
        if on.is_empty() {
            return;
        }
        self.heading("heading-duty");
        for (on, shift) in on {
            let said = format!(
                "{} {} {}",
                text::clean(&on.desk.name),
                text::clean(&shift.officer),
                text::clean(&shift.telephone)
            );
            self.note(1, &said, Style::new());
        }
    }

    pub(super) fn assignments(&mut self, case: &Case) {
        if case.assignments.is_empty() {
            return;
        }
        self.heading("heading-assignments");
        for assignment in &case.assignments {
            let score = case
                .whistles
                .iter()
                .flat_map(|w| &w.scores)
                .find(|s| s.assignment == assignment.id)
                .map(|s| {
                    self.look.words.with(
                        "score-short",
                        &[
                            ("response", s.response.into()),
                            ("quality", s.quality.into()),
                        ],
                    )
                });
            self.assignment(assignment, score);
        }
    }

    fn assignment(&mut self, assignment: &Assignment, score: Option<String>) {
        let look = self.look;
        let mut head = vec![
            Span::styled(
                format!(
                    " {} ",
                    text::truncate(&text::clean(&assignment.unit.name), self.cells / 2)
                ),
                look.theme.bold(),
            ),
            Span::styled(look.words.name("role", &assignment.role), look.theme.dim()),
            Span::styled(
                format!(
                    " [{}]",
                    look.words.name("assignment-stage", &assignment.stage)
                ),
                look.theme.accent(),
            ),
        ];
        if assignment.attempt > 1 {
            head.push(Span::styled(
                format!(
                    " {}",
                    look.words
                        .with("attempt", &[("n", assignment.attempt.into())])
                ),
                look.theme.warn(),
            ));
        }
        if let Some(score) = score {
            head.push(Span::styled(format!(" {score}"), look.theme.good()));
        }
        self.line(head);
        let steps: Vec<(&str, &Milestone)> = [
            ("sign", &assignment.sign),
            ("contact", &assignment.contact),
            ("check_in", &assignment.check_in),
            ("finish", &assignment.finish),
        ]
        .into_iter()
        .filter(|(_, m)| m.at.is_some() || (m.due.is_some() && !assignment.is_let_go()))
        .collect();
        let mut line = vec![Span::raw("   ")];
        let mut used = 3;
        for (name, milestone) in steps {
            let (sign, style) = milestone_state(look, milestone);
            let when = match (milestone.at, milestone.due) {
                (Some(at), _) => time::short(at),
                (None, Some(due)) => time::left(look.words, due, look.now).0,
                (None, None) => String::new(),
            };
            let text = format!("{sign}{} {when}  ", look.words.name("clock", name));
            let wide = text::width(&text);
            if used + wide > self.cells && used > 3 {
                self.line(std::mem::replace(&mut line, vec![Span::raw("   ")]));
                used = 3;
            }
            used += wide;
            line.push(Span::styled(text, style));
        }
        if used > 3 {
            self.line(line);
        }
        if assignment.on_spot == Some(false) {
            let text = match assignment.distance_m {
                Some(metres) => look.words.with("off-spot", &[("m", metres.into())]),
                None => look.words.get("off-spot-unknown"),
            };
            self.note(3, &text, look.theme.bad());
        }
        if let Some(reason) = &assignment.return_reason {
            let text = look
                .words
                .with("return-asked", &[("reason", text::clean(reason).into())]);
            self.note(3, &text, look.theme.warn());
        }
        if let Some(result) = &assignment.result {
            let result = self.look.words.name("by-rule", result);
            self.note(3, &result, Style::new());
        }
    }
}

fn milestone_state(look: Look<'_>, milestone: &Milestone) -> (&'static str, Style) {
    match (milestone.at, milestone.in_time, milestone.due) {
        (Some(_), Some(false), _) => ("✗", look.theme.bad()),
        (Some(_), ..) => ("✓", look.theme.good()),
        (None, _, Some(due)) if due < look.now => ("!", look.theme.bad()),
        (None, _, Some(_)) => ("▸", look.theme.warn()),
        (None, ..) => (" ", look.theme.dim()),
    }
}
