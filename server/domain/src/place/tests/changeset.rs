//! What changesets do to the grids of a village, and what they are refused for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::change::ChangeFaultCode as Code;
use super::super::{
    Boundary, Change, ChangeFault, Descent, DivisionCode, Grid, GridCode, GridKind, Ground, Part,
    Plan, Position, plan,
};
use super::{at, grid, land, polygon, rectangle};
use crate::clock::Timestamp;

/// A village of grids, all in force.
pub(super) struct Village {
    pub grids: BTreeMap<GridCode, Grid>,
    pub spent: BTreeSet<GridCode>,
    pub villages: BTreeSet<DivisionCode>,
}

impl Village {
    pub fn of(lands: impl IntoIterator<Item = Boundary>) -> Self {
        let grids = (1..).zip(lands).map(|(number, boundary)| {
            let code = grid(number);
            let grid = Grid {
                code,
                name: format!("第{number}网格"),
                kind: GridKind::General,
                boundary,
                schematic: false,
                valid_from: Timestamp::from_micros(0),
                valid_to: None,
            };
            (code, grid)
        });
        Self {
            grids: grids.collect(),
            spent: BTreeSet::new(),
            villages: ["320707101201", "320707101202"]
                .map(|code| DivisionCode::parse(code).unwrap())
                .into(),
        }
    }

    pub fn plan(&self, changes: &[Change]) -> Result<Plan, Vec<ChangeFault>> {
        let ground = Ground {
            grids: &self.grids,
            spent: &self.spent,
            villages: &self.villages,
        };
        plan(ground, changes, effective())
    }

    /// The grids in force when the changes are.
    pub fn after(&self, changes: &[Change]) -> BTreeMap<GridCode, Grid> {
        let plan = self.plan(changes).unwrap();
        let mut grids = self.grids.clone();
        for code in &plan.ended {
            grids.remove(code);
        }
        grids.extend(plan.begun.into_iter().map(|grid| (grid.code, grid)));
        grids
    }

    /// The codes and places of what is wrong.
    pub fn refused(&self, changes: &[Change]) -> Vec<(Code, String)> {
        let faults = self.plan(changes).unwrap_err();
        faults
            .into_iter()
            .map(|fault| (fault.code, fault.pointer))
            .collect()
    }
}

fn effective() -> Timestamp {
    Timestamp::from_micros(1_000_000)
}

/// Three by three squares of 10 units; the fifth lies in the middle.
pub(super) fn nine() -> Village {
    Village::of((0..9).map(|number| {
        let (column, row) = (number % 3, number / 3);
        land(&rectangle(
            10 * column,
            10 * row,
            10 * column + 10,
            10 * row + 10,
        ))
    }))
}

pub(super) fn halve(code: GridCode, line: &[Position], codes: [GridCode; 2]) -> Change {
    Change::Split {
        code,
        line: line.to_vec(),
        parts: codes.map(|code| Part {
            code,
            name: code.to_string(),
        }),
    }
}

fn join(numbers: &[u16], into: u16) -> Change {
    Change::Merge {
        codes: numbers.iter().map(|number| grid(*number)).collect(),
        into: grid(into),
        name: "并成一个".to_owned(),
    }
}

pub(super) fn retire(number: u16, heir: Option<u16>) -> Change {
    Change::Retire {
        code: grid(number),
        heir: heir.map(grid),
    }
}

pub(super) fn redraw(number: u16, boundary: Boundary) -> Change {
    Change::Redraw {
        code: grid(number),
        boundary,
        name: None,
        grid_kind: None,
        schematic: false,
    }
}

fn descent(predecessor: GridCode, successor: GridCode) -> Descent {
    Descent {
        predecessor,
        successor,
    }
}

/// The ring of a boundary without its repeated corner, from its smallest position on.
fn corners(boundary: &Boundary) -> Vec<Position> {
    let [polygon] = boundary.polygons() else {
        panic!("one piece of land");
    };
    let mut ring = polygon.outer().positions()[1..].to_vec();
    let first = ring.iter().min().unwrap();
    let place = ring.iter().position(|at| at == first).unwrap();
    ring.rotate_left(place);
    ring
}

#[test]
fn a_grid_is_split_into_what_lies_to_the_left_of_the_line_and_to_its_right() {
    let village = nine();
    let changes = [halve(
        grid(5),
        &[at(14, 5), at(14, 25)],
        [grid(10), grid(11)],
    )];
    let plan = village.plan(&changes).unwrap();
    assert_eq!(plan.ended, [grid(5)]);
    let [left, right] = &plan.begun[..] else {
        panic!("two parts");
    };
    assert_eq!((left.code, right.code), (grid(10), grid(11)));
    assert_eq!(
        corners(&left.boundary),
        [at(10, 10), at(14, 10), at(14, 20), at(10, 20)]
    );
    assert_eq!(
        corners(&right.boundary),
        [at(14, 10), at(20, 10), at(20, 20), at(14, 20)]
    );
    assert_eq!(left.valid_from, effective());
    assert_eq!(
        plan.lineage,
        [descent(grid(5), grid(10)), descent(grid(5), grid(11))]
    );
}

#[test]
fn a_part_may_keep_the_code_and_the_line_turned_round_changes_who_does() {
    let line = [at(14, 5), at(14, 25)];
    let turned = [line[1], line[0]];
    let widths = [line, turned].map(|line| {
        let changes = [halve(grid(5), &line, [grid(5), grid(10)])];
        let plan = nine().plan(&changes).unwrap();
        assert_eq!(plan.lineage, [descent(grid(5), grid(10))]);
        let kept = plan.begun.iter().find(|part| part.code == grid(5));
        let bbox = kept.unwrap().boundary.bbox();
        bbox.north_east.lon_steps() - bbox.south_west.lon_steps()
    });
    assert_eq!(widths, [40_000, 60_000]);
}

#[test]
fn where_a_line_crosses_a_slanted_border_the_neighbour_gets_the_same_corner() {
    let west = land(&[(0, 0), (10, 0), (13, 17), (0, 17)]);
    let east = land(&[(10, 0), (30, 0), (30, 17), (13, 17)]);
    let village = Village::of([west, east]);
    let line = [at(-1, 5), at(20, 5)];
    let changes = [halve(grid(1), &line, [grid(3), grid(4)])];
    let plan = village.plan(&changes).unwrap();
    assert_eq!(plan.ended, [grid(1), grid(2)]);
    let begun: Vec<GridCode> = plan.begun.iter().map(|grid| grid.code).collect();
    assert_eq!(begun, [grid(2), grid(3), grid(4)]);
    let [neighbour, left, right] = &plan.begun[..] else {
        panic!("the neighbour and two parts");
    };
    let common: Vec<Position> = corners(&left.boundary)
        .into_iter()
        .filter(|at| corners(&right.boundary).contains(at))
        .collect();
    assert_eq!(common.len(), 2);
    let shared = common
        .iter()
        .filter(|at| corners(&neighbour.boundary).contains(at));
    assert_eq!(shared.count(), 1);
    // Nobody comes from a grid that only got a corner.
    assert!(plan.lineage.iter().all(|pair| pair.predecessor == grid(1)));
}

#[test]
fn a_line_may_cross_several_times_and_pass_through_a_hole() {
    let pond = Boundary::from_geojson(&polygon(&[
        &rectangle(0, 0, 10, 10),
        &rectangle(4, 4, 6, 6),
    ]))
    .unwrap();
    let village = Village::of([pond]);
    let through = [halve(grid(1), &[at(5, -1), at(5, 11)], [grid(2), grid(3)])];
    assert_eq!(village.after(&through).len(), 2);
    let notched = Village::of([land(&[
        (0, 0),
        (10, 0),
        (10, 10),
        (6, 10),
        (6, 5),
        (4, 5),
        (4, 10),
        (0, 10),
    ])]);
    let across = [halve(grid(1), &[at(-1, 7), at(11, 7)], [grid(2), grid(3)])];
    let after = notched.after(&across);
    assert_eq!(after[&grid(2)].boundary.polygons().len(), 2);
    assert_eq!(after[&grid(3)].boundary.polygons().len(), 1);
}

#[test]
fn a_line_that_does_not_cross_is_refused_where_it_stops() {
    let village = nine();
    let attempts: [(&[Position], Code, Position); 6] = [
        (&[at(14, 5), at(14, 15)], Code::LineDoesNotCross, at(14, 15)),
        (
            &[at(14, 15), at(14, 25)],
            Code::LineDoesNotCross,
            at(14, 15),
        ),
        (
            &[at(12, 15), at(18, 15)],
            Code::LineDoesNotCross,
            at(12, 15),
        ),
        (&[at(40, 0), at(40, 9)], Code::LineMisses, at(40, 0)),
        (&[at(10, 5), at(10, 25)], Code::LineMisses, at(10, 5)),
        (
            &[at(5, 15), at(25, 15), at(25, 25), at(15, 25), at(15, 5)],
            Code::LineCrossesItself,
            at(15, 15),
        ),
    ];
    for (line, code, place) in attempts {
        let changes = [halve(grid(5), line, [grid(10), grid(11)])];
        let faults = village.plan(&changes).unwrap_err();
        let [fault] = &faults[..] else {
            panic!("one fault: {faults:?}");
        };
        assert_eq!((fault.code, fault.at), (code, Some(place)), "{line:?}");
        assert_eq!(fault.pointer, "/0/line");
    }
    let nothing = [halve(grid(5), &[at(1, 1), at(1, 1)], [grid(10), grid(11)])];
    assert_eq!(
        village.refused(&nothing),
        [(Code::WrongLine, "/0/line".to_owned())]
    );
}

#[test]
fn a_line_into_a_hole_cuts_nothing_off() {
    let pond = Boundary::from_geojson(&polygon(&[
        &rectangle(0, 0, 10, 10),
        &rectangle(4, 4, 6, 6),
    ]))
    .unwrap();
    let changes = [halve(grid(1), &[at(5, -1), at(5, 5)], [grid(2), grid(3)])];
    assert_eq!(
        Village::of([pond]).refused(&changes),
        [(Code::LineDoesNotCross, "/0/line".to_owned())]
    );
}

#[test]
fn a_line_with_the_same_land_on_both_sides_is_refused() {
    let village = Village::of([land(&rectangle(0, 0, 30, 10))]);
    let spiral = [
        at(10, 12),
        at(10, -2),
        at(-2, -2),
        at(-2, 14),
        at(20, 14),
        at(20, -2),
    ];
    let changes = [halve(grid(1), &spiral, [grid(2), grid(3)])];
    assert_eq!(
        village.refused(&changes),
        [(Code::LineTurnsBack, "/0/line".to_owned())]
    );
}

#[test]
fn merged_grids_lose_the_border_between_them_and_only_that() {
    let village = nine();
    let plan = village.plan(&[join(&[1, 2, 5], 10)]).unwrap();
    assert_eq!(plan.ended, [grid(1), grid(2), grid(5)]);
    let [merged] = &plan.begun[..] else {
        panic!("one grid");
    };
    assert_eq!(
        corners(&merged.boundary),
        [
            at(0, 0),
            at(10, 0),
            at(20, 0),
            at(20, 10),
            at(20, 20),
            at(10, 20),
            at(10, 10),
            at(0, 10)
        ]
    );
    assert_eq!(plan.lineage.len(), 3);
    let kept = village.plan(&[join(&[1, 2], 2)]).unwrap();
    assert_eq!(kept.lineage, [descent(grid(1), grid(2))]);
}

#[test]
fn grids_around_another_make_a_grid_with_a_hole() {
    let after = nine().after(&[join(&[1, 2, 3, 4, 6, 7, 8, 9], 10)]);
    let [polygon] = after[&grid(10)].boundary.polygons() else {
        panic!("one piece of land");
    };
    assert_eq!(polygon.holes().len(), 1);
    assert!(!after[&grid(10)].boundary.contains(at(15, 15)));
}

#[test]
fn grids_that_share_a_part_of_an_edge_are_merged() {
    let village = Village::of([
        land(&rectangle(0, 0, 10, 10)),
        land(&rectangle(10, 3, 20, 30)),
    ]);
    let after = village.after(&[join(&[1, 2], 3)]);
    assert_eq!(corners(&after[&grid(3)].boundary).len(), 8);
}

#[test]
fn grids_that_touch_in_a_corner_or_not_at_all_are_not_merged() {
    let village = nine();
    for (numbers, place) in [([1, 5], at(15, 15)), ([1, 3], at(25, 5))] {
        let faults = village.plan(&[join(&numbers, 10)]).unwrap_err();
        let [fault] = &faults[..] else {
            panic!("one fault: {faults:?}");
        };
        assert_eq!(fault.code, Code::NotAdjacent);
        assert_eq!(fault.at, Some(place));
    }
}

#[test]
fn a_grid_amidst_others_goes_to_an_heir_or_stays() {
    let village = nine();
    let faults = village.plan(&[retire(5, None)]).unwrap_err();
    let [fault] = &faults[..] else {
        panic!("one fault: {faults:?}");
    };
    assert_eq!(
        (fault.code, fault.at),
        (Code::LeavesAHole, Some(at(15, 15)))
    );
    let plan = village.plan(&[retire(5, Some(6))]).unwrap();
    assert_eq!(plan.lineage, [descent(grid(5), grid(6))]);
    assert!(plan.begun[0].boundary.contains(at(15, 15)));
    assert!(
        village.plan(&[retire(2, None)]).is_ok(),
        "at the outer edge"
    );
}

#[test]
fn land_given_up_may_be_taken_by_a_neighbour_in_the_same_changeset() {
    let wider = land(&rectangle(10, 10, 30, 20));
    let after = nine().after(&[retire(5, None), redraw(6, wider)]);
    assert_eq!(after.len(), 8);
    // Half of it is not enough.
    let half = land(&rectangle(15, 10, 30, 20));
    assert_eq!(
        nine().refused(&[retire(5, None), redraw(6, half)]),
        [(Code::LeavesAHole, "/0/code".to_owned())]
    );
}

#[test]
fn a_redrawn_grid_that_claims_land_of_another_is_refused_with_the_place() {
    let village = nine();
    let changes = [
        redraw(1, land(&rectangle(0, 0, 10, 9))),
        redraw(5, land(&rectangle(9, 10, 20, 20))),
    ];
    let faults = village.plan(&changes).unwrap_err();
    let [fault] = &faults[..] else {
        panic!("one fault: {faults:?}");
    };
    assert_eq!((fault.code, fault.pointer.as_str()), (Code::Overlap, "/1"));
    assert_eq!(fault.grids, [grid(5), grid(4)]);
    assert!(village.grids[&grid(4)].boundary.contains(fault.at.unwrap()));
    // Together with the neighbour's change it is right.
    let both = [
        redraw(5, land(&rectangle(9, 10, 20, 20))),
        redraw(4, land(&rectangle(0, 10, 9, 20))),
    ];
    assert_eq!(village.plan(&both).unwrap().ended, [grid(4), grid(5)]);
}

#[test]
fn a_grid_passes_to_another_village_under_a_code_of_that_village() {
    let village = nine();
    let to = DivisionCode::parse("320707101202").unwrap();
    let new_code = GridCode::new(to, 1).unwrap();
    let transfer = |to, new_code| Change::Transfer {
        code: grid(3),
        to,
        new_code,
    };
    let plan = village.plan(&[transfer(to, new_code)]).unwrap();
    assert_eq!(plan.ended, [grid(3)]);
    assert_eq!(plan.begun[0].boundary, village.grids[&grid(3)].boundary);
    assert_eq!(plan.lineage, [descent(grid(3), new_code)]);
    assert_eq!(
        village.refused(&[transfer(to, grid(12))]),
        [(Code::WrongVillage, "/0/new_code".to_owned())]
    );
    assert_eq!(
        village.refused(&[transfer(grid(1).village(), grid(12))]),
        [(Code::WrongVillage, "/0/to".to_owned())]
    );
    let nowhere = DivisionCode::parse("320707101299").unwrap();
    let code = GridCode::new(nowhere, 1).unwrap();
    assert_eq!(
        village.refused(&[transfer(nowhere, code)]),
        [(Code::UnknownVillage, "/0/new_code".to_owned())]
    );
}

#[test]
fn a_code_is_given_once() {
    let mut village = nine();
    village.spent.insert(grid(10));
    let line = [at(14, 5), at(14, 25)];
    let into = |codes| village.refused(&[halve(grid(5), &line, codes)]);
    assert_eq!(
        into([grid(10), grid(11)]),
        [(Code::CodeSpent, "/0/left/code".to_owned())]
    );
    assert_eq!(
        into([grid(5), grid(6)]),
        [(Code::CodeTaken, "/0/right/code".to_owned())]
    );
    assert_eq!(
        into([grid(5), grid(5)]),
        [(Code::CodeTaken, "/0/right/code".to_owned())]
    );
    // Nor to another within the changeset that ends it.
    assert_eq!(
        village.refused(&[join(&[1, 2], 2), halve(grid(5), &line, [grid(5), grid(1)])]),
        [(Code::CodeSpent, "/1/right/code".to_owned())]
    );
}

#[test]
fn a_change_builds_on_those_before_it_and_descent_runs_through() {
    let village = nine();
    let changes = [
        halve(grid(5), &[at(14, 5), at(14, 25)], [grid(10), grid(11)]),
        join(&[4, 10], 12),
    ];
    let plan = village.plan(&changes).unwrap();
    assert_eq!(plan.ended, [grid(4), grid(5)]);
    let begun: Vec<GridCode> = plan.begun.iter().map(|grid| grid.code).collect();
    assert_eq!(begun, [grid(11), grid(12)]);
    assert_eq!(
        plan.lineage,
        [
            descent(grid(4), grid(12)),
            descent(grid(5), grid(11)),
            descent(grid(5), grid(12)),
        ]
    );
}

#[test]
fn what_builds_on_a_faulty_change_is_not_faulted_for_it() {
    let changes = [
        halve(grid(5), &[at(14, 5), at(14, 15)], [grid(10), grid(11)]),
        join(&[4, 10], 12),
        retire(99, None),
    ];
    assert_eq!(
        nine().refused(&changes),
        [
            (Code::LineDoesNotCross, "/0/line".to_owned()),
            (Code::UnknownGrid, "/2/code".to_owned()),
        ]
    );
}

#[test]
fn a_redrawing_that_changes_nothing_is_no_change() {
    let village = nine();
    let same = village.grids[&grid(1)].boundary.clone();
    let plan = village.plan(&[redraw(1, same)]).unwrap();
    assert_eq!((plan.ended, plan.begun), (vec![], vec![]));
}

#[test]
fn a_change_reads_back_as_written() {
    let changes = [
        halve(grid(5), &[at(14, 5), at(14, 25)], [grid(10), grid(11)]),
        join(&[4, 10], 12),
        retire(5, Some(6)),
        redraw(1, land(&rectangle(0, 0, 10, 9))),
    ];
    let text = serde_json::to_string(&changes).unwrap();
    assert_eq!(serde_json::from_str::<[Change; 4]>(&text).unwrap(), changes);
}
