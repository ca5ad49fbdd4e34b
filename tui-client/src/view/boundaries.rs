//! The changesets of boundaries, the newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, case, scroll_to, time};
use crate::model::boundaries::{BoundariesPage, Put};
use crate::text;

/// The widths of the version, of an instant, and of the number of changes.
const VERSION: usize = 5;
const INSTANT: usize = 16;
const COUNT: usize = 4;

/// From so many columns on there is room for who put it.
const WIDE: usize = 70;

pub fn draw(look: Look<'_>, page: &BoundariesPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let more = if page.next.is_some() { "+" } else { "" };
    let title = format!(
        " {}  {}/{}{more}",
        look.words.get("menu-boundaries"),
        (page.selected + 1).min(page.rows.len()),
        page.rows.len()
    );
    let mut lines = vec![
        Line::styled(text::truncate(&title, cells), look.theme.bold()),
        heads(look, cells),
    ];
    if page.rows.is_empty() {
        let key = if page.loading {
            "link-waiting"
        } else {
            "empty-list"
        };
        lines.push(Line::styled(
            format!("   {}", look.words.get(key)),
            look.theme.dim(),
        ));
    }
    let height = usize::from(area.height).saturating_sub(2);
    let top = scroll_to(page.selected, page.rows.len(), height);
    for (n, put) in page.rows.iter().enumerate().skip(top).take(height) {
        lines.push(line(look, put, cells, n == page.selected));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// What stands in the columns: version, from when, who, why, how many changes.
fn columns(cells: usize) -> [usize; 5] {
    let who = if cells < WIDE { 0 } else { cells / 4 };
    let gaps = 4 + usize::from(who > 0);
    let why = cells.saturating_sub(VERSION + INSTANT + COUNT + who + gaps);
    [VERSION, INSTANT, who, why, COUNT]
}

fn heads(look: Look<'_>, cells: usize) -> Line<'static> {
    let keys = [
        "boundaries-version",
        "boundaries-from",
        "boundaries-by",
        "boundaries-reason",
        "boundaries-changes",
    ];
    let told = keys.map(|key| look.words.get(key));
    Line::styled(spread(&told, cells), look.theme.dim())
}

fn line(look: Look<'_>, put: &Put, cells: usize, chosen: bool) -> Line<'static> {
    let style = if chosen {
        look.theme.selected()
    } else {
        Style::new()
    };
    let told = [
        put.version.to_string(),
        time::long(put.effective_from),
        by(look, put),
        text::one_line(&text::clean(&put.reason)),
        put.notes.len().to_string(),
    ];
    Line::from(Span::styled(spread(&told, cells), style))
}

/// The columns in one line. One without room is left away with its gap.
fn spread(told: &[String; 5], cells: usize) -> String {
    let mut line = String::from(" ");
    for (told, room) in told.iter().zip(columns(cells)) {
        if room > 0 {
            line.push_str(&text::pad(told, room));
            line.push(' ');
        }
    }
    text::pad(&line, cells)
}

/// Who put it, as in the history of a case.
pub fn by(look: Look<'_>, put: &Put) -> String {
    match &put.by {
        Some(person) => case::person(look, person),
        None => look.words.get("boundaries-by-operator"),
    }
}
