//! The HTTP interface: the only crate that knows poem.
//!
//! What every request passes, from the outside in: the accept loop ([`serve`]), the request's trail and log line
//! ([`observe`]), the figures ([`metrics`]), problem details for everything that fails ([`catch`]), floods
//! ([`flood`]), then the routes ([`mount`]) with their limits ([`limits`]), parameters and bodies checked against the
//! published document ([`schema`]). [`app`] puts them together.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "a test fails by panicking"
    )
)]

pub mod answer;
pub mod app;
mod auth;
pub mod body;
pub mod catch;
pub mod docs;
pub mod etag;
pub mod fail;
mod file_fault;
mod fixed;
pub mod flood;
pub mod health;
mod json;
pub mod limits;
pub mod messages;
pub mod metrics;
pub mod mount;
pub mod observe;
pub mod ogc;
pub mod pages;
mod params;
pub mod peer;
mod pointers;
pub mod problem;
mod reason;
pub mod refusal;
pub mod schema;
pub mod serve;
pub mod sse;
pub mod state;
pub mod tiles;
pub mod v1;

pub use file_fault::{at_pointer, file_fault};
pub use reason::{boundary_fault, wrong};

use poem::{Endpoint, EndpointExt, Response};

/// The whole application over what the handlers share.
pub fn application(
    state: state::State,
    metrics: &metrics::Metrics,
    version: &str,
) -> impl Endpoint<Output = Response> + 'static {
    let limits = limits::Limits::default().operation("change_boundaries", 8 << 20);
    let ready = state.service.clone();
    let waiting = state.service.clone();
    metrics.gauge_from(
        "writes_waiting",
        "Writes that wait for their commit",
        move || i64::try_from(waiting.store.waiting()).unwrap_or(i64::MAX),
    );
    let line = state.service.drawing.clone();
    metrics.gauge_from(
        "map_tiles_in_line",
        "Tiles of the map that are drawn or wait for it",
        move || i64::try_from(line.taken()).unwrap_or(i64::MAX),
    );
    let line = state.service.coverages.clone();
    metrics.gauge_from(
        "coverages_in_line",
        "Coverages that are looked at or wait for it",
        move || i64::try_from(line.taken()).unwrap_or(i64::MAX),
    );
    app::App::new(limits, state.floods.clone(), metrics.clone())
        .api(v1::api(&state))
        .page("/r/:token", pages::rating::page(&state))
        .page("/map", pages::map::page())
        .page("/map/:file", pages::map::files())
        .page("/tiles/:z/:x/:y", tiles::page(&state))
        .page("/openapi.json", docs::document_page::<v1::Api>(version))
        .page("/docs", docs::reading_page::<v1::Api>(version))
        .page("/problems/:code", docs::problems_page())
        .page("/ogc", ogc::landing(&state))
        // The path `/` of its document, below its root.
        .page("/ogc/", ogc::landing(&state))
        .page("/ogc/api", ogc::api(&state, version))
        .page("/ogc/api.html", ogc::reading(&state, version))
        .page("/ogc/conformance", ogc::conformance(&state))
        .page("/ogc/collections", ogc::collections(&state))
        .page("/ogc/collections/:collection", ogc::collection(&state))
        .page("/ogc/collections/:collection/items", ogc::items(&state))
        .page(
            "/ogc/collections/:collection/items/:feature",
            ogc::item(&state),
        )
        .page("/metrics", metrics.page())
        .page("/livez", health::live())
        .page(
            "/readyz",
            health::ready(move || {
                let service = ready.clone();
                async move {
                    if service.store.is_healthy().await {
                        Ok(())
                    } else {
                        Err("the database does not answer or refuses to commit".to_owned())
                    }
                }
            }),
        )
        .finish()
        .data(state)
}

/// The OpenAPI document, without a database.
pub fn document(version: &str) -> String {
    docs::document::<v1::Api>(version)
}
