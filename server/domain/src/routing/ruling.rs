//! Rulings that became rules (裁定成例): who is responsible for a matter in a place, because a centre said so once.

use serde::{Deserialize, Serialize};

use super::UnitCode;
use crate::clock::{Date, Timestamp};
use crate::matter::{MatterKey, MatterKind};
use crate::place::DivisionCode;

/// Who is named: one unit, or whichever unit has a function at the place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Responsible {
    Unit(UnitCode),
    Function(String),
}

/// A rule about all matters whose code begins so, in a division with all below it, in force in [`valid_from`,
/// `valid_to`) unless it was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Of the case and the number of its dispute.
    pub id: String,
    pub matter_kind: MatterKind,
    /// The first digits of the matter's code, or none at all for every matter.
    pub code_prefix: String,
    pub division: DivisionCode,
    pub lead: Responsible,
    pub assists: Vec<Responsible>,
    /// What the centre said, shown as the reason for the call. No resident's name or telephone stands in it.
    pub text: String,
    /// The case in which it was said.
    pub case_number: String,
    /// The division whose centre said it, and may change it.
    pub centre: DivisionCode,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub withdrawn_at: Option<Timestamp>,
}

impl Ruling {
    pub fn in_force(&self, on: Date) -> bool {
        self.withdrawn_at.is_none()
            && self.valid_from <= on
            && self.valid_to.is_none_or(|to| on < to)
    }

    fn covers(&self, matter: &MatterKey, place: DivisionCode) -> bool {
        self.matter_kind == matter.kind
            && matter.code.starts_with(&self.code_prefix)
            && self.division.contains(place)
    }
}

/// The ruling that says who is responsible for a matter at a place on a day: the one about the fewest matters, then
/// about the smallest division, then the newest.
pub fn ruled<'r>(
    rulings: &'r [Ruling],
    matter: &MatterKey,
    place: DivisionCode,
    on: Date,
) -> Option<&'r Ruling> {
    rulings
        .iter()
        .filter(|ruling| ruling.in_force(on) && ruling.covers(matter, place))
        .max_by_key(|ruling| {
            (
                ruling.code_prefix.len(),
                ruling.division.level(),
                ruling.valid_from,
                &ruling.id,
            )
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ruling(id: &str, prefix: &str, division: &str, from: &str) -> Ruling {
        Ruling {
            id: id.to_owned(),
            matter_kind: MatterKind::Event,
            code_prefix: prefix.to_owned(),
            division: DivisionCode::parse(division).unwrap(),
            lead: Responsible::Function("police".to_owned()),
            assists: Vec::new(),
            text: "由派出所主办".to_owned(),
            case_number: "32070720260907000001".to_owned(),
            centre: DivisionCode::parse("320707000000").unwrap(),
            valid_from: Date::parse(from).unwrap(),
            valid_to: None,
            withdrawn_at: None,
        }
    }

    fn found(rulings: &[Ruling], code: &str, place: &str, on: &str) -> Option<String> {
        let matter = MatterKey::new(MatterKind::Event, code).unwrap();
        let place = DivisionCode::parse(place).unwrap();
        ruled(rulings, &matter, place, Date::parse(on).unwrap()).map(|r| r.id.clone())
    }

    #[test]
    fn the_narrowest_ruling_counts_and_of_those_the_newest() {
        let rulings = [
            ruling("county", "06010", "320707000000", "2026-01-01"),
            ruling("town", "06010", "320707101000", "2026-01-01"),
            ruling("newer", "06010", "320707101000", "2026-05-01"),
            ruling("wide", "06", "320707101000", "2026-06-01"),
        ];
        let at = |code, place, on| found(&rulings, code, place, on);
        assert_eq!(
            at("06010", "320707101201", "2026-09-07").as_deref(),
            Some("newer")
        );
        assert_eq!(
            at("06010", "320707101201", "2026-04-30").as_deref(),
            Some("town")
        );
        assert_eq!(
            at("06010", "320707102201", "2026-09-07").as_deref(),
            Some("county")
        );
        assert_eq!(
            at("06011", "320707101201", "2026-09-07").as_deref(),
            Some("wide")
        );
        assert_eq!(at("07010", "320707101201", "2026-09-07"), None);
    }

    #[test]
    fn what_ended_or_was_withdrawn_is_no_rule() {
        let mut ended = ruling("ended", "06010", "320707101000", "2026-01-01");
        ended.valid_to = Some(Date::parse("2026-09-07").unwrap());
        let one = [ended.clone()];
        assert!(found(&one, "06010", "320707101201", "2026-09-06").is_some());
        assert_eq!(found(&one, "06010", "320707101201", "2026-09-07"), None);
        ended.withdrawn_at = Some(Timestamp::from_micros(0));
        assert_eq!(found(&[ended], "06010", "320707101201", "2026-09-06"), None);
    }
}
