//! Word from other servers that the log has moved.

use std::time::Duration;

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::postgres::PgListener;
use tokio::sync::watch;

use crate::StoreError;

/// Listens on PostgreSQL for as long as the process lives.
pub async fn listen(db: &DatabaseConnection, moved: watch::Sender<i64>) -> Result<(), StoreError> {
    let failed = |e: sea_orm::sqlx::Error| StoreError::Engine(e.to_string());
    let mut listener = PgListener::connect_with(db.get_postgres_connection_pool())
        .await
        .map_err(failed)?;
    listener.listen("gridwhistle_log").await.map_err(failed)?;
    tokio::spawn(async move {
        while !moved.is_closed() {
            match listener.recv().await {
                Ok(word) => {
                    let seq = word.payload().parse().unwrap_or(0);
                    moved.send_if_modified(|last| {
                        let newer = seq > *last;
                        *last = seq.max(*last);
                        newer
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "lost the line on which other servers are heard; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    });
    Ok(())
}
