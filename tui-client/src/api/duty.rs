//! Who is on duty, rosters, handovers.

use super::cases::{named, uuid};
use super::fail::failure;
use super::server::Server;
use super::{maybe_time, time};
use crate::model::duty::{DutyBoard, Handover, OnDuty, OpenItem, Shift, Signature};
use crate::model::failure::{Failure, Kind};
use gridwhistle_client::types;
use uuid::Uuid;

/// The newest handovers that the page shows.
const HANDOVERS: u64 = 5;

impl Server {
    /// The own desk: who is on, who comes, what was handed over and what is open.
    pub async fn duty(&self) -> Result<DutyBoard, Failure> {
        let client = self.client()?;
        let on = client.on_duty().send().await.map_err(failure)?;
        let shifts = client.list_shifts().send().await.map_err(failure)?;
        let handovers = client.list_handovers().limit(HANDOVERS).send().await;
        let handovers = handovers.map_err(failure)?;
        let open = match client.open_items().send().await.map_err(failure) {
            Ok(open) => Some(open.into_inner().items.into_iter().map(item).collect()),
            // Only who sits at the desk knows.
            Err(refused) if refused.kind == Kind::Forbidden => None,
            Err(failure) => return Err(failure),
        };
        Ok(DutyBoard {
            on: on.into_inner().items.into_iter().map(on_duty).collect(),
            shifts: shifts
                .into_inner()
                .items
                .into_iter()
                .map(|s| Shift {
                    from: time(s.from),
                    to: time(s.to),
                    leader: s.leader,
                    officer: s.officer,
                    telephone: s.telephone,
                })
                .collect(),
            handovers: handovers
                .into_inner()
                .items
                .into_iter()
                .map(handover)
                .collect(),
            open,
        })
    }

    /// Whom to call about a case; nobody where the rosters are not the caller's to read.
    pub async fn case_duty(&self, id: Uuid) -> Result<Vec<OnDuty>, Failure> {
        let found = self.client()?.case_duty().id(id).send().await;
        match found.map_err(failure) {
            Ok(found) => Ok(found.into_inner().items.into_iter().map(on_duty).collect()),
            Err(refused) if refused.kind == Kind::Forbidden => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }

    /// The outgoing side signs.
    pub async fn hand_over(&self, note: String) -> Result<Handover, Failure> {
        let client = self.client()?;
        let body = types::HandoverRequest::builder().note(note);
        let given = client.hand_over().body(body).send().await;
        Ok(handover(given.map_err(failure)?.into_inner()))
    }

    /// The incoming side signs.
    pub async fn take_over(&self, id: &str) -> Result<Handover, Failure> {
        let client = self.client()?;
        let taken = client.take_over().id(uuid(id)?).send().await;
        Ok(handover(taken.map_err(failure)?.into_inner()))
    }
}

fn on_duty(on: types::OnDuty) -> OnDuty {
    OnDuty {
        desk: named(on.desk),
        shift: on.shift.map(shift),
    }
}

fn shift(s: types::Shift) -> Shift {
    Shift {
        from: time(s.from),
        to: time(s.to),
        leader: s.leader,
        officer: s.officer,
        telephone: s.telephone,
    }
}

fn item(item: types::OpenItem) -> OpenItem {
    OpenItem {
        case_id: item.case_id.to_string(),
        number: item.number,
        stage: item.stage,
        matter: item.matter,
        due: maybe_time(item.due),
        overdue: item.overdue,
    }
}

fn signature(signed: types::Signature) -> Signature {
    Signature {
        name: signed.name,
        at: time(signed.at),
    }
}

fn handover(h: types::Handover) -> Handover {
    Handover {
        id: h.id.to_string(),
        desk: named(h.desk),
        note: h.note,
        items: h.items.into_iter().map(item).collect(),
        given: signature(h.given),
        taken: h.taken.map(signature),
    }
}
