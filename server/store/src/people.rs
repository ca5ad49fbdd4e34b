//! Residents' data in clear, and who looked at it; photographs.

use gridwhistle_domain::access::PersonId;
use gridwhistle_domain::case::{AttachmentId, CaseId};
use gridwhistle_domain::clock::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::entity::{attachment, resident, unmasking};
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

impl Store {
    /// Hands out a resident's data in clear, once the looking is on record.
    pub async fn unmask(
        &self,
        case: CaseId,
        by: PersonId,
        purpose: String,
        now: Timestamp,
    ) -> Result<Option<Resident>, StoreError> {
        let Some(row) = resident::Entity::find_by_id(case.0)
            .one(&self.readers)
            .await?
        else {
            return Ok(None);
        };
        let record = unmasking::Model {
            id: Uuid::now_v7(),
            case_id: case.0,
            person_id: by.0,
            purpose,
            recorded_at: now.micros(),
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
        Ok(Some(Resident {
            name: row.name,
            telephone: row.telephone,
        }))
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
