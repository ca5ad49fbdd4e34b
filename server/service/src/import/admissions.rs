//! Admissions: `department,kind,code_prefix,division,text,valid_from,valid_to,course`.

use std::collections::BTreeMap;

use gridwhistle_domain::matter::MatterKind;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::{Admission, UnitCode};

use super::format::{Refers, Table};
use super::table::{Row, each_row, last_day, prefix};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "department",
    "kind",
    "code_prefix",
    "division",
    "text",
    "valid_from",
    "valid_to",
    "course",
];

fn admission(row: &mut Row<'_>) -> Option<Admission> {
    let department = row.text("department");
    let matter_kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    let code_prefix = row.read("code_prefix", prefix);
    let division = row.read("division", DivisionCode::parse);
    let text = row.text("text");
    let course = row.read("course", str::parse);
    let (valid_from, valid_to) = row.validity()?;
    Some(Admission {
        department: UnitCode(department?),
        matter_kind: matter_kind?,
        code_prefix: code_prefix?,
        division: division?,
        text: text?,
        valid_from,
        valid_to,
        course: course?,
    })
}

impl Table for Admission {
    const LIST: &'static str = lists::ADMISSIONS;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] =
        &[("department", Refers::Unit), ("division", Refers::Division)];

    /// The applications of a file, in its order; on a day one for the same is under way or approved.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut known: BTreeMap<String, ()> = BTreeMap::new();
        let mut admissions: Vec<Self> = Vec::new();
        each_row(text, HEADER, Self::REQUIRED, |row| {
            let Some(admission) = admission(row) else {
                return;
            };
            if let Some(other) = admissions.iter().find(|other| other.overlaps(&admission)) {
                let from = other.valid_from;
                row.fault("valid_from", Wrong::EntryOverlaps { from });
            } else if known.insert(admission.code(), ()).is_some() {
                let code = admission.code();
                row.fault("valid_from", Wrong::EntryTwice { code });
            }
            admissions.push(admission);
        })?;
        Ok(admissions)
    }

    fn code(&self, _: usize) -> String {
        Self::code(self)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.department.to_string(),
            self.matter_kind.to_string(),
            self.code_prefix.clone(),
            self.division.to_string(),
            self.text.clone(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
            self.course.to_string(),
        ]]
    }
}
