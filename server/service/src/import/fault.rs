//! What is wrong with a file, and where: without words, which the one who shows it has in his language.

use gridwhistle_domain::clock::{Date, LimitError};
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKeyError};
use gridwhistle_domain::place::{
    BoundaryFault, CodeError, DivisionCode, DivisionLevel, GridCode, Position,
};
use gridwhistle_domain::routing::CourseError;

/// At most so many faults of a file are told.
pub const MAX_FAULTS: usize = 100;

/// Something wrong at a place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: Spot,
    pub wrong: Wrong,
}

/// A place of a file. Lines, columns and characters are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    File,
    Line(u64),
    /// A field of a table: its line, and the number and the name of its column.
    Field {
        line: u64,
        column: usize,
        name: &'static str,
    },
    /// A character of a line.
    Character {
        line: usize,
        column: usize,
    },
    /// A JSON pointer (RFC 6901).
    Pointer(String),
    /// A feature of a sequence or a collection: its line, its number, and a JSON pointer into it, perhaps empty.
    Feature {
        line: u64,
        feature: u64,
        pointer: String,
    },
}

/// What is wrong. The fields are what its sentence speaks of; `text` is what stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Larger than [`super::MAX_BYTES`].
    TooLarge {
        bytes: usize,
    },
    /// The columns that the first line must name.
    Header(&'static [&'static str]),
    EmptyFile(&'static [&'static str]),
    /// The rows of the table cannot be told apart.
    NoTable,
    FieldCount {
        found: usize,
        wanted: usize,
    },
    /// More characters than this.
    TooLong {
        most: usize,
    },
    ControlCharacter,
    Empty,
    NotOneOf {
        text: String,
        names: Vec<&'static str>,
    },
    NoDay {
        text: String,
    },
    /// Not a minute such as `2026-07-15 08:00`.
    NoMoment {
        text: String,
    },
    /// `valid_to` is not after `valid_from`.
    EndsTooEarly {
        from: Date,
    },
    NoFunction {
        text: String,
    },
    NoDigits {
        text: String,
        digits: usize,
    },
    NoProvince {
        text: String,
    },
    /// The code of a grid does not begin with a village.
    NoVillage {
        text: String,
    },
    /// The code of a grid ends with 000.
    NoSequence {
        text: String,
    },
    DivisionTwice(DivisionCode),
    /// The code is that of another level.
    OtherLevel {
        code: DivisionCode,
        level: DivisionLevel,
    },
    ParentNotAbove(DivisionCode),
    /// The parent does not contain the division.
    OtherParent(DivisionCode),
    NoMatter {
        text: String,
    },
    MatterTwice {
        matter: MatterKey,
        catalogue: String,
    },
    /// The code belongs to another major class than the line says.
    OtherMajor(MatterKey),
    NoCondition {
        text: String,
    },
    ConditionTwice(ConditionId),
    NoStep {
        text: String,
    },
    StepOutOfOrder {
        found: u32,
        expected: u32,
    },
    /// What only the first step has stands at a later one.
    FirstStepOnly,
    NoAmount {
        text: String,
    },
    AmountBeyond {
        amount: u32,
        most: u32,
    },
    NoTimeUnit {
        text: String,
    },
    NoUnit {
        text: String,
        /// With what codes of the division's units begin, before the hyphen.
        prefix: String,
    },
    UnitTwice {
        code: String,
    },
    NoPrefix {
        text: String,
    },
    DutyTwice,
    /// A duty of the same function in the same matters, from this day, is in force on the same days.
    DutyOverlaps {
        from: Date,
    },
    /// Nobody leads where the duty assists, on this day first.
    NoLead {
        on: Date,
    },
    /// Other lists have no such division, unit, function, matter or power item.
    UnknownDivision {
        text: String,
    },
    UnknownUnit {
        text: String,
    },
    UnknownFunction {
        text: String,
    },
    UnknownMatter {
        text: String,
    },
    UnknownPower {
        text: String,
    },
    /// The divisions before it come back to it, in this order.
    PredecessorCycle(Vec<DivisionCode>),
    /// It is no predecessor of itself, and those that are stand in the list.
    NoPredecessor {
        text: String,
    },
    /// The course of an entry: unreadable, beginning or going on as it cannot.
    NoCourse(CourseError),
    /// The same entry stands twice.
    EntryTwice {
        code: String,
    },
    /// An entry about the same, from this day, is in force on the same days.
    EntryOverlaps {
        from: Date,
    },
    /// A code of small and capital letters, digits and hyphens, at most 40.
    NoItemCode {
        text: String,
    },
    /// Neither power nor field: nothing is required.
    NothingRequired,
    /// JSON that breaks the rules of JSON.
    JsonSyntax,
    /// JSON that ends before its end.
    JsonEnds,
    /// JSON of another shape than this example's.
    JsonShape {
        example: &'static str,
    },
    /// The day is neither of the year nor of the December before.
    OtherYear {
        date: Date,
        year: i32,
    },
    DayTwice(Date),
    YearTwice(i32),
    /// The notices of the years before and after it are there.
    YearMissing(i32),
    /// The column has no meaning for this kind of row.
    NotEmpty,
    /// Of working times.
    Time(WrongTime),
    /// Of grids.
    Grid(WrongGrid),
    NoCollection {
        text: String,
    },
    GeometryMissing,
    PropertiesMissing,
    TextMissing,
    FlagMissing,
    /// Not 1 to 100 characters, or control characters.
    NoName,
}

/// What is wrong with working times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongTime {
    NoDayOfYear {
        text: String,
    },
    NoHours {
        text: String,
    },
    /// More days than a row may name.
    TooManyDays {
        most: i32,
    },
    /// More rows than a division may have.
    TooManyRows {
        most: usize,
    },
    /// An earlier line says something of the same, from this day on where it is one of days.
    Clash {
        line: u64,
        on: Option<Date>,
    },
}

/// What is wrong with grids in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongGrid {
    /// The packed file is cut off or was changed.
    GzipDamaged,
    /// The file is larger than this, in bytes after unpacking.
    TooManyBytes {
        most: u64,
    },
    TooManyFeatures {
        most: u64,
    },
    /// A feature of more bytes than this.
    FeatureTooLarge {
        most: usize,
    },
    /// Brackets in brackets, more than this.
    TooDeep {
        most: usize,
    },
    /// The type of the object is another one.
    NoFeature {
        text: String,
    },
    /// The file says itself that its coordinates are meant in another system.
    OtherSystem {
        text: String,
    },
    /// The boundary breaks a rule.
    Boundary(BoundaryFault),
    /// Two grids claim the same land.
    Overlap {
        a: GridCode,
        b: GridCode,
        at: Position,
        /// Square metres, with one decimal.
        area: String,
    },
}

impl From<WrongGrid> for Wrong {
    fn from(wrong: WrongGrid) -> Self {
        Self::Grid(wrong)
    }
}

impl From<WrongTime> for Wrong {
    fn from(wrong: WrongTime) -> Self {
        Self::Time(wrong)
    }
}

impl From<CodeError> for Wrong {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::NotDigits { text, digits } => Self::NoDigits { text, digits },
            CodeError::NoProvince(text) => Self::NoProvince { text },
            CodeError::NoVillage(text) => Self::NoVillage { text },
            CodeError::NoSequence(text) => Self::NoSequence { text },
        }
    }
}

impl From<MatterKeyError> for Wrong {
    fn from(MatterKeyError(text): MatterKeyError) -> Self {
        Self::NoMatter { text }
    }
}

impl From<CourseError> for Wrong {
    fn from(error: CourseError) -> Self {
        Self::NoCourse(error)
    }
}

impl From<LimitError> for Wrong {
    fn from(LimitError { amount, most }: LimitError) -> Self {
        Self::AmountBeyond { amount, most }
    }
}

/// A day, as the tables and the calendars write it.
pub(super) fn day(text: &str) -> Result<Date, Wrong> {
    Date::parse(text).map_err(|_| Wrong::NoDay {
        text: text.to_owned(),
    })
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault; those beyond [`MAX_FAULTS`] are dropped.
    pub fn add(&mut self, at: Spot, wrong: Wrong) {
        if !self.is_full() {
            self.0.push(Fault { at, wrong });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

/// The fault of a file beyond [`super::MAX_BYTES`].
pub(super) const fn too_large(bytes: usize) -> Fault {
    Fault {
        at: Spot::File,
        wrong: Wrong::TooLarge { bytes },
    }
}
