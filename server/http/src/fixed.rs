//! What is served as it is: bytes with a tag that follows from them.

use std::sync::Arc;

use bytes::Bytes;
use poem::{
    Body, Response,
    http::{StatusCode, header},
};

use crate::etag;

/// Bytes that stay the same as long as the server runs.
pub(crate) struct Fixed {
    media_type: &'static str,
    bytes: Bytes,
    etag: String,
    policy: Option<String>,
}

impl Fixed {
    /// With the policy for the browser where they are a page.
    pub(crate) fn new(
        media_type: &'static str,
        bytes: impl Into<Bytes>,
        policy: Option<String>,
    ) -> Arc<Self> {
        let bytes: Bytes = bytes.into();
        let etag = etag::of_content(&bytes);
        Arc::new(Self {
            media_type,
            bytes,
            etag,
            policy,
        })
    }

    /// 200 with the bytes and their tag: a browser asks each time whether it holds them still.
    pub(crate) fn answer(&self) -> Response {
        let mut response = Response::builder()
            .status(StatusCode::OK)
            .content_type(self.media_type)
            .header(header::ETAG, &self.etag)
            .header(header::CACHE_CONTROL, "no-cache");
        if let Some(policy) = &self.policy {
            response = response.header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.body(Body::from_bytes(self.bytes.clone()))
    }
}
