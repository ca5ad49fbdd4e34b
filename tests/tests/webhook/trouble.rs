//! A receiver that answers too late, and one that is not there: nothing is lost, and nobody waits for it.

use std::{fs, path::Path};

use anyhow::Context;
use gridwhistle_e2e::{Database, Metrics, Server};
use serde_json::Value;

use crate::receiver::{Absent, Mood, Post, Receiver};
use crate::{SECRET, assert_signed, assert_told, ids, inbox, whistle};

const TAKEN: &str = "gridwhistle_webhook_notices_total";
const FAILED: &str = "gridwhistle_webhook_failures_total";
/// How long an answer may take, in milliseconds: much longer than a report takes, and shorter than the eight seconds
/// that it is otherwise.
const PATIENCE_MS: &str = "3000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_receiver_is_tried_again_and_blocks_nobody() -> anyhow::Result<()> {
    let receiver = Receiver::start(Mood::TooLate).await?;
    let folder = tempfile::tempdir()?;
    let patience = ["--notice-webhook-timeout-ms", PATIENCE_MS];
    let mut server = town(folder.path(), &receiver.url, &patience).await?;
    let worker = server.login_as("grid_worker").await?;
    whistle(&worker).await?;

    // A report is taken in the middle of an attempt: it did not wait for the receiver. On a busy machine the attempt
    // may be over before the report is written; then the next one tells.
    let mut reports = 1;
    loop {
        receiver
            .until("it is being asked", |r| r.asked().len() > r.late())
            .await?;
        let attempt = receiver.asked().len();
        whistle(&worker).await?;
        reports += 1;
        if receiver.late() < attempt {
            break;
        }
        assert!(attempt < 5, "every report waited for the end of an attempt");
    }
    let told = inbox(&server).await?;
    assert_eq!(told.len(), reports, "people find their notices");

    // It says yes each time, and nobody listens any more: that is a failure, and all of it comes again.
    receiver
        .until("it was too late twice", |r| r.late() >= 2)
        .await?;
    let counted = Metrics::until(&server, "two attempts have failed", |metrics| {
        metrics.number(FAILED) >= Some(2)
    })
    .await?;
    assert_eq!(counted.number(TAKEN), Some(0), "nothing was taken in time");
    let asked = receiver.asked();
    let batches: Vec<Vec<i64>> = asked.iter().map(told_in).collect::<anyhow::Result<_>>()?;
    for (before, after) in batches.iter().zip(batches.iter().skip(1)) {
        assert!(
            after.starts_with(before),
            "not all of {before:?} comes again in {after:?}"
        );
    }

    // It has become faster: it is told everything, and what it has taken is counted once.
    receiver.is(Mood::Takes);
    receiver
        .until("it has taken everything", |r| ids(r).is_superset(&told))
        .await?;
    Metrics::until(&server, "what it has taken is counted", |metrics| {
        metrics.number(TAKEN) == number(&receiver)
    })
    .await?;
    receiver.asked().iter().try_for_each(assert_signed)?;
    assert_told(&server, &receiver.notices()).await?;
    server.stop().await?;
    let pauses = pauses(&server)?;
    assert!(pauses.starts_with(&[1, 2]), "{pauses:?}");
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_not_there_is_tried_again_after_longer_pauses_until_it_comes()
-> anyhow::Result<()> {
    let absent = Absent::new()?;
    let folder = tempfile::tempdir()?;
    let mut server = town(folder.path(), &absent.url, &[]).await?;
    let worker = server.login_as("grid_worker").await?;
    whistle(&worker).await?;
    let counted = Metrics::until(&server, "three attempts were refused", |metrics| {
        metrics.number(FAILED) >= Some(3)
    })
    .await?;
    assert_eq!(counted.number(TAKEN), Some(0));
    whistle(&worker).await?;
    let told = inbox(&server).await?;
    assert_eq!(told.len(), 2, "people find their notices");

    let receiver = absent.comes(Mood::Takes)?;
    receiver
        .until("it has taken everything", |r| ids(r).is_superset(&told))
        .await?;
    let counted = Metrics::until(&server, "what it has taken is counted", |metrics| {
        metrics.number(TAKEN) == number(&receiver)
    })
    .await?;
    let refused = usize::try_from(counted.number(FAILED).context("no failures")?)?;

    // What was taken ends the long pauses: the next failure is followed by a short one.
    receiver.is(Mood::Fails);
    whistle(&worker).await?;
    Metrics::until(&server, "it fails once more", |metrics| {
        metrics.number(FAILED) > counted.number(FAILED)
    })
    .await?;
    receiver.is(Mood::Takes);
    let told = inbox(&server).await?;
    assert_eq!(told.len(), 3);
    receiver
        .until("it has taken the last", |r| ids(r).is_superset(&told))
        .await?;
    receiver.asked().iter().try_for_each(assert_signed)?;
    assert_told(&server, &receiver.notices()).await?;
    server.stop().await?;
    let pauses = pauses(&server)?;
    assert!(pauses.starts_with(&[1, 2, 4]), "{pauses:?}");
    assert_eq!(pauses.get(refused), Some(&1), "{pauses:?}");
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_so_long_that_another_server_takes_over_meanwhile() -> anyhow::Result<()> {
    let started = Server::empty(Database::sqlite())
        .arg("--notice-webhook-timeout-ms")
        .arg("8001")
        .start()
        .await;
    let said = match started {
        Ok(_) => String::new(),
        Err(error) => format!("{error:#}"),
    };
    assert!(said.contains("100..=8000"), "{said}");
    Ok(())
}

/// A town whose notices are posted to this address.
async fn town(folder: &Path, url: &str, more: &[&str]) -> anyhow::Result<Server> {
    let secret = folder.join("secret");
    fs::write(&secret, SECRET)?;
    let mut builder = Server::town(Database::sqlite())
        .without_flood_limits()
        .arg("--notice-webhook")
        .arg(url)
        .arg("--notice-webhook-secret-file")
        .arg(&secret.display().to_string())
        .secret(SECRET)
        .secret("canary-of-the-address");
    for argument in more {
        builder = builder.arg(argument);
    }
    builder.start().await
}

/// How many notices were taken, each counted once.
fn number(receiver: &Receiver) -> Option<i64> {
    i64::try_from(ids(receiver).len()).ok()
}

/// The ids of what a post tells, in its order.
fn told_in(post: &Post) -> anyhow::Result<Vec<i64>> {
    let batch: Value = serde_json::from_slice(&post.body)?;
    let notices = batch["notices"].as_array().context("no notices")?;
    notices
        .iter()
        .map(|notice| notice["id"].as_i64().context("a notice without id"))
        .collect()
}

/// How many seconds the server has left the receiver alone, failure by failure.
fn pauses(server: &Server) -> anyhow::Result<Vec<u64>> {
    let lines = server.log()?.lines()?;
    Ok(lines
        .iter()
        .filter(|line| line["message"] == "the webhook did not take notices; they are sent again")
        .filter_map(|line| line["again_in_s"].as_u64())
        .collect())
}
