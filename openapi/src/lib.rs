//! The Rust client of the API, generated from the published document.
//!
//! [`Client`] has one method for each operation of the document, named by its `operationId`; the
//! methods are builders, `types` holds what travels:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = gridwhistle_client::anonymous("http://127.0.0.1:8080")?;
//! let session = client
//!     .login()
//!     .body(gridwhistle_client::types::Credentials {
//!         username: "worker".to_owned(),
//!         password: "secret".to_owned(),
//!     })
//!     .send()
//!     .await?;
//! let client = gridwhistle_client::authorized("http://127.0.0.1:8080", &session.token)?;
//! let cases = client.list_cases().limit(50).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A refusal of the server is `Error::ErrorResponse` with a [`types::Problem`]; [`problem`] finds it.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, InvalidHeaderValue};

mod generated {
    #![allow(
        clippy::all,
        clippy::pedantic,
        clippy::unwrap_used,
        clippy::expect_used,
        unused_imports
    )]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, builder, types};

/// Why a client could not be made.
#[derive(Debug)]
pub enum Unusable {
    /// The token holds characters that cannot stand in a header.
    Token(InvalidHeaderValue),
    /// The HTTP library could not be set up, for example its TLS part.
    Http(reqwest::Error),
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Token(_) => f.write_str("the token holds characters that no header may hold"),
            Self::Http(error) => write!(f, "the HTTP client cannot be set up: {error}"),
        }
    }
}

impl std::error::Error for Unusable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Token(error) => Some(error),
            Self::Http(error) => Some(error),
        }
    }
}

/// A client without a session, for logging in and for the public operations.
///
/// `server` is the address without a path, as in `http://127.0.0.1:8080`.
pub fn anonymous(server: &str) -> Result<Client, Unusable> {
    with_headers(server, HeaderMap::new())
}

/// A client that sends `token`, as answered by `login`, with every request.
pub fn authorized(server: &str, token: &str) -> Result<Client, Unusable> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(Unusable::Token)?;
    bearer.set_sensitive(true);
    with_headers(server, HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
}

fn with_headers(server: &str, headers: HeaderMap) -> Result<Client, Unusable> {
    // The HTTP library panics where no TLS provider is installed; an error here means that the
    // program has chosen its own, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // No limit for the whole answer, since the event stream has no end: a limit for each silence.
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_mins(1))
        .build()
        .map_err(Unusable::Http)?;
    // The document's paths begin with the base already.
    Ok(Client::new_with_client(server.trim_end_matches('/'), http))
}

/// The problem that the server answered with, if it answered with one.
pub fn problem(error: &Error<types::Problem>) -> Option<&types::Problem> {
    match error {
        Error::ErrorResponse(response) => Some(response),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_travels_as_one_object_with_its_name_inside() {
        let action = types::AssignmentAction::Sign {
            note: "到".to_owned(),
            occurred_at: None,
        };
        assert_eq!(
            serde_json::to_value(action).ok(),
            Some(serde_json::json!({"action": "sign", "note": "到"})),
        );
        assert_eq!(
            serde_json::to_value(types::CaseAction::Accept).ok(),
            Some(serde_json::json!({"action": "accept"})),
        );
    }

    #[test]
    fn a_client_needs_no_preparation_by_its_program() {
        assert!(anonymous("http://127.0.0.1:1/").is_ok());
    }

    #[test]
    fn the_base_of_the_api_stands_in_an_address_once() {
        let client = anonymous("http://127.0.0.1:1/");
        assert_eq!(
            client.ok().map(|client| client.baseurl().to_owned()),
            Some("http://127.0.0.1:1".to_owned())
        );
    }

    #[test]
    fn a_token_with_a_line_break_is_refused() {
        assert!(matches!(
            authorized("http://127.0.0.1:1", "a\nb"),
            Err(Unusable::Token(_))
        ));
    }
}
