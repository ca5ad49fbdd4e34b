//! The harness, tested by itself.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use gridwhistle_e2e::{Database, Terminal, load};
use sqlx::Connection;

#[tokio::test]
async fn a_private_cluster_answers() -> anyhow::Result<()> {
    let Some(database) = Database::postgres().await? else {
        return Ok(());
    };
    let url = database.url().unwrap_or_default();
    let mut connection = sqlx::PgConnection::connect(url).await?;
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
    assert_ne!(one.url(), other.url());
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

#[test]
fn load_counts_what_is_answered() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer_all(stream));
        }
    });
    let measure = load::run(
        &address,
        4,
        Duration::from_millis(200),
        201,
        |bytes, _, _| {
            bytes.extend_from_slice(b"GET / HTTP/1.1\r\n\r\n");
        },
    )?;
    assert!(measure.rate() > 0.0);
    assert!(measure.others().is_empty());
    assert!(measure.within(500) <= measure.within(990));
    Ok(())
}

/// Answers each request without a body until the connection ends.
fn answer_all(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = [0; 18];
    while stream.read_exact(&mut request).is_ok() {
        stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}")?;
    }
    Ok(())
}
