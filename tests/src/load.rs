//! Load on a server from many connections, measured.
//!
//! The program that measures shares the machine with the server, so it does little: HTTP/1.1 by
//! hand over kept connections, one thread, no JSON parsed.

mod connection;
mod footprint;
mod measure;
mod processor;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{task::LocalSet, time::sleep};

pub use connection::{Connection, Response};
pub(crate) use footprint::memory_of;
pub use footprint::{Footprint, footprint};
pub use measure::Measure;
pub use processor::processor_time;

/// Sends requests from `connections` connections for a time and measures the answers.
///
/// `request` writes the next request into an empty buffer, being told which connection asks and how
/// many it has sent; `expected` is the status that counts. Answers in the first second are not
/// counted: connections, caches and the allocator warm up.
pub fn run<F>(
    address: &str,
    connections: usize,
    duration: Duration,
    expected: u16,
    request: F,
) -> anyhow::Result<Measure>
where
    F: Fn(&mut Vec<u8>, usize, u64) + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let address = address.trim_start_matches("http://").to_owned();
    let request = std::rc::Rc::new(request);
    LocalSet::new().block_on(&runtime, async move {
        let counting = Arc::new(AtomicBool::new(false));
        let over = Arc::new(AtomicBool::new(false));
        let mut workers = Vec::with_capacity(connections);
        for worker in 0..connections {
            let mut connection = Connection::open(&address).await?;
            let (counting, over, request) = (counting.clone(), over.clone(), request.clone());
            workers.push(tokio::task::spawn_local(async move {
                let mut measure = Measure::default();
                let mut bytes = Vec::with_capacity(1024);
                let mut sent = 0;
                while !over.load(Ordering::Relaxed) {
                    bytes.clear();
                    request(&mut bytes, worker, sent);
                    sent += 1;
                    let begun = Instant::now();
                    let response = connection.exchange(&bytes).await?;
                    measure.answered();
                    if counting.load(Ordering::Relaxed) {
                        measure.add(response.status, expected, begun.elapsed());
                    }
                }
                anyhow::Ok(measure)
            }));
        }
        sleep(Duration::from_secs(1)).await;
        counting.store(true, Ordering::Relaxed);
        let begun = Instant::now();
        sleep(duration).await;
        counting.store(false, Ordering::Relaxed);
        let counted = begun.elapsed();
        over.store(true, Ordering::Relaxed);
        let mut all = Measure::default();
        for worker in workers {
            all.merge(worker.await?.context("a connection broke")?);
        }
        all.finish(counted);
        Ok(all)
    })
}
