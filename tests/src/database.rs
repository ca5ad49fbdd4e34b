//! What a server under test stores in.

use std::thread;

use anyhow::anyhow;

use crate::cluster::Cluster;

/// An empty database of one test; it is removed with this value.
pub enum Database {
    /// A file in the server's data folder.
    Sqlite,
    /// A database in the cluster of this test process.
    Postgres {
        /// Its address, with the password.
        url: String,
    },
    /// A `PostgreSQL` database that another value stands for.
    Borrowed {
        /// Its address, with the password.
        url: String,
    },
}

impl Database {
    /// The embedded engine.
    pub fn sqlite() -> Self {
        Self::Sqlite
    }

    /// A database in a `PostgreSQL` server, or `None` after saying that the test is skipped.
    pub async fn postgres() -> anyhow::Result<Option<Self>> {
        let cluster = tokio::task::spawn_blocking(Cluster::shared).await??;
        match cluster {
            None => Ok(None),
            Some(cluster) => Ok(Some(Self::Postgres {
                url: cluster.create_database().await?,
            })),
        }
    }

    /// The address that a server is told; it needs none for the embedded engine.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres { url } | Self::Borrowed { url } => Some(url),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { url } = self {
            let url = std::mem::take(url);
            // A thread of its own, since the runtime of the test may be about to end.
            let removed = thread::spawn(move || -> anyhow::Result<()> {
                if let Some(cluster) = Cluster::shared()? {
                    tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()?
                        .block_on(cluster.drop_database(&url))?;
                }
                Ok(())
            });
            if let Err(error) = removed.join().unwrap_or_else(|_| Err(anyhow!("panicked"))) {
                eprintln!("a test database is left behind: {error:#}");
            }
        }
    }
}
