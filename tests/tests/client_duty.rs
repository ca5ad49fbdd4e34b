//! The desk goes from shift to shift by the client's subcommands: who is on it, what is open, and both signatures.

use anyhow::Context;
use gridwhistle_e2e::{Database, Server, does, scripted};
use serde_json::{Value, json};

const TOWN: &str = "320707100000";
/// A Monday, hours before the day shift ends; and that evening.
const AFTERNOON: &str = "2031-09-01T15:00:00+08:00";
const EVENING: &str = "2031-09-01T18:10:00+08:00";
/// The morning after, when the night shift is over.
const MORNING: &str = "2031-09-02T08:10:00+08:00";

/// The name of the person who has an account: shifts name people, not accounts.
fn person(account: &str) -> String {
    format!("某{account}")
}

/// Three shifts of the town's desk: by day, by night, and on the next day. The clerk stays on for the night.
async fn roster(server: &Server) -> anyhow::Result<()> {
    let leader = server.login_as("duty_leader").await?;
    for (from, to, leads, answers) in [
        ("01T08:00", "01T18:00", "duty_leader", "clerk"),
        ("01T18:00", "02T08:00", "town_head", "clerk"),
        ("02T08:00", "02T18:00", "registrar", "dispatcher"),
    ] {
        let shift = json!({
            "desk": TOWN,
            "from": format!("2031-09-{from}:00+08:00"),
            "to": format!("2031-09-{to}:00+08:00"),
            "leader": person(leads),
            "officer": person(answers),
            "telephone": "0518-8888 1234",
        });
        let call = leader.post("/api/v1/duty-shifts").json(&shift);
        call.send().await?.expect(201)?;
    }
    Ok(())
}

/// The worker reports what stays open over the change of shifts: the number of the case.
async fn reported(server: &Server) -> anyhow::Result<String> {
    let report = [
        "report",
        "--text",
        "东大街垃圾成堆",
        "--matter",
        "event-06010",
        "--at",
        "119.105,34.835",
    ];
    let filed = does(server, "grid_worker", &report).await?;
    let number = filed["number"].as_str().context("a case without number")?;
    Ok(number.to_owned())
}

/// A subcommand that is refused: by the exit code for it, and in these words.
async fn refused(
    server: &Server,
    account: &str,
    arguments: &[&str],
    (code, words): (i32, &str),
) -> anyhow::Result<()> {
    let (told, exit) = scripted(server, account, arguments).await?;
    assert_eq!(exit, Some(code), "{arguments:?} by {account}: {told:#}");
    let detail = told["error"]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(words), "{account} is told: {detail}");
    Ok(())
}

/// The numbers of the cases in a list of open ones.
fn numbers(items: &Value) -> Vec<&str> {
    let items = items.as_array().into_iter().flatten();
    items.filter_map(|item| item["number"].as_str()).collect()
}

const GIVE: [&str; 3] = ["handover", "--note", "东大街垃圾待清"];
const TAKE: [&str; 2] = ["handover", "--take"];
const NOT_ON_DUTY: (i32, &str) = (8, "the shift that is on");
const NOT_NEXT: (i32, &str) = (8, "the shift that follows");
const SAME_PERSON: (i32, &str) = (8, "Whoever gives does not take");
const WAITS: (i32, &str) = (5, "waits to be taken over");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shift_gives_the_desk_with_what_is_open_and_somebody_else_of_the_next_takes_it()
-> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .at(AFTERNOON)
        .start()
        .await?;
    roster(&server).await?;
    let number = reported(&server).await?;
    let number = number.as_str();

    let board = does(&server, "clerk", &["duty"]).await?;
    assert_eq!(board["on"][0]["desk"]["id"], TOWN);
    assert_eq!(board["on"][0]["shift"]["officer"], person("clerk"));
    assert_eq!(board["shifts"].as_array().map(Vec::len), Some(3));
    assert_eq!(numbers(&board["open"]), [number]);
    // Nobody hands over for those who are on duty, and nothing waits to be taken over yet.
    refused(&server, "registrar", &GIVE, NOT_ON_DUTY).await?;
    refused(&server, "town_head", &TAKE, (3, "")).await?;
    let given = does(&server, "clerk", &GIVE).await?;
    assert_eq!(given["desk"]["id"], TOWN);
    assert_eq!(given["given"]["name"], person("clerk"));
    assert_eq!(given["note"], "东大街垃圾待清");
    assert_eq!(numbers(&given["items"]), [number]);
    assert!(given["taken"].is_null(), "{given:#}");
    refused(&server, "duty_leader", &GIVE, WAITS).await?;

    // The clerk is on the next shift too: even so, two people sign.
    server.it_is(EVENING).await?;
    refused(&server, "clerk", &TAKE, SAME_PERSON).await?;
    refused(&server, "duty_leader", &TAKE, NOT_NEXT).await?;
    refused(&server, "registrar", &TAKE, NOT_NEXT).await?;
    let taken = does(&server, "town_head", &TAKE).await?;
    assert_eq!(taken["id"], given["id"]);
    assert_eq!(taken["taken"]["name"], person("town_head"));
    refused(&server, "town_head", &TAKE, (3, "")).await?;

    // Everybody of the town reads who signed; which cases it was about is for the desk and those above.
    for (account, listed) in [("dispatcher", &[number][..]), ("grid_worker", &[])] {
        let board = does(&server, account, &["duty"]).await?;
        let last = &board["handovers"][0];
        assert_eq!(last["taken"]["name"], person("town_head"), "{account}");
        assert_eq!(numbers(&last["items"]), listed, "{account}");
    }
    // A unit finds who is on at the town's desk behind its own, which keeps no roster.
    let board = does(&server, "unit_leader", &["duty"]).await?;
    assert!(board["on"][0]["shift"].is_null(), "{board:#}");
    assert_eq!(board["on"][1]["desk"]["id"], TOWN);
    assert_eq!(board["on"][1]["shift"]["leader"], person("town_head"));
    assert_eq!(board["handovers"], json!([]));
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handover_that_the_night_did_not_take_waits_for_the_morning() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .at(AFTERNOON)
        .start()
        .await?;
    roster(&server).await?;
    let number = reported(&server).await?;
    let given = does(&server, "clerk", &GIVE).await?;
    server.it_is(MORNING).await?;
    // What waits is to be taken over first, and by those who are on now.
    refused(&server, "dispatcher", &GIVE, WAITS).await?;
    refused(&server, "town_head", &TAKE, NOT_NEXT).await?;
    let taken = does(&server, "dispatcher", &TAKE).await?;
    assert_eq!(taken["id"], given["id"]);
    assert_eq!(numbers(&taken["items"]), [number.as_str()]);
    let board = does(&server, "registrar", &["duty"]).await?;
    assert_eq!(board["handovers"].as_array().map(Vec::len), Some(1));
    let last = &board["handovers"][0];
    assert_eq!(last["given"]["name"], person("clerk"));
    assert_eq!(last["taken"]["name"], person("dispatcher"));
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}
