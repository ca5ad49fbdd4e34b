//! Asking again: what a screen needs from the server.

use std::time::Duration;

use super::Effect;
use crate::model::app::Model;
use crate::model::draft::Of;
use crate::model::list::{Pile, Row, Section};
use crate::model::request::{Heard, Request};
use crate::model::screens::{Layer, Link, ListPage, ListSource, Screen};
use crate::model::session::Session;

/// Asks for everything that the top screen shows.
pub fn screen(model: &Model, out: &mut Vec<Effect>) {
    let Some(screen) = model.screen() else { return };
    let mut ask = |request| out.push(Effect::Call(request));
    match screen {
        Screen::Login(_) | Screen::Report(_) => {}
        Screen::Home(home) => {
            for part in home.parts.iter().filter(|p| p.section != Section::Drafts) {
                ask(Request::Section(part.section));
            }
        }
        Screen::Case(page) => ask(Request::Case(page.id.clone())),
        Screen::List(page) => ask(list(page, None)),
        Screen::Dashboard(board) => {
            for part in &board.alerts {
                ask(Request::Section(part.section));
            }
            ask(Request::Board(board.range.clone()));
        }
        Screen::Map(page) => {
            // Boundaries weigh much and change seldom: who opens the map anew gets them anew.
            if page.sheet.is_none() {
                ask(Request::Map(page.range.division.clone()));
            }
            if model
                .session
                .as_ref()
                .is_some_and(|s| s.may("read_figures"))
            {
                ask(Request::Rates {
                    range: page.range.clone(),
                    indicator: page.indicator().to_owned(),
                });
            }
        }
        Screen::Duty(_) => ask(Request::Duty),
        Screen::Registers(page) => ask(Request::Register(page.register)),
        Screen::Boundaries(_) => ask(Request::Changesets(None)),
        // What was put stays as it was put.
        Screen::Changeset(page) => {
            if page.change.is_none() {
                ask(Request::Sides(Box::new(page.put.clone())));
            }
        }
        Screen::Grids(page) => match page.path.last() {
            Some(division) => {
                if division.level == "village" {
                    ask(Request::Grids(division.code.clone()));
                } else {
                    ask(Request::Divisions(division.code.clone()));
                }
            }
            None => ask(Request::Divisions(String::new())),
        },
    }
}

/// Asks how much of what one is told was not read.
pub fn unread(model: &Model, out: &mut Vec<Effect>) {
    let session = model.session.as_ref();
    if session.is_some_and(|s| s.may("read_notices")) {
        out.push(Effect::Call(Request::Unread));
    }
}

/// The request for a page of a list.
pub fn list(page: &ListPage, cursor: Option<String>) -> Request {
    match &page.source {
        ListSource::Query(query) => Request::List {
            query: query.clone(),
            cursor,
        },
        ListSource::Behind {
            range,
            indicator,
            part,
        } => Request::Behind {
            range: range.clone(),
            indicator: indicator.clone(),
            part: *part,
            cursor,
        },
    }
}

/// What forms choose from, unless it is here already.
pub fn reference(model: &Model, out: &mut Vec<Effect>) {
    let known = &model.reference;
    if known.matters.is_none() {
        out.push(Effect::Call(Request::Matters));
    }
    if known.grids.is_none() {
        out.push(Effect::Call(Request::Grids(String::new())));
    }
    if known.units.is_none() {
        out.push(Effect::Call(Request::Units));
    }
    if known.kinds.is_none() {
        out.push(Effect::Call(Request::Kinds(String::new())));
    }
}

/// Whether the screen may change under the reader: not while somebody fills in a form. A list that
/// was paged further down would jump: it is refreshed by key.
fn may_change(model: &Model) -> bool {
    let reading = model
        .layers
        .last()
        .is_none_or(|l| matches!(l, Layer::Why { .. } | Layer::Help { .. }));
    reading
        && match model.screen() {
            Some(Screen::Report(_) | Screen::Login(_)) | None => false,
            Some(Screen::List(page)) => page.selected == 0,
            Some(Screen::Boundaries(page)) => page.selected == 0,
            Some(_) => true,
        }
}

/// Who is to hear the server's stream of events: whoever is logged in, until the login ends.
pub fn listens(model: &Model) -> Option<&Session> {
    model
        .session
        .as_ref()
        .filter(|_| !matches!(model.screen(), Some(Screen::Login(_))))
}

/// How long to wait before asking again. What the stream tells is fetched after a second, so that
/// many events make one question; without the stream the screen is asked for every quarter of a
/// minute, with it seldom, in case something got lost.
pub fn pace(model: &Model) -> Duration {
    Duration::from_secs(match model.link {
        Link::Lost { .. } => 3,
        _ if model.stale && may_change(model) => 1,
        _ if model.live => 60,
        _ => 15,
    })
}

/// The stream of events: what it says is fetched at the next tick, which comes soon.
pub fn heard(model: &mut Model, heard: Heard) {
    match heard {
        // Something may have happened while nobody listened.
        Heard::Open => {
            model.live = true;
            model.stale = true;
        }
        Heard::Moved => model.stale = true,
        // The next question shows whether the server is there at all.
        Heard::Lost => model.stale = std::mem::take(&mut model.live) || model.stale,
    }
}

/// Asks again, unless answers are awaited.
pub fn tick(model: &mut Model, out: &mut Vec<Effect>) {
    if model.session.is_none() || model.waiting > 0 {
        return;
    }
    if may_change(model) {
        model.stale = false;
        screen(model, out);
        unread(model, out);
    } else if matches!(model.link, Link::Lost { .. }) {
        // One small question, to see whether the connection is back.
        out.push(Effect::Call(Request::Me));
    }
}

/// Puts the drafts of the one who is logged in on the first screen.
pub fn drafts(model: &mut Model) {
    let Some(session) = &model.session else {
        return;
    };
    let mut mine: Vec<_> = model
        .drafts
        .iter()
        .filter(|d| d.username == session.username && d.server == session.server)
        .collect();
    mine.sort_by_key(|d| std::cmp::Reverse(d.updated_at));
    let rows: Vec<Row> = mine
        .iter()
        .map(|d| Row {
            case_id: d.id.to_string(),
            number: match &d.of {
                Of::Report => String::new(),
                Of::Action { number, .. } => number.clone(),
            },
            title: d.title(),
            family: "action",
            stage: match &d.of {
                Of::Report => "report".into(),
                Of::Action { action, .. } => action.clone(),
            },
            at: Some(d.updated_at),
            ..Row::default()
        })
        .collect();
    for screen in &mut model.stack {
        if let Screen::Home(home) = screen {
            for (at, part) in home.parts.iter_mut().enumerate() {
                if part.section == Section::Drafts {
                    let n = rows.len();
                    if at == home.part {
                        home.row = home.row.min(n.saturating_sub(1));
                    }
                    part.pile = Some(Pile {
                        total: n,
                        rows: rows.clone(),
                        ..Pile::default()
                    });
                }
            }
        }
    }
}

/// Asks how the parts of a figure compare, and for its course.
pub fn figure(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Screen::Dashboard(board)) = model.screen_mut() else {
        return;
    };
    board.shares.clear();
    board.series.clear();
    board.share = 0;
    let Some(figure) = board.figure() else { return };
    let (range, indicator) = (board.range.clone(), figure.indicator.clone());
    let by_unit = board.by_unit;
    out.push(Effect::Call(Request::Shares {
        range: range.clone(),
        indicator: indicator.clone(),
        by_unit,
    }));
    out.push(Effect::Call(Request::Series { range, indicator }));
}
