//! How long idempotency keys are kept.

use gridwhistle_domain::clock::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::idempotency;
use crate::{Store, StoreError};

impl Store {
    /// Forgets at most `most` keys that were used before a moment, the oldest first; answers how many. The log and
    /// its cases stay.
    pub async fn prune_keys(&self, before: Timestamp, most: u64) -> Result<usize, StoreError> {
        let old: Vec<String> = idempotency::Entity::find()
            .select_only()
            .column(idempotency::Column::ScopeKey)
            .filter(idempotency::Column::RecordedAt.lt(before.micros()))
            .order_by_asc(idempotency::Column::RecordedAt)
            .limit(most)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let found = old.len();
        if found > 0 {
            self.task(Box::new(move |tx| {
                Box::pin(async move {
                    idempotency::Entity::delete_many()
                        .filter(idempotency::Column::ScopeKey.is_in(old))
                        .filter(idempotency::Column::RecordedAt.lt(before.micros()))
                        .exec(tx)
                        .await?;
                    Ok(())
                })
            }))
            .await?;
        }
        Ok(found)
    }
}
