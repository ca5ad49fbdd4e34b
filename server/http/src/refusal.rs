//! A refusal: why a request is not done, before it is put into words.
//!
//! Handlers and layers make refusals by meaning; the words come at the edge ([`crate::catch`]), where the language and
//! the id of the request are known.

use std::{borrow::Cow, fmt, time::Duration};

use poem::{
    Response,
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::types::ToJSON;

use crate::{
    messages::{Lang, Message},
    problem::{Code, Problem, ProblemError},
    schema,
};

/// The media type of every failure (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Where in a request a fault lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the body, by JSON pointer (RFC 6901).
    Body(String),
    /// In a query parameter, path parameter or header, by its name.
    Parameter(String),
}

/// One fault that can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    place: Place,
    code: Cow<'static, str>,
    detail: Message,
}

impl Fault {
    /// A fault in the body at a JSON pointer such as `/position/lon`; `code` is stable, in `snake_case`.
    pub fn field(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: Message,
    ) -> Self {
        Self {
            place: Place::Body(pointer.into()),
            code: code.into(),
            detail,
        }
    }

    /// A fault of a query parameter, path parameter or header.
    pub fn parameter(
        name: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: Message,
    ) -> Self {
        Self {
            place: Place::Parameter(name.into()),
            code: code.into(),
            detail,
        }
    }

    /// A breach of the published schema.
    pub(crate) fn of_schema(place: Place, fault: &schema::Fault) -> Self {
        Self {
            place,
            code: Cow::Borrowed(fault.code()),
            detail: fault.message(),
        }
    }

    fn render(&self, lang: Lang) -> ProblemError {
        let (pointer, parameter) = match &self.place {
            Place::Body(pointer) => (Some(pointer.clone()), None),
            Place::Parameter(name) => (None, Some(name.clone())),
        };
        ProblemError {
            pointer,
            parameter,
            code: self.code.clone().into_owned(),
            detail: lang.text(&self.detail),
        }
    }
}

/// Why a request is not done.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(Box<Reason>);

#[derive(Debug, Clone, PartialEq)]
struct Reason {
    code: Code,
    detail: Option<Message>,
    faults: Vec<Fault>,
    allowed: Option<Vec<String>>,
    rule: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Refusal {
    /// A refusal of a kind, explained in the words of that kind.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Reason {
            code,
            detail: None,
            faults: Vec::new(),
            allowed: None,
            rule: None,
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: Message) -> Self {
        self.0.detail = Some(detail);
        self
    }

    /// Names the rule of the field that says no.
    #[must_use]
    pub fn by(mut self, rule: &'static str) -> Self {
        self.0.rule = Some(rule);
        self
    }

    /// Adds a fault that can be pointed at.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.0.faults.push(fault);
        self
    }

    /// Adds faults that can be pointed at.
    #[must_use]
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.0.faults.extend(faults);
        self
    }

    /// Adds a header to the answer; a value that no header can carry is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// Says when to come back, in whole seconds and at least one (`Retry-After`, RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.header(header::RETRY_AFTER, &seconds.max(1).to_string())
    }

    /// Keeps the cause for the log; callers never see it.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// No such resource, or outside the caller's scope.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// In scope but not permitted.
    pub fn forbidden(detail: Message) -> Self {
        Self::new(Code::Forbidden).detail(detail)
    }

    /// No session, or one that has ended; names the scheme to use.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated).header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// Wrong user name or password: one answer for both.
    pub fn wrong_credentials() -> Self {
        Self::new(Code::WrongCredentials).header(header::WWW_AUTHENTICATE, "Bearer")
    }

    /// The stage does not allow the action; `allowed` names the actions that it allows.
    pub fn action_not_allowed(
        detail: Message,
        allowed: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let mut refusal = Self::new(Code::ActionNotAllowed).detail(detail);
        refusal.0.allowed = Some(allowed.into_iter().map(Into::into).collect());
        refusal
    }

    /// Something that exists already forbids this.
    pub fn conflict(detail: Message) -> Self {
        Self::new(Code::Conflict).detail(detail)
    }

    /// The same idempotency key is at work: come back in a second.
    pub fn in_progress() -> Self {
        Self::new(Code::InProgress).retry_after(Duration::from_secs(1))
    }

    /// It was there once.
    pub fn gone(detail: Message) -> Self {
        Self::new(Code::Gone).detail(detail)
    }

    /// A decision without the version that it is taken on.
    pub fn version_missing() -> Self {
        let required = Message::new("fault-required");
        Self::new(Code::PreconditionRequired)
            .fault(Fault::parameter("If-Match", "required", required))
    }

    /// The version in `If-Match` is not the current one; the current `ETag`, where it may be known, comes along.
    pub fn stale_version(current: Option<&str>) -> Self {
        let refusal = Self::new(Code::StaleVersion);
        match current {
            Some(etag) => refusal.header(header::ETAG, etag),
            None => refusal,
        }
    }

    /// A parameter or header is wrong (400), named.
    pub fn parameter(name: impl Into<String>, detail: Message) -> Self {
        Self::new(Code::InvalidParameter).fault(Fault::parameter(name, "invalid", detail))
    }

    /// A rule of the field is broken (422), with the faults.
    pub fn rule(detail: Message, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::new(Code::RuleViolated).detail(detail).faults(faults)
    }

    /// Too many requests; `wait` until the next one is taken.
    pub fn too_many_requests(wait: Duration) -> Self {
        Self::new(Code::TooManyRequests).retry_after(wait)
    }

    /// A fault of the server; the cause goes to the log alone.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::Internal).cause(cause)
    }

    /// Not now; the cause goes to the log alone.
    pub fn unavailable(cause: impl fmt::Display, wait: Duration) -> Self {
        Self::new(Code::Unavailable).cause(cause).retry_after(wait)
    }

    /// The kind of problem.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the log should hear, if anything.
    pub fn logged_cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The problem in words.
    pub fn problem(&self, lang: Lang, request_id: &str) -> Problem {
        let errors: Vec<_> = self
            .0
            .faults
            .iter()
            .map(|fault| fault.render(lang))
            .collect();
        Problem {
            kind: format!("/problems/{}", self.0.code.name()),
            title: lang.text(&self.0.code.title()),
            status: self.0.code.status().as_u16(),
            detail: match &self.0.detail {
                Some(detail) => lang.text(detail),
                None => lang.text(&self.0.code.explanation()),
            },
            code: self.0.code.name().to_owned(),
            request_id: request_id.to_owned(),
            errors: (!errors.is_empty()).then_some(errors),
            allowed: self.0.allowed.clone(),
            rule: self.0.rule.map(str::to_owned),
        }
    }

    /// The answer.
    pub fn render(&self, lang: Lang, request_id: &str) -> Response {
        let mut response = Response::builder()
            .status(self.0.code.status())
            .content_type(PROBLEM_JSON)
            .header(header::CONTENT_LANGUAGE, lang.tag())
            .header(header::VARY, "Accept-Language")
            .body(self.problem(lang, request_id).to_json_string());
        for (name, value) in &self.0.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.name())?;
        match &self.0.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    fn as_response(&self) -> Response {
        self.render(Lang::default(), "")
    }
}
