//! One pass of the ticker over very many open clocks, of which some are due.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench ticking -- --database sqlite --open 100000 --due 1000
//! ```

#[path = "../reading/history.rs"]
mod history;

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};
use futures_util::{StreamExt, TryStreamExt, stream};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_e2e::{Cast, Database, Server};
use gridwhistle_service::{Clock, Pass, Service, Ticker};
use gridwhistle_store::{Append, Durability, Store};
use object_store::memory::InMemory;
use serde_json::json;
use uuid::Uuid;

use crate::history::{Original, originals};

const COUNTY: &str = "320707000000";
/// When the case is dispatched of which all others are copies.
const MORNING: &str = "2031-09-01T08:30:00+08:00";
/// Appends under way at once.
const AT_ONCE: usize = 512;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3_600 * SECOND;

#[derive(Parser)]
struct Arguments {
    /// The engines to measure.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    database: Vec<Engine>,
    /// Cases that are handled, each with its clocks.
    #[arg(long, default_value_t = 100_000)]
    open: u32,
    /// So many of them become overdue, and are supervised, in each pass.
    #[arg(long, default_value_t = 1_000)]
    due: u32,
    /// Passes to measure.
    #[arg(long, default_value_t = 5)]
    passes: u32,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| engine     | open cases | due cases | events | pass ms | nothing due ms |\n\
         |------------|-----------:|----------:|-------:|--------:|---------------:|"
    )?;
    let runtime = tokio::runtime::Runtime::new()?;
    for engine in &arguments.database {
        let (name, database) = match engine {
            Engine::Sqlite => ("SQLite", Some(Database::sqlite())),
            Engine::Postgres => ("PostgreSQL", runtime.block_on(Database::postgres())?),
        };
        let Some(database) = database else { continue };
        runtime.block_on(measure(name, database, &arguments))?;
    }
    Ok(())
}

async fn measure(name: &str, database: Database, arguments: &Arguments) -> anyhow::Result<()> {
    let mut server = Server::town(database)
        .without_flood_limits()
        .arg("--no-ticker")
        .arg("--trial-clock")
        .arg("--clock-start")
        .arg(MORNING)
        .start()
        .await?;
    handled_case(&server).await?;
    server.stop().await?;
    let url = server.database_url();
    // A database that is measured and thrown away need not survive a power failure.
    let store = Store::open(&url, Durability::Off).await?;
    let original = originals(&store, COUNTY)
        .await?
        .pop()
        .context("no case to copy")?;
    let deadline = deadline(&store).await?;
    fill(&store, &original, arguments).await?;
    drop(store);

    // Measured as it is served: what is answered is on the disk.
    let store = Store::open(&url, Durability::Full).await?;
    let now = Arc::new(AtomicI64::new(0));
    let clock = Clock::Set(now.clone());
    let service = Service::open(store, clock, Arc::new(InMemory::new()), [7; 32]).await?;
    let mut ticker = Ticker::default();
    let mut out = std::io::stdout();
    for round in 1..=arguments.passes {
        let moment = deadline.plus_micros(i64::from(round) * DAY);
        // The reminders before the end have been given when it comes.
        now.store(moment.plus_micros(-SECOND).micros(), Ordering::Relaxed);
        while ticker.pass(&service).await?.more {}
        now.store(moment.plus_micros(SECOND).micros(), Ordering::Relaxed);
        let (pass, took) = timed(&mut ticker, &service).await?;
        ensure!(
            pass.cases == arguments.due as usize && !pass.more && pass.failed == 0,
            "another pass than expected: {pass:?}"
        );
        let (nothing, idle) = timed(&mut ticker, &service).await?;
        ensure!(nothing.cases == 0, "more than expected: {nothing:?}");
        writeln!(
            out,
            "| {name:<10} | {:>10} | {:>9} | {:>6} | {:>7.0} | {:>14.2} |",
            arguments.open,
            pass.cases,
            pass.events,
            took.as_secs_f64() * 1e3,
            idle.as_secs_f64() * 1e3
        )?;
    }
    Ok(())
}

async fn timed(ticker: &mut Ticker, service: &Service) -> anyhow::Result<(Pass, Duration)> {
    let begun = Instant::now();
    let pass = ticker.pass(service).await?;
    Ok((pass, begun.elapsed()))
}

/// A case that a unit has signed for and handles.
async fn handled_case(server: &Server) -> anyhow::Result<()> {
    let cast = Cast::of(server)?;
    let report = json!({
        "source": "patrol",
        "text": "东大街路口暴露垃圾",
        "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835},
    });
    let worker = cast.holder("grid_worker").await?;
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    let filed = call.json(&report).send().await?.expect(201)?.body;
    let id = filed["id"].as_str().context("a case without id")?;
    cast.act(id, "accept", json!({})).await?;
    let registration = json!({"matter": "event-06010", "condition": "event-06010/1"});
    cast.act(id, "register", registration).await?;
    let lead = json!({"units": [{"unit": "320707100-zf", "role": "lead"}]});
    cast.act(id, "dispatch", lead).await?;
    cast.act(id, "sign", json!({})).await?;
    Ok(())
}

/// When the case that was lived through is overdue.
async fn deadline(store: &Store) -> anyhow::Result<Timestamp> {
    let far = Timestamp::parse(MORNING)?.plus_micros(365 * DAY);
    let due = store.due_cases(far, &[], 1).await?;
    let case = due
        .into_iter()
        .next()
        .context("nothing will be due")?
        .case?;
    let round = case.round().context("not registered")?;
    let step = round.steps.get(round.step).context("no step")?;
    Ok(step.deadline.context("no deadline")?.at)
}

/// The copies: for each pass a day later those that are due then, and all the others a year later.
async fn fill(store: &Store, original: &Original, arguments: &Arguments) -> anyhow::Result<()> {
    let whole = *original.pauses.last().context("a history without events")?;
    stream::iter(0..arguments.open)
        .map(|n| {
            let pass = n / arguments.due.max(1) + 1;
            let days = if pass <= arguments.passes {
                pass
            } else {
                365 + n % 100
            };
            original.again(whole, i64::from(days) * DAY)
        })
        .map(|events| async {
            let append = Append {
                case: None,
                events: events?,
                others: Vec::new(),
                key: None,
                resident: None,
            };
            anyhow::Ok(store.append(append).await?)
        })
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| async { Ok(()) })
        .await
}
