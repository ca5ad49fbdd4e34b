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

fn json(status: StatusCode, value: &impl ToJSON) -> Response {
    Response::builder()
        .status(status)
        .content_type(JSON)
        .body(value.to_json_string())
}

fn put(response: &mut Response, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|v| HeaderValue::from_str(v).ok()) {
        response.headers_mut().insert(name, value);
    }
}

fn described(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_uppercase(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

fn meta<T: Type>(status: u16, description: &'static str, headers: Vec<MetaHeader>) -> MetaResponse {
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: JSON,
            schema: T::schema_ref(),
        }],
        headers,
    }
}

const ETAG: &str = "The version of the resource, for `If-Match` and `If-None-Match`.";

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

impl<T: ToJSON> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

impl<T: ToJSON> ApiResponse for Answer<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![meta::<T>(200, "Done.", Vec::new())],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
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

impl<T: ToJSON> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self.body);
        put(&mut response, header::ETAG, Some(&self.etag));
        response
    }
}

impl<T: ToJSON> ApiResponse for Tagged<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![
                meta::<T>(200, "Done.", vec![described("ETag", ETAG)]),
                MetaResponse {
                    description: "The version that `If-None-Match` names is still current.",
                    status: Some(304),
                    status_range: None,
                    content: Vec::new(),
                    headers: vec![described("ETag", ETAG)],
                },
            ],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
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

impl<T: ToJSON> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::CREATED, &self.body);
        put(&mut response, header::LOCATION, self.location.as_deref());
        put(&mut response, header::ETAG, self.etag.as_deref());
        put(
            &mut response,
            IDEMPOTENCY_REPLAYED,
            self.replayed.then_some("true"),
        );
        response
    }
}

impl<T: ToJSON> ApiResponse for Created<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![meta::<T>(
                201,
                "Created.",
                vec![
                    described("Location", "The path of the new resource."),
                    described("ETag", ETAG),
                    described(
                        "Idempotency-Replayed",
                        "`true` where the answer to an earlier request with the same key is repeated.",
                    ),
                ],
            )],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
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

impl<T: ToJSON> IntoResponse for Acted<T> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self.body);
        put(&mut response, header::ETAG, Some(&self.etag));
        put(
            &mut response,
            IDEMPOTENCY_REPLAYED,
            self.replayed.then_some("true"),
        );
        response
    }
}

impl<T: ToJSON> ApiResponse for Acted<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![meta::<T>(
                200,
                "Done.",
                vec![
                    described("ETag", ETAG),
                    described(
                        "Idempotency-Replayed",
                        "`true` where the answer to an earlier request with the same key is repeated.",
                    ),
                ],
            )],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
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

impl<T: ToJSON> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self.body);
        let link = self
            .next
            .map(|address| format!("<{address}>; rel=\"next\""));
        put(&mut response, header::LINK, link.as_deref());
        response
    }
}

impl<T: ToJSON> ApiResponse for Listed<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![meta::<T>(
                200,
                "One page.",
                vec![described(
                    "Link",
                    "`rel=\"next\"`: the next page; absent on the last one.",
                )],
            )],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
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
            responses: vec![MetaResponse {
                description: "Done.",
                status: Some(204),
                status_range: None,
                content: Vec::new(),
                headers: Vec::new(),
            }],
        }
    }

    fn register(_: &mut Registry) {}
}
