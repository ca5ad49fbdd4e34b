//! An amended calendar under very many open clocks: from the notice with one day changed to the report of what moved.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench amending -- --database sqlite --open 100000
//! ```

#[path = "../reading/history.rs"]
mod history;
#[path = "../ticking/open.rs"]
mod open;

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context, ensure};
use clap::Parser;
use gridwhistle_domain::{
    case::Event,
    clock::{Date, DayKind, Timestamp},
    lists,
};
use gridwhistle_e2e::Database;
use gridwhistle_service::{Service, reference::CalendarYear};
use gridwhistle_store::{Durability, Store};

use crate::open::{Engine, MINUTE, MORNING, Town};

const DAY: i64 = 24 * 60 * MINUTE;
/// The cases that take weeks were filed in so many weeks, on the same weekday: what is moved by whole weeks has its
/// deadlines where the rules would set them, since no holiday lies between.
const WEEKS: u32 = 3;
/// One of so many cases takes hours, and was filed on the day on which the calendar is amended.
const HOURLY: u32 = 5;
/// So many days after the first Monday: a Tuesday, before the first deadline comes near.
const DAYS: i64 = 15;
/// So long after they were filed the calendar is amended.
const LATER: i64 = 90 * MINUTE;
/// The days off that are declared, one after the other: one after all clocks, so that nothing moves, and one before the
/// deadlines of all cases that take weeks but those of the first week.
const DECLARED: [&str; 2] = ["2029-12-05", "2029-05-30"];
/// So many rows of the report are read at once, as the command that imports a calendar does.
const PAGE: u64 = 500;

#[derive(Parser)]
struct Arguments {
    /// The engines to measure.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    database: Vec<Engine>,
    /// Cases that are handled, each with its clocks.
    #[arg(long, default_value_t = 100_000)]
    open: u32,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| engine     | day off    | open cases | cases moved | deadlines | cases written | put ms | follow s | report s | all s | once more s |\n\
         |------------|------------|-----------:|------------:|----------:|--------------:|-------:|---------:|---------:|------:|------------:|"
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
    let copies = (0..arguments.open).map(|n| {
        if n % HOURLY == 1 {
            (&town.rubbish, DAYS * DAY)
        } else {
            (town.lasting(n), i64::from(n % WEEKS) * 7 * DAY)
        }
    });
    open::fill(&store, copies).await?;
    drop(store);

    // Measured as it is served: what is answered is on the disk.
    let store = Store::open(&town.url(), Durability::Full).await?;
    let start = Timestamp::parse(MORNING)?.plus_micros(DAYS * DAY + LATER);
    let now = Arc::new(AtomicI64::new(start.micros()));
    let service = open::service(store, &now).await?;
    while let Some(sum) = service.recalculate().await? {
        ensure!(
            sum.moved == 0 && sum.failed == 0,
            "the copies are not where the rules would set them: {sum:?}"
        );
    }
    let mut out = std::io::stdout();
    for day in DECLARED {
        let notice = amended(&service, Date::parse(day)?).await?;
        let since = service.store.last_seq().await?;
        let begun = Instant::now();
        let put = service
            .put_calendar(vec![notice], "临时放假".to_owned())
            .await?;
        ensure!(put == Ok(1), "not amended: {put:?}");
        let put = begun.elapsed();
        let sum = service.recalculate().await?.context("nothing to follow")?;
        ensure!(sum.failed == 0, "cases failed: {sum:?}");
        let followed = begun.elapsed();
        let (cases, deadlines) = report(&service, since).await?;
        let all = begun.elapsed();

        // Once more when every server has read the notice; nobody waits for it.
        now.fetch_add(2 * MINUTE, Ordering::Relaxed);
        let begun = Instant::now();
        let again = service.recalculate().await?.context("not once more")?;
        let once_more = begun.elapsed();
        ensure!(again.moved == 0 && again.failed == 0, "again: {again:?}");
        writeln!(
            out,
            "| {name:<10} | {day} | {:>10} | {cases:>11} | {deadlines:>9} | {:>13} | {:>6.0} | {:>8.2} | {:>8.2} | {:>5.2} | {:>11.2} |",
            arguments.open,
            sum.moved,
            put.as_secs_f64() * 1e3,
            followed.saturating_sub(put).as_secs_f64(),
            all.saturating_sub(followed).as_secs_f64(),
            all.as_secs_f64(),
            once_more.as_secs_f64()
        )?;
    }
    Ok(())
}

/// The notice of the year of a day as it stands, with the day off in it.
async fn amended(service: &Service, day: Date) -> anyhow::Result<CalendarYear> {
    let years: Vec<CalendarYear> = service.store.list(lists::CALENDAR).await?;
    let mut notice = years
        .into_iter()
        .find(|notice| notice.year == day.year())
        .context("no notice of the year")?;
    notice.days.push((day, DayKind::Off));
    Ok(notice)
}

/// Reads what moved since that row of the log: how many cases, and how many of their deadlines.
async fn report(service: &Service, since: i64) -> anyhow::Result<(usize, usize)> {
    let (mut after, mut cases, mut deadlines) = (since, 0, 0);
    loop {
        let (rows, next) = service.all_moved_deadlines(after, PAGE).await?;
        cases += rows.len();
        for row in &rows {
            if let Event::DeadlinesMoved { deadlines: moved } = &row.entry.recorded.event {
                deadlines += moved.len();
            }
        }
        match next {
            Some(next) => after = next,
            None => return Ok((cases, deadlines)),
        }
    }
}
