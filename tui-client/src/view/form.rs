//! The report form and the forms of actions.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::Look;
use crate::model::action;
use crate::model::reference::{Proposed, Standing};
use crate::model::report;
use crate::model::screens::{ActionForm, ReportPage};
use crate::text;
use crate::widgets::field;
use crate::widgets::layer::{centred, open_layer};

/// The report; danger is spoken of before anything else.
pub fn report(
    look: Look<'_>,
    page: &ReportPage,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let cells = usize::from(area.width);
    let danger = report::is_dangerous(&page.form, &look.model.reference);
    let head = if danger {
        Line::styled(
            text::pad(&format!(" {}", look.words.get("report-danger")), cells),
            look.theme.selected().patch(look.theme.bad()),
        )
    } else {
        let title = look.words.get("report-title");
        let note = look.words.get(if page.maybe_sent {
            "report-maybe-sent"
        } else {
            "report-kept"
        });
        Line::styled(
            text::truncate(&format!(" {title}  {note}"), cells),
            look.theme.bold(),
        )
    };
    frame.render_widget(Paragraph::new(head), Rect { height: 1, ..area });
    let form = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    field::draw(frame, form, &page.form, look.words, look.theme)
}

/// So many lines about units are told over a form where there is room.
const REASONS: usize = 6;

/// A line about a unit that is proposed, would be on the other side of a border, or is left out.
fn reason(look: Look<'_>, told: &Proposed) -> String {
    let words = look.words;
    let role = words.name("role", &told.role);
    let line = format!("{role} {}: {}", told.unit.name, told.reason);
    match &told.standing {
        Standing::Called => line,
        Standing::Beside(place) => {
            let values = [("place", place.clone().into()), ("line", line.into())];
            words.with("proposal-beside", &values)
        }
        Standing::LeftOut => words.with("proposal-left-out", &[("line", line.into())]),
    }
}

/// The form of an action in a window, with the reasons for the units proposed.
pub fn action(
    look: Look<'_>,
    open: &ActionForm,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let width = area.width.saturating_sub(4).min(90).max(area.width.min(30));
    let reasons: Vec<String> = open
        .proposal
        .iter()
        .map(|p| text::clean(&reason(look, p)))
        .collect();
    let warning = action::warning(&open.action, &open.form).map(|key| look.words.get(key));
    let extra = reasons.len().min(REASONS) + usize::from(warning.is_some());
    let wanted = field::height(&open.form) + 2 + u16::try_from(extra).unwrap_or(0);
    let window = centred(area, width, wanted.max(6));
    let title = format!(
        "{} {} {}",
        look.words.name("action", &open.action),
        open.whom,
        open.number
    );
    let inner = open_layer(frame, window, &text::clean(&title));
    let cells = usize::from(inner.width);
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some(warning) = warning {
        lines.push(Line::styled(
            text::truncate(&warning, cells),
            look.theme.warn(),
        ));
    }
    // The form comes first where there is little room.
    let room = usize::from(inner.height)
        .saturating_sub(usize::from(field::height(&open.form).min(inner.height)));
    lines.extend(
        reasons
            .iter()
            .map(|r| Line::styled(text::truncate(r, cells), look.theme.dim())),
    );
    lines.truncate(room);
    let used = u16::try_from(lines.len()).unwrap_or(0);
    frame.render_widget(
        Paragraph::new(lines),
        Rect {
            height: used,
            ..inner
        },
    );
    let form = Rect {
        y: inner.y + used,
        height: inner.height - used,
        ..inner
    };
    field::draw(frame, form, &open.form, look.words, look.theme)
}
