//! The API under `/api/v1`: one file per resource.

#![expect(
    clippy::unused_async,
    reason = "the framework wants every handler asynchronous"
)]

mod actions;
mod api_keys;
mod asking;
mod attachments;
mod boundaries;
mod cases;
mod centre_views;
mod clock;
mod configuration;
mod coverage;
mod divisions;
mod duty;
mod events;
mod figures;
mod grid_export;
mod lists;
mod locating;
mod moved;
mod names;
mod notices;
mod page;
mod places;
mod ratings;
mod reference;
mod registers;
mod routing;
mod rulings;
mod sessions;
mod unmaskings;
mod views;
mod work;

use gridwhistle_domain::clock::Timestamp;
use poem_openapi::Tags;

pub(crate) use views::Viewer;

use crate::messages::Message;
use crate::refusal::Refusal;
use crate::state::State;

/// The base of all paths.
pub const BASE: &str = "/api/v1";

/// All resources together; the framework joins at most sixteen at a time.
pub type Api = (
    sessions::Sessions,
    cases::Cases,
    work::Work,
    rulings::Rulings,
    events::Events,
    figures::Figures,
    (reference::ReferenceData, divisions::DivisionChanges),
    (
        places::Places,
        boundaries::Boundaries,
        grid_export::GridExports,
        coverage::Coverages,
        locating::Locating,
    ),
    attachments::Attachments,
    ratings::Ratings,
    unmaskings::Unmaskings,
    api_keys::ApiKeys,
    (configuration::Configurations, duty::Duty),
    (clock::Clock, moved::MovedDeadlines),
    notices::Notices,
    (lists::Lists, registers::Registers, routing::Routing),
);

/// The resources over what they share.
pub fn api(state: &State) -> Api {
    (
        sessions::Sessions(state.clone()),
        cases::Cases(state.clone()),
        work::Work(state.clone()),
        rulings::Rulings(state.clone()),
        events::Events(state.clone()),
        figures::Figures(state.clone()),
        (
            reference::ReferenceData(state.clone()),
            divisions::DivisionChanges(state.clone()),
        ),
        (
            places::Places(state.clone()),
            boundaries::Boundaries(state.clone()),
            grid_export::GridExports(state.clone()),
            coverage::Coverages(state.clone()),
            locating::Locating(state.clone()),
        ),
        attachments::Attachments(state.clone()),
        ratings::Ratings(state.clone()),
        unmaskings::Unmaskings(state.clone()),
        api_keys::ApiKeys(state.clone()),
        (
            configuration::Configurations(state.clone()),
            duty::Duty(state.clone()),
        ),
        (
            clock::Clock(state.clone()),
            moved::MovedDeadlines(state.clone()),
        ),
        notices::Notices(state.clone()),
        (
            lists::Lists(state.clone()),
            registers::Registers(state.clone()),
            routing::Routing(state.clone()),
        ),
    )
}

/// How the document groups the operations.
#[derive(Tags)]
enum Tag {
    /// Logging in and out.
    Sessions,
    /// Reports and what becomes of them.
    Cases,
    /// What waits for whom: queues, whistles, called units.
    Work,
    /// The log, as a list and live.
    Events,
    /// Indicators, each opening to its cases.
    Figures,
    /// Divisions, matters, units, kinds.
    Reference,
    /// Every list at every version, and its changes.
    Lists,
    /// Powers, certificates, admissions.
    Registers,
    /// Grids and locating.
    Places,
    /// Who is on duty, rosters, handovers.
    Duty,
    /// Keys of third-party applications.
    Keys,
    /// Who looked at residents' data.
    Audit,
    /// Photographs.
    Attachments,
    /// What residents answer by a one-time link.
    Ratings,
}

/// An instant as the API writes it: RFC 3339 with the offset of working time.
pub type When = chrono::DateTime<chrono::FixedOffset>;

/// Instants are shown at UTC+8, the time in which the field works.
fn when(at: Timestamp) -> When {
    use chrono::TimeZone;
    let utc = chrono::Utc
        .timestamp_micros(at.micros())
        .single()
        .unwrap_or_default();
    let offset = chrono::FixedOffset::east_opt(8 * 3_600);
    offset.map_or_else(|| utc.fixed_offset(), |offset| utc.with_timezone(&offset))
}

/// Instants are cut to whole microseconds when they come in.
fn moment(at: When) -> Timestamp {
    Timestamp::from_micros(at.timestamp_micros())
}

/// A value of a parameter that is parsed here.
fn parsed<T: std::str::FromStr>(name: &'static str, text: &str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::parameter(name, Message::new("parameter-unreadable")))
}

/// The same for one that may be left out.
fn parsed_maybe<T: std::str::FromStr>(
    name: &'static str,
    text: Option<&String>,
) -> Result<Option<T>, Refusal> {
    text.map(|text| parsed(name, text)).transpose()
}

/// A cursor as callers carry it about; they look at none of it.
fn cursor((a, b): (i64, i64)) -> String {
    format!("{a:x}.{b:x}")
}

/// Reads a cursor back.
fn after(text: Option<&String>) -> Result<Option<(i64, i64)>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Refusal::parameter("cursor", Message::new("parameter-unreadable"));
    let (a, b) = text.split_once('.').ok_or_else(wrong)?;
    let number = |part| i64::from_str_radix(part, 16).map_err(|_| wrong());
    Ok(Some((number(a)?, number(b)?)))
}
