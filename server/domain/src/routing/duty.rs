//! Duties (主体责任, 配合责任): which function leads and which assist in a matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Date;
use crate::matter::{MatterKey, MatterKind};
use crate::names::names;

names! {
    /// The part of a called unit.
    pub enum Role {
        /// 主办
        Lead => "lead",
        /// 协办
        Assist => "assist",
    }
}

/// A duty of a function in all matters whose code begins so, in force in [`valid_from`, `valid_to`).
///
/// Duties name a function and not a unit, so that one list serves every town; which unit has the
/// function at a place, the list of units says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    pub matter_kind: MatterKind,
    /// The first digits of the matter's code: `06010`, `06`, or none at all for every matter.
    pub code_prefix: String,
    pub role: Role,
    pub function: String,
    /// The words of the list, shown as the reason for the call.
    pub text: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl Duty {
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from <= on && self.valid_to.is_none_or(|to| on < to)
    }

    /// Whether the duty is about a matter.
    pub fn covers(&self, matter: &MatterKey) -> bool {
        self.matter_kind == matter.kind && matter.code.starts_with(&self.code_prefix)
    }

    /// Whether both are about the same function and prefix on a day: a list says it once.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_within = |duty: &Self, other: &Self| other.in_force(duty.valid_from);
        self.matter_kind == other.matter_kind
            && self.code_prefix == other.code_prefix
            && self.function == other.function
            && (begins_within(self, other) || begins_within(other, self))
    }
}

/// The assisting duties of a list beside which nobody leads on one of their days: each as its index, with the first
/// such day. The lead may have the same prefix, a shorter or a longer one, and several may take turns.
///
/// Beside an assist in a whole class or in all matters it is enough that somebody leads in some of them: for the others
/// the town's enforcement bureau steps in (see [`super::propose`]).
pub fn without_lead(duties: &[Duty]) -> Vec<(usize, Date)> {
    let mut led: BTreeMap<(MatterKind, &str), Vec<&Duty>> = BTreeMap::new();
    for duty in duties.iter().filter(|duty| duty.role == Role::Lead) {
        let key = (duty.matter_kind, duty.code_prefix.as_str());
        led.entry(key).or_default().push(duty);
    }
    let assists = duties.iter().enumerate();
    assists
        .filter(|(_, duty)| duty.role == Role::Assist)
        .filter_map(|(index, assist)| {
            let (kind, prefix) = (assist.matter_kind, assist.code_prefix.as_str());
            let shorter = prefix.char_indices().map(|(end, _)| end);
            let shorter = shorter.filter_map(|end| led.get(&(kind, prefix.get(..end)?)));
            let longer = led.range((kind, prefix)..);
            let longer =
                longer.take_while(|((of, code), _)| *of == kind && code.starts_with(prefix));
            let mut leads: Vec<&Duty> = shorter
                .chain(longer.map(|(_, duties)| duties))
                .flatten()
                .copied()
                .collect();
            leads.sort_by_key(|lead| lead.valid_from);
            first_day_without(assist, &leads).map(|day| (index, day))
        })
        .collect()
}

/// The first day of the duty on which none of the leads, sorted by their first day, is in force.
fn first_day_without(duty: &Duty, leads: &[&Duty]) -> Option<Date> {
    let mut day = duty.valid_from;
    for lead in leads
        .iter()
        .filter(|lead| lead.valid_to.is_none_or(|to| to > duty.valid_from))
    {
        if lead.valid_from > day {
            break;
        }
        day = day.max(lead.valid_to?);
    }
    duty.valid_to.is_none_or(|to| day < to).then_some(day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn day(index: u8) -> Date {
        Date::from_ymd(2026, 7, u32::from(index) + 1).unwrap()
    }

    fn duty(prefix: &str, role: Role, from: u8, to: Option<u8>) -> Duty {
        Duty {
            matter_kind: MatterKind::Event,
            code_prefix: prefix.to_owned(),
            role,
            function: "police".to_owned(),
            text: "巡查".to_owned(),
            valid_from: day(from),
            valid_to: to.map(day),
        }
    }

    #[test]
    fn a_duty_may_follow_another_but_not_meet_it() {
        let first = duty("06", Role::Lead, 0, Some(5));
        assert!(!first.overlaps(&duty("06", Role::Lead, 5, None)));
        assert!(first.overlaps(&duty("06", Role::Assist, 4, None)));
        assert!(duty("06", Role::Lead, 4, None).overlaps(&first));
        assert!(!first.overlaps(&duty("060", Role::Lead, 0, None)));
    }

    #[test]
    fn leads_may_take_turns_but_leave_no_day_out() {
        let assist = duty("06010", Role::Assist, 0, None);
        let first = duty("06", Role::Lead, 0, Some(5));
        let list = |from| {
            vec![
                duty("0601", Role::Lead, from, None),
                assist.clone(),
                first.clone(),
            ]
        };
        assert_eq!(without_lead(&list(5)), []);
        assert_eq!(without_lead(&list(6)), [(1, day(5))]);
        assert_eq!(without_lead(&[assist]), [(0, day(0))]);
        let other = [
            duty("07", Role::Lead, 0, None),
            duty("06", Role::Assist, 3, None),
        ];
        assert_eq!(without_lead(&other), [(1, day(3))]);
    }

    #[test]
    fn who_assists_in_all_matters_needs_a_lead_in_some_of_them() {
        let village = duty("", Role::Assist, 0, None);
        let class = |from| vec![village.clone(), duty("06", Role::Lead, from, None)];
        assert_eq!(without_lead(&class(0)), []);
        assert_eq!(without_lead(&class(1)), [(0, day(0))]);
    }

    proptest! {
        #[test]
        fn a_day_without_lead_is_found_as_by_trying_every_day(
            rows in prop::collection::vec((0_usize..4, any::<bool>(), 0_u8..20, 1_u8..10), 0..10),
        ) {
            let duties: Vec<Duty> = rows
                .into_iter()
                .map(|(length, lead, from, days)| {
                    let role = if lead { Role::Lead } else { Role::Assist };
                    duty(&"060"[..length], role, from, Some(from + days))
                })
                .collect();
            let led = |assist: &Duty, on: Date| {
                duties.iter().any(|lead| {
                    lead.role == Role::Lead
                        && (assist.code_prefix.starts_with(&lead.code_prefix)
                            || lead.code_prefix.starts_with(&assist.code_prefix))
                        && lead.in_force(on)
                })
            };
            let expected: Vec<(usize, Date)> = duties
                .iter()
                .enumerate()
                .filter(|(_, duty)| duty.role == Role::Assist)
                .filter_map(|(index, assist)| {
                    let days = (0..30).map(day);
                    let mut of_it = days.filter(|on| assist.in_force(*on));
                    Some((index, of_it.find(|on| !led(assist, *on))?))
                })
                .collect();
            prop_assert_eq!(without_lead(&duties), expected);
        }
    }
}
