//! The desk by day and by night: rosters, handovers with two signatures, and the county acting for the town.

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    COUNTY, COUNTY_DISPATCHER, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SANITATION, SCENE,
    SUPERVISOR, TOWN, TOWN_HEAD, Told, Town, WORKER, Who, leader, officer, part, whistle, written,
};

pub const DUTY_OFFICER: Who = Who(Post::DutyOfficer, TOWN);
const BESIDE: &str = "320707102000";
const CITY_DISPATCHER: Who = Who(Post::Dispatcher, "320700000000");

/// Accounts are called by post and place.
pub fn name(Who(post, scope): Who) -> String {
    format!("{post}@{scope}")
}

pub fn shift(desk: &str, from: &str, to: &str, (leader, officer): (&str, &str)) -> Value {
    json!({
        "desk": desk, "from": written(from), "to": written(to),
        "leader": leader, "officer": officer, "telephone": "0518-8888 1234",
    })
}

async fn enter(town: &Town, shift: Value) -> Told {
    town.post(DUTY_LEADER, "/duty-shifts", shift).await
}

/// The town's desk is kept from eight to six, by the officer under the duty leader.
pub async fn by_day(town: &Town) {
    let names = (name(DUTY_LEADER), name(DUTY_OFFICER));
    let names = (names.0.as_str(), names.1.as_str());
    let day = shift(TOWN, "07-15 08:00", "07-15 18:00", names);
    let told = enter(town, day).await;
    assert_eq!(told.status, 201, "{}", told.body);
}

fn on(told: &Told) -> Vec<(String, Option<String>)> {
    let items = told.body["items"].as_array().unwrap();
    let code = |item: &Value| item["desk"]["code"].as_str().unwrap().to_owned();
    let officer = |item: &Value| item["shift"]["officer"].as_str().map(str::to_owned);
    items.iter().map(|i| (code(i), officer(i))).collect()
}

#[tokio::test]
async fn a_roster_is_entered_changed_before_it_begins_and_never_twice_at_a_time() {
    let town = Town::on("07-15 07:00").await;
    by_day(&town).await;
    let night = shift(TOWN, "07-15 18:00", "07-16 08:00", ("赵", "钱"));
    let entered = enter(&town, night.clone()).await;
    assert_eq!(
        (entered.status, entered.etag.as_deref()),
        (201, Some("\"1\""))
    );
    let overlapping = shift(TOWN, "07-15 17:00", "07-15 19:00", ("孙", "李"));
    let told = enter(&town, overlapping).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/from: shift_overlaps".to_owned()])
    );
    let absurd = json!({
        "desk": TOWN, "from": written("07-20 08:00"), "to": written("07-20 07:00"),
        "leader": "王", "officer": "李", "telephone": "call me",
    });
    let told = enter(&town, absurd).await;
    assert_eq!(
        told.faults(),
        [
            "/to: shift_ends_too_early",
            "/telephone: shift_no_telephone"
        ]
    );
    let nowhere = shift("320707999-xx", "07-20 08:00", "07-20 18:00", ("王", "李"));
    assert_eq!(enter(&town, nowhere).await.status, 404);

    let path = format!("/duty-shifts/{}", entered.body["id"].as_str().unwrap());
    let change = |version: &'static str, body: Value| {
        let (town, path) = (&town, path.clone());
        async move {
            town.ask(DUTY_LEADER, Method::PUT, &path, Some(version), Some(body))
                .await
        }
    };
    let mut later = night;
    later["to"] = json!(written("07-16 09:00"));
    let changed = change("\"1\"", later.clone()).await;
    assert_eq!(
        (changed.status, changed.etag.as_deref()),
        (200, Some("\"2\""))
    );
    assert_eq!(change("\"1\"", later.clone()).await.status, 412);
    let listed = town.get(WORKER, "/duty-shifts").await;
    let ends: Vec<&Value> = listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["to"])
        .collect();
    assert_eq!(
        ends,
        [
            &json!(written("07-15 18:00")),
            &json!(written("07-16 09:00"))
        ]
    );

    // What has begun stays as it is.
    town.it_is("07-15 18:00");
    let told = change("\"2\"", later).await;
    assert_eq!(told.status, 409);
    let cancelled = town
        .ask(DUTY_LEADER, Method::DELETE, &path, None, None)
        .await;
    assert_eq!(cancelled.status, 409);
    let next = shift(TOWN, "07-16 09:00", "07-16 18:00", ("赵", "钱"));
    let next = enter(&town, next).await.body;
    let path = format!("/duty-shifts/{}", next["id"].as_str().unwrap());
    let cancelled = town
        .ask(DUTY_LEADER, Method::DELETE, &path, None, None)
        .await;
    assert_eq!(cancelled.status, 204);
    let gone = town
        .ask(DUTY_LEADER, Method::DELETE, &path, None, None)
        .await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn who_is_on_duty_is_known_at_the_desk_above_and_in_the_units() {
    let town = Town::on("07-15 07:00").await;
    by_day(&town).await;
    let own = shift(ENFORCEMENT, "07-15 08:00", "07-15 18:00", ("周", "吴"));
    let told = town.post(leader(ENFORCEMENT), "/duty-shifts", own).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let others = shift(SANITATION, "07-15 08:00", "07-15 18:00", ("周", "吴"));
    let told = town.post(leader(ENFORCEMENT), "/duty-shifts", others).await;
    assert_eq!(told.status, 404);

    town.it_is("07-15 09:00");
    let at_the_desk = Some(name(DUTY_OFFICER));
    let told = town.get(WORKER, "/duty").await;
    let above = [(COUNTY.to_owned(), None), ("320700000000".to_owned(), None)];
    assert_eq!(on(&told)[0], (TOWN.to_owned(), at_the_desk.clone()));
    assert_eq!(on(&told)[1..], above);
    let told = town.get(officer(ENFORCEMENT), "/duty").await;
    assert_eq!(
        on(&told)[0],
        (ENFORCEMENT.to_owned(), Some("吴".to_owned()))
    );
    assert_eq!(on(&told)[1], (TOWN.to_owned(), at_the_desk));
    let beside = Who(Post::DutyOfficer, BESIDE);
    let told = town.get(beside, &format!("/duty?desk={TOWN}")).await;
    assert_eq!(told.status, 404);
    town.it_is("07-15 18:00");
    let told = town.get(WORKER, "/duty").await;
    assert_eq!(on(&told)[0], (TOWN.to_owned(), None));
}

#[tokio::test]
async fn a_shift_hands_over_with_what_is_open_and_both_sign() {
    let town = Town::on("07-15 07:00").await;
    by_day(&town).await;
    let (head, dispatcher) = (name(TOWN_HEAD), name(DISPATCHER));
    let night = shift(TOWN, "07-15 18:00", "07-16 08:00", (&head, &dispatcher));
    enter(&town, night).await;
    town.it_is("07-15 09:00");
    let case = town.registered("event-06010", "event-06010/2").await;

    town.it_is("07-15 17:50");
    let open = town.get(DUTY_OFFICER, "/handovers/open-items").await.body;
    assert_eq!(open["items"][0]["case_id"], case);
    assert_eq!(open["items"][0]["due"], written("07-15 09:15"));
    let give = |who| {
        let town = &town;
        async move {
            town.post(who, "/handovers", json!({"note": "垃圾待清"}))
                .await
        }
    };
    assert_eq!(give(REGISTRAR).await.status, 403);
    assert_eq!(give(DISPATCHER).await.status, 403);
    let given = give(DUTY_OFFICER).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(given.body["items"][0]["case_id"], case);
    assert_eq!(given.body["given"]["name"], name(DUTY_OFFICER));
    assert!(given.body["taken"].is_null());
    let again = give(DUTY_LEADER).await;
    assert_eq!(again.status, 409);

    town.it_is("07-15 18:03");
    let path = format!(
        "/handovers/{}/signature",
        given.body["id"].as_str().unwrap()
    );
    let take = |who| {
        let (town, path) = (&town, path.clone());
        async move { town.ask(who, Method::POST, &path, None, None).await }
    };
    let same = take(DUTY_OFFICER).await;
    assert_eq!(same.status, 403);
    assert_eq!(take(DUTY_LEADER).await.status, 403);
    let taken = take(DISPATCHER).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.body["taken"]["at"], written("07-15 18:03"));
    assert_eq!(taken.body["incoming"]["officer"], dispatcher.as_str());
    assert_eq!(take(TOWN_HEAD).await.status, 409);
    let history = town.get(WORKER, "/handovers").await.body;
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    assert_eq!(history["items"][0]["note"], "垃圾待清");
    // Which cases were handed over is for the desk, and for those who look over its centre.
    let listed = |history: &Value| history["items"][0]["items"].as_array().unwrap().len();
    assert_eq!(listed(&history), 0);
    for who in [DISPATCHER, SUPERVISOR, COUNTY_DISPATCHER] {
        let path = format!("/handovers?desk={TOWN}");
        let told = town.get(who, &path).await.body;
        assert_eq!(listed(&told), 1, "{who:?}");
    }
    assert_eq!(history["items"][0]["taken"]["name"], dispatcher.as_str());
}

/// A road has collapsed: reported with an emergency whistle for the enforcement bureau.
async fn emergency(town: &Town) -> Value {
    let report = json!({
        "source": "patrol", "text": "路面塌陷", "matter": "event-99998",
        "place": {"lon": SCENE.0, "lat": SCENE.1},
        "whistle": {
            "kind": "emergency", "reason": "危及通行",
            "wanted": [{"unit": ENFORCEMENT, "role": "lead"}],
        },
    });
    let told = town.post(WORKER, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    told.body
}

fn add(case: &Value) -> Value {
    json!({
        "action": "add_unit", "whistle_id": whistle(case)["id"],
        "unit": SANITATION, "role": "assist",
    })
}

/// For whom a unit was added, as the history of the case says.
async fn added_for(town: &Town, id: &str) -> Value {
    let path = format!("/cases/{id}/events");
    let events = town.get(COUNTY_DISPATCHER, &path).await.body;
    let mut events = events["items"].as_array().unwrap().iter();
    let added = events.find(|e| e["type"] == "unit_added").unwrap();
    added["actor"]["acting_for"]["code"].clone()
}

#[tokio::test]
async fn at_night_with_nobody_at_the_desk_an_emergency_goes_to_the_county_at_once() {
    let town = Town::on("07-15 07:00").await;
    by_day(&town).await;
    town.it_is("07-15 17:59");
    let by_day = emergency(&town).await;
    assert!(by_day["county_called"].is_null());
    town.it_is("07-15 23:00");
    let case = emergency(&town).await;
    assert_eq!(case["county_called"]["division"]["code"], COUNTY);
    assert_eq!(case["county_called"]["cause"], "no_shift");
    let id = case["id"].as_str().unwrap();
    let joined = town.does(COUNTY_DISPATCHER, id, add(&case)).await;
    assert_eq!(part(&joined, SANITATION)["stage"], "issued");
    assert_eq!(joined["centre"]["code"], TOWN);
    assert_eq!(added_for(&town, id).await, TOWN);

    // Whom to call is told to those who work on the case.
    let told = town.get(WORKER, &format!("/cases/{id}/duty")).await;
    let desks: Vec<String> = on(&told).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        desks,
        [TOWN, COUNTY, "320700000000", ENFORCEMENT, SANITATION]
    );
}

#[tokio::test]
async fn at_night_an_emergency_without_a_whistle_goes_to_the_county_as_well() {
    let town = Town::on("07-15 07:00").await;
    by_day(&town).await;
    let reported = async |matter: &str, call: bool| -> Value {
        let mut report = json!({
            "source": "patrol", "text": "险情", "matter": matter,
            "place": {"lon": SCENE.0, "lat": SCENE.1},
        });
        if call {
            report["safety_call"] = json!({"number": "119", "at": written("07-15 22:50")});
        }
        let told = town.post(WORKER, "/cases", report).await;
        assert_eq!(told.status, 201, "{}", told.body);
        told.body
    };
    town.it_is("07-15 23:00");
    // Rubbish waits for the morning, unless somebody had to call the fire brigade first.
    let rubbish = reported("event-06010", false).await;
    assert!(rubbish["county_called"].is_null());
    let fire = reported("event-06010", true).await;
    assert_eq!(fire["county_called"]["cause"], "no_shift");
    // Of a collapsed road every condition is an emergency.
    let collapse = reported("event-99998", false).await;
    assert_eq!(collapse["county_called"]["division"]["code"], COUNTY);
    town.it_is("07-16 10:00");
    let told = reported("event-99998", false).await;
    assert_eq!(
        told["county_called"]["cause"], "no_shift",
        "the next day has no shift either"
    );
}

#[tokio::test]
async fn the_county_acts_for_the_town_after_twenty_minutes_without_a_signature() {
    // A town without a roster: nobody can say that its desk is empty.
    let town = Town::on("07-15 23:00").await;
    let case = emergency(&town).await;
    assert!(case["county_called"].is_null());
    let id = case["id"].as_str().unwrap();
    town.it_is("07-15 23:19");
    let early = town.tries(COUNTY_DISPATCHER, id, add(&case)).await;
    assert_eq!(early.status, 403);
    assert!(
        early.detail().contains("nobody has signed"),
        "{}",
        early.detail()
    );
    town.it_is("07-15 23:20");
    let joined = town.does(COUNTY_DISPATCHER, id, add(&case)).await;
    assert_eq!(joined["centre"]["code"], TOWN);
    let sign = json!({"assignment": part(&joined, ENFORCEMENT)["id"], "action": "sign"});
    town.does(officer(ENFORCEMENT), id, sign).await;
    let sign = json!({"assignment": part(&joined, SANITATION)["id"], "action": "sign"});
    town.does(officer(SANITATION), id, sign).await;
    let mut more = add(&case);
    more["unit"] = json!("320707101-pc");
    let late = town.tries(COUNTY_DISPATCHER, id, more.clone()).await;
    assert_eq!(late.status, 403);
    town.does(DISPATCHER, id, more).await;
}

#[tokio::test]
async fn the_city_acts_for_the_town_as_the_county_does_and_not_for_a_county_at_work() {
    let town = Town::on("07-15 23:00").await;
    let case = emergency(&town).await;
    let id = case["id"].as_str().unwrap();
    town.it_is("07-15 23:19");
    let early = town.tries(CITY_DISPATCHER, id, add(&case)).await;
    let by_itself = (403, &json!("town_acts_itself"));
    assert_eq!((early.status, &early.body["rule"]), by_itself);
    town.it_is("07-15 23:20");
    let joined = town.does(CITY_DISPATCHER, id, add(&case)).await;
    assert_eq!(part(&joined, SANITATION)["stage"], "issued");
    assert_eq!(joined["centre"]["code"], TOWN, "it stays the town's");
    assert_eq!(added_for(&town, id).await, TOWN);

    // What was raised to the county the county sends out: there the city acts for nobody.
    let raised = town.registered("event-06010", "event-06010/2").await;
    let escalate = json!({"action": "escalate", "reason": "跨镇"});
    town.does(DISPATCHER, &raised, escalate).await;
    let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let dispatch = json!({"action": "dispatch", "units": units});
    let told = town.tries(CITY_DISPATCHER, &raised, dispatch.clone()).await;
    assert_eq!((told.status, &told.body["rule"]), by_itself);
    town.does(COUNTY_DISPATCHER, &raised, dispatch).await;
}

#[tokio::test]
async fn whoever_has_come_without_signing_has_answered_and_nobody_acts_for_the_town() {
    let town = Town::on("07-15 23:00").await;
    let case = emergency(&town).await;
    let id = case["id"].as_str().unwrap();
    town.it_is("07-15 23:10");
    let come = json!({
        "assignment": part(&case, ENFORCEMENT)["id"], "action": "check_in",
        "point": {"lon": SCENE.0, "lat": SCENE.1},
    });
    town.does(officer(ENFORCEMENT), id, come).await;
    town.it_is("07-15 23:40");
    for who in [COUNTY_DISPATCHER, CITY_DISPATCHER] {
        let told = town.tries(who, id, add(&case)).await;
        assert_eq!(told.status, 403, "{who:?}: {}", told.body);
    }
    // A unit that the town adds has twenty minutes of its own.
    town.does(DISPATCHER, id, add(&case)).await;
    let mut more = add(&case);
    more["unit"] = json!("320707101-pc");
    town.it_is("07-15 23:59");
    let early = town.tries(COUNTY_DISPATCHER, id, more.clone()).await;
    assert_eq!(early.status, 403, "{}", early.body);
    town.it_is("07-16 00:00");
    town.does(COUNTY_DISPATCHER, id, more).await;
}
