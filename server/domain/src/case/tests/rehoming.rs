//! A case comes into another grid after boundaries were changed.

use super::story::Story;
use super::town::{TOWN, VILLAGE, Who, division, grid};
use crate::access::{Actor, Post, Scope, sees};
use crate::case::{Case, RefusalCode};
use crate::clock::Timestamp;
use crate::place::{Division, Succession};

/// The town next to the one that has the case.
const BESIDE: &str = "320707102000";

/// Somewhat later than everything in the stories.
fn later() -> Timestamp {
    super::town::at("12-31 00:00")
}

/// The town has become the one beside it, or half of it has.
fn succeeded(is_whole: bool) -> Succession {
    let of = |code: &str, ended: bool, successors: &[&str]| Division {
        code: division(code),
        name: code.to_owned(),
        level: division(code).level(),
        parent: division(code).parent(),
        valid_from: None,
        valid_to: ended.then(|| Timestamp::from_micros(0)),
        predecessors: vec![],
        successors: successors.iter().map(|code| division(code)).collect(),
        former_names: vec![],
    };
    let heirs: &[&str] = if is_whole {
        &[BESIDE]
    } else {
        &[BESIDE, "320707103000"]
    };
    let towns = [
        of(TOWN, true, heirs),
        of(BESIDE, false, &[]),
        of("320707103000", false, &[]),
    ];
    Succession::at(&towns, later())
}

#[test]
fn the_registrar_of_the_town_that_took_over_moves_a_case_there_and_what_is_under_way_goes_on() {
    let mut story = Story::on_the_scene();
    let before = story.case.clone();
    let there = grid("320707102201", 1);
    let merged = succeeded(true);
    story
        .rehomes_by(Who::RegistrarElsewhere, there, &merged, true)
        .unwrap();
    let case = &story.case;
    assert_eq!(case.centre, division(BESIDE));
    assert_eq!(case.place.village, Some(division("320707102201")));
    assert_eq!(
        (&case.number, &case.rounds),
        (&before.number, &before.rounds)
    );
    assert_eq!(case.assignments, before.assignments);
    assert_eq!(case.inner_clocks, before.inner_clocks);
    assert!(case.transfers.is_empty(), "nobody passed it on");
    // The history keeps both.
    let event = serde_json::to_value(&story.log.last().unwrap().event).unwrap();
    let told = event.to_string();
    assert!(told.contains(TOWN) && told.contains(BESIDE), "{told}");
    // In figures it is the new centre's as a whole.
    let then = before.updated_at;
    assert_eq!(case.centre_at(then, then), division(BESIDE));
    assert_eq!(Case::replay(&story.log), Some(story.case));
}

#[test]
fn a_case_comes_to_the_part_of_a_split_town_in_which_it_lies_by_whoever_has_it() {
    let split = succeeded(false);
    let there = grid("320707103201", 1);
    let mut story = Story::registered();
    let refused = story.rehomes_by(Who::RegistrarElsewhere, there, &split, false);
    assert_eq!(refused.unwrap_err().code, RefusalCode::NotFound);
    story
        .rehomes_by(Who::Registrar, there, &split, false)
        .unwrap();
    assert_eq!(story.case.centre, division("320707103000"));
}

#[test]
fn a_grid_that_was_transferred_within_the_county_takes_its_cases_to_the_other_town() {
    let none = Succession::default();
    let moved = |to: &str, descends| {
        let mut story = Story::registered();
        let done = story.rehomes_by(Who::Registrar, grid(to, 1), &none, descends);
        done.map(|()| story.case.centre)
            .map_err(|refused| refused.code)
    };
    assert_eq!(moved("320707102201", true), Ok(division(BESIDE)));
    let elsewhere = Err(RefusalCode::GridElsewhere);
    assert_eq!(moved("320707102201", false), elsewhere);
    assert_eq!(moved("320706102201", true), elsewhere);
}

#[test]
fn a_post_at_the_new_town_is_one_at_the_old_one_and_a_third_town_sees_nothing() {
    let story = Story::registered();
    let merged = succeeded(true);
    let at = |town: &str| {
        let mut actor: Actor = Who::Dispatcher.actor();
        for held in &mut actor.appointments {
            assert_eq!(held.post, Post::Dispatcher);
            held.scope = Scope::Division(division(town));
        }
        sees(
            &actor.taking_over(&merged),
            &story.case.subject(),
            story.now,
        )
    };
    assert!(at(BESIDE) && at(TOWN) && at("320707000000"));
    assert!(!at("320707103000"));
}

#[test]
fn the_registrar_moves_an_open_case_and_nothing_but_its_grid_changes() {
    let mut story = Story::on_the_scene();
    let before = story.case.clone();
    let neighbours = grid("320707101202", 3);
    story.rehomes(Who::Registrar, neighbours).unwrap();
    assert_eq!(story.case.place.grid, Some(neighbours));
    assert_eq!(story.case.place.village, Some(division("320707101202")));
    assert_eq!(story.case.number, before.number);
    assert_eq!(story.case.rounds, before.rounds);
    assert_eq!(story.case.place.position, before.place.position);
    assert_eq!(story.events().last(), Some(&"rehomed"));
    assert_eq!(Case::replay(&story.log), Some(story.case));
}

#[test]
fn nobody_else_moves_it_nor_where_it_lies_already_nor_to_another_centre() {
    let mut story = Story::registered();
    let there = grid(VILLAGE, 2);
    let mut refused = |who, to| story.rehomes(who, to).unwrap_err().code;
    for who in [Who::Worker, Who::VillageLeader, Who::Dispatcher] {
        assert_eq!(refused(who, there), RefusalCode::PostForbids, "{who:?}");
    }
    let elsewhere = refused(Who::RegistrarElsewhere, there);
    assert_eq!(elsewhere, RefusalCode::NotFound);
    let here = refused(Who::Registrar, grid(VILLAGE, 1));
    assert_eq!(here, RefusalCode::AlreadyDone);
    let far = refused(Who::Registrar, grid("320707102201", 1));
    assert_eq!(far, RefusalCode::GridElsewhere);
}

#[test]
fn an_ended_case_stays_where_it_was() {
    let mut story = Story::closed();
    let refused = story.rehomes(Who::Registrar, grid(VILLAGE, 2));
    assert_eq!(refused.unwrap_err().code, RefusalCode::StageForbids);
}
