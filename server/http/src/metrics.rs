//! Figures for operators, in the text format of Prometheus (`OpenMetrics` 1.0).
//!
//! Requests are counted by the pattern of the address, never by the address itself, so that the number of series stays
//! small.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use poem::{Endpoint, Request, Response, Result, endpoint::make_sync, http::Method};
pub use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text},
    metrics::{family::Family, gauge::ConstGauge, histogram::Histogram},
    registry::{Metric, Registry},
};

use crate::{mount::Methods, observe::Trail, refusal::Refusal};

/// The media type of the figures.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: from half a millisecond to the deadline of a request.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Address {
    method: &'static str,
    route: String,
}

/// All figures of a server. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    requests: Family<Answered, Counter>,
    durations: Family<Address, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    connections: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Fresh figures; every name begins with `gridwhistle_`.
    pub fn new() -> Self {
        let metrics = Self {
            registry: Arc::new(Mutex::new(Registry::with_prefix("gridwhistle"))),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
        };
        metrics.register(
            "http_requests",
            "Requests answered",
            metrics.requests.clone(),
        );
        metrics.register(
            "http_request_duration_seconds",
            "From the head of the request to the head of the answer",
            metrics.durations.clone(),
        );
        metrics.register(
            "http_requests_in_flight",
            "Requests being answered",
            metrics.in_flight.clone(),
        );
        metrics.register(
            "http_connections",
            "Open connections",
            metrics.connections.clone(),
        );
        metrics
    }

    /// Adds a figure of any kind that `prometheus-client` has.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        self.locked(|registry| registry.register(name, help, metric));
    }

    /// Adds a gauge and hands it over: set it whenever the value changes.
    pub fn gauge(&self, name: &str, help: &str) -> Gauge {
        let gauge = Gauge::default();
        self.register(name, help, gauge.clone());
        gauge
    }

    /// Adds a gauge that is read when somebody asks, such as the length of a queue.
    pub fn gauge_from(
        &self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> i64 + Send + Sync + 'static,
    ) {
        let collector = Asked {
            name,
            help,
            read: Box::new(read),
        };
        self.locked(|registry| registry.register_collector(Box::new(collector)));
    }

    /// The gauge of open connections, for [`crate::serve::ServeSettings`].
    pub fn connections(&self) -> Gauge {
        self.connections.clone()
    }

    /// All figures as text.
    ///
    /// # Errors
    /// If a figure cannot be written down.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        self.locked(|registry| text::encode(&mut out, registry))?;
        Ok(out)
    }

    /// The page `/metrics`.
    pub fn page(&self) -> Methods {
        let metrics = self.clone();
        Methods::new().get(make_sync(move |_| match metrics.text() {
            Ok(text) => Ok(Response::builder().content_type(OPENMETRICS).body(text)),
            Err(error) => Err(poem::Error::from(Refusal::internal(error))),
        }))
    }

    fn locked<R>(&self, act: impl FnOnce(&mut Registry) -> R) -> R {
        act(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Asked {
    name: &'static str,
    help: &'static str,
    read: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Collector for Asked {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let gauge = ConstGauge::new((self.read)());
        let metric = encoder.encode_descriptor(self.name, self.help, None, gauge.metric_type())?;
        gauge.encode(metric)
    }
}

/// The layer that counts.
pub struct Counted<E> {
    inner: E,
    metrics: Metrics,
}

impl<E> Counted<E> {
    /// Around `inner`.
    pub const fn new(inner: E, metrics: Metrics) -> Self {
        Self { inner, metrics }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Counted<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let started = Instant::now();
        let method = known_method(request.method());
        let trail = Trail::of(&request).cloned();
        let answer = {
            let _flying = Flying::new(&self.metrics.in_flight);
            self.inner.call(request).await
        };
        let status = answer
            .as_ref()
            .map_or_else(poem::Error::status, Response::status);
        let route = trail.map_or_else(String::new, |trail| trail.route().to_owned());
        self.metrics
            .durations
            .get_or_create(&Address {
                method,
                route: route.clone(),
            })
            .observe(started.elapsed().as_secs_f64());
        let status = ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .get(usize::from(status.as_u16() / 100).saturating_sub(1))
            .copied()
            .unwrap_or("5xx");
        self.metrics
            .requests
            .get_or_create(&Answered {
                method,
                route,
                status,
            })
            .inc();
        answer
    }
}

/// One request in flight, also when the caller goes away in the middle.
struct Flying<'a>(&'a Gauge);

impl<'a> Flying<'a> {
    fn new(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Callers can make up methods without end; the series cannot.
const fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
