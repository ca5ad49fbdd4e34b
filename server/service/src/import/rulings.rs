//! Rulings that became rules:
//! `ruling,kind,code_prefix,division,lead,assists,text,case_number,centre,valid_from,valid_to,withdrawn_at`.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::MatterKind;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::{Responsible, Ruling, UnitCode};

use super::format::{Refers, Table};
use super::table::{Row, each_row, function, last_day, prefix};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "ruling",
    "kind",
    "code_prefix",
    "division",
    "lead",
    "assists",
    "text",
    "case_number",
    "centre",
    "valid_from",
    "valid_to",
    "withdrawn_at",
];

/// A unit by its code, which has a hyphen, or whichever has the function, which has none.
fn responsible(text: &str) -> Result<Responsible, Wrong> {
    if text.contains('-') {
        Ok(Responsible::Unit(UnitCode(text.to_owned())))
    } else {
        function(text).map(Responsible::Function)
    }
}

fn named(responsible: &Responsible) -> String {
    match responsible {
        Responsible::Unit(code) => code.to_string(),
        Responsible::Function(function) => function.clone(),
    }
}

fn moment(text: &str) -> Result<Timestamp, Wrong> {
    Timestamp::parse(text).map_err(|_| Wrong::NoMoment {
        text: text.to_owned(),
    })
}

fn ruling(row: &mut Row<'_>) -> Option<Ruling> {
    let id = row.text("ruling");
    let matter_kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    let code_prefix = row.maybe("code_prefix", prefix);
    let division = row.read("division", DivisionCode::parse);
    let lead = row.read("lead", responsible);
    let assists = row.maybe("assists", |text| {
        text.split(' ')
            .filter(|one| !one.is_empty())
            .map(responsible)
            .collect::<Result<Vec<_>, _>>()
    });
    let text = row.text("text");
    let case_number = row.text("case_number");
    let centre = row.read("centre", DivisionCode::parse);
    let withdrawn_at = row.maybe("withdrawn_at", moment);
    let (valid_from, valid_to) = row.validity()?;
    let (division, centre) = (division?, centre?);
    if !centre.contains(division) {
        row.fault("division", Wrong::OtherParent(centre));
        return None;
    }
    Some(Ruling {
        id: id?,
        matter_kind: matter_kind?,
        code_prefix: code_prefix.ok()?.unwrap_or_default(),
        division,
        lead: lead?,
        assists: assists.ok()?.unwrap_or_default(),
        text: text?,
        case_number: case_number?,
        centre,
        valid_from,
        valid_to,
        withdrawn_at: withdrawn_at.ok()?,
    })
}

impl Table for Ruling {
    const LIST: &'static str = lists::RULINGS;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] = &[
        ("division", Refers::Division),
        ("lead", Refers::Responsible),
        ("assists", Refers::Responsible),
        ("centre", Refers::Division),
    ];

    /// The rulings of a file, each once. Two may be about the same: the newest counts.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut known = BTreeSet::new();
        let mut rulings: Vec<Self> = Vec::new();
        each_row(text, HEADER, Self::REQUIRED, |row| {
            let Some(ruling) = ruling(row) else { return };
            if !known.insert(ruling.id.clone()) {
                let code = ruling.id.clone();
                row.fault("ruling", Wrong::EntryTwice { code });
            }
            rulings.push(ruling);
        })?;
        Ok(rulings)
    }

    fn code(&self, _: usize) -> String {
        self.id.clone()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let assists: Vec<String> = self.assists.iter().map(named).collect();
        vec![vec![
            self.id.clone(),
            self.matter_kind.to_string(),
            self.code_prefix.clone(),
            self.division.to_string(),
            named(&self.lead),
            assists.join(" "),
            // What was said in several lines is one field of a table.
            self.text.split_whitespace().collect::<Vec<_>>().join(" "),
            self.case_number.clone(),
            self.centre.to_string(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
            self.withdrawn_at
                .map_or_else(String::new, Timestamp::to_rfc3339),
        ]]
    }
}
