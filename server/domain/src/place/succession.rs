//! What divisions came from: mergers and splits end some and begin others.

use std::collections::{BTreeMap, BTreeSet};

use super::division::{Division, DivisionCode};

/// A division that would come from itself, with those between, in the order of their succession; none where every
/// division has a beginning.
pub fn predecessor_cycle(divisions: &[Division]) -> Option<Vec<DivisionCode>> {
    let before: BTreeMap<DivisionCode, &[DivisionCode]> = divisions
        .iter()
        .map(|division| (division.code, division.predecessors.as_slice()))
        .collect();
    let mut done: BTreeSet<DivisionCode> = BTreeSet::new();
    for division in divisions {
        // The way back from the division, with how many predecessors of each were followed.
        let mut way = vec![(division.code, 0)];
        while let Some((code, followed)) = way.last_mut() {
            let next = before.get(code).and_then(|before| before.get(*followed));
            let Some(&next) = next.filter(|_| !done.contains(code)) else {
                done.insert(*code);
                way.pop();
                continue;
            };
            *followed += 1;
            if let Some(begin) = way.iter().position(|(passed, _)| *passed == next) {
                let cycle = way.into_iter().skip(begin).map(|(code, _)| code);
                return Some(cycle.collect());
            }
            way.push((next, 0));
        }
    }
    None
}

/// Lets each division name those that came from it.
pub fn name_successors(divisions: &mut [Division]) {
    let mut after: BTreeMap<DivisionCode, Vec<DivisionCode>> = BTreeMap::new();
    for division in divisions.iter() {
        for predecessor in &division.predecessors {
            after.entry(*predecessor).or_default().push(division.code);
        }
    }
    for division in divisions {
        division.successors = after.remove(&division.code).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn code(number: usize) -> DivisionCode {
        DivisionCode::parse(&format!("3207071{number:02}000")).unwrap()
    }

    fn division(number: usize, predecessors: &[usize]) -> Division {
        let code_of = code(number);
        Division {
            code: code_of,
            name: code_of.to_string(),
            level: code_of.level(),
            parent: code_of.parent(),
            valid_from: None,
            valid_to: None,
            predecessors: predecessors.iter().map(|&number| code(number)).collect(),
            successors: vec![],
        }
    }

    #[test]
    fn two_towns_become_one_and_the_one_comes_from_both() {
        let mut divisions = [division(1, &[]), division(2, &[]), division(3, &[1, 2])];
        assert_eq!(predecessor_cycle(&divisions), None);
        name_successors(&mut divisions);
        assert_eq!(divisions[0].successors, [code(3)]);
        assert_eq!(divisions[2].successors, []);
    }

    #[test]
    fn no_division_comes_from_itself_not_even_by_way_of_others() {
        let cycle =
            predecessor_cycle(&[division(4, &[1]), division(1, &[2]), division(2, &[3, 1])]);
        assert_eq!(cycle, Some(vec![code(1), code(2)]));
        assert_eq!(predecessor_cycle(&[division(1, &[1])]), Some(vec![code(1)]));
    }

    proptest! {
        #[test]
        fn there_is_a_cycle_exactly_where_no_order_puts_everybody_after_his_predecessors(
            edges in prop::collection::vec((0_usize..6, 0_usize..6), 0..9),
        ) {
            let divisions: Vec<Division> = (0..6)
                .map(|number| {
                    let of_it = edges.iter().filter(|(of, _)| *of == number);
                    let predecessors: Vec<usize> = of_it.map(|(_, before)| *before).collect();
                    division(number, &predecessors)
                })
                .collect();
            let mut placed: Vec<usize> = Vec::new();
            for _ in 0..6 {
                for number in 0..6 {
                    let mut before = edges.iter().filter(|(of, _)| *of == number);
                    if !placed.contains(&number) && before.all(|(_, other)| placed.contains(other)) {
                        placed.push(number);
                    }
                }
            }
            prop_assert_eq!(predecessor_cycle(&divisions).is_some(), placed.len() < 6);
        }
    }
}
