//! In which grid a point lies.

use std::collections::BTreeMap;

use gridwhistle_domain::place::{GridCode, Located, Locator, Position};
use gridwhistle_e2e::Dice;

use crate::maps::{self, Map};
use crate::oracle::{Cover, Oracle};
use crate::shape::{Corner, Shape, position};

/// Points anywhere, on the district and on each small map.
const IN_THE_DISTRICT: usize = 120_000;
const ON_A_SMALL_MAP: usize = 20_000;

#[tokio::test]
async fn points_of_a_district_lie_where_postgis_has_them() -> anyhow::Result<()> {
    let Some(mut oracle) = Oracle::found().await? else {
        return Ok(());
    };
    agree(&mut oracle, &maps::district()?, IN_THE_DISTRICT).await
}

#[tokio::test]
async fn points_of_the_nastiest_maps_lie_where_postgis_has_them() -> anyhow::Result<()> {
    let Some(mut oracle) = Oracle::found().await? else {
        return Ok(());
    };
    for map in maps::small()? {
        agree(&mut oracle, &map, ON_A_SMALL_MAP).await?;
    }
    Ok(())
}

/// Compares every telling point of a map, and so many anywhere.
async fn agree(oracle: &mut Oracle, map: &Map, anywhere: usize) -> anyhow::Result<()> {
    assert!(map.codes.is_sorted(), "{}", map.name);
    let points = points(map, anywhere);
    let places: Vec<Position> = points
        .iter()
        .map(|at| position(*at))
        .collect::<anyhow::Result<_>>()?;
    let numbers: BTreeMap<GridCode, usize> = map.codes.iter().copied().zip(0..).collect();
    let locator = Locator::build(map.grids()?);
    oracle.lay(&map.shapes).await?;
    let covers = oracle.covers(&points).await?;
    let together = locator.grids_of(&places);
    assert_eq!(together.len(), points.len(), "{}", map.name);
    let mut on_borders = 0;
    for ((at, place), (covers, code)) in points.iter().zip(&places).zip(covers.iter().zip(together))
    {
        let alone = match locator.locate(*place) {
            Located::In(code) => Some(code),
            Located::Outside { .. } => None,
        };
        assert_eq!(alone, code, "{}, {at:?}: alone and together", map.name);
        let ours = code.and_then(|code| numbers.get(&code).copied());
        assert!(
            is_right(ours, covers),
            "{}, {at:?}: ours lies in {ours:?}, PostGIS has {covers:?}",
            map.name
        );
        on_borders += usize::from(covers.iter().any(|cover| !cover.inside));
    }
    let corners: usize = map.shapes.iter().map(|shape| shape.edges().count()).sum();
    assert!(on_borders >= corners, "{}: {on_borders}", map.name);
    Ok(())
}

/// Whether the grid that has a point is one of those that cover it: where it lies in several, or in one and on the border
/// of others, none after the first in which it lies. Where grids do not overlap, that is the only one.
fn is_right(ours: Option<usize>, covers: &[Cover]) -> bool {
    let Some(ours) = ours else {
        return covers.is_empty();
    };
    let mut inside = covers.iter().filter(|cover| cover.inside);
    covers.iter().any(|cover| cover.grid == ours)
        && inside.next().is_none_or(|first| ours <= first.grid)
}

/// The corners of all grids and the steps around them, the middles of all edges (to a whole step), other steps on the edges,
/// and points anywhere.
fn points(map: &Map, anywhere: usize) -> Vec<Corner> {
    let mut dice = Dice::new(20_707);
    let mut points = Vec::new();
    for (from, to) in map.shapes.iter().flat_map(Shape::edges) {
        points.push(from);
        points.push((from.0 + dice.between(-1, 1), from.1 + dice.between(-1, 1)));
        points.push((from.0.midpoint(to.0), from.1.midpoint(to.1)));
        let (east, north) = (to.0 - from.0, to.1 - from.1);
        let steps = divisor(east, north);
        let along = dice.between(0, steps);
        points.push((
            from.0 + east / steps * along,
            from.1 + north / steps * along,
        ));
    }
    let ((west, south), (east, north)) = map.extent();
    let margin = (north - south) / 50;
    points.extend((0..anywhere).map(|_| {
        (
            dice.between(west - margin, east + margin),
            dice.between(south - margin, north + margin),
        )
    }));
    points
}

/// The greatest number that divides both, which are not both 0: into so many whole parts an edge falls.
fn divisor(one: i32, other: i32) -> i32 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
