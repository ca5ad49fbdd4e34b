//! Bad input is answered with a problem that names it, and leaves nothing behind.

use anyhow::{Context, bail};
use gridwhistle_e2e::{Answer, Api, Call, Cast, Server, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases! {
    async fn a_wrong_report_is_refused_with_every_fault_named(database: Database) {
        let (mut server, cast) = town(database).await?;
        let worker = cast.holder("grid_worker").await?;
        let before = rows(&cast).await?;
        let long = "长".repeat(5000);
        let cases = [
            (without("text"), 422, "/text"),
            (without("place"), 422, "/place"),
            (with("/text", json!("井盖\0破损")), 422, "/text"),
            (with("/text", json!(long)), 422, "/text"),
            (with("/text", json!(7)), 422, "/text"),
            (with("/place/lon", json!(190.0)), 422, "/place/lon"),
            (with("/place/lat", json!(-90.5)), 422, "/place/lat"),
            (with("/place/lat", json!("34.9")), 422, "/place/lat"),
            (with("/place/lat", Value::Null), 422, "/place/lat"),
            (with("/place/grid", json!("320707999999999")), 422, "/place/grid"),
            (with("/matter", json!("event-98765")), 422, "/matter"),
            (with("/matter", json!("sewer")), 422, "/matter"),
            (with("/source", json!("rumour")), 422, "/source"),
            (with("/colour", json!("red")), 400, "/colour"),
            (with("/place/altitude", json!(3)), 400, "/place/altitude"),
            (with("/attachments", json!([Uuid::nil()])), 422, "/attachments/0"),
            (with("/id", json!("7")), 422, "/id"),
            (
                with("/resident", json!({"name": "张三", "telephone": "+ - - - 1"})),
                422,
                "/resident/telephone",
            ),
        ];
        for (body, status, pointer) in cases {
            let problem = file(worker, &body).send().await?.problem(status)?;
            let errors = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
            let named: Vec<&str> = errors.iter().filter_map(|e| e["pointer"].as_str()).collect();
            assert_eq!(named, [pointer], "{body}: {problem:#}");
        }
        // Several faults, told at once.
        let body = json!({"source": "patrol", "text": "", "place": {"lon": 500, "lat": 500}});
        let problem = file(worker, &body).send().await?.problem(422)?;
        let errors = problem["errors"].as_array().context("no errors")?;
        let named: Vec<&str> = errors.iter().filter_map(|e| e["pointer"].as_str()).collect();
        assert_eq!(named, ["/place/lat", "/place/lon", "/text"], "{problem:#}");

        for (text, status) in [
            ("{\"text\": ", 400),
            ("", 400),
            ("{\"place\":{\"lon\":NaN,\"lat\":34.9}}", 400),
            ("[]", 422),
            ("\"text\"", 422),
            ("{\"text\":\"a\",\"text\":\"b\"}", 400),
        ] {
            let call = worker.post("/api/v1/cases").key(&fresh()).bytes("application/json", text);
            call.send().await?.problem(status).with_context(|| text.to_owned())?;
        }
        let call = worker.post("/api/v1/cases").key(&fresh());
        call.bytes("text/plain", "x").send().await?.problem(415)?;
        let huge = "x".repeat(20_000_000);
        let call = worker.post("/api/v1/cases").key(&fresh()).bytes("application/json", huge);
        // The server may hang up before it has read all of it.
        if let Ok(answer) = call.send().await {
            answer.problem(413)?;
        }
        nothing_left(&mut server, &cast, before).await
    }

    async fn a_key_names_one_body_only(database: Database) {
        let (mut server, cast) = town(database).await?;
        let worker = cast.holder("grid_worker").await?;
        let key = fresh();
        let first = worker.post("/api/v1/cases").key(&key).json(&good()).send().await?.expect(201)?;
        let again = worker.post("/api/v1/cases").key(&key).json(&good()).send().await?.expect(201)?;
        assert_eq!(first.body["id"], again.body["id"]);
        let before = rows(&cast).await?;
        let other = with("/text", json!("另一件事"));
        let problem = worker.post("/api/v1/cases").key(&key).json(&other).send().await?.problem(422)?;
        assert_eq!(problem["code"], "idempotency_key_reused");
        nothing_left(&mut server, &cast, before).await
    }

    async fn a_decision_needs_the_version_it_was_taken_on(database: Database) {
        let (mut server, cast) = town(database).await?;
        let case = filed(&cast).await?;
        let registrar = cast.holder("registrar").await?;
        let before = rows(&cast).await?;
        let accept = json!({"action": "accept"});
        let path = format!("/api/v1/cases/{case}/actions");
        let without = registrar.post(&path).key(&fresh()).json(&accept);
        without.send().await?.problem(428)?;
        let stale = registrar.post(&path).key(&fresh()).header("If-Match", "\"99\"").json(&accept);
        stale.send().await?.problem(412)?;
        let early = json!({"action": "close", "standard_met": true});
        let early = registrar.post(&path).key(&fresh()).header("If-Match", "\"1\"").json(&early);
        let problem = early.send().await?.problem(409)?;
        let allowed = problem["allowed"].as_array().context("no allowed actions")?;
        assert!(allowed.contains(&json!("accept")), "{problem:#}");
        let unknown = json!({"action": "sing"});
        registrar.post(&path).key(&fresh()).json(&unknown).send().await?.problem(422)?;
        nothing_left(&mut server, &cast, before).await
    }

    async fn what_is_out_of_scope_does_not_exist(database: Database) {
        let (mut server, cast) = town(database).await?;
        let case = filed(&cast).await?;
        let before = rows(&cast).await?;
        let path = format!("/api/v1/cases/{case}");
        cast.stranger().get(&path).send().await?.problem(401)?;
        cast.stranger().with_token("nobody").get(&path).send().await?.problem(401)?;
        let admin = cast.holder("admin").await?;
        admin.get(&path).send().await?.problem(404)?;
        let nobody = format!("/api/v1/cases/{}", Uuid::nil());
        admin.get(&nobody).send().await?.problem(404)?;
        let worker = cast.holder("grid_worker").await?;
        worker.get("/api/v1/cases/seven").send().await?.problem(400)?;
        worker.get("/api/v1/cases?colour=red").send().await?.problem(400)?;
        worker.get("/api/v1/cases?limit=0").send().await?.problem(400)?;
        worker.get("/api/v1/cases?cursor=nonsense").send().await?.problem(400)?;
        worker.get("/api/v1/nothing").send().await?.problem(404)?;
        let wrong = worker.delete("/api/v1/cases").send().await?;
        assert!(wrong.header("allow").is_some_and(|allow| allow.contains("GET")));
        wrong.problem(405)?;
        for token in ["", "x", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let answer = cast.stranger().get(&format!("/api/v1/ratings/{token}")).send().await?;
            refused(&answer)?;
        }
        let login = json!({"username": "grid_worker", "password": "wrong"});
        cast.stranger().post("/api/v1/sessions").json(&login).send().await?.problem(401)?;
        nothing_left(&mut server, &cast, before).await
    }

    async fn a_boundary_that_is_none_changes_nothing(database: Database) {
        let (mut server, cast) = town(database).await?;
        let admin = cast.holder("admin").await?;
        let before = rows(&cast).await?;
        let grids = admin.get("/api/v1/grids?boundary=true&limit=3").send().await?.expect(200)?.body;
        let grid = &grids["items"][0];
        let other = &grids["items"][1];
        let bow_tie = json!([[[119.0, 34.9], [119.1, 35.0], [119.1, 34.9], [119.0, 35.0], [119.0, 34.9]]]);
        let open = json!([[[119.0, 34.9], [119.1, 34.9], [119.1, 35.0]]]);
        let far = json!([[[200.0, 34.9], [201.0, 34.9], [201.0, 35.0], [200.0, 34.9]]]);
        let empty = json!([[]]);
        let neighbour = other["boundary"]["coordinates"].clone();
        for coordinates in [bow_tie, open, far, empty, neighbour, json!("nonsense")] {
            let change = json!({
                "reason": "试验",
                "features": [{
                    "type": "Feature",
                    "properties": {"code": grid["code"], "name": grid["name"]},
                    "geometry": {"type": "Polygon", "coordinates": coordinates},
                }],
            });
            let answer = admin.post("/api/v1/boundary-changes").json(&change).send().await?;
            answer.problem(422).with_context(|| change["features"].to_string())?;
        }
        let after = admin.get("/api/v1/grids?boundary=true&limit=3").send().await?.expect(200)?.body;
        assert_eq!(grids, after);
        nothing_left(&mut server, &cast, before).await
    }

    async fn a_photograph_is_known_by_its_content(database: Database) {
        let (mut server, cast) = town(database).await?;
        let worker = cast.holder("grid_worker").await?;
        let before = rows(&cast).await?;
        for bytes in [&b"GIF89a, says the file"[..], b"", b"\xff\xd8\xff\xe0 cut off", b"%PDF-1.7"] {
            let call = worker.post("/api/v1/attachments").bytes("application/octet-stream", bytes);
            refused(&call.send().await?)?;
        }
        nothing_left(&mut server, &cast, before).await
    }
}

async fn town(database: gridwhistle_e2e::Database) -> anyhow::Result<(Server, Cast)> {
    let server = Server::town(database)
        .without_flood_limits()
        .start()
        .await?;
    let cast = Cast::of(&server)?;
    Ok((server, cast))
}

fn good() -> Value {
    json!({
        "source": "patrol",
        "text": "井盖破损",
        "matter": "event-06010",
        "place": {"lon": 119.1, "lat": 34.85},
    })
}

fn without(field: &str) -> Value {
    let mut body = good();
    if let Some(fields) = body.as_object_mut() {
        fields.remove(field);
    }
    body
}

fn with(pointer: &str, value: Value) -> Value {
    let mut body = good();
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    let parent = if parent.is_empty() {
        Some(&mut body)
    } else {
        body.pointer_mut(parent)
    };
    if let Some(fields) = parent.and_then(Value::as_object_mut) {
        fields.insert(name.to_owned(), value);
    }
    body
}

fn fresh() -> String {
    Uuid::new_v4().to_string()
}

fn file(worker: &Api, body: &Value) -> Call {
    worker.post("/api/v1/cases").key(&fresh()).json(body)
}

/// A report in the worker's own grid.
async fn filed(cast: &Cast) -> anyhow::Result<String> {
    let worker = cast.holder("grid_worker").await?;
    let me = worker.get("/api/v1/me").send().await?.expect(200)?.body;
    let scope = me["posts"][0]["scope"]
        .as_str()
        .context("a worker without a post")?;
    let grid = scope.split(',').next().unwrap_or_default();
    let body = json!({"source": "patrol", "text": "路边暴露垃圾", "matter": "event-06010", "place": {"grid": grid}});
    let answer = file(worker, &body).send().await?.expect(201)?.body;
    Ok(answer["id"]
        .as_str()
        .context("a case without id")?
        .to_owned())
}

/// A refusal of any kind that the client is to blame for.
fn refused(answer: &Answer) -> anyhow::Result<()> {
    if !(400..500).contains(&answer.status) {
        bail!("{} is no refusal: {:#}", answer.status, answer.body);
    }
    answer.clone().problem(answer.status)?;
    Ok(())
}

/// How far the log has come.
async fn rows(cast: &Cast) -> anyhow::Result<i64> {
    let supervisor = cast.holder("supervisor").await?;
    let page = supervisor
        .get("/api/v1/events?limit=1000")
        .send()
        .await?
        .expect(200)?
        .body;
    page["next"].as_i64().context("a feed without next")
}

/// The log has not moved, the projections follow from it, and nothing went wrong inside.
async fn nothing_left(server: &mut Server, cast: &Cast, before: i64) -> anyhow::Result<()> {
    assert_eq!(rows(cast).await?, before, "something was written");
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}
