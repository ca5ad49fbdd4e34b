//! `/attachments` and the photographs of a case.

use gridwhistle_domain::case::{AttachmentId, CaseId};
use poem_openapi::param::Path;
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, Object, OpenApi};
use uuid::Uuid;

use super::Tag;
use crate::answer::Created;
use crate::auth::Caller;
use crate::fail::{CreateFail, ReadFail};
use crate::refusal::Refusal;
use crate::state::State;

/// Photographs.
pub struct Attachments(pub(super) State);

/// A photograph that was taken in.
#[derive(Debug, Object)]
struct Attachment {
    /// To be named in a report or an action.
    id: Uuid,
    media_type: String,
    /// Bytes, without the metadata that was stripped.
    size: i64,
    width: i32,
    height: i32,
}

/// The bytes of a photograph.
#[derive(ApiResponse)]
enum Photo {
    /// The picture.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Found(
        Binary<Vec<u8>>,
        #[oai(header = "X-Content-Type")] String,
        #[oai(header = "Content-Disposition")] String,
    ),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Attachments")]
impl Attachments {
    /// Upload a photograph: JPEG or PNG, told by its content, at most 12 MiB. Its metadata is
    /// stripped.
    #[oai(
        path = "/attachments",
        method = "post",
        operation_id = "upload_attachment"
    )]
    async fn upload(
        &self,
        caller: Caller,
        body: Binary<Vec<u8>>,
    ) -> Result<Created<Attachment>, CreateFail> {
        let kept = self
            .0
            .service
            .add_photo(&caller.0.actor, body.0.into())
            .await
            .map_err(Refusal::from)?;
        Ok(Created::new(Attachment {
            id: kept.id.0,
            media_type: kept.media_type,
            size: kept.size,
            width: kept.width,
            height: kept.height,
        }))
    }

    /// A photograph of a case; `X-Content-Type` says whether it is `image/jpeg` or `image/png`.
    #[oai(
        path = "/cases/:id/attachments/:attachment_id",
        method = "get",
        operation_id = "get_attachment"
    )]
    async fn download(
        &self,
        caller: Caller,
        id: Path<Uuid>,
        attachment_id: Path<Uuid>,
    ) -> Result<Photo, ReadFail> {
        let (kept, bytes) = self
            .0
            .service
            .photo(&caller.0.actor, CaseId(id.0), AttachmentId(attachment_id.0))
            .await
            .map_err(Refusal::from)?;
        Ok(Photo::Found(
            Binary(bytes.to_vec()),
            kept.media_type,
            "attachment".to_owned(),
        ))
    }
}
