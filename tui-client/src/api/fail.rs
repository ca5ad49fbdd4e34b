//! Refusals and accidents of the generated client, in the words of the model.

use gridwhistle_client::types::Problem;
use gridwhistle_client::{Error, ResponseValue};

use crate::model::failure::{Failure, Kind};

/// What went wrong.
pub fn failure(error: Error<Problem>) -> Failure {
    match error {
        Error::ErrorResponse(response) => refused(&response),
        Error::CommunicationError(cause)
        | Error::InvalidUpgrade(cause)
        | Error::ResponseBodyError(cause) => Failure::new(Kind::Network, innermost(&cause)),
        // Something else answers there: the login page of a network, or another program.
        Error::UnexpectedResponse(response) => match response.status().as_u16() {
            401 => Failure::new(Kind::Login, "401"),
            status @ (408 | 429 | 500..) => Failure::new(Kind::Server, status.to_string()),
            status => Failure::new(Kind::Network, format!("HTTP {status}")),
        },
        Error::InvalidResponsePayload(_, cause) => Failure::new(Kind::Server, cause.to_string()),
        Error::InvalidRequest(cause) | Error::Custom(cause) => Failure::new(Kind::Invalid, cause),
    }
}

fn refused(response: &ResponseValue<Problem>) -> Failure {
    let problem: &Problem = response;
    let kind = match (problem.status, problem.code.as_str()) {
        // The same key with other words: an earlier sending has arrived.
        (422, code) if code.contains("idempotency") => Kind::Conflict,
        (401, _) => Kind::Login,
        (403, _) => Kind::Forbidden,
        (404, _) => Kind::NotFound,
        (409 | 412 | 428, _) => Kind::Conflict,
        (408 | 429 | 500.., _) => Kind::Server,
        _ => Kind::Invalid,
    };
    Failure {
        kind,
        detail: problem.detail.clone(),
        code: Some(problem.code.clone()),
        faults: problem
            .errors
            .iter()
            .map(|e| {
                let place = e
                    .pointer
                    .clone()
                    .or_else(|| e.parameter.clone())
                    .unwrap_or_default();
                (place, e.detail.clone())
            })
            .collect(),
        request_id: Some(problem.request_id.clone()),
    }
}

/// The cause at the bottom says most: "connection refused" instead of "error sending request".
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = std::error::Error::source(cause) {
        cause = next;
    }
    cause.to_string()
}
