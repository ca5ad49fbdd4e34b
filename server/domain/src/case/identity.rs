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

/// A text without the resident's name and telephone: what is written freely is read by everybody who sees the case.
///
/// A name of one character is not looked for: it would be found in other words. The telephone is found however its
/// digits are grouped, in full width too, with and without the country's 86.
pub fn conceal(text: &str, name: &str, telephone: &str) -> String {
    let name = name.trim();
    let concealed = if name.chars().count() > 1 {
        text.replace(name, COVER)
    } else {
        text.to_owned()
    };
    let digits: Vec<u32> = telephone.chars().filter_map(digit).collect();
    let own = match digits.as_slice() {
        [8, 6, own @ ..] | [0, 0, 8, 6, own @ ..] if own.len() >= SHORTEST_ABROAD => own,
        own => own,
    };
    if own.len() < SHORTEST {
        return concealed;
    }
    without_number(&concealed, own)
}

const COVER: &str = "***";

/// So many digits a telephone of the country has at least that is told with its 86.
const SHORTEST_ABROAD: usize = 10;

/// Shorter numbers than this are no telephones, and would be found in others.
const SHORTEST: usize = 5;

/// The digit that a character of half or full width is.
fn digit(c: char) -> Option<u32> {
    let half = match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0'))?,
        c => c,
    };
    half.to_digit(10)
}

/// The text without a number, whatever stands between its digits.
fn without_number(text: &str, number: &[u32]) -> String {
    let between =
        |c: char| c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '.' | '·' | '(' | ')');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(end) = ends_after(rest, number, between) {
            kept.push_str(COVER);
            rest = rest.get(end..).unwrap_or_default();
        } else {
            kept.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    kept
}

/// Where the number ends with which a text begins; nothing where it begins otherwise.
fn ends_after(text: &str, number: &[u32], between: impl Fn(char) -> bool) -> Option<usize> {
    let mut wanted = number.iter();
    let mut next = wanted.next()?;
    for (at, c) in text.char_indices() {
        match digit(c) {
            Some(found) if found == *next => match wanted.next() {
                Some(following) => next = following,
                None => return Some(at + c.len_utf8()),
            },
            None if at > 0 && between(c) => {}
            _ => return None,
        }
    }
    None
}

/// What a mask leaves of a name: the first character, of a longer name than one.
pub fn masked_name(name: &str) -> String {
    let mut characters = name.trim().chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(_)) => format!("{first}**"),
        _ => "**".to_owned(),
    }
}

/// What a mask leaves of a telephone: the ends of a long one, the last two digits of a shorter one.
pub fn masked_telephone(telephone: &str) -> String {
    let digits: String = telephone
        .chars()
        .filter_map(digit)
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    // One digit is a byte.
    let ends = |head: usize, tail: usize| {
        let tail = digits.len().saturating_sub(tail);
        let (head, tail) = (digits.get(..head), digits.get(tail..));
        format!(
            "{}****{}",
            head.unwrap_or_default(),
            tail.unwrap_or_default()
        )
    };
    match digits.len() {
        11.. => ends(3, 4),
        7..=10 => ends(0, 2),
        _ => "****".to_owned(),
    }
}
