//! Corners that miss the border of a neighbour by a little.

use std::collections::{BTreeMap, HashSet};

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use super::boundary::{Boundary, Polygon, Ring};
use super::locate::Plane;
use super::plane::Segment;
use super::position::Position;

/// So many are listed, and so many edges measured, before giving up.
const MAX_NEAR: usize = 20_000;
const MAX_MEASURED: usize = 5_000_000;

/// A corner of one border near another border, but not on it.
#[derive(Copy, Clone)]
pub(super) struct Near {
    pub owner: usize,
    /// The ring of the owner, and the corner of that ring.
    pub ring: usize,
    pub index: usize,
    pub at: Position,
    pub other: usize,
    /// The nearest edge of the other border.
    pub edge: Segment,
    pub distance_m: f64,
}

/// The corners among the suspects that lie within the tolerance of another's border without lying on it, in
/// the order of the owners and their corners, and whether those are all.
///
/// A corner that its own short edge joins to the other border is as near as it should be, unless it runs
/// back along that border.
pub(super) fn near_misses(
    owners: &[&Boundary],
    tolerance_m: f64,
    suspects: &HashSet<Position>,
) -> (Vec<Near>, bool) {
    let mut search = Search::over(owners, tolerance_m);
    let mut near = Vec::new();
    for (owner, boundary) in owners.iter().enumerate() {
        let rings = boundary.polygons().iter().flat_map(Polygon::rings);
        for (ring, positions) in rings.map(Ring::positions).enumerate() {
            // The last position is the first one again.
            for (index, edge) in positions.windows(2).enumerate() {
                let at = edge[0];
                if !suspects.contains(&at) {
                    continue;
                }
                let before = match index.checked_sub(1) {
                    Some(before) => positions.get(before),
                    None => positions.iter().rev().nth(1),
                };
                for (other, nearest) in search.others(owner, at) {
                    let Some((distance_m, nearest)) = nearest else {
                        continue;
                    };
                    let joined = before.into_iter().chain([&edge[1]]).any(|next| {
                        at.distance_m(*next) <= 2.0 * distance_m
                            && owners[other].is_on_border(*next)
                    });
                    if !joined {
                        near.push(Near {
                            owner,
                            ring,
                            index,
                            at,
                            other,
                            edge: nearest,
                            distance_m,
                        });
                    }
                }
                if near.len() > MAX_NEAR || search.measured > MAX_MEASURED {
                    near.truncate(MAX_NEAR);
                    return (near, false);
                }
            }
        }
    }
    (near, true)
}

/// The edges of all owners, to be found by place.
struct Search {
    edges: Vec<(usize, Segment)>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    tolerance_m: f64,
    measured: usize,
}

impl Search {
    fn over(owners: &[&Boundary], tolerance_m: f64) -> Self {
        let edges: Vec<(usize, Segment)> = owners
            .iter()
            .enumerate()
            .flat_map(|(owner, boundary)| boundary.segments().map(move |edge| (owner, edge)))
            .collect();
        let boxes = edges
            .iter()
            .enumerate()
            .map(|(number, (_, edge))| {
                GeomWithData::new(Rectangle::from_aabb(edge.envelope()), number)
            })
            .collect();
        Self {
            edges,
            tree: RTree::bulk_load(boxes),
            tolerance_m,
            measured: 0,
        }
    }

    /// The other owners near a corner, with their nearest edge and how far away it is; none for those on
    /// whose border the corner lies.
    fn others(&mut self, owner: usize, at: Position) -> BTreeMap<usize, Option<(f64, Segment)>> {
        let plane = Plane::at(at);
        let mut nearest: BTreeMap<usize, Option<(f64, Segment)>> = BTreeMap::new();
        let around = plane.square(self.tolerance_m);
        for found in self.tree.locate_in_envelope_intersecting(&around) {
            self.measured += 1;
            let (other, edge) = self.edges[found.data];
            if other == owner {
                continue;
            }
            if edge.holds(at) {
                nearest.insert(other, None);
                continue;
            }
            let distance = plane.distance_to_segment(edge);
            if distance > self.tolerance_m {
                continue;
            }
            let kept = nearest.entry(other).or_insert(Some((distance, edge)));
            if let Some(kept) = kept
                && (distance, edge.from, edge.to) < (kept.0, kept.1.from, kept.1.to)
            {
                *kept = (distance, edge);
            }
        }
        nearest
    }
}
