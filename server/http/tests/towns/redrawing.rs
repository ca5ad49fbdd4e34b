//! Changesets over the API: what they leave open is refused or told, and later dates count for whole grids as well.

use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{ADMIN, GRID, Told, Town, at, written};

const PATH: &str = "/boundary-changes";

/// A square hundredth of a degree, so many of them east and north of the town's first grid; its northern border may
/// lie lower by steps of 1e-7 degrees.
fn square(east: i32, north: i32, lower: i32) -> Value {
    let degrees = |steps: i32| f64::from(steps) / 1e7;
    let (west, south) = (
        1_190_000_000 + 100_000 * east,
        349_000_000 + 100_000 * north,
    );
    let (east, north) = (degrees(west + 100_000), degrees(south + 100_000 - lower));
    let (west, south) = (degrees(west), degrees(south));
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south],
    ]]})
}

/// The grid in a column and row around the first one, which lies in the middle.
fn code(east: i32, north: i32) -> String {
    match 3 * (north + 1) + east + 1 {
        4 => GRID.to_owned(),
        number => format!("32070710120002{number}"),
    }
}

fn feature(east: i32, north: i32) -> Value {
    json!({
        "type": "Feature",
        "properties": {"code": code(east, north), "name": "邻"},
        "geometry": square(east, north, 0),
    })
}

fn around() -> impl Iterator<Item = (i32, i32)> {
    (-1..=1)
        .flat_map(|north| (-1..=1).map(move |east| (east, north)))
        .filter(|place| *place != (0, 0))
}

/// A town with eight grids around the first.
async fn nine() -> Town {
    let town = Town::on("07-15 09:00").await;
    let features: Vec<Value> = around().map(|(east, north)| feature(east, north)).collect();
    let put = town.post(ADMIN, PATH, json!({"reason": "起始", "features": features}));
    let put = put.await;
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(put.body["changed"], 8);
    assert_eq!(put.body["warnings"]["count"], 0, "{}", put.body);
    town
}

async fn tried(town: &Town, changes: Value) -> Told {
    let body = json!({"reason": "试", "dry_run": true, "changes": changes});
    town.post(ADMIN, PATH, body).await
}

fn redraw(code: &str, boundary: &Value) -> Value {
    json!({"change": "redraw", "code": code, "boundary": boundary})
}

#[tokio::test]
async fn a_hole_is_refused_with_its_place_and_area_in_both_languages() {
    let town = nine().await;
    let narrower = redraw(GRID, &square(0, 0, 40_000));
    for (change, fault) in [
        (
            json!({"change": "retire", "code": GRID}),
            "/changes/0/code: leaves_a_hole",
        ),
        (narrower.clone(), "/changes/0/boundary: leaves_a_hole"),
    ] {
        let told = tried(&town, json!([change])).await;
        assert_eq!((told.status, told.faults()), (422, vec![fault.to_owned()]));
    }
    for (language, unit) in [("en", "m²"), ("zh-CN", "平方米")] {
        let body = json!({"reason": "试", "dry_run": true, "changes": [narrower]});
        let told = town.ask_in(language, ADMIN, Method::POST, PATH, None, Some(body));
        let told = told.await;
        let sentence = told.body["errors"][0]["detail"].as_str().unwrap();
        for word in ["119.0050000, 34.9080000", GRID, unit] {
            assert!(sentence.contains(word), "{word}: {sentence}");
        }
    }
    // Land at the outer edge may be given up, and what another one takes as well.
    let edge = redraw(&code(0, 1), &square(0, 1, 40_000));
    assert_eq!(tried(&town, json!([edge])).await.status, 200);
    let west = 1_190_000_000;
    let degrees = |steps: i32| f64::from(steps) / 1e7;
    let (west, east) = (degrees(west), degrees(west + 100_000));
    let lower = json!({"type": "Polygon", "coordinates": [[
        [west, 34.906], [east, 34.906], [east, 34.92], [west, 34.92], [west, 34.906],
    ]]});
    let both = json!([narrower, redraw(&code(0, 1), &lower)]);
    let told = tried(&town, both).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(told.body["warnings"]["count"], 0, "{}", told.body);
}

#[tokio::test]
async fn borders_that_nearly_meet_are_told_before_and_after_and_refuse_nothing() {
    let town = nine().await;
    // Two centimetres short of the northern neighbour, where the eastern one is gone, so that the hair is open.
    let changes = json!([
        {"change": "retire", "code": code(1, 0)},
        redraw(GRID, &square(0, 0, 2)),
    ]);
    let told = tried(&town, changes.clone()).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let dry = told.body["warnings"].clone();
    assert!(dry["count"].as_u64().unwrap() > 0, "{dry}");
    for fault in dry["faults"]["features"].as_array().unwrap() {
        let properties = &fault["properties"];
        let kind = properties["kind"].as_str().unwrap();
        assert!(kind.starts_with("near_"), "{fault}");
        let grids = properties["grids"].as_array().unwrap();
        assert!(grids.contains(&json!(GRID)), "{fault}");
    }
    let version = format!("\"{}\"", told.body["version"]);
    let body = json!({"reason": "调整", "changes": changes});
    let put = town.ask(ADMIN, Method::POST, PATH, Some(&version), Some(body));
    let put = put.await;
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(put.body["warnings"], dry);
}

#[tokio::test]
async fn a_changeset_on_no_version_or_an_older_one_changes_nothing() {
    let town = nine().await;
    let change = redraw(&code(0, 1), &square(0, 1, 40_000));
    let body = json!({"reason": "调整", "changes": [change]});
    let told = town.post(ADMIN, PATH, body.clone()).await;
    assert_eq!(told.status, 428, "{}", told.body);
    for version in ["\"0\"", "\"1\"", "\"99\""] {
        let told = town.ask(ADMIN, Method::POST, PATH, Some(version), Some(body.clone()));
        let told = told.await;
        assert_eq!(told.status, 412, "{version}: {}", told.body);
        assert_eq!(told.etag.as_deref(), Some("\"2\""));
    }
    let grid = town.get(ADMIN, &format!("/grids/{}", code(0, 1))).await;
    assert_eq!(grid.status, 200);
    let grids = town.service.grids_at(town.service.clock.now());
    let standing = grids.into_iter();
    let mut standing = standing.filter(|grid| grid.code.to_string() == code(0, 1));
    let standing = standing.next().unwrap().boundary.to_geojson();
    assert_eq!(standing, square(0, 1, 0));
}

#[tokio::test]
async fn whole_grids_that_name_a_version_are_put_on_that_one_alone() {
    let town = nine().await;
    let mut renamed = feature(0, 1);
    renamed["properties"]["name"] = json!("新名");
    let body = json!({"reason": "测绘", "features": [renamed]});
    for version in ["\"0\"", "\"1\"", "\"3\""] {
        let told = town.ask(ADMIN, Method::POST, PATH, Some(version), Some(body.clone()));
        let told = told.await;
        assert_eq!(told.status, 412, "{version}: {}", told.body);
        assert_eq!(told.etag.as_deref(), Some("\"2\""));
    }
    let told = town.ask(ADMIN, Method::POST, PATH, Some("\"2\""), Some(body));
    let told = told.await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(
        (told.etag.as_deref(), &told.body["version"]),
        (Some("\"3\""), &json!(3))
    );
}

#[tokio::test]
async fn changes_of_more_villages_than_there_are_anywhere_are_told_one_by_one() {
    let town = Town::on("07-15 09:00").await;
    // Each of another village that nobody knows.
    let codes = (1..=1_500).map(|number| format!("32070{:07}001", 7_300_000 + number));
    let codes = codes.filter(|code| !code[..12].ends_with("000"));
    let changes: Vec<Value> = codes
        .map(|code| json!({"change": "retire", "code": code}))
        .collect();
    let told = tried(&town, json!(changes)).await;
    assert_eq!(told.status, 422, "{}", told.body);
    assert_eq!(told.faults()[0], "/changes/0/code: unknown_grid");
}

#[tokio::test]
async fn each_change_that_cannot_be_has_its_code_and_its_place() {
    let town = nine().await;
    let line = |points: &[(f64, f64)]| {
        json!([{
            "change": "split", "code": GRID, "line": points,
            "left": {"code": GRID, "name": "左"},
            "right": {"code": "320707101200031", "name": "右"},
        }])
    };
    let merge = |codes: &[String]| json!([{"change": "merge", "codes": codes, "into": "320707101200031", "name": "并"}]);
    let transfer = |to: &str, new_code: &str| json!([{"change": "transfer", "code": code(1, 1), "to": to, "new_code": new_code}]);
    for (changes, fault) in [
        (
            line(&[(119.004, 34.89), (119.004, 34.905)]),
            "/changes/0/line: line_does_not_cross",
        ),
        (
            line(&[(119.0, 34.89), (119.0, 34.92)]),
            "/changes/0/line: line_misses",
        ),
        (
            line(&[(119.05, 34.89), (119.05, 34.92)]),
            "/changes/0/line: line_misses",
        ),
        (
            line(&[(200.0, 34.89), (119.004, 34.92)]),
            "/changes/0/line/0: not_a_position",
        ),
        (
            merge(&[code(-1, -1), GRID.to_owned()]),
            "/changes/0: not_adjacent",
        ),
        (
            merge(&[code(-1, -1), code(1, -1)]),
            "/changes/0: not_adjacent",
        ),
        (
            merge(&[code(1, 1), code(1, 1)]),
            "/changes/0/codes: wrong_number",
        ),
        (
            transfer("320707199999", "320707199999001"),
            "/changes/0/new_code: unknown_village",
        ),
        (
            transfer("320707101200", "320707101200031"),
            "/changes/0/to: wrong_village",
        ),
        (
            json!([{"change": "retire", "code": "320707101200099"}]),
            "/changes/0/code: unknown_grid",
        ),
        (
            json!([redraw(GRID, &square(1, 0, 0))]),
            "/changes/0: overlap",
        ),
    ] {
        let told = tried(&town, changes).await;
        assert_eq!(
            (told.status, told.faults()),
            (422, vec![fault.to_owned()]),
            "{}",
            told.body
        );
    }
}

#[tokio::test]
async fn whole_grids_count_from_a_later_date_as_changes_do() {
    let town = Town::on("07-15 09:00").await;
    let put = |from: &str, east: i32| {
        json!({
            "reason": "新划", "effective_from": written(from), "features": [feature(east, 0)],
        })
    };
    let past = town.post(ADMIN, PATH, put("07-15 08:00", 1)).await;
    assert_eq!(
        (past.status, past.faults()),
        (
            422,
            vec!["/effective_from: effective_in_the_past".to_owned()]
        )
    );
    town.it_is("07-15 09:01");
    let later = town.post(ADMIN, PATH, put("07-15 12:00", 1)).await;
    assert_eq!(later.status, 200, "{}", later.body);
    assert_eq!(later.body["effective_from"], json!(written("07-15 12:00")));
    let known = async |moment: &str| {
        let grids = town.service.grids_at(at(moment));
        grids.iter().any(|grid| grid.code.to_string() == code(1, 0))
    };
    assert!(!known("07-15 11:59").await);
    assert!(known("07-15 12:00").await);
    // Nothing else may count from before then, be it only tried.
    let mut before = put("07-15 11:00", -1);
    before["dry_run"] = json!(true);
    let before = town.post(ADMIN, PATH, before).await;
    assert_eq!(
        (before.status, before.faults()),
        (
            422,
            vec!["/effective_from: effective_before_another".to_owned()]
        )
    );
    // What will stand then is what is compared with.
    let mut over = put("07-15 13:00", 1);
    over["features"][0]["properties"]["code"] = json!(code(-1, 0));
    let over = town.post(ADMIN, PATH, over).await;
    assert_eq!(
        (over.status, over.faults()),
        (422, vec!["/features/0/geometry: overlap".to_owned()])
    );
    let again = town.post(ADMIN, PATH, put("07-15 12:00", 1)).await;
    assert_eq!((again.status, &again.body["changed"]), (200, &json!(0)));
}

#[tokio::test]
async fn whole_grids_around_a_lake_are_taken_and_the_lake_is_told() {
    let town = Town::on("07-15 09:00").await;
    let mut features: Vec<Value> = around().map(|(east, north)| feature(east, north)).collect();
    // The first grid is drawn elsewhere: in the middle nobody has the land.
    let mut first = feature(0, 0);
    first["geometry"] = square(2, 0, 0);
    features.push(first);
    let body = json!({"reason": "普查", "features": features});
    let told = town.post(ADMIN, PATH, body).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let warnings = told.body["warnings"]["faults"]["features"]
        .as_array()
        .unwrap();
    let [lake] = &warnings[..] else {
        panic!("one lake: {warnings:?}");
    };
    assert_eq!(lake["properties"]["kind"], "gap");
    assert_eq!(lake["properties"]["grids"].as_array().unwrap().len(), 4);
}
