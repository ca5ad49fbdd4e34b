//! A week lived through on a trial clock by two servers on one `PostgreSQL` database, which are killed now and then
//! and once stand still for hours: everything that happens by itself happens once, and everybody is told once.

mod log;
mod told;
mod trial;

use anyhow::Context;
use chrono::TimeDelta;
use gridwhistle_e2e::{Api, Cast, Database, Server};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::log::{Log, of_type};
use crate::trial::{Pair, Trial};

const COUNTY: &str = "320707000000";
const TOWN: &str = "320707100000";
const ENFORCEMENT: &str = "320707100-zf";
const SANITATION: &str = "320707-sz";
/// So many reports wait for their acceptance when everything stands still.
const WAITING: usize = 30;

/// The cases of the week.
struct Week {
    /// Signed, and then nothing.
    late: String,
    /// An emergency that nobody signs.
    emergency: String,
    /// Waits until Thursday.
    suspended: String,
    /// Handled, and the blower says nothing.
    silent: String,
    /// Closed, and the resident says nothing.
    unanswered: String,
    /// Everything else.
    others: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_let_a_week_happen_once() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    // A Monday so far ahead that the accounts, which are made by the machine's clock, have their posts.
    let mut trial = Trial::begins("2031-09-01T08:30:00+08:00")?;
    let first = Server::town(database)
        .without_flood_limits()
        .start()
        .await?;
    let beside = first.beside().await?;
    let mut pair = Pair { first, beside };
    pair.stop().await?;
    trial.goes_on(1);
    pair.start(&trial).await?;
    let app = application(&pair.first).await?;
    let mut week = monday(&Cast::of(&pair.first)?).await?;

    // Monday: each of the two is killed while things happen, and the other goes on alone.
    pair.stop().await?;
    trial.goes_on(2_400);
    pair.start(&trial).await?;
    let rows = Log::new(&pair.first, &app)?;
    rows.until("something happens by itself", |rows| {
        rows.iter().any(log::by_itself)
    })
    .await?;
    pair.beside.kill().await?;
    rows.until("the emergency is supervised", |rows| {
        !of_type(rows, &week.emergency, "supervised").is_empty()
    })
    .await?;
    pair.beside.restart().await?;
    let rows = Log::new(&pair.beside, &app)?;
    pair.first.kill().await?;
    rows.until("the late case is supervised", |rows| {
        !of_type(rows, &week.late, "supervised").is_empty()
    })
    .await?;
    pair.first.restart().await?;

    // A morning on which much is reported; then everything stands still for six hours.
    pair.kill().await?;
    trial.next_morning();
    pair.start(&trial).await?;
    let cast = Cast::of(&pair.first)?;
    for number in 0..WAITING {
        let report = json!({"text": format!("路灯不亮 {number}"), "source": "patrol", "place": {"lon": 119.105, "lat": 34.835}});
        week.others.push(filed(&cast, &report).await?);
    }
    pair.kill().await?;
    let stood_until = trial.stands_still(TimeDelta::hours(6));
    trial.goes_on(30_000);
    pair.start(&trial).await?;
    Log::new(&pair.beside, &app)?
        .until("the week is over", |rows| {
            let over = |case: &str, kind: &str| !of_type(rows, case, kind).is_empty();
            over(&week.unanswered, "feedback_expired")
                && over(&week.suspended, "resumed")
                && over(&week.silent, "verification_requested")
                && of_type(rows, &week.late, "supervised").len() == 2
        })
        .await?;

    // What has happened stands still to be looked at.
    pair.stop().await?;
    trial.goes_on(1);
    pair.start(&trial).await?;
    let clock = trial.arguments();
    let clock: Vec<&str> = clock.iter().map(String::as_str).collect();
    pair.first.run("tick", &clock).await?;
    let rows = Log::new(&pair.first, &app)?.all().await?;
    assert_the_week(&rows, &week);
    log::assert_once(&rows);
    log::assert_in_time(&rows);
    let late: Vec<&Value> = rows
        .iter()
        .filter(|row| week.others.iter().any(|id| row["case_id"] == **id))
        .filter(|row| row["type"] == "reminded" && row["data"]["mark"] == "overdue")
        .filter(|row| log::at(row, "recorded_at") >= stood_until)
        .collect();
    assert!(late.len() >= WAITING, "{} were told late", late.len());
    told::assert_told_once(&Cast::of(&pair.first)?, &rows).await?;
    assert_owner(&pair.first, &week).await?;
    pair.stop().await?;
    pair.first.run("check", &[]).await?;
    pair.first.assert_log_clean()?;
    pair.beside.assert_log_clean()
}

/// Somebody who follows the log for as long as a year: sessions end within hours.
async fn application(server: &Server) -> anyhow::Result<String> {
    let wanted = json!({"name": "看板", "division": COUNTY, "scopes": ["events:read"]});
    let call = server.login_as("admin").await?.post("/api/v1/keys");
    let fresh = call.json(&wanted).send().await?.expect(201)?.body;
    Ok(fresh["secret"].as_str().context("no key")?.to_owned())
}

/// What is set in motion on Monday morning.
async fn monday(cast: &Cast) -> anyhow::Result<Week> {
    let point = json!({"lon": 119.105, "lat": 34.835});
    let rubbish = |more: Value| {
        let mut report = json!({"text": "暴露垃圾", "source": "patrol", "matter": "event-06010", "place": point});
        if let (Some(report), Value::Object(more)) = (report.as_object_mut(), more) {
            report.extend(more);
        }
        report
    };
    let alone = json!({"units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let both =
        json!([{"unit": ENFORCEMENT, "role": "lead"}, {"unit": SANITATION, "role": "assist"}]);
    let daily = json!({"whistle": {"kind": "daily", "reason": "需要联合处置", "wanted": both}});

    let late = registered(cast, &rubbish(json!({}))).await?;
    cast.act(&late, "dispatch", alone.clone()).await?;
    cast.act(&late, "sign", json!({})).await?;

    let emergency = json!({
        "text": "井盖缺失", "source": "patrol", "matter": "event-01001", "place": point,
        "whistle": {"kind": "emergency", "reason": "有人员坠落危险", "wanted": alone["units"]},
    });
    let emergency = filed(cast, &emergency).await?;

    let suspended = registered(cast, &rubbish(json!({}))).await?;
    cast.act(&suspended, "dispatch", alone.clone()).await?;
    cast.act(&suspended, "sign", json!({})).await?;
    let wait = json!({"reason": "planned_works", "until": "2031-09-04"});
    cast.act(&suspended, "request_suspension", wait).await?;
    let granted = json!({"accept": true, "ruling": "同意"});
    cast.act(&suspended, "decide_suspension", granted).await?;

    let unmoved = whistled(cast, &rubbish(daily.clone()), &both).await?;

    let silent = whistled(cast, &rubbish(daily), &both).await?;
    let path = format!("/api/v1/cases/{silent}");
    let supervisor = cast.holder("supervisor").await?;
    let called = supervisor.get(&path).send().await?.expect(200)?.body;
    let parts = called["assignments"]
        .as_array()
        .context("nobody is called")?;
    for part in parts.iter().rev() {
        let part = part["id"].as_str();
        cast.act_on(&silent, part, "sign", json!({})).await?;
        cast.act_on(&silent, part, "check_in", json!({"point": point}))
            .await?;
        cast.act_on(&silent, part, "finish", json!({"result": "已清理"}))
            .await?;
    }

    let resident = json!({"resident": {"name": "欧阳秀英", "telephone": "13851234567"}});
    let unanswered = registered(cast, &rubbish(resident)).await?;
    cast.act(&unanswered, "dispatch", alone).await?;
    cast.act(&unanswered, "sign", json!({})).await?;
    cast.reply(&unanswered).await?;
    cast.act(&unanswered, "finish", json!({"result": "已清运"}))
        .await?;
    cast.act(&unanswered, "verify", json!({"passed": true}))
        .await?;
    cast.act(&unanswered, "close", json!({"standard_met": true}))
        .await?;
    Ok(Week {
        late,
        emergency,
        suspended,
        silent,
        unanswered,
        others: vec![unmoved],
    })
}

async fn filed(cast: &Cast, report: &Value) -> anyhow::Result<String> {
    let worker: &Api = cast.holder("grid_worker").await?;
    let call = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string());
    let filed = call.json(report).send().await?.expect(201)?.body;
    Ok(filed["id"]
        .as_str()
        .context("a case without id")?
        .to_owned())
}

async fn registered(cast: &Cast, report: &Value) -> anyhow::Result<String> {
    let id = filed(cast, report).await?;
    cast.act(&id, "accept", json!({})).await?;
    let registration = json!({"matter": "event-06010", "condition": "event-06010/1"});
    cast.act(&id, "register", registration).await?;
    Ok(id)
}

async fn whistled(cast: &Cast, report: &Value, units: &Value) -> anyhow::Result<String> {
    let id = registered(cast, report).await?;
    cast.act(&id, "approve_whistle", json!({})).await?;
    cast.act(&id, "issue_whistle", json!({"units": units}))
        .await?;
    Ok(id)
}

/// Each of the things that the week was for has happened, as often as it should.
fn assert_the_week(rows: &[Value], week: &Week) {
    let count = |case: &str, kind: &str| {
        let found = of_type(rows, case, kind);
        found.iter().filter(|row| log::by_itself(row)).count()
    };
    for case in [&week.late, &week.emergency] {
        assert_eq!(
            count(case, "supervised"),
            2,
            "when late, and at twice the time"
        );
        for row in of_type(rows, case, "supervised") {
            assert_eq!(row["data"]["division"], COUNTY, "one level above the owner");
        }
    }
    let rungs: Vec<&Value> = of_type(rows, &week.emergency, "left_unsigned")
        .iter()
        .map(|row| &row["data"]["rung"])
        .collect();
    assert_eq!(rungs, ["unit_leader", "duty_leader", "county"]);
    assert_eq!(count(&week.suspended, "resumed"), 1);
    let resumed = of_type(rows, &week.suspended, "resumed")[0];
    assert_eq!(resumed["occurred_at"], "2031-09-04T00:00:00+08:00");
    assert_eq!(count(&week.silent, "verification_requested"), 1);
    assert_eq!(count(&week.unanswered, "feedback_expired"), 1);
    let marks = |mark: &str| {
        let told = rows.iter().filter(|row| row["type"] == "reminded");
        told.filter(|row| row["data"]["mark"] == mark).count()
    };
    for mark in ["warning", "due_soon", "overdue"] {
        assert!(marks(mark) > 0, "nobody was told: {mark}");
    }
    assert!(
        !rows
            .iter()
            .any(|row| row["type"] == "escalated" || row["type"] == "delegated"),
        "supervised from above, a case stays where it is"
    );
}

/// Whatever was late and supervised, the town still has every case.
async fn assert_owner(server: &Server, week: &Week) -> anyhow::Result<()> {
    let supervisor = server.login_as("supervisor").await?;
    let cases = supervisor.list("/api/v1/cases?limit=200").await?;
    assert_eq!(cases.len(), 5 + week.others.len());
    for case in cases {
        assert_eq!(case["centre"]["code"], TOWN, "{}", case["number"]);
    }
    Ok(())
}
