//! A change of boundaries: the grids before and after it, what differs, and which grids became which.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::boundaries::Note;
use super::map::{MapGrid, Sheet};
use crate::widgets::map::paint::{Class, Tile};
use crate::widgets::map::projection::{Bounds, Point, Viewport, is_on_globe};
use crate::widgets::map::raster::{Raster, dots};
use crate::widgets::map::scale::{DEGREE, RADIUS};

/// Which of the two is looked at where there is room for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    Before,
    #[default]
    After,
}

/// How many grids became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    pub added: usize,
    pub removed: usize,
    /// Of another name or other boundaries.
    pub changed: usize,
    pub same: usize,
    /// About how much land has another grid than before, or one at all, or none any more; in hectares.
    pub moved_ha: f64,
}

/// A grid of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Piece {
    /// Its place on its sheet.
    #[serde(skip)]
    pub grid: usize,
    pub code: String,
    pub name: String,
    /// In hectares.
    pub area_ha: f64,
}

/// Grids that became others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// By its published name, such as `split`.
    pub change: String,
    pub old: Vec<Piece>,
    pub new: Vec<Piece>,
}

impl Step {
    /// What it is called by what became of what, where nobody told.
    fn kind(old: &[Piece], new: &[Piece]) -> &'static str {
        match (old, new) {
            ([], _) => "add",
            (_, []) => "retire",
            ([one], [other]) if one.code != other.code => "transfer",
            ([_], [_, _, ..]) => "split",
            ([_, _, ..], [_]) => "merge",
            _ => "redraw",
        }
    }
}

/// The land within rings of longitude and latitude, in hectares on a sphere: outer borders run counter-clockwise and
/// holes clockwise, as the server writes them.
pub fn hectares(outline: &[Vec<Point>]) -> f64 {
    let ring = |ring: &Vec<Point>| -> f64 {
        let points = || ring.iter().filter(|point| is_on_globe(point));
        let edges = points().zip(points().cycle().skip(1));
        // The band between an edge and the equator.
        let band = |(from, to): (&Point, &Point)| {
            let sines = from[1].to_radians().sin() + to[1].to_radians().sin();
            (from[0] - to[0]).to_radians() * sines / 2.0
        };
        edges.map(band).sum()
    };
    let sphere: f64 = outline.iter().map(ring).sum();
    (sphere * RADIUS * RADIUS).abs() / 10_000.0
}

/// Grids on a sheet, each with whether it differs on the other one.
#[derive(Clone, Debug)]
pub struct Marked {
    pub sheet: Sheet,
    changed: Vec<bool>,
}

impl Marked {
    /// The code of the grid that owns a dot of a raster of the sheet.
    fn owner(&self, raster: &Raster, (x, y): (u32, u32)) -> Option<&str> {
        let grid = raster.dot(x, y)? as usize;
        self.sheet.grids.get(grid).map(|grid| grid.code.as_str())
    }

    /// The grids as they are painted: those that differ with a ground of their own, those of the step in another one.
    pub fn tiles(&self, step: &[Piece]) -> Vec<Tile<'_>> {
        let grids = self.sheet.grids.iter().zip(&self.changed).enumerate();
        grids
            .map(|(at, (grid, changed))| Tile {
                name: &grid.name,
                short: grid.short(),
                class: if step.iter().any(|piece| piece.grid == at) {
                    Class::Chosen
                } else if *changed {
                    Class::Changed
                } else {
                    Class::Plain
                },
                value: None,
                number: 0,
            })
            .collect()
    }
}

/// Both sides on the same plane, so that they can be laid on each other.
#[derive(Clone, Debug)]
pub struct Changeset {
    pub before: Marked,
    pub after: Marked,
    pub tally: Tally,
    pub side: Side,
    /// What became of what, in the order of the changes.
    pub steps: Vec<Step>,
    /// The chosen one.
    pub step: usize,
    /// The chosen step is looked at from near, not the whole.
    pub near: bool,
}

impl Changeset {
    /// Compares by code. All of both is looked at. The notes say which grids became which; what differs beyond them,
    /// such as a neighbour whose border was bent, is a step of its own.
    pub fn new(before: Vec<MapGrid>, after: Vec<MapGrid>, notes: &[Note]) -> Self {
        let whole = around(&Sheet::degrees(&before), &Sheet::degrees(&after));
        let by_code = |grids: &[MapGrid]| -> HashMap<String, MapGrid> {
            let coded = grids.iter().map(|grid| (grid.code.clone(), grid.clone()));
            coded.collect()
        };
        let (old, new) = (by_code(&before), by_code(&after));
        let differs = |grid: &MapGrid, others: &HashMap<String, MapGrid>| {
            let other = others.get(&grid.code);
            other.is_none_or(|o| o.name != grid.name || o.outline != grid.outline)
        };
        let gone: Vec<bool> = before.iter().map(|grid| differs(grid, &new)).collect();
        let come: Vec<bool> = after.iter().map(|grid| differs(grid, &old)).collect();
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        let added = new.keys().filter(|code| !old.contains_key(*code)).count();
        let removed = old.keys().filter(|code| !new.contains_key(*code)).count();
        let steps = steps((&before, &gone), (&after, &come), notes);
        let (changed, same) = (
            count(&come).saturating_sub(added),
            come.len() - count(&come),
        );
        let before = Marked {
            sheet: Sheet::within(before, &whole),
            changed: gone,
        };
        let after = Marked {
            sheet: Sheet::within(after, &whole),
            changed: come,
        };
        Self {
            tally: Tally {
                added,
                removed,
                changed,
                same,
                moved_ha: moved(&before, &after),
            },
            before,
            after,
            side: Side::default(),
            steps,
            step: 0,
            near: false,
        }
    }

    /// Looks at the other side.
    pub const fn turn(&mut self) {
        self.side = match self.side {
            Side::Before => Side::After,
            Side::After => Side::Before,
        };
    }

    /// The chosen step; none where nothing differs.
    pub fn chosen(&self) -> Option<&Step> {
        self.steps.get(self.step)
    }

    /// The grids of the chosen step on one side.
    pub fn pieces(&self, side: Side) -> &[Piece] {
        self.chosen().map_or(&[], |step| match side {
            Side::Before => &step.old,
            Side::After => &step.new,
        })
    }

    /// What is looked at on so many cells: the whole, or the chosen step with what lies around it.
    pub fn viewport(&self, cells: (u16, u16)) -> Viewport {
        let sheet = &self.after.sheet;
        let near = self.chosen().filter(|_| self.near).and_then(|step| {
            let old = step.old.iter();
            let old = old.filter_map(|piece| self.before.sheet.bounds(piece.grid));
            let new = step.new.iter();
            let new = new.filter_map(|piece| sheet.bounds(piece.grid));
            Bounds::around(old.chain(new).flat_map(|bounds| [bounds.low, bounds.high]))
        });
        match near {
            Some(bounds) => Viewport::around(&bounds, sheet.whole(), dots(cells)),
            None => sheet.fit(),
        }
    }
}

/// What became of what: first as the notes say, then the rest of what differs, code by code.
fn steps(
    (before, gone): (&[MapGrid], &[bool]),
    (after, come): (&[MapGrid], &[bool]),
    notes: &[Note],
) -> Vec<Step> {
    let places = |grids: &[MapGrid], differs: &[bool]| -> HashMap<String, usize> {
        let differing = grids.iter().zip(differs).enumerate();
        let differing = differing.filter(|(_, (_, differs))| **differs);
        let places = differing.map(|(at, (grid, _))| (grid.code.clone(), at));
        places.collect()
    };
    let (old, new) = (places(before, gone), places(after, come));
    let pieces = |codes: &[&str], grids: &[MapGrid], places: &HashMap<String, usize>| {
        let found = codes.iter().filter_map(|code| places.get(*code).copied());
        let piece = |at: usize| {
            let grid = grids.get(at)?;
            Some(Piece {
                grid: at,
                code: grid.code.clone(),
                name: crate::text::one_line(&crate::text::clean(&grid.name)),
                area_ha: hectares(&grid.outline),
            })
        };
        found.filter_map(piece).collect::<Vec<Piece>>()
    };
    let mut told: HashSet<&str> = HashSet::new();
    let mut steps = Vec::new();
    let mut step = |change: &str, codes: &[&str]| {
        let (old, new) = (pieces(codes, before, &old), pieces(codes, after, &new));
        if old.is_empty() && new.is_empty() {
            return;
        }
        let kind = Step::kind(&old, &new);
        let change = if change.is_empty() { kind } else { change };
        steps.push(Step {
            change: change.to_owned(),
            old,
            new,
        });
    };
    for note in notes {
        let mut named = HashSet::new();
        let codes = note.grids.iter().map(|grid| grid.id.as_str());
        let codes: Vec<&str> = codes.filter(|code| named.insert(*code)).collect();
        told.extend(&codes);
        step(&note.change, &codes);
    }
    for grid in before.iter().chain(after) {
        if told.insert(grid.code.as_str()) {
            step("", &[grid.code.as_str()]);
        }
    }
    steps
}

/// The cells on which land is compared that has another grid: a step of a four-hundredth of what differs.
const COMPARED: (u16, u16) = (200, 100);

/// About how many hectares have another grid on one side than on the other, counted by the dots of a fine raster.
fn moved(before: &Marked, after: &Marked) -> f64 {
    let bounds = |marked: &Marked| {
        let differing = marked.changed.iter().enumerate().filter(|(_, flag)| **flag);
        let bounds = differing.filter_map(|(grid, _)| marked.sheet.bounds(grid));
        bounds.collect::<Vec<Bounds>>()
    };
    let corners = bounds(before).into_iter().chain(bounds(after));
    let Some(region) = Bounds::around(corners.flat_map(|bounds| [bounds.low, bounds.high])) else {
        return 0.0;
    };
    let (old, new) = (
        before.sheet.raster_within(&region, COMPARED),
        after.sheet.raster_within(&region, COMPARED),
    );
    let (width, height) = dots(COMPARED);
    let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let other = all.filter(|at| before.owner(&old, *at) != after.owner(&new, *at));
    let scale = Viewport::fit(&region).scale(&region, (width, height));
    // No raster has so many dots that their number would not fit.
    let count = u32::try_from(other.count()).map_or(0.0, f64::from);
    let side = scale * DEGREE;
    count * side * side / 10_000.0
}

/// Around both; one without any extent does not count.
fn around(one: &Bounds, other: &Bounds) -> Bounds {
    let has_extent = |bounds: &&Bounds| bounds.extent().iter().any(|side| *side > 0.0);
    let corners = [one, other].into_iter().filter(has_extent);
    let corners = corners.flat_map(|bounds| [bounds.low, bounds.high]);
    Bounds::around(corners).unwrap_or(*one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::case::Named;
    use crate::model::sample;

    fn note(change: &str, codes: &[&str]) -> Note {
        let grids = codes.iter().map(|code| Named {
            id: (*code).to_owned(),
            name: String::new(),
        });
        Note {
            change: change.into(),
            grids: grids.collect(),
        }
    }

    fn codes(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|piece| piece.code.as_str()).collect()
    }

    #[test]
    fn what_was_added_removed_renamed_or_moved_differs_and_nothing_else() {
        let before = sample::map_grids();
        let mut after = before.clone();
        after.remove(0);
        after[0].name = "新名".into();
        after[1].outline[0][0][0] += 0.001;
        after.push(MapGrid {
            code: "320707101201099".into(),
            ..before[0].clone()
        });
        let all = before.len();
        let change = Changeset::new(before, after, &[]);
        let Tally {
            added,
            removed,
            changed,
            same,
            ..
        } = change.tally;
        assert_eq!((added, removed, changed, same), (1, 1, 2, all - 3));
        let marked = |marked: &Marked| -> Vec<usize> {
            let tiles = marked.tiles(&[]);
            let changed = tiles.iter().enumerate();
            changed
                .filter(|(_, tile)| tile.class == Class::Changed)
                .map(|(at, _)| at)
                .collect()
        };
        assert_eq!(marked(&change.before), [0, 1, 2]);
        assert_eq!(marked(&change.after), [0, 1, all - 1]);
        let kinds: Vec<&str> = change.steps.iter().map(|s| s.change.as_str()).collect();
        assert_eq!(kinds, ["retire", "redraw", "redraw", "add"]);
    }

    #[test]
    fn both_sides_lie_on_the_same_plane() {
        let before = sample::map_grids();
        let after = before[3..].to_vec();
        let change = Changeset::new(before, after, &[]);
        let [old, new] = [&change.before.sheet, &change.after.sheet];
        assert_eq!(old.whole(), new.whole());
        assert_eq!(old.centres()[3..], *new.centres());
    }

    #[test]
    fn a_merge_is_one_step_from_its_old_grids_to_the_new_one_and_keeps_their_land() {
        let sides = sample::sides();
        let change = sides.compared();
        let [step] = change.steps.as_slice() else {
            panic!("{:?}", change.steps);
        };
        assert_eq!(step.change, "merge");
        assert_eq!(codes(&step.old), ["320707101201001", "320707101201002"]);
        assert_eq!(codes(&step.new), ["320707101201001"]);
        let area = |pieces: &[Piece]| pieces.iter().map(|piece| piece.area_ha).sum::<f64>();
        let (old, new) = (area(&step.old), area(&step.new));
        assert!((old - new).abs() < 1e-6 * old, "{old} ha became {new} ha");
        // The second grid's land has the first grid's code now.
        let second = step.old[1].area_ha;
        let moved = change.tally.moved_ha;
        assert!(
            (moved - second).abs() < 0.03 * second,
            "{moved} against {second}"
        );
    }

    #[test]
    fn a_neighbour_that_no_note_names_is_a_step_of_its_own_and_what_stayed_is_none() {
        let before = sample::map_grids();
        let mut after = before.clone();
        after[4].outline[0][1][0] += 0.0005;
        let named = note("redraw", &[&before[7].code]);
        let change = Changeset::new(before.clone(), after, &[named]);
        let [step] = change.steps.as_slice() else {
            panic!("{:?}", change.steps);
        };
        assert_eq!(codes(&step.new), [before[4].code.as_str()]);
        assert_eq!(step.change, "redraw");
    }

    #[test]
    fn a_degree_by_a_degree_at_the_equator_is_what_the_sphere_says() {
        let square = |low: f64, high: f64| vec![[low, 0.0], [high, 0.0], [high, 1.0], [low, 1.0]];
        let area = hectares(&[square(0.0, 1.0)]);
        assert!((area - 1_236_340.0).abs() < 200.0, "{area} ha");
        let mut hole = square(0.25, 0.75);
        hole.reverse();
        let without = hectares(&[square(0.0, 1.0), hole]);
        assert!((without - area / 2.0).abs() < 1e-3, "{without} ha");
        assert!(hectares(&[]).abs() < f64::EPSILON);
    }

    #[test]
    fn from_near_the_chosen_step_is_seen_whole() {
        let mut change = sample::sides().compared();
        let cells = (60, 18);
        assert_eq!(change.viewport(cells).steps(), 0);
        change.near = true;
        let near = change.viewport(cells);
        assert!(near.steps() > 0);
        let raster = change.after.sheet.raster(near, cells);
        assert!(raster.spot(change.steps[0].new[0].grid).is_some());
    }
}
