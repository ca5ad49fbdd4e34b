//! `/cases`.

use gridwhistle_domain::case::{self, CaseId, Target};
use gridwhistle_domain::matter::ConditionId;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::{
    CaseFilter, CaseOrder, Idempotency, NewPlace, NewReport, Outcome, Request,
};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Enum, Object, OpenApi};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::actions::{AssignmentAction, CaseAction, WhistleRequest, attachments, matter};
use super::events::EventRow;
use super::names::{Crs, Order, Source};
use super::page::{Here, PAGE, pages, stages};
use super::views::{CaseView, Look, SafetyCall, Viewer};
use super::{Tag, When, after, moment, parsed_maybe};
use crate::answer::{Acted, Answer, Created, Listed, Tagged};
use crate::auth::{Caller, Known};
use crate::body::Body;
use crate::etag::{expected_version, strong};
use crate::fail::{ActFail, CreateFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::pointers::Pointers;
use crate::problem::Code;
use crate::reason::sentence;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Cases.
pub struct Cases(pub(super) State);

/// A report. What is not in it is not known: leave it out.
#[derive(Debug, Object)]
struct NewCase {
    /// The filer's own UUIDv7, unique for ever.
    id: Option<Uuid>,
    source: Source,
    #[oai(validator(min_length = 1, max_length = 2000))]
    text: String,
    /// Kind and code of a matter in force, such as `event-06010`.
    #[oai(validator(max_length = 20))]
    matter: Option<String>,
    place: NewCasePlace,
    /// The resident behind it, who is asked after the closing.
    resident: Option<NewResident>,
    /// Keep the reporter's identity to the registrar and the caller; as the matter has it unless given.
    confidential: Option<bool>,
    /// Number in another system, such as a 12345 work order; unique per source.
    #[oai(validator(min_length = 1, max_length = 64))]
    external_number: Option<String>,
    /// The department of the county or above that hands the matter down to the town directly.
    #[oai(validator(min_length = 1, max_length = 32))]
    handed_down_by: Option<String>,
    /// Danger to life, fire, gas: which of 110, 119, 120 was called first.
    safety_call: Option<SafetyCall>,
    #[oai(default, validator(max_items = 9))]
    attachments: Vec<Uuid>,
    /// Blow the whistle with it.
    whistle: Option<WhistleRequest>,
    /// Settled by the grid worker himself: the case is closed at once.
    self_handled: Option<NewSelfHandling>,
    /// When it was seen, where there was no network.
    occurred_at: Option<When>,
}

/// What a grid worker settled himself, where the condition allows it.
#[derive(Debug, Object)]
struct NewSelfHandling {
    /// Identity of a condition with `self_handle`, such as `event-06010/1`.
    #[oai(validator(min_length = 1, max_length = 40))]
    condition: String,
    /// Photographs of before.
    #[oai(validator(min_items = 1, max_items = 9))]
    before: Vec<Uuid>,
    /// Photographs of after.
    #[oai(validator(min_items = 1, max_items = 9))]
    after: Vec<Uuid>,
    #[oai(default, validator(max_length = 500))]
    note: String,
}

/// Coordinates or a grid.
#[derive(Debug, Object)]
struct NewCasePlace {
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    lon: Option<f64>,
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    lat: Option<f64>,
    /// `wgs84` unless said otherwise.
    crs: Option<Crs>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    accuracy_m: Option<f64>,
    /// 15 digits; holds even where the coordinates lie elsewhere.
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    grid: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    address: Option<String>,
}

/// A resident's data: kept apart, shown masked.
#[derive(Debug, Object)]
struct NewResident {
    #[oai(validator(min_length = 1, max_length = 40))]
    name: String,
    #[oai(validator(max_length = 30, pattern = r"^([+ -]*[0-9]){5,15}[ -]*$"))]
    telephone: String,
}

pages! {
    /// A page of cases.
    CasePage of CaseView;
}

/// Open cases that are likely the same.
#[derive(Debug, Object)]
struct Duplicates {
    /// The nearest first.
    items: Vec<Duplicate>,
}

/// An open case of the same matter, reported nearby within a short time.
#[derive(Debug, Object)]
struct Duplicate {
    case: CaseView,
    /// Metres between the two.
    distance_m: f64,
}

/// All that happened to a case.
#[derive(Debug, Object)]
struct History {
    items: Vec<EventRow>,
}

/// What may be done now.
#[derive(Debug, Object)]
struct Offers {
    /// For `If-Match` of decisions.
    version: u32,
    items: Vec<Offer>,
}

/// An action, and whether it is open to the caller now.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Offer {
    action: String,
    /// `case`, `whistle` or `assignment`: where the action is posted, and what it names.
    target: String,
    /// Identity of the whistle or assignment.
    target_id: Option<Uuid>,
    /// Version of the assignment.
    target_version: Option<u32>,
    /// A decision, which needs `If-Match`; otherwise a fact.
    decision: bool,
    allowed: bool,
    /// The rule that forbids it.
    code: Option<String>,
    /// The same in words.
    reason: Option<String>,
}

/// What a resident's data is looked at for.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::Purpose")]
enum Purpose {
    ContactResident,
    CheckFacts,
    FollowUp,
    Reply,
    CorrectData,
    LegalRequest,
    Other,
}

/// Why a resident's data is looked at; recorded with the caller's name and post.
#[derive(Debug, Object)]
struct NewUnmasking {
    purpose: Purpose,
    /// Has to explain `other`.
    #[oai(validator(min_length = 2, max_length = 200))]
    note: Option<String>,
}

/// A resident's data in clear.
#[derive(Debug, Object)]
struct ClearResident {
    name: String,
    telephone: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Cases")]
impl Cases {
    /// File a report, with or without a whistle.
    ///
    /// Answered when it is durable. A point outside every grid is no error: `unlocated` is true.
    #[oai(path = "/cases", method = "post", operation_id = "report")]
    async fn report(
        &self,
        lang: Lang,
        caller: Caller,
        /// Makes a repetition harmless: the same key and body give the same answer.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))]
        key: Header<Option<String>>,
        body: Body<NewCase>,
    ) -> Result<Created<CaseView>, CreateFail> {
        let key = idempotency(key.0, "cases", &body.0);
        let new = new_report(body.0)?;
        let pointers = Pointers::from(&new);
        let actor = caller.0.actor;
        let service = self.0.service.clone();
        // A caller who hangs up does not undo a report.
        let write = async move {
            service
                .report(&actor, new, key)
                .await
                .map(|outcome| (actor, outcome))
        };
        let (actor, outcome) = apart(write, &pointers).await?;
        let view = self.view(lang, &actor, &outcome.case);
        Ok(Created::new(view)
            .at(format!("/api/v1/cases/{}", outcome.case.id))
            .tagged(strong(i64::from(outcome.case.version)))
            .replayed(outcome.replayed))
    }

    /// Cases in the caller's scope, a page at a time.
    #[oai(path = "/cases", method = "get", operation_id = "list_cases")]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn list(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        /// 12 digits; the division with all below it.
        division: Query<Option<String>>,
        grid: Query<Option<String>>,
        /// Called to the case.
        unit: Query<Option<String>>,
        /// One stage, or several separated by commas.
        stage: Query<Option<String>>,
        open: Query<Option<bool>>,
        /// Only those whose handling deadline has passed.
        overdue: Query<Option<bool>>,
        /// With `centre`: only those in this queue of its work list, as `GET /centres/{code}/queues` names them, overdue
        /// first, then by the time left. All other filters but `cursor` and `limit` say nothing then.
        queue: Query<Option<String>>,
        /// 12 digits: whose command centre's queue.
        centre: Query<Option<String>>,
        /// Only closed cases that somebody wants reopened, in the order of asking: `stage` and `order`
        /// say nothing more then.
        reopening: Query<Option<bool>>,
        /// Only those that the caller filed or blew on.
        mine: Query<Option<bool>>,
        matter: Query<Option<String>>,
        number: Query<Option<String>>,
        /// The number that the case has elsewhere, such as that of a 12345 work order.
        #[oai(validator(max_length = 64))]
        external_number: Query<Option<String>>,
        reported_from: Query<Option<When>>,
        reported_to: Query<Option<When>>,
        order: Query<Option<Order>>,
        cursor: Query<Option<String>>,
        /// 1 to 200; 50 unless given.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Listed<CasePage>, ReadFail> {
        let now = self.0.service.clock.now();
        let queue: Option<case::Queue> = parsed_maybe("queue", queue.0.as_ref())?;
        let centre: Option<DivisionCode> = parsed_maybe("centre", centre.0.as_ref())?;
        let page = (after(cursor.0.as_ref())?, limit.0.unwrap_or(PAGE));
        match (centre, queue) {
            (None, None) => {}
            (Some(centre), Some(queue)) => {
                return self
                    .waiting(lang, &here, &caller, (centre, queue), page)
                    .await;
            }
            (given, _) => {
                let missing = if given.is_some() { "queue" } else { "centre" };
                return Err(Refusal::parameter(missing, Message::new("wrong-queue")).into());
            }
        }
        let reopening = reopening.0.unwrap_or_default();
        let filter = CaseFilter {
            reaches: Vec::new(),
            reopening,
            division: parsed_maybe("division", division.0.as_ref())?,
            grid: parsed_maybe("grid", grid.0.as_ref())?,
            unit: unit.0.map(gridwhistle_domain::routing::UnitCode),
            party: mine.0.unwrap_or_default().then_some(caller.0.actor.person),
            stages: if reopening {
                vec![case::Stage::Closed]
            } else {
                stages(stage.0.as_ref())?
            },
            open: open.0,
            overdue_at: overdue.0.unwrap_or_default().then_some(now),
            matter: parsed_maybe("matter", matter.0.as_ref())?,
            number: number.0,
            external_number: external_number.0,
            reported_from: reported_from.0.map(moment),
            reported_to: reported_to.0.map(moment),
            within: None,
            order: if reopening {
                CaseOrder::Due
            } else {
                order.0.map(Into::into).unwrap_or_default()
            },
            after: page.0,
            limit: page.1,
        };
        let page = self
            .0
            .service
            .cases(&caller.0.actor, filter)
            .await
            .map_err(Refusal::from)?;
        let items = page
            .items
            .iter()
            .map(|c| self.view(lang, &caller.0.actor, c))
            .collect();
        Ok(here.page(items, page.next.map(super::cursor)))
    }

    /// A case.
    #[oai(path = "/cases/:id", method = "get", operation_id = "get_case")]
    async fn get(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Tagged<CaseView>, ReadFail> {
        let case = self
            .0
            .service
            .case(&caller.0.actor, CaseId(id.0))
            .await
            .map_err(Refusal::from)?;
        Ok(Tagged {
            body: self.view(lang, &caller.0.actor, &case),
            etag: strong(i64::from(case.version)),
        })
    }

    /// All that happened to a case, oldest first.
    #[oai(
        path = "/cases/:id/events",
        method = "get",
        operation_id = "case_events"
    )]
    async fn history(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Answer<History>, ReadFail> {
        let entries = self
            .0
            .service
            .history(&caller.0.actor, CaseId(id.0))
            .await
            .map_err(Refusal::from)?;
        let reference = self.0.service.reference();
        let viewer = Viewer {
            actor: &caller.0.actor,
            now: self.0.service.clock.now(),
        };
        let look = Look {
            reference: &reference,
            lang,
        };
        Ok(Answer(History {
            items: entries
                .iter()
                .map(|e| EventRow::of(e, viewer, look))
                .collect(),
        }))
    }

    /// Open cases that are likely the same: the same matter within 50 m and 24 h.
    #[oai(
        path = "/cases/:id/duplicates",
        method = "get",
        operation_id = "case_duplicates"
    )]
    async fn duplicates(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Answer<Duplicates>, ReadFail> {
        let service = &self.0.service;
        let found = service.duplicates(&caller.0.actor, CaseId(id.0)).await;
        let items = found
            .map_err(Refusal::from)?
            .iter()
            .map(|d| Duplicate {
                case: self.view(lang, &caller.0.actor, &d.case),
                distance_m: (d.distance_m * 10.0).round() / 10.0,
            })
            .collect();
        Ok(Answer(Duplicates { items }))
    }

    /// What may I do now, and if not, why not? Every action on the case, on each whistle and each called unit.
    #[oai(
        path = "/cases/:id/actions",
        method = "get",
        operation_id = "case_actions"
    )]
    async fn offers(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
        /// Only actions that one of the caller's posts takes at all, here or elsewhere.
        own: Query<Option<bool>>,
    ) -> Result<Answer<Offers>, ReadFail> {
        let of_his_posts = own.0.unwrap_or(false);
        let service = &self.0.service;
        let offered = service.offers(&caller.0.actor, CaseId(id.0), of_his_posts);
        let (case, offers) = offered.await.map_err(Refusal::from)?;
        let items = offers
            .iter()
            .map(|offer| {
                let (target_id, target_version) = match offer.target {
                    Target::Case => (None, None),
                    Target::Whistle(id) => (Some(id.0), None),
                    Target::Assignment(id) => (Some(id.0), case.assignment(id).map(|a| a.version)),
                };
                Offer {
                    action: offer.action.to_string(),
                    target: offer.action.noun().to_string(),
                    target_id,
                    target_version,
                    decision: !offer.action.is_fact(),
                    allowed: offer.refusal.is_none(),
                    code: offer.refusal.as_ref().map(|r| r.code.to_string()),
                    reason: offer.refusal.as_ref().map(|r| lang.text(&sentence(r))),
                }
            })
            .collect();
        Ok(Answer(Offers {
            version: case.version,
            items,
        }))
    }

    /// Act on a case or on one of its whistles.
    #[oai(
        path = "/cases/:id/actions",
        method = "post",
        operation_id = "act_on_case"
    )]
    async fn act(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
        /// The version that a decision is taken on, such as `"7"`; facts need none.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))] key: Header<
            Option<String>,
        >,
        body: Body<CaseAction>,
    ) -> Result<Acted<CaseView>, ActFail> {
        let key = idempotency(key.0, &format!("cases/{}", id.0), &body.0);
        let asked = body.0.asked()?;
        let request = Request {
            version: version(if_match.0.as_deref())?,
            action: asked.action,
            occurred_at: asked.occurred_at,
            key,
        };
        let (known, outcome) = self.carry_out(caller.0, CaseId(id.0), request).await?;
        Ok(Acted {
            etag: strong(i64::from(outcome.case.version)),
            replayed: outcome.replayed,
            body: self.view(lang, &known.actor, &outcome.case),
        })
    }

    /// Act on a called unit's part.
    #[oai(
        path = "/assignments/:id/actions",
        method = "post",
        operation_id = "act_on_assignment"
    )]
    async fn act_on_assignment(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
        /// The version, of the assignment or of its case, that a decision is taken on.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 255))] key: Header<
            Option<String>,
        >,
        body: Body<AssignmentAction>,
    ) -> Result<Acted<CaseView>, ActFail> {
        // Whether there is such a unit's part is told before anything that the request may have wrong.
        let case = self.0.service.case_of_assignment(&caller.0.actor, id.0);
        let case = case.await.map_err(Refusal::from)?;
        let key = idempotency(key.0, &format!("assignments/{}", id.0), &body.0);
        let asked = body.0.asked(id.0)?;
        let request = Request {
            version: version(if_match.0.as_deref())?,
            action: asked.action,
            occurred_at: asked.occurred_at,
            key,
        };
        let (known, outcome) = self.carry_out(caller.0, case.id, request).await?;
        let tag = outcome
            .case
            .assignment(case::AssignmentId(id.0))
            .map_or(outcome.case.version, |a| a.version);
        Ok(Acted {
            etag: strong(i64::from(tag)),
            replayed: outcome.replayed,
            body: self.view(lang, &known.actor, &outcome.case),
        })
    }

    /// A resident's name and telephone in clear. Who looked, and what for, is recorded.
    #[oai(
        path = "/cases/:id/resident",
        method = "post",
        operation_id = "unmask_resident"
    )]
    async fn unmask(
        &self,
        caller: Caller,
        id: Path<Uuid>,
        body: Body<NewUnmasking>,
    ) -> Result<Answer<ClearResident>, CreateFail> {
        let resident = self
            .0
            .service
            .unmask(
                &caller.0.actor,
                CaseId(id.0),
                body.0.purpose.into(),
                body.0.note,
            )
            .await
            .map_err(Refusal::from)?;
        Ok(Answer(ClearResident {
            name: resident.name,
            telephone: resident.telephone,
        }))
    }
}

impl Cases {
    /// A page of a queue of a command centre.
    async fn waiting(
        &self,
        lang: Lang,
        here: &Here,
        caller: &Caller,
        queue: (DivisionCode, case::Queue),
        page: (Option<(i64, i64)>, u64),
    ) -> Result<Listed<CasePage>, ReadFail> {
        let found = self
            .0
            .service
            .desk_cases(&caller.0.actor, queue, page)
            .await
            .map_err(Refusal::from)?;
        let items = found
            .items
            .iter()
            .map(|c| self.view(lang, &caller.0.actor, c))
            .collect();
        Ok(here.page(items, found.next.map(super::cursor)))
    }

    fn view(
        &self,
        lang: Lang,
        actor: &gridwhistle_domain::access::Actor,
        case: &case::Case,
    ) -> CaseView {
        let service = &self.0.service;
        let reference = service.reference();
        let link = service
            .hands_out_link(actor, case)
            .then(|| service.rating_token(case))
            .flatten()
            .map(|token| format!("{}/r/{token}", self.0.base_url));
        let look = Look {
            reference: &reference,
            lang,
        };
        let mut view = look.case(case, self.0.viewer(actor));
        view.rating_link = link;
        view
    }

    async fn carry_out(
        &self,
        known: Known,
        id: CaseId,
        request: Request,
    ) -> Result<(Known, Outcome), Refusal> {
        let service = self.0.service.clone();
        let pointers = Pointers::from(&request.action);
        let write = async move {
            service
                .act(&known.actor, id, request)
                .await
                .map(|outcome| (known, outcome))
        };
        apart(write, &pointers).await
    }
}

/// Runs a write in a task of its own: a caller who hangs up does not cut it off in the middle.
async fn apart<T: Send + 'static>(
    write: impl Future<Output = Result<T, gridwhistle_service::ServiceError>> + Send + 'static,
    pointers: &Pointers,
) -> Result<T, Refusal> {
    match tokio::spawn(write).await {
        Ok(result) => result.map_err(|error| Refusal::of(error, pointers)),
        Err(error) => Err(Refusal::internal(error)),
    }
}

fn version(if_match: Option<&str>) -> Result<Option<u32>, Refusal> {
    if_match
        .map(|tag| {
            let version = expected_version(Some(tag))?;
            u32::try_from(version).map_err(|_| Refusal::stale_version(None))
        })
        .transpose()
}

/// The key, quoted (RFC 8941) or not, with what distinguishes the request.
fn idempotency(
    key: Option<String>,
    path: &str,
    body: &impl std::fmt::Debug,
) -> Option<Idempotency> {
    let key = key?;
    let bare = key
        .strip_prefix('"')
        .and_then(|k| k.strip_suffix('"'))
        .unwrap_or(&key);
    Some(Idempotency {
        key: bare.to_owned(),
        fingerprint: Sha256::digest(format!("{path}\n{body:?}")).to_vec(),
    })
}

fn new_report(new: NewCase) -> Result<NewReport, Refusal> {
    let place = new.place;
    let lon_lat = match (place.lon, place.lat) {
        (Some(lon), Some(lat)) => Some((lon, lat)),
        (None, None) => None,
        (lon, _) => {
            let missing = if lon.is_some() {
                "/place/lat"
            } else {
                "/place/lon"
            };
            let fault = Fault::field(
                missing,
                "half_a_position",
                Message::new("wrong-half-a-position"),
            );
            return Err(Refusal::new(Code::InvalidBody).fault(fault));
        }
    };
    Ok(NewReport {
        id: new.id,
        source: new.source.into(),
        text: new.text,
        matter: new
            .matter
            .as_deref()
            .map(|m| matter("/matter", m))
            .transpose()?,
        place: NewPlace {
            lon_lat,
            crs: place.crs.map(Into::into),
            accuracy_m: place.accuracy_m,
            grid: place
                .grid
                .map(|g| {
                    g.parse().map_err(|_| {
                        let message = Message::new("wrong-unknown-grid");
                        Refusal::new(Code::InvalidBody).fault(Fault::field(
                            "/place/grid",
                            "unknown_grid",
                            message,
                        ))
                    })
                })
                .transpose()?,
            address: place.address,
        },
        resident: new.resident.map(|r| gridwhistle_service::Resident {
            name: r.name,
            telephone: r.telephone,
        }),
        confidential: new.confidential,
        external_number: new.external_number,
        handed_down_by: new.handed_down_by.map(UnitCode),
        safety_call: new.safety_call.map(|c| case::SafetyCall {
            number: c.number,
            at: moment(c.at),
        }),
        attachments: attachments(new.attachments),
        whistle: new.whistle.map(|w| w.request("/whistle")).transpose()?,
        self_handled: new.self_handled.map(|s| case::SelfHandling {
            condition: ConditionId(s.condition),
            before: attachments(s.before),
            after: attachments(s.after),
            note: s.note,
        }),
        occurred_at: new.occurred_at.map(moment),
    })
}
