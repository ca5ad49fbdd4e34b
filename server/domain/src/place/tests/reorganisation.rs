//! What changesets of divisions do to all that lies below, and what they are refused for.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::DivisionFaultCode as Code;
use super::super::{
    Division, DivisionChange, DivisionCode, DivisionLevel, FormerName, Grid, GridCode, GridKind,
    Realm, Renumbering, Reorganisation, Succession, reorganise,
};
use super::{land, rectangle};
use crate::clock::Timestamp;

const COUNTY: &str = "320707000000";
const A: &str = "320707101000";
const B: &str = "320707102000";
const C: &str = "320707103000";

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

fn codes<const N: usize>(texts: [&str; N]) -> Vec<DivisionCode> {
    texts.map(code).into()
}

fn division(text: &str) -> Division {
    let code = code(text);
    Division {
        code,
        name: format!("甲{text}"),
        level: code.level(),
        parent: code.parent(),
        valid_from: None,
        valid_to: None,
        predecessors: vec![],
        successors: vec![],
        former_names: vec![],
    }
}

fn new_year() -> Timestamp {
    Timestamp::parse("2027-01-01T00:00:00+08:00").unwrap()
}

/// A county with its towns, villages and grids.
#[derive(Debug)]
struct County {
    divisions: Vec<Division>,
    grids: BTreeMap<GridCode, Grid>,
    grid_codes: BTreeSet<GridCode>,
}

impl County {
    fn of<'a>(
        divisions: impl IntoIterator<Item = &'a str>,
        grids: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let above = ["320000000000", "320700000000", COUNTY];
        let mut list: Vec<Division> = above.into_iter().chain(divisions).map(division).collect();
        list.sort_by_key(|division| division.code);
        let grids: BTreeMap<GridCode, Grid> = grids
            .into_iter()
            .map(|text| {
                let grid = Grid {
                    code: GridCode::parse(text).unwrap(),
                    name: text.to_owned(),
                    kind: GridKind::General,
                    boundary: land(&rectangle(0, 0, 10, 10)),
                    schematic: false,
                    valid_from: Timestamp::from_micros(0),
                    valid_to: None,
                };
                (grid.code, grid)
            })
            .collect();
        Self {
            divisions: list,
            grid_codes: grids.keys().copied().collect(),
            grids,
        }
    }

    /// Two towns with two villages each, of which one pair has the same number, and a third town.
    fn of_three_towns() -> Self {
        Self::of(
            [
                A,
                "320707101201",
                "320707101202",
                B,
                "320707102201",
                "320707102205",
                C,
                "320707103201",
            ],
            [
                "320707101201001",
                "320707102201001",
                "320707102201007",
                "320707102205003",
                "320707103201001",
            ],
        )
    }

    fn plan(&self, changes: &[DivisionChange]) -> Result<Reorganisation, Vec<(String, Code)>> {
        let realm = Realm {
            divisions: &self.divisions,
            grids: &self.grids,
            grid_codes: &self.grid_codes,
        };
        reorganise(realm, changes, new_year()).map_err(|faults| {
            let told = faults.into_iter();
            told.map(|fault| (fault.pointer, fault.code)).collect()
        })
    }

    /// The whole list as the plan leaves it.
    fn after(&self, plan: &Reorganisation) -> BTreeMap<DivisionCode, Division> {
        let before = self.divisions.iter().chain(&plan.divisions);
        before.map(|d| (d.code, d.clone())).collect()
    }
}

fn merge(from: &[&str], into: &str) -> DivisionChange {
    DivisionChange::Merge {
        from: from.iter().map(|text| code(text)).collect(),
        into: code(into),
        name: "新镇".to_owned(),
        renumbering: vec![],
    }
}

fn transfer(moved: &str, to: &str) -> DivisionChange {
    DivisionChange::Transfer {
        code: code(moved),
        to: code(to),
        renumbering: vec![],
    }
}

fn recode(old: &str, to: &str) -> DivisionChange {
    DivisionChange::Recode {
        code: code(old),
        to: code(to),
        renumbering: vec![],
    }
}

fn rename(renamed: &str, name: &str) -> DivisionChange {
    DivisionChange::Rename {
        code: code(renamed),
        name: name.to_owned(),
    }
}

fn renumbered(change: DivisionChange, pairs: &[(&str, &str)]) -> DivisionChange {
    let said = pairs.iter().map(|(old, new)| Renumbering {
        old: code(old),
        new: code(new),
    });
    let mut change = change;
    if let DivisionChange::Merge { renumbering, .. }
    | DivisionChange::Transfer { renumbering, .. }
    | DivisionChange::Recode { renumbering, .. } = &mut change
    {
        renumbering.extend(said);
    }
    change
}

/// What became of which, as `old>new`, significant digits only.
fn lineage(plan: &Reorganisation) -> Vec<String> {
    let pairs = plan.lineage.iter();
    pairs
        .map(|pair| format!("{}>{}", pair.predecessor.prefix(), pair.successor.prefix()))
        .collect()
}

fn grids(plan: &Reorganisation) -> Vec<String> {
    let pairs = plan.grids.lineage.iter();
    pairs
        .map(|pair| format!("{}>{}", pair.predecessor, pair.successor))
        .collect()
}

#[test]
fn villages_and_grids_follow_into_a_new_town_and_keep_their_digits_where_they_are_free() {
    let county = County::of_three_towns();
    let plan = county.plan(&[merge(&[A, B], "320707104000")]).unwrap();
    assert_eq!(
        lineage(&plan),
        [
            "320707101>320707104",
            "320707101201>320707104201",
            "320707101202>320707104202",
            "320707102>320707104",
            // The first has 201.
            "320707102201>320707104001",
            "320707102205>320707104205",
        ]
    );
    assert_eq!(
        grids(&plan),
        [
            "320707101201001>320707104201001",
            "320707102201001>320707104001001",
            "320707102201007>320707104001007",
            "320707102205003>320707104205003",
        ]
    );
    let after = county.after(&plan);
    let town = &after[&code("320707104000")];
    assert_eq!(
        (town.name.as_str(), town.parent),
        ("新镇", Some(code(COUNTY)))
    );
    assert_eq!(town.valid_from, Some(new_year()));
    assert_eq!(town.predecessors, codes([A, B]));
    assert_eq!(after[&code(A)].valid_to, Some(new_year()));
    assert_eq!(after[&code(A)].successors, [code("320707104000")]);
    let village = &after[&code("320707104001")];
    assert_eq!(village.name, "甲320707102201");
    assert_eq!(village.parent, Some(code("320707104000")));
    let before = &county.grids[&GridCode::parse("320707102201007").unwrap()];
    let begun = plan.grids.begun.iter();
    let follows = begun
        .filter(|grid| grid.name == before.name)
        .collect::<Vec<_>>();
    assert_eq!(follows.len(), 1);
    assert_eq!(follows[0].boundary, before.boundary);
    assert_eq!(follows[0].valid_from, new_year());
}

#[test]
fn a_town_that_takes_another_in_goes_on_and_has_its_old_name_for_its_time() {
    let county = County::of_three_towns();
    let plan = county.plan(&[merge(&[A, B], A)]).unwrap();
    assert_eq!(
        lineage(&plan),
        [
            "320707102>320707101",
            "320707102201>320707101001",
            "320707102205>320707101205",
        ]
    );
    let town = &county.after(&plan)[&code(A)];
    assert_eq!((town.valid_from, town.valid_to), (None, None));
    assert_eq!(town.predecessors, [code(B)]);
    let former = FormerName {
        name: format!("甲{A}"),
        until: new_year(),
    };
    assert_eq!(town.former_names, [former]);
    assert_eq!(town.name_at(new_year()), "新镇");
    assert_eq!(town.name_at(new_year().plus_micros(-1)), format!("甲{A}"));
}

#[test]
fn grids_of_villages_that_merge_keep_their_number_or_get_the_next_free_one() {
    let mut county = County::of(
        [A, "320707101201", "320707101202"],
        [
            "320707101201001",
            "320707101201002",
            "320707101202002",
            "320707101202005",
            "320707101202999",
        ],
    );
    // It was a grid once, and cases keep its code; another is the last that there can be.
    for spent in ["320707101201003", "320707101201999"] {
        county.grid_codes.insert(GridCode::parse(spent).unwrap());
    }
    let villages = merge(&["320707101201", "320707101202"], "320707101201");
    assert_eq!(
        grids(&county.plan(&[villages]).unwrap()),
        [
            "320707101202002>320707101201004",
            "320707101202005>320707101201005",
            "320707101202999>320707101201006",
        ]
    );
}

#[test]
fn a_village_comes_below_another_town_with_its_number_the_lowest_or_the_one_that_is_said() {
    let county = County::of_three_towns();
    let plan = county.plan(&[transfer("320707102205", A)]).unwrap();
    assert_eq!(lineage(&plan), ["320707102205>320707101205"]);
    assert_eq!(grids(&plan), ["320707102205003>320707101205003"]);
    let plan = county.plan(&[transfer("320707102201", A)]).unwrap();
    assert_eq!(lineage(&plan), ["320707102201>320707101001"]);
    let said = [("320707102201", "320707101290")];
    let plan = county.plan(&[renumbered(transfer("320707102201", A), &said)]);
    assert_eq!(lineage(&plan.unwrap()), ["320707102201>320707101290"]);
}

#[test]
fn a_county_gets_another_code_with_all_that_lies_below() {
    let county = County::of_three_towns();
    let said = [("320707103201", "320721103555")];
    let change = renumbered(recode(COUNTY, "320721000000"), &said);
    let plan = county.plan(&[change]).unwrap();
    let after = county.after(&plan);
    assert_eq!(plan.lineage.len(), 9);
    assert_eq!(
        after[&code("320721102205")].parent,
        Some(code("320721102000"))
    );
    assert_eq!(
        after[&code("320721103555")].predecessors,
        codes(["320707103201"])
    );
    assert_eq!(grids(&plan)[4], "320707103201001>320721103555001");
    assert!(after[&code("320700000000")].valid_to.is_none());
}

#[test]
fn a_division_is_renamed_and_nothing_else_differs() {
    let county = County::of_three_towns();
    let plan = county
        .plan(&[rename(A, "乙镇"), rename(B, "丙镇")])
        .unwrap();
    let changed: Vec<DivisionCode> = plan.divisions.iter().map(|d| d.code).collect();
    assert_eq!(changed, codes([A, B]));
    assert!(plan.lineage.is_empty() && plan.grids.begun.is_empty());
}

/// Each change is refused for that, there.
fn refused<const N: usize>(county: &County, refused: [(DivisionChange, &str, Code); N]) {
    for (change, pointer, fault) in refused {
        let told = county.plan(std::slice::from_ref(&change)).unwrap_err();
        assert_eq!(told, [(pointer.to_owned(), fault)], "{change:?}");
    }
}

/// One town that has ended, and one that is to come.
fn of_other_times() -> [Division; 2] {
    let mut gone = division("320707109000");
    gone.valid_to = Some(Timestamp::from_micros(0));
    let mut to_come = division("320707110000");
    to_come.valid_from = Some(new_year().plus_days(1));
    [gone, to_come]
}

#[test]
fn what_is_not_there_then_or_has_no_name_is_told_with_its_change() {
    let mut county = County::of_three_towns();
    county.divisions.extend(of_other_times());
    let (long, same) = ("镇".repeat(101), format!("甲{A}"));
    refused(
        &county,
        [
            (
                rename("320707199000", "乙"),
                "/0/code",
                Code::UnknownDivision,
            ),
            (rename("320707109000", "乙"), "/0/code", Code::EndedDivision),
            (rename("320707110000", "乙"), "/0/code", Code::EndedDivision),
            (rename(A, " "), "/0/name", Code::WrongName),
            (rename(A, "甲;乙"), "/0/name", Code::WrongName),
            (rename(A, &long), "/0/name", Code::WrongName),
            (rename(A, &same), "/0/name", Code::NothingChanges),
        ],
    );
}

#[test]
fn only_divisions_of_a_kind_that_stand_side_by_side_merge_and_into_a_code_that_is_free() {
    let mut county = County::of_three_towns();
    county.divisions.extend(of_other_times());
    let (village, other) = ("320707102205", "320707101201");
    refused(
        &county,
        [
            (merge(&[A], A), "/0/from", Code::WrongNumber),
            (merge(&[A, A], A), "/0/from", Code::WrongNumber),
            (
                merge(&[A, "320707199000"], A),
                "/0/from/1",
                Code::UnknownDivision,
            ),
            (merge(&[A, village], A), "/0/from/1", Code::WrongLevel),
            (
                merge(&["320700000000", COUNTY], COUNTY),
                "/0/from/0",
                Code::WrongLevel,
            ),
            (
                merge(&[other, village], other),
                "/0/from/1",
                Code::OtherParent,
            ),
            (merge(&[A, B], C), "/0/into", Code::CodeTaken),
            (merge(&[A, B], "320707109000"), "/0/into", Code::CodeTaken),
            (merge(&[A, B], "320707101209"), "/0/into", Code::WrongCode),
            (merge(&[A, B], "320706101000"), "/0/into", Code::WrongCode),
        ],
    );
}

#[test]
fn nothing_comes_below_another_level_nor_gets_the_code_of_another_place() {
    let village = "320707102205";
    refused(
        &County::of_three_towns(),
        [
            (transfer(village, B), "/0/to", Code::NothingChanges),
            (transfer(village, COUNTY), "/0/to", Code::OtherParent),
            (
                transfer("320700000000", COUNTY),
                "/0/code",
                Code::WrongLevel,
            ),
            (recode(A, A), "/0/to", Code::NothingChanges),
            (recode(A, B), "/0/to", Code::CodeTaken),
            (recode(A, "320706101000"), "/0/to", Code::WrongCode),
            (recode(A, "320707104201"), "/0/to", Code::WrongCode),
        ],
    );
}

#[test]
fn what_is_renumbered_moves_and_gets_a_code_of_its_own_below_what_it_comes_to() {
    let village = "320707102205";
    let merged = |pairs: &[(&str, &str)]| renumbered(merge(&[A, B], A), pairs);
    let same = [(village, "320707101777"), ("320707102201", "320707101777")];
    refused(
        &County::of_three_towns(),
        [
            (
                merged(&[("320707103201", "320707101777")]),
                "/0/renumbering/0/old",
                Code::UnknownRenumbering,
            ),
            (
                merged(&[(village, "320707101201")]),
                "/0/renumbering/0/new",
                Code::CodeTaken,
            ),
            (
                merged(&[(village, "320707103777")]),
                "/0/renumbering",
                Code::WrongCode,
            ),
            (merged(&same), "/0/renumbering/1/new", Code::CodeTaken),
        ],
    );
}

#[test]
fn one_changeset_is_about_a_division_once() {
    let county = County::of_three_towns();
    let twice = |changes: &[DivisionChange]| -> Vec<String> {
        let told = county.plan(changes).unwrap_err().into_iter();
        told.filter(|(_, fault)| *fault == Code::ChangedTwice)
            .map(|(pointer, _)| pointer)
            .collect()
    };
    assert_eq!(twice(&[merge(&[A, B], A), rename(B, "乙镇")]), ["/1"]);
    assert_eq!(
        twice(&[rename("320707101201", "村"), recode(A, "320707104000")]),
        ["/1"]
    );
    assert_eq!(
        twice(&[transfer("320707103201", A), merge(&[A, B], A)]),
        ["/0/to"]
    );
    // What begins with the changeset is not changed by it again.
    let again = county.plan(&[recode(A, "320707104000"), rename("320707104000", "乙镇")]);
    assert_eq!(
        again.unwrap_err(),
        [("/1/code".to_owned(), Code::UnknownDivision)]
    );
    // Both come below the other's old one.
    let crossed = [transfer("320707101202", B), transfer("320707102205", A)];
    assert!(county.plan(&crossed).is_ok());
}

#[test]
fn a_town_without_a_free_number_takes_nothing_in() {
    let full: Vec<String> = (1..=999)
        .map(|number| format!("320707101{number:03}"))
        .collect();
    let towns = [A, B, "320707102201"];
    let county = County::of(towns.into_iter().chain(full.iter().map(String::as_str)), []);
    let told = county.plan(&[merge(&[A, B], A)]).unwrap_err();
    assert_eq!(told, [("/0".to_owned(), Code::NoFreeNumber)]);
    let many = vec![rename(A, "乙镇"); 201];
    let told = county.plan(&many).unwrap_err();
    assert_eq!(told, [("/200".to_owned(), Code::TooManyChanges)]);
}

/// A county of three towns: which villages they have, and which grids these.
fn counties() -> impl Strategy<Value = County> {
    let villages = prop::collection::btree_set((0_usize..3, 1_u16..6), 0..12);
    let grids = prop::collection::btree_set((0_usize..12, 1_u16..5), 0..20);
    (villages, grids).prop_map(|(villages, grids)| {
        let villages: Vec<String> = villages
            .into_iter()
            .map(|(town, number)| format!("32070710{}{number:03}", town + 1))
            .collect();
        let grids: BTreeSet<String> = grids
            .into_iter()
            .filter_map(|(of, number)| Some(format!("{}{number:03}", villages.get(of)?)))
            .collect();
        let towns = [A, B, C].into_iter();
        County::of(
            towns.chain(villages.iter().map(String::as_str)),
            grids.iter().map(String::as_str),
        )
    })
}

fn changes() -> impl Strategy<Value = Vec<DivisionChange>> {
    prop_oneof![
        Just(vec![merge(&[A, B], A)]),
        Just(vec![merge(&[B, A], "320707104000"), rename(C, "丙镇")]),
        Just(vec![merge(&[A, B, C], C)]),
        Just(vec![recode(B, "320707104000"), recode(C, "320707105000")]),
        Just(vec![recode(COUNTY, "320721000000")]),
    ]
}

proptest! {
    #[test]
    fn every_village_and_grid_stays_or_has_one_successor_and_codes_are_given_once(
        county in counties(),
        changes in changes(),
    ) {
        let plan = county.plan(&changes).unwrap();
        let after = county.after(&plan);
        let list: Vec<Division> = after.values().cloned().collect();
        let succession = Succession::at(&list, new_year());
        for old in &county.divisions {
            let now = &after[&old.code];
            if now.is_valid_at(new_year()) {
                prop_assert_eq!(succession.became(old.code), None);
                prop_assert_eq!(now.parent, old.parent);
            } else {
                let heir = succession.became(old.code).unwrap();
                prop_assert_eq!(after[&heir].level, old.level);
                prop_assert!(after[&heir].is_valid_at(new_year()));
            }
        }
        // Each that begins came from something, stands below what it says, and was never there before.
        for new in list.iter().filter(|d| d.valid_from.is_some()) {
            prop_assert!(!new.predecessors.is_empty());
            prop_assert!(!county.divisions.iter().any(|old| old.code == new.code));
            let parent = new.parent.unwrap();
            prop_assert!(parent.contains(new.code) && after[&parent].is_valid_at(new_year()));
            if new.level == DivisionLevel::Village {
                prop_assert_eq!(new.predecessors.len(), 1);
            }
        }
        let mut in_force: BTreeSet<GridCode> = county.grids.keys().copied().collect();
        for pair in &plan.grids.lineage {
            prop_assert!(in_force.remove(&pair.predecessor));
            let heir = succession.became(pair.predecessor.village());
            prop_assert_eq!(heir, Some(pair.successor.village()));
        }
        for begun in &plan.grids.begun {
            prop_assert!(in_force.insert(begun.code) && !county.grid_codes.contains(&begun.code));
        }
        prop_assert_eq!(in_force.len(), county.grids.len());
        // Whatever is in force lies in a village that is there.
        for grid in &in_force {
            prop_assert!(after[&grid.village()].is_valid_at(new_year()));
        }
    }

    #[test]
    fn the_third_town_is_left_alone(county in counties()) {
        let plan = county.plan(&[merge(&[A, B], A)]).unwrap();
        let third = code(C);
        prop_assert!(!plan.divisions.iter().any(|d| third.contains(d.code)));
        prop_assert!(!plan.grids.ended.iter().any(|g| third.contains(g.village())));
    }
}
