//! Very many grids from a file into the database and out again: how long it takes and how much memory.
//!
//! ```sh
//! cargo bench -p gridwhistle-e2e --bench land -- --grids 1000000
//! ```

#[path = "../locating/province.rs"]
mod province;

use std::{fs, io::Write, time::Instant};

use clap::{Parser, ValueEnum};
use gridwhistle_e2e::{Database, load};

use crate::province::Province;

#[derive(Parser)]
struct Arguments {
    /// The engines to measure.
    #[arg(long, value_delimiter = ',', default_value = "sqlite")]
    database: Vec<Engine>,
    /// How many grids there are.
    #[arg(long, default_value_t = 1_000_000)]
    grids: usize,
    /// How many of them a village has on average.
    #[arg(long, default_value_t = 20)]
    a_village: usize,
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
    let runtime = tokio::runtime::Runtime::new()?;
    let mut out = std::io::stdout();
    let province = Province::drawn(arguments.grids, arguments.a_village)?;
    writeln!(
        out,
        "{} grids, a file of {} MB\n\n\
         | engine     | what             |      s | peak MB | grids/s |\n\
         |------------|------------------|-------:|--------:|--------:|",
        province.grids.len(),
        fs::metadata(&province.file)?.len() / 1_000_000
    )?;
    let count = f64::from(u32::try_from(province.grids.len())?);
    for engine in &arguments.database {
        let (name, database) = match engine {
            Engine::Sqlite => ("SQLite", Some(Database::sqlite())),
            Engine::Postgres => ("PostgreSQL", runtime.block_on(Database::postgres())?),
        };
        let Some(database) = database else { continue };
        let mut row = |what: &str, needed: load::Footprint| {
            let seconds = needed.took.as_secs_f64();
            writeln!(
                out,
                "| {name:<10} | {what:<16} | {seconds:>6.1} | {:>7} | {:>7.0} |",
                needed.peak / 1_000_000,
                count / seconds
            )
        };
        let (mut server, imported) = runtime.block_on(province.settled(database))?;
        row("import", imported)?;
        let file = province.file.display().to_string();
        let again = runtime.block_on(load::footprint(&server, "import", &["grids", &file]))?;
        row("import again", again)?;
        for (what, format, packed) in [
            ("export, packed", "geojsonseq", true),
            ("export", "geojson", false),
            ("export as a table", "csv", false),
        ] {
            let file = server.data_dir().join("export").display().to_string();
            let mut export = vec!["grids", &file, "--format", format];
            if packed {
                export.push("--gzip");
            }
            row(
                what,
                runtime.block_on(load::footprint(&server, "export", &export))?,
            )?;
            fs::remove_file(&file)?;
        }
        let begun = Instant::now();
        runtime.block_on(server.restart())?;
        let ready = begun.elapsed().as_secs_f64();
        let admin = runtime.block_on(province::admin(&server))?;
        runtime
            .block_on(admin.get("/api/v1/grids?limit=1").send())?
            .expect(200)?;
        writeln!(
            std::io::stdout(),
            "\n{name}: from start to ready {ready:.1} s, then {} MB\n",
            server.memory()? / 1_000_000
        )?;
        runtime.block_on(server.stop())?;
        server.assert_log_clean()?;
    }
    Ok(())
}
