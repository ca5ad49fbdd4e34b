//! The land over the API: many points at once, and whether the borders hold.

use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{GRID, SCENE, TOWN, Town, WORKER};

#[tokio::test]
async fn many_points_are_located_in_their_order_as_one_is() {
    let town = Town::on("07-15 09:00").await;
    let far = [118.0, 34.0];
    let body = json!({"points": [[SCENE.0, SCENE.1], far, [SCENE.0, SCENE.1]]});
    let told = town.post(WORKER, "/locate", body).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let items = told.body["items"].as_array().unwrap();
    let grids: Vec<&Value> = items.iter().map(|item| &item["grid"]).collect();
    assert_eq!(grids, [&json!(GRID), &Value::Null, &json!(GRID)]);
}

#[tokio::test]
async fn points_that_are_none_are_refused_with_their_place() {
    let town = Town::on("07-15 09:00").await;
    for (points, fault) in [
        (
            json!([[SCENE.0, SCENE.1], [200.0, 0.0]]),
            "/points/1: not_on_the_globe",
        ),
        (json!([[SCENE.0]]), "/points/0: not_on_the_globe"),
        (json!([]), "/points: too_few_items"),
    ] {
        let told = town
            .post(WORKER, "/locate", json!({"points": points}))
            .await;
        assert_eq!((told.status, told.faults()), (422, vec![fault.to_owned()]));
    }
}

fn square(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south],
    ]]})
}

#[tokio::test]
async fn borders_that_nearly_meet_are_reported_and_joined_and_nothing_is_put_in_force() {
    let town = Town::on("07-15 09:00").await;
    let before = town
        .get(WORKER, &format!("/coverage?division={TOWN}"))
        .await;
    assert_eq!(before.status, 200, "{}", before.body);
    assert_eq!(
        (&before.body["count"], &before.body["complete"]),
        (&json!(0), &json!(true))
    );
    // Half a metre short of each other.
    let draft = json!({"division": TOWN, "grids": [
        {"code": "320707101200011", "boundary": square(119.1, 34.9, 119.11, 34.91)},
        {"code": "320707101200012", "boundary": square(119.110_005, 34.9, 119.12, 34.91)},
    ]});
    let told = town.post(WORKER, "/coverage", draft).await;
    assert_eq!(told.status, 200, "{}", told.body);
    assert!(
        told.body["before"]["count"].as_u64().unwrap() > 0,
        "{}",
        told.body
    );
    assert_eq!(told.body["after"]["count"], 0, "{}", told.body);
    let mended = told.body["mended"].as_array().unwrap();
    assert_eq!(mended.len(), 1, "the later one moves");
    assert_eq!(mended[0]["code"], "320707101200012");
    assert_eq!(
        mended[0]["after"]["coordinates"][0][0],
        json!([119.11, 34.9])
    );
    let gone = town.get(WORKER, "/grids/320707101200012").await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn drafts_that_are_no_boundaries_are_refused_with_their_place() {
    let town = Town::on("07-15 09:00").await;
    let bow = json!({"type": "Polygon", "coordinates": [[
        [119.1, 34.9], [119.11, 34.91], [119.11, 34.9], [119.1, 34.91], [119.1, 34.9],
    ]]});
    let draft = json!({"division": TOWN, "grids": [{"code": "320707101200011", "boundary": bow}]});
    let told = town.post(WORKER, "/coverage", draft).await;
    assert_eq!(told.status, 422, "{}", told.body);
}

#[tokio::test]
async fn where_too_many_coverages_are_waited_for_whoever_comes_is_told_to_come_again() {
    let town = Town::on("07-15 09:00").await;
    let places: Vec<_> = std::iter::from_fn(|| town.service.coverages.place().ok()).collect();
    assert_eq!(places.len(), 10, "two at once and eight in line");
    let address = format!("/coverage?division={TOWN}");
    for (language, title) in [("en", "Busy"), ("zh-CN", "服务器正忙")] {
        let told = town.ask_in(language, WORKER, Method::GET, &address, None, None);
        let told = told.await;
        assert_eq!((told.status, &told.body["code"]), (503, &json!("busy")));
        assert_eq!(told.body["title"], title);
    }
    let path = format!("/api/v1{address}");
    let whole = town.fetch(Some(WORKER), &path, None);
    assert_eq!(whole.await.header("Retry-After"), Some("5"));
    let draft = json!({"division": TOWN, "grids": [
        {"code": "320707101200011", "boundary": square(119.1, 34.9, 119.11, 34.91)},
    ]});
    let told = town.post(WORKER, "/coverage", draft.clone()).await;
    assert_eq!((told.status, &told.body["code"]), (503, &json!("busy")));
    // A division that is none is told at once.
    let none = town.get(WORKER, "/coverage?division=329999000000").await;
    assert_eq!(none.status, 404);
    drop(places);
    assert_eq!(town.get(WORKER, &address).await.status, 200);
    assert_eq!(town.post(WORKER, "/coverage", draft).await.status, 200);
}
