//! Faults of files and of the database, in the language that was chosen.

use gridwhistle_http::messages::{Lang, Message};
use gridwhistle_service::GridFault;
use gridwhistle_service::import::Fault;
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
        // The sentences of lists are those of the API.
        lang.text(&gridwhistle_http::file_fault(self))
    }
}

impl Told for gridwhistle_service::Fault {
    fn told(&self, lang: Lang) -> String {
        // The sentences of documents are those of the API.
        let wrong = gridwhistle_http::wrong(self);
        lang.text(&gridwhistle_http::at_pointer(self.pointer.clone(), wrong))
    }
}

impl Told for GridFault {
    fn told(&self, lang: Lang) -> String {
        // The sentences of boundaries are those of the API.
        let (pointer, message) = gridwhistle_http::boundary_fault(self);
        lang.text(&gridwhistle_http::at_pointer(pointer, message))
    }
}

impl Told for CheckFault {
    fn told(&self, lang: Lang) -> String {
        text_in(lang, &of_database(self))
    }
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
        CheckFault::Waiting { number } => case("check-waiting", number),
        CheckFault::PartyMissing { party, number } => {
            case("check-party-missing", number).with("party", party.clone())
        }
        CheckFault::LogJumps { from, to } => Message::new("check-log-jumps")
            .with("from", from.to_string())
            .with("to", to.to_string()),
        CheckFault::RowChanged { seq } => row("check-row-changed", *seq),
        CheckFault::RowUnreadable { seq } => row("check-row-unreadable", *seq),
        CheckFault::NoReport { seq } => row("check-no-report", *seq),
        CheckFault::ListEntry { list, code } => Message::new("check-list-entry")
            .with("list", list.clone())
            .with("code", code.clone()),
        CheckFault::ListVersions { list } => {
            Message::new("check-list-versions").with("list", list.clone())
        }
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
    use gridwhistle_service::import::{calendar, conditions, divisions};

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
        let of_databases = [
            CheckFault::NumberGaps { begin: text() },
            CheckFault::Case { number: text() },
            CheckFault::Assignments { number: text() },
            CheckFault::Whistles { number: text() },
            CheckFault::Waiting { number: text() },
            CheckFault::PartyMissing {
                party: text(),
                number: text(),
            },
            CheckFault::LogJumps { from: 1, to: 3 },
            CheckFault::RowChanged { seq: 1 },
            CheckFault::RowUnreadable { seq: 1 },
            CheckFault::NoReport { seq: 1 },
            CheckFault::ListEntry {
                list: text(),
                code: text(),
            },
            CheckFault::ListVersions { list: text() },
        ];
        for message in of_databases.iter().map(of_database) {
            for lang in Lang::ALL {
                let told = text_in(lang, &message);
                assert!(!told.contains("{$") && told != message.key(), "{told}");
            }
        }
    }
}
