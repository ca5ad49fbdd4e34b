//! Filing a report.

use gridwhistle_domain::access::{Actor, Scope};
use gridwhistle_domain::case::{
    self, Ask, AttachmentId, CaseId, OriginalPosition, Place, Report, ResidentRef, SafetyCall,
    SelfHandling, Source, WhistleRequest, masked_name, masked_telephone,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::MatterKey;
use gridwhistle_domain::place::{Crs, DivisionCode, DivisionLevel, GridCode, Position, to_wgs84};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_store::{Append, Key, Resident};
use uuid::Uuid;

use crate::act::{Idempotency, Outcome};
use crate::reference::Reference;
use crate::{Fault, Service, ServiceError};

/// A report as it comes in.
#[derive(Clone, Debug)]
pub struct NewReport {
    pub id: Option<Uuid>,
    pub source: Source,
    pub text: String,
    pub matter: Option<MatterKey>,
    pub place: NewPlace,
    pub resident: Option<Resident>,
    /// Whether the reporter's identity is kept; as the matter has it unless said.
    pub confidential: Option<bool>,
    pub external_number: Option<String>,
    /// The department that hands the matter down to the town directly.
    pub handed_down_by: Option<UnitCode>,
    pub safety_call: Option<SafetyCall>,
    pub attachments: Vec<AttachmentId>,
    pub whistle: Option<WhistleRequest>,
    pub self_handled: Option<SelfHandling>,
    pub occurred_at: Option<Timestamp>,
}

/// Where it happened: coordinates, or a grid, or both.
#[derive(Clone, Debug, Default)]
pub struct NewPlace {
    pub lon_lat: Option<(f64, f64)>,
    pub crs: Option<Crs>,
    pub accuracy_m: Option<f64>,
    pub grid: Option<GridCode>,
    pub address: Option<String>,
}

impl Service {
    /// Files a report: located at once, numbered by the log, answered when it is durable.
    pub async fn report(
        &self,
        actor: &Actor,
        new: NewReport,
        key: Option<Idempotency>,
    ) -> Result<Outcome, ServiceError> {
        let key = key.map(|k| k.of(actor));
        match (self.prepare(actor, new, key.clone()).await, key) {
            (Ok(append), _) => {
                let result = self.store.append(append).await;
                match self.answered(result).await {
                    // Whoever does not see the other case learns that the number is taken and no more.
                    Err(ServiceError::ExternalNumberTaken(Some(id)))
                        if self.seen(actor, id).await.is_err() =>
                    {
                        Err(ServiceError::ExternalNumberTaken(None))
                    }
                    answer => answer,
                }
            }
            // What was filed once stays filed, though it would be refused by now. The first filing
            // need not ask for its key: the log does.
            (Err(refused), Some(key)) => self.replay(&key).await?.ok_or(refused),
            (Err(refused), None) => Err(refused),
        }
    }

    /// What a report adds to the log.
    async fn prepare(
        &self,
        actor: &Actor,
        new: NewReport,
        key: Option<Key>,
    ) -> Result<Append, ServiceError> {
        let now = self.clock.now();
        let reference = self.reference();
        self.own_attachments(actor, "/attachments", &new.attachments)
            .await?;
        if let Some(settled) = &new.self_handled {
            self.own_attachments(actor, "/self_handled/before", &settled.before)
                .await?;
            self.own_attachments(actor, "/self_handled/after", &settled.after)
                .await?;
        }
        let id = match new.id {
            Some(id) if id.get_version_num() != 7 => {
                return Err(Fault::new("/id", "not_uuid_v7").into());
            }
            Some(id) => id,
            None => Uuid::now_v7(),
        };
        // What a device sends late lies where it lay then.
        let when = new.occurred_at.map_or(now, |occurred| occurred.min(now));
        let place = locate(&reference, &new.place, when)?;
        let report = Report {
            id: CaseId(id),
            source: new.source,
            text: new.text,
            matter: new.matter,
            centre: centre(actor, &place, now).ok_or(ServiceError::Forbidden)?,
            place,
            resident: new.resident.as_ref().map(masked),
            confidential: new.confidential,
            // Two orders do not differ by a space.
            external_number: new
                .external_number
                .map(|number| number.trim().to_owned())
                .filter(|number| !number.is_empty()),
            handed_down_by: new.handed_down_by,
            safety_call: new.safety_call,
            attachments: new.attachments,
            whistle: new.whistle,
            self_handled: new.self_handled,
            occurred_at: new.occurred_at,
        };
        let ask = Ask {
            actor,
            rules: reference.rules_at(report.place.village.unwrap_or(report.centre)),
            now,
            occurred_at: report.occurred_at,
        };
        let mut events = case::report(&report, &ask)?;
        events.extend(self.unattended(None, &events).await?);
        if let Some(resident) = &new.resident {
            crate::act::conceal_in(&mut events, resident)?;
        }
        Ok(Append {
            case: None,
            events,
            others: Vec::new(),
            key,
            resident: new.resident,
        })
    }
}

/// Brings coordinates to WGS 84 and finds the grid by the boundaries of the time; a grid that is named holds.
fn locate(reference: &Reference, new: &NewPlace, when: Timestamp) -> Result<Place, ServiceError> {
    let mut position = None;
    let mut original = None;
    if let Some((lon, lat)) = new.lon_lat {
        let crs = new.crs.unwrap_or(Crs::Wgs84);
        let (x, y) =
            to_wgs84(lon, lat, crs).map_err(|_| Fault::new("/place", "not_on_the_globe"))?;
        position = Some(Position::new(x, y).map_err(|_| Fault::new("/place", "not_on_the_globe"))?);
        original = Some(OriginalPosition { crs, lon, lat });
    }
    let grid = match (new.grid, position) {
        (Some(code), _) => {
            if !reference.land.knows_grid(code, when) {
                return Err(Fault::new("/place/grid", "unknown_grid").into());
            }
            Some(code)
        }
        (None, Some(at)) => reference.land.located_at(at, when),
        // What a caller on the telephone knows of the place may be an address alone: the centre finds the grid.
        (None, None) if is_said(new.address.as_deref()) => None,
        (None, None) => return Err(Fault::new("/place", "nowhere").into()),
    };
    Ok(Place {
        position,
        original,
        accuracy_m: new.accuracy_m,
        grid,
        village: grid.map(GridCode::village),
        address: new.address.clone(),
    })
}

fn is_said(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// The town of the place; without a grid the centre of the reporter's scope.
fn centre(actor: &Actor, place: &Place, now: Timestamp) -> Option<DivisionCode> {
    if let Some(grid) = place.grid {
        return Some(Reference::centre_of(grid));
    }
    actor.posts(now).find_map(|a| match &a.scope {
        Scope::Division(code) => Some(code.at(DivisionLevel::Town).unwrap_or(*code)),
        Scope::Grids(codes) => codes.first().map(|g| Reference::centre_of(*g)),
        Scope::Unit(_) => None,
    })
}

/// What a mask leaves of a resident's data.
fn masked(resident: &Resident) -> ResidentRef {
    ResidentRef {
        name: masked_name(&resident.name),
        telephone: masked_telephone(&resident.telephone),
    }
}
