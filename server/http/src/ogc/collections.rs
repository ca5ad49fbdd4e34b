//! The collections: what each is called, who may read it, what it can be asked for, and how far it extends.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::place::Grid;
use gridwhistle_service::Reference;
use serde_json::{Value, json};

use super::crs::Crs;
use super::{GEOJSON, OPENAPI, link};
use crate::answer::JSON;
use crate::messages::Lang;

/// A collection of features.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    Divisions,
    Grids,
    Cases,
}

/// A property that features can be asked for by.
pub(super) struct Filter {
    pub name: &'static str,
    /// For the document.
    pub description: &'static str,
}

const fn filter(name: &'static str, description: &'static str) -> Filter {
    Filter { name, description }
}

impl Collection {
    pub(super) const ALL: [Self; 3] = [Self::Divisions, Self::Grids, Self::Cases];

    /// The name in addresses.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Divisions => "divisions",
            Self::Grids => "grids",
            Self::Cases => "cases",
        }
    }

    pub(super) fn named(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|collection| collection.id() == id)
    }

    /// What somebody must be permitted who reads it.
    pub(super) const fn operation(self) -> Operation {
        match self {
            Self::Divisions | Self::Grids => Operation::ReadReference,
            Self::Cases => Operation::ReadCases,
        }
    }

    /// The most features that `offset` passes over. Of cases each one passed over is read.
    pub(super) const fn most_skipped(self) -> u32 {
        match self {
            Self::Divisions | Self::Grids => 1_000_000,
            Self::Cases => 10_000,
        }
    }

    pub(super) const fn filters(self) -> &'static [Filter] {
        const DIVISIONS: &[Filter] = &[
            filter("level", "`province`, `city`, `county`, `town`, `village`"),
            filter("parent", "12 digits of the division directly above."),
        ];
        const GRIDS: &[Filter] = &[
            filter("kind", "`general`, `dedicated`, `micro`"),
            filter("village", "12 digits of a village."),
            filter("town", "12 digits of a town."),
        ];
        const CASES: &[Filter] = &[
            filter("number", "The number of a case."),
            filter(
                "stage",
                "One stage, such as `reported`, `handling`, `closed`.",
            ),
            filter(
                "matter",
                "Kind and code of a matter, such as `event-06010`.",
            ),
            filter("grid", "15 digits of a grid."),
            filter("village", "12 digits of a village."),
            filter("town", "12 digits of a town."),
        ];
        match self {
            Self::Divisions => DIVISIONS,
            Self::Grids => GRIDS,
            Self::Cases => CASES,
        }
    }

    pub(super) fn title(self, lang: Lang) -> String {
        match self {
            Self::Divisions => lang.say("ogc-divisions-title"),
            Self::Grids => lang.say("ogc-grids-title"),
            Self::Cases => lang.say("ogc-cases-title"),
        }
    }

    fn description(self, lang: Lang) -> String {
        match self {
            Self::Divisions => lang.say("ogc-divisions-description"),
            Self::Grids => lang.say("ogc-grids-description"),
            Self::Cases => lang.say("ogc-cases-description"),
        }
    }

    /// The address below the root, such as `…/collections/grids`.
    pub(super) fn address(self, root: &str) -> String {
        format!("{root}/collections/{}", self.id())
    }

    /// The collection as the list of all tells it, and its own address: both say the same.
    pub(super) fn describe(self, root: &str, lang: Lang, reference: &Reference) -> Value {
        let title = self.title(lang);
        let address = self.address(root);
        let mut told = json!({
            "id": self.id(),
            "title": title,
            "description": self.description(lang),
            "itemType": "feature",
            "crs": Crs::ALL.map(Crs::uri),
            "storageCrs": Crs::default().uri(),
            "links": [
                link(&address, "self", JSON, &title),
                link(&format!("{address}/items"), "items", GEOJSON, &title),
                link(&format!("{root}/api"), "describedby", OPENAPI, &lang.say("ogc-api-title")),
            ],
        });
        if let (Some(extent), Some(fields)) = (self.extent(reference), told.as_object_mut()) {
            fields.insert("extent".to_owned(), extent);
        }
        told
    }

    /// How far it extends, where that is known: divisions have no geometry, and a case may lie anywhere.
    fn extent(self, reference: &Reference) -> Option<Value> {
        match self {
            Self::Divisions | Self::Cases => None,
            Self::Grids => {
                // Those of other times too: they are asked for by time.
                let grids = || reference.land.of_all_times().map(AsRef::as_ref);
                let since = grids().map(|grid| grid.valid_from).min()?;
                Some(json!({
                    "spatial": {
                        "bbox": [grids().map(bounds).reduce(around)?],
                        "crs": Crs::default().uri(),
                    },
                    "temporal": {
                        "interval": [[since.to_rfc3339(), null]],
                        "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
                    },
                }))
            }
        }
    }
}

/// West, south, east, north of a grid.
fn bounds(grid: &Grid) -> [f64; 4] {
    let found = grid.boundary.bbox();
    let (low, high) = (found.south_west, found.north_east);
    [low.lon(), low.lat(), high.lon(), high.lat()]
}

/// The box around two boxes.
fn around([w, s, e, n]: [f64; 4], other: [f64; 4]) -> [f64; 4] {
    let [west, south, east, north] = other;
    [w.min(west), s.min(south), e.max(east), n.max(north)]
}
