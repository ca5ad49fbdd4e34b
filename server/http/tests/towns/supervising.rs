//! Supervision by hand (督办) from level to level: who may, who answers, and that a reply that does not come is seen.

use gridwhistle_domain::access::Post;
use gridwhistle_service::Ticker;
use serde_json::{Value, json};

use crate::notices::{found, kinds};
use crate::town::{
    COUNTY, COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, TOWN, TOWN_HEAD,
    Town, Who, leader, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
/// Illegal building standing: 15 working days, so that nothing but the reply is late.
const BUILDING: (&str, &str) = ("event-06001", "event-06001/2");
const COUNTY_LEADER: Who = Who(Post::DutyLeader, COUNTY);
const CITY: &str = "320700000000";
const CITY_DISPATCHER: Who = Who(Post::Dispatcher, CITY);
const BESIDE: Who = Who(Post::Dispatcher, "320707102000");
const UNIT_LEADER: Who = leader(ENFORCEMENT);

fn supervise(kind: &str) -> Value {
    json!({"action": "supervise", "kind": kind, "note": "限期办结并回复"})
}

fn answer(number: Option<u16>) -> Value {
    let mut answer = json!({"action": "answer_supervision", "text": "今日完成"});
    if let Some(number) = number {
        answer["number"] = json!(number);
    }
    answer
}

/// How many cases wait for a reply of a centre and how many of them for too long, as somebody finds its work list.
async fn replies(town: &Town, who: Who, centre: &str) -> (i64, i64) {
    let path = format!("/centres/{centre}/queues");
    let desk = town.get(who, &path).await;
    assert_eq!(desk.status, 200, "{who:?}: {}", desk.body);
    let mut queues = desk.body["queues"].as_array().unwrap().iter();
    let queue = queues.find(|queue| queue["queue"] == "answer_supervision");
    let number = |name: &str| queue.unwrap()[name].as_i64().unwrap();
    (number("count"), number("overdue"))
}

#[tokio::test]
async fn the_county_supervises_what_a_town_has_and_the_town_and_its_unit_reply() {
    let town = Town::on("07-15 09:00").await;
    let (case, _) = town.signed(RUBBISH.0, RUBBISH.1).await;
    for (moment, who, kind) in [
        ("07-15 09:10", COUNTY_LEADER, "leader"),
        ("07-15 09:20", COUNTY_DISPATCHER, "important"),
    ] {
        town.it_is(moment);
        let supervised = town.does(who, &case, supervise(kind)).await;
        let supervisions = supervised["supervisions"].as_array().unwrap();
        let last = supervisions.last().unwrap();
        assert_eq!(last["kind"], kind);
        assert_eq!(last["division"]["code"], COUNTY);
        assert_eq!(last["by"]["post"], who.0.as_str());
        assert_eq!(last["answer_by"], written("07-16 18:00"), "a working day");
        assert_eq!(supervised["centre"]["code"], TOWN, "it stays the town's");
    }
    assert_eq!(replies(&town, DISPATCHER, TOWN).await, (1, 0));
    assert_eq!(replies(&town, COUNTY_DISPATCHER, COUNTY).await, (0, 0));
    for who in [DISPATCHER, UNIT_LEADER] {
        let told = found(&town, who, "").await;
        let mut told = told.iter();
        let notice = told.find(|notice| notice["kind"] == "supervised");
        assert_eq!(notice.unwrap()["due"], written("07-16 18:00"), "{who:?}");
    }

    // Each of the two is answered for itself, and whoever asked is told.
    let answered = town.does(DISPATCHER, &case, answer(Some(2))).await;
    let last = &answered["supervisions"][1];
    assert_eq!(last["answered_by"]["post"], "dispatcher");
    assert_eq!(last["answer"], "今日完成");
    assert!(answered["supervisions"][0]["answer"].is_null());
    assert_eq!(replies(&town, DISPATCHER, TOWN).await, (1, 0));
    assert_eq!(
        kinds(&town, COUNTY_DISPATCHER).await,
        ["supervision_answered"]
    );
    assert_eq!(kinds(&town, COUNTY_LEADER).await, [""; 0]);
    let answered = town.does(UNIT_LEADER, &case, answer(None)).await;
    let first = &answered["supervisions"][0];
    assert_eq!(first["answered_by"]["post"], "unit_leader");
    assert_eq!(replies(&town, DISPATCHER, TOWN).await, (0, 0));
    assert_eq!(kinds(&town, COUNTY_LEADER).await, ["supervision_answered"]);
    let again = town.tries(DISPATCHER, &case, answer(None)).await;
    assert_eq!(
        (again.status, &again.body["rule"]),
        (409, &json!("nothing_to_decide"))
    );
}

#[tokio::test]
async fn nobody_supervises_what_a_centre_above_or_beside_has() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let beside = town.tries(BESIDE, &case, supervise("important")).await;
    assert_eq!(beside.status, 404, "{}", beside.body);
    // What the town has its own head supervises.
    let own = town.does(TOWN_HEAD, &case, supervise("leader")).await;
    assert_eq!(own["supervisions"][0]["division"]["code"], TOWN);
    town.does(DISPATCHER, &case, answer(None)).await;

    // What the county has the town neither supervises nor answers for.
    let escalate = json!({"action": "escalate", "reason": "跨镇"});
    town.does(DISPATCHER, &case, escalate).await;
    for who in [TOWN_HEAD, DUTY_LEADER, DISPATCHER, REGISTRAR] {
        let told = town.tries(who, &case, supervise("important")).await;
        let forbidden = (403, &json!("post_forbids"));
        assert_eq!((told.status, &told.body["rule"]), forbidden, "{who:?}");
    }
    town.it_is("07-15 09:30");
    let above = town
        .does(CITY_DISPATCHER, &case, supervise("important"))
        .await;
    assert_eq!(above["supervisions"][1]["division"]["code"], CITY);
    assert_eq!(replies(&town, COUNTY_DISPATCHER, COUNTY).await, (1, 0));
    for who in [DUTY_LEADER, DISPATCHER, REGISTRAR] {
        let told = town.tries(who, &case, answer(None)).await;
        assert_eq!(told.status, 403, "{who:?}: {}", told.body);
    }
    town.does(COUNTY_DISPATCHER, &case, answer(None)).await;
    assert_eq!(replies(&town, CITY_DISPATCHER, COUNTY).await, (0, 0));
}

#[tokio::test]
async fn a_reply_that_does_not_come_is_seen_and_told_below_and_above() {
    let town = Town::on("07-15 09:00").await;
    let (case, _) = town.signed(BUILDING.0, BUILDING.1).await;
    town.does(COUNTY_DISPATCHER, &case, supervise("important"))
        .await;
    let mut ticker = Ticker::default();
    for (moment, late) in [("07-16 18:00", false), ("07-16 18:01", true)] {
        town.it_is(moment);
        ticker.pass(&town.service).await.unwrap();
        for who in [DISPATCHER, COUNTY_DISPATCHER] {
            let waiting = (1, i64::from(late));
            assert_eq!(
                replies(&town, who, TOWN).await,
                waiting,
                "{moment}: {who:?}"
            );
        }
        for who in [DISPATCHER, UNIT_LEADER, COUNTY_DISPATCHER] {
            let told = found(&town, who, "").await;
            let missed = |notice: &Value| {
                notice["kind"] == "overdue" && notice["clock"] == "answer_supervision"
            };
            assert_eq!(told.iter().any(missed), late, "{moment}: {who:?}: {told:?}");
        }
        assert_eq!(kinds(&town, BESIDE).await, [""; 0]);
    }
    let path = format!("/cases?queue=answer_supervision&centre={TOWN}");
    let listed = town.get(COUNTY_DISPATCHER, &path).await.body;
    let listed = listed["items"].as_array().unwrap();
    let numbers: Vec<&Value> = listed.iter().map(|case| &case["id"]).collect();
    assert_eq!(numbers, [&json!(case)]);

    // It comes late, and that stays on record.
    town.it_is("07-17 09:00");
    let answered = town.does(DISPATCHER, &case, answer(None)).await;
    let mut clocks = answered["clocks"].as_array().unwrap().iter();
    let clock = clocks.find(|clock| clock["name"] == "answer_supervision");
    assert_eq!(clock.unwrap()["late"], true);
    assert_eq!(replies(&town, COUNTY_DISPATCHER, TOWN).await, (0, 0));
}
