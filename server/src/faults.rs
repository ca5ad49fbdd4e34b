//! Faults of files and of the database, in the language that was chosen.

use gridwhistle_http::messages::{Lang, Message};
use gridwhistle_service::GridFault;
use gridwhistle_service::import::{Fault, MAX_BYTES, Spot, Wrong};
use gridwhistle_store::{CheckFault, RowCounts};

use crate::messages::{chosen, text_in};

/// Something that can be told in either language.
pub trait Told {
    fn told(&self, lang: Lang) -> String;

    /// In the chosen language.
    fn text(&self) -> String {
        self.told(chosen())
    }
}

impl Told for Fault {
    fn told(&self, lang: Lang) -> String {
        let wrong = of_file(&self.wrong);
        let message = match &self.at {
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
            Spot::Pointer(pointer) => Message::new("import-at-pointer")
                .with("pointer", pointer.clone())
                .with("wrong", wrong),
        };
        text_in(lang, &message)
    }
}

impl Told for GridFault {
    fn told(&self, lang: Lang) -> String {
        // The sentences of boundaries are those of the API.
        let (pointer, message) = gridwhistle_http::boundary_fault(self);
        let message = Message::new("import-at-pointer")
            .with("pointer", pointer)
            .with("wrong", lang.text(&message));
        text_in(lang, &message)
    }
}

impl Told for CheckFault {
    fn told(&self, lang: Lang) -> String {
        text_in(lang, &of_database(self))
    }
}

/// What stands in a file, so that it can be told from the sentence and does nothing to the terminal.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn of_file(wrong: &Wrong) -> Message {
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
        Wrong::UnitTwice { code } => twice(code.clone()),
        Wrong::NoPrefix { text } => about("import-no-prefix", text),
        Wrong::DutyTwice => Message::new("import-duty-twice"),
        Wrong::DutyOverlaps { from } => {
            Message::new("import-duty-overlaps").with("from", from.to_string())
        }
        Wrong::NoLead { on } => Message::new("import-no-lead").with("on", on.to_string()),
        Wrong::JsonSyntax => Message::new("import-json-syntax"),
        Wrong::JsonEnds => Message::new("import-json-ends"),
        Wrong::JsonShape { example } => Message::new("import-json-shape").with("example", *example),
        Wrong::OtherYear { date, year } => Message::new("import-other-year")
            .with("date", date.to_string())
            .with("year", year.to_string()),
        Wrong::DayTwice(date) => twice(date.to_string()),
        Wrong::NoCollection { text } => about("import-no-collection", text),
        Wrong::GeometryMissing => Message::new("import-geometry-missing"),
        Wrong::PropertiesMissing => Message::new("import-properties-missing"),
        Wrong::TextMissing => Message::new("import-text-missing"),
        Wrong::FlagMissing => Message::new("import-flag-missing"),
        Wrong::NoName => Message::new("import-no-name"),
    }
}

/// An entry that a list has already.
fn twice(entry: String) -> Message {
    Message::new("import-twice").with("entry", entry)
}

fn of_database(fault: &CheckFault) -> Message {
    let case = |key, number: &str| Message::new(key).with("number", number.to_owned());
    let row = |key, seq: i64| Message::new(key).with("seq", seq.to_string());
    match fault {
        CheckFault::RowCounts { stored, told } => Message::new("check-row-counts")
            .with("stored", counted(stored))
            .with("told", counted(told)),
        CheckFault::NumberGaps { begin } => {
            Message::new("check-number-gaps").with("begin", begin.clone())
        }
        CheckFault::Case { number } => case("check-case", number),
        CheckFault::Assignments { number } => case("check-assignments", number),
        CheckFault::Whistles { number } => case("check-whistles", number),
        CheckFault::PartyMissing { party, number } => {
            case("check-party-missing", number).with("party", party.clone())
        }
        CheckFault::LogJumps { from, to } => Message::new("check-log-jumps")
            .with("from", from.to_string())
            .with("to", to.to_string()),
        CheckFault::RowChanged { seq } => row("check-row-changed", *seq),
        CheckFault::RowUnreadable { seq } => row("check-row-unreadable", *seq),
        CheckFault::NoReport { seq } => row("check-no-report", *seq),
    }
}

fn counted(counts: &RowCounts) -> Message {
    Message::new("check-counts")
        .with("cases", counts.cases.to_string())
        .with("parties", counts.parties.to_string())
        .with("assignments", counts.assignments.to_string())
        .with("whistles", counts.whistles.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use gridwhistle_domain::clock::Date;
    use gridwhistle_domain::matter::{MatterKey, MatterKind};
    use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
    use gridwhistle_service::import::{calendar, conditions, divisions, grids};

    use super::*;

    fn all_told<T>(lang: Lang, read: Result<T, Vec<Fault>>) -> Vec<String> {
        let faults = read.err().unwrap_or_default();
        faults.iter().map(|fault| fault.told(lang)).collect()
    }

    const DIVISIONS: &str = "code,name,level,parent\n\
        320000000000,江苏省\n\
        3207,连云港市,city,\n\
        320707000000,,town,320700000000\n";

    #[test]
    fn a_chinese_import_tells_every_fault_in_chinese() {
        assert_eq!(
            all_told(Lang::Zh, divisions::parse(DIVISIONS)),
            [
                "第 2 行：有 2 个字段，而表头有 4 列",
                "第 3 行第 1 列（code）：\"3207\" 不是代码，应恰为 12 位数字",
                "第 3 行第 4 列（parent）：为空，请填写",
                "第 4 行第 2 列（name）：为空，请填写",
                "第 4 行第 3 列（level）：320707000000 是 county 级的代码，不是 town 级",
                "第 4 行第 4 列（parent）：320700000000 不在前面的行里，请把它放到前面",
            ]
        );
        assert_eq!(
            all_told(Lang::Zh, calendar::parse("{\"year\" 2026}")),
            ["第 1 行第 9 个字符：不合 JSON 语法，请检查此处是否缺少逗号、引号或括号"]
        );
        let grids =
            r#"{"type": "FeatureCollection", "features": [{"properties": {"kind": "big"}}]}"#;
        let told = all_told(Lang::Zh, grids::parse(grids));
        assert!(
            told.contains(
                &"/features/0/properties/kind：\"big\" 不对，只能是 general、dedicated、micro 之一"
                    .to_owned()
            )
        );
    }

    #[test]
    fn an_english_import_tells_every_fault_in_english() {
        assert_eq!(
            all_told(Lang::En, divisions::parse(DIVISIONS))[..3],
            [
                "line 2: 2 fields where the header has 4 columns",
                "line 3, column 1 (code): \"3207\" is no code: write exactly 12 digits",
                "line 3, column 4 (parent): empty: fill it in",
            ]
        );
        let empty = "line 1: the file is empty: begin with condition,step,name,name_en,\
            self_handle,amount,unit,standard,standard_en";
        assert_eq!(all_told(Lang::En, conditions::parse("")), [empty]);
    }

    #[test]
    fn a_check_tells_what_it_found_in_the_language_that_was_asked_for() {
        let counts = |cases| RowCounts {
            cases,
            ..RowCounts::default()
        };
        let fault = CheckFault::RowCounts {
            stored: counts(2),
            told: counts(3),
        };
        assert_eq!(
            fault.told(Lang::Zh),
            "库中有案件 2 件、参与方 0 个、任务 0 个、哨 0 个；\
             按日志应有案件 3 件、参与方 0 个、任务 0 个、哨 0 个"
        );
        assert_eq!(
            CheckFault::LogJumps { from: 1, to: 3 }.told(Lang::En),
            "the log jumps from 1 to 3"
        );
    }

    #[test]
    fn a_boundary_is_told_in_the_words_of_the_api() {
        let fault = GridFault::Feature(gridwhistle_service::Fault::new(
            "/features/0",
            "unknown_village",
        ));
        let (_, message) = gridwhistle_http::boundary_fault(&fault);
        for lang in Lang::ALL {
            let told = fault.told(lang);
            assert!(told.starts_with("/features/0"), "{told}");
            assert!(told.ends_with(&lang.text(&message)), "{told}");
        }
    }

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
        ];
        let of_databases = [
            CheckFault::NumberGaps { begin: text() },
            CheckFault::Case { number: text() },
            CheckFault::Assignments { number: text() },
            CheckFault::Whistles { number: text() },
            CheckFault::PartyMissing {
                party: text(),
                number: text(),
            },
            CheckFault::LogJumps { from: 1, to: 3 },
            CheckFault::RowChanged { seq: 1 },
            CheckFault::RowUnreadable { seq: 1 },
            CheckFault::NoReport { seq: 1 },
        ];
        let messages = of_files.iter().map(of_file);
        for message in messages.chain(of_databases.iter().map(of_database)) {
            for lang in Lang::ALL {
                let told = text_in(lang, &message);
                assert!(!told.contains("{$") && told != message.key(), "{told}");
            }
        }
    }
}
