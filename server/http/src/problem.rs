//! Problem details (RFC 9457): the one shape of every failure, and the stable codes.

use poem::http::StatusCode;
use poem_openapi::Object;

use crate::messages::Message;

/// What went wrong, as `application/problem+json` (RFC 9457).
///
/// Programs decide by `code` and `status`; `title` and `detail` are for people, in the language of `Accept-Language`
/// (`zh-CN` or `en`).
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Problem {
    /// A reference to the description of this kind of problem: `/problems/{code}`.
    #[oai(rename = "type")]
    pub kind: String,
    /// What kind of problem this is, the same for every occurrence.
    pub title: String,
    /// The HTTP status of the answer.
    #[oai(validator(minimum(value = "400"), maximum(value = "599")))]
    pub status: u16,
    /// What happened this time and what to do.
    pub detail: String,
    /// The stable name of this kind of problem, in `snake_case`.
    pub code: String,
    /// The id of this request, as in the header `X-Request-Id` and in the server's log.
    pub request_id: String,
    /// Every single fault of the request, where it can be pointed at.
    pub errors: Option<Vec<ProblemError>>,
    /// With status 409: the actions that are allowed now, by name.
    pub allowed: Option<Vec<String>>,
    /// The rule of the field that says no, by the name that `GET /cases/{id}/actions` gives it, such as
    /// `deadline_passed`.
    pub rule: Option<String>,
}

/// One fault of a request: in the body (`pointer`) or in a parameter or header (`parameter`).
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ProblemError {
    /// Where in the body: a JSON pointer (RFC 6901); empty for the body as a whole.
    pub pointer: Option<String>,
    /// The name of the query parameter, path parameter or header.
    pub parameter: Option<String>,
    /// The stable name of this kind of fault, in `snake_case`.
    pub code: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:ident $name:literal;)*) => {
        /// The kinds of problem. Each has one name, which never changes, one status, and a title and an explanation
        /// in the message files (`problem-…` and its attribute `detail`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Every kind, in the order of their statuses.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, in `snake_case`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The status of the answer.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                }
            }
        }
    };
}

codes! {
    /// A request that cannot be understood, for a reason that no other code names.
    BadRequest = BAD_REQUEST "bad_request";
    /// The body is not JSON, names a field twice or is nested too deep.
    MalformedJson = BAD_REQUEST "malformed_json";
    /// The body ended early or could not be read.
    UnreadableBody = BAD_REQUEST "unreadable_body";
    /// A query parameter, path parameter or header is unknown, missing or wrong.
    InvalidParameter = BAD_REQUEST "invalid_parameter";
    /// The body has a field that the schema does not know.
    UnknownField = BAD_REQUEST "unknown_field";
    /// A device filed without `Idempotency-Key`.
    IdempotencyKeyMissing = BAD_REQUEST "idempotency_key_missing";
    /// No session, or one that has ended.
    Unauthenticated = UNAUTHORIZED "unauthenticated";
    /// Wrong user name or password.
    WrongCredentials = UNAUTHORIZED "wrong_credentials";
    /// Within the caller's scope, but not permitted to the caller's posts.
    Forbidden = FORBIDDEN "forbidden";
    /// No such address.
    NoSuchRoute = NOT_FOUND "no_such_route";
    /// No such resource, or outside the caller's scope.
    NotFound = NOT_FOUND "not_found";
    /// The address exists, but not for this method.
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed";
    /// The stage of the case does not allow this action; `allowed` lists those it allows.
    ActionNotAllowed = CONFLICT "action_not_allowed";
    /// Something that exists already forbids this.
    Conflict = CONFLICT "conflict";
    /// A request with the same `Idempotency-Key` is still running.
    InProgress = CONFLICT "in_progress";
    /// It was there once: a used or expired link, a cursor that is too old.
    Gone = GONE "gone";
    /// `If-Match` names another version than the current one.
    StaleVersion = PRECONDITION_FAILED "stale_version";
    /// The body is larger than this operation takes.
    BodyTooLarge = PAYLOAD_TOO_LARGE "body_too_large";
    /// The body is of a media type that this operation does not take.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type";
    /// The body is JSON but breaks the published schema.
    InvalidBody = UNPROCESSABLE_ENTITY "invalid_body";
    /// The same `Idempotency-Key` came before with another body.
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY "idempotency_key_reused";
    /// The request is well-formed but breaks a rule of the field.
    RuleViolated = UNPROCESSABLE_ENTITY "rule_violated";
    /// A decision without `If-Match`.
    PreconditionRequired = PRECONDITION_REQUIRED "precondition_required";
    /// Too many requests from this address or for this account.
    TooManyRequests = TOO_MANY_REQUESTS "too_many_requests";
    /// A fault of the server.
    Internal = INTERNAL_SERVER_ERROR "internal";
    /// The server cannot do this now: starting, stopping, or its storage does not answer.
    Unavailable = SERVICE_UNAVAILABLE "unavailable";
    /// Too many computations of this kind go on or wait already.
    Busy = SERVICE_UNAVAILABLE "busy";
    /// The server did not finish in time; the outcome is unknown.
    DeadlinePassed = SERVICE_UNAVAILABLE "deadline_passed";
}

impl Code {
    /// The title of this kind of problem.
    pub fn title(self) -> Message {
        Message::of(format!("problem-{}", self.name().replace('_', "-")))
    }

    /// What to say where nothing more particular is known.
    pub fn explanation(self) -> Message {
        Message::of(format!("{}.detail", self.title().key()))
    }

    /// The code of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The code of an answer of which only the status is known.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::GONE => Self::Gone,
            StatusCode::PRECONDITION_FAILED => Self::StaleVersion,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => Self::InvalidBody,
            StatusCode::PRECONDITION_REQUIRED => Self::PreconditionRequired,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            other if other.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_of_problem_share_a_name() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for name in names {
            assert!(
                name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{name}"
            );
            assert_eq!(Code::named(name).map(Code::name), Some(name));
        }
    }

    #[test]
    fn a_status_is_answered_by_a_code_of_that_status() {
        for code in Code::ALL {
            assert_eq!(Code::of_status(code.status()).status(), code.status());
        }
    }
}
