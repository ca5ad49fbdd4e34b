//! Where grids overlap and where land between them is left bare.

use gridwhistle_domain::place::{
    Boundary, CoverageFault, CoverageFaultKind as Kind, DivisionCode, Extent, GridCode,
    GridsPerVillage, TOLERANCE_M, coverage_report, schematic_district, synthetic_towns,
};
use gridwhistle_e2e::Dice;

use crate::oracle::Oracle;
use crate::shape::{Corner, ORIGIN, Shape, from_origin};

/// So many coverages are spoilt, each in a few places.
const COVERAGES: usize = 150;
const GRIDS: usize = 24;
/// The number that stands for no grid.
const NONE: i32 = -1;

/// Land of less than this, in square steps (a hundredth of a square millimetre), came about by rounding where borders cross
/// beside whole steps. What whole steps fence in is larger by orders of magnitude.
const ROUNDED: f64 = 1e-4;
/// How much an area may differ in all, as a part of it.
const ALIKE: f64 = 1e-3;
/// What each metre of border adds to that, in square metres. Corners of a gap are told as the nearest steps, a centimetre
/// apart; overlaps are not rounded.
const A_METRE_OF_GAP: f64 = 0.01;
const A_METRE_OF_OVERLAP: f64 = 0.001;

const OVERLAPS: &str = "\
    SELECT a.n, b.n, ST_Equals(a.shape, b.shape), \
        ST_Area(common), ST_Perimeter(common), ST_Y(ST_Centroid(common)), \
        EXISTS (SELECT FROM told t WHERE t.a = a.n AND t.b = b.n AND ST_DWithin(common, t.place, 2.0)) \
    FROM grids a \
    JOIN grids b ON a.n < b.n AND a.shape && b.shape AND ST_Relate(a.shape, b.shape, '2********'), \
    LATERAL (SELECT ST_CollectionExtract(ST_Intersection(a.shape, b.shape), 3) AS common) c \
    ORDER BY a.n, b.n";

/// What the borders of all land together fence in and is no land: also where two pieces of land that touch in points do.
const GAPS: &str = "\
    WITH land AS MATERIALIZED (SELECT ST_Union(shape) AS shape FROM grids), \
    faces AS MATERIALIZED (SELECT (ST_Dump(ST_Polygonize(ST_Boundary(shape)))).geom AS face FROM land) \
    SELECT ST_Area(face), ST_Perimeter(face), ST_Y(ST_Centroid(face)), \
        EXISTS (SELECT FROM told t WHERE t.a = $1 AND ST_DWithin(face, t.place, 2.0)) \
    FROM faces, land \
    WHERE ST_Area(face) > $2 AND NOT ST_Intersects(land.shape, ST_PointOnSurface(face))";

/// A piece of land as the oracle tells it, in steps.
struct Land {
    area: f64,
    perimeter: f64,
    north: f64,
}

impl Land {
    /// Square metres on the ellipsoid.
    fn area_m2(&self) -> f64 {
        self.area * square_step(f64::from(ORIGIN.1) + self.north)
    }

    /// The length of its border in metres, or a little more.
    fn border_m(&self) -> f64 {
        /// A step along a meridian is no longer than this, in metres.
        const STEP_M: f64 = 0.0112;
        self.perimeter * STEP_M
    }
}

/// Square metres of a step to the east times a step to the north, at a latitude in steps, on the ellipsoid of WGS 84.
fn square_step(north: f64) -> f64 {
    const AXIS_M: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_14e-3;
    let step = 1e-7_f64.to_radians();
    let latitude = (north / 1e7).to_radians();
    let bend = 1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2);
    let meridian = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / bend.powf(1.5);
    let parallel = AXIS_M / bend.sqrt() * latitude.cos();
    meridian * parallel * step * step
}

#[tokio::test]
async fn a_report_names_the_overlaps_and_gaps_that_postgis_finds() -> anyhow::Result<()> {
    let Some(mut oracle) = Oracle::found().await? else {
        return Ok(());
    };
    let sound = sound()?;
    oracle.lay(&sound).await?;
    assert_eq!(compared(&mut oracle, &sound).await?, (0, 0));
    let mut dice = Dice::new(7);
    let (mut overlaps, mut gaps) = (0, 0);
    for _ in 0..COVERAGES {
        let mut spoilt = sound.clone();
        for _ in 0..dice.between(1, 3) {
            spoil(&mut spoilt, &mut dice);
        }
        let found = compared(&mut oracle, &spoilt).await?;
        overlaps += found.0;
        gaps += found.1;
    }
    assert!(overlaps > COVERAGES / 3, "{overlaps} overlaps");
    assert!(gaps > COVERAGES / 3, "{gaps} gaps");
    Ok(())
}

/// A coverage without faults, about ten kilometres across.
fn sound() -> anyhow::Result<Vec<Shape>> {
    let extent = Extent {
        west: 119.0,
        south: 34.8,
        east: 119.1,
        north: 34.9,
    };
    let total = GridsPerVillage::Total(GRIDS);
    let grids = schematic_district(&synthetic_towns(GRIDS / 4), extent, total)?;
    let shapes = grids.iter().map(|(_, boundary)| Shape::of(boundary));
    Ok(shapes.collect())
}

/// Does to a coverage what people and programs do, if what comes out is still made of boundaries.
fn spoil(grids: &mut Vec<Shape>, dice: &mut Dice) {
    let number = dice.place(grids.len());
    let mut shape = grids[number].clone();
    let what = dice.between(0, 7);
    let ring = &mut shape.0[0][0];
    let corner = dice.place(ring.len());
    let far = match what {
        0 | 1 => 1,
        2 => 100,
        _ => 1_000,
    };
    let by = (dice.between(-far, far), dice.between(-far, far));
    let moved = |(east, north): Corner| (east + by.0, north + by.1);
    match what {
        // A corner, or an edge with both of its ends, somewhere else than the neighbours have it.
        0 | 3 => ring[corner] = moved(ring[corner]),
        1 | 2 => {
            let end = (corner + 1) % ring.len();
            ring[corner] = moved(ring[corner]);
            ring[end] = moved(ring[end]);
        }
        // Forgotten, put twice; drawn too small, and so that one corner is where it was.
        4 => {
            grids.remove(number);
            return;
        }
        5 => {
            grids.push(shape);
            return;
        }
        6 => {
            let middle = middle(ring);
            shape = shrunk(&shape, middle);
        }
        _ => {
            let corner = ring[corner];
            shape = shrunk(&shape, corner);
        }
    }
    if shape.boundary().is_ok() {
        grids[number] = shape;
    }
}

/// The shape by a thirtieth smaller, drawn together towards a place.
fn shrunk(shape: &Shape, to: Corner) -> Shape {
    let nearer = |at: i32, to: i32| at + (to - at) / 30;
    shape.moved(|at| (nearer(at.0, to.0), nearer(at.1, to.1)))
}

/// The middle of the box around a ring.
fn middle(ring: &[Corner]) -> Corner {
    let between = |along: fn(&Corner) -> i32| {
        let (low, high) = (
            ring.iter().map(along).min().unwrap_or_default(),
            ring.iter().map(along).max().unwrap_or_default(),
        );
        low.midpoint(high)
    };
    (between(|corner| corner.0), between(|corner| corner.1))
}

/// Compares the report about grids with what the oracle finds; answers how many overlaps and gaps there are.
async fn compared(oracle: &mut Oracle, shapes: &[Shape]) -> anyhow::Result<(usize, usize)> {
    let village = DivisionCode::parse("320707100002")?;
    let boundaries: Vec<Boundary> = shapes
        .iter()
        .map(Shape::allowed)
        .collect::<anyhow::Result<_>>()?;
    let mut grids: Vec<(GridCode, &Boundary)> = Vec::new();
    for (sequence, boundary) in (1..).zip(&boundaries) {
        grids.push((GridCode::new(village, sequence)?, boundary));
    }
    let report = coverage_report(&grids, None, TOLERANCE_M);
    assert!(report.complete);
    let told = |kinds: &[Kind]| -> Vec<CoverageFault> {
        let faults = report.faults.iter();
        let told = faults.filter(|fault| kinds.contains(&fault.kind));
        told.cloned().collect()
    };
    assert_eq!(told(&[Kind::OpenGap, Kind::OutsideParent]), []);
    oracle.lay(shapes).await?;
    let overlaps = told(&[Kind::Duplicate, Kind::Overlap, Kind::OverlapSliver]);
    compare_overlaps(oracle, &overlaps).await?;
    let gaps = told(&[Kind::Gap, Kind::GapSliver]);
    compare_gaps(oracle, &gaps).await?;
    Ok((overlaps.len(), gaps.len()))
}

/// The numbers of the two grids of an overlap, the smaller first.
fn pair(fault: &CoverageFault) -> (i32, i32) {
    let number = |at: usize| {
        let code = fault.grids.get(at);
        code.map_or(NONE, |code| i32::from(code.sequence()) - 1)
    };
    (number(0).min(number(1)), number(0).max(number(1)))
}

async fn compare_overlaps(oracle: &mut Oracle, ours: &[CoverageFault]) -> anyhow::Result<()> {
    for fault in ours {
        tell(oracle, pair(fault), fault).await?;
    }
    let rows: Vec<(i32, i32, bool, f64, f64, f64, bool)> = sqlx::query_as(OVERLAPS)
        .fetch_all(&mut oracle.connection)
        .await?;
    let mut ours: Vec<&CoverageFault> = ours.iter().collect();
    ours.sort_by_key(|fault| pair(fault));
    let pairs: Vec<(i32, i32)> = ours.iter().map(|fault| pair(fault)).collect();
    let theirs: Vec<(i32, i32)> = rows.iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(pairs, theirs, "pairs of grids that overlap");
    for (fault, (_, _, is_same, area, perimeter, north, is_near)) in ours.into_iter().zip(rows) {
        assert_eq!(fault.kind == Kind::Duplicate, is_same, "{fault:?}");
        assert!(is_near, "the place told is not in the overlap: {fault:?}");
        let land = Land {
            area,
            perimeter,
            north,
        };
        assert_alike(fault, &land, A_METRE_OF_OVERLAP);
    }
    Ok(())
}

async fn compare_gaps(oracle: &mut Oracle, ours: &[CoverageFault]) -> anyhow::Result<()> {
    for fault in ours {
        tell(oracle, (NONE, NONE), fault).await?;
    }
    let rows: Vec<(f64, f64, f64, bool)> = sqlx::query_as(GAPS)
        .bind(NONE)
        .bind(ROUNDED)
        .fetch_all(&mut oracle.connection)
        .await?;
    assert_eq!(ours.len(), rows.len(), "{ours:?}, but {rows:?}");
    let mut ours: Vec<&CoverageFault> = ours.iter().collect();
    ours.sort_by(|one, other| area(one).total_cmp(&area(other)));
    let mut theirs = Vec::with_capacity(rows.len());
    for (area, perimeter, north, is_near) in rows {
        assert!(
            is_near,
            "no place told is in the gap {north} steps north of the origin"
        );
        theirs.push(Land {
            area,
            perimeter,
            north,
        });
    }
    theirs.sort_by(|one, other| one.area_m2().total_cmp(&other.area_m2()));
    for (fault, land) in ours.into_iter().zip(theirs) {
        assert_alike(fault, &land, A_METRE_OF_GAP);
    }
    Ok(())
}

fn area(fault: &CoverageFault) -> f64 {
    fault.area_m2.unwrap_or_default()
}

fn assert_alike(fault: &CoverageFault, land: &Land, a_metre: f64) {
    let theirs = land.area_m2();
    let leeway = theirs * ALIKE + land.border_m() * a_metre;
    assert!(
        (area(fault) - theirs).abs() <= leeway,
        "{theirs} m², give or take {leeway}: {fault:?}"
    );
}

/// Tells the oracle of a fault and its place.
async fn tell(
    oracle: &mut Oracle,
    (a, b): (i32, i32),
    fault: &CoverageFault,
) -> anyhow::Result<()> {
    let (east, north) = from_origin(fault.at);
    sqlx::query("INSERT INTO told VALUES ($1, $2, ST_MakePoint($3, $4))")
        .bind(a)
        .bind(b)
        .bind(f64::from(east))
        .bind(f64::from(north))
        .execute(&mut oracle.connection)
        .await?;
    Ok(())
}
