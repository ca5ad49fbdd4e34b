//! Addresses and their methods.
//!
//! Mounts an API so that its errors stay typed until they are put into words, and completes what HTTP asks of every
//! address: 405 with `Allow`, OPTIONS, HEAD where there is GET, 304 where the caller holds the current version.
//! Parameters are checked against the document before a handler runs.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{HeaderValue, Method, StatusCode, header},
};
use poem_openapi::{
    __private::UrlQuery,
    OpenApi,
    registry::{MetaOperation, Registry},
};

use crate::{
    body::Schemas,
    etag,
    limits::{Bound, Limits},
    observe::Trail,
    params::Inputs,
    problem::Code,
    refusal::Refusal,
    schema,
};

/// The methods of one address.
#[derive(Default)]
pub struct Methods {
    pattern: Arc<str>,
    table: Vec<(Method, Handling)>,
}

struct Handling {
    endpoint: BoxEndpoint<'static, Response>,
    inputs: Option<(Inputs, Schemas)>,
    bound: Bound,
}

impl Methods {
    /// An address with no methods yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers GET (and with it HEAD).
    #[must_use]
    pub fn get<E>(self, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        self.on(Method::GET, endpoint)
    }

    /// Answers POST.
    #[must_use]
    pub fn post<E>(self, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        self.on(Method::POST, endpoint)
    }

    fn on<E>(mut self, method: Method, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        self.table.push((
            method,
            Handling {
                endpoint: endpoint.map_to_response().boxed(),
                inputs: None,
                bound: Limits::default().of_page(),
            },
        ));
        self
    }

    /// Mounted as a page at a path, with the limits of pages.
    pub(crate) fn at(mut self, path: &str, limits: &Limits) -> Self {
        self.pattern = Arc::from(path);
        for (_, handling) in &mut self.table {
            handling.bound = limits.of_page();
        }
        self
    }

    fn handling(&self, method: &Method) -> Option<&Handling> {
        self.table
            .iter()
            .find_map(|(known, handling)| (known == method).then_some(handling))
    }

    fn allow(&self) -> String {
        let mut names: Vec<&str> = self
            .table
            .iter()
            .map(|(method, _)| method.as_str())
            .collect();
        names.push("OPTIONS");
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    }

    fn otherwise(&self, method: &Method) -> Result<Response> {
        let allow = self.allow();
        if *method == Method::OPTIONS {
            return Ok(Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ALLOW, allow)
                .finish());
        }
        Err(Refusal::new(Code::MethodNotAllowed)
            .header(header::ALLOW, &allow)
            .into())
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        Trail::note_route(&request, &self.pattern);
        let head = *request.method() == Method::HEAD && self.handling(&Method::HEAD).is_none();
        if head {
            request.set_method(Method::GET);
        }
        let Some(handling) = self.handling(request.method()) else {
            return self.otherwise(if head {
                &Method::HEAD
            } else {
                request.method()
            });
        };
        let reading = *request.method() == Method::GET;
        let cached = request.header(header::IF_NONE_MATCH).map(str::to_owned);
        let mut response = handling.call(request).await?;
        if reading {
            response = etag::conditional(cached.as_deref(), response);
        }
        if head {
            response = without_body(response);
        }
        Ok(response)
    }
}

impl Handling {
    async fn call(&self, mut request: Request) -> Result<Response> {
        let Some((inputs, schemas)) = &self.inputs else {
            return self.bound.call(request, &self.endpoint).await;
        };
        let query: Vec<(String, String)> = request.params().unwrap_or_default();
        inputs.check(&request, &query)?;
        request.set_data(UrlQuery(query));
        request.set_data(schemas.clone());
        self.bound
            .call(request, &self.endpoint)
            .await
            .map_err(|error| inputs.name(error))
    }
}

/// The head of an answer alone, with the length that the body would have had.
fn without_body(mut response: Response) -> Response {
    let length = body_length(&mut response);
    if let Some(length) = length {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

fn body_length(response: &mut Response) -> Option<u64> {
    let body: http_body_util::combinators::BoxBody<bytes::Bytes, std::io::Error> =
        response.take_body().into();
    hyper::body::Body::size_hint(&body).exact()
}

/// The addresses of an API: the path as the router wants it, and its methods.
///
/// # Panics
/// At start-up, when two operations have the same id or a handler takes the path's parameters in another order than
/// the path.
pub(crate) fn operations<T: OpenApi>(api: T, limits: &Limits) -> Vec<(String, Methods)> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    schema::tidy(&mut registry);
    let registry = Arc::new(registry);

    let mut known: HashMap<(String, Method), (String, MetaOperation)> = HashMap::new();
    let mut ids = HashSet::new();
    for path in T::meta().into_iter().flat_map(|api| api.paths) {
        for operation in path.operations {
            if let Some(id) = operation.operation_id {
                assert!(ids.insert(id), "two operations have the id {id}");
            }
            let key = (routed(&path.path), operation.method.clone());
            known.insert(key, (path.path.clone(), operation));
        }
    }

    let mut table = HashMap::new();
    api.add_routes(&mut table);
    table
        .into_iter()
        .map(|(route, methods)| {
            let mut mounted = Methods::new();
            for (method, endpoint) in methods {
                let published = known.remove(&(route.clone(), method.clone()));
                let handling = match published {
                    Some((path, operation)) => {
                        mounted.pattern = Arc::from(path.as_str());
                        handling(&registry, &path, operation, endpoint, limits)
                    }
                    // Not in the document: nothing is known to check it against.
                    None => Handling {
                        endpoint,
                        inputs: None,
                        bound: limits.of_operation(None, None),
                    },
                };
                mounted.table.push((method, handling));
            }
            (route, mounted)
        })
        .collect()
}

fn handling(
    registry: &Arc<Registry>,
    path: &str,
    operation: MetaOperation,
    endpoint: BoxEndpoint<'static, Response>,
    limits: &Limits,
) -> Handling {
    let media_type = operation
        .request
        .as_ref()
        .and_then(|request| request.content.first())
        .map(|content| content.content_type);
    let bound = limits.of_operation(operation.operation_id, media_type);
    let inputs = Inputs::new(Arc::clone(registry), path, operation);
    Handling {
        endpoint,
        inputs: Some((inputs, Schemas(Arc::clone(registry)))),
        bound,
    }
}

/// The path as the router wants it: `/cases/{id}` is `/cases/:param0`.
fn routed(path: &str) -> String {
    let mut position = 0;
    let parts = path.split('/').map(|part| {
        if part.starts_with('{') {
            position += 1;
            format!(":param{}", position - 1)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_routed_by_position() {
        assert_eq!(routed("/a/{b}/c/{d}"), "/a/:param0/c/:param1");
        assert_eq!(routed("/"), "/");
    }
}
