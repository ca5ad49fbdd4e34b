//! The lists that are kept as tables: how each is read, written, and compared with the others.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::LocalTime;
use gridwhistle_domain::matter::{Condition, Matter};
use gridwhistle_domain::place::Division;
use gridwhistle_domain::routing::{
    Admission, Certificate, Duty, LevelRule, PowerGrant, Requirement, Ruling, Unit,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::table::{each_row, write};
use super::{Fault, Wrong};
use crate::Reference;
use crate::reference::CalendarYear;

/// Entries of a list that is kept as a table.
pub trait Table: Serialize + DeserializeOwned {
    /// The list, as decisions name it.
    const LIST: &'static str;
    /// The columns, as the first line names them.
    const HEADER: &'static [&'static str];
    /// So many columns must be there; the others may be left out, the last ones first.
    const REQUIRED: usize = Self::HEADER.len();
    /// What the columns name that other lists have.
    const REFERS: &'static [(&'static str, Refers)] = &[];

    /// All entries of a text, or all its faults.
    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>>;

    /// What the entry is called in its list, in which it is the n-th.
    fn code(&self, index: usize) -> String;

    /// The lines of the entry, with as many fields as the header has.
    fn rows(&self) -> Vec<Vec<String>>;
}

/// The code of an entry in a list whose order counts.
pub(super) fn numbered(index: usize) -> String {
    format!("{index:06}")
}

/// What a column names.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Refers {
    Division,
    Unit,
    /// The function of some unit.
    Function,
    /// Units or functions, with blanks between.
    Responsible,
    /// The matter of a condition, before the slash.
    Condition,
    /// A power item that some town was granted.
    Power,
}

/// Reads a text as entries with their codes.
type Parse = fn(&str) -> Result<Vec<(String, Value)>, Vec<Fault>>;

/// A list that is kept as a table, whatever its entries.
#[derive(Copy, Clone, Debug)]
pub struct Format {
    pub list: &'static str,
    pub header: &'static [&'static str],
    pub required: usize,
    refers: &'static [(&'static str, Refers)],
    parse: Parse,
    rows: fn(&Value) -> Option<Vec<Vec<String>>>,
}

/// All of them, in the order in which they can be imported into an empty system.
pub const FORMATS: [Format; 13] = [
    of::<Division>(),
    of::<Matter>(),
    of::<Condition>(),
    of::<Unit>(),
    of::<Duty>(),
    of::<CalendarYear>(),
    of::<LocalTime>(),
    of::<PowerGrant>(),
    of::<Requirement>(),
    of::<Certificate>(),
    of::<Admission>(),
    of::<LevelRule>(),
    of::<Ruling>(),
];

const fn of<T: Table>() -> Format {
    Format {
        list: T::LIST,
        header: T::HEADER,
        required: T::REQUIRED,
        refers: T::REFERS,
        parse: |text| {
            let entries = T::parse(text)?;
            let coded = entries.iter().enumerate();
            Ok(coded
                .map(|(index, entry)| (entry.code(index), value(entry)))
                .collect())
        },
        rows: |value| T::deserialize(value).ok().map(|entry| entry.rows()),
    }
}

/// Entries have string keys and finite numbers: they all are values.
fn value(entry: &impl Serialize) -> Value {
    serde_json::to_value(entry).unwrap_or_default()
}

impl Format {
    /// The table of that list.
    pub fn by_list(list: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.list == list)
    }

    /// The entries of a text with their codes, compared with the other lists as they stand; or all faults.
    pub fn read(
        &self,
        text: &str,
        reference: &Reference,
    ) -> Result<Vec<(String, Value)>, Vec<Fault>> {
        let entries = (self.parse)(text)?;
        self.compare(text, reference)?;
        Ok(entries)
    }

    /// The lines of an entry; none for what is no entry of this list.
    pub fn rows(&self, entry: &Value) -> Option<Vec<Vec<String>>> {
        (self.rows)(entry)
    }

    /// The table of these lines with its header, so that no program takes a field for a formula.
    pub fn write(&self, rows: impl IntoIterator<Item = Vec<String>>) -> String {
        write(self.header, rows)
    }

    /// Whether entries have a last day.
    pub fn ends(&self) -> bool {
        self.header.contains(&"valid_to")
    }

    fn compare(&self, text: &str, reference: &Reference) -> Result<(), Vec<Fault>> {
        if self.refers.is_empty() {
            return Ok(());
        }
        let known = Known::of(reference);
        each_row(text, self.header, self.required, |row| {
            for (column, refers) in self.refers {
                let named = row.field(column).to_owned();
                if !named.is_empty()
                    && let Some(wrong) = known.lacks(*refers, &named)
                {
                    row.fault(column, wrong);
                }
            }
        })
    }
}

/// What the lists have. What is not filled yet cannot be compared with.
struct Known<'r> {
    reference: &'r Reference,
    functions: BTreeSet<&'r str>,
}

impl<'r> Known<'r> {
    fn of(reference: &'r Reference) -> Self {
        let units = reference.rules.units.iter();
        Self {
            reference,
            functions: units.map(|unit| unit.function.as_str()).collect(),
        }
    }

    fn lacks(&self, refers: Refers, named: &str) -> Option<Wrong> {
        let (reference, text) = (self.reference, named.to_owned());
        match refers {
            Refers::Division => {
                let known = named
                    .parse()
                    .is_ok_and(|code| reference.divisions.contains_key(&code));
                (!known && !reference.divisions.is_empty())
                    .then_some(Wrong::UnknownDivision { text })
            }
            Refers::Unit => {
                let code = gridwhistle_domain::routing::UnitCode(text.clone());
                let known = reference.unit(&code).is_some() || self.functions.is_empty();
                (!known).then_some(Wrong::UnknownUnit { text })
            }
            Refers::Function => {
                let known = self.functions.contains(named) || self.functions.is_empty();
                (!known).then_some(Wrong::UnknownFunction { text })
            }
            Refers::Responsible => named.split_whitespace().find_map(|one| {
                let refers = if one.contains('-') {
                    Refers::Unit
                } else {
                    Refers::Function
                };
                self.lacks(refers, one)
            }),
            Refers::Condition => {
                let matter = named
                    .split('/')
                    .next()
                    .and_then(|matter| matter.parse().ok());
                let catalogue = &reference.rules.catalogue;
                let known = matter.is_some_and(|matter| catalogue.matter(&matter).is_some());
                (!known && catalogue.iter().next().is_some())
                    .then_some(Wrong::UnknownMatter { text })
            }
            Refers::Power => {
                let registers = &reference.rules.registers;
                let known = registers.knows_item(named) || !registers.has_powers();
                (!known).then_some(Wrong::UnknownPower { text })
            }
        }
    }
}
