//! What `gridwhistle export` prints beside the lists: configurations and rosters.

use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::shift::Desk;
use gridwhistle_http::messages::Message;
use gridwhistle_service::Service;
use gridwhistle_service::import::{configuration, roster};

use crate::cli::{ExportOptions, print};
use crate::messages::failure;

/// What a division sets for itself.
pub async fn configuration(service: &Service, options: &ExportOptions) -> anyhow::Result<()> {
    let division = options.of.first().map_or("", String::as_str);
    let code = DivisionCode::parse(division).map_err(|_| unknown(division))?;
    let found = service.configuration(code).await;
    let found = found.map_err(|_| unknown(division))?;
    print(&configuration::write(code, &found.document)?);
    Ok(())
}

/// The shifts of desks.
pub async fn roster(service: &Service, options: &ExportOptions) -> anyhow::Result<()> {
    let today = service.clock.now().date();
    let from = options.from.as_deref().map_or(Ok(today), day)?;
    let to = options.to.as_deref().map_or(Ok(from.plus_days(30)), day)?;
    let desks = options.of.iter().map(|code| Desk::from(code.as_str()));
    let desks: Vec<Desk> = desks.collect();
    let span = (Timestamp::of(from, 0), Timestamp::of(to, 0));
    let found = service.shifts_of(&desks, span).await?;
    print(&roster::write(found.iter().map(|entry| &entry.shift))?);
    Ok(())
}

fn day(text: &str) -> anyhow::Result<Date> {
    let wrong = || Message::new("export-no-day").with("text", text.to_owned());
    Date::parse(text).map_err(|_| failure(&wrong()))
}

fn unknown(division: &str) -> anyhow::Error {
    let message = Message::new("key-division-unknown").with("what", division.to_owned());
    failure(&message)
}
