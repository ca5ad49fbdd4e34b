//! Units: `code,name,kind,function,division,valid_from,valid_to`.

use std::collections::BTreeSet;

use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::{Unit, UnitCode, UnitKind};

use super::format::{Refers, Table};
use super::table::{Row, each_row, function, last_day};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "code",
    "name",
    "kind",
    "function",
    "division",
    "valid_from",
    "valid_to",
];

/// The units of a file, in its order; each code stands once. Village committees need not be listed:
/// [`gridwhistle_domain::routing::village_committees`] makes them from the divisions.
pub fn parse(text: &str) -> Result<Vec<Unit>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut units = Vec::new();
    each_row(text, HEADER, HEADER.len(), |row| {
        let Some(unit) = unit(row) else { return };
        if known.insert(unit.code.clone()) {
            units.push(unit);
        } else {
            let code = unit.code.to_string();
            row.fault("code", Wrong::UnitTwice { code });
        }
    })?;
    Ok(units)
}

fn unit(row: &mut Row<'_>) -> Option<Unit> {
    let division = row.read("division", DivisionCode::parse);
    let code = division.and_then(|division| row.read("code", |code| unit_code(code, division)));
    let name = row.text("name");
    let kind = row.one_of("kind", UnitKind::ALL, UnitKind::as_str);
    let function = row.read("function", function);
    let (valid_from, valid_to) = row.validity()?;
    Some(Unit {
        code: code?,
        name: name?,
        kind: kind?,
        function: function?,
        division: division?,
        valid_from,
        valid_to,
    })
}

/// The significant digits of the division, a hyphen, and a short name of small letters and digits.
fn unit_code(text: &str, division: DivisionCode) -> Result<UnitCode, Wrong> {
    let short_name = text
        .strip_prefix(&division.prefix())
        .and_then(|rest| rest.strip_prefix('-'))
        .filter(|name| !name.is_empty() && name.len() <= 16)
        .filter(|name| {
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    short_name
        .map(|name| UnitCode::of(division, name))
        .ok_or_else(|| Wrong::NoUnit {
            text: text.to_owned(),
            prefix: division.prefix(),
        })
}

impl Table for Unit {
    const LIST: &'static str = lists::UNITS;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] = &[("division", Refers::Division)];

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, _: usize) -> String {
        self.code.to_string()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.code.to_string(),
            self.name.clone(),
            self.kind.to_string(),
            self.function.clone(),
            self.division.to_string(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
        ]]
    }
}
