//! The trail of a request: its id, its log line, and the headers that protect every answer.
//!
//! The log line has no personal data: the route's pattern instead of the path, no query string, no address, the
//! account by its id.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Instant,
};

use ipnet::IpNet;
use poem::{
    Endpoint, FromRequest, Request, RequestBody, Response, Result,
    http::{HeaderName, HeaderValue, header},
};
use tracing::Instrument;
use uuid::Uuid;

use crate::{messages::Lang, peer::Peer};

/// The header with the id of the request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of a request while it passes. Layers and handlers add to it.
#[derive(Debug)]
pub struct Trail {
    id: String,
    route: OnceLock<Arc<str>>,
    account: OnceLock<String>,
}

impl Trail {
    fn new(id: String) -> Self {
        Self {
            id,
            route: OnceLock::new(),
            account: OnceLock::new(),
        }
    }

    /// The trail of a request, if it came in through [`Observed`].
    pub fn of(request: &Request) -> Option<&Arc<Self>> {
        request.data::<Arc<Self>>()
    }

    /// The id of the request.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The pattern of the address, such as `/api/v1/cases/{id}`; `unmatched` where there is none.
    pub fn route(&self) -> &str {
        self.route.get().map_or("unmatched", |route| route)
    }

    pub(crate) fn note_route(request: &Request, pattern: &Arc<str>) {
        if let Some(trail) = Self::of(request) {
            // The first one stays.
            let _ = trail.route.set(Arc::clone(pattern));
        }
    }

    /// Notes who calls, by the id of the account, for the log line.
    pub fn note_account(request: &Request, account: impl fmt::Display) {
        if let Some(trail) = Self::of(request) {
            // The first one stays.
            let _ = trail.account.set(account.to_string());
        }
    }
}

/// The id of a request, as an argument of a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

impl<'a> FromRequest<'a> for RequestId {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(
            Trail::of(request).map_or_else(String::new, |trail| trail.id.clone()),
        ))
    }
}

impl<'a> FromRequest<'a> for Peer {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(request
            .data::<Self>()
            .copied()
            .unwrap_or_else(|| Self::of(request, &[])))
    }
}

/// The outermost layer.
pub struct Observed<E> {
    inner: E,
    trusted: Vec<IpNet>,
}

impl<E> Observed<E> {
    /// Around `inner`; `trusted` are the networks of proxies whose `X-Forwarded-For` is believed.
    pub const fn new(inner: E, trusted: Vec<IpNet>) -> Self {
        Self { inner, trusted }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Observed<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let trail = Arc::new(Trail::new(request_id(request.header(X_REQUEST_ID))));
        let lang = Lang::of(&request);
        let peer = Peer::of(&request, &self.trusted);
        let method = request.method().clone();
        request.set_data(Arc::clone(&trail));
        request.set_data(lang);
        request.set_data(peer);

        let span = tracing::info_span!("request", request_id = %trail.id);
        let mut response = self.inner.call(request).instrument(span).await?;
        protect(&mut response, &trail.id);
        tracing::info!(
            method = %method,
            route = trail.route(),
            status = response.status().as_u16(),
            duration_ms = started.elapsed().as_secs_f64() * 1_000.0,
            request_id = %trail.id,
            account = trail.account.get(),
            "answered"
        );
        Ok(response)
    }
}

/// A caller's own id if it is well-formed (8 to 64 of `A–Z a–z 0–9 . _ -`), else a new one in the order of time.
fn request_id(given: Option<&str>) -> String {
    let well_formed = |id: &&str| {
        (8..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    given
        .filter(well_formed)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Puts on every answer what it does not say otherwise itself.
fn protect(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(X_REQUEST_ID, id);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_own_id_is_kept_if_it_is_well_formed() {
        assert_eq!(request_id(Some("trace-0123456789")), "trace-0123456789");
        for bad in [
            "short",
            "with space",
            "line\nfeed-line",
            &"x".repeat(65),
            "字字字字字字",
        ] {
            let id = request_id(Some(bad));
            assert_eq!(
                Uuid::parse_str(&id).unwrap().get_version_num(),
                7,
                "{bad:?}"
            );
        }
    }
}
