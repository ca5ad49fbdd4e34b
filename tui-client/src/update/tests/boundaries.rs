//! Changes of boundaries: the list, and one of them step by step.

use super::*;
use crate::model::boundaries::{BoundariesPage, ChangesetPage, Puts};
use crate::model::changeset::Side;
use crate::model::map::MapGrid;

fn listed() -> Bench {
    let mut bench = Bench::logged_in("supervisor");
    bench.menu(Entry::Boundaries);
    bench
}

fn opened() -> Bench {
    let mut bench = listed();
    bench.keys(&[Enter]);
    bench
}

fn list(bench: &Bench) -> &BoundariesPage {
    match bench.model.screen() {
        Some(Screen::Boundaries(page)) => page,
        other => panic!("no list of changesets but {other:?}"),
    }
}

fn page(bench: &mut Bench) -> &mut ChangesetPage {
    match bench.model.screen_mut() {
        Some(Screen::Changeset(page)) => page,
        other => panic!("no changeset but {other:?}"),
    }
}

/// A changeset in which three grids differ that no note names.
fn three_steps() -> Bench {
    let mut bench = opened();
    let before = sample::map_grids();
    let mut after = before.clone();
    for grid in [1, 4, 9] {
        after[grid].name.push('新');
    }
    let change = crate::model::changeset::Changeset::new(before, after, &[]);
    page(&mut bench).change = Some(change);
    bench
}

fn step(bench: &mut Bench) -> usize {
    page(bench).change.as_ref().unwrap().step
}

#[test]
fn who_may_read_reference_data_opens_the_changes_of_boundaries() {
    for (post, may) in [
        ("supervisor", true),
        ("admin", true),
        ("unit_leader", false),
    ] {
        let bench = Bench::logged_in(post);
        let entries = menu(&bench.model);
        assert_eq!(entries.contains(&Entry::Boundaries), may, "{post}");
    }
}

#[test]
fn the_newest_changeset_stands_first_and_escape_goes_back_to_it() {
    let mut bench = listed();
    let versions: Vec<u32> = list(&bench).rows.iter().map(|put| put.version).collect();
    assert_eq!(versions, [3, 2]);
    bench.keys(&[Down, Enter]);
    assert_eq!(page(&mut bench).put.version, 2);
    bench.keys(&[Esc]);
    assert_eq!(list(&bench).selected, 1);
    bench.keys(&[Esc]);
    assert!(matches!(bench.model.screen(), Some(Screen::Dashboard(_))));
}

#[test]
fn the_next_page_comes_before_the_end_of_the_list_and_is_asked_for_once() {
    let mut bench = listed();
    let many = |from: u32| {
        let put = sample::puts().remove(0);
        let rows = (0..50).map(|n| crate::model::boundaries::Put {
            version: from - n,
            ..put.clone()
        });
        Puts {
            rows: rows.collect(),
            next: Some((from - 49).to_string()),
        }
    };
    bench.send(Msg::Answered(
        Request::Changesets(None),
        bench.model.turn,
        Ok(Answer::Changesets(many(200))),
    ));
    bench.press(KeyCode::End).press(Down);
    let asked = std::mem::take(&mut bench.asked);
    assert_eq!(asked, [Request::Changesets(Some("151".into()))]);
    let reply = Ok(Answer::Changesets(many(150)));
    bench.answered(asked[0].clone(), reply.clone());
    assert_eq!(list(&bench).rows.len(), 100);
    // The same page once more fits nowhere.
    bench.answered(asked[0].clone(), reply);
    assert_eq!(list(&bench).rows.len(), 100);
}

#[test]
fn the_grids_on_both_sides_are_asked_for_once() {
    let mut bench = opened();
    let sides = |effect: &&Effect| matches!(effect, Effect::Call(Request::Sides(_)));
    assert!(page(&mut bench).change.is_some());
    bench.send(Msg::Tick);
    bench.keys(&[F(5)]);
    assert_eq!(bench.effects.iter().filter(sides).count(), 1);
}

#[test]
fn tab_and_arrows_go_round_the_steps() {
    let mut bench = three_steps();
    bench.keys(&[Tab, Right]);
    assert_eq!(step(&mut bench), 2);
    bench.keys(&[Down]);
    assert_eq!(step(&mut bench), 0, "from the last to the first");
    bench.keys(&[KeyCode::BackTab]);
    assert_eq!(step(&mut bench), 2);
    bench.keys(&[KeyCode::Left, KeyCode::Up]);
    assert_eq!(step(&mut bench), 0);
    bench.keys(&[KeyCode::End]);
    assert_eq!(step(&mut bench), 2);
}

#[test]
fn the_other_side_is_turned_to_and_the_step_is_looked_at_from_near() {
    let mut bench = opened();
    bench.keys(&[Char(' '), Char('+')]);
    let change = page(&mut bench).change.as_ref().unwrap();
    assert_eq!(change.side, Side::Before);
    assert!(change.near);
    bench.keys(&[F(6), Char('0')]);
    let change = page(&mut bench).change.as_ref().unwrap();
    assert_eq!(change.side, Side::After);
    assert!(!change.near);
}

#[test]
fn sides_of_another_changeset_are_dropped() {
    let mut bench = listed();
    bench.press(Down).press(Enter);
    bench.asked.clear();
    let sides = sample::sides();
    let asked = Request::Sides(Box::new(sides.put.clone()));
    bench.answered(asked, Ok(Answer::Sides(Box::new(sides))));
    assert!(page(&mut bench).change.is_none());
}

#[test]
fn a_list_that_could_not_be_fetched_says_so_and_is_empty() {
    let mut bench = Bench::logged_in("supervisor");
    bench.online = false;
    bench.menu(Entry::Boundaries);
    assert!(!list(&bench).loading);
    assert!(list(&bench).rows.is_empty());
}

/// Grids that lie as on the map, some gone, some new, some of another outline.
fn any_change() -> impl Strategy<Value = (Vec<MapGrid>, Vec<MapGrid>)> {
    prop::collection::vec((any::<bool>(), any::<bool>(), -0.002f64..0.002), 12).prop_map(|told| {
        let all = sample::map_grids();
        let grids = || all.iter().zip(&told);
        let before = grids().filter(|(_, t)| t.0).map(|(g, _)| g.clone());
        let after = grids().filter(|(_, t)| t.1).map(|(g, t)| {
            let mut grid = g.clone();
            grid.outline[0][2][0] += t.2;
            grid
        });
        (before.collect(), after.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the change and whatever is pressed: there is a chosen step where anything differs, every grid of it
    /// is on its side, and the picture can be drawn at any size.
    #[test]
    fn no_key_breaks_the_screen(
        (before, after) in any_change(),
        keys in prop::collection::vec(prop::sample::select(vec![
            Tab, KeyCode::BackTab, Down, KeyCode::Up, KeyCode::Left, Right, KeyCode::Home, KeyCode::End,
            KeyCode::PageUp, KeyCode::PageDown, Char(' '), Char('+'), Char('-'), Char('0'), F(5), F(6), F(8), Enter,
        ]), 0..30),
        size in (0u16..180, 0u16..60),
    ) {
        let mut bench = opened();
        let change = crate::model::changeset::Changeset::new(before.clone(), after.clone(), &[]);
        prop_assert_eq!(change.steps.is_empty(), before == after);
        page(&mut bench).change = Some(change);
        for key in keys {
            bench.keys(&[key]);
            bench.model.size = size;
            let change = page(&mut bench).change.as_ref().unwrap();
            prop_assert!(change.step < change.steps.len().max(1));
            for (side, grids) in [(Side::Before, &before), (Side::After, &after)] {
                for piece in change.pieces(side) {
                    prop_assert_eq!(&grids[piece.grid].code, &piece.code);
                    prop_assert!(piece.area_ha.is_finite() && piece.area_ha >= 0.0);
                }
            }
            let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
            let words = Text::new(bench.model.lang);
            let look = Look {
                model: &bench.model,
                theme: Theme::default(),
                words: &words,
                now: sample::now(),
            };
            terminal.draw(|frame| { view(look, frame); }).unwrap();
        }
    }
}
