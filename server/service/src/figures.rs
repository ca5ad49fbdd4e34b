//! Figures: read straight from the projections, by the definitions of `indicator`.

use std::collections::BTreeMap;

use gridwhistle_domain::access::{Actor, Operation, Reach, may_use};
use gridwhistle_domain::case::{Case, CaseId};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::indicator::{
    Codes, Contribution, Entry, Figure, Grouping, Indicator, Owner, Part, Period, PeriodLength,
    Tally, Weights, contributions,
};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::UnitCode;

use crate::{Reference, Service, ServiceError};

/// Which figures are asked for.
#[derive(Clone, Debug)]
pub struct FigureQuery {
    /// Of a place, a unit, or all that the caller sees.
    pub owner: Owner,
    pub period: Period,
    /// As they stood then; now unless given.
    pub as_of: Option<Timestamp>,
    /// Only what is about whistles of this kind.
    pub kind: Option<String>,
    /// Broken down by divisions of a level, grids or units.
    pub by: Option<Grouping>,
    /// Broken down by parts of the period.
    pub each: Option<PeriodLength>,
    /// By which codes of divisions.
    pub codes: Codes,
}

/// One group of figures.
#[derive(Clone, Debug)]
pub struct FigureGroup {
    /// Whose: absent for what was asked for as a whole.
    pub owner: Option<Owner>,
    pub period: Period,
    pub figures: Vec<Figure>,
}

/// The answer, with the moment at which it was true.
#[derive(Clone, Debug)]
pub struct Figures {
    pub as_of: Timestamp,
    pub groups: Vec<FigureGroup>,
}

impl Service {
    /// The indicators of the cases that the caller may see.
    pub async fn figures(
        &self,
        actor: &Actor,
        query: FigureQuery,
    ) -> Result<Figures, ServiceError> {
        let now = self.clock.now();
        let as_of = query.as_of.map_or(now, |at| at.min(now));
        let periods: Vec<Period> = match query.each {
            Some(length) => query.period.split(length).collect(),
            None => vec![query.period],
        };
        let mut tallies: BTreeMap<(usize, Option<Owner>), Tally> = BTreeMap::new();
        if query.by.is_none() {
            for i in 0..periods.len() {
                tallies.insert((i, None), Tally::new(Weights::default()));
            }
        }
        self.contributions(actor, &query, &periods, as_of, |i, contribution, _| {
            let owner = match query.by {
                None => None,
                Some(grouping) => match contribution.owner(grouping) {
                    Some(owner) => Some(owner),
                    None => return,
                },
            };
            tallies
                .entry((i, owner))
                .or_insert_with(|| Tally::new(Weights::default()))
                .add(contribution);
        })
        .await?;
        let groups = tallies
            .into_iter()
            .filter_map(|((i, owner), tally)| {
                Some(FigureGroup {
                    owner,
                    period: *periods.get(i)?,
                    figures: tally.figures().collect(),
                })
            })
            .collect();
        Ok(Figures { as_of, groups })
    }

    /// The cases that stand in a part of an indicator, in the order of their reports.
    pub async fn figure_cases(
        &self,
        actor: &Actor,
        query: FigureQuery,
        (indicator, part): (Indicator, Part),
        (after, limit): (Option<CaseId>, u64),
    ) -> Result<(Vec<Case>, Option<CaseId>), ServiceError> {
        let now = self.clock.now();
        // Whole cases are told: a key for figures alone does not open them.
        if !may_use(actor, Operation::ReadCases, now) {
            return Err(ServiceError::Forbidden);
        }
        let as_of = query.as_of.map_or(now, |at| at.min(now));
        let periods = [query.period];
        let weights = Weights::default();
        let mut ids: Vec<CaseId> = Vec::new();
        self.contributions(actor, &query, &periods, as_of, |_, contribution, case| {
            if contribution.stands_in(indicator, part, weights) && ids.last() != Some(&case.id) {
                ids.push(case.id);
            }
        })
        .await?;
        let start = after.map_or(0, |id| {
            ids.iter()
                .position(|known| *known == id)
                .map_or(0, |i| i + 1)
        });
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let page: Vec<CaseId> = ids.iter().skip(start).take(limit).copied().collect();
        let next = (ids.len() > start + page.len())
            .then(|| page.last().copied())
            .flatten();
        Ok((self.store.cases_by_id(&page).await?, next))
    }

    /// How often the towns of a division, or all that the caller looks over, refused what departments handed down without
    /// being admitted to, by department and town.
    pub async fn admission_refusals(
        &self,
        actor: &Actor,
        division: Option<DivisionCode>,
        period: Period,
    ) -> Result<BTreeMap<(UnitCode, DivisionCode), u64>, ServiceError> {
        let query = FigureQuery {
            owner: division.map_or(Owner::All, Owner::Division),
            period,
            as_of: None,
            kind: None,
            by: None,
            each: None,
            codes: Codes::Then,
        };
        let mut counted: BTreeMap<(UnitCode, DivisionCode), u64> = BTreeMap::new();
        let now = self.clock.now();
        self.contributions(actor, &query, &[period], now, |_, contribution, _| {
            if let (Entry::AdmissionRefused, Some(department)) =
                (&contribution.entry, &contribution.unit)
            {
                let whose = (department.clone(), contribution.centre);
                *counted.entry(whose).or_default() += 1;
            }
        })
        .await?;
        Ok(counted)
    }

    async fn contributions(
        &self,
        actor: &Actor,
        query: &FigureQuery,
        periods: &[Period],
        as_of: Timestamp,
        mut each: impl FnMut(usize, &Contribution, &Case) + Send,
    ) -> Result<(), ServiceError> {
        let reaches = self.reaches(actor, Operation::ReadFigures)?;
        let reference = self.reference();
        if !is_in_scope(&query.owner, &reaches, &reference) {
            return Err(ServiceError::NotFound);
        }
        let place: Option<DivisionCode> = match &query.owner {
            Owner::Division(code) | Owner::Centre(code) => Some(*code),
            Owner::Grid(code) => Some(code.village()),
            Owner::BlowerGrid(_) | Owner::All | Owner::Unit(_) | Owner::Kind(_) => None,
        };
        let mut places: Vec<DivisionCode> = place.into_iter().collect();
        if let (Codes::Now, Some(place)) = (query.codes, place) {
            places.extend(reference.succession.from_outside(place));
        }
        let span = (query.period.from, query.period.to.min(as_of));
        self.store
            .for_figures(&reaches, &places, span, |case| {
                for (i, period) in periods.iter().enumerate() {
                    for contribution in contributions(&case, period.as_of(as_of)) {
                        let contribution = match query.codes {
                            Codes::Then => contribution,
                            Codes::Now => contribution.by_now(&reference.succession),
                        };
                        let of_kind = query.kind.is_none() || contribution.kind == query.kind;
                        if of_kind && contribution.belongs_to(&query.owner) {
                            each(i, &contribution, &case);
                        }
                    }
                }
            })
            .await?;
        Ok(())
    }
}

/// Whether figures of that owner can be asked for: a place that is known and lies in what the caller looks over, a unit
/// that works there.
fn is_in_scope(owner: &Owner, reaches: &[Reach], reference: &Reference) -> bool {
    let looked_over: Vec<DivisionCode> = reaches
        .iter()
        .flat_map(|reach| match reach {
            Reach::Division(code) => vec![*code],
            Reach::Grids(codes) => codes.iter().map(|grid| grid.village()).collect(),
            Reach::Unit(code) => reference
                .unit(code)
                .map(|u| u.division)
                .into_iter()
                .collect(),
            Reach::Verifying(_) | Reach::Own(_) => Vec::new(),
        })
        .collect();
    let covers = |code: DivisionCode| looked_over.iter().any(|over| over.contains(code));
    match owner {
        // A kind is no place: what the caller sees bounds it.
        Owner::All | Owner::Kind(_) => true,
        Owner::Division(code) | Owner::Centre(code) => {
            reference.divisions.contains_key(code) && covers(*code)
        }
        Owner::Grid(code) | Owner::BlowerGrid(code) => {
            reference.land.grids.contains_key(code) && covers(code.village())
        }
        // A unit of the county works in its towns as well.
        Owner::Unit(code) => reference.unit(code).is_some_and(|unit| {
            covers(unit.division) || looked_over.iter().any(|over| unit.division.contains(*over))
        }),
    }
}
