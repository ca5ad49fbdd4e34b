//! A list that opens to choose from, filtered by name, pinyin, initials or code.

use ib_matcher::matcher::{IbMatcher, PinyinMatchConfig};
use ib_matcher::pinyin::PinyinNotation;
use tui_input::Input;

use super::form::Source;
use super::reference::Reference;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub name: String,
    /// Shown beside the name; searched too.
    pub detail: String,
}

/// The open list.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The field that it fills.
    pub field: &'static str,
    pub source: Source,
    pub many: bool,
    pub filter: Input,
    pub items: Vec<Item>,
    /// Indices into `items` that the filter leaves, in order.
    pub shown: Vec<usize>,
    pub selected: usize,
    /// Ids chosen so far, in the order of choosing.
    pub chosen: Vec<String>,
    /// What was chosen when it opened, if several can be: it stands first, where it is seen.
    first: Vec<String>,
    /// Still being fetched.
    pub loading: bool,
}

impl Picker {
    pub fn new(
        field: &'static str,
        source: Source,
        many: bool,
        chosen: Vec<String>,
        reference: &Reference,
    ) -> Self {
        let mut picker = Self {
            field,
            source,
            many,
            filter: Input::default(),
            items: Vec::new(),
            shown: Vec::new(),
            selected: 0,
            first: if many { chosen.clone() } else { Vec::new() },
            chosen,
            loading: true,
        };
        picker.fill(reference);
        picker
    }

    /// Takes what the server has sent meanwhile.
    pub fn fill(&mut self, reference: &Reference) {
        let items: Option<Vec<Item>> = match self.source {
            Source::Matters => reference.matters.as_ref().map(|all| {
                all.iter()
                    .map(|m| Item {
                        id: m.key.id(),
                        name: m.key.name.clone(),
                        detail: format!("{} {}", m.key.code, m.class),
                    })
                    .collect()
            }),
            Source::Grids => reference.grids.as_ref().map(|all| {
                all.iter()
                    .map(|g| Item {
                        id: g.code.clone(),
                        name: g.name.clone(),
                        detail: format!("{}{} {}", g.town, g.village, g.code),
                    })
                    .collect()
            }),
            Source::Units => reference.units.as_ref().map(|all| {
                all.iter()
                    .map(|u| Item {
                        id: u.code.clone(),
                        name: u.name.clone(),
                        detail: u.division.clone(),
                    })
                    .collect()
            }),
        };
        self.loading = items.is_none();
        self.items = items.unwrap_or_default();
        self.items.sort_by_key(|i| !self.first.contains(&i.id));
        self.refilter();
    }

    /// Brings the list in line with the filter; the selection stays within it.
    pub fn refilter(&mut self) {
        self.shown = matching(&self.items, self.filter.value());
        self.selected = self.selected.min(self.shown.len().saturating_sub(1));
    }

    pub fn current(&self) -> Option<&Item> {
        self.shown
            .get(self.selected)
            .and_then(|at| self.items.get(*at))
    }

    /// Chooses or unchooses the current one.
    pub fn toggle(&mut self) {
        let Some(id) = self.current().map(|i| i.id.clone()) else {
            return;
        };
        if let Some(at) = self.chosen.iter().position(|c| *c == id) {
            self.chosen.remove(at);
        } else {
            self.chosen.push(id);
        }
    }
}

/// The items that hold every word of the filter: in their name or detail, in pinyin or its
/// initials. Letters and digits that touch are separate words, so that `xh12` finds 新华网格 12.
pub fn matching(items: &[Item], filter: &str) -> Vec<usize> {
    let words = words(filter);
    let matchers: Vec<_> = words
        .iter()
        .map(|word| {
            IbMatcher::builder(word.as_str())
                .pinyin(PinyinMatchConfig::notations(
                    PinyinNotation::Ascii | PinyinNotation::AsciiFirstLetter,
                ))
                .build()
        })
        .collect();
    let mut found: Vec<(bool, usize)> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| {
            matchers
                .iter()
                .all(|m| m.is_match(item.name.as_str()) || m.is_match(item.detail.as_str()))
        })
        .map(|(at, item)| {
            let elsewhere = !matchers.iter().all(|m| m.is_match(item.name.as_str()));
            (elsewhere, at)
        })
        .collect();
    // Names before details, otherwise in the order of the list.
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

fn words(filter: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in filter
        .chars()
        .map(crate::text::fold)
        .flat_map(char::to_lowercase)
    {
        if c.is_whitespace() {
            last = None;
            continue;
        }
        let class = c.is_ascii_digit();
        match words.last_mut() {
            Some(word) if last == Some(class) => word.push(c),
            _ => words.push(c.to_string()),
        }
        last = Some(class);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(filter: &str) -> Vec<&'static str> {
        const NAMES: [&str; 6] = [
            "东湖街道第一网格",
            "重庆路",
            "长江小区",
            "单县路",
            "解放大道",
            "新华网格 A-12",
        ];
        let items: Vec<Item> = NAMES
            .iter()
            .map(|n| Item {
                id: (*n).into(),
                name: (*n).into(),
                detail: String::new(),
            })
            .collect();
        matching(&items, filter)
            .into_iter()
            .map(|at| NAMES[at])
            .collect()
    }

    #[test]
    fn names_are_found_by_pinyin_initials_and_characters() {
        assert_eq!(found("dhjd"), ["东湖街道第一网格"]);
        assert_eq!(found("donghu"), ["东湖街道第一网格"]);
        assert_eq!(found("cq"), ["重庆路"]);
        assert_eq!(found("第一"), ["东湖街道第一网格"]);
        assert_eq!(found("xh12"), ["新华网格 A-12"]);
        assert_eq!(found("ｄｈ"), ["东湖街道第一网格"]);
        assert_eq!(found("").len(), 6);
        assert!(found("zzz").is_empty());
    }
}
