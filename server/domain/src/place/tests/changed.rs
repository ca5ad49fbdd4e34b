//! An index that follows changes against one that is built anew after each.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Boundary, GridCode, Located, Locator, Position};
use super::{grid, raw, steps};

/// How wide the map is, in cells.
const SIDE: i32 = 5;
/// A cell in steps.
const CELL: i32 = 40;

/// What happens to one grid: it is redrawn as a rectangle of the lattice, slanted or not, or ends.
type Step = (u16, Option<(i32, i32, i32, i32, bool)>);

fn steps_of_a_changeset() -> impl Strategy<Value = Vec<Step>> {
    let shape = (0..SIDE, 0..SIDE, 1..3_i32, 1..3_i32, any::<bool>());
    prop::collection::vec((1_u16..30, prop::option::weighted(0.7, shape)), 1..5)
}

/// The rectangle between two corners of the lattice; slanted, its north-eastern corner lies half a cell farther.
fn shape(west: i32, south: i32, width: i32, height: i32, slanted: bool) -> Boundary {
    let (west, south) = (west * CELL, south * CELL);
    let (east, north) = (west + width * CELL, south + height * CELL);
    let bulge = if slanted { CELL / 2 } else { 0 };
    raw(&[
        steps(west, south),
        steps(east, south),
        steps(east + bulge, north + bulge),
        steps(west, north),
    ])
}

/// All corners of the lattice, the middles between them, and what lies a step beside, within the map and around it.
fn telling_points() -> Vec<Position> {
    let places = (-1..=2 * SIDE + 5).flat_map(|half| {
        let at = half * CELL / 2;
        [at - 1, at, at + 1]
    });
    let places: Vec<i32> = places.collect();
    let pairs = places
        .iter()
        .flat_map(|x| places.iter().map(move |y| (*x, *y)));
    pairs.map(|(x, y)| steps(x, y)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_index_that_followed_changes_answers_as_one_built_anew(
        changesets in prop::collection::vec(steps_of_a_changeset(), 1..6),
    ) {
        let mut map: BTreeMap<GridCode, Boundary> = (0..SIDE * SIDE)
            .map(|n| (grid(u16::try_from(n + 1).unwrap()), shape(n % SIDE, n / SIDE, 1, 1, false)))
            .collect();
        let mut followed = Locator::build(map.clone());
        let points = telling_points();
        for changeset in changesets {
            let mut ended = Vec::new();
            let mut begun: BTreeMap<GridCode, Boundary> = BTreeMap::new();
            for (number, redrawn) in changeset {
                let code = grid(number);
                ended.push(code);
                begun.remove(&code);
                map.remove(&code);
                if let Some((west, south, width, height, slanted)) = redrawn {
                    let land = shape(west, south, width, height, slanted);
                    begun.insert(code, land.clone());
                    map.insert(code, land);
                }
            }
            followed = followed.changed(ended, begun);
            let anew = Locator::build(map.clone());
            prop_assert_eq!(followed.len(), map.len());
            prop_assert_eq!(followed.grids_of(&points), anew.grids_of(&points));
            for at in &points {
                prop_assert_eq!(followed.locate(*at), anew.locate(*at), "{:?}", at);
                prop_assert_eq!(followed.near(*at, 0.5), anew.near(*at, 0.5));
            }
        }
    }
}

#[test]
fn a_redrawn_village_leaves_all_others_as_they_were_and_many_changes_build_anew() {
    let square = |n: i32| shape(n % 100, n / 100, 1, 1, false);
    let code =
        |n: i32| GridCode::parse(&format!("3207071012{:02}{:03}", n / 500, n % 500 + 1)).unwrap();
    let all = (0..3_000).map(|n| (code(n), square(n)));
    let mut locator = Locator::build(all);
    let inside = |n: i32| steps(n % 100 * CELL + CELL / 3, n / 100 * CELL + CELL / 3);
    // Far more than lie over the base before all is built anew.
    for n in 0..2_500 {
        let begun = [(code(2_999), square(n)), (code(n), square(2_999))];
        locator = locator.changed([code(2_999), code(n)], begun);
        assert_eq!(locator.len(), 3_000);
        assert_eq!(locator.locate(inside(n)), Located::In(code(2_999)));
        locator = locator.changed(
            [code(2_999), code(n)],
            [(code(2_999), square(2_999)), (code(n), square(n))],
        );
        assert_eq!(locator.locate(inside(n)), Located::In(code(n)));
    }
}
