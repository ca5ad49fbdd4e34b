//! Open cases that lie in another grid by boundaries or divisions that were changed since: shown first, then moved
//! explicitly.

use std::collections::{BTreeMap, BTreeSet};

use gridwhistle_domain::access::{Actor, Operation};
use gridwhistle_domain::case::{Ask, Case, CaseId, Passage, rehome};
use gridwhistle_domain::place::{GridCode, Located};
use gridwhistle_store::{Append, CaseFilter, CaseOrder, StoreError};

use crate::act::TRIES;
use crate::reference::Reference;
use crate::ticking::as_of;
use crate::{Fault, Service, ServiceError};

/// How many cases are moved at once.
pub const REHOMED_AT_ONCE: usize = 200;

/// How far a grid is followed: a part that was split off and merged again has come back to where it began.
const GENERATIONS: usize = 64;

/// How many cases are looked at in one go.
const PAGE: u64 = 500;

/// A case whose place lies in another grid now than the case says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehoming {
    pub case: CaseId,
    pub number: String,
    pub from: Option<GridCode>,
    /// Absent where the grid of a case without coordinates came to several: somebody has to look.
    pub to: Option<GridCode>,
}

/// By which grid in force each ended one was followed; none where several did, or nobody.
type Heirs = BTreeMap<GridCode, Option<GridCode>>;

impl Service {
    /// The open cases in sight that lie in another grid than they say, the newest first, up to `limit`.
    ///
    /// A grid that was named against the coordinates stays as long as it is in force.
    pub async fn rehomings(
        &self,
        actor: &Actor,
        limit: usize,
    ) -> Result<Vec<Rehoming>, ServiceError> {
        let reference = self.reference();
        let mut heirs = Heirs::new();
        let mut filter = CaseFilter {
            reaches: self.reaches(actor, Operation::ReadCases)?,
            open: Some(true),
            order: CaseOrder::Newest,
            limit: PAGE,
            ..CaseFilter::default()
        };
        let mut found = Vec::new();
        loop {
            let page = self.store.cases(&filter).await?;
            for case in &page.items {
                found.extend(self.rehoming(&reference, &mut heirs, case).await?);
                if found.len() >= limit {
                    return Ok(found);
                }
            }
            if page.next.is_none() {
                return Ok(found);
            }
            filter.after = page.next;
        }
    }

    /// Moves cases into the grids in which they lie, all or none; answers what moved.
    ///
    /// At most [`REHOMED_AT_ONCE`]; a case that lies where it says, or of which nobody knows where, is a fault.
    pub async fn rehome_cases(
        &self,
        actor: &Actor,
        ids: &[CaseId],
    ) -> Result<Vec<Rehoming>, ServiceError> {
        if ids.is_empty() || ids.len() > REHOMED_AT_ONCE {
            return Err(Fault::new("/cases", "too_many_cases").into());
        }
        for _ in 0..TRIES {
            let (moves, mut changed) = self.rehomed(actor, ids).await?;
            let Some((first, events)) = changed.pop() else {
                return Ok(moves);
            };
            let append = Append {
                case: Some(first),
                events,
                others: changed,
                key: None,
                resident: None,
            };
            match self.store.append(append).await {
                // Somebody was faster: decide anew on what stands now.
                Err(StoreError::Stale) => {}
                result => {
                    result?;
                    return Ok(moves);
                }
            }
        }
        Err(StoreError::Stale.into())
    }

    /// What moves, and the cases as they were read with their events.
    async fn rehomed(
        &self,
        actor: &Actor,
        ids: &[CaseId],
    ) -> Result<(Vec<Rehoming>, Vec<Changed>), ServiceError> {
        let reference = self.reference();
        let now = self.clock.now();
        let mut heirs = Heirs::new();
        let (mut moves, mut changed) = (Vec::new(), Vec::new());
        for (i, id) in ids.iter().enumerate() {
            let pointer = format!("/cases/{i}");
            if ids.iter().take(i).any(|before| before == id) {
                return Err(Fault::new(pointer, "case_twice").into());
            }
            let read = self.seen(actor, *id).await?;
            let rules = reference.rules_of(&read);
            let ask = Ask {
                actor,
                rules,
                now,
                occurred_at: None,
            };
            // What is due has happened, whether or not the system has got round to it.
            let (case, mut events) = as_of(&read, rules, now);
            let rehoming = self.rehoming(&reference, &mut heirs, &case).await?;
            let Some((to, rehoming)) = rehoming.and_then(|r| Some((r.to?, r))) else {
                return Err(Fault::new(pointer, "lies_nowhere_else").into());
            };
            let passage = Passage {
                succession: &reference.succession,
                descends: self.descends(&case, to).await?,
            };
            events.extend(rehome(&case, to, &passage, &ask)?);
            moves.push(rehoming);
            changed.push((read, events));
        }
        Ok((moves, changed))
    }

    /// Whether and whereto a case would move.
    async fn rehoming(
        &self,
        reference: &Reference,
        heirs: &mut Heirs,
        case: &Case,
    ) -> Result<Option<Rehoming>, ServiceError> {
        let recorded = case.place.grid;
        let in_force = recorded.is_some_and(|grid| reference.land.grids.contains_key(&grid));
        let to = match case.place.position {
            Some(place) => match reference.land.locator.locate(place) {
                Located::In(grid) if Some(grid) != recorded => Some(grid),
                Located::Outside { .. } if !in_force => None,
                Located::In(_) | Located::Outside { .. } => return Ok(None),
            },
            None => match recorded.filter(|_| !in_force) {
                Some(grid) => self.heir(reference, heirs, grid).await?,
                None => return Ok(None),
            },
        };
        if recorded.is_none() && to.is_none() {
            return Ok(None);
        }
        // What was named against the coordinates was meant, as long as it is there.
        let was_located = |place| reference.land.located_at(place, case.reported_at) == recorded;
        if in_force && !case.place.position.is_some_and(was_located) {
            return Ok(None);
        }
        Ok(Some(Rehoming {
            case: case.id,
            number: case.number.clone(),
            from: recorded,
            to,
        }))
    }

    /// Whether a grid under another centre came from that of the case, by whatever changes between.
    async fn descends(&self, case: &Case, to: GridCode) -> Result<bool, ServiceError> {
        let Some(from) = case.place.grid else {
            return Ok(false);
        };
        if case.centre.contains(to.village()) {
            return Ok(true);
        }
        let mut passed = BTreeSet::from([from]);
        let mut generation = vec![from];
        for _ in 0..GENERATIONS {
            let mut next = Vec::new();
            for code in generation {
                let successors = self.relatives(code).await?.successors;
                let new = successors.iter().map(|(successor, _)| *successor);
                next.extend(new.filter(|successor| passed.insert(*successor)));
            }
            if passed.contains(&to) || next.is_empty() {
                break;
            }
            generation = next;
        }
        Ok(passed.contains(&to))
    }

    /// The one grid in force that came from an ended one, however many changes lie between.
    async fn heir(
        &self,
        reference: &Reference,
        heirs: &mut Heirs,
        ended: GridCode,
    ) -> Result<Option<GridCode>, ServiceError> {
        if let Some(known) = heirs.get(&ended) {
            return Ok(*known);
        }
        let (mut code, mut heir) = (ended, None);
        for _ in 0..GENERATIONS {
            let successors = self.relatives(code).await?.successors;
            let [(next, _)] = successors.as_slice() else {
                break;
            };
            code = *next;
            if reference.land.grids.contains_key(&code) {
                heir = Some(code);
                break;
            }
        }
        heirs.insert(ended, heir);
        Ok(heir)
    }
}

/// A case as it was read, and what happens to it.
type Changed = (Case, Vec<gridwhistle_domain::case::Recorded>);
