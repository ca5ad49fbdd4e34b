//! Photographs: judged by their content, stripped of metadata, stored under their hash.

use std::io::Cursor;

use bytes::Bytes;
use gridwhistle_domain::access::{Actor, Operation, may_use};
use gridwhistle_domain::case::{AttachmentId, CaseId};
use gridwhistle_store::Attachment;
use image::{ImageDecoder, ImageFormat, ImageReader, Limits};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Fault, Service, ServiceError};

/// The longest side of a picture.
const LONGEST_SIDE: u32 = 8_000;
/// The most bytes of a decoded picture.
const MEMORY: u64 = 200 * 1024 * 1024;

/// A picture ready to be kept.
struct Clean {
    bytes: Vec<u8>,
    format: ImageFormat,
    width: u32,
    height: u32,
}

impl Service {
    /// Takes a photograph: JPEG or PNG, told by the content, written anew without its metadata.
    pub async fn add_photo(&self, actor: &Actor, bytes: Bytes) -> Result<Attachment, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::Attach, now) {
            return Err(ServiceError::Forbidden);
        }
        let permit = self
            .decoding
            .acquire()
            .await
            .map_err(|e| ServiceError::Internal(e.to_string()))?;
        let clean = tokio::task::spawn_blocking(move || clean(&bytes))
            .await
            .map_err(|e| ServiceError::Internal(e.to_string()))??;
        drop(permit);
        let sha256 = Sha256::digest(&clean.bytes).to_vec();
        let attachment = Attachment {
            id: AttachmentId(Uuid::now_v7()),
            sha256: sha256.clone(),
            media_type: clean.format.to_mime_type().to_owned(),
            size: i64::try_from(clean.bytes.len()).unwrap_or(i64::MAX),
            width: i32::try_from(clean.width).unwrap_or(i32::MAX),
            height: i32::try_from(clean.height).unwrap_or(i32::MAX),
            uploaded_by: actor.person,
            recorded_at: now,
        };
        self.objects
            .put(&path(&sha256), clean.bytes.into())
            .await
            .map_err(|e| ServiceError::Storage(e.to_string()))?;
        self.store.add_attachment(attachment.clone()).await?;
        Ok(attachment)
    }

    /// The bytes of a photograph of a case that the caller may see.
    pub async fn photo(
        &self,
        actor: &Actor,
        case: CaseId,
        id: AttachmentId,
    ) -> Result<(Attachment, Bytes), ServiceError> {
        let case = self.case(actor, case).await?;
        if !case.attachments.contains(&id) {
            return Err(ServiceError::NotFound);
        }
        let attachment = self
            .store
            .attachments(&[id])
            .await?
            .pop()
            .ok_or(ServiceError::NotFound)?;
        let failed = |e: object_store::Error| ServiceError::Storage(e.to_string());
        let bytes = self
            .objects
            .get(&path(&attachment.sha256))
            .await
            .map_err(failed)?
            .bytes()
            .await
            .map_err(failed)?;
        Ok((attachment, bytes))
    }

    /// What comes with a report or an action was uploaded by the same account; `at` is where the list
    /// stands in the body.
    pub(crate) async fn own_attachments(
        &self,
        actor: &Actor,
        at: &str,
        ids: &[AttachmentId],
    ) -> Result<(), ServiceError> {
        let known = self.store.attachments(ids).await?;
        let strange: Vec<Fault> = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| {
                !known
                    .iter()
                    .any(|a| a.id == **id && a.uploaded_by == actor.person)
            })
            .map(|(i, _)| Fault::new(format!("{at}/{i}"), "unknown_attachment"))
            .collect();
        if strange.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(strange))
        }
    }
}

fn path(sha256: &[u8]) -> Path {
    use std::fmt::Write;
    let mut name = String::with_capacity(64);
    for byte in sha256 {
        // Writing into a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    let (head, _) = name.split_at(2);
    Path::from(format!("photos/{head}/{name}"))
}

fn clean(bytes: &[u8]) -> Result<Clean, ServiceError> {
    let no_picture = || ServiceError::from(Fault::new("", "no_picture"));
    let format = image::guess_format(bytes).map_err(|_| no_picture())?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(no_picture());
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    // Judged by the head of the file, before anything is decoded.
    let mut decoder = reader.into_decoder().map_err(|_| no_picture())?;
    if decoder.total_bytes() > MEMORY {
        return Err(no_picture());
    }
    let orientation = decoder.orientation().map_err(|_| no_picture())?;
    let mut picture = image::DynamicImage::from_decoder(decoder).map_err(|_| no_picture())?;
    // The way up is the one thing in the metadata that the picture needs.
    picture.apply_orientation(orientation);
    if format == ImageFormat::Jpeg {
        picture = picture.into_rgb8().into();
    }
    let mut out = Cursor::new(Vec::new());
    picture
        .write_to(&mut out, format)
        .map_err(|e| ServiceError::Internal(e.to_string()))?;
    Ok(Clean {
        bytes: out.into_inner(),
        format,
        width: picture.width(),
        height: picture.height(),
    })
}
