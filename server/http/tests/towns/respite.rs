//! More time, waiting, giving back, and an appeal afterwards: each asked for by the unit and decided by its centre.

use gridwhistle_domain::access::Post;
use serde_json::{Value, json};

use crate::town::{
    COUNTY, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SANITATION, SUPERVISOR, Town, WORKER,
    Who, leader, part, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const LEADER: Who = leader(ENFORCEMENT);
const COUNTY_DUTY_LEADER: Who = Who(Post::DutyLeader, COUNTY);

fn round(case: &Value) -> &Value {
    &case["round"]
}

#[tokio::test]
async fn an_extension_gives_the_original_limit_once_more_and_a_refusal_gives_nothing() {
    let town = Town::on("07-15 09:00").await;
    let (case, before) = town.signed(RUBBISH.0, RUBBISH.1).await;
    let limit = &round(&before)["steps"][0]["limit"];
    let wish = json!({"action": "request_extension", "reason": "须等养护期"});
    let decide = |accept: bool| json!({"action": "decide_extension", "accept": accept, "ruling": "情况属实"});
    town.does(LEADER, &case, wish.clone()).await;
    let refused = town.does(DISPATCHER, &case, decide(false)).await;
    assert_eq!(round(&refused)["deadline"], round(&before)["deadline"]);
    town.does(LEADER, &case, wish.clone()).await;
    let granted = town.does(DISPATCHER, &case, decide(true)).await;
    let asked = json!({"start": written("07-15 09:00"), "limit": limit, "extensions": 1});
    let preview = town.post(REGISTRAR, "/clock/preview", asked).await.body;
    assert_eq!(round(&granted)["deadline"], preview["deadline"]);
    assert_ne!(round(&granted)["deadline"], round(&before)["deadline"]);
    assert_eq!(round(&granted)["extensions"], 1);
    // Only before the deadline.
    town.it_is("07-20 18:00");
    let late = town.tries(LEADER, &case, wish).await;
    assert_eq!(
        (late.status, late.body["code"].as_str()),
        (409, Some("action_not_allowed"))
    );
}

#[tokio::test]
async fn a_suspended_case_stands_still_lets_little_through_and_goes_on_by_itself() {
    let town = Town::on("07-15 09:00").await;
    let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
    let wish = json!({
        "action": "request_suspension", "reason": "planned_works", "until": "2026-07-20", "note": "列入管网改造",
    });
    town.does(LEADER, &case, wish).await;
    let grant = json!({"action": "decide_suspension", "accept": true, "ruling": "同意缓办"});
    let waiting = town.does(DISPATCHER, &case, grant).await;
    assert_eq!(round(&waiting)["paused"], true);
    assert_eq!(round(&waiting)["deadline"], Value::Null);
    let finish = json!({
        "action": "finish", "result": "已清理", "assignment": part(&signed, ENFORCEMENT)["id"],
    });
    assert_eq!(town.tries(LEADER, &case, finish).await.status, 409);
    let comment = json!({"action": "comment", "text": "等待施工"});
    town.does(LEADER, &case, comment).await;
    town.it_is("07-20 09:00");
    let mut ticker = gridwhistle_service::Ticker::default();
    ticker.pass(&town.service).await.unwrap();
    let going = town.get(SUPERVISOR, &format!("/cases/{case}")).await.body;
    assert_eq!(round(&going)["paused"], false);
    let deadline = round(&going)["deadline"].as_str().unwrap();
    assert!(deadline > written("07-20 09:00").as_str(), "{deadline}");
}

#[tokio::test]
async fn what_is_not_a_units_business_goes_back_and_another_begins_anew() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let dispatch =
        |unit: &str| json!({"action": "dispatch", "units": [{"unit": unit, "role": "lead"}]});
    let called = town.does(DISPATCHER, &case, dispatch(ENFORCEMENT)).await;
    let id = &part(&called, ENFORCEMENT)["id"];
    let give_back = json!({
        "action": "request_return", "assignment": id, "reason": "不属职责", "legal_basis": "三定方案",
        "suggested_unit": SANITATION,
    });
    town.it_is("07-15 09:10");
    town.does(LEADER, &case, give_back).await;
    town.it_is("07-15 09:30");
    let accept = json!({
        "action": "decide_return", "assignment": id, "accept": true, "ruling": "由环卫所办理",
    });
    let back = town.does(DISPATCHER, &case, accept).await;
    assert_eq!(
        (&back["stage"], &round(&back)["paused"]),
        (&json!("registered"), &json!(true))
    );
    assert_eq!(part(&back, ENFORCEMENT)["stage"], "returned");
    let void = json!({"action": "void", "reason": "误报"});
    assert_eq!(town.tries(DISPATCHER, &case, void).await.status, 403);
    town.it_is("07-15 10:00");
    let again = town.does(DISPATCHER, &case, dispatch(SANITATION)).await;
    let limit = &round(&again)["steps"][0]["limit"];
    let asked = json!({"start": written("07-15 10:00"), "limit": limit});
    let preview = town.post(REGISTRAR, "/clock/preview", asked).await.body;
    assert_eq!(round(&again)["deadline"], preview["deadline"], "anew");
}

#[tokio::test]
async fn who_was_late_appeals_once_to_the_centre_above_and_stays_late() {
    let town = Town::on("07-15 09:00").await;
    let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-22 09:00");
    let finish = json!({
        "action": "finish", "result": "已清理", "assignment": part(&signed, ENFORCEMENT)["id"],
    });
    let finished = town.does(LEADER, &case, finish).await;
    if finished["stage"] == "handled" {
        let verify = json!({"action": "request_verification"});
        town.does(REGISTRAR, &case, verify).await;
    }
    let passed = json!({"action": "verify", "passed": true, "note": "现场核查"});
    town.does(WORKER, &case, passed).await;
    let close = json!({"action": "close", "standard_met": true});
    let closed = town.does(REGISTRAR, &case, close).await;
    assert_eq!(
        (&closed["stage"], &round(&closed)["on_time"]),
        (&json!("closed"), &json!(false))
    );
    let appeal = json!({"action": "appeal", "reason": "台风期间封路"});
    town.does(LEADER, &case, appeal.clone()).await;
    let decide = json!({"action": "decide_appeal", "accept": true, "ruling": "情况属实"});
    // Not by the centre whose figures it is.
    assert_eq!(
        town.tries(DUTY_LEADER, &case, decide.clone()).await.status,
        403
    );
    let exempted = town.does(COUNTY_DUTY_LEADER, &case, decide).await;
    assert_eq!(round(&exempted)["exempted_at"], written("07-22 09:00"));
    assert_eq!(
        round(&exempted)["on_time"],
        false,
        "the lateness stays a fact"
    );
    let once_more = town.tries(LEADER, &case, appeal).await;
    assert_eq!(once_more.status, 409);
}
