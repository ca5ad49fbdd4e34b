//! The feed: the log in its order, as far as somebody may see it.

use gridwhistle_domain::access::Reach;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::cases::entry;
use crate::entity::{case, case_event};
use crate::reach::cases_in;
use crate::{Entry, Store, StoreError};

impl Store {
    /// The rows after `after`, oldest first, at most `limit`.
    pub async fn feed(&self, reaches: &[Reach], after: i64, limit: u64) -> Result<Vec<Entry>, StoreError> {
        let mut visible = Condition::any();
        for reach in reaches {
            visible = visible.add(cases_in(reach));
        }
        let cases = case::Entity::find()
            .select_only()
            .column(case::Column::Id)
            .filter(visible)
            .into_query();
        case_event::Entity::find()
            .filter(case_event::Column::Seq.gt(after))
            .filter(case_event::Column::CaseId.in_subquery(cases))
            .order_by_asc(case_event::Column::Seq)
            .limit(limit)
            .all(&self.readers)
            .await?
            .iter()
            .map(entry)
            .collect()
    }

    /// The last sequence number of the log; 0 while it is empty.
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        let last: Option<i64> = case_event::Entity::find()
            .select_only()
            .column(case_event::Column::Seq)
            .order_by_desc(case_event::Column::Seq)
            .into_tuple()
            .one(&self.readers)
            .await?;
        Ok(last.unwrap_or(0))
    }
}
