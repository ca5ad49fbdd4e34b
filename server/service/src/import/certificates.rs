//! Certificates: `number,officer,unit,field,valid_from,valid_to,course`.

use std::collections::BTreeSet;

use gridwhistle_domain::routing::{Certificate, UnitCode};

use super::fault::day;
use super::format::{Refers, Table};
use super::table::{Row, each_row, function, item_code};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "number",
    "officer",
    "unit",
    "field",
    "valid_from",
    "valid_to",
    "course",
];

fn certificate(row: &mut Row<'_>) -> Option<Certificate> {
    let number = row.read("number", item_code);
    let officer = row.text("officer");
    let unit = row.text("unit");
    let field = row.read("field", function);
    let course = row.read("course", str::parse);
    // No certificate is for ever.
    let last = row.read("valid_to", day);
    let (valid_from, _) = row.validity()?;
    Some(Certificate {
        number: number?,
        officer: officer?,
        unit: UnitCode(unit?),
        field: field?,
        valid_from,
        valid_to: last?,
        course: course?,
    })
}

impl Table for Certificate {
    const LIST: &'static str = lists::CERTIFICATES;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] = &[("unit", Refers::Unit)];

    /// The certificates of a file, in its order; each number stands once.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut known = BTreeSet::new();
        let mut certificates = Vec::new();
        each_row(text, HEADER, Self::REQUIRED, |row| {
            let Some(certificate) = certificate(row) else {
                return;
            };
            if known.insert(certificate.number.clone()) {
                certificates.push(certificate);
            } else {
                let code = certificate.number;
                row.fault("number", Wrong::EntryTwice { code });
            }
        })?;
        Ok(certificates)
    }

    fn code(&self, _: usize) -> String {
        self.number.clone()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.number.clone(),
            self.officer.clone(),
            self.unit.to_string(),
            self.field.clone(),
            self.valid_from.to_string(),
            self.valid_to.to_string(),
            self.course.to_string(),
        ]]
    }
}
