//! Reference data in memory: read once, swapped whole when it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gridwhistle_domain::case::{Case, Refusal, Rules, Settings};
use gridwhistle_domain::clock::{
    Calendar, Date, DayKind, HoursUse, LocalTime, Timestamp, WorkingTime, WorkingTimes,
};
use gridwhistle_domain::matter::{Catalogue, Condition, Matter};
use gridwhistle_domain::place::{Division, DivisionCode, DivisionLevel, GridCode, Succession};
use gridwhistle_domain::routing::{
    Certificate, Duty, PowerGrant, Registers, Ruling, Unit, UnitCode, WhistleKind, preset,
};
use gridwhistle_store::{ConfigurationVersion, Store};
use serde::{Deserialize, Serialize};

use crate::ServiceError;
use crate::import::{Fault, bundle};
use crate::land::Land;

pub use gridwhistle_domain::lists;

/// The exceptions of one year's working calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarYear {
    pub year: i32,
    pub days: Vec<(Date, DayKind)>,
}

/// All reference data as it stands.
pub struct Reference {
    /// The rules where no place says otherwise.
    pub rules: Rules,
    /// The rules of the divisions that have something of their own, whole.
    local: BTreeMap<DivisionCode, Rules>,
    /// With those that have ended and those to come, each by the name that it has now.
    pub divisions: BTreeMap<DivisionCode, Division>,
    /// What the ended ones have become.
    pub succession: Succession,
    /// When other divisions are valid than now.
    divisions_turn: Option<Timestamp>,
    /// The grids, which change apart from the lists.
    pub land: Arc<Land>,
    /// Changes whenever the data does.
    pub stamp: String,
    units: BTreeMap<UnitCode, usize>,
}

impl Reference {
    /// Reads it all.
    pub async fn load(store: &Store, now: Timestamp) -> Result<Self, ServiceError> {
        // The stamp first: what changes while lists and land are read is read again.
        let stamp = store.reference_stamp().await?;
        let land = Arc::new(Land::load(store, now).await?);
        Self::load_lists(store, now, stamp, land).await
    }

    /// Reads the lists again, and of the land what changed.
    pub(crate) async fn follow(&self, store: &Store, now: Timestamp) -> Result<Self, ServiceError> {
        let stamp = store.reference_stamp().await?;
        let land = Arc::clone(&self.land).follow(store, now).await?;
        Self::load_lists(store, now, stamp, land).await
    }

    /// Whether grids and divisions at a later moment are still these.
    pub(crate) fn is_of(&self, now: Timestamp) -> bool {
        self.land.is_of(now) && self.divisions_turn.is_none_or(|at| now < at)
    }

    async fn load_lists(
        store: &Store,
        now: Timestamp,
        stamp: String,
        land: Arc<Land>,
    ) -> Result<Self, ServiceError> {
        // Their versions before the lists, for the same reason.
        let versions = store.current_versions().await?;
        let years = store.list(lists::CALENDAR).await?;
        let own_times = store.list(lists::WORKING_TIMES).await?;
        let stand = Stand {
            now,
            stamp,
            land,
            versions,
        };
        Self::load_under(store, stand, years, own_times).await
    }

    /// Reads all lists but for the working time, which is what it was at these versions.
    pub(crate) async fn load_at(
        store: &Store,
        now: Timestamp,
        land: Arc<Land>,
        times: TimeVersions,
    ) -> Result<Self, ServiceError> {
        let stand = Stand {
            now,
            stamp: store.reference_stamp().await?,
            land,
            versions: store.current_versions().await?,
        };
        let years = store.list_at(lists::CALENDAR, times.calendar).await?;
        let own_times = store.list_at(lists::WORKING_TIMES, times.working_time);
        let own_times = own_times.await?;
        let entries = (
            years.into_iter().map(|(_, year)| year).collect(),
            own_times.into_iter().map(|(_, time)| time).collect(),
        );
        Self::load_under(store, stand, entries.0, entries.1).await
    }

    async fn load_under(
        store: &Store,
        Stand {
            now,
            stamp,
            land,
            versions,
        }: Stand,
        years: Vec<CalendarYear>,
        own_times: Vec<LocalTime>,
    ) -> Result<Self, ServiceError> {
        let matters: Vec<Matter> = store.list(lists::MATTERS).await?;
        let conditions: Vec<Condition> = store.list(lists::CONDITIONS).await?;
        let registers = Registers::new(
            store.list(lists::REQUIREMENTS).await?,
            store.list(lists::LEVELS).await?,
            store.list(lists::ADMISSIONS).await?,
            store.list::<PowerGrant>(lists::POWERS).await?,
            store.list::<Certificate>(lists::CERTIFICATES).await?,
        );
        let units: Vec<Unit> = store.list(lists::UNITS).await?;
        let duties: Vec<Duty> = store.list(lists::DUTIES).await?;
        let rulings: Vec<Ruling> = store.list(lists::RULINGS).await?;
        let mut kinds: Vec<WhistleKind> = store.list(lists::KINDS).await?;
        if kinds.is_empty() {
            kinds = preset("default").unwrap_or_default();
        }
        let divisions: Vec<Division> = store.list(lists::DIVISIONS).await?;
        let divisions_turn = divisions.iter().flat_map(Division::turns);
        let divisions_turn = divisions_turn.filter(|at| *at > now).min();
        let configurations = store.configurations().await?;
        let everywhere = WorkingTime {
            calendar: calendar(years, TimeVersions::of(&versions).together())?,
            ..WorkingTime::default()
        };
        let times = WorkingTimes::new(everywhere, &own_times).map_err(|faults| {
            let first = faults.first().map(ToString::to_string);
            let what = first.unwrap_or_default();
            ServiceError::Internal(format!("the stored working times are unusable: {what}"))
        })?;
        let index = units
            .iter()
            .enumerate()
            .map(|(i, u)| (u.code.clone(), i))
            .collect();
        let rules = Rules {
            time: times.of_everybody().clone(),
            grid_time: times.of_everybody().clone(),
            desks: Arc::new(times),
            kinds,
            catalogue: Arc::new(Catalogue::new(matters, conditions)),
            units: units.into(),
            duties: duties.into(),
            registers: Arc::new(registers),
            versions: Arc::new(versions),
            rulings: rulings.into(),
            settings: Settings::default(),
        };
        let configurations: BTreeMap<DivisionCode, ConfigurationVersion> = configurations
            .into_iter()
            .map(|held| (held.division, held))
            .collect();
        Ok(Self {
            local: local(&rules, &configurations),
            rules,
            succession: Succession::at(&divisions, now),
            divisions: divisions
                .into_iter()
                .map(|d| (d.code, d.as_of(now)))
                .collect(),
            divisions_turn,
            land,
            stamp,
            units: index,
        })
    }

    /// What comes with the program, as far as time depends on it: divisions and calendar.
    pub fn shipped() -> Result<Self, Vec<Fault>> {
        let bundle = bundle::ganyu()?;
        let years: Vec<_> = bundle
            .calendar
            .into_iter()
            .map(|y| (y.year, y.days))
            .collect();
        let time = WorkingTime {
            // The shipped notices are read by the tests.
            calendar: Calendar::from_years(1, &years).unwrap_or_default(),
            ..WorkingTime::default()
        };
        let times = WorkingTimes::everywhere(time);
        let nothing = Registers::new(vec![], vec![], vec![], vec![], vec![]);
        Ok(Self {
            rules: Rules {
                time: times.of_everybody().clone(),
                grid_time: times.of_everybody().clone(),
                desks: Arc::new(times),
                kinds: Vec::new(),
                catalogue: Arc::new(Catalogue::new(vec![], vec![])),
                units: Vec::new().into(),
                duties: Vec::new().into(),
                registers: Arc::new(nothing),
                rulings: Vec::new().into(),
                versions: Arc::default(),
                settings: Settings::default(),
            },
            local: BTreeMap::new(),
            divisions: bundle.divisions.into_iter().map(|d| (d.code, d)).collect(),
            succession: Succession::default(),
            divisions_turn: None,
            land: Arc::default(),
            stamp: String::new(),
            units: BTreeMap::new(),
        })
    }

    /// The versions of the lists from which its working time follows.
    pub(crate) fn time_versions(&self) -> TimeVersions {
        TimeVersions::of(&self.rules.versions)
    }

    /// Whether working time stood at later versions somewhere else than it does here.
    pub(crate) fn is_behind(&self, there: TimeVersions) -> bool {
        let here = self.time_versions();
        here.calendar < there.calendar || here.working_time < there.working_time
    }

    /// The rules that hold in a division: its own, else those of the nearest division above it that has some.
    pub fn rules_at(&self, division: DivisionCode) -> &Rules {
        nearest(&self.local, Some(division)).unwrap_or(&self.rules)
    }

    /// The rules that would hold in a division if it had nothing of its own.
    pub fn rules_above(&self, division: DivisionCode) -> &Rules {
        nearest(&self.local, division.parent()).unwrap_or(&self.rules)
    }

    /// A kind of that identity, of whatever place offers it.
    pub fn kinds_by_id(&self, id: &str) -> Option<&WhistleKind> {
        let local = self.local.values().find_map(|rules| rules.kind(id));
        self.rules.kind(id).or(local)
    }

    /// The rules by which a case is judged: those of its place.
    pub fn rules_of(&self, case: &Case) -> &Rules {
        self.rules_at(case.place.village.unwrap_or(case.centre))
    }

    /// The name of a division; its code when it is not known.
    pub fn division_name(&self, code: DivisionCode) -> String {
        self.divisions
            .get(&code)
            .map_or_else(|| code.to_string(), |d| d.name.clone())
    }

    /// Whether there is such a division at a moment.
    pub fn has_division(&self, code: DivisionCode, at: Timestamp) -> bool {
        self.divisions
            .get(&code)
            .is_some_and(|division| division.is_valid_at(at))
    }

    /// The centres whose cases a centre has: its own, and those of the divisions that have become its own.
    pub fn centres_at(&self, centre: DivisionCode) -> Vec<DivisionCode> {
        let former = self.succession.came_into(centre).iter();
        std::iter::once(centre)
            .chain(former.map(|(former, _)| *former))
            .collect()
    }

    /// The name of a unit; its code when it is not known.
    pub fn unit_name(&self, code: &UnitCode) -> String {
        self.unit(code)
            .map_or_else(|| code.to_string(), |u| u.name.clone())
    }

    /// Lets a refusal speak of units by their names, as people know them.
    pub fn name_units(&self, refusal: &mut Refusal) {
        for (name, codes) in &mut refusal.values {
            if matches!(*name, "unit" | "units") {
                let names: Vec<String> = codes
                    .split(", ")
                    .map(|code| self.unit_name(&UnitCode(code.to_owned())))
                    .collect();
                *codes = names.join(", ");
            }
        }
    }

    pub fn unit(&self, code: &UnitCode) -> Option<&Unit> {
        self.units.get(code).and_then(|i| self.rules.units.get(*i))
    }

    /// Tells the land of one time from that of another: grids in force and names of divisions are the same as long as it
    /// is. It may change without them.
    pub fn land_stamp(&self) -> String {
        format!(
            "{}/{}",
            self.stamp,
            self.land.since().map_or(0, Timestamp::micros)
        )
    }

    /// The town whose command centre receives what happens in a grid.
    pub fn centre_of(grid: GridCode) -> DivisionCode {
        let village = grid.village();
        village.at(DivisionLevel::Town).unwrap_or(village)
    }
}

/// What is known before the lists are read.
struct Stand {
    now: Timestamp,
    stamp: String,
    land: Arc<Land>,
    versions: lists::ListVersions,
}

/// The rules of each division that has something of its own, whole: what holds above, and over it what it says itself.
fn local(
    base: &Rules,
    configurations: &BTreeMap<DivisionCode, ConfigurationVersion>,
) -> BTreeMap<DivisionCode, Rules> {
    let times = &base.desks;
    let mut local = BTreeMap::new();
    let own: BTreeSet<DivisionCode> = configurations
        .keys()
        .copied()
        .chain(times.divisions())
        .collect();
    // A division's code is greater than those of all above it: they come first.
    for division in own {
        let above = nearest(&local, division.parent()).unwrap_or(base);
        let mut rules = Rules {
            time: times.at(division, HoursUse::Work).clone(),
            grid_time: times.at(division, HoursUse::Grid).clone(),
            ..above.clone()
        };
        if let Some(held) = configurations.get(&division) {
            held.document.apply(&mut rules);
        }
        local.insert(division, rules);
    }
    local
}

/// What stands under the division, or under the nearest above it that has something.
fn nearest<T>(local: &BTreeMap<DivisionCode, T>, division: Option<DivisionCode>) -> Option<&T> {
    std::iter::successors(division, |code| code.parent()).find_map(|code| local.get(&code))
}

/// The versions of the two lists from which working time follows; 0 while a list was never filled.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TimeVersions {
    pub calendar: u32,
    pub working_time: u32,
}

impl TimeVersions {
    pub(crate) fn of(versions: &lists::ListVersions) -> Self {
        let of = |list: &str| versions.0.get(list).copied().unwrap_or_default();
        Self {
            calendar: of(lists::CALENDAR),
            working_time: of(lists::WORKING_TIMES),
        }
    }

    /// The version of both together: it goes up with each amendment of either.
    const fn together(self) -> u32 {
        self.calendar.saturating_add(self.working_time)
    }
}

/// One calendar from the years; without any, the weekly pattern alone.
fn calendar(mut years: Vec<CalendarYear>, version: u32) -> Result<Calendar, ServiceError> {
    years.sort_unstable_by_key(|y| y.year);
    if years.is_empty() {
        let mut weekly = Calendar::default();
        weekly.version = version;
        return Ok(weekly);
    }
    let years: Vec<(i32, Vec<(Date, DayKind)>)> =
        years.into_iter().map(|y| (y.year, y.days)).collect();
    Calendar::from_years(version, &years)
        .map_err(|e| ServiceError::Internal(format!("the stored calendar is unusable: {e}")))
}
