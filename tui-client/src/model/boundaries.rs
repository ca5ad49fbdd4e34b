//! Changes of boundaries as they were put, and what a change did or would do.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Time;
use super::case::{Named, Person};
use super::changeset::Changeset;
use super::map::MapGrid;

/// A changeset as it was put.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Put {
    /// The version of the boundaries that it made.
    pub version: u32,
    /// When it was put.
    pub at: Time,
    /// From when it counts.
    pub effective_from: Time,
    /// Absent where it was done at the server's command line.
    pub by: Option<Person>,
    pub reason: String,
    pub notes: Vec<Note>,
}

/// A change in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Note {
    /// By its published name, such as `split`; empty where nobody told.
    pub change: String,
    /// The grids that it names, those before the change first.
    pub grids: Vec<Named>,
}

/// A page of changesets, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Puts {
    pub rows: Vec<Put>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// From so many towns on a changeset is looked at on the grids of their counties.
const TOWNS: usize = 4;

impl Put {
    /// The divisions, 12 digits, whose grids show the change with what lies around it: the towns of the grids that it
    /// names, since a split can bend the border of a neighbour in another village; of many towns their counties.
    pub fn divisions(&self) -> Vec<String> {
        let named = || self.notes.iter().flat_map(|note| &note.grids);
        let above = |digits: usize| -> BTreeSet<String> {
            let heads = named().filter_map(|grid| grid.id.get(..digits));
            heads.map(|head| format!("{head:0<12}")).collect()
        };
        let towns = above(9);
        let divisions = if towns.len() > TOWNS { above(6) } else { towns };
        divisions.into_iter().collect()
    }
}

/// A changeset with the grids around it, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    pub put: Put,
    pub before: Vec<MapGrid>,
    pub after: Vec<MapGrid>,
}

impl Sides {
    /// Both laid on each other.
    pub fn compared(&self) -> Changeset {
        Changeset::new(self.before.clone(), self.after.clone(), &self.put.notes)
    }
}

/// Boundaries that are to be put in force, or only checked.
#[derive(Clone, Debug, PartialEq)]
pub struct NewBoundaries {
    /// As the API takes it.
    pub body: serde_json::Map<String, serde_json::Value>,
    /// Only check.
    pub dry_run: bool,
    /// The version of the boundaries that the decision was taken on.
    pub decided_on: Option<u32>,
}

/// What a change of boundaries did, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// How many grids differ from before.
    pub changed: u64,
    pub dry_run: bool,
    /// The version of the boundaries now.
    pub version: u32,
    pub effective_from: Option<Time>,
    /// The grids that end, and those that begin.
    pub before: Vec<MapGrid>,
    pub after: Vec<MapGrid>,
    /// Which grid came from which: predecessor, successor.
    pub lineage: Vec<(String, String)>,
}

impl Changed {
    /// What ends and what begins, laid on each other.
    pub fn compared(&self) -> Changeset {
        let notes = families(&self.lineage);
        Changeset::new(self.before.clone(), self.after.clone(), &notes)
    }
}

/// The grids that hang together by descent, each family as one change.
pub fn families(lineage: &[(String, String)]) -> Vec<Note> {
    let mut heads: BTreeMap<&str, &str> = BTreeMap::new();
    for (old, new) in lineage {
        let (one, other) = (head(&mut heads, old), head(&mut heads, new));
        if one != other {
            heads.insert(one.max(other), one.min(other));
        }
    }
    let codes: Vec<&str> = heads.keys().copied().collect();
    let mut families: BTreeMap<&str, Vec<Named>> = BTreeMap::new();
    for code in codes {
        let family = families.entry(head(&mut heads, code)).or_default();
        family.push(Named {
            id: code.to_owned(),
            name: String::new(),
        });
    }
    let notes = families.into_values().map(|grids| Note {
        change: String::new(),
        grids,
    });
    notes.collect()
}

/// The first of the family of a code, which is put into it where it is in none.
fn head<'a>(heads: &mut BTreeMap<&'a str, &'a str>, code: &'a str) -> &'a str {
    let mut at = code;
    while let Some(next) = heads.get(at).copied().filter(|next| *next != at) {
        at = next;
    }
    // Whoever asks again has a shorter way.
    heads.insert(code, at);
    at
}

/// Where a point lies.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Located {
    /// As it was asked: longitude and latitude in degrees.
    pub point: [f64; 2],
    /// The grid's 15 digits; absent where it lies in none.
    pub grid: Option<String>,
    /// Told of a single point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// Of a single point in no grid: the nearest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Near>,
}

/// A grid near a point.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Near {
    pub grid: String,
    pub name: String,
    /// Metres.
    pub distance_m: f64,
}

/// The most points that are asked for at once, which is what the server takes.
pub const POINTS: usize = 10_000;

/// The changesets, the newest first.
#[derive(Clone, Debug, Default)]
pub struct BoundariesPage {
    pub rows: Vec<Put>,
    pub next: Option<String>,
    pub selected: usize,
    pub loading: bool,
}

impl BoundariesPage {
    /// Still to be fetched.
    pub fn new() -> Self {
        Self {
            loading: true,
            ..Self::default()
        }
    }

    /// Takes the first page, or adds the next. The choice stays on its changeset.
    pub fn take(&mut self, page: Puts, more: bool) {
        let chosen = self.rows.get(self.selected).map(|put| put.version);
        if more {
            self.rows.extend(page.rows);
        } else {
            self.rows = page.rows;
        }
        self.next = page.next;
        self.loading = false;
        let stays = chosen.and_then(|v| self.rows.iter().position(|put| put.version == v));
        let last = self.rows.len().saturating_sub(1);
        self.selected = stays.unwrap_or(self.selected).min(last);
    }
}

/// One changeset, before and after.
#[derive(Clone, Debug)]
pub struct ChangesetPage {
    pub put: Put,
    /// Absent until both sides have come.
    pub change: Option<Changeset>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn named(codes: &[&str]) -> Vec<Named> {
        let named = |code: &&str| Named {
            id: (*code).to_owned(),
            name: String::new(),
        };
        codes.iter().map(named).collect()
    }

    #[test]
    fn a_change_is_looked_at_on_its_towns_and_one_of_many_towns_on_their_counties() {
        let mut put = sample::puts().remove(0);
        put.notes = vec![Note {
            change: "transfer".into(),
            grids: named(&["320707101201001", "320707102201001", "320707101202003"]),
        }];
        assert_eq!(put.divisions(), ["320707101000", "320707102000"]);
        let codes: Vec<String> = (101..106)
            .map(|town| format!("320707{town}201001"))
            .collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        put.notes[0].grids = named(&codes);
        assert_eq!(put.divisions(), ["320707000000"]);
        put.notes[0].grids = named(&["short"]);
        assert!(put.divisions().is_empty(), "no code, no division");
    }

    #[test]
    fn grids_that_came_from_each_other_are_one_family() {
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        // One was split, two others were merged, of which the first keeps its code.
        let lineage = [
            pair("1", "5"),
            pair("1", "6"),
            pair("2", "2"),
            pair("3", "2"),
        ];
        let told: Vec<Vec<String>> = families(&lineage)
            .into_iter()
            .map(|note| note.grids.into_iter().map(|grid| grid.id).collect())
            .collect();
        assert_eq!(told, [vec!["1", "5", "6"], vec!["2", "3"]]);
        assert!(families(&[]).is_empty());
    }

    #[test]
    fn the_choice_stays_on_its_changeset_when_a_new_one_comes_on_top() {
        let mut page = BoundariesPage::new();
        let puts = sample::puts();
        page.take(
            Puts {
                rows: puts[1..].to_vec(),
                next: None,
            },
            false,
        );
        page.take(
            Puts {
                rows: puts.clone(),
                next: None,
            },
            false,
        );
        assert_eq!(page.rows[page.selected].version, puts[1].version);
    }
}
