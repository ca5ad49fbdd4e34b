//! The figures of the API against a recount from the event feed.

mod recount;

use anyhow::{Context, bail};
use gridwhistle_e2e::{Api, Server};
use recount::{Figure, Question, instant, recount};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_independent_count_of_the_feed_gives_the_same_figures() -> anyhow::Result<()> {
    let mut server = Server::demo(250).start().await?;
    let api = server.login_as("supervisor").await?;
    let feed = events(&api).await?;
    assert!(
        feed.iter().any(|row| row["type"] == "rated"),
        "a demo without a single rating shows little"
    );
    let first = instant(&feed[0]["recorded_at"])?;
    let mut compared = 0;
    for question in [
        "period=month",
        "period=quarter",
        "period=year",
        "period=year&by=town",
        "period=year&by=village",
        "period=year&by=unit",
        "period=week",
    ] {
        compared += compare(&api, &format!("/api/v1/indicators?{question}"), &feed).await?;
    }
    // As it stood in the middle of the history.
    let middle = day(first + (instant(&feed[feed.len() - 1]["recorded_at"])? - first) / 2);
    let as_of = format!("/api/v1/indicators?period=year&by=town&as_of={middle}T12:00:00%2B08:00");
    compared += compare(&api, &as_of, &feed).await?;
    let series = format!(
        "/api/v1/indicators/series?from={}&to={}&each=week",
        day(first),
        day(instant(&feed[feed.len() - 1]["recorded_at"])?)
    );
    compared += compare(&api, &series, &feed).await?;
    assert!(compared > 300, "only {compared} figures were compared");
    server.stop().await?;
    server.assert_log_clean()
}

/// The whole feed.
async fn events(api: &Api) -> anyhow::Result<Vec<Value>> {
    let mut rows: Vec<Value> = Vec::new();
    let mut after = 0;
    loop {
        let path = format!("/api/v1/events?after={after}&limit=1000");
        let page = api.get(&path).send().await?.expect(200)?.body;
        let items = page["items"].as_array().context("a feed without items")?;
        if items.is_empty() {
            return Ok(rows);
        }
        rows.extend(items.iter().cloned());
        after = page["next"].as_i64().context("a feed without next")?;
    }
}

/// Compares all figures that a path answers with, and tells how many have a value.
async fn compare(api: &Api, path: &str, feed: &[Value]) -> anyhow::Result<usize> {
    let page = api.get(path).send().await?.expect(200)?.body;
    let as_of = instant(&page["as_of"])?;
    let mut compared = 0;
    for group in page["groups"]
        .as_array()
        .context("an answer without groups")?
    {
        let owner = group["owner"].as_str().map(str::to_owned);
        let is_division = owner.as_ref().is_some_and(|code| {
            code.len() == 12 && code.bytes().all(|digit| digit.is_ascii_digit())
        });
        let question = Question {
            begin: instant(&group["from"])?,
            end: instant(&group["to"])?.min(as_of),
            division: owner.clone().filter(|_| is_division),
            unit: owner.filter(|_| !is_division),
        };
        let counted = recount(feed, &question)?;
        for said in group["figures"]
            .as_array()
            .context("a group without figures")?
        {
            let name = said["indicator"]
                .as_str()
                .context("a figure without name")?;
            let Some(counted) = counted.get(name) else {
                bail!("{name} is not among the definitions");
            };
            if let Err(difference) = same(said, counted, name) {
                bail!(
                    "{path}, {question:?}, {name}: {difference}\nsaid {said:#}\ncounted {counted:#?}"
                );
            }
            compared += usize::from(counted.value.is_some());
        }
    }
    Ok(compared)
}

fn same(said: &Value, counted: &Figure, name: &str) -> anyhow::Result<()> {
    let counts = matches!(name, "due" | "overdue_open" | "minutes_to_check_in");
    let scale = if counts { 1 } else { 100 };
    let terms = [
        (
            "numerator",
            scaled(&said["numerator"], 100)?,
            Some(counted.numerator),
        ),
        (
            "denominator",
            said["denominator"].as_i64(),
            Some(counted.denominator),
        ),
        ("value", scaled(&said["value"], scale)?, counted.value),
        ("p90", scaled(&said["p90"], 1)?, counted.p90),
        (
            "low",
            scaled(&said["interval"]["low"], 100)?,
            counted.interval.map(|i| i.0),
        ),
        (
            "high",
            scaled(&said["interval"]["high"], 100)?,
            counted.interval.map(|i| i.1),
        ),
    ];
    for (term, said, counted) in terms {
        if said != counted {
            bail!("{term} {said:?} is counted as {counted:?}");
        }
    }
    let said = said["exclusions"].as_array().context("no exclusions")?;
    let said: Vec<(Option<&str>, Option<i64>)> = said
        .iter()
        .map(|apart| (apart["reason"].as_str(), apart["count"].as_i64()))
        .collect();
    if said.len() != counted.excluded.len() {
        bail!("other exclusions");
    }
    for (reason, count) in &counted.excluded {
        if !said.contains(&(Some(reason), Some(*count))) {
            bail!("{reason} is counted as {count}");
        }
    }
    Ok(())
}

/// A decimal in whole parts of `scale`, from its own digits: what is not a whole part is a fault.
fn scaled(value: &Value, scale: i64) -> anyhow::Result<Option<i64>> {
    if value.is_null() {
        return Ok(None);
    }
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = if scale == 100 { 2 } else { 0 };
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > digits {
        bail!("{text} has more digits than {digits}");
    }
    let whole: i64 = whole.parse()?;
    let part: i64 = format!("{fraction:0<digits$}0").parse::<i64>()? / 10;
    Ok(Some(whole * scale + part))
}

/// The day of an instant at UTC+8.
fn day(micros: i64) -> String {
    let local = chrono::DateTime::from_timestamp_micros(micros + 8 * 3_600_000_000);
    local.unwrap_or_default().format("%Y-%m-%d").to_string()
}
