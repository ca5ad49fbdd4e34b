//! What is wrong with a list, in words: the same for a file that is imported and for an entry that is changed.

use gridwhistle_domain::place::{BoundaryFault, BoundaryFaultCode, GridCode, Position};
use gridwhistle_domain::routing::CourseError;
use gridwhistle_service::import::{Fault, MAX_BYTES, Spot, Wrong, WrongGrid, WrongTime};

use crate::messages::Message;

/// The sentence of a fault, with its place.
pub fn file_fault(fault: &Fault) -> Message {
    let wrong = of_file(&fault.wrong);
    match &fault.at {
        Spot::File => wrong,
        Spot::Line(line) => Message::new("import-at-line")
            .with("line", line.to_string())
            .with("wrong", wrong),
        Spot::Field { line, column, name } => Message::new("import-at-field")
            .with("line", line.to_string())
            .with("column", *column)
            .with("name", *name)
            .with("wrong", wrong),
        Spot::Character { line, column } => Message::new("import-at-character")
            .with("line", *line)
            .with("column", *column)
            .with("wrong", wrong),
        Spot::Pointer(pointer) => at_pointer(pointer.clone(), wrong),
        Spot::Feature {
            line,
            feature,
            pointer,
        } => Message::new("import-at-feature")
            .with("line", line.to_string())
            .with("feature", feature.to_string())
            .with("pointer", pointer.clone())
            .with("wrong", wrong),
    }
}

/// The sentence of a fault at a place of a JSON text.
pub fn at_pointer(pointer: String, wrong: Message) -> Message {
    Message::new("import-at-pointer")
        .with("pointer", pointer)
        .with("wrong", wrong)
}

/// What stands in a file, so that it can be told from the sentence and does nothing to the terminal.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// The sentence alone.
#[expect(
    clippy::too_many_lines,
    reason = "one arm a fault: the table of sentences"
)]
pub(crate) fn of_file(wrong: &Wrong) -> Message {
    let about = |key, text: &str| Message::new(key).with("text", quoted(text));
    match wrong {
        Wrong::TooLarge { bytes } => Message::new("import-wrong-size")
            .with("bytes", *bytes)
            .with("most", MAX_BYTES),
        Wrong::Header(wanted) => {
            Message::new("import-wrong-header").with("wanted", wanted.join(","))
        }
        Wrong::EmptyFile(wanted) => {
            Message::new("import-empty-file").with("wanted", wanted.join(","))
        }
        Wrong::NoMoment { text } => about("import-no-moment", text),
        Wrong::NoTable => Message::new("import-no-table"),
        Wrong::FieldCount { found, wanted } => Message::new("import-field-count")
            .with("found", *found)
            .with("wanted", *wanted),
        Wrong::TooLong { most } => Message::new("import-too-long").with("most", *most),
        Wrong::ControlCharacter => Message::new("import-control-character"),
        Wrong::Empty => Message::new("import-empty"),
        Wrong::NotOneOf { text, names } => about("import-not-one-of", text).with(
            "names",
            names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ),
        Wrong::NoDay { text } => about("import-no-day", text),
        Wrong::EndsTooEarly { from } => {
            Message::new("import-ends-too-early").with("from", from.to_string())
        }
        Wrong::NoFunction { text } => about("import-no-function", text),
        Wrong::NoDigits { text, digits } => about("import-no-digits", text).with("digits", *digits),
        Wrong::NoProvince { text } => about("import-no-province", text),
        Wrong::NoVillage { text } => about("import-no-village", text),
        Wrong::NoSequence { text } => about("import-no-sequence", text),
        Wrong::DivisionTwice(code) => twice(code.to_string()),
        Wrong::OtherLevel { code, level } => Message::new("import-other-level")
            .with("code", code.to_string())
            .with("is", code.level().as_str())
            .with("level", level.as_str()),
        Wrong::ParentNotAbove(parent) => {
            Message::new("import-parent-not-above").with("parent", parent.to_string())
        }
        Wrong::OtherParent(parent) => {
            Message::new("import-other-parent").with("parent", parent.to_string())
        }
        Wrong::NoMatter { text } => about("import-no-matter", text),
        Wrong::MatterTwice { matter, catalogue } => Message::new("import-matter-twice")
            .with("matter", matter.to_string())
            .with("catalogue", catalogue.clone()),
        Wrong::OtherMajor(matter) => Message::new("import-other-major")
            .with("code", matter.code.clone())
            .with("major", matter.major().to_owned()),
        Wrong::NoCondition { text } => about("import-no-condition", text),
        Wrong::ConditionTwice(id) => twice(id.to_string()),
        Wrong::NoStep { text } => about("import-no-step", text),
        Wrong::StepOutOfOrder { found, expected } => Message::new("import-step-out-of-order")
            .with("found", found.to_string())
            .with("expected", expected.to_string()),
        Wrong::FirstStepOnly => Message::new("import-first-step-only"),
        Wrong::NoAmount { text } => about("import-no-amount", text),
        Wrong::AmountBeyond { amount, most } => Message::new("import-amount-beyond")
            .with("amount", amount.to_string())
            .with("most", most.to_string()),
        Wrong::NoTimeUnit { text } => about("import-no-time-unit", text),
        Wrong::NoUnit { text, prefix } => {
            about("import-no-unit", text).with("prefix", prefix.clone())
        }
        Wrong::UnitTwice { code } | Wrong::EntryTwice { code } => twice(code.clone()),
        Wrong::NoPrefix { text } => about("import-no-prefix", text),
        Wrong::DutyTwice => Message::new("import-duty-twice"),
        Wrong::DutyOverlaps { from } => {
            Message::new("import-duty-overlaps").with("from", from.to_string())
        }
        Wrong::NoLead { on } => Message::new("import-no-lead").with("on", on.to_string()),
        Wrong::UnknownDivision { text } => about("import-unknown-division", text),
        Wrong::UnknownUnit { text } => about("import-unknown-unit", text),
        Wrong::UnknownFunction { text } => about("import-unknown-function", text),
        Wrong::UnknownMatter { text } => about("import-unknown-matter", text),
        Wrong::UnknownPower { text } => about("import-unknown-power", text),
        Wrong::PredecessorCycle(cycle) => {
            let codes: Vec<String> = cycle.iter().map(ToString::to_string).collect();
            Message::new("import-predecessor-cycle").with("cycle", codes.join(" → "))
        }
        Wrong::NoPredecessor { text } => about("import-no-predecessor", text),
        Wrong::NoCourse(error) => course(error),
        Wrong::EntryOverlaps { from } => {
            Message::new("import-entry-overlaps").with("from", from.to_string())
        }
        Wrong::NoItemCode { text } => about("import-no-item-code", text),
        Wrong::NothingRequired => Message::new("import-nothing-required"),
        Wrong::NotEmpty => Message::new("import-not-empty"),
        Wrong::Time(wrong) => of_times(wrong),
        Wrong::Grid(wrong) => of_grids(wrong),
        Wrong::JsonSyntax => Message::new("import-json-syntax"),
        Wrong::JsonEnds => Message::new("import-json-ends"),
        Wrong::JsonShape { example } => Message::new("import-json-shape").with("example", *example),
        Wrong::OtherYear { date, year } => Message::new("import-other-year")
            .with("date", date.to_string())
            .with("year", year.to_string()),
        Wrong::DayTwice(date) => twice(date.to_string()),
        Wrong::YearTwice(year) => twice(year.to_string()),
        Wrong::YearMissing(year) => {
            Message::new("import-year-missing").with("year", year.to_string())
        }
        Wrong::NoCollection { text } => about("import-no-collection", text),
        Wrong::GeometryMissing => Message::new("import-geometry-missing"),
        Wrong::PropertiesMissing => Message::new("import-properties-missing"),
        Wrong::TextMissing => Message::new("import-text-missing"),
        Wrong::FlagMissing => Message::new("import-flag-missing"),
        Wrong::NoName => Message::new("import-no-name"),
    }
}

fn of_times(wrong: &WrongTime) -> Message {
    let about = |key, text: &str| Message::new(key).with("text", quoted(text));
    match wrong {
        WrongTime::NoDayOfYear { text } => about("import-no-day-of-year", text),
        WrongTime::NoHours { text } => about("import-no-hours", text),
        WrongTime::TooManyDays { most } => {
            Message::new("import-too-many-days").with("most", most.to_string())
        }
        WrongTime::TooManyRows { most } => {
            Message::new("import-too-many-times").with("most", *most)
        }
        WrongTime::Clash { line, on: None } => {
            Message::new("import-time-twice").with("line", line.to_string())
        }
        WrongTime::Clash { line, on: Some(on) } => Message::new("import-time-overlaps")
            .with("line", line.to_string())
            .with("on", on.to_string()),
    }
}

fn of_grids(wrong: &WrongGrid) -> Message {
    let about = |key, text: &str| Message::new(key).with("text", quoted(text));
    match wrong {
        WrongGrid::GzipDamaged => Message::new("import-gzip-damaged"),
        WrongGrid::TooManyBytes { most } => {
            Message::new("import-too-many-bytes").with("most", most.to_string())
        }
        WrongGrid::TooManyFeatures { most } => {
            Message::new("import-too-many-features").with("most", most.to_string())
        }
        WrongGrid::FeatureTooLarge { most } => {
            Message::new("import-feature-too-large").with("most", most.to_string())
        }
        WrongGrid::TooDeep { most } => Message::new("import-too-deep").with("most", *most),
        WrongGrid::NoFeature { text } => about("import-no-feature", text),
        WrongGrid::OtherSystem { text } => about("import-other-system", text),
        WrongGrid::Boundary(fault) => boundary_wrong(fault),
        WrongGrid::Overlap { a, b, at, area } => overlap_wrong(*a, *b, *at, area.clone()),
    }
}

/// What is wrong with a boundary.
pub(crate) fn boundary_wrong(fault: &BoundaryFault) -> Message {
    let wrong = boundary_rule(fault.code);
    match fault.at {
        Some(at) => Message::new("wrong-boundary")
            .with("wrong", wrong)
            .with("place", degrees(at)),
        None => wrong,
    }
}

/// The rule of boundaries that is broken.
pub(crate) fn boundary_rule(code: BoundaryFaultCode) -> Message {
    Message::of(format!("boundary-{}", code.as_str().replace('_', "-")))
}

/// Two grids claim the same land; so many square metres.
pub(crate) fn overlap_wrong(a: GridCode, b: GridCode, at: Position, area: String) -> Message {
    Message::new("wrong-overlap")
        .with("a", a.to_string())
        .with("b", b.to_string())
        .with("place", degrees(at))
        .with("area", area)
}

fn degrees(at: Position) -> String {
    format!("{:.7}, {:.7}", at.lon(), at.lat())
}

/// An entry that a list has already.
fn twice(entry: String) -> Message {
    Message::new("import-twice").with("entry", entry)
}

/// Why an entry cannot go on so.
fn course(error: &CourseError) -> Message {
    match error {
        CourseError::Unreadable(text) => {
            Message::new("import-no-course").with("text", quoted(text))
        }
        CourseError::Begins(state) => Message::new("import-course-begins").with("state", *state),
        CourseError::Follows(before, state) => Message::new("import-course-follows")
            .with("before", *before)
            .with("state", *state),
        CourseError::Backwards(on) => {
            Message::new("import-course-backwards").with("on", on.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use gridwhistle_domain::clock::Date;
    use gridwhistle_domain::matter::{MatterKey, MatterKind};
    use gridwhistle_domain::place::{DivisionCode, DivisionLevel};

    use super::*;
    use crate::messages::Lang;

    #[test]
    fn a_fault_brings_every_value_that_its_sentence_speaks_of() {
        let text = || "?".to_owned();
        let day = Date::from_ymd(2026, 1, 1).unwrap();
        let division = DivisionCode::parse("320707000000").unwrap();
        let matter = MatterKey::new(MatterKind::Event, "06010").unwrap();
        let of_files = [
            Wrong::TooLarge { bytes: 1 },
            Wrong::Header(&["code"]),
            Wrong::EmptyFile(&["code"]),
            Wrong::FieldCount {
                found: 1,
                wanted: 2,
            },
            Wrong::TooLong { most: 1 },
            Wrong::NotOneOf {
                text: text(),
                names: vec!["yes"],
            },
            Wrong::NoDay { text: text() },
            Wrong::EndsTooEarly { from: day },
            Wrong::NoFunction { text: text() },
            Wrong::NoDigits {
                text: text(),
                digits: 12,
            },
            Wrong::NoProvince { text: text() },
            Wrong::NoVillage { text: text() },
            Wrong::NoSequence { text: text() },
            Wrong::DivisionTwice(division),
            Wrong::OtherLevel {
                code: division,
                level: DivisionLevel::Town,
            },
            Wrong::ParentNotAbove(division),
            Wrong::OtherParent(division),
            Wrong::NoMatter { text: text() },
            Wrong::MatterTwice {
                matter: matter.clone(),
                catalogue: text(),
            },
            Wrong::OtherMajor(matter),
            Wrong::NoCondition { text: text() },
            Wrong::NoStep { text: text() },
            Wrong::StepOutOfOrder {
                found: 1,
                expected: 2,
            },
            Wrong::NoAmount { text: text() },
            Wrong::AmountBeyond { amount: 0, most: 1 },
            Wrong::NoTimeUnit { text: text() },
            Wrong::NoUnit {
                text: text(),
                prefix: text(),
            },
            Wrong::NoPrefix { text: text() },
            Wrong::DutyOverlaps { from: day },
            Wrong::NoLead { on: day },
            Wrong::JsonShape { example: "[]" },
            Wrong::OtherYear {
                date: day,
                year: 2027,
            },
            Wrong::NoCollection { text: text() },
            Wrong::UnknownDivision { text: text() },
            Wrong::UnknownUnit { text: text() },
            Wrong::UnknownFunction { text: text() },
            Wrong::UnknownMatter { text: text() },
            Wrong::UnknownPower { text: text() },
            Wrong::PredecessorCycle(vec![division]),
            Wrong::NoPredecessor { text: text() },
            Wrong::EntryTwice { code: text() },
            Wrong::EntryOverlaps { from: day },
            Wrong::NoItemCode { text: text() },
            Wrong::NothingRequired,
            Wrong::Time(WrongTime::NoDayOfYear { text: text() }),
            Wrong::Time(WrongTime::NoHours { text: text() }),
            Wrong::Time(WrongTime::TooManyDays { most: 366 }),
            Wrong::Time(WrongTime::TooManyRows { most: 500 }),
            Wrong::Time(WrongTime::Clash { line: 2, on: None }),
            Wrong::Time(WrongTime::Clash {
                line: 2,
                on: Some(day),
            }),
            Wrong::NoCourse(CourseError::Unreadable(text())),
            Wrong::NoCourse(CourseError::Begins("renewed")),
            Wrong::NoCourse(CourseError::Follows("applied", "approved")),
            Wrong::NoCourse(CourseError::Backwards(day)),
        ];
        for message in of_files.iter().map(of_file) {
            for lang in Lang::ALL {
                let told = lang.text(&message);
                assert!(!told.contains("{$") && told != message.key(), "{told}");
            }
        }
    }
}
