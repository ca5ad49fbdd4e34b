//! Keys that a slow line tore apart.

use std::time::Duration;

use crossterm::event::KeyCode;
use tokio::time::Instant;

use crate::keymap::Press;

/// An arrow key is three bytes. Where the first comes alone it reads as Esc, and the others as
/// letters. Esc is therefore held for a moment, to see whether the others follow.
#[derive(Debug, Default)]
pub struct Torn {
    held: Vec<Press>,
    since: Option<Instant>,
}

impl Torn {
    pub const PATIENCE: Duration = Duration::from_millis(30);

    /// Since when something is held.
    pub const fn since(&self) -> Option<Instant> {
        self.since
    }

    /// The keys that are sure now.
    pub fn feed(&mut self, press: Press, now: Instant) -> Vec<Press> {
        match (self.held.len(), press.code) {
            (0, KeyCode::Esc) => {
                self.held.push(press);
                self.since = Some(now);
                Vec::new()
            }
            (0, _) => vec![press],
            (1, KeyCode::Char('[' | 'O')) => {
                self.held.push(press);
                Vec::new()
            }
            (2, KeyCode::Char(c)) => {
                let code = match c {
                    'A' => KeyCode::Up,
                    'B' => KeyCode::Down,
                    'C' => KeyCode::Right,
                    'D' => KeyCode::Left,
                    'H' => KeyCode::Home,
                    'F' => KeyCode::End,
                    _ => {
                        let mut keys = self.give_up();
                        keys.push(press);
                        return keys;
                    }
                };
                self.held.clear();
                self.since = None;
                vec![Press::plain(code)]
            }
            _ => {
                let mut keys = self.give_up();
                keys.extend(self.feed(press, now));
                keys
            }
        }
    }

    /// Nothing followed: the keys are what they seem.
    pub fn give_up(&mut self) -> Vec<Press> {
        self.since = None;
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(codes: &[KeyCode]) -> Vec<KeyCode> {
        let mut torn = Torn::default();
        let now = Instant::now();
        let mut keys: Vec<KeyCode> = codes
            .iter()
            .flat_map(|c| torn.feed(Press::plain(*c), now))
            .map(|p| p.code)
            .collect();
        keys.extend(torn.give_up().iter().map(|p| p.code));
        keys
    }

    #[test]
    fn a_torn_arrow_is_an_arrow() {
        use KeyCode::{Char, Esc, Up};
        assert_eq!(
            typed(&[Esc, Char('['), Char('A'), Char('x')]),
            [Up, Char('x')]
        );
    }

    #[test]
    fn escape_alone_stays_escape_and_no_key_is_lost() {
        use KeyCode::{Char, Down, Esc};
        assert_eq!(typed(&[Esc, Down, Char('[')]), [Esc, Down, Char('[')]);
        assert_eq!(
            typed(&[Esc, Char('['), Char('9')]),
            [Esc, Char('['), Char('9')]
        );
        assert_eq!(typed(&[Esc, Esc]), [Esc, Esc]);
    }
}
