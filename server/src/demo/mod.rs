//! The demo county: Ganyu district with four months of history, lived through the real use cases.

mod accounts;
mod county;
mod desk;
mod history;
mod life;
mod opening;
mod pace;
mod people;
mod plan;
mod stories;
#[cfg(test)]
mod tests;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::{Duration, Instant};

use anyhow::Context;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_http::messages::Message;
use gridwhistle_service::{Clock, Service};
use gridwhistle_store::{Durability, Store, settle, sqlite_url};

use self::history::Tally;
use self::people::Cast;
use self::world::World;
use crate::messages::{about, say, text};

/// Posts were taken up so many days before the history begins.
const IN_POST_DAYS: i64 = 30;
/// How long the engine may take to put its log away when a database is closed.
const CLOSING: Duration = Duration::from_secs(30);

/// What the demo is to be like.
pub struct DemoOptions {
    /// Folder of the database, `demo.json` and the photographs.
    pub data_dir: PathBuf,
    pub cases: usize,
    /// How many grids in all; two to four a village unless given.
    pub grids: Option<usize>,
}

/// Makes the demo database if it is not there, telling progress on standard error, and writes
/// `demo.json` beside it with the address at which it is served this time. Answers the database's
/// file.
///
/// The database gets its name when it is whole: what an interrupted start left is begun anew.
pub async fn prepare(
    options: &DemoOptions,
    base_url: &str,
    link_key: [u8; 32],
) -> anyhow::Result<PathBuf> {
    let file = options.data_dir.join("gridwhistle.db");
    if !file.exists() {
        let tally = make(options, &file, link_key).await?;
        for refusal in tally.refusals.iter().take(10) {
            tracing::error!(refusal, "the rules refused a step of the demo's history");
        }
        if !tally.refusals.is_empty() {
            tracing::error!(
                refused = tally.refusals.len(),
                "steps of the demo's history were refused"
            );
        }
    }
    let store = open(&file, Durability::Full).await?;
    let accounts = accounts::read(&store).await?;
    anyhow::ensure!(!accounts.is_empty(), about("demo-other-database", &file));
    accounts::write(&options.data_dir.join("demo.json"), base_url, &accounts)?;
    Ok(file)
}

/// Makes the whole database under another name, then gives it its own.
async fn make(options: &DemoOptions, file: &Path, link_key: [u8; 32]) -> anyhow::Result<Tally> {
    let begun = Instant::now();
    let partial = options.data_dir.join("gridwhistle.db.partial");
    for leftover in [
        partial.clone(),
        beside(&partial, "-wal"),
        beside(&partial, "-shm"),
    ] {
        match std::fs::remove_file(&leftover) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("{} cannot be removed", leftover.display()));
            }
            _ => {}
        }
    }
    eprintln!("{}", say("demo-making"));
    let end = Clock::System.now();
    let start = opening::four_months_before(end);
    let since = start.plus_days(-IN_POST_DAYS);
    let store = open(&partial, Durability::Off).await?;
    county::found(&store, options.grids, since).await?;
    let tally = fill(options, store, link_key, since, (start, end)).await?;
    put_away(&partial).await?;
    std::fs::rename(&partial, file)
        .with_context(|| format!("{} cannot be named", file.display()))?;
    if let Ok(folder) = std::fs::File::open(&options.data_dir) {
        // Not every system can press a folder onto the disk.
        let _ = folder.sync_all();
    }
    let ready = Message::new("demo-ready")
        .with("cases", tally.cases.to_string())
        .with("steps", tally.steps.to_string())
        .with("seconds", format!("{:.1}", begun.elapsed().as_secs_f64()));
    eprintln!("{}", text(&ready));
    Ok(tally)
}

/// Accounts and history. Nothing of the database is open any more when this ends.
async fn fill(
    options: &DemoOptions,
    store: Store,
    link_key: [u8; 32],
    since: Timestamp,
    (start, end): (Timestamp, Timestamp),
) -> anyhow::Result<Tally> {
    let clock = Clock::Set(Arc::new(AtomicI64::new(start.micros())));
    let objects = crate::files::objects(&options.data_dir)?;
    let service = Service::open(store, clock, objects, link_key).await?;
    let known = accounts::add(&service, since).await?;
    let world = World::new(service.reference(), Cast::new(since, known.clone()));
    let openings = opening::openings(&world, options.cases, start, end)?;
    let tally = history::live(&service, &world, openings, end).await;
    desk::keep(&service, &known, end).await?;
    Ok(tally)
}

async fn open(file: &Path, durability: Durability) -> anyhow::Result<Store> {
    Store::open(&sqlite_url(file), durability)
        .await
        .with_context(|| format!("the database {} cannot be opened", file.display()))
}

/// Waits until the engine has merged its log into the file and let go of it, then presses the file
/// onto the disk.
async fn put_away(file: &Path) -> anyhow::Result<()> {
    let log = beside(file, "-wal");
    let begun = Instant::now();
    while log.exists() {
        anyhow::ensure!(
            begun.elapsed() < CLOSING,
            "the engine does not let go of {}; start again",
            file.display()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
        settle(&sqlite_url(file)).await?;
    }
    let pressed = std::fs::File::open(file).and_then(|file| file.sync_all());
    pressed.with_context(|| format!("{} cannot be pressed onto the disk", file.display()))
}

/// A file that the engine keeps beside a database.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
