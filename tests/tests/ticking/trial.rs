//! The clock of the trial, and the two servers that live by it.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Utc, Weekday};
use gridwhistle_e2e::Server;

/// A clock that both servers are told.
pub struct Trial {
    start: DateTime<FixedOffset>,
    rate: i32,
    anchor: DateTime<Utc>,
}

impl Trial {
    pub fn begins(at: &str) -> anyhow::Result<Self> {
        Ok(Self {
            start: DateTime::parse_from_rfc3339(at)?,
            rate: 0,
            anchor: Utc::now(),
        })
    }

    pub fn now(&self) -> DateTime<FixedOffset> {
        self.start + (Utc::now() - self.anchor) * self.rate
    }

    /// From where it is, so many times faster than the machine's.
    pub fn goes_on(&mut self, rate: i32) {
        self.start = self.now();
        self.anchor = Utc::now();
        self.rate = rate;
    }

    /// Goes to nine o'clock of the next working day, and on at the machine's pace.
    pub fn next_morning(&mut self) {
        let mut day = self.now().date_naive() + TimeDelta::days(1);
        while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            day += TimeDelta::days(1);
        }
        let nine = day.and_hms_opt(1, 0, 0).map(|utc| utc.and_utc());
        self.start = nine.unwrap_or_default().with_timezone(self.start.offset());
        self.anchor = Utc::now();
        self.rate = 1;
    }

    /// Time passes in which nobody works; answers until when.
    pub fn stands_still(&mut self, hours: TimeDelta) -> DateTime<FixedOffset> {
        self.start = self.now() + hours;
        self.anchor = Utc::now();
        self.start
    }

    /// The arguments that name the clock.
    pub fn arguments(&self) -> Vec<String> {
        let (start, anchor) = (self.start.to_rfc3339(), self.anchor.to_rfc3339());
        let rate = self.rate.to_string();
        let named = [
            ("--clock-start", start),
            ("--clock-rate", rate),
            ("--clock-anchor", anchor),
        ];
        let named = named
            .into_iter()
            .flat_map(|(name, value)| [name.to_owned(), value]);
        std::iter::once("--trial-clock".to_owned())
            .chain(named)
            .collect()
    }
}

/// Two servers on one database.
pub struct Pair {
    pub first: Server,
    pub beside: Server,
}

impl Pair {
    /// Both start by the same clock.
    pub async fn start(&mut self, trial: &Trial) -> anyhow::Result<()> {
        for server in [&mut self.first, &mut self.beside] {
            let mut arguments = trial.arguments();
            arguments
                .extend(["--no-flood-limits", "--ticker-interval-ms", "20"].map(str::to_owned));
            server.set_arguments(&arguments);
            server.restart().await?;
        }
        Ok(())
    }

    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.first.stop().await?;
        self.beside.stop().await
    }

    /// As a power cut would.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.first.kill().await?;
        self.beside.kill().await
    }
}
