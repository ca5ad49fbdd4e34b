//! Tiles of the map over HTTP, zoom by zoom over the demo county: drawn for the first time, then again and again.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench tiles
//! ```

#[path = "../reading/copies.rs"]
mod copies;
#[path = "../reading/history.rs"]
mod history;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Parser;
use gridwhistle_domain::place::{Position, Tile};
use gridwhistle_e2e::{
    Api, Server,
    load::{self, Connection, Measure},
};

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
    /// The zooms to measure.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "8,9,10,11,12,13,14,15,16"
    )]
    zooms: Vec<u8>,
    /// Of a zoom with more tiles than these over the county, so many are asked for, evenly spread.
    #[arg(long, default_value_t = 1_000)]
    most: usize,
    /// The numbers of connections to ask again with.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    connections: Vec<usize>,
    /// How long to count.
    #[arg(long, default_value_t = 5)]
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
    let lived = arguments.lived.min(arguments.cases);
    let mut server = runtime.block_on(Server::demo(lived).start())?;
    runtime.block_on(copies::append(&server.data_dir(), arguments.cases - lived))?;
    runtime.block_on(server.serve_without_flood_limits())?;
    let api = runtime.block_on(server.login(&arguments.account))?;
    let county = runtime.block_on(extent(&api))?;
    let idle = server.memory()? / 1_000_000;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} cases\n\n\
         | zoom | tiles | asked      | conns |   tiles/s |   p50 ms |   p99 ms |   max ms | other answers | server µs each |\n\
         |-----:|------:|------------|------:|----------:|---------:|---------:|---------:|---------------|---------------:|",
        arguments.cases
    )?;
    let token = api.token().unwrap_or_default();
    let pid = server.pid().context("the server does not run")?;
    for zoom in &arguments.zooms {
        let requests: Vec<Vec<u8>> = tiles(*zoom, county, arguments.most)?
            .iter()
            .map(|tile| request(*tile, token))
            .collect();
        let count = requests.len();
        let mut row = |asked: &str, connections: usize, measure: &Measure, before: Duration| {
            let took = load::processor_time(pid)?.saturating_sub(before);
            let each = measure.micros_each(took);
            writeln!(
                out,
                "| {zoom:>4} | {count:>5} | {asked:<10} | {connections:>5} | {measure} | {each:>14.0} |"
            )?;
            anyhow::Ok(())
        };
        let before = load::processor_time(pid)?;
        let measure = runtime.block_on(once(&server.url(), &requests))?;
        row("first", 1, &measure, before)?;
        for connections in &arguments.connections {
            let requests = requests.clone();
            let before = load::processor_time(pid)?;
            let measure = load::run(
                &server.url(),
                *connections,
                Duration::from_secs(arguments.seconds),
                200,
                move |bytes, connection, sent| {
                    // Each connection begins with another tile.
                    let at = usize::try_from(sent).unwrap_or_default() + connection * 7;
                    bytes.extend_from_slice(&requests[at % requests.len()]);
                },
            )?;
            row("again", *connections, &measure, before)?;
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

/// West, south, east, north of all grids.
async fn extent(api: &Api) -> anyhow::Result<[f64; 4]> {
    let told = api.get("/ogc/collections/grids").send().await?;
    let told = told.expect(200)?.body;
    let side = |at: usize| told["extent"]["spatial"]["bbox"][0][at].as_f64();
    let sides = [side(0), side(1), side(2), side(3)];
    let [Some(west), Some(south), Some(east), Some(north)] = sides else {
        anyhow::bail!("the grids have no extent: {told}");
    };
    Ok([west, south, east, north])
}

/// The tiles of a zoom over an area, at most so many of them.
fn tiles(zoom: u8, [west, south, east, north]: [f64; 4], most: usize) -> anyhow::Result<Vec<Tile>> {
    let first = Tile::holding(zoom, Position::new(west, north)?);
    let last = Tile::holding(zoom, Position::new(east, south)?);
    let mut all = Vec::new();
    for row in first.row()..=last.row() {
        for column in first.column()..=last.column() {
            all.push(Tile::parse(
                &zoom.to_string(),
                &column.to_string(),
                &row.to_string(),
            )?);
        }
    }
    let step = all.len().div_ceil(most.max(1)).max(1);
    Ok(all.into_iter().step_by(step).collect())
}

fn request(tile: Tile, token: &str) -> Vec<u8> {
    let (zoom, column, row) = (tile.zoom(), tile.column(), tile.row());
    format!(
        "GET /tiles/{zoom}/{column}/{row}.mvt HTTP/1.1\r\nHost: bench\r\n\
         Authorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}

/// Asks for each once, one after the other.
async fn once(url: &str, requests: &[Vec<u8>]) -> anyhow::Result<Measure> {
    let mut connection = Connection::open(url.trim_start_matches("http://")).await?;
    let mut measure = Measure::default();
    let begun = Instant::now();
    for request in requests {
        let asked = Instant::now();
        let status = connection.exchange(request).await?.status;
        measure.answered();
        measure.add(status, 200, asked.elapsed());
    }
    measure.finish(begun.elapsed());
    Ok(measure)
}
