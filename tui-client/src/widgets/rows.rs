//! A line of a list: time left, stage, what, where.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::i18n::Text;
use crate::model::Time;
use crate::model::list::Row;
use crate::text;
use crate::theme::Theme;
use crate::view::time;

/// One row in so many cells. What is late or urgent has a sign, not only a colour.
pub fn line(
    row: &Row,
    words: &Text,
    theme: Theme,
    now: Time,
    cells: usize,
    chosen: Option<Style>,
) -> Line<'static> {
    let left_cells = 13;
    let stage_cells = if cells < 50 { 8 } else { 11 };
    let place_cells = if cells >= 56 { (cells - 30) / 2 } else { 0 };
    let number_cells = if cells >= 100 { 22 } else { 0 };
    let (left, urgency) = match row.deadline {
        Some(deadline) => time::left(words, deadline, now),
        None => (
            row.at.map(time::short).unwrap_or_default(),
            time::Urgency::None,
        ),
    };
    let sign = if urgency == time::Urgency::Late {
        "!"
    } else if row.emergency {
        "*"
    } else {
        " "
    };
    let stage = stage(row, words);
    let used = 1 + left_cells + stage_cells + place_cells + number_cells;
    let title_cells = cells.saturating_sub(used + usize::from(place_cells > 0) + 2);
    let mut title = row.title.clone();
    if !row.note.is_empty() {
        title = format!("{title} {}", row.note);
    }
    let style = |own: Style| chosen.unwrap_or(own);
    let base = style(Style::new());
    let mut spans = vec![
        Span::styled(sign.to_owned(), style(theme.bad())),
        Span::styled(text::pad(&left, left_cells), style(urgency.style(theme))),
        Span::styled(
            format!("{} ", text::pad(&stage, stage_cells)),
            style(theme.accent()),
        ),
        Span::styled(
            format!(
                "{} ",
                text::pad(&text::clean(&title.replace('\n', " ")), title_cells)
            ),
            if row.emergency || row.unread.is_some() {
                style(theme.bold())
            } else {
                base
            },
        ),
    ];
    if place_cells > 0 {
        spans.push(Span::styled(
            text::pad(&text::clean(&place(row, words)), place_cells),
            style(theme.dim()),
        ));
        spans.push(Span::styled(" ", base));
    }
    if number_cells > 0 {
        spans.push(Span::styled(
            text::pad_left(&row.number, number_cells),
            style(theme.dim()),
        ));
    }
    Line::from(spans)
}

/// The stage; of a whistle that was issued how many units have signed, or come.
fn stage(row: &Row, words: &Text) -> String {
    let Some(progress) = row.progress.filter(|p| p.called > 0) else {
        return words.name(row.family, &row.stage);
    };
    let (key, n) = if progress.signed < progress.called {
        ("progress-signed", progress.signed)
    } else {
        ("progress-arrived", progress.arrived)
    };
    words.with(key, &[("n", n.into()), ("all", progress.called.into())])
}

/// Where it is, or who is waited for.
fn place(row: &Row, words: &Text) -> String {
    if row.awaited.is_empty() {
        return row.place.clone();
    }
    words.with("awaited", &[("units", row.awaited.join(", ").into())])
}
