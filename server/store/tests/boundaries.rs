//! Boundaries: changesets that two servers put at once, and imports that wait, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Boundary, Change, Descent, Grid, GridCode, GridKind, Plan};
use gridwhistle_store::{ListNote, Settled, Store, StoreError};
use serde_json::json;
use support::{Database, division, morning, worker};
use uuid::Uuid;

on_both_engines!(
    a_changeset_ends_and_begins_grids_in_one_commit,
    of_two_changesets_on_one_version_one_is_put,
    a_changeset_of_a_later_date_leaves_what_stands_until_then,
    the_codes_of_any_number_of_villages_are_known,
    more_grids_than_one_statement_names_end_together,
    what_waits_and_differs_comes_into_force_together,
    what_was_not_checked_is_not_put_in_force,
    an_import_is_dropped_without_the_others,
);

fn at(minutes: i64) -> Timestamp {
    morning().plus_minutes(minutes)
}

fn code(number: u32) -> GridCode {
    // A thousand grids a village.
    let (village, sequence) = (101_200 + number / 900, number % 900 + 1);
    GridCode::parse(&format!("320707{village}{sequence:03}")).unwrap()
}

fn grid(number: u32, name: &str, from: Timestamp) -> Grid {
    let (west, south) = (
        119.0 + f64::from(number % 100) / 1e3,
        34.8 + f64::from(number / 100) / 1e3,
    );
    let (east, north) = (west + 0.001, south + 0.001);
    let geometry = json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south],
    ]]});
    Grid {
        code: code(number),
        name: name.to_owned(),
        kind: GridKind::General,
        boundary: Boundary::from_geojson(&geometry).unwrap(),
        schematic: false,
        valid_from: from,
        valid_to: None,
    }
}

fn retire(number: u32) -> Change {
    Change::Retire {
        code: code(number),
        heir: None,
    }
}

fn note(minutes: i64) -> ListNote {
    ListNote {
        at: at(minutes),
        by: Some(worker()),
        why: "调整".to_owned(),
    }
}

async fn begin(store: &Store, grids: Vec<Grid>) {
    let plan = Plan {
        ended: Vec::new(),
        begun: grids,
        lineage: Vec::new(),
    };
    let note = note(0);
    let put = store.put_changeset(0, at(0), &[], plan, note).await;
    assert_eq!(put.unwrap(), 1);
}

/// The numbers are those of the grids in force, with their names.
async fn in_force(store: &Store, minutes: i64) -> Vec<(GridCode, String)> {
    let grids = store
        .grids_page(None, at(minutes), None, 10_000)
        .await
        .unwrap();
    grids
        .into_iter()
        .map(|grid| (grid.code, grid.name))
        .collect()
}

fn named(names: &[(u32, &str)]) -> Vec<(GridCode, String)> {
    names
        .iter()
        .map(|(number, name)| (code(*number), (*name).to_owned()))
        .collect()
}

async fn a_changeset_ends_and_begins_grids_in_one_commit(db: &Database) {
    let store = db.open().await;
    begin(&store, vec![grid(0, "一", at(0)), grid(1, "二", at(0))]).await;
    let before = store.reference_stamp().await.unwrap();
    let lineage = vec![Descent {
        predecessor: code(0),
        successor: code(2),
    }];
    let plan = Plan {
        ended: vec![code(0), code(1)],
        begun: vec![grid(1, "二改", at(5)), grid(2, "三", at(5))],
        lineage: lineage.clone(),
    };
    let changes = [retire(0)];
    let put = store.put_changeset(1, at(5), &changes, plan, note(5)).await;
    assert_eq!(put.unwrap(), 2);
    assert_ne!(store.reference_stamp().await.unwrap(), before);
    assert_eq!(in_force(&store, 4).await, named(&[(0, "一"), (1, "二")]));
    assert_eq!(in_force(&store, 5).await, named(&[(1, "二改"), (2, "三")]));
    let settled = Settled {
        version: 2,
        effective_from: Some(at(5)),
    };
    assert_eq!(store.settled_boundaries().await.unwrap(), settled);
    let listed = store.changesets(None, 10).await.unwrap();
    let versions: Vec<u32> = listed.iter().map(|changeset| changeset.version).collect();
    assert_eq!(versions, [2, 1]);
    assert_eq!(
        (&listed[0].changes[..], &listed[0].note),
        (&changes[..], &note(5))
    );
    assert_eq!(store.changesets(Some(2), 10).await.unwrap().len(), 1);
    let related = store.descents_of(code(2)).await.unwrap();
    assert_eq!(related, [(lineage[0], at(5))]);
    // What begins again at the same moment is replaced: it was in force for no time.
    let plan = Plan {
        ended: vec![code(1)],
        begun: vec![grid(1, "二再改", at(5))],
        lineage: Vec::new(),
    };
    let put = store.put_changeset(2, at(5), &[], plan, note(5)).await;
    assert_eq!(put.unwrap(), 3);
    assert_eq!(
        in_force(&store, 5).await,
        named(&[(1, "二再改"), (2, "三")])
    );
    assert_eq!(store.grid_history(code(1)).await.unwrap().len(), 2);
}

async fn of_two_changesets_on_one_version_one_is_put(db: &Database) {
    let servers = [db.open().await, db.open().await];
    begin(&servers[0], vec![grid(0, "一", at(0))]).await;
    let mut tasks = Vec::new();
    for number in 1..9 {
        let store = servers[usize::try_from(number).unwrap() % 2].clone();
        tasks.push(tokio::spawn(async move {
            let plan = Plan {
                ended: vec![code(0)],
                begun: vec![grid(number, "新", at(1))],
                lineage: Vec::new(),
            };
            store
                .put_changeset(1, at(1), &[retire(0)], plan, note(1))
                .await
        }));
    }
    let mut put = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(version) => {
                assert_eq!(version, 2);
                put += 1;
            }
            Err(error) => assert!(matches!(error, StoreError::Stale), "{error:?}"),
        }
    }
    assert_eq!(put, 1);
    assert_eq!(in_force(&servers[0], 1).await.len(), 1);
    assert_eq!(db.count("boundary_changesets").await, 2);
}

async fn a_changeset_of_a_later_date_leaves_what_stands_until_then(db: &Database) {
    let store = db.open().await;
    begin(&store, vec![grid(0, "一", at(0))]).await;
    let plan = Plan {
        ended: vec![code(0)],
        begun: vec![grid(1, "二", at(60))],
        lineage: Vec::new(),
    };
    store
        .put_changeset(1, at(60), &[retire(0)], plan, note(5))
        .await
        .unwrap();
    assert_eq!(in_force(&store, 59).await, named(&[(0, "一")]));
    assert_eq!(in_force(&store, 60).await, named(&[(1, "二")]));
    let villages = [code(0).village(), code(1).village()];
    let codes = store.grid_codes(&villages.into()).await.unwrap();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), [code(0), code(1)]);
}

async fn the_codes_of_any_number_of_villages_are_known(db: &Database) {
    let store = db.open().await;
    // Of three villages, the first and the third of which are far apart.
    let grids = [0, 900, 899_999].map(|number| grid(number, "旧", at(0)));
    let codes: Vec<GridCode> = grids.iter().map(|grid| grid.code).collect();
    begin(&store, grids.into()).await;
    let villages = (101_200..102_700).filter(|village| village % 1_000 != 0);
    let villages = villages.map(|village| division(&format!("320707{village}")));
    let known = store.grid_codes(&villages.collect()).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), codes);
    assert!(
        store
            .grid_codes(&std::collections::BTreeSet::new())
            .await
            .unwrap()
            .is_empty()
    );
}

async fn more_grids_than_one_statement_names_end_together(db: &Database) {
    let store = db.open().await;
    begin(&store, (0..1_203).map(|n| grid(n, "旧", at(0))).collect()).await;
    let plan = Plan {
        ended: (1..1_203).map(code).collect(),
        begun: Vec::new(),
        lineage: Vec::new(),
    };
    store
        .put_changeset(1, at(1), &[], plan, note(1))
        .await
        .unwrap();
    assert_eq!(in_force(&store, 0).await.len(), 1_203);
    assert_eq!(in_force(&store, 1).await, named(&[(0, "旧")]));
}

async fn what_waits_and_differs_comes_into_force_together(db: &Database) {
    let store = db.open().await;
    begin(&store, (0..3).map(|n| grid(n, "旧", at(0))).collect()).await;
    let import = Uuid::from_u128(7);
    let staged = vec![
        // Differs, stands as it is, and is new.
        (grid(0, "新", at(5)), true),
        (grid(1, "不动", at(5)), false),
        (grid(3, "添", at(5)), true),
    ];
    store.stage_grids(import, staged).await.unwrap();
    // A code that waits already stays as it is.
    store
        .stage_grids(import, vec![(grid(3, "再", at(5)), true)])
        .await
        .unwrap();
    let waiting = store.staged_page(import, None, 10).await.unwrap();
    let codes: Vec<GridCode> = waiting.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [code(0), code(1), code(3)]);
    assert_eq!(waiting[2].1, grid(3, "", at(5)).boundary);
    assert_eq!(
        store.staged_page(import, Some(code(0)), 1).await.unwrap(),
        waiting[1..2]
    );
    let some = [code(3), code(9), code(1)];
    assert_eq!(
        store.staged_coded(import, &some).await.unwrap(),
        waiting[1..]
    );
    assert_eq!(in_force(&store, 5).await.len(), 3, "nothing yet");

    let stamp = store.reference_stamp().await.unwrap();
    assert!(
        store
            .apply_staged(import, stamp.clone(), 3, note(5))
            .await
            .unwrap()
    );
    assert_ne!(store.reference_stamp().await.unwrap(), stamp);
    let old = named(&[(0, "旧"), (1, "旧"), (2, "旧")]);
    assert_eq!(in_force(&store, 4).await, old);
    let new = named(&[(0, "新"), (1, "旧"), (2, "旧"), (3, "添")]);
    assert_eq!(in_force(&store, 5).await, new);
    let history = store.grid_history(code(0)).await.unwrap();
    let times: Vec<_> = history.iter().map(|g| (g.valid_from, g.valid_to)).collect();
    assert_eq!(times, [(at(0), Some(at(5))), (at(5), None)]);

    // Another one at the same moment replaces what was in force for no time.
    let second = Uuid::from_u128(8);
    store
        .stage_grids(second, vec![(grid(0, "更新", at(5)), true)])
        .await
        .unwrap();
    let stamp = store.reference_stamp().await.unwrap();
    assert!(store.apply_staged(second, stamp, 1, note(5)).await.unwrap());
    assert_eq!(in_force(&store, 5).await[0].1, "更新");
    assert_eq!(store.grid_history(code(0)).await.unwrap().len(), 2);
    let page = store
        .grids_page(Some(division("320707101200")), at(5), Some(code(1)), 1)
        .await;
    assert_eq!(page.unwrap()[0].code, code(2));
    let found = store.grids_coded(&[code(3), code(0)], at(4)).await.unwrap();
    assert_eq!(found.len(), 1);
}

async fn what_was_not_checked_is_not_put_in_force(db: &Database) {
    let store = db.open().await;
    begin(&store, vec![grid(0, "旧", at(0))]).await;
    let import = Uuid::from_u128(7);
    store
        .stage_grids(import, vec![(grid(0, "新", at(5)), true)])
        .await
        .unwrap();
    let stamp = store.reference_stamp().await.unwrap();
    let fewer = store.apply_staged(import, stamp.clone(), 2, note(5)).await;
    assert!(!fewer.unwrap(), "not so many wait");
    let other = store
        .apply_staged(import, "other".to_owned(), 1, note(5))
        .await;
    assert!(!other.unwrap(), "something else was put meanwhile");
    assert_eq!(in_force(&store, 5).await, named(&[(0, "旧")]));
    assert_eq!(store.reference_stamp().await.unwrap(), stamp);
    // Of two that checked the same, the second comes too late.
    assert!(
        store
            .apply_staged(import, stamp.clone(), 1, note(5))
            .await
            .unwrap()
    );
    assert!(!store.apply_staged(import, stamp, 1, note(6)).await.unwrap());
}

async fn an_import_is_dropped_without_the_others(db: &Database) {
    let store = db.open().await;
    let imports = [Uuid::from_u128(7), Uuid::from_u128(8), Uuid::from_u128(9)];
    for import in imports {
        let grids = (0..3).map(|n| (grid(n, "待", at(5)), true)).collect();
        store.stage_grids(import, grids).await.unwrap();
    }
    store.discard_staged(Some(imports[1])).await.unwrap();
    assert!(
        store
            .staged_page(imports[1], None, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.staged_page(imports[2], None, 10).await.unwrap().len(),
        3
    );
    store.discard_staged(None).await.unwrap();
    assert_eq!(db.count("grid_imports").await, 0);
}
