//! Keeps the server's stream of events open beside the screen, and never in its way.

use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::api::{Ear, Gateway, Listening};
use crate::model::request::Heard;

/// How long to wait before the stream is opened again; twice as long each time.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub first: Duration,
    pub most: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            most: Duration::from_mins(1),
        }
    }
}

impl Patience {
    /// Before the n-th attempt: between half of it and the whole, so that not all come at once.
    fn wait(self, tries: u32, random: u8) -> Duration {
        let whole = self.first.saturating_mul(1 << tries.min(16)).min(self.most);
        whole / 2 + whole / 2 * u32::from(random) / 255
    }
}

/// One login that listens; dropped, it stops.
pub struct Listener {
    token: String,
    task: JoinHandle<()>,
}

impl Listener {
    /// Begins to listen with the login that the gateway holds.
    pub fn start(gateway: Rc<dyn Gateway>, token: String, patience: Patience, ear: Ear) -> Self {
        let task = tokio::task::spawn_local(async move {
            let mut tries = 0;
            loop {
                let began = Instant::now();
                let end = Rc::clone(&gateway).listen(Rc::clone(&ear)).await;
                ear(Heard::Lost);
                if end == Listening::GiveUp {
                    return;
                }
                // A stream that held for a while was a good one.
                if began.elapsed() > patience.most {
                    tries = 0;
                }
                let [.., random] = Uuid::now_v7().into_bytes();
                tokio::time::sleep(patience.wait(tries, random)).await;
                tries += 1;
            }
        });
        Self { token, task }
    }

    /// Whether it listens with this login.
    pub fn is_for(&self, token: &str) -> bool {
        self.token == token
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;

    use super::*;
    use crate::api::Server;
    use crate::model::sample;

    const QUICK: Patience = Patience {
        first: Duration::from_millis(1),
        most: Duration::from_millis(2),
    };

    /// Takes the next connection, reads its request and answers so far.
    async fn answer(server: &TcpListener, text: &str) -> (TcpStream, String) {
        let (mut stream, _) = server.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(text.as_bytes()).await.unwrap();
        (stream, String::from_utf8(request).unwrap())
    }

    const STREAM: &str =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n:\n\n";

    #[tokio::test]
    async fn a_lost_stream_is_opened_again_until_the_login_has_ended() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut session = sample::session("grid_worker");
        session.server = format!("http://{}", server.local_addr().unwrap());
        let gateway = Server::new();
        gateway.hold(Some(session.clone()));
        let (tell, mut told) = mpsc::unbounded_channel();
        let ear: Ear = Rc::new(move |heard| tell.send(heard).unwrap_or_default());

        tokio::task::LocalSet::new()
            .run_until(async {
                let listener = Listener::start(gateway, session.token.clone(), QUICK, ear);
                assert!(listener.is_for(&session.token));
                let (mut stream, request) = answer(&server, STREAM).await;
                assert!(request.starts_with("GET /api/v1/events/stream HTTP/1.1"));
                assert!(request.to_lowercase().contains("authorization: bearer"));
                assert_eq!(told.recv().await, Some(Heard::Open));
                stream.write_all(b"id: 7\ndata: {}\n\n").await.unwrap();
                assert_eq!(told.recv().await, Some(Heard::Moved));
                drop(stream);
                assert_eq!(told.recv().await, Some(Heard::Lost));

                let busy = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";
                drop(answer(&server, busy).await);
                assert_eq!(told.recv().await, Some(Heard::Lost));

                drop(answer(&server, STREAM).await);
                assert_eq!(told.recv().await, Some(Heard::Open));
                assert_eq!(told.recv().await, Some(Heard::Lost));

                let ended = "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n";
                drop(answer(&server, ended).await);
                assert_eq!(told.recv().await, Some(Heard::Lost));
                assert_eq!(told.recv().await, None, "it has given up");
            })
            .await;
    }

    #[test]
    fn it_waits_longer_each_time_but_never_for_ever() {
        let patience = Patience::default();
        for (tries, seconds) in [(0, 1), (1, 2), (5, 32), (6, 60), (40, 60)] {
            let whole = Duration::from_secs(seconds);
            assert_eq!(patience.wait(tries, 255), whole);
            assert_eq!(patience.wait(tries, 0), whole / 2);
        }
    }
}
