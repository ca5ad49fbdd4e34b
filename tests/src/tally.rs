//! What the filers know about their reports, compared with what the server holds.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use serde_json::Value;

/// The reports of a test, told apart by their texts.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The case as the server answered, for each report that it acknowledged.
    acknowledged: BTreeMap<String, Value>,
    /// Reports without an answer: the server may hold them or not.
    unknown: BTreeSet<String>,
}

impl Tally {
    /// Nothing filed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The server has answered that it holds the report of this text, as this case.
    pub fn acknowledged(&mut self, text: &str, case: &Value) {
        self.unknown.remove(text);
        self.acknowledged.insert(text.to_owned(), case.clone());
    }

    /// The report of this text was sent, and nothing came back.
    pub fn unknown(&mut self, text: &str) {
        self.unknown.insert(text.to_owned());
    }

    /// How many reports were acknowledged.
    pub fn len(&self) -> usize {
        self.acknowledged.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.acknowledged.is_empty()
    }

    /// Everything that is wrong with the cases that the server lists: an acknowledged report that
    /// is lost, doubled or another case than was said; a report without an answer that stands
    /// twice; a case that nobody filed; a number given twice.
    ///
    /// # Errors
    /// A case without a text.
    pub fn faults(&self, cases: &[Value]) -> anyhow::Result<Vec<String>> {
        let mut standing: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for case in cases {
            let text = case["text"].as_str().context("a case without a text")?;
            standing.entry(text).or_default().push(case);
        }
        let mut faults = Vec::new();
        for (text, said) in &self.acknowledged {
            match standing.get(text.as_str()).map_or(&[][..], Vec::as_slice) {
                [] => faults.push(format!("lost: {text}, acknowledged as {}", said["number"])),
                [case] => {
                    for field in ["id", "number"] {
                        if case[field] != said[field] {
                            faults.push(format!(
                                "changed: {text} has the {field} {}, acknowledged was {}",
                                case[field], said[field]
                            ));
                        }
                    }
                }
                more => faults.push(format!("doubled: {text} stands {} times", more.len())),
            }
        }
        for (text, cases) in &standing {
            let known = self.acknowledged.contains_key(*text);
            match cases.len() {
                _ if known => {}
                _ if !self.unknown.contains(*text) => {
                    faults.push(format!("nobody filed {text}"));
                }
                1 => {}
                more => faults.push(format!("doubled: {text} stands {more} times")),
            }
        }
        let mut numbers = BTreeSet::new();
        for case in cases {
            let number = case["number"].to_string();
            if !numbers.insert(number.clone()) {
                faults.push(format!("the number {number} is given twice"));
            }
        }
        Ok(faults)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn case(number: usize) -> Value {
        json!({
            "text": format!("report {number}"),
            "id": format!("id {number}"),
            "number": format!("number {number}"),
        })
    }

    /// Three acknowledged reports, and one that nobody knows about.
    fn tally() -> Tally {
        let mut tally = Tally::new();
        for number in 1..=3 {
            tally.acknowledged(&format!("report {number}"), &case(number));
        }
        tally.unknown("report 4");
        tally
    }

    fn faults(cases: &[Value]) -> String {
        tally().faults(cases).unwrap().join("\n")
    }

    #[test]
    fn what_was_acknowledged_stands_once_and_what_was_not_at_most_once() {
        assert_eq!(faults(&[case(1), case(2), case(3)]), "");
        assert_eq!(faults(&[case(3), case(1), case(4), case(2)]), "");
    }

    #[test]
    fn a_lost_report_is_found() {
        let told = faults(&[case(1), case(3), case(4)]);
        assert_eq!(told, "lost: report 2, acknowledged as \"number 2\"");
    }

    #[test]
    fn a_doubled_report_is_found_acknowledged_or_not() {
        let mut again = case(2);
        again["id"] = json!("another");
        again["number"] = json!("number 9");
        let told = faults(&[case(1), case(2), case(3), again]);
        assert_eq!(told, "doubled: report 2 stands 2 times");
        let mut again = case(4);
        again["number"] = json!("number 9");
        let told = faults(&[case(1), case(2), case(3), case(4), again]);
        assert_eq!(told, "doubled: report 4 stands 2 times");
    }

    #[test]
    fn a_report_that_came_back_as_another_case_is_found() {
        let mut refiled = case(2);
        refiled["number"] = json!("number 9");
        assert!(faults(&[case(1), refiled, case(3)]).starts_with("changed: report 2"));
    }

    #[test]
    fn a_case_that_nobody_filed_and_a_number_given_twice_are_found() {
        assert_eq!(
            faults(&[case(1), case(2), case(3), case(7)]),
            "nobody filed report 7"
        );
        let mut other = case(4);
        other["number"] = json!("number 1");
        let told = faults(&[case(1), case(2), case(3), other]);
        assert_eq!(told, "the number \"number 1\" is given twice");
    }
}
