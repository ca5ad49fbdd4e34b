//! Answers: JSON with the media type `application/json`, as the document says.

use poem::{
    IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiResponse,
    payload::Payload,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};

/// The one media type of JSON answers: without `charset`, which JSON does not have (RFC 8259 §11).
pub const JSON: &str = "application/json";

/// Tells that the answer to an earlier request with the same key is repeated.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A header that an answer may have, for the document.
struct Described {
    name: &'static str,
    description: &'static str,
}

const ETAG: Described = Described {
    name: "ETAG",
    description: "The version of the resource, for `If-Match` and `If-None-Match`.",
};
const LOCATION: Described = Described {
    name: "LOCATION",
    description: "The path of the new resource.",
};
const REPLAYED: Described = Described {
    name: "IDEMPOTENCY-REPLAYED",
    description: "`true` where the answer to an earlier request with the same key is repeated.",
};
const LINK: Described = Described {
    name: "LINK",
    description: "`rel=\"next\"`: the next page; absent on the last one.",
};

/// What tells one kind of answer with a JSON body from another.
trait Form<T> {
    const STATUS: StatusCode;
    const DESCRIPTION: &'static str;
    const HEADERS: &'static [Described] = &[];
    /// Whether a caller who holds the current version is told so instead.
    const CONDITIONAL: bool = false;

    /// The body, and the headers that this answer really has.
    fn parts(self) -> (T, Vec<(HeaderName, String)>);
}

fn respond<T: ToJSON, F: Form<T>>(form: F) -> Response {
    let (body, headers) = form.parts();
    let mut response = Response::builder()
        .status(F::STATUS)
        .content_type(JSON)
        .body(body.to_json_string());
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn published<T: Type, F: Form<T>>() -> MetaResponses {
    let body = MetaMediaType {
        content_type: JSON,
        schema: T::schema_ref(),
    };
    let done = meta(F::STATUS, F::DESCRIPTION, vec![body], F::HEADERS);
    let held = meta(
        StatusCode::NOT_MODIFIED,
        "The version that `If-None-Match` names is still current.",
        Vec::new(),
        &[ETAG],
    );
    MetaResponses {
        responses: std::iter::once(done)
            .chain(F::CONDITIONAL.then_some(held))
            .collect(),
    }
}

fn meta(
    status: StatusCode,
    description: &'static str,
    content: Vec<MetaMediaType>,
    headers: &[Described],
) -> MetaResponse {
    MetaResponse {
        description,
        status: Some(status.as_u16()),
        status_range: None,
        content,
        headers: headers
            .iter()
            .map(|header| MetaHeader {
                name: header.name.to_owned(),
                description: Some(header.description.to_owned()),
                required: false,
                deprecated: false,
                schema: String::schema_ref(),
            })
            .collect(),
    }
}

/// Answers by their forms.
macro_rules! answers {
    ($($name:ident),+) => {$(
        impl<T: ToJSON> IntoResponse for $name<T> {
            fn into_response(self) -> Response {
                respond(self)
            }
        }

        impl<T: ToJSON> ApiResponse for $name<T> {
            fn meta() -> MetaResponses {
                published::<T, Self>()
            }

            fn register(registry: &mut Registry) {
                T::register(registry);
            }
        }
    )+};
}

answers!(Answer, Tagged, Created, Acted, Listed);

fn replayed(replayed: bool) -> Option<(HeaderName, String)> {
    replayed.then(|| (IDEMPOTENCY_REPLAYED, "true".to_owned()))
}

/// 200 with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T>(pub T);

impl<T: Type> Payload for Answer<T> {
    const CONTENT_TYPE: &'static str = JSON;

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T> Form<T> for Answer<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const DESCRIPTION: &'static str = "Done.";

    fn parts(self) -> (T, Vec<(HeaderName, String)>) {
        (self.0, Vec::new())
    }
}

/// 200 with a JSON body and its version as a strong `ETag`; 304 when `If-None-Match` names that version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged<T> {
    /// The body.
    pub body: T,
    /// The entity tag, quotes included: see [`crate::etag::strong`].
    pub etag: String,
}

impl<T> Form<T> for Tagged<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const DESCRIPTION: &'static str = "Done.";
    const HEADERS: &'static [Described] = &[ETAG];
    const CONDITIONAL: bool = true;

    fn parts(self) -> (T, Vec<(HeaderName, String)>) {
        (self.body, vec![(header::ETAG, self.etag)])
    }
}

/// 201 with the new resource, where it is and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created<T> {
    /// The body.
    pub body: T,
    /// The path of the new resource, such as `/api/v1/cases/…`; none for what has no address of its own.
    pub location: Option<String>,
    /// The entity tag, quotes included, of a resource that has versions.
    pub etag: Option<String>,
    /// Whether this repeats the answer to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

impl<T> Created<T> {
    /// A new resource without address and version.
    pub const fn new(body: T) -> Self {
        Self {
            body,
            location: None,
            etag: None,
            replayed: false,
        }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Says its version, quotes included.
    #[must_use]
    pub fn tagged(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// Says whether this repeats an earlier answer.
    #[must_use]
    pub const fn replayed(mut self, replayed: bool) -> Self {
        self.replayed = replayed;
        self
    }
}

impl<T> Form<T> for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    const DESCRIPTION: &'static str = "Created.";
    const HEADERS: &'static [Described] = &[LOCATION, ETAG, REPLAYED];

    fn parts(self) -> (T, Vec<(HeaderName, String)>) {
        let location = self.location.map(|path| (header::LOCATION, path));
        let etag = self.etag.map(|tag| (header::ETAG, tag));
        let headers = location.into_iter().chain(etag);
        (self.body, headers.chain(replayed(self.replayed)).collect())
    }
}

/// 200 with the new state of a resource that was acted upon, and its new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted<T> {
    /// The body.
    pub body: T,
    /// The entity tag, quotes included.
    pub etag: String,
    /// Whether this repeats the answer to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

impl<T> Form<T> for Acted<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const DESCRIPTION: &'static str = "Done.";
    const HEADERS: &'static [Described] = &[ETAG, REPLAYED];

    fn parts(self) -> (T, Vec<(HeaderName, String)>) {
        let etag = std::iter::once((header::ETAG, self.etag));
        (self.body, etag.chain(replayed(self.replayed)).collect())
    }
}

/// 200 with one page of a list and the way to the next one (RFC 8288).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The body.
    pub body: T,
    /// The address of the next page, path and query; none on the last page.
    pub next: Option<String>,
}

impl<T> Form<T> for Listed<T> {
    const STATUS: StatusCode = StatusCode::OK;
    const DESCRIPTION: &'static str = "One page.";
    const HEADERS: &'static [Described] = &[LINK];

    fn parts(self) -> (T, Vec<(HeaderName, String)>) {
        let link = |address| (header::LINK, format!("<{address}>; rel=\"next\""));
        (self.body, self.next.map(link).into_iter().collect())
    }
}

/// 204: done, nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        Response::builder().status(StatusCode::NO_CONTENT).finish()
    }
}

impl ApiResponse for Done {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![meta(StatusCode::NO_CONTENT, "Done.", Vec::new(), &[])],
        }
    }

    fn register(_: &mut Registry) {}
}
