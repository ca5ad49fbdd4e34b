//! Puts the layers together: what every request passes, from the outside in.

use std::sync::Arc;

use ipnet::IpNet;
use poem::{Endpoint, Request, Response, Result, Route};
use poem_openapi::OpenApi;

use crate::{
    catch::Caught,
    flood::Floods,
    limits::Limits,
    metrics::{Counted, Metrics},
    mount::{self, Methods},
    observe::Observed,
    peer::Peer,
};

/// An application in the making: add the API and the pages, then [`App::finish`].
pub struct App {
    route: Route,
    limits: Limits,
    floods: Floods,
    metrics: Metrics,
    trusted: Vec<IpNet>,
}

impl App {
    /// An application without addresses. `floods` and `metrics` are shared with whoever else needs them, such as the
    /// handler of the login.
    pub fn new(limits: Limits, floods: Floods, metrics: Metrics) -> Self {
        Self {
            route: Route::new(),
            limits,
            floods,
            metrics,
            trusted: Vec::new(),
        }
    }

    /// Believes the `X-Forwarded-For` of proxies in these networks.
    #[must_use]
    pub fn behind(mut self, proxies: Vec<IpNet>) -> Self {
        self.trusted = proxies;
        self
    }

    /// Adds an API at the paths that it publishes.
    ///
    /// # Panics
    /// At start-up, when two operations have the same id or path, or a handler takes the path's parameters in another
    /// order than the path.
    #[must_use]
    pub fn api<T: OpenApi>(mut self, api: T) -> Self {
        for (path, methods) in mount::operations(api, &self.limits) {
            self.route = self.route.at(path, methods);
        }
        self
    }

    /// Adds a page; in its path `:name` stands for one part and `*name` for the rest.
    ///
    /// # Panics
    /// At start-up, when something is at that path already.
    #[must_use]
    pub fn page(mut self, path: &str, methods: Methods) -> Self {
        self.route = self.route.at(path, methods.at(path, &self.limits));
        self
    }

    /// The finished application: trail and log line, figures, problems, floods, addresses.
    pub fn finish(self) -> impl Endpoint<Output = Response> + 'static {
        let limited = Limited {
            inner: self.route,
            floods: self.floods,
        };
        let caught = Caught(limited);
        let counted = Counted::new(caught, self.metrics);
        Arc::new(Observed::new(counted, self.trusted))
    }
}

/// The layer that holds floods back.
struct Limited<E> {
    inner: E,
    floods: Floods,
}

impl<E: Endpoint<Output = Response>> Endpoint for Limited<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let peer = request
            .data::<Peer>()
            .copied()
            .unwrap_or_else(|| Peer::of(&request, &[]));
        self.floods.request(peer)?;
        self.inner.call(request).await
    }
}
