//! What is wrong with grids that should cover their land once, and where.
//!
//! Whether land is claimed twice or not at all, lies outside the parent, or a corner lies on a border, is
//! decided exactly. Areas, widths and distances are computations in floating point, and so is what hangs on
//! a tolerance: whether a gap or an overlap counts as a sliver and a corner as near.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::arrangement::{Arrangement, Face};
use super::boundary::{Boundary, Polygon, Ring};
use super::coverage::{claims, measure};
use super::grid::GridCode;
use super::near::{Near, near_misses};
use super::patch::{self, Patch};
use super::plane::{doubled_area, side};
use super::position::Position;
use crate::names::names;

/// What counts as narrow or near unless something else is asked for, in metres.
pub const TOLERANCE_M: f64 = 1.0;

/// The largest tolerance, in metres: beyond it corners that are meant to differ would count as near.
pub const MAX_TOLERANCE_M: f64 = 10.0;

/// Faults beyond these are not listed.
const MAX_LISTED: usize = 1_000;

names! {
    /// What is wrong with a coverage. The names are part of the API and do not change.
    pub enum CoverageFaultKind {
        /// Two grids are the same land.
        Duplicate => "duplicate",
        /// Two grids claim the same land.
        Overlap => "overlap",
        /// The same, no part of it as wide as the tolerance on average.
        OverlapSliver => "overlap_sliver",
        /// Land that no grid claims, between grids.
        Gap => "gap",
        /// Land of the parent that no grid claims, at the parent's border.
        OpenGap => "open_gap",
        /// A gap of either kind that is not as wide as the tolerance on average.
        GapSliver => "gap_sliver",
        /// Land that a grid claims outside the parent.
        OutsideParent => "outside_parent",
        /// A corner within the tolerance of another border, but not on it.
        NearVertex => "near_vertex",
        /// Several corners in a row of the kind: a border that is nearly shared.
        NearEdge => "near_edge",
    }
}

/// One fault of a coverage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageFault {
    pub kind: CoverageFaultKind,
    /// The grids concerned: both that claim land or come near each other; those around a gap; the one outside.
    /// None of them is the parent.
    pub grids: Vec<GridCode>,
    /// A place in it or on its border.
    pub at: Position,
    /// Square metres on the ellipsoid; 0 for a hair, none for what is no land.
    pub area_m2: Option<f64>,
    /// Metres: how wide the land is on average (area over half the border's length), or how far apart the
    /// borders are at most.
    pub width_m: f64,
    /// GeoJSON: `Polygon` or `MultiPolygon` for land, `Point` for a corner or a hair, `LineString` for an
    /// edge.
    pub geometry: Value,
}

impl CoverageFault {
    /// The GeoJSON feature: the geometry, and as properties `kind`, `grids`, `lon`, `lat`, `area_m2` and
    /// `width_m`.
    pub fn to_feature(&self) -> Value {
        json!({
            "type": "Feature",
            "geometry": self.geometry,
            "properties": {
                "kind": self.kind,
                "grids": self.grids,
                "lon": self.at.lon(),
                "lat": self.at.lat(),
                "area_m2": self.area_m2,
                "width_m": self.width_m,
            },
        })
    }
}

/// The faults of a coverage: claims first, then unclaimed and outside land, then borders nearly shared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageReport {
    pub faults: Vec<CoverageFault>,
    /// Whether everything was looked at and listed; not if there are more than 1,000 faults, 500,000 edges
    /// or 100,000 crossings of borders.
    pub complete: bool,
}

impl CoverageReport {
    /// The GeoJSON feature collection of all faults.
    pub fn to_geojson(&self) -> Value {
        let features: Vec<Value> = self.faults.iter().map(CoverageFault::to_feature).collect();
        json!({ "type": "FeatureCollection", "features": features, "complete": self.complete })
    }

    fn add(&mut self, fault: CoverageFault) -> bool {
        let has_room = self.faults.len() < MAX_LISTED;
        if has_room {
            self.faults.push(fault);
        } else {
            self.complete = false;
        }
        has_room
    }
}

/// Everything that keeps the grids from covering their land exactly once: the land of the parent if there is
/// one, otherwise the land they enclose. What is narrower or nearer than the tolerance, in metres, is a
/// sliver or nearly shared; a tolerance that is no number or negative counts as 0, one above
/// [`MAX_TOLERANCE_M`] as that.
///
/// A corner exactly on a neighbour's edge is no fault, whether the neighbour has a corner there or not.
pub fn coverage_report(
    grids: &[(GridCode, &Boundary)],
    parent: Option<&Boundary>,
    tolerance_m: f64,
) -> CoverageReport {
    let tolerance_m = usable(tolerance_m);
    let mut report = CoverageReport {
        faults: Vec::new(),
        complete: true,
    };
    for (a, b, at) in claims(grids, grids.len()) {
        if !report.add(claimed_twice(grids[a], grids[b], at, tolerance_m)) {
            return report;
        }
    }
    let boundaries: Vec<&Boundary> = grids.iter().map(|(_, boundary)| *boundary).collect();
    let Some(arrangement) = Arrangement::of(&boundaries, parent) else {
        report.complete = false;
        return report;
    };
    for misplaced in Misplaced::find(&arrangement, grids.len()) {
        if !report.add(misplaced.judge(grids, tolerance_m)) {
            return report;
        }
    }
    let owners: Vec<&Boundary> = boundaries.iter().copied().chain(parent).collect();
    let (near, all) = near_misses(&owners, tolerance_m, &arrangement.suspects());
    report.complete &= all;
    for row in near_rows(near) {
        if !report.add(nearly_shared(grids, &row)) {
            return report;
        }
    }
    report
}

/// A tolerance that makes sense.
pub(super) fn usable(tolerance_m: f64) -> f64 {
    if tolerance_m.is_nan() {
        0.0
    } else {
        tolerance_m.clamp(0.0, MAX_TOLERANCE_M)
    }
}

/// The grids by their numbers; the parent has none.
fn codes(
    grids: &[(GridCode, &Boundary)],
    numbers: impl IntoIterator<Item = usize>,
) -> Vec<GridCode> {
    numbers
        .into_iter()
        .filter_map(|number| grids.get(number).map(|(code, _)| *code))
        .collect()
}

fn claimed_twice(
    one: (GridCode, &Boundary),
    other: (GridCode, &Boundary),
    at: Position,
    tolerance_m: f64,
) -> CoverageFault {
    let (overlap, common) = measure(one, other, at);
    let patches: Vec<Patch> = common.0.iter().map(Patch::of_geo).collect();
    let width_m = patch::measure(&patches).width_m;
    let kind = if is_same_land(one.1, other.1) {
        CoverageFaultKind::Duplicate
    } else if width_m < tolerance_m {
        CoverageFaultKind::OverlapSliver
    } else {
        CoverageFaultKind::Overlap
    };
    CoverageFault {
        kind,
        grids: vec![overlap.a, overlap.b],
        at: overlap.at,
        area_m2: Some(overlap.area_m2),
        width_m,
        geometry: patch::land(&patches, overlap.at),
    }
}

/// Whether two boundaries have the same straight edges, wherever their rings begin and however many corners
/// stand on the edges.
fn is_same_land(one: &Boundary, other: &Boundary) -> bool {
    one.bbox() == other.bbox() && straight_edges(one) == straight_edges(other)
}

fn straight_edges(boundary: &Boundary) -> BTreeSet<(Position, Position)> {
    let rings = boundary
        .polygons()
        .iter()
        .flat_map(Polygon::rings)
        .map(Ring::positions);
    let mut edges = BTreeSet::new();
    for ring in rings {
        let before = ring.iter().rev().skip(1).take(1).chain(ring);
        let corners: Vec<Position> = before
            .zip(ring)
            .zip(ring.iter().skip(1))
            .filter(|((before, at), after)| {
                side((**before).into(), (**at).into(), (**after).into()) != 0
            })
            .map(|((_, at), _)| *at)
            .collect();
        let after = corners.iter().cycle().skip(1);
        edges.extend(corners.iter().copied().zip(after.copied()));
    }
    edges
}

/// Land that is bare, or claimed outside the parent.
struct Misplaced<'a> {
    face: &'a Face,
    patch: Patch,
    is_bare: bool,
    /// The numbers of those concerned, the parent perhaps among them.
    owners: BTreeSet<usize>,
    at_parents_border: bool,
}

impl<'a> Misplaced<'a> {
    /// One more than can be listed at most, the parent having the given number.
    fn find(arrangement: &'a Arrangement, parent: usize) -> Vec<Self> {
        let mut found: Vec<Self> = arrangement
            .faces()
            .iter()
            .filter(|face| {
                !face.around_island && (arrangement.is_bare(face) || arrangement.is_outside(face))
            })
            .take(MAX_LISTED + 1)
            .map(|face| {
                let is_bare = arrangement.is_bare(face);
                Self {
                    face,
                    patch: Patch::new(arrangement.ring(face)),
                    is_bare,
                    owners: arrangement.neighbours(face, !is_bare),
                    at_parents_border: arrangement.neighbours(face, true).contains(&parent),
                }
            })
            .collect();
        let islands = arrangement
            .faces()
            .iter()
            .filter(|face| face.around_island && !arrangement.is_sound(face));
        for island in islands {
            let shore = arrangement.ring(island);
            let Some(landing) = shore.first().copied() else {
                continue;
            };
            // Of lakes within islands within lakes the smallest is the one around this island.
            let lake = found
                .iter_mut()
                .filter(|lake| lake.face.claims == island.claims && lake.patch.encloses(landing))
                .min_by_key(|lake| doubled_area(lake.patch.outer()).unsigned_abs());
            if let Some(lake) = lake {
                lake.owners
                    .extend(arrangement.neighbours(island, !lake.is_bare));
                lake.patch.cut_out(shore);
            }
        }
        found
    }

    fn judge(self, grids: &[(GridCode, &Boundary)], tolerance_m: f64) -> CoverageFault {
        let measure = self.patch.measure();
        let kind = if !self.is_bare {
            CoverageFaultKind::OutsideParent
        } else if measure.width_m < tolerance_m {
            CoverageFaultKind::GapSliver
        } else if self.at_parents_border {
            CoverageFaultKind::OpenGap
        } else {
            CoverageFaultKind::Gap
        };
        let corner = self.patch.outer().first().copied();
        let at = self.patch.middle().or(corner);
        // A face has a ring of at least one position.
        let at = at.unwrap_or(Position::from_steps(0, 0));
        let mut concerned = codes(grids, self.owners);
        if concerned.is_empty() && !self.is_bare {
            // A grid that claims all around has no border here.
            concerned = grids
                .iter()
                .filter(|(_, boundary)| boundary.contains(at))
                .map(|(code, _)| *code)
                .collect();
        }
        CoverageFault {
            kind,
            grids: concerned,
            at,
            area_m2: Some(measure.area_m2),
            width_m: measure.width_m,
            geometry: patch::land(&[self.patch], at),
        }
    }
}

/// Corners of one ring near the same border, those in a row together.
fn near_rows(mut near: Vec<Near>) -> Vec<Vec<Near>> {
    near.sort_by_key(|near| (near.owner, near.other, near.ring, near.index));
    near.chunk_by(|one, next| {
        (one.owner, one.other, one.ring, one.index + 1)
            == (next.owner, next.other, next.ring, next.index)
    })
    .map(<[Near]>::to_vec)
    .collect()
}

fn nearly_shared(grids: &[(GridCode, &Boundary)], row: &[Near]) -> CoverageFault {
    let positions: Vec<Position> = row.iter().map(|near| near.at).collect();
    // No row is empty.
    let first = row[0];
    let (kind, geometry) = if row.len() == 1 {
        (CoverageFaultKind::NearVertex, patch::point(first.at))
    } else {
        (CoverageFaultKind::NearEdge, patch::line(&positions))
    };
    CoverageFault {
        kind,
        grids: codes(grids, [first.owner, first.other]),
        at: first.at,
        area_m2: None,
        width_m: row.iter().map(|near| near.distance_m).fold(0.0, f64::max),
        geometry,
    }
}
