//! The accounts with which people log in, and `demo.json`, which tells them.

use std::path::Path;

use anyhow::Context;
use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, GridCode};
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::Service;
use gridwhistle_store::Store;
use serde::Serialize;

use super::county::{CITY, COUNTY, TOWN, VILLAGE};
use super::people::{appointment, name};

/// An account as `demo.json` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    pub username: String,
    pub password: String,
    /// The published name of the post.
    pub post: String,
    /// Codes of a division, a unit, or grids separated by commas.
    pub scope: String,
    pub name: String,
}

#[derive(Serialize)]
struct DemoFile<'a> {
    base_url: &'a str,
    accounts: &'a [Account],
}

/// What a post of the list extends over.
#[derive(Copy, Clone)]
enum Over {
    City,
    County,
    Town,
    Village,
    /// The grids of the village.
    Grids,
    /// A unit of the town, by its short name.
    Unit(&'static str),
    /// A unit of the county.
    CountyUnit(&'static str),
    /// The village committee.
    Committee,
}

/// Username, post and scope of each account.
const LIST: [(&str, Post, Over); 31] = [
    ("grid_worker", Post::GridWorker, Over::Grids),
    ("grid_leader", Post::GridLeader, Over::Village),
    ("village_leader", Post::VillageLeader, Over::Village),
    ("clerk", Post::Clerk, Over::Town),
    ("registrar", Post::Registrar, Over::Town),
    // Verifies and closes; never dispatches.
    ("registrar2", Post::Registrar, Over::Town),
    ("dispatcher", Post::Dispatcher, Over::Town),
    ("caller", Post::Caller, Over::Town),
    ("duty_officer", Post::DutyOfficer, Over::Town),
    ("duty_leader", Post::DutyLeader, Over::Town),
    ("town_head", Post::TownHead, Over::Town),
    ("unit_officer", Post::UnitOfficer, Over::Unit("zf")),
    ("unit_leader", Post::UnitLeader, Over::Unit("zf")),
    ("unit_officer_police", Post::UnitOfficer, Over::Unit("pc")),
    ("unit_leader_police", Post::UnitLeader, Over::Unit("pc")),
    ("unit_leader_sanitation", Post::UnitLeader, Over::Unit("hw")),
    (
        "unit_leader_water",
        Post::UnitLeader,
        Over::CountyUnit("gs"),
    ),
    (
        "unit_leader_municipal",
        Post::UnitLeader,
        Over::CountyUnit("sz"),
    ),
    ("unit_leader_village", Post::UnitLeader, Over::Committee),
    ("supervisor", Post::Supervisor, Over::County),
    ("supervisor_town", Post::Supervisor, Over::Town),
    ("auditor", Post::Auditor, Over::County),
    ("admin", Post::Admin, Over::County),
    ("app", Post::App, Over::County),
    // The command centres above the town's.
    ("registrar_county", Post::Registrar, Over::County),
    ("dispatcher_county", Post::Dispatcher, Over::County),
    ("duty_leader_county", Post::DutyLeader, Over::County),
    ("registrar_city", Post::Registrar, Over::City),
    ("dispatcher_city", Post::Dispatcher, Over::City),
    ("duty_leader_city", Post::DutyLeader, Over::City),
    ("supervisor_city", Post::Supervisor, Over::City),
];

/// Adds all accounts and answers who is behind them.
pub async fn add(service: &Service, since: Timestamp) -> anyhow::Result<Vec<Actor>> {
    let reference = service.reference();
    let grids: Vec<GridCode> = reference
        .land
        .grids
        .keys()
        .copied()
        .filter(|grid| grid.village().to_string() == VILLAGE)
        .collect();
    let grids = &grids;
    let adding = LIST.iter().zip(0..).map(|((username, post, over), n)| {
        async move {
            let posts = vec![appointment(*post, scope(*over, grids)?, since)];
            // Neighbouring numbers give names that have nothing in common.
            let name = name(u128::wrapping_mul(
                n + 1,
                0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835,
            ));
            let person = service
                .add_account(username, &name, &password(username), posts.clone())
                .await
                .with_context(|| format!("the account {username} cannot be added"))?;
            anyhow::Ok(Actor {
                person,
                name,
                appointments: posts,
                grants: None,
            })
        }
    });
    futures_util::future::try_join_all(adding).await
}

/// The accounts as the database has them.
pub async fn read(store: &Store) -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::with_capacity(LIST.len());
    for (username, post, _) in LIST {
        let Some(account) = store.account(username).await? else {
            continue;
        };
        let Some(actor) = store.actor(account.person).await? else {
            continue;
        };
        let scope = actor.appointments.iter().find(|a| a.post == post);
        accounts.push(Account {
            username: username.to_owned(),
            password: password(username),
            post: post.to_string(),
            scope: scope.map(|a| a.scope.to_string()).unwrap_or_default(),
            name: actor.name,
        });
    }
    Ok(accounts)
}

/// Writes `demo.json` for its owner alone.
pub fn write(file: &Path, base_url: &str, accounts: &[Account]) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec_pretty(&DemoFile { base_url, accounts })?;
    text.push(b'\n');
    crate::files::write_private(file, &text)
}

/// Easy to remember; the demo holds nothing worth protecting.
fn password(username: &str) -> String {
    format!("demo-{username}")
}

fn scope(over: Over, grids: &[GridCode]) -> anyhow::Result<Scope> {
    Ok(match over {
        Over::City => Scope::Division(DivisionCode::parse(CITY)?),
        Over::County => Scope::Division(DivisionCode::parse(COUNTY)?),
        Over::Town => Scope::Division(DivisionCode::parse(TOWN)?),
        Over::Village => Scope::Division(DivisionCode::parse(VILLAGE)?),
        Over::Grids => Scope::Grids(grids.to_vec()),
        Over::Unit(short) => Scope::Unit(UnitCode::of(DivisionCode::parse(TOWN)?, short)),
        Over::CountyUnit(short) => Scope::Unit(UnitCode::of(DivisionCode::parse(COUNTY)?, short)),
        Over::Committee => Scope::Unit(UnitCode::of(DivisionCode::parse(VILLAGE)?, "cw")),
    })
}
