//! What waits for whom: `/queues`, `/whistles`, `/assignments`.

use gridwhistle_domain::case::{AssignmentId, Case, Queue as WorkQueue, WhistleId};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::PartFilter;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, PAGE, Page, pages, stages};
use super::views::{Assignment, CaseView, Look, Named, Whistle};
use super::{Tag, after, cursor as written};
use crate::answer::{Answer, Listed};
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;

/// Work lists.
pub struct Work(pub(super) State);

/// Where the open cases of a centre stand.
#[derive(Debug, Object)]
struct CentreQueues {
    centre: Named,
    queues: Vec<QueueCount>,
}

/// How many cases stand at a stage, and how many of them are past their due moment.
#[derive(Debug, Object)]
struct QueueCount {
    stage: String,
    count: i64,
    overdue: i64,
}

/// The queues of the caller's centres.
#[derive(Debug, Object)]
struct Queues {
    items: Vec<CentreQueues>,
}

/// The work list of a command centre.
#[derive(Debug, Object)]
struct Desk {
    centre: Named,
    /// All queues, in the order in which they are worked off.
    queues: Vec<DeskQueue>,
}

/// A queue of a command centre.
#[derive(Debug, Object)]
struct DeskQueue {
    /// `approve_whistle`, `accept`, `register`, `dispatch`, `return`, `respite` (extensions and suspensions),
    /// `answer_supervision`, `handling`, `verify`, `close`, `reopening`, `rule`, `appeal`
    queue: String,
    /// How many cases wait in it.
    count: i64,
    /// How many of them are past their moment.
    overdue: i64,
}

/// A called unit's part with its case.
#[derive(Debug, Object)]
struct AssignmentItem {
    assignment: Assignment,
    case: CaseView,
}

/// A whistle with its case.
#[derive(Debug, Object)]
struct WhistleItem {
    whistle: Whistle,
    case: CaseView,
}

pages! {
    /// A page of called units.
    AssignmentPage of AssignmentItem;
    /// A page of whistles.
    WhistlePage of WhistleItem;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Work")]
impl Work {
    /// How many open cases of the caller's centres stand at which stage, and how many are late.
    #[oai(path = "/queues", method = "get", operation_id = "queues")]
    async fn queues(&self, caller: Caller) -> Result<Answer<Queues>, ReadFail> {
        let reference = self.0.service.reference();
        let queues = self
            .0
            .service
            .queues(&caller.0.actor)
            .await
            .map_err(Refusal::from)?;
        let items = queues
            .into_iter()
            .map(|(centre, queues)| CentreQueues {
                centre: Named {
                    code: centre.to_string(),
                    name: reference.division_name(centre),
                },
                queues: queues
                    .into_iter()
                    .map(|q| QueueCount {
                        stage: q.stage.to_string(),
                        count: q.count,
                        overdue: q.overdue,
                    })
                    .collect(),
            })
            .collect();
        Ok(Answer(Queues { items }))
    }

    /// What a command centre has to do: how many cases wait in each of its queues, and how many are late.
    /// `GET /cases?queue=` lists them.
    #[oai(
        path = "/centres/:code/queues",
        method = "get",
        operation_id = "centre_queues"
    )]
    async fn desk(&self, caller: Caller, code: Path<String>) -> Result<Answer<Desk>, ReadFail> {
        let centre: DivisionCode = code.0.parse().map_err(|_| Refusal::not_found())?;
        let service = &self.0.service;
        let waiting = service
            .desk(&caller.0.actor, centre)
            .await
            .map_err(Refusal::from)?;
        let queues = WorkQueue::ALL.iter().map(|queue| {
            let waits = waiting.iter().find(|w| w.queue == *queue);
            DeskQueue {
                queue: queue.to_string(),
                count: waits.map_or(0, |w| w.count),
                overdue: waits.map_or(0, |w| w.overdue),
            }
        });
        Ok(Answer(Desk {
            centre: Named {
                code: centre.to_string(),
                name: service.reference().division_name(centre),
            },
            queues: queues.collect(),
        }))
    }

    /// Called units, what is due first, first.
    #[oai(
        path = "/assignments",
        method = "get",
        operation_id = "list_assignments"
    )]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn assignments(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        /// Only those of the caller's units.
        mine: Query<Option<bool>>,
        unit: Query<Option<String>>,
        open: Query<Option<bool>>,
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<AssignmentPage>, ReadFail> {
        let filter = PartFilter {
            units: unit.0.map(UnitCode).into_iter().collect(),
            open: open.0,
            after: after(cursor.0.as_ref())?,
            limit: limit.0.unwrap_or(PAGE),
            ..PartFilter::default()
        };
        let page = self
            .0
            .service
            .assignments(&caller.0.actor, mine.0.unwrap_or_default(), filter)
            .await
            .map_err(Refusal::from)?;
        let viewer = self.0.viewer(&caller.0.actor);
        Ok(self.page(lang, &here, &page, |look, id, case| {
            Some(AssignmentItem {
                assignment: look.assignment(case.assignment(AssignmentId(id))?),
                case: look.case(case, viewer),
            })
        }))
    }

    /// Whistles, the newest first.
    #[oai(path = "/whistles", method = "get", operation_id = "list_whistles")]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn whistles(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        /// Only those that the caller blew, and those that call the caller's units. A page of
        /// these may be shorter than `limit` while `next` leads on.
        mine: Query<Option<bool>>,
        /// One stage, or several separated by commas.
        stage: Query<Option<String>>,
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<WhistlePage>, ReadFail> {
        let filter = PartFilter {
            whistle_stages: stages(stage.0.as_ref())?,
            after: after(cursor.0.as_ref())?,
            limit: limit.0.unwrap_or(PAGE),
            ..PartFilter::default()
        };
        let page = self
            .0
            .service
            .whistles(&caller.0.actor, mine.0.unwrap_or_default(), filter)
            .await
            .map_err(Refusal::from)?;
        let viewer = self.0.viewer(&caller.0.actor);
        Ok(self.page(lang, &here, &page, |look, id, case| {
            Some(WhistleItem {
                whistle: look.whistle(case.whistle(WhistleId(id))?),
                case: look.case(case, viewer),
            })
        }))
    }
}

impl Work {
    /// A page of parts of cases, each as `item` shows it.
    fn page<P: Page>(
        &self,
        lang: Lang,
        here: &Here,
        found: &gridwhistle_service::Page<(Uuid, Case)>,
        item: impl Fn(Look<'_>, Uuid, &Case) -> Option<P::Item>,
    ) -> Listed<P> {
        let reference = self.0.service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = found.items.iter();
        let items = items.filter_map(|(id, case)| item(look, *id, case));
        here.page(items.collect(), found.next.map(written))
    }
}
