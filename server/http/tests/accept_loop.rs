//! The accept loop on real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use gridwhistle_http::serve::{ServeSettings, serve};
use poem::{EndpointExt, Response, endpoint::make};
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

/// No test waits this long unless it fails.
const AT_MOST: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<io::Result<()>>,
    open: Gauge,
    /// A request to `/slow` is there.
    entered: Arc<Notify>,
    /// Lets one request to `/slow` go on.
    go: Arc<Notify>,
}

async fn server(settings: ServeSettings) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let open = settings.open.clone();
    let app = {
        let (entered, go) = (Arc::clone(&entered), Arc::clone(&go));
        make(move |request: poem::Request| {
            let (entered, go) = (Arc::clone(&entered), Arc::clone(&go));
            async move {
                match request.uri().path() {
                    "/slow" => {
                        entered.notify_one();
                        go.notified().await;
                        Response::from("slow")
                    }
                    "/large" => Response::from(vec![b'x'; 64 * 1024 * 1024]),
                    _ => Response::from("quick"),
                }
            }
        })
        .map_to_response()
    };
    let done = tokio::spawn(serve(
        listener,
        app,
        async { drop(stopped.await) },
        settings,
    ));
    Server {
        address,
        stop,
        done,
        open,
        entered,
        go,
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(AT_MOST, future)
        .await
        .expect("it takes too long")
}

async fn connect(server: &Server) -> TcpStream {
    within(TcpStream::connect(server.address)).await.unwrap()
}

async fn ask(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Reads until the answer ends with these bytes.
async fn answered(stream: &mut TcpStream, end: &str) -> String {
    let mut got = Vec::new();
    within(async {
        while !got.ends_with(end.as_bytes()) {
            let mut chunk = [0; 1024];
            let n = stream.read(&mut chunk).await.unwrap();
            assert!(n > 0, "closed after {}", String::from_utf8_lossy(&got));
            got.extend_from_slice(&chunk[..n]);
        }
    })
    .await;
    String::from_utf8(got).unwrap()
}

/// Waits until the server has closed the connection, whatever it says before.
async fn closed(stream: &mut TcpStream) {
    within(async {
        let mut chunk = [0; 1024];
        while !matches!(stream.read(&mut chunk).await, Ok(0) | Err(_)) {}
    })
    .await;
}

fn hasty() -> ServeSettings {
    ServeSettings {
        head_timeout: Duration::from_millis(150),
        write_timeout: Duration::from_millis(150),
        ..ServeSettings::default()
    }
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_and_connections_are_counted() {
    let server = server(ServeSettings::default()).await;
    let mut stream = connect(&server).await;
    for _ in 0..3 {
        ask(&mut stream, "/").await;
        assert!(
            answered(&mut stream, "quick")
                .await
                .starts_with("HTTP/1.1 200 OK")
        );
    }
    assert_eq!(server.open.get(), 1);
    drop(stream);
    within(async {
        while server.open.get() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_drips_its_head_is_closed() {
    let server = server(hasty()).await;
    let (mut read, mut write) = connect(&server).await.into_split();
    let dripping = tokio::spawn(async move {
        write.write_all(b"GET / HTTP/1.1\r\n").await?;
        loop {
            write.write_all(b"X: y\r\n").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        #[allow(unreachable_code, reason = "gives the block its type")]
        io::Result::Ok(())
    });
    within(async {
        let mut chunk = [0; 1024];
        while !matches!(read.read(&mut chunk).await, Ok(0) | Err(_)) {}
    })
    .await;
    dripping.abort();
}

#[tokio::test]
async fn a_caller_that_says_nothing_is_closed() {
    let server = server(hasty()).await;
    closed(&mut connect(&server).await).await;
}

#[tokio::test]
async fn a_caller_that_begins_http_2_and_stops_is_closed() {
    let server = server(hasty()).await;
    let mut stream = connect(&server).await;
    stream.write_all(b"PRI * HT").await.unwrap();
    closed(&mut stream).await;
}

#[tokio::test]
async fn a_caller_that_does_not_take_its_answer_is_closed() {
    let server = server(hasty()).await;
    let mut stream = connect(&server).await;
    ask(&mut stream, "/large").await;
    within(async {
        // Not a byte is read here, so the server alone can end it.
        while server.open.get() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        while server.open.get() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_request_is_not_taken_for_a_slow_head() {
    let server = server(hasty()).await;
    let mut stream = connect(&server).await;
    stream
        .write_all(b"GET /slow HTTP/1.0\r\n\r\n")
        .await
        .unwrap();
    within(server.entered.notified()).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    server.go.notify_one();
    answered(&mut stream, "slow").await;
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let server = server(ServeSettings {
        connections: 2,
        ..ServeSettings::default()
    })
    .await;
    let mut first = connect(&server).await;
    let mut second = connect(&server).await;
    for stream in [&mut first, &mut second] {
        ask(stream, "/").await;
        answered(stream, "quick").await;
    }
    let mut third = connect(&server).await;
    ask(&mut third, "/").await;
    let mut chunk = [0; 1024];
    tokio::select! {
        _ = third.read(&mut chunk) => panic!("the third connection found a place"),
        () = tokio::time::sleep(Duration::from_millis(200)) => {}
    }
    drop(first);
    answered(&mut third, "quick").await;
}

#[tokio::test]
async fn one_address_has_its_share_of_connections_and_no_more() {
    let server = server(ServeSettings {
        connections_per_peer: 1,
        unlimited: Vec::new(),
        ..ServeSettings::default()
    })
    .await;
    let mut first = connect(&server).await;
    ask(&mut first, "/").await;
    answered(&mut first, "quick").await;
    closed(&mut connect(&server).await).await;
    ask(&mut first, "/").await;
    answered(&mut first, "quick").await;
}

#[tokio::test]
async fn http_2_is_spoken_with_a_hundred_streams_at_most() {
    let server = server(ServeSettings::default()).await;
    let mut stream = connect(&server).await;
    let empty_settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    stream.write_all(&empty_settings).await.unwrap();
    let mut head = [0; 9];
    within(stream.read_exact(&mut head)).await.unwrap();
    assert_eq!(head[3], 4, "the first frame has the settings");
    let mut settings = vec![0; usize::from(head[2])];
    within(stream.read_exact(&mut settings)).await.unwrap();
    // Setting 3 is SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §6.5.2).
    assert!(
        settings.chunks(6).any(|s| s == [0, 3, 0, 0, 0, 100]),
        "{settings:?}"
    );
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_work_and_takes_nothing_new() {
    let server = server(ServeSettings::default()).await;
    let mut idle = connect(&server).await;
    ask(&mut idle, "/").await;
    answered(&mut idle, "quick").await;
    let mut busy = connect(&server).await;
    ask(&mut busy, "/slow").await;
    within(server.entered.notified()).await;
    server.stop.send(()).unwrap();
    closed(&mut idle).await;
    assert!(TcpStream::connect(server.address).await.is_err());
    assert!(!server.done.is_finished());
    server.go.notify_one();
    assert!(
        answered(&mut busy, "slow")
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
    within(server.done).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let server = server(ServeSettings {
        grace: Duration::from_millis(100),
        ..ServeSettings::default()
    })
    .await;
    let mut busy = connect(&server).await;
    ask(&mut busy, "/slow").await;
    within(server.entered.notified()).await;
    server.stop.send(()).unwrap();
    within(server.done).await.unwrap().unwrap();
    closed(&mut busy).await;
    assert_eq!(server.open.get(), 0);
}
