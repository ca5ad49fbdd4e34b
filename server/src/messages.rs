//! What the command line says to people, in Chinese and English.

use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use gridwhistle_http::messages::{Catalogue, Lang, Message};

const ZH: &str = include_str!("../messages/zh-CN.ftl");
const EN: &str = include_str!("../messages/en.ftl");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(ZH, EN));
static CHOSEN: OnceLock<Lang> = OnceLock::new();

/// The language for as long as the program runs: the one that was asked for, else that of the environment.
pub fn choose(asked: Option<Lang>) {
    // Chosen once, at the start.
    let _ = CHOSEN.set(asked.unwrap_or_else(of_environment));
}

/// The chosen language.
pub fn chosen() -> Lang {
    CHOSEN.get().copied().unwrap_or_default()
}

/// The language of `LC_ALL`, `LC_MESSAGES`, `LANG` or the system; Chinese where nothing is said.
fn of_environment() -> Lang {
    match sys_locale::get_locale() {
        Some(tag) if tag.to_ascii_lowercase().starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// A language by its tag.
pub fn parse(tag: &str) -> Result<Lang, String> {
    let names = Lang::ALL.map(Lang::tag);
    Lang::ALL
        .into_iter()
        .find(|lang| lang.tag() == tag)
        .ok_or_else(|| names.join(", "))
}

/// A message in the chosen language.
pub fn text(message: &Message) -> String {
    text_in(chosen(), message)
}

/// A message in a language.
pub fn text_in(lang: Lang, message: &Message) -> String {
    CATALOGUE.text(lang, message)
}

/// The sentence of a key that takes no values.
pub fn say(key: &'static str) -> String {
    text(&Message::new(key))
}

/// A sentence about a file.
pub fn about(key: &'static str, file: &Path) -> String {
    text(&Message::new(key).with("file", file.display().to_string()))
}

/// A sentence as the reason why the program ends.
pub fn failure(message: &Message) -> anyhow::Error {
    anyhow::Error::msg(text(message))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each key, and each value that a sentence names.
    fn words(source: &str) -> BTreeSet<(String, Option<String>)> {
        let mut key = String::new();
        let mut found = BTreeSet::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                key = name.to_owned();
                found.insert((key.clone(), None));
            }
            for value in line.split("{ $").skip(1) {
                let name = value.split(' ').next().unwrap_or_default();
                found.insert((key.clone(), Some(name.to_owned())));
            }
        }
        found
    }

    #[test]
    fn both_languages_know_the_same_sentences_and_values() {
        assert_eq!(words(ZH), words(EN));
    }

    #[test]
    fn every_sentence_is_said_and_every_sentence_that_is_said_exists() {
        let code = [
            include_str!("deadline.rs"),
            include_str!("demo/county.rs"),
            include_str!("demo/history.rs"),
            include_str!("demo/mod.rs"),
            include_str!("faults.rs"),
            include_str!("files.rs"),
            include_str!("grid_files.rs"),
            include_str!("import.rs"),
            include_str!("key.rs"),
            include_str!("moved.rs"),
            include_str!("serve.rs"),
            include_str!("tick.rs"),
            include_str!("user.rs"),
            include_str!("webhook.rs"),
        ]
        .concat();
        let known: BTreeSet<String> = words(EN).into_iter().map(|(key, _)| key).collect();
        for key in &known {
            assert!(code.contains(&format!("\"{key}\"")), "nobody says {key}");
        }
        for call in [
            "Message::new(\"",
            "say(\"",
            "about(\"",
            "case(\"",
            "row(\"",
            "wrong(\"",
            "named(\"",
        ] {
            for key in code
                .split(call)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
            {
                assert!(known.contains(key), "{key} is in no message file");
            }
        }
    }

    /// What stands in files and commands is called alike in both languages.
    const NAMES: &[&str] = &[
        "JSON",
        "CSV",
        "UTF",
        "FeatureCollection",
        "Polygon",
        "MultiPolygon",
        "true",
        "false",
        "code",
        "name",
        "kind",
        "schematic",
        "valid",
        "from",
        "water",
        "supply",
        "event",
        "component",
        "emergency",
        "working",
        "minutes",
        "hours",
        "days",
        "calendar",
    ];

    #[test]
    fn a_sentence_about_a_file_or_a_check_mixes_no_languages() {
        let sentences = |source: &'static str| {
            source
                .lines()
                .filter(|line| line.starts_with("import-") || line.starts_with("check-"))
                .filter_map(|line| line.split_once(" = "))
        };
        for (key, sentence) in sentences(ZH) {
            // What stands in braces is filled in.
            let said: String = sentence
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
                .collect::<Vec<_>>()
                .join(" ");
            for word in said.split(|c: char| !c.is_ascii_alphabetic()) {
                assert!(word.is_empty() || NAMES.contains(&word), "{key}: {word}");
            }
        }
        for (key, sentence) in sentences(EN) {
            assert!(sentence.is_ascii(), "{key}: {sentence}");
        }
    }

    #[test]
    fn a_language_is_asked_for_by_its_tag() {
        assert_eq!(parse("en"), Ok(Lang::En));
        assert_eq!(parse("zh-CN"), Ok(Lang::Zh));
        assert_eq!(parse("fr"), Err("zh-CN, en".to_owned()));
    }
}
