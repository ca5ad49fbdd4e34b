//! `/metrics`: every figure of a server that operators watch moves when it should. What the webhook counts is tested
//! where notices are handed on.

use anyhow::Context;
use gridwhistle_e2e::{Api, Database, Metrics, Server};
use serde_json::json;
use sqlx::Connection;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use uuid::Uuid;

const CASES: &str = "gridwhistle_ticker_cases_total";
const EVENTS: &str = "gridwhistle_ticker_events_total";
const FAILURES: &str = "gridwhistle_ticker_failures_total";
const LAG: &str = "gridwhistle_ticker_lag_seconds";
const IN_FLIGHT: &str = "gridwhistle_http_requests_in_flight";
const CONNECTIONS: &str = "gridwhistle_http_connections";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_what_was_asked_and_how_it_ended() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .start()
        .await?;
    let stranger = server.api()?;
    let worker = server.login_as("grid_worker").await?;
    let wrong = json!({"username": "grid_worker", "password": "not the one"});
    let refused = stranger.post("/api/v1/sessions").json(&wrong);
    refused.send().await?.expect(401)?;
    let (one, _) = (report(&worker).await?, report(&worker).await?);
    let one = format!("/api/v1/cases/{one}");
    for _ in 0..3 {
        worker.get(&one).send().await?.expect(200)?;
    }
    let none = Uuid::new_v4().to_string();
    let nothing = worker.get(&format!("/api/v1/cases/{none}"));
    nothing.send().await?.expect(404)?;
    stranger.get("/api/v1/notices").send().await?.expect(401)?;
    for path in ["/nowhere", "/nowhere/else"] {
        stranger.get(path).send().await?.expect(404)?;
    }

    let metrics = Metrics::of(&server).await?;
    for (method, route, status, times) in [
        ("POST", "/api/v1/sessions", "2xx", 1),
        ("POST", "/api/v1/sessions", "4xx", 1),
        ("POST", "/api/v1/cases", "2xx", 2),
        ("GET", "/api/v1/cases/{id}", "2xx", 3),
        ("GET", "/api/v1/cases/{id}", "4xx", 1),
        ("GET", "/api/v1/notices", "4xx", 1),
        ("GET", "unmatched", "4xx", 2),
    ] {
        let series = format!(
            "gridwhistle_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        );
        assert_eq!(
            metrics.number(&series),
            Some(times),
            "{series} in\n{}",
            metrics.text()
        );
    }
    // How long it took is noted of each, however it ended.
    for (method, route, times) in [
        ("POST", "/api/v1/sessions", 2),
        ("GET", "/api/v1/cases/{id}", 4),
    ] {
        let address = format!("method=\"{method}\",route=\"{route}\"");
        for series in [
            format!("gridwhistle_http_request_duration_seconds_count{{{address}}}"),
            format!("gridwhistle_http_request_duration_seconds_bucket{{le=\"+Inf\",{address}}}"),
        ] {
            assert_eq!(
                metrics.number(&series),
                Some(times),
                "{series} in\n{}",
                metrics.text()
            );
        }
    }
    // Whoever may see the figures need not know which cases there are.
    for told in [one.as_str(), none.as_str(), "nowhere"] {
        assert!(!metrics.text().contains(told), "{told} is told");
    }
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_being_answered_and_who_is_connected_is_told_for_as_long_as_it_lasts()
-> anyhow::Result<()> {
    let mut server = Server::empty(Database::sqlite())
        .without_flood_limits()
        .start()
        .await?;
    // Whoever asks for the figures is one of them; connections of the start are gone.
    let alone = |metrics: &Metrics| {
        metrics.number(IN_FLIGHT) == Some(1) && metrics.number(CONNECTIONS) == Some(1)
    };
    Metrics::until(&server, "nobody else is there", alone).await?;

    // A request whose body does not come is being answered; a caller who says nothing is only connected.
    let address = server.url().replace("http://", "");
    let mut slow = TcpStream::connect(&address).await?;
    let head = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/json\r\nContent-Length: 50\r\n\r\n";
    slow.write_all(head.as_bytes()).await?;
    let silent = TcpStream::connect(&address).await?;
    Metrics::until(&server, "both are told", |metrics| {
        metrics.number(IN_FLIGHT) >= Some(2) && metrics.number(CONNECTIONS) >= Some(3)
    })
    .await?;

    drop((slow, silent));
    Metrics::until(&server, "both are gone", alone).await?;
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_by_itself_is_counted_and_how_late_it_was() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .start()
        .await?;
    let worker = server.login_as("grid_worker").await?;
    for _ in 0..2 {
        report(&worker).await?;
    }
    let before = Metrics::of(&server).await?;
    for series in [CASES, EVENTS, FAILURES] {
        assert_eq!(before.number(series), Some(0), "nothing was due: {series}");
    }

    years_later(&mut server).await?;
    let a_day = 24 * 3_600;
    let after = Metrics::until(&server, "both cases were moved on, and late", |metrics| {
        metrics.number(CASES) == Some(2)
            && metrics.number(EVENTS) >= Some(2)
            && metrics.number(LAG) > Some(a_day)
    })
    .await?;
    assert_eq!(after.number(FAILURES), Some(0));
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_cannot_be_moved_on_is_counted_and_holds_up_no_other() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let mut server = Server::town(database)
        .without_flood_limits()
        .start()
        .await?;
    let worker = server.login_as("grid_worker").await?;
    for _ in 0..2 {
        report(&worker).await?;
    }
    // The first case becomes one that nobody can read.
    let mut connection = sqlx::PgConnection::connect(&server.database_url()).await?;
    let the_first =
        "UPDATE cases SET state = '{}' WHERE first_seq = (SELECT min(first_seq) FROM cases)";
    let broken = sqlx::query(the_first).execute(&mut connection).await?;
    assert_eq!(broken.rows_affected(), 1);
    connection.close().await?;

    years_later(&mut server).await?;
    Metrics::until(
        &server,
        "one has failed and the other moved on",
        |metrics| metrics.number(FAILURES) == Some(1) && metrics.number(CASES) == Some(1),
    )
    .await?;
    server.stop().await
}

/// A report of a case that waits for its acceptance; answers its id.
async fn report(worker: &Api) -> anyhow::Result<String> {
    let report = json!({
        "source": "patrol",
        "text": "井盖破损",
        "place": {"lon": 119.105, "lat": 34.835},
    });
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    let filed = call.json(&report).send().await?.expect(201)?.body;
    Ok(filed["id"]
        .as_str()
        .context("a case without id")?
        .to_owned())
}

/// The server goes on when everything is long overdue. It looks once, so that what it tells of that look stays.
async fn years_later(server: &mut Server) -> anyhow::Result<()> {
    server.stop().await?;
    let arguments = [
        "--no-flood-limits",
        "--trial-clock",
        "--clock-start",
        "2031-09-01T09:00:00+08:00",
        "--ticker-interval-ms",
        "3600000",
    ];
    server.set_arguments(&arguments.map(str::to_owned));
    server.restart().await
}
