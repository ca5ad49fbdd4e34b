//! Tables: comma-separated values with a header that names the columns.

use csv::{ReaderBuilder, StringRecord, Trim};
use gridwhistle_domain::clock::Date;

use super::MAX_BYTES;
use super::fault::{Fault, Faults, Spot, Wrong, day, too_large};

/// The longest field that is read, in characters.
const MAX_FIELD: usize = 2_000;

/// Reads every row below the header, which must be exactly `header`. `take` sees the rows in order;
/// one whose fields cannot be fields is not shown to it.
pub(super) fn each_row(
    text: &str,
    header: &'static [&'static str],
    mut take: impl FnMut(&mut Row<'_>),
) -> Result<(), Vec<Fault>> {
    if text.len() > MAX_BYTES {
        return Err(vec![too_large(text.len())]);
    }
    let mut faults = Faults::default();
    // Not left to the reader: the places of rows are counted in this text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut begun = false;
    let mut lines = Lines::new(text);
    while !faults.is_full() {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                faults.add(Spot::Line(reader.position().line()), Wrong::NoTable);
                break;
            }
        }
        let line = record.position().map_or(0, |at| lines.of(at.byte()));
        if !begun {
            begun = true;
            if record.iter().ne(header.iter().copied()) {
                faults.add(Spot::Line(line), Wrong::Header(header));
                return faults.or(());
            }
            continue;
        }
        let mut row = Row {
            line,
            record: &record,
            header,
            faults: &mut faults,
        };
        if row.is_sound() {
            take(&mut row);
        }
    }
    if !begun {
        faults.add(Spot::Line(1), Wrong::EmptyFile(header));
    }
    faults.or(())
}

/// The lines of a text, asked for in order.
///
/// The reader's own count is not used: it falls behind where lines end with `\r\n` or are empty, since
/// what is left of a line end belongs to the next row for it.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line, counted from 1, of the first byte from `byte` on that ends no line.
    fn of(&mut self, byte: u64) -> u64 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(&here) = self.text.get(self.at)
            && (self.at < begin || matches!(here, b'\r' | b'\n'))
        {
            self.at += 1;
            // Of `\r\n` only the second counts.
            let ends = match here {
                b'\n' => true,
                b'\r' => self.text.get(self.at) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
        }
        self.line
    }
}

/// A row below the header. What cannot be read is noted as a fault and is `None`.
pub(super) struct Row<'r> {
    line: u64,
    record: &'r StringRecord,
    header: &'static [&'static str],
    faults: &'r mut Faults,
}

impl Row<'_> {
    fn is_sound(&mut self) -> bool {
        let (found, wanted) = (self.record.len(), self.header.len());
        if found != wanted {
            let wrong = Wrong::FieldCount { found, wanted };
            self.faults.add(Spot::Line(self.line), wrong);
            return false;
        }
        let mut sound = true;
        for (column, field) in self.header.iter().zip(self.record) {
            let wrong = if field.chars().nth(MAX_FIELD).is_some() {
                Wrong::TooLong { most: MAX_FIELD }
            } else if field.chars().any(char::is_control) {
                Wrong::ControlCharacter
            } else {
                continue;
            };
            self.fault(column, wrong);
            sound = false;
        }
        sound
    }

    /// The line in which the row begins, counted from 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Notes a fault in a column.
    pub fn fault(&mut self, column: &str, wrong: Wrong) {
        let index = self.index(column);
        let at = Spot::Field {
            line: self.line,
            column: index + 1,
            name: self.header.get(index).copied().unwrap_or_default(),
        };
        self.faults.add(at, wrong);
    }

    fn index(&self, column: &str) -> usize {
        let at = self.header.iter().position(|name| *name == column);
        debug_assert!(at.is_some(), "{column} is no column");
        at.unwrap_or_default()
    }

    /// The field as it stands, perhaps empty.
    pub fn field(&self, column: &str) -> &str {
        self.record.get(self.index(column)).unwrap_or_default()
    }

    pub fn is_empty(&self, column: &str) -> bool {
        self.field(column).is_empty()
    }

    /// A text that must be there.
    pub fn text(&mut self, column: &str) -> Option<String> {
        self.read(column, |text| Ok::<_, Wrong>(text.to_owned()))
    }

    /// A field that must be there, as `read` understands it.
    pub fn read<T, E: Into<Wrong>>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.is_empty(column) {
            self.fault(column, Wrong::Empty);
            return None;
        }
        match read(self.field(column)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(column, error.into());
                None
            }
        }
    }

    /// One of a closed list of names.
    pub fn one_of<T: Copy>(
        &mut self,
        column: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        self.read(column, |text| one_of(text, all, name))
    }

    /// The columns `valid_from` and `valid_to`: the first day, and the first day no more.
    pub fn validity(&mut self) -> Option<(Date, Option<Date>)> {
        let from = self.read("valid_from", day);
        if self.is_empty("valid_to") {
            return Some((from?, None));
        }
        let to = self.read("valid_to", day);
        let (from, to) = (from?, to?);
        if to <= from {
            self.fault("valid_to", Wrong::EndsTooEarly { from });
            return None;
        }
        Some((from, Some(to)))
    }
}

/// The value of that name.
pub(super) fn one_of<T: Copy>(
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Wrong> {
    all.iter()
        .copied()
        .find(|value| name(*value) == text)
        .ok_or_else(|| Wrong::NotOneOf {
            text: text.to_owned(),
            names: all.iter().map(|value| name(*value)).collect(),
        })
}

/// A name such as the functions of units have: a small letter, then small letters, digits and `_`.
pub(super) fn function(text: &str) -> Result<String, Wrong> {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if begins && text.chars().all(rest) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::NoFunction {
            text: text.to_owned(),
        })
    }
}
