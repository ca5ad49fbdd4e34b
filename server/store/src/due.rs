//! Cases to which something happens by itself.

use gridwhistle_domain::case::{Case, CaseId};
use gridwhistle_domain::clock::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::cases::read_state;
use crate::entity::case;
use crate::{Store, StoreError};

/// A case whose moment has come.
#[derive(Debug)]
pub struct DueCase {
    pub id: CaseId,
    pub at: Timestamp,
    /// As it stands; an error where its row cannot be read, which keeps nobody from the others.
    pub case: Result<Case, StoreError>,
}

impl Store {
    /// The cases whose moment has come, what was due first, first, at most `most`; those in `but` left out.
    pub async fn due_cases(
        &self,
        now: Timestamp,
        but: &[CaseId],
        most: u64,
    ) -> Result<Vec<DueCase>, StoreError> {
        let rows: Vec<(Uuid, Option<i64>, String)> = due(now, but, most)
            .select_only()
            .columns([case::Column::Id, case::Column::NextAt, case::Column::State])
            .into_tuple()
            .all(&self.readers)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, at, state)| DueCase {
                id: CaseId(id),
                at: at.map_or(now, Timestamp::from_micros),
                case: read_state(&state),
            })
            .collect())
    }

    /// The open cases after that one, in the order in which they were filed, at most `most`.
    pub async fn open_cases(
        &self,
        after: i64,
        most: u64,
    ) -> Result<Vec<(i64, CaseId, Result<Case, StoreError>)>, StoreError> {
        let rows: Vec<(i64, Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([
                case::Column::FirstSeq,
                case::Column::Id,
                case::Column::State,
            ])
            .filter(case::Column::IsOpen.eq(true))
            .filter(case::Column::FirstSeq.gt(after))
            .order_by_asc(case::Column::FirstSeq)
            .limit(most)
            .into_tuple()
            .all(&self.readers)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(seq, id, state)| (seq, CaseId(id), read_state(&state)))
            .collect())
    }

    /// When something happens next by itself to any case; also a moment that has passed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<Option<i64>> = case::Entity::find()
            .select_only()
            .column(case::Column::NextAt)
            .filter(case::Column::NextAt.is_not_null())
            .order_by_asc(case::Column::NextAt)
            .limit(1)
            .into_tuple()
            .one(&self.readers)
            .await?;
        Ok(next.flatten().map(Timestamp::from_micros))
    }
}

/// A walk along the index of moments.
pub fn due(now: Timestamp, but: &[CaseId], most: u64) -> Select<case::Entity> {
    let mut query = case::Entity::find().filter(case::Column::NextAt.lte(now.micros()));
    if !but.is_empty() {
        query = query.filter(case::Column::Id.is_not_in(but.iter().map(|id| id.0)));
    }
    query.order_by_asc(case::Column::NextAt).limit(most)
}
