//! Divisions: `code,name,level,parent`.

use std::collections::BTreeSet;

use gridwhistle_domain::place::{Division, DivisionCode, DivisionLevel};

use super::table::{Row, each_row};
use super::{Fault, Wrong};

const HEADER: &[&str] = &["code", "name", "level", "parent"];

/// The divisions of a file, in its order. The parent of each stands on an earlier line; the
/// divisions at the top of the file may have none only if they are provinces.
pub fn parse(text: &str) -> Result<Vec<Division>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut divisions = Vec::new();
    each_row(text, HEADER, |row| {
        divisions.extend(division(row, &mut known));
    })?;
    Ok(divisions)
}

fn division(row: &mut Row<'_>, known: &mut BTreeSet<DivisionCode>) -> Option<Division> {
    let code = row.read("code", DivisionCode::parse);
    let name = row.text("name");
    let level = row.one_of("level", DivisionLevel::ALL, DivisionLevel::as_str);
    if let (Some(code), Some(level)) = (code, level)
        && code.level() != level
    {
        row.fault("level", Wrong::OtherLevel { code, level });
    }
    let parent = parent(row, code, known);
    let code = code?;
    if !known.insert(code) {
        row.fault("code", Wrong::DivisionTwice(code));
    }
    Some(Division {
        code,
        name: name?,
        level: level?,
        parent,
        valid_from: None,
        valid_to: None,
        predecessors: vec![],
        successors: vec![],
    })
}

/// The parent: one that stands above. None for a province, and where a fault was noted.
fn parent(
    row: &mut Row<'_>,
    code: Option<DivisionCode>,
    known: &BTreeSet<DivisionCode>,
) -> Option<DivisionCode> {
    if row.is_empty("parent") && code.is_some_and(|code| code.parent().is_none()) {
        return None;
    }
    let parent = row.read("parent", DivisionCode::parse)?;
    if !known.contains(&parent) {
        row.fault("parent", Wrong::ParentNotAbove(parent));
        return None;
    }
    if code.is_some_and(|code| code == parent || !parent.contains(code)) {
        row.fault("parent", Wrong::OtherParent(parent));
        return None;
    }
    Some(parent)
}
