//! Reading reference files: each format whole or not at all, every fault with its place.
//!
//! `docs/formats.md` describes the files for those who write them. A parser takes the text of one
//! file and gives either all its entries or all its faults (at most [`MAX_FAULTS`]), so that nobody
//! mends a file fault by fault.

pub mod admissions;
mod bulk;
pub mod bundle;
pub mod calendar;
pub mod catalogue;
pub mod certificates;
pub mod conditions;
pub mod configuration;
pub mod divisions;
pub mod duties;
mod fault;
mod feature;
mod format;
mod json;
pub mod powers;
pub mod requirements;
pub mod roster;
pub mod rulings;
mod sequence;
mod table;
pub mod units;
pub mod working_times;

pub use bulk::{GridImport, ImportError, Progress, import_grids};
pub use bundle::Bundle;
pub use fault::{Fault, MAX_FAULTS, Spot, Wrong, WrongGrid, WrongTime};
pub use feature::Fields;
pub use format::{FORMATS, Format, Refers, Table};
pub use table::write as write_table;
pub(crate) use table::write_rows;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 50_000_000;

#[cfg(test)]
mod tests;
