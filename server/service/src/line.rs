//! Long computations: so many at once, so many more in line; whoever comes after these is told to come again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ServiceError;

/// The line before computations of one kind. Clones are the same line.
#[derive(Clone, Debug)]
pub struct Line {
    /// One for each computation that goes on or waits.
    places: Arc<Semaphore>,
    /// One for each that goes on.
    hands: Arc<Semaphore>,
    length: usize,
    come_again: Duration,
}

/// A place in a line. Others get it when this is dropped.
#[derive(Debug)]
pub struct Place {
    place: OwnedSemaphorePermit,
    hands: Arc<Semaphore>,
}

impl Line {
    /// Where `at_once` computations go on and `waiting` more wait; where there is no place, one may be worth asking for
    /// after `come_again`.
    pub fn new(at_once: usize, waiting: usize, come_again: Duration) -> Self {
        let length = at_once + waiting;
        Self {
            places: Arc::new(Semaphore::new(length)),
            hands: Arc::new(Semaphore::new(at_once)),
            length,
            come_again,
        }
    }

    /// How many computations go on or wait.
    pub fn taken(&self) -> usize {
        self.length - self.places.available_permits()
    }

    /// A place in the line; [`ServiceError::Busy`] where none is left.
    pub fn place(&self) -> Result<Place, ServiceError> {
        let place = self.places.clone().try_acquire_owned();
        place
            .map(|place| Place {
                place,
                hands: self.hands.clone(),
            })
            .map_err(|_| ServiceError::Busy {
                come_again: self.come_again,
            })
    }

    /// Carries out a computation when its turn comes, beside those who wait for an answer.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.place()?.run(work).await
    }
}

impl Place {
    /// Carries out a computation when its turn comes. What has begun keeps its place until it ends, also when nobody
    /// waits for it any more: a thread cannot be stopped.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let failed = |what: String| ServiceError::Internal(format!("not computed: {what}"));
        let hand = self.hands.acquire_owned().await;
        let kept = (self.place, hand.map_err(|e| failed(e.to_string()))?);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(kept);
            done
        })
        .await
        .map_err(|e| failed(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn line(at_once: usize, waiting: usize) -> Line {
        Line::new(at_once, waiting, Duration::from_secs(5))
    }

    #[tokio::test]
    async fn whoever_finds_no_place_is_told_when_to_come_again() {
        let line = line(1, 2);
        let mut places: Vec<Place> = (0..3).map(|_| line.place().unwrap()).collect();
        assert_eq!(line.taken(), 3);
        let told = line.run(|| 1).await;
        assert!(
            matches!(told, Err(ServiceError::Busy { come_again }) if come_again.as_secs() == 5),
            "{told:?}"
        );
        places.pop();
        assert_eq!(line.run(|| 1).await.unwrap(), 1);
        drop(places);
        assert_eq!(line.taken(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn never_more_than_so_many_go_on_at_once_and_all_that_wait_have_their_turn() {
        let line = line(2, 30);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut asked = Vec::new();
        for n in 0..32_usize {
            let place = line.place().unwrap();
            let (now, most) = (now.clone(), most.clone());
            asked.push(tokio::spawn(place.run(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                now.fetch_sub(1, Ordering::SeqCst);
                n
            })));
        }
        for (n, answer) in asked.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap().unwrap(), n);
        }
        assert!(
            (1..=2).contains(&most.load(Ordering::SeqCst)),
            "{}",
            most.load(Ordering::SeqCst)
        );
        assert_eq!(line.taken(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_has_begun_keeps_its_place_when_nobody_waits_for_it() {
        let line = line(1, 0);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (end, ends) = std::sync::mpsc::channel::<()>();
        let place = line.place().unwrap();
        let asked = tokio::spawn(place.run(move || {
            begun.send(()).unwrap();
            let _ = ends.recv();
        }));
        begins.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert!(line.place().is_err());
        end.send(()).unwrap();
        while line.taken() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(line.place().is_ok());
    }

    #[tokio::test]
    async fn a_computation_that_fails_gives_its_place_back() {
        let line = line(1, 0);
        let failed = line.run::<()>(|| panic!("by intent")).await;
        assert!(matches!(failed, Err(ServiceError::Internal(_))));
        assert_eq!(line.taken(), 0);
    }
}
