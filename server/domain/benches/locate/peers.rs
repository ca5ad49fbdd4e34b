//! The peers that stand on this machine, on the same grids and points in the same run.
//!
//! Shapely (`pip install shapely`) answers in bulk through its STR-tree with prepared polygons; `PostGIS` joins points and
//! grids through its index, where `LOCATE_POSTGIS` names a database in the words of `psql`, such as
//! `postgresql:///bench`. Who is not there is left out, and said so.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use gridwhistle_domain::place::{Boundary, GridCode, Position};

const SHAPELY: &str = r#"
import sys, time, json
import shapely
folder = sys.argv[1]
grids = shapely.from_wkt(open(folder + "/grids.wkt").read().splitlines())
shapely.prepare(grids)
begin = time.perf_counter()
tree = shapely.STRtree(grids)
built = time.perf_counter() - begin
for name in ("uni", "pop"):
    pairs = [tuple(map(float, line.split())) for line in open(folder + "/" + name + ".txt")]
    points = shapely.points(pairs)
    best = 1e9
    for _ in range(3):
        begin = time.perf_counter()
        found = tree.query(points, predicate="within")
        best = min(best, time.perf_counter() - begin)
    print(f"{name}: Shapely {shapely.__version__} STRtree, bulk, prepared {len(points)/best/1e6:.3f} M/s; found {found.shape[1]}")
print(f"Shapely built its tree in {built:.2f} s")
"#;

const POSTGIS: &str = r"
\set ON_ERROR_STOP 1
\timing off
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS bench_grids, bench_uni, bench_pop;
CREATE UNLOGGED TABLE bench_grids (wkt text);
CREATE UNLOGGED TABLE bench_uni (x float8, y float8);
CREATE UNLOGGED TABLE bench_pop (x float8, y float8);
\copy bench_grids FROM 'FOLDER/grids.wkt' WITH (DELIMITER E'\t')
\copy bench_uni FROM 'FOLDER/uni.txt' WITH (DELIMITER ' ')
\copy bench_pop FROM 'FOLDER/pop.txt' WITH (DELIMITER ' ')
ALTER TABLE bench_grids ADD COLUMN geom geometry(Geometry, 4326);
UPDATE bench_grids SET geom = ST_GeomFromText(wkt, 4326);
CREATE INDEX ON bench_grids USING gist (geom);
VACUUM ANALYZE bench_grids;
ALTER TABLE bench_uni ADD COLUMN geom geometry(Point, 4326);
UPDATE bench_uni SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326);
ALTER TABLE bench_pop ADD COLUMN geom geometry(Point, 4326);
UPDATE bench_pop SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326);
SET max_parallel_workers_per_gather = 0;
\echo PostGIS, join in bulk, uni then pop, of all points in milliseconds:
\timing on
SELECT count(*) FROM bench_uni p JOIN bench_grids g ON ST_Covers(g.geom, p.geom);
SELECT count(*) FROM bench_pop p JOIN bench_grids g ON ST_Covers(g.geom, p.geom);
";

/// Lets them answer and prints what they say.
pub fn ask(grids: &[(GridCode, Boundary)], points: &[(&str, &[Position])]) {
    let folder = std::env::temp_dir().join("gridwhistle-locate");
    fs::create_dir_all(&folder).unwrap();
    let wkt: String = grids.iter().fold(String::new(), |mut text, (_, boundary)| {
        text.push_str(&well_known(boundary));
        text.push('\n');
        text
    });
    fs::write(folder.join("grids.wkt"), wkt).unwrap();
    for (name, points) in points {
        let text = points.iter().fold(String::new(), |mut text, at| {
            writeln!(text, "{:.7} {:.7}", at.lon(), at.lat()).unwrap();
            text
        });
        fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
    shapely(&folder);
    match std::env::var("LOCATE_POSTGIS") {
        Ok(database) => postgis(&folder, &database),
        Err(_) => println!("PostGIS left out: LOCATE_POSTGIS names no database"),
    }
}

fn shapely(folder: &Path) {
    let told = Command::new("python3")
        .args(["-c", SHAPELY])
        .arg(folder)
        .output();
    match told {
        Ok(told) if told.status.success() => print!("{}", String::from_utf8_lossy(&told.stdout)),
        _ => println!("Shapely left out: it is not installed"),
    }
}

fn postgis(folder: &Path, database: &str) {
    let script = folder.join("peers.sql");
    fs::write(
        &script,
        POSTGIS.replace("FOLDER", &folder.display().to_string()),
    )
    .unwrap();
    let told = Command::new("psql")
        .args(["-qAt", "-d", database, "-f"])
        .arg(&script)
        .output();
    match told {
        Ok(told) if told.status.success() => print!("{}", String::from_utf8_lossy(&told.stdout)),
        Ok(told) => println!(
            "PostGIS left out: {}",
            String::from_utf8_lossy(&told.stderr)
        ),
        Err(error) => println!("PostGIS left out: {error}"),
    }
}

/// One ring a grid is all that a schematic district has.
fn well_known(boundary: &Boundary) -> String {
    let mut text = String::from("POLYGON((");
    for (n, at) in boundary.polygons()[0]
        .outer()
        .positions()
        .iter()
        .enumerate()
    {
        let comma = if n == 0 { "" } else { "," };
        write!(text, "{comma}{:.7} {:.7}", at.lon(), at.lat()).unwrap();
    }
    text.push_str("))");
    text
}
