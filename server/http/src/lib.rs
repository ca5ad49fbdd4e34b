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
pub mod body;
pub mod catch;
pub mod docs;
pub mod etag;
pub mod fail;
pub mod flood;
pub mod health;
mod json;
pub mod limits;
pub mod messages;
pub mod metrics;
pub mod mount;
pub mod observe;
mod params;
pub mod peer;
pub mod problem;
pub mod refusal;
pub mod schema;
pub mod serve;
pub mod sse;
