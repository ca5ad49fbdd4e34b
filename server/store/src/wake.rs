//! Word that the log has moved, from this server and from others.

use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use tokio::sync::watch;

use crate::{Store, StoreError};

/// The channel on which PostgreSQL passes the word.
pub const CHANNEL: &str = "gridwhistle_log";

/// Tells of a new end of the log; word of an older end, come late, changes nothing.
pub fn tell(moved: &watch::Sender<i64>, end: i64) {
    moved.send_if_modified(|known| {
        let newer = end > *known;
        *known = end.max(*known);
        newer
    });
}

/// Listens on PostgreSQL for as long as somebody holds the store.
pub async fn listen(store: &Store, moved: watch::Sender<i64>) -> Result<(), StoreError> {
    let failed = |e: sea_orm::sqlx::Error| StoreError::Engine(e.to_string());
    let mut listener = PgListener::connect_with(store.readers.get_postgres_connection_pool())
        .await
        .map_err(failed)?;
    listener.listen(CHANNEL).await.map_err(failed)?;
    let readers = store.readers.clone();
    tokio::spawn(async move {
        loop {
            let word = tokio::select! {
                () = moved.closed() => return,
                word = listener.try_recv() => word,
            };
            match word {
                Ok(Some(word)) => tell(&moved, word.payload().parse().unwrap_or(0)),
                // The line was cut and is up again: what was said meanwhile is read instead.
                Ok(None) => match crate::feed::last_seq(&readers).await {
                    Ok(end) => tell(&moved, end),
                    Err(error) => tracing::warn!(%error, "cannot read the end of the log"),
                },
                Err(error) => {
                    tracing::warn!(%error, "lost the line on which other servers are heard; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    });
    Ok(())
}
