//! Somebody who receives what a webhook posts, in whatever mood.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::bail;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
    time::sleep,
};

/// How long something may take to arrive. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(3);

/// How the receiver takes the next request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Says nothing at all until its mood changes.
    Hangs,
    /// Says yes after the caller has hung up: slower than anybody waits.
    TooLate,
    /// Answers with an error.
    Fails,
    /// Names another address.
    Redirects,
    Takes,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Post {
    pub path: String,
    /// By names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

struct State {
    mood: Mood,
    /// Everything that came.
    asked: Vec<Post>,
    /// What was answered with success.
    taken: Vec<Post>,
    /// How often the caller hung up before the answer.
    late: usize,
}

/// A small HTTP server on a port of its own.
pub struct Receiver {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    pub async fn start(mood: Mood) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = hook(listener.local_addr()?);
        Ok(Self::on(listener, url, mood))
    }

    fn on(listener: TcpListener, url: String, mood: Mood) -> Self {
        let state = Arc::new(Mutex::new(State {
            mood,
            asked: Vec::new(),
            taken: Vec::new(),
            late: 0,
        }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                // A caller who hangs up is no failure of the receiver.
                tokio::spawn(async move { answer(stream, &shared).await.ok() });
            }
        });
        Self { url, state }
    }

    pub fn is(&self, mood: Mood) {
        self.with(|state| state.mood = mood);
    }

    pub fn asked(&self) -> Vec<Post> {
        self.with(|state| state.asked.clone())
    }

    pub fn taken(&self) -> Vec<Post> {
        self.with(|state| state.taken.clone())
    }

    /// How often it was too late.
    pub fn late(&self) -> usize {
        self.with(|state| state.late)
    }

    /// The notices that were taken, in their order.
    pub fn notices(&self) -> Vec<Value> {
        let bodies = self.taken();
        let batches = bodies
            .iter()
            .filter_map(|post| serde_json::from_slice::<Value>(&post.body).ok());
        batches
            .flat_map(|batch| batch["notices"].as_array().cloned().unwrap_or_default())
            .collect()
    }

    pub async fn until(&self, what: &str, is: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !is(self) {
            if begun.elapsed() > PATIENCE {
                bail!(
                    "waited {PATIENCE:?} until {what}; {} were asked, {} taken",
                    self.asked().len(),
                    self.taken().len()
                );
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A receiver whose address is known and who is not there yet: whoever calls is refused.
pub struct Absent {
    pub url: String,
    socket: TcpSocket,
}

impl Absent {
    pub fn new() -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // Bound, so that nobody else gets the port; not listening, so that the system refuses.
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let url = hook(socket.local_addr()?);
        Ok(Self { url, socket })
    }

    /// From now on it is there.
    pub fn comes(self, mood: Mood) -> anyhow::Result<Receiver> {
        let listener = self.socket.listen(64)?;
        Ok(Receiver::on(listener, self.url, mood))
    }
}

fn hook(address: SocketAddr) -> String {
    format!("http://{address}/hook?token=canary-of-the-address")
}

/// Reads requests from a connection and answers them as the mood is.
async fn answer(stream: TcpStream, state: &Mutex<State>) -> anyhow::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if stream.read_line(&mut first).await? == 0 {
            return Ok(());
        }
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").and_then(|n| n.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let post = Post {
            path,
            headers,
            body,
        };
        let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
        lock().asked.push(post.clone());
        while lock().mood == Mood::Hangs {
            sleep(Duration::from_millis(10)).await;
        }
        if lock().mood == Mood::TooLate {
            // Callers ask one thing at a time: what comes next is the end of the connection. No clock is needed to be
            // late.
            let _ = stream.read_to_end(&mut Vec::new()).await;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            lock().late += 1;
            return Ok(());
        }
        let head = {
            let mut state = lock();
            match state.mood {
                Mood::Hangs | Mood::TooLate | Mood::Fails => "503 Service Unavailable\r\n",
                Mood::Redirects => "307 Temporary Redirect\r\nLocation: /elsewhere\r\n",
                Mood::Takes => {
                    state.taken.push(post);
                    "204 No Content\r\n"
                }
            }
        };
        let answer = format!("HTTP/1.1 {head}Content-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await?;
    }
}
