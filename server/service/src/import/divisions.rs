//! Divisions: `code,name,level,parent` and perhaps `valid_from,valid_to,predecessors,former_names`.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{
    Division, DivisionCode, DivisionLevel, FormerName, name_successors, predecessor_cycle,
};

use super::fault::{Faults, day};
use super::format::Table;
use super::table::{Row, each_row};
use super::{Fault, Spot, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "code",
    "name",
    "level",
    "parent",
    "valid_from",
    "valid_to",
    "predecessors",
    "former_names",
];

/// Where the predecessors stand in a row, counted from 1.
const PREDECESSORS: usize = 7;

/// The divisions of a file, in its order. The parent of each stands on an earlier line; the
/// divisions at the top of the file may have none only if they are provinces.
///
/// Whether predecessors are known, and none comes from itself, is asked when every row can be read.
pub fn parse(text: &str) -> Result<Vec<Division>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut divisions = Vec::new();
    let mut lines = Vec::new();
    each_row(text, HEADER, Division::REQUIRED, |row| {
        if let Some(division) = division(row, &mut known) {
            divisions.push(division);
            lines.push(row.line());
        }
    })?;
    let mut faults = Faults::default();
    let mut fault = |index: usize, wrong| {
        let line = lines.get(index).copied().unwrap_or_default();
        let at = Spot::Field {
            line,
            column: PREDECESSORS,
            name: "predecessors",
        };
        faults.add(at, wrong);
    };
    for (index, division) in divisions.iter().enumerate() {
        for before in division
            .predecessors
            .iter()
            .filter(|code| !known.contains(code))
        {
            let text = before.to_string();
            fault(index, Wrong::NoPredecessor { text });
        }
    }
    if let Some(cycle) = predecessor_cycle(&divisions) {
        let first = divisions
            .iter()
            .position(|d| Some(&d.code) == cycle.first());
        fault(first.unwrap_or_default(), Wrong::PredecessorCycle(cycle));
    }
    name_successors(&mut divisions);
    faults.or(divisions)
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
    let (valid_from, valid_to) = validity(row)?;
    let predecessors = predecessors(row)?;
    let former_names = row.maybe("former_names", former_names).ok()?;
    let code = code?;
    if !known.insert(code) {
        row.fault("code", Wrong::DivisionTwice(code));
    }
    Some(Division {
        code,
        name: name?,
        level: level?,
        parent,
        valid_from,
        valid_to,
        predecessors,
        successors: vec![],
        former_names: former_names.unwrap_or_default(),
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

/// Both may be empty: a division without a first day is older than the records.
fn validity(row: &mut Row<'_>) -> Option<(Option<Timestamp>, Option<Timestamp>)> {
    let from = row.maybe("valid_from", moment);
    let to = row.maybe("valid_to", moment);
    let (from, to) = (from.ok()?, to.ok()?);
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let from = from.date();
        row.fault("valid_to", Wrong::EndsTooEarly { from });
        return None;
    }
    Some((from, to))
}

/// A day, from its beginning on, or a moment of a day such as `2026-07-15T09:00:00+08:00`.
fn moment(text: &str) -> Result<Timestamp, Wrong> {
    match Timestamp::parse(text) {
        Ok(moment) => Ok(moment),
        Err(_) => day(text).map(|day| Timestamp::of(day, 0)),
    }
}

/// The same, written: the day alone where it is its beginning.
fn written(moment: Timestamp) -> String {
    if is_midnight(moment) {
        moment.date().to_string()
    } else {
        moment.to_rfc3339()
    }
}

fn is_midnight(moment: Timestamp) -> bool {
    moment == Timestamp::of(moment.date(), 0)
}

/// Each until when and what, separated by semicolons: `2026-08-01 柘汪乡; 2027-01-01 柘汪镇`.
fn former_names(text: &str) -> Result<Vec<FormerName>, Wrong> {
    let one = |text: &str| {
        let (until, name) = text.trim().split_once(' ').ok_or(Wrong::Empty)?;
        let until = moment(until)?;
        let name = name.trim().to_owned();
        Ok(FormerName { name, until })
    };
    text.split(';').map(one).collect()
}

/// Codes with blanks between.
fn predecessors(row: &mut Row<'_>) -> Option<Vec<DivisionCode>> {
    let field = row.field("predecessors").to_owned();
    let mut predecessors = Vec::new();
    for text in field.split_whitespace() {
        match DivisionCode::parse(text) {
            Ok(code) => predecessors.push(code),
            Err(error) => {
                row.fault("predecessors", error.into());
                return None;
            }
        }
    }
    Some(predecessors)
}

impl Table for Division {
    const LIST: &'static str = lists::DIVISIONS;
    const HEADER: &'static [&'static str] = HEADER;
    const REQUIRED: usize = 4;

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, _: usize) -> String {
        self.code.to_string()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let predecessors: Vec<String> = self.predecessors.iter().map(ToString::to_string).collect();
        let former = self.former_names.iter();
        let former_names: Vec<String> = former
            .map(|former| format!("{} {}", written(former.until), former.name))
            .collect();
        vec![vec![
            self.code.to_string(),
            self.name.clone(),
            self.level.to_string(),
            self.parent
                .map_or_else(String::new, |parent| parent.to_string()),
            self.valid_from.map_or_else(String::new, written),
            self.valid_to.map_or_else(String::new, written),
            predecessors.join(" "),
            former_names.join("; "),
        ]]
    }
}
