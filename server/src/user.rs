//! `gridwhistle user`.

use std::io::Read;

use anyhow::{Context, bail};
use gridwhistle_domain::access::{Appointment, Post, Scope};
use gridwhistle_domain::place::{DivisionCode, GridCode};
use gridwhistle_domain::routing::UnitCode;

use crate::cli::{UserCommand, UserOptions, print};
use crate::files;

pub async fn run(options: &UserOptions) -> anyhow::Result<()> {
    let service = files::open(&options.database).await?;
    match &options.what {
        UserCommand::Add {
            username,
            name,
            posts,
        } => {
            let mut appointments = Vec::with_capacity(posts.len());
            for text in posts {
                let (post, scope) = read_post(text)?;
                let reference = service.reference();
                let known = match &scope {
                    Scope::Division(code) => reference.divisions.contains_key(code),
                    Scope::Unit(code) => reference.unit(code).is_some(),
                    Scope::Grids(codes) => codes.iter().all(|c| reference.grids.contains_key(c)),
                };
                if !known {
                    bail!("{text}: the scope is not known; import it first");
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
                .context("the password could not be read from standard input")?;
            let password = password.trim_end_matches(['\r', '\n']);
            service
                .add_account(username, name, password, appointments)
                .await?;
            print(&format!("{username} was added"));
        }
    }
    Ok(())
}

/// `POST@SCOPE`: a scope of 15 digits (or several) names grids, one of 12 a division, else a unit.
fn read_post(text: &str) -> anyhow::Result<(Post, Scope)> {
    let (post, scope) = text.split_once('@').with_context(|| {
        format!("{text}: write a post, @ and a scope, such as grid_worker@320707101201001")
    })?;
    let post: Post = post
        .parse()
        .with_context(|| format!("{text}: no such post"))?;
    if matches!(post, Post::System | Post::Resident) {
        bail!("{text}: nobody holds this post");
    }
    let grids: Result<Vec<GridCode>, _> = scope.split(',').map(GridCode::parse).collect();
    let scope = match (grids, DivisionCode::parse(scope)) {
        (Ok(grids), _) => Scope::Grids(grids),
        (Err(_), Ok(code)) => Scope::Division(code),
        (Err(_), Err(_)) => Scope::Unit(UnitCode(scope.to_owned())),
    };
    Ok((post, scope))
}
