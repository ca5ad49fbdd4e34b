//! The whole story of a case, from the street to the figures, by HTTP.

use anyhow::Context;
use gridwhistle_e2e::{Api, Cast, Server, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";

on_both_databases! {
    async fn a_report_is_handled_closed_and_rated_and_the_rate_is_seen(database: Database) {
        let mut server = town(database).start().await?;
        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let before = satisfaction(&cast).await?;
        assert!(before["value"].is_null(), "nobody has rated, so there is no rate: {before}");

        let (grid, _) = own_grid(worker).await?;
        let filed = worker
            .post("/api/v1/cases")
            .key(&Uuid::new_v4().to_string())
            .json(&json!({
                "source": "patrol",
                "text": "东大街路口暴露垃圾",
                "matter": "event-06010",
                "place": {"grid": grid},
                "resident": {"name": RESIDENT, "telephone": TELEPHONE},
            }))
            .send()
            .await?
            .expect(201)?;
        assert!(filed.header("etag").is_some() && filed.header("location").is_some());
        assert_eq!(filed.body["stage"], "reported");
        let told = filed.body["resident"].to_string();
        assert!(!told.contains(RESIDENT) && !told.contains(TELEPHONE), "not masked: {told}");
        let id = filed.body["id"].as_str().context("a case without id")?.to_owned();

        cast.act(&id, "accept", json!({})).await?;
        cast.act(&id, "register", registration(worker).await?).await?;
        let units = units(&server)?;
        let lead = json!([{"unit": units[0], "role": "lead"}]);
        cast.act(&id, "dispatch", json!({"units": lead})).await?;
        let signed = cast.act(&id, "sign", json!({})).await?;
        assert_eq!(signed.by.scope, units[0], "the called unit signs");
        cast.act(&id, "report_done", json!({"result": "已清运垃圾"})).await?;
        cast.reply(&id).await?;
        cast.act(&id, "finish", json!({})).await?;
        let verified = cast.act(&id, "verify", json!({"passed": true})).await?;
        assert_eq!(verified.case["stage"], "verified");
        let closed = cast.act(&id, "close", json!({"standard_met": true})).await?;
        assert_eq!(closed.case["stage"], "closed");

        rate(&cast, &closed.case, "satisfied").await?;
        let after = satisfaction(&cast).await?;
        assert_eq!(after["value"], json!(100.0), "{after}");
        assert_eq!(after["denominator"], 1);

        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }

    async fn a_whistle_calls_two_units_to_the_scene(database: Database) {
        let mut server = town(database).start().await?;
        let cast = Cast::of(&server)?;
        let worker = cast.holder("grid_worker").await?;
        let (_, point) = own_grid(worker).await?;
        let units = units(&server)?;
        let called = json!([
            {"unit": units[0], "role": "lead"},
            {"unit": units[1], "role": "assist"},
        ]);
        let filed = worker
            .post("/api/v1/cases")
            .key(&Uuid::new_v4().to_string())
            .json(&json!({
                "source": "patrol",
                "text": "沿街商铺占道经营，多次劝导无效",
                "matter": "event-06010",
                "place": point,
                "resident": {"name": RESIDENT, "telephone": TELEPHONE},
                "whistle": {"kind": "daily", "reason": "涉及多个部门", "wanted": called},
            }))
            .send()
            .await?
            .expect(201)?
            .body;
        let id = filed["id"].as_str().context("a case without id")?.to_owned();
        cast.act(&id, "accept", json!({})).await?;
        cast.act(&id, "register", registration(worker).await?).await?;
        cast.act(&id, "approve_whistle", json!({})).await?;
        let issued = cast
            .act(&id, "issue_whistle", json!({"units": called, "meeting": {"point": point}}))
            .await?;
        let parts: Vec<String> = issued.case["assignments"]
            .as_array()
            .context("nobody is called")?
            .iter()
            .filter_map(|part| part["id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(parts.len(), 2);
        for (post, whistles) in [("grid_worker", 1), ("unit_leader", 1), ("dispatcher", 0)] {
            let mine = server.login_as(post).await?.list("/api/v1/whistles?mine=true").await?;
            assert_eq!(mine.len(), whistles, "blown by, or calling, the {post}");
        }
        for part in &parts {
            let part = Some(part.as_str());
            cast.act_on(&id, part, "sign", json!({})).await?;
            cast.act_on(&id, part, "contact_blower", json!({"note": "十分钟后到"})).await?;
            let arrived = cast.act_on(&id, part, "check_in", json!({"point": point})).await?;
            let arrived = arrived.case["assignments"]
                .as_array()
                .and_then(|all| all.iter().find(|one| one["id"].as_str() == part))
                .context("the part is gone")?
                .clone();
            assert_eq!(arrived["on_spot"], true);
            assert_eq!(arrived["check_in"]["in_time"], true);
        }
        cast.reply(&id).await?;
        for part in parts.iter().rev() {
            cast.act_on(&id, Some(part), "report_done", json!({"result": "已清理"})).await?;
            cast.act_on(&id, Some(part), "finish", json!({})).await?;
        }
        let solved = cast.act(&id, "confirm_solved", json!({"point": point})).await?;
        assert_eq!(solved.by.post, "grid_worker");
        assert_eq!(solved.case["stage"], "verified", "said on the spot by the grid's worker");
        for part in &parts {
            let score = json!({"assignment_id": part, "response": 5, "quality": 4});
            cast.act(&id, "score", score).await?;
        }
        let closed = cast.act(&id, "close", json!({"standard_met": true})).await?;
        rate(&cast, &closed.case, "dissatisfied").await?;
        let rated = satisfaction(&cast).await?;
        assert_eq!(rated["value"], json!(0.0), "{rated}");

        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

/// A town without history: what happens is the test's own.
fn town(database: gridwhistle_e2e::Database) -> gridwhistle_e2e::ServerBuilder {
    Server::town(database)
        .without_flood_limits()
        .secret(RESIDENT)
        .secret(TELEPHONE)
}

/// The first grid of a worker: its code, and a point inside it.
async fn own_grid(worker: &Api) -> anyhow::Result<(String, Value)> {
    let me = worker.get("/api/v1/me").send().await?.expect(200)?.body;
    let scope = me["posts"][0]["scope"]
        .as_str()
        .context("a worker without a post")?;
    let code = scope.split(',').next().unwrap_or_default();
    let grid = worker
        .get(&format!("/api/v1/grids/{code}"))
        .send()
        .await?
        .expect(200)?
        .body;
    let point = json!({"lon": grid["label"][0], "lat": grid["label"][1]});
    Ok((code.to_owned(), point))
}

/// What a registrar fills in: the matter and its first condition.
async fn registration(api: &Api) -> anyhow::Result<Value> {
    let matter = api
        .get("/api/v1/matters/event/06010")
        .send()
        .await?
        .expect(200)?
        .body;
    Ok(json!({"matter": matter["id"], "condition": matter["conditions"][0]["id"]}))
}

/// The units whose leaders have accounts.
fn units(server: &Server) -> anyhow::Result<Vec<String>> {
    let accounts = server.accounts()?;
    let units: Vec<String> = accounts
        .into_iter()
        .filter(|account| account.post == "unit_leader")
        .map(|account| account.scope)
        .collect();
    assert!(
        units.len() >= 2,
        "two units are needed for a whistle, the town has {units:?}"
    );
    Ok(units)
}

/// The resident answers by the link, once.
async fn rate(cast: &Cast, closed: &Value, satisfaction: &str) -> anyhow::Result<()> {
    let link = closed["rating_link"]
        .as_str()
        .context("no link for the resident")?;
    let token = link.rsplit('/').next().unwrap_or_default();
    let path = format!("/api/v1/ratings/{token}");
    let stranger = cast.stranger();
    let question = stranger.get(&path).send().await?.expect(200)?.body;
    assert_eq!(question["open"], true);
    assert!(!question.to_string().contains(RESIDENT));
    let answer = json!({"contacted": true, "solved": "yes", "satisfaction": satisfaction});
    stranger
        .post(&path)
        .json(&answer)
        .send()
        .await?
        .expect(201)?;
    stranger
        .post(&path)
        .json(&answer)
        .send()
        .await?
        .problem(410)?;
    Ok(())
}

/// Today's satisfaction rate, as the supervisor sees it.
async fn satisfaction(cast: &Cast) -> anyhow::Result<Value> {
    let supervisor = cast.holder("supervisor").await?;
    let page = supervisor
        .get("/api/v1/indicators?period=day")
        .send()
        .await?
        .expect(200)?
        .body;
    page["groups"][0]["figures"]
        .as_array()
        .and_then(|figures| {
            figures
                .iter()
                .find(|one| one["indicator"] == "satisfaction_rate")
        })
        .cloned()
        .context("no satisfaction rate")
}
