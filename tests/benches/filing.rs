//! Filing over HTTP: acknowledged reports a second, and how long one takes.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench filing -- --database sqlite --connections 64 --seconds 10
//! ```

use std::{io::Write, time::Duration};

use anyhow::{Context, bail};
use clap::{Parser, ValueEnum};
use gridwhistle_e2e::{Database, Server, load};

#[derive(Parser)]
struct Arguments {
    /// The engines to measure.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    database: Vec<Engine>,
    /// The numbers of connections to measure with.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    connections: Vec<usize>,
    /// How long to count.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
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
        "| engine   | conns | reports/s |   p50 ms |   p99 ms |   max ms | other answers | server µs each |\n\
         |----------|------:|----------:|---------:|---------:|---------:|---------------|---------------:|"
    )?;
    for engine in &arguments.database {
        let runtime = tokio::runtime::Runtime::new()?;
        let (name, database) = match engine {
            Engine::Sqlite => ("SQLite", Some(Database::sqlite())),
            Engine::Postgres => ("PostgreSQL", runtime.block_on(Database::postgres())?),
        };
        let Some(database) = database else { continue };
        let mut server = runtime.block_on(Server::town(database).without_flood_limits().start())?;
        let idle = server.memory()?;
        let api = runtime.block_on(server.login("grid_worker"))?;
        let token = api.token().unwrap_or_default().to_owned();
        let pid = server.pid().context("the server does not run")?;
        for connections in &arguments.connections {
            let head = format!(
                "POST /api/v1/cases HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\n"
            );
            let before = load::processor_time(pid)?;
            let measure = load::run(
                &server.url(),
                *connections,
                Duration::from_secs(arguments.seconds),
                201,
                move |bytes, _, sent| report(bytes, &head, sent),
            )?;
            let each = measure.micros_each(load::processor_time(pid)?.saturating_sub(before));
            writeln!(
                out,
                "| {name:<8} | {connections:>5} | {measure} | {each:>14.0} |"
            )?;
            if measure.rate() == 0.0 {
                bail!("nothing was acknowledged: {:?}", measure.others());
            }
        }
        let busy = server.memory()?;
        writeln!(
            out,
            "{name}: server {} MB before, {} MB after",
            idle / 1_000_000,
            busy / 1_000_000
        )?;
        runtime.block_on(server.stop())?;
        server.assert_log_clean()?;
    }
    Ok(())
}

/// A report at a place of the county that moves from one report to the next.
fn report(bytes: &mut Vec<u8>, head: &str, sent: u64) {
    let id = uuid::Uuid::now_v7();
    let step = |span: u64| (sent.wrapping_mul(7919) % span) * 10;
    let body = format!(
        "{{\"id\":\"{id}\",\"text\":\"路口暴露垃圾，已拍照\",\
         \"matter\":\"event-06010\",\
         \"place\":{{\"lon\":119.{:05},\"lat\":34.8{:04},\"crs\":\"wgs84\"}},\"source\":\"patrol\"}}",
        step(1500),
        step(800)
    );
    // Writing into memory cannot fail.
    let _ = write!(
        bytes,
        "{head}Idempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
        uuid::Uuid::new_v4(),
        body.len()
    );
}
