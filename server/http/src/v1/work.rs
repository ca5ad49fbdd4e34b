//! What waits for whom: `/queues`, `/whistles`, `/assignments`.

use gridwhistle_domain::case::{AssignmentId, WhistleId};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::PartFilter;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::views::{Assignment, CaseView, Look, Named, Whistle};
use super::{Tag, after, cursor as written, parsed};
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

/// A called unit's part with its case.
#[derive(Debug, Object)]
struct AssignmentItem {
    assignment: Assignment,
    case: CaseView,
}

/// A page of called units.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct AssignmentPage {
    items: Vec<AssignmentItem>,
    next: Option<String>,
}

/// A whistle with its case.
#[derive(Debug, Object)]
struct WhistleItem {
    whistle: Whistle,
    case: CaseView,
}

/// A page of whistles.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct WhistlePage {
    items: Vec<WhistleItem>,
    next: Option<String>,
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
            limit: limit.0.unwrap_or(50),
            ..PartFilter::default()
        };
        let service = &self.0.service;
        let page = service
            .assignments(&caller.0.actor, mine.0.unwrap_or_default(), filter)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = page
            .items
            .iter()
            .filter_map(|(id, case)| {
                Some(AssignmentItem {
                    assignment: look.assignment(case.assignment(AssignmentId(*id))?),
                    case: look.case(case, None),
                })
            })
            .collect();
        let next = page.next.map(written);
        Ok(Listed {
            next: next
                .as_ref()
                .map(|c| format!("/api/v1/assignments?cursor={c}")),
            body: AssignmentPage { items, next },
        })
    }

    /// Whistles, the newest first.
    #[oai(path = "/whistles", method = "get", operation_id = "list_whistles")]
    async fn whistles(
        &self,
        lang: Lang,
        caller: Caller,
        /// Only those that the caller blew, and those that call the caller's units. A page of
        /// these may be shorter than `limit` while `next` leads on.
        mine: Query<Option<bool>>,
        /// One stage, or several separated by commas.
        stage: Query<Option<String>>,
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<WhistlePage>, ReadFail> {
        let mut stages = Vec::new();
        for name in stage
            .0
            .iter()
            .flat_map(|s| s.split(','))
            .filter(|s| !s.is_empty())
        {
            stages.push(parsed("stage", name)?);
        }
        let filter = PartFilter {
            whistle_stages: stages,
            after: after(cursor.0.as_ref())?,
            limit: limit.0.unwrap_or(50),
            ..PartFilter::default()
        };
        let service = &self.0.service;
        let page = service
            .whistles(&caller.0.actor, mine.0.unwrap_or_default(), filter)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = page
            .items
            .iter()
            .filter_map(|(id, case)| {
                Some(WhistleItem {
                    whistle: look.whistle(case.whistle(WhistleId(*id))?),
                    case: look.case(case, None),
                })
            })
            .collect();
        let next = page.next.map(written);
        Ok(Listed {
            next: next
                .as_ref()
                .map(|c| format!("/api/v1/whistles?cursor={c}")),
            body: WhistlePage { items, next },
        })
    }
}
