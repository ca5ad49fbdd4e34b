//! The page of a case: facts and history on the left, what may be done now on the right.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to, time};
use crate::keymap::digit_of;
use crate::model::case::{
    Assignment, Case, Clock, Dossier, Event, Milestone, Person, Target, Whistle,
};
use crate::model::duty::{OnDuty, Shift};
use crate::model::screens::{CaseFocus, CasePage};
use crate::text;
use crate::widgets::gauge;

pub fn draw(look: Look<'_>, page: &CasePage, area: Rect, frame: &mut Frame<'_>) {
    let Some(dossier) = &page.dossier else {
        frame.render_widget(
            Line::styled(
                format!("   {}", look.words.get("link-waiting")),
                look.theme.dim(),
            ),
            area,
        );
        return;
    };
    let head_rows = 2.min(area.height);
    head(
        look,
        &dossier.case,
        Rect {
            height: head_rows,
            ..area
        },
        frame,
    );
    let body = Rect {
        y: area.y + head_rows,
        height: area.height - head_rows,
        ..area
    };
    let (left, right) = if area.width >= 70 {
        let width = if area.width >= 100 { 36 } else { 27 };
        (
            Rect {
                width: body.width - width - 1,
                ..body
            },
            Rect {
                x: body.right() - width,
                width,
                ..body
            },
        )
    } else {
        // On a narrow screen the actions stand below.
        let rows = u16::try_from(page.allowed().len() + 1)
            .unwrap_or(8)
            .min(body.height / 2);
        (
            Rect {
                height: body.height - rows,
                ..body
            },
            Rect {
                y: body.bottom() - rows,
                height: rows,
                ..body
            },
        )
    };
    if area.width >= 70 {
        for y in body.top()..body.bottom() {
            let cell = Rect {
                x: left.right(),
                y,
                width: 1,
                height: 1,
            };
            frame.render_widget(Span::styled("│", look.theme.dim()), cell);
        }
    }
    facts(look, page, dossier, left, frame);
    actions(look, page, dossier, right, frame);
}

/// Number, stage and marks; the matter and where.
fn head(look: Look<'_>, case: &Case, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let stage = look.words.name("stage", &case.stage);
    let mut spans = vec![
        Span::styled(
            format!(" {} ", text::truncate(case.title(), cells / 2)),
            look.theme.bold(),
        ),
        Span::styled(
            format!("[{stage}]"),
            look.theme.accent().patch(look.theme.bold()),
        ),
    ];
    for mark in &case.marks {
        let style = if matches!(mark.as_str(), "overdue" | "emergency") {
            look.theme.bad()
        } else {
            look.theme.warn()
        };
        spans.push(Span::styled(
            format!(" !{}", look.words.name("mark", mark)),
            style,
        ));
    }
    let second = format!(" {}  {}", case.number, text::clean(&case.place.words()));
    let lines = vec![
        Line::from(spans),
        Line::styled(text::truncate(&second, cells), look.theme.dim()),
    ];
    frame.render_widget(Paragraph::new(lines), area);
}

fn facts(look: Look<'_>, page: &CasePage, dossier: &Dossier, area: Rect, frame: &mut Frame<'_>) {
    let mut lines = Facts {
        look,
        cells: usize::from(area.width),
        lines: Vec::new(),
    };
    lines.case(&dossier.case);
    lines.clocks(&dossier.case);
    lines.whistles(&dossier.case);
    lines.assignments(&dossier.case);
    lines.duty(&dossier.duty);
    lines.feedback(&dossier.case);
    lines.history(&dossier.events);
    let height = usize::from(area.height);
    let top = page.scroll.min(lines.lines.len().saturating_sub(height));
    let mut shown = lines.lines.split_off(top);
    // What is above and below is told at the edge.
    let below = shown.len().saturating_sub(height);
    if height > 2 && below > 0 {
        let style = match page.focus {
            CaseFocus::Facts => look.theme.selected(),
            CaseFocus::Actions => look.theme.dim(),
        };
        let more = look.words.with("more-below", &[("n", (below + 1).into())]);
        shown[height - 1] = Line::styled(format!("{more}  PgDn"), style);
    }
    frame.render_widget(Paragraph::new(shown), area);
}

/// The lines of the facts, gathered one after the other.
struct Facts<'a> {
    look: Look<'a>,
    cells: usize,
    lines: Vec<Line<'static>>,
}

impl Facts<'_> {
    fn heading(&mut self, key: &str) {
        let title = format!("─ {} ", self.look.words.get(key));
        let rule = "─".repeat(self.cells.saturating_sub(text::width(&title)));
        self.lines.push(Line::styled(
            format!("{title}{rule}"),
            self.look.theme.dim(),
        ));
    }

    const fn label_cells(&self) -> usize {
        if self.cells < 45 { 7 } else { 11 }
    }

    /// A label and what it says, over as many lines as it needs.
    fn fact(&mut self, key: &str, value: &str) {
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

    fn line(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    /// Text with an indent, over as many lines as it needs.
    fn note(&mut self, indent: usize, note: &str, style: Style) {
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

    fn case(&mut self, case: &Case) {
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
    fn said(&mut self, case: &Case) {
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
    fn centres(&mut self, case: &Case) {
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
    fn rating_link(&mut self, link: &str) {
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

    fn clocks(&mut self, case: &Case) {
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

    fn whistles(&mut self, case: &Case) {
        if case.whistles.is_empty() {
            return;
        }
        self.heading("heading-whistles");
        for whistle in &case.whistles {
            self.whistle(whistle);
        }
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
    fn duty(&mut self, duty: &[OnDuty]) {
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

    fn assignments(&mut self, case: &Case) {
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

    fn feedback(&mut self, case: &Case) {
        let Some(feedback) = &case.feedback else {
            return;
        };
        let words = self.look.words;
        self.heading("heading-feedback");
        let mut parts = vec![words.name("feedback", &feedback.state)];
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
        self.note(1, &parts.join("  "), Style::new());
        if let Some(text) = &feedback.text {
            self.note(1, text, Style::new());
        }
    }

    /// The newest first: what has just happened is what is looked for.
    fn history(&mut self, events: &[Event]) {
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

fn milestone_state(look: Look<'_>, milestone: &Milestone) -> (&'static str, Style) {
    match (milestone.at, milestone.in_time, milestone.due) {
        (Some(_), Some(false), _) => ("✗", look.theme.bad()),
        (Some(_), ..) => ("✓", look.theme.good()),
        (None, _, Some(due)) if due < look.now => ("!", look.theme.bad()),
        (None, _, Some(_)) => ("▸", look.theme.warn()),
        (None, ..) => (" ", look.theme.dim()),
    }
}

/// Name, post and unit of an official.
pub fn person(look: Look<'_>, person: &Person) -> String {
    let post = if person.post.is_empty() {
        String::new()
    } else {
        look.words.name("post", &person.post)
    };
    let unit = person.unit.clone().unwrap_or_default();
    text::clean(
        &[person.name.as_str(), &post, &unit]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// Whom an action is about, where the case has several.
pub fn whom(case: &Case, target: &Target) -> String {
    match target {
        Target::Case => String::new(),
        Target::Assignment(id) => case
            .assignment(id)
            .map(|a| a.unit.name.clone())
            .unwrap_or_default(),
        Target::Whistle(id) => case
            .whistle(id)
            .map(|w| w.kind_name.clone())
            .unwrap_or_default(),
    }
}

/// Exactly what may be done now.
fn actions(look: Look<'_>, page: &CasePage, dossier: &Dossier, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let allowed = page.allowed();
    // Offers from before an action are only waited on: without numbers, since none does anything.
    let old = page.is_old();
    let waits = if old { " …" } else { "" };
    let mut lines = vec![Line::styled(
        text::truncate(&format!(" {}{waits}", look.words.get("actions-now")), cells),
        look.theme.bold(),
    )];
    if allowed.is_empty() {
        for part in text::wrap(&look.words.get("actions-none"), cells.saturating_sub(1)) {
            lines.push(Line::styled(format!(" {part}"), look.theme.dim()));
        }
    }
    let height = usize::from(area.height).saturating_sub(1);
    let top = scroll_to(page.action, allowed.len(), height);
    for (n, offer) in allowed.iter().enumerate().skip(top).take(height) {
        let number = if old {
            "…".to_owned()
        } else {
            digit_of(n).unwrap_or(' ').to_string()
        };
        // Whom it is about is said where there is a choice.
        let several = allowed.iter().filter(|o| o.action == offer.action).count() > 1;
        let whom = if several {
            whom(&dossier.case, &offer.target)
        } else {
            String::new()
        };
        let label = format!(
            " {number} {} {}",
            look.words.name("action", &offer.action),
            text::clean(&whom)
        );
        let style = match (n == page.action, page.focus) {
            _ if old => look.theme.dim(),
            (true, CaseFocus::Actions) => look.theme.selected(),
            (true, CaseFocus::Facts) => look.theme.resting(),
            _ => Style::new(),
        };
        lines.push(Line::styled(text::pad(&label, cells), style));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
