#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use gridwhistle_domain::access::Reach;
use gridwhistle_domain::case::{Case, Stage};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_store::CaseFilter;

use super::*;

const KEY: [u8; 32] = [7; 32];

fn options(folder: &Path) -> DemoOptions {
    DemoOptions {
        data_dir: folder.to_owned(),
        cases: 160,
        grids: Some(900),
    }
}

async fn all_cases(store: &Store) -> Vec<Case> {
    let county = DivisionCode::parse(county::COUNTY).unwrap();
    let mut filter = CaseFilter {
        reaches: vec![Reach::Division(county)],
        limit: 100,
        ..CaseFilter::default()
    };
    let mut cases = Vec::new();
    loop {
        let page = store.cases(&filter).await.unwrap();
        cases.extend(page.items);
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return cases,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_lives_by_the_rules_and_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gridwhistle.db");
    let tally = make(&options(folder.path()), &file, KEY).await.unwrap();
    assert_eq!(tally.refusals, Vec::<String>::new());
    assert_eq!(tally.cases, 160);

    let store = open(&file, Durability::Full).await.unwrap();
    let findings = store.check().await.unwrap();
    assert_eq!(findings.faults, []);
    let mut stages: BTreeMap<Stage, usize> = BTreeMap::new();
    let cases = all_cases(&store).await;
    for case in &cases {
        *stages.entry(case.stage).or_default() += 1;
    }
    for stage in [
        Stage::Reported,
        Stage::Accepted,
        Stage::Registered,
        Stage::Assigned,
        Stage::Handling,
        Stage::Handled,
        Stage::Verifying,
        Stage::Verified,
        Stage::Closed,
    ] {
        assert!(
            stages.contains_key(&stage),
            "{stage} is missing in {stages:?}"
        );
    }
    let whistles: usize = cases.iter().map(|case| case.whistles.len()).sum();
    assert!(whistles > 30, "{whistles}");
    drop(store);

    let again = prepare(&options(folder.path()), "http://127.0.0.1:1", KEY)
        .await
        .unwrap();
    assert_eq!(again, file);
    let store = open(&file, Durability::Full).await.unwrap();
    assert_eq!(
        all_cases(&store).await.len(),
        cases.len(),
        "a second start keeps the data"
    );
    let told = std::fs::read_to_string(folder.path().join("demo.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["base_url"], "http://127.0.0.1:1");
    assert_eq!(told["accounts"][0]["username"], "grid_worker");
    assert!(
        told["accounts"][0]["scope"]
            .as_str()
            .unwrap()
            .starts_with(county::VILLAGE)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_start_left_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("gridwhistle.db.partial"),
        b"half a database",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("gridwhistle.db.partial-wal"),
        b"half a log",
    )
    .unwrap();
    let options = DemoOptions {
        cases: 4,
        ..options(folder.path())
    };
    let file = prepare(&options, "http://127.0.0.1:1", KEY).await.unwrap();
    let store = open(&file, Durability::Full).await.unwrap();
    assert_eq!(all_cases(&store).await.len(), 4);
}
