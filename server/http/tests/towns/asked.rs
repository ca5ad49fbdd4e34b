//! What the case itself answers: who should be called, and what may be done.

use std::collections::BTreeSet;

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    ADMIN, DISPATCHER, ENFORCEMENT, GATE, REGISTRAR, SCENE, SUPERVISOR, TOWN, Town, WORKER, Who,
    leader, officer, part, whistle, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().unwrap()
}

#[tokio::test]
async fn who_should_be_called_is_told_with_reasons_and_the_lists_that_say_so() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let told = town
        .get(DISPATCHER, &format!("/cases/{case}/proposal"))
        .await;
    assert_eq!(told.status, 200, "{}", told.body);
    let here = &told.body["places"][0];
    assert_eq!(
        (&here["town"]["code"], &here["distance_m"]),
        (&json!(TOWN), &json!(0.0))
    );
    let lines: Vec<(&str, &str, &str)> = here["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let reason = line["reasons"][0]["code"].as_str().unwrap();
            let unit = line["unit"]["code"].as_str().unwrap();
            (line["role"].as_str().unwrap(), unit, reason)
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("lead", "320707101-hw", "duty"),
            ("assist", "320707101200-cw", "duty")
        ]
    );
    let duty = json!({"list": "duty", "version": 1});
    assert!(told.body["versions"].as_array().unwrap().contains(&duty));
    // What was registered and dispatched by them remembers the same.
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let called = town.does(DISPATCHER, &case, dispatch).await;
    let remembered = called["round"]["versions"].as_array().unwrap();
    assert!(remembered.contains(&duty), "{remembered:?}");
}

#[tokio::test]
async fn every_action_is_told_with_whether_it_is_allowed_and_why_not_in_either_language() {
    let town = Town::on("07-15 09:00").await;
    let case = town.reported(RUBBISH.0).await;
    let path = format!("/cases/{case}/actions");
    let zh = town
        .ask_in("zh-CN", REGISTRAR, Method::GET, &path, None, None)
        .await
        .body;
    let en = town.get(REGISTRAR, &path).await.body;
    assert_eq!(items(&zh).len(), items(&en).len());
    for (zh, en) in items(&zh).iter().zip(items(&en)) {
        assert_eq!((&zh["action"], &zh["code"]), (&en["action"], &en["code"]));
        assert_eq!(zh["allowed"], zh.get("reason").is_none(), "{zh}");
        if let (Some(zh), Some(en)) = (zh["reason"].as_str(), en["reason"].as_str()) {
            assert!(!zh.is_ascii() && en.contains(' '), "{zh} {en}");
        }
    }
    let of = |name: &str| items(&en).iter().find(|o| o["action"] == name).unwrap();
    assert_eq!(of("accept")["allowed"], true);
    assert_eq!(of("register")["code"], "stage_forbids");
    assert_eq!(of("dispatch")["code"], "post_forbids");
    // Who only looks on is told all of them, and that none is his.
    let watched = town.get(SUPERVISOR, &path).await.body;
    let names = |body: &Value| -> BTreeSet<String> {
        items(body)
            .iter()
            .map(|o| o["action"].to_string())
            .collect()
    };
    assert_eq!(names(&watched), names(&en));
    assert!(items(&watched).iter().all(|o| o["code"] == "post_forbids"));
    let own = town.get(SUPERVISOR, &format!("{path}?own=true")).await.body;
    assert_eq!(items(&own).len(), 0);
}

#[tokio::test]
async fn what_a_town_sets_decides_how_near_is_near_and_how_long_a_case_may_be_reopened() {
    for (metres, days, near, reopened) in [(300.0, 30, false, 200), (500.0, 1, true, 409)] {
        let town = Town::on("07-15 09:00").await;
        let settings = json!({"settings": {"on_spot_m": metres, "reopen_days": days}});
        assert_eq!(town.configure(ADMIN, TOWN, settings).await.status, 200);
        let case = town.registered(RUBBISH.0, RUBBISH.1).await;
        let blow = json!({"action": "request_whistle", "kind": "daily", "reason": "成堆垃圾"});
        let blown = town.does(WORKER, &case, blow).await;
        let issue = json!({
            "action": "issue_whistle", "whistle_id": whistle(&blown)["id"],
            "units": [{"unit": ENFORCEMENT, "role": "lead"}],
        });
        let issued = town.does(DISPATCHER, &case, issue).await;
        let id = &part(&issued, ENFORCEMENT)["id"];
        let come = json!({
            "action": "check_in", "assignment": id,
            "point": {"lon": GATE.0, "lat": GATE.1}, "accuracy_m": 5.0,
        });
        let there = town.does(officer(ENFORCEMENT), &case, come).await;
        assert_eq!(part(&there, ENFORCEMENT)["on_spot"], near);
        let finish = json!({"action": "finish", "result": "已清理", "assignment": id});
        town.does(leader(ENFORCEMENT), &case, finish).await;
        let look = json!({"action": "request_verification"});
        town.does(REGISTRAR, &case, look).await;
        let passed = json!({"action": "verify", "passed": true, "note": "现场核查"});
        town.does(WORKER, &case, passed).await;
        let close = json!({"action": "close", "standard_met": true});
        town.does(REGISTRAR, &case, close).await;
        town.it_is("07-17 09:00");
        let offers = town
            .get(REGISTRAR, &format!("/cases/{case}/actions"))
            .await
            .body;
        let offer = items(&offers)
            .iter()
            .find(|o| o["action"] == "reopen")
            .unwrap();
        assert_eq!(offer["allowed"], reopened == 200);
        let reopen = json!({"action": "reopen", "reason": "问题复发"});
        assert_eq!(town.tries(REGISTRAR, &case, reopen).await.status, reopened);
    }
}

#[tokio::test]
async fn an_application_reads_public_comments_and_its_own_but_no_internal_ones() {
    let town = Town::on("07-15 09:00").await;
    let app = Who(Post::App, TOWN);
    let report = json!({
        "source": "app", "text": "垃圾满溢", "matter": RUBBISH.0,
        "place": {"lon": SCENE.0, "lat": SCENE.1},
    });
    let filed = town.post(app, "/cases", report).await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let case = filed.body["id"].as_str().unwrap().to_owned();
    for (who, text, public) in [
        (REGISTRAR, "请先摸清业主", false),
        (REGISTRAR, "已安排清运", true),
        (app, "市民已补充照片", false),
    ] {
        let comment = json!({"action": "comment", "text": text, "public": public});
        town.does(who, &case, comment).await;
    }
    let read = async |who: Who, path: &str| {
        let told = town.get(who, path).await;
        let rows = items(&told.body)
            .iter()
            .filter(|row| row["type"] == "commented");
        rows.map(|row| row["data"]["text"].as_str().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    for path in [
        format!("/cases/{case}/events"),
        "/events?after=0".to_owned(),
    ] {
        assert_eq!(
            read(app, &path).await,
            ["-", "已安排清运", "市民已补充照片"],
            "{path}"
        );
        let all = ["请先摸清业主", "已安排清运", "市民已补充照片"];
        assert_eq!(read(DISPATCHER, &path).await, all, "{path}");
    }
}

#[tokio::test]
async fn who_was_called_first_where_life_is_in_danger_is_kept_with_the_case() {
    let town = Town::on("07-15 09:00").await;
    let report = |number: &str| {
        json!({
            "source": "patrol", "text": "燃气泄漏", "place": {"lon": SCENE.0, "lat": SCENE.1},
            "safety_call": {"number": number, "at": written("07-15 08:58")},
        })
    };
    let refused = town.post(WORKER, "/cases", report("12345")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.faults()[0].starts_with("/safety_call/number"),
        "{:?}",
        refused.faults()
    );
    let told = town.post(WORKER, "/cases", report("119")).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let path = format!("/cases/{}", told.body["id"].as_str().unwrap());
    let kept = town.get(DISPATCHER, &path).await.body;
    assert_eq!(
        kept["safety_call"],
        json!({"number": "119", "at": written("07-15 08:58")})
    );
}
