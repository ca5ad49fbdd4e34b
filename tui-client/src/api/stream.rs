//! The server's stream of events: it only says that there is something to fetch.

use std::rc::Rc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_TYPE};

use super::server::Server;
use super::{Ear, Listening};
use crate::model::request::Heard;

/// The server says something at least every 15 s; silence for so long is a dead connection.
const SILENCE: Duration = Duration::from_secs(45);

impl Server {
    /// Hears the stream until it ends. Whether it is worth trying again: not where the login has
    /// ended, the posts see no events or the server has no stream.
    pub async fn hear(self: Rc<Self>, ear: Ear) -> Listening {
        let Ok(session) = self.session() else {
            return Listening::GiveUp;
        };
        let lasting = |http: reqwest::ClientBuilder| http.read_timeout(SILENCE);
        let Ok(http) = self.http(Some(&session.token), lasting) else {
            return Listening::GiveUp;
        };
        let answer = http
            .get(format!("{}/api/v1/events/stream", session.server))
            .header(ACCEPT, "text/event-stream")
            .send()
            .await;
        let Ok(mut answer) = answer else {
            return Listening::Again;
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                return Listening::GiveUp;
            }
            _ => return Listening::Again,
        }
        let is_stream = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        if !is_stream {
            // The login page of a network answers everything.
            return Listening::Again;
        }
        ear(Heard::Open);
        let mut rows = Rows::default();
        while let Ok(Some(bytes)) = answer.chunk().await {
            if rows.came(&bytes) {
                ear(Heard::Moved);
            }
        }
        Listening::Again
    }
}

/// Tells rows with data from heartbeats, however the bytes are cut.
#[derive(Default)]
struct Rows {
    /// The beginning of the line at hand.
    line: Vec<u8>,
}

impl Rows {
    /// Whether a line of data ended in these bytes (WHATWG HTML §9.2.6).
    fn came(&mut self, bytes: &[u8]) -> bool {
        let mut data = false;
        for byte in bytes {
            if matches!(byte, b'\n' | b'\r') {
                data |= matches!(self.line.as_slice(), b"data" | b"data:");
                self.line.clear();
            } else if self.line.len() < b"data:".len() {
                self.line.push(*byte);
            }
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_no_news_and_a_row_is_however_it_is_cut() {
        let mut rows = Rows::default();
        assert!(!rows.came(b"retry: 3000\n\n:\n\n: data\n"));
        assert!(!rows.came(b"id: 7\nevent: signed\nda"));
        assert!(!rows.came(b"ta: {\"seq\":7"));
        assert!(rows.came(b"}\n\n"));
        assert!(!rows.came(b"database: 1\n"));
        assert!(rows.came(b"data\r\n"));
    }
}
