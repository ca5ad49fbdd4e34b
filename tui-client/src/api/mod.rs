//! The way to the server.
//!
//! [`Gateway`] is all that the rest of the client knows of it: a request goes in, an answer or a
//! reasoned refusal comes out. Tests answer in its place.

mod server;

use std::pin::Pin;
use std::rc::Rc;

use crate::i18n::Lang;
use crate::model::request::{Reply, Request};
use crate::model::session::Session;

pub use server::Server;

/// An answer that will come.
pub type Pending = Pin<Box<dyn Future<Output = Reply>>>;

/// Answers requests.
pub trait Gateway {
    /// Asks. A login that succeeds holds for what follows.
    fn call(self: Rc<Self>, request: Request) -> Pending;

    /// From now on answers come in this language.
    fn speak(&self, lang: Lang);

    /// From now on this login holds.
    fn hold(&self, session: Option<Session>);
}
