//! The page of a case: facts and history on the left, what may be done now on the right.

mod calls;
mod clocks;
mod facts;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use self::facts::Facts;
use super::{Look, scroll_to};
use crate::keymap::digit_of;
use crate::model::case::{Case, Dossier, Person};
use crate::model::screens::{CaseFocus, CasePage};
use crate::text;

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
            dossier.case.whom(&offer.target)
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
