//! The peers, on the same grids and points in the same run, with how many of their answers are ours.
//!
//! An R-tree of boxes with the polygons of `geo` behind it is always there. Shapely (`pip install shapely`) answers in bulk
//! through its STR-tree with prepared polygons; `PostGIS` joins points and grids through its index, where `LOCATE_POSTGIS`
//! names a database in the words of `psql`, such as `postgresql:///bench`. Who is not there is left out, and said so.
//!
//! A point on a border lies in no grid for some of them and in several for others; every other difference is an error.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use geo::{Contains as _, LineString, MultiPolygon, Point, Polygon};
use gridwhistle_domain::place::{Boundary, Crs, GridCode, Position, Ring};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use crate::a_second;

/// Points, and in which grid each lies by our own answer.
pub struct Asked {
    pub name: &'static str,
    pub points: Vec<Position>,
    pub ours: Vec<Option<usize>>,
}

/// An R-tree of boxes, and the polygons of `geo` behind it.
pub struct Tree {
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    polygons: Vec<MultiPolygon<f64>>,
}

impl Tree {
    pub fn build(grids: &[(GridCode, Boundary)]) -> Self {
        let line = |ring: &Ring| {
            let corners = ring.positions().iter();
            corners
                .map(|at| (at.lon(), at.lat()))
                .collect::<LineString<f64>>()
        };
        let polygons = grids.iter().map(|(_, boundary)| {
            let parts = boundary.polygons().iter();
            parts
                .map(|p| Polygon::new(line(p.outer()), p.holes().iter().map(line).collect()))
                .collect()
        });
        let boxes = grids.iter().enumerate().map(|(number, (_, boundary))| {
            let bbox = boundary.bbox();
            let (low, high) = (bbox.south_west, bbox.north_east);
            let bounds = Rectangle::from_corners([low.lon(), low.lat()], [high.lon(), high.lat()]);
            GeomWithData::new(bounds, number)
        });
        Self {
            boxes: RTree::bulk_load(boxes.collect()),
            polygons: polygons.collect(),
        }
    }

    /// The grid in which the point lies, not on its border.
    pub fn grid_of(&self, at: Point) -> Option<usize> {
        let mut near = self.boxes.locate_all_at_point(&[at.x(), at.y()]);
        near.find(|found| self.polygons[found.data].contains(&at))
            .map(|found| found.data)
    }
}

pub fn rtree(tree: &Tree, asked: &Asked) {
    let find = |at: &Position| tree.grid_of(Point::new(at.lon(), at.lat()));
    let rate = a_second(|| asked.points.iter().filter_map(find).count());
    let theirs: Vec<Option<usize>> = asked.points.iter().map(find).collect();
    println!(
        "{}: R-tree and geo {:.2} M/s; {}",
        asked.name,
        rate / 1e6,
        agreement(asked, &theirs)
    );
}

/// How many answers are ours.
fn agreement(asked: &Asked, theirs: &[Option<usize>]) -> String {
    let both = asked.ours.iter().zip(theirs);
    let same = both.filter(|(ours, theirs)| ours == theirs).count();
    format!("{same} of {} answers are ours", asked.points.len())
}

const SHAPELY: &str = r#"
import sys, time
import numpy, shapely
folder = sys.argv[1]
grids = shapely.from_wkt(open(folder + "/grids.wkt").read().splitlines())
shapely.prepare(grids)
begin = time.perf_counter()
tree = shapely.STRtree(grids)
built = time.perf_counter() - begin
for name in ("uni", "pop"):
    points = shapely.points(numpy.loadtxt(folder + "/" + name + ".txt"))
    best = 1e9
    for _ in range(3):
        begin = time.perf_counter()
        found = tree.query(points, predicate="within")
        best = min(best, time.perf_counter() - begin)
    numpy.savetxt(folder + "/" + name + ".shapely", found.T, fmt="%d")
    print(f"{name}: Shapely {shapely.__version__} STRtree, in bulk, prepared {len(points)/best/1e6:.3f} M/s")
print(f"Shapely built its tree in {built:.2f} s")
"#;

const POSTGIS: &str = r"
\set ON_ERROR_STOP 1
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS bench_grids, bench_uni, bench_pop;
CREATE UNLOGGED TABLE bench_grids (wkt text, n bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 0));
CREATE UNLOGGED TABLE bench_uni (x float8, y float8, n bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 0));
CREATE UNLOGGED TABLE bench_pop (x float8, y float8, n bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 0));
\copy bench_grids (wkt) FROM 'FOLDER/grids.wkt' WITH (DELIMITER E'\t')
\copy bench_uni (x, y) FROM 'FOLDER/uni.txt' WITH (DELIMITER ' ')
\copy bench_pop (x, y) FROM 'FOLDER/pop.txt' WITH (DELIMITER ' ')
ALTER TABLE bench_grids ADD COLUMN geom geometry(Geometry, 4326);
UPDATE bench_grids SET geom = ST_GeomFromText(wkt, 4326);
CREATE INDEX ON bench_grids USING gist (geom);
VACUUM ANALYZE bench_grids;
ALTER TABLE bench_uni ADD COLUMN geom geometry(Point, 4326);
UPDATE bench_uni SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326);
ALTER TABLE bench_pop ADD COLUMN geom geometry(Point, 4326);
UPDATE bench_pop SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326);
VACUUM ANALYZE bench_uni;
VACUUM ANALYZE bench_pop;
SET max_parallel_workers_per_gather = 0;
\echo PostGIS, join in bulk, uni then pop, of all points:
\timing on
SELECT count(*) FROM bench_uni p JOIN bench_grids g ON ST_Contains(g.geom, p.geom);
SELECT count(*) FROM bench_pop p JOIN bench_grids g ON ST_Contains(g.geom, p.geom);
\timing off
\copy (SELECT p.n, g.n FROM bench_uni p JOIN bench_grids g ON ST_Contains(g.geom, p.geom)) TO 'FOLDER/uni.postgis' WITH (DELIMITER ' ')
\copy (SELECT p.n, g.n FROM bench_pop p JOIN bench_grids g ON ST_Contains(g.geom, p.geom)) TO 'FOLDER/pop.postgis' WITH (DELIMITER ' ')
DROP TABLE bench_grids, bench_uni, bench_pop;
";

/// Lets those answer that are programs of their own, and prints what they say.
pub fn others(grids: &[(GridCode, Boundary)], sets: &[Asked]) {
    let folder = std::env::temp_dir().join("gridwhistle-locate");
    fs::create_dir_all(&folder).unwrap();
    let wkt: String = grids.iter().fold(String::new(), |mut text, (_, boundary)| {
        text.push_str(&boundary.to_wkt_in(Crs::Wgs84));
        text.push('\n');
        text
    });
    fs::write(folder.join("grids.wkt"), wkt).unwrap();
    for asked in sets {
        let text = asked.points.iter().fold(String::new(), |mut text, at| {
            writeln!(text, "{:.7} {:.7}", at.lon(), at.lat()).unwrap();
            text
        });
        fs::write(folder.join(format!("{}.txt", asked.name)), text).unwrap();
    }
    let mut python = Command::new("python3");
    python.args(["-c", SHAPELY]).arg(&folder);
    if said("Shapely", python) {
        compare(&folder, "shapely", sets);
    }
    let Ok(database) = std::env::var("LOCATE_POSTGIS") else {
        println!("PostGIS left out: LOCATE_POSTGIS names no database");
        return;
    };
    let script = folder.join("peers.sql");
    let text = POSTGIS.replace("FOLDER", &folder.display().to_string());
    fs::write(&script, text).unwrap();
    let mut psql = Command::new("psql");
    psql.args(["-qAt", "-d", database.as_str(), "-f"])
        .arg(&script);
    if said("PostGIS", psql) {
        compare(&folder, "postgis", sets);
    }
}

/// Runs a peer; answers whether it was there.
fn said(peer: &str, mut program: Command) -> bool {
    match program.output() {
        Ok(told) if told.status.success() => {
            print!("{}", String::from_utf8_lossy(&told.stdout));
            return true;
        }
        Ok(told) => println!("{peer} left out: {}", String::from_utf8_lossy(&told.stderr)),
        Err(error) => println!("{peer} left out: {error}"),
    }
    false
}

/// Compares the answers of a peer, one a line: the number of the point and that of the grid.
fn compare(folder: &Path, peer: &str, sets: &[Asked]) {
    for asked in sets {
        let file = folder.join(format!("{}.{peer}", asked.name));
        let mut theirs = vec![None; asked.points.len()];
        for line in fs::read_to_string(file).unwrap().lines() {
            let (point, grid) = line.split_once(' ').unwrap();
            theirs[point.parse::<usize>().unwrap()] = Some(grid.parse().unwrap());
        }
        println!("{}: {peer}: {}", asked.name, agreement(asked, &theirs));
    }
}
