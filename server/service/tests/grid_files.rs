//! Grids from files and into files, over a real store.

#![allow(clippy::unwrap_used)]

use std::io::{BufReader, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{BoundaryFaultCode, Crs, DivisionCode, Grid, GridKind};
use gridwhistle_service::import::{
    Fault, Fields, GridImport, ImportError, Progress, Spot, Wrong, WrongGrid, bundle, import_grids,
};
use gridwhistle_service::{GridExport, GridFormat, grid_pieces};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

struct County {
    store: Store,
    _folder: TempDir,
}

fn moment(minute: i64) -> Timestamp {
    let begin = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
    begin.plus_micros(minute * 60_000_000)
}

impl County {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("county.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let note = ListNote::unexplained(moment(0));
        bundle::put(&store, &bundle::ganyu().unwrap(), &note)
            .await
            .unwrap();
        Self {
            store,
            _folder: folder,
        }
    }

    async fn import(&self, minute: i64, file: &[u8]) -> Result<usize, ImportError> {
        self.import_as(minute, file, &GridImport::default()).await
    }

    async fn import_as(
        &self,
        minute: i64,
        file: &[u8],
        import: &GridImport,
    ) -> Result<usize, ImportError> {
        import_grids(&self.store, moment(minute), file, import, &mut |_| {}).await
    }

    async fn faults(&self, minute: i64, file: &[u8]) -> Vec<(u64, u64, String, Wrong)> {
        match self.import(minute, file).await {
            Err(ImportError::Faults(faults)) => faults.into_iter().map(told).collect(),
            other => panic!("{other:?}"),
        }
    }

    async fn export(&self, format: GridFormat, minute: i64, crs: Crs) -> String {
        let export = GridExport {
            format,
            division: None,
            at: moment(minute),
            crs,
        };
        let pieces = grid_pieces(self.store.clone(), export);
        let pieces: Vec<_> = pieces.try_collect().await.unwrap();
        String::from_utf8(pieces.concat()).unwrap()
    }

    async fn grids(&self, minute: i64) -> Vec<Grid> {
        let page = self.store.grids_page(None, moment(minute), None, 10_000);
        page.await.unwrap()
    }
}

fn told(fault: Fault) -> (u64, u64, String, Wrong) {
    match fault.at {
        Spot::Feature {
            line,
            feature,
            pointer,
        } => (line, feature, pointer, fault.wrong),
        _ => (0, 0, String::new(), fault.wrong),
    }
}

/// The n-th of squares that share their sides, a hundred in a row.
fn square(number: u32) -> Value {
    let west = 119.0 + f64::from(number % 100) / 1_000.0;
    let south = 34.9 + f64::from(number / 100) / 1_000.0;
    let (east, north) = (west + 0.001, south + 0.001);
    let ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ];
    json!({"type": "Polygon", "coordinates": [ring]})
}

fn feature(number: u32, name: &str, geometry: &Value) -> String {
    let code = format!("320707101200{:03}", number + 1);
    let properties = json!({"code": code, "name": name, "kind": "general", "schematic": true});
    json!({"type": "Feature", "properties": properties, "geometry": geometry}).to_string()
}

fn lines(count: u32) -> String {
    let features =
        (0..count).map(|number| feature(number, &format!("第{number}网格"), &square(number)));
    features.collect::<Vec<_>>().join("\n")
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_packed_sequence_is_put_in_force_and_putting_it_again_changes_nothing() {
    let county = County::build().await;
    let file = gzip(&lines(700));
    assert_eq!(county.import(1, &file).await.unwrap(), 700);
    assert_eq!(county.grids(1).await.len(), 700);
    assert!(county.grids(0).await.is_empty());
    assert_eq!(county.import(2, &file).await.unwrap(), 0);
}

#[tokio::test]
async fn a_grid_that_changes_ends_and_its_successor_begins_at_the_same_moment() {
    let county = County::build().await;
    county.import(1, lines(3).as_bytes()).await.unwrap();
    let renamed = feature(1, "新名", &square(1));
    assert_eq!(county.import(2, renamed.as_bytes()).await.unwrap(), 1);
    let code = "320707101200002".parse().unwrap();
    let history = county.store.grid_history(code).await.unwrap();
    let [old, new] = &history[..] else {
        panic!("{history:?}");
    };
    assert_eq!(
        (old.valid_to, new.valid_from, new.valid_to),
        (Some(moment(2)), moment(2), None)
    );
    assert_eq!(county.grids(1).await[1].name, "第1网格");
    assert_eq!(county.grids(2).await[1].name, "新名");
}

#[tokio::test]
async fn a_broken_feature_in_the_middle_is_told_with_its_line_and_nothing_is_applied() {
    let county = County::build().await;
    let mut broken: Vec<String> = lines(600).lines().map(str::to_owned).collect();
    broken[549] = feature(
        549,
        "尖",
        &json!({"type": "Polygon", "coordinates": [[[1, 1], [1, 1]]]}),
    );
    let faults = county.faults(1, broken.join("\n").as_bytes()).await;
    let [(550, 550, pointer, Wrong::Grid(WrongGrid::Boundary(fault)))] = &faults[..] else {
        panic!("{faults:?}");
    };
    assert_eq!(pointer, "/geometry/coordinates/0");
    assert_eq!(fault.code, BoundaryFaultCode::RingTooShort);
    assert!(county.grids(1).await.is_empty());
    // What waited is gone as well: the same grids are taken without it.
    broken.remove(549);
    assert_eq!(
        county
            .import(2, broken.join("\n").as_bytes())
            .await
            .unwrap(),
        599
    );
}

#[tokio::test]
async fn a_packed_file_that_was_cut_off_applies_nothing() {
    let county = County::build().await;
    let packed = gzip(&lines(900));
    let faults = county.faults(1, &packed[..packed.len() - 20]).await;
    let damaged = Wrong::Grid(WrongGrid::GzipDamaged);
    assert!(faults.iter().any(|fault| fault.3 == damaged), "{faults:?}");
    assert!(county.grids(1).await.is_empty());
}

#[tokio::test]
async fn a_small_packed_file_that_unpacks_to_a_thousand_times_as_much_is_refused_at_its_feature() {
    let county = County::build().await;
    // A name of a gibibyte, packed piece by piece into a few mebibytes.
    let mut bomb = gzip(&lines(1));
    bomb.extend(gzip(
        "\n{\"type\": \"Feature\", \"properties\": {\"name\": \"",
    ));
    bomb.extend(gzip(&"x".repeat(1 << 20)).repeat(1_024));
    assert!(bomb.len() < 16 << 20, "{}", bomb.len());
    let faults = county.faults(1, &bomb).await;
    assert!(
        matches!(
            &faults[..],
            [(2, 2, _, Wrong::Grid(WrongGrid::FeatureTooLarge { .. }))]
        ),
        "{faults:?}"
    );
    assert!(county.grids(1).await.is_empty());
}

#[tokio::test]
async fn every_bad_feature_has_its_reason() {
    let county = County::build().await;
    let polygon = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
    let million = "[1,1],".repeat(1_000_000);
    let rows = [
        (
            polygon("[[119,34],[1e300,34],[119,35],[119,34]]"),
            "out_of_range",
        ),
        (
            polygon("[[119,34],[null,34],[119,35],[119,34]]"),
            "not_finite",
        ),
        (polygon("[[119,34],[NaN,34],[119,35],[119,34]]"), "syntax"),
        (polygon(&format!("[{million}[1,1]]")), "too large"),
        (
            polygon(&format!("[{}[1,1]]", "[1,1],".repeat(5_000))),
            "too_many_vertices",
        ),
        (polygon(&"[".repeat(100)), "too deep"),
    ];
    for (geometry, reason) in rows {
        let file = format!(
            r#"{{"type":"Feature","properties":{{"code":"320707101200001","name":"一","kind":"micro","schematic":false}},"geometry":{geometry}}}"#
        );
        let faults = county.faults(1, file.as_bytes()).await;
        let (line, number, _, wrong) = &faults[0];
        assert_eq!((*line, *number), (1, 1), "{reason}");
        let found = match wrong {
            Wrong::Grid(WrongGrid::Boundary(fault)) => fault.code.as_str(),
            Wrong::Grid(WrongGrid::FeatureTooLarge { .. }) => "too large",
            Wrong::Grid(WrongGrid::TooDeep { .. }) => "too deep",
            Wrong::JsonSyntax => "syntax",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, reason);
    }
}

#[tokio::test]
async fn grids_that_overlap_each_other_or_what_stands_are_refused() {
    let county = County::build().await;
    county.import(1, lines(2).as_bytes()).await.unwrap();
    let wide = json!({"type": "Polygon", "coordinates": [[
        [119.0015, 34.9], [119.0035, 34.9], [119.0035, 34.901], [119.0015, 34.901], [119.0015, 34.9],
    ]]});
    let file = [feature(2, "丙", &square(2)), feature(3, "丁", &wide)].join("\n");
    let faults = county.faults(2, file.as_bytes()).await;
    let pairs: Vec<(u64, String, String)> = faults
        .into_iter()
        .map(|(line, _, _, wrong)| match wrong {
            Wrong::Grid(WrongGrid::Overlap { a, b, .. }) => (line, a.to_string(), b.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    let [third, fourth, second] = ["320707101200003", "320707101200004", "320707101200002"];
    assert_eq!(
        pairs,
        [
            (2, third.to_owned(), fourth.to_owned()),
            (2, fourth.to_owned(), second.to_owned()),
        ]
    );
    assert_eq!(county.grids(2).await.len(), 2);
}

#[tokio::test]
async fn a_code_that_comes_twice_and_an_unknown_village_are_refused() {
    let county = County::build().await;
    let stranger = feature(5, "外", &square(5)).replace("320707101200", "320707999999");
    let file = [
        feature(0, "甲", &square(0)),
        feature(0, "乙", &square(1)),
        stranger,
    ]
    .join("\n");
    let faults = county.faults(1, file.as_bytes()).await;
    let places: Vec<(u64, &str)> = faults.iter().map(|f| (f.0, f.2.as_str())).collect();
    assert_eq!(places, [(3, "/properties/code"), (2, "/properties/code")]);
    assert!(matches!(faults[0].3, Wrong::UnknownDivision { .. }));
    assert!(matches!(faults[1].3, Wrong::EntryTwice { .. }));
}

#[tokio::test]
async fn other_programs_may_call_the_properties_otherwise() {
    let county = County::build().await;
    let file = json!({"type": "FeatureCollection", "name": "网格", "features": [{
        "type": "Feature",
        "properties": {"WGDM": 320_707_101_200_001_u64, "WGMC": "柘汪第一网格"},
        "geometry": square(0),
    }]});
    let import = GridImport {
        fields: Fields {
            code: "WGDM".to_owned(),
            name: "WGMC".to_owned(),
            kind: Some(GridKind::Micro),
            schematic: Some(false),
            crs: Crs::Cgcs2000,
        },
        ..GridImport::default()
    };
    let file = file.to_string();
    let imported = county.import_as(1, file.as_bytes(), &import).await;
    assert_eq!(imported.unwrap(), 1);
    let grids = county.grids(1).await;
    assert_eq!(
        (grids[0].name.as_str(), grids[0].kind, grids[0].schematic),
        ("柘汪第一网格", GridKind::Micro, false)
    );
}

#[tokio::test]
async fn a_trial_changes_nothing_and_progress_is_told() {
    let county = County::build().await;
    let import = GridImport {
        dry_run: true,
        ..GridImport::default()
    };
    let mut told = Vec::new();
    let text = lines(600);
    let reader = BufReader::new(text.as_bytes());
    let mut note = |progress: Progress| told.push(progress);
    let changed = import_grids(&county.store, moment(1), reader, &import, &mut note).await;
    assert_eq!(changed.unwrap(), 600);
    assert!(county.grids(1).await.is_empty());
    assert!(matches!(told[0], Progress::Read { features: 500, .. }));
    let (grids, of) = (600, 600);
    assert_eq!(told.last(), Some(&Progress::Compared { grids, of }));
}

#[tokio::test]
async fn what_is_exported_imports_as_the_same() {
    let county = County::build().await;
    county.import(1, lines(200).as_bytes()).await.unwrap();
    for format in [GridFormat::GeoJson, GridFormat::GeoJsonSeq] {
        let file = county.export(format, 1, Crs::Wgs84).await;
        assert_eq!(county.import(2, file.as_bytes()).await.unwrap(), 0);
        let other = County::build().await;
        assert_eq!(other.import(1, &gzip(&file)).await.unwrap(), 200);
        assert_eq!(other.grids(1).await, county.grids(1).await);
    }
    let before = county.export(GridFormat::GeoJson, 0, Crs::Wgs84).await;
    let before: Value = serde_json::from_str(&before).unwrap();
    assert_eq!(before["features"], json!([]));
}

#[tokio::test]
async fn a_file_in_the_system_of_phones_is_only_taken_for_one() {
    let county = County::build().await;
    county.import(1, lines(20).as_bytes()).await.unwrap();
    let file = county.export(GridFormat::GeoJsonSeq, 1, Crs::Gcj02).await;
    let faults = county.faults(2, file.as_bytes()).await;
    let text = "gcj02".to_owned();
    let shifted = Wrong::Grid(WrongGrid::OtherSystem { text });
    assert_eq!(faults[0].2, "/coordinate_system");
    assert_eq!(faults[0].3, shifted);
    let import = GridImport {
        fields: Fields {
            crs: Crs::Gcj02,
            ..Fields::default()
        },
        ..GridImport::default()
    };
    county.import_as(2, file.as_bytes(), &import).await.unwrap();
    let (before, after) = (county.grids(1).await, county.grids(2).await);
    for (old, new) in before.iter().zip(&after) {
        let moved = old.boundary.bbox().south_west;
        let moved = moved.distance_m(new.boundary.bbox().south_west);
        assert!(moved < 0.05, "{moved}");
    }
}

#[tokio::test]
async fn a_table_is_read_by_spreadsheets_and_holds_no_formula() {
    let county = County::build().await;
    let file = [
        feature(0, "=HYPERLINK(1)", &square(0)),
        feature(1, "柘汪,一", &square(1)),
    ]
    .join("\n");
    county.import(1, file.as_bytes()).await.unwrap();
    let table = county.export(GridFormat::Csv, 1, Crs::Wgs84).await;
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(
        rows[0],
        "\u{feff}code,name,kind,village,schematic,valid_from,valid_to,WKT"
    );
    assert!(
        rows[1].starts_with("320707101200001,'=HYPERLINK(1),general,"),
        "{}",
        rows[1]
    );
    assert!(rows[1].ends_with(
        ",\"POLYGON ((119 34.9, 119.001 34.9, 119.001 34.901, 119 34.901, 119 34.9))\""
    ));
    assert!(
        rows[2].starts_with("320707101200002,\"柘汪,一\","),
        "{}",
        rows[2]
    );
}

#[tokio::test]
async fn of_a_division_only_its_own_grids_are_exported() {
    let county = County::build().await;
    county.import(1, lines(3).as_bytes()).await.unwrap();
    for (division, expected) in [
        ("320707101200", 3),
        ("320707101000", 3),
        ("320707000000", 3),
        ("320707102000", 0),
    ] {
        let division = DivisionCode::parse(division).unwrap();
        let page = county
            .store
            .grids_page(Some(division), moment(1), None, 10)
            .await
            .unwrap();
        assert_eq!(page.len(), expected, "{division}");
    }
}

#[tokio::test]
async fn an_import_that_was_overtaken_applies_nothing() {
    let county = County::build().await;
    let import = uuid::Uuid::now_v7();
    let store = &county.store;
    let stale = "another stamp".to_owned();
    assert!(
        !store
            .apply_staged(import, stale, 0, ListNote::unexplained(moment(1)))
            .await
            .unwrap()
    );
    let stamp = store.reference_stamp().await.unwrap();
    let missing = store.apply_staged(import, stamp.clone(), 1, ListNote::unexplained(moment(1)));
    assert!(!missing.await.unwrap());
    assert_eq!(store.reference_stamp().await.unwrap(), stamp);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_grids_come_back_as_they_went_out(
        names in prop::collection::vec("[\\u4e00-\\u4eff\"\\\\,=a-z]{1,12}", 1..70),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let county = County::build().await;
            let file: Vec<String> = (0..)
                .zip(&names)
                .map(|(number, name)| feature(number, name, &square(number)))
                .collect();
            county.import(1, file.join("\n").as_bytes()).await.unwrap();
            let exported = county.export(GridFormat::GeoJson, 1, Crs::Bd09).await;
            let read: Value = serde_json::from_str(&exported).unwrap();
            let found: Vec<&str> = read["features"]
                .as_array()
                .unwrap()
                .iter()
                .map(|feature| feature["properties"]["name"].as_str().unwrap())
                .collect();
            assert_eq!(found, names);
        });
    }
}
