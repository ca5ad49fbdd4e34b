//! The clocks of a case: bars for those that run, words for those that are over.

use ratatui::style::Style;
use ratatui::text::Span;

use super::super::time;
use super::facts::Facts;
use crate::model::case::{Case, Clock};
use crate::text;
use crate::widgets::gauge;

impl Facts<'_> {
    pub(super) fn clocks(&mut self, case: &Case) {
        let mut clocks: Vec<Clock> = case.clocks.clone();
        if let Some(round) = &case.round
            && !clocks.iter().any(|c| c.name == "handling")
            && round.deadline.is_some()
        {
            clocks.push(Clock {
                name: "handling".into(),
                started_at: round.issued_at,
                deadline: round.deadline,
                stopped_at: round.finished_at,
            });
        }
        let paused = case.round.as_ref().is_some_and(|r| r.paused);
        if clocks.is_empty() && !paused {
            return;
        }
        self.heading("heading-clocks");
        if paused {
            self.note(
                1,
                &self.look.words.get("clock-paused"),
                self.look.theme.warn(),
            );
        }
        // What still runs comes first; of what is over, beside the handling, only how it ended is told.
        clocks.sort_by_key(|c| (c.stopped_at.is_some(), c.deadline));
        let (over, shown): (Vec<Clock>, Vec<Clock>) = clocks
            .into_iter()
            .partition(|c| c.stopped_at.is_some() && c.name != "handling");
        for clock in shown {
            self.clock(&clock, case);
        }
        let (late, kept): (Vec<Clock>, Vec<Clock>) =
            over.into_iter().partition(|c| c.is_late(self.look.now));
        self.over("clock-was-late", &late, self.look.theme.bad());
        self.over("clock-in-time", &kept, self.look.theme.good());
    }

    /// The clocks that ended alike, by name.
    fn over(&mut self, key: &str, clocks: &[Clock], style: Style) {
        let names: Vec<String> = clocks
            .iter()
            .map(|clock| self.look.words.name("clock", &clock.name))
            .collect();
        if !names.is_empty() {
            let said = format!("{}: {}", self.look.words.get(key), names.join(", "));
            self.note(1, &said, style);
        }
    }

    fn clock(&mut self, clock: &Clock, case: &Case) {
        let look = self.look;
        let late = clock.is_late(look.now);
        let mut spans = vec![Span::raw(format!(
            " {} ",
            text::pad(&look.words.name("clock", &clock.name), 10)
        ))];
        if let Some(used) = clock.used(look.now) {
            spans.extend(gauge::bar(look.theme, used, late, 10));
        }
        let provisional =
            clock.name == "handling" && case.round.as_ref().is_some_and(|r| r.provisional);
        let (state, style) = match (clock.deadline, clock.stopped_at) {
            (_, Some(_)) if late => (look.words.get("clock-was-late"), look.theme.bad()),
            (_, Some(_)) => (look.words.get("clock-in-time"), look.theme.good()),
            (Some(deadline), None) => {
                let (left, urgency) = time::left(look.words, deadline, look.now);
                (left, urgency.style(look.theme))
            }
            (None, None) => (look.words.get("clock-paused"), look.theme.warn()),
        };
        spans.push(Span::styled(format!(" {state}"), style));
        if let Some(deadline) = clock.deadline {
            let mark = if provisional {
                format!(" {}", look.words.name("mark", "provisional"))
            } else {
                String::new()
            };
            spans.push(Span::styled(
                format!(" -> {}{mark}", time::short(deadline)),
                look.theme.dim(),
            ));
        }
        self.line(spans);
    }
}
