//! Residents' data in clear, and who looked at it; photographs.

use gridwhistle_domain::access::{ActorRef, PersonId, Reach};
use gridwhistle_domain::case::{AttachmentId, CaseId};
use gridwhistle_domain::clock::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::entity::{attachment, resident, unmasking};
use crate::reach::case_exists;
use crate::{Resident, Store, StoreError};

/// What is known of a photograph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub id: AttachmentId,
    pub sha256: Vec<u8>,
    pub media_type: String,
    pub size: i64,
    pub width: i32,
    pub height: i32,
    pub uploaded_by: PersonId,
    pub recorded_at: Timestamp,
}

/// A look at a resident's data in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmasking {
    pub id: Uuid,
    pub case: CaseId,
    pub person: PersonId,
    /// Who it was, in which post; absent where only the account was kept.
    pub by: Option<ActorRef>,
    pub purpose: String,
    pub note: Option<String>,
    pub at: Timestamp,
}

/// Which looks at residents' data are asked for. The reaches bound what the caller may see.
#[derive(Clone, Debug, Default)]
pub struct UnmaskingFilter {
    pub reaches: Vec<Reach>,
    pub case: Option<CaseId>,
    pub person: Option<PersonId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Older than this one.
    pub before: Option<Uuid>,
    pub limit: u64,
}

impl Store {
    /// A resident's data in clear: for concealing it in what is written, never to be handed out.
    pub async fn resident(&self, case: CaseId) -> Result<Option<Resident>, StoreError> {
        let row = resident::Entity::find_by_id(case.0)
            .one(&self.readers)
            .await?;
        Ok(row.map(|row| Resident {
            name: row.name,
            telephone: row.telephone,
        }))
    }

    /// Hands out a resident's data in clear, once the looking is on record.
    pub async fn unmask(&self, look: Unmasking) -> Result<Option<Resident>, StoreError> {
        let Some(found) = self.resident(look.case).await? else {
            return Ok(None);
        };
        let by = look.by.as_ref().map(serde_json::to_string).transpose();
        let record = unmasking::Model {
            id: look.id,
            case_id: look.case.0,
            person_id: look.person.0,
            purpose: look.purpose,
            recorded_at: look.at.micros(),
            by: by.map_err(|e| StoreError::Corrupt(e.to_string()))?,
            note: look.note,
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                unmasking::Entity::insert(record.into_active_model().reset_all())
                    .exec_without_returning(tx)
                    .await?;
                Ok(())
            })
        }))
        .await?;
        Ok(Some(found))
    }

    /// Looks at residents' data, the newest first; answers one more than the limit where there are more.
    pub async fn unmaskings(&self, filter: &UnmaskingFilter) -> Result<Vec<Unmasking>, StoreError> {
        use unmasking::Column;
        let mut query = unmasking::Entity::find().filter(case_exists(
            (unmasking::Entity, Column::CaseId),
            &filter.reaches,
        ));
        if let Some(case) = filter.case {
            query = query.filter(Column::CaseId.eq(case.0));
        }
        if let Some(person) = filter.person {
            query = query.filter(Column::PersonId.eq(person.0));
        }
        if let Some(from) = filter.from {
            query = query.filter(Column::RecordedAt.gte(from.micros()));
        }
        if let Some(to) = filter.to {
            query = query.filter(Column::RecordedAt.lt(to.micros()));
        }
        if let Some(before) = filter.before {
            query = query.filter(Column::Id.lt(before));
        }
        query
            .order_by_desc(Column::Id)
            .limit(filter.limit + 1)
            .all(&self.readers)
            .await?
            .into_iter()
            .map(|row| {
                let by = row.by.as_deref().map(serde_json::from_str).transpose();
                Ok(Unmasking {
                    id: row.id,
                    case: CaseId(row.case_id),
                    person: PersonId(row.person_id),
                    by: by
                        .map_err(|e| StoreError::Corrupt(format!("a look at a resident: {e}")))?,
                    purpose: row.purpose,
                    note: row.note,
                    at: Timestamp::from_micros(row.recorded_at),
                })
            })
            .collect()
    }

    /// Notes a photograph whose bytes are stored.
    pub async fn add_attachment(&self, a: Attachment) -> Result<(), StoreError> {
        let row = attachment::Model {
            id: a.id.0,
            sha256: a.sha256,
            media_type: a.media_type,
            size: a.size,
            width: a.width,
            height: a.height,
            uploaded_by: a.uploaded_by.0,
            recorded_at: a.recorded_at.micros(),
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                attachment::Entity::insert(row.into_active_model().reset_all())
                    .exec_without_returning(tx)
                    .await?;
                Ok(())
            })
        }))
        .await
    }

    /// The photographs with these identities, as far as they exist.
    pub async fn attachments(&self, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = attachment::Entity::find()
            .filter(attachment::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(&self.readers)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| Attachment {
                id: AttachmentId(row.id),
                sha256: row.sha256,
                media_type: row.media_type,
                size: row.size,
                width: row.width,
                height: row.height,
                uploaded_by: PersonId(row.uploaded_by),
                recorded_at: Timestamp::from_micros(row.recorded_at),
            })
            .collect())
    }
}
