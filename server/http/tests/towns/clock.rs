//! When something would be due, asked over the API; and what an amended calendar moves in a town at work.

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use super::town::{
    COUNTY, DISPATCHER, ENFORCEMENT, REGISTRAR, SUPERVISOR, TOWN, Town, Who, written,
};

const COUNTY_ADMIN: Who = Who(Post::Admin, COUNTY);

async fn deadline(town: &Town, question: Value) -> String {
    let told = town
        .post(REGISTRAR, "/clock/preview", question.clone())
        .await;
    assert_eq!(told.status, 200, "{question}: {}", told.body);
    told.body["deadline"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn limits_end_when_the_field_says() {
    let town = Town::on("02-13 09:00").await;
    for (start, amount, unit, end) in [
        // Into a Saturday that is worked.
        ("02-13 17:00", 4, "working_hours", "02-14 11:00"),
        ("03-03 23:30", 2, "emergency_hours", "03-04 01:30"),
        // A limit used up exactly at a break ends at the break's beginning.
        ("03-03 08:00", 4, "working_hours", "03-03 12:00"),
        // One that starts outside working time begins at the next opening.
        ("03-03 12:30", 1, "working_hours", "03-03 15:00"),
        ("03-07 10:00", 15, "working_minutes", "03-09 08:15"),
        // The Sunday is worked and counts, the National Day's week does not.
        ("09-18 09:00", 1, "working_days", "09-20 18:00"),
        ("09-30 09:00", 1, "working_days", "10-08 18:00"),
        ("09-07 09:00", 5, "working_days", "09-14 18:00"),
        ("09-30 17:00", 2, "emergency_days", "10-02 17:00"),
    ] {
        let question = json!({"start": written(start), "limit": {"amount": amount, "unit": unit}});
        assert_eq!(
            deadline(&town, question).await,
            written(end),
            "{amount} {unit} from {start}"
        );
    }
    // Counted in eight hours a day, paused, extended; to the end of a day by the calendar.
    let limit = json!({"amount": 1, "unit": "working_days"});
    let eight = json!({"start": written("09-07 15:00"), "limit": limit, "day_rule": "eight_hours"});
    assert_eq!(deadline(&town, eight).await, written("09-08 15:00"));
    let paused = json!({
        "start": written("09-07 09:00"), "limit": {"amount": 4, "unit": "working_hours"},
        "pauses": [{"from": written("09-07 10:00"), "to": written("09-08 10:00")}],
    });
    assert_eq!(deadline(&town, paused).await, written("09-08 15:00"));
    let extended = json!({
        "start": written("09-07 09:00"), "limit": {"amount": 5, "unit": "working_days"}, "extensions": 1,
    });
    assert_eq!(deadline(&town, extended).await, written("09-20 18:00"));
    let days =
        json!({"start": written("10-01 09:00"), "limit": {"amount": 2, "unit": "calendar_days"}});
    assert_eq!(deadline(&town, days.clone()).await, written("10-04 00:00"));
    let mut moved = days;
    moved["calendar_days_move"] = json!(true);
    assert_eq!(deadline(&town, moved).await, written("10-09 00:00"));
}

#[tokio::test]
async fn a_question_that_has_no_answer_is_refused_with_the_rule() {
    let town = Town::on("02-13 09:00").await;
    let hours = |amount: u64| json!({"amount": amount, "unit": "working_hours"});
    let pause = |from: &str, to: &str| json!({"from": written(from), "to": written(to)});
    for (what, question) in [
        ("no time at all", json!({"limit": hours(0)})),
        (
            "a thousand years",
            json!({"limit": {"amount": 365_000, "unit": "calendar_days"}}),
        ),
        (
            "an unknown unit",
            json!({"limit": {"amount": 1, "unit": "fortnights"}}),
        ),
        (
            "an unknown division",
            json!({"limit": hours(1), "division": "990000000000"}),
        ),
        (
            "a pause that ends before it begins",
            json!({"limit": hours(1), "pauses": [pause("02-13 10:00", "02-13 09:30")]}),
        ),
        (
            "pauses out of order",
            json!({"limit": hours(9), "pauses": [
                pause("02-13 11:00", "02-13 11:30"), pause("02-13 09:30", "02-13 10:00"),
            ]}),
        ),
        (
            "another millennium",
            json!({"start": "3026-02-13T09:00:00+08:00", "limit": hours(1)}),
        ),
    ] {
        let mut question = question;
        let fields = question.as_object_mut().unwrap();
        fields
            .entry("start")
            .or_insert_with(|| json!(written("02-13 09:00")));
        let told = town.post(REGISTRAR, "/clock/preview", question).await;
        assert!(
            matches!(told.status, 400 | 422),
            "{what}: {} {}",
            told.status,
            told.body
        );
        let errors = told.body["errors"].as_array();
        assert!(
            errors.is_some_and(|errors| !errors.is_empty()),
            "{what}: {}",
            told.body
        );
    }
}

#[tokio::test]
async fn the_county_declares_a_day_off_and_every_centre_sees_what_moved() {
    let town = Town::on("09-07 09:00").await;
    town.service.recalculate().await.unwrap();
    let case = town.registered("event-01028", "event-01028/2").await;
    let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let dispatch = json!({"action": "dispatch", "units": units});
    let called = town.does(DISPATCHER, &case, dispatch).await;
    assert_eq!(called["round"]["deadline"], written("09-14 18:00"));
    let list = town.get(COUNTY_ADMIN, "/lists/calendar").await;
    let day = |date: &str| {
        let rows = json!([{"year": "2026", "date": date, "kind": "off"}]);
        json!({"rows": rows, "why": "台风停工"})
    };
    let add = |body| {
        let path = "/lists/calendar/entries";
        town.ask(
            COUNTY_ADMIN,
            Method::POST,
            path,
            list.etag.as_deref(),
            Some(body),
        )
    };
    // A day of which the notice says something already, and a year beyond the next.
    for wrong in [
        day("2026-10-01"),
        json!({"rows": [{"year": "2031", "date": "2031-01-01", "kind": "off"}], "why": "早"}),
    ] {
        let refused = add(wrong).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
    assert_eq!(
        town.get(COUNTY_ADMIN, "/lists/calendar").await.etag,
        list.etag
    );
    let amended = add(day("2026-09-10")).await;
    assert_eq!(amended.status, 200, "{}", amended.body);
    town.service.recalculate().await.unwrap();

    let now = town.get(DISPATCHER, &format!("/cases/{case}")).await.body;
    assert_eq!(now["round"]["deadline"], written("09-15 18:00"));
    for who in [DISPATCHER, SUPERVISOR] {
        let told = town.get(who, "/clock/moved-deadlines").await.body;
        let row = &told["items"][0];
        assert_eq!(
            (&row["number"], &row["centre"]["code"]),
            (&now["number"], &json!(TOWN))
        );
        assert_eq!(row["calendar_version"], 2);
        let handling = &row["deadlines"][0];
        assert_eq!(
            handling,
            &json!({
                "clock": "handling", "step": 1, "provisional": false,
                "was_due_at": written("09-14 18:00"), "due_at": written("09-15 18:00"),
            })
        );
    }
    let events = town
        .get(DISPATCHER, &format!("/cases/{case}/events"))
        .await
        .body;
    let kinds = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["type"].clone());
    let kinds: Vec<Value> = kinds.collect();
    assert!(
        kinds.ends_with(&[json!("handling_clock"), json!("deadlines_moved")]),
        "{kinds:?}"
    );
    let told = &events["items"][kinds.len() - 1]["data"]["deadlines"][0];
    assert_eq!(told["due_at"], written("09-15 18:00"));
}

#[tokio::test]
async fn a_day_that_stands_twice_in_the_calendar_is_refused_by_its_name_and_nothing_moves() {
    let town = Town::on("09-07 09:00").await;
    town.service.recalculate().await.unwrap();
    let list = "/lists/calendar";
    let before = town.get(COUNTY_ADMIN, list).await;
    let row = |date: &str, kind: &str| json!({"year": "2026", "date": date, "kind": kind});
    for (what, day, rows, places) in [
        (
            "a holiday of the notice, declared once more",
            "2026-10-01",
            json!([row("2026-10-01", "off")]),
            ["/rows/0/date: twice"],
        ),
        (
            "one that is to be worked after all",
            "2026-10-07",
            json!([row("2026-09-10", "off"), row("2026-10-07", "work")]),
            ["/rows/1/date: twice"],
        ),
        (
            "a day that is given twice at once, and differently",
            "2026-09-10",
            json!([row("2026-09-10", "off"), row("2026-09-10", "work")]),
            ["/rows/1/date: twice"],
        ),
    ] {
        for language in ["en", "zh-CN"] {
            let body = json!({"rows": rows, "why": "台风停工"});
            let told = town
                .ask_in(
                    language,
                    COUNTY_ADMIN,
                    Method::POST,
                    "/lists/calendar/entries",
                    before.etag.as_deref(),
                    Some(body),
                )
                .await;
            assert_eq!(
                (told.status, &told.body["code"]),
                (422, &json!("rule_violated")),
                "{what}: {}",
                told.body
            );
            assert_eq!(told.faults(), places, "{what}");
            // Whoever reads the sentence alone learns which of the days it is.
            let sentence = told.body["errors"][0]["detail"].as_str().unwrap();
            assert!(sentence.contains(day), "{what}: {sentence}");
        }
    }
    let after = town.get(COUNTY_ADMIN, list).await;
    assert_eq!((after.etag, after.body), (before.etag, before.body));
    assert_eq!(town.service.recalculate().await.unwrap(), None);
}
