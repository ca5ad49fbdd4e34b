//! What happens: `update(model, message, env)` changes the model and says what is to be done.
//!
//! Pure: no clock, no network, no terminal. The time comes in [`Env`].

mod actions;
mod answers;
mod boundaries;
mod duty;
mod forms;
mod keys;
pub use keys::{context, context_of, server_address};
mod layers;
pub use layers::{Entry, conditions, menu_keys};
mod map;
pub use map::watches_mouse;
mod offer;
pub use offer::{menu, permitted, refusal};
mod open;
mod refresh;
mod registers;
pub use refresh::{listens, pace};

#[cfg(test)]
pub mod tests;

use uuid::Uuid;

use crate::keymap::Press;
use crate::model::Time;
use crate::model::app::Model;
use crate::model::draft::Draft;
use crate::model::failure::{Failure, Say};
use crate::model::request::{Heard, Reply, Request, Turn};
use crate::model::screens::{Layer, Screen};
use crate::model::session::Session;

/// What comes from outside.
pub struct Env<'a> {
    pub now: Time,
    /// New ids, in the order of time (`UUIDv7`).
    pub new_id: &'a dyn Fn() -> Uuid,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The client starts: with a kept login if there is one, and with the drafts of this machine.
    Started {
        session: Option<Session>,
        login: Option<Request>,
        drafts: Vec<Draft>,
    },
    Key(Press),
    Paste(String),
    /// At that column and row of the screen.
    Mouse(Mouse, (u16, u16)),
    Resize(u16, u16),
    /// Time has passed.
    Tick,
    /// The server's stream of events.
    Heard(Heard),
    /// With the turn that the model had when the request left.
    Answered(Request, Turn, Reply),
    /// A draft could not be kept.
    DraftLost(Failure),
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mouse {
    Click,
    WheelUp,
    WheelDown,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Call(Request),
    /// Within half a second.
    SaveDraft(Draft),
    DropDraft(Uuid),
    KeepSession(Session),
    ForgetSession,
    /// The language of the answers.
    Speak(crate::i18n::Lang),
    Quit,
}

/// Takes in what happened.
pub fn update(model: &mut Model, msg: Msg, env: &Env<'_>) -> Vec<Effect> {
    let mut out = Vec::new();
    match msg {
        Msg::Started {
            session,
            login,
            drafts,
        } => {
            model.drafts = drafts;
            open::start(model, session, login, &mut out);
        }
        Msg::Key(press) => keys::press(model, press, env, &mut out),
        Msg::Paste(text) => forms::paste(model, &text, env, &mut out),
        Msg::Mouse(mouse, at) => map::mouse(model, mouse, at, &mut out),
        Msg::Resize(width, height) => model.size = (width, height),
        Msg::Tick => refresh::tick(model, &mut out),
        Msg::Heard(heard) => refresh::heard(model, heard),
        Msg::Answered(request, turn, reply) => {
            model.waiting = model.waiting.saturating_sub(1);
            answers::take(model, request, turn, reply, env, &mut out);
        }
        Msg::DraftLost(failure) => {
            model.complain(Say::about("notice-draft-lost", "cause", failure.detail));
        }
    }
    map::settle(model);
    model.waiting += out.iter().filter(|e| matches!(e, Effect::Call(_))).count();
    out
}

/// The report form or action form that has the keyboard, however it is reached.
fn page_or_layer_form(model: &mut Model) -> Option<&mut crate::model::form::Form> {
    match model.layers.last_mut() {
        Some(Layer::Action(action)) => Some(&mut action.form),
        Some(Layer::Filter(form) | Layer::Sign { form, .. }) => Some(form),
        Some(Layer::Change(open)) => Some(&mut open.form),
        Some(_) => None,
        None => match model.stack.last_mut() {
            Some(Screen::Login(login)) => Some(&mut login.form),
            Some(Screen::Report(page)) => Some(&mut page.form),
            _ => None,
        },
    }
}
