//! How an operation fails: a refusal whose status the operation has documented.
//!
//! Four kinds suffice: reading, creating (a body comes in), doing (none does), acting (a body comes in and a version is
//! checked). Each
//! documents every status that can really come out of it, those of the outer layers included, so that the document
//! stays honest without a hand-written list on every operation.

use std::{fmt, marker::PhantomData};

use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};

use crate::{
    problem::Problem,
    refusal::{PROBLEM_JSON, Refusal},
};

/// Which statuses a kind of operation documents.
pub trait Kind: Send + Sync + 'static {
    /// The statuses, ascending.
    const STATUSES: &'static [u16];
}

/// Reading, and whatever else takes no body.
#[derive(Debug)]
pub enum Read {}

impl Kind for Read {
    const STATUSES: &'static [u16] = &[400, 401, 403, 404, 410, 429, 500, 503];
}

/// Creating: a body comes in.
#[derive(Debug)]
pub enum Create {}

impl Kind for Create {
    const STATUSES: &'static [u16] = &[400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503];
}

/// Doing what needs no words: no body comes in, but the present state may forbid it.
#[derive(Debug)]
pub enum Do {}

impl Kind for Do {
    const STATUSES: &'static [u16] = &[400, 401, 403, 404, 409, 410, 429, 500, 503];
}

/// Acting: a body comes in and the version of the resource is checked.
#[derive(Debug)]
pub enum Act {}

impl Kind for Act {
    const STATUSES: &'static [u16] = &[
        400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428, 429, 500, 503,
    ];
}

/// A refusal of an operation of kind `K`.
///
/// Made from a [`Refusal`] or from anything that becomes one, mostly by `?`. In debug builds a refusal with a status
/// that the kind does not document panics, so that a test finds the lie.
pub struct Fail<K>(Refusal, PhantomData<fn() -> K>);

/// How reading fails.
pub type ReadFail = Fail<Read>;
/// How creating fails.
pub type CreateFail = Fail<Create>;
/// How doing fails.
pub type DoFail = Fail<Do>;
/// How acting fails.
pub type ActFail = Fail<Act>;

impl<K> Fail<K> {
    /// The refusal inside.
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }
}

impl<K> fmt::Debug for Fail<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind, R: Into<Refusal>> From<R> for Fail<K> {
    fn from(reason: R) -> Self {
        let refusal = reason.into();
        let status = refusal.code().status().as_u16();
        debug_assert!(
            K::STATUSES.contains(&status),
            "{refusal} has status {status}, which this kind of operation does not document"
        );
        Self(refusal, PhantomData)
    }
}

impl<K> From<Fail<K>> for poem::Error {
    fn from(fail: Fail<K>) -> Self {
        fail.0.into()
    }
}

impl<K: Kind> ApiResponse for Fail<K> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: K::STATUSES.iter().copied().map(response).collect(),
        }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}

fn response(status: u16) -> MetaResponse {
    let headers = match status {
        401 => vec![header("WWW-AUTHENTICATE", "The scheme to use: `Bearer`.")],
        412 => vec![header("ETAG", "The current version.")],
        429 | 503 => vec![header(
            "RETRY-AFTER",
            "Seconds until another try is worth while.",
        )],
        _ => Vec::new(),
    };
    MetaResponse {
        description: description(status),
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: PROBLEM_JSON,
            schema: Problem::schema_ref(),
        }],
        headers,
    }
}

fn header(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

const fn description(status: u16) -> &'static str {
    match status {
        400 => {
            "The request cannot be understood: malformed JSON, an unknown field, a wrong or unknown parameter."
        }
        401 => "No session, one that has ended, or wrong credentials.",
        403 => "In your scope, but not permitted to your posts.",
        404 => "No such resource, or outside your scope.",
        409 => "The present state forbids this; `allowed` lists the actions that it allows.",
        410 => "It was there once: a used or expired link, a cursor that is too old.",
        412 => "`If-Match` names another version than the current one.",
        413 => "The body is larger than this operation takes.",
        415 => "The body is of a media type that this operation does not take.",
        422 => "The body breaks the schema or a rule; every fault is listed.",
        428 => "A decision needs `If-Match`.",
        429 => "Too many requests.",
        500 => "A fault of the server, noted in its log under `request_id`.",
        _ => {
            "Not now. The outcome of a write is unknown: try again with the same `Idempotency-Key`."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    #[test]
    fn acting_documents_every_status_a_refusal_can_have() {
        for code in Code::ALL {
            let status = code.status().as_u16();
            // 405 belongs to an address, not to an operation.
            assert!(status == 405 || Act::STATUSES.contains(&status), "{code:?}");
        }
    }

    #[test]
    #[should_panic(expected = "does not document")]
    fn a_status_that_is_not_documented_is_found_by_the_tests() {
        drop(ReadFail::from(Refusal::new(Code::InvalidBody)));
    }
}
