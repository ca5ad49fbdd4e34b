//! Lines of facts, and what is told of the case itself.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::{Look, time};
use super::person;
use crate::model::case::{Case, Event, Feedback};
use crate::text;

/// The lines of the facts, gathered one after the other.
pub(super) struct Facts<'a> {
    pub(super) look: Look<'a>,
    pub(super) cells: usize,
    pub(super) lines: Vec<Line<'static>>,
}

impl Facts<'_> {
    pub(super) fn heading(&mut self, key: &str) {
        let title = format!("─ {} ", self.look.words.get(key));
        let rule = "─".repeat(self.cells.saturating_sub(text::width(&title)));
        self.lines.push(Line::styled(
            format!("{title}{rule}"),
            self.look.theme.dim(),
        ));
    }

    pub(super) const fn label_cells(&self) -> usize {
        if self.cells < 45 { 7 } else { 11 }
    }

    /// A label and what it says, over as many lines as it needs.
    pub(super) fn fact(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let label = self.look.words.get(key);
        let label_cells = self.label_cells();
        let value = text::clean(value);
        for (n, part) in text::wrap(&value, self.cells.saturating_sub(label_cells + 1))
            .into_iter()
            .enumerate()
        {
            let label = if n == 0 { label.as_str() } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(
                    format!(" {}", text::pad(label, label_cells)),
                    self.look.theme.dim(),
                ),
                Span::raw(part),
            ]));
        }
    }

    pub(super) fn line(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    /// Text with an indent, over as many lines as it needs.
    pub(super) fn note(&mut self, indent: usize, note: &str, style: Style) {
        if note.trim().is_empty() {
            return;
        }
        for part in text::wrap(&text::clean(note), self.cells.saturating_sub(indent)) {
            self.line(vec![Span::styled(
                format!("{}{part}", " ".repeat(indent)),
                style,
            )]);
        }
    }

    pub(super) fn case(&mut self, case: &Case) {
        let words = self.look.words;
        self.fact("fact-text", &case.text);
        if let Some(matter) = &case.matter {
            self.fact("fact-matter", &format!("{} {}", matter.code, matter.name));
        }
        if let Some(condition) = &case.condition {
            let limit = case.round.as_ref().and_then(|r| r.limit.as_ref());
            let limit = limit
                .map(|l| format!(" ({})", time::limit(words, l)))
                .unwrap_or_default();
            self.fact("fact-condition", &format!("{}{limit}", condition.name));
        }
        if let Some(standard) = case.round.as_ref().and_then(|r| r.standard.as_ref()) {
            self.fact("fact-standard", standard);
        }
        self.fact("fact-source", &words.name("source", &case.source));
        self.fact("fact-filed-by", &person(self.look, &case.filed_by));
        if let Some(reporter) = &case.reporter {
            self.fact(
                "fact-reporter",
                &format!("{} {}", reporter.name, reporter.telephone),
            );
        }
        if let Some(at) = case.received_at {
            self.fact("fact-received", &time::long(at));
        }
        if let (Some(lon), Some(lat)) = (case.place.lon, case.place.lat) {
            self.fact("fact-position", &format!("{lon:.6}, {lat:.6}"));
        }
        if let Some(round) = case.round.as_ref().filter(|r| r.number > 1) {
            self.fact("fact-round", &round.number.to_string());
        }
        if !case.attachments.is_empty() {
            self.fact("fact-attachments", &case.attachments.len().to_string());
        }
        if let Some(reply) = &case.reply {
            self.fact("fact-reply", reply);
        }
        self.said(case);
        if let Some(link) = &case.rating_link {
            self.rating_link(link);
        }
    }

    /// What waits for somebody's word, and who works on it.
    pub(super) fn said(&mut self, case: &Case) {
        let words = self.look.words;
        if let Some((valid, note)) = &case.said.finding {
            let found = words.name("valid", if *valid { "yes" } else { "no" });
            self.fact("fact-finding", &format!("{found} {note}"));
        }
        if let Some(draft) = &case.said.reply_draft {
            self.fact("fact-reply-draft", draft);
        }
        if let Some(reason) = &case.said.reopening {
            self.fact("fact-reopening", reason);
        }
        if let Some((number, end)) = &case.merged_into {
            let end = end.as_ref().map(|stage| words.name("stage", stage));
            let end = end.unwrap_or_default();
            self.fact("fact-merged-into", &format!("{number} {end}"));
        }
        self.fact("fact-absorbed", &case.absorbed.join(" "));
        self.fact("fact-links", &case.links.join(" "));
        self.fact("fact-lapses", &case.lapses.join("; "));
        if let Some((number, at)) = &case.safety_call {
            let at = time::long(*at);
            self.fact("fact-safety-call", &format!("{number} {at}"));
        }
        if let Some(department) = &case.handed_down_by {
            self.fact("fact-handed-down-by", &department.name);
        }
        if let Some((department, note)) = &case.admission_refusal {
            self.fact("fact-admission-refused", &format!("{department} {note}"));
        }
        for likely in &case.duplicates {
            let stage = words.name("stage", &likely.stage);
            let metres = format!("{:.0} m", likely.distance_m);
            self.fact(
                "fact-duplicate",
                &format!("{} {stage} {metres}", likely.number),
            );
        }
        self.centres(case);
        if let Some((by, until)) = &case.said.claim {
            let by = person(self.look, by);
            self.fact("fact-claim", &format!("{by} -> {}", time::short(*until)));
        }
    }

    /// The way from centre to centre, what is disputed, what was ruled, and the appeal.
    pub(super) fn centres(&mut self, case: &Case) {
        let words = self.look.words;
        let centres = &case.said.centres;
        self.fact("fact-centres", &centres.path.join(" -> "));
        if let Some((reason, centre)) = &centres.dispute {
            let reason = words.name("by-rule", reason);
            self.fact("fact-dispute", &format!("{centre}: {reason}"));
        }
        if let Some((lead, ruling)) = &centres.ruled {
            self.fact("fact-ruled", &format!("{lead}: {ruling}"));
        }
        if let Some((reason, accepted)) = &centres.appeal {
            let outcome = match accepted {
                None => String::new(),
                Some(true) => format!(" [{}]", words.name("event", "appeal_accepted")),
                Some(false) => format!(" [{}]", words.name("event", "appeal_refused")),
            };
            self.fact("fact-appeal", &format!("{reason}{outcome}"));
        }
    }

    /// A link is of use in one piece only: beside its label, below it, or by the key that shows it.
    pub(super) fn rating_link(&mut self, link: &str) {
        let link = text::clean(link);
        let wide = text::width(&link);
        if wide + self.label_cells() < self.cells {
            self.fact("fact-rating-link", &link);
            return;
        }
        let hint = self.look.words.get("fact-rating-hint");
        self.fact("fact-rating-link", &hint);
        if wide < self.cells {
            self.line(vec![Span::raw(format!(" {link}"))]);
        }
    }

    pub(super) fn feedback(&mut self, case: &Case) {
        if case.feedback.is_none() && case.merged_feedback.is_empty() {
            return;
        }
        self.heading("heading-feedback");
        if let Some(feedback) = &case.feedback {
            self.asked(None, feedback);
        }
        for (of, feedback) in &case.merged_feedback {
            self.asked(Some(&of.name), feedback);
        }
    }

    /// What became of asking one resident; `of` is the number of the merged case behind which he is.
    fn asked(&mut self, of: Option<&str>, feedback: &Feedback) {
        let words = self.look.words;
        let mut parts: Vec<String> = of.map(str::to_owned).into_iter().collect();
        parts.push(words.name("feedback", &feedback.state));
        parts.extend(feedback.channel.as_ref().map(|c| words.name("channel", c)));
        if let Some(contacted) = feedback.contacted {
            parts.push(words.get(if contacted {
                "feedback-contacted"
            } else {
                "feedback-not-contacted"
            }));
        }
        if let Some(solved) = &feedback.solved {
            parts.push(words.name("solved", solved));
        }
        if let Some(grade) = &feedback.satisfaction {
            parts.push(words.name("grade", grade));
        }
        if feedback.missed_calls > 0 {
            let count = feedback.missed_calls.to_string();
            parts.push(words.with("feedback-missed", &[("count", count.into())]));
        }
        self.note(1, &parts.join("  "), Style::new());
        if let Some(text) = &feedback.text {
            self.note(1, text, Style::new());
        }
        if let Some(reason) = &feedback.unreasonable {
            self.fact("fact-unreasonable", reason);
        }
    }

    /// The newest first: what has just happened is what is looked for.
    pub(super) fn history(&mut self, events: &[Event]) {
        self.heading("heading-history");
        for event in events.iter().rev() {
            let at = event.at.map(time::short).unwrap_or_default();
            self.line(vec![
                Span::styled(format!(" {} ", text::pad(&at, 11)), self.look.theme.dim()),
                Span::raw(text::truncate(
                    &format!(
                        "{}  {}",
                        self.look.words.name("event", &event.kind),
                        person(self.look, &event.actor)
                    ),
                    self.cells.saturating_sub(13),
                )),
            ]);
            let note = self.look.words.name("by-rule", &event.note);
            self.note(13, &note, self.look.theme.dim());
        }
    }
}
