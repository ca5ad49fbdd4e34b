//! What a schematic district is.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    Boundary, DivisionCode, DivisionLevel, Extent, GridCode, GridsPerVillage, Position,
    SchematicError, overlaps, schematic_district, synthetic_towns,
};

type Towns = Vec<(DivisionCode, Vec<DivisionCode>)>;

/// The towns and villages of Ganyu, from the data that ships.
fn ganyu() -> Towns {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../data/divisions/jiangsu-ganyu.csv"
    );
    let mut towns = Towns::new();
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let code = DivisionCode::parse(line.split(',').next().unwrap()).unwrap();
        match code.level() {
            DivisionLevel::Town => towns.push((code, vec![])),
            DivisionLevel::Village => {
                let town = code.parent();
                let mut owners = towns.iter_mut().filter(|(code, _)| Some(*code) == town);
                owners.next().unwrap().1.push(code);
            }
            _ => {}
        }
    }
    towns
}

fn ganyu_grids() -> Vec<(GridCode, Boundary)> {
    schematic_district(&ganyu(), Extent::GANYU, GridsPerVillage::Between(2, 4)).unwrap()
}

#[test]
fn ganyu_has_fifteen_towns_and_no_zones() {
    let towns = ganyu();
    assert_eq!(towns.len(), 15);
    assert_eq!(
        towns
            .iter()
            .map(|(_, villages)| villages.len())
            .sum::<usize>(),
        462
    );
    assert!(towns.iter().all(|(town, _)| !town.is_zone()));
}

#[test]
fn every_village_of_ganyu_has_two_to_four_grids_numbered_from_one() {
    let mut sequences: BTreeMap<DivisionCode, Vec<u16>> = BTreeMap::new();
    for (code, _) in ganyu_grids() {
        sequences
            .entry(code.village())
            .or_default()
            .push(code.sequence());
    }
    let villages: BTreeSet<DivisionCode> = ganyu()
        .into_iter()
        .flat_map(|(_, villages)| villages)
        .collect();
    assert!(sequences.keys().eq(&villages));
    let sizes: BTreeSet<usize> = sequences.values().map(Vec::len).collect();
    assert_eq!(sizes, BTreeSet::from([2, 3, 4]));
    for numbers in sequences.values() {
        assert!(
            numbers
                .iter()
                .copied()
                .eq(1..=u16::try_from(numbers.len()).unwrap())
        );
    }
}

#[test]
fn every_grid_keeps_the_rules_and_none_overlaps() {
    let grids = ganyu_grids();
    for (code, boundary) in &grids {
        let read = Boundary::from_geojson(&boundary.to_geojson());
        assert_eq!(read.as_ref(), Ok(boundary), "{code}");
        assert_eq!(boundary.polygons().len(), 1, "{code}");
    }
    let borrowed: Vec<(GridCode, &Boundary)> = grids
        .iter()
        .map(|(code, boundary)| (*code, boundary))
        .collect();
    assert_eq!(overlaps(&borrowed, &[]), []);
}

#[test]
fn the_grids_leave_no_gap() {
    let grids = ganyu_grids();
    let edges: BTreeSet<(Position, Position)> = grids
        .iter()
        .flat_map(|(_, boundary)| boundary.segments())
        .map(|edge| (edge.from, edge.to))
        .collect();
    // The edges without a neighbour form one ring: the outline, with nothing missing inside.
    let outline: BTreeMap<Position, Position> = edges
        .iter()
        .filter(|(from, to)| !edges.contains(&(*to, *from)))
        .copied()
        .collect();
    let first = *outline.keys().next().unwrap();
    let mut at = outline[&first];
    let mut length = 1;
    while at != first {
        at = outline[&at];
        length += 1;
    }
    assert_eq!(length, outline.len());
}

/// Whether grids hang together by common edges.
fn is_in_one_piece(boundaries: &[&Boundary]) -> bool {
    let edges: Vec<BTreeSet<(Position, Position)>> = boundaries
        .iter()
        .map(|boundary| {
            boundary
                .segments()
                .map(|edge| (edge.from, edge.to))
                .collect()
        })
        .collect();
    let mut reached = BTreeSet::from([0]);
    let mut next = vec![0];
    while let Some(here) = next.pop() {
        for there in 0..boundaries.len() {
            let touch = edges[here]
                .iter()
                .any(|(from, to)| edges[there].contains(&(*to, *from)));
            if touch && reached.insert(there) {
                next.push(there);
            }
        }
    }
    reached.len() == boundaries.len()
}

#[test]
fn villages_and_towns_are_in_one_piece() {
    let grids = ganyu_grids();
    for level in [DivisionLevel::Village, DivisionLevel::Town] {
        let mut parts: BTreeMap<DivisionCode, Vec<&Boundary>> = BTreeMap::new();
        for (code, boundary) in &grids {
            let division = code.village().at(level).unwrap();
            parts.entry(division).or_default().push(boundary);
        }
        for (division, boundaries) in parts {
            assert!(is_in_one_piece(&boundaries), "{division}");
        }
    }
}

#[test]
fn grids_are_of_similar_size_and_lie_in_the_extent() {
    let grids = ganyu_grids();
    let Extent {
        west,
        south,
        east,
        north,
    } = Extent::GANYU;
    let mut areas: Vec<f64> = Vec::new();
    for (code, boundary) in &grids {
        let bbox = boundary.bbox();
        assert!(
            bbox.south_west.lon() >= west && bbox.south_west.lat() >= south,
            "{code}"
        );
        assert!(
            bbox.north_east.lon() <= east && bbox.north_east.lat() <= north,
            "{code}"
        );
        areas.push(boundary.area_m2());
    }
    areas.sort_by(f64::total_cmp);
    // The district has 1,500 km² and more in an extent of 2,450; its grids 1.1 km² on average.
    let total: f64 = areas.iter().sum();
    assert!((1.3e9..2.1e9).contains(&total), "{total}");
    let ninth = areas.len() / 10;
    assert!(areas[ninth] * 8.0 > areas[areas.len() - ninth], "{areas:?}");
}

/// The same numbers on every machine and with every build: others keep these codes and boundaries.
#[test]
fn the_district_never_changes() {
    let grids = ganyu_grids();
    let mut sum = 0_u64;
    for (code, boundary) in &grids {
        for edge in boundary.segments() {
            for number in [edge.from.lon_steps(), edge.from.lat_steps()] {
                sum = sum
                    .wrapping_mul(31)
                    .wrapping_add(u64::from(number.unsigned_abs()));
            }
        }
        sum ^= code.number();
    }
    insta::assert_snapshot!(format!("{} grids, {sum:016x}", grids.len()), @"1400 grids, 58b741e718f0b36e");
}

#[test]
fn a_total_is_spread_evenly_over_the_villages() {
    let towns = synthetic_towns(60);
    let grids = schematic_district(&towns, Extent::GANYU, GridsPerVillage::Total(400)).unwrap();
    assert_eq!(grids.len(), 400);
    let mut sizes: BTreeMap<DivisionCode, usize> = BTreeMap::new();
    for (code, _) in &grids {
        *sizes.entry(code.village()).or_default() += 1;
    }
    assert_eq!(sizes.len(), 60);
    assert!(sizes.values().all(|size| (6..=7).contains(size)));
}

#[test]
fn made_up_villages_have_codes_of_villages_in_towns() {
    let towns = synthetic_towns(20_000);
    let mut codes = BTreeSet::new();
    for (town, villages) in &towns {
        assert_eq!(town.level(), DivisionLevel::Town);
        assert!(!town.is_zone());
        for village in villages {
            assert_eq!(village.parent(), Some(*town));
            assert!(codes.insert(*village));
        }
    }
    assert_eq!(codes.len(), 20_000);
}

#[test]
fn what_cannot_be_divided_is_refused() {
    let towns = synthetic_towns(3);
    let divide = |extent: Extent, grids| schematic_district(&towns, extent, grids).unwrap_err();
    let usual = Extent::GANYU;
    let two = GridsPerVillage::Between(2, 2);
    for extent in [
        Extent {
            west: f64::NAN,
            ..usual
        },
        Extent {
            north: f64::INFINITY,
            ..usual
        },
        Extent {
            east: 118.0,
            ..usual
        },
        Extent {
            north: 89.0,
            ..usual
        },
        Extent {
            east: usual.west + 0.001,
            ..usual
        },
    ] {
        assert_eq!(divide(extent, two), SchematicError::Extent, "{extent:?}");
    }
    assert_eq!(
        divide(usual, GridsPerVillage::Total(2)),
        SchematicError::TooFewGrids { least: 3 }
    );
    assert_eq!(
        divide(usual, GridsPerVillage::Between(0, 2)),
        SchematicError::TooFewGrids { least: 3 }
    );
    let most = SchematicError::TooManyGrids { most: 3 * 999 };
    assert_eq!(divide(usual, GridsPerVillage::Total(3_000)), most);
    assert_eq!(divide(usual, GridsPerVillage::Between(2, 1_000)), most);
    let none = schematic_district(&[], usual, two);
    assert_eq!(none.unwrap_err(), SchematicError::Villages);
    let twice = [towns[0].clone(), towns[0].clone()];
    let twice = schematic_district(&twice, usual, two);
    assert_eq!(twice.unwrap_err(), SchematicError::Villages);
    let small = Extent {
        east: usual.west + 0.011,
        north: usual.south + 0.011,
        ..usual
    };
    let many = schematic_district(
        &synthetic_towns(2_000),
        small,
        GridsPerVillage::Total(1_900_000),
    );
    assert_eq!(many.unwrap_err(), SchematicError::TooFine);
}
