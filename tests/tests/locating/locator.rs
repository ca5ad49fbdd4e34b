//! Somebody who asks where points lie, over one connection, and believes only what fits.

use anyhow::{Context, ensure};
use gridwhistle_e2e::{
    Api,
    load::{Connection, Response},
};
use serde_json::{Value, json};

use crate::{
    history::{History, Promise},
    strip::{self, Place},
};

/// A connection, and the version that it has seen.
pub struct Client {
    connection: Connection,
    token: String,
    promise: Promise,
    places: Vec<Place>,
    seen: u32,
}

impl Client {
    /// A connection to a server, given its address without the scheme, for somebody who may ask.
    pub async fn connect(address: &str, who: &Api, promise: Promise) -> anyhow::Result<Self> {
        Ok(Self {
            connection: Connection::open(address).await?,
            token: who.token().context("nobody is logged in")?.to_owned(),
            promise,
            places: strip::places(),
            seen: 0,
        })
    }

    /// Asks for one place, or for all at once as JSON or as bytes, by turns. An answer that no version in force gives, or
    /// one before the last that was seen, is an error.
    pub async fn ask(&mut self, history: &History, turn: usize) -> anyhow::Result<()> {
        match turn % 3 {
            0 => self.ask_one(history, turn / 3).await,
            1 => self.ask_all(history).await.map(|_| ()),
            _ => self.ask_packed(history).await,
        }
    }

    /// Asks for all places as JSON; answers the version of the answer.
    pub async fn ask_all(&mut self, history: &History) -> anyhow::Result<u32> {
        let places = self.places.iter();
        let points: Value = places
            .map(|(lon, lat)| strip::degrees(*lon, *lat))
            .collect();
        let body = json!({"points": points}).to_string();
        let request = self.post("/api/v1/locate", "application/json", body.as_bytes());
        let since = self.since(history);
        let answer = parsed(self.connection.exchange(&request).await?)?;
        let items = answer["items"].as_array().context("no items")?;
        let grids: Vec<Option<u64>> = items.iter().map(|item| code(&item["grid"])).collect();
        self.seen = believed(history, &self.places, &grids, since)?;
        Ok(self.seen)
    }

    async fn ask_one(&mut self, history: &History, turn: usize) -> anyhow::Result<()> {
        let place = self.places[turn % self.places.len()];
        let (lon, lat) = (f64::from(place.0) / 1e7, f64::from(place.1) / 1e7);
        let line = format!("GET /api/v1/locate?lon={lon}&lat={lat} HTTP/1.1");
        let request = format!("{}\r\n", self.head(&line)).into_bytes();
        let since = self.since(history);
        let answer = parsed(self.connection.exchange(&request).await?)?;
        let grids = [code(&answer["grid"]["code"])];
        self.seen = believed(history, &[place], &grids, since)?;
        Ok(())
    }

    async fn ask_packed(&mut self, history: &History) -> anyhow::Result<()> {
        let mut body = Vec::with_capacity(self.places.len() * 16);
        for (lon, lat) in &self.places {
            body.extend((f64::from(*lon) / 1e7).to_le_bytes());
            body.extend((f64::from(*lat) / 1e7).to_le_bytes());
        }
        let request = self.post("/api/v1/locate/packed", "application/octet-stream", &body);
        let since = self.since(history);
        let answer = self.connection.exchange(&request).await?;
        ensure!(answer.status == 200, "{} packed", answer.status);
        let (words, rest) = answer.body.as_chunks::<8>();
        ensure!(rest.is_empty(), "half a code");
        let numbers = words.iter().map(|word| u64::from_le_bytes(*word));
        let grids: Vec<Option<u64>> = numbers
            .map(|number| Some(number).filter(|number| *number > 0))
            .collect();
        self.seen = believed(history, &self.places, &grids, since)?;
        Ok(())
    }

    /// The oldest version that may answer what is asked now.
    fn since(&self, history: &History) -> u32 {
        match self.promise {
            Promise::AtOnce => self.seen.max(history.acknowledged()),
            Promise::InTime => self.seen,
        }
    }

    fn post(&self, path: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "{}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            self.head(&format!("POST {path} HTTP/1.1")),
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    fn head(&self, line: &str) -> String {
        let token = &self.token;
        format!("{line}\r\nHost: gridwhistle\r\nAuthorization: Bearer {token}\r\n")
    }
}

/// The version that gives these answers, which is none before `since`.
fn believed(
    history: &History,
    places: &[Place],
    grids: &[Option<u64>],
    since: u32,
) -> anyhow::Result<u32> {
    let version = history.version_of(places, grids, since);
    version.with_context(|| format!("no version from {since} on has {places:?} in {grids:?}"))
}

/// What stands in a field, as a code of 15 digits.
fn code(of: &Value) -> Option<u64> {
    of.as_str()?.parse().ok()
}

fn parsed(response: Response<'_>) -> anyhow::Result<Value> {
    let text = String::from_utf8_lossy(response.body);
    ensure!(response.status == 200, "{}: {text}", response.status);
    Ok(serde_json::from_str(&text)?)
}
