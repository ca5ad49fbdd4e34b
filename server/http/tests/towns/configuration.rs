//! What a division sets for itself: documents, versions, what is inherited, what is refused.

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    ADMIN, COUNTY, COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, TOWN, Town,
    WORKER, Who, due, dues, part, whistle, written,
};

const COUNTY_ADMIN: Who = Who(Post::Admin, COUNTY);
const BESIDE: &str = "320707102000";

fn ids(kinds: &Value) -> Vec<&str> {
    let kinds = kinds.as_array().unwrap();
    kinds.iter().map(|k| k["id"].as_str().unwrap()).collect()
}

fn flood() -> Value {
    json!({
        "id": "flood", "name_zh": "防汛哨", "name_en": "Flood whistle",
        "may_blow": ["grid_worker", "dispatcher"],
        "sign": {"amount": 5, "unit": "emergency_minutes"},
        "check_in": {"amount": 20, "unit": "emergency_minutes"},
        "round_the_clock": true,
    })
}

#[tokio::test]
async fn a_change_is_on_record_and_its_version_goes_up() {
    let town = Town::on("07-15 09:00").await;
    let path = format!("/configuration/{TOWN}");
    let first = town.get(ADMIN, &path).await;
    assert_eq!((first.status, first.etag.as_deref()), (200, Some("\"0\"")));
    assert_eq!(first.body["version"], 0);
    let all = ["daily", "tough", "emergency"];
    assert_eq!(ids(&first.body["in_force"]["kinds"]), all);

    let set = json!({"preset": "pinggu", "settings": {"on_spot_m": 150.0}});
    let put = |version: Option<&'static str>, query: &'static str, body: &Value| {
        let (path, body) = (format!("{path}{query}"), body.clone());
        let town = &town;
        async move {
            town.ask(ADMIN, Method::PUT, &path, version, Some(body))
                .await
        }
    };
    assert_eq!(put(None, "", &set).await.status, 428);
    let checked = put(Some("\"0\""), "?dry_run=true", &set).await;
    assert_eq!(
        (checked.status, checked.etag.as_deref()),
        (200, Some("\"0\""))
    );
    assert_eq!(
        ids(&checked.body["in_force"]["kinds"]),
        ["joint_enforcement"]
    );
    assert_eq!(town.get(ADMIN, &path).await.body["version"], 0);

    town.it_is("07-15 10:00");
    let changed = put(Some("\"0\""), "", &set).await;
    assert_eq!(
        (changed.status, changed.etag.as_deref()),
        (200, Some("\"1\""))
    );
    assert_eq!(changed.body["changed_at"], written("07-15 10:00"));
    assert_eq!(changed.body["changed_by"]["post"], "admin");
    assert_eq!(changed.body["in_force"]["settings"]["on_spot_m"], 150.0);
    let late = put(Some("\"0\""), "", &json!({})).await;
    assert_eq!((late.status, late.etag.as_deref()), (412, Some("\"1\"")));
    // The same again changes nothing.
    assert_eq!(
        put(Some("\"1\""), "", &set).await.etag.as_deref(),
        Some("\"1\"")
    );

    town.it_is("07-15 11:00");
    assert_eq!(
        put(Some("\"1\""), "", &json!({})).await.etag.as_deref(),
        Some("\"2\"")
    );
    let past = town.get(WORKER, &format!("{path}/versions")).await.body;
    let told: Vec<(u64, &str, &Value)> = past["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| {
            let (version, at) = (v["version"].as_u64(), v["changed_at"].as_str());
            (version.unwrap(), at.unwrap(), &v["preset"])
        })
        .collect();
    let [ten, eleven] = ["07-15 10:00", "07-15 11:00"].map(written);
    let pinggu = json!("pinggu");
    assert_eq!(
        told,
        [
            (2, eleven.as_str(), &Value::Null),
            (1, ten.as_str(), &pinggu)
        ]
    );
}

#[tokio::test]
async fn towns_inherit_from_their_county_and_say_what_differs() {
    let town = Town::on("07-15 09:00").await;
    let county = json!({
        "preset": "beijing",
        "settings": {"on_spot_m": 200.0, "reopen_days": 60},
    });
    assert_eq!(
        town.configure(COUNTY_ADMIN, COUNTY, county).await.status,
        200
    );
    let own = json!({"kinds": [flood()], "settings": {"on_spot_m": 100.0}});
    let told = town.configure(COUNTY_ADMIN, TOWN, own).await;
    let in_force = &told.body["in_force"];
    assert_eq!(ids(&in_force["kinds"]), ["flood"]);
    assert_eq!(in_force["settings"]["on_spot_m"], 100.0);
    assert_eq!(in_force["settings"]["reopen_days"], 60);
    let beside = town.get(WORKER, &format!("/configuration/{BESIDE}")).await;
    assert_eq!(beside.body["version"], 0);
    assert_eq!(
        ids(&beside.body["in_force"]["kinds"]),
        ["joint_enforcement", "key_work", "emergency"]
    );

    // The kinds of a place; the caller's own unless one is named.
    let kinds = town.get(WORKER, "/whistle-kinds").await.body;
    assert_eq!(ids(&kinds["items"]), ["flood"]);
    assert_eq!(kinds["items"][0]["issued_at_once"], true);
    assert_eq!(
        kinds["items"][0]["sets_place"],
        json!(["grid_worker", "dispatcher"])
    );
    let there = format!("/whistle-kinds?division={BESIDE}");
    let kinds = town.get(WORKER, &there).await.body;
    assert_eq!(
        ids(&kinds["items"]),
        ["joint_enforcement", "key_work", "emergency"]
    );
    let nowhere = town.get(WORKER, "/whistle-kinds?division=somewhere").await;
    assert_eq!(nowhere.status, 400);
    let unknown = town
        .get(WORKER, "/whistle-kinds?division=320799101000")
        .await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn each_rule_that_is_broken_is_named_with_its_place_and_nothing_changes() {
    let town = Town::on("07-15 09:00").await;
    let mut late = flood();
    late["id"] = json!("late");
    late["sign"]["amount"] = json!(21);
    let mut endless = flood();
    endless["id"] = json!("endless");
    endless["sign"] = json!({"amount": 0, "unit": "working_hours"});
    endless["check_in"] = json!({"amount": 365_000, "unit": "working_days"});
    endless["may_blow"] = json!(["mayor"]);
    endless["unsigned_ladder_minutes"] = json!([10, 5]);
    let mut nobody = flood();
    nobody["may_blow"] = json!([]);
    let document = json!({
        "preset": "nowhere",
        "kinds": [flood(), late, endless, nobody],
        "settings": {"claim": {"amount": 0, "unit": "emergency_minutes"}, "on_spot_m": -1.0,
            "confidential_matters": ["event-00000"]},
    });
    let told = town.configure(ADMIN, TOWN, document).await;
    assert_eq!(told.status, 422);
    assert_eq!(
        told.faults(),
        [
            "/preset: unknown_preset",
            "/kinds/1/sign: sign_after_check_in",
            "/kinds/2/may_blow/0: unknown_post",
            "/kinds/2/sign/amount: limit_out_of_range",
            "/kinds/2/check_in/amount: limit_out_of_range",
            "/kinds/2/unsigned_ladder_minutes/1: ladder_not_ascending",
            "/kinds/3/id: kind_twice",
            "/kinds/3/may_blow: nobody_blows",
            "/settings/claim/amount: limit_out_of_range",
            "/settings/on_spot_m: figure_out_of_range",
            "/settings/confidential_matters/0: unknown_matter",
        ]
    );
    let unknown = town
        .configure(ADMIN, TOWN, json!({"presets": "default"}))
        .await;
    assert_eq!(unknown.status, 400);
    let village = town
        .configure(ADMIN, "320707101200", json!({"preset": "beijing"}))
        .await;
    assert_eq!(village.faults(), [": division_without_centre"]);
    let held = town.get(ADMIN, &format!("/configuration/{TOWN}")).await;
    assert_eq!(held.body["version"], 0);
}

#[tokio::test]
async fn a_running_whistle_keeps_its_limits_when_the_kinds_change() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered("event-06010", "event-06010/2").await;
    let blow = json!({"action": "request_whistle", "kind": "daily", "reason": "成堆垃圾"});
    let blown = town.does(WORKER, &case, blow.clone()).await;
    let issue = json!({
        "action": "issue_whistle", "whistle_id": whistle(&blown)["id"],
        "units": [{"unit": ENFORCEMENT, "role": "lead"}],
    });
    let issued = town.does(DISPATCHER, &case, issue).await;
    let limits = dues([
        Some("07-15 10:00"),
        Some("07-15 15:00"),
        Some("07-16 18:00"),
    ]);
    assert_eq!(due(&issued, ENFORCEMENT), limits);
    assert_eq!(
        town.configure(ADMIN, TOWN, json!({"preset": "pinggu"}))
            .await
            .status,
        200
    );
    let more = json!({
        "action": "add_unit", "whistle_id": whistle(&issued)["id"],
        "unit": "320707101-hw", "role": "assist",
    });
    let joined = town.does(DISPATCHER, &case, more).await;
    assert_eq!(due(&joined, "320707101-hw"), limits);
    assert_eq!(due(&joined, ENFORCEMENT), limits);
    // What is blown from now on goes by the new kinds.
    let other = town.reported("event-06010").await;
    assert_eq!(town.tries(WORKER, &other, blow.clone()).await.status, 403);
    let told = town.tries(DUTY_LEADER, &other, blow).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/kind: unknown_kind".to_owned()])
    );
    town.does(REGISTRAR, &other, json!({"action": "accept"}))
        .await;
}

#[tokio::test]
async fn where_the_county_calls_its_own_units_the_town_asks_it_to() {
    let town = Town::on("07-15 09:00").await;
    let document = json!({"settings": {"county_units_via_centre": true}});
    let told = town.configure(COUNTY_ADMIN, COUNTY, document).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let case = town.registered("event-06010", "event-06010/2").await;
    let blow = json!({"action": "request_whistle", "kind": "daily", "reason": "成堆垃圾"});
    let blown = town.does(WORKER, &case, blow).await;
    let id = &whistle(&blown)["id"];
    let issue = |units: Value| json!({"action": "issue_whistle", "whistle_id": id, "units": units});
    let own = json!({"unit": ENFORCEMENT, "role": "lead"});
    let of_the_county = json!({"unit": "320707-cg", "role": "assist"});
    let told = town
        .tries(DISPATCHER, &case, issue(json!([own, of_the_county])))
        .await;
    let refusal = "Here the county's centre calls its units: 320707-cg.";
    assert_eq!((told.status, told.detail()), (403, refusal));
    town.does(DISPATCHER, &case, issue(json!([own]))).await;
    let add = json!({
        "action": "add_unit", "whistle_id": id, "unit": "320707-cg", "role": "assist",
    });
    let told = town.tries(DISPATCHER, &case, add.clone()).await;
    assert_eq!((told.status, told.detail()), (403, refusal));
    let added = town.does(COUNTY_DISPATCHER, &case, add).await;
    assert_eq!(part(&added, "320707-cg")["stage"], "issued");
    assert_eq!(added["centre"]["code"], TOWN, "it stays the town's case");
}
