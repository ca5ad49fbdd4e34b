//! The feed: the log in its order, as far as somebody may see it.

use std::collections::HashMap;

use gridwhistle_domain::access::Reach;
use gridwhistle_domain::case::Case;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use uuid::Uuid;

use crate::cases::{entry, read_state};
use crate::entity::{case, case_event};
use crate::reach::case_exists;
use crate::{Entry, Store, StoreError};

/// Rows about deadlines that an amendment moved: they are few, and have an index of their own. The name stands in the
/// statement itself, since an engine takes the index only where it sees that it holds all that is asked for.
pub(crate) fn is_about_moved_deadlines() -> Expr {
    Expr::col(case_event::Column::Kind).eq(Expr::cust("'deadlines_moved'"))
}

impl Store {
    /// The rows after `after`, oldest first, at most `limit`.
    pub async fn feed(
        &self,
        reaches: &[Reach],
        after: i64,
        limit: u64,
    ) -> Result<Vec<Entry>, StoreError> {
        rows(reaches, after, limit)
            .all(&self.readers)
            .await?
            .iter()
            .map(entry)
            .collect()
    }

    /// The rows after `after` that tell of deadlines moved by an amendment, oldest first, at most `limit`, each with its
    /// case as it stands; those of all cases where no reaches are given.
    pub async fn moved_deadlines(
        &self,
        reaches: Option<&[Reach]>,
        after: i64,
        limit: u64,
    ) -> Result<Vec<(Entry, Case)>, StoreError> {
        let mut query = case_event::Entity::find()
            .filter(is_about_moved_deadlines())
            .filter(case_event::Column::Seq.gt(after));
        if let Some(reaches) = reaches {
            let of = (case_event::Entity, case_event::Column::CaseId);
            query = query.filter(case_exists(of, reaches));
        }
        let rows = query
            .order_by_asc(case_event::Column::Seq)
            .limit(limit)
            .all(&self.readers)
            .await?;
        let ids = rows.iter().map(|row| row.case_id);
        let states: Vec<(Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([case::Column::Id, case::Column::State])
            .filter(case::Column::Id.is_in(ids))
            .into_tuple()
            .all(&self.readers)
            .await?;
        let states: HashMap<Uuid, String> = states.into_iter().collect();
        rows.iter()
            .map(|row| {
                let state = states.get(&row.case_id);
                let missing = || StoreError::Corrupt(format!("a case of row {}", row.seq));
                Ok((entry(row)?, read_state(state.ok_or_else(missing)?)?))
            })
            .collect()
    }

    /// The last sequence number of the log; 0 while it is empty.
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        last_seq(&self.readers).await
    }
}

/// Walks the log from `after` on and looks at the case of each row: what has come since the last
/// time is little, whatever the number of cases.
pub fn rows(reaches: &[Reach], after: i64, limit: u64) -> Select<case_event::Entity> {
    case_event::Entity::find()
        .filter(case_event::Column::Seq.gt(after))
        .filter(case_exists(
            (case_event::Entity, case_event::Column::CaseId),
            reaches,
        ))
        .order_by_asc(case_event::Column::Seq)
        .limit(limit)
}

/// The last sequence number of the log; 0 while it is empty.
pub async fn last_seq(db: &DatabaseConnection) -> Result<i64, StoreError> {
    let last: Option<i64> = case_event::Entity::find()
        .select_only()
        .column(case_event::Column::Seq)
        .order_by_desc(case_event::Column::Seq)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}
