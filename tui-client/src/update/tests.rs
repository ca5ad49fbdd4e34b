use std::cell::Cell;

use crossterm::event::KeyCode;
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

use KeyCode::{Char, Delete, Down, Enter, Esc, F, Right, Tab};

#[test]
fn a_worker_logs_in_and_sees_what_is_urgent_first() {
    let mut bench = Bench::new();
    bench.write("grid_worker1").press(Enter);
    bench.write("secret").press(Enter);
    assert!(matches!(bench.asked.as_slice(), [Request::Login { .. }]));
    bench.settle();
    let Some(Screen::Home(home)) = bench.model.screen() else {
        panic!("not at home")
    };
    assert_eq!(home.current().unwrap().title, "道路塌陷");
    assert!(
        bench
            .effects
            .iter()
            .any(|e| matches!(e, Effect::KeepSession(_)))
    );
}

#[test]
fn a_wrong_password_keeps_the_name() {
    let mut bench = Bench::new();
    bench.write("grid_worker1").press(Enter);
    bench.write("wrong").press(Enter);
    let request = bench.asked.remove(0);
    bench.answered(request, Err(Failure::new(Kind::Login, "no")));
    let Some(Screen::Login(page)) = bench.model.screen() else {
        panic!("not at login")
    };
    assert_eq!(page.form.text("username"), "grid_worker1");
    assert!(!page.form.sending);
    assert!(bench.model.notice.as_ref().unwrap().bad);
}

#[test]
fn a_report_is_filed_and_its_case_opens() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    bench
        .focus("text")
        .write("路面塌陷")
        .focus("submit")
        .press(Enter);
    let Some(Request::Report(report)) = bench.asked.first().cloned() else {
        panic!("not sent")
    };
    assert_eq!(report.body["matter"], "event-99998");
    assert_eq!(
        report.body["place"]["grid"], "320707101201001",
        "the worker's own grid"
    );
    assert_eq!(report.body["id"], report.draft.to_string());
    bench.settle();
    assert!(
        matches!(bench.model.screen(), Some(Screen::Case(c)) if c.id == report.draft.to_string())
    );
    assert!(bench.effects.contains(&Effect::DropDraft(report.draft)));
    assert!(bench.model.drafts.is_empty());
}

#[test]
fn a_report_with_a_whistle_proposes_units_until_somebody_chooses() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.picked("lead")[0].id, "jtys-zw");
    assert_eq!(form.picked("assist")[0].id, "gs");
    bench.focus("lead").keys(&[Enter]);
    bench.write("zh").keys(&[Enter]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("bll").keys(&[Enter]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.picked("lead")[0].id, "zfj", "chosen by hand");
    assert_eq!(form.picked("assist")[0].id, "gs");
}

#[test]
fn a_lost_connection_loses_no_report_and_makes_no_double() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("路面有垃圾")
        .focus("submit");
    bench.online = false;
    bench.press(Enter);
    let Some(Request::Report(first)) = bench.asked.first().cloned() else {
        panic!("not sent")
    };
    assert!(
        bench.saved().last().unwrap().maybe_sent,
        "kept before it leaves"
    );
    bench.settle();
    assert!(matches!(bench.model.link, Link::Lost { .. }));
    assert_eq!(bench.model.drafts.len(), 1);
    bench.online = true;
    bench.focus("submit").press(Enter);
    let Some(Request::Report(second)) = bench.asked.first().cloned() else {
        panic!("not sent again")
    };
    assert_eq!(first, second, "the same words under the same key");
}

#[test]
fn leaving_a_report_keeps_it_and_it_can_be_taken_up_again() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("路面有垃圾")
        .keys(&[Esc]);
    let Some(Screen::Home(home)) = bench.model.screen() else {
        panic!("not at home")
    };
    let drafts = home
        .parts
        .iter()
        .position(|p| p.section == crate::model::list::Section::Drafts)
        .unwrap();
    assert_eq!(
        home.parts[drafts].pile.as_ref().unwrap().rows[0].title,
        "路面有垃圾"
    );
    let digit = char::from_digit(u32::try_from(drafts + 1).unwrap(), 10).unwrap();
    bench.keys(&[Char(digit), Enter]);
    let Some(Screen::Report(page)) = bench.model.screen() else {
        panic!("not in the report")
    };
    assert_eq!(page.form.text("text"), "路面有垃圾");
}

#[test]
fn a_draft_is_discarded_only_at_the_second_press() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("x")
        .keys(&[Esc, Char('4'), Delete]);
    assert_eq!(bench.model.drafts.len(), 1);
    bench.keys(&[Down, Char('4'), Delete]);
    assert_eq!(bench.model.drafts.len(), 1, "another key between");
    bench.keys(&[Delete]);
    assert!(bench.model.drafts.is_empty());
}

#[test]
fn only_actions_that_may_be_taken_are_offered() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    let Some(Screen::Case(page)) = bench.model.screen() else {
        panic!("no case")
    };
    assert!(page.allowed().iter().all(|o| o.action != "close"));
    bench.keys(&[F(7)]);
    assert!(matches!(bench.model.layers.last(), Some(Layer::Why { .. })));
}

#[test]
fn verifying_asks_for_the_units_only_when_it_failed() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('3')]);
    bench.focus("passed").keys(&[Char('1')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert!(form.field("assignments").is_none());
    bench.focus("passed").keys(&[Char('2')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert!(form.field("assignments").is_some());
}

#[test]
fn what_cannot_be_undone_is_asked_twice() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('5')]);
    bench
        .focus("assignment")
        .keys(&[Char('1')])
        .focus("response")
        .keys(&[Char('5')])
        .focus("quality")
        .keys(&[Char('4')])
        .focus("submit")
        .press(Enter);
    assert!(bench.asked.is_empty(), "only armed");
    bench.press(Enter);
    let Some(Request::Act(act)) = bench.asked.first() else {
        panic!("not sent")
    };
    assert_eq!(
        (
            act.fields["response"].clone(),
            act.fields["quality"].clone()
        ),
        (5.into(), 4.into())
    );
    assert_eq!(act.version.as_deref(), Some("\"9\""));
}

#[test]
fn an_action_that_asks_nothing_is_taken_at_once() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('4')]);
    assert!(
        matches!(bench.model.layers.last(), Some(Layer::Action(_))),
        "a whistle asks"
    );
    let action = match bench.model.layers.last() {
        Some(Layer::Action(action)) => action.clone(),
        _ => unreachable!(),
    };
    assert_eq!(
        action.form.picked("lead")[0].name,
        "交通运输局柘汪站",
        "proposed"
    );
}

#[test]
fn an_ended_login_brings_everything_back_after_the_password() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    bench.press(F(5));
    let request = bench.asked.remove(0);
    bench.answered(request, Err(Failure::new(Kind::Login, "ended")));
    assert!(matches!(bench.model.screen(), Some(Screen::Login(l)) if l.again));
    bench.write("secret").press(Enter);
    bench.settle();
    assert!(matches!(bench.model.screen(), Some(Screen::Case(_))));
}

#[test]
fn a_form_whose_case_moved_on_keeps_its_words() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('3')]);
    bench
        .focus("passed")
        .keys(&[Char('1')])
        .focus("note")
        .write("已清理")
        .focus("submit")
        .press(Enter);
    let request = bench.asked.remove(0);
    bench.answered(request, Err(Failure::new(Kind::Conflict, "stale")));
    assert!(matches!(bench.model.layers.last(), Some(Layer::Trouble(_))));
    bench.settle();
    bench.keys(&[Esc]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.text("note"), "已清理");
    assert!(!form.sending);
}

#[test]
fn faults_of_the_server_stand_at_their_fields() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("路面有垃圾")
        .focus("submit")
        .press(Enter);
    let request = bench.asked.remove(0);
    let mut failure = Failure::new(Kind::Invalid, "wrong");
    failure.faults.push(("/text".into(), "too short".into()));
    bench.answered(request, Err(failure));
    bench.keys(&[Esc]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.focused().unwrap().name, "text");
    assert!(form.field("text").unwrap().fault.is_some());
}

#[test]
fn closing_shows_the_link_for_the_resident() {
    let mut bench = Bench::logged_in("registrar");
    let act = crate::model::request::Act {
        draft: Uuid::nil(),
        case_id: "case-1".into(),
        target: crate::model::case::Target::Case,
        action: "close".into(),
        fields: serde_json::Map::new(),
        photos: Vec::new(),
        version: None,
    };
    let request = Request::Act(act);
    let answer = sample::answer(&request);
    bench.answered(request, Ok(answer));
    assert!(matches!(
        bench.model.layers.last(),
        Some(Layer::Rating { .. })
    ));
}

#[test]
fn the_resident_in_clear_is_shown_once_and_kept_nowhere() {
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[F(4), Char('2'), Enter]);
    let act = crate::model::request::Act {
        draft: Uuid::nil(),
        case_id: "case-1".into(),
        target: crate::model::case::Target::Case,
        action: crate::model::action::UNMASK.into(),
        fields: serde_json::Map::new(),
        photos: Vec::new(),
        version: None,
    };
    let request = Request::Act(act);
    let answer = sample::answer(&request);
    bench.answered(request, Ok(answer));
    assert!(matches!(bench.model.layers.last(),
        Some(Layer::Resident { resident, .. }) if resident.telephone == "13812345678"));
    bench.press(Esc);
    assert!(bench.model.layers.is_empty());
    assert!(!format!("{:?}", bench.model).contains("13812345678"));
}

#[test]
fn who_saw_residents_is_for_auditors() {
    let entries = |post| menu(&Bench::logged_in(post).model);
    assert!(entries("auditor").contains(&Entry::Unmaskings));
    assert!(!entries("registrar").contains(&Entry::Unmaskings));
}

#[test]
fn figures_open_to_their_cases() {
    let mut bench = Bench::logged_in("supervisor");
    bench.keys(&[Down, Down, Down, Down, Enter]);
    let Some(Screen::List(page)) = bench.model.screen() else {
        panic!("no list")
    };
    assert!(
        matches!(&page.source, crate::model::screens::ListSource::Behind { indicator, .. } if indicator == "closure_rate")
    );
    assert_eq!(page.rows.len(), 50);
    bench.keys(&[KeyCode::End]);
    let Some(Screen::List(page)) = bench.model.screen() else {
        panic!("no list")
    };
    assert_eq!(page.rows.len(), 100, "the next page comes by itself");
}

#[test]
fn the_next_period_is_asked_for_anew() {
    let mut bench = Bench::logged_in("supervisor");
    bench.press(Right);
    assert!(bench.asked.iter().any(|r| matches!(r, Request::Board(range)
        if range.period == crate::model::figures::Period::LastMonth)));
}

#[test]
fn letters_of_an_input_method_are_explained_where_keys_are_commands() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.press(Char('报'));
    assert_eq!(
        bench.model.notice.as_ref().unwrap().say.key,
        "notice-input-method"
    );
}

#[test]
fn quitting_takes_two_presses() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.press(F(10));
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.press(Tab).press(F(10));
    assert!(
        !bench.effects.contains(&Effect::Quit),
        "a key between takes it back"
    );
    bench.press(F(10));
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn a_paste_never_works_as_keys() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]).focus("address");
    bench.send(Msg::Paste("村口\r\n东侧\u{1b}[A".into()));
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.text("address"), "村口 东侧[A");
    assert_eq!(form.focused().unwrap().name, "address");
}

fn any_press() -> impl Strategy<Value = Press> {
    let code = prop_oneof![
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down,
            KeyCode::Left, KeyCode::Right, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End,
            KeyCode::Backspace, KeyCode::Delete, KeyCode::Insert, KeyCode::Null,
        ]),
        2 => (1u8..=12).prop_map(KeyCode::F),
        2 => prop::sample::select("0123456789 jk/:?报网👨x1".chars().collect::<Vec<_>>()).prop_map(KeyCode::Char),
    ];
    (code, prop::bool::weighted(0.05)).prop_map(|(code, ctrl)| Press {
        ctrl,
        ..Press::plain(code)
    })
}

#[derive(Clone, Debug)]
enum Step {
    Press(Press),
    Paste(String),
    Size(u16, u16),
    Tick,
    /// Answers the oldest question: well, or with this kind of failure.
    Answer(Option<Kind>),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => any_press().prop_map(Step::Press),
        1 => "\\PC{0,40}".prop_map(Step::Paste),
        1 => (0u16..130, 0u16..50).prop_map(|(w, h)| Step::Size(w, h)),
        1 => Just(Step::Tick),
        5 => Just(Step::Answer(None)),
        1 => prop::sample::select(vec![
            Kind::Network, Kind::Login, Kind::Forbidden, Kind::NotFound, Kind::Conflict, Kind::Invalid, Kind::Server,
        ]).prop_map(|k| Step::Answer(Some(k))),
    ]
}

/// What may be lost only on purpose: drafts that hold something.
fn drafts(model: &Model) -> Vec<Uuid> {
    model.drafts.iter().map(|d| d.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever is pressed, pasted, answered or resized: nothing panics, the picture can be drawn,
    /// the focus lies in the form, and no draft disappears unless it was sent or discarded.
    #[test]
    fn nothing_breaks_and_no_draft_is_lost(
        post in prop::sample::select(vec!["grid_worker", "registrar", "unit_leader", "supervisor"]),
        steps in prop::collection::vec(any_step(), 1..120),
    ) {
        let mut bench = Bench::logged_in(post);
        for step in steps {
            let before = drafts(&bench.model);
            let from = bench.effects.len();
            match step {
                Step::Press(press) => bench.send(Msg::Key(press)),
                Step::Paste(text) => bench.send(Msg::Paste(text)),
                Step::Size(w, h) => bench.send(Msg::Resize(w, h)),
                Step::Tick => bench.send(Msg::Tick),
                Step::Answer(kind) => {
                    if !bench.asked.is_empty() {
                        let request = bench.asked.remove(0);
                        let reply = match kind {
                            None => Ok(sample::answer(&request)),
                            Some(kind) => Err(Failure::new(kind, "why")),
                        };
                        bench.answered(request, reply);
                    }
                }
            }
            let dropped: Vec<Uuid> = bench.effects[from..]
                .iter()
                .filter_map(|e| if let Effect::DropDraft(id) = e { Some(*id) } else { None })
                .collect();
            let after = drafts(&bench.model);
            for id in before {
                prop_assert!(after.contains(&id) || dropped.contains(&id), "a draft was lost");
            }
            if let Some(form) = page_or_layer_form(&mut bench.model) {
                prop_assert!(form.fields.is_empty() || form.focused().is_some_and(|f| !f.hidden));
                for field in &form.fields {
                    if let Control::Choice { options, chosen: Some(c) } = &field.control {
                        prop_assert!(*c < options.len());
                    }
                }
            }
            let (w, h) = bench.model.size;
            let mut terminal = Terminal::new(TestBackend::new(w, h)).unwrap();
            let words = Text::new(bench.model.lang);
            let look = Look { model: &bench.model, theme: Theme::default(), words: &words, now: sample::now() };
            let mut caret = None;
            terminal.draw(|f| caret = view(look, f).caret).unwrap();
            if let Some(at) = caret {
                prop_assert!(at.x < w && at.y < h, "caret {at:?} outside {w}x{h}");
            }
        }
    }
}

fn notice(bench: &Bench) -> &'static str {
    bench.model.notice.as_ref().map_or("", |n| n.say.key)
}

#[test]
fn a_key_that_the_posts_do_not_permit_says_so() {
    let cases = [
        ("supervisor", F(2), "notice-no-report-post"),
        ("supervisor", F(3), "notice-no-whistle-post"),
        ("unit_leader", F(2), "notice-no-report-post"),
        ("unit_leader", F(3), "notice-no-whistle-post"),
        ("registrar", F(3), "notice-no-whistle-post"),
        ("dispatcher", F(2), "notice-no-report-post"),
        ("dispatcher", F(3), "notice-whistle-on-a-case"),
        ("grid_worker", F(6), "notice-unused-key"),
    ];
    for (post, key, said) in cases {
        let mut bench = Bench::logged_in(post);
        bench.keys(&[key]);
        assert_eq!(notice(&bench), said, "{post} {key:?}");
        assert_eq!(bench.model.stack.len(), 1, "nothing has opened");
    }
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[F(2)]);
    let Some(Screen::Report(page)) = bench.model.screen() else {
        panic!("a registrar reports")
    };
    assert!(
        page.form.fields.iter().all(|f| f.name != "whistle"),
        "without a whistle"
    );
}

#[test]
fn no_key_is_offered_that_would_only_be_refused() {
    use crate::keymap::Command::{Menu, Report, Whistle};
    let shown = |bench: &Bench, command| refusal(&bench.model, command).is_none();
    let mut bench = Bench::logged_in("grid_worker");
    assert!(shown(&bench, Report) && shown(&bench, Whistle) && shown(&bench, Menu));
    bench.keys(&[F(2)]);
    assert!(!shown(&bench, Report), "one is being written");
    bench.keys(&[F(4)]);
    assert!(!shown(&bench, Report), "the menu is open");
    bench.keys(&[F(5)]);
    assert_eq!(notice(&bench), "notice-close-first");
    let entries = |post: &str| menu(&Bench::logged_in(post).model);
    assert!(!entries("supervisor").contains(&Entry::Report));
    assert!(!entries("supervisor").contains(&Entry::MyReports));
    assert!(!entries("grid_worker").contains(&Entry::Dashboard));
    assert!(entries("supervisor").contains(&Entry::Dashboard));
}

#[test]
fn a_whistle_joins_the_report_that_is_being_written() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]);
    bench.focus("text").write("路面塌陷");
    bench.keys(&[F(3)]);
    let Some(Screen::Report(page)) = bench.model.screen() else {
        panic!("the report has gone")
    };
    assert_eq!(page.form.text("text"), "路面塌陷");
    assert!(page.form.is_on("whistle"));
    assert_eq!(page.form.focused().unwrap().name, "kind");
}

#[test]
fn posts_that_have_changed_change_what_is_offered() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.answered(
        Request::Me,
        Ok(Answer::Session(sample::session("supervisor"))),
    );
    bench.keys(&[F(2)]);
    assert_eq!(notice(&bench), "notice-no-report-post");
}

#[test]
fn the_stream_brings_the_next_question_forward_and_asks_nothing_itself() {
    let seconds = |bench: &Bench| pace(&bench.model).as_secs();
    let mut bench = Bench::logged_in("grid_worker");
    assert_eq!(seconds(&bench), 15);
    assert!(listens(&bench.model).is_some());
    bench.send(Msg::Heard(Heard::Open));
    bench.send(Msg::Tick);
    bench.settle();
    assert_eq!(seconds(&bench), 60, "the stream would tell");
    for _ in 0..100 {
        bench.send(Msg::Heard(Heard::Moved));
    }
    assert!(bench.asked.is_empty());
    assert_eq!(seconds(&bench), 1);
    bench.send(Msg::Tick);
    let asked = bench.asked.len();
    assert_eq!(asked, 4, "one question for each part of the screen");
    bench.send(Msg::Heard(Heard::Moved));
    bench.send(Msg::Tick);
    assert_eq!(bench.asked.len(), asked, "not while answers are awaited");
    bench.settle();
    bench.send(Msg::Tick);
    assert_eq!(bench.asked.len(), asked, "what came meanwhile is fetched");
}

#[test]
fn news_does_not_touch_a_form_and_is_fetched_after_it() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.send(Msg::Heard(Heard::Open));
    bench.keys(&[F(2)]);
    bench.send(Msg::Heard(Heard::Moved));
    bench.send(Msg::Tick);
    assert!(bench.asked.is_empty());
    assert_eq!(pace(&bench.model).as_secs(), 60, "nothing to hurry for");
    bench.press(Esc);
    assert!(!bench.asked.is_empty());
}

#[test]
fn a_lost_stream_is_followed_by_a_question_and_the_old_pace() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.send(Msg::Heard(Heard::Open));
    bench.send(Msg::Tick);
    bench.settle();
    bench.send(Msg::Heard(Heard::Lost));
    assert_eq!(pace(&bench.model).as_secs(), 1);
    bench.online = false;
    bench.send(Msg::Tick);
    bench.settle();
    assert!(matches!(bench.model.link, Link::Lost { .. }));
    assert_eq!(pace(&bench.model).as_secs(), 3);
    bench.online = true;
    bench.send(Msg::Tick);
    bench.settle();
    assert_eq!(pace(&bench.model).as_secs(), 15, "no stream yet");
}

#[test]
fn nobody_listens_before_the_login_or_after_it_has_ended() {
    let mut bench = Bench::new();
    assert!(listens(&bench.model).is_none());
    bench = Bench::logged_in("grid_worker");
    bench.answered(Request::Me, Err(Failure::new(Kind::Login, "ended")));
    assert!(listens(&bench.model).is_none());
}

#[test]
fn work_begins_at_the_first_queue_that_the_posts_work_off() {
    for (post, section) in [
        ("registrar", Section::ToAccept),
        ("dispatcher", Section::ToDispatch),
    ] {
        let bench = Bench::logged_in(post);
        let Some(Screen::Home(home)) = bench.model.screen() else {
            panic!("not at home")
        };
        // The emergencies come first for everybody.
        let rest = &home.parts[1..];
        assert!(home.rows(0) > 0 && home.part == 0);
        let mut quiet = Bench::logged_in(post);
        quiet.answered(
            Request::Section(Section::Emergencies),
            Ok(Answer::Pile(crate::model::list::Pile::default())),
        );
        let Some(Screen::Home(home)) = quiet.model.screen() else {
            panic!("not at home")
        };
        assert_eq!(rest[home.part - 1].section, section, "{post}");
    }
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

#[test]
fn nothing_is_started_from_the_offers_of_before_an_action() {
    let (mut bench, request) = verifying();
    let before = bench.model.turn;
    bench.answered(request.clone(), Ok(sample::answer(&request)));
    for key in [Char('5'), Enter, F(3)] {
        bench.press(key);
        assert_eq!(notice(&bench), "notice-offers-old", "{key:?}");
        assert!(bench.model.layers.is_empty(), "{key:?} has opened a form");
    }
    // What was asked for before the action knows nothing of it.
    let case = Request::Case(page(&bench).id.clone());
    let late = Msg::Answered(case.clone(), before, Ok(sample::answer(&case)));
    bench.send(late);
    assert!(page(&bench).is_old());
    bench.settle();
    assert!(!page(&bench).is_old());
    assert_eq!(notice(&bench), "", "the wait is over");
    bench.press(Char('5'));
    assert!(matches!(bench.model.layers.last(), Some(Layer::Action(_))));
}

#[test]
fn a_form_left_while_it_is_being_sent_gives_back_no_offers() {
    let (mut bench, request) = verifying();
    bench.keys(&[Esc]);
    bench.press(Char('5'));
    assert_eq!(notice(&bench), "notice-offers-old");
    bench.answered(request, Err(Failure::new(Kind::Server, "broken")));
    bench.keys(&[Esc]);
    bench.press(Char('5'));
    assert!(
        matches!(bench.model.layers.last(), Some(Layer::Action(_))),
        "nothing has changed, so the offers hold"
    );
}

#[test]
fn an_answer_in_the_former_language_is_dropped_and_asked_anew() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    let shown = page(&bench).dossier.clone().unwrap();
    bench.press(F(8));
    let (english, asked) = (bench.model.turn, std::mem::take(&mut bench.asked));
    assert!(asked.iter().any(|r| matches!(r, Request::Case(_))));
    bench.press(F(8));
    bench.settle();
    for request in asked {
        let mut answer = sample::answer(&request);
        if let Answer::Case(dossier) = &mut answer {
            dossier.case.text = "in English".into();
        }
        bench.send(Msg::Answered(request, english, Ok(answer)));
    }
    assert_eq!(page(&bench).dossier.as_ref().unwrap().case, shown.case);
    // What only forms ask for comes again; an action that was taken is taken in any language.
    bench.asked.clear();
    for (request, again) in [
        (Request::Units, true),
        (Request::Kinds(String::new()), false),
    ] {
        let answer = sample::answer(&request);
        bench.model.reference = crate::model::reference::Reference::default();
        bench.send(Msg::Answered(request.clone(), english, Ok(answer)));
        assert_eq!(bench.asked.contains(&request), again, "{request:?}");
        assert!(bench.model.reference.units.is_none());
        assert!(bench.model.reference.kinds.is_none());
    }
    let (mut bench, request) = verifying();
    let turn = bench.model.turn;
    bench.press(F(8));
    bench.send(Msg::Answered(
        request.clone(),
        turn,
        Ok(sample::answer(&request)),
    ));
    assert_eq!(notice(&bench), "notice-done");
}

#[test]
fn what_was_marked_before_stands_first_in_the_list() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('4')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    form.field_mut("assist")
        .unwrap()
        .set(&serde_json::json!([{"id": "zfj", "name": "综合行政执法局柘汪中队"}]));
    bench.focus("assist").keys(&[Enter]);
    let order = |bench: &Bench| match bench.model.layers.last() {
        Some(Layer::Picker(open)) => open
            .shown
            .iter()
            .map(|at| open.items[*at].id.clone())
            .collect::<Vec<_>>(),
        _ => panic!("no list"),
    };
    assert_eq!(order(&bench), ["zfj", "jtys-zw", "gs"]);
    bench.press(Char(' '));
    assert_eq!(order(&bench), ["zfj", "jtys-zw", "gs"], "nothing jumps");
}

#[test]
fn coordinates_alone_say_whose_committee_is_called() {
    use crate::model::request::{Around, For};
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    bench.focus("position").write("119.12,34.91");
    assert!(bench.asked.is_empty(), "not at every digit");
    bench.press(Tab);
    let Some(Request::Proposal(For::Report { place, .. })) = bench.asked.first() else {
        panic!("not asked: {:?}", bench.asked)
    };
    let at = [119.12, 34.91];
    let crs = "wgs84".to_owned();
    assert_eq!(*place, Around::Point { at, crs });
}

#[test]
fn the_link_for_the_resident_opens_again() {
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[F(4), Char('2'), Enter]);
    bench.press(F(6));
    assert_eq!(notice(&bench), "notice-no-rating-link");
    if let Some(Screen::Case(page)) = bench.model.screen_mut() {
        page.dossier.as_mut().unwrap().case.rating_link = Some("http://h/rate/a".into());
    }
    bench.press(F(6));
    assert!(matches!(bench.model.layers.last(),
        Some(Layer::Rating { link, .. }) if link == "http://h/rate/a"));
}

#[test]
fn an_untouched_form_is_no_draft() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('4')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert!(form.has_content(), "units are proposed");
    bench.keys(&[Esc]);
    assert_eq!(notice(&bench), "");
    assert!(bench.model.drafts.is_empty());
    bench.keys(&[Char('4')]);
    bench.focus("reason").write("x").keys(&[Esc]);
    assert_eq!(notice(&bench), "notice-draft-kept");
    assert_eq!(bench.model.drafts.len(), 1);
    // The same for a report, which begins with a grid and a source.
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3), Tab, Esc]);
    assert!(bench.model.drafts.is_empty());
}
