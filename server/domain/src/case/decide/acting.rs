//! The county's centre acts for a town (代派): when it may, and what it may then. The case stays the town's.

use super::super::action::ActionKind;
use super::super::event::{Event, Recorded};
use super::super::moment::Rung;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::rules::Rules;
use super::super::stage::{Stage, WhistleStage};
use super::super::state::{Assignment, Called, Case, Whistle};
use super::super::transfer::centre_above;
use super::Turn;
use crate::access::{ActorRef, Scope};
use crate::clock::Timestamp;
use crate::names::names;
use crate::place::DivisionLevel;

names! {
    /// Why the county's centre may act for a town.
    pub enum ActingCause {
        /// Nobody was on duty in the town when an emergency whistle was blown.
        NoShift => "no_shift",
        /// A called unit has not signed by the last step of the ladder.
        Unsigned => "unsigned",
        /// Units of the county are called by its centre, as the place has it.
        CountyUnits => "county_units",
    }
}

/// The actions by which units are called: a centre above takes them only where it may act for the town.
pub(super) const fn calls_units(kind: ActionKind) -> bool {
    matches!(
        kind,
        ActionKind::Dispatch | ActionKind::IssueWhistle | ActionKind::AddUnit
    )
}

/// Whether a post belongs to a centre above the one that has the case.
pub(super) fn is_above(case: &Case, scope: &Scope) -> bool {
    matches!(scope, Scope::Division(code) if *code != case.centre && code.contains(case.centre))
}

/// Why a centre above may call units for the town at that moment; nothing where the town does so itself.
pub fn may_act_for(case: &Case, rules: &Rules, now: Timestamp) -> Option<ActingCause> {
    let called = case.county_called.as_ref();
    if let Some(called) = called.filter(|called| called.round == round_of(case)) {
        return Some(called.cause);
    }
    if case.issued_whistles().any(|w| is_unsigned(case, w, now)) {
        return Some(ActingCause::Unsigned);
    }
    (rules.settings.county_units_via_centre && case.centre.level() == DivisionLevel::Town)
        .then_some(ActingCause::CountyUnits)
}

/// Whether somebody has not answered the call by the ladder's last step, which is the county's; or was let go without
/// having answered, and nobody leads.
fn is_unsigned(case: &Case, whistle: &Whistle, now: Timestamp) -> bool {
    let used_up = |a: &Assignment| {
        let minutes = Rung::ALL.iter().position(|rung| *rung == Rung::County);
        minutes
            .and_then(|county| a.ladder_minutes.get(county))
            .is_some_and(|minutes| a.issued_at.plus_minutes(i64::from(*minutes)) <= now)
    };
    let leaderless = case.lead().is_none();
    case.current_assignments()
        .filter(|a| a.whistle == Some(whistle.id) && !a.has_answered())
        .any(|a| used_up(a) && (a.stage.is_open() || leaderless))
}

/// Whether this post may take this action on units for the town that has the case.
pub(super) fn guard(
    case: &Case,
    kind: ActionKind,
    scope: &Scope,
    rules: &Rules,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !calls_units(kind) || !is_above(case, scope) || may_act_for(case, rules, now).is_some() {
        return Ok(());
    }
    Err(RefusalCode::TownActsItself.into())
}

/// Who calls whom where the place wants the county's units called by the county's centre alone, and what the county may
/// call for no other reason than that.
pub(super) fn check(turn: &Turn<'_>, called: &Called) -> Result<(), Refusal> {
    let rules = turn.rules;
    if !rules.settings.county_units_via_centre || turn.case.centre.level() != DivisionLevel::Town {
        return Ok(());
    }
    let of_county = rules
        .unit(&called.unit, turn.now.date())
        .is_some_and(|unit| is_higher(unit.division.level()));
    let refused = |code| Err(Refusal::new(code).with("unit", &called.unit));
    match (turn.by.acting_for, of_county) {
        // What follows by rule waits for nobody.
        (None, true) if turn.by.person.is_some() => refused(RefusalCode::ViaTheCounty),
        (Some(_), false)
            if may_act_for(&turn.case, rules, turn.now) == Some(ActingCause::CountyUnits) =>
        {
            refused(RefusalCode::TownActsItself)
        }
        _ => Ok(()),
    }
}

const fn is_higher(level: DivisionLevel) -> bool {
    !matches!(level, DivisionLevel::Town | DivisionLevel::Village)
}

/// Tells the county at once of an emergency for which nobody is at the town's desk: a whistle that waits for no desk was
/// blown, and the roster knows of no shift now. Nothing for a centre that keeps no roster, and a second time in a round.
pub fn call_county_when_unattended(
    case: &Case,
    rules: &Rules,
    attended: bool,
    now: Timestamp,
) -> Vec<Recorded> {
    let urgent = case.whistles.iter().any(|w| {
        let open = matches!(
            w.stage,
            WhistleStage::Requested | WhistleStage::Issued | WhistleStage::OnScene
        );
        open && rules.kind_of(w).is_some_and(|kind| kind.round_the_clock)
    });
    let urgent = urgent || is_urgent_by_itself(case, rules);
    let round = round_of(case);
    let told = case
        .county_called
        .as_ref()
        .is_some_and(|c| c.round == round);
    let county = centre_above(case.centre);
    let (true, false, false, Some(division)) = (urgent, attended, told, county) else {
        return Vec::new();
    };
    let mut turn = Turn::of_the_system(case, rules, now);
    turn.emit(Event::CountyCalled {
        round,
        division,
        cause: ActingCause::NoShift,
    });
    turn.events
}

/// Whether nobody has to blow a whistle to say that a case is an emergency, and nobody was called yet: its registered
/// condition is one, else every condition of its matter is, or the reporter had to call 110, 119 or 120 first.
fn is_urgent_by_itself(case: &Case, rules: &Rules) -> bool {
    if case.stage.is_end() || case.current_assignments().next().is_some() {
        return false;
    }
    if let Some(round) = case.round().filter(|_| case.stage == Stage::Registered) {
        let condition = rules.condition(&round.condition);
        return condition.is_some_and(|c| c.emergency);
    }
    let matter = case.matter.as_ref();
    let conditions = matter.map_or_else(Vec::new, |key| rules.catalogue.conditions(key));
    let is_one = !conditions.is_empty() && conditions.iter().all(|c| c.emergency);
    is_one || case.safety_call.is_some()
}

/// The round that runs, or the one that a registration would begin.
fn round_of(case: &Case) -> u16 {
    case.round().map_or_else(|| case.next_round(), |r| r.number)
}

/// The actor of an action by which a centre above calls units for the town.
pub(super) fn acting(mut by: ActorRef, case: &Case, kind: ActionKind, scope: &Scope) -> ActorRef {
    if calls_units(kind) && is_above(case, scope) {
        by.acting_for = Some(case.centre);
    }
    by
}
