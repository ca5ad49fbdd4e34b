//! Everything that the client knows while it runs.

use super::draft::Draft;
use super::failure::Say;
use super::reference::Reference;
use super::request::{Turn, Unread};
use super::screens::{Layer, Link, Screen};
use super::session::Session;
use crate::i18n::Lang;

/// The whole state.
#[derive(Clone, Debug)]
pub struct Model {
    pub lang: Lang,
    /// Columns and rows.
    pub size: (u16, u16),
    pub server: String,
    pub session: Option<Session>,
    pub link: Link,
    pub stack: Vec<Screen>,
    pub layers: Vec<Layer>,
    pub notice: Option<Notice>,
    pub reference: Reference,
    pub drafts: Vec<Draft>,
    /// Notices that were not read.
    pub unread: Unread,
    /// Requests on their way.
    pub waiting: usize,
    /// Counts what makes earlier questions old: an action taken, another language.
    pub turn: Turn,
    /// The turn at which the language was last changed: older answers are in another one.
    pub spoken: Turn,
    /// The server tells at once when something has happened.
    pub live: bool,
    /// Something has happened since the screen was asked for.
    pub stale: bool,
    /// The key to quit was pressed once.
    pub leaving: bool,
    /// The draft whose discarding was pressed once.
    pub discarding: Option<String>,
}

/// A line for the moment; the next key takes it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub say: Say,
    pub bad: bool,
}

impl Model {
    pub fn new(lang: Lang, server: String) -> Self {
        Self {
            lang,
            size: (80, 24),
            server,
            session: None,
            link: Link::Idle,
            stack: Vec::new(),
            layers: Vec::new(),
            notice: None,
            reference: Reference::default(),
            drafts: Vec::new(),
            unread: Unread::default(),
            waiting: 0,
            turn: 0,
            spoken: 0,
            live: false,
            stale: false,
            leaving: false,
            discarding: None,
        }
    }

    pub fn screen(&self) -> Option<&Screen> {
        self.stack.last()
    }

    pub fn screen_mut(&mut self) -> Option<&mut Screen> {
        self.stack.last_mut()
    }

    pub fn say(&mut self, say: Say) {
        self.notice = Some(Notice { say, bad: false });
    }

    pub fn complain(&mut self, say: Say) {
        self.notice = Some(Notice { say, bad: true });
    }

    /// Rows between the bar and the footer.
    pub const fn body_rows(&self) -> usize {
        self.size.1.saturating_sub(4) as usize
    }
}
