//! A change of boundaries before and after: side by side, or one of both where there is no room for two.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::Look;
use crate::model::changeset::{Changeset, Marked, Side};
use crate::text;
use crate::widgets::map::paint::Picture;
use crate::widgets::map::panes::WIDE;

/// Draws both sides from [`WIDE`] columns on, else the one that is looked at, and how many grids became what. Grids
/// that differ have a ground of their own, the others only their borders and names.
pub fn draw(look: Look<'_>, change: &Changeset, area: Rect, frame: &mut Frame<'_>) {
    let tally = look.words.with(
        "changeset-tally",
        &[
            ("added", change.tally.added.into()),
            ("removed", change.tally.removed.into()),
            ("changed", change.tally.changed.into()),
            ("same", change.tally.same.into()),
        ],
    );
    let foot = Rect {
        y: area.bottom().saturating_sub(1),
        height: area.height.min(1),
        ..area
    };
    let line = text::truncate(&format!(" {tally}"), usize::from(area.width));
    frame.render_widget(Line::styled(line, look.theme.dim()), foot);
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
    let raster = marked
        .sheet
        .raster(change.viewport, (room.width, room.height));
    let tiles = marked.tiles();
    let picture = Picture {
        raster: &raster,
        tiles: &tiles,
        selected: None,
        here: None,
        theme: look.theme,
    };
    frame.render_widget(picture, room);
}
