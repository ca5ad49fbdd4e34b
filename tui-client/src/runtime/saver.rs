//! Writes drafts half a second after they change, so that typing stays light.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::model::draft::Draft;
use crate::store::Drafts;

/// How long a change may be unwritten. Counted from the first change, so that somebody who types
/// without a pause is saved too.
const DELAY: Duration = Duration::from_millis(500);

/// Drafts waiting to be written.
pub struct Saver {
    drafts: Drafts,
    waiting: HashMap<Uuid, (Draft, Instant)>,
}

impl Saver {
    pub fn new(drafts: Drafts) -> Self {
        Self {
            drafts,
            waiting: HashMap::new(),
        }
    }

    pub fn keep(&mut self, draft: Draft) {
        let due = self
            .waiting
            .get(&draft.id)
            .map_or_else(|| Instant::now() + DELAY, |(_, due)| *due);
        // What may be on its way to the server is on disk before it leaves.
        let due = if draft.maybe_sent {
            Instant::now()
        } else {
            due
        };
        self.waiting.insert(draft.id, (draft, due));
    }

    /// Forgets the draft, written or not.
    pub fn discard(&mut self, id: Uuid) {
        self.waiting.remove(&id);
        // A file that stays is offered again as a draft: a nuisance, no loss.
        drop(self.drafts.remove(id));
    }

    /// When the next one has to be written.
    pub fn due(&self) -> Option<Instant> {
        self.waiting.values().map(|(_, due)| *due).min()
    }

    /// Writes what is due, or everything. What cannot be written is tried again.
    pub fn flush(&mut self, all: bool) -> io::Result<()> {
        let now = Instant::now();
        let due: Vec<Uuid> = self
            .waiting
            .iter()
            .filter(|(_, (_, due))| all || *due <= now)
            .map(|(id, _)| *id)
            .collect();
        let mut first_error = Ok(());
        for id in due {
            let Some((draft, _)) = self.waiting.get(&id) else {
                continue;
            };
            match self.drafts.save(draft) {
                Ok(()) => drop(self.waiting.remove(&id)),
                Err(error) => {
                    if let Some((_, due)) = self.waiting.get_mut(&id) {
                        *due = now + 10 * DELAY;
                    }
                    first_error = Err(error);
                }
            }
        }
        first_error
    }
}
