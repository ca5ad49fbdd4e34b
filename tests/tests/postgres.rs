//! Two servers side by side on one `PostgreSQL` database.

use std::collections::BTreeSet;

use anyhow::Context;
use gridwhistle_e2e::{Api, Database, Server};
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_keep_one_log() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let mut one = Server::town(database)
        .without_flood_limits()
        .start()
        .await?;
    let mut other = one.beside().await?;
    let here = one.login_as("grid_worker").await?;
    // A session of one server holds at the other.
    let there = other.api()?.with_token(here.token().context("no token")?);
    let filing = |api: Api| async move {
        let mut ids = Vec::new();
        for number in 0..40 {
            let report = json!({
                "source": "patrol",
                "text": format!("路灯不亮 {number}"),
                "matter": "event-06010",
                "place": {"lon": 119.105, "lat": 34.835},
            });
            let call = api
                .post("/api/v1/cases")
                .key(&Uuid::new_v4().to_string())
                .json(&report);
            ids.push(call.send().await?.expect(201)?.body["id"].to_string());
        }
        anyhow::Ok(ids)
    };
    let watching = watch(one.login_as("supervisor").await?, 160);
    let (a, b, c, d, seen) = tokio::try_join!(
        filing(here.clone()),
        filing(there.clone()),
        filing(here.clone()),
        filing(there.clone()),
        watching
    )?;
    let filed: BTreeSet<String> = [a, b, c, d].concat().into_iter().collect();
    assert_eq!(filed.len(), 160);
    assert_eq!(
        seen, filed,
        "who follows the feed while others write misses nothing"
    );
    let numbers: BTreeSet<String> = one
        .login_as("supervisor")
        .await?
        .list("/api/v1/cases?limit=200")
        .await?
        .iter()
        .map(|case| case["number"].to_string())
        .collect();
    assert_eq!(numbers.len(), 160, "every case has a number of its own");
    other.stop().await?;
    other.assert_log_clean()?;
    one.stop().await?;
    one.run("check", &[]).await?;
    one.assert_log_clean()
}

/// Follows the feed from its beginning until it has told of so many reports.
async fn watch(api: Api, reports: usize) -> anyhow::Result<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    let mut after = 0;
    while seen.len() < reports {
        let path = format!("/api/v1/events?after={after}&limit=7");
        let page = api.get(&path).send().await?.expect(200)?.body;
        for row in page["items"].as_array().context("a feed without items")? {
            if row["type"] == "reported" {
                seen.insert(row["case_id"].to_string());
            }
        }
        after = page["next"].as_i64().context("a feed without next")?;
    }
    Ok(seen)
}
