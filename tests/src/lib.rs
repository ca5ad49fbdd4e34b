//! The harness of the end-to-end tests: the real binaries as processes.
//!
//! - [`binary()`] builds `gridwhistle` and `whistle` once and says where they are;
//! - [`Server`] starts, stops, kills and restarts a server on a port of its own and reads its log;
//! - [`Database`] is what it stores in: a fresh `SQLite` file, or a fresh database in a private
//!   `PostgreSQL` cluster;
//! - [`Api`] speaks HTTP and JSON to it, with nothing of the product in between;
//! - [`Cast`] are the people of the demo, each in their own session;
//! - [`Metrics`] is what it counts for its operators;
//! - [`Tally`] compares what was acknowledged with what stands there;
//! - [`load`] measures it under load;
//! - [`Dice`] is chance that is the same in every run;
//! - [`Terminal`] runs a program in a real terminal of a given size;
//! - [`Browser`] shows a page as Chromium does;
//! - [`Desk`] is somebody in front of the terminal client;
//! - [`scripted()`] is somebody who uses its subcommands.
//!
//! What a test needs and the machine lacks (`PostgreSQL`, `PostGIS`, tmux, Chromium, GDAL) leads to a line `SKIPPED: …` and a
//! passed test; where `GRIDWHISTLE_REQUIRE_TOOLS` is set, to a failure.

mod api;
mod binary;
mod browser;
mod cast;
mod cluster;
mod database;
mod desk;
mod dice;
pub mod load;
mod log;
mod metrics;
mod script;
mod server;
mod tally;
mod terminal;
mod tool;
mod town;

pub use api::{Answer, Api, Call};
pub use binary::binary;
pub use browser::Browser;
pub use cast::{Cast, Done};
pub use cluster::Cluster;
pub use database::Database;
pub use desk::Desk;
pub use dice::Dice;
pub use log::Log;
pub use metrics::Metrics;
pub use script::{does, scripted};
pub use server::{Account, Server, ServerBuilder};
pub use tally::Tally;
pub use terminal::Terminal;
pub use tool::{REQUIRE_TOOLS, missing, require_tool};

/// Turns one scenario into two tests, `on_sqlite` and `on_postgres`, in a module of its name.
///
/// ```ignore
/// on_both_databases! {
///     async fn a_report_is_filed_once(database: Database) { … }
/// }
/// ```
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: Database) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn scenario($database: $crate::Database) -> anyhow::Result<()> {
                $body
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() -> anyhow::Result<()> {
                scenario($crate::Database::sqlite()).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() -> anyhow::Result<()> {
                match $crate::Database::postgres().await? {
                    Some(database) => scenario(database).await,
                    None => Ok(()),
                }
            }
        }
    )+};
}
