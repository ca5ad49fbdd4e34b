//! What is looked up: matters, grids, units, kinds of whistle, divisions, proposals.

use super::cases::{limit, named, uuid};
use super::fail::failure;
use super::maybe;
use super::registers::read;
use super::server::Server;
use crate::model::case::MatterRef;
use crate::model::failure::Failure;
use crate::model::reference::{
    Condition, Division, Grid, Matter, Proposed, Standing, Unit, WhistleKind,
};
use crate::model::request::{Around, For};
use gridwhistle_client::types;
use serde_json::json;

/// The most grids that a page gives.
const GRIDS: u64 = 2_000;

impl Server {
    pub async fn matters(&self) -> Result<Vec<Matter>, Failure> {
        let matters = self
            .client()?
            .list_matters()
            .send()
            .await
            .map_err(failure)?
            .into_inner()
            .items;
        Ok(matters
            .into_iter()
            .map(|m| Matter {
                key: MatterRef {
                    kind: m.kind,
                    code: m.code,
                    name: m.name,
                },
                class: m.major_name,
                conditions: m
                    .conditions
                    .into_iter()
                    .map(|c| Condition {
                        limit: c.steps.first().map(|s| limit(&s.limit)),
                        id: c.id,
                        name: c.name,
                        self_handle: c.self_handle,
                    })
                    .collect(),
            })
            .collect())
    }

    /// The town of the one who asks, or what his post extends over; none for a unit.
    pub(super) fn home(&self) -> Result<Option<String>, Failure> {
        let session = self.session()?;
        let Some(post) = session.leading() else {
            return Ok(None);
        };
        Ok(match post.scope_kind.as_str() {
            "division" => Some(post.scope.clone()),
            "grids" => post.scope.get(..9).map(|town| format!("{town}000")),
            _ => None,
        })
    }

    /// The grids below a division. Without one those around the one who asks, his own first.
    pub async fn grids(&self, division: &str) -> Result<Vec<Grid>, Failure> {
        let asked = if division.is_empty() {
            self.home()?
        } else {
            Some(division.to_owned())
        };
        let client = self.client()?;
        let mut grids = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let call = client.list_grids().limit(GRIDS);
            let call = maybe!(call, division = asked.clone(), cursor = cursor.take());
            let page = call.send().await.map_err(failure)?.into_inner();
            grids.extend(page.items.into_iter().map(grid));
            cursor = page.next;
            // More than anybody looks through: the filter of a division is the way then.
            if cursor.is_none() || grids.len() >= 5_000 {
                break;
            }
        }
        let own: Vec<String> = self
            .session()?
            .posts
            .iter()
            .filter(|p| p.scope_kind == "grids")
            .flat_map(|p| p.scope.split(',').map(str::to_owned))
            .collect();
        grids.sort_by_key(|g| !own.contains(&g.code));
        Ok(grids)
    }

    pub async fn units(&self) -> Result<Vec<Unit>, Failure> {
        let division = self.home()?;
        let client = self.client()?;
        let call = maybe!(client.list_units(), division = division);
        let units = call.send().await.map_err(failure)?.into_inner().items;
        Ok(units
            .into_iter()
            .map(|u| Unit {
                code: u.code,
                name: u.name,
                division: u.division.name,
            })
            .collect())
    }

    /// The kinds of whistle that the one who asks may blow in a place, his own unless one is named; all, where he may
    /// blow none.
    pub async fn kinds(&self, place: &str) -> Result<Vec<WhistleKind>, Failure> {
        let session = self.session()?;
        let client = self.client()?;
        let place = Some(place.to_owned()).filter(|code| !code.is_empty());
        let call = maybe!(client.list_whistle_kinds(), division = place);
        let kinds = call.send().await.map_err(failure)?.into_inner().items;
        let mut kinds: Vec<(bool, WhistleKind)> = kinds
            .into_iter()
            .map(|k| {
                let mine = k.may_blow.iter().any(|p| session.holds(p));
                let kind = WhistleKind {
                    emergency: k.round_the_clock,
                    meeting_required: k.meeting_required,
                    approval: k.approved_by.into_iter().next(),
                    sign: Some(limit(&k.sign)),
                    check_in: Some(limit(&k.check_in)),
                    code: k.id,
                    name: k.name,
                };
                (mine, kind)
            })
            .collect();
        if kinds.iter().any(|(mine, _)| *mine) {
            kinds.retain(|(mine, _)| *mine);
        }
        Ok(kinds.into_iter().map(|(_, k)| k).collect())
    }

    /// The divisions below one; those below the own post without one.
    pub async fn divisions(&self, code: &str) -> Result<Vec<Division>, Failure> {
        let client = self.client()?;
        let code = if code.is_empty() {
            self.home()?
        } else {
            Some(code.to_owned())
        };
        let items = match code {
            Some(code) => {
                client
                    .division_children()
                    .code(code)
                    .send()
                    .await
                    .map_err(failure)?
                    .into_inner()
                    .items
            }
            None => {
                client
                    .list_divisions()
                    .level("town")
                    .send()
                    .await
                    .map_err(failure)?
                    .into_inner()
                    .items
            }
        };
        Ok(items
            .into_iter()
            .map(|d| Division {
                code: d.code,
                name: d.name,
                level: d.level,
            })
            .collect())
    }

    /// Who should be called, at each place that it may be; nobody while the matter is open.
    pub async fn proposal(&self, wanted: For) -> Result<Vec<Proposed>, Failure> {
        let client = self.client()?;
        let places = match wanted {
            For::Case(id) => {
                let call = client.case_proposal().id(uuid(&id)?);
                call.send().await.map_err(failure)?.into_inner().places
            }
            For::Report { matter, place } => {
                let mut body = json!({"matter": matter});
                match place {
                    Around::Me => match self.home()? {
                        Some(division) => body["division"] = division.into(),
                        None => return Ok(Vec::new()),
                    },
                    Around::Village(code) => body["division"] = code.into(),
                    Around::Point {
                        at: [lon, lat],
                        crs,
                    } => body["position"] = json!({"lon": lon, "lat": lat, "crs": crs}),
                }
                let body: types::PreviewRequest = read(body)?;
                let call = client.preview_routing().body(body);
                call.send().await.map_err(failure)?.into_inner().places
            }
        };
        Ok(proposed(places))
    }
}

/// The nearest place is the one in which it is; of the others those who would lead there.
fn proposed(places: Vec<types::PlacedProposal>) -> Vec<Proposed> {
    let mut places = places.into_iter();
    let Some(here) = places.next() else {
        return Vec::new();
    };
    let line = |line: types::CallLine, standing| Proposed {
        unit: named(line.unit),
        role: line.role,
        reason: reasons(line.reasons),
        standing,
    };
    let leads = |lines: &[types::CallLine]| {
        let lead = lines.iter().find(|line| line.role == "lead");
        lead.map(|line| line.unit.code.clone())
    };
    let lead = leads(&here.lines);
    let mut told: Vec<Proposed> = here
        .lines
        .into_iter()
        .map(|called| line(called, Standing::Called))
        .collect();
    let beside = places.filter(|place| leads(&place.lines) != lead);
    told.extend(beside.flat_map(|place| {
        let at = place.grid.unwrap_or(place.town).name;
        let lead = place.lines.into_iter().filter(|line| line.role == "lead");
        lead.map(move |called| line(called, Standing::Beside(at.clone())))
    }));
    told.extend(here.left_out.into_iter().map(|out| Proposed {
        unit: out.unit.map(named).unwrap_or_default(),
        role: out.role,
        reason: out.text,
        standing: Standing::LeftOut,
    }));
    told
}

fn reasons(reasons: Vec<types::CallReason>) -> String {
    let texts: Vec<String> = reasons.into_iter().map(|reason| reason.text).collect();
    texts.join("; ")
}

fn grid(g: types::Grid) -> Grid {
    Grid {
        code: g.code,
        name: g.name,
        kind: g.kind.to_string(),
        village: g.village.name,
        town: String::new(),
        lon: g.label.first().copied(),
        lat: g.label.get(1).copied(),
    }
}
