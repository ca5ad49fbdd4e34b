//! The desk: who is on duty, who comes, what is handed over.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to, time};
use crate::model::duty::{DutyBoard, OpenItem, Shift};
use crate::model::screens::DutyPage;
use crate::text;

pub fn draw(look: Look<'_>, page: &DutyPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut lines = vec![Line::styled(
        format!(" {}", look.words.get("duty-title")),
        look.theme.bold(),
    )];
    let Some(board) = &page.board else {
        lines.push(dim(look, "link-waiting"));
        frame.render_widget(Paragraph::new(lines), area);
        return;
    };
    on_duty(look, board, cells, &mut lines);
    own_shift(look, board, cells, &mut lines);
    handovers(look, board, cells, &mut lines);
    let head = lines.len();
    let height = usize::from(area.height).saturating_sub(head + 1);
    let items = board.items();
    let key = if board.waiting().is_some() {
        "duty-handed-over-items"
    } else {
        "duty-open-items"
    };
    lines.push(Line::styled(
        format!(" {}", look.words.with(key, &[("n", items.len().into())])),
        look.theme.bold(),
    ));
    let top = scroll_to(page.selected, items.len(), height);
    for (n, item) in items.iter().enumerate().skip(top).take(height) {
        let style = if n == page.selected {
            look.theme.selected()
        } else {
            Style::new()
        };
        lines.push(open_item(look, item, cells, style));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn dim(look: Look<'_>, key: &str) -> Line<'static> {
    Line::styled(format!("   {}", look.words.get(key)), look.theme.dim())
}

/// A line a desk: who leads, who answers, the telephone, until when.
fn on_duty(look: Look<'_>, board: &DutyBoard, cells: usize, lines: &mut Vec<Line<'static>>) {
    for on in &board.on {
        let name = text::pad(&text::clean(&on.desk.name), 16);
        lines.push(match &on.shift {
            Some(shift) => Line::raw(text::truncate(
                &format!(" {name} {}", people(look, shift)),
                cells,
            )),
            None => Line::from(vec![
                Span::raw(format!(" {name} ")),
                Span::styled(look.words.get("duty-nobody"), look.theme.warn()),
            ]),
        });
    }
}

fn people(look: Look<'_>, shift: &Shift) -> String {
    look.words.with(
        "duty-people",
        &[
            ("leader", text::clean(&shift.leader).into()),
            ("officer", text::clean(&shift.officer).into()),
            ("telephone", text::clean(&shift.telephone).into()),
            ("until", time::long(shift.to).into()),
        ],
    )
}

/// When the one who looks is on next.
fn own_shift(look: Look<'_>, board: &DutyBoard, cells: usize, lines: &mut Vec<Line<'static>>) {
    let name = look.model.session.as_ref().map(|s| s.name.clone());
    let own = name.and_then(|name| board.shift_of(&name).cloned());
    lines.push(match own {
        Some(shift) => {
            let args = [
                ("from", time::long(shift.from).into()),
                ("to", time::long(shift.to).into()),
            ];
            let said = look.words.with("duty-mine", &args);
            Line::raw(text::truncate(&format!(" {said}"), cells))
        }
        None => dim(look, "duty-not-mine"),
    });
}

/// The last handovers: who gave, who took.
fn handovers(look: Look<'_>, board: &DutyBoard, cells: usize, lines: &mut Vec<Line<'static>>) {
    for handover in board.handovers.iter().take(3) {
        let given = [
            ("name", text::clean(&handover.given.name).into()),
            ("at", time::long(handover.given.at).into()),
        ];
        let mut said = look.words.with("duty-given", &given);
        let style = if let Some(taken) = &handover.taken {
            let args = [
                ("name", text::clean(&taken.name).into()),
                ("at", time::long(taken.at).into()),
            ];
            said.push_str(&look.words.with("duty-taken", &args));
            look.theme.dim()
        } else {
            said.push_str(&look.words.get("duty-not-taken"));
            look.theme.warn()
        };
        let said = text::truncate(&format!(" {said}"), cells);
        lines.push(Line::styled(said, style));
        if handover.taken.is_none() && !handover.note.is_empty() {
            let note = text::truncate(&format!("   {}", text::clean(&handover.note)), cells);
            lines.push(Line::raw(note));
        }
    }
}

fn open_item(look: Look<'_>, item: &OpenItem, cells: usize, style: Style) -> Line<'static> {
    let due = item.due.map(time::long).unwrap_or_default();
    let stage = look.words.name("stage", &item.stage);
    let mark = if item.overdue { "!" } else { " " };
    let said = format!(
        "{mark}{} {} {} {}",
        text::pad(&item.number, 21),
        text::pad(&stage, 12),
        text::pad(&due, 16),
        text::clean(&item.matter)
    );
    let style = if item.overdue {
        style.patch(look.theme.bad())
    } else {
        style
    };
    Line::styled(text::pad(&said, cells), style)
}
