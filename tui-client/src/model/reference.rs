//! What is looked up: matters, grids, units, kinds of whistle, divisions.

use serde::Serialize;

use super::case::{Limit, MatterRef, Named};

/// A matter with the conditions under which it is registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Matter {
    #[serde(flatten)]
    pub key: MatterRef,
    /// The name of its major class.
    pub class: String,
    pub conditions: Vec<Condition>,
}

/// A condition: the limit and the closing standard belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    pub id: String,
    pub name: String,
    pub limit: Option<Limit>,
    /// A grid worker may settle it himself.
    pub self_handle: bool,
}

/// A grid with its village and town.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Grid {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub village: String,
    pub town: String,
    /// A point inside, degrees of WGS 84.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
}

/// A division; `level` is province, city, county, town or village.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    pub code: String,
    pub name: String,
    pub level: String,
}

/// A unit that can be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
    pub division: String,
}

/// A kind of whistle that may be blown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhistleKind {
    pub code: String,
    pub name: String,
    pub emergency: bool,
    /// Place and time have to be said before units are called.
    pub meeting_required: bool,
    /// The post that approves; absent when nobody has to.
    pub approval: Option<String>,
    pub sign: Option<Limit>,
    pub check_in: Option<Limit>,
}

/// Who should be called or not, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    /// Without id and name where no unit near has the function.
    pub unit: Named,
    pub role: String,
    pub reason: String,
    pub standing: Standing,
}

/// What a proposal says of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Called,
    /// It would be called if it were on the other side of a border that is near: the place there.
    Beside(String),
    LeftOut,
}

/// For what somebody would be called, where and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Such as `event-06010`.
    pub matter: String,
    /// Such as `event-06010/1`.
    pub condition: Option<String>,
    pub place: Whereabouts,
    /// `2026-07-15`; today unless given.
    pub on: Option<String>,
}

/// A position, a grid or a division; the own scope where none is said.
#[derive(Clone, Debug, PartialEq)]
pub enum Whereabouts {
    Here,
    /// Longitude and latitude in degrees of a system such as `wgs84`.
    Point {
        at: [f64; 2],
        crs: String,
    },
    Grid(String),
    Division(String),
}

/// Who would be called, at each place that it may be, and by which versions of the lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Preview {
    pub places: Vec<PlacePreview>,
    /// The lists by name, each with its version.
    pub versions: Vec<(String, u32)>,
}

/// Who would be called at a place, and who was left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlacePreview {
    /// The grid, else the town.
    pub place: Named,
    /// Metres to the grid, where a position is known.
    pub distance_m: Option<f64>,
    /// The lead first, at most one.
    pub lines: Vec<PreviewLine>,
    pub left_out: Vec<PreviewLine>,
}

/// A unit, its part, and the reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewLine {
    /// Absent where no unit near has the function.
    pub unit: Option<Named>,
    pub role: String,
    pub reasons: Vec<String>,
}

/// What has been fetched so far; it changes rarely and is asked for once a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    pub matters: Option<Vec<Matter>>,
    pub grids: Option<Vec<Grid>>,
    pub units: Option<Vec<Unit>>,
    pub kinds: Option<Vec<WhistleKind>>,
    /// The kinds of another place: its code, and what can be blown there.
    pub kinds_there: Option<(String, Vec<WhistleKind>)>,
}

impl Reference {
    /// The kinds of a place; the own ones until those of another have come.
    pub fn kinds_at(&self, place: &str) -> &[WhistleKind] {
        let there = self.kinds_there.as_ref().filter(|(code, _)| code == place);
        let own = self.kinds.as_deref().unwrap_or_default();
        there.map_or(own, |(_, kinds)| kinds)
    }

    pub fn matter(&self, id: &str) -> Option<&Matter> {
        self.matters.as_ref()?.iter().find(|m| m.key.id() == id)
    }
}
