//! Powers: `item,name,kind,town,valid_from,valid_to,course,evaluated_on,evaluation,note`.

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Date;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::{Evaluation, PowerGrant, PowerKind};

use super::fault::day;
use super::format::{Refers, Table};
use super::table::{Noted, Row, each_row, item_code, last_day};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "item",
    "name",
    "kind",
    "town",
    "valid_from",
    "valid_to",
    "course",
    "evaluated_on",
    "evaluation",
    "note",
];

fn grant(row: &mut Row<'_>) -> Option<PowerGrant> {
    let item = row.read("item", item_code);
    let name = row.text("name");
    let kind = row.one_of("kind", PowerKind::ALL, PowerKind::as_str);
    let town = row.read("town", DivisionCode::parse);
    let town = town.filter(|town| {
        let is_town = town.level() == DivisionLevel::Town;
        if !is_town {
            let (code, level) = (*town, DivisionLevel::Town);
            row.fault("town", Wrong::OtherLevel { code, level });
        }
        is_town
    });
    let course = row.read("course", str::parse);
    let evaluation = evaluation(row);
    let note = row.field("note").to_owned();
    let (valid_from, valid_to) = row.validity()?;
    Some(PowerGrant {
        item: item?,
        name: name?,
        kind: kind?,
        town: town?,
        valid_from,
        valid_to,
        course: course?,
        evaluation: evaluation.ok()?,
        note,
    })
}

/// Both columns, or neither.
fn evaluation(row: &mut Row<'_>) -> Result<Option<(Date, Evaluation)>, Noted> {
    if row.is_empty("evaluated_on") && row.is_empty("evaluation") {
        return Ok(None);
    }
    let on = row.read("evaluated_on", day);
    let result = row.one_of("evaluation", Evaluation::ALL, Evaluation::as_str);
    Ok(Some((on.ok_or(Noted)?, result.ok_or(Noted)?)))
}

impl Table for PowerGrant {
    const LIST: &'static str = lists::POWERS;
    const HEADER: &'static [&'static str] = HEADER;
    const REQUIRED: usize = 7;
    const REFERS: &'static [(&'static str, Refers)] = &[("town", Refers::Division)];

    /// The grants of a file, in its order; a town holds an item once on a day.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut known: BTreeMap<(DivisionCode, String), Vec<Self>> = BTreeMap::new();
        let mut grants = Vec::new();
        each_row(text, HEADER, Self::REQUIRED, |row| {
            let Some(grant) = grant(row) else { return };
            let of_item = known.entry((grant.town, grant.item.clone())).or_default();
            if let Some(other) = of_item.iter().find(|other| other.overlaps(&grant)) {
                let from = other.valid_from;
                row.fault("valid_from", Wrong::EntryOverlaps { from });
            }
            of_item.push(grant.clone());
            grants.push(grant);
        })?;
        Ok(grants)
    }

    fn code(&self, _: usize) -> String {
        Self::code(self)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.item.clone(),
            self.name.clone(),
            self.kind.to_string(),
            self.town.to_string(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
            self.course.to_string(),
            last_day(self.evaluation.map(|(on, _)| on)),
            self.evaluation
                .map_or_else(String::new, |(_, result)| result.to_string()),
            self.note.clone(),
        ]]
    }
}
