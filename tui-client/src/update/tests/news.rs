//! The stream of events, and answers that come late.

use super::*;
use crate::model::failure::Failure;
use crate::model::registers::{Register, RegistersPage};

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
fn a_register_that_is_not_for_a_post_says_so_and_waits_for_nothing() {
    let mut bench = Bench::logged_in("admin");
    let request = Request::Register(Register::Refusals);
    bench.model.stack = vec![Screen::Registers(RegistersPage::new(Register::Refusals))];
    let forbidden = Failure::new(Kind::Forbidden, "no post of yours".to_owned());
    let turn = bench.model.turn;
    bench.send(Msg::Answered(request, turn, Err(forbidden)));
    let Some(Screen::Registers(page)) = bench.model.screen() else {
        panic!("another screen");
    };
    assert!(page.refused && !page.loading);
    assert!(bench.model.notice.is_none(), "no alarm");
}
