//! How long a frame of the map takes with some two thousand grids in view: layout, the picture into the buffer, and
//! the difference to the frame before, by signs of the terminal and by size. Measured are frames that pan, for each
//! of which the raster is drawn anew, and frames in which but the choice moves, from the kept raster. A frame has
//! 16 ms.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and tells what it measured"
)]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use chrono::Utc;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use whistle::i18n::{Lang, Text};
use whistle::model::app::Model;
use whistle::model::china;
use whistle::model::figures::{Figure, Share};
use whistle::model::map::{MapGrid, MapPage, Rates};
use whistle::model::screens::Screen;
use whistle::theme::{Glyphs, Theme};
use whistle::view::{Look, view};
use whistle::widgets::map::hit::Way;
use whistle::widgets::map::panes::{body, divide};
use whistle::widgets::map::raster::dots;

/// Columns and rows of grids: four thousand, of which one step closer half are in view and there is room to pan.
const GRIDS: (u32, u32) = (80, 50);

/// Corners on each side of a grid, about as many as surveyed boundaries have.
const CORNERS: u32 = 12;

/// Frames that are measured, after as many as fill caches.
const FRAMES: usize = 400;
const WARM: usize = 20;

/// Round in a square, so that every frame shows another part.
const ROUND: [Way; 8] = [
    Way::Right,
    Way::Right,
    Way::Down,
    Way::Down,
    Way::Left,
    Way::Left,
    Way::Up,
    Way::Up,
];

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

/// The map's cells on a screen of that size.
fn cells(screen: (u16, u16)) -> (u16, u16) {
    let map = divide(body(screen)).map.unwrap();
    (map.width, map.height)
}

/// The page of the map on top, with the whole closer by a step.
fn opened(screen: (u16, u16)) -> Model {
    let mut page = page();
    page.zoom(true, cells(screen));
    let mut model = Model::new(Lang::Chinese, "http://127.0.0.1:8080".into());
    model.size = screen;
    model.stack = vec![Screen::Map(Box::new(page))];
    model
}

fn map(model: &mut Model) -> &mut MapPage {
    match model.screen_mut() {
        Some(Screen::Map(page)) => page,
        _ => unreachable!("the map was opened"),
    }
}

/// How many grids own a dot of what is looked at.
fn in_view(model: &mut Model, cells: (u16, u16)) -> usize {
    let page = map(model);
    let raster = page.raster(cells).unwrap();
    let (width, height) = dots(cells);
    let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let owners: HashSet<u32> = all.filter_map(|(x, y)| raster.dot(x, y)).collect();
    owners.len()
}

/// The times of frames, each after the change that it shows.
fn frames(
    model: &mut Model,
    theme: Theme,
    mut change: impl FnMut(&mut MapPage, usize),
) -> Vec<Duration> {
    let words = Text::new(Lang::Chinese);
    let now = Utc::now().with_timezone(&china());
    let (width, height) = model.size;
    let cells = cells(model.size);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let mut times = Vec::with_capacity(FRAMES);
    for n in 0..WARM + FRAMES {
        let from = Instant::now();
        let page = map(model);
        change(page, n);
        // What follows every message before the picture.
        page.keep(cells);
        let look = Look {
            model,
            theme,
            words: &words,
            now,
        };
        terminal
            .draw(|frame| {
                view(look, frame);
            })
            .unwrap();
        times.push(from.elapsed());
    }
    times.split_off(WARM)
}

/// Mean and 99th percentile in milliseconds.
fn told(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let sum: Duration = times.iter().sum();
    let mean = ms(sum) / f64::from(u32::try_from(times.len()).unwrap());
    let p99 = ms(times[times.len() * 99 / 100]);
    format!("{mean:>8.2} | {p99:>8.2}")
}

fn main() {
    println!("| signs   | screen  | grids in view | frame       |  mean ms |   p99 ms |");
    println!("|---------|---------|--------------:|-------------|---------:|---------:|");
    for (signs, mono, glyphs) in [
        ("braille", false, Glyphs::Unicode),
        ("ascii", true, Glyphs::Ascii),
    ] {
        let theme = Theme { mono, glyphs };
        for screen in [(80, 24), (120, 40)] {
            let cells = cells(screen);
            let mut model = opened(screen);
            let grids = in_view(&mut model, cells);
            let size = format!("{}x{}", screen.0, screen.1);
            let line = |what: &str, times| {
                let told = told(times);
                println!("| {signs:<7} | {size:<7} | {grids:>13} | {what:<11} | {told} |");
            };
            let pan = |page: &mut MapPage, n: usize| page.pan(ROUND[n % ROUND.len()], cells);
            line("panned", frames(&mut model, theme, pan));
            let choose = |page: &mut MapPage, n: usize| {
                page.selected = page.shown().get(n).copied();
            };
            line("chosen", frames(&mut model, theme, choose));
        }
    }
}
