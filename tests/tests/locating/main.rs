//! Points are located while the boundaries change under them: every answer is that of one version of the boundaries, whole,
//! and on one connection they never go back.

mod history;
mod locator;
mod strip;

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use gridwhistle_e2e::{Api, Database, Dice, Server, on_both_databases};
use serde_json::json;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    history::{History, Promise},
    locator::Client,
    strip::{Strip, places},
};

/// How many ask at the same time.
const CLIENTS: usize = 64;
/// How often the boundaries change meanwhile.
const CHANGESETS: usize = 50;
/// How many answers each looks at, at least.
const LEAST: usize = 3;
/// How long a server may take to see what another one did, in all. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(3);

on_both_databases! {
    async fn whoever_locates_while_boundaries_change_is_answered_by_one_version(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let admin = server.login_as("admin").await?;
        let history = Arc::new(History::new(version(&admin).await?, Strip::town()));
        let crowd = Crowd::gather(&server, CLIENTS, &history, Promise::AtOnce).await?;
        let changed = change_again_and_again(&admin, &history, CHANGESETS).await;
        let answers = crowd.leave().await?;
        changed?;
        ensure!(answers >= CLIENTS * LEAST, "only {answers} answers were looked at");

        server.stop().await?;
        server.assert_log_clean()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_beside_sees_what_was_changed_and_goes_on_from_version_to_version()
-> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let mut here = Server::town(database)
        .without_flood_limits()
        .start()
        .await?;
    let mut beside = here.beside().await?;
    let admin = here.login_as("admin").await?;
    let history = Arc::new(History::new(version(&admin).await?, Strip::town()));
    let crowd = Crowd::gather(&beside, CLIENTS / 4, &history, Promise::InTime).await?;
    let changed = change_again_and_again(&admin, &history, CHANGESETS / 5).await;
    crowd.leave().await?;
    changed?;

    // Without a crowd: from the answer here until it is seen there.
    let somebody = beside.login_as("supervisor").await?;
    let mut client = Client::connect(&address(&beside), &somebody, Promise::InTime).await?;
    for _ in 0..3 {
        change_again_and_again(&admin, &history, 1).await?;
        let begun = Instant::now();
        while client.ask_all(&history).await? < history.acknowledged() {
            ensure!(
                begun.elapsed() < PATIENCE,
                "not seen by the other server after {PATIENCE:?}"
            );
            sleep(Duration::from_millis(5)).await;
        }
        writeln!(
            io::stderr(),
            "the other server saw the change after {} ms",
            begun.elapsed().as_millis()
        )?;
    }
    beside.stop().await?;
    beside.assert_log_clean()?;
    here.stop().await?;
    here.assert_log_clean()
}

/// The comparison above, where it must object.
#[test]
fn answers_of_two_versions_and_of_an_older_one_would_be_found() -> anyhow::Result<()> {
    let places = places();
    let history = History::new(7, Strip::town());
    let (next, _) = Strip::town().changed(&mut Dice::new(1), 0);
    let (old, new) = (Strip::town().grids_of(&places), next.grids_of(&places));
    let mut differing = (0..places.len()).filter(|place| old[*place] != new[*place]);
    let (Some(first), Some(_)) = (differing.next(), differing.next()) else {
        bail!("two places at least should change hands");
    };
    let mut torn = new.clone();
    torn[first] = old[first];
    history.begin(next);
    let asked = history.acknowledged();
    let found = |answer: &[Option<u64>], since: u32| history.version_of(&places, answer, since);
    ensure!(found(&old, asked) == Some(7) && found(&new, asked) == Some(8));
    ensure!(found(&torn, asked).is_none(), "a torn answer is believed");
    ensure!(found(&old, 8).is_none(), "an older answer is believed");
    let mut lost = new.clone();
    lost[0] = None;
    ensure!(found(&lost, asked).is_none(), "a lost point is believed");
    history.acknowledge();
    ensure!(history.acknowledged() == 8);
    Ok(())
}

/// Where a server listens: `HOST:PORT`.
fn address(server: &Server) -> String {
    server.url().trim_start_matches("http://").to_owned()
}

/// Clients that ask until they are told to leave.
struct Crowd {
    clients: JoinSet<anyhow::Result<usize>>,
    over: Arc<AtomicBool>,
}

impl Crowd {
    async fn gather(
        server: &Server,
        clients: usize,
        history: &Arc<History>,
        promise: Promise,
    ) -> anyhow::Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        let somebody = server.login_as("supervisor").await?;
        let mut crowd = JoinSet::new();
        for number in 0..clients {
            let mut client = Client::connect(&address(server), &somebody, promise).await?;
            let (history, over) = (history.clone(), over.clone());
            crowd.spawn(async move {
                let mut answers = 0;
                while answers < LEAST || !over.load(Ordering::Relaxed) {
                    client.ask(&history, number + answers).await?;
                    answers += 1;
                    // The server has something else to do as well.
                    sleep(Duration::from_millis(20)).await;
                }
                Ok(answers)
            });
        }
        Ok(Self {
            clients: crowd,
            over,
        })
    }

    /// Lets all leave; answers how many answers they have looked at. The first complaint is the error.
    async fn leave(mut self) -> anyhow::Result<usize> {
        self.over.store(true, Ordering::Relaxed);
        let mut answers = 0;
        while let Some(client) = self.clients.join_next().await {
            answers += client??;
        }
        Ok(answers)
    }
}

/// Puts so many changesets one after the other.
async fn change_again_and_again(
    admin: &Api,
    history: &History,
    changesets: usize,
) -> anyhow::Result<()> {
    let mut dice = Dice::new(50);
    for _ in 0..changesets {
        let (strip, version) = history.now();
        let (next, changes) = strip.changed(&mut dice, usize::try_from(version)?);
        history.begin(next);
        let change = json!({"reason": "调整网格", "changes": changes});
        let done = admin
            .post("/api/v1/boundary-changes")
            .header("If-Match", &format!("\"{version}\""))
            .json(&change)
            .send()
            .await?;
        let done = done.expect(200).with_context(|| change.to_string())?;
        ensure!(
            done.body["version"] == json!(version + 1),
            "after version {version}: {}",
            done.body
        );
        history.acknowledge();
    }
    Ok(())
}

/// The version of the boundaries, which a check of a change tells that changes nothing.
async fn version(admin: &Api) -> anyhow::Result<u32> {
    let (_, changes) = Strip::town().changed(&mut Dice::new(0), 0);
    let asked = json!({"reason": "试算", "dry_run": true, "changes": changes});
    let told = admin
        .post("/api/v1/boundary-changes")
        .json(&asked)
        .send()
        .await?
        .expect(200)?;
    let Some(version) = told.body["version"].as_u64() else {
        bail!("no version: {}", told.body);
    };
    let counted = told.body["before"].as_array().map_or(0, Vec::len);
    ensure!(counted > 0, "nothing would change: {}", told.body);
    Ok(u32::try_from(version)?)
}
