//! The harness, tested by itself.

use gridwhistle_e2e::{Database, Terminal};
use sqlx::Connection;

#[tokio::test]
async fn a_private_cluster_answers() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let url = database.url(std::path::Path::new("unused"));
    let mut connection = sqlx::PgConnection::connect(&url).await?;
    let fsync: String = sqlx::query_scalar("SHOW fsync")
        .fetch_one(&mut connection)
        .await?;
    assert_eq!(fsync, "on", "a test of durability needs a durable cluster");
    Ok(())
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() -> anyhow::Result<()> {
    let (Some(one), Some(other)) = (Database::postgres().await?, Database::postgres().await?)
    else {
        return Ok(());
    };
    let unused = std::path::Path::new("unused");
    assert_ne!(one.url(unused), other.url(unused));
    Ok(())
}

#[tokio::test]
async fn a_terminal_shows_what_is_typed_in_chinese() -> anyhow::Result<()> {
    let Some(terminal) = Terminal::start(80, 24, "cat", [""; 0], &[])? else {
        return Ok(());
    };
    terminal.text("网格哨")?;
    terminal.wait_for("网格哨").await?;
    // Three characters, two columns each.
    terminal.wait_for_cursor(6, 0).await?;
    terminal.keys(&["Enter", "C-d"])?;
    assert_eq!(terminal.wait_for_exit().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_terminal_has_the_size_that_was_asked_for() -> anyhow::Result<()> {
    let script = "stty size; read line; stty size; exit 3";
    let Some(terminal) = Terminal::start(80, 24, "sh", ["-c", script], &[("A", "b")])? else {
        return Ok(());
    };
    terminal.wait_for("24 80").await?;
    terminal.resize(100, 30)?;
    terminal.keys(&["Enter"])?;
    terminal.wait_for("30 100").await?;
    assert_eq!(terminal.wait_for_exit().await?, 3);
    Ok(())
}
