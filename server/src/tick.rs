//! What happens to cases by itself: once (`gridwhistle tick`), or as long as the server serves.

use std::sync::Arc;
use std::time::Duration;

use crate::cli::{TickOptions, print};
use crate::files;
use crate::messages::text;
use gridwhistle_http::messages::Message;
use gridwhistle_http::metrics::{Counter, Gauge, Metrics};
use gridwhistle_service::{Pass, Service, Ticker};

/// How often what has become due is looked for unless said otherwise.
pub const INTERVAL: Duration = Duration::from_secs(1);
/// The pause between two passes of which the first left something: others write in it.
const BREATH: Duration = Duration::from_millis(50);

/// `gridwhistle tick`.
pub async fn run(options: &TickOptions) -> anyhow::Result<()> {
    let service = files::open_by(&options.database, options.clock.clock()).await?;
    service.recalculate().await?;
    let mut ticker = Ticker::default();
    let mut sum = Pass::default();
    loop {
        let pass = ticker.pass(&service).await?;
        sum.cases += pass.cases;
        sum.events += pass.events;
        sum.failed += pass.failed;
        if !pass.more {
            break;
        }
    }
    let done = Message::new("tick-done")
        .with("now", service.clock.now().to_string())
        .with("cases", sum.cases)
        .with("events", sum.events)
        .with("failed", sum.failed);
    print(&text(&done));
    anyhow::ensure!(sum.failed == 0, crate::messages::say("tick-failed"));
    Ok(())
}

/// What operators see of it.
#[derive(Clone)]
pub struct TickerFigures {
    cases: Counter,
    events: Counter,
    failed: Counter,
    late: Gauge,
}

impl TickerFigures {
    pub fn register(metrics: &Metrics) -> Self {
        let figures = Self {
            cases: Counter::default(),
            events: Counter::default(),
            failed: Counter::default(),
            late: metrics.gauge(
                "ticker_lag_seconds",
                "How late the last pass was for the earliest moment that it found",
            ),
        };
        for (name, help, counter) in [
            (
                "ticker_cases",
                "Cases to which something happened by itself",
                &figures.cases,
            ),
            (
                "ticker_events",
                "Events that happened by themselves",
                &figures.events,
            ),
            (
                "ticker_failures",
                "Cases that could not be moved on when they were due",
                &figures.failed,
            ),
        ] {
            metrics.register(name, help, counter.clone());
        }
        figures
    }

    fn note(&self, pass: &Pass) {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        self.cases.inc_by(count(pass.cases));
        self.events.inc_by(count(pass.events));
        self.failed.inc_by(count(pass.failed));
        self.late.set(pass.late_micros / 1_000_000);
    }
}

/// Lets happen what becomes due, for as long as the server serves.
pub async fn every(service: Arc<Service>, interval: Duration, figures: TickerFigures) {
    let mut ticker = Ticker::default();
    let mut every = tokio::time::interval(interval);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        loop {
            match ticker.pass(&service).await {
                Ok(pass) => {
                    figures.note(&pass);
                    if !pass.more {
                        break;
                    }
                    tokio::time::sleep(BREATH).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "what has become due could not be looked up; it is tried again");
                    break;
                }
            }
        }
    }
}
