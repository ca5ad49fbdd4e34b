//! What every screen has: the bar at the top, the notice and the keys at the bottom.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Look, time};
use crate::keymap::{self, Key};
use crate::model::screens::{Layer, Link};
use crate::text;
use crate::update::{context, refusal};
use crate::widgets::field::say;

/// Draws the frame and gives the room between.
pub fn draw(look: Look<'_>, frame: &mut Frame<'_>) -> Rect {
    let area = frame.area();
    let bar = Rect { height: 1, ..area };
    frame.render_widget(top(look, usize::from(area.width)), bar);
    let notice = Rect {
        y: area.bottom() - 2,
        height: 1,
        ..area
    };
    frame.render_widget(bottom(look, usize::from(area.width)), notice);
    let keys = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    frame.render_widget(footer(look, usize::from(area.width)), keys);
    Rect {
        y: area.y + 1,
        height: area.height - 3,
        ..area
    }
}

/// Who, as what, where; on the right the server, the language and the connection.
fn top(look: Look<'_>, cells: usize) -> Line<'static> {
    let model = look.model;
    let words = look.words;
    let mut left = format!(" {} ", words.get("product"));
    if let Some(session) = &model.session {
        left.push_str(&text::clean(&session.name));
        if let Some(post) = session.leading() {
            _ = write!(
                left,
                " {} {}",
                words.name("post", &post.post),
                scope(look, &post.scope_name)
            );
        }
    }
    let host = model
        .server
        .split("://")
        .last()
        .unwrap_or_default()
        .to_owned();
    let state = match model.link {
        Link::Idle => words.get("link-idle"),
        Link::Online { fresh } => {
            let key = if model.live {
                "link-live"
            } else {
                "link-online"
            };
            words.with(key, &[("at", time::clock(fresh).into())])
        }
        Link::Lost { since, .. } => {
            let seconds = (look.now - since).num_seconds().max(0);
            match seconds / 60 {
                0 => words.with("link-lost", &[("s", seconds.into())]),
                minutes => words.with("link-lost-minutes", &[("m", minutes.into())]),
            }
        }
    };
    let lang = words.get("language-short");
    let state_style = match model.link {
        Link::Lost { .. } => look.theme.bar().patch(look.theme.bad()),
        _ => look.theme.bar(),
    };
    let told = unread(look);
    let mut right = format!(" {told}{host} {lang} ");
    if text::width(&right) + text::width(&state) + text::width(&left) > cells {
        right = format!(" {told}{lang} ");
    }
    let state = format!("{state} ");
    let room = cells.saturating_sub(text::width(&right) + text::width(&state));
    Line::from(vec![
        Span::styled(
            text::pad(&left, room),
            look.theme.bar().patch(look.theme.bold()),
        ),
        Span::styled(right, look.theme.bar()),
        Span::styled(state, state_style),
    ])
}

/// How much of what one is told was not read; nothing where all was.
fn unread(look: Look<'_>) -> String {
    let unread = look.model.unread;
    if unread.count == 0 || look.model.session.is_none() {
        return String::new();
    }
    let more = if unread.more { "+" } else { "" };
    let count = format!("{}{more}", unread.count);
    let words = look.words.with("unread-notices", &[("n", count.into())]);
    let key = keymap::key_of(keymap::Command::Inbox).map(Key::name);
    format!("{} {words} ", key.unwrap_or_default())
}

/// What a post extends over: of several grids the first and how many there are.
fn scope(look: Look<'_>, name: &str) -> String {
    let parts: Vec<&str> = name.split(", ").collect();
    match parts.as_slice() {
        [first, _, ..] => look.words.with(
            "scope-several",
            &[
                ("first", text::clean(first).into()),
                ("n", parts.len().into()),
            ],
        ),
        _ => text::clean(name),
    }
}

/// The notice of the moment; else that something is on its way; else, while the connection is
/// lost, what that means.
fn bottom(look: Look<'_>, cells: usize) -> Line<'static> {
    let model = look.model;
    let (text, style) = match (&model.notice, model.link) {
        (Some(notice), _) => {
            let style = if notice.bad {
                look.theme.bad()
            } else {
                look.theme.good()
            };
            (say(look.words, &notice.say), style)
        }
        (
            None,
            Link::Lost {
                fresh: Some(fresh), ..
            },
        ) => (
            look.words
                .with("link-lost-since", &[("at", time::clock(fresh).into())]),
            look.theme.warn(),
        ),
        (None, Link::Lost { fresh: None, .. }) => {
            (look.words.get("link-lost-never"), look.theme.warn())
        }
        (None, _) if model.waiting > 0 => (look.words.get("link-waiting"), look.theme.dim()),
        (None, _) => (String::new(), look.theme.dim()),
    };
    Line::styled(text::truncate(&format!(" {text}"), cells), style)
}

/// As many keys as fit, the most important first; help and menu always.
fn footer(look: Look<'_>, cells: usize) -> Line<'static> {
    let context = context(look.model);
    let mut spans = Vec::new();
    let mut used = 0;
    for binding in keymap::footer(context) {
        if refusal(look.model, binding.command).is_some() {
            continue;
        }
        let key = binding
            .keys
            .first()
            .map(|k| Key::name(*k))
            .unwrap_or_default();
        let filter = matches!(look.model.layers.last(), Some(Layer::Filter(_)));
        let word = look.words.get(match binding.command {
            keymap::Command::Save if filter => "key-apply",
            _ => binding.key,
        });
        let cost = text::width(&key) + text::width(&word) + 3;
        if used + cost > cells {
            continue;
        }
        used += cost;
        spans.push(Span::styled(format!(" {key}"), look.theme.bold()));
        spans.push(Span::styled(format!(" {word} "), look.theme.dim()));
    }
    Line::from(spans)
}
