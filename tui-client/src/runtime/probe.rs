//! Which signs the terminal shows as they are meant.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::theme::Glyphs;

/// Longer than any terminal on this machine takes; a slow line is then taken for one that can.
const PATIENCE: Duration = Duration::from_millis(100);

/// Prints two signs of ambiguous width and asks where the cursor stands: column 3 if each took one
/// cell, 5 if each took two. Only before keys are read, since the answer comes as keys do.
pub fn glyphs() -> Glyphs {
    // The console has neither Chinese nor reliable box drawing.
    if let Ok("linux" | "dumb") = std::env::var("TERM").as_deref() {
        return Glyphs::Ascii;
    }
    match ask() {
        Some(column) if column >= 4 => Glyphs::Ascii,
        _ => Glyphs::Unicode,
    }
}

#[cfg(unix)]
fn ask() -> Option<u16> {
    use std::io::Read;
    use std::os::unix::fs::OpenOptionsExt;
    /// `O_NONBLOCK`; on a descriptor of our own, so that nobody else's reading changes.
    const NONBLOCK: i32 = if cfg!(target_os = "linux") { 0o4000 } else { 4 };
    let mut tty = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(NONBLOCK)
        .open("/dev/tty")
        .ok()?;
    tty.write_all("\r─█\x1b[6n".as_bytes()).ok()?;
    tty.flush().ok()?;
    let end = Instant::now() + PATIENCE;
    let mut answer = Vec::new();
    while Instant::now() < end {
        let mut bytes = [0; 64];
        match tty.read(&mut bytes) {
            Ok(n) => answer.extend_from_slice(&bytes[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(_) => break,
        }
        if let Some(column) = column(&answer) {
            tty.write_all(b"\r\x1b[K").ok()?;
            return Some(column);
        }
    }
    tty.write_all(b"\r\x1b[K").ok()?;
    None
}

#[cfg(not(unix))]
fn ask() -> Option<u16> {
    None
}

/// The column in `ESC [ row ; column R`.
fn column(answer: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(answer).ok()?;
    let (_, rest) = text.split_once("\x1b[")?;
    let (place, _) = rest.split_once('R')?;
    place.split_once(';')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_is_read_from_the_answer() {
        assert_eq!(column(b"\x1b[1;3R"), Some(3));
        assert_eq!(column(b"x\x1b[12;5Ry"), Some(5));
        assert_eq!(column(b"\x1b[1;"), None);
    }
}
