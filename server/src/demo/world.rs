//! What the people of the demo know: rules, places, and who sits where.

use std::collections::HashMap;
use std::sync::Arc;

use gridwhistle_domain::access::{Actor, Post, Scope};
use gridwhistle_domain::case::{Called, Case, may_lead};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::MatterKey;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel, GridCode};
use gridwhistle_domain::routing::{Need, Role, UnitCode, propose};
use gridwhistle_service::Reference;

use super::county::Town;
use super::people::Cast;

/// The most units that come along with the lead of a whistle.
const ASSISTS: usize = 3;

/// Everything that stays the same while the history is lived through.
pub struct World {
    pub reference: Arc<Reference>,
    pub cast: Cast,
    pub towns: Vec<Town>,
    grids: HashMap<DivisionCode, Vec<GridCode>>,
}

impl World {
    pub fn new(reference: Arc<Reference>, cast: Cast) -> Self {
        let towns = super::county::towns(&reference);
        let villages = towns.iter().flat_map(|town| &town.villages);
        let grids = villages
            .map(|village| (village.code, village.grids.clone()))
            .collect();
        Self {
            reference,
            cast,
            towns,
            grids,
        }
    }

    /// Somebody of the centre that has the case.
    pub fn centre(&self, case: &Case, post: Post) -> Arc<Actor> {
        self.cast.holder(post, &Scope::Division(case.centre))
    }

    /// The grid worker of a village.
    pub fn worker(&self, village: DivisionCode) -> Arc<Actor> {
        let grids = self.grids.get(&village).cloned().unwrap_or_default();
        self.cast.holder(Post::GridWorker, &Scope::Grids(grids))
    }

    /// Who leads and who comes along by the list of duties.
    pub fn called(
        &self,
        matter: &MatterKey,
        village: Option<DivisionCode>,
        centre: DivisionCode,
        now: Timestamp,
    ) -> Vec<Called> {
        let rules = self.reference.rules_at(village.unwrap_or(centre));
        let need = Need {
            matter,
            condition: None,
            emergency: false,
            village,
            centre,
            on: now.date(),
        };
        let proposal = propose(&need, &rules.lists());
        proposal
            .lines
            .into_iter()
            .take(1 + ASSISTS)
            .map(|line| Called {
                unit: line.unit,
                role: line.role,
            })
            .collect()
    }

    /// The committee of the case's village as a further assisting unit.
    pub fn with_committee(case: &Case, mut units: Vec<Called>) -> Vec<Called> {
        if let Some(village) = case.place.village {
            let unit = UnitCode::of(village, "cw");
            if units.len() <= ASSISTS && units.iter().all(|called| called.unit != unit) {
                units.push(Called {
                    unit,
                    role: Role::Assist,
                });
            }
        }
        units
    }

    /// Who leads instead of a unit that returned the order: nobody who was called already, or may not.
    pub fn instead(&self, case: &Case, now: Timestamp) -> Vec<Called> {
        let rules = self.reference.rules_of(case);
        let county = case.centre.at(DivisionLevel::County).unwrap_or(case.centre);
        [
            UnitCode::of(case.centre, "zf"),
            UnitCode::of(county, "sz"),
            UnitCode::of(county, "cg"),
            UnitCode::of(county, "zj"),
        ]
        .into_iter()
        .find(|unit| {
            case.assignments.iter().all(|a| a.unit != *unit)
                && may_lead(case, rules, unit, now.date())
        })
        .map(|unit| Called {
            unit,
            role: Role::Lead,
        })
        .into_iter()
        .collect()
    }
}
