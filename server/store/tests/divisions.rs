//! Changesets of divisions: the list, the grids and the record in one commit, or nothing of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::DIVISIONS;
use gridwhistle_domain::place::{
    Boundary, Division, DivisionChange, Grid, GridCode, GridKind, Realm, Reorganisation, reorganise,
};
use gridwhistle_store::{ListNote, PlannedOn, Store, StoreError};
use serde_json::json;
use support::{Database, division, morning, worker};

on_both_engines!(
    a_reorganisation_puts_list_grids_and_record_together,
    what_was_planned_on_other_data_is_refused_and_changes_nothing,
    a_change_of_names_alone_makes_no_version_of_the_boundaries,
);

const TOWN: &str = "320707101000";
const NEW: &str = "320707104000";
const GRID: &str = "320707101200001";

fn listed(code: &str) -> Division {
    let code = division(code);
    Division {
        code,
        name: code.to_string(),
        level: code.level(),
        parent: code.parent(),
        valid_from: None,
        valid_to: None,
        predecessors: vec![],
        successors: vec![],
        former_names: vec![],
    }
}

fn note() -> ListNote {
    ListNote {
        at: morning(),
        by: Some(worker()),
        why: "撤县设区".to_owned(),
    }
}

fn noon() -> Timestamp {
    morning().plus_minutes(180)
}

async fn filled(db: &Database) -> Store {
    let store = db.open().await;
    let codes = ["320707000000", TOWN, "320707101200"];
    let divisions = codes.map(|code| (code.to_owned(), listed(code)));
    let unexplained = ListNote::unexplained(morning());
    store
        .put_list(DIVISIONS, divisions, unexplained)
        .await
        .unwrap();
    let square = json!({"type": "Polygon", "coordinates": [[
        [119.0, 34.9], [119.01, 34.9], [119.01, 34.91], [119.0, 34.91], [119.0, 34.9]
    ]]});
    let grid = Grid {
        code: GridCode::parse(GRID).unwrap(),
        name: "一".to_owned(),
        kind: GridKind::General,
        boundary: Boundary::from_geojson(&square).unwrap(),
        schematic: true,
        valid_from: morning(),
        valid_to: None,
    };
    store.put_grids(vec![grid]).await.unwrap();
    store
}

async fn planned(store: &Store, changes: &[DivisionChange]) -> (PlannedOn, Reorganisation) {
    let stamp = store.reference_stamp().await.unwrap();
    let divisions: Vec<Division> = store.list(DIVISIONS).await.unwrap();
    let grids = store.grids_page(None, noon(), None, 1_000).await.unwrap();
    let grids: BTreeMap<GridCode, Grid> = grids.into_iter().map(|g| (g.code, g)).collect();
    let grid_codes = store
        .grid_codes(&divisions.iter().map(|d| d.code).collect())
        .await
        .unwrap();
    let realm = Realm {
        divisions: &divisions,
        grids: &grids,
        grid_codes: &grid_codes,
    };
    let plan = reorganise(realm, changes, noon()).unwrap();
    let on = PlannedOn {
        list: 1,
        boundaries: 0,
        stamp,
    };
    (on, plan)
}

fn recode() -> Vec<DivisionChange> {
    vec![DivisionChange::Recode {
        code: division(TOWN),
        to: division(NEW),
        renumbering: vec![],
    }]
}

async fn a_reorganisation_puts_list_grids_and_record_together(db: &Database) {
    let store = filled(db).await;
    let changes = recode();
    let (on, plan) = planned(&store, &changes).await;
    let lineage = plan.lineage.clone();
    let put = store.put_reorganisation(on, noon(), &changes, plan, note());
    assert_eq!(put.await.unwrap(), 2);
    let list: Vec<Division> = store.list(DIVISIONS).await.unwrap();
    let town = list.iter().find(|d| d.code == division(TOWN)).unwrap();
    assert_eq!(town.valid_to, Some(noon()));
    assert_eq!(town.successors, [division(NEW)]);
    let new = GridCode::parse("320707104200001").unwrap();
    let at = async |moment: Timestamp| -> Vec<GridCode> {
        let grids = store.grids_page(None, moment, None, 1_000).await.unwrap();
        grids.iter().map(|grid| grid.code).collect()
    };
    assert_eq!(
        at(noon().plus_micros(-1)).await,
        [GridCode::parse(GRID).unwrap()]
    );
    assert_eq!(at(noon()).await, [new]);
    let descents = store.descents_of(new).await.unwrap();
    assert_eq!(descents.len(), 1);
    let boundaries = store.changesets(None, 9).await.unwrap();
    assert_eq!((boundaries.len(), boundaries[0].version), (1, 1));
    assert_eq!(boundaries[0].changes[0].name(), "transfer");
    let told = store.division_changesets(None, 9).await.unwrap();
    assert_eq!((told.len(), told[0].version), (1, 2));
    assert_eq!(told[0].changes, changes);
    assert_eq!(told[0].lineage, lineage);
    assert_eq!(told[0].note, note());
    assert_eq!(told[0].boundary_version, Some(1));
    assert!(
        store
            .division_changesets(Some(2), 9)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn what_was_planned_on_other_data_is_refused_and_changes_nothing(db: &Database) {
    let store = filled(db).await;
    let changes = recode();
    let (on, plan) = planned(&store, &changes).await;
    // Grids that come in bulk count no version, and yet they are others than those planned for.
    let mut other = store.grids_changed_since(None).await.unwrap();
    "二".clone_into(&mut other[0].name);
    store.put_grids(other).await.unwrap();
    let put = store.put_reorganisation(on.clone(), noon(), &changes, plan.clone(), note());
    assert!(matches!(put.await, Err(StoreError::Stale)));
    let stamp = store.reference_stamp().await.unwrap();
    for stale in [
        PlannedOn {
            list: 0,
            stamp: stamp.clone(),
            ..on.clone()
        },
        PlannedOn {
            boundaries: 7,
            stamp: stamp.clone(),
            ..on
        },
    ] {
        let put = store.put_reorganisation(stale, noon(), &changes, plan.clone(), note());
        assert!(matches!(put.await, Err(StoreError::Stale)));
    }
    assert_eq!(store.reference_stamp().await.unwrap(), stamp, "rolled back");
    assert_eq!(
        store.list_versions(DIVISIONS, None, 9).await.unwrap().len(),
        1
    );
    assert!(store.changesets(None, 9).await.unwrap().is_empty());
    assert!(store.division_changesets(None, 9).await.unwrap().is_empty());
}

async fn a_change_of_names_alone_makes_no_version_of_the_boundaries(db: &Database) {
    let store = filled(db).await;
    let changes = vec![DivisionChange::Rename {
        code: division(TOWN),
        name: "乙镇".to_owned(),
    }];
    let (on, plan) = planned(&store, &changes).await;
    let put = store.put_reorganisation(on, noon(), &changes, plan, note());
    assert_eq!(put.await.unwrap(), 2);
    let told = store.division_changesets(None, 9).await.unwrap();
    assert_eq!(told[0].boundary_version, None);
    assert!(store.changesets(None, 9).await.unwrap().is_empty());
    let list: Vec<Division> = store.list(DIVISIONS).await.unwrap();
    let town = list.iter().find(|d| d.code == division(TOWN)).unwrap();
    let names = [noon().plus_micros(-1), noon()].map(|at| town.name_at(at).to_owned());
    assert_eq!(names, [TOWN, "乙镇"]);
}
