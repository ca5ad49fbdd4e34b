//! `gridwhistle`: the server and its administration.

mod cli;
mod deadline;
mod demo;
mod export;
mod faults;
mod files;
mod grid_files;
mod import;
mod key;
mod messages;
mod moved;
mod serve;
mod tick;
mod user;
mod webhook;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    messages::choose(cli.lang);
    serve::log_to_stderr();
    match run(cli).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("gridwhistle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve(options) => serve::run(&options).await?,
        Command::Demo(options) => serve::demo(&options).await?,
        Command::DemoHistory(options) => serve::demo_history(&options).await?,
        Command::Openapi => cli::print(&gridwhistle_http::document(env!("CARGO_PKG_VERSION"))),
        Command::Import(options) => import::run(&options).await?,
        Command::Export(options) => import::export(&options).await?,
        Command::Deadline(options) => deadline::run(&options).await?,
        Command::User(options) => user::run(&options).await?,
        Command::Key(options) => key::run(&options).await?,
        Command::Check(options) => return files::check(&options).await,
        Command::Tick(options) => tick::run(&options).await?,
    }
    Ok(ExitCode::SUCCESS)
}
