//! Working time by place: what divisions have of their own, laid over what holds everywhere.
//!
//! Hours and days off are of three kinds of people: the units that work, the desk of a command centre, and
//! those who go through the grids. Each entry is for one of them or for all three.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Date, DayKind, HoursError, HoursTable, Season, Spell, WorkingDayRule, WorkingTime};
use crate::names::names;
use crate::place::DivisionCode;

names! {
    /// Whose working time it is.
    pub enum HoursUse {
        /// Of the units that are called: limits of handling, of signing and of coming.
        Work => "work",
        /// Of the command centre: accepting, dispatching, approving, deciding.
        Desk => "desk",
        /// Of those in the grid: looking before acceptance and after handling.
        Grid => "grid",
    }
}

/// The most days that an entry names one by one.
const MOST_DAYS: i32 = 366;
/// The most entries of a division for one use, or for all: many years of floods, and comparing each with each
/// stays a matter of moments.
const MOST_ENTRIES: usize = 500;

/// Something that a division has of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalTime {
    pub division: DivisionCode,
    /// Absent: for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_for: Option<HoursUse>,
    pub rule: LocalRule,
    /// Why, in the words of whoever decided it; perhaps empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What a division can have of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalRule {
    /// Hours from a day of every year on; a division that has any has all its seasons.
    Season(Season),
    /// Other hours for a while.
    Spell(Spell),
    /// Days off, or days that are worked, from a day to before another.
    Days { from: Date, to: Date, kind: DayKind },
    /// What a limit in working days means.
    DayRule(WorkingDayRule),
    /// Whether limits in calendar days that end on a day off end on the next working day.
    CalendarDaysMove(bool),
}

/// An entry that cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {}: {wrong}", entry + 1)]
pub struct LocalFault {
    /// Index of the entry.
    pub entry: usize,
    pub wrong: LocalWrong,
}

/// Why an entry cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalWrong {
    #[error(transparent)]
    Hours(HoursError),
    #[error("from {from} to before {to} is no day: let it end after it begins")]
    NoDays { from: Date, to: Date },
    #[error("at most {most} days can be given at once")]
    TooManyDays { most: i32 },
    #[error("a division has at most {most} entries for a use")]
    TooManyEntries { most: usize },
    #[error("another entry (number {}) says the same of the same place: keep one", with + 1)]
    Clash {
        /// Index of the earlier entry.
        with: usize,
        /// The first day of which both speak; none where they speak of every day.
        on: Option<Date>,
    },
}

impl LocalRule {
    fn check(&self) -> Result<(), LocalWrong> {
        match self {
            Self::Season(season) => season.check().map_err(LocalWrong::Hours),
            Self::Spell(Spell { from, to, .. }) | Self::Days { from, to, .. } if to <= from => {
                Err(LocalWrong::NoDays {
                    from: *from,
                    to: *to,
                })
            }
            Self::Days { from, to, .. } if to.days().saturating_sub(from.days()) > MOST_DAYS => {
                Err(LocalWrong::TooManyDays { most: MOST_DAYS })
            }
            _ => Ok(()),
        }
    }

    /// What is wrong where an earlier entry, number `with`, says something of the same.
    fn clash(&self, earlier: &Self, with: usize) -> Option<LocalWrong> {
        let always = Some(LocalWrong::Clash { with, on: None });
        let on_days = |a: (Date, Date), b: (Date, Date)| {
            let first = a.0.max(b.0);
            let on = Some(first);
            (first < a.1.min(b.1)).then_some(LocalWrong::Clash { with, on })
        };
        match (self, earlier) {
            (Self::Season(a), Self::Season(b)) if a.from == b.from => always,
            (Self::Spell(a), Self::Spell(b)) => on_days((a.from, a.to), (b.from, b.to)),
            (
                Self::Days { from, to, .. },
                Self::Days {
                    from: other_from,
                    to: other_to,
                    ..
                },
            ) => on_days((*from, *to), (*other_from, *other_to)),
            (Self::DayRule(_), Self::DayRule(_))
            | (Self::CalendarDaysMove(_), Self::CalendarDaysMove(_)) => always,
            _ => None,
        }
    }
}

/// The working time of every place.
///
/// Nearer divisions count before those above them, and within a division what is for one use before what is
/// for all. Seasons are taken whole from the nearest division that has any; other hours for a while and days
/// off are laid over each other day by day.
#[derive(Clone, Debug, Default)]
pub struct WorkingTimes {
    everywhere: Arc<WorkingTime>,
    /// For each division that has something of its own, by [`HoursUse`].
    local: BTreeMap<DivisionCode, [Arc<WorkingTime>; 3]>,
}

/// The entries of a division for one use or for all.
type Entries<'e> = BTreeMap<(DivisionCode, Option<HoursUse>), Vec<(usize, &'e LocalRule)>>;

impl WorkingTimes {
    /// The same everywhere.
    pub fn everywhere(time: WorkingTime) -> Self {
        Self {
            everywhere: Arc::new(time),
            local: BTreeMap::new(),
        }
    }

    /// What holds everywhere, with what divisions have of their own. All that is wrong is told at once, in the
    /// order of the entries.
    pub fn new(everywhere: WorkingTime, entries: &[LocalTime]) -> Result<Self, Vec<LocalFault>> {
        let mut known = Entries::new();
        let mut faults = Vec::new();
        for (entry, local) in entries.iter().enumerate() {
            let layer = known.entry((local.division, local.used_for)).or_default();
            let clash = || {
                layer
                    .iter()
                    .find_map(|(with, rule)| local.rule.clash(rule, *with))
            };
            let many = (layer.len() >= MOST_ENTRIES)
                .then_some(LocalWrong::TooManyEntries { most: MOST_ENTRIES });
            let wrong = local.rule.check().err();
            match wrong.or(many).or_else(clash) {
                Some(wrong) => faults.push(LocalFault { entry, wrong }),
                None => layer.push((entry, &local.rule)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut times = Self::everywhere(everywhere);
        let mut divisions: Vec<DivisionCode> = entries.iter().map(|e| e.division).collect();
        divisions.sort_unstable();
        divisions.dedup();
        // In the order of their codes those above come before those below: what is the same is shared.
        for division in divisions {
            let mut own = Vec::with_capacity(HoursUse::ALL.len());
            for &of in HoursUse::ALL {
                let time = laid_over(&times.everywhere, &known, division, of)
                    .map_err(|fault| vec![fault])?;
                let above = times.at(division, of);
                let same = own
                    .iter()
                    .chain([above])
                    .find(|t: &&Arc<WorkingTime>| ***t == time);
                let time = same.cloned().unwrap_or_else(|| Arc::new(time));
                own.push(time);
            }
            if let Ok(own) = <[Arc<WorkingTime>; 3]>::try_from(own) {
                times.local.insert(division, own);
            }
        }
        Ok(times)
    }

    /// The working time that holds in a division: its own, else that of the nearest division above it that has
    /// some.
    pub fn at(&self, division: DivisionCode, of: HoursUse) -> &Arc<WorkingTime> {
        std::iter::successors(Some(division), |code| code.parent())
            .find_map(|code| self.local.get(&code))
            .map_or(&self.everywhere, |own| match of {
                HoursUse::Work => &own[0],
                HoursUse::Desk => &own[1],
                HoursUse::Grid => &own[2],
            })
    }

    /// What holds where no place says otherwise.
    pub const fn of_everybody(&self) -> &Arc<WorkingTime> {
        &self.everywhere
    }

    /// The divisions that have something of their own.
    pub fn divisions(&self) -> impl Iterator<Item = DivisionCode> {
        self.local.keys().copied()
    }
}

/// The working time of a division for one use.
fn laid_over(
    everywhere: &WorkingTime,
    known: &Entries<'_>,
    division: DivisionCode,
    of: HoursUse,
) -> Result<WorkingTime, LocalFault> {
    // The nearest first.
    let layers: Vec<&Vec<(usize, &LocalRule)>> =
        std::iter::successors(Some(division), |code| code.parent())
            .flat_map(|code| [(code, Some(of)), (code, None)])
            .filter_map(|key| known.get(&key))
            .collect();
    let mut time = everywhere.clone();
    let hours_of = |layer: &[(usize, &LocalRule)], table: HoursTable| {
        let spells = layer.iter().filter_map(|(_, rule)| match rule {
            LocalRule::Spell(spell) => Some(spell.clone()),
            _ => None,
        });
        table.with_spells(spells.collect())
    };
    let seasons = layers.iter().find_map(|layer| {
        let seasons: Vec<(usize, Season)> = layer
            .iter()
            .filter_map(|(entry, rule)| match rule {
                LocalRule::Season(season) => Some((*entry, season.clone())),
                _ => None,
            })
            .collect();
        let first = seasons.first()?.0;
        let table = HoursTable::new(seasons.into_iter().map(|(_, season)| season).collect());
        Some(table.map_err(|error| fault(first, error)))
    });
    if let Some(seasons) = seasons {
        time.hours = seasons?;
    }
    let mut days: BTreeMap<Date, DayKind> = BTreeMap::new();
    for layer in layers.iter().rev() {
        let first = layer.first().map_or(0, |(entry, _)| *entry);
        time.hours = hours_of(layer, time.hours).map_err(|error| fault(first, error))?;
        for (_, rule) in *layer {
            match rule {
                LocalRule::Days { from, to, kind } => {
                    days.extend((from.days()..to.days()).map(|d| (Date::from_days(d), *kind)));
                }
                LocalRule::DayRule(rule) => time.day_rule = *rule,
                LocalRule::CalendarDaysMove(moves) => {
                    time.calendar_days_move_to_working_day = *moves;
                }
                LocalRule::Season(_) | LocalRule::Spell(_) => {}
            }
        }
    }
    if !days.is_empty() {
        time.calendar = time.calendar.with_local(days);
    }
    Ok(time)
}

const fn fault(entry: usize, error: HoursError) -> LocalFault {
    LocalFault {
        entry,
        wrong: LocalWrong::Hours(error),
    }
}
