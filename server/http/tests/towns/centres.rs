//! One case through the centres of town, county and city, and what a town counts of its whistles.

use gridwhistle_domain::access::Post;
use gridwhistle_service::Ticker;
use serde_json::{Value, json};

use crate::town::{
    COUNTY, COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, GATE, SANITATION, SUPERVISOR,
    TOWN, Town, VILLAGE_LEADER, WORKER, Who, leader, officer, part, whistle,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
/// Illegal building standing: 15 working days.
const BUILDING: (&str, &str) = ("event-06001", "event-06001/2");
const CITY: &str = "320700000000";
const CITY_DISPATCHER: Who = Who(Post::Dispatcher, CITY);
const CITY_REGISTRAR: Who = Who(Post::Registrar, CITY);

/// How many cases wait in a queue of the work list of a centre, as its dispatcher finds it.
async fn waiting(town: &Town, centre: &'static str, queue: &str) -> i64 {
    let who = Who(Post::Dispatcher, centre);
    let desk = town
        .get(who, &format!("/centres/{centre}/queues"))
        .await
        .body;
    let queues = desk["queues"].as_array().unwrap();
    let found = queues.iter().find(|found| found["queue"] == queue).unwrap();
    found["count"].as_i64().unwrap()
}

fn escalate() -> Value {
    json!({"action": "escalate", "reason": "跨区域"})
}

fn dispatch() -> Value {
    json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]})
}

#[tokio::test]
async fn one_case_goes_from_town_to_county_to_city_and_back_with_one_number_and_one_history() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let path = format!("/cases/{case}");
    let number = town.get(SUPERVISOR, &path).await.body["number"].clone();
    for (who, from, to) in [
        (DISPATCHER, TOWN, COUNTY),
        (COUNTY_DISPATCHER, COUNTY, CITY),
    ] {
        assert_eq!(waiting(&town, from, "dispatch").await, 1, "{from}");
        let up = town.does(who, &case, escalate()).await;
        assert_eq!(
            (&up["number"], &up["centre"]["code"]),
            (&number, &json!(to))
        );
        assert_eq!(waiting(&town, from, "dispatch").await, 0, "{from}");
        assert_eq!(waiting(&town, to, "dispatch").await, 1, "{to}");
    }
    // Above the city there is nobody; below it nobody decides what the city has.
    let beyond = town.tries(CITY_DISPATCHER, &case, escalate()).await;
    assert_eq!(beyond.status, 409, "{}", beyond.body);
    for who in [DISPATCHER, COUNTY_DISPATCHER] {
        let told = town.tries(who, &case, dispatch()).await;
        assert_eq!(
            (told.status, &told.body["rule"]),
            (403, &json!("post_forbids")),
            "{who:?}"
        );
    }
    let down = json!({"action": "delegate", "to": TOWN, "reason": "属地办理"});
    let back = town.does(CITY_DISPATCHER, &case, down).await;
    assert_eq!(
        (&back["number"], &back["centre"]["code"]),
        (&number, &json!(TOWN))
    );
    assert_eq!(waiting(&town, CITY, "dispatch").await, 0);
    assert_eq!(waiting(&town, TOWN, "dispatch").await, 1);
    // Passed on three times: the town cannot pass it on once more, the centre above decides.
    let again = town.tries(DISPATCHER, &case, escalate()).await;
    assert_eq!(
        (again.status, &again.body["rule"]),
        (403, &json!("bounced_out"))
    );
    // All three read the same history.
    let mut histories = Vec::new();
    for who in [SUPERVISOR, COUNTY_DISPATCHER, CITY_DISPATCHER] {
        let rows = town.get(who, &format!("{path}/events")).await.body;
        let rows = rows["items"].as_array().unwrap().iter();
        let kinds: Vec<String> = rows.map(|row| row["type"].to_string()).collect();
        histories.push(kinds);
    }
    assert_eq!(histories[0], histories[1]);
    assert_eq!(histories[0], histories[2]);
    let moves = histories[0]
        .iter()
        .filter(|kind| kind.contains("escalated") || kind.contains("delegated"));
    assert_eq!(moves.count(), 3, "{:?}", histories[0]);
}

#[tokio::test]
async fn what_the_county_disputes_and_is_late_with_the_city_decides() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    town.does(DISPATCHER, &case, escalate()).await;
    let ask = json!({"action": "request_ruling", "reason": "两市局职责交叉"});
    town.does(COUNTY_DISPATCHER, &case, ask).await;
    assert_eq!(waiting(&town, CITY, "rule").await, 1);
    assert_eq!(waiting(&town, COUNTY, "rule").await, 0);
    let rule = json!({"action": "rule", "lead": ENFORCEMENT, "ruling": "由属地执法局主办"});
    let below = town.tries(COUNTY_DISPATCHER, &case, rule.clone()).await;
    assert_eq!(below.status, 403, "{}", below.body);
    town.does(CITY_DISPATCHER, &case, rule).await;
    assert_eq!(waiting(&town, CITY, "rule").await, 0);
    let called = town.does(COUNTY_DISPATCHER, &case, dispatch()).await;
    let part = part(&called, ENFORCEMENT)["id"].clone();
    let sign = json!({"action": "sign", "assignment": part});
    town.does(officer(ENFORCEMENT), &case, sign).await;
    town.it_is("07-17 09:00");
    let finish = json!({"action": "finish", "result": "已清运", "assignment": part});
    town.does(leader(ENFORCEMENT), &case, finish).await;
    let passed = json!({"action": "verify", "passed": true, "note": "属实"});
    town.does(WORKER, &case, passed).await;
    let close = json!({"action": "close", "standard_met": true});
    let closed = town.does(Who(Post::Registrar, COUNTY), &case, close).await;
    assert_eq!(closed["round"]["on_time"], false);
    let appeal = json!({"action": "appeal", "reason": "连日暴雨"});
    town.does(leader(ENFORCEMENT), &case, appeal).await;
    assert_eq!(waiting(&town, CITY, "appeal").await, 1);
    let grant = json!({"action": "decide_appeal", "accept": true, "ruling": "情况属实"});
    let below = town
        .tries(Who(Post::Registrar, COUNTY), &case, grant.clone())
        .await;
    assert_eq!(below.status, 403, "{}", below.body);
    town.does(CITY_REGISTRAR, &case, grant).await;
    assert_eq!(waiting(&town, CITY, "appeal").await, 0);
}

fn blow() -> Value {
    json!({"action": "request_whistle", "kind": "daily", "reason": "需现场会商"})
}

#[tokio::test]
async fn a_town_counts_what_was_blown_refused_taken_back_and_answered_in_time() {
    let town = Town::on("07-15 09:00").await;
    let mut blown = Vec::new();
    for _ in 0..3 {
        let case = town.registered(BUILDING.0, BUILDING.1).await;
        let told = town.does(WORKER, &case, blow()).await;
        blown.push((case, whistle(&told)["id"].clone()));
    }
    let (case, id) = &blown[0];
    let refuse = json!({"action": "refuse_whistle", "whistle_id": id, "reason": "村内可解决"});
    town.does(VILLAGE_LEADER, case, refuse).await;
    let (case, id) = &blown[1];
    let withdraw = json!({"action": "withdraw_whistle", "whistle_id": id, "reason": "已解决"});
    town.does(WORKER, case, withdraw).await;
    // Two units are called: one signs late and comes in time, the other signs in time and stands elsewhere.
    let (case, id) = &blown[2];
    let issue = json!({
        "action": "issue_whistle", "whistle_id": id, "units": [
            {"unit": ENFORCEMENT, "role": "lead"}, {"unit": SANITATION, "role": "assist"}
        ],
    });
    let called = town.does(DISPATCHER, case, issue).await;
    let of = |unit: &str| part(&called, unit)["id"].clone();
    let sign = |unit| json!({"action": "sign", "assignment": of(unit)});
    let come = |unit, (lon, lat): (f64, f64)| {
        json!({
            "action": "check_in", "assignment": of(unit), "point": {"lon": lon, "lat": lat},
        })
    };
    town.does(officer(SANITATION), case, sign(SANITATION)).await;
    town.does(officer(SANITATION), case, come(SANITATION, GATE))
        .await;
    town.it_is("07-15 11:00");
    town.does(officer(ENFORCEMENT), case, sign(ENFORCEMENT))
        .await;
    town.does(
        officer(ENFORCEMENT),
        case,
        come(ENFORCEMENT, crate::town::SCENE),
    )
    .await;
    // A week later all their moments have passed.
    town.it_is("07-22 09:00");
    let page = town
        .get(SUPERVISOR, "/indicators?from=2026-07-15&to=2026-07-22")
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let figures = page.body["groups"][0]["figures"].as_array().unwrap();
    let terms = |name: &str| {
        let figure = figures.iter().find(|f| f["indicator"] == name).unwrap();
        (
            figure["numerator"].as_f64().unwrap(),
            figure["denominator"].as_i64().unwrap(),
        )
    };
    let counted = |name: &str| {
        let figure = figures.iter().find(|f| f["indicator"] == name).unwrap();
        figure["value"].as_f64().unwrap()
    };
    for (name, n) in [
        ("whistles_blown", 3.0),
        ("whistles_refused", 1.0),
        ("whistles_withdrawn", 1.0),
    ] {
        assert!((counted(name) - n).abs() < 0.5, "{name}: {}", counted(name));
    }
    for name in ["sign_in_time_rate", "check_in_in_time_rate"] {
        let (numerator, denominator) = terms(name);
        assert!((numerator - 1.0).abs() < 0.01, "{name}: {numerator}");
        assert_eq!(denominator, 2, "{name}");
    }
    // Each opens to its cases.
    for (name, expected) in [
        ("whistles_refused", &blown[0].0),
        ("sign_in_time_rate", &blown[2].0),
    ] {
        let path = format!("/indicators/{name}/cases?part=numerator&from=2026-07-15&to=2026-07-22");
        let cases = town.get(SUPERVISOR, &path).await;
        let ids: Vec<&Value> = cases.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["id"])
            .collect();
        assert_eq!(ids, [&json!(expected)], "{name}");
    }
}

#[tokio::test]
async fn an_unsigned_emergency_climbs_from_the_unit_to_the_duty_leader_to_the_county() {
    let town = Town::on("07-15 23:00").await;
    let report = json!({
        "source": "patrol", "text": "路面塌陷", "matter": "event-99998",
        "place": {"lon": 119.005, "lat": 34.905},
        "whistle": {
            "kind": "emergency", "reason": "危及通行",
            "wanted": [{"unit": ENFORCEMENT, "role": "lead"}],
        },
    });
    let told = town.post(WORKER, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let case = told.body["id"].as_str().unwrap().to_owned();
    let add = json!({
        "action": "add_unit", "whistle_id": whistle(&told.body)["id"],
        "unit": SANITATION, "role": "assist",
    });
    let boxes = async |kind: &str| {
        let mut told = Vec::new();
        for who in [leader(ENFORCEMENT), DUTY_LEADER, COUNTY_DISPATCHER] {
            let notices = town.get(who, "/notices").await.body;
            let notices = notices["items"].as_array().unwrap();
            told.push(notices.iter().any(|notice| notice["kind"] == kind));
        }
        told
    };
    let mut ticker = Ticker::default();
    for (moment, unsigned, county) in [
        ("07-15 23:10", [false, false, false], false),
        ("07-15 23:11", [true, false, false], false),
        ("07-15 23:16", [true, true, false], false),
        ("07-15 23:21", [true, true, false], true),
    ] {
        town.it_is(moment);
        ticker.pass(&town.service).await.unwrap();
        assert_eq!(boxes("unsigned").await, unsigned, "{moment}");
        assert_eq!(boxes("county_may_act").await[2], county, "{moment}");
        if !county {
            let early = town.tries(COUNTY_DISPATCHER, &case, add.clone()).await;
            assert_eq!(early.status, 403, "{moment}");
        }
    }
    let acted = town.does(COUNTY_DISPATCHER, &case, add).await;
    assert_eq!(acted["centre"]["code"], TOWN, "it stays the town's");
}
