//! Before and after the handling, by HTTP: looked at, sent back, settled, merged, closed by force,
//! reopened.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use gridwhistle_e2e::{Api, Cast, Database, Server, ServerBuilder, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";
/// One grey point.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

on_both_databases! {
    async fn a_case_is_looked_at_sent_back_closed_by_force_and_reopened(database: Database) {
        let mut server = town(database).start().await?;
        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let id = file(worker, 0.0).await?;
        let asked = cast.act(&id, "request_confirmation", json!({"note": "请核实"})).await?;
        assert_eq!(asked.case["stage"], "confirming");
        let early = refused(&cast, "registrar", &id, "accept").await?;
        assert_eq!(early["code"], "not_confirmed");
        let found = cast.act(&id, "confirm", json!({"valid": true, "note": "属实"})).await?;
        assert_eq!(found.by.post, "grid_worker");
        assert_eq!(found.case["confirmation"]["valid"], true);
        cast.act(&id, "accept", json!({})).await?;
        cast.act(&id, "register", registration()).await?;
        let back = cast.act(&id, "send_back", json!({"reason": "条件选错"})).await?;
        assert_eq!((&back.case["stage"], &back.case["rounds"]), (&json!("accepted"), &json!(0)));
        cast.act(&id, "register", registration()).await?;

        cast.act(&id, "claim", json!({})).await?;
        cast.act(&id, "dispatch", lead(&server)?).await?;
        cast.act(&id, "sign", json!({})).await?;
        cast.reply(&id).await?;
        cast.act(&id, "finish", json!({"result": "已清运"})).await?;
        cast.act(&id, "verify", json!({"passed": true})).await?;
        let closed = cast.act(&id, "force_close", json!({"reason": "另行立项"})).await?;
        assert_eq!(closed.by.post, "duty_leader");
        assert_eq!(closed.case["stage"], "closed");

        let registrar = cast.holder("registrar").await?;
        let waiting = "/api/v1/cases?reopening=true";
        assert!(registrar.list(waiting).await?.is_empty());
        cast.act(&id, "request_reopening", json!({"reason": "又有垃圾"})).await?;
        assert_eq!(registrar.list(waiting).await?.len(), 1);
        let no = cast.act(&id, "refuse_reopening", json!({"reason": "属新问题"})).await?;
        assert_eq!(no.case["reopening"]["refusal"], "属新问题");
        assert!(registrar.list(waiting).await?.is_empty());
        let again = cast.act(&id, "reopen", json!({"reason": "复核后同意"})).await?;
        assert_eq!(again.case["rounds"], 2);
        cast.act(&id, "dispatch", lead(&server)?).await?;
        let void = cast.act(&id, "void", json!({"reason": "误报"})).await?;
        let parts = void.case["assignments"].as_array().context("no assignments")?;
        assert_eq!(parts[1]["stage"], "revoked");

        let events = worker.get(&format!("/api/v1/cases/{id}/events")).send().await?.expect(200)?;
        let kinds: Vec<&str> = events.body["items"]
            .as_array()
            .context("no events")?
            .iter()
            .filter_map(|row| row["type"].as_str())
            .collect();
        for kind in ["confirmation_requested", "confirmed", "sent_back", "claimed", "reopening_refused"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }

    async fn a_matter_reported_twice_is_merged_and_both_residents_are_asked(database: Database) {
        let mut server = town(database).start().await?;
        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let registrar = cast.holder("registrar").await?;
        let (one, two, far) = (file(worker, 0.0).await?, file(worker, 20.0).await?, file(worker, 90.0).await?);
        let likely = registrar.get(&format!("/api/v1/cases/{two}/duplicates")).send().await?.expect(200)?;
        let items = likely.body["items"].as_array().context("no list")?.clone();
        assert_eq!(items.len(), 1, "{items:?}");
        assert_eq!(items[0]["case"]["id"], json!(one));

        for (into, code) in [(json!(two), "same_case"), (json!(Uuid::nil()), "unknown_case")] {
            let offers = registrar.get(&format!("/api/v1/cases/{two}/actions")).send().await?.body;
            let problem = registrar
                .post(&format!("/api/v1/cases/{two}/actions"))
                .key(&Uuid::new_v4().to_string())
                .header("If-Match", &format!("\"{}\"", offers["version"]))
                .json(&json!({"action": "merge", "into": into}))
                .send()
                .await?
                .problem(422)?;
            assert_eq!(problem["errors"][0]["code"], code, "{problem}");
            assert_eq!(problem["errors"][0]["pointer"], "/into");
        }
        cast.act(&two, "link", json!({"to": far})).await?;
        let merged = cast.act(&two, "merge", json!({"into": one})).await?;
        assert_eq!(merged.case["stage"], "merged");

        cast.act(&one, "accept", json!({})).await?;
        cast.act(&one, "register", registration()).await?;
        cast.act(&one, "dispatch", lead(&server)?).await?;
        cast.act(&one, "sign", json!({})).await?;
        cast.reply(&one).await?;
        cast.act(&one, "finish", json!({"result": "已清运"})).await?;
        cast.act(&one, "verify", json!({"passed": true})).await?;
        let closed = cast.act(&one, "close", json!({"standard_met": true})).await?.case;
        let told = registrar.get(&format!("/api/v1/cases/{two}")).send().await?.expect(200)?.body;
        assert_eq!(told["merged_into"]["ended"], "closed");
        for case in [&closed, &told] {
            let link = case["rating_link"].as_str().context("no link for the resident")?;
            let path = format!("/api/v1/ratings/{}", link.rsplit('/').next().unwrap_or_default());
            let question = cast.stranger().get(&path).send().await?.expect(200)?.body;
            assert_eq!(question["number"], case["number"]);
            let answer = json!({"contacted": true, "solved": "yes", "satisfaction": "satisfied"});
            cast.stranger().post(&path).json(&answer).send().await?.expect(201)?;
            cast.stranger().post(&path).json(&answer).send().await?.problem(410)?;
        }
        let rate = figure(&cast, "satisfaction_rate").await?;
        assert_eq!(rate["denominator"], 2, "{rate}");
        assert_eq!(excluded(&figure(&cast, "due").await?, "merged"), 1);
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }

    async fn what_a_worker_settles_himself_is_closed_at_once_and_beside_the_figures(database: Database) {
        let mut server = town(database).start().await?;
        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let picture = STANDARD.decode(PICTURE)?;
        let mut photos = Vec::new();
        for _ in 0..2 {
            let call = worker.post("/api/v1/attachments").bytes("application/octet-stream", picture.clone());
            photos.push(call.send().await?.expect(201)?.body["id"].clone());
        }
        let settled = |condition: &str, after: &Value| {
            let mut body = report(0.0);
            body["self_handled"] = json!({"condition": condition, "before": [photos[0]], "after": [after]});
            body
        };
        for (body, pointer) in [
            (settled("event-06010/2", &photos[1]), "/self_handled/condition"),
            (settled("event-06010/1", &json!(Uuid::nil())), "/self_handled/after/0"),
        ] {
            let call = worker.post("/api/v1/cases").key(&Uuid::new_v4().to_string()).json(&body);
            let problem = call.send().await?.problem(422)?;
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        let call = worker.post("/api/v1/cases").key(&Uuid::new_v4().to_string());
        let filed = call.json(&settled("event-06010/1", &photos[1])).send().await?.expect(201)?.body;
        assert_eq!(filed["stage"], "closed");
        assert!(filed.get("round").is_none() && filed.get("rating_link").is_none());
        let due = figure(&cast, "due").await?;
        assert_eq!((&due["value"], excluded(&due, "self_handled")), (&json!(0.0), 1), "{due}");
        let id = filed["id"].as_str().context("a case without id")?;
        let back = cast.act(id, "reopen", json!({"reason": "未清理干净"})).await?;
        assert_eq!(back.case["stage"], "accepted");
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

fn town(database: Database) -> ServerBuilder {
    Server::town(database)
        .without_flood_limits()
        .secret(RESIDENT)
        .secret(TELEPHONE)
}

/// Rubbish in the first grid, so many metres north of the same point.
fn report(metres: f64) -> Value {
    json!({
        "source": "patrol",
        "text": "东大街路口暴露垃圾",
        "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835 + metres / 111_195.0},
        "resident": {"name": RESIDENT, "telephone": TELEPHONE},
    })
}

async fn file(worker: &Api, metres: f64) -> anyhow::Result<String> {
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    let filed = call.json(&report(metres)).send().await?.expect(201)?.body;
    Ok(filed["id"]
        .as_str()
        .context("a case without id")?
        .to_owned())
}

fn registration() -> Value {
    json!({"matter": "event-06010", "condition": "event-06010/1"})
}

/// The first unit whose leader has an account leads.
fn lead(server: &Server) -> anyhow::Result<Value> {
    let accounts = server.accounts()?;
    let leader = accounts.iter().find(|a| a.post == "unit_leader");
    let unit = &leader.context("no unit leader")?.scope;
    Ok(json!({"units": [{"unit": unit, "role": "lead"}]}))
}

/// What the holder of a post is told of an action that he is not offered now.
async fn refused(cast: &Cast, post: &str, id: &str, action: &str) -> anyhow::Result<Value> {
    let api = cast.holder(post).await?;
    let path = format!("/api/v1/cases/{id}/actions");
    let offers = api.get(&path).send().await?.expect(200)?.body;
    let items = offers["items"].as_array().context("no offers")?;
    let offer = items.iter().find(|offer| offer["action"] == action);
    Ok(offer.context("not known at all")?.clone())
}

async fn figure(cast: &Cast, indicator: &str) -> anyhow::Result<Value> {
    let supervisor = cast.holder("supervisor").await?;
    let page = supervisor.get("/api/v1/indicators?period=day");
    let page = page.send().await?.expect(200)?.body;
    let figures = page["groups"][0]["figures"].as_array();
    let found = figures.and_then(|all| all.iter().find(|one| one["indicator"] == indicator));
    found.cloned().context("no such figure")
}

/// How many stand beside a figure for that reason.
fn excluded(figure: &Value, reason: &str) -> i64 {
    let reasons = figure["exclusions"].as_array();
    let one = reasons.and_then(|all| all.iter().find(|one| one["reason"] == reason));
    one.and_then(|one| one["count"].as_i64()).unwrap_or(0)
}
