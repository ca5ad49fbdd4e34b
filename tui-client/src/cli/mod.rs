//! The command line: without a subcommand the screens, with one the same by flags and `--json`.

mod args;
mod boundaries;
mod exit;
mod output;
mod run;
mod verbs;

pub use args::{Args, Verb};
pub use exit::Exit;
pub use run::run;
