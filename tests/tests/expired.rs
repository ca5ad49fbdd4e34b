//! What was good once: a link that was answered or has run out, a matter that is no longer in force.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use gridwhistle_e2e::{Api, Cast, Server, on_both_databases};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

/// A matter of the past, one of the future, and one of now.
const MATTERS: &str = "\
catalogue,kind,code,major_code,major_name,name,valid_from,valid_to
bygone,event,99901,99,地方事项类,往年事项,2020-01-01,2025-01-01
bygone,event,99902,99,地方事项类,来年事项,2999-01-01,
bygone,event,99903,99,地方事项类,现行事项,2020-01-01,
";

on_both_databases! {
    async fn a_matter_is_taken_while_it_is_in_force_and_no_other_is_known(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        server.stop().await?;
        let own = server.data_dir().join("matters.csv");
        fs::write(&own, MATTERS)?;
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/data/catalogue");
        let files = [shipped.join("gbt47678-5-2026.csv"), shipped.join("local-99.csv"), own]
            .map(|file| file.display().to_string());
        let arguments = ["catalogue", &files[0], &files[1], &files[2]];
        server.run("import", &arguments).await?;
        server.restart().await?;

        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let before = feed(&cast).await?.len();
        for (matter, code) in [
            ("event-99901", "matter_not_in_force"),
            ("event-99902", "matter_not_in_force"),
            ("event-98765", "unknown_matter"),
        ] {
            let problem = file(worker, Some(matter)).await?.problem(422)?;
            let named = problem["errors"].as_array().is_some_and(|errors| {
                errors.iter().any(|error| error["code"] == code && error["pointer"] == "/matter")
            });
            assert!(named, "{code} is not said of {matter}: {problem:#}");
        }
        assert_eq!(feed(&cast).await?.len(), before, "something was written");
        file(worker, Some("event-99903")).await?.expect(201)?;

        // Nor can the registrar name it later.
        let case = file(worker, None).await?.expect(201)?.body;
        let id = case["id"].as_str().context("a case without id")?;
        let accepted = cast.act(id, "accept", json!({})).await?.case;
        let before = feed(&cast).await?.len();
        let registrar = cast.holder("registrar").await?;
        for matter in ["event-99901", "event-99902", "event-98765"] {
            let body = json!({
                "action": "register",
                "matter": matter,
                "condition": format!("{matter}/1"),
            });
            registrar
                .post(&format!("/api/v1/cases/{id}/actions"))
                .key(&Uuid::new_v4().to_string())
                .header("If-Match", &format!("\"{}\"", accepted["version"]))
                .json(&body)
                .send()
                .await?
                .problem(422)
                .context(matter)?;
        }
        // What cannot be chosen is not offered.
        let offered = worker.list("/api/v1/matters").await?;
        let offered: BTreeSet<&str> = offered.iter().filter_map(|one| one["id"].as_str()).collect();
        assert!(offered.contains("event-99903"), "{offered:?}");
        assert!(!offered.contains("event-99901") && !offered.contains("event-99902"));
        assert_eq!(feed(&cast).await?.len(), before, "something was written");

        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

/// The demo's history has residents who never answered: their links have run out by the clock of
/// the machine. Nobody hands such a link out any more, so it is sealed here as it was then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_was_answered_or_has_run_out_is_gone() -> anyhow::Result<()> {
    let mut server = Server::demo(200).start().await?;
    server.serve_without_flood_limits().await?;
    let cast = Cast::of(&server)?;
    let key = fs::read(server.data_dir().join("link.key"))?;

    // A link of now, to see that it is sealed as the server does.
    let closed = closed_case(&cast).await?;
    let id = closed["id"].as_str().context("a case without id")?;
    let handed = closed["rating_link"].as_str().context("no link")?;
    let token = seal(&key, id, 1)?;
    assert_eq!(handed.rsplit('/').next(), Some(token.as_str()));
    let stranger = cast.stranger();
    assert_eq!(question(stranger, &token).await?["open"], true);
    rate(stranger, &token).await?.expect(201)?;
    let before = feed(&cast).await?;
    gone(stranger, &token).await?;

    let rated: BTreeSet<String> = before
        .iter()
        .filter(|event| event["type"] == "rated")
        .map(|event| event["data"]["feedback"].to_string())
        .collect();
    // Closed once: the link is of the first round.
    let unanswered: Vec<&Value> = before
        .iter()
        .filter(|event| event["type"] == "closed" && !event["data"]["feedback"].is_null())
        .filter(|event| !rated.contains(&event["data"]["feedback"]["id"].to_string()))
        .filter(|event| {
            let same =
                |other: &&Value| other["type"] == "closed" && other["case_id"] == event["case_id"];
            before.iter().filter(same).count() == 1
        })
        .collect();
    let mut expired = 0;
    for event in unanswered {
        let until = event["data"]["feedback"]["expires_at"]
            .as_str()
            .context("a question without an end")?;
        if DateTime::parse_from_rfc3339(until)? > Utc::now() {
            continue;
        }
        let id = event["case_id"].as_str().context("a row without a case")?;
        gone(stranger, &seal(&key, id, 1)?).await?;
        expired += 1;
    }
    assert!(expired > 0, "everybody has answered in time");

    // A seal that is none opens nothing, nor does one for a round that never was.
    for forged in [seal(b"another key", id, 1)?, seal(&key, id, 9)?] {
        stranger
            .get(&format!("/api/v1/ratings/{forged}"))
            .send()
            .await?
            .problem(404)?;
        stranger
            .get(&format!("/r/{forged}"))
            .send()
            .await?
            .expect(404)?;
    }
    assert_eq!(
        feed(&cast).await?.len(),
        before.len(),
        "something was written"
    );
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

/// The link answers no more: by the API and on its page, in either language.
async fn gone(stranger: &Api, token: &str) -> anyhow::Result<()> {
    assert_eq!(question(stranger, token).await?["open"], false);
    let problem = rate(stranger, token).await?.problem(410)?;
    assert_eq!(problem["status"], 410);
    let page = format!("/r/{token}");
    let shown = |answer: gridwhistle_e2e::Answer| -> anyhow::Result<String> {
        let html = answer.expect(410)?.body;
        let html = html.as_str().context("no page")?.to_owned();
        assert!(!html.contains("<form"), "nothing to fill in: {html}");
        Ok(html)
    };
    let chinese = stranger.get(&page).header("Accept-Language", "zh-CN");
    assert!(shown(chinese.send().await?)?.contains("已过期"));
    let english = stranger.get(&format!("{page}?lang=en"));
    assert!(shown(english.send().await?)?.contains("expired"));
    let answers = "lang=zh&contacted=yes&solved=yes&satisfaction=satisfied";
    let sent = stranger
        .post(&page)
        .bytes("application/x-www-form-urlencoded", answers);
    assert!(shown(sent.send().await?)?.contains("已过期"));
    Ok(())
}

async fn question(stranger: &Api, token: &str) -> anyhow::Result<Value> {
    let path = format!("/api/v1/ratings/{token}");
    Ok(stranger.get(&path).send().await?.expect(200)?.body)
}

async fn rate(stranger: &Api, token: &str) -> anyhow::Result<gridwhistle_e2e::Answer> {
    let answer = json!({"contacted": true, "solved": "yes", "satisfaction": "satisfied"});
    stranger
        .post(&format!("/api/v1/ratings/{token}"))
        .json(&answer)
        .send()
        .await
}

/// The token of a link: the case's id, the round, and sixteen bytes of HMAC-SHA-256 over them.
fn seal(key: &[u8], case: &str, round: u16) -> anyhow::Result<String> {
    let mut bytes = Uuid::parse_str(case)?.as_bytes().to_vec();
    bytes.extend(round.to_be_bytes());
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)?;
    mac.update(&bytes);
    bytes.extend(mac.finalize().into_bytes().iter().take(16));
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A resident's report in the first worker's grid, handled and closed.
async fn closed_case(cast: &Cast) -> anyhow::Result<Value> {
    let worker = cast.holder("grid_worker").await?;
    let me = worker.get("/api/v1/me").send().await?.expect(200)?.body;
    let scope = me["posts"][0]["scope"].as_str().context("no post")?;
    let grid = scope.split(',').next().unwrap_or_default();
    let filed = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string())
        .json(&json!({
            "source": "resident",
            "text": "路口暴露垃圾",
            "matter": "event-06010",
            "place": {"grid": grid},
            "resident": {"name": "欧阳秀英", "telephone": "13851234567"},
        }))
        .send()
        .await?
        .expect(201)?
        .body;
    let id = filed["id"].as_str().context("a case without id")?;
    cast.act(id, "accept", json!({})).await?;
    let registration = json!({"matter": "event-06010", "condition": "event-06010/1"});
    cast.act(id, "register", registration).await?;
    let lead = json!({"units": [{"unit": "320707101-zf", "role": "lead"}]});
    cast.act(id, "dispatch", lead).await?;
    cast.act(id, "sign", json!({})).await?;
    cast.reply(id).await?;
    cast.act(id, "finish", json!({"result": "已更换"})).await?;
    cast.act(id, "verify", json!({"passed": true})).await?;
    let closed = cast.act(id, "close", json!({"standard_met": true})).await?;
    Ok(closed.case)
}

async fn file(worker: &Api, matter: Option<&str>) -> anyhow::Result<gridwhistle_e2e::Answer> {
    let mut body = json!({
        "source": "patrol",
        "text": "占道经营",
        "place": {"lon": 119.105, "lat": 34.835},
    });
    if let Some(matter) = matter {
        body["matter"] = matter.into();
    }
    worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string())
        .json(&body)
        .send()
        .await
}

/// Everything that has happened, as the supervisor of the district may see it.
async fn feed(cast: &Cast) -> anyhow::Result<Vec<Value>> {
    let supervisor = cast.holder("supervisor").await?;
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/api/v1/events?after={after}&limit=1000");
        let page = supervisor.get(&path).send().await?.expect(200)?.body;
        let items = page["items"].as_array().context("a feed without items")?;
        if items.is_empty() {
            return Ok(events);
        }
        events.extend(items.iter().cloned());
        after = page["next"].as_i64().context("a feed without next")?;
    }
}
