//! Who would be called for a matter at a place, and why.

use gridwhistle_client::types;
use serde_json::json;

use super::cases::named;
use super::fail::failure;
use super::registers::read;
use super::server::Server;
use crate::model::failure::Failure;
use crate::model::reference::{PlacePreview, Preview, PreviewLine, Wanted, Whereabouts};

impl Server {
    /// The proposal at each place that it may be: near a border on both sides.
    pub async fn preview(&self, wanted: Wanted) -> Result<Preview, Failure> {
        let client = self.client()?;
        let mut body = json!({"matter": wanted.matter});
        if let Some(condition) = wanted.condition {
            body["condition"] = condition.into();
        }
        if let Some(on) = wanted.on {
            body["on"] = on.into();
        }
        match wanted.place {
            Whereabouts::Here => {
                if let Some(division) = self.home()? {
                    body["division"] = division.into();
                }
            }
            Whereabouts::Point {
                at: [lon, lat],
                crs,
            } => {
                body["position"] = json!({"lon": lon, "lat": lat, "crs": crs});
            }
            Whereabouts::Grid(code) => body["grid"] = code.into(),
            Whereabouts::Division(code) => body["division"] = code.into(),
        }
        let body: types::PreviewRequest = read(body)?;
        let told = client.preview_routing().body(body).send().await;
        let told = told.map_err(failure)?.into_inner();
        let versions = told.versions.into_iter();
        Ok(Preview {
            places: told.places.into_iter().map(place).collect(),
            versions: versions.map(|one| (one.list, one.version)).collect(),
        })
    }
}

fn place(at: types::PlacedProposal) -> PlacePreview {
    let lines = at.lines.into_iter().map(|line| PreviewLine {
        unit: Some(named(line.unit)),
        role: line.role,
        reasons: line.reasons.into_iter().map(|reason| reason.text).collect(),
    });
    let left_out = at.left_out.into_iter().map(|line| PreviewLine {
        unit: line.unit.map(named),
        role: line.role,
        reasons: vec![line.text],
    });
    PlacePreview {
        place: named(at.grid.unwrap_or(at.town)),
        distance_m: at.distance_m,
        lines: lines.collect(),
        left_out: left_out.collect(),
    }
}
