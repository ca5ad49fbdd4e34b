//! The map of a division's grids: what it shows, what is looked at, what is chosen.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use serde::Serialize;
use tui_input::Input;

use super::Time;
use super::figures::{Figure, Period, Range, Share};
use super::picker::{Item, matching};
pub use super::sheet::Sheet;
use crate::widgets::map::hit::{Way, closest, nearest};
use crate::widgets::map::paint::{Class, Tile};
use crate::widgets::map::projection::{Bounds, Lens, Point, Viewport};
use crate::widgets::map::raster::{Raster, dots};
use crate::widgets::map::scale::DEGREE;

/// A grid as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MapGrid {
    /// 15 digits.
    pub code: String,
    pub name: String,
    pub village: String,
    /// 示意边界: drawn for demonstration, not surveyed.
    pub schematic: bool,
    /// A point inside, degrees of WGS 84.
    pub label: Option<Point>,
    /// Rings of longitude and latitude, outer borders and holes alike; without any it is in the list alone.
    pub outline: Vec<Vec<Point>>,
}

impl MapGrid {
    /// The name without that of the village, which its neighbours mostly share.
    pub fn short(&self) -> &str {
        let rest = self.name.strip_prefix(&self.village);
        rest.map(str::trim_start)
            .filter(|rest| !rest.is_empty())
            .unwrap_or(&self.name)
    }
}

/// Rates by grid.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    pub as_of: Option<Time>,
    /// In no order; of each its grid's code.
    pub shares: Vec<Share>,
}

/// The digits of a grid's code that are its village's.
const VILLAGE: usize = 12;

/// The rates that the map can show, the first one first.
pub const INDICATORS: [&str; 5] = [
    "resolution_rate",
    "response_rate",
    "satisfaction_rate",
    "closure_rate",
    "on_time_closure_rate",
];

/// A raster and what it was drawn for.
#[derive(Clone, Debug)]
struct Kept {
    viewport: Viewport,
    cells: (u16, u16),
    raster: Raster,
}

/// A case whose position the map shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub number: String,
    /// Degrees of WGS 84.
    pub at: Point,
    /// The code of its grid, where it lies in one.
    pub grid: Option<String>,
}

/// The map's screen.
#[derive(Clone, Debug)]
pub struct MapPage {
    /// The division, and the period of the rates.
    pub range: Range,
    /// The name of the division.
    pub title: String,
    /// Of [`INDICATORS`].
    pub indicator: usize,
    pub sheet: Option<Sheet>,
    pub rates: Option<Rates>,
    /// The case from which it was opened.
    pub mark: Option<Mark>,
    /// The list has the keyboard, not the map.
    pub in_list: bool,
    pub filter: Input,
    /// A grid of the sheet.
    pub selected: Option<usize>,
    /// Somebody has chosen a grid: until then the first of the list is.
    moved: bool,
    viewport: Option<Viewport>,
    /// Figures of the grids of the sheet.
    figures: Vec<Option<Figure>>,
    /// Grids of the sheet, the worst first.
    order: Vec<usize>,
    /// Those of `order` that the filter leaves.
    shown: Vec<usize>,
    kept: Option<Kept>,
}

impl MapPage {
    pub fn new(division: String, title: String) -> Self {
        Self {
            range: Range {
                division,
                unit: None,
                period: Period::default(),
            },
            title,
            indicator: 0,
            sheet: None,
            rates: None,
            mark: None,
            in_list: false,
            filter: Input::default(),
            selected: None,
            moved: false,
            viewport: None,
            figures: Vec::new(),
            order: Vec::new(),
            shown: Vec::new(),
            kept: None,
        }
    }

    /// The rate that is shown.
    pub fn indicator(&self) -> &'static str {
        INDICATORS
            .get(self.indicator)
            .copied()
            .unwrap_or(INDICATORS[0])
    }

    /// Takes the grids; what is chosen stays.
    pub fn take_grids(&mut self, grids: Vec<MapGrid>) {
        let chosen = self.chosen().map(|grid| grid.code.clone());
        let sheet = Sheet::new(grids);
        self.selected = chosen.and_then(|code| sheet.grids.iter().position(|g| g.code == code));
        self.viewport = Some(sheet.fit());
        self.sheet = Some(sheet);
        self.kept = None;
        self.rank();
    }

    /// Takes the rates, or lets go of those of another indicator or period.
    pub fn take_rates(&mut self, rates: Option<Rates>) {
        self.rates = rates;
        self.rank();
    }

    /// Brings figures and order in line with grids and rates: the worst first, then what is too few to be judged, then
    /// where nothing counts.
    fn rank(&mut self) {
        let grids = self
            .sheet
            .as_ref()
            .map_or(&[][..], |sheet| sheet.grids.as_slice());
        let by_code: HashMap<&str, &Figure> = self
            .rates
            .iter()
            .flat_map(|rates| &rates.shares)
            .map(|share| (share.code.as_str(), &share.figure))
            .collect();
        self.figures = grids
            .iter()
            .map(|grid| by_code.get(grid.code.as_str()).copied().cloned())
            .collect();
        let mut order: Vec<usize> = (0..grids.len()).collect();
        let place = |grid: usize| {
            let standing = match self.class(grid) {
                Class::Nothing => 2,
                Class::Few => 1,
                _ => 0,
            };
            (standing, self.value(grid).unwrap_or_default())
        };
        order.sort_by(|a, b| {
            let (one, other) = (place(*a), place(*b));
            let worse = one.1.partial_cmp(&other.1).unwrap_or(Ordering::Equal);
            one.0.cmp(&other.0).then(worse).then(a.cmp(b))
        });
        self.order = order;
        if !self.moved {
            self.selected = None;
        }
        self.refilter();
    }

    /// Brings the list in line with the filter; where the chosen grid is not in it the first one is chosen.
    pub fn refilter(&mut self) {
        let grids = self
            .sheet
            .as_ref()
            .map_or(&[][..], |sheet| sheet.grids.as_slice());
        if self.filter.value().trim().is_empty() {
            self.shown.clone_from(&self.order);
        } else {
            let items: Vec<Item> = self
                .order
                .iter()
                .filter_map(|at| grids.get(*at))
                .map(|grid| Item {
                    id: String::new(),
                    name: grid.name.clone(),
                    detail: format!("{} {}", grid.code, grid.village),
                })
                .collect();
            self.shown = matching(&items, self.filter.value())
                .into_iter()
                .filter_map(|at| self.order.get(at).copied())
                .collect();
        }
        if self.selected.is_none_or(|grid| !self.shown.contains(&grid)) {
            self.selected = self.shown.first().copied();
        }
    }

    /// The grids of the list in its order.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// Where the chosen grid stands in the list.
    pub fn place(&self) -> usize {
        let at = self
            .selected
            .and_then(|grid| self.shown.iter().position(|g| *g == grid));
        at.unwrap_or(0)
    }

    /// The chosen grid.
    pub fn chosen(&self) -> Option<&MapGrid> {
        self.sheet.as_ref()?.grids.get(self.selected?)
    }

    /// The figure of a grid; absent while there are no rates, and where nothing was due.
    pub fn figure(&self, grid: usize) -> Option<&Figure> {
        self.figures.get(grid)?.as_ref()
    }

    /// The rate of a grid, per cent.
    pub fn value(&self, grid: usize) -> Option<f64> {
        self.figure(grid).and_then(|figure| figure.value)
    }

    /// How the rate of a grid is judged.
    pub fn class(&self, grid: usize) -> Class {
        let n = self.figure(grid).and_then(|figure| figure.denominator);
        Class::of(self.value(grid), n.unwrap_or(0))
    }

    /// The grids as they are painted: without rates by their names alone.
    pub fn tiles(&self) -> Vec<Tile<'_>> {
        let grids = self
            .sheet
            .as_ref()
            .map_or(&[][..], |sheet| sheet.grids.as_slice());
        let mut numbers = vec![0; grids.len()];
        for (place, grid) in self.order.iter().enumerate() {
            if let Some(number) = numbers.get_mut(*grid) {
                *number = place + 1;
            }
        }
        let tiles = grids.iter().zip(numbers).enumerate();
        tiles
            .map(|(at, (grid, number))| Tile {
                name: &grid.name,
                short: grid.short(),
                class: if self.rates.is_some() {
                    self.class(at)
                } else {
                    Class::Plain
                },
                value: self.value(at),
                number,
            })
            .collect()
    }

    /// What is looked at.
    pub fn viewport(&self) -> Option<Viewport> {
        self.viewport
    }

    /// The raster for so many cells: the kept one where it is still right.
    pub fn raster(&self, cells: (u16, u16)) -> Option<Cow<'_, Raster>> {
        let (sheet, viewport) = (self.sheet.as_ref()?, self.viewport?);
        let kept = self
            .kept
            .as_ref()
            .filter(|kept| kept.viewport == viewport && kept.cells == cells);
        Some(match kept {
            Some(kept) => Cow::Borrowed(&kept.raster),
            None => Cow::Owned(sheet.raster(viewport, cells)),
        })
    }

    /// Draws the raster ahead, so that the pictures to come need none: until the viewport, the size or the grids
    /// change.
    pub fn keep(&mut self, cells: (u16, u16)) {
        let Some(Cow::Owned(raster)) = self.raster(cells) else {
            return;
        };
        if let Some(viewport) = self.viewport {
            self.kept = Some(Kept {
                viewport,
                cells,
                raster,
            });
        }
    }

    /// The cell in which the chosen grid's own point lies, on a map of so many cells.
    pub fn here(&self, cells: (u16, u16)) -> Option<(u16, u16)> {
        let sheet = self.sheet.as_ref()?;
        let point = sheet.centres().get(self.selected?)?;
        Lens::new(self.viewport?, sheet.whole(), dots(cells)).cell(*point)
    }

    /// Chooses a grid and brings it onto the map of so many cells.
    pub fn choose(&mut self, grid: usize, cells: (u16, u16)) {
        self.selected = Some(grid);
        self.moved = true;
        if let (Some(sheet), Some(viewport)) = (&self.sheet, self.viewport)
            && let Some(point) = sheet.centres().get(grid)
        {
            self.viewport = Some(viewport.show(*point, sheet.whole(), dots(cells)));
        }
    }

    /// The next grid that way among those that the filter leaves; the one in the middle where none is chosen.
    pub fn neighbour(&self, way: Way) -> Option<usize> {
        let sheet = self.sheet.as_ref()?;
        let centres = sheet.centres();
        let points = || {
            let shown = self.shown.iter();
            shown.filter_map(move |grid| Some((*grid, *centres.get(*grid)?)))
        };
        match self.selected.and_then(|grid| centres.get(grid)) {
            Some(from) => nearest(points(), *from, way),
            None => closest(points(), self.viewport?.centre()),
        }
    }

    /// A step closer or farther away, towards the chosen grid.
    pub fn zoom(&mut self, closer: bool, cells: (u16, u16)) {
        if let (Some(sheet), Some(viewport)) = (&self.sheet, self.viewport) {
            let zoomed = viewport.zoom(closer, sheet.whole(), dots(cells));
            let point = self.selected.and_then(|grid| sheet.centres().get(grid));
            self.viewport = Some(match point {
                Some(point) => zoomed.show(*point, sheet.whole(), dots(cells)),
                None => zoomed,
            });
        }
    }

    /// As close as the village of the chosen grid is seen whole.
    pub fn to_village(&mut self, cells: (u16, u16)) {
        let Some((sheet, chosen)) = self.sheet.as_ref().zip(self.chosen()) else {
            return;
        };
        let village = chosen.code.get(..VILLAGE);
        let grids = sheet.grids.iter().enumerate();
        let same = grids.filter(|(_, grid)| grid.code.get(..VILLAGE) == village);
        let bounds = same.filter_map(|(at, _)| sheet.bounds(at));
        let around = Bounds::around(bounds.flat_map(|bounds| [bounds.low, bounds.high]));
        if let Some(bounds) = around {
            self.viewport = Some(Viewport::around(&bounds, sheet.whole(), dots(cells)));
        }
    }

    /// Chooses the grid of the case from which the map was opened, and brings its position onto the map.
    pub fn to_mark(&mut self, cells: (u16, u16)) {
        let Some((sheet, mark)) = self.sheet.as_ref().zip(self.mark.as_ref()) else {
            return;
        };
        let (point, code) = (sheet.project(mark.at), mark.grid.as_deref());
        let grid = sheet
            .grids
            .iter()
            .position(|grid| Some(grid.code.as_str()) == code);
        if let Some(grid) = grid {
            self.selected = Some(grid);
            self.moved = true;
            self.to_village(cells);
        }
        if let (Some(sheet), Some(viewport), Some(point)) = (&self.sheet, self.viewport, point) {
            self.viewport = Some(viewport.show(point, sheet.whole(), dots(cells)));
        }
    }

    /// The cell in which the case lies from which the map was opened; absent where it is not seen.
    pub fn marked(&self, cells: (u16, u16)) -> Option<(u16, u16)> {
        let (sheet, mark) = self.sheet.as_ref().zip(self.mark.as_ref())?;
        let point = sheet.project(mark.at)?;
        Lens::new(self.viewport?, sheet.whole(), dots(cells)).cell(point)
    }

    /// How many metres a cell is wide, on a map of so many cells.
    pub fn metres_per_cell(&self, cells: (u16, u16)) -> Option<f64> {
        let sheet = self.sheet.as_ref()?;
        let dot = self.viewport?.scale(sheet.whole(), dots(cells));
        Some(2.0 * dot * DEGREE)
    }

    /// A quarter of the map that way.
    pub fn pan(&mut self, way: Way, cells: (u16, u16)) {
        if let (Some(sheet), Some(viewport)) = (&self.sheet, self.viewport) {
            self.viewport = Some(viewport.pan(way, sheet.whole(), dots(cells)));
        }
    }

    /// All of it.
    pub fn fit(&mut self) {
        self.viewport = self.sheet.as_ref().map(Sheet::fit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn page() -> MapPage {
        let mut page = MapPage::new("320707101000".into(), "柘汪镇".into());
        page.take_grids(sample::map_grids());
        page.take_rates(Some(sample::rates("resolution_rate")));
        page
    }

    fn names(page: &MapPage) -> Vec<&str> {
        let grids = &page.sheet.as_ref().unwrap().grids;
        page.shown()
            .iter()
            .map(|at| grids[*at].name.as_str())
            .collect()
    }

    #[test]
    fn the_worst_grid_stands_first_and_where_nothing_counts_last() {
        let page = page();
        let order: Vec<Class> = page.shown().iter().map(|grid| page.class(*grid)).collect();
        assert_eq!(order.first(), Some(&Class::Below80));
        assert_eq!(order.last(), Some(&Class::Nothing));
        let few = order.iter().position(|class| *class == Class::Few).unwrap();
        assert!(few + 2 == order.len(), "{order:?}");
    }

    #[test]
    fn grids_are_found_by_pinyin_initials_and_code() {
        let mut page = page();
        let mut found = |typed: &str| {
            page.filter = Input::new(typed.into());
            page.refilter();
            names(&page).join(" ")
        };
        assert!(
            found("dsc2").starts_with("大沙村第2网格"),
            "names before codes"
        );
        assert_eq!(found("320707101201001"), "西林子村第1网格");
        assert_eq!(found("西林"), found("xilin"));
        assert_eq!(found("zzz"), "");
    }

    #[test]
    fn a_raster_is_drawn_once_for_what_is_looked_at() {
        let mut page = page();
        page.keep((56, 20));
        assert!(matches!(page.raster((56, 20)), Some(Cow::Borrowed(_))));
        assert!(matches!(page.raster((40, 20)), Some(Cow::Owned(_))));
        page.zoom(true, (56, 20));
        assert!(matches!(page.raster((56, 20)), Some(Cow::Owned(_))));
        page.keep((56, 20));
        page.take_rates(None);
        assert!(matches!(page.raster((56, 20)), Some(Cow::Borrowed(_))));
        page.take_grids(sample::map_grids());
        assert!(matches!(page.raster((56, 20)), Some(Cow::Owned(_))));
    }

    #[test]
    fn what_is_chosen_stays_chosen_when_the_grids_come_anew() {
        let mut page = page();
        page.choose(5, (56, 20));
        let code = page.chosen().unwrap().code.clone();
        let mut grids = sample::map_grids();
        grids.reverse();
        page.take_grids(grids);
        assert_eq!(page.chosen().unwrap().code, code);
    }

    #[test]
    fn a_short_name_leaves_the_village_away() {
        let grid = MapGrid {
            name: "西林子村第1网格".into(),
            village: "西林子村".into(),
            ..MapGrid::default()
        };
        assert_eq!(grid.short(), "第1网格");
        let alone = MapGrid {
            name: "西林子村".into(),
            ..grid
        };
        assert_eq!(alone.short(), "西林子村");
    }
}
