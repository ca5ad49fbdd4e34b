//! Cases by boxes of the map.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::access::{PersonId, Reach};
use gridwhistle_domain::case::{Case, Event, Stage};
use gridwhistle_domain::place::{Bbox, GridCode, Position};
use gridwhistle_store::{CaseFilter, CaseOrder, Store, Within};
use support::{Database, division, morning, next, placed, report_at, whole_county};
use uuid::Uuid;

on_both_engines!(
    a_box_holds_the_cases_that_lie_in_it_page_by_page,
    a_box_of_nothing_holds_the_cases_without_coordinates_if_these_are_wanted,
    a_case_that_moves_on_stays_in_its_box,
    a_database_from_before_there_were_places_is_brought_up_to_date,
);

/// Places on a lattice of hundredths of degrees, so that some lie on the edges of boxes.
fn lattice(east: u32, north: u32) -> Position {
    Position::new(
        119.0 + 0.01 * f64::from(east),
        34.8 + 0.01 * f64::from(north),
    )
    .unwrap()
}

/// A box between two places of the lattice.
fn area(from: (u32, u32), to: (u32, u32)) -> Bbox {
    Bbox {
        south_west: lattice(from.0, from.1),
        north_east: lattice(to.0, to.1),
    }
}

/// Sixty cases in three grids of two towns: one in six without coordinates, one in five at an end.
async fn filed(store: &Store) -> Vec<Case> {
    let grids = ["320707101001001", "320707101001002", "320707102001001"];
    let mut cases = Vec::new();
    for n in 0..60_u32 {
        // Several are due at the same moment.
        let at = morning().plus_minutes([5, 0, 9, 5][n as usize % 4]);
        let mut append = report_at(grids[n as usize % 3], at);
        if n % 6 != 1 {
            append = placed(append, lattice(n * 7 % 11, n * 5 % 13));
        }
        let mut case = store.append(append).await.unwrap().case;
        if n % 5 == 2 {
            let reason = "重复".to_owned();
            let end = next(&case, vec![Event::Voided { reason }]);
            case = store.append(end).await.unwrap().case;
        }
        cases.push(case);
    }
    cases
}

/// All pages of what is asked for, as numbers.
async fn walked(store: &Store, filter: &CaseFilter) -> Vec<String> {
    let mut filter = filter.clone();
    let mut numbers = Vec::new();
    loop {
        let page = store.cases(&filter).await.unwrap();
        numbers.extend(page.items.iter().map(|case| case.number.clone()));
        filter.after = page.next;
        if filter.after.is_none() {
            return numbers;
        }
    }
}

fn wanted(case: &Case, within: &Within) -> bool {
    case.place.position.map_or(within.unplaced, |at| {
        within.boxes.iter().any(|area| area.contains(at))
    })
}

async fn a_box_holds_the_cases_that_lie_in_it_page_by_page(db: &Database) {
    let store = db.open().await;
    let mut cases = filed(&store).await;
    // The newest first.
    cases.reverse();
    let grid = |text: &str| GridCode::parse(text).unwrap();
    let reaches = [
        whole_county(),
        vec![Reach::Division(division("320707101000"))],
        vec![Reach::Division(division("320700000000"))],
        vec![Reach::Grids(vec![
            grid("320707101001001"),
            grid("320707102001001"),
        ])],
        vec![Reach::Own(PersonId(Uuid::from_u128(7)))],
    ];
    let boxes = [
        vec![area((2, 2), (6, 9))],
        vec![area((0, 0), (10, 12))],
        vec![area((4, 4), (4, 4))],
        // Two that overlap.
        vec![area((0, 0), (5, 5)), area((3, 3), (8, 8))],
    ];
    let mut found = 0;
    for reaches in reaches {
        let seen = |case: &Case| {
            let village = case.place.village.unwrap();
            reaches.iter().any(|reach| match reach {
                Reach::Division(code) => code.contains(village),
                Reach::Grids(codes) => codes.contains(&case.place.grid.unwrap()),
                _ => true,
            })
        };
        for boxes in boxes.clone() {
            for unplaced in [false, true] {
                let within = Within {
                    boxes: boxes.clone(),
                    unplaced,
                };
                for open in [None, Some(true), Some(false)] {
                    let mut expected: Vec<String> = cases
                        .iter()
                        .filter(|case| wanted(case, &within) && seen(case))
                        .filter(|case| open.is_none_or(|open| case.stage.is_end() != open))
                        .map(|case| case.number.clone())
                        .collect();
                    found += expected.len();
                    let mut filter = CaseFilter {
                        reaches: reaches.clone(),
                        within: Some(within.clone()),
                        open,
                        limit: 4,
                        ..CaseFilter::default()
                    };
                    let told = walked(&store, &filter).await;
                    assert_eq!(told, expected, "{filter:?}");
                    // By what is due it is the other way through the table.
                    filter.order = CaseOrder::Due;
                    let mut told = walked(&store, &filter).await;
                    told.sort_unstable();
                    expected.sort_unstable();
                    assert_eq!(told, expected, "{filter:?}");
                }
            }
        }
    }
    assert!(found > 500, "{found}");
}

async fn a_box_of_nothing_holds_the_cases_without_coordinates_if_these_are_wanted(db: &Database) {
    let store = db.open().await;
    let cases = filed(&store).await;
    let without = cases.iter().filter(|case| case.place.position.is_none());
    let far = Bbox {
        south_west: Position::new(-10.0, -10.0).unwrap(),
        north_east: Position::new(10.0, 10.0).unwrap(),
    };
    for (boxes, unplaced, expected) in [
        (vec![far], true, without.clone().count()),
        (vec![], true, without.count()),
        (vec![far], false, 0),
        (vec![], false, 0),
    ] {
        let filter = CaseFilter {
            reaches: whole_county(),
            within: Some(Within { boxes, unplaced }),
            limit: 3,
            ..CaseFilter::default()
        };
        assert_eq!(walked(&store, &filter).await.len(), expected, "{filter:?}");
    }
}

async fn a_case_that_moves_on_stays_in_its_box(db: &Database) {
    let store = db.open().await;
    let at = lattice(3, 3);
    let case = store
        .append(placed(report_at("320707101001001", morning()), at))
        .await
        .unwrap()
        .case;
    let held = async |open, stages: &[Stage]| {
        let filter = CaseFilter {
            reaches: whole_county(),
            within: Some(Within {
                boxes: vec![area((3, 3), (3, 3))],
                unplaced: false,
            }),
            open,
            stages: stages.to_vec(),
            limit: 3,
            ..CaseFilter::default()
        };
        walked(&store, &filter).await.len()
    };
    assert_eq!(held(Some(true), &[]).await, 1);
    assert_eq!(held(Some(false), &[]).await, 0);
    let reason = "重复".to_owned();
    let end = next(&case, vec![Event::Voided { reason }]);
    store.append(end).await.unwrap();
    assert_eq!(held(Some(true), &[]).await, 0);
    assert_eq!(held(Some(false), &[]).await, 1);
    assert_eq!(held(None, &[Stage::Voided, Stage::Reported]).await, 1);
    assert_eq!(held(None, &[Stage::Reported]).await, 0);
}

async fn a_database_from_before_there_were_places_is_brought_up_to_date(db: &Database) {
    let store = db.open().await;
    filed(&store).await;
    drop(store);
    for change in [
        "DROP INDEX cases_is_open_lat_lon_first_seq",
        "DROP INDEX cases_county_first_seq_unplaced",
        "DROP INDEX cases_town_first_seq_unplaced",
        "ALTER TABLE cases DROP COLUMN lon",
        "ALTER TABLE cases DROP COLUMN lat",
        "DELETE FROM seaql_migrations WHERE version = 'm0012_places'",
    ] {
        db.execute(change).await;
    }
    let store = db.open().await;
    assert_eq!(store.check().await.unwrap().faults, []);
    let filter = CaseFilter {
        reaches: whole_county(),
        within: Some(Within {
            boxes: vec![area((0, 0), (10, 12))],
            unplaced: false,
        }),
        limit: 100,
        ..CaseFilter::default()
    };
    assert_eq!(store.cases(&filter).await.unwrap().items.len(), 50);
}
