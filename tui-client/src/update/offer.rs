//! What is offered here and now: by the posts of the one who is logged in, and by the page.
//!
//! The footer, the help and the menu show what is offered; a key that is not says why.

use super::Entry;
use super::answers::OLD_OFFERS;
use crate::keymap::Command;
use crate::model::app::Model;
use crate::model::failure::Say;
use crate::model::list::Shelf;
use crate::model::screens::{Layer, ListSource, Screen};

/// Why the command does nothing here; `None` where it is offered.
pub fn refusal(model: &Model, command: Command) -> Option<Say> {
    let everywhere = matches!(
        command,
        Command::Report | Command::Whistle | Command::Menu | Command::Refresh | Command::Inbox
    );
    if everywhere && (model.session.is_none() || matches!(model.screen(), Some(Screen::Login(_)))) {
        return Some(Say::plain("notice-log-in-first"));
    }
    let in_menu = matches!(model.layers.last(), Some(Layer::Menu { .. }));
    let of_menu = in_menu && command != Command::Refresh;
    if everywhere && !model.layers.is_empty() && !of_menu {
        return Some(Say::plain("notice-close-first"));
    }
    let key = match command {
        Command::Report => report(model),
        Command::Whistle => whistle(model),
        Command::Rating => rating(model),
        Command::Inbox => inbox(model),
        Command::Indicator | Command::Period => {
            (!may(model, "read_figures")).then_some("notice-no-rates")
        }
        Command::AllRead => (!in_inbox(model)).then_some("notice-no-inbox"),
        Command::Sign => (!may(model, "hand_over")).then_some("notice-not-at-the-desk"),
        _ if keeps_registers(model, command) && !may(model, "keep_registers") => {
            Some("notice-keeps-no-registers")
        }
        // A form has nothing that could be old.
        Command::Refresh if matches!(model.screen(), Some(Screen::Report(_))) => {
            Some("notice-reporting-already")
        }
        Command::Back if model.layers.is_empty() && model.stack.len() <= 1 => {
            Some("notice-first-screen")
        }
        _ => None,
    };
    key.map(Say::plain)
}

/// Whether the posts permit the command somewhere.
pub fn permitted(model: &Model, command: Command) -> bool {
    let what = match command {
        Command::Report => "report",
        Command::Whistle => "request_whistle",
        _ => return true,
    };
    model.session.as_ref().is_none_or(|s| s.may(what))
}

/// The lines of the menu that the posts permit, in order.
pub fn menu(model: &Model) -> Vec<Entry> {
    let may = |what: &str| may(model, what);
    Entry::ALL
        .into_iter()
        .filter(|entry| match entry {
            Entry::Report | Entry::MyReports => may("report"),
            Entry::Whistle => whistle(model).is_none(),
            Entry::Dashboard => may("read_figures"),
            Entry::Unmaskings => may("read_unmaskings"),
            Entry::Duty => may("read_roster"),
            Entry::Inbox => may("read_notices"),
            Entry::Registers => may("read_lists"),
            Entry::Boundaries => may("read_reference"),
            Entry::Cases | Entry::Tasks | Entry::Whistles => may("read_cases"),
            _ => true,
        })
        .collect()
}

/// Whether what one is told is seen.
pub fn in_inbox(model: &Model) -> bool {
    let query = match model.screen() {
        Some(Screen::List(page)) => &page.source,
        _ => return false,
    };
    matches!(query, ListSource::Query(query) if query.shelf == Shelf::Notices)
}

fn may(model: &Model, what: &str) -> bool {
    model.session.as_ref().is_some_and(|s| s.may(what))
}

/// Whether the command would change a register.
fn keeps_registers(model: &Model, command: Command) -> bool {
    model.layers.is_empty()
        && matches!(model.screen(), Some(Screen::Registers(_)))
        && matches!(command, Command::Open | Command::Compare)
}

fn inbox(model: &Model) -> Option<&'static str> {
    (!may(model, "read_notices"))
        .then_some("notice-no-notices")
        .or_else(|| in_inbox(model).then_some("notice-inbox-open"))
}

fn report(model: &Model) -> Option<&'static str> {
    match model.screen() {
        Some(Screen::Report(_)) => Some("notice-reporting-already"),
        _ => (!model.session.as_ref()?.may("report")).then_some("notice-no-report-post"),
    }
}

/// The link is there while the resident's answer is awaited, for whoever hands it over.
fn rating(model: &Model) -> Option<&'static str> {
    let there = matches!(model.screen(), Some(Screen::Case(page))
        if page.dossier.as_ref().is_some_and(|d| d.case.rating_link.is_some()));
    (!there).then_some("notice-no-rating-link")
}

/// On a case its own offers decide; elsewhere a report is filed with the whistle.
fn whistle(model: &Model) -> Option<&'static str> {
    let session = model.session.as_ref()?;
    if !session.may("request_whistle") {
        return Some("notice-no-whistle-post");
    }
    match model.screen() {
        Some(Screen::Case(page)) if page.is_old() => Some(OLD_OFFERS),
        Some(Screen::Case(page)) => {
            let offered = page.allowed().iter().any(|o| o.action == "request_whistle");
            (!offered).then_some("notice-no-whistle-here")
        }
        _ => (!session.may("report")).then_some("notice-whistle-on-a-case"),
    }
}
