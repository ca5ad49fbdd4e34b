//! Changesets of boundaries, and in which grids points lie.

use chrono::Duration;
use gridwhistle_client::types;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::cases::{named, person};
use super::fail::failure;
use super::map::drawn;
use super::registers::read;
use super::server::Server;
use super::{maybe, maybe_time, time};
use crate::model::boundaries::{
    Changed, Located, Near, NewBoundaries, Note, POINTS, Put, Puts, Sides,
};
use crate::model::failure::{Failure, Kind};

/// Changesets of a page.
const PAGE: u64 = 50;

impl Server {
    /// The changesets, the newest first.
    pub async fn changesets(&self, cursor: Option<String>) -> Result<Puts, Failure> {
        let client = self.client()?;
        let call = client.list_boundary_changes().limit(PAGE);
        let call = maybe!(call, cursor = cursor);
        let page = call.send().await.map_err(failure)?.into_inner();
        Ok(Puts {
            rows: page.items.into_iter().map(put).collect(),
            next: page.next,
        })
    }

    /// The grids around a changeset as they were until it counted, and from then on.
    pub async fn sides(&self, put: Put) -> Result<Sides, Failure> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        // The server keeps instants by the microsecond.
        let from = put.effective_from;
        let until = from.checked_sub_signed(Duration::microseconds(1));
        for division in put.divisions() {
            before.extend(self.map_at(Some(division.clone()), until).await?);
            after.extend(self.map_at(Some(division), Some(from)).await?);
        }
        Ok(Sides { put, before, after })
    }

    /// Puts boundaries in force, or only has them checked.
    pub async fn change_boundaries(&self, new: NewBoundaries) -> Result<Changed, Failure> {
        let mut body = new.body;
        body.insert("dry_run".into(), json!(new.dry_run));
        let body = typed(body)?;
        let client = self.client()?;
        let call = client.change_boundaries().body(body);
        // The version as the server writes it in `ETag`.
        let tag = new.decided_on.map(|version| format!("\"{version}\""));
        let call = maybe!(call, if_match = tag);
        let done = call.send().await.map_err(failure)?.into_inner();
        let lineage = done.lineage.into_iter();
        Ok(Changed {
            changed: done.changed,
            dry_run: done.dry_run,
            version: done.version,
            effective_from: maybe_time(done.effective_from),
            before: done.before.into_iter().map(drawn).collect(),
            after: done.after.into_iter().map(drawn).collect(),
            lineage: lineage.map(|d| (d.predecessor, d.successor)).collect(),
        })
    }

    /// In which grids points lie. Of a single one more is told.
    pub async fn locate(&self, points: &[[f64; 2]], crs: &str) -> Result<Vec<Located>, Failure> {
        let client = self.client()?;
        let crs: types::Crs = read(json!(crs))?;
        if let [[lon, lat]] = *points {
            let call = client.locate().lon(lon).lat(lat).crs(crs);
            let found = call.send().await.map_err(failure)?.into_inner();
            return Ok(vec![one([lon, lat], found)]);
        }
        let mut located = Vec::with_capacity(points.len());
        for some in points.chunks(POINTS) {
            let body: types::Points = read(json!({"points": some, "crs": crs}))?;
            let call = client.locate_points().body(body);
            let found = call.send().await.map_err(failure)?.into_inner();
            let pairs = some.iter().zip(found.items);
            located.extend(pairs.map(|(point, at)| Located {
                point: *point,
                grid: at.grid,
                ..Located::default()
            }));
        }
        Ok(located)
    }
}

/// The body in the types of the document. What does not fit is told with its place before anything is sent.
fn typed(body: Map<String, Value>) -> Result<types::NewBoundaries, Failure> {
    let items = |list: &str| {
        let items = body.get(list).and_then(Value::as_array);
        items.cloned().unwrap_or_default()
    };
    let changes = misfits::<types::GridChange>("changes", items("changes"));
    let features = misfits::<types::GridFeature>("features", items("features"));
    let faults = [changes, features].concat();
    if faults.is_empty() {
        return read(Value::Object(body));
    }
    let first = faults.first().map(|(place, _)| place.clone());
    let mut failure = Failure::new(Kind::Invalid, first.unwrap_or_default());
    failure.faults = faults;
    Err(failure)
}

/// The items of a list that are not what they should be, each with its place and why.
fn misfits<T: DeserializeOwned>(list: &str, items: Vec<Value>) -> Vec<(String, String)> {
    let items = items.into_iter().enumerate();
    let misfits = items.filter_map(|(n, item)| {
        let wrong = serde_json::from_value::<T>(item).err()?;
        Some((format!("/{list}/{n}"), wrong.to_string()))
    });
    misfits.collect()
}

fn put(told: types::BoundaryChange) -> Put {
    let note = |note: types::GridChangeNote| Note {
        change: note.change,
        grids: note.grids.into_iter().map(named).collect(),
    };
    Put {
        version: told.version,
        at: time(told.at),
        effective_from: time(told.effective_from),
        by: told.by.map(person),
        reason: told.reason,
        notes: told.changes.into_iter().map(note).collect(),
    }
}

fn one(point: [f64; 2], found: types::LocatedPoint) -> Located {
    let near = |near: types::NearGrid| Near {
        grid: near.grid.code,
        name: near.grid.name,
        distance_m: near.distance_m,
    };
    let (grid, name) = found.grid.map(|grid| (grid.code, grid.name)).unzip();
    Located {
        point,
        grid,
        name,
        village: found.village.map(|village| village.name),
        town: found.town.map(|town| town.name),
        nearest: found.nearest.map(near),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(changes: &Value) -> Map<String, Value> {
        let body = json!({"reason": "r", "dry_run": true, "changes": changes});
        body.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn each_change_that_is_none_is_told_with_its_place() {
        let retire = json!({"change": "retire", "code": "320707101201001"});
        let fits = typed(body(&json!([retire])));
        assert_eq!(fits.map(|new| new.changes.len()), Ok(1));
        let odd = json!([retire, {"change": "explode"}, retire, {"change": "retire"}]);
        let failure = typed(body(&odd)).unwrap_err();
        let places: Vec<&str> = failure.faults.iter().map(|f| f.0.as_str()).collect();
        assert_eq!(places, ["/changes/1", "/changes/3"]);
        assert_eq!(failure.kind, Kind::Invalid);
    }

    #[test]
    fn of_a_single_point_more_is_told() {
        let found = json!({
            "grid": {"code": "320707101201001", "name": "第一网格"},
            "village": {"code": "320707101201", "name": "西林子村"},
            "candidates": [], "lon": 119.1, "lat": 34.9,
        });
        let told = one([119.1, 34.9], read(found).unwrap());
        assert_eq!(told.grid.as_deref(), Some("320707101201001"));
        assert_eq!(told.village.as_deref(), Some("西林子村"));
        assert_eq!(told.nearest, None);
    }
}
