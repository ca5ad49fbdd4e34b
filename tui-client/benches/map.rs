//! How long a picture of the map takes with two thousand grids in view: drawn anew, as after zooming, and painted
//! from the kept raster, as after choosing another grid. A frame has 16 ms.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use whistle::model::figures::{Figure, Share};
use whistle::model::map::{MapGrid, MapPage, Rates};
use whistle::theme::Theme;
use whistle::widgets::map::paint::Picture;
use whistle::widgets::map::panes::{body, divide};

/// Columns and rows of grids: two thousand.
const GRIDS: (u32, u32) = (50, 40);

/// Corners on each side of a grid, about as many as surveyed boundaries have.
const CORNERS: u32 = 12;

/// A county of grids with crooked borders that neighbours share.
fn county() -> Vec<MapGrid> {
    let point = |i: u32, j: u32| {
        let shift = |a: u32, b: u32| f64::from((i * a + j * b) % 7) / 7.0 - 0.5;
        [
            118.9 + (f64::from(i) + 0.8 * shift(3, 5)) * 0.01 / f64::from(CORNERS),
            34.6 + (f64::from(j) + 0.8 * shift(5, 2)) * 0.01 / f64::from(CORNERS),
        ]
    };
    let places = (0..GRIDS.1).flat_map(|j| (0..GRIDS.0).map(move |i| (i, j)));
    places
        .map(|(i, j)| {
            let (west, south) = (i * CORNERS, j * CORNERS);
            let (east, north) = (west + CORNERS, south + CORNERS);
            let ring = (0..CORNERS)
                .map(|n| point(west + n, south))
                .chain((0..CORNERS).map(|n| point(east, south + n)))
                .chain((0..CORNERS).map(|n| point(east - n, north)))
                .chain((0..=CORNERS).map(|n| point(west, north - n)))
                .collect();
            MapGrid {
                code: format!("320707101{j:03}{i:03}"),
                name: format!("第{j}村第{i}网格"),
                village: format!("第{j}村"),
                schematic: false,
                label: Some(point(west + CORNERS / 2, south + CORNERS / 2)),
                outline: vec![ring],
            }
        })
        .collect()
}

fn page() -> MapPage {
    let grids = county();
    let shares = grids.iter().zip(0i32..).map(|(grid, n)| Share {
        code: grid.code.clone(),
        name: grid.name.clone(),
        figure: Figure {
            value: Some(f64::from(n % 40) + 60.0),
            denominator: Some(i64::from(n % 90)),
            ..Figure::default()
        },
    });
    let rates = Rates {
        as_of: None,
        shares: shares.collect(),
    };
    let mut page = MapPage::new("320707000000".into(), "赣榆区".into());
    page.take_grids(grids);
    page.take_rates(Some(rates));
    page
}

fn paint(page: &MapPage, area: Rect, buffer: &mut Buffer) {
    let size = (area.width, area.height);
    let raster = page.raster(size).unwrap();
    let tiles = page.tiles();
    let picture = Picture {
        raster: &raster,
        tiles: &tiles,
        selected: page.selected,
        here: page.here(size),
        theme: Theme::default(),
    };
    picture.render(area, buffer);
}

fn frames(criterion: &mut Criterion) {
    let mut page = page();
    let mut group = criterion.benchmark_group("map of 2000 grids");
    for screen in [(80, 24), (160, 48)] {
        let area = divide(body(screen)).map.unwrap();
        let mut buffer = Buffer::empty(Rect::new(0, 0, screen.0, screen.1));
        let name = |what: &str| format!("{what} {}x{}", screen.0, screen.1);
        group.bench_function(name("drawn anew"), |bench| {
            bench.iter(|| paint(black_box(&page), area, &mut buffer));
        });
        page.keep((area.width, area.height));
        group.bench_function(name("from the kept raster"), |bench| {
            bench.iter(|| paint(black_box(&page), area, &mut buffer));
        });
        // For the next size nothing is kept.
        page.keep((1, 1));
    }
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
