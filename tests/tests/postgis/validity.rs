//! What is a polygon, and what is none.

use std::collections::BTreeMap;

use gridwhistle_domain::place::BoundaryFaultCode as Code;
use gridwhistle_e2e::Dice;

use crate::oracle::Oracle;
use crate::shape::{Corner, Shape};

/// So many shapes are judged.
const SHAPES: usize = 8_000;
/// The step of the lattice, in steps: some ten metres. So small that corners fall together and on edges all the time.
const UNIT: i32 = 1_000;
/// How wide and high the lattice is.
const SIDE: i32 = 8;

/// Refused though it is valid: narrower than grids may be. Every other rule is that of OGC Simple Features.
const STRICTER: [Code; 1] = [Code::Sliver];

/// What chance must have come across, or nothing is proved.
const SEEN: [Code; 8] = [
    Code::ZeroArea,
    Code::Spike,
    Code::DuplicatePoint,
    Code::SelfIntersection,
    Code::InteriorNotConnected,
    Code::HoleOutside,
    Code::NestedHoles,
    Code::NestedShells,
];

#[tokio::test]
async fn what_is_accepted_is_valid_and_what_is_valid_is_accepted() -> anyhow::Result<()> {
    let Some(mut oracle) = Oracle::found().await? else {
        return Ok(());
    };
    let mut dice = Dice::new(13_249);
    let shapes: Vec<Shape> = (0..SHAPES).map(|_| any_shape(&mut dice)).collect();
    let texts: Vec<String> = shapes.iter().map(Shape::well_known).collect();
    let valid: Vec<bool> = sqlx::query_scalar(
        "SELECT ST_IsValid(ST_GeomFromText(shape)) \
         FROM unnest($1::text[]) WITH ORDINALITY AS given (shape, n) ORDER BY n",
    )
    .bind(texts)
    .fetch_all(&mut oracle.connection)
    .await?;
    assert_eq!(valid.len(), shapes.len());
    let mut accepted = 0;
    let mut refused: BTreeMap<Code, usize> = BTreeMap::new();
    for (shape, is_valid) in shapes.iter().zip(valid) {
        match shape.boundary() {
            Ok(_) => {
                assert!(is_valid, "accepted: {}", shape.well_known());
                accepted += 1;
            }
            Err(faults) => {
                let stricter = faults.iter().all(|fault| STRICTER.contains(&fault.code));
                assert_eq!(is_valid, stricter, "{faults:?}: {}", shape.well_known());
                for fault in faults {
                    *refused.entry(fault.code).or_default() += 1;
                }
            }
        }
    }
    assert!(accepted > SHAPES / 10, "{accepted} of {SHAPES} accepted");
    for code in SEEN {
        assert!(refused.contains_key(&code), "{code}: {refused:?}");
    }
    Ok(())
}

/// A ring; a ring with one or two holes; or two polygons, which may lie in each other. In one of three, every corner is up
/// to a step beside the lattice, so that hardly anything meets exactly.
fn any_shape(dice: &mut Dice) -> Shape {
    let shape = match dice.between(0, 9) {
        0..=4 => {
            let corners = dice.between(3, 7);
            Shape::of_ring(any_ring(dice, corners, (0, SIDE)))
        }
        5..=7 => {
            let mut rings = vec![shell(dice)];
            let corners = dice.between(3, 4);
            rings.push(any_ring(dice, corners, (-1, SIDE + 1)));
            if dice.between(0, 1) == 0 {
                // Small, and in the middle: often within the other.
                rings.push(any_ring(dice, 3, (3, SIDE - 3)));
            }
            Shape(vec![rings])
        }
        _ => {
            let corners = dice.between(3, 4);
            let inner = any_ring(dice, corners, (1, SIDE - 1));
            let mut outer = vec![shell(dice)];
            if dice.between(0, 2) > 0 {
                outer.push(any_ring(dice, 4, (0, SIDE)));
            }
            Shape(vec![outer, vec![inner]])
        }
    };
    let beside = i32::from(dice.between(0, 2) == 0);
    shape.moved(|(east, north)| {
        let by = (dice.between(-beside, beside), dice.between(-beside, beside));
        (east * UNIT + by.0, north * UNIT + by.1)
    })
}

/// A ring of so many corners anywhere in a square of the lattice.
fn any_ring(dice: &mut Dice, corners: i32, (low, high): (i32, i32)) -> Vec<Corner> {
    (0..corners)
        .map(|_| (dice.between(low, high), dice.between(low, high)))
        .collect()
}

/// The whole square, or half of it.
fn shell(dice: &mut Dice) -> Vec<Corner> {
    let mut square = vec![(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)];
    if dice.between(0, 3) == 0 {
        square.remove(dice.place(4));
    }
    square
}
