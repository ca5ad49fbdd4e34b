//! Entries that a list cannot have: each is refused by the name of its rule, and nothing changes.

use poem::http::Method;
use serde_json::{Value, json};

use super::county::County;

/// Tries to add rows to a list; answers where the fault lies and which rule it breaks. The list stays as it was.
async fn refused(list: &str, rows: Value) -> (String, String) {
    let county = County::build().await;
    let stands = async || {
        let versions = county.get(&format!("/lists/{list}/versions")).await;
        let path = format!("/lists/{list}/csv");
        (versions, county.ask(Method::GET, &path, None, None).await)
    };
    let before = stands().await;
    let newest = before.0["items"][0]["version"].as_u64();
    let body = json!({"rows": rows, "why": "录入"});
    let path = format!("/lists/{list}/entries");
    let (status, told) = county.ask(Method::POST, &path, newest, Some(&body)).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (status, &told["code"]),
        (422, &json!("rule_violated")),
        "{told}"
    );
    assert!(
        told["errors"][0]["detail"]
            .as_str()
            .is_some_and(|why| !why.is_empty())
    );
    assert_eq!(stands().await, before);
    let text = |name: &str| told["errors"][0][name].as_str().unwrap().to_owned();
    (text("pointer"), text("code"))
}

fn fault(pointer: &str, rule: &str) -> (String, String) {
    (pointer.to_owned(), rule.to_owned())
}

#[tokio::test]
async fn a_duty_that_is_in_force_twice_on_a_day() {
    let row = json!({"kind": "event", "code_prefix": "06020", "role": "lead", "function": "urban_management",
        "text": "重复", "valid_from": "2026-08-01"});
    assert_eq!(
        refused("duty", json!([row])).await,
        fault("/rows/0/valid_from", "duty_overlaps")
    );
}

#[tokio::test]
async fn a_power_that_a_town_would_hold_twice_on_a_day() {
    let row = json!({"item": "CF-C003", "name": "重复", "kind": "penalty", "town": "320707101000",
        "valid_from": "2026-08-01", "course": "in_force 2026-08-01"});
    assert_eq!(
        refused("power", json!([row])).await,
        fault("/rows/0/valid_from", "entry_overlaps")
    );
}

#[tokio::test]
async fn divisions_that_come_from_each_other() {
    let town = |code: &str, from: &str| json!({"code": code, "name": "新镇", "level": "town", "parent": "320707000000", "predecessors": from});
    let rows = json!([
        town("320707190000", "320707191000"),
        town("320707191000", "320707190000")
    ]);
    assert_eq!(
        refused("division", rows).await,
        fault("/rows/0/predecessors", "predecessor_cycle")
    );
}

#[tokio::test]
async fn divisions_that_come_from_each_other_by_way_of_others_or_from_themselves() {
    let town = |code: &str, from: &str| {
        json!({
            "code": code, "name": "新镇", "level": "town", "parent": "320707000000",
            "predecessors": from,
        })
    };
    let round_about = json!([
        town("320707190000", "320707191000"),
        town("320707191000", "320707192000"),
        town("320707192000", "320707190000")
    ]);
    for rows in [round_about, json!([town("320707190000", "320707190000")])] {
        assert_eq!(
            refused("division", rows.clone()).await,
            fault("/rows/0/predecessors", "predecessor_cycle"),
            "{rows}"
        );
    }
}

#[tokio::test]
async fn what_a_matter_needs_and_at_which_level_it_is_handled_said_twice_for_a_day() {
    let requirement = json!({"kind": "event", "code_prefix": "06001", "condition": "",
        "function": "urban_management", "power": "CF-C001", "field": "urban_management",
        "valid_from": "2026-08-01"});
    let level = json!({"kind": "event", "code_prefix": "06026", "condition": "", "level": "city",
        "class": "hard", "text": "重复", "valid_from": "2026-08-01"});
    for (list, row) in [("requirement", requirement), ("level", level)] {
        assert_eq!(
            refused(list, json!([row])).await,
            fault("/rows/0/valid_from", "entry_overlaps"),
            "{list}"
        );
    }
}

#[tokio::test]
async fn an_application_for_what_is_admitted_on_that_day_already() {
    let row = json!({"department": "320707-cg", "kind": "event", "code_prefix": "09021",
        "division": "320707000000", "text": "重复", "valid_from": "2026-08-01",
        "course": "applied 2026-07-20"});
    assert_eq!(
        refused("admission", json!([row])).await,
        fault("/rows/0/valid_from", "entry_overlaps")
    );
}

#[tokio::test]
async fn a_certificate_of_a_unit_that_nobody_knows() {
    let row = json!({"number": "GY-2026-9", "officer": "新人", "unit": "320707101-qq", "field": "urban_management",
        "valid_from": "2026-07-15", "valid_to": "2031-07-15", "course": "issued 2026-07-15"});
    assert_eq!(
        refused("certificate", json!([row])).await,
        fault("/rows/0/unit", "unknown_unit")
    );
}

#[tokio::test]
async fn an_assisting_duty_where_nobody_leads() {
    let row = json!({"kind": "event", "code_prefix": "88", "role": "assist", "function": "police",
        "text": "协助", "valid_from": "2026-08-01"});
    assert_eq!(
        refused("duty", json!([row])).await,
        fault("/rows/0/role", "no_lead")
    );
}

/// A condition with that limit.
fn condition(amount: &str, unit: &str) -> Value {
    json!([{"condition": "event-06020/3", "step": "1", "name": "情形", "name_en": "Case", "self_handle": "no",
        "amount": amount, "unit": unit, "standard": "清净", "standard_en": "Cleared"}])
}

#[tokio::test]
async fn a_limit_of_nothing() {
    assert_eq!(
        refused("condition", condition("0", "working_days")).await,
        fault("/rows/0/amount", "amount_beyond")
    );
}

#[tokio::test]
async fn a_limit_of_a_thousand_years() {
    assert_eq!(
        refused("condition", condition("365250", "calendar_days")).await,
        fault("/rows/0/amount", "amount_beyond")
    );
}

#[tokio::test]
async fn rulings_are_changed_by_the_centre_that_made_them_and_not_in_their_list() {
    let county = County::build().await;
    let lists = county.get("/lists").await;
    let known = lists["items"].as_array().unwrap().iter();
    assert!(known.clone().any(|list| list["list"] == "ruling"));
    let row = json!({"ruling": "1", "kind": "event", "code_prefix": "06", "division": "320707101000", "lead": "police",
        "text": "由派出所主办", "case_number": "1", "centre": "320707000000", "valid_from": "2026-08-01"});
    let body = json!({"rows": [row], "why": "录入"});
    let path = "/lists/ruling/entries";
    let (status, told) = county.ask(Method::POST, path, Some(0), Some(&body)).await;
    assert_eq!(status, 403, "{told}");
}
