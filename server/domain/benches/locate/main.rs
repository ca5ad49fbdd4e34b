//! How long it takes from a point to its grid, beside an R-tree of boxes with the polygons of `geo`, Shapely and `PostGIS`,
//! whose answers are compared with ours.
//!
//! The grids are those of a schematic district, their borders bent so that each has about 54 corners: contiguous,
//! irregular, with shared borders. Points lie in some grid and are spread evenly ("uni"), or crowd around some places as
//! people do ("pop"). One thread. `GRIDS=1000,1000000 cargo bench --bench locate` asks for other numbers of grids than
//! 1,000, 10,000 and 100,000; a million take minutes and some gigabytes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and tells its figures"
)]

mod land;
mod peers;

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use gridwhistle_domain::place::{Boundary, GridCode, Located, Locator, Position};

use crate::peers::{Asked, Tree};

const POINTS: usize = 200_000;
/// Points that are asked for together: as many as a page of reports has, and a lot.
const BATCHES: [usize; 2] = [32, 1_000];

fn main() {
    let wanted = std::env::var("GRIDS").unwrap_or_else(|_| "1000,10000,100000".to_owned());
    for count in wanted.split(',') {
        measure(count.trim().parse().unwrap());
    }
}

fn measure(count: usize) {
    let (grids, extent) = land::grids(count);
    let corners = land::corners(&grids);
    println!(
        "\n{} grids, {} corners a grid",
        grids.len(),
        corners / grids.len()
    );
    let before = resident();
    let begin = Instant::now();
    let locator = Locator::build(grids.iter().cloned());
    let built = begin.elapsed();
    println!(
        "built in {:.2} s; a grid takes {} bytes of index and {} of corners, {} of memory in all",
        built.as_secs_f64(),
        locator.index_bytes() / grids.len(),
        corners * size_of::<Position>() / grids.len(),
        resident().saturating_sub(before) / grids.len()
    );
    let tree = Tree::build(&grids);
    let sets: Vec<Asked> = [("uni", false), ("pop", true)]
        .into_iter()
        .map(|(name, crowded)| {
            let points = land::points(&tree, &extent, crowded, POINTS);
            let ours = numbers(&grids, &locator.grids_of(&points));
            Asked { name, points, ours }
        })
        .collect();
    for asked in &sets {
        ours(&locator, asked);
        peers::rtree(&tree, asked);
    }
    peers::others(&grids, &sets);
}

/// Our own figures.
fn ours(locator: &Locator, asked: &Asked) {
    let points = &asked.points[..];
    let one = a_second(|| {
        let grids = points.iter().map(|at| locator.locate(*at));
        grids
            .filter(|found| matches!(found, Located::In(_)))
            .count()
    });
    let mut each: Vec<Duration> = points
        .iter()
        .map(|at| {
            let begin = Instant::now();
            black_box(locator.locate(*at));
            begin.elapsed()
        })
        .collect();
    each.sort_unstable();
    print!(
        "{}: one at a time {:.2} M/s, p99 of a call {:?}",
        asked.name,
        one / 1e6,
        each[each.len() * 99 / 100]
    );
    for size in BATCHES {
        let many = a_second(|| {
            let batches = points.chunks(size);
            let found = batches.map(|batch| locator.grids_of(batch).iter().flatten().count());
            found.sum()
        });
        print!(", in batches of {size} {:.2} M/s", many / 1e6);
    }
    println!();
}

/// The grids' places in the list, by their codes.
fn numbers(grids: &[(GridCode, Boundary)], found: &[Option<GridCode>]) -> Vec<Option<usize>> {
    let place = |code: GridCode| grids.binary_search_by_key(&code, |grid| grid.0).ok();
    found.iter().map(|code| code.and_then(place)).collect()
}

/// The best of some runs over all points, as points a second.
fn a_second(mut run: impl FnMut() -> usize) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begin = Instant::now();
        black_box(run());
        best = best.min(begin.elapsed());
    }
    #[expect(clippy::cast_precision_loss, reason = "200,000 is exact")]
    let rate = POINTS as f64 / best.as_secs_f64();
    rate
}

/// Bytes that this process holds (resident set), 0 where the system does not tell.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        let told = line.strip_prefix("VmRSS:")?.trim();
        told.strip_suffix("kB")?.trim().parse::<usize>().ok()
    });
    kilobytes.unwrap_or_default() * 1024
}
