//! The map's screen: keys, the mouse, and the raster that is drawn ahead.

use crossterm::event::{Event, KeyCode};
use ratatui::layout::Position;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::{Effect, Mouse, keys, open, refresh};
use crate::keymap::{Command, Context, Press, lookup};
use crate::model::app::Model;
use crate::model::figures::{Part, Range};
use crate::model::list::{Query, Shelf};
use crate::model::map::{INDICATORS, MapGrid, MapPage, Rates};
use crate::model::screens::{ListPage, ListSource, Screen};
use crate::view::scroll_to;
use crate::widgets::map::hit::{self, Way};
use crate::widgets::map::panes::{Panes, body, divide};

/// The longest filter.
const FILTER: usize = 60;

/// Whether something on the screen can be clicked on. Elsewhere the mouse is the terminal's own, to mark and copy text.
pub fn watches_mouse(model: &Model) -> bool {
    model.layers.is_empty() && matches!(model.screen(), Some(Screen::Map(_)))
}

fn panes(model: &Model) -> Panes {
    divide(body(model.size))
}

/// Columns and rows of the map; none where there is no room for it.
fn cells(panes: &Panes) -> (u16, u16) {
    panes.map.map_or((0, 0), |map| (map.width, map.height))
}

/// After whatever has happened: the raster is ready for the picture, and without a map its list has the keyboard.
pub fn settle(model: &mut Model) {
    let panes = panes(model);
    if let Some(Screen::Map(page)) = model.screen_mut() {
        if panes.map.is_some() {
            page.keep(cells(&panes));
        } else {
            page.in_list = true;
        }
    }
}

/// A key that writes into the filter: any in the list, and on the map what means nothing else. Whether it was one.
pub fn typed(model: &mut Model, press: Press, context: Context) -> bool {
    let in_list = match context {
        Context::MapList => true,
        Context::Map => false,
        _ => return false,
    };
    let is_text = match press.code {
        KeyCode::Char(_) if press.ctrl || press.alt => false,
        KeyCode::Char(_) => in_list || lookup(context, press, false).is_none(),
        KeyCode::Backspace => true,
        KeyCode::Left | KeyCode::Right | KeyCode::Delete => in_list,
        _ => false,
    };
    let cells = cells(&panes(model));
    let Some(Screen::Map(page)) = model.screen_mut().filter(|_| is_text) else {
        return false;
    };
    if matches!(press.code, KeyCode::Char(_)) {
        page.in_list = true;
        if page.filter.value().chars().count() >= FILTER {
            return true;
        }
    }
    page.filter.handle_event(&Event::Key(press.event()));
    page.refilter();
    if let Some(grid) = page.selected {
        page.choose(grid, cells);
    }
    true
}

/// A command on the page.
pub fn command(model: &mut Model, command: Command, rows: usize, out: &mut Vec<Effect>) {
    let cells = cells(&panes(model));
    let Some(Screen::Map(page)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back if !page.filter.value().is_empty() => unfilter(page),
        Command::Back => keys::back(model, out),
        Command::NextField => page.in_list = !page.in_list,
        Command::Pan(way) => page.pan(way, cells),
        Command::ZoomIn => page.zoom(true, cells),
        Command::ZoomOut => page.zoom(false, cells),
        Command::Fit => page.fit(),
        Command::ToVillage => page.to_village(cells),
        Command::Indicator => {
            page.indicator = (page.indicator + 1) % INDICATORS.len();
            page.take_rates(None);
            refresh::screen(model, out);
        }
        Command::Period => {
            page.range.period = page.range.period.step(true);
            page.take_rates(None);
            refresh::screen(model, out);
        }
        Command::Open => open_cases(model, out),
        other if page.in_list => {
            let to = keys::moved(page.place(), page.shown().len(), other, rows);
            if let Some(grid) = page.shown().get(to).copied() {
                page.choose(grid, cells);
            }
        }
        other => {
            let next = way(other).and_then(|way| page.neighbour(way));
            if let Some(grid) = next {
                page.choose(grid, cells);
            }
        }
    }
}

const fn way(command: Command) -> Option<Way> {
    match command {
        Command::Up => Some(Way::Up),
        Command::Down => Some(Way::Down),
        Command::Left => Some(Way::Left),
        Command::Right => Some(Way::Right),
        _ => None,
    }
}

fn unfilter(page: &mut MapPage) {
    page.filter = Input::default();
    page.refilter();
}

/// The cases of the chosen grid: those that stand in its rate, or all where no rates may be seen.
fn open_cases(model: &mut Model, out: &mut Vec<Effect>) {
    let figures = model
        .session
        .as_ref()
        .is_some_and(|s| s.may("read_figures"));
    let Some(Screen::Map(page)) = model.screen() else {
        return;
    };
    let Some(grid) = page.chosen().map(|grid| grid.code.clone()) else {
        return;
    };
    let source = if figures {
        ListSource::Behind {
            range: Range {
                division: grid,
                ..page.range.clone()
            },
            indicator: page.indicator().to_owned(),
            part: Part::Denominator,
        }
    } else {
        ListSource::Query(Query {
            division: Some(grid),
            ..Query::of(Shelf::Cases)
        })
    };
    open::push(model, Screen::List(ListPage::new(source)), out);
}

/// The mouse: a click chooses, one on what is chosen opens it; the wheel zooms the map and moves in the list.
pub fn mouse(model: &mut Model, mouse: Mouse, (column, row): (u16, u16), out: &mut Vec<Effect>) {
    if !watches_mouse(model) {
        return;
    }
    let panes = panes(model);
    let cells = cells(&panes);
    let at = Position::new(column, row);
    let on_map = panes.map.filter(|map| map.contains(at));
    let Some(Screen::Map(page)) = model.screen_mut() else {
        return;
    };
    let grid = match (mouse, on_map) {
        (Mouse::WheelUp | Mouse::WheelDown, Some(_)) => {
            page.zoom(mouse == Mouse::WheelUp, cells);
            return;
        }
        (Mouse::WheelUp, None) => page.shown().get(page.place().saturating_sub(1)).copied(),
        (Mouse::WheelDown, None) => page.shown().get(page.place() + 1).copied(),
        (Mouse::Click, Some(map)) => {
            page.in_list = false;
            let raster = page.raster(cells);
            raster.and_then(|raster| hit::at(&raster, column - map.x, row - map.y))
        }
        (Mouse::Click, None) if panes.rows.contains(at) => {
            page.in_list = true;
            let height = usize::from(panes.rows.height);
            let top = scroll_to(page.place(), page.shown().len(), height);
            let line = top + usize::from(row - panes.rows.y);
            page.shown().get(line).copied()
        }
        (Mouse::Click, None) => None,
    };
    let Some(grid) = grid else { return };
    if mouse == Mouse::Click && page.selected == Some(grid) {
        open_cases(model, out);
        return;
    }
    if !page.shown().contains(&grid) {
        unfilter(page);
    }
    page.choose(grid, cells);
}

/// The maps that show a division.
fn pages<'a>(model: &'a mut Model, division: &'a str) -> impl Iterator<Item = &'a mut MapPage> {
    model
        .stack
        .iter_mut()
        .filter_map(move |screen| match screen {
            Screen::Map(page) if page.range.division == division => Some(&mut **page),
            _ => None,
        })
}

/// The grids of a division have come.
pub fn grids_came(model: &mut Model, division: &str, grids: &[MapGrid]) {
    let cells = cells(&panes(model));
    for page in pages(model, division) {
        page.take_grids(grids.to_vec());
        page.to_mark(cells);
    }
}

/// Rates have come: of another indicator or period than is looked at now they are dropped.
pub fn rates_came(model: &mut Model, range: &Range, indicator: &str, rates: &Rates) {
    for page in pages(model, &range.division) {
        if page.range == *range && page.indicator() == indicator {
            page.take_rates(Some(rates.clone()));
        }
    }
}
