//! One kept HTTP/1.1 connection, by hand.

use std::io::{self, ErrorKind};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that carries one request at a time.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer as far as load is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects to `HOST:PORT`.
    pub async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends one whole request and reads the whole answer, which must have a `Content-Length`.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Response<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if let Some((status, body)) = head(&self.buffer)? {
                let end = body.end;
                while self.buffer.len() < end {
                    if self.stream.read_buf(&mut self.buffer).await? == 0 {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                return Ok(Response {
                    status,
                    body: &self.buffer[body],
                });
            }
        }
    }
}

/// Status and place of the body, once the head of the answer is whole.
fn head(answer: &[u8]) -> io::Result<Option<(u16, std::ops::Range<usize>)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let invalid = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
    let text = std::str::from_utf8(&answer[..end]).map_err(|_| invalid("a head of odd bytes"))?;
    let mut lines = text.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .ok_or_else(|| invalid("no status line"))?;
    let length: Option<usize> = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let length = match (length, status) {
        (Some(length), _) => length,
        (None, 204 | 304) => 0,
        (None, _) => return Err(invalid("an answer without Content-Length")),
    };
    let body = end + 4;
    Ok(Some((status, body..body + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_head_is_waited_for() {
        let part = head(b"HTTP/1.1 201 Created\r\ncontent-le");
        assert!(matches!(part, Ok(None)));
    }

    #[test]
    fn the_length_is_found_whatever_the_letters() {
        let answer = b"HTTP/1.1 201 Created\r\nConTent-Length: 2\r\n\r\n{}";
        let found = head(answer).ok().flatten();
        assert_eq!(found, Some((201, answer.len() - 2..answer.len())));
    }

    #[test]
    fn an_answer_of_unknown_length_is_refused() {
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
