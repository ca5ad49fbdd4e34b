//! A town with registers and a known calendar, and any number of open cases in it, each with its clocks.
//!
//! Three cases are lived through by the rules; all others are their histories once more, under new identities and at
//! other times.

use std::{
    ops::RangeInclusive,
    sync::{Arc, atomic::AtomicI64},
};

use anyhow::{Context, ensure};
use clap::ValueEnum;
use futures_util::{StreamExt, TryStreamExt, stream};
use gridwhistle_domain::clock::{Date, DayKind, Timestamp};
use gridwhistle_e2e::{Cast, Database, Server};
use gridwhistle_service::{Clock, Service, import::bundle, reference::CalendarYear};
use gridwhistle_store::{Append, Durability, ListNote, Store};
use object_store::memory::InMemory;
use serde_json::json;
use uuid::Uuid;

use crate::history::{Original, originals};

/// When the cases are lived through: a Monday. Three days later the certificates of the town's officers run out.
pub const MORNING: &str = "2029-05-07T08:30:00+08:00";
pub const MINUTE: i64 = 60 * 1_000_000;

const COUNTY: &str = "320707000000";
/// The town's enforcement bureau, which leads in all cases.
const BUREAU: &str = "320707100-zf";
/// The years from the last shipped notice to the one in which the cases are open: no deadline is provisional.
const YEARS: RangeInclusive<i32> = 2027..=2029;
/// One of so many cases that take weeks contains an enforcement step.
const ENFORCED: u32 = 10;
/// Appends under way at once.
const AT_ONCE: usize = 512;

/// An engine to measure.
#[derive(Clone, Copy, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// An empty database; none where the machine lacks the engine, after saying so.
    pub async fn database(self) -> anyhow::Result<Option<Database>> {
        match self {
            Self::Sqlite => Ok(Some(Database::sqlite())),
            Self::Postgres => Database::postgres().await,
        }
    }
}

/// A town, and the histories of its first cases, in each of which the bureau has signed and is at work.
pub struct Town {
    server: Server,
    /// To be handled within four hours; nothing is required.
    pub rubbish: Original,
    /// To be handled within three weeks; nothing is required.
    tree: Original,
    /// The same, with an enforcement step: a power of the town, and two officers with a certificate.
    building: Original,
}

/// What a case is about.
struct Story {
    text: &'static str,
    lon: f64,
    matter: &'static str,
    condition: &'static str,
}

const RUBBISH: Story = Story {
    text: "东大街路口暴露垃圾",
    lon: 119.105,
    matter: "event-06010",
    condition: "event-06010/1",
};
const TREE: Story = Story {
    text: "行道树枯死待补植",
    lon: 119.107,
    matter: "event-04002",
    condition: "event-04002/2",
};
const BUILDING: Story = Story {
    text: "屋后违法搭建的房屋",
    lon: 119.103,
    matter: "event-06001",
    condition: "event-06001/2",
};

impl Town {
    /// Lives through the first cases; the server does not run any more then.
    pub async fn settle(database: Database) -> anyhow::Result<Self> {
        let mut server = Server::town(database)
            .without_flood_limits()
            .arg("--no-ticker")
            .arg("--trial-clock")
            .arg("--clock-start")
            .arg(MORNING)
            .start()
            .await?;
        server.stop().await?;
        let url = server.database_url();
        furnish(&url).await?;
        server.restart().await?;
        let cast = Cast::of(&server)?;
        for story in [RUBBISH, TREE, BUILDING] {
            story.live(&cast).await.context(story.text)?;
        }
        server.stop().await?;
        let store = Store::open(&url, Durability::Off).await?;
        let mut lived = originals(&store, COUNTY).await?.into_iter();
        let mut next = || lived.next().context("a case is missing");
        Ok(Self {
            rubbish: next()?,
            tree: next()?,
            building: next()?,
            server,
        })
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.server.database_url()
    }

    /// The history of the `n`th case that takes weeks.
    pub fn lasting(&self, n: u32) -> &Original {
        if n.is_multiple_of(ENFORCED) {
            &self.building
        } else {
            &self.tree
        }
    }
}

impl Story {
    /// A unit signs for it and handles it.
    async fn live(&self, cast: &Cast) -> anyhow::Result<()> {
        let report = json!({
            "source": "patrol",
            "text": self.text,
            "place": {"lon": self.lon, "lat": 34.835},
        });
        let worker = cast.holder("grid_worker").await?;
        let call = worker
            .post("/api/v1/cases")
            .key(&Uuid::new_v4().to_string());
        let filed = call.json(&report).send().await?.expect(201)?.body;
        let id = filed["id"].as_str().context("a case without id")?;
        cast.act(id, "accept", json!({})).await?;
        let registration = json!({"matter": self.matter, "condition": self.condition});
        cast.act(id, "register", registration).await?;
        let lead = json!({"units": [{"unit": BUREAU, "role": "lead"}]});
        cast.act(id, "dispatch", lead).await?;
        cast.act(id, "sign", json!({})).await?;
        Ok(())
    }
}

/// Puts the registers, and the notices of the years that are not shipped yet.
async fn furnish(url: &str) -> anyhow::Result<()> {
    let store = Store::open(url, Durability::Off).await?;
    let eve = Timestamp::parse(MORNING)?.plus_days(-1);
    bundle::put_demo_registers(&store, &ListNote::unexplained(eve)).await?;
    let years: anyhow::Result<Vec<CalendarYear>> = YEARS.map(notice).collect();
    let service = service(store, &Arc::new(AtomicI64::new(eve.micros()))).await?;
    let put = service.put_calendar(years?, "放假安排".to_owned()).await?;
    ensure!(put == Ok(YEARS.count()), "not the whole calendar: {put:?}");
    Ok(())
}

/// The holidays of a year of which the days never change.
fn notice(year: i32) -> anyhow::Result<CalendarYear> {
    let new_year = [(1, 1)].into_iter();
    let may = (1..=5).map(|day| (5, day));
    let october = (1..=7).map(|day| (10, day));
    let days = new_year.chain(may).chain(october).map(|(month, day)| {
        let date = Date::from_ymd(year, month, day).context("no such day")?;
        anyhow::Ok((date, DayKind::Off))
    });
    Ok(CalendarYear {
        year,
        days: days.collect::<anyhow::Result<_>>()?,
    })
}

/// The use cases by a clock that the benchmark sets.
pub async fn service(store: Store, now: &Arc<AtomicI64>) -> anyhow::Result<Service> {
    let clock = Clock::Set(now.clone());
    Ok(Service::open(store, clock, Arc::new(InMemory::new()), [7; 32]).await?)
}

/// Appends copies of histories, each so many microseconds later than it was lived through.
pub async fn fill<'o>(
    store: &Store,
    copies: impl Iterator<Item = (&'o Original, i64)>,
) -> anyhow::Result<()> {
    stream::iter(copies)
        .map(|(original, later)| {
            let whole = original.pauses.last().copied();
            original.again(whole.context("a history without events")?, later)
        })
        .map(|events| async {
            let append = Append {
                case: None,
                events: events?,
                others: Vec::new(),
                key: None,
                resident: None,
            };
            anyhow::Ok(store.append(append).await?)
        })
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| async { Ok(()) })
        .await
}
