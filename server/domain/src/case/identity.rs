//! Who may know the resident behind a case.
//!
//! Name and telephone are personal data: a mask is all that is shown, and whoever handles the case now may lift it for
//! a purpose, on record. Behind a confidential case nobody is shown at all but to the registrar and the caller of the
//! centre that has it: everybody else speaks through the centre.

use super::settings::Settings;
use super::stage::Stage;
use super::state::Case;
use crate::access::{Actor, Appointment, Grant, Post, Scope};
use crate::clock::Timestamp;
use crate::names::names;

names! {
    /// What a resident's data is looked at for.
    pub enum Purpose {
        /// 联系诉求人
        ContactResident => "contact_resident",
        /// 核实、核查
        CheckFacts => "check_facts",
        /// 回访
        FollowUp => "follow_up",
        /// 答复
        Reply => "reply",
        /// 更正信息
        CorrectData => "correct_data",
        /// 依法调取
        LegalRequest => "legal_request",
        /// 其他, which has to be explained.
        Other => "other",
    }
}

/// Whether the identity of the reporter is kept from everybody but the registrar and the caller: as the report says,
/// otherwise as its matter has it.
pub fn is_confidential(case: &Case, settings: &Settings) -> bool {
    case.confidential.unwrap_or_else(|| {
        case.matter
            .as_ref()
            .is_some_and(|matter| settings.confidential_matters.contains(matter))
    })
}

/// Whether somebody who sees the case is shown what a mask leaves of the resident's name and telephone.
pub fn shows_masked(case: &Case, actor: &Actor, settings: &Settings, now: Timestamp) -> bool {
    let confidential = is_confidential(case, settings);
    actor.posts(now).any(|held| match held.post {
        Post::App => !confidential && actor.is_granted(Grant::PersonalRead),
        Post::Admin | Post::Resident | Post::System => false,
        _ => !confidential || hears_residents(case, held),
    })
}

/// The post by which somebody who sees the case may be told the resident's name and telephone in clear: he handles the
/// case now. None for everybody else.
///
/// Handling are, while the case is open, registrar, dispatcher, caller and clerk of the centre that has it, the units
/// with work left to do on it, and the grid's worker or leader while he is asked to look (核实, 核查). After the
/// closing the caller and the registrar are, while the resident may still answer.
pub fn may_unmask<'a>(
    case: &Case,
    actor: &'a Actor,
    settings: &Settings,
    now: Timestamp,
) -> Option<&'a Appointment> {
    let confidential = is_confidential(case, settings);
    let open = !case.stage.is_end();
    // The residents of merged cases are asked by theirs; what they answered stands in the case that took them up.
    let by_itself = case.rounds.iter().filter_map(|r| r.feedback.as_ref());
    let mut still = by_itself.filter(|f| f.concluded.is_none() && now < f.expires_at);
    let as_merged = case.merged_into.as_ref().and_then(|into| into.end.as_ref());
    let asked = still.next().is_some()
        || as_merged.is_some_and(|end| end.asked.is_some_and(|(_, until)| now < until));
    actor.posts(now).find(|held| {
        if confidential || !open {
            return hears_residents(case, held) && (open || asked);
        }
        match held.post {
            Post::Registrar | Post::Dispatcher | Post::Caller | Post::Clerk => {
                is_centre(case, held)
            }
            Post::UnitOfficer | Post::UnitLeader => case.current_assignments().any(|a| {
                a.stage.is_open() && matches!(&held.scope, Scope::Unit(unit) if *unit == a.unit)
            }),
            Post::GridWorker | Post::GridLeader => {
                matches!(case.stage, Stage::Confirming | Stage::Verifying) && is_grids(case, held)
            }
            Post::App => actor.is_granted(Grant::PersonalRead),
            _ => false,
        }
    })
}

/// Registrar and caller of the centre that has the case.
pub fn hears_residents(case: &Case, held: &Appointment) -> bool {
    matches!(held.post, Post::Registrar | Post::Caller) && is_centre(case, held)
}

/// Whether the post is one of the centre that has the case; a centre above acts for it without knowing the resident.
fn is_centre(case: &Case, held: &Appointment) -> bool {
    matches!(held.scope, Scope::Division(code) if code == case.centre)
}

/// Whether the post is one of the grid of the case, or of its village.
fn is_grids(case: &Case, held: &Appointment) -> bool {
    match &held.scope {
        Scope::Grids(codes) => case.place.grid.is_some_and(|g| codes.contains(&g)),
        Scope::Division(code) => case.place.village.is_some_and(|v| code.contains(v)),
        Scope::Unit(_) => false,
    }
}
