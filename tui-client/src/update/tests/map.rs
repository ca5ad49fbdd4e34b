//! The map: picking by arrows, by mouse and by typing, and what it asks for.

use std::borrow::Cow;

use super::*;
use crate::model::figures::Range;
use crate::model::map::MapPage;
use crate::model::screens::ListSource;
use crate::widgets::map::panes::{body, divide};

/// The size of the map on a screen of 80×24.
const MAP: (u16, u16) = (56, 20);

fn open(post: &str) -> Bench {
    let mut bench = Bench::logged_in(post);
    bench.menu(Entry::Map);
    bench
}

fn map(bench: &Bench) -> &MapPage {
    match bench.model.screen() {
        Some(Screen::Map(page)) => page,
        other => panic!("no map but {other:?}"),
    }
}

fn chosen(bench: &Bench) -> String {
    map(bench).chosen().unwrap().name.clone()
}

fn shift(bench: &mut Bench, code: KeyCode) {
    bench.send(Msg::Key(Press {
        shift: true,
        ..Press::plain(code)
    }));
}

/// The cell of the screen on which the label of a grid stands.
fn cell(bench: &Bench, grid: usize) -> (u16, u16) {
    let area = divide(body(bench.model.size)).map.unwrap();
    let raster = map(bench).raster((area.width, area.height)).unwrap();
    let spot = raster.spot(grid).unwrap();
    (area.x + spot.from, area.y + spot.row)
}

#[test]
fn arrows_go_from_grid_to_grid_and_enter_opens_the_cases() {
    let mut bench = open("registrar");
    assert_eq!(chosen(&bench), "西林子村第4网格", "the worst comes first");
    bench.keys(&[KeyCode::Left, KeyCode::Left]);
    assert_eq!(chosen(&bench), "西林子村第2网格");
    bench.keys(&[KeyCode::Up]);
    assert_eq!(chosen(&bench), "西林子村第6网格");
    bench.keys(&[Enter]);
    let Some(Screen::List(list)) = bench.model.screen() else {
        panic!("no list");
    };
    let ListSource::Behind {
        range, indicator, ..
    } = &list.source
    else {
        panic!("{:?}", list.source);
    };
    assert_eq!(range.division, "320707101201006");
    assert_eq!(indicator, "resolution_rate");
}

#[test]
fn who_sees_no_figures_has_the_grids_by_name_and_opens_all_their_cases() {
    let mut bench = open("grid_worker");
    let asked = |effect: &Effect| matches!(effect, Effect::Call(Request::Rates { .. }));
    assert!(!bench.effects.iter().any(asked));
    bench.press(F(6));
    assert_eq!(notice(&bench), "notice-no-rates");
    bench.keys(&[Enter]);
    let Some(Screen::List(list)) = bench.model.screen() else {
        panic!("no list");
    };
    let ListSource::Query(query) = &list.source else {
        panic!("{:?}", list.source);
    };
    assert_eq!(query.division.as_deref(), Some("320707101201001"));
}

#[test]
fn typing_on_the_map_finds_grids_and_escape_takes_the_filter_away_first() {
    let mut bench = open("registrar");
    bench.write("dsc");
    assert!(map(&bench).in_list);
    assert_eq!(map(&bench).shown().len(), 4);
    assert!(chosen(&bench).starts_with("大沙村"));
    bench.keys(&[Esc]);
    assert_eq!(map(&bench).shown().len(), 12);
    bench.keys(&[Tab]);
    assert!(!map(&bench).in_list);
    bench.keys(&[Esc]);
    assert!(!matches!(bench.model.screen(), Some(Screen::Map(_))));
}

#[test]
fn signs_of_the_map_are_text_in_its_list() {
    let mut bench = open("registrar");
    bench.keys(&[Tab]).write("0H+");
    assert_eq!(map(&bench).filter.value(), "0H+");
    bench.keys(&[Esc, Tab, Char('+')]);
    assert_eq!(map(&bench).filter.value(), "");
    assert_eq!(map(&bench).viewport().unwrap().steps(), 1);
}

#[test]
fn the_map_is_zoomed_moved_and_fitted_by_keys() {
    let mut bench = open("registrar");
    let fit = map(&bench).viewport();
    bench.keys(&[Char('+'), Char('='), Char('+'), Char('+')]);
    let close = map(&bench).viewport().unwrap();
    assert_eq!(close.steps(), 4);
    shift(&mut bench, KeyCode::Left);
    let moved = map(&bench).viewport().unwrap();
    assert!(moved.centre()[0] < close.centre()[0]);
    bench.keys(&[Char('L')]);
    assert!((map(&bench).viewport().unwrap().centre()[0] - close.centre()[0]).abs() < 1e-9);
    bench.keys(&[Char('-')]);
    assert_eq!(map(&bench).viewport().unwrap().steps(), 3);
    bench.keys(&[Char('0')]);
    assert_eq!(map(&bench).viewport(), fit);
}

#[test]
fn a_click_picks_a_grid_and_one_on_the_chosen_grid_opens_it() {
    let mut bench = open("registrar");
    let at = cell(&bench, 6);
    bench.send(Msg::Mouse(Mouse::Click, at));
    assert_eq!(map(&bench).selected, Some(6));
    bench.send(Msg::Mouse(Mouse::Click, at));
    assert!(matches!(bench.model.screen(), Some(Screen::List(_))));
    bench.settle();
    bench.send(Msg::Mouse(Mouse::Click, at));
    assert!(
        matches!(bench.model.screen(), Some(Screen::List(_))),
        "elsewhere a click is nothing"
    );
    assert!(!watches_mouse(&bench.model));
}

#[test]
fn the_list_is_clicked_and_the_wheel_zooms() {
    let mut bench = open("registrar");
    let rows = divide(body(bench.model.size)).rows;
    bench.send(Msg::Mouse(Mouse::Click, (rows.x + 2, rows.y + 3)));
    assert_eq!(map(&bench).selected, map(&bench).shown().get(3).copied());
    assert!(map(&bench).in_list);
    bench.send(Msg::Mouse(Mouse::WheelUp, (10, 10)));
    assert_eq!(map(&bench).viewport().unwrap().steps(), 1);
    bench.send(Msg::Mouse(Mouse::WheelDown, (rows.x, rows.y)));
    assert_eq!(map(&bench).place(), 4);
}

#[test]
fn another_indicator_or_period_is_asked_for_and_older_answers_are_dropped() {
    let mut bench = open("registrar");
    bench.press(F(6));
    assert!(map(&bench).rates.is_none());
    let request = bench.asked.remove(0);
    let Request::Rates { indicator, .. } = &request else {
        panic!("{request:?}");
    };
    assert_eq!(indicator, "response_rate");
    bench.press(F(7));
    let reply = Ok(sample::answer(&request));
    bench.answered(request, reply);
    assert!(map(&bench).rates.is_none(), "it is of the former period");
    bench.settle();
    assert!(map(&bench).rates.is_some());
}

#[test]
fn the_map_of_a_division_opens_from_the_list_of_divisions() {
    let mut bench = Bench::logged_in("registrar");
    bench.menu(Entry::Grids);
    bench.keys(&[Down, F(6)]);
    let Range { division, .. } = &map(&bench).range;
    assert_eq!(division, "320707102");
    assert_eq!(map(&bench).title, "石桥镇");
}

#[test]
fn boundaries_are_asked_for_once_and_the_raster_is_ready_for_the_picture() {
    let mut bench = open("registrar");
    bench.keys(&[F(5), KeyCode::Right, Char('+'), KeyCode::Up]);
    let asked = |effect: &&Effect| matches!(effect, Effect::Call(Request::Map(_)));
    assert_eq!(bench.effects.iter().filter(asked).count(), 1);
    assert!(matches!(map(&bench).raster(MAP), Some(Cow::Borrowed(_))));
}

#[test]
fn without_room_for_a_map_its_list_has_the_keyboard() {
    let mut bench = open("registrar");
    bench.send(Msg::Resize(50, 20));
    bench.keys(&[Tab, Down]);
    assert!(map(&bench).in_list);
    assert_eq!(map(&bench).place(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// On a screen of any size, whatever was zoomed and moved: clicks and arrows choose a grid that there is.
    #[test]
    fn picking_never_breaks_on_any_screen(
        size in (1u16..=200, 1u16..=60),
        keys in prop::collection::vec(prop::sample::select("+-0HJKL".chars().collect::<Vec<_>>()), 0..12),
        clicks in prop::collection::vec((0u16..=200, 0u16..=60), 1..8),
    ) {
        let mut bench = open("registrar");
        bench.send(Msg::Resize(size.0, size.1));
        for key in keys {
            bench.press(Char(key));
        }
        for at in clicks {
            bench.send(Msg::Mouse(Mouse::Click, at));
            if !matches!(bench.model.screen(), Some(Screen::Map(_))) {
                bench.press(Esc);
            }
            for code in [KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right] {
                bench.press(code);
            }
            // What was typed into the list may leave none.
            prop_assert!(map(&bench).chosen().is_some() || map(&bench).shown().is_empty());
        }
    }
}

#[test]
fn the_end_key_goes_to_the_village_of_the_chosen_grid() {
    let mut bench = open("registrar");
    // The eastern half of the grids lies in another village.
    let mut grids = sample::map_grids();
    for east in [2, 3, 6, 7, 10, 11] {
        grids[east].code = format!("3207071012030{east:02}");
    }
    if let Some(Screen::Map(page)) = bench.model.screen_mut() {
        page.take_grids(grids);
        page.choose(0, MAP);
    }
    let whole = map(&bench).viewport().unwrap();
    bench.keys(&[KeyCode::End]);
    let close = map(&bench).viewport().unwrap();
    assert!(close.steps() > 0);
    assert!(close.centre()[0] < whole.centre()[0], "it lies in the west");
    let raster = map(&bench).raster(MAP).unwrap();
    for grid in [0, 1, 4, 5] {
        assert!(raster.spot(grid).is_some(), "all of the village is seen");
    }
    drop(raster);
    bench.keys(&[KeyCode::Home]);
    assert_eq!(map(&bench).viewport(), Some(whole));
}

#[test]
fn a_map_opened_from_a_case_shows_where_it_lies() {
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[Char('3'), Enter, Enter]);
    let case = &page(&bench).dossier.as_ref().unwrap().case;
    let at = [case.place.lon.unwrap(), case.place.lat.unwrap()];
    let number = case.number.clone();
    bench.menu(Entry::Map);
    let shown = map(&bench);
    let mark = shown.mark.as_ref().unwrap();
    assert_eq!((mark.at, &mark.number), (at, &number));
    assert_eq!(shown.range.division, "320707101000");
    assert_eq!(chosen(&bench), "西林子村第1网格", "the grid of the case");
    let (column, row) = map(&bench).marked(MAP).unwrap();
    assert!(column < MAP.0 && row < MAP.1);
}

#[test]
fn a_map_opened_elsewhere_marks_nothing() {
    let bench = open("registrar");
    assert_eq!(map(&bench).mark, None);
    assert_eq!(map(&bench).marked(MAP), None);
}
