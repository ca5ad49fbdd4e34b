//! Live streams: server-sent events (WHATWG HTML §9.2) over a stream of numbered facts.

use std::{fmt, future::Future, time::Duration};

use futures_util::{
    FutureExt, Stream, StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use poem::{
    IntoResponse, Response,
    web::sse::{Event as Message, SSE},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::ToJSON,
};

/// A comment at least this often, so that nobody between takes the connection for dead.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a client waits before it comes back.
pub const RETRY: Duration = Duration::from_secs(3);

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<T> {
    /// The number to resume after: a client sends it as `Last-Event-ID`.
    pub id: i64,
    /// The type of the event, a single line.
    pub name: String,
    /// What happened, sent as JSON.
    pub data: T,
}

/// 200 with a live stream that ends when the source ends or the server stops.
///
/// The deadline of requests covers the head of the answer only; the stream itself may last.
pub struct Live<T> {
    events: BoxStream<'static, Event<T>>,
    stop: BoxFuture<'static, ()>,
}

impl<T> Live<T> {
    /// Streams `events` until `stop` resolves; without that end a graceful stop would wait in vain.
    pub fn new(
        events: impl Stream<Item = Event<T>> + Send + 'static,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self {
            events: events.boxed(),
            stop: stop.boxed(),
        }
    }
}

impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

impl<T: ToJSON + 'static> IntoResponse for Live<T> {
    fn into_response(self) -> Response {
        let retry = Message::retry(u64::try_from(RETRY.as_millis()).unwrap_or(u64::MAX));
        let events = self.events.map(|event| {
            Message::message(event.data.to_json_string())
                .id(event.id.to_string())
                .event_type(event.name)
        });
        let stream = stream::once(async { retry })
            .chain(events)
            .take_until(self.stop);
        SSE::new(stream).keep_alive(KEEP_ALIVE).into_response()
    }
}

impl<T: ToJSON> ApiResponse for Live<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Server-sent events; `data` of each is one of these.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/event-stream",
                    schema: MetaSchemaRef::Inline(Box::new(MetaSchema {
                        items: Some(Box::new(T::schema_ref())),
                        ..MetaSchema::new_with_format("array", "event-stream")
                    })),
                }],
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
