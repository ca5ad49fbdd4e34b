//! `/grids/export`: grids as a file, streamed.

use futures_util::TryStreamExt;
use gridwhistle_domain::place::{Crs as DomainCrs, DivisionCode};
use gridwhistle_service::{GridExport, GridFormat as ServiceFormat, ServiceError};
use poem::Body;
use poem_openapi::param::Query;
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, Enum, OpenApi};

use super::names::Crs;
use super::{Tag, When, moment, parsed_maybe};
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::refusal::Refusal;
use crate::state::State;

/// Files of grids.
pub struct GridExports(pub(super) State);

/// What kind of file: a `FeatureCollection`, a sequence of features (RFC 8142), a table with well-known text.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "lowercase", remote = "ServiceFormat")]
enum GridFormat {
    GeoJson,
    GeoJsonSeq,
    Csv,
}

/// A file of grids.
#[derive(ApiResponse)]
enum GridFile {
    /// The file; `X-Content-Type` says of which type it is.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Pieces(
        Binary<Body>,
        #[oai(header = "X-Content-Type")] String,
        #[oai(header = "Content-Disposition")] String,
    ),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl GridExports {
    /// The grids in force in a division at a moment, by code, as a file. A file that breaks off before its end is not whole.
    #[oai(path = "/grids/export", method = "get", operation_id = "export_grids")]
    async fn export(
        &self,
        caller: Caller,
        format: Query<Option<GridFormat>>,
        /// 12 digits; all grids unless given.
        division: Query<Option<String>>,
        /// Now unless given.
        at: Query<Option<When>>,
        /// In which system the coordinates are written; `wgs84` unless given.
        crs: Query<Option<Crs>>,
    ) -> Result<GridFile, ReadFail> {
        let division: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let service = &self.0.service;
        let export = GridExport {
            format: format.0.map_or(ServiceFormat::GeoJson, Into::into),
            division,
            at: at.0.map_or_else(|| service.clock.now(), moment),
            crs: crs.0.map_or(DomainCrs::Wgs84, Into::into),
        };
        let pieces = service.export_grids(&caller.0.actor, export);
        let pieces = pieces.map_err(Refusal::from)?.map_err(broken_off);
        let name = format!("attachment; filename=\"{}\"", export.file_name());
        let media_type = export.format.media_type().to_owned();
        let body = Binary(Body::from_bytes_stream(pieces));
        Ok(GridFile::Pieces(body, media_type, name))
    }
}

/// The head of the answer has long been sent: all that is left is to break off, so that nobody takes a part for the whole.
fn broken_off(error: ServiceError) -> std::io::Error {
    tracing::error!(%error, "an export of grids broke off");
    std::io::Error::other(error)
}
