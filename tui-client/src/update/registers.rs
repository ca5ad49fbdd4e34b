//! Registers: from one to the next, and the changes of their entries.

use super::{Effect, keys, refresh};
use crate::keymap::Command;
use crate::model::app::Model;
use crate::model::failure::Say;
use crate::model::registers::{ChangeForm, Entry, Register, RegistersPage};
use crate::model::request::Request;
use crate::model::screens::{Layer, Screen};

/// A command for the screen.
pub fn command(model: &mut Model, command: Command, page: usize, out: &mut Vec<Effect>) {
    let Some(Screen::Registers(open)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back => keys::back(model, out),
        Command::Left | Command::Right => {
            *open = RegistersPage::new(open.register.beside(command == Command::Right));
            refresh::screen(model, out);
        }
        Command::Open => {
            let form = open
                .entries
                .get(open.selected)
                .and_then(|entry| ChangeForm::of(open.register, entry));
            show(model, form, out);
        }
        Command::Compare => {
            let form = ChangeForm::new(open.register);
            show(model, form, out);
        }
        other => open.selected = keys::moved(open.selected, open.entries.len(), other, page),
    }
}

fn show(model: &mut Model, form: Option<ChangeForm>, out: &mut Vec<Effect>) {
    match form {
        Some(form) => {
            model.layers.push(Layer::Change(Box::new(form)));
            refresh::reference(model, out);
        }
        None => model.complain(Say::plain("notice-register-final")),
    }
}

/// Sends the open form, unless something is missing.
pub fn send(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Change(open)) = model.layers.last_mut() else {
        return;
    };
    if open.form.sending || !open.form.complete() {
        return;
    }
    open.form.sending = true;
    out.push(Effect::Call(Request::ChangeRegister(open.change())));
    model.say(Say::plain("notice-sending"));
}

/// The entries of a register have come.
pub fn came(model: &mut Model, register: Register, entries: &[Entry]) {
    if let Some(Screen::Registers(page)) = model.screen_mut()
        && page.register == register
    {
        // The selection stays on its entry.
        let chosen = page
            .entries
            .get(page.selected)
            .map(|entry| entry.code.clone());
        let stays = chosen.and_then(|code| entries.iter().position(|entry| entry.code == code));
        page.selected = stays
            .unwrap_or(page.selected)
            .min(entries.len().saturating_sub(1));
        page.entries = entries.to_vec();
        page.loading = false;
    }
}

/// It is no list for the post of whoever asks.
pub fn refused(model: &mut Model, register: Register) {
    if let Some(Screen::Registers(page)) = model.screen_mut()
        && page.register == register
    {
        page.loading = false;
        page.refused = true;
    }
}

/// A change was taken.
pub fn changed(model: &mut Model, out: &mut Vec<Effect>) {
    model
        .layers
        .retain(|layer| !matches!(layer, Layer::Change(_)));
    model.say(Say::plain("notice-register-changed"));
    refresh::screen(model, out);
}

/// Lets go of the form that was being sent.
pub fn release(model: &mut Model) {
    for layer in &mut model.layers {
        if let Layer::Change(open) = layer {
            open.form.sending = false;
        }
    }
}
