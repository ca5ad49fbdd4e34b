//! The work list of a command centre: its queues, and the cases in each.

use gridwhistle_domain::case::{Case, CaseId, Queue};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::DivisionCode;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::cases::read_state;
use crate::entity::{case, waiting};
use crate::{Page, Store, StoreError};

/// How many cases wait in a queue, and how many of them past their moment.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct DeskQueue {
    pub queue: Queue,
    pub count: i64,
    pub overdue: i64,
}

/// Where a walk through the work of all centres has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkPlace {
    centre: String,
    case_seq: i64,
}

/// A walk along the key of the queues, through that of the units at work.
pub fn at_work(after: Option<&WalkPlace>, most: u64) -> Select<waiting::Entity> {
    // A range, since with a single queue SQLite sorts what the key has in order already.
    let handling = Queue::Handling.as_str();
    let mut query =
        waiting::Entity::find().filter(waiting::Column::Queue.between(handling, handling));
    if let Some(WalkPlace { centre, case_seq }) = after {
        let further = Condition::all()
            .add(waiting::Column::Centre.eq(centre.as_str()))
            .add(waiting::Column::CaseSeq.gt(*case_seq));
        let elsewhere = waiting::Column::Centre.gt(centre.as_str());
        query = query
            .filter(waiting::Column::Centre.gte(centre.as_str()))
            .filter(Condition::any().add(elsewhere).add(further));
    }
    query
        .order_by_asc(waiting::Column::Centre)
        .order_by_asc(waiting::Column::Queue)
        .order_by_asc(waiting::Column::CaseSeq)
        .limit(most)
}

impl Store {
    /// The queues of a centre in which anything waits, in the order of its work list; of several as of one.
    pub async fn desk(
        &self,
        centres: &[DivisionCode],
        now: Timestamp,
    ) -> Result<Vec<DeskQueue>, StoreError> {
        let late = Expr::case(Expr::col(waiting::Column::DueAt).lt(now.micros()), 1).finally(0);
        let rows: Vec<(String, i64, Option<i64>)> = waiting::Entity::find()
            .select_only()
            .column(waiting::Column::Queue)
            .column_as(waiting::Column::CaseSeq.count(), "count")
            .column_as(Expr::expr(late).sum().cast_as("bigint"), "overdue")
            .filter(of_centres(centres))
            .group_by(waiting::Column::Queue)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let mut queues = rows
            .into_iter()
            .map(|(queue, count, overdue)| {
                let queue = queue
                    .parse()
                    .map_err(|_| StoreError::Corrupt(format!("queue {queue}")))?;
                Ok(DeskQueue {
                    queue,
                    count,
                    overdue: overdue.unwrap_or(0),
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        queues.sort_unstable_by_key(|q| q.queue);
        Ok(queues)
    }

    /// Cases on which units are at work, centre by centre, at most `most` after a place of the walk; each with its own
    /// place.
    pub async fn at_work(
        &self,
        after: Option<&WalkPlace>,
        most: u64,
    ) -> Result<Vec<(WalkPlace, CaseId)>, StoreError> {
        let rows: Vec<(String, i64, Uuid)> = at_work(after, most)
            .select_only()
            .columns([
                waiting::Column::Centre,
                waiting::Column::CaseSeq,
                waiting::Column::CaseId,
            ])
            .into_tuple()
            .all(&self.readers)
            .await?;
        let placed = rows.into_iter().map(|(centre, case_seq, id)| {
            let place = WalkPlace { centre, case_seq };
            (place, CaseId(id))
        });
        Ok(placed.collect())
    }

    /// A page of the cases in a queue of a centre, or of several: what is overdue longest first, then by the time left,
    /// then without a moment by age. `after` is what `Page::next` gave.
    pub async fn desk_cases(
        &self,
        centres: &[DivisionCode],
        queue: Queue,
        after: Option<(i64, i64)>,
        limit: u64,
    ) -> Result<Page<Case>, StoreError> {
        let mut rows: Vec<(i64, i64, Uuid)> = in_queue(centres, queue, after, limit + 1)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = (rows.len() > limit)
            .then(|| rows.get(limit - 1).map(|(due, seq, _)| (*due, *seq)))
            .flatten();
        rows.truncate(limit);
        let states: Vec<(Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([case::Column::Id, case::Column::State])
            .filter(case::Column::Id.is_in(rows.iter().map(|(_, _, id)| *id)))
            .into_tuple()
            .all(&self.readers)
            .await?;
        let items = rows
            .iter()
            .filter_map(|(_, _, id)| states.iter().find(|(known, _)| known == id))
            .map(|(_, state)| read_state(state))
            .collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }
}

/// What waits at a centre, or at one of several.
fn of_centres(centres: &[DivisionCode]) -> Expr {
    match centres {
        // As a range of the index, not as a list of one.
        [centre] => waiting::Column::Centre.eq(centre.to_string()),
        several => waiting::Column::Centre.is_in(several.iter().map(ToString::to_string)),
    }
}

/// The rows of a queue by due moment: with one centre a walk along one index.
pub(crate) fn in_queue(
    centres: &[DivisionCode],
    queue: Queue,
    after: Option<(i64, i64)>,
    limit: u64,
) -> Select<waiting::Entity> {
    let later = after.map(|(due, seq)| {
        Condition::any().add(waiting::Column::DueAt.gt(due)).add(
            Condition::all()
                .add(waiting::Column::DueAt.eq(due))
                .add(waiting::Column::CaseSeq.gt(seq)),
        )
    });
    waiting::Entity::find()
        .select_only()
        .columns([
            waiting::Column::DueAt,
            waiting::Column::CaseSeq,
            waiting::Column::CaseId,
        ])
        .filter(of_centres(centres))
        .filter(waiting::Column::Queue.eq(queue.as_str()))
        .filter(Condition::all().add_option(later))
        .order_by_asc(waiting::Column::DueAt)
        .order_by_asc(waiting::Column::CaseSeq)
        .limit(limit)
}
