//! Catalogues of matters: `catalogue,kind,code,major_code,major_name,name,valid_from,valid_to`.

use std::collections::BTreeSet;

use gridwhistle_domain::matter::{Matter, MatterKey, MatterKind};

use super::format::Table;
use super::table::{Row, each_row, last_day};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "catalogue",
    "kind",
    "code",
    "major_code",
    "major_name",
    "name",
    "valid_from",
    "valid_to",
];

/// The matters of a file, in its order; each stands once in a catalogue.
pub fn parse(text: &str) -> Result<Vec<Matter>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut matters = Vec::new();
    each_row(text, HEADER, HEADER.len(), |row| {
        let Some(matter) = matter(row) else { return };
        if known.insert((matter.catalogue.clone(), matter.key.clone())) {
            matters.push(matter);
        } else {
            let Matter { key, catalogue, .. } = matter;
            row.fault(
                "code",
                Wrong::MatterTwice {
                    matter: key,
                    catalogue,
                },
            );
        }
    })?;
    Ok(matters)
}

fn matter(row: &mut Row<'_>) -> Option<Matter> {
    let catalogue = row.text("catalogue");
    let key = key(row);
    let major_code = row.text("major_code");
    if let (Some(key), Some(major)) = (&key, &major_code)
        && key.major() != major
    {
        row.fault("major_code", Wrong::OtherMajor(key.clone()));
    }
    let major_name = row.text("major_name");
    let name = row.text("name");
    let (valid_from, valid_to) = row.validity()?;
    Some(Matter {
        catalogue: catalogue?,
        key: key?,
        major_code: major_code?,
        major_name: major_name?,
        name: name?,
        valid_from,
        valid_to,
    })
}

fn key(row: &mut Row<'_>) -> Option<MatterKey> {
    let kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    // A wrong code is told even where the kind is wrong too.
    let read_as = kind.unwrap_or(MatterKind::Event);
    let key = row.read("code", |code| MatterKey::new(read_as, code))?;
    kind.map(|_| key)
}

impl Table for Matter {
    const LIST: &'static str = lists::MATTERS;
    const HEADER: &'static [&'static str] = HEADER;

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, _: usize) -> String {
        format!("{} {}", self.key, self.catalogue)
    }

    fn rows(&self) -> Vec<Vec<String>> {
        vec![vec![
            self.catalogue.clone(),
            self.key.kind.to_string(),
            self.key.code.clone(),
            self.major_code.clone(),
            self.major_name.clone(),
            self.name.clone(),
            self.valid_from.to_string(),
            last_day(self.valid_to),
        ]]
    }
}
