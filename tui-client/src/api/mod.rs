//! The way to the server, and the only part that knows the generated client.
//!
//! [`Gateway`] is all that the rest of the client knows of it: a request goes in, an answer or a
//! reasoned refusal comes out. Tests answer in its place.

mod boundaries;
mod cases;
mod duty;
mod fail;
mod figures;
mod map;
mod notices;
mod preview;
mod reference;
mod registers;
mod server;
mod stream;
mod work;

use std::pin::Pin;
use std::rc::Rc;

use crate::i18n::Lang;
use crate::model::request::{Heard, Reply, Request};
use crate::model::session::Session;
use crate::model::{Time, china};

pub use server::Server;

/// An answer that will come.
pub type Pending = Pin<Box<dyn Future<Output = Reply>>>;

/// Takes in what the stream of events says.
pub type Ear = Rc<dyn Fn(Heard)>;

/// How listening came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// The connection is gone: worth another try.
    Again,
    /// There is nothing to hear with this login.
    GiveUp,
}

/// Answers requests.
pub trait Gateway {
    /// Asks. A login that succeeds holds for what follows.
    fn call(self: Rc<Self>, request: Request) -> Pending;

    /// Hears the server's stream of events until it ends.
    fn listen(self: Rc<Self>, ear: Ear) -> Pin<Box<dyn Future<Output = Listening>>>;

    /// From now on answers come in this language.
    fn speak(&self, lang: Lang);

    /// From now on this login holds.
    fn hold(&self, session: Option<Session>);
}

/// Calls a setter of a generated builder where there is a value.
macro_rules! maybe {
    ($builder:expr, $($name:ident = $value:expr),+ $(,)?) => {{
        let builder = $builder;
        $(let builder = match $value {
            Some(value) => builder.$name(value),
            None => builder,
        };)+
        builder
    }};
}
use maybe;

/// An instant as the server writes it, in the time of China.
fn time(at: chrono::DateTime<chrono::Utc>) -> Time {
    at.with_timezone(&china())
}

/// The same where there may be none.
fn maybe_time(at: Option<chrono::DateTime<chrono::Utc>>) -> Option<Time> {
    at.map(time)
}
