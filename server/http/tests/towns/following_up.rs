//! The centre's caller asks the residents behind closed cases, over the API.

use gridwhistle_domain::access::Post;
use serde_json::{Value, json};

use crate::privacy::{CALLER, called_in, settled};
use crate::town::{COUNTY, DISPATCHER, ENFORCEMENT, REGISTRAR, TOWN, Town, Who, leader, written};

const COUNTY_DUTY_LEADER: Who = Who(Post::DutyLeader, COUNTY);

fn not_reached() -> Value {
    json!({"action": "follow_up", "channel": "telephone", "outcome": "not_reached"})
}

fn answered(satisfaction: &str) -> Value {
    json!({
        "action": "follow_up", "channel": "telephone", "outcome": "answered",
        "answer": {"contacted": true, "solved": "yes", "satisfaction": satisfaction},
    })
}

/// A call of a resident, handled and closed.
async fn closed(town: &Town) -> String {
    let case = called_in(town, "GD-1").await;
    settled(town, &case).await;
    case
}

async fn waiting(town: &Town, centre: &str, queue: &str) -> i64 {
    let path = format!("/centres/{centre}/queues");
    let desk = town.get(Who(Post::Dispatcher, COUNTY), &path).await.body;
    let queues = desk["queues"].as_array().unwrap();
    let found = queues.iter().find(|found| found["queue"] == queue).unwrap();
    found["count"].as_i64().unwrap()
}

/// Numerator and denominator of a figure of the town in July, and what stands beside it.
async fn figure(town: &Town, indicator: &str) -> (Value, Value, Value) {
    // What has happened up to this moment counts.
    town.it_is("07-20 09:00");
    let path = format!("/indicators?division={TOWN}&from=2026-07-01&to=2026-08-01");
    let told = town.get(Who(Post::Supervisor, TOWN), &path).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let figures = told.body["groups"][0]["figures"].as_array().unwrap();
    let found = figures.iter().find(|f| f["indicator"] == indicator);
    let found = found.unwrap_or_else(|| panic!("{indicator} in {}", told.body));
    (
        found["numerator"].clone(),
        found["denominator"].clone(),
        found["exclusions"].clone(),
    )
}

#[tokio::test]
async fn what_the_resident_says_on_the_telephone_is_his_answer_and_leaves_the_callers_list() {
    let town = Town::on("07-15 09:00").await;
    let case = closed(&town).await;
    assert_eq!(waiting(&town, TOWN, "follow_up").await, 1);
    town.it_is("07-15 15:00");
    let told = town.does(CALLER, &case, answered("satisfied")).await;
    let feedback = &told["round"]["feedback"];
    assert_eq!(
        (
            &feedback["outcome"],
            &feedback["channel"],
            &feedback["satisfaction"],
            &feedback["concluded_at"]
        ),
        (
            &json!("answered"),
            &json!("telephone"),
            &json!("satisfied"),
            &json!(written("07-15 15:00"))
        )
    );
    assert_eq!(waiting(&town, TOWN, "follow_up").await, 0);
    let again = town.tries(CALLER, &case, answered("dissatisfied")).await;
    assert_eq!(
        (again.status, &again.body["rule"]),
        (410, &json!("feedback_concluded"))
    );
    let (yes, all, beside) = figure(&town, "satisfaction_rate").await;
    assert_eq!((yes, all, beside), (json!(1.0), json!(1), json!([])));
}

#[tokio::test]
async fn three_calls_on_two_days_that_reach_nobody_are_counted_as_unreachable() {
    let town = Town::on("07-15 09:00").await;
    let case = closed(&town).await;
    for moment in ["07-15 10:00", "07-15 15:00", "07-16 09:00"] {
        town.it_is(moment);
        town.does(CALLER, &case, not_reached()).await;
    }
    let shown = town.get(CALLER, &format!("/cases/{case}")).await.body;
    let feedback = &shown["round"]["feedback"];
    assert_eq!(feedback["outcome"], "unreachable");
    assert_eq!(feedback["missed_calls"].as_array().unwrap().len(), 3);
    assert!(feedback["satisfaction"].is_null());
    let (valid, concluded, _) = figure(&town, "follow_up_coverage").await;
    assert_eq!((valid, concluded), (json!(0.0), json!(1)));
    let (_, all, beside) = figure(&town, "satisfaction_rate").await;
    assert_eq!(all, json!(0));
    assert_eq!(beside[0]["reason"], "unreachable");
}

#[tokio::test]
async fn an_answer_stands_where_the_resident_gave_one_and_nowhere_else() {
    let town = Town::on("07-15 09:00").await;
    let case = closed(&town).await;
    let mut silent = answered("satisfied");
    silent.as_object_mut().unwrap().remove("answer");
    let mut refused = answered("satisfied");
    refused["outcome"] = json!("refused");
    let mut letter = not_reached();
    letter["channel"] = json!("paper");
    for (action, status, fault) in [
        (silent, 422, "/answer: required"),
        (refused, 422, "/answer: answer_of_nobody"),
        (letter, 422, "/channel: not_a_call"),
    ] {
        let told = town.tries(CALLER, &case, action).await;
        assert_eq!(
            (told.status, told.faults()),
            (status, vec![fault.to_owned()]),
            "{}",
            told.body
        );
    }
}

#[tokio::test]
async fn the_county_decides_about_an_unreasonable_demand_and_whoever_handled_it_asks_nobody() {
    let town = Town::on("07-15 09:00").await;
    let case = closed(&town).await;
    for who in [leader(ENFORCEMENT), DISPATCHER, Who(Post::Caller, COUNTY)] {
        let told = town.tries(who, &case, answered("satisfied")).await;
        assert_eq!(told.status, 403, "{who:?}: {}", told.body);
    }
    let wish = json!({"action": "request_unreasonable", "reason": "要求拆除合法建筑"});
    town.does(REGISTRAR, &case, wish).await;
    assert_eq!(waiting(&town, COUNTY, "unreasonable").await, 1);
    let decide = json!({"action": "decide_unreasonable", "accept": true, "ruling": "无法律依据"});
    assert_eq!(
        town.tries(REGISTRAR, &case, decide.clone()).await.status,
        403
    );
    let told = town.does(COUNTY_DUTY_LEADER, &case, decide).await;
    let feedback = &told["round"]["feedback"];
    assert_eq!(feedback["outcome"], "unreasonable");
    assert_eq!(feedback["unreasonable"]["accepted"], true);
    assert_eq!(waiting(&town, COUNTY, "unreasonable").await, 0);
    let (_, _, beside) = figure(&town, "satisfaction_rate").await;
    assert_eq!(beside[0]["reason"], "unreasonable");
}
