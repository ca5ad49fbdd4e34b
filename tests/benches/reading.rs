//! Reading over HTTP: pages of the list, one case, figures, at any number of cases.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench reading -- --cases 1000000
//! ```

use std::{io::Write, time::Duration};

use anyhow::Context;
use clap::Parser;
use gridwhistle_e2e::{Server, load};

#[derive(Parser)]
struct Arguments {
    /// Cases in the demo county.
    #[arg(long, default_value_t = 4000)]
    cases: u32,
    /// The numbers of connections to measure with.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    connections: Vec<usize>,
    /// How long to count.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The account that asks.
    #[arg(long, default_value = "supervisor")]
    account: String,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let mut server = runtime.block_on(Server::demo(arguments.cases).start())?;
    runtime.block_on(server.serve_without_flood_limits())?;
    let idle = server.memory()? / 1_000_000;
    let api = runtime.block_on(server.login(&arguments.account))?;
    let first = runtime.block_on(api.get("/api/v1/cases?limit=50").send())?;
    let first = first.expect(200)?.body;
    let id = first["items"][0]["id"]
        .as_str()
        .context("no case to read")?;
    let mut paths = vec![
        ("first page", "/api/v1/cases?limit=50".to_owned()),
        ("one case", format!("/api/v1/cases/{id}")),
        ("its history", format!("/api/v1/cases/{id}/events")),
    ];
    if let Some(next) = first["next"].as_str() {
        let path = format!("/api/v1/cases?limit=50&cursor={next}");
        paths.insert(1, ("next page", path));
    }
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| {} cases | conns | answers/s |   p50 ms |   p99 ms |   max ms | other answers |\n\
         |------------|------:|----------:|---------:|---------:|---------:|---------------|",
        arguments.cases
    )?;
    let token = api.token().unwrap_or_default();
    for (name, path) in &paths {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n");
        for connections in &arguments.connections {
            let request = request.clone();
            let measure = load::run(
                &server.url(),
                *connections,
                Duration::from_secs(arguments.seconds),
                200,
                move |bytes, _, _| bytes.extend_from_slice(request.as_bytes()),
            )?;
            writeln!(out, "| {name:<10} | {connections:>5} | {measure} |")?;
        }
    }
    writeln!(
        out,
        "server {idle} MB before, {} MB after",
        server.memory()? / 1_000_000
    )?;
    runtime.block_on(server.stop())?;
    server.assert_log_clean()
}
