//! `gridwhistle demo`, as somebody meets it who has just cloned the repository.

use std::{collections::BTreeSet, net::TcpListener, process::Command};

use anyhow::Context;
use gridwhistle_e2e::{Server, binary};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_keeps_the_data() -> anyhow::Result<()> {
    let mut server = Server::demo(60).start().await?;
    let accounts = server.accounts()?;
    assert!(
        accounts.len() >= 15,
        "about twenty accounts, not {}",
        accounts.len()
    );
    // What is printed for the client works as it stands, also where the data lie elsewhere.
    let printed = server.printed()?;
    let mut hints = printed
        .lines()
        .filter(|line| line.contains(" --demo grid_worker"));
    let hint = hints.next().context("no word of the client")?.trim();
    binary("whistle")?;
    let shell = Command::new("sh")
        .args(["-c", &format!("{hint} whoami")])
        .output()?;
    let said = String::from_utf8_lossy(&shell.stdout);
    assert!(
        shell.status.success() && said.contains("grid_worker"),
        "{hint}: {shell:?}"
    );

    let supervisor = server.login_as("supervisor").await?;
    let cases = supervisor.list("/api/v1/cases?limit=200").await?;
    assert!(cases.len() >= 50, "about sixty cases, not {}", cases.len());
    let stages: BTreeSet<String> = cases.iter().map(|case| case["stage"].to_string()).collect();
    assert!(stages.len() >= 3, "at many stages, not only {stages:?}");

    server.stop().await?;
    server.restart().await?;
    assert_eq!(server.accounts()?, accounts);
    let again = supervisor.list("/api/v1/cases?limit=200").await?;
    let ids = |cases: &[Value]| {
        cases
            .iter()
            .map(|case| case["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&again), ids(&cases));
    server.stop().await?;
    server.run("check", &[]).await?;
    server.assert_log_clean()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_asks_no_other_host() -> anyhow::Result<()> {
    let server = Server::town(gridwhistle_e2e::Database::sqlite())
        .start()
        .await?;
    let api = server.api()?;
    let page = api.get("/docs").send().await?.expect(200)?;
    let text = page.body.as_str().unwrap_or_default();
    for marker in ["src=\"http", "src=\"//", "<link", "@import", "url(http"] {
        assert!(!text.contains(marker), "the page asks for {marker}");
    }
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let document = api.get("/openapi.json").send().await?.expect(200)?.body;
    let kept: Value = serde_json::from_str(include_str!("../../openapi/openapi.json"))?;
    assert_eq!(
        document, kept,
        "openapi/openapi.json is not what the server publishes"
    );
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/metrics", 200)] {
        api.get(path).send().await?.expect(status)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_explained() -> anyhow::Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let folder = tempfile::tempdir()?;
    let output = tokio::process::Command::new(binary("gridwhistle")?)
        .args(["demo", "--listen", &address, "--data-dir"])
        .arg(folder.path().join("data"))
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        said.contains(&address) && said.contains("--listen"),
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_ends_the_session() -> anyhow::Result<()> {
    let mut server = Server::town(gridwhistle_e2e::Database::sqlite())
        .start()
        .await?;
    let worker = server.login_as("grid_worker").await?;
    worker.get("/api/v1/me").send().await?.expect(200)?;
    worker
        .delete("/api/v1/sessions/current")
        .send()
        .await?
        .expect(204)?;
    let problem = worker.get("/api/v1/me").send().await?.problem(401)?;
    assert_eq!(problem["status"], json!(401));
    server.stop().await?;
    server.assert_log_clean()
}
