//! One pass of the ticker over very many open clocks, of which some are due, on a day that begins: the pass also begins
//! to look for what has lapsed behind the orders of all cases at work.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench ticking -- --database sqlite --open 100000 --due 1000
//! ```

#[path = "../reading/history.rs"]
mod history;
mod open;

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Parser;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_e2e::Database;
use gridwhistle_service::{Pass, Service, Ticker};
use gridwhistle_store::{Durability, Store};

use crate::{
    history::Original,
    open::{Engine, MINUTE, MORNING, Town},
};

const SECOND: i64 = 1_000_000;

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
    /// Passes to measure, each at the beginning of a day; certificates run out on the third.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10))]
    passes: u32,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| engine     | day        | open cases | due cases | lapsed | events | pass ms | whole look: passes | lapsed | whole look ms | nothing due ms |\n\
         |------------|------------|-----------:|----------:|-------:|-------:|--------:|-------------------:|-------:|--------------:|---------------:|"
    )?;
    let runtime = tokio::runtime::Runtime::new()?;
    for engine in &arguments.database {
        if let Some(database) = runtime.block_on(engine.database())? {
            runtime.block_on(measure(engine.name(), database, &arguments))?;
        }
    }
    Ok(())
}

async fn measure(name: &str, database: Database, arguments: &Arguments) -> anyhow::Result<()> {
    let town = Town::settle(database).await?;
    // A database that is measured and thrown away need not survive a power failure.
    let store = Store::open(&town.url(), Durability::Off).await?;
    let deadline = first_deadline(&store).await?;
    open::fill(&store, copies(&town, deadline, arguments)).await?;
    drop(store);

    // Measured as it is served: what is answered is on the disk.
    let store = Store::open(&town.url(), Durability::Full).await?;
    let now = Arc::new(AtomicI64::new(deadline.micros()));
    let service = open::service(store, &now).await?;
    let mut ticker = Ticker::default();
    let mut out = std::io::stdout();
    for round in 1..=arguments.passes {
        let moment = midnight(deadline, round);
        // When the day ends the reminders have been given, and everything has been looked at.
        now.store(moment.plus_micros(-SECOND).micros(), Ordering::Relaxed);
        while ticker.pass(&service).await?.more {}
        now.store(moment.plus_micros(SECOND).micros(), Ordering::Relaxed);
        let (pass, took) = timed(&mut ticker, &service).await?;
        let due = arguments.due as usize;
        ensure!(
            pass.cases >= due && pass.failed == 0,
            "another pass than expected: {pass:?}"
        );
        // What is due is done; the look goes on in the passes that follow.
        let lapsed = pass.cases - due;
        let (mut passes, mut in_all, mut more) = (1, lapsed, pass.more);
        let mut look = took;
        while more {
            let (next, took) = timed(&mut ticker, &service).await?;
            ensure!(next.failed == 0, "cases failed: {next:?}");
            passes += 1;
            in_all += next.cases;
            look += took;
            more = next.more;
        }
        let (nothing, idle) = timed(&mut ticker, &service).await?;
        ensure!(nothing.cases == 0, "more than expected: {nothing:?}");
        writeln!(
            out,
            "| {name:<10} | {} | {:>10} | {due:>9} | {lapsed:>6} | {:>6} | {:>7.0} | {passes:>18} | {in_all:>6} | {:>13.0} | {:>14.2} |",
            moment.date(),
            arguments.open,
            pass.events,
            took.as_secs_f64() * 1e3,
            look.as_secs_f64() * 1e3,
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

/// The deadline of the case that was lived through and is to be handled within hours.
async fn first_deadline(store: &Store) -> anyhow::Result<Timestamp> {
    let far = Timestamp::parse(MORNING)?.plus_days(365);
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

/// The beginning of a day after the one of that moment.
fn midnight(after: Timestamp, days: u32) -> Timestamp {
    Timestamp::of(after.date(), 0).plus_days(days.into())
}

/// The copies: cases that are handled all the time, filed within hours, and at the end for each pass those that are due
/// when its day begins.
fn copies<'t>(
    town: &'t Town,
    deadline: Timestamp,
    arguments: &Arguments,
) -> impl Iterator<Item = (&'t Original, i64)> {
    let due = arguments.due.max(1);
    let lasting = arguments
        .open
        .saturating_sub(due.saturating_mul(arguments.passes));
    (0..arguments.open).map(move |n| match n.checked_sub(lasting) {
        Some(beyond) => {
            let moment = midnight(deadline, beyond / due + 1);
            (&town.rubbish, moment.since(deadline))
        }
        None => (town.lasting(n), i64::from(n % 180) * MINUTE),
    })
}
