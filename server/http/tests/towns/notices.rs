//! Notices: who is told what, in his language, page by page, and what of it he has read.

use gridwhistle_domain::access::Post;
use gridwhistle_service::Ticker;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SANITATION, Town, WORKER,
    Who, leader, officer, written,
};

const MATTER: &str = "event-06010";
const CONDITION: &str = "event-06010/1";
const BESIDE: Who = Who(Post::Dispatcher, "320707102000");
const LEADER: Who = leader(ENFORCEMENT);
const OFFICER: Who = officer(ENFORCEMENT);

async fn dispatched(town: &Town) -> String {
    let case = town.registered(MATTER, CONDITION).await;
    let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let dispatch = json!({"action": "dispatch", "units": units});
    town.does(DISPATCHER, &case, dispatch).await;
    case
}

/// What somebody finds, the newest first.
pub async fn found(town: &Town, who: Who, query: &str) -> Vec<Value> {
    let told = town.get(who, &format!("/notices{query}")).await;
    assert_eq!(told.status, 200, "{}", told.body);
    told.body["items"].as_array().unwrap().clone()
}

pub async fn kinds(town: &Town, who: Who) -> Vec<String> {
    let found = found(town, who, "").await;
    let kind = |notice: &Value| notice["kind"].as_str().unwrap().to_owned();
    found.iter().map(kind).collect()
}

fn ids(notices: &[Value]) -> Vec<i64> {
    notices.iter().map(|n| n["id"].as_i64().unwrap()).collect()
}

async fn unread(town: &Town, who: Who) -> i64 {
    let told = town.get(who, "/notices/unread").await.body;
    assert_eq!(told["more"], false);
    told["count"].as_i64().unwrap()
}

async fn reads(town: &Town, who: Who, id: i64) -> u16 {
    let path = format!("/notices/{id}/read");
    town.ask(who, Method::POST, &path, None, None).await.status
}

async fn reads_upto(town: &Town, who: Who, id: i64) -> u16 {
    let body = json!({"upto": id});
    town.post(who, "/notices/read", body).await.status
}

#[tokio::test]
async fn the_called_unit_is_told_and_nobody_else() {
    let town = Town::on("07-15 09:00").await;
    let case = dispatched(&town).await;
    for who in [LEADER, OFFICER] {
        let told = found(&town, who, "").await;
        assert_eq!(told.len(), 1, "{told:?}");
        let notice = &told[0];
        assert_eq!(notice["kind"], "dispatched");
        assert_eq!(notice["case_id"], case.as_str());
        assert_eq!(notice["at"], written("07-15 09:00"));
        assert_eq!(
            notice["due"],
            written("07-15 10:00"),
            "to be signed by then"
        );
        assert_eq!(notice["unit"]["code"], ENFORCEMENT);
        assert_eq!(
            (&notice["count"], &notice["read"]),
            (&json!(1), &json!(false))
        );
    }
    // Not who did it, not who is above or beside, not another unit.
    for who in [
        DISPATCHER,
        COUNTY_DISPATCHER,
        BESIDE,
        leader(SANITATION),
        REGISTRAR,
        WORKER,
    ] {
        assert_eq!(kinds(&town, who).await, [""; 0], "{who:?}");
        assert_eq!(unread(&town, who).await, 0);
    }
}

#[tokio::test]
async fn nobody_is_told_of_what_he_did_himself() {
    let town = Town::on("07-15 09:00").await;
    let escalate = json!({"action": "escalate", "reason": "跨镇"});
    for who in [DISPATCHER, DUTY_LEADER] {
        let case = town.registered(MATTER, CONDITION).await;
        town.does(who, &case, escalate.clone()).await;
    }
    let above = kinds(&town, COUNTY_DISPATCHER).await;
    assert_eq!(above, ["taken_over", "taken_over"]);
    assert_eq!(
        kinds(&town, DISPATCHER).await,
        ["passed_on"],
        "by the other"
    );
    assert_eq!(unread(&town, DISPATCHER).await, 1);
}

#[tokio::test]
async fn what_happens_by_itself_is_told_below_and_above_and_not_beside() {
    let town = Town::on("07-15 09:00").await;
    dispatched(&town).await;
    town.it_is("07-15 10:00");
    let mut ticker = Ticker::default();
    ticker.pass(&town.service).await.unwrap();
    assert_eq!(kinds(&town, LEADER).await, ["dispatched"], "on time");
    town.it_is("07-15 10:01");
    ticker.pass(&town.service).await.unwrap();
    let told = &found(&town, LEADER, "").await[0];
    assert_eq!(
        (&told["kind"], &told["clock"]),
        (&json!("overdue"), &json!("sign"))
    );
    town.it_is("07-15 15:01");
    ticker.pass(&town.service).await.unwrap();
    for (who, told) in [
        (DUTY_LEADER, &["overdue"][..]),
        (DISPATCHER, &["supervised", "overdue"]),
        (COUNTY_DISPATCHER, &["supervised"]),
        (BESIDE, &[]),
        (leader(SANITATION), &[]),
    ] {
        assert_eq!(kinds(&town, who).await, told, "{who:?}");
    }
}

#[tokio::test]
async fn a_notice_is_a_sentence_in_the_language_of_its_reader() {
    let town = Town::on("07-15 09:00").await;
    dispatched(&town).await;
    let notice = &found(&town, LEADER, "").await[0];
    let (number, unit) = (&notice["case_number"], &notice["unit"]["name"]);
    let (number, unit) = (number.as_str().unwrap(), unit.as_str().unwrap());
    let english = format!("Case {number}: dispatched: {unit} (07-15 10:00)");
    assert_eq!(notice["text"], english);
    let path = "/notices";
    let told = town
        .ask_in("zh-CN", LEADER, Method::GET, path, None, None)
        .await
        .body;
    let chinese = format!("案件 {number}：派遣处置：{unit}（07-15 10:00）");
    assert_eq!(told["items"][0]["text"], chinese);
}

#[tokio::test]
async fn what_was_late_is_told_in_one_sentence() {
    let town = Town::on("07-15 09:00").await;
    for _ in 0..3 {
        town.reported(MATTER).await;
    }
    town.it_is("07-15 16:00");
    Ticker::default().pass(&town.service).await.unwrap();
    let told = found(&town, REGISTRAR, "").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["count"], 3);
    assert_eq!(told[0]["case_numbers"].as_array().unwrap().len(), 3);
    assert_eq!(told[0]["text"], "3 cases: acceptance is overdue");
    let told = town
        .ask_in("zh-CN", REGISTRAR, Method::GET, "/notices", None, None)
        .await
        .body;
    assert_eq!(told["items"][0]["text"], "3 件案件：受理已超期");
}

#[tokio::test]
async fn several_limits_that_were_missed_are_told_as_limits() {
    let town = Town::on("07-15 09:00").await;
    town.reported(MATTER).await;
    town.registered(MATTER, CONDITION).await;
    town.it_is("07-15 16:00");
    Ticker::default().pass(&town.service).await.unwrap();
    let told = found(&town, DUTY_LEADER, "").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["text"], "2 cases: a time limit is overdue");
    assert_eq!(told[0]["clock"], Value::Null);
}

#[tokio::test]
async fn pages_follow_each_other_and_end() {
    let town = Town::on("07-15 09:00").await;
    for _ in 0..5 {
        dispatched(&town).await;
    }
    let all = ids(&found(&town, LEADER, "").await);
    assert_eq!(all.len(), 5);
    assert!(all.is_sorted_by(|a, b| a > b), "the newest first: {all:?}");
    let (mut seen, mut pages, mut query) = (Vec::new(), 0, "?limit=2".to_owned());
    loop {
        let page = town.get(LEADER, &format!("/notices{query}")).await.body;
        seen.extend(ids(page["items"].as_array().unwrap()));
        pages += 1;
        let Some(next) = page["next"].as_str() else {
            break;
        };
        query = format!("?limit=2&cursor={next}");
    }
    assert_eq!((seen, pages), (all.clone(), 3));
    // What was read in between shortens the pages and hides nothing.
    assert_eq!(reads(&town, LEADER, all[1]).await, 204);
    let page = town.get(LEADER, "/notices?unread=true&limit=2").await.body;
    assert_eq!(ids(page["items"].as_array().unwrap()), [all[0], all[2]]);
    let next = page["next"].as_str().unwrap();
    let rest = found(
        &town,
        LEADER,
        &format!("?unread=true&limit=2&cursor={next}"),
    )
    .await;
    assert_eq!(ids(&rest), all[3..]);
    for query in [
        "?limit=0",
        "?limit=201",
        "?cursor=x",
        "?unread=perhaps",
        "?page=2",
    ] {
        let told = town.get(LEADER, &format!("/notices{query}")).await;
        assert_eq!(told.status, 400, "{query}: {}", told.body);
    }
}

#[tokio::test]
async fn each_reader_has_marks_of_his_own() {
    let town = Town::on("07-15 09:00").await;
    for _ in 0..4 {
        dispatched(&town).await;
    }
    let own = ids(&found(&town, LEADER, "").await);
    let officers = ids(&found(&town, OFFICER, "").await);
    assert_eq!(
        (unread(&town, LEADER).await, unread(&town, OFFICER).await),
        (4, 4)
    );
    for _ in 0..2 {
        assert_eq!(
            reads(&town, LEADER, own[0]).await,
            204,
            "again changes nothing"
        );
    }
    assert_eq!(unread(&town, LEADER).await, 3);
    assert_eq!(reads_upto(&town, LEADER, own[2]).await, 204);
    let read = found(&town, LEADER, "").await;
    let read: Vec<&Value> = read.iter().map(|notice| &notice["read"]).collect();
    assert_eq!(read, [true, false, true, true]);
    // Reading up to an older one takes nothing back.
    assert_eq!(reads_upto(&town, LEADER, own[3]).await, 204);
    assert_eq!(ids(&found(&town, LEADER, "?unread=true").await), [own[1]]);
    assert_eq!(
        (unread(&town, LEADER).await, unread(&town, OFFICER).await),
        (1, 4)
    );
    // What lies in the boxes of others does not exist, nor does what was never told.
    for foreign in [officers[0], officers[0] + 1_000_000, 0, -1, i64::MAX] {
        assert_eq!(reads(&town, LEADER, foreign).await, 404, "{foreign}");
        assert_eq!(reads_upto(&town, LEADER, foreign).await, 404, "{foreign}");
    }
    assert_eq!(unread(&town, OFFICER).await, 4);
    let told = town
        .post(LEADER, "/notices/read", json!({"upto": "all"}))
        .await;
    assert_eq!(told.status, 422, "{}", told.body);
}
