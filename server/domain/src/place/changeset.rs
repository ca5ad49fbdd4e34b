//! Changes of grids, several at once: planned one after the other, checked as a whole.
//!
//! A plan says what ends and what begins; nothing of it is in force before it is stored, and a plan with a
//! fault is none.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::boundary::Boundary;
use super::change::{
    Change, ChangeFault, ChangeFaultCode, MAX_CHANGES, MAX_GRID_NAME, MAX_MERGED, Part,
};
use super::division::DivisionCode;
use super::grid::{Grid, GridCode};
use super::merge::{MergeFault, merge};
use super::position::Position;
use super::split::{SplitFault, bend, split};
use crate::clock::Timestamp;

mod whole;

use whole::GivenUp;

/// What is there before a changeset.
#[derive(Copy, Clone, Debug)]
pub struct Ground<'a> {
    /// The grids in force at the moment from which it shall count: all, since a hole may be enclosed by grids
    /// far from what changes.
    pub grids: &'a BTreeMap<GridCode, Grid>,
    /// Codes that grids had before.
    pub spent: &'a BTreeSet<GridCode>,
    /// The villages that there are at that moment.
    pub villages: &'a BTreeSet<DivisionCode>,
}

/// One grid that came from another: 前身 and 后继.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Descent {
    pub predecessor: GridCode,
    pub successor: GridCode,
}

/// What a changeset does.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Of these grids the boundary that was in force ends, by code.
    pub ended: Vec<GridCode>,
    /// These are in force from then on, by code; a code may be among the ended ones as well.
    pub begun: Vec<Grid>,
    /// Which grid came from which other, ordered; a grid that keeps its code is not its own successor.
    pub lineage: Vec<Descent>,
}

/// Plans changes, each on what the ones before it leave, to count from an instant. Of a change that builds on
/// a faulty one nothing is told; what is there in the end is checked as a whole, for overlaps and holes.
///
/// Neighbours of a grid that is split may be among the begun: they get the corners where the line meets the
/// common border.
pub fn plan(
    ground: Ground<'_>,
    changes: &[Change],
    effective_from: Timestamp,
) -> Result<Plan, Vec<ChangeFault>> {
    if let Some(beyond) = changes.get(MAX_CHANGES) {
        let code = ChangeFaultCode::TooManyChanges;
        let grids = beyond.codes();
        return Err(vec![ChangeFault {
            code,
            pointer: format!("/{MAX_CHANGES}"),
            grids,
            at: None,
            boundary: None,
            area_m2: None,
        }]);
    }
    let mut draft = Draft::new(ground);
    let mut faults = Vec::new();
    let mut doubtful: BTreeSet<GridCode> = BTreeSet::new();
    for (number, change) in changes.iter().enumerate() {
        let codes = change.codes();
        let outcome = if codes.iter().any(|code| doubtful.contains(code)) {
            Err(Vec::new())
        } else {
            draft.apply(number, change)
        };
        if let Err(found) = outcome {
            faults.extend(found);
            doubtful.extend(codes);
        }
    }
    if faults.is_empty() {
        faults = draft.check_whole();
    }
    if faults.is_empty() {
        Ok(draft.into_plan(effective_from))
    } else {
        Err(faults)
    }
}

/// The map as the changes so far leave it.
struct Draft<'a> {
    ground: Ground<'a>,
    /// What differs from the ground: another grid, or none any more, and which change did it last.
    differing: BTreeMap<GridCode, (Option<Grid>, usize)>,
    /// From which grids of the ground those come that do not come from themselves alone.
    origins: BTreeMap<GridCode, BTreeSet<GridCode>>,
    /// Land that was taken from a grid and given to nobody.
    given_up: Vec<GivenUp>,
}

type Done = Result<(), Vec<ChangeFault>>;

impl<'a> Draft<'a> {
    const fn new(ground: Ground<'a>) -> Self {
        Self {
            ground,
            differing: BTreeMap::new(),
            origins: BTreeMap::new(),
            given_up: Vec::new(),
        }
    }

    fn get(&self, code: GridCode) -> Option<&Grid> {
        match self.differing.get(&code) {
            Some((grid, _)) => grid.as_ref(),
            None => self.ground.grids.get(&code),
        }
    }

    fn known(&self, code: GridCode, pointer: String) -> Result<Grid, Vec<ChangeFault>> {
        let unknown = || {
            vec![ChangeFault::new(
                ChangeFaultCode::UnknownGrid,
                pointer,
                code,
            )]
        };
        self.get(code).cloned().ok_or_else(unknown)
    }

    /// All grids as they are by now, but for one.
    fn others(&self, but: GridCode) -> impl Iterator<Item = &Grid> {
        let untouched = self
            .ground
            .grids
            .values()
            .filter(move |grid| !self.differing.contains_key(&grid.code));
        let differing = self
            .differing
            .values()
            .filter_map(|(grid, _)| grid.as_ref());
        untouched
            .chain(differing)
            .filter(move |grid| grid.code != but)
    }

    fn origins_of(&self, code: GridCode) -> BTreeSet<GridCode> {
        let own = || BTreeSet::from([code]);
        self.origins.get(&code).cloned().unwrap_or_else(own)
    }

    fn put(&mut self, number: usize, grid: Grid) {
        self.differing.insert(grid.code, (Some(grid), number));
    }

    fn end(&mut self, number: usize, code: GridCode) {
        self.differing.insert(code, (None, number));
        self.origins.remove(&code);
    }

    /// Land that the grid has no longer, unless it is drawn there again; to be said before that.
    fn give_up(&mut self, code: GridCode, land: Boundary, pointer: String) {
        let origins = self.origins_of(code);
        self.given_up.push(GivenUp {
            code,
            land,
            pointer,
            origins,
        });
    }

    fn apply(&mut self, number: usize, change: &Change) -> Done {
        match change {
            Change::Add {
                code,
                name,
                grid_kind,
                boundary,
                schematic,
            } => {
                self.check_new(*code, format!("/{number}/code"), None)?;
                check_name(name, format!("/{number}/name"), *code)?;
                self.origins.insert(*code, BTreeSet::new());
                self.put(
                    number,
                    Grid {
                        code: *code,
                        name: name.clone(),
                        kind: *grid_kind,
                        boundary: boundary.clone(),
                        schematic: *schematic,
                        // The plan says from when it counts.
                        valid_from: Timestamp::from_micros(0),
                        valid_to: None,
                    },
                );
                Ok(())
            }
            Change::Redraw {
                code,
                boundary,
                name,
                grid_kind,
                schematic,
            } => {
                let old = self.known(*code, format!("/{number}/code"))?;
                if let Some(name) = name {
                    check_name(name, format!("/{number}/name"), *code)?;
                }
                if *boundary != old.boundary {
                    let pointer = format!("/{number}/boundary");
                    self.give_up(*code, old.boundary.clone(), pointer);
                }
                self.put(
                    number,
                    Grid {
                        boundary: boundary.clone(),
                        name: name.clone().unwrap_or_else(|| old.name.clone()),
                        kind: grid_kind.unwrap_or(old.kind),
                        schematic: *schematic,
                        ..old
                    },
                );
                Ok(())
            }
            Change::Split { code, line, parts } => self.split(number, *code, line, parts),
            Change::Merge { codes, into, name } => self.merge(number, codes, *into, name),
            Change::Transfer { code, to, new_code } => self.transfer(number, *code, *to, *new_code),
            Change::Retire { code, heir } => self.retire(number, *code, *heir),
        }
    }

    /// A code that shall be given: of a village that there is, and of no other grid now or ever. `keeping`
    /// gives up its own.
    fn check_new(&self, code: GridCode, pointer: String, keeping: Option<GridCode>) -> Done {
        let refuse = |why| Err(vec![ChangeFault::new(why, pointer, code)]);
        if !self.ground.villages.contains(&code.village()) {
            return refuse(ChangeFaultCode::UnknownVillage);
        }
        if keeping == Some(code) {
            return Ok(());
        }
        if self.get(code).is_some() {
            return refuse(ChangeFaultCode::CodeTaken);
        }
        if self.ground.spent.contains(&code) || self.ground.grids.contains_key(&code) {
            return refuse(ChangeFaultCode::CodeSpent);
        }
        Ok(())
    }

    fn split(
        &mut self,
        number: usize,
        code: GridCode,
        line: &[Position],
        parts: &[Part; 2],
    ) -> Done {
        let old = self.known(code, format!("/{number}/code"))?;
        for (part, name) in parts.iter().zip(["left", "right"]) {
            let pointer = |field: &str| format!("/{number}/{name}/{field}");
            self.check_new(part.code, pointer("code"), Some(code))?;
            check_name(&part.name, pointer("name"), part.code)?;
            if part.code.village() != code.village() {
                let why = ChangeFaultCode::WrongVillage;
                return Err(vec![ChangeFault::new(why, pointer("code"), part.code)]);
            }
        }
        if parts[0].code == parts[1].code {
            let pointer = format!("/{number}/right/code");
            let why = ChangeFaultCode::CodeTaken;
            return Err(vec![ChangeFault::new(why, pointer, parts[1].code)]);
        }
        let bbox = old.boundary.bbox();
        let around: Vec<&Grid> = self
            .others(code)
            .filter(|other| other.boundary.bbox().meets(&bbox))
            .collect();
        let borders: Vec<&Boundary> = around.iter().map(|grid| &grid.boundary).collect();
        let pointer = format!("/{number}/line");
        let halves = split(&old.boundary, line, &borders)
            .map_err(|fault| split_faults(fault, &pointer, code))?;
        let mut bent = Vec::new();
        for grid in around {
            match bend(&grid.boundary, &halves.bends) {
                None => {}
                Some(Ok(boundary)) => bent.push(Grid {
                    boundary,
                    ..grid.clone()
                }),
                Some(Err(found)) => {
                    return Err(ChangeFault::of_boundary(found, &pointer, grid.code));
                }
            }
        }
        let origins = self.origins_of(code);
        self.end(number, code);
        for (part, boundary) in parts.iter().zip([halves.left, halves.right]) {
            self.origins.insert(part.code, origins.clone());
            let grid = Grid {
                code: part.code,
                name: part.name.clone(),
                boundary,
                ..old.clone()
            };
            self.put(number, grid);
        }
        for grid in bent {
            self.put(number, grid);
        }
        Ok(())
    }

    fn merge(&mut self, number: usize, codes: &[GridCode], into: GridCode, name: &str) -> Done {
        let distinct: BTreeSet<GridCode> = codes.iter().copied().collect();
        if !(2..=MAX_MERGED).contains(&codes.len()) || distinct.len() != codes.len() {
            let pointer = format!("/{number}/codes");
            let why = ChangeFaultCode::WrongNumber;
            return Err(vec![ChangeFault::new(why, pointer, into)]);
        }
        let pointer = |index: usize| format!("/{number}/codes/{index}");
        let mut grids = Vec::with_capacity(codes.len());
        for (index, code) in codes.iter().enumerate() {
            grids.push(self.known(*code, pointer(index))?);
        }
        let keeping = Some(into).filter(|into| codes.contains(into));
        self.check_new(into, format!("/{number}/into"), keeping)?;
        check_name(name, format!("/{number}/name"), into)?;
        for (index, grid) in grids.iter().enumerate() {
            let why = if grid.code.village() != into.village() {
                ChangeFaultCode::WrongVillage
            } else if grid.kind != grids[0].kind {
                ChangeFaultCode::KindsDiffer
            } else {
                continue;
            };
            return Err(vec![ChangeFault::new(why, pointer(index), grid.code)]);
        }
        let boundary = merged(&grids, number)?;
        let origins = codes
            .iter()
            .flat_map(|code| self.origins_of(*code))
            .collect();
        let schematic = grids.iter().any(|grid| grid.schematic);
        for code in codes {
            self.end(number, *code);
        }
        self.origins.insert(into, origins);
        // There are two grids at least.
        let kind = grids[0].kind;
        let valid_from = grids[0].valid_from;
        self.put(
            number,
            Grid {
                code: into,
                name: name.to_owned(),
                kind,
                boundary,
                schematic,
                valid_from,
                valid_to: None,
            },
        );
        Ok(())
    }

    fn transfer(
        &mut self,
        number: usize,
        code: GridCode,
        to: DivisionCode,
        new_code: GridCode,
    ) -> Done {
        let old = self.known(code, format!("/{number}/code"))?;
        if new_code.village() != to || code.village() == to {
            let field = if code.village() == to {
                "to"
            } else {
                "new_code"
            };
            let pointer = format!("/{number}/{field}");
            let why = ChangeFaultCode::WrongVillage;
            return Err(vec![ChangeFault::new(why, pointer, new_code)]);
        }
        self.check_new(new_code, format!("/{number}/new_code"), None)?;
        let origins = self.origins_of(code);
        self.end(number, code);
        self.origins.insert(new_code, origins);
        let grid = Grid {
            code: new_code,
            ..old
        };
        self.put(number, grid);
        Ok(())
    }

    fn retire(&mut self, number: usize, code: GridCode, heir: Option<GridCode>) -> Done {
        let old = self.known(code, format!("/{number}/code"))?;
        let Some(heir) = heir else {
            self.give_up(code, old.boundary, format!("/{number}/code"));
            self.end(number, code);
            return Ok(());
        };
        let pointer = format!("/{number}/heir");
        if heir == code {
            let why = ChangeFaultCode::UnknownGrid;
            return Err(vec![ChangeFault::new(why, pointer, heir)]);
        }
        if heir.village() != code.village() {
            let why = ChangeFaultCode::WrongVillage;
            return Err(vec![ChangeFault::new(why, pointer, heir)]);
        }
        let heir = self.known(heir, pointer)?;
        let grids = [heir, old];
        let boundary = merged(&grids, number)?;
        let [heir, _] = grids;
        let mut origins = self.origins_of(heir.code);
        origins.extend(self.origins_of(code));
        self.end(number, code);
        self.origins.insert(heir.code, origins);
        self.put(number, Grid { boundary, ..heir });
        Ok(())
    }

    fn into_plan(self, effective_from: Timestamp) -> Plan {
        let mut ended = Vec::new();
        let mut begun = Vec::new();
        let mut lineage = Vec::new();
        for (code, (grid, _)) in self.differing {
            let old = self.ground.grids.get(&code);
            if let (Some(old), Some(new)) = (old, &grid)
                && is_the_same(old, new)
            {
                continue;
            }
            if old.is_some() {
                ended.push(code);
            }
            begun.extend(grid.map(|grid| Grid {
                valid_from: effective_from,
                valid_to: None,
                ..grid
            }));
        }
        for (successor, origins) in self.origins {
            let others = origins.into_iter().filter(|origin| *origin != successor);
            lineage.extend(others.map(|predecessor| Descent {
                predecessor,
                successor,
            }));
        }
        lineage.sort_unstable();
        Plan {
            ended,
            begun,
            lineage,
        }
    }
}

/// Whether nothing of a grid differs but when it counts.
fn is_the_same(one: &Grid, other: &Grid) -> bool {
    one.boundary == other.boundary
        && one.name == other.name
        && one.kind == other.kind
        && one.schematic == other.schematic
}

fn check_name(name: &str, pointer: String, grid: GridCode) -> Done {
    if name.trim().is_empty() || name.chars().count() > MAX_GRID_NAME {
        let why = ChangeFaultCode::WrongName;
        return Err(vec![ChangeFault::new(why, pointer, grid)]);
    }
    Ok(())
}

/// The land of grids together.
fn merged(grids: &[Grid], number: usize) -> Result<Boundary, Vec<ChangeFault>> {
    let pointer = format!("/{number}");
    let lands: Vec<&Boundary> = grids.iter().map(|grid| &grid.boundary).collect();
    let codes = || grids.iter().map(|grid| grid.code).collect::<Vec<_>>();
    let refuse = |why, at| ChangeFault {
        code: why,
        pointer: pointer.clone(),
        grids: codes(),
        at,
        boundary: None,
        area_m2: None,
    };
    merge(&lands).map_err(|fault| match fault {
        MergeFault::Overlap(at) => vec![refuse(ChangeFaultCode::Overlap, Some(at))],
        MergeFault::Apart(index) => {
            let at = lands.get(index).map(|land| land.label_point());
            vec![refuse(ChangeFaultCode::NotAdjacent, at)]
        }
        MergeFault::Shape(found) => found
            .into_iter()
            .map(|fault| ChangeFault {
                boundary: Some(fault.code),
                ..refuse(ChangeFaultCode::InvalidBoundary, fault.at)
            })
            .collect(),
    })
}

fn split_faults(fault: SplitFault, pointer: &str, grid: GridCode) -> Vec<ChangeFault> {
    let refuse = |why, at| {
        let fault = ChangeFault::new(why, pointer, grid);
        vec![ChangeFault { at, ..fault }]
    };
    match fault {
        SplitFault::Length => refuse(ChangeFaultCode::WrongLine, None),
        SplitFault::CrossesItself(at) => refuse(ChangeFaultCode::LineCrossesItself, Some(at)),
        SplitFault::Misses(at) => refuse(ChangeFaultCode::LineMisses, Some(at)),
        SplitFault::NotAcross(at) => refuse(ChangeFaultCode::LineDoesNotCross, Some(at)),
        SplitFault::BothSides(at) => refuse(ChangeFaultCode::LineTurnsBack, Some(at)),
        SplitFault::Shape(found) => ChangeFault::of_boundary(found, pointer, grid),
    }
}
