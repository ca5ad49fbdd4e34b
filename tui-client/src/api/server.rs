//! The server behind the gateway.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Gateway, Pending};
use crate::i18n::Lang;
use crate::model::failure::{Failure, Kind};
use crate::model::request::Request;
use crate::model::session::Session;

/// The way to a server over HTTP.
#[derive(Debug, Default)]
pub struct Server {
    session: RefCell<Option<Session>>,
}

impl Server {
    pub fn new() -> Rc<Self> {
        Rc::new(Self::default())
    }
}

impl Gateway for Server {
    fn call(self: Rc<Self>, request: Request) -> Pending {
        Box::pin(async move { Err(Failure::new(Kind::Network, format!("{request:?}"))) })
    }

    fn speak(&self, _lang: Lang) {}

    fn hold(&self, session: Option<Session>) {
        *self.session.borrow_mut() = session;
    }
}
