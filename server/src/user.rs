//! `gridwhistle user`.

use std::io::Read;

use anyhow::Context;
use gridwhistle_domain::access::{Appointment, Post, Scope};
use gridwhistle_domain::place::{DivisionCode, GridCode};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_http::messages::Message;
use gridwhistle_service::ServiceError;

use crate::cli::{UserCommand, UserOptions, print};
use crate::files;
use crate::messages::{failure, say, text};

pub async fn run(options: &UserOptions) -> anyhow::Result<()> {
    let service = files::open(&options.database).await?;
    match &options.what {
        UserCommand::Add {
            username,
            name,
            posts,
        } => {
            let mut appointments = Vec::with_capacity(posts.len());
            for written in posts {
                let (post, scope) = read_post(written)?;
                let reference = service.reference();
                let known = match &scope {
                    Scope::Division(code) => reference.divisions.contains_key(code),
                    Scope::Unit(code) => reference.unit(code).is_some(),
                    Scope::Grids(codes) => {
                        codes.iter().all(|c| reference.land.grids.contains_key(c))
                    }
                };
                if !known {
                    return Err(wrong("user-scope-unknown", written));
                }
                appointments.push(Appointment {
                    post,
                    scope,
                    from: service.clock.now(),
                    to: None,
                });
            }
            let mut password = String::new();
            std::io::stdin()
                .take(1_024)
                .read_to_string(&mut password)
                .with_context(|| say("user-password-unreadable"))?;
            let password = password.trim_end_matches(['\r', '\n']);
            service
                .add_account(username, name, password, appointments)
                .await
                .map_err(|error| refused(error, username))?;
            print(&named("user-added", username));
        }
    }
    Ok(())
}

/// What is wrong with a post.
fn wrong(key: &'static str, post: &str) -> anyhow::Error {
    failure(&Message::new(key).with("post", post.to_owned()))
}

/// A sentence about an account.
fn named(key: &'static str, username: &str) -> String {
    text(&Message::new(key).with("username", username.to_owned()))
}

/// Why an account was not added.
fn refused(error: ServiceError, username: &str) -> anyhow::Error {
    match error {
        ServiceError::Taken(_) => anyhow::Error::msg(named("user-taken", username)),
        ServiceError::Invalid(faults) if faults.iter().any(|f| f.pointer == "/password") => {
            anyhow::Error::msg(say("user-password-too-short"))
        }
        ServiceError::Invalid(_) => anyhow::Error::msg(say("user-username-unusable")),
        error => error.into(),
    }
}

/// `POST@SCOPE`: a scope of 15 digits (or several) names grids, one of 12 a division, else a unit.
fn read_post(written: &str) -> anyhow::Result<(Post, Scope)> {
    let (post, scope) = written
        .split_once('@')
        .ok_or_else(|| wrong("user-form", written))?;
    let post: Post = post
        .parse()
        .map_err(|_| wrong("user-no-such-post", written))?;
    if matches!(post, Post::System | Post::Resident) {
        return Err(wrong("user-nobodys-post", written));
    }
    let grids: Result<Vec<GridCode>, _> = scope.split(',').map(GridCode::parse).collect();
    let scope = match (grids, DivisionCode::parse(scope)) {
        (Ok(grids), _) => Scope::Grids(grids),
        (Err(_), Ok(code)) => Scope::Division(code),
        (Err(_), Err(_)) => Scope::Unit(UnitCode(scope.to_owned())),
    };
    Ok((post, scope))
}
