//! "What may I do now, and if not, why not."

use super::super::action::{ActionKind, Target, TargetNoun};
use super::super::refusal::Refusal;
use super::super::state::Case;
use super::Ask;
use super::guard::{guard, posts};

/// An action on a target, and whether it is open to the actor now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub action: ActionKind,
    pub target: Target,
    /// Whether one of the actor's posts takes this action at all, here or elsewhere.
    pub is_of_his_posts: bool,
    /// Absent when the action is allowed.
    pub refusal: Option<Refusal>,
}

/// All actions on this case, each with whether it is allowed now and, if not, which rule forbids it. Reporting is none
/// on a case, and rating goes by the resident's link.
pub fn offers(case: &Case, ask: &Ask<'_>) -> Vec<Offer> {
    let mut offers = Vec::new();
    for &action in ActionKind::ALL {
        if matches!(action, ActionKind::Report | ActionKind::Rate) {
            continue;
        }
        let is_of_his_posts = ask.actor.holds(posts(action), ask.now);
        let targets: Vec<Target> = match action.noun() {
            TargetNoun::Case => vec![Target::Case],
            TargetNoun::Whistle => case
                .whistles
                .iter()
                .map(|w| Target::Whistle(w.id))
                .collect(),
            TargetNoun::Assignment => case
                .assignments
                .iter()
                .map(|a| Target::Assignment(a.id))
                .collect(),
        };
        for target in targets {
            let refusal = guard(case, action, target, ask).err();
            offers.push(Offer {
                action,
                target,
                is_of_his_posts,
                refusal,
            });
        }
    }
    offers
}

/// The names of what is allowed now, for the answer to something that the stage forbids.
pub(super) fn allowed(case: &Case, ask: &Ask<'_>) -> Vec<ActionKind> {
    let mut kinds: Vec<ActionKind> = offers(case, ask)
        .into_iter()
        .filter(|offer| offer.refusal.is_none())
        .map(|offer| offer.action)
        .collect();
    kinds.dedup();
    kinds
}
