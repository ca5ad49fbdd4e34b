//! Which grid is pointed at, and which is the next one that way.

use super::projection::Point;
use super::raster::Raster;

/// A way to go on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    Up,
    Down,
    Left,
    Right,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Up, Self::Down, Self::Left, Self::Right];

    /// East and north, of length 1.
    pub const fn heading(self) -> Point {
        match self {
            Self::Up => [0.0, 1.0],
            Self::Down => [0.0, -1.0],
            Self::Left => [-1.0, 0.0],
            Self::Right => [1.0, 0.0],
        }
    }
}

/// The grid at a cell of the map: the one that owns most of it, else one that owns a dot of it.
pub fn at(raster: &Raster, column: u16, row: u16) -> Option<usize> {
    raster
        .cell(column, row)
        .or_else(|| raster.dots_of(column, row).into_iter().flatten().next())
        .map(|grid| grid as usize)
}

/// The nearest grid that way. What lies aside counts double, so that one goes rather straight on.
///
/// `points` are the grids that may be chosen, each with its point of the plane.
pub fn nearest(
    points: impl IntoIterator<Item = (usize, Point)>,
    from: Point,
    way: Way,
) -> Option<usize> {
    let [east, north] = way.heading();
    points
        .into_iter()
        .filter_map(|(grid, point)| {
            let (x, y) = (point[0] - from[0], point[1] - from[1]);
            let along = x * east + y * north;
            let aside = (x * north - y * east).abs();
            (along > 0.0).then_some((along.hypot(2.0 * aside), grid))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|(_, grid)| grid)
}

/// The grid nearest to a point of the plane.
pub fn closest(points: impl IntoIterator<Item = (usize, Point)>, to: Point) -> Option<usize> {
    points
        .into_iter()
        .map(|(grid, point)| ((point[0] - to[0]).hypot(point[1] - to[1]), grid))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        .map(|(_, grid)| grid)
}

#[cfg(test)]
mod tests {
    use super::super::lattice::Lattice;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_arrow_goes_to_the_neighbour_that_way() {
        let points: Vec<(usize, Point)> =
            [[0.0, 0.0], [1.0, 0.2], [2.0, 0.0], [0.1, 1.0], [0.0, -1.0]]
                .into_iter()
                .enumerate()
                .collect();
        let go = |way| nearest(points.iter().copied(), [0.0, 0.0], way);
        assert_eq!(go(Way::Right), Some(1));
        assert_eq!(go(Way::Up), Some(3));
        assert_eq!(go(Way::Down), Some(4));
        assert_eq!(go(Way::Left), None, "nothing lies there");
    }

    #[test]
    fn a_click_on_a_grid_finds_it_and_one_beside_the_map_nothing() {
        let lattice = Lattice::new(5, 4);
        let raster = lattice.raster((56, 20));
        for (grid, point) in lattice.centres.iter().enumerate() {
            let cell = lattice.lens((56, 20)).cell(*point).unwrap();
            assert_eq!(at(&raster, cell.0, cell.1), Some(grid));
        }
        assert_eq!(at(&raster, 0, 0), None);
        assert_eq!(at(&raster, 56, 0), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// On a screen of any size, anywhere: picking finds a grid that there is, or nothing.
        #[test]
        fn picking_never_breaks(
            size in (1u16..=200, 1u16..=60),
            grids in (1usize..12, 1usize..12),
            clicks in prop::collection::vec((0u16..=u16::MAX, 0u16..=u16::MAX), 1..20),
        ) {
            let lattice = Lattice::new(grids.0, grids.1);
            let raster = lattice.raster(size);
            let all = lattice.centres.len();
            for (column, row) in clicks {
                for (column, row) in [(column, row), (column % size.0, row % size.1)] {
                    prop_assert!(at(&raster, column, row).is_none_or(|grid| grid < all));
                }
            }
            for from in &lattice.centres {
                for way in Way::ALL {
                    let next = nearest(lattice.centres.iter().copied().enumerate(), *from, way);
                    prop_assert!(next.is_none_or(|grid| grid < all));
                }
            }
        }
    }
}
