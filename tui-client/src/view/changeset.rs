//! A change of boundaries before and after: side by side, or one of both where there is no room for two.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, boundaries, time};
use crate::i18n::Text;
use crate::model::boundaries::ChangesetPage;
use crate::model::changeset::{Changeset, Marked, Piece, Side, Step, Tally};
use crate::text;
use crate::widgets::map::paint::{Class, Picture};
use crate::widgets::map::panes::WIDE;

/// The most rows for the grids on one side of a step.
const ROWS: usize = 2;

/// A changeset: who put it and why, what became of what in the chosen step, both sides below.
pub fn page(look: Look<'_>, page: &ChangesetPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let put = &page.put;
    let version = put.version.into();
    let title = format!(
        " {}  {}  {}",
        look.words.with("changeset-title", &[("version", version)]),
        time::long(put.effective_from),
        boundaries::by(look, put)
    );
    let reason = format!(" {}", text::one_line(&text::clean(&put.reason)));
    let mut lines = vec![
        Line::styled(text::truncate(&title, cells), look.theme.bold()),
        Line::raw(text::truncate(&reason, cells)),
    ];
    let Some(change) = &page.change else {
        let waits = format!("   {}", look.words.get("link-waiting"));
        lines.push(Line::styled(waits, look.theme.dim()));
        frame.render_widget(Paragraph::new(lines), area);
        return;
    };
    if let Some(step) = change.chosen() {
        lines.extend(told(look, change, step, cells));
    } else {
        let none = format!(" {}", look.words.get("changeset-nothing"));
        lines.push(Line::styled(text::truncate(&none, cells), look.theme.dim()));
    }
    // No more rows than two and twice the most of a side.
    let head = u16::try_from(lines.len()).unwrap_or(area.height);
    let head = head.min(area.height);
    frame.render_widget(Paragraph::new(lines), area);
    let below = Rect {
        y: area.y + head,
        height: area.height - head,
        ..area
    };
    draw(look, change, below, frame);
}

/// What became of what: the grids before, and below them those after.
fn told(look: Look<'_>, change: &Changeset, step: &Step, cells: usize) -> Vec<Line<'static>> {
    let place = format!("{}/{}", change.step + 1, change.steps.len());
    let kind = look.words.name("boundary-change", &step.change);
    let head = format!(" {place} {kind}  ");
    let indent = " ".repeat(text::width(&head));
    let room = cells.saturating_sub(indent.len());
    let side = |key: &str, pieces: &[Piece]| {
        let told = format!("{} {}", look.words.get(key), grids(look, pieces));
        let mut rows = text::wrap(&told, room);
        if rows.len() > ROWS {
            let rest = rows.split_off(ROWS - 1);
            rows.push(text::truncate(&rest.join(" "), room));
        }
        rows
    };
    let rows = [
        side("changeset-old", &step.old),
        side("changeset-new", &step.new),
    ];
    let rows = rows.concat().into_iter().enumerate();
    rows.map(|(n, row)| {
        let start = if n == 0 { &head } else { &indent };
        Line::raw(text::truncate(&format!("{start}{row}"), cells))
    })
    .collect()
}

/// Codes, names and areas.
fn grids(look: Look<'_>, pieces: &[Piece]) -> String {
    let told = pieces.iter().map(|piece| {
        let area = format!("{:.1}", piece.area_ha);
        let area = look.words.with("hectares", &[("n", area.into())]);
        format!("{} {} {area}", piece.code, piece.name)
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return look.words.get("changeset-no-grid");
    }
    told.join("; ")
}

/// How many grids became what, in words.
pub fn tally(words: &Text, tally: &Tally) -> String {
    words.with(
        "changeset-tally",
        &[
            ("added", tally.added.into()),
            ("removed", tally.removed.into()),
            ("changed", tally.changed.into()),
            ("same", tally.same.into()),
            ("moved", format!("{:.1}", tally.moved_ha).into()),
        ],
    )
}

/// Draws both sides from [`WIDE`] columns on, else the one that is looked at, and how many grids became what. Grids
/// that differ have a ground of their own, the others only their borders and names.
pub fn draw(look: Look<'_>, change: &Changeset, area: Rect, frame: &mut Frame<'_>) {
    let tally = tally(look.words, &change.tally);
    let foot = Rect {
        y: area.bottom().saturating_sub(1),
        height: area.height.min(1),
        ..area
    };
    let mut spans = legend(look);
    let used: usize = spans.iter().map(Span::width).sum();
    let room = usize::from(area.width).saturating_sub(used);
    let tally = text::truncate(&format!(" {tally}"), room);
    spans.push(Span::styled(tally, look.theme.dim()));
    frame.render_widget(Line::from(spans), foot);
    let maps = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    if area.width < WIDE {
        side(look, change, change.side, maps, frame);
        return;
    }
    let width = (maps.width - 1) / 2;
    let left = Rect { width, ..maps };
    let right = Rect {
        x: maps.right() - width,
        width,
        ..maps
    };
    let rule = Rect {
        x: left.right(),
        width: 1,
        ..maps
    };
    let rows = (0..rule.height).map(|_| Line::styled("│", look.theme.dim()));
    frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), rule);
    side(look, change, Side::Before, left, frame);
    side(look, change, Side::After, right, frame);
}

/// What the grounds and signs of grids mean.
fn legend(look: Look<'_>) -> Vec<Span<'static>> {
    let classes = [
        (Class::Chosen, "changeset-this"),
        (Class::Changed, "changeset-others"),
    ];
    let told = classes.map(|(class, key)| {
        let sign = if look.theme.mono { class.sign() } else { " " };
        let told = format!("{sign}{} ", look.words.get(key));
        Span::styled(told, class.style(look.theme))
    });
    told.into()
}

/// One side below its title.
fn side(look: Look<'_>, change: &Changeset, side: Side, area: Rect, frame: &mut Frame<'_>) {
    let (key, marked): (_, &Marked) = match side {
        Side::Before => ("changeset-before", &change.before),
        Side::After => ("changeset-after", &change.after),
    };
    let mut title = format!(" {}", look.words.get(key));
    if marked.sheet.is_schematic() {
        title.push(' ');
        title.push_str(&look.words.get("map-schematic"));
    }
    let head = Rect {
        height: area.height.min(1),
        ..area
    };
    let line = text::truncate(&title, usize::from(area.width));
    frame.render_widget(Line::styled(line, look.theme.bold()), head);
    let room = Rect {
        y: head.bottom(),
        height: area.height - head.height,
        ..area
    };
    let cells = (room.width, room.height);
    let raster = marked.sheet.raster(change.viewport(cells), cells);
    let pieces = change.pieces(side);
    let tiles = marked.tiles(pieces);
    let picture = Picture {
        raster: &raster,
        tiles: &tiles,
        selected: pieces.first().map(|piece| piece.grid),
        here: None,
        theme: look.theme,
    };
    frame.render_widget(picture, room);
}
