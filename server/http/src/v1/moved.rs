//! `/clock/moved-deadlines`: what amendments of the calendar and of working times have moved.

use gridwhistle_domain::case::{AssignmentId, Case, ClockRef, Event, MovedDeadline};
use gridwhistle_domain::lists;
use gridwhistle_service::Moved;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, PAGE, pages};
use super::views::{Look, Named};
use super::{Tag, When, when};
use crate::answer::Listed;
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;

/// Deadlines that were moved.
pub struct MovedDeadlines(pub(super) State);

/// The deadlines of a case that an amendment moved.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct CaseMoved {
    /// Place in the log.
    seq: i64,
    at: When,
    case_id: Uuid,
    number: String,
    /// The centre that has the case.
    centre: Named,
    /// The version of the calendar that they follow since.
    calendar_version: Option<u32>,
    /// The version of the working times that they follow since.
    working_times_version: Option<u32>,
    deadlines: Vec<DeadlineMoved>,
}

/// A deadline that moved.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct DeadlineMoved {
    /// `handling`, `sign`, `contact`, `check_in`, `finish`, `return`, or a clock of the centre such as `accept`.
    clock: String,
    /// The step of the handling, from 1.
    step: Option<u64>,
    /// The called unit.
    unit: Option<Named>,
    was_due_at: When,
    /// The same where the deadline was provisional and is certain now.
    due_at: When,
    /// It reaches past the known calendar still.
    provisional: bool,
}

pages! {
    /// A page of cases whose deadlines were moved.
    MovedPage of CaseMoved;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl MovedDeadlines {
    /// Which open deadlines amendments of the calendar or of working times have moved, in the cases of the caller's
    /// scope; the oldest first.
    #[oai(
        path = "/clock/moved-deadlines",
        method = "get",
        operation_id = "list_moved_deadlines"
    )]
    async fn list(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        /// `seq` of the last row of the page before.
        #[oai(validator(minimum(value = "0")))]
        cursor: Query<Option<i64>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<MovedPage>, ReadFail> {
        let service = &self.0.service;
        let limit = limit.0.unwrap_or(PAGE);
        let (rows, next) = service
            .moved_deadlines(&caller.0.actor, cursor.0.unwrap_or(0), limit)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = rows.iter().map(|row| CaseMoved::of(row, look)).collect();
        Ok(here.page(items, next.map(|seq| seq.to_string())))
    }
}

impl CaseMoved {
    fn of(row: &Moved, look: Look<'_>) -> Self {
        let recorded = &row.entry.recorded;
        let version = |list: &str| recorded.versions.0.get(list).copied();
        let deadlines = match &recorded.event {
            Event::DeadlinesMoved { deadlines } => deadlines.as_slice(),
            _ => &[],
        };
        Self {
            seq: row.entry.seq,
            at: when(recorded.recorded_at),
            case_id: recorded.case.0,
            number: row.case.number.clone(),
            centre: look.division(row.case.centre),
            calendar_version: version(lists::CALENDAR),
            working_times_version: version(lists::WORKING_TIMES),
            deadlines: deadlines
                .iter()
                .map(|moved| DeadlineMoved::of(moved, &row.case, look))
                .collect(),
        }
    }
}

impl DeadlineMoved {
    fn of(moved: &MovedDeadline, case: &Case, look: Look<'_>) -> Self {
        let unit = |id: AssignmentId| case.assignment(id).map(|called| look.unit(&called.unit));
        let (step, unit) = match moved.clock {
            ClockRef::Handling { step } => (u64::try_from(step + 1).ok(), None),
            ClockRef::Inner { .. } => (None, None),
            ClockRef::Milestone { assignment, .. } | ClockRef::Return { assignment } => {
                (None, unit(assignment))
            }
        };
        Self {
            clock: moved.clock.name().to_owned(),
            step,
            unit,
            was_due_at: when(moved.was_due_at),
            due_at: when(moved.due_at),
            provisional: moved.provisional,
        }
    }
}
