//! The accept loop: connections over plain TCP, HTTP/1.1 and HTTP/2, within limits, and a stop that loses nothing.
//!
//! poem's own server sets no timeout for the head of a request, spins when the process is out of file descriptors and
//! sends no limit of HTTP/2 streams; this loop calls the same endpoints and does.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use poem::{
    Addr, Endpoint, EndpointExt, Request, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Instant, Sleep, sleep},
};

use crate::peer::Peer;

/// How connections are taken.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Connections in all; further ones wait in the operating system's queue. 4,096.
    pub connections: usize,
    /// Connections of one network address; further ones are closed at once. 64.
    pub connections_per_peer: usize,
    /// Networks without the limit of one address: the machine itself, and proxies in front of the server.
    pub unlimited: Vec<IpNet>,
    /// From the opening of a connection, or the end of an answer, to the end of the next request's head. 10 s.
    pub head_timeout: Duration,
    /// How long a caller may leave an answer lying without taking a byte of it. 30 s.
    pub write_timeout: Duration,
    /// Requests at once on one HTTP/2 connection. 100.
    pub streams: u32,
    /// How long requests in work may go on after the stop. 10 s.
    pub grace: Duration,
    /// Counts the open connections: see [`crate::metrics::Metrics::connections`].
    pub open: Gauge,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            connections: 4_096,
            connections_per_peer: 64,
            unlimited: vec![
                Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8).into(),
                Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128).into(),
            ],
            head_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            streams: 100,
            grace: Duration::from_secs(10),
            open: Gauge::default(),
        }
    }
}

/// Serves until `stop` resolves, then finishes what is in work, for the grace period at most.
///
/// The listener comes in already bound, so that the caller can explain a port that is taken.
///
/// # Errors
/// If the listener cannot tell its address.
pub async fn serve(
    listener: TcpListener,
    app: impl Endpoint<Output: 'static> + 'static,
    stop: impl Future<Output = ()>,
    settings: ServeSettings,
) -> io::Result<()> {
    let local = listener.local_addr()?;
    let app = Arc::new(app.map_to_response());
    let builder = builder(&settings);
    let places = Arc::new(Semaphore::new(settings.connections));
    let peers = Peers::default();
    let graceful = GracefulShutdown::new();
    let mut open = JoinSet::new();
    let mut troubled = false;
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next() => continue,
            next = next => next,
        };
        let (stream, remote) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(pause) = pause_after(&error) {
                    if !troubled {
                        tracing::error!(%error, "no connection can be taken for now");
                    }
                    troubled = true;
                    sleep(pause).await;
                }
                continue;
            }
        };
        troubled = false;
        let Some(seat) = peers.enter(remote.ip(), &settings) else {
            tracing::debug!("too many connections of one address");
            continue;
        };
        // A connection that is gone already fails at its first byte.
        let _ = stream.set_nodelay(true);
        let held = Held {
            _place: place.ok(),
            _seat: seat,
            _open: Opened::new(settings.open.clone()),
        };
        let io = TokioIo::new(Patient::new(stream, &settings));
        let app = Arc::clone(&app);
        let service = service_fn(move |request| answer(Arc::clone(&app), request, local, remote));
        let builder = builder.clone();
        let watcher = graceful.watcher();
        open.spawn(async move {
            let _held = held;
            let connection = builder.serve_connection(io, service).into_owned();
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(settings.grace, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were still in work at the end of the grace period");
    }
    open.shutdown().await;
    Ok(())
}

fn builder(settings: &ServeSettings) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.head_timeout)
        .max_buf_size(64 * 1024)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_header_list_size(16 * 1024)
        .max_concurrent_streams(settings.streams);
    builder
}

async fn answer(
    app: Arc<impl Endpoint<Output = Response>>,
    request: hyper::Request<Incoming>,
    local: SocketAddr,
    remote: SocketAddr,
) -> Result<hyper::Response<BoxBody<Bytes, io::Error>>, Infallible> {
    let request = Request::from((
        request,
        LocalAddr(Addr::SocketAddr(local)),
        RemoteAddr(Addr::SocketAddr(remote)),
        Scheme::HTTP,
    ));
    Ok(app.get_response(request).await.into())
}

/// How long to wait after accepting failed: when the process or the machine is out of something, trying again at once
/// would only burn the processor. A connection that its caller gave up is no reason to wait.
fn pause_after(error: &io::Error) -> Option<Duration> {
    match error.kind() {
        io::ErrorKind::ConnectionAborted
        | io::ErrorKind::ConnectionRefused
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::Interrupted => None,
        _ => Some(Duration::from_millis(50)),
    }
}

/// How many connections each network address has.
#[derive(Clone, Default)]
struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Peers {
    /// A seat for one more connection; none if the address has as many as it may.
    fn enter(&self, ip: IpAddr, settings: &ServeSettings) -> Option<Seat> {
        let ip = ip.to_canonical();
        if settings.unlimited.iter().any(|net| net.contains(&ip)) {
            return Some(Seat(None));
        }
        let network = Peer(ip).network();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(network).or_default();
        if *count >= settings.connections_per_peer {
            return None;
        }
        *count += 1;
        Some(Seat(Some((self.clone(), network))))
    }
}

struct Seat(Option<(Peers, IpAddr)>);

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((peers, network)) = &self.0 else {
            return;
        };
        let mut counts = peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(network);
            }
        }
    }
}

struct Opened(Gauge);

impl Opened {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What a connection holds as long as it is open.
struct Held {
    _place: Option<OwnedSemaphorePermit>,
    _seat: Seat,
    _open: Opened,
}

/// What an HTTP/2 client says first (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection whose patience ends: before its first bytes tell HTTP/1 from HTTP/2, where hyper has no timer yet, and
/// while nobody takes the answer.
struct Patient {
    stream: TcpStream,
    /// How much of the preface came, until it is decided.
    opening: Option<(usize, Pin<Box<Sleep>>)>,
    write_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, settings: &ServeSettings) -> Self {
        Self {
            stream,
            opening: Some((0, Box::pin(sleep(settings.head_timeout)))),
            write_timeout: settings.write_timeout,
            stalled: None,
        }
    }

    /// A write that went on, or one that has stood still for too long.
    fn progress<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let deadline = Instant::now() + self.write_timeout;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        let Some((seen, patience)) = &mut this.opening else {
            return read;
        };
        if read.is_ready() {
            let came = &buf.filled()[before..];
            let expected = &PREFACE[*seen..];
            let common = came
                .iter()
                .zip(expected)
                .take_while(|(a, b)| a == b)
                .count();
            *seen += common;
            if common < came.len() || came.is_empty() || *seen == PREFACE.len() {
                this.opening = None;
            }
            return read;
        }
        match patience.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.progress(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.progress(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_out_of_descriptors_is_waited_for_and_a_lost_caller_is_not() {
        for code in [23, 24, 105, 12] {
            assert!(
                pause_after(&io::Error::from_raw_os_error(code)).is_some(),
                "{code}"
            );
        }
        assert!(pause_after(&io::ErrorKind::ConnectionAborted.into()).is_none());
    }

    #[test]
    fn a_seat_is_free_again_when_its_connection_is_gone() {
        let settings = ServeSettings {
            connections_per_peer: 2,
            ..ServeSettings::default()
        };
        let peers = Peers::default();
        let ip: IpAddr = "203.0.113.9".parse().unwrap();
        let first = peers.enter(ip, &settings);
        let second = peers.enter(ip, &settings);
        assert!(first.is_some() && second.is_some());
        assert!(peers.enter(ip, &settings).is_none());
        assert!(
            peers
                .enter("203.0.113.10".parse().unwrap(), &settings)
                .is_some()
        );
        drop(first);
        let third = peers.enter(ip, &settings);
        assert!(third.is_some());
        drop((second, third));
        assert!(peers.0.lock().unwrap().is_empty());
        for _ in 0..10 {
            assert!(
                peers
                    .enter(IpAddr::V4(Ipv4Addr::LOCALHOST), &settings)
                    .is_some()
            );
        }
    }
}
