//! Changes of boundaries: the list of changesets, and one of them before and after.

use super::{Effect, keys, open};
use crate::keymap::Command;
use crate::model::app::Model;
use crate::model::boundaries::{ChangesetPage, Puts, Sides};
use crate::model::request::Request;
use crate::model::screens::Screen;

/// A command for the list.
pub fn list(model: &mut Model, command: Command, rows: usize, out: &mut Vec<Effect>) {
    let Some(Screen::Boundaries(page)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back => keys::back(model, out),
        Command::Open => {
            let Some(put) = page.rows.get(page.selected).cloned() else {
                return;
            };
            let page = ChangesetPage { put, change: None };
            open::push(model, Screen::Changeset(Box::new(page)), out);
        }
        other => {
            let n = page.rows.len();
            page.selected = keys::moved(page.selected, n, other, rows);
            // The next page comes before the end is reached.
            if page.selected + rows >= n && !page.loading && page.next.is_some() {
                page.loading = true;
                out.push(Effect::Call(Request::Changesets(page.next.clone())));
            }
        }
    }
}

/// A command for the changeset that is open.
pub fn changeset(model: &mut Model, command: Command, out: &mut Vec<Effect>) {
    if command == Command::Back {
        keys::back(model, out);
        return;
    }
    let Some(Screen::Changeset(page)) = model.screen_mut() else {
        return;
    };
    let Some(change) = &mut page.change else {
        return;
    };
    let last = change.steps.len().saturating_sub(1);
    match command {
        // Round and round: from the last one to the first.
        Command::NextField if change.step >= last => change.step = 0,
        Command::NextField => change.step += 1,
        Command::PreviousField if change.step == 0 => change.step = last,
        Command::PreviousField => change.step -= 1,
        Command::First => change.step = 0,
        Command::Last => change.step = last,
        Command::Toggle => change.turn(),
        Command::ZoomIn => change.near = true,
        Command::Fit => change.near = false,
        _ => {}
    }
}

/// A page of changesets has come. One that was asked for before the list was started anew fits nowhere.
pub fn puts_came(model: &mut Model, cursor: Option<&str>, puts: Puts) {
    for screen in &mut model.stack {
        if let Screen::Boundaries(page) = screen
            && (cursor.is_none() || page.next.as_deref() == cursor)
        {
            page.take(puts, cursor.is_some());
            return;
        }
    }
}

/// Both sides of a changeset have come.
pub fn sides_came(model: &mut Model, sides: &Sides) {
    for screen in &mut model.stack {
        if let Screen::Changeset(page) = screen
            && page.put == sides.put
            && page.change.is_none()
        {
            page.change = Some(sides.compared());
        }
    }
}
