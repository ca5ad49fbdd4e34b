//! Somebody at the command line of the client, without its screens.

use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::{Server, binary};

/// What a subcommand of `whistle` prints as JSON, in English, and how it ends.
pub async fn scripted(
    server: &Server,
    account: &str,
    arguments: &[&str],
) -> anyhow::Result<(Value, Option<i32>)> {
    let home = tempfile::tempdir()?;
    let output = Command::new(binary("whistle")?)
        .args(["--demo", account, "--json", "--lang", "en", "--demo-file"])
        .arg(server.write_accounts()?)
        .args(arguments)
        .env("HOME", home.path())
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stdout);
    let json = serde_json::from_str(&said).with_context(|| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        format!("{said}{complaint}")
    })?;
    Ok((json, output.status.code()))
}

/// The same where it has to come through: what is printed.
pub async fn does(server: &Server, account: &str, arguments: &[&str]) -> anyhow::Result<Value> {
    let (told, exit) = scripted(server, account, arguments).await?;
    ensure!(exit == Some(0), "{arguments:?} by {account}: {told:#}");
    Ok(told)
}
