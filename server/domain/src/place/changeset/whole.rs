//! What several changes leave together: no land twice, and no hole that was not there before.

use std::collections::BTreeSet;

use super::super::boundary::{Bbox, Boundary};
use super::super::change::{ChangeFault, ChangeFaultCode};
use super::super::coverage::{common_land, overlaps};
use super::super::grid::{Grid, GridCode};
use super::super::linework::joined_border;
use super::super::merge::enclosed_gaps;
use super::Draft;

/// Land that a change takes from a grid; another may take it.
pub(super) struct GivenUp {
    pub code: GridCode,
    pub land: Boundary,
    /// What of the change gives it up.
    pub pointer: String,
    /// The grids of the ground whose land it was.
    pub origins: BTreeSet<GridCode>,
}

/// Grids by their land.
type Lands<'d> = [(GridCode, &'d Boundary)];

impl Draft<'_> {
    /// Tells land that two grids would claim, or else the holes that come about.
    pub(super) fn check_whole(&self) -> Vec<ChangeFault> {
        let candidates: Vec<(GridCode, &Boundary)> = self
            .differing
            .iter()
            .filter_map(|(code, (grid, _))| Some((*code, &grid.as_ref()?.boundary)))
            .collect();
        let neighbours: Vec<(GridCode, &Boundary)> = self
            .ground
            .grids
            .iter()
            .filter(|(code, _)| !self.differing.contains_key(*code))
            .map(|(code, grid)| (*code, &grid.boundary))
            .collect();
        let twice = self.overlaps(&candidates, &neighbours);
        if twice.is_empty() {
            self.holes(&candidates, &neighbours)
        } else {
            twice
        }
    }

    fn overlaps(&self, candidates: &Lands<'_>, neighbours: &Lands<'_>) -> Vec<ChangeFault> {
        let told = overlaps(candidates, neighbours).into_iter().map(|overlap| {
            // Of two that changed the later change is pointed at.
            let number = [overlap.a, overlap.b]
                .iter()
                .filter_map(|code| self.differing.get(code).map(|(_, number)| *number))
                .max()
                .unwrap_or_default();
            ChangeFault {
                grids: vec![overlap.a, overlap.b],
                area_m2: Some(overlap.area_m2),
                ..ChangeFault::new(ChangeFaultCode::Overlap, format!("/{number}"), overlap.a)
                    .at(overlap.at)
            }
        });
        told.collect()
    }

    /// The land that the grids enclose afterwards, and that was a grid's or lay open before. Nothing overlaps.
    fn holes(&self, candidates: &Lands<'_>, neighbours: &Lands<'_>) -> Vec<ChangeFault> {
        let old: Vec<&Boundary> = self
            .differing
            .keys()
            .filter_map(|code| Some(&self.ground.grids.get(code)?.boundary))
            .collect();
        let new: Vec<&Boundary> = candidates.iter().map(|(_, land)| *land).collect();
        // What is split, merged or passed on keeps its outline: only inner borders differ.
        if joined_border(&old) == joined_border(&new) {
            return Vec::new();
        }
        let after: Vec<&Boundary> = neighbours
            .iter()
            .map(|(_, land)| *land)
            .chain(new.iter().copied())
            .collect();
        // A gap that no grid touches which has changed is what it was.
        let touched: Vec<Bbox> = old.iter().chain(&new).map(|land| land.bbox()).collect();
        let mut gaps = enclosed_gaps(&after);
        gaps.retain(|gap| {
            let bbox = gap.bbox();
            touched.iter().any(|changed| changed.meets(&bbox))
        });
        if gaps.is_empty() {
            return Vec::new();
        }
        let before: Vec<&Boundary> = self.ground.grids.values().map(|g| &g.boundary).collect();
        let known = enclosed_gaps(&before);
        gaps.iter()
            .filter_map(|gap| self.judged(gap, &known))
            .collect()
    }

    /// The fault of a gap, unless all of it was a gap before. Empty land hangs together, so it lies in one of the gaps
    /// that were there, or outside of all, unless some of it was a grid's. Where a line splits a grid beside a gap, the
    /// border bends by less than a step: that is nobody's fault.
    fn judged(&self, gap: &Boundary, known: &[Boundary]) -> Option<ChangeFault> {
        let shares = |land: &Boundary| common_land(gap, land).is_some();
        let was_granted = |given: &&GivenUp| {
            let origins = given.origins.iter();
            let mut lands = origins.filter_map(|code| self.ground.grids.get(code));
            shares(&given.land) && lands.any(|grid| shares(&grid.boundary))
        };
        let left: Vec<&GivenUp> = self.given_up.iter().filter(was_granted).collect();
        let (pointer, grids) = if let Some(last) = left.last() {
            let grids: BTreeSet<GridCode> = left.iter().map(|given| given.code).collect();
            (last.pointer.clone(), grids.into_iter().collect())
        } else if known.iter().any(shares) {
            return None;
        } else {
            let (number, code) = self.encloser(gap)?;
            (format!("/{number}"), vec![code])
        };
        Some(ChangeFault {
            code: ChangeFaultCode::LeavesAHole,
            pointer,
            grids,
            at: Some(gap.label_point()),
            boundary: None,
            area_m2: Some(gap.area_m2()),
        })
    }

    /// The last change of a grid that lies around a gap, and the grid.
    fn encloser(&self, gap: &Boundary) -> Option<(usize, GridCode)> {
        let bbox = gap.bbox();
        let lies_around = |grid: &Grid| {
            grid.boundary.bbox().meets(&bbox)
                && gap
                    .segments()
                    .any(|edge| grid.boundary.is_on_border(edge.from))
        };
        self.differing
            .iter()
            .filter_map(|(code, (grid, number))| Some((*number, *code, grid.as_ref()?)))
            .filter(|(_, _, grid)| lies_around(grid))
            .map(|(number, code, _)| (number, code))
            .max()
    }
}
