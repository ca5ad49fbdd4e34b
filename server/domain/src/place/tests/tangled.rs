//! A shape whose edges all lie beside each other is refused before looking at every pair of them.

use serde_json::{Value, json};

use super::super::{Boundary, BoundaryFaultCode as Code};
use super::steps;

/// A comb of slanted teeth, 498 of them, as long as many combs beside each other are wide; so many steps to the east.
fn comb(east: i32) -> Value {
    let foot = |number: i32| (east + 10 * number, 0);
    let tip = |number: i32| (east + 10 * number + 1_000_000, 1_000_000);
    let mut corners = Vec::new();
    for tooth in 0..498 {
        let (one, other) = (2 * tooth, 2 * tooth + 1);
        corners.extend([foot(one), tip(one), tip(other), foot(other)]);
    }
    corners.extend([(east + 9_950, -10_000), (east, -10_000), foot(0)]);
    let ring = corners.into_iter().map(|(x, y)| {
        let at = steps(x, y);
        json!([at.lon(), at.lat()])
    });
    Value::Array(vec![ring.collect()])
}

fn codes(combs: i32) -> Vec<Code> {
    let combs: Vec<Value> = (0..combs).map(|number| comb(20_000 * number)).collect();
    let geometry = json!({"type": "MultiPolygon", "coordinates": combs});
    let faults = Boundary::from_geojson(&geometry).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.code).collect()
}

#[test]
fn one_polygon_is_looked_at_whole_however_it_is_drawn() {
    assert!(!codes(1).contains(&Code::Tangled));
}

#[test]
fn many_that_lie_beside_each_other_are_refused_as_tangled() {
    assert_eq!(codes(40), [Code::Tangled]);
}
