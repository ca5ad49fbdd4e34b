//! Notices by webhook: signed, from one server at a time, again until they are taken, and in nobody's way.

mod receiver;
mod trouble;

use std::{collections::BTreeSet, fmt::Write, fs};

use anyhow::Context;
use chrono::Utc;
use gridwhistle_e2e::{Api, Database, Server};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::receiver::{Mood, Post, Receiver};

const SECRET: &str = "canary-of-the-webhooks-secret";
const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_told_everything_though_it_fails_and_servers_die() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let receiver = Receiver::start(Mood::Hangs).await?;
    let folder = tempfile::tempdir()?;
    let secret = folder.path().join("secret");
    fs::write(&secret, format!("{SECRET}\n"))?;
    let mut first = Server::town(database)
        .without_flood_limits()
        .arg("--notice-webhook")
        .arg(&receiver.url)
        .arg("--notice-webhook-secret-file")
        .arg(&secret.display().to_string())
        .secret(SECRET)
        .secret("canary-of-the-address")
        .secret(RESIDENT)
        .secret(TELEPHONE)
        .start()
        .await?;
    let mut beside = first.beside().await?;

    // The receiver says nothing at all: reports are taken and people find their notices.
    whistle(&first.login_as("grid_worker").await?).await?;
    receiver
        .until("it is asked", |r| !r.asked().is_empty())
        .await?;
    for _ in 0..4 {
        whistle(&beside.login_as("grid_worker").await?).await?;
    }
    let told = inbox(&beside).await?;
    assert_eq!(told.len(), 5, "{told:?}");
    assert_eq!(
        receiver.asked().len(),
        1,
        "it was not asked again meanwhile"
    );

    // It answers with errors, and with the name of somebody else; then it takes everything.
    receiver.is(Mood::Fails);
    let asked = |more: usize| move |r: &Receiver| r.asked().len() >= more;
    receiver.until("it was asked again", asked(2)).await?;
    receiver.is(Mood::Redirects);
    receiver.until("it has named another", asked(3)).await?;
    receiver.is(Mood::Takes);
    receiver
        .until("it has taken everything", |r| ids(r).is_superset(&told))
        .await?;
    let taken = receiver.notices();
    let once: BTreeSet<String> = taken
        .iter()
        .map(|notice| notice["id"].to_string())
        .collect();
    assert_eq!(
        taken.len(),
        once.len(),
        "nobody died, so nothing came twice"
    );

    // The server that handed on dies in the middle; the other one goes on.
    first.kill().await?;
    for _ in 0..3 {
        whistle(&beside.login_as("grid_worker").await?).await?;
    }
    let told = inbox(&beside).await?;
    assert_eq!(told.len(), 8);
    receiver
        .until("the other server goes on", |r| ids(r).is_superset(&told))
        .await?;
    first.restart().await?;

    for post in receiver.asked() {
        assert!(
            post.path.starts_with("/hook"),
            "nobody followed to {}",
            post.path
        );
        assert_signed(&post)?;
        let text = String::from_utf8(post.body)?;
        assert!(
            !text.contains(RESIDENT) && !text.contains(TELEPHONE),
            "{text}"
        );
    }
    assert_told(&beside, &receiver.notices()).await?;
    first.stop().await?;
    beside.stop().await?;
    first.assert_log_clean()?;
    beside.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_on_the_embedded_database_goes_on_where_it_was_killed() -> anyhow::Result<()> {
    let receiver = Receiver::start(Mood::Takes).await?;
    let folder = tempfile::tempdir()?;
    let secret = folder.path().join("secret");
    fs::write(&secret, SECRET)?;
    let mut server = Server::town(Database::sqlite())
        .arg("--notice-webhook")
        .arg(&receiver.url)
        .arg("--notice-webhook-secret-file")
        .arg(&secret.display().to_string())
        .secret(SECRET)
        .start()
        .await?;
    whistle(&server.login_as("grid_worker").await?).await?;
    let first = inbox(&server).await?;
    receiver
        .until("it has taken the first", |r| ids(r).is_superset(&first))
        .await?;
    receiver.is(Mood::Hangs);
    let asked = receiver.asked().len();
    whistle(&server.login_as("grid_worker").await?).await?;
    receiver
        .until("it is asked once more", |r| r.asked().len() > asked)
        .await?;
    server.kill().await?;
    receiver.is(Mood::Takes);
    server.restart().await?;
    let told = inbox(&server).await?;
    assert_eq!(told.len(), 2);
    receiver
        .until("it has taken both", |r| ids(r).is_superset(&told))
        .await?;
    let taken = receiver.notices();
    assert_eq!(taken.len(), ids(&receiver).len(), "the first came again");
    receiver.asked().iter().try_for_each(assert_signed)?;
    assert_told(&server, &taken).await?;
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_without_a_good_address_or_secret_keeps_the_server_from_serving()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (short, long) = (folder.path().join("short"), folder.path().join("long"));
    fs::write(&short, "fifteen letters")?;
    fs::write(&long, SECRET)?;
    let none = folder.path().join("none");
    let good = "http://127.0.0.1:1/";
    for (url, secret, why) in [
        ("ftp://127.0.0.1/", &long, "http://"),
        ("hook", &long, "http://"),
        (good, &short, "16"),
        (good, &none, "none"),
    ] {
        let started = Server::empty(Database::sqlite())
            .env("GRIDWHISTLE_NOTICE_WEBHOOK", url)
            .env(
                "GRIDWHISTLE_NOTICE_WEBHOOK_SECRET_FILE",
                &secret.display().to_string(),
            )
            .env("GRIDWHISTLE_LANG", "en")
            .start()
            .await;
        let said = match started {
            Ok(_) => String::new(),
            Err(error) => format!("{error:#}"),
        };
        assert!(said.contains(why), "{url} {}: {said}", secret.display());
    }
    Ok(())
}

/// A resident's report with which a whistle is blown: the dispatcher is to approve it.
async fn whistle(worker: &Api) -> anyhow::Result<()> {
    let report = json!({
        "source": "patrol",
        "text": "沿街商铺占道经营",
        "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835},
        "resident": {"name": RESIDENT, "telephone": TELEPHONE},
        "whistle": {"kind": "daily", "reason": "涉及多个部门"},
    });
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    call.json(&report).send().await?.expect(201)?;
    Ok(())
}

/// The identities of what the dispatcher finds.
async fn inbox(server: &Server) -> anyhow::Result<BTreeSet<String>> {
    let dispatcher = server.login_as("dispatcher").await?;
    let notices = dispatcher.list("/api/v1/notices").await?;
    Ok(notices
        .iter()
        .map(|notice| notice["id"].to_string())
        .collect())
}

fn ids(receiver: &Receiver) -> BTreeSet<String> {
    let notices = receiver.notices();
    notices
        .iter()
        .map(|notice| notice["id"].to_string())
        .collect()
}

/// What a receiver does before it believes anything.
fn assert_signed(post: &Post) -> anyhow::Result<()> {
    let header = |name: &str| post.headers.get(name).with_context(|| format!("no {name}"));
    let timestamp = header("gridwhistle-timestamp")?;
    let age = Utc::now().timestamp() - timestamp.parse::<i64>()?;
    assert!((0..600).contains(&age), "{age} s old");
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SECRET.as_bytes())?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(&post.body);
    let mut expected = "v1=".to_owned();
    for byte in mac.finalize().into_bytes() {
        write!(expected, "{byte:02x}")?;
    }
    assert_eq!(*header("gridwhistle-signature")?, expected);
    assert_eq!(header("content-type")?, "application/json");
    Ok(())
}

/// What the webhook is told of the dispatcher's box is what he finds in it.
async fn assert_told(server: &Server, taken: &[Value]) -> anyhow::Result<()> {
    let dispatcher = server.login_as("dispatcher").await?;
    for found in dispatcher.list("/api/v1/notices").await? {
        let told = taken.iter().find(|notice| notice["id"] == found["id"]);
        let told = told.context("not told")?;
        assert_eq!(told["mailbox"], "dispatcher@320707100000");
        for field in ["kind", "at", "case_id", "case_number", "due", "count"] {
            assert_eq!(told[field], found[field], "{field} of {told}");
        }
    }
    Ok(())
}
