//! Duties: `kind,code_prefix,role,function,text,valid_from,valid_to`.

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Date;
use gridwhistle_domain::matter::MatterKind;
use gridwhistle_domain::routing::{Duty, Role, without_lead};

use super::fault::Faults;
use super::format::{Refers, Table, numbered};
use super::table::{Row, each_row, function, last_day, prefix};
use super::{Fault, Spot, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "kind",
    "code_prefix",
    "role",
    "function",
    "text",
    "valid_from",
    "valid_to",
];

/// The duties of a file. Their order counts: of several leads for a matter the first one is called.
///
/// Whether each assisting duty has a lead is asked when every row can be read, since a row that
/// cannot might be the lead.
pub fn parse(text: &str) -> Result<Vec<Duty>, Vec<Fault>> {
    let mut known: BTreeMap<(MatterKind, String, String), BTreeMap<Date, Duty>> = BTreeMap::new();
    let mut duties = Vec::new();
    let mut lines = Vec::new();
    each_row(text, HEADER, HEADER.len(), |row| {
        let Some(duty) = duty(row) else { return };
        let what = (
            duty.matter_kind,
            duty.code_prefix.clone(),
            duty.function.clone(),
        );
        let earlier = known.entry(what).or_default();
        // Those noted do not overlap each other, so only the neighbours can overlap this one.
        let before = earlier.range(..=duty.valid_from).next_back();
        let after = earlier.range(duty.valid_from..).next();
        let mut neighbours = before.into_iter().chain(after).map(|(_, other)| other);
        match neighbours.find(|other| other.overlaps(&duty)) {
            Some(other) if other.valid_from == duty.valid_from => {
                row.fault("function", Wrong::DutyTwice);
            }
            Some(other) => {
                let from = other.valid_from;
                row.fault("valid_from", Wrong::DutyOverlaps { from });
            }
            None => {
                earlier.insert(duty.valid_from, duty.clone());
                duties.push(duty);
                lines.push(row.line());
            }
        }
    })?;
    let mut faults = Faults::default();
    for (index, on) in without_lead(&duties) {
        let at = Spot::Field {
            line: lines.get(index).copied().unwrap_or_default(),
            column: 3,
            name: "role",
        };
        faults.add(at, Wrong::NoLead { on });
    }
    faults.or(duties)
}

fn duty(row: &mut Row<'_>) -> Option<Duty> {
    let matter_kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    let code_prefix =
        prefix(row.field("code_prefix")).map_err(|wrong| row.fault("code_prefix", wrong));
    let role = row.one_of("role", Role::ALL, Role::as_str);
    let function = row.read("function", function);
    let text = row.text("text");
    let (valid_from, valid_to) = row.validity()?;
    Some(Duty {
        matter_kind: matter_kind?,
        code_prefix: code_prefix.ok()?,
        role: role?,
        function: function?,
        text: text?,
        valid_from,
        valid_to,
    })
}

impl Table for Duty {
    const LIST: &'static str = lists::DUTIES;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] = &[("function", Refers::Function)];

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, index: usize) -> String {
        numbered(index)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.matter_kind.to_string(),
            self.code_prefix.clone(),
            self.role.to_string(),
            self.function.clone(),
            self.text.clone(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
        ]]
    }
}
