//! Catches whatever fails and answers it as a problem: the routes' refusals, the framework's errors and panics.
//!
//! A failure of the server is logged here, once, under the id that the caller is told.

use std::{any::Any, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use poem::{
    Endpoint, Error, Request, Response, Result,
    error::{MethodNotAllowedError, NotFoundError, ReadBodyError},
    http::{StatusCode, header},
};
use poem_openapi::error::{AuthorizationError, ContentTypeError, ParseParamError};

use crate::{messages::Lang, observe::Trail, params, problem::Code, refusal::Refusal};

/// The layer that puts failures into words.
pub struct Caught<E>(pub E);

impl<E: Endpoint<Output = Response>> Endpoint for Caught<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let lang = Lang::of(&request);
        let trail = Trail::of(&request).cloned();
        let refusal = match AssertUnwindSafe(self.0.call(request)).catch_unwind().await {
            Ok(Ok(response)) => match bare(&response) {
                Some(refusal) => refusal,
                None => return Ok(response),
            },
            Ok(Err(error)) if error.is_from_response() => {
                let response = error.into_response();
                match bare(&response) {
                    Some(refusal) => refusal,
                    None => return Ok(response),
                }
            }
            Ok(Err(error)) => refusal(error),
            Err(panic) => Refusal::internal(format_args!("panic: {}", said(&*panic))),
        };
        let id = trail.as_ref().map_or("", |trail| trail.id());
        let route = trail.as_ref().map_or("", |trail| trail.route());
        log(&refusal, id, route);
        Ok(refusal.render(lang, id))
    }
}

fn log(refusal: &Refusal, request_id: &str, route: &str) {
    let code = refusal.code();
    let cause = refusal.logged_cause();
    match code.status() {
        StatusCode::INTERNAL_SERVER_ERROR => {
            tracing::error!(request_id, route, cause, "the server failed");
        }
        status if status.is_server_error() => {
            tracing::warn!(request_id, route, code = code.name(), cause, "not served");
        }
        _ => {}
    }
}

/// What the framework refuses, as a refusal.
fn refusal(error: Error) -> Refusal {
    let error = match error.downcast::<Refusal>() {
        Ok(refusal) => return refusal,
        Err(error) => error,
    };
    if let Some(param) = error.downcast_ref::<ParseParamError>() {
        return params::unreadable(param.name);
    }
    if error.is::<AuthorizationError>() {
        return Refusal::unauthenticated();
    }
    if error.is::<ContentTypeError>() {
        return Refusal::new(Code::UnsupportedMediaType);
    }
    if error.is::<NotFoundError>() {
        return Refusal::new(Code::NoSuchRoute);
    }
    if error.is::<MethodNotAllowedError>() {
        return Refusal::new(Code::MethodNotAllowed);
    }
    match error.downcast_ref::<ReadBodyError>() {
        Some(ReadBodyError::PayloadTooLarge) => return Refusal::new(Code::BodyTooLarge),
        Some(ReadBodyError::Io(_) | ReadBodyError::Utf8(_)) => {
            return Refusal::new(Code::UnreadableBody);
        }
        Some(ReadBodyError::BodyHasBeenTaken) | None => {}
    }
    match Code::of_status(error.status()) {
        Code::Internal => Refusal::internal(error),
        code => of_status(code),
    }
}

/// An error answer without a body of its own says nothing to anybody: it becomes a problem.
fn bare(response: &Response) -> Option<Refusal> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let worded = response
        .content_type()
        .is_some_and(|media_type| !media_type.starts_with("text/plain"));
    if !failed || worded {
        return None;
    }
    let mut refusal = of_status(Code::of_status(status));
    for name in [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        if let Some(value) = response.header(&name) {
            refusal = refusal.header(name.clone(), value);
        }
    }
    Some(refusal)
}

fn of_status(code: Code) -> Refusal {
    match code {
        Code::Unauthenticated => Refusal::unauthenticated(),
        Code::Internal => Refusal::internal("an answer without a cause"),
        code => Refusal::new(code),
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
