//! How SQLite carries out the queries that answer at once whatever the number of cases: along an
//! index, without sorting.

#![allow(clippy::unwrap_used)]

use gridwhistle_domain::access::{PersonId, Reach};
use gridwhistle_domain::case::{Queue, Stage};
use gridwhistle_domain::place::{Bbox, DivisionCode, GridCode, Position};
use gridwhistle_domain::routing::UnitCode;
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};
use uuid::Uuid;

use crate::within::{Ground, found};
use crate::{CaseFilter, CaseOrder, Durability, PartFilter, Store, sqlite_url};

async fn plan(store: &Store, query: &impl QueryTrait) -> String {
    let Statement { sql, values, .. } = query.build(DbBackend::Sqlite);
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {sql}"),
        values,
        db_backend: DbBackend::Sqlite,
    };
    let steps = store.readers.query_all_raw(explain).await.unwrap();
    let texts: Vec<String> = steps
        .iter()
        .map(|row| row.try_get_by("detail").unwrap())
        .collect();
    texts.join("\n")
}

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder.path().join("plans.db"));
    let store = Store::open(&url, Durability::Off).await.unwrap();
    (folder, store)
}

fn division(code: &str) -> Reach {
    Reach::Division(DivisionCode::parse(code).unwrap())
}

fn everybody() -> Vec<(&'static str, Reach)> {
    let grid = GridCode::parse("320707101001001").unwrap();
    vec![
        ("cases_county_", division("320707000000")),
        ("cases_town_", division("320707101000")),
        ("cases_village_", division("320707101001")),
        ("cases_grid_", Reach::Grids(vec![grid])),
        ("cases_village_", Reach::Verifying(grid.village())),
    ]
}

/// The plans of the queries of a list.
async fn plans(store: &Store, filter: &CaseFilter) -> Vec<String> {
    plans_on(store, filter, Ground::Anywhere).await
}

/// The same on a part of the ground.
async fn plans_on(store: &Store, filter: &CaseFilter, ground: Ground) -> Vec<String> {
    let mut plans = Vec::new();
    for query in crate::cases::queries(filter, &[ground]) {
        plans.push(plan(store, &query).await);
    }
    plans
}

fn area() -> Bbox {
    Bbox {
        south_west: Position::new(119.1, 34.8).unwrap(),
        north_east: Position::new(119.2, 34.9).unwrap(),
    }
}

#[tokio::test]
async fn lists_of_cases_walk_along_an_index_in_either_order() {
    let (_folder, store) = store().await;
    for (index, reach) in everybody() {
        for (order, rest) in [
            (CaseOrder::Newest, "first_seq"),
            (CaseOrder::Due, "due_at_first_seq"),
        ] {
            for after in [None, Some((5, 7))] {
                for open in [None, Some(true), Some(false)] {
                    let filter = CaseFilter {
                        reaches: vec![reach.clone()],
                        order,
                        after,
                        open,
                        limit: 50,
                        ..CaseFilter::default()
                    };
                    for plan in plans(&store, &filter).await {
                        assert!(
                            plan.contains(&format!("{index}{rest}")),
                            "{filter:?}: {plan}"
                        );
                        assert!(!plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
                        assert!(begins_at_its_place(&filter, &plan), "{filter:?}: {plan}");
                    }
                }
            }
        }
    }
}

/// Whether a page after another does not read what came before it.
fn begins_at_its_place(filter: &CaseFilter, plan: &str) -> bool {
    let place = match filter.order {
        CaseOrder::Newest => "first_seq<?",
        CaseOrder::Due => "(due_at,first_seq)>(?,?)",
    };
    filter.after.is_none() || plan.contains(place)
}

#[tokio::test]
async fn lists_of_a_stage_walk_along_an_index_in_either_order() {
    let (_folder, store) = store().await;
    for (index, reach) in everybody() {
        let is_large = ["cases_county_", "cases_town_"].contains(&index);
        for (order, rest) in [
            (CaseOrder::Newest, "first_seq"),
            (CaseOrder::Due, "due_at_first_seq"),
        ] {
            let walked = match (is_large, order) {
                (false, _) => format!("{index}{rest}"),
                (true, CaseOrder::Newest) => format!("{index}stage_{rest}"),
                (true, CaseOrder::Due) => format!("{index}is_open_stage_{rest}"),
            };
            for after in [None, Some((5, 7))] {
                for open in [None, Some(true)] {
                    let filter = CaseFilter {
                        reaches: vec![reach.clone()],
                        order,
                        after,
                        open,
                        stages: vec![Stage::Reported, Stage::Handling, Stage::Reported],
                        limit: 50,
                        ..CaseFilter::default()
                    };
                    let plans = plans(&store, &filter).await;
                    assert_eq!(plans.len(), if is_large { 2 } else { 1 });
                    for plan in plans {
                        assert!(plan.contains(&walked), "{filter:?}: {plan}");
                        assert!(begins_at_its_place(&filter, &plan), "{filter:?}: {plan}");
                        assert!(!plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn whether_a_box_holds_many_cases_is_told_by_the_index_of_places_alone() {
    let (_folder, store) = store().await;
    for after in [None, Some((5, 7))] {
        for open in [None, Some(true), Some(false)] {
            let filter = CaseFilter {
                open,
                after,
                ..CaseFilter::default()
            };
            let plan = plan(&store, &found(&filter, &area())).await;
            let index = "COVERING INDEX cases_is_open_lat_lon_first_seq \
                         (is_open=? AND lat>? AND lat<?)";
            assert!(plan.contains(index), "{filter:?}: {plan}");
            assert!(!plan.contains("SCAN"), "{filter:?}: {plan}");
        }
    }
}

#[tokio::test]
async fn the_few_cases_of_a_box_are_looked_at_one_by_one() {
    let (_folder, store) = store().await;
    for (_, reach) in everybody() {
        for after in [None, Some((5, 7))] {
            for (open, stages) in [
                (None, vec![]),
                (Some(true), vec![]),
                (None, vec![Stage::Reported, Stage::Closed]),
            ] {
                let filter = CaseFilter {
                    reaches: vec![reach.clone()],
                    after,
                    open,
                    stages,
                    limit: 50,
                    ..CaseFilter::default()
                };
                for plan in plans_on(&store, &filter, Ground::Few(area())).await {
                    assert!(
                        plan.contains("COVERING INDEX cases_is_open_lat_lon_first_seq"),
                        "{filter:?}: {plan}"
                    );
                    // Each by its place in the log, not all that come after a place.
                    assert!(plan.contains("first_seq=?"), "{filter:?}: {plan}");
                    assert!(!plan.contains("SCAN"), "{filter:?}: {plan}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_many_cases_of_a_box_and_those_without_a_place_walk_along_the_order() {
    let (_folder, store) = store().await;
    for (index, reach) in everybody() {
        let is_large = ["cases_county_", "cases_town_"].contains(&index);
        for (ground, walked) in [
            (Ground::Many(area()), format!("{index}first_seq ")),
            // Few of many cases of a county or a town may have no place.
            (
                Ground::Unplaced,
                if is_large {
                    format!("{index}first_seq_unplaced ")
                } else {
                    format!("{index}first_seq ")
                },
            ),
        ] {
            for after in [None, Some((5, 7))] {
                for open in [None, Some(true)] {
                    let filter = CaseFilter {
                        reaches: vec![reach.clone()],
                        after,
                        open,
                        limit: 50,
                        ..CaseFilter::default()
                    };
                    for plan in plans_on(&store, &filter, ground).await {
                        assert!(plan.contains(&walked), "{ground:?} {filter:?}: {plan}");
                        assert!(!plan.contains("TEMP B-TREE"), "{ground:?}: {plan}");
                        assert!(begins_at_its_place(&filter, &plan), "{ground:?}: {plan}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn an_open_case_at_an_end_is_not_looked_for() {
    let filter = CaseFilter {
        reaches: vec![division("320707000000")],
        open: Some(true),
        stages: vec![Stage::Closed],
        limit: 50,
        ..CaseFilter::default()
    };
    assert!(crate::cases::queries(&filter, &[Ground::Anywhere]).is_empty());
}

#[tokio::test]
async fn lists_of_called_units_and_of_whistles_walk_along_an_index() {
    let (_folder, store) = store().await;
    for reach in [division("320707000000"), division("320707101000")] {
        let filter = PartFilter {
            reaches: vec![reach],
            limit: 50,
            ..PartFilter::default()
        };
        for query in crate::cases::assignment_queries(&filter) {
            let plan = plan(&store, &query).await;
            assert!(plan.contains("USING INDEX assignments_"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        for query in crate::cases::whistle_queries(&filter) {
            let plan = plan(&store, &query).await;
            assert!(plan.contains("USING INDEX whistles_"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}

#[tokio::test]
async fn the_list_of_a_unit_walks_along_its_index() {
    let (_folder, store) = store().await;
    let unit = UnitCode("gg".to_owned());
    let filter = PartFilter {
        reaches: vec![Reach::Unit(unit.clone()), Reach::Own(PersonId(Uuid::nil()))],
        units: vec![unit],
        open: Some(true),
        limit: 50,
        ..PartFilter::default()
    };
    for query in crate::cases::assignment_queries(&filter) {
        let plan = plan(&store, &query).await;
        assert!(
            plan.contains("assignments_unit_is_open_due_at_case_seq"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn what_is_due_is_found_along_the_index_of_moments() {
    let (_folder, store) = store().await;
    let now = gridwhistle_domain::clock::Timestamp::from_micros(5);
    for but in [vec![], vec![gridwhistle_domain::case::CaseId(Uuid::nil())]] {
        let plan = plan(&store, &crate::due::due(now, &but, 100)).await;
        assert!(plan.contains("cases_next_at (next_at<?)"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn a_queue_of_a_centre_walks_along_its_index() {
    let (_folder, store) = store().await;
    let centre = DivisionCode::parse("320707101000").unwrap();
    for after in [None, Some((1, 1))] {
        let query = crate::desk::in_queue(&[centre], Queue::Dispatch, after, 50);
        let plan = plan(&store, &query).await;
        assert!(
            plan.contains("waiting_centre_queue_due_at_case_seq"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn the_work_of_all_centres_is_walked_through_along_its_key() {
    let (_folder, store) = store().await;
    let plan = plan(&store, &crate::desk::at_work(None, 128)).await;
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}

#[tokio::test]
async fn the_feed_walks_along_the_log_and_looks_at_single_cases() {
    let (_folder, store) = store().await;
    let unit = Reach::Unit(UnitCode("gg".to_owned()));
    let mut reaches: Vec<Reach> = everybody().into_iter().map(|(_, reach)| reach).collect();
    reaches.extend([unit, Reach::Own(PersonId(Uuid::nil()))]);
    for reaches in reaches
        .iter()
        .map(|r| vec![r.clone()])
        .chain([reaches.clone()])
    {
        let plan = plan(&store, &crate::feed::rows(&reaches, 1_000, 100)).await;
        let first = plan.lines().next().unwrap();
        assert!(
            first.contains("case_events USING INTEGER PRIMARY KEY"),
            "{reaches:?}: {plan}"
        );
        assert!(!plan.contains("SCAN"), "{reaches:?}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{reaches:?}: {plan}");
    }
}
