//! How much a request may bring and how long it may take.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Limited, combinators::BoxBody};
use poem::{Body, Endpoint, IntoResponse, Request, Response, Result, http::header};

use crate::{messages::Message, problem::Code, refusal::Refusal};

/// The limits of all operations and pages. Sizes in bytes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A JSON body; 256 KiB.
    pub json: usize,
    /// A body of `application/octet-stream`; 12 MiB.
    pub upload: usize,
    /// A form of a page; 64 KiB.
    pub page: usize,
    /// From the head of the request to the head of the answer, reading the body included; 15 s. A stream that follows
    /// the head of the answer may go on.
    pub time: Duration,
    /// The same for uploads, which come over poor mobile networks; 120 s.
    pub upload_time: Duration,
    /// Operations with a body limit of their own, by operation id.
    pub operations: HashMap<&'static str, usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json: 256 * 1024,
            upload: 12 * 1024 * 1024,
            page: 64 * 1024,
            time: Duration::from_secs(15),
            upload_time: Duration::from_mins(2),
            operations: HashMap::new(),
        }
    }
}

impl Limits {
    /// Gives an operation a body limit of its own, in bytes.
    #[must_use]
    pub fn operation(mut self, operation_id: &'static str, bytes: usize) -> Self {
        self.operations.insert(operation_id, bytes);
        self
    }

    /// What holds for an operation, by its id and the media type of its body.
    pub(crate) fn of_operation(&self, id: Option<&str>, media_type: Option<&str>) -> Bound {
        let upload = media_type == Some("application/octet-stream");
        let (body, time) = if upload {
            (self.upload, self.upload_time)
        } else {
            (self.json, self.time)
        };
        Bound {
            body: id
                .and_then(|id| self.operations.get(id))
                .copied()
                .unwrap_or(body),
            time,
        }
    }

    pub(crate) const fn of_page(&self) -> Bound {
        Bound {
            body: self.page,
            time: self.time,
        }
    }
}

/// The limits of one operation or page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    body: usize,
    time: Duration,
}

impl Bound {
    /// Calls an endpoint within the limits.
    ///
    /// # Errors
    /// 413 for a body that is too large, whether its size is declared or found out while reading; 503 when the time
    /// is over. Whatever else the endpoint answers.
    pub(crate) async fn call<E: Endpoint>(
        self,
        mut request: Request,
        endpoint: &E,
    ) -> Result<Response> {
        let declared = request
            .header(header::CONTENT_LENGTH)
            .and_then(|length| length.parse::<u64>().ok());
        if declared.is_some_and(|length| length > self.body as u64) {
            return Err(self.too_large().into());
        }
        let exceeded = self.meter(&mut request);
        match tokio::time::timeout(self.time, endpoint.call(request)).await {
            // However deep the extractor has buried the cause, the meter knows.
            Ok(Err(_)) if exceeded.load(Ordering::Relaxed) => Err(self.too_large().into()),
            Ok(answer) => answer.map(IntoResponse::into_response),
            Err(_) => Err(Refusal::new(Code::DeadlinePassed)
                .retry_after(Duration::from_secs(1))
                .into()),
        }
    }

    /// Counts the body while it is read; the flag tells that it was more than the limit.
    fn meter(self, request: &mut Request) -> Arc<AtomicBool> {
        let exceeded = Arc::new(AtomicBool::new(false));
        let body = request.take_body();
        if body.is_empty() {
            request.set_body(body);
            return exceeded;
        }
        let flag = Arc::clone(&exceeded);
        let body: BoxBody<_, io::Error> = body.into();
        let metered = Limited::new(body, self.body)
            .map_err(move |error| {
                error.downcast::<io::Error>().map_or_else(
                    |limit| {
                        flag.store(true, Ordering::Relaxed);
                        io::Error::other(limit)
                    },
                    |error| *error,
                )
            })
            .boxed();
        request.set_body(Body::from(metered));
        exceeded
    }

    fn too_large(self) -> Refusal {
        Refusal::new(Code::BodyTooLarge)
            .detail(Message::new("body-larger-than").with("bytes", self.body))
    }
}
