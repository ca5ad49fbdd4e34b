//! `/duty`, `/duty-shifts`, `/handovers`: who is on duty, the roster, and how shifts hand over.

use gridwhistle_domain::access::{Operation, may_use};
use gridwhistle_domain::case::CaseId;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::shift::{self, Desk as DomainDesk, DutyShift as DomainShift};
use gridwhistle_service::{NewShift, OnDuty as ServiceOnDuty, RosterEntry};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, pages};
use super::views::Named;
use super::{Tag, When, moment, parsed_maybe, when};
use crate::answer::{Acted, Answer, Created, Done, Listed};
use crate::auth::{Caller, Known};
use crate::body::Body;
use crate::etag::{expected_version, strong};
use crate::fail::{ActFail, CreateFail, DoFail, ReadFail};
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::Refusal;
use crate::state::State;

/// Duty.
pub struct Duty(pub(super) State);

/// Who is on duty at a desk.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct OnDuty {
    /// The division whose centre it is, or the unit.
    desk: Named,
    /// `centre` or `unit`
    kind: String,
    /// Absent where nobody is.
    shift: Option<Shift>,
}

/// Who is on duty at several desks.
#[derive(Debug, Clone, Object)]
struct OnDutyList {
    items: Vec<OnDuty>,
}

/// A shift.
#[derive(Debug, Clone, Object)]
struct Shift {
    id: Uuid,
    from: When,
    /// The first moment at which it is over.
    to: When,
    leader: String,
    officer: String,
    /// The telephone of the desk.
    telephone: String,
}

/// A shift as it stands in the roster.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct RosterShift {
    id: Uuid,
    /// For `If-Match`.
    version: u32,
    desk: Named,
    from: When,
    to: When,
    leader: String,
    officer: String,
    telephone: String,
    changed_at: When,
    /// Absent where it came from the server's command line.
    changed_by: Option<String>,
}

/// A part of the roster.
#[derive(Debug, Clone, Object)]
struct Roster {
    /// By their begin; at most 1,000.
    items: Vec<RosterShift>,
}

/// A shift to be entered, or how one is to be.
#[derive(Debug, Clone, Object)]
struct ShiftRequest {
    /// 12 digits of a division, whose centre it is, or the code of a unit.
    #[oai(validator(min_length = 1, max_length = 64))]
    desk: String,
    from: When,
    /// The first moment at which it is over.
    to: When,
    #[oai(validator(min_length = 1, max_length = 30))]
    leader: String,
    #[oai(validator(min_length = 1, max_length = 30))]
    officer: String,
    #[oai(validator(min_length = 3, max_length = 20))]
    telephone: String,
}

impl From<ShiftRequest> for NewShift {
    fn from(asked: ShiftRequest) -> Self {
        Self {
            desk: DomainDesk::from(asked.desk.as_str()),
            from: moment(asked.from),
            to: moment(asked.to),
            leader: asked.leader,
            officer: asked.officer,
            telephone: asked.telephone,
        }
    }
}

/// Who signed, and when.
#[derive(Debug, Clone, Object)]
struct Signature {
    name: String,
    post: String,
    at: When,
}

/// A case that is open when a shift ends.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct OpenItem {
    case_id: Uuid,
    number: String,
    stage: String,
    matter: String,
    /// When something is due in it next.
    due: Option<When>,
    /// The handling deadline has passed.
    overdue: bool,
}

/// What is open.
#[derive(Debug, Clone, Object)]
struct OpenItems {
    /// What is due first at the front; at most 200.
    items: Vec<OpenItem>,
}

/// A shift hands over to the next.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct Handover {
    id: Uuid,
    desk: Named,
    outgoing: Shift,
    /// Who took over; absent until somebody has.
    incoming: Option<Shift>,
    items: Vec<OpenItem>,
    note: String,
    given: Signature,
    taken: Option<Signature>,
}

pages! {
    /// A page of handovers.
    HandoverPage of Handover;
}

/// The outgoing side signs.
#[derive(Debug, Clone, Object)]
struct HandoverRequest {
    /// 12 digits of a division, or the code of a unit; the caller's own unless given.
    #[oai(validator(min_length = 1, max_length = 64))]
    desk: Option<String>,
    /// What else is to be known.
    #[oai(default, validator(max_length = 2000))]
    note: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Duty")]
impl Duty {
    /// Who is on duty now at a desk, and at the centres above it.
    #[oai(path = "/duty", method = "get", operation_id = "on_duty")]
    async fn now(
        &self,
        caller: Caller,
        /// 12 digits of a division, or the code of a unit; the caller's own unless given.
        desk: Query<Option<String>>,
    ) -> Result<Answer<OnDutyList>, ReadFail> {
        let desk = self.desk(&caller.0, desk.0)?;
        let found = self.0.service.on_duty(&caller.0.actor, &desk).await;
        Ok(Answer(self.list(found.map_err(Refusal::from)?)))
    }

    /// Whom to call about a case: who is on duty at its centre, at those above, and at the units at work on it.
    #[oai(path = "/cases/:id/duty", method = "get", operation_id = "case_duty")]
    async fn of_case(
        &self,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Answer<OnDutyList>, ReadFail> {
        let found = self
            .0
            .service
            .case_duty(&caller.0.actor, CaseId(id.0))
            .await;
        Ok(Answer(self.list(found.map_err(Refusal::from)?)))
    }

    /// The roster of a desk: the shifts that are on at some moment of a time.
    #[oai(path = "/duty-shifts", method = "get", operation_id = "list_shifts")]
    async fn roster(
        &self,
        caller: Caller,
        /// 12 digits of a division, or the code of a unit; the caller's own unless given.
        desk: Query<Option<String>>,
        /// Now unless given.
        from: Query<Option<When>>,
        /// Two weeks later unless given.
        to: Query<Option<When>>,
    ) -> Result<Answer<Roster>, ReadFail> {
        let desk = self.desk(&caller.0, desk.0)?;
        let from = from.0.map_or_else(|| self.0.service.clock.now(), moment);
        let to = to.0.map_or_else(|| from.plus_days(14), moment);
        let found = self.0.service.roster(&caller.0.actor, &desk, (from, to));
        let found = found.await.map_err(Refusal::from)?;
        Ok(Answer(Roster {
            items: found.iter().map(|entry| self.entry(entry)).collect(),
        }))
    }

    /// Enter a shift.
    #[oai(path = "/duty-shifts", method = "post", operation_id = "enter_shift")]
    async fn enter(
        &self,
        caller: Caller,
        body: Body<ShiftRequest>,
    ) -> Result<Created<RosterShift>, CreateFail> {
        let entered = self.0.service.enter_shift(&caller.0.actor, body.0.into());
        let entry = entered.await.map_err(Refusal::from)?;
        let created = Created::new(self.entry(&entry));
        Ok(created.tagged(strong(i64::from(entry.version))))
    }

    /// Change a shift that has not begun.
    #[oai(
        path = "/duty-shifts/:id",
        method = "put",
        operation_id = "change_shift"
    )]
    async fn change(
        &self,
        caller: Caller,
        id: Path<Uuid>,
        /// The version that the caller has seen, such as `"1"`.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ShiftRequest>,
    ) -> Result<Acted<RosterShift>, ActFail> {
        let version = expected_version(if_match.0.as_deref())?;
        let version = u32::try_from(version).map_err(|_| Refusal::stale_version(None))?;
        let service = &self.0.service;
        let changed = service.change_shift(&caller.0.actor, id.0, body.0.into(), version);
        let entry = changed.await.map_err(Refusal::from)?;
        Ok(Acted {
            etag: strong(i64::from(entry.version)),
            replayed: false,
            body: self.entry(&entry),
        })
    }

    /// Take a shift that has not begun out of the roster.
    #[oai(
        path = "/duty-shifts/:id",
        method = "delete",
        operation_id = "cancel_shift"
    )]
    async fn cancel(&self, caller: Caller, id: Path<Uuid>) -> Result<Done, DoFail> {
        let cancelled = self.0.service.cancel_shift(&caller.0.actor, id.0).await;
        cancelled.map_err(Refusal::from)?;
        Ok(Done)
    }

    /// The handovers of a desk, the newest first.
    #[oai(path = "/handovers", method = "get", operation_id = "list_handovers")]
    async fn handovers(
        &self,
        here: Here,
        caller: Caller,
        /// 12 digits of a division, or the code of a unit; the caller's own unless given.
        desk: Query<Option<String>>,
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<HandoverPage>, ReadFail> {
        let desk = self.desk(&caller.0, desk.0)?;
        let before: Option<i64> = parsed_maybe("cursor", cursor.0.as_ref())?;
        let before = before.map(Timestamp::from_micros);
        let limit = limit.0.unwrap_or(20);
        let service = &self.0.service;
        let found = service.handovers(&caller.0.actor, &desk, before, limit);
        let (items, next) = found.await.map_err(Refusal::from)?;
        let items = items.iter().map(|handover| self.handover(handover));
        Ok(here.page(items.collect(), next.map(|at| at.micros().to_string())))
    }

    /// What a handover would list now.
    #[oai(
        path = "/handovers/open-items",
        method = "get",
        operation_id = "open_items"
    )]
    async fn open_items(
        &self,
        caller: Caller,
        /// 12 digits of a division, or the code of a unit; the caller's own unless given.
        desk: Query<Option<String>>,
    ) -> Result<Answer<OpenItems>, ReadFail> {
        let desk = self.desk(&caller.0, desk.0)?;
        let found = self.0.service.open_items(&caller.0.actor, &desk).await;
        let found = found.map_err(Refusal::from)?;
        Ok(Answer(OpenItems {
            items: found.iter().map(open_item).collect(),
        }))
    }

    /// Hand over: the outgoing side signs for what is open now.
    #[oai(path = "/handovers", method = "post", operation_id = "hand_over")]
    async fn hand_over(
        &self,
        caller: Caller,
        body: Body<HandoverRequest>,
    ) -> Result<Created<Handover>, CreateFail> {
        let desk = self.desk(&caller.0, body.0.desk)?;
        let service = &self.0.service;
        let given = service.hand_over(&caller.0.actor, &desk, body.0.note).await;
        let given = given.map_err(Refusal::from)?;
        Ok(Created::new(self.handover(&given)))
    }

    /// Take over: the incoming side signs.
    #[oai(
        path = "/handovers/:id/signature",
        method = "post",
        operation_id = "take_over"
    )]
    async fn take_over(&self, caller: Caller, id: Path<Uuid>) -> Result<Answer<Handover>, DoFail> {
        let taken = self.0.service.take_over(&caller.0.actor, id.0).await;
        let taken = taken.map_err(Refusal::from)?;
        Ok(Answer(self.handover(&taken)))
    }
}

impl Duty {
    /// The desk that is named, else the caller's own: his unit, or the centre of his place.
    fn desk(&self, known: &Known, named: Option<String>) -> Result<DomainDesk, Refusal> {
        if let Some(named) = named {
            return Ok(DomainDesk::from(named.as_str()));
        }
        let service = &self.0.service;
        match service.own_desk(&known.actor) {
            Some(own) => Ok(own),
            // Who holds no post any more has no desk, and is told what the others are told.
            None if !may_use(&known.actor, Operation::ReadRoster, service.clock.now()) => {
                Err(Refusal::new(Code::Forbidden))
            }
            None => Err(Refusal::parameter(
                "desk",
                Message::new("parameter-unreadable"),
            )),
        }
    }

    fn list(&self, found: Vec<ServiceOnDuty>) -> OnDutyList {
        let items = found.into_iter().map(|on| OnDuty {
            desk: self.name(&on.desk),
            kind: match on.desk {
                DomainDesk::Centre(_) => "centre".to_owned(),
                DomainDesk::Unit(_) => "unit".to_owned(),
            },
            shift: on.shift.as_ref().map(shift_view),
        });
        OnDutyList {
            items: items.collect(),
        }
    }

    fn name(&self, desk: &DomainDesk) -> Named {
        let reference = self.0.service.reference();
        Named {
            code: desk.to_string(),
            name: match desk {
                DomainDesk::Centre(code) => reference.division_name(*code),
                DomainDesk::Unit(code) => reference.unit_name(code),
            },
        }
    }

    fn entry(&self, entry: &RosterEntry) -> RosterShift {
        let shift = &entry.shift;
        RosterShift {
            id: shift.id,
            version: entry.version,
            desk: self.name(&shift.desk),
            from: when(shift.from),
            to: when(shift.to),
            leader: shift.leader.clone(),
            officer: shift.officer.clone(),
            telephone: shift.telephone.clone(),
            changed_at: when(entry.changed_at),
            changed_by: entry.by.as_ref().map(|by| by.name.clone()),
        }
    }

    fn handover(&self, handover: &shift::Handover) -> Handover {
        Handover {
            id: handover.id,
            desk: self.name(&handover.desk),
            outgoing: shift_view(&handover.outgoing),
            incoming: handover.incoming.as_ref().map(shift_view),
            items: handover.items.iter().map(open_item).collect(),
            note: handover.note.clone(),
            given: signature(&handover.given),
            taken: handover.taken.as_ref().map(signature),
        }
    }
}

fn shift_view(shift: &DomainShift) -> Shift {
    Shift {
        id: shift.id,
        from: when(shift.from),
        to: when(shift.to),
        leader: shift.leader.clone(),
        officer: shift.officer.clone(),
        telephone: shift.telephone.clone(),
    }
}

fn signature(signature: &shift::Signature) -> Signature {
    Signature {
        name: signature.by.name.clone(),
        post: signature.by.post.to_string(),
        at: when(signature.at),
    }
}

fn open_item(item: &shift::OpenItem) -> OpenItem {
    OpenItem {
        case_id: item.case.0,
        number: item.number.clone(),
        stage: item.stage.to_string(),
        matter: item.matter.clone(),
        due: item.due.map(when),
        overdue: item.overdue,
    }
}
