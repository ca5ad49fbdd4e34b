//! The first screen: what is most urgent stands first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to};
use crate::model::list::Row;
use crate::model::screens::{Home, Part};
use crate::text;
use crate::widgets::rows::{self, Columns};

pub fn draw(look: Look<'_>, home: &Home, area: Rect, frame: &mut Frame<'_>) {
    if home.split && area.width >= 70 {
        split(look, home, area, frame);
    } else {
        stacked(look, home, area, frame);
    }
}

/// `3 (超期 1)`, or that it is being fetched.
fn count(look: Look<'_>, part: &Part) -> String {
    match &part.pile {
        None => "..".to_owned(),
        Some(pile) => {
            let more = if pile.more { "+" } else { "" };
            if pile.overdue > 0 {
                look.words.with(
                    "count-overdue",
                    &[
                        ("n", format!("{}{more}", pile.total).into()),
                        ("late", pile.overdue.into()),
                    ],
                )
            } else {
                format!("{}{more}", pile.total)
            }
        }
    }
}

/// All parts one below the other.
fn stacked(look: Look<'_>, home: &Home, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut chosen_line = 0;
    let rows_of = |part: &Part| part.pile.clone().unwrap_or_default().rows;
    let all: Vec<Row> = home.parts.iter().flat_map(rows_of).collect();
    let columns = Columns::of(all.iter(), look.words, cells);
    for (at, part) in home.parts.iter().enumerate() {
        let here = at == home.part;
        let mark = if here { "▸" } else { " " };
        let title = format!(
            "{mark}{} {} {} ",
            at + 1,
            look.words.get(part.section.key()),
            count(look, part)
        );
        let rule = "─".repeat(cells.saturating_sub(text::width(&title)));
        let style = if here {
            look.theme.bold()
        } else {
            ratatui::style::Style::new()
        };
        if here {
            chosen_line = lines.len();
        }
        lines.push(Line::from(vec![
            Span::styled(title, style),
            Span::styled(rule, look.theme.dim()),
        ]));
        let Some(pile) = &part.pile else { continue };
        if pile.rows.is_empty() {
            // One line each would push the others off a small screen.
            if here {
                let none = look.words.get(empty_key(part));
                lines.push(Line::styled(
                    format!("   {}", text::truncate(&none, cells.saturating_sub(3))),
                    look.theme.dim(),
                ));
            }
            continue;
        }
        for (n, row) in pile.rows.iter().enumerate() {
            let chosen = (here && n == home.row).then(|| look.theme.selected());
            if chosen.is_some() {
                chosen_line = lines.len();
            }
            lines.push(rows::line(
                row,
                look.words,
                look.theme,
                look.now,
                (cells, columns),
                chosen,
            ));
        }
        if pile.total > pile.rows.len() {
            let more = look.words.with(
                "count-more",
                &[("n", (pile.total - pile.rows.len()).into())],
            );
            lines.push(Line::styled(format!("   {more}"), look.theme.dim()));
        }
    }
    let top = scroll_to(chosen_line, lines.len(), usize::from(area.height));
    frame.render_widget(Paragraph::new(lines.split_off(top)), area);
}

const fn empty_key(part: &Part) -> &'static str {
    match part.section {
        crate::model::list::Section::Drafts => "empty-drafts",
        crate::model::list::Section::MyReports => "empty-my-reports",
        _ => "empty-part",
    }
}

/// Queues on the left as number and overdue, the chosen one's list on the right.
fn split(look: Look<'_>, home: &Home, area: Rect, frame: &mut Frame<'_>) {
    let queue_width = if area.width >= 100 { 28 } else { 22 };
    let left = Rect {
        width: queue_width,
        ..area
    };
    let right = Rect {
        x: area.x + queue_width + 1,
        width: area.width - queue_width - 1,
        ..area
    };
    let cells = usize::from(queue_width);
    for (at, part) in home.parts.iter().enumerate() {
        let y = area.y + u16::try_from(at).unwrap_or(u16::MAX - area.y);
        if y >= area.bottom() {
            break;
        }
        let count = match &part.pile {
            None => "..".to_owned(),
            Some(pile) => format!(
                "{}{}/{}",
                pile.total,
                if pile.more { "+" } else { "" },
                pile.overdue
            ),
        };
        let late = part.pile.as_ref().is_some_and(|p| p.overdue > 0);
        let name = look.words.get(part.section.key());
        let name = text::pad(
            &format!("{:>2} {name}", at + 1),
            cells.saturating_sub(text::width(&count) + 1),
        );
        let style = match (at == home.part, home.in_list) {
            (true, false) => look.theme.selected(),
            (true, true) => look.theme.bold(),
            _ => ratatui::style::Style::new(),
        };
        let count_style = if late {
            style.patch(look.theme.bad())
        } else {
            style
        };
        let line = Line::from(vec![
            Span::styled(name, style),
            Span::styled(format!("{count} "), count_style),
        ]);
        frame.render_widget(
            line,
            Rect {
                y,
                height: 1,
                ..left
            },
        );
    }
    for y in area.top()..area.bottom() {
        frame.render_widget(
            Span::styled("│", look.theme.dim()),
            Rect {
                x: left.right(),
                y,
                width: 1,
                height: 1,
            },
        );
    }
    queue_rows(look, home, right, frame);
}

/// The rows of the chosen queue.
fn queue_rows(look: Look<'_>, home: &Home, right: Rect, frame: &mut Frame<'_>) {
    let Some(part) = home.parts.get(home.part) else {
        return;
    };
    let mut lines = vec![Line::styled(
        text::truncate(
            &format!(
                "{} {}",
                look.words.get(part.section.key()),
                look.words.get("by-time-left")
            ),
            usize::from(right.width),
        ),
        look.theme.dim(),
    )];
    if let Some(pile) = &part.pile {
        if pile.rows.is_empty() {
            lines.push(Line::styled(
                look.words.get(empty_key(part)),
                look.theme.dim(),
            ));
        }
        let cells = usize::from(right.width);
        let columns = Columns::of(pile.rows.iter(), look.words, cells).without_stage(&pile.rows);
        let height = usize::from(right.height).saturating_sub(1);
        let top = scroll_to(home.row, pile.rows.len(), height);
        for (n, row) in pile.rows.iter().enumerate().skip(top).take(height) {
            let chosen = (n == home.row).then(|| {
                if home.in_list {
                    look.theme.selected()
                } else {
                    look.theme.resting()
                }
            });
            lines.push(rows::line(
                row,
                look.words,
                look.theme,
                look.now,
                (cells, columns),
                chosen,
            ));
        }
    }
    frame.render_widget(Paragraph::new(lines), right);
}
