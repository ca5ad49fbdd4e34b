//! Changesets of divisions planned: what ends, what begins, which codes follow for all that lies below.
//!
//! A plan with a fault is none. Boundaries stay as they are: a grid gets another code and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::changeset::{Descent, Plan};
use super::division::{Division, DivisionCode, DivisionLevel, FormerName};
use super::grid::{Grid, GridCode};
use super::recoding::recode;
use super::reorganisation::{
    DivisionChange, DivisionFault, DivisionFaultCode, MAX_DIVISION_CHANGES, MAX_DIVISIONS_MERGED,
    Renumbering, is_name,
};
use super::succession::predecessor_cycle;
use crate::clock::Timestamp;

/// What is there before a changeset of divisions.
#[derive(Copy, Clone, Debug)]
pub struct Realm<'a> {
    /// The whole list, ended divisions and those to come included.
    pub divisions: &'a [Division],
    /// The grids in force at the moment from which it shall count.
    pub grids: &'a BTreeMap<GridCode, Grid>,
    /// Every code that a grid has or had.
    pub grid_codes: &'a BTreeSet<GridCode>,
}

/// One division that came from another: 前身 and 后继.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DivisionDescent {
    pub predecessor: DivisionCode,
    pub successor: DivisionCode,
}

/// What a changeset of divisions does.
#[derive(Clone, Debug, PartialEq)]
pub struct Reorganisation {
    /// The entries of the list that differ, as they become, by code.
    pub divisions: Vec<Division>,
    /// Which division came from which other, ordered.
    pub lineage: Vec<DivisionDescent>,
    /// What it does to grids.
    pub grids: Plan,
    /// The same as changes of grids, for their own record.
    pub grid_changes: Vec<Change>,
}

/// Plans changes of divisions, all at once, to count from an instant.
///
/// Everything below a division whose code changes follows it: with the digits of its own level kept where they are free
/// under the new one, with the lowest free number else (of towns within the same kind of town); what is said explicitly
/// comes before that. Of a grid the sequence number is kept where it is free in the village, the next free one else.
pub fn reorganise(
    realm: Realm<'_>,
    changes: &[DivisionChange],
    effective_from: Timestamp,
) -> Result<Reorganisation, Vec<DivisionFault>> {
    if let Some(beyond) = changes.get(MAX_DIVISION_CHANGES) {
        return Err(vec![DivisionFault {
            code: DivisionFaultCode::TooManyChanges,
            pointer: format!("/{MAX_DIVISION_CHANGES}"),
            divisions: beyond.codes(),
        }]);
    }
    let mut draft = Draft::new(realm, effective_from);
    let mut faults = changed_twice(changes);
    for (number, change) in changes.iter().enumerate() {
        if let Err(fault) = draft.apply(number, change) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    draft.into_plan().map_err(|fault| vec![fault])
}

/// Changes that are about the same division, or one about what lies below another's, or comes below it.
fn changed_twice(changes: &[DivisionChange]) -> Vec<DivisionFault> {
    let mut first: BTreeSet<DivisionCode> = BTreeSet::new();
    let mut faults = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        let again = change.touched().iter().find(|code| {
            let related = |known: &DivisionCode| known.contains(**code) || code.contains(*known);
            first.iter().any(related)
        });
        if let Some(again) = again {
            let code = DivisionFaultCode::ChangedTwice;
            faults.push(DivisionFault::new(code, format!("/{number}"), *again));
        }
        first.extend(change.touched());
        if let DivisionChange::Transfer { to, .. } = change {
            let mut others = changes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            if others.any(|(_, other)| other.touched().iter().any(|c| c.contains(*to))) {
                let code = DivisionFaultCode::ChangedTwice;
                faults.push(DivisionFault::new(code, format!("/{number}/to"), *to));
            }
        }
    }
    faults
}

/// The divisions as the changes so far leave them.
struct Draft<'a> {
    realm: Realm<'a>,
    effective_from: Timestamp,
    divisions: BTreeMap<DivisionCode, Division>,
    /// Those that were not there before.
    begun: BTreeSet<DivisionCode>,
    /// The codes that the change at hand gives explicitly, and has not used yet.
    said: BTreeMap<DivisionCode, DivisionCode>,
    /// Villages of which the grids get other codes, in the order in which those are given.
    villages: Vec<(DivisionCode, DivisionCode)>,
    lineage: BTreeSet<DivisionDescent>,
}

type Done = Result<(), DivisionFault>;

impl<'a> Draft<'a> {
    fn new(realm: Realm<'a>, effective_from: Timestamp) -> Self {
        let divisions = realm.divisions.iter().map(|d| (d.code, d.clone()));
        Self {
            realm,
            effective_from,
            divisions: divisions.collect(),
            begun: BTreeSet::new(),
            said: BTreeMap::new(),
            villages: Vec::new(),
            lineage: BTreeSet::new(),
        }
    }

    fn apply(&mut self, number: usize, change: &DivisionChange) -> Done {
        match change {
            DivisionChange::Rename { code, name } => self.rename(number, *code, name),
            DivisionChange::Merge {
                from,
                into,
                name,
                renumbering,
            } => {
                self.say(number, renumbering)?;
                self.merge(number, from, *into, name)?;
                self.all_said(number, renumbering)
            }
            DivisionChange::Transfer {
                code,
                to,
                renumbering,
            } => {
                self.say(number, renumbering)?;
                self.transfer(number, *code, *to)?;
                self.all_said(number, renumbering)
            }
            DivisionChange::Recode {
                code,
                to,
                renumbering,
            } => {
                self.say(number, renumbering)?;
                self.recode(number, *code, *to)?;
                self.all_said(number, renumbering)
            }
        }
    }

    fn rename(&mut self, number: usize, code: DivisionCode, name: &str) -> Done {
        let known = self.known(code, format!("/{number}/code"))?;
        check_name(name, number, code)?;
        if known.name == name {
            let why = DivisionFaultCode::NothingChanges;
            return Err(DivisionFault::new(why, format!("/{number}/name"), code));
        }
        self.call(code, name);
        Ok(())
    }

    fn merge(
        &mut self,
        number: usize,
        from: &[DivisionCode],
        into: DivisionCode,
        name: &str,
    ) -> Done {
        let distinct: BTreeSet<DivisionCode> = from.iter().copied().collect();
        let count = 2..=MAX_DIVISIONS_MERGED;
        let Some(first) = from
            .first()
            .filter(|_| count.contains(&from.len()) && distinct.len() == from.len())
        else {
            let why = DivisionFaultCode::WrongNumber;
            return Err(DivisionFault::new(why, format!("/{number}/from"), into));
        };
        let mut parent = None;
        for (index, code) in from.iter().enumerate() {
            let pointer = || format!("/{number}/from/{index}");
            let known = self.known(*code, pointer())?;
            let beside = *parent.get_or_insert(known.parent) == known.parent
                && code.parent() == first.parent();
            let why = if !moves(known.level) || code.level() != first.level() {
                DivisionFaultCode::WrongLevel
            } else if !beside {
                DivisionFaultCode::OtherParent
            } else {
                continue;
            };
            return Err(DivisionFault::new(why, pointer(), *code));
        }
        let goes_on = from.contains(&into);
        let pointer = || format!("/{number}/into");
        if !goes_on {
            if into.level() != first.level() || into.parent() != first.parent() {
                let why = DivisionFaultCode::WrongCode;
                return Err(DivisionFault::new(why, pointer(), into));
            }
            self.check_free(into, &pointer())?;
        }
        check_name(name, number, into)?;
        let ending: Vec<DivisionCode> = from.iter().copied().filter(|c| *c != into).collect();
        if goes_on {
            for code in &ending {
                self.succeed(*code, into);
            }
            self.call(into, name);
        } else {
            self.begin(&ending, into, name.to_owned(), parent.flatten());
        }
        self.follow(number, &ending, into)
    }

    fn transfer(&mut self, number: usize, code: DivisionCode, to: DivisionCode) -> Done {
        let old = self.known(code, format!("/{number}/code"))?.clone();
        let pointer = || format!("/{number}/to");
        let above = self.known(to, pointer())?;
        let refuse = |why, at: String, division| Err(DivisionFault::new(why, at, division));
        if !moves(old.level) {
            let why = DivisionFaultCode::WrongLevel;
            return refuse(why, format!("/{number}/code"), code);
        }
        let Some(parent) = code.parent() else {
            return refuse(DivisionFaultCode::OtherParent, pointer(), to);
        };
        if to == parent {
            return refuse(DivisionFaultCode::NothingChanges, pointer(), to);
        }
        if above.level != parent.level() || to.parent() != parent.parent() {
            return refuse(DivisionFaultCode::OtherParent, pointer(), to);
        }
        self.place(number, &[old], to)
    }

    fn recode(&mut self, number: usize, code: DivisionCode, to: DivisionCode) -> Done {
        let old = self.known(code, format!("/{number}/code"))?.clone();
        let pointer = || format!("/{number}/to");
        let refuse = |why, at: String, division| Err(DivisionFault::new(why, at, division));
        if !moves(old.level) {
            let why = DivisionFaultCode::WrongLevel;
            return refuse(why, format!("/{number}/code"), code);
        }
        if to == code {
            return refuse(DivisionFaultCode::NothingChanges, pointer(), to);
        }
        if to.level() != code.level() || to.parent() != code.parent() {
            return refuse(DivisionFaultCode::WrongCode, pointer(), to);
        }
        self.check_free(to, &pointer())?;
        self.begin(&[code], to, old.name, old.parent);
        self.follow(number, &[code], to)
    }

    /// The division, as it is when the changes come.
    fn known(&self, code: DivisionCode, pointer: String) -> Result<&Division, DivisionFault> {
        let refuse = |why| DivisionFault::new(why, pointer, code);
        match self
            .divisions
            .get(&code)
            .filter(|_| !self.begun.contains(&code))
        {
            None => Err(refuse(DivisionFaultCode::UnknownDivision)),
            Some(known) if known.is_valid_at(self.effective_from) => Ok(known),
            Some(_) => Err(refuse(DivisionFaultCode::EndedDivision)),
        }
    }

    fn check_free(&self, code: DivisionCode, pointer: &str) -> Done {
        if self.divisions.contains_key(&code) {
            let why = DivisionFaultCode::CodeTaken;
            return Err(DivisionFault::new(why, pointer, code));
        }
        Ok(())
    }

    fn say(&mut self, number: usize, renumbering: &[Renumbering]) -> Done {
        self.said.clear();
        let mut given = BTreeSet::new();
        for (index, Renumbering { old, new }) in renumbering.iter().enumerate() {
            let at = |field: &str| format!("/{number}/renumbering/{index}/{field}");
            if self.said.insert(*old, *new).is_some() {
                let why = DivisionFaultCode::UnknownRenumbering;
                return Err(DivisionFault::new(why, at("old"), *old));
            }
            if !given.insert(*new) {
                let why = DivisionFaultCode::CodeTaken;
                return Err(DivisionFault::new(why, at("new"), *new));
            }
            self.check_free(*new, &at("new"))?;
        }
        Ok(())
    }

    /// What is said of a division that does not move is a mistake.
    fn all_said(&self, number: usize, renumbering: &[Renumbering]) -> Done {
        let unused = renumbering
            .iter()
            .position(|one| self.said.contains_key(&one.old));
        match unused.and_then(|index| Some((index, renumbering.get(index)?))) {
            None => Ok(()),
            Some((index, one)) => {
                let why = DivisionFaultCode::UnknownRenumbering;
                let at = format!("/{number}/renumbering/{index}/old");
                Err(DivisionFault::new(why, at, one.old))
            }
        }
    }

    /// Gives a division another name from then on.
    fn call(&mut self, code: DivisionCode, name: &str) {
        let until = self.effective_from;
        if let Some(division) = self.divisions.get_mut(&code)
            && division.name != name
        {
            let former = std::mem::replace(&mut division.name, name.to_owned());
            // A name of no time was none.
            if division
                .former_names
                .last()
                .is_none_or(|last| last.until < until)
            {
                let name = former;
                division.former_names.push(FormerName { name, until });
            }
        }
    }

    /// Ends a division, which goes on as another.
    fn succeed(&mut self, old: DivisionCode, new: DivisionCode) {
        if let Some(ended) = self.divisions.get_mut(&old) {
            ended.valid_to = Some(self.effective_from);
            ended.successors.push(new);
        }
        if let Some(heir) = self.divisions.get_mut(&new) {
            heir.predecessors.push(old);
        }
        self.lineage.insert(DivisionDescent {
            predecessor: old,
            successor: new,
        });
    }

    /// Begins a division that comes from others, which end.
    fn begin(
        &mut self,
        from: &[DivisionCode],
        code: DivisionCode,
        name: String,
        parent: Option<DivisionCode>,
    ) {
        let division = Division {
            code,
            name,
            level: code.level(),
            parent,
            valid_from: Some(self.effective_from),
            valid_to: None,
            predecessors: Vec::new(),
            successors: Vec::new(),
            former_names: Vec::new(),
        };
        self.divisions.insert(code, division);
        self.begun.insert(code);
        for old in from {
            self.succeed(*old, code);
        }
    }

    /// Everything directly below ended divisions comes below the one that they have become, and so on downwards.
    fn follow(&mut self, number: usize, ended: &[DivisionCode], above: DivisionCode) -> Done {
        let at = self.effective_from;
        let mut children = Vec::new();
        for old in ended {
            if old.level() == DivisionLevel::Village {
                self.villages.push((*old, above));
            }
            let below = self.divisions.range(*old..);
            let below = below.take_while(|(code, _)| old.contains(**code));
            let direct = below.filter(|(_, d)| d.parent == Some(*old) && d.is_valid_at(at));
            children.extend(direct.map(|(_, d)| d.clone()));
        }
        self.place(number, &children, above)
    }

    /// Gives divisions codes below another one: as it is said, else their own digits where they are free, else the
    /// lowest free number. Of several that want the same the first has it.
    fn place(&mut self, number: usize, moving: &[Division], above: DivisionCode) -> Done {
        let mut given: BTreeMap<DivisionCode, DivisionCode> = BTreeMap::new();
        let mut taken: BTreeSet<DivisionCode> = self.said.values().copied().collect();
        for old in moving {
            if let Some(new) = self.said.remove(&old.code) {
                if new.level() != old.level || !above.contains(new) || new == above {
                    let why = DivisionFaultCode::WrongCode;
                    let at = format!("/{number}/renumbering");
                    return Err(DivisionFault::new(why, at, new));
                }
                given.insert(old.code, new);
            }
        }
        for old in moving {
            let kept = same_digits(old, above);
            let is_free = !self.divisions.contains_key(&kept) && !taken.contains(&kept);
            if is_free && !given.contains_key(&old.code) {
                given.insert(old.code, kept);
                taken.insert(kept);
            }
        }
        for old in moving {
            if given.contains_key(&old.code) {
                continue;
            }
            let is_free =
                |code: &DivisionCode| !self.divisions.contains_key(code) && !taken.contains(code);
            let Some(new) = numbers(old, above).find(is_free) else {
                let why = DivisionFaultCode::NoFreeNumber;
                return Err(DivisionFault::new(why, format!("/{number}"), old.code));
            };
            given.insert(old.code, new);
            taken.insert(new);
        }
        for old in moving {
            if let Some(new) = given.get(&old.code) {
                self.begin(&[old.code], *new, old.name.clone(), Some(above));
                self.follow(number, &[old.code], *new)?;
            }
        }
        Ok(())
    }

    fn into_plan(self) -> Result<Reorganisation, DivisionFault> {
        let recoded = recode(self.realm.grids, self.realm.grid_codes, &self.villages)?;
        let mut divisions: Vec<Division> = self.divisions.into_values().collect();
        if let Some(cycle) = predecessor_cycle(&divisions) {
            return Err(DivisionFault {
                code: DivisionFaultCode::PredecessorCycle,
                pointer: String::new(),
                divisions: cycle,
            });
        }
        let before: BTreeMap<DivisionCode, &Division> = self
            .realm
            .divisions
            .iter()
            .map(|division| (division.code, division))
            .collect();
        divisions.retain(|division| before.get(&division.code) != Some(&division));
        let mut grids = Plan {
            ended: Vec::new(),
            begun: Vec::new(),
            lineage: Vec::new(),
        };
        let mut grid_changes = Vec::new();
        for (old, code) in recoded {
            grids.ended.push(old.code);
            grids.lineage.push(Descent {
                predecessor: old.code,
                successor: code,
            });
            grid_changes.push(Change::Transfer {
                code: old.code,
                to: code.village(),
                new_code: code,
            });
            grids.begun.push(Grid {
                code,
                valid_from: self.effective_from,
                valid_to: None,
                ..old
            });
        }
        grids.ended.sort_unstable();
        grids.begun.sort_unstable_by_key(|grid| grid.code);
        grids.lineage.sort_unstable();
        Ok(Reorganisation {
            divisions,
            lineage: self.lineage.into_iter().collect(),
            grids,
            grid_changes,
        })
    }
}

/// Counties, towns and villages change; what lies above them does so by a law of its own.
fn moves(level: DivisionLevel) -> bool {
    level >= DivisionLevel::County
}

fn check_name(name: &str, number: usize, division: DivisionCode) -> Done {
    if is_name(name) {
        return Ok(());
    }
    let why = DivisionFaultCode::WrongName;
    Err(DivisionFault::new(why, format!("/{number}/name"), division))
}

/// The code below another division with all digits kept that lie below that one's level.
fn same_digits(old: &Division, above: DivisionCode) -> DivisionCode {
    let unit = above.level().unit();
    DivisionCode::from_number(above.number() + old.code.number() % unit)
}

/// The codes that a division could get below another one, the lowest number first.
fn numbers(old: &Division, above: DivisionCode) -> impl Iterator<Item = DivisionCode> + use<> {
    let (level, unit) = (old.level, old.level.unit());
    let own = old.code.group(level);
    let numbers = match level {
        // Digits 7–9 say what kind of town it is.
        DivisionLevel::Town => match own {
            ..=99 => 1..=99,
            100..=199 => 100..=199,
            200..=399 => 200..=399,
            400..=599 => 400..=599,
            600.. => 600..=999,
        },
        DivisionLevel::Village => 1..=999,
        DivisionLevel::Province | DivisionLevel::City | DivisionLevel::County => 1..=99,
    };
    let without = same_digits(old, above).number() - own * unit;
    numbers.map(move |number| DivisionCode::from_number(without + number * unit))
}
