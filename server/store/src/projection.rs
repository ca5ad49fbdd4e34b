//! The rows that follow from a case as it stands.

use gridwhistle_domain::case::{
    Assignment, Case, Event, InnerClockName, Recorded, Source, Stage, Whistle, rule_from,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel, Position};
use gridwhistle_domain::routing::Ruling;
use uuid::Uuid;

use crate::entity;
use crate::lists::ListNote;

/// "Never": sorts after every moment.
pub const NEVER: i64 = i64::MAX;

/// All rows of one case beside its log.
pub struct Rows {
    pub case: entity::case::Model,
    pub parties: Vec<entity::case_party::Model>,
    pub assignments: Vec<entity::assignment::Model>,
    pub whistles: Vec<entity::whistle::Model>,
    pub waiting: Vec<entity::waiting::Model>,
}

/// Projects a case whose report stands at `first_seq` of the log.
pub fn project(case: &Case, first_seq: i64) -> Result<Rows, serde_json::Error> {
    let place = case.ground();
    let county = level(place, DivisionLevel::County);
    let town = level(place, DivisionLevel::Town);
    let mut parties: Vec<String> = case
        .filed_by
        .person
        .into_iter()
        .chain(case.whistles.iter().filter_map(|w| w.blown_by.person))
        .map(|p| person_party(p.0))
        .chain(case.assignments.iter().map(|a| unit_party(&a.unit.0)))
        .collect();
    parties.sort_unstable();
    parties.dedup();
    Ok(Rows {
        case: entity::case::Model {
            id: case.id.0,
            first_seq,
            number: case.number.clone(),
            external_ref: external_ref(case),
            version: i32::try_from(case.version).unwrap_or(i32::MAX),
            stage: case.stage.to_string(),
            is_open: !case.stage.is_end(),
            county: county.clone(),
            town: town.clone(),
            village: case.place.village.map(|v| v.to_string()),
            grid: case.place.grid.map(|g| g.to_string()),
            matter: case.matter.as_ref().map(ToString::to_string),
            source: case.source.to_string(),
            lead_unit: case
                .round()
                .and_then(|r| r.lead.as_ref())
                .map(|u| u.0.clone()),
            reported_at: case.reported_at.micros(),
            updated_at: case.updated_at.micros(),
            due_at: stage_due(case).map_or(NEVER, Timestamp::micros),
            handling_due_at: running_deadline(case).map_or(NEVER, Timestamp::micros),
            relevant_until: relevant_until(case),
            next_at: next_at(case),
            lon: case.place.position.map(Position::lon_steps),
            lat: case.place.position.map(Position::lat_steps),
            state: serde_json::to_string(case)?,
        },
        parties: parties
            .into_iter()
            .map(|party| entity::case_party::Model {
                party,
                first_seq,
                case_id: case.id.0,
            })
            .collect(),
        assignments: case
            .assignments
            .iter()
            .map(|a| assignment_row(case, a, first_seq, &county, &town))
            .collect(),
        whistles: case
            .whistles
            .iter()
            .map(|w| whistle_row(case, w, first_seq, &county, &town))
            .collect(),
        waiting: waiting_rows(case, first_seq),
    })
}

/// When something happens to the case by itself.
pub fn next_at(case: &Case) -> Option<i64> {
    case.next_moment().map(|moment| moment.at.micros())
}

/// The queues of centres in which the case stands.
pub fn waiting_rows(case: &Case, first_seq: i64) -> Vec<entity::waiting::Model> {
    case.waits()
        .into_iter()
        .map(|waiting| entity::waiting::Model {
            centre: waiting.centre.to_string(),
            queue: waiting.queue.to_string(),
            case_seq: first_seq,
            case_id: case.id.0,
            due_at: waiting.due.map_or(NEVER, Timestamp::micros),
        })
        .collect()
}

/// The rules that rulings among these events of the case become, as entries of the list of rulings.
pub fn rulings_in(case: &Case, events: &[Recorded]) -> Vec<(Ruling, ListNote)> {
    let ruled = events.iter().filter_map(|recorded| match recorded.event {
        Event::Ruled { number, .. } => Some((recorded, rule_from(case, number)?)),
        _ => None,
    });
    ruled
        .map(|(recorded, ruling)| {
            let note = ListNote {
                at: recorded.recorded_at,
                by: Some(recorded.actor.clone()),
                why: case.number.clone(),
            };
            (ruling, note)
        })
        .collect()
}

/// The key under which an account has a part in a case.
pub fn person_party(person: Uuid) -> String {
    format!("p:{person}")
}

/// The key under which a unit has a part in a case.
pub fn unit_party(unit: &str) -> String {
    format!("u:{unit}")
}

/// The external number of a case with its source.
pub fn external_ref(case: &Case) -> Option<String> {
    case.external_number
        .as_ref()
        .map(|number| external_number(case.source, number))
}

/// External numbers are unique per source.
pub fn external_number(source: Source, number: &str) -> String {
    format!("{source}:{number}")
}

fn level(code: DivisionCode, level: DivisionLevel) -> String {
    code.at(level).unwrap_or(code).to_string()
}

/// By when somebody has to move the case on from where it stands.
fn stage_due(case: &Case) -> Option<Timestamp> {
    let clock = |name: InnerClockName| {
        case.inner_clocks
            .iter()
            .rev()
            .find(|c| c.name == name && c.stopped_at.is_none())
            .map(|c| c.due)
    };
    match case.stage {
        Stage::Reported => clock(InnerClockName::Accept),
        Stage::Confirming => {
            clock(InnerClockName::Confirm).or_else(|| clock(InnerClockName::Accept))
        }
        Stage::Registered => clock(InnerClockName::Dispatch),
        Stage::Handled => clock(InnerClockName::ConfirmSolved),
        Stage::Verifying => clock(InnerClockName::Verify),
        Stage::Assigned | Stage::Handling => running_deadline(case),
        // No clock runs at an end: whoever asked first waits longest.
        Stage::Closed => case
            .reopening
            .as_ref()
            .filter(|_| case.is_reopening_asked_for())
            .map(|request| request.at),
        _ => None,
    }
}

/// The handling deadline, while its clock runs.
fn running_deadline(case: &Case) -> Option<Timestamp> {
    let round = case.round()?;
    if !round.clock()?.is_running() {
        return None;
    }
    round.deadline().map(|d| d.at)
}

/// The last moment that can still matter to a figure.
fn relevant_until(case: &Case) -> i64 {
    if !case.stage.is_end() {
        return NEVER;
    }
    let milestones = case
        .assignments
        .iter()
        .flat_map(|a| [Some(a.sign), a.contact, a.check_in])
        .flatten()
        .map(|m| m.due);
    let feedback = case
        .rounds
        .iter()
        .flat_map(gridwhistle_domain::case::Round::all_feedback)
        .map(|f| f.expires_at);
    milestones
        .chain(feedback)
        .chain([case.updated_at])
        .max()
        .map_or(NEVER, Timestamp::micros)
}

fn assignment_row(
    case: &Case,
    a: &Assignment,
    case_seq: i64,
    county: &str,
    town: &str,
) -> entity::assignment::Model {
    let unreached =
        |m: &gridwhistle_domain::case::Milestone| m.reached_at.is_none().then_some(m.due);
    let due = unreached(&a.sign)
        .or(a.check_in.as_ref().and_then(unreached))
        .or(a.finish_by)
        .or_else(|| running_deadline(case));
    entity::assignment::Model {
        id: a.id.0,
        case_id: case.id.0,
        case_seq,
        unit: a.unit.0.clone(),
        stage: a.stage.to_string(),
        is_open: a.stage.is_open() && !case.stage.is_end(),
        county: county.to_owned(),
        town: town.to_owned(),
        issued_at: a.issued_at.micros(),
        due_at: due.map_or(NEVER, Timestamp::micros),
    }
}

fn whistle_row(
    case: &Case,
    w: &Whistle,
    case_seq: i64,
    county: &str,
    town: &str,
) -> entity::whistle::Model {
    entity::whistle::Model {
        id: w.id.0,
        case_id: case.id.0,
        case_seq,
        kind: w.kind.clone(),
        stage: w.stage.to_string(),
        county: county.to_owned(),
        town: town.to_owned(),
        village: case.place.village.map(|v| v.to_string()),
        blown_by: w.blown_by.person.map(|p| p.0),
        requested_at: w.requested_at.micros(),
    }
}
