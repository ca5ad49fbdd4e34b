//! Three levels of command centre, by HTTP: up, down, ruled on, and who sees and counts what.

use anyhow::Context;
use gridwhistle_e2e::{Answer, Api, Cast, Server, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

const TOWN: &str = "320707100000";
const COUNTY: &str = "320707000000";
const GRID: &str = "320707100002001";

on_both_databases! {
    async fn a_case_goes_up_and_down_with_one_number_and_becomes_a_rule(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let cast = Cast::of(&server)?;
        let (town, county) = (cast.named("dispatcher").await?, cast.named("dispatcher_county").await?);
        let filed = file(cast.named("grid_worker").await?).await?;
        let id = filed["id"].as_str().context("a case without id")?;
        assert_eq!(waiting(town, TOWN, "accept").await?, 1);
        cast.act(id, "accept", json!({})).await?;
        cast.act(id, "register", json!({"matter": "event-06010", "condition": "event-06010/1"})).await?;

        let up = acts(town, id, json!({"action": "escalate", "reason": "跨镇"})).await?.expect(200)?.body;
        assert_eq!((&up["number"], &up["centre"]["code"]), (&filed["number"], &json!(COUNTY)));
        assert_eq!(waiting(county, TOWN, "dispatch").await?, 0);
        assert_eq!(waiting(county, COUNTY, "dispatch").await?, 1);
        let listed = county.list(&format!("/api/v1/cases?queue=dispatch&centre={COUNTY}")).await?;
        assert_eq!(listed[0]["number"], filed["number"]);
        // The town sees the case, but neither the county's work list nor its figures.
        for path in [
            format!("/api/v1/centres/{COUNTY}/queues"),
            format!("/api/v1/cases?queue=dispatch&centre={COUNTY}"),
            format!("/api/v1/indicators?centre={COUNTY}"),
            format!("/api/v1/indicators?division={COUNTY}"),
            "/api/v1/indicators?division=990000000000".to_owned(),
        ] {
            town.get(&path).send().await?.problem(404)?;
        }
        let units = json!([{"unit": "320707100-zf", "role": "lead"}]);
        let dispatch = json!({"action": "dispatch", "units": units});
        let problem = acts(town, id, dispatch.clone()).await?.problem(403)?;
        assert_eq!(problem["code"], "forbidden", "{problem}");
        for (to, code) in [("320707102000", "not_below"), ("320707999000", "not_below"), ("1", "unknown_division")] {
            let delegate = json!({"action": "delegate", "to": to, "reason": "属地"});
            let problem = acts(county, id, delegate).await?;
            assert_eq!(problem.status, 422, "{:?}", problem.body);
            assert_eq!(problem.body["errors"][0]["pointer"], "/to");
            assert_eq!(problem.body["errors"][0]["code"], code);
        }
        acts(county, id, json!({"action": "delegate", "to": TOWN, "reason": "属地"})).await?.expect(200)?;
        acts(town, id, dispatch).await?.expect(200)?;

        cast.act(id, "request_ruling", json!({"reason": "不属我局职责"})).await?;
        assert_eq!(waiting(county, COUNTY, "rule").await?, 1);
        let rule = json!({"action": "rule", "lead": "320707100-sl", "ruling": "由水利站主办"});
        let ruled = acts(county, id, rule).await?.expect(200)?.body;
        assert_eq!(ruled["stage"], "registered");
        let path = format!("/api/v1/routing?matter=event-06010&division={TOWN}");
        let proposed = town.get(&path).send().await?.expect(200)?.body;
        assert_eq!(proposed["items"][0]["unit"]["code"], "320707100-sl", "{proposed}");
        let rules = town.get("/api/v1/rulings").send().await?.expect(200)?.body;
        assert_eq!(rules["items"][0]["case_number"], filed["number"]);
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

on_both_databases! {
    async fn a_town_refuses_what_is_handed_down_without_an_admission_and_refusals_are_counted(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let cast = Cast::of(&server)?;
        let (town, county) = (cast.named("dispatcher").await?, cast.named("dispatcher_county").await?);
        let clerk = cast.named("clerk").await?;
        // Delegated by the county's centre: back to it.
        let id = handed_down(clerk, "320707-sz").await?;
        acts(town, &id, json!({"action": "escalate", "reason": "应由部门办理"})).await?.expect(200)?;
        acts(county, &id, json!({"action": "delegate", "to": TOWN, "reason": "属地"})).await?.expect(200)?;
        acts(county, &id, json!({"action": "refuse_admission"})).await?.problem(403)?;
        let refused = acts(town, &id, json!({"action": "refuse_admission", "note": "经费未随事下放"})).await?.expect(200)?.body;
        assert_eq!((&refused["stage"], &refused["centre"]["code"]), (&json!("reported"), &json!(COUNTY)));
        assert_eq!(refused["admission_refusal"]["department"]["code"], "320707-sz");
        assert_eq!(refused["transfers"].as_array().map(Vec::len), Some(3));
        assert_eq!(waiting(county, COUNTY, "accept").await?, 1);
        // Handed down by the department itself: declined.
        let id = handed_down(clerk, "320707-sz").await?;
        let refused = acts(town, &id, json!({"action": "refuse_admission"})).await?.expect(200)?.body;
        assert_eq!((&refused["stage"], &refused["centre"]["code"]), (&json!("declined"), &json!(TOWN)));
        // What arose in the town is the town's, and the reason is given in no other way.
        let own = file(cast.named("grid_worker").await?).await?;
        let id = own["id"].as_str().context("a case without id")?;
        let problem = acts(town, id, json!({"action": "refuse_admission"})).await?.problem(409)?;
        assert!(problem["detail"].as_str().is_some_and(|why| why.contains("下派")), "{problem}");
        let decline = json!({"action": "decline", "reason": "not_admitted", "note": ""});
        let problem = acts(cast.named("registrar").await?, id, decline).await?.problem(422)?;
        assert_eq!(problem["errors"][0]["code"], "refuse_the_admission", "{problem}");
        let of_the_town = json!({"source": "leader", "text": "排查", "place": {"grid": GRID},
            "handed_down_by": "320707100-zf"});
        let call = clerk.post("/api/v1/cases").key(&Uuid::new_v4().to_string()).json(&of_the_town);
        let problem = call.send().await?.problem(422)?;
        assert_eq!(problem["errors"][0]["pointer"], "/handed_down_by");

        let told = county.get("/api/v1/registers/admission-refusals").send().await?.expect(200)?.body;
        let expected = (&json!("320707-sz"), &json!(TOWN), &json!(2));
        let counted = &told["items"][0];
        assert_eq!((&counted["department"]["code"], &counted["town"]["code"], &counted["refusals"]), expected, "{told}");
        let path = "/api/v1/indicators/admissions_refused/cases?unit=320707-sz&period=year";
        assert_eq!(county.list(path).await?.len(), 2);
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }
}

/// Files what a department hands down to the town.
async fn handed_down(clerk: &Api, department: &str) -> anyhow::Result<String> {
    let report = json!({
        "source": "leader",
        "text": "沿街店铺消防排查",
        "matter": "event-06010",
        "place": {"grid": GRID},
        "handed_down_by": department,
    });
    let call = clerk.post("/api/v1/cases").key(&Uuid::new_v4().to_string());
    let filed = call.json(&report).send().await?.expect(201)?.body;
    Ok(filed["id"]
        .as_str()
        .context("a case without id")?
        .to_owned())
}

async fn file(worker: &Api) -> anyhow::Result<Value> {
    let report = json!({
        "source": "patrol",
        "text": "跨镇河道漂浮垃圾",
        "matter": "event-06010",
        "place": {"lon": 119.105, "lat": 34.835},
    });
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    Ok(call.json(&report).send().await?.expect(201)?.body)
}

/// Decides something about the case as it stands.
async fn acts(who: &Api, id: &str, action: Value) -> anyhow::Result<Answer> {
    let path = format!("/api/v1/cases/{id}");
    let case = who.get(&path).send().await?.expect(200)?.body;
    who.post(&format!("{path}/actions"))
        .key(&Uuid::new_v4().to_string())
        .header("If-Match", &format!("\"{}\"", case["version"]))
        .json(&action)
        .send()
        .await
}

/// How many cases wait in a queue of a centre.
async fn waiting(who: &Api, centre: &str, queue: &str) -> anyhow::Result<i64> {
    let path = format!("/api/v1/centres/{centre}/queues");
    let desk = who.get(&path).send().await?.expect(200)?.body;
    let queues = desk["queues"].as_array().context("no queues")?;
    let found = queues.iter().find(|one| one["queue"] == queue);
    found
        .and_then(|one| one["count"].as_i64())
        .context("no such queue")
}
