//! A case comes into another grid after boundaries were changed.

use super::story::Story;
use super::town::{VILLAGE, Who, division, grid};
use crate::case::{Case, RefusalCode};

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
