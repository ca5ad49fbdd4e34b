//! What happened to a clock. Facts may come out of order; reading them puts them right, never refuses.

use serde::{Deserialize, Serialize};

use super::{Limit, Timestamp};

/// A time that does not count. A pause without an end lasts until the clock is resumed or stopped.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

/// A clock: a list of facts, from which [`WorkingTime::deadline`](super::WorkingTime::deadline) derives
/// the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockFacts {
    pub start: Timestamp,
    pub limit: Limit,
    /// Granted extensions; each adds the original limit once more, counted from the start.
    pub extensions: u8,
    pub pauses: Vec<Pause>,
    pub stopped: Option<Timestamp>,
}

impl ClockFacts {
    pub const fn new(start: Timestamp, limit: Limit) -> Self {
        Self {
            start,
            limit,
            extensions: 0,
            pauses: Vec::new(),
            stopped: None,
        }
    }

    pub fn is_running(&self) -> bool {
        self.stopped.is_none() && !self.is_paused()
    }

    pub fn is_paused(&self) -> bool {
        self.stopped.is_none() && self.pauses.iter().any(|pause| pause.to.is_none())
    }

    /// Begins a pause; a clock that does not run stays as it is.
    pub fn pause(&mut self, at: Timestamp) {
        if self.is_running() {
            self.pauses.push(Pause { from: at, to: None });
        }
    }

    /// Ends the pause, so that the rest of the limit runs on; a clock that is not paused stays as it is.
    pub fn resume(&mut self, at: Timestamp) {
        if self.stopped.is_none() {
            self.end_pause(at);
        }
    }

    /// Gives the full limit anew from `at`, with the extensions of the round.
    pub fn restart(&mut self, at: Timestamp) {
        self.start = at;
        self.pauses.clear();
        self.stopped = None;
    }

    /// Stops the clock, also out of a pause. Only the first stop counts.
    pub fn stop(&mut self, at: Timestamp) {
        if self.stopped.is_none() {
            self.end_pause(at);
            self.stopped = Some(at);
        }
    }

    /// Lets a stopped clock run on after a failed verification or a veto: the time since the stop, in
    /// which others decided, becomes a pause.
    pub fn reopen(&mut self, at: Timestamp) {
        if let Some(from) = self.stopped.take() {
            let to = Some(at.max(from));
            self.pauses.push(Pause { from, to });
        }
    }

    fn end_pause(&mut self, at: Timestamp) {
        for pause in &mut self.pauses {
            pause.to.get_or_insert(at.max(pause.from));
        }
    }

    /// The pauses between start and stop as `(from, to)`, in order and disjoint: cut at both ends, and
    /// left out where nothing remains between these.
    pub(super) fn settled_pauses(&self) -> Vec<(Timestamp, Timestamp)> {
        let end = self.stopped.unwrap_or(Timestamp::from_micros(i64::MAX));
        let mut settled: Vec<_> = self
            .pauses
            .iter()
            .map(|pause| (pause.from, pause.to.unwrap_or(end).min(end)))
            .collect();
        settled.sort_unstable();
        let mut past = self.start;
        settled.retain_mut(|(from, to)| {
            *from = past.max(*from);
            past = past.max(*to);
            from <= to
        });
        settled
    }
}
