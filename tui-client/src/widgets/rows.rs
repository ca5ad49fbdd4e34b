//! A line of a list: time left, stage, what, where.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::i18n::Text;
use crate::model::Time;
use crate::model::list::Row;
use crate::text;
use crate::theme::Theme;
use crate::view::time;

/// The room for the time that is left.
const LEFT: usize = 13;

/// The widths of the columns that depend on what stands in them: what is empty takes no room from the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns {
    stage: usize,
    place: usize,
}

impl Columns {
    /// As wide as the rows that stand below each other need. The place has what the titles leave, and half where
    /// they are long.
    pub fn of<'r>(rows: impl Iterator<Item = &'r Row>, words: &Text, cells: usize) -> Self {
        let (mut widest, mut title) = (Self::default(), 0);
        for row in rows {
            widest.stage = widest.stage.max(text::width(&stage(row, words)));
            widest.place = widest
                .place
                .max(text::width(&text::clean(&place(row, words))));
            title = title.max(text::width(&self::title(row)));
        }
        let stage = widest.stage.min(if cells < 50 { 8 } else { 11 });
        let left = cells.saturating_sub(LEFT + stage + title + 4 + number(cells));
        let place = match cells {
            ..56 => 0,
            _ => left.max((cells - 30) / 2),
        };
        Self {
            stage,
            place: widest.place.min(place),
        }
    }

    /// The same without the stages where all are at the same one, which the title tells.
    #[must_use]
    pub fn without_stage(self, rows: &[Row]) -> Self {
        let same = |pair: &[Row]| {
            let [a, b] = pair else { return true };
            (a.family, &a.stage, a.progress) == (b.family, &b.stage, b.progress)
        };
        let all = rows.windows(2).all(same);
        Self {
            stage: if all { 0 } else { self.stage },
            ..self
        }
    }
}

/// One row in so many cells. What is late or urgent has a sign, not only a colour.
pub fn line(
    row: &Row,
    words: &Text,
    theme: Theme,
    now: Time,
    (cells, columns): (usize, Columns),
    chosen: Option<Style>,
) -> Line<'static> {
    let Columns {
        stage: stage_cells,
        place: place_cells,
    } = columns;
    let number_cells = number(cells);
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
    let gaps = 1 + usize::from(stage_cells > 0) + usize::from(place_cells > 0);
    let used = 1 + LEFT + stage_cells + place_cells + number_cells + gaps;
    let title_cells = cells.saturating_sub(used);
    let title = title(row);
    let style = |own: Style| chosen.unwrap_or(own);
    let base = style(Style::new());
    let mut spans = vec![
        Span::styled(sign.to_owned(), style(theme.bad())),
        Span::styled(text::pad(&left, LEFT), style(urgency.style(theme))),
        Span::styled(
            text::pad(&stage, stage_cells) + if stage_cells > 0 { " " } else { "" },
            style(theme.accent()),
        ),
        Span::styled(
            format!("{} ", text::pad(&title, title_cells)),
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

/// What it is about, in one line.
fn title(row: &Row) -> String {
    let title = match row.note.as_str() {
        "" => row.title.clone(),
        note => format!("{} {note}", row.title),
    };
    text::clean(&title.replace('\n', " "))
}

/// The room for the case's number, where there is some.
const fn number(cells: usize) -> usize {
    if cells >= 100 { 22 } else { 0 }
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
