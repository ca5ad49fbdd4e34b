//! What is wrong with a file, and where.

use std::fmt;

use super::MAX_BYTES;

/// At most so many faults of a file are told.
pub const MAX_FAULTS: usize = 100;

/// Something wrong at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1; 0 where only `column` tells the place.
    pub line: u64,
    /// In a table the number of the column and its name, `2 (code)`; in JSON the number of the
    /// character, or a JSON pointer (RFC 6901) where the line is 0. Empty: the whole line.
    pub column: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column.as_str()) {
            (0, "") => f.write_str(&self.message),
            (0, column) => write!(f, "{column}: {}", self.message),
            (line, "") => write!(f, "line {line}: {}", self.message),
            (line, column) => write!(f, "line {line}, column {column}: {}", self.message),
        }
    }
}

impl std::error::Error for Fault {}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault; those beyond [`MAX_FAULTS`] are dropped.
    pub fn add(&mut self, line: u64, column: impl Into<String>, message: impl fmt::Display) {
        if !self.is_full() {
            self.0.push(Fault {
                line,
                column: column.into(),
                message: message.to_string(),
            });
        }
    }

    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX_FAULTS
    }

    /// The value if nothing was wrong.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self.0)
        }
    }
}

/// The fault of a file beyond [`MAX_BYTES`].
pub(super) fn too_large(bytes: usize) -> Fault {
    Fault {
        line: 0,
        column: String::new(),
        message: format!("the file has {bytes} bytes: split it into files of at most {MAX_BYTES}"),
    }
}
