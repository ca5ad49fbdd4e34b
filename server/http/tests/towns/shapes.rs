//! Shapes that are none: refused with a code of their own and their place, in both languages, wherever a boundary comes in.

use std::collections::BTreeMap;

use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{ADMIN, TOWN, Told, Town, WORKER};

/// Where no grid lies: thousandths of a degree east and north of a corner.
fn at((east, north): (i32, i32)) -> Value {
    let degrees = |corner: i32, units: i32| f64::from(corner + 10_000 * units) / 1e7;
    json!([degrees(1_191_000_000, east), degrees(349_000_000, north)])
}

/// A ring, closed.
fn ring(corners: &[(i32, i32)]) -> Value {
    corners
        .iter()
        .chain(corners.first())
        .map(|c| at(*c))
        .collect()
}

fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Value {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

fn polygon(rings: &[Value]) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

fn multi_polygon(polygons: &[&[Value]]) -> Value {
    json!({"type": "MultiPolygon", "coordinates": polygons})
}

/// A square with some positions put behind the first one.
fn with_positions(positions: &[Value]) -> Value {
    let mut ring = vec![at((0, 0))];
    ring.extend_from_slice(positions);
    ring.extend([at((10, 10)), at((0, 10)), at((0, 0))]);
    polygon(&[Value::Array(ring)])
}

/// What is no boundary: the code, and where in the geometry.
#[expect(clippy::too_many_lines, reason = "a list of shapes")]
fn shapes() -> Vec<(&'static str, &'static str, Value)> {
    let square = || rectangle(0, 0, 10, 10);
    vec![
        (
            "not_a_polygon",
            "/type",
            json!({"type": "Point", "coordinates": [119.1, 34.9]}),
        ),
        ("not_a_polygon", "", json!("POLYGON EMPTY")),
        ("not_a_polygon", "/coordinates", polygon(&[])),
        (
            "too_many_rings",
            "/coordinates",
            polygon(&vec![json!([["no"]]); 65]),
        ),
        (
            "too_many_polygons",
            "/coordinates",
            multi_polygon(&[&[][..]; 65]),
        ),
        (
            "too_many_vertices",
            "/coordinates",
            polygon(&[Value::Array(vec![json!("no"); 2_001])]),
        ),
        (
            "not_a_position",
            "/coordinates/0/1",
            with_positions(&[json!([119.1])]),
        ),
        (
            "has_altitude",
            "/coordinates/0/1",
            with_positions(&[json!([119.1, 34.9, 3])]),
        ),
        (
            "not_finite",
            "/coordinates/0/1",
            with_positions(&[json!(["NaN", 34.9])]),
        ),
        (
            "not_finite",
            "/coordinates/0/1",
            with_positions(&[json!([119.1, "-Infinity"])]),
        ),
        (
            "not_finite",
            "/coordinates/0/1",
            with_positions(&[json!([null, 34.9])]),
        ),
        (
            "out_of_range",
            "/coordinates/0/1",
            with_positions(&[json!([1e300, 34.9])]),
        ),
        (
            "out_of_range",
            "/coordinates/0/1",
            with_positions(&[json!([34.9, 119.1])]),
        ),
        (
            "ring_not_closed",
            "/coordinates/0",
            polygon(&[json!([at((0, 0)), at((9, 0)), at((9, 9))])]),
        ),
        (
            "ring_too_short",
            "/coordinates/0",
            polygon(&[ring(&[(0, 0), (10, 0)])]),
        ),
        ("ring_too_short", "/coordinates/0", polygon(&[json!([])])),
        (
            "antimeridian",
            "/coordinates/0",
            polygon(&[json!([
                [179.0, 50.0],
                [-179.0, 50.0],
                [-179.0, 51.0],
                [179.0, 51.0],
                [179.0, 50.0],
            ])]),
        ),
        (
            "zero_area",
            "/coordinates/0",
            polygon(&[ring(&[(0, 0), (5, 5), (10, 10)])]),
        ),
        (
            "spike",
            "/coordinates/0/4",
            polygon(&[ring(&[
                (0, 0),
                (10, 0),
                (10, 10),
                (5, 10),
                (5, 20),
                (5, 10),
                (0, 10),
            ])]),
        ),
        (
            "duplicate_point",
            "/coordinates/0",
            polygon(&[ring(&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10)])]),
        ),
        (
            "self_intersection",
            "/coordinates/0/0",
            polygon(&[ring(&[(0, 0), (10, 10), (10, 0), (0, 10)])]),
        ),
        (
            "self_intersection",
            "/coordinates/0",
            polygon(&[ring(&[(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)])]),
        ),
        (
            "self_intersection",
            "/coordinates",
            polygon(&[square(), rectangle(5, 5, 15, 8)]),
        ),
        (
            "interior_not_connected",
            "/coordinates",
            polygon(&[square(), ring(&[(0, 5), (5, 3), (10, 5), (5, 7)])]),
        ),
        (
            "hole_outside",
            "/coordinates/1",
            polygon(&[square(), rectangle(20, 20, 30, 30)]),
        ),
        (
            "nested_holes",
            "/coordinates/2",
            polygon(&[square(), rectangle(2, 2, 8, 8), rectangle(4, 4, 6, 6)]),
        ),
        (
            "nested_shells",
            "/coordinates/1",
            multi_polygon(&[&[square()], &[rectangle(2, 2, 8, 8)]]),
        ),
        (
            "sliver",
            "/coordinates",
            polygon(&[json!([
                [119.1, 34.9],
                [119.11, 34.9],
                [119.11, 34.900_002],
                [119.1, 34.900_002],
                [119.1, 34.9],
            ])]),
        ),
    ]
}

const CODE: &str = "320707101200011";

/// The ways by which a boundary comes in: path, body, and where the geometry stands in it.
fn ways(geometry: &Value) -> [(&'static str, Value, &'static str); 3] {
    let change = json!({"change": "add", "code": CODE, "name": "新", "boundary": geometry});
    let feature = json!({
        "type": "Feature", "properties": {"code": CODE, "name": "新"}, "geometry": geometry,
    });
    let draft = json!({"code": CODE, "boundary": geometry});
    [
        (
            "/boundary-changes",
            json!({"reason": "试", "dry_run": true, "changes": [change]}),
            "/changes/0/boundary",
        ),
        (
            "/boundary-changes",
            json!({"reason": "试", "dry_run": true, "features": [feature]}),
            "/features/0/geometry",
        ),
        (
            "/coverage",
            json!({"division": TOWN, "grids": [draft]}),
            "/grids/0/boundary",
        ),
    ]
}

/// The sentence of the first fault.
fn sentence(told: &Told) -> &str {
    told.body["errors"][0]["detail"].as_str().unwrap()
}

#[tokio::test]
async fn every_shape_that_is_none_has_its_code_and_its_place_by_every_way_in() {
    let town = Town::on("07-15 09:00").await;
    for (code, place, geometry) in shapes() {
        for (path, body, pointer) in ways(&geometry) {
            let told = town.post(ADMIN, path, body).await;
            assert_eq!(told.status, 422, "{code} {path}: {}", told.body);
            let faults = told.faults();
            assert!(!faults.is_empty(), "{code} {path}: {}", told.body);
            for fault in &faults {
                let (at, found) = fault.split_once(": ").unwrap();
                assert_eq!(found, code, "{path}: {faults:?}");
                assert!(at.starts_with(&format!("{pointer}{place}")), "{code}: {at}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_shape_is_said_in_both_languages() {
    let town = Town::on("07-15 09:00").await;
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for (code, _, geometry) in shapes() {
        let [(path, body, _), ..] = ways(&geometry);
        for language in ["en", "zh-CN"] {
            let body = Some(body.clone());
            let told = town.ask_in(language, ADMIN, Method::POST, path, None, body);
            let told = told.await;
            let sentence = sentence(&told);
            let in_chinese = sentence.chars().any(|c| ('一'..='龥').contains(&c));
            assert_eq!(in_chinese, language == "zh-CN", "{code}: {sentence}");
            // The place is of this shape alone.
            let rule = sentence.split(" At ").next().unwrap();
            let rule = rule.split("位置").next().unwrap().to_owned();
            let first = *said.entry(rule).or_insert(code);
            assert_eq!(first, code, "the same words for both: {sentence}");
        }
    }
}

#[tokio::test]
async fn what_may_be_put_right_is_taken() {
    let town = Town::on("07-15 09:00").await;
    let clockwise = polygon(&[ring(&[(0, 0), (0, 10), (10, 10), (10, 0)])]);
    let twice = polygon(&[ring(&[(0, 0), (10, 0), (10, 0), (10, 10), (0, 10)])]);
    for geometry in [clockwise, twice] {
        for (path, body, _) in ways(&geometry) {
            let told = town.post(ADMIN, path, body).await;
            assert_eq!(told.status, 200, "{geometry}: {}", told.body);
        }
    }
    let [(path, body, _), ..] = ways(&polygon(&[ring(&[(0, 0), (0, 10), (10, 10), (10, 0)])]));
    let told = town.post(ADMIN, path, body).await;
    let drawn = &told.body["after"][0]["boundary"]["coordinates"][0];
    let corner = |index: usize| {
        let number = |axis: usize| drawn[index][axis].as_f64().unwrap();
        (number(0), number(1))
    };
    let doubled: f64 = (0..4)
        .map(|index| {
            let ((x, y), (next_x, next_y)) = (corner(index), corner(index + 1));
            (x - 119.1) * (next_y - 34.9) - (next_x - 119.1) * (y - 34.9)
        })
        .sum();
    assert!(doubled > 0.0, "counter-clockwise: {drawn}");
}

#[tokio::test]
async fn a_hole_that_touches_its_shell_in_one_point_is_a_shape_and_still_a_hole() {
    let town = Town::on("07-15 09:00").await;
    let touching = polygon(&[rectangle(0, 0, 10, 10), ring(&[(0, 5), (4, 3), (4, 7)])]);
    let [change, others @ ..] = ways(&touching);
    let told = town.post(ADMIN, change.0, change.1).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/changes/0: leaves_a_hole".to_owned()])
    );
    for (path, body, _) in others {
        let told = town.post(ADMIN, path, body).await;
        assert_eq!(told.status, 200, "{}", told.body);
    }
}

#[tokio::test]
async fn amounts_are_refused_before_anything_is_computed() {
    let town = Town::on("07-15 09:00").await;
    // No position of these is one: the amount is told alone.
    let crowded = polygon(&[Value::Array(vec![json!("no"); 100_000])]);
    let [(path, body, _), ..] = ways(&crowded);
    let told = town.post(ADMIN, path, body).await;
    let fault = "/changes/0/boundary/coordinates: too_many_vertices".to_owned();
    assert_eq!((told.status, told.faults()), (422, vec![fault]));

    let draft = json!({"code": CODE, "boundary": 0});
    let grids = json!({"division": TOWN, "grids": vec![draft; 2_001]});
    let told = town.post(WORKER, "/coverage", grids).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/grids: too_many_items".to_owned()])
    );

    let retire = json!({"change": "retire", "code": CODE});
    let many = json!({"reason": "试", "dry_run": true, "changes": vec![retire; 5_001]});
    let told = town.post(ADMIN, "/boundary-changes", many).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/changes: too_many_items".to_owned()])
    );

    let long = "长".repeat(101);
    let square = polygon(&[rectangle(0, 0, 10, 10)]);
    let add = json!({"change": "add", "code": CODE, "name": long, "boundary": square});
    let named = json!({"reason": "试", "dry_run": true, "changes": [add]});
    let told = town.post(ADMIN, "/boundary-changes", named).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/changes/0/name: too_long".to_owned()])
    );

    let feature = |name: &str| {
        let properties = json!({"code": CODE, "name": name});
        json!({"type": "Feature", "properties": properties, "geometry": 0})
    };
    for (features, fault) in [
        (vec![feature("新"); 5_001], "/features: too_many_items"),
        (
            vec![feature(&"长".repeat(61))],
            "/features/0/properties/name: too_long",
        ),
    ] {
        let body = json!({"reason": "试", "dry_run": true, "features": features});
        let told = town.post(ADMIN, "/boundary-changes", body).await;
        assert_eq!((told.status, told.faults()), (422, vec![fault.to_owned()]));
    }

    let huge = json!({"reason": "x".repeat(9 << 20), "dry_run": true});
    let told = town.post(ADMIN, "/boundary-changes", huge).await;
    assert_eq!(
        (told.status, &told.body["code"]),
        (413, &json!("body_too_large"))
    );
}

#[tokio::test]
async fn a_tolerance_that_makes_no_sense_is_refused() {
    let town = Town::on("07-15 09:00").await;
    for (wrong, fault) in [
        ("-1", "tolerance: too_small"),
        ("11", "tolerance: too_large"),
        ("NaN", "tolerance: wrong_type"),
    ] {
        let path = format!("/coverage?division={TOWN}&tolerance={wrong}");
        let told = town.get(WORKER, &path).await;
        assert_eq!(
            (told.status, told.faults()),
            (400, vec![fault.to_owned()]),
            "{wrong}"
        );
    }
}
