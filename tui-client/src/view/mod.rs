//! The picture: `view(model, …)` draws and says where the caret is. It changes nothing.

mod boundaries;
mod case;
mod changeset;
mod dashboard;
mod duty;
mod form;
mod frame;
mod grids;
mod home;
mod layers;
mod list;
mod login;
mod map;
mod registers;
pub mod time;

pub use changeset::tally;
pub use dashboard::value as figure_value;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::i18n::Text;
use crate::model::Time;
use crate::model::app::Model;
use crate::model::screens::Screen;
use crate::theme::Theme;

/// What a drawing needs beside the room.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub model: &'a Model,
    pub theme: Theme,
    pub words: &'a Text,
    pub now: Time,
}

/// Where things are after drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawMap {
    /// Where the terminal's cursor stands; absent where nothing is typed.
    pub caret: Option<Position>,
}

/// The smallest screen on which something can be read.
const SMALLEST: (u16, u16) = (20, 5);

/// Draws everything.
pub fn view(look: Look<'_>, frame: &mut Frame<'_>) -> DrawMap {
    let area = frame.area();
    let mut map = DrawMap::default();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let text = crate::text::truncate(&look.words.get("too-small"), usize::from(area.width));
        frame.render_widget(
            ratatui::text::Line::raw(text),
            Rect {
                height: area.height.min(1),
                ..area
            },
        );
        return map;
    }
    let body = frame::draw(look, frame);
    match look.model.screen() {
        Some(Screen::Login(page)) => map.caret = login::draw(look, page, body, frame),
        Some(Screen::Home(page)) => home::draw(look, page, body, frame),
        Some(Screen::Report(page)) => map.caret = form::report(look, page, body, frame),
        Some(Screen::Case(page)) => case::draw(look, page, body, frame),
        Some(Screen::List(page)) => list::draw(look, page, body, frame),
        Some(Screen::Dashboard(page)) => dashboard::draw(look, page, body, frame),
        Some(Screen::Grids(page)) => grids::draw(look, page, body, frame),
        Some(Screen::Map(page)) => map.caret = map::draw(look, page, body, frame),
        Some(Screen::Duty(page)) => duty::draw(look, page, body, frame),
        Some(Screen::Registers(page)) => registers::draw(look, page, body, frame),
        Some(Screen::Boundaries(page)) => boundaries::draw(look, page, body, frame),
        Some(Screen::Changeset(page)) => changeset::page(look, page, body, frame),
        None => {}
    }
    for layer in &look.model.layers {
        map.caret = layers::draw(look, layer, body, frame);
    }
    look.theme.translate(frame.buffer_mut());
    if let Some(caret) = map.caret {
        frame.set_cursor_position(caret);
    }
    map
}

/// The first line to show so that the chosen one is seen, a little above the edge where possible.
pub(crate) fn scroll_to(chosen: usize, lines: usize, height: usize) -> usize {
    if lines <= height {
        return 0;
    }
    chosen
        .saturating_sub(height.saturating_sub(2))
        .min(lines - height)
}
