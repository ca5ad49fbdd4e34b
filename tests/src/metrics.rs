//! What a server counts for its operators.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::time::sleep;

use crate::{Api, Server};

/// How long something may take until it is counted. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(3);

/// What `/metrics` told at a moment.
#[derive(Debug, Clone)]
pub struct Metrics {
    text: String,
}

impl Metrics {
    /// What the server tells now.
    pub async fn of(server: &Server) -> anyhow::Result<Self> {
        Self::told(&server.api()?).await
    }

    /// Asks until the server tells what is wanted.
    pub async fn until(
        server: &Server,
        what: &str,
        is: impl Fn(&Self) -> bool,
    ) -> anyhow::Result<Self> {
        let api = server.api()?;
        let begun = Instant::now();
        loop {
            let metrics = Self::told(&api).await?;
            if is(&metrics) {
                return Ok(metrics);
            }
            if begun.elapsed() > PATIENCE {
                bail!("waited {PATIENCE:?} until {what}:\n{}", metrics.text);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// A whole number by its series, as in `gridwhistle_things_total{kind="small"}`; `None` where there is no such
    /// series, which for one with labels means that nothing was counted.
    pub fn number(&self, series: &str) -> Option<i64> {
        self.text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
    }

    /// Everything that was told.
    pub fn text(&self) -> &str {
        &self.text
    }

    async fn told(api: &Api) -> anyhow::Result<Self> {
        let answer = api.get("/metrics").send().await?.expect(200)?;
        let text = answer.body.as_str().context("the figures are no text")?;
        Ok(Self {
            text: text.to_owned(),
        })
    }
}
