//! Which of very many boundaries may have something in common, told by their boxes alone.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::boundary::Bbox;

/// The boxes of numbered boundaries, some fifty bytes each, so that those of a whole country fit in memory while the
/// boundaries do not.
pub struct Boxes {
    tree: RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>,
}

impl Boxes {
    /// Takes boxes with the numbers of what they are around.
    pub fn build(boxes: impl IntoIterator<Item = (u32, Bbox)>) -> Self {
        let boxes = boxes.into_iter();
        let boxes = boxes
            .map(|(number, bbox)| GeomWithData::new(Rectangle::from_aabb(coarse(&bbox)), number));
        Self {
            tree: RTree::bulk_load(boxes.collect()),
        }
    }

    /// The numbers of all boxes that have a point in common with this one, and of some that miss it by less than four
    /// steps; in no order.
    pub fn meeting(&self, bbox: &Bbox) -> Vec<u32> {
        self.tree
            .locate_in_envelope_intersecting(&coarse(bbox))
            .map(|found| found.data)
            .collect()
    }
}

/// In fours of steps, since the tree adds two coordinates of its own type. Rounding both ends down keeps the order:
/// boxes that meet meet still.
fn coarse(bbox: &Bbox) -> AABB<[i32; 2]> {
    let corner = |at: super::Position| [at.lon_steps() >> 2, at.lat_steps() >> 2];
    AABB::from_corners(corner(bbox.south_west), corner(bbox.north_east))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::Position;

    fn bbox((west, south, width, height): (i32, i32, i32, i32)) -> Bbox {
        Bbox {
            south_west: Position::from_steps(west, south),
            north_east: Position::from_steps(west + width, south + height),
        }
    }

    #[test]
    fn boxes_at_the_ends_of_the_globe_are_found() {
        let corner = bbox((1_799_999_000, 899_999_000, 1_000, 1_000));
        let other = bbox((-1_800_000_000, -900_000_000, 1_000, 1_000));
        let boxes = Boxes::build((0..40).map(|number| (number, corner)).chain([(99, other)]));
        assert_eq!(boxes.meeting(&corner).len(), 40);
        assert_eq!(boxes.meeting(&other), [99]);
    }

    proptest! {
        #[test]
        fn no_box_that_meets_is_missed(
            all in prop::collection::vec(
                (-60..60_i32, -60..60_i32, 0..20_i32, 0..20_i32), 1..60
            ),
        ) {
            let all: Vec<Bbox> = all.into_iter().map(bbox).collect();
            let boxes = Boxes::build((0..).zip(all.iter().copied()));
            for around in &all {
                let found = boxes.meeting(around);
                for (number, other) in (0..).zip(&all) {
                    prop_assert!(!around.meets(other) || found.contains(&number));
                }
            }
        }
    }
}
