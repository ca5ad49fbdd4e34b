//! The figures: each with its numerator and denominator, opening to its cases.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to, time};
use crate::model::figures::Figure;
use crate::model::screens::Dashboard;
use crate::text;
use crate::widgets::gauge;

pub fn draw(look: Look<'_>, board: &Dashboard, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let period = look.words.get(board.range.period.key());
    let mut title = format!(
        " {}  {}  < {period} >",
        look.words.get("dashboard-title"),
        text::clean(&board.title)
    );
    if let Some(at) = board.board.as_ref().and_then(|b| b.as_of) {
        _ = write!(
            title,
            "  {}",
            look.words.with("as-of", &[("at", time::short(at).into())])
        );
    }
    let head = Line::styled(text::truncate(&title, cells), look.theme.bold());
    frame.render_widget(head, Rect { height: 1, ..area });
    let body = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    if area.width >= 76 {
        let width = if area.width >= 110 { 60 } else { 44 };
        let left = Rect { width, ..body };
        let right = Rect {
            x: body.x + width + 1,
            width: body.width - width - 1,
            ..body
        };
        for y in body.top()..body.bottom() {
            let cell = Rect {
                x: left.right(),
                y,
                width: 1,
                height: 1,
            };
            frame.render_widget(Span::styled("│", look.theme.dim()), cell);
        }
        figures(look, board, left, frame);
        detail(look, board, right, frame);
    } else if board.in_shares {
        detail(look, board, body, frame);
    } else {
        figures(look, board, body, frame);
    }
}

/// A value as it is read: a count, or per cent with two decimals; a dash where nothing was due.
pub fn value(figure: &Figure) -> String {
    match figure.value {
        None => "-".to_owned(),
        Some(value) if figure.count => format!("{value:.0}"),
        Some(value) => format!("{value:.2}%"),
    }
}

/// Better or worse than before, in points.
fn change(figure: &Figure) -> String {
    match (figure.value, figure.before) {
        (Some(now), Some(before)) => {
            let difference = now - before;
            let sign = if difference.abs() < 0.005 {
                "="
            } else if difference > 0.0 {
                "▴"
            } else {
                "▾"
            };
            if figure.count {
                format!("{sign}{:.0}", difference.abs())
            } else {
                format!("{sign}{:.2}", difference.abs())
            }
        }
        _ => String::new(),
    }
}

fn figures(look: Look<'_>, board: &Dashboard, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut lines = Vec::new();
    let style_of = |at: usize| {
        if at == board.selected {
            if board.in_shares {
                look.theme.resting()
            } else {
                look.theme.selected()
            }
        } else {
            Style::new()
        }
    };
    for (at, part) in board.alerts.iter().enumerate() {
        let n = part.pile.as_ref().map_or_else(
            || "..".to_owned(),
            |p| format!("{}{}", p.total, if p.more { "+" } else { "" }),
        );
        let alarming = part.pile.as_ref().is_some_and(|p| p.total > 0);
        let style = style_of(at);
        let name = text::pad(
            &format!(" {}", look.words.get(part.section.key())),
            cells.saturating_sub(10),
        );
        let number = text::pad_left(&n, 9);
        let number_style = if alarming {
            style.patch(look.theme.bad())
        } else {
            style
        };
        lines.push(Line::from(vec![
            Span::styled(name, style),
            Span::styled(format!("{number} "), number_style),
        ]));
    }
    let offset = board.alerts.len();
    for (n, figure) in board.board.iter().flat_map(|b| &b.figures).enumerate() {
        let style = style_of(n + offset);
        let part = match (figure.numerator, figure.denominator) {
            (Some(n), Some(d)) if !figure.count => format!("{}/{d}", number(n)),
            _ => String::new(),
        };
        let name_cells = cells.saturating_sub(28);
        lines.push(Line::from(vec![
            Span::styled(
                text::pad(
                    &format!(" {}", look.words.name("indicator", &figure.indicator)),
                    name_cells,
                ),
                style,
            ),
            Span::styled(
                text::pad_left(&value(figure), 8),
                style.patch(look.theme.bold()),
            ),
            Span::styled(text::pad_left(&part, 11), style),
            Span::styled(text::pad_left(&change(figure), 8), style),
            Span::styled(" ", style),
        ]));
    }
    if board.board.is_none() {
        lines.push(Line::styled(
            format!("   {}", look.words.get("link-waiting")),
            look.theme.dim(),
        ));
    }
    let top = scroll_to(board.selected, lines.len(), usize::from(area.height));
    frame.render_widget(Paragraph::new(lines.split_off(top)), area);
}

/// A numerator: whole where it is, since "basically satisfied" may count for less than one.
fn number(value: f64) -> String {
    if value.fract().abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// The chosen figure: interval, exclusions, course, and how the parts compare.
fn detail(look: Look<'_>, board: &Dashboard, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut lines = Vec::new();
    match board.figure() {
        Some(figure) => {
            lines.push(Line::styled(
                text::truncate(
                    &format!(
                        "{} {}",
                        look.words.name("indicator", &figure.indicator),
                        value(figure)
                    ),
                    cells,
                ),
                look.theme.bold(),
            ));
            if let Some((low, high)) = figure.interval {
                let text = look.words.with(
                    "interval",
                    &[
                        ("low", format!("{low:.2}").into()),
                        ("high", format!("{high:.2}").into()),
                    ],
                );
                lines.push(Line::raw(text::truncate(&text, cells)));
            }
            for (reason, n) in &figure.exclusions {
                let text = look.words.with(
                    "excluded",
                    &[
                        ("reason", look.words.name("exclusion", reason).into()),
                        ("n", (*n).into()),
                    ],
                );
                lines.push(Line::styled(text::truncate(&text, cells), look.theme.dim()));
            }
            if !board.series.is_empty() {
                lines.push(Line::styled(look.words.get("trend"), look.theme.dim()));
                lines.push(Line::styled(
                    gauge::curve(&board.series, cells),
                    look.theme.accent(),
                ));
            }
            shares(look, board, usize::from(area.height), cells, &mut lines);
        }
        None => {
            for part in text::wrap(&look.words.get("dashboard-hint"), cells) {
                lines.push(Line::styled(part, look.theme.dim()));
            }
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The worst first; parts with nothing due are not ranked.
fn shares(
    look: Look<'_>,
    board: &Dashboard,
    height: usize,
    cells: usize,
    lines: &mut Vec<Line<'static>>,
) {
    if board.shares.is_empty() {
        return;
    }
    lines.push(Line::styled(
        text::truncate(
            &look.words.get(if board.by_unit {
                "by-unit"
            } else {
                "by-division"
            }),
            cells,
        ),
        look.theme.dim(),
    ));
    let room = height.saturating_sub(lines.len());
    let top = scroll_to(board.share, board.shares.len(), room);
    for (n, share) in board.shares.iter().enumerate().skip(top).take(room) {
        let style = if n == board.share && board.in_shares {
            look.theme.selected()
        } else {
            Style::new()
        };
        let of = share
            .figure
            .denominator
            .map(|d| format!(" /{d}"))
            .unwrap_or_default();
        let number = format!("{}{of}", value(&share.figure));
        let name = text::pad(
            &text::clean(&share.name),
            cells.saturating_sub(text::width(&number) + 1),
        );
        lines.push(Line::styled(format!("{name} {number}"), style));
    }
}
