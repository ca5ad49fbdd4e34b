//! The terminal client in a real terminal of 80x24, against the real server.

use std::path::Path;

use anyhow::Context;
use gridwhistle_e2e::{Database, Server, Terminal, binary, scripted};
use serde_json::Value;

/// `whistle` in Chinese as one of the accounts, with a home of its own.
fn whistle(server: &Server, home: &Path, account: &str) -> anyhow::Result<Option<Terminal>> {
    let accounts = server.write_accounts()?.display().to_string();
    let home = home.display().to_string();
    let arguments = [
        "--demo",
        account,
        "--demo-file",
        accounts.as_str(),
        "--color",
        "never",
    ];
    let environment = [
        ("HOME", home.as_str()),
        ("XDG_CONFIG_HOME", ""),
        ("XDG_DATA_HOME", ""),
        ("XDG_STATE_HOME", ""),
        ("LC_ALL", "C.UTF-8"),
        ("WHISTLE_LANG", "zh-CN"),
    ];
    Terminal::start(80, 24, binary("whistle")?, arguments, &environment)
}

/// Fills in the form of a report: the matter by its initials, the text, the first grid.
async fn fill_in(terminal: &Terminal, text: &str) -> anyhow::Result<()> {
    terminal.keys(&["F2"])?;
    terminal.wait_for("[ 提交 ]").await?;
    terminal.keys(&["Enter"])?;
    terminal.wait_for("拼音首字母").await?;
    terminal.text("wsjg")?;
    terminal.wait_for("wsjg").await?;
    // The entries come from the server: before they do there is nothing to choose.
    terminal.wait_for("污水井盖异常").await?;
    terminal.keys(&["Enter"])?;
    terminal.wait_for("▸内容").await?;
    terminal.text(text)?;
    terminal.wait_for(text).await?;
    terminal.keys(&["Tab"])?;
    terminal.wait_for("▸网格").await?;
    terminal.keys(&["Enter"])?;
    terminal.wait_for("第1网格").await?;
    terminal.keys(&["Enter"])?;
    terminal.wait_without("拼音首字母").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_reports_and_the_registrar_takes_it_on() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let home = tempfile::tempdir()?;
    let Some(worker) = whistle(&server, home.path(), "grid_worker")? else {
        return Ok(());
    };
    worker.wait_for("我的任务").await?;
    fill_in(&worker, "东大街井盖破损").await?;
    worker.keys(&["F9"])?;
    let screen = worker.wait_for("已上报").await?;
    assert!(
        screen.contains("待受理") && screen.contains("东大街井盖破损"),
        "{screen}"
    );

    let case = {
        let supervisor = server.login_as("supervisor").await?;
        let cases = supervisor.list("/api/v1/cases").await?;
        assert_eq!(cases.len(), 1);
        assert_eq!(cases[0]["text"], "东大街井盖破损");
        cases[0].clone()
    };

    let other_home = tempfile::tempdir()?;
    let registrar = whistle(&server, other_home.path(), "registrar")?.context("tmux is gone")?;
    registrar.wait_for("3 受理           1/0").await?;
    registrar.keys(&["3"])?;
    registrar.wait_for("污水井盖").await?;
    registrar.keys(&["Right", "Enter"])?;
    registrar.wait_for("东大街井盖破损").await?;
    let screen = registrar.wait_for("1 受理").await?;
    assert!(
        !screen.contains("结案"),
        "only what may be done now: {screen}"
    );
    registrar.keys(&["1"])?;
    registrar.wait_for("待立案").await?;

    let id = case["id"].as_str().context("a case without id")?;
    let path = format!("/api/v1/cases/{id}");
    let seen = server
        .login_as("registrar")
        .await?
        .get(&path)
        .send()
        .await?
        .expect(200)?;
    assert_eq!(seen.body["stage"], "accepted");
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_is_told_and_loses_no_draft() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let home = tempfile::tempdir()?;
    let Some(worker) = whistle(&server, home.path(), "grid_worker")? else {
        return Ok(());
    };
    worker.wait_for("在线").await?;
    fill_in(&worker, "西河堤坝渗水").await?;
    server.kill().await?;
    worker.keys(&["F9"])?;
    let screen = worker.wait_without("在线").await?;
    assert!(
        screen.contains("西河堤坝渗水"),
        "the form is still there: {screen}"
    );
    server.restart().await?;
    worker.keys(&["F9"])?;
    worker.wait_for("已上报").await?;
    let supervisor = server.login_as("supervisor").await?;
    let cases = supervisor.list("/api/v1/cases").await?;
    assert_eq!(cases.len(), 1, "once, however often it was tried");
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_reads_json() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let (told, exit) = scripted(&server, "grid_worker", &["whoami"]).await?;
    assert_eq!((&told["schema"], exit), (&Value::from(1), Some(0)));
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_asks_who_would_be_called_and_why() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let ask = async |more: &[&str]| {
        let arguments = [&["preview", "event-06010"], more].concat();
        scripted(&server, "dispatcher", &arguments).await
    };
    let (told, exit) = ask(&["--condition", "event-06010/2", "--grid", "320707100002001"]).await?;
    assert_eq!(exit, Some(0), "{told}");
    let lines = told["places"][0]["lines"].as_array().context("no lines")?;
    let called: Vec<_> = lines
        .iter()
        .map(|line| (line["role"].as_str(), line["unit"]["id"].as_str()))
        .collect();
    let sanitation = (Some("lead"), Some("320707100-hw"));
    let village = (Some("assist"), Some("320707100002-cw"));
    assert_eq!(called, [sanitation, village]);
    assert_eq!(lines[0]["reasons"][0], "负责清扫保洁和垃圾清运");
    let (told, exit) = ask(&["--condition", "event-01001/1"]).await?;
    assert_eq!(exit, Some(5));
    assert_eq!(told["error"]["faults"][0][0], "/condition");
    let (told, exit) = ask(&["--at", "119.2"]).await?;
    assert_eq!(
        (&told["error"]["code"], exit),
        (&Value::from("usage"), Some(2))
    );
    server.stop().await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_keeps_a_register() -> anyhow::Result<()> {
    let mut server = Server::town(Database::sqlite()).start().await?;
    let new = "new --number GY-1 --officer 杨丽娟 --unit 320707100-zf --cert_field urban_management \
               --valid_from 2026-01-01 --valid_to 2031-01-01 --why 新录用";
    let put: Vec<&str> = ["register", "certificates"]
        .into_iter()
        .chain(new.split_whitespace())
        .collect();
    let (told, exit) = scripted(&server, "admin", &put).await?;
    assert_eq!(exit, Some(0), "{told}");
    // The same once more is refused by its rule, and whoever may not keep it is told so.
    let (told, exit) = scripted(&server, "admin", &put).await?;
    assert_eq!(
        (exit, &told["error"]["kind"]),
        (Some(5), &Value::from("invalid")),
        "{told}"
    );
    let (told, exit) = scripted(&server, "grid_worker", &put).await?;
    assert_eq!(exit, Some(8), "{told}");
    let revoke = [
        "register",
        "certificates",
        "GY-1",
        "--step",
        "revoked",
        "--why",
        "调离",
    ];
    let (told, exit) = scripted(&server, "admin", &revoke).await?;
    assert_eq!(exit, Some(0), "{told}");
    let (told, _) = scripted(&server, "admin", &["registers", "certificates"]).await?;
    let entry = &told["entries"][0];
    assert_eq!(
        (&entry["code"], &entry["state"]),
        (&Value::from("GY-1"), &Value::from("revoked"))
    );
    assert_eq!(entry["field"], "urban_management");
    assert_eq!(entry["course"].as_array().map(Vec::len), Some(2), "{told}");
    server.stop().await?;
    server.assert_log_clean()
}
