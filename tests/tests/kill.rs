//! `kill -9` in the middle of filing: what was acknowledged is there, once.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use gridwhistle_e2e::{Api, Database, Server, Tally, on_both_databases};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

/// How many file at the same time.
const FILERS: usize = 64;
/// How many reports are acknowledged before each kill.
const REPORTS: usize = 150;

/// A report as its filer knows it.
#[derive(Clone)]
struct Report {
    key: String,
    body: Value,
}

impl Report {
    /// Its text, which no other report has.
    fn text(&self) -> &str {
        self.body["text"].as_str().unwrap_or_default()
    }
}

on_both_databases! {
    async fn no_acknowledged_report_is_lost_and_none_is_doubled(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let worker = server.login_as("grid_worker").await?;
        let supervisor = server.login_as("supervisor").await?;
        let mut tally = Tally::new();
        for _ in 0..kills()? {
            let (acknowledged, unknown) = file_until_killed(&mut server, &worker).await?;
            server.restart().await?;
            for (report, answer) in &acknowledged {
                tally.acknowledged(report.text(), answer);
            }
            for report in &unknown {
                tally.unknown(report.text());
            }
            // Before anything is sent again: a repetition would bring a lost report back.
            assert_eq!(tally.faults(&standing(&supervisor).await?)?, [""; 0]);
            for report in unknown {
                let answer = file(&worker, &report).await?;
                tally.acknowledged(report.text(), &answer);
            }
            for (report, first) in acknowledged {
                let again = file(&worker, &report).await?;
                assert_eq!(again["id"], first["id"], "a retry is answered like the first attempt");
                assert_eq!(again["number"], first["number"]);
            }
            assert_eq!(tally.faults(&standing(&supervisor).await?)?, [""; 0]);
        }
        assert!(tally.len() >= REPORTS, "only {} reports were acknowledged", tally.len());

        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

/// The comparison above, where it must object: a server that loses what it has acknowledged, and
/// one that keeps a report twice, would be found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_and_a_doubled_report_would_be_found() -> anyhow::Result<()> {
    let server = Server::town(Database::sqlite()).start().await?;
    let worker = server.login_as("grid_worker").await?;
    let supervisor = server.login_as("supervisor").await?;
    let mut tally = Tally::new();
    let mut reports = Vec::new();
    for filer in 0..4 {
        let report = report(filer);
        tally.acknowledged(report.text(), &file(&worker, &report).await?);
        reports.push(report);
    }
    assert_eq!(tally.faults(&standing(&supervisor).await?)?, [""; 0]);

    // Said to be filed, and never written.
    let mut liar = tally.clone();
    let unwritten = report(4);
    let said = json!({"id": Uuid::now_v7(), "number": "32070720261124999999"});
    liar.acknowledged(unwritten.text(), &said);
    let faults = liar.faults(&standing(&supervisor).await?)?;
    assert!(
        matches!(&faults[..], [fault] if fault.starts_with("lost: ")),
        "{faults:?}"
    );

    // The same report once more, as if no key had told the repetition.
    let mut again = reports.remove(1);
    assert!(again.body["id"].is_null(), "its own id would tell it");
    again.key = Uuid::new_v4().to_string();
    file(&worker, &again).await?;
    let faults = tally.faults(&standing(&supervisor).await?)?;
    assert!(
        matches!(&faults[..], [fault] if fault.starts_with("doubled: ")),
        "{faults:?}"
    );
    Ok(())
}

/// Every case that the server holds.
async fn standing(supervisor: &Api) -> anyhow::Result<Vec<Value>> {
    supervisor.list("/api/v1/cases?limit=200").await
}

/// Kills of each run: a few in everyday tests, as many as wished where somebody asks for them.
fn kills() -> anyhow::Result<usize> {
    match env::var("GRIDWHISTLE_TEST_KILLS") {
        Ok(kills) => kills.parse().context("GRIDWHISTLE_TEST_KILLS is no number"),
        Err(_) => Ok(3),
    }
}

/// Files from many sides until the server is killed; returns what was acknowledged with the answers,
/// and what nobody knows about.
async fn file_until_killed(
    server: &mut Server,
    worker: &Api,
) -> anyhow::Result<(Vec<(Report, Value)>, Vec<Report>)> {
    let count = Arc::new(AtomicUsize::new(0));
    let mut filers = JoinSet::new();
    for filer in 0..FILERS {
        let (worker, count) = (worker.clone(), count.clone());
        filers.spawn(async move {
            let mut acknowledged = Vec::new();
            loop {
                let report = report(filer);
                let Ok(answer) = send(&worker, &report).await else {
                    return Ok((acknowledged, report));
                };
                if answer.status != 201 {
                    bail!("{} for a good report: {:#}", answer.status, answer.body);
                }
                acknowledged.push((report, answer.body));
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while count.load(Ordering::Relaxed) < REPORTS {
        if let Some(ended) = filers.try_join_next() {
            ended??;
            bail!("a filer ended before the kill");
        }
        sleep(Duration::from_millis(1)).await;
    }
    server.kill().await?;
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    while let Some(filer) = filers.join_next().await {
        let (known, last) = filer??;
        acknowledged.extend(known);
        unknown.push(last);
    }
    Ok((acknowledged, unknown))
}

/// Every other report has no identity of its own: only the key tells a repetition.
fn report(filer: usize) -> Report {
    let key = Uuid::new_v4().to_string();
    let mut body = json!({
        "text": format!("路灯不亮 {key}"),
        "matter": "event-06010",
        "place": {"lon": 119.1, "lat": 34.85, "crs": "wgs84"},
        "source": "patrol",
    });
    if filer.is_multiple_of(2) {
        body["id"] = Uuid::now_v7().to_string().into();
    }
    Report { key, body }
}

async fn send(worker: &Api, report: &Report) -> anyhow::Result<gridwhistle_e2e::Answer> {
    worker
        .post("/api/v1/cases")
        .key(&report.key)
        .json(&report.body)
        .send()
        .await
}

async fn file(worker: &Api, report: &Report) -> anyhow::Result<Value> {
    Ok(send(worker, report).await?.expect(201)?.body)
}
