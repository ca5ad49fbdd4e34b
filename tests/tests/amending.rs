//! The calendar is amended while a county is at work: what is open moves, and a notice that is none changes nothing.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate};
use gridwhistle_e2e::{Cast, Server, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases! {
    async fn a_day_off_declared_in_mid_year_moves_the_open_deadlines_and_says_which(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let cast = Cast::of(&server)?;
        let number = dispatched(&server, &cast).await?;
        let due = handling_deadline(&cast, &number).await?;

        // Beside the server that serves, the last day is declared a day off.
        let last_day = due.date_naive();
        let notice = server.data_dir().join("amended.csv");
        fs::write(&notice, amended(last_day)?)?;
        let table = server.data_dir().join("moved.csv");
        let arguments = [
            "calendar",
            &notice.display().to_string(),
            "--moved",
            &table.display().to_string(),
        ];
        let told = server.run("import", &arguments).await?;
        assert!(told.contains(&number), "the command does not say what moved:\n{told}");
        let moved = handling_deadline(&cast, &number).await?;
        assert!(moved.date_naive() > last_day && moved.time() == due.time(), "{due} → {moved}");
        let lines = fs::read_to_string(&table)?;
        let handling: Vec<&str> = lines.lines().filter(|line| line.contains(",handling,")).collect();
        assert_eq!(handling.len(), 1, "{lines}");

        // The server that serves looks at them as well, and finds nothing to move there or back.
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        assert_eq!(handling_deadline(&cast, &number).await?, moved);
        let dispatcher = cast.holder("dispatcher").await?;
        let rows = dispatcher.list("/api/v1/clock/moved-deadlines").await?;
        let mut rows = rows.iter().filter(|row| row["number"] == number.as_str());
        let row = rows.next().context("not listed")?;
        assert_eq!(rows.next(), None, "moved once");
        let clocks = row["deadlines"].as_array().context("no deadlines")?;
        let handling = clocks.iter().find(|clock| clock["clock"] == "handling").context("no handling")?;
        let moment = |name: &str| handling[name].as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        assert_eq!((moment("was_due_at"), moment("due_at")), (Some(due), Some(moved)));

        // The same again moves nothing.
        let again = server.run("import", &arguments[..2]).await?;
        assert!(!again.contains(&number), "{again}");
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }

    async fn days_off_in_a_flood_move_the_open_deadlines_of_the_town_alone(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let cast = Cast::of(&server)?;
        let number = dispatched(&server, &cast).await?;
        let due = handling_deadline(&cast, &number).await?;
        let last_day = due.date_naive();
        let times = server.data_dir().join("times.csv");
        let table = server.data_dir().join("moved.csv").display().to_string();
        let flood = |town: &str| {
            let rows = format!("{town},,days,{last_day},,off,防汛二级响应\n");
            fs::write(&times, format!("division,use,kind,from,to,value,reason\n{rows}"))
        };
        let file = times.display().to_string();
        let arguments = ["working-times", &file, "--moved", &table];
        flood("320707102000")?;
        server.run("import", &arguments).await?;
        assert_eq!(handling_deadline(&cast, &number).await?, due, "another town's");
        flood("320707100000")?;
        let told = server.run("import", &arguments).await?;
        assert!(told.contains(&number), "{told}");
        let moved = handling_deadline(&cast, &number).await?;
        assert!(moved.date_naive() > last_day, "{due} → {moved}");
        let lines = fs::read_to_string(&table)?;
        assert_eq!(lines.lines().filter(|line| line.contains(",handling,")).count(), 1, "{lines}");
        server.stop().await?;
        server.run("check", &[]).await?;
        server.assert_log_clean()
    }

    async fn a_notice_that_makes_no_calendar_is_refused_whole(database: Database) {
        let mut server = Server::town(database).without_flood_limits().start().await?;
        let before = server.run("export", &["calendar"]).await?;
        for (name, notice, named) in [
            ("gap.json", r#"{"year": 2093, "days": [{"date": "2093-01-01", "isOffDay": true}]}"#, "2027"),
            ("none.json", r#"{"year": 2027, "days": []}"#, "/days"),
            (
                "twice.json",
                r#"{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}, {"date": "2026-01-01", "isOffDay": false}]}"#,
                "2026-01-01",
            ),
            (
                "december.json",
                r#"{"year": 2020, "days": [{"date": "2019-12-31", "isOffDay": true}, {"date": "2020-01-01", "isOffDay": true}]}"#,
                "",
            ),
        ] {
            let file = server.data_dir().join(name);
            fs::write(&file, notice)?;
            let file = file.display().to_string();
            let imported = server.run("import", &["calendar", &file]).await;
            if named.is_empty() {
                // A year that is amended stands beside those that were not given.
                imported?;
                continue;
            }
            let refusal = imported.err().context(name)?.to_string();
            assert!(refusal.contains(named), "{name}: {refusal}");
            assert_eq!(server.run("export", &["calendar"]).await?, before, "{name}");
        }
        let clash = "division,use,kind,from,to,value,reason\n\
            320707101000,,days,2026-08-03,,off,台风\n320707101000,,days,2026-08-03,,work,抢险\n";
        let file = server.data_dir().join("times.csv");
        fs::write(&file, clash)?;
        let file = file.display().to_string();
        let refusal = server.run("import", &["working-times", &file]).await;
        assert!(refusal.is_err(), "two rows say something of the same day");
        // It opens again, and serves.
        server.stop().await?;
        server.restart().await?;
        let cast = Cast::of(&server)?;
        cast.holder("grid_worker").await?.get("/api/v1/me").send().await?.expect(200)?;
        server.assert_log_clean()
    }
}

/// A case with a limit in working days, which end at the same hour whenever it is called; answers its number.
async fn dispatched(server: &Server, cast: &Cast) -> anyhow::Result<String> {
    let worker = cast.holder("grid_worker").await?;
    let me = worker.get("/api/v1/me").send().await?.expect(200)?.body;
    let scope = me["posts"][0]["scope"].as_str().unwrap_or_default();
    let grid = scope.split(',').next().unwrap_or_default();
    let report = json!({"source": "patrol", "text": "路面破损", "place": {"grid": grid}});
    let filed = worker
        .post("/api/v1/cases")
        .key(&Uuid::new_v4().to_string())
        .json(&report)
        .send()
        .await?
        .expect(201)?
        .body;
    let id = filed["id"].as_str().context("a case without id")?;
    cast.act(id, "accept", json!({})).await?;
    let registration = json!({"matter": "event-06010", "condition": "event-06010/2"});
    cast.act(id, "register", registration).await?;
    let leader = server
        .accounts()?
        .into_iter()
        .find(|account| account.post == "unit_leader")
        .context("nobody leads a unit")?;
    let units = json!([{"unit": leader.scope, "role": "lead"}]);
    cast.act(id, "dispatch", json!({"units": units})).await?;
    Ok(filed["number"].as_str().context("no number")?.to_owned())
}

async fn handling_deadline(
    cast: &Cast,
    number: &str,
) -> anyhow::Result<DateTime<chrono::FixedOffset>> {
    let dispatcher = cast.holder("dispatcher").await?;
    let cases = dispatcher.list("/api/v1/cases").await?;
    let found = cases
        .iter()
        .find(|case| case["number"] == number)
        .context("the case is not listed")?;
    let deadline = found["round"]["deadline"]
        .as_str()
        .with_context(|| format!("no deadline: {found:#}"))?;
    Ok(DateTime::parse_from_rfc3339(deadline)?)
}

/// The shipped notice of the year of that day with the day off in it, as a table. Where the years up to it have no notice
/// yet, each has its first day.
fn amended(day: NaiveDate) -> anyhow::Result<String> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/data/calendar");
    let mut table = "year,date,kind\n".to_owned();
    for year in 2027.min(day.year())..=day.year() {
        let mut days = BTreeMap::from([(format!("{year}-01-01"), "off")]);
        if let Ok(text) = fs::read_to_string(shipped.join(format!("cn-{year}.json"))) {
            let notice: Value = serde_json::from_str(&text)?;
            for entry in notice["days"].as_array().context("no days")? {
                let date = entry["date"].as_str().context("a day without date")?;
                let kind = if entry["isOffDay"] == true {
                    "off"
                } else {
                    "work"
                };
                days.insert(date.to_owned(), kind);
            }
        }
        if year == day.year() {
            days.insert(day.to_string(), "off");
        }
        for (date, kind) in days {
            writeln!(table, "{year},{date},{kind}")?;
        }
    }
    Ok(table)
}
