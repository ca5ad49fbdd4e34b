//! The page of the desk, and signing handovers.

use super::{Effect, keys, open};
use crate::keymap::Command;
use crate::model::app::Model;
use crate::model::duty::DutyBoard;
use crate::model::failure::Say;
use crate::model::form::{Field, Form};
use crate::model::request::Request;
use crate::model::screens::{Layer, Screen};

/// A command on the page.
pub fn command(model: &mut Model, command: Command, page: usize, out: &mut Vec<Effect>) {
    let name = model.session.as_ref().map(|s| s.name.clone());
    let Some(Screen::Duty(duty)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back => keys::back(model, out),
        Command::Open => {
            let items = duty.board.as_ref().map(DutyBoard::items);
            let chosen = items.and_then(|items| items.get(duty.selected));
            if let Some(id) = chosen.map(|item| item.case_id.clone()) {
                open::case(model, id, out);
            }
        }
        Command::Sign => {
            let Some(board) = &duty.board else { return };
            if board.open.is_none() {
                model.complain(Say::plain("notice-not-at-the-desk"));
                return;
            }
            // Whoever gave does not take: he waits.
            let waiting = board.waiting();
            if waiting.is_some_and(|h| Some(&h.given.name) == name.as_ref()) {
                model.complain(Say::plain("notice-waits-for-the-next"));
                return;
            }
            let taking = waiting.map(|handover| handover.id.clone());
            let mut fields = vec![Field::button("submit")];
            if taking.is_none() {
                fields.insert(0, Field::area("note"));
            }
            model.layers.push(Layer::Sign {
                form: Form::new(fields),
                taking,
            });
        }
        other => {
            let n = duty.board.as_ref().map_or(0, |board| board.items().len());
            duty.selected = keys::moved(duty.selected, n, other, page);
        }
    }
}

/// Signs what the open window is about.
pub fn send(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Sign { form, taking }) = model.layers.last_mut() else {
        return;
    };
    if form.sending {
        return;
    }
    form.sending = true;
    out.push(Effect::Call(match taking {
        Some(id) => Request::TakeOver(id.clone()),
        None => Request::HandOver(form.text("note")),
    }));
}
