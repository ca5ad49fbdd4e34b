use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

/// Keys and the variables that each message uses.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with([' ', '}', '[', '*'])
            && let Some((name, _)) = line.split_once(" =")
        {
            key = name.to_owned();
            assert!(
                found.insert(key.clone(), BTreeSet::new()).is_none(),
                "{key} stands twice"
            );
        }
        let variables = found.get_mut(&key).unwrap();
        for part in line.split('$').skip(1) {
            variables.insert(
                part.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    found
}

fn sources(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("i18n/tests.rs") {
            into.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let (chinese, english) = (messages(CHINESE), messages(ENGLISH));
    let only_chinese: Vec<_> = chinese
        .keys()
        .filter(|k| !english.contains_key(*k))
        .collect();
    let only_english: Vec<_> = english
        .keys()
        .filter(|k| !chinese.contains_key(*k))
        .collect();
    assert!(
        only_chinese.is_empty(),
        "missing in English: {only_chinese:?}"
    );
    assert!(
        only_english.is_empty(),
        "missing in Chinese: {only_english:?}"
    );
    for (key, variables) in &chinese {
        assert_eq!(variables, &english[key], "variables of {key}");
    }
}

#[test]
fn the_files_can_be_read_whole() {
    for source in [CHINESE, ENGLISH] {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{errors:?}");
        }
    }
}

#[test]
fn every_key_that_the_program_uses_has_a_message() {
    let mut all = Vec::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut all,
    );
    let known = messages(CHINESE);
    let mut missing = BTreeSet::new();
    for source in &all {
        for marker in [
            ".get(\"",
            ".with(\"",
            "key: \"",
            "Say::key(\"",
            "Say::plain(\"",
        ] {
            for part in source.split(marker).skip(1) {
                let key = part.split('"').next().unwrap();
                // Names of families with a dash are message keys; others are map keys.
                if key.contains('-')
                    && !key.contains(' ')
                    && !key.contains('{')
                    && !known.contains_key(key)
                {
                    missing.insert(key.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "no message for {missing:?}");
}

#[test]
fn every_published_name_has_a_word() {
    let text = Text::new(Lang::Chinese);
    let families: &[(&str, &[&str])] = &[
        ("stage", crate::model::names::STAGES),
        ("whistle-stage", crate::model::names::WHISTLE_STAGES),
        ("assignment-stage", crate::model::names::ASSIGNMENT_STAGES),
        ("action", crate::model::names::ACTIONS),
        ("event", crate::model::names::EVENTS),
        ("post", crate::model::names::POSTS),
        ("source", crate::model::names::SOURCES),
        ("decline", crate::model::names::DECLINE_REASONS),
        ("suspension", crate::model::names::SUSPENSION_REASONS),
        ("supervision", crate::model::names::SUPERVISION_KINDS),
        ("purpose", crate::model::names::PURPOSES),
        ("told", crate::model::names::NOTICES),
        ("clock", crate::model::names::CLOCKS),
        ("indicator", crate::model::names::INDICATORS),
        ("mark", crate::model::names::MARKS),
        ("boundary-change", crate::model::names::BOUNDARY_CHANGES),
        ("unit-of-time", crate::model::names::TIME_UNITS),
        ("grade", crate::model::names::GRADES),
        ("channel", crate::model::names::CHANNELS),
        ("heard", crate::model::names::FOLLOW_UP_OUTCOMES),
        ("solved", crate::model::names::SOLVED),
        ("feedback", crate::model::names::FEEDBACK_STATES),
    ];
    for (family, names) in families {
        for name in *names {
            let key = format!("{family}-{}", name.replace('_', "-"));
            assert!(text.has(&key), "no message {key}");
        }
    }
}

#[test]
fn variables_stand_without_invisible_marks() {
    let text = Text::new(Lang::English);
    assert_eq!(text.with("left-minutes", &[("m", 5.into())]), "5 min left");
}
