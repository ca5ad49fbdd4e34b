//! The figures of the API against a recount from the event feed.

mod recount;
mod terms;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gridwhistle_e2e::{Api, Cast, Database, Server};
use recount::{Figure, Question, recount};
use serde_json::{Value, json};
use terms::instant;
use uuid::Uuid;

/// One grey point.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_independent_count_of_the_feed_gives_the_same_figures() -> anyhow::Result<()> {
    let mut server = Server::demo(250).start().await?;
    let api = server.login_as("supervisor").await?;
    let feed = events(&api).await?;
    assert!(
        feed.iter().any(|row| row["type"] == "rated"),
        "a demo without a single rating shows little"
    );
    for passed in [
        "escalated",
        "delegated",
        "appeal_accepted",
        "appeal_refused",
    ] {
        let found = feed.iter().any(|row| row["type"] == passed);
        assert!(found, "a demo without {passed} compares too little");
    }
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
        "period=year&by=kind",
        "period=year&by=unit&centre=320707000000",
        "period=year&by=town&centre=320707101000",
        "period=quarter&centre=320707000000",
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

/// What stands beside the figures, and what is asked of residents behind merged cases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_settled_merged_sent_back_or_voided_is_counted_alike() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite())
        .without_flood_limits()
        .start()
        .await?;
    let cast = Cast::of(&server)?;
    let worker = cast.holder("grid_worker").await?;
    let accounts = server.accounts()?;
    let leader = accounts.iter().find(|a| a.post == "unit_leader");
    let unit = &leader.context("no unit leader")?.scope;
    let lead = json!({"units": [{"unit": unit, "role": "lead"}]});
    let registration = json!({"matter": "event-06010", "condition": "event-06010/1"});

    let settled = file(worker, true).await?;
    let reopened = file(worker, true).await?;
    cast.act(&reopened, "reopen", json!({"reason": "未清理"}))
        .await?;
    let (one, part, other) = (
        file(worker, false).await?,
        file(worker, false).await?,
        file(worker, false).await?,
    );
    for id in [&one, &other] {
        cast.act(id, "accept", json!({})).await?;
        cast.act(id, "register", registration.clone()).await?;
    }
    cast.act(&one, "send_back", json!({"reason": "条件选错"}))
        .await?;
    cast.act(&one, "register", registration.clone()).await?;
    cast.act(&part, "merge", json!({"into": one})).await?;
    for id in [&one, &other] {
        cast.act(id, "dispatch", lead.clone()).await?;
    }
    cast.act(&other, "void", json!({"reason": "误报"})).await?;
    cast.act(&one, "sign", json!({})).await?;
    cast.reply(&one).await?;
    cast.act(&one, "finish", json!({"result": "已清运"}))
        .await?;
    cast.act(&one, "verify", json!({"passed": true})).await?;
    cast.act(&one, "close", json!({"standard_met": true}))
        .await?;
    let registrar = cast.holder("registrar").await?;
    let told = registrar.get(&format!("/api/v1/cases/{part}"));
    let told = told.send().await?.expect(200)?.body;
    let link = told["rating_link"].as_str().context("no link")?;
    let token = link.rsplit('/').next().unwrap_or_default();
    let answer = json!({"contacted": true, "solved": "no", "satisfaction": "dissatisfied"});
    let rated = cast.stranger().post(&format!("/api/v1/ratings/{token}"));
    rated.json(&answer).send().await?.expect(201)?;

    let api = cast.holder("supervisor").await?;
    let feed = events(api).await?;
    assert!(
        feed.iter()
            .any(|row| row["case_id"] == json!(settled) && row["type"] == "self_handled")
    );
    for question in ["period=day", "period=year&by=town", "period=year&by=unit"] {
        let path = format!("/api/v1/indicators?{question}");
        assert!(compare(api, &path, &feed).await? > 8, "{question}");
    }
    server.stop().await?;
    server.assert_log_clean()
}

/// Rubbish reported for a resident, or settled by the worker himself.
async fn file(worker: &Api, settled: bool) -> anyhow::Result<String> {
    let mut report = json!({
        "source": "patrol",
        "text": "路边暴露垃圾",
        "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835},
        "resident": {"name": "李四", "telephone": "13800001111"},
    });
    if settled {
        let picture = STANDARD.decode(PICTURE)?;
        let kept = worker
            .post("/api/v1/attachments")
            .bytes("application/octet-stream", picture);
        let photo = kept.send().await?.expect(201)?.body["id"].clone();
        report["self_handled"] =
            json!({"condition": "event-06010/1", "before": [photo], "after": [photo]});
    }
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    let filed = call.json(&report).send().await?.expect(201)?.body;
    let id = filed["id"].as_str().context("a case without id")?;
    Ok(id.to_owned())
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
    let by_kind = path.contains("by=kind");
    let centre = path.split_once("centre=").map(|(_, code)| code);
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
            unit: owner.clone().filter(|_| !is_division && !by_kind),
            kind: owner.filter(|_| by_kind),
            centre: centre.map(|code| code.chars().take(12).collect()),
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
    let counts = matches!(
        name,
        "due"
            | "overdue_open"
            | "minutes_to_check_in"
            | "whistles_blown"
            | "whistles_refused"
            | "whistles_withdrawn"
            | "admissions_refused"
    );
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
