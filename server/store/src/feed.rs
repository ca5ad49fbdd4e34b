//! The feed: the log in its order, as far as somebody may see it.

use gridwhistle_domain::access::Reach;
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::cases::entry;
use crate::entity::case_event;
use crate::reach::case_exists;
use crate::{Entry, Store, StoreError};

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
