//! Actions on the page of a case.

use super::*;

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
    bench.menu(Entry::Cases).keys(&[Enter]);
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
fn the_link_for_the_resident_opens_again() {
    let mut bench = Bench::logged_in("registrar");
    bench.menu(Entry::Cases).keys(&[Enter]);
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
fn what_a_queue_waits_for_is_chosen_when_its_case_opens() {
    let mut bench = Bench::logged_in("registrar");
    let Some(Screen::Home(home)) = bench.model.screen_mut() else {
        panic!("not at home")
    };
    let at = home
        .parts
        .iter()
        .position(|p| p.section == Section::ToVerify);
    home.part = at.unwrap();
    home.parts[home.part].pile = Some(sample::pile(Section::ToAccept));
    home.in_list = true;
    bench.keys(&[Enter]);
    let chosen = |bench: &Bench| page(bench).allowed()[page(bench).action].action.clone();
    assert_eq!(chosen(&bench), "verify");
    // From then on the choice is the reader's.
    bench.keys(&[Down, F(5)]);
    assert_eq!(chosen(&bench), "request_whistle");
}

#[test]
fn after_an_action_nobody_stands_by_chance_on_another() {
    let (mut bench, request) = verifying();
    assert_eq!(page(&bench).action, 2);
    bench.answered(request.clone(), Ok(sample::answer(&request)));
    bench.settle();
    assert_eq!(page(&bench).action, 0);
}

#[test]
fn a_form_begins_where_something_is_missing() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    let Some(Screen::Case(open)) = bench.model.screen_mut() else {
        panic!("no case")
    };
    // The matter is known, the condition is not.
    let offers = &mut open.dossier.as_mut().unwrap().offers;
    offers[0].action = "register".into();
    bench.keys(&[Char('1')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert!(!form.picked("matter").is_empty());
    assert_eq!(form.focused().unwrap().name, "condition");
}
