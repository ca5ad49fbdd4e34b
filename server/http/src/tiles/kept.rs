//! The drawn land of tiles, kept as long as there is room for it: what nobody has asked for the longest goes first.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use gridwhistle_domain::place::Tile;
use lru::LruCache;

use crate::etag;

/// A tile, and which land it shows: another one is another key, so that nothing has to be thrown away when it changes.
pub(super) type Key = (Tile, String);

/// What a kept tile takes beside its bytes and texts, about: its places in the map and the list.
const BESIDE: usize = 200;

/// A tile as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    pub bytes: Bytes,
    /// The entity tag, quotes included.
    pub tag: String,
}

impl Drawn {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self {
            tag: etag::of_content(&bytes),
            // Without the room that was there for more.
            bytes: Bytes::from(bytes.into_boxed_slice()),
        }
    }
}

/// Tiles of the land.
pub(super) struct Kept {
    /// In bytes.
    room: usize,
    held: Mutex<Held>,
}

struct Held {
    tiles: LruCache<Key, Drawn>,
    bytes: usize,
}

impl Kept {
    /// Nothing yet, and never more than so many bytes.
    pub(super) fn within(room: usize) -> Self {
        let held = Held {
            tiles: LruCache::unbounded(),
            bytes: 0,
        };
        Self {
            room,
            held: Mutex::new(held),
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Drawn> {
        self.locked(|held| held.tiles.get(key).cloned())
    }

    pub(super) fn put(&self, key: Key, drawn: Drawn) {
        let size = size_of(&key, &drawn);
        if size > self.room {
            return;
        }
        self.locked(|held| {
            if let Some((key, before)) = held.tiles.push(key, drawn) {
                held.bytes -= size_of(&key, &before);
            }
            held.bytes += size;
            while held.bytes > self.room
                && let Some((key, oldest)) = held.tiles.pop_lru()
            {
                held.bytes -= size_of(&key, &oldest);
            }
        });
    }

    fn locked<R>(&self, act: impl FnOnce(&mut Held) -> R) -> R {
        act(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn size_of((_, stamp): &Key, drawn: &Drawn) -> usize {
    drawn.bytes.len() + drawn.tag.len() + stamp.len() + BESIDE
}

#[cfg(test)]
mod tests {
    use gridwhistle_domain::place::Position;
    use proptest::prelude::*;

    use super::*;

    fn key(zoom: u8, stamp: &str) -> Key {
        let at = Position::new(119.12, 34.84).unwrap();
        (Tile::holding(zoom, at), stamp.to_owned())
    }

    fn drawn(bytes: usize) -> Drawn {
        Drawn::of(vec![7; bytes])
    }

    #[test]
    fn what_nobody_asked_for_the_longest_goes_first() {
        let one = size_of(&key(1, "a"), &drawn(1_000));
        let kept = Kept::within(3 * one);
        for zoom in [1, 2, 3] {
            kept.put(key(zoom, "a"), drawn(1_000));
        }
        assert!(kept.get(&key(1, "a")).is_some());
        kept.put(key(4, "a"), drawn(1_000));
        let there = [1, 2, 3, 4].map(|zoom| kept.get(&key(zoom, "a")).is_some());
        assert_eq!(there, [true, false, true, true]);
    }

    #[test]
    fn another_land_is_another_tile() {
        let kept = Kept::within(100_000);
        kept.put(key(9, "before"), drawn(10));
        assert_eq!(kept.get(&key(9, "after")), None);
        kept.put(key(9, "after"), drawn(20));
        assert_eq!(kept.get(&key(9, "after")), Some(drawn(20)));
        assert_eq!(kept.get(&key(9, "before")), Some(drawn(10)));
    }

    #[test]
    fn what_is_larger_than_all_the_room_is_not_kept_and_drives_nothing_out() {
        let kept = Kept::within(10_000);
        kept.put(key(1, "a"), drawn(10));
        kept.put(key(2, "a"), drawn(10_000));
        assert!(kept.get(&key(1, "a")).is_some());
        assert_eq!(kept.get(&key(2, "a")), None);
    }

    proptest! {
        #[test]
        fn there_is_never_more_than_there_is_room_for(
            puts in prop::collection::vec((0..12_u8, 0..4_000_usize), 1..60)
        ) {
            let kept = Kept::within(10_000);
            for (zoom, bytes) in puts {
                kept.put(key(zoom, "a"), drawn(bytes));
                let (counted, held) = kept.locked(|held| {
                    let sizes = held.tiles.iter().map(|(key, drawn)| size_of(key, drawn));
                    (held.bytes, sizes.sum::<usize>())
                });
                prop_assert_eq!(counted, held);
                prop_assert!(held <= 10_000, "{}", held);
                prop_assert_eq!(kept.get(&key(zoom, "a")), Some(drawn(bytes)));
            }
        }
    }
}
