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

/// Who should be called, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposed {
    pub unit: Named,
    pub role: String,
    pub reason: String,
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
