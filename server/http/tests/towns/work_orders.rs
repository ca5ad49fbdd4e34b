//! A work order of the hotline (12345): filed by its platform with a key, merged into what the grid had reported,
//! answered by the unit, and followed to its end through the feed, without anything of the resident.

use gridwhistle_domain::access::Post;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::test::TestClient;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::town::{
    COUNTY, DISPATCHER, ENFORCEMENT, REGISTRAR, SCENE, Told, Town, WORKER, Who, leader, officer,
    part, served, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const COUNTY_ADMIN: Who = Who(Post::Admin, COUNTY);
const LEADER: Who = leader(ENFORCEMENT);
const NUMBER: &str = "GD20260715-0001";
const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";
/// What tells who the resident is, or a part of it: in clear and masked.
const PERSONAL: [&str; 6] = [RESIDENT, TELEPHONE, "欧阳", "秀英", "欧*", "138*"];
const ANSWER: &str = "垃圾已清运，并增设了垃圾桶";

/// The platform of the hotline, which holds a key of the county.
struct Hotline {
    client: TestClient<BoxEndpoint<'static, Response>>,
    key: String,
    _stopping: watch::Sender<bool>,
}

impl Hotline {
    /// The administrator of the county gives it a key.
    async fn of(town: &Town) -> Self {
        let asked = json!({
            "name": "12345 平台", "division": COUNTY,
            "scopes": ["cases:file", "cases:read", "events:read"],
        });
        let issued = town.post(COUNTY_ADMIN, "/keys", asked).await;
        assert_eq!(issued.status, 201, "{}", issued.body);
        let (client, stopping) = served(town.service.clone());
        Self {
            client,
            key: issued.body["secret"].as_str().unwrap().to_owned(),
            _stopping: stopping,
        }
    }

    /// What comes back, and the case that its head names.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        idempotency_key: Option<&str>,
        body: Option<Value>,
    ) -> (Told, Option<String>) {
        let mut request = self
            .client
            .request(method, format!("/api/v1{path}"))
            .header("Authorization", format!("Bearer {}", self.key))
            .header("Accept-Language", "en");
        if let Some(key) = idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request
                .content_type("application/json")
                .body(body.to_string());
        }
        let response = request.send().await.0;
        let [etag, location] =
            ["ETag", "Location"].map(|name| response.header(name).map(str::to_owned));
        let status = response.status().as_u16();
        let bytes = response.into_body().into_vec().await.unwrap();
        let told = Told {
            status,
            etag,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        };
        (told, location)
    }

    async fn files(&self, idempotency_key: &str) -> (Told, Option<String>) {
        let key = Some(idempotency_key);
        self.ask(Method::POST, "/cases", key, Some(order())).await
    }

    async fn reads(&self, path: &str) -> Value {
        let (told, _) = self.ask(Method::GET, path, None, None).await;
        assert_eq!(told.status, 200, "{path}: {}", told.body);
        told.body
    }

    /// The case of a work order, found among those that the platform filed.
    async fn case_of(&self, number: &str) -> Value {
        let filed = self.reads("/cases?mine=true").await;
        let of_the_order = |case: &&Value| case["external_number"] == number;
        let found: Vec<&Value> = items(&filed).iter().filter(of_the_order).collect();
        assert_eq!(found.len(), 1, "{filed}");
        found[0].clone()
    }
}

/// About the heap that the worker sees, some twenty metres north of him. Whoever took the call wrote too much.
fn order() -> Value {
    json!({
        "source": "hotline", "external_number": NUMBER,
        "text": format!("来电人{RESIDENT}（{TELEPHONE}）反映垃圾满溢"), "matter": RUBBISH.0,
        "place": {"lon": SCENE.0, "lat": SCENE.1 + 0.000_2, "crs": "wgs84"},
        "resident": {"name": RESIDENT, "telephone": TELEPHONE},
    })
}

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

/// The rows of a case in the feed, oldest first.
fn rows<'a>(feed: &'a Value, case: &str) -> Vec<&'a Value> {
    let of_the_case = |row: &&Value| row["case_id"] == case;
    items(feed).iter().filter(of_the_case).collect()
}

fn kinds<'a>(rows: &[&'a Value]) -> Vec<&'a str> {
    let rows = rows.iter().copied();
    rows.map(|row| row["type"].as_str().unwrap()).collect()
}

/// The only row of that type.
fn row<'a>(rows: &[&'a Value], kind: &str) -> &'a Value {
    let mut found = rows.iter().copied().filter(|row| row["type"] == kind);
    let row = found.next().unwrap();
    assert!(found.next().is_none(), "{kind} once");
    row
}

fn tells_nothing_of_the_resident(told: &Value) {
    let text = told.to_string();
    for secret in PERSONAL {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// The worker's case, and the order that was merged into it.
async fn merged(town: &Town, hotline: &Hotline) -> (String, String) {
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-15 09:10");
    let (filed, _) = hotline.files("order-1").await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let order = filed.body["id"].as_str().unwrap().to_owned();
    let merge = json!({"action": "merge", "into": case});
    let merged = town.does(REGISTRAR, &order, merge).await;
    assert_eq!(
        (&merged["stage"], &merged["merged_into"]["id"]),
        (&json!("merged"), &json!(case))
    );
    (case, order)
}

/// The bureau is called and signs.
async fn signed(town: &Town, case: &str) -> Value {
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let called = town.does(DISPATCHER, case, dispatch).await;
    let sign = json!({"action": "sign", "assignment": part(&called, ENFORCEMENT)["id"]});
    town.does(officer(ENFORCEMENT), case, sign).await
}

/// The unit answers the resident and finishes; the case is verified and closed.
async fn answered_and_closed(town: &Town, case: &str, answer: &str) {
    let signed = signed(town, case).await;
    let finish = json!({
        "action": "finish", "result": "已清运", "assignment": part(&signed, ENFORCEMENT)["id"],
    });
    // Behind the order is somebody who waits for an answer.
    let silent = town.tries(LEADER, case, finish.clone()).await;
    assert_eq!(
        (silent.status, silent.body["rule"].as_str()),
        (409, Some("reply_missing")),
        "{}",
        silent.body
    );
    let reply = json!({"action": "reply", "text": answer});
    town.does(LEADER, case, reply).await;
    town.it_is("07-15 11:00");
    town.does(LEADER, case, finish).await;
    let passed = json!({"action": "verify", "passed": true, "note": "现场核查"});
    town.does(WORKER, case, passed).await;
    let close = json!({"action": "close", "standard_met": true});
    let closed = town.does(REGISTRAR, case, close).await;
    assert_eq!(
        (&closed["stage"], &closed["round"]["on_time"]),
        (&json!("closed"), &json!(true))
    );
}

#[tokio::test]
async fn a_work_order_is_filed_once_for_ever() {
    let town = Town::on("07-15 09:00").await;
    let hotline = Hotline::of(&town).await;
    let (filed, named) = hotline.files("order-1").await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let case = filed.body["id"].as_str().unwrap();
    assert_eq!(named, Some(format!("/api/v1/cases/{case}")));
    tells_nothing_of_the_resident(&filed.body);
    // The answer was lost: asked again, the same.
    let (repeated, _) = hotline.files("order-1").await;
    assert_eq!((repeated.status, &repeated.body["id"]), (201, &json!(case)));
    let twice = async || {
        let (told, known) = hotline.files("order-2").await;
        assert_eq!(
            (told.status, told.body["code"].as_str(), told.faults()),
            (
                409,
                Some("conflict"),
                vec!["/external_number: taken".to_owned()]
            )
        );
        assert_eq!(known, Some(format!("/api/v1/cases/{case}")));
        tells_nothing_of_the_resident(&told.body);
    };
    twice().await;
    let void = json!({"action": "void", "reason": "误报"});
    town.does(REGISTRAR, case, void).await;
    town.it_is("07-16 09:00");
    twice().await;
    let feed = hotline.reads("/events?after=0").await;
    assert_eq!(kinds(&rows(&feed, case)), ["reported", "voided"]);
    assert_eq!(hotline.case_of(NUMBER).await["id"], json!(case));
    assert_eq!(items(&feed).len(), 2, "nothing was filed beside it: {feed}");
}

#[tokio::test]
async fn what_the_grid_reported_within_the_hour_is_told_as_likely_the_same() {
    let town = Town::on("07-15 09:00").await;
    let hotline = Hotline::of(&town).await;
    let seen = town.reported(RUBBISH.0).await;
    town.it_is("07-15 09:50");
    let (filed, _) = hotline.files("order-1").await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let order = filed.body["id"].as_str().unwrap();
    let path = format!("/cases/{order}/duplicates");
    let likely = hotline.reads(&path).await;
    assert_eq!(items(&likely).len(), 1, "{likely}");
    assert_eq!(items(&likely)[0]["case"]["id"], json!(seen));
    let metres = items(&likely)[0]["distance_m"].as_f64().unwrap();
    assert!((20.0..25.0).contains(&metres), "{metres}");
    tells_nothing_of_the_resident(&likely);
    // And the other way round, without telling who called.
    let likely = hotline.reads(&format!("/cases/{seen}/duplicates")).await;
    assert_eq!(items(&likely)[0]["case"]["id"], json!(order));
    tells_nothing_of_the_resident(&likely);
    // The registrar is offered the same.
    let offered = town.get(REGISTRAR, &path).await.body;
    assert_eq!(items(&offered)[0]["case"]["id"], json!(seen));
}

#[tokio::test]
async fn a_merged_work_order_is_followed_to_its_answer_through_the_feed() {
    let town = Town::on("07-15 09:00").await;
    let hotline = Hotline::of(&town).await;
    let (case, order) = merged(&town, &hotline).await;
    answered_and_closed(&town, &case, ANSWER).await;

    let feed = hotline.reads("/events?after=0").await;
    let own = rows(&feed, &order);
    assert_eq!(kinds(&own), ["reported", "merged", "target_ended"]);
    let reported = row(&own, "reported");
    assert_eq!(
        (&reported["data"]["resident"], &reported["data"]["text"]),
        (&json!(true), &json!("来电人***（***）反映垃圾满溢")),
        "that there is one, and no more"
    );
    assert_eq!(row(&own, "merged")["data"]["into"], json!(case));
    let ended = row(&own, "target_ended");
    assert_eq!(
        (&ended["data"]["stage"], &ended["data"]["reply"]),
        (&json!("closed"), &json!(ANSWER))
    );
    assert_eq!(ended["recorded_at"], written("07-15 11:00"));
    // The answer was given on the case that goes on.
    let goes_on = rows(&feed, &case);
    let replied = row(&goes_on, "replied");
    assert_eq!(replied["data"]["text"], ANSWER);
    assert_eq!(replied["actor"]["unit"]["code"], ENFORCEMENT);
    assert!(replied["seq"].as_i64() < ended["seq"].as_i64());
    tells_nothing_of_the_resident(&feed);

    let found = hotline.case_of(NUMBER).await;
    assert_eq!(
        (&found["id"], &found["stage"]),
        (&json!(order), &json!("merged"))
    );
    let end = &found["merged_into"];
    assert_eq!(
        (&end["id"], &end["ended"], &end["reply"]),
        (&json!(case), &json!("closed"), &json!(ANSWER))
    );
    assert!(found.get("resident").is_none(), "{found}");
    assert_eq!(found["may_unmask"], false);
    tells_nothing_of_the_resident(&found);
    tells_nothing_of_the_resident(&hotline.reads(&format!("/cases/{case}")).await);
    let look = Some(json!({"purpose": "reply"}));
    let path = format!("/cases/{order}/resident");
    let (no, _) = hotline.ask(Method::POST, &path, None, look).await;
    assert_eq!(no.status, 403, "{}", no.body);
}

#[tokio::test]
async fn an_answer_that_names_the_resident_of_a_merged_order_is_told_without_the_name() {
    let town = Town::on("07-15 09:00").await;
    let hotline = Hotline::of(&town).await;
    let (case, order) = merged(&town, &hotline).await;
    let answer = format!("{RESIDENT}您好，{ANSWER}，已电话 {TELEPHONE} 告知");
    answered_and_closed(&town, &case, &answer).await;
    let feed = hotline.reads("/events?after=0").await;
    let told = json!(format!("***您好，{ANSWER}，已电话 *** 告知"));
    assert_eq!(row(&rows(&feed, &case), "replied")["data"]["text"], told);
    let own = rows(&feed, &order);
    assert_eq!(row(&own, "target_ended")["data"]["reply"], told);
    tells_nothing_of_the_resident(&feed);
}
