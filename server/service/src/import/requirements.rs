//! What enforcement needs, `kind,code_prefix,condition,function,power,field,valid_from,valid_to`; and which level handles
//! what, `kind,code_prefix,condition,level,class,text,valid_from,valid_to`.

use gridwhistle_domain::matter::MatterKind;
use gridwhistle_domain::place::DivisionLevel;
use gridwhistle_domain::routing::{About, LevelClass, LevelRule, Requirement};

use super::format::{Refers, Table, numbered};
use super::table::{Row, each_row, function, item_code, last_day, prefix};
use super::{Fault, Wrong};
use crate::reference::lists;

const REQUIREMENT: &[&str] = &[
    "kind",
    "code_prefix",
    "condition",
    "function",
    "power",
    "field",
    "valid_from",
    "valid_to",
];

const LEVEL: &[&str] = &[
    "kind",
    "code_prefix",
    "condition",
    "level",
    "class",
    "text",
    "valid_from",
    "valid_to",
];

/// The matters that a row is about. The prefix may be empty, and so may the number of the condition.
fn about(row: &mut Row<'_>) -> Option<About> {
    let matter_kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    let code_prefix = row.maybe("code_prefix", prefix).ok()?.unwrap_or_default();
    let condition = row.maybe("condition", |text| {
        text.parse::<u16>().map_err(|_| Wrong::NoStep {
            text: text.to_owned(),
        })
    });
    let condition = condition.ok()?;
    let (valid_from, valid_to) = row.validity()?;
    Some(About {
        matter_kind: matter_kind?,
        code_prefix,
        condition,
        valid_from,
        valid_to,
    })
}

fn requirement(row: &mut Row<'_>) -> Option<Requirement> {
    let function_of = row.read("function", function);
    let power = row.maybe("power", item_code).ok()?;
    let field = row.maybe("field", function).ok()?;
    if power.is_none() && field.is_none() {
        row.fault("power", Wrong::NothingRequired);
    }
    Some(Requirement {
        about: about(row)?,
        function: function_of?,
        power,
        field,
    })
}

fn level(row: &mut Row<'_>) -> Option<LevelRule> {
    let levels = [
        DivisionLevel::Town,
        DivisionLevel::County,
        DivisionLevel::City,
    ];
    let level = row.one_of("level", &levels, DivisionLevel::as_str);
    let class = row.one_of("class", LevelClass::ALL, LevelClass::as_str);
    let text = row.text("text");
    Some(LevelRule {
        about: about(row)?,
        level: level?,
        class: class?,
        text: text?,
    })
}

/// The fields in which both tables name matters and validity.
fn fields(about: &About) -> ([String; 3], [String; 2]) {
    let condition = about
        .condition
        .map_or_else(String::new, |number| number.to_string());
    (
        [
            about.matter_kind.to_string(),
            about.code_prefix.clone(),
            condition,
        ],
        [about.valid_from.to_string(), last_day(about.valid_to)],
    )
}

fn row(about: &About, own: [String; 3]) -> Vec<Vec<String>> {
    let (before, after) = fields(about);
    vec![before.into_iter().chain(own).chain(after).collect()]
}

impl Table for Requirement {
    const LIST: &'static str = lists::REQUIREMENTS;
    const HEADER: &'static [&'static str] = REQUIREMENT;
    const REFERS: &'static [(&'static str, Refers)] =
        &[("function", Refers::Function), ("power", Refers::Power)];

    /// The requirements of a file, in its order: all that speak of a matter hold together.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut requirements: Vec<Self> = Vec::new();
        each_row(text, REQUIREMENT, Self::REQUIRED, |row| {
            let Some(new) = requirement(row) else { return };
            let same = |other: &&Self| {
                other.function == new.function
                    && other.power == new.power
                    && other.field == new.field
                    && other.about.overlaps(&new.about)
            };
            if let Some(other) = requirements.iter().find(same) {
                let from = other.about.valid_from;
                row.fault("valid_from", Wrong::EntryOverlaps { from });
            }
            requirements.push(new);
        })?;
        Ok(requirements)
    }

    fn code(&self, index: usize) -> String {
        numbered(index)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let own = [
            self.function.clone(),
            self.power.clone().unwrap_or_default(),
            self.field.clone().unwrap_or_default(),
        ];
        row(&self.about, own)
    }
}

impl Table for LevelRule {
    const LIST: &'static str = lists::LEVELS;
    const HEADER: &'static [&'static str] = LEVEL;

    /// The levels of a file, in its order; for the same matters one on a day.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        let mut levels: Vec<Self> = Vec::new();
        each_row(text, LEVEL, Self::REQUIRED, |row| {
            let Some(new) = level(row) else { return };
            let same = |other: &&Self| other.about.overlaps(&new.about);
            if let Some(other) = levels.iter().find(same) {
                let from = other.about.valid_from;
                row.fault("valid_from", Wrong::EntryOverlaps { from });
            }
            levels.push(new);
        })?;
        Ok(levels)
    }

    fn code(&self, index: usize) -> String {
        numbered(index)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let own = [
            self.level.to_string(),
            self.class.to_string(),
            self.text.clone(),
        ];
        row(&self.about, own)
    }
}
