//! What divisions came from and what became of them: mergers and splits end some and begin others.

use std::collections::{BTreeMap, BTreeSet};

use super::division::{Division, DivisionCode};
use crate::clock::Timestamp;

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

/// What the divisions that have ended by a moment have become, over however many changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succession {
    /// By ended division: the last that came from it, directly or by way of others.
    heirs: BTreeMap<DivisionCode, BTreeSet<DivisionCode>>,
    /// By division: the ended ones of which it is the only heir, by code, each with the moment since when it is.
    came_into: BTreeMap<DivisionCode, Vec<(DivisionCode, Timestamp)>>,
}

impl Succession {
    /// As it stands at a moment.
    pub fn at(divisions: &[Division], moment: Timestamp) -> Self {
        let ended: BTreeMap<DivisionCode, (&[DivisionCode], Timestamp)> = divisions
            .iter()
            .filter_map(|division| {
                let at = division.valid_to.filter(|to| *to <= moment)?;
                Some((division.code, (division.successors.as_slice(), at)))
            })
            .collect();
        let mut succession = Self::default();
        for (code, (_, at)) in &ended {
            let mut since = *at;
            let mut heirs = BTreeSet::new();
            let mut passed = BTreeSet::from([*code]);
            let mut next = vec![*code];
            while let Some(passing) = next.pop() {
                match ended.get(&passing) {
                    Some((successors, at)) if !successors.is_empty() => {
                        since = since.max(*at);
                        next.extend(successors.iter().filter(|code| passed.insert(**code)));
                    }
                    // Nothing became of the division itself.
                    Some(_) if passing == *code => {}
                    // What a part of it became is a part, also where that ended without a trace.
                    _ => {
                        heirs.insert(passing);
                    }
                }
            }
            if let (Some(heir), 1) = (heirs.first(), heirs.len()) {
                succession
                    .came_into
                    .entry(*heir)
                    .or_default()
                    .push((*code, since));
            }
            if !heirs.is_empty() {
                succession.heirs.insert(*code, heirs);
            }
        }
        succession
    }

    /// Whether a division is one of those that an ended one has become.
    pub fn is_heir(&self, heir: DivisionCode, of: DivisionCode) -> bool {
        self.heirs
            .get(&of)
            .is_some_and(|heirs| heirs.contains(&heir))
    }

    /// What an ended division has become as a whole; none where it is there still, was split, or nothing came after it.
    pub fn became(&self, code: DivisionCode) -> Option<DivisionCode> {
        let heirs = self.heirs.get(&code).filter(|heirs| heirs.len() == 1)?;
        heirs.first().copied()
    }

    /// The ended divisions that have become this one as a whole, by code, each with the moment since when they have.
    pub fn came_into(&self, code: DivisionCode) -> &[(DivisionCode, Timestamp)] {
        self.came_into.get(&code).map_or(&[], Vec::as_slice)
    }

    /// For which division something counts by today's codes: what its division has become, or else the nearest above it
    /// that has become another. Where neither has, its own: of a division that was split the old code stays.
    pub fn by_now(&self, code: DivisionCode) -> DivisionCode {
        std::iter::successors(Some(code), |code| code.parent())
            .find_map(|code| self.became(code))
            .unwrap_or(code)
    }

    /// The ended divisions outside a division of which everything counts for it, or for one below it, by today's codes;
    /// without those that lie below another one of them.
    pub fn from_outside(&self, code: DivisionCode) -> Vec<DivisionCode> {
        let into = self.came_into.iter();
        let inside = into.filter(|(heir, _)| code.contains(**heir));
        let mut outside: Vec<DivisionCode> = inside
            .flat_map(|(_, former)| former)
            .map(|(former, _)| *former)
            .filter(|former| !code.contains(*former))
            .collect();
        outside.sort_unstable();
        // Those above come before what lies below them.
        let mut widest: Vec<DivisionCode> = Vec::new();
        for former in outside {
            if widest.last().is_none_or(|above| !above.contains(former)) {
                widest.push(former);
            }
        }
        widest
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
            former_names: vec![],
        }
    }

    /// Ended at that moment by those that name it as a predecessor.
    fn ended(number: usize, predecessors: &[usize], at: i64) -> Division {
        Division {
            valid_to: Some(Timestamp::from_micros(at)),
            ..division(number, predecessors)
        }
    }

    fn stands(mut divisions: Vec<Division>, at: i64) -> Succession {
        name_successors(&mut divisions);
        Succession::at(&divisions, Timestamp::from_micros(at))
    }

    #[test]
    fn what_came_into_a_town_over_several_mergers_is_its_own_from_the_moment_of_each() {
        // 1 and 2 became 3, 3 and 4 became 5.
        let towns = || {
            vec![
                ended(1, &[], 10),
                ended(2, &[], 10),
                ended(3, &[1, 2], 20),
                ended(4, &[], 20),
                division(5, &[3, 4]),
            ]
        };
        let between = stands(towns(), 10);
        assert_eq!(between.became(code(1)), Some(code(3)));
        let at = |number, micros| (code(number), Timestamp::from_micros(micros));
        assert_eq!(between.came_into(code(3)), [at(1, 10), at(2, 10)]);
        assert_eq!(between.became(code(4)), None);
        let after = stands(towns(), 20);
        assert_eq!(after.became(code(1)), Some(code(5)));
        // What came into 3 came into 5 when 3 did.
        assert_eq!(
            after.came_into(code(5)),
            [1, 2, 3, 4].map(|number| at(number, 20))
        );
        assert_eq!(after.came_into(code(3)), []);
        assert_eq!(stands(towns(), 9), Succession::default());
    }

    #[test]
    fn of_a_town_that_was_split_the_old_code_stays_and_both_are_its_heirs() {
        let split = stands(
            vec![ended(1, &[], 10), division(2, &[1]), division(3, &[1])],
            10,
        );
        assert_eq!(split.became(code(1)), None);
        assert_eq!(split.by_now(code(1)), code(1));
        assert!(split.is_heir(code(2), code(1)) && split.is_heir(code(3), code(1)));
        assert!(!split.is_heir(code(1), code(2)));
    }

    #[test]
    fn a_village_that_nobody_listed_counts_for_what_its_town_has_become() {
        let merged = stands(vec![ended(1, &[], 10), division(2, &[1])], 10);
        let village = DivisionCode::from_number(code(1).number() + 205);
        assert_eq!(merged.by_now(village), code(2));
        assert_eq!(merged.from_outside(code(2)), [code(1)]);
        let county = code(1).parent().unwrap();
        assert_eq!(merged.from_outside(county), []);
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
