//! The client with a sample server behind it, and what happens to it, by story.

mod anything;
mod boundaries;
mod cases;
mod login;
mod map;
mod news;
mod offered;
mod reports;

use std::cell::Cell;

use crossterm::event::KeyCode;
use crossterm::event::KeyCode::{Char, Delete, Down, Enter, Esc, F, Right, Tab};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use uuid::Uuid;

use super::*;
use crate::i18n::{Lang, Text};
use crate::model::failure::Kind;
use crate::model::form::Control;
use crate::model::list::Section;
use crate::model::request::Answer;
use crate::model::sample;
use crate::model::screens::Link;
use crate::theme::Theme;
use crate::view::{Look, view};

/// The client with the sample town behind it.
pub struct Bench {
    pub model: Model,
    ids: Cell<u128>,
    /// What was asked and not answered yet.
    pub asked: Vec<Request>,
    pub effects: Vec<Effect>,
    pub online: bool,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

impl Bench {
    pub fn new() -> Self {
        let model = Model::new(Lang::Chinese, "http://127.0.0.1:8080".into());
        let mut bench = Self {
            model,
            ids: Cell::new(1),
            asked: Vec::new(),
            effects: Vec::new(),
            online: true,
        };
        bench.send(Msg::Started {
            session: None,
            login: None,
            drafts: Vec::new(),
        });
        bench
    }

    pub fn logged_in(post: &str) -> Self {
        let mut bench = Self::new();
        bench.send(Msg::Started {
            session: Some(sample::session(post)),
            login: None,
            drafts: Vec::new(),
        });
        bench.settle();
        bench
    }

    pub fn send(&mut self, msg: Msg) {
        let ids = &self.ids;
        let new_id = || {
            ids.set(ids.get() + 1);
            Uuid::from_u128(ids.get())
        };
        let env = Env {
            now: sample::now(),
            new_id: &new_id,
        };
        for effect in update(&mut self.model, msg, &env) {
            if let Effect::Call(request) = &effect {
                self.asked.push(request.clone());
            }
            self.effects.push(effect);
        }
    }

    /// Answers what was just asked.
    fn answered(&mut self, request: Request, reply: Reply) {
        let turn = self.model.turn;
        self.send(Msg::Answered(request, turn, reply));
    }

    /// Answers everything that is asked until nothing more is.
    pub fn settle(&mut self) {
        for _ in 0..20 {
            for request in std::mem::take(&mut self.asked) {
                let reply = if self.online {
                    Ok(match (&request, &self.model.session) {
                        (Request::Me, Some(session)) => Answer::Session(session.clone()),
                        _ => sample::answer(&request),
                    })
                } else {
                    Err(Failure::new(Kind::Network, "no route"))
                };
                self.answered(request, reply);
            }
        }
    }

    pub fn press(&mut self, code: KeyCode) -> &mut Self {
        self.send(Msg::Key(Press::plain(code)));
        self
    }

    pub fn keys(&mut self, codes: &[KeyCode]) -> &mut Self {
        for code in codes {
            self.press(*code);
            self.settle();
        }
        self
    }

    pub fn write(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
        self
    }

    /// Chooses an entry of the menu.
    pub fn menu(&mut self, entry: Entry) -> &mut Self {
        let entries = menu(&self.model);
        let at = entries.iter().position(|known| *known == entry);
        self.keys(&[F(4)]);
        self.keys(&vec![Down; at.unwrap()]).keys(&[Enter])
    }

    fn focus(&mut self, name: &str) -> &mut Self {
        page_or_layer_form(&mut self.model).unwrap().go(name);
        assert_eq!(
            page_or_layer_form(&mut self.model)
                .unwrap()
                .focused()
                .unwrap()
                .name,
            name
        );
        self
    }

    fn saved(&self) -> Vec<&Draft> {
        self.effects
            .iter()
            .filter_map(|e| {
                if let Effect::SaveDraft(d) = e {
                    Some(d)
                } else {
                    None
                }
            })
            .collect()
    }
}

fn notice(bench: &Bench) -> &'static str {
    bench.model.notice.as_ref().map_or("", |n| n.say.key)
}

fn page(bench: &Bench) -> &crate::model::screens::CasePage {
    match bench.model.screen() {
        Some(Screen::Case(page)) => page,
        other => panic!("no case but {other:?}"),
    }
}

/// A verification that was sent and has not been answered.
fn verifying() -> (Bench, Request) {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('3')]);
    bench
        .focus("passed")
        .keys(&[Char('1')])
        .focus("submit")
        .press(Enter);
    let request = bench.asked.remove(0);
    assert!(matches!(request, Request::Act(_)));
    (bench, request)
}
