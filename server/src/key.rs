//! `gridwhistle key`: keys of third-party applications.

use gridwhistle_domain::access::Grant;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_http::messages::Message;
use gridwhistle_service::{KeyState, NewKey, ServiceError};

use crate::cli::{KeyCommand, KeyOptions, print};
use crate::files;
use crate::messages::{failure, say, text};

pub async fn run(options: &KeyOptions) -> anyhow::Result<()> {
    let service = files::open(&options.database).await?;
    match &options.what {
        KeyCommand::Add {
            name,
            division,
            scopes,
            days,
        } => {
            let grants = scopes.iter().map(|scope| grant(scope));
            let new = NewKey {
                name: name.clone(),
                division: code(division)?,
                grants: grants.collect::<Result<_, _>>()?,
                expires_at: Some(service.clock.now().plus_days(i64::from(*days))),
                app: None,
            };
            let issued = service
                .put_key(new, None)
                .await
                .map_err(|error| refused(error, division))?;
            eprintln!("{}", say("key-told-once"));
            print(&issued.secret);
        }
        KeyCommand::List { division } => {
            let now = service.clock.now();
            for key in service.keys_of(code(division)?).await? {
                let state = match key.state(now) {
                    KeyState::Live => say("key-live"),
                    KeyState::Expired => say("key-expired"),
                    KeyState::Revoked => say("key-revoked"),
                };
                let scopes: Vec<&str> = key.grants.iter().map(|grant| grant.as_str()).collect();
                print(&format!(
                    "{}\t{}\t{}\t{}\t{}\t{state}\t{}",
                    key.id,
                    key.prefix,
                    key.name,
                    key.division,
                    scopes.join(","),
                    key.expires_at.date(),
                ));
            }
        }
        KeyCommand::Revoke { id } => {
            let ended = service.end_key(*id, None).await;
            ended.map_err(|error| refused(error, &id.to_string()))?;
            print(&about("key-revoked-now", &id.to_string()));
        }
    }
    Ok(())
}

fn about(key: &'static str, what: &str) -> String {
    text(&Message::new(key).with("what", what.to_owned()))
}

fn wrong(key: &'static str, what: &str) -> anyhow::Error {
    failure(&Message::new(key).with("what", what.to_owned()))
}

fn code(division: &str) -> anyhow::Result<DivisionCode> {
    DivisionCode::parse(division).map_err(|_| wrong("key-division-unknown", division))
}

fn grant(scope: &str) -> anyhow::Result<Grant> {
    scope.parse().map_err(|_| wrong("key-no-such-scope", scope))
}

/// Why a key was not issued or revoked.
fn refused(error: ServiceError, what: &str) -> anyhow::Error {
    match error {
        ServiceError::NotFound => wrong("key-unknown", what),
        ServiceError::Invalid(faults) if faults.iter().any(|f| f.pointer == "/division") => {
            wrong("key-division-unknown", what)
        }
        ServiceError::Invalid(_) => anyhow::Error::msg(say("key-life")),
        error => error.into(),
    }
}
