//! Lists, registers and proposals as the API tells them: the administrator of a county at work.

#![allow(clippy::unwrap_used)]

mod county;
mod life;
mod rules;

use poem::http::Method;
use serde_json::{Value, json};

use county::County;

const ZHEWANG: &str = "320707101000";
const POWER: &str = "/registers/powers/320707101.CF-C003.2024-07-01";

#[tokio::test]
async fn a_power_that_is_suspended_leads_the_proposal_to_the_county_and_back_when_it_is_resumed() {
    let county = County::build().await;
    let town = "320707101-zf: duty power_held certified level";
    assert_eq!(county.lead("event-06020", ZHEWANG).await, town);
    let (status, told) = county
        .post(
            &format!("{POWER}/steps"),
            json!({"state": "suspended", "why": "人员不足"}),
        )
        .await;
    assert_eq!((status, &told["state"]), (201, &json!("suspended")));
    let instead = "320707-cg: duty instead certified level";
    assert_eq!(county.lead("event-06020", ZHEWANG).await, instead);
    // The same day it comes back; once withdrawn it does not.
    for (state, expected) in [("in_force", 201), ("withdrawn", 201), ("in_force", 422)] {
        let step = json!({"state": state, "why": "评估后"});
        let (status, told) = county.post(&format!("{POWER}/steps"), step).await;
        assert_eq!(status, expected, "{told}");
        if expected == 422 {
            assert_eq!(told["errors"][0]["code"], "course_follows");
            assert_eq!(told["errors"][0]["pointer"], "/on");
        }
    }
    let history = county
        .get("/lists/power/entries/320707101.CF-C003.2024-07-01/history")
        .await;
    let whys: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["version"]["why"].as_str().unwrap())
        .collect();
    assert_eq!(whys, ["评估后", "评估后", "人员不足", ""]);
    assert_eq!(history["items"][0]["version"]["by"]["post"], "admin");
}

#[tokio::test]
async fn certificates_that_are_revoked_make_a_shortage_and_a_new_one_ends_it() {
    let county = County::build().await;
    let path = format!("/registers/shortages?division={ZHEWANG}");
    assert_eq!(county.get(&path).await["items"], json!([]));
    let held = county
        .get(&format!("/registers/certificates?division={ZHEWANG}"))
        .await;
    let numbers = held["items"].as_array().unwrap().iter();
    let numbers: Vec<&str> = numbers.map(|c| c["number"].as_str().unwrap()).collect();
    assert_eq!(numbers.len(), 3);
    for number in &numbers[..2] {
        let step = json!({"state": "revoked", "why": "调离"});
        let path = format!("/registers/certificates/{number}/steps");
        assert_eq!(county.post(&path, step).await.0, 201);
    }
    let short = county.get(&path).await;
    assert_eq!(short["items"][0]["officers"].as_array().unwrap().len(), 1);
    assert_eq!(short["items"][0]["from"], "2026-07-15");
    assert_eq!(
        county.lead("event-06020", ZHEWANG).await,
        "320707-cg: duty instead certified level"
    );
    let mut new = json!({
        "number": "GY-2026-1", "officer": "新人", "unit": "320707101-zf", "field": "urban_management",
        "valid_from": "2026-07-15", "valid_to": "2026-07-15", "why": "新录用",
    });
    let (status, told) = county.post("/registers/certificates", new.clone()).await;
    assert_eq!(
        (status, &told["errors"][0]["pointer"]),
        (422, &json!("/valid_to"))
    );
    new["valid_to"] = json!("2031-07-15");
    assert_eq!(
        county.post("/registers/certificates", new.clone()).await.0,
        201
    );
    let (status, told) = county.post("/registers/certificates", new).await;
    assert_eq!((status, &told["errors"][0]["code"]), (422, &json!("twice")));
    assert_eq!(county.get(&path).await["items"], json!([]));
    // What has run out is issued anew.
    let step =
        json!({"state": "renewed", "on": "2031-08-01", "valid_to": "2036-01-01", "why": "续"});
    let (status, told) = county
        .post("/registers/certificates/GY-2026-1/steps", step)
        .await;
    assert_eq!(
        (status, &told["errors"][0]["code"]),
        (422, &json!("certificate_ran_out"))
    );
}

#[tokio::test]
async fn what_a_department_applies_for_is_reviewed_and_approved_before_the_town_leads() {
    let county = County::build().await;
    let matter = "event-06020";
    let new = json!({
        "department": "320707-cg", "kind": "event", "code_prefix": "06020", "division": ZHEWANG,
        "text": "露天焚烧巡查下沉", "valid_from": "2026-07-15",
    });
    let (status, told) = county.post("/registers/admissions", new.clone()).await;
    assert_eq!((status, &told["state"]), (201, &json!("applied")));
    let code = told["code"].as_str().unwrap().to_owned();
    let (status, again) = county.post("/registers/admissions", new).await;
    assert_eq!(
        (status, &again["errors"][0]["code"]),
        (422, &json!("entry_overlaps"))
    );
    let kept = "320707-cg: duty instead certified level";
    assert_eq!(county.lead(matter, ZHEWANG).await, kept);
    let path = format!("/registers/admissions/{code}/steps");
    let step = |state: &str| json!({"state": state, "why": "会审"});
    assert_eq!(county.post(&path, step("approved")).await.0, 422);
    assert_eq!(county.post(&path, step("reviewed")).await.0, 201);
    assert_eq!(county.post(&path, step("approved")).await.0, 201);
    let led = "320707101-zf: duty power_held certified admitted level";
    assert_eq!(county.lead(matter, ZHEWANG).await, led);
}

#[tokio::test]
async fn near_a_border_both_owners_are_told_with_the_versions_that_were_followed() {
    let county = County::build().await;
    let ask = async |lon: f64| {
        let asked = json!({"matter": "event-06020", "position": {"lon": lon, "lat": 34.905}});
        let (status, told) = county.post("/routing/preview", asked).await;
        assert_eq!(status, 200, "{told}");
        let places = told["places"].as_array().unwrap().iter();
        let leads = places.map(|place| place["lines"][0]["unit"]["code"].clone());
        (leads.collect::<Vec<_>>(), told)
    };
    let (leads, told) = ask(119.009_9).await;
    assert_eq!(leads, ["320707101-zf", "320707102-zf"]);
    assert!(told["places"][1]["distance_m"].as_f64().unwrap() < 10.0);
    let power = json!({"list": "power", "version": 1});
    assert!(
        told["versions"].as_array().unwrap().contains(&power),
        "{told}"
    );
    assert_eq!(ask(119.005).await.0, ["320707101-zf"]);
    for wrong in [
        json!({"matter": "event-06020"}),
        json!({"matter": "event-06020", "division": ZHEWANG, "grid": "320707101200001"}),
        json!({"matter": "event-98765", "division": ZHEWANG}),
        json!({"matter": "event-06020", "grid": "320707101200009"}),
    ] {
        let (status, told) = county.post("/routing/preview", wrong).await;
        assert_eq!(status, 422, "{told}");
    }
}

#[tokio::test]
async fn a_list_is_read_at_any_version_and_changed_only_on_the_newest() {
    let county = County::build().await;
    let first = county.get("/lists/unit").await;
    assert_eq!(first["version"]["version"], 1);
    let entry = json!({
        "rows": [{"code": "320707101-xx", "name": "=新站", "kind": "stationed_body", "function": "water",
            "division": ZHEWANG, "valid_from": "2026-08-01"}],
        "why": "设立",
    });
    let add = async |version, entry: &Value| {
        let path = "/lists/unit/entries";
        county.ask(Method::POST, path, version, Some(entry)).await
    };
    assert_eq!(add(None, &entry).await.0, 428);
    assert_eq!(add(Some(7), &entry).await.0, 412);
    let (status, told) = add(Some(1), &entry).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(add(Some(1), &entry).await.0, 422, "it stands there by now");
    // A unit in a division that nobody knows: the field is pointed at.
    let mut lost = entry.clone();
    lost["rows"][0]["code"] = json!("320707999-xx");
    lost["rows"][0]["division"] = json!("320707999000");
    let (status, told) = add(Some(2), &lost).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(status, 422);
    assert_eq!(told["errors"][0]["pointer"], "/rows/0/division");
    assert_eq!(told["errors"][0]["code"], "unknown_division");

    let end = json!({"valid_to": "2027-01-01", "why": "撤并"});
    let path = "/lists/unit/entries/320707101-xx/end";
    let (status, told) = county.ask(Method::POST, path, Some(2), Some(&end)).await;
    assert_eq!(status, 200, "{told}");
    let at = async |query: &str| {
        let path = format!("/lists/unit/csv{query}");
        county.ask(Method::GET, &path, None, None).await.1
    };
    let row = |last: &str| {
        format!("320707101-xx,'=新站,stationed_body,water,{ZHEWANG},2026-08-01,{last}\n")
    };
    assert!(at("").await.contains(&row("2027-01-01")));
    assert!(at("?version=2").await.contains(&row("")));
    assert!(!at("?version=1").await.contains("320707101-xx"));
    let versions = county.get("/lists/unit/versions").await;
    let whys = versions["items"].as_array().unwrap().iter();
    let whys: Vec<_> = whys
        .map(|v| (v["version"].as_u64(), v["changes"].as_u64()))
        .collect();
    assert_eq!(whys[..2], [(Some(3), Some(1)), (Some(2), Some(1))]);
    assert_eq!(
        county
            .ask(Method::GET, "/lists/unit?version=9", None, None)
            .await
            .0,
        404
    );
    assert_eq!(
        county
            .ask(Method::GET, "/lists/nothing", None, None)
            .await
            .0,
        404
    );
}
