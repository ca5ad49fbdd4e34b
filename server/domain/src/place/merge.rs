//! Land put together: of several grids, one; of a coverage, what it leaves out.

use std::collections::BTreeMap;

use super::boundary::Boundary;
use super::coverage::common_land;
use super::linework::{
    Corners, Edge, checked, joined_border, lands, simple_rings, unchecked, walks,
};
use super::position::Position;
use super::validity::BoundaryFault;

/// Why pieces of land make no one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MergeFault {
    /// Two of them claim the same land, here.
    Overlap(Position),
    /// This one, by its number, touches none of the others along an edge.
    Apart(usize),
    /// What they make together breaks the rules of boundaries.
    Shape(Vec<BoundaryFault>),
}

/// The land of several pieces together. Borders between them go, all others stay to the step; each must share
/// an edge, or a part of one, with another so that all hang together.
pub(super) fn merge(pieces: &[&Boundary]) -> Result<Boundary, MergeFault> {
    for (number, one) in pieces.iter().enumerate() {
        for other in pieces.iter().skip(number + 1) {
            if let Some(at) = common_land(one, other) {
                return Err(MergeFault::Overlap(at));
            }
        }
    }
    if let Some(alone) = unconnected(pieces) {
        return Err(MergeFault::Apart(alone));
    }
    let rings = walks(&joined_border(pieces))
        .unwrap_or_default()
        .into_iter()
        .flat_map(simple_rings)
        .collect();
    checked(lands(rings)).map_err(MergeFault::Shape)
}

/// The first piece that one does not come to from the first of all, over shared edges only.
fn unconnected(pieces: &[&Boundary]) -> Option<usize> {
    let corners = Corners::of(pieces.iter().copied());
    let mut owners: BTreeMap<Edge, usize> = BTreeMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        for edge in piece.segments().flat_map(|segment| corners.cut(segment)) {
            owners.insert(edge, number);
        }
    }
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); pieces.len()];
    for ((from, to), one) in &owners {
        if let Some(other) = owners.get(&(*to, *from)) {
            // Owners are numbers of pieces, one for each entry of `neighbours`.
            neighbours[*one].push(*other);
        }
    }
    let mut reached = vec![false; pieces.len()];
    let mut open = vec![0_usize];
    while let Some(number) = open.pop() {
        if let Some(reached) = reached.get_mut(number)
            && !*reached
        {
            *reached = true;
            open.extend(neighbours.get(number).into_iter().flatten());
        }
    }
    reached.iter().position(|reached| !reached)
}

/// What a coverage encloses without covering it, each piece for itself; a piece that only corners fence off
/// is enclosed as well. The grids do not overlap.
pub(super) fn enclosed_gaps(coverage: &[&Boundary]) -> Vec<Boundary> {
    // Walked the other way round, the borders have to their left what the grids leave out.
    let outside = joined_border(coverage)
        .into_iter()
        .map(|(from, to)| (to, from))
        .collect();
    let rings = walks(&outside)
        .unwrap_or_default()
        .into_iter()
        .flat_map(simple_rings)
        .collect();
    lands(rings)
        .into_iter()
        .map(|gap| unchecked(vec![gap]))
        .collect()
}
