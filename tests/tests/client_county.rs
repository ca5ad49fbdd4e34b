//! The county's desk by the client's subcommands: it sees what a town leaves unanswered, acts for it, and supervises.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use gridwhistle_e2e::{Database, Server, does, scripted};
use serde_json::{Value, json};
use tokio::time::sleep;

const TOWN: &str = "320707100000";
const COUNTY: &str = "dispatcher_county";
const ENFORCEMENT: &str = "320707100-zf";
const MUNICIPAL: &str = "320707-sz";
const POLICE: &str = "320707100-pc";
/// A Monday night, and half an hour later.
const NIGHT: &str = "2031-09-01T23:00:00+08:00";
const HALF_AN_HOUR_LATER: &str = "2031-09-01T23:30:00+08:00";
/// How long somebody may take to be told what happens by itself. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(1);
const AT: [&str; 2] = ["--at", "119.105,34.835"];

/// A worker finds a shaft without its cover at night, and blows for the enforcement bureau: the case.
async fn emergency(server: &Server) -> anyhow::Result<Value> {
    let report = ["report", "--text", "东大街井盖缺失", "--matter"];
    let whistle = ["event-01001", "--whistle", "emergency"];
    let reason = ["--reason", "有人员坠落危险", "--lead", ENFORCEMENT];
    let arguments = [&report[..], &whistle, &reason, &AT].concat();
    does(server, "grid_worker", &arguments).await
}

/// Calls one more unit to the whistle of a case.
fn add<'a>(case: &'a str, unit: &'a str) -> [&'a str; 7] {
    ["act", case, "add_unit", "--unit", unit, "--role", "assist"]
}

fn id_of(case: &Value) -> anyhow::Result<&str> {
    case["case_id"].as_str().context("a case without id")
}

/// An action that is not to be taken now by that rule.
async fn refused(
    server: &Server,
    account: &str,
    arguments: &[&str],
    rule: &str,
) -> anyhow::Result<()> {
    let (told, exit) = scripted(server, account, arguments).await?;
    assert_eq!(exit, Some(5), "{arguments:?} by {account}: {told:#}");
    assert_eq!(told["error"]["code"], rule, "{account}: {told:#}");
    Ok(())
}

/// Waits until somebody is told this about a case.
async fn is_told(server: &Server, account: &str, case: &str, words: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let told = does(server, account, &["notices"]).await?;
        let mut rows = told["rows"].as_array().into_iter().flatten();
        let about = |row: &Value| {
            let title = row["title"].as_str().unwrap_or_default();
            row["case_id"] == case && title.contains(words)
        };
        if rows.any(about) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            bail!("{account} waited {PATIENCE:?} for {words:?}: {told:#}");
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// A unit of a case as somebody finds it.
async fn part(server: &Server, account: &str, case: &str, unit: &str) -> anyhow::Result<Value> {
    let told = does(server, account, &["show", case]).await?;
    let parts = told["case"]["assignments"].as_array();
    let mut parts = parts.context("nobody is called")?.iter();
    let part = parts.find(|part| part["unit"]["id"] == unit).cloned();
    part.with_context(|| format!("{unit} is not called: {told:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_county_sees_an_emergency_that_nobody_answers_and_calls_a_unit_for_the_town()
-> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .at(NIGHT)
        .start()
        .await?;
    let case = emergency(&server).await?;
    let id = id_of(&case)?;
    // In the first minutes it is the town's and its unit's business.
    refused(&server, COUNTY, &add(id, MUNICIPAL), "town_acts_itself").await?;

    server.it_is(HALF_AN_HOUR_LATER).await?;
    is_told(&server, COUNTY, id, "the county’s centre may act").await?;
    let issued = ["list", "whistles", "--stage", "issued"];
    let listed = does(&server, COUNTY, &issued).await?;
    let row = &listed["rows"][0];
    assert_eq!(row["number"], case["number"], "{listed:#}");
    assert_eq!(
        (&row["emergency"], &row["due"]),
        (&json!(true), &json!("sign"))
    );
    assert_eq!(
        row["progress"],
        json!({"called": 1, "signed": 0, "arrived": 0})
    );
    does(&server, COUNTY, &add(id, MUNICIPAL)).await?;
    let called = part(&server, "dispatcher", id, MUNICIPAL).await?;
    assert_eq!(
        (&called["role"], &called["stage"]),
        (&json!("assist"), &json!("issued"))
    );
    let told = does(&server, "dispatcher", &["show", id]).await?;
    let mut events = told["events"].as_array().context("no history")?.iter();
    let added = events.find(|event| event["kind"] == "unit_added");
    let added = added.context("nobody was added")?;
    assert_eq!(added["actor"]["name"], "某dispatcher_county");
    // The case was not passed on: the town's dispatcher goes on with it.
    assert_eq!(told["case"]["said"]["centres"]["path"], json!([]));
    does(&server, "dispatcher", &add(id, POLICE)).await?;

    // Once all have answered there is nobody to act for. The police have no account here: the town lets them go.
    for leader in ["unit_leader", "other_leader"] {
        does(&server, leader, &["act", id, "sign"]).await?;
    }
    let police = part(&server, "dispatcher", id, POLICE).await?;
    let police = police["id"].as_str().context("a unit without id")?;
    let excuse = [
        "act",
        id,
        "excuse",
        "--target",
        police,
        "--reason",
        "另有警情",
    ];
    does(&server, "dispatcher", &excuse).await?;
    let more = add(id, "320707100-hw");
    refused(&server, COUNTY, &more, "town_acts_itself").await?;
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_emergency_with_nobody_at_the_towns_desk_is_the_countys_at_once() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .at(NIGHT)
        .start()
        .await?;
    // The town keeps a roster, and nobody is on it tonight.
    let shift = json!({
        "desk": TOWN, "from": "2031-09-02T08:00:00+08:00", "to": "2031-09-02T18:00:00+08:00",
        "leader": "某duty_leader", "officer": "某clerk", "telephone": "0518-8888 1234",
    });
    let leader = server.login_as("duty_leader").await?;
    let call = leader.post("/api/v1/duty-shifts").json(&shift);
    call.send().await?.expect(201)?;
    let case = emergency(&server).await?;
    let id = id_of(&case)?;
    is_told(&server, COUNTY, id, "the county’s centre may act").await?;
    let told = does(&server, COUNTY, &["show", id]).await?;
    let acting = &told["case"]["said"]["centres"]["acting"];
    assert_eq!(acting["cause"], "no_shift", "{told:#}");
    // Whom to call there: nobody.
    let desk = &told["duty"][0];
    assert_eq!(
        (&desk["desk"]["id"], &desk["shift"]),
        (&json!(TOWN), &Value::Null)
    );
    does(&server, COUNTY, &add(id, MUNICIPAL)).await?;
    part(&server, "dispatcher", id, MUNICIPAL).await?;
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_county_supervises_the_town_and_the_town_replies_but_does_not_supervise_the_county()
-> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .start()
        .await?;
    let report = [
        "report",
        "--text",
        "东大街垃圾成堆",
        "--matter",
        "event-06010",
    ];
    let case = does(&server, "grid_worker", &[&report[..], &AT].concat()).await?;
    let id = id_of(&case)?;
    let supervise = ["act", id, "supervise", "--kind", "important", "--note"];
    let supervise = [&supervise[..], &["限期办结并回复"]].concat();
    let reply = ["act", id, "answer_supervision", "--text", "今日完成"];
    refused(&server, "dispatcher", &reply, "nothing_to_decide").await?;
    does(&server, COUNTY, &supervise).await?;

    is_told(&server, "dispatcher", id, "supervised").await?;
    let is_supervised = async || {
        let told = does(&server, "dispatcher", &["show", id]).await?;
        let marks = told["case"]["marks"].as_array().context("no marks")?;
        anyhow::Ok(marks.iter().any(|mark| mark == "supervised"))
    };
    assert!(is_supervised().await?);
    does(&server, "dispatcher", &reply).await?;
    assert!(!is_supervised().await?);
    is_told(&server, COUNTY, id, "the supervision was answered").await?;

    let escalate = ["act", id, "escalate", "--reason", "跨镇"];
    does(&server, "dispatcher", &escalate).await?;
    for account in ["dispatcher", "duty_leader", "town_head", "registrar"] {
        refused(&server, account, &supervise, "post_forbids").await?;
    }
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}
