//! Reading over HTTP: pages of the list, one case, its history, at any number of cases.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench reading -- --cases 1000000
//! ```

mod copies;
mod history;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Parser;
use gridwhistle_e2e::{Api, Server, load};

/// So many cases are lived through by the demo; further ones are copies of them.
const LIVED: u32 = 4_000;

#[derive(Parser)]
struct Arguments {
    /// Cases in the demo county.
    #[arg(long, default_value_t = LIVED)]
    cases: u32,
    /// Of these so many are lived through by the demo, the others are copies of them.
    #[arg(long, default_value_t = LIVED)]
    lived: u32,
    /// The numbers of connections to measure with.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    connections: Vec<usize>,
    /// How long to count.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The account that asks.
    #[arg(long, default_value = "supervisor")]
    account: String,
    /// Measures only what has one of these in its name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Lists and the filters that they are asked for with.
const LISTS: [(&str, &str); 6] = [
    ("page", "limit=50"),
    ("page, handling", "limit=50&stage=handling"),
    ("page, verifying", "limit=50&stage=verifying"),
    ("page, two stages", "limit=50&stage=reported,handled"),
    ("page, due", "limit=50&order=due"),
    (
        "page, due, handling",
        "limit=50&order=due&stage=handling&open=true",
    ),
];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let lived = arguments.lived.min(arguments.cases);
    let mut server = runtime.block_on(Server::demo(lived).start())?;
    let begun = Instant::now();
    runtime.block_on(copies::append(&server.data_dir(), arguments.cases - lived))?;
    let copied = begun.elapsed().as_secs();
    runtime.block_on(server.serve_without_flood_limits())?;
    let idle = server.memory()? / 1_000_000;
    let api = runtime.block_on(server.login(&arguments.account))?;
    let mut paths = runtime.block_on(paths(&api))?;
    if !arguments.only.is_empty() {
        paths.retain(|(name, _)| arguments.only.iter().any(|only| name.contains(only)));
    }
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} cases, {} of them copied in {copied} s\n\n\
         | what                      | conns | answers/s |   p50 ms |   p99 ms |   max ms | other answers | server µs each |\n\
         |---------------------------|------:|----------:|---------:|---------:|---------:|---------------|---------------:|",
        arguments.cases,
        arguments.cases - lived
    )?;
    let token = api.token().unwrap_or_default();
    let pid = server.pid().context("the server does not run")?;
    for (name, path) in &paths {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n");
        for connections in &arguments.connections {
            let request = request.clone();
            let before = load::processor_time(pid)?;
            let measure = load::run(
                &server.url(),
                *connections,
                Duration::from_secs(arguments.seconds),
                200,
                move |bytes, _, _| bytes.extend_from_slice(request.as_bytes()),
            )?;
            let each = measure.micros_each(load::processor_time(pid)?.saturating_sub(before));
            writeln!(
                out,
                "| {name:<25} | {connections:>5} | {measure} | {each:>14.0} |"
            )?;
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

/// What is asked for: the first and the next page of each list, the newest case and its history.
async fn paths(api: &Api) -> anyhow::Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    let mut newest = None;
    for (name, query) in LISTS {
        let path = format!("/api/v1/cases?{query}");
        let page = api.get(&path).send().await?.expect(200)?.body;
        newest = newest.or_else(|| page["items"][0]["id"].as_str().map(str::to_owned));
        if let Some(next) = page["next"].as_str() {
            paths.push((format!("next {name}"), format!("{path}&cursor={next}")));
        }
        paths.push((format!("first {name}"), path));
    }
    let id = newest.context("no case to read")?;
    paths.push(("one case".to_owned(), format!("/api/v1/cases/{id}")));
    let history = format!("/api/v1/cases/{id}/events");
    paths.push(("its history".to_owned(), history));
    Ok(paths)
}
