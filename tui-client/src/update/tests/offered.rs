//! What keys do and what is offered, by post and by place.

use super::*;
use crate::keymap::Key;

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

#[test]
fn what_waits_for_his_approval_lies_before_a_village_leader() {
    let mut bench = Bench::logged_in("village_leader");
    let sections = |bench: &Bench| match bench.model.screen() {
        Some(Screen::Home(home)) => home.parts.iter().map(|p| p.section).collect::<Vec<_>>(),
        _ => panic!("not at home"),
    };
    assert_eq!(
        sections(&bench)[..3],
        [
            Section::Emergencies,
            Section::ToApprove,
            Section::MyWhistles
        ]
    );
    let worker = Bench::logged_in("grid_worker");
    assert!(!sections(&worker).contains(&Section::ToApprove));
    bench.answered(
        Request::Section(Section::ToApprove),
        Ok(Answer::Pile(sample::pile(Section::MyWhistles))),
    );
    bench.press(Char('2')).press(Enter);
    assert_eq!(page(&bench).id, "case-2");
    assert_eq!(page(&bench).wanted, Section::ToApprove.actions());
}

#[test]
fn what_waits_for_his_approval_lies_before_a_town_head() {
    use crate::model::list::{Query, Shelf};
    use crate::model::screens::ListSource;
    let first = |bench: &Bench| match bench.model.screen() {
        Some(Screen::Dashboard(board)) => board.alerts[0].section,
        _ => panic!("no figures"),
    };
    let mut bench = Bench::logged_in("town_head");
    assert_eq!(first(&bench), Section::ToApprove);
    assert!(
        bench
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Call(Request::Section(Section::ToApprove))))
    );
    let supervisor = Bench::logged_in("supervisor");
    assert_eq!(first(&supervisor), Section::Unanswered);
    bench.keys(&[Enter]);
    let Some(Screen::List(list)) = bench.model.screen() else {
        panic!("no list")
    };
    let to_approve = ListSource::Query(Query::of(Shelf::ToApprove));
    assert_eq!(list.source, to_approve);
    bench.press(Enter);
    assert_eq!(page(&bench).wanted, Section::ToApprove.actions());
}

#[test]
fn esc_leaves_whatever_the_menu_opened() {
    for post in ["grid_worker", "registrar", "dispatcher", "auditor", "admin"] {
        let entries = menu(&Bench::logged_in(post).model);
        for entry in entries {
            if matches!(entry, Entry::Logout | Entry::Quit | Entry::Language) {
                continue;
            }
            let mut bench = Bench::logged_in(post);
            bench.menu(entry).keys(&[Esc]);
            let left = (bench.model.stack.len(), bench.model.layers.len());
            assert_eq!(left, (1, 0), "{post} {entry:?}");
        }
    }
}

#[test]
fn an_entry_of_the_menu_opens_by_the_key_beside_it() {
    for (entry, key) in menu_keys(&Bench::logged_in("dispatcher").model) {
        let Some(key) = key else {
            assert_eq!(entry, Entry::Logout);
            continue;
        };
        let code = match key {
            Key::Char(c) => Char(c),
            Key::F(n) => F(n),
            other => panic!("{other:?}"),
        };
        if matches!(entry, Entry::Quit | Entry::Language | Entry::Help) {
            continue;
        }
        let (mut by_key, mut by_arrows) = (
            Bench::logged_in("dispatcher"),
            Bench::logged_in("dispatcher"),
        );
        by_key.keys(&[F(4), code]);
        by_arrows.menu(entry);
        let top = |bench: &Bench| bench.model.screen().map(std::mem::discriminant);
        assert_eq!(top(&by_key), top(&by_arrows), "{entry:?}");
        assert_eq!(by_key.model.layers.len(), 0, "{entry:?}");
    }
}

#[test]
fn every_queue_is_reached_by_digits() {
    let mut bench = Bench::logged_in("registrar");
    let part = |bench: &Bench| match bench.model.screen() {
        Some(Screen::Home(home)) => home.part,
        _ => panic!("not at home"),
    };
    let parts = Section::of(crate::model::session::Desk::Centre).len();
    assert!(parts > 10, "else the key 0 has nothing to go on to");
    bench.keys(&[Char('9')]);
    assert_eq!(part(&bench), 8);
    for at in (9..parts).chain([9]) {
        bench.keys(&[Char('0')]);
        assert_eq!(part(&bench), at);
    }
    bench.keys(&[Char('1')]);
    assert_eq!(part(&bench), 0);
}

#[test]
fn registers_are_changed_by_those_who_keep_them_alone() {
    let mut bench = Bench::logged_in("dispatcher");
    bench.menu(Entry::Registers);
    for key in [Enter, F(7)] {
        bench.keys(&[key]);
        assert_eq!(notice(&bench), "notice-keeps-no-registers", "{key:?}");
        assert!(bench.model.layers.is_empty());
    }
    let mut bench = Bench::logged_in("admin");
    assert!(
        matches!(bench.model.screen(), Some(Screen::Registers(_))),
        "work begins there for whoever reads no case"
    );
    assert!(!menu(&bench.model).contains(&Entry::Cases));
    bench.keys(&[Enter]);
    assert!(matches!(bench.model.layers.last(), Some(Layer::Change(_))));
}
