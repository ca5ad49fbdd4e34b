//! Points located over HTTP among very many grids: points a second in batches and one at a time, the start of such a server
//! and its memory, and a changeset of one village until it is used.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench locating -- --grids 120000 --connections 1,4,16 --seconds 5
//! ```

mod province;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use clap::Parser;
use gridwhistle_domain::place::{Bbox, GridCode, Position};
use gridwhistle_e2e::{Answer, Api, Database, Dice, Server, load};
use serde_json::{Value, json};

use crate::province::Province;

/// The largest batches: points of one request.
const JSON_POINTS: usize = 10_000;
const PACKED_POINTS: usize = 12 * 1024 * 1024 / 16;
/// Different requests of each kind, so that the grids are not always the same.
const REQUESTS: usize = 3;
/// Grids that a village has on average.
const A_VILLAGE: usize = 3;
/// How many changesets are put.
const CHANGESETS: usize = 5;
/// How far beside the middle of some grid points lie, at most, in degrees: some are in its neighbours.
const ASIDE: f64 = 0.01;

#[derive(Parser)]
struct Arguments {
    /// How many grids there are.
    #[arg(long, default_value_t = 120_000)]
    grids: usize,
    /// The numbers of connections to measure with.
    #[arg(long, value_delimiter = ',', default_value = "1,4,16")]
    connections: Vec<usize>,
    /// How long to count.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    let mut out = std::io::stdout();
    let province = Province::drawn(arguments.grids, A_VILLAGE)?;
    let (mut server, imported) = runtime.block_on(province.settled(Database::sqlite()))?;
    let begun = Instant::now();
    runtime.block_on(server.restart())?;
    writeln!(
        out,
        "{} grids: imported in {:.1} s with {} MB; from start to ready {:.2} s, then {} MB\n",
        province.grids.len(),
        imported.took.as_secs_f64(),
        imported.peak / 1_000_000,
        begun.elapsed().as_secs_f64(),
        server.memory()? / 1_000_000
    )?;
    let admin = runtime.block_on(province::admin(&server))?;
    let token = admin.token().unwrap_or_default();
    writeln!(
        out,
        "| what                  | conns |     points/s | requests/s |   p50 ms |   p99 ms |   max ms | other answers | server µs a point |\n\
         |-----------------------|------:|-------------:|-----------:|---------:|---------:|---------:|---------------|------------------:|"
    )?;
    for asked in kinds(&province, token)? {
        for connections in &arguments.connections {
            measure(&server, &asked, *connections, arguments.seconds)?;
        }
    }
    writeln!(
        out,
        "\nserver after that {} MB\n",
        server.memory()? / 1_000_000
    )?;
    runtime.block_on(change(&province, &admin))?;
    writeln!(
        out,
        "\nserver after that {} MB",
        server.memory()? / 1_000_000
    )?;
    runtime.block_on(server.stop())?;
    server.assert_log_clean()
}

/// Requests of one kind, each of so many points.
struct Asked {
    name: &'static str,
    points: usize,
    requests: Vec<Vec<u8>>,
}

/// What is asked: largest batches as bytes and as JSON, and single points.
fn kinds(province: &Province, token: &str) -> anyhow::Result<[Asked; 3]> {
    let mut dice = Dice::new(1);
    let middles: Vec<Position> = province
        .grids
        .iter()
        .map(|(_, boundary)| boundary.bbox().middle())
        .collect();
    let mut point = || {
        let middle = middles[dice.place(middles.len())];
        let mut aside = || (dice.share() * 2.0 - 1.0) * ASIDE;
        (middle.lon() + aside(), middle.lat() + aside())
    };
    let mut packed = Vec::new();
    let mut json = Vec::new();
    for _ in 0..REQUESTS {
        let mut body = Vec::with_capacity(PACKED_POINTS * 16);
        for _ in 0..PACKED_POINTS {
            let (lon, lat): (f64, f64) = point();
            body.extend(lon.to_le_bytes());
            body.extend(lat.to_le_bytes());
        }
        packed.push(post("/locate/packed", token, "octet-stream", &body));
        let points: Vec<String> = (0..JSON_POINTS)
            .map(|_| point())
            .map(|(lon, lat)| format!("[{lon:.7},{lat:.7}]"))
            .collect();
        let body = format!("{{\"points\":[{}]}}", points.join(","));
        json.push(post("/locate", token, "json", body.as_bytes()));
    }
    let mut single = Vec::new();
    for _ in 0..10_000 {
        let (lon, lat) = point();
        let mut request = Vec::new();
        write!(
            request,
            "GET /api/v1/locate?lon={lon:.7}&lat={lat:.7} HTTP/1.1\r\nHost: bench\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        )?;
        single.push(request);
    }
    let asked = |name, points, requests| Asked {
        name,
        points,
        requests,
    };
    Ok([
        asked("POST /locate/packed", PACKED_POINTS, packed),
        asked("POST /locate", JSON_POINTS, json),
        asked("GET /locate", 1, single),
    ])
}

fn post(path: &str, token: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/{media_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn measure(server: &Server, asked: &Asked, connections: usize, seconds: u64) -> anyhow::Result<()> {
    let pid = server.pid().context("the server does not run")?;
    let before = load::processor_time(pid)?;
    let requests = asked.requests.clone();
    let measure = load::run(
        &server.url(),
        connections,
        Duration::from_secs(seconds),
        200,
        move |bytes, worker, sent| {
            let turn = usize::try_from(sent).unwrap_or_default() + worker;
            bytes.extend_from_slice(&requests[turn % requests.len()]);
        },
    )?;
    let each = measure.micros_each(load::processor_time(pid)?.saturating_sub(before));
    let points = f64::from(u32::try_from(asked.points)?);
    writeln!(
        std::io::stdout(),
        "| {:<21} | {connections:>5} | {:>12.0} | {measure} | {:>17.4} |",
        asked.name,
        measure.rate() * points,
        each / points
    )?;
    if measure.rate() == 0.0 {
        bail!("nothing was located: {:?}", measure.others());
    }
    Ok(())
}

/// Splits one grid after the other: until the answer, and until the new grid is told of a point in it.
async fn change(province: &Province, admin: &Api) -> anyhow::Result<()> {
    let mut done = 0;
    let mut grids = province.grids.iter();
    while done < CHANGESETS {
        let (code, boundary) = grids.next().context("no grid that can be split")?;
        let (new, mut changes) = split(*code, &boundary.bbox())?;
        changes["dry_run"] = json!(true);
        let begun = Instant::now();
        let tried = ask(admin, &changes, None).await?;
        if tried.status == 422 {
            // The grid turns back across its own middle.
            continue;
        }
        let planned = begun.elapsed();
        let version = tried.expect(200)?.body["version"].clone();
        changes["dry_run"] = json!(false);
        let begun = Instant::now();
        let put = ask(admin, &changes, Some(&version)).await?.expect(200)?;
        let answered = begun.elapsed();
        let after = put.body["after"].as_array().context("nothing begins")?;
        let begins = after.iter().find(|grid| grid["code"] == json!(new));
        let label = &begins.context("the new grid does not begin")?["label"];
        loop {
            let path = format!("/api/v1/locate?lon={}&lat={}", label[0], label[1]);
            let located = admin.get(&path).send().await?.expect(200)?;
            if located.body["grid"]["code"] == json!(new) {
                break;
            }
            ensure!(begun.elapsed() < Duration::from_mins(1), "never used");
        }
        writeln!(
            std::io::stdout(),
            "a grid of a village split: {:.0} ms to check it alone, {:.0} ms until the answer, used after {:.0} ms",
            planned.as_secs_f64() * 1e3,
            answered.as_secs_f64() * 1e3,
            begun.elapsed().as_secs_f64() * 1e3
        )?;
        done += 1;
    }
    Ok(())
}

/// A changeset that cuts a grid along the meridian in its middle, and the code that the eastern part gets.
fn split(code: GridCode, bbox: &Bbox) -> anyhow::Result<(String, Value)> {
    let new = GridCode::new(code.village(), 900 + code.sequence() % 100)?.to_string();
    let middle = bbox.middle().lon();
    let (south, north) = (bbox.south_west.lat(), bbox.north_east.lat());
    let changes = json!({
        "reason": "调整网格",
        "changes": [{
            "change": "split",
            "code": code.to_string(),
            "line": [[middle, south - 0.001], [middle, north + 0.001]],
            "left": {"code": code.to_string(), "name": "西片"},
            "right": {"code": new, "name": "东片"},
        }],
    });
    Ok((new, changes))
}

async fn ask(admin: &Api, changes: &Value, version: Option<&Value>) -> anyhow::Result<Answer> {
    let mut call = admin.post("/api/v1/boundary-changes").json(changes);
    if let Some(version) = version {
        call = call.header("If-Match", &format!("\"{version}\""));
    }
    call.send().await
}
