//! Tables: comma-separated values with a header that names the columns.

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};
use gridwhistle_domain::clock::Date;

use super::MAX_BYTES;
use super::fault::{Fault, Faults, Spot, Wrong, day, too_large};

/// The longest field that is read, in characters.
const MAX_FIELD: usize = 2_000;

/// With these a spreadsheet program begins a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Reads every row below the header, which must be exactly `header`, of which the columns after the first `required`
/// may be left out. `take` sees the rows in order; one whose fields cannot be fields is not shown to it.
pub(super) fn each_row(
    text: &str,
    header: &'static [&'static str],
    required: usize,
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
    let mut columns = header;
    // What may be left out is not asked for.
    let wanted = header.get(..required).unwrap_or(header);
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
            columns = header.get(..record.len()).unwrap_or(header);
            if record.len() < required || record.iter().ne(columns.iter().copied()) {
                faults.add(Spot::Line(line), Wrong::Header(wanted));
                return faults.or(());
            }
            continue;
        }
        let mut row = Row {
            line,
            record: &record,
            header: columns,
            faults: &mut faults,
        };
        if row.is_sound() {
            take(&mut row);
        }
    }
    if !begun {
        faults.add(Spot::Line(1), Wrong::EmptyFile(wanted));
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

/// A field that cannot be read was noted as a fault.
pub(super) struct Noted;

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
        let at = match self.index(column) {
            Some(index) => Spot::Field {
                line: self.line,
                column: index + 1,
                name: self.header.get(index).copied().unwrap_or_default(),
            },
            None => Spot::Line(self.line),
        };
        self.faults.add(at, wrong);
    }

    /// Where the column stands; none where it was left out.
    fn index(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| *name == column)
    }

    /// The field as it stands, perhaps empty, without what kept it from being taken for a formula.
    pub fn field(&self, column: &str) -> &str {
        let field = self.index(column).and_then(|at| self.record.get(at));
        let field = field.unwrap_or_default();
        match field.strip_prefix('\'') {
            Some(rest) if begins_formula(rest) => rest,
            _ => field,
        }
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

    /// A field that may be empty, as `read` understands it.
    pub fn maybe<T, E: Into<Wrong>>(
        &mut self,
        column: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Noted> {
        if self.is_empty(column) {
            return Ok(None);
        }
        self.read(column, read).map(Some).ok_or(Noted)
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

/// A day that may be missing, as the tables write it.
pub(super) fn last_day(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// The first digits of matters' codes, none to five.
pub(super) fn prefix(text: &str) -> Result<String, Wrong> {
    if text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::NoPrefix {
            text: text.to_owned(),
        })
    }
}

/// The code of a power item, or the number of a certificate: it is part of addresses.
pub(super) fn item_code(text: &str) -> Result<String, Wrong> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    if text.len() <= 40 && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(Wrong::NoItemCode {
            text: text.to_owned(),
        })
    }
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

/// Whether a program could take the text, or what is left of it without quotes before it, for a formula.
fn begins_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// A table as it is read again by [`each_row`]. A field that a spreadsheet program would take for a formula begins with
/// one `'` more than it has.
pub fn write(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    write_rows(std::iter::once(header).chain(rows))
}

/// Lines of a table, which may be those of a part of it.
pub(crate) fn write_rows(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        let fields = row.iter().map(|field| {
            if begins_formula(field) {
                format!("'{field}")
            } else {
                field.clone()
            }
        });
        // Writing into memory cannot fail.
        let _ = writer.write_record(fields);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    const COLUMNS: &[&str] = &["a", "b"];

    #[test]
    fn no_field_is_a_formula_for_a_spreadsheet() {
        let rows = vec![vec!["=cmd|'/c calc'!A1".to_owned(), "@SUM(1,2)".to_owned()]];
        assert_eq!(
            write(COLUMNS, rows),
            "a,b\n'=cmd|'/c calc'!A1,\"'@SUM(1,2)\"\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(rows in prop::collection::vec(("['=+@,\"-]{0,3}[a-z甲]{0,3}x", "[-'=]{1,4}y?"), 0..5)) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b)| vec![a, b]).collect();
            let mut read = Vec::new();
            each_row(&write(COLUMNS, rows.clone()), COLUMNS, 2, |row| {
                read.push(vec![row.field("a").to_owned(), row.field("b").to_owned()]);
            })
            .unwrap();
            prop_assert_eq!(read, rows);
        }
    }
}
