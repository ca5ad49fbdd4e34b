//! Two towns become one: what is asked for, who works on the old cases, how they move, and figures by old and new codes.

use gridwhistle_domain::access::{Grant, Post};
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    ADMIN, COUNTY, DISPATCHER, ENFORCEMENT, GRID, REGISTRAR, SCENE, TOWN, Told, Town, WORKER, Who,
};

/// The town that takes the other one in, and one that has nothing to do with it.
const HEIR: &str = "320707102000";
const THIRD: &str = "320707103000";
const COUNTY_ADMIN: Who = Who(Post::Admin, COUNTY);
const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const PATH: &str = "/divisions/changesets";
/// The grid under its new code: the heir has a village 200 of its own, and 001 is the lowest free number.
const RECODED: &str = "320707102001001";

const fn of_heir(post: Post) -> Who {
    Who(post, HEIR)
}

fn merger(dry_run: bool) -> Value {
    json!({"reason": "撤镇并镇", "dry_run": dry_run, "changes": [
        {"change": "merge", "from": [TOWN, HEIR], "into": HEIR, "name": "石桥镇"},
    ]})
}

async fn asked(town: &Town, who: Who, version: Option<&str>, body: Value) -> Told {
    town.ask(who, Method::POST, PATH, version, Some(body)).await
}

/// The towns merge, on the version that a dry run shows.
async fn merged(town: &Town) -> Told {
    let shown = asked(town, COUNTY_ADMIN, None, merger(true)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let done = asked(town, COUNTY_ADMIN, shown.etag.as_deref(), merger(false)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    done
}

fn dispatch() -> Value {
    json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]})
}

/// How many cases wait in a queue of the heir's work list.
async fn waiting(town: &Town, queue: &str) -> i64 {
    let path = format!("/centres/{HEIR}/queues");
    let desk = town.get(of_heir(Post::Dispatcher), &path).await.body;
    let queues = desk["queues"].as_array().unwrap();
    let found = queues.iter().find(|found| found["queue"] == queue).unwrap();
    found["count"].as_i64().unwrap()
}

#[tokio::test]
async fn a_merger_is_shown_first_then_put_on_the_version_that_was_seen() {
    let town = Town::on("07-15 09:00").await;
    town.it_is("07-15 10:00");
    let shown = asked(&town, COUNTY_ADMIN, None, merger(true)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let pairs = shown.body["grids"].as_array().unwrap();
    assert_eq!(pairs, &[json!({"predecessor": GRID, "successor": RECODED})]);
    let before = town.get(WORKER, &format!("/divisions/{TOWN}")).await.body;
    assert!(
        before.get("valid_to").is_none(),
        "nothing has changed: {before}"
    );
    assert_eq!(
        asked(&town, COUNTY_ADMIN, None, merger(false)).await.status,
        428
    );
    let version = shown.etag.as_deref();
    let done = asked(&town, COUNTY_ADMIN, version, merger(false)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        asked(&town, COUNTY_ADMIN, version, merger(false))
            .await
            .status,
        412
    );
    let old = town.get(WORKER, &format!("/divisions/{TOWN}")).await.body;
    assert_eq!(old["valid_to"], "2026-07-15T10:00:00+08:00");
    assert_eq!(old["successors"], json!([HEIR]));
    let new = town.get(WORKER, &format!("/divisions/{HEIR}")).await.body;
    assert_eq!(new["predecessors"], json!([TOWN]));
    for (query, there) in [("", false), ("&at=2026-07-15T09:59:59%2B08:00", true)] {
        let listed = town
            .get(WORKER, &format!("/divisions?level=town{query}"))
            .await;
        let items = listed.body["items"].as_array().unwrap();
        assert_eq!(items.iter().any(|d| d["code"] == TOWN), there, "{query}");
    }
    let moved = town.get(WORKER, &format!("/grids/{RECODED}")).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let noted = town.get(WORKER, PATH).await.body;
    assert_eq!(noted["items"][0]["changes"][0]["change"], "merge");
    assert_eq!(noted["items"][0]["version"], done.body["version"]);
    assert_eq!(noted["items"][0]["boundary_version"], 2);
}

#[tokio::test]
async fn only_who_administers_all_that_is_concerned_changes_divisions() {
    let town = Town::on("07-15 09:00").await;
    let rename = |code: &str| {
        json!({"reason": "更名", "dry_run": true, "changes": [
            {"change": "rename", "code": code, "name": "新名"},
        ]})
    };
    assert_eq!(asked(&town, ADMIN, None, rename(TOWN)).await.status, 200);
    assert_eq!(asked(&town, ADMIN, None, rename(HEIR)).await.status, 404);
    assert_eq!(asked(&town, ADMIN, None, merger(true)).await.status, 404);
    assert_eq!(
        asked(&town, DISPATCHER, None, rename(TOWN)).await.status,
        403
    );
    let county = json!({"reason": "撤县设区", "dry_run": true, "changes": [
        {"change": "recode", "code": COUNTY, "to": "320721000000"},
    ]});
    assert_eq!(
        asked(&town, COUNTY_ADMIN, None, county.clone())
            .await
            .status,
        404
    );
    let city = Who(Post::Admin, "320700000000");
    assert_eq!(asked(&town, city, None, county).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_place_in_both_languages() {
    let town = Town::on("07-15 09:00").await;
    let body = json!({"reason": "调整", "dry_run": true, "changes": [
        {"change": "merge", "from": [TOWN, "12"], "into": HEIR, "name": "镇"},
    ]});
    let told = asked(&town, COUNTY_ADMIN, None, body).await;
    assert_eq!(
        (told.status, told.faults()),
        (422, vec!["/changes/0/from/1: not_a_code".to_owned()])
    );
    let body = json!({"reason": "调整", "dry_run": true, "changes": [
        {"change": "merge", "from": [TOWN, HEIR], "into": THIRD, "name": "镇"},
        {"change": "transfer", "code": "320707104201", "to": THIRD},
    ]});
    for language in ["en", "zh-CN"] {
        let body = Some(body.clone());
        let told = town
            .ask_in(language, COUNTY_ADMIN, Method::POST, PATH, None, body)
            .await;
        assert_eq!(told.status, 422, "{}", told.body);
        assert_eq!(
            told.faults()[0],
            "/changes/0/into: code_taken",
            "{}",
            told.body
        );
        let detail = told.body["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(THIRD), "{detail}");
    }
    let mut past = merger(true);
    past["effective_from"] = json!("2026-07-15T08:59:00+08:00");
    let told = asked(&town, COUNTY_ADMIN, None, past).await;
    assert_eq!(told.faults(), ["/effective_from: divisions_in_the_past"]);
}

#[tokio::test]
async fn who_dispatches_in_the_merged_town_finds_the_old_case_and_acts_and_a_third_town_does_not() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let path = format!("/cases/{case}");
    let dispatcher = of_heir(Post::Dispatcher);
    assert_eq!(town.get(dispatcher, &path).await.status, 404, "not yet");
    assert_eq!(waiting(&town, "dispatch").await, 0);
    town.it_is("07-15 10:00");
    merged(&town).await;
    assert_eq!(waiting(&town, "dispatch").await, 1);
    let listed = format!("/cases?queue=dispatch&centre={HEIR}");
    let listed = town.get(dispatcher, &listed).await.body;
    assert_eq!(listed["items"][0]["id"], json!(case), "{listed}");
    assert_eq!(
        listed["items"][0]["centre"]["code"], TOWN,
        "it keeps its codes"
    );
    let counts = town.get(dispatcher, "/queues").await.body;
    assert_eq!(counts["items"].as_array().unwrap().len(), 1, "{counts}");
    assert_eq!(counts["items"][0]["centre"]["code"], HEIR);
    for post in [Post::Dispatcher, Post::Registrar] {
        let third = Who(post, THIRD);
        assert_eq!(town.get(third, &path).await.status, 404);
        assert_eq!(town.tries(third, &case, dispatch()).await.status, 404);
    }
    let done = town.does(dispatcher, &case, dispatch()).await;
    assert_eq!(done["stage"], "assigned");
    // The old post is good for the old cases until it is ended.
    let comment = json!({"action": "comment", "text": "已告知新镇", "public": false});
    town.does(DISPATCHER, &case, comment).await;
    let key = town.key(HEIR, &[Grant::CasesRead]).await;
    let read = town.ask_by(&key, Method::GET, &path, None, None).await;
    assert_eq!(read.status, 200);
}

#[tokio::test]
async fn the_new_towns_registrar_moves_the_case_and_what_is_under_way_goes_on() {
    let town = Town::on("07-15 09:00").await;
    let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-15 10:00");
    merged(&town).await;
    let registrar = of_heir(Post::Registrar);
    let rehoming = "/boundary-changes/rehoming";
    let shown = town
        .post(registrar, rehoming, json!({"dry_run": true}))
        .await;
    assert_eq!(
        shown.body["items"][0]["to"]["code"], RECODED,
        "{}",
        shown.body
    );
    let third = Who(Post::Registrar, THIRD);
    let refused = town.post(third, rehoming, json!({"cases": [case]})).await;
    assert_eq!(refused.status, 404);
    let moved = town
        .post(registrar, rehoming, json!({"cases": [case]}))
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let now = town.get(registrar, &format!("/cases/{case}")).await.body;
    assert_eq!(now["centre"]["code"], HEIR);
    assert_eq!(now["place"]["grid"]["code"], RECODED);
    for kept in ["number", "stage"] {
        assert_eq!(now[kept], signed[kept], "{kept}");
    }
    assert_eq!(
        now["assignments"][0]["sign"],
        signed["assignments"][0]["sign"]
    );
    let events = town
        .get(registrar, &format!("/cases/{case}/events"))
        .await
        .body;
    let event = events["items"].as_array().unwrap().last().unwrap();
    assert_eq!(event["type"], "rehomed", "{event}");
    assert_eq!(
        event["data"]["centres"],
        json!([{"from": TOWN, "to": HEIR}])
    );
    let again = town
        .post(registrar, rehoming, json!({"cases": [case]}))
        .await;
    assert_eq!(again.status, 422, "{}", again.body);
    assert_eq!(
        town.get(REGISTRAR, &format!("/cases/{case}")).await.status,
        404
    );
}

/// How many cases are due in July, as somebody sees it.
async fn due(town: &Town, who: Who, query: &str) -> i64 {
    let path = format!("/indicators?from=2026-07-01&to=2026-08-01&{query}");
    let page = town.get(who, &path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let figures = page.body["groups"][0]["figures"].as_array().unwrap();
    let due = figures.iter().find(|f| f["indicator"] == "due").unwrap();
    due["denominator"].as_i64().unwrap()
}

#[tokio::test]
async fn a_merged_towns_month_is_whole_by_todays_codes_and_each_has_its_own_by_those_of_then() {
    let town = Town::on("07-15 09:00").await;
    town.signed(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-15 10:00");
    merged(&town).await;
    // Another one, in the same place, which is the heir's by now.
    let report = json!({
        "source": "hotline", "external_number": "GD-2", "text": "垃圾满溢", "matter": RUBBISH.0,
        "place": {"lon": SCENE.0, "lat": SCENE.1},
        "resident": {"name": "欧阳秀英", "telephone": "13851234567"},
    });
    let told = town.post(of_heir(Post::Clerk), "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    assert_eq!(told.body["place"]["grid"]["code"], RECODED);
    let case = told.body["id"].as_str().unwrap();
    let registrar = of_heir(Post::Registrar);
    town.does(registrar, case, json!({"action": "accept"}))
        .await;
    let register = json!({"action": "register", "matter": RUBBISH.0, "condition": RUBBISH.1});
    town.does(registrar, case, register).await;
    town.does(of_heir(Post::Dispatcher), case, dispatch()).await;
    town.it_is("08-20 09:00");
    let county = Who(Post::Supervisor, COUNTY);
    for (place, then, now) in [(TOWN, 1, 0), (HEIR, 1, 2), (COUNTY, 2, 2), (THIRD, 0, 0)] {
        let place = format!("division={place}");
        assert_eq!(due(&town, county, &place).await, then, "{place}");
        let by_then = format!("{place}&codes=then");
        assert_eq!(due(&town, county, &by_then).await, then, "{by_then}");
        let by_now = format!("{place}&codes=now");
        assert_eq!(due(&town, county, &by_now).await, now, "{by_now}");
    }
    let by_now = format!("division={HEIR}&codes=now");
    assert_eq!(due(&town, of_heir(Post::Supervisor), &by_now).await, 2);
    assert_eq!(
        due(&town, county, &format!("centre={HEIR}&codes=now")).await,
        2
    );
    let broken = format!("division={COUNTY}&from=2026-07-01&to=2026-08-01&by=town");
    for (codes, owners) in [("then", vec![TOWN, HEIR]), ("now", vec![HEIR])] {
        let path = format!("/indicators?{broken}&codes={codes}");
        let groups = town.get(county, &path).await.body["groups"].clone();
        let groups = groups.as_array().unwrap().clone();
        let told: Vec<&str> = groups
            .iter()
            .map(|g| g["owner"].as_str().unwrap())
            .collect();
        assert_eq!(told, owners, "{codes}");
    }
    let path = format!("/indicators/due/cases?division={HEIR}&from=2026-07-01&to=2026-08-01");
    let behind = town.get(county, &format!("{path}&codes=now")).await.body;
    assert_eq!(behind["items"].as_array().unwrap().len(), 2);
    let unknown = town.get(county, "/indicators?codes=later").await;
    assert_eq!(
        (unknown.status, unknown.faults()),
        (400, vec!["codes: invalid".to_owned()])
    );
}
