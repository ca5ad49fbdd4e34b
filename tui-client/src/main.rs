//! The field client for the terminal.

use clap::Parser;

fn main() -> std::process::ExitCode {
    whistle::cli::run(&whistle::cli::Args::parse()).into()
}
