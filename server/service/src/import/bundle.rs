//! The reference data that comes with the program: Ganyu district of Lianyungang.

use std::fmt::Display;

use gridwhistle_domain::matter::{Condition, Matter};
use gridwhistle_domain::place::Division;
use gridwhistle_domain::routing::{Duty, Unit, village_committees};
use gridwhistle_store::Store;
use serde::Serialize;

use super::{Fault, calendar, catalogue, conditions, divisions, duties, units};
use crate::ServiceError;
use crate::reference::{CalendarYear, lists};

const DIVISIONS: &str = include_str!("../../../data/divisions/jiangsu-ganyu.csv");
const CATALOGUES: [&str; 2] = [
    include_str!("../../../data/catalogue/gbt47678-5-2026.csv"),
    include_str!("../../../data/catalogue/local-99.csv"),
];
const CONDITIONS: &str = include_str!("../../../data/conditions/lianyungang.csv");
const UNITS: &str = include_str!("../../../data/units/ganyu.csv");
const DUTIES: &str = include_str!("../../../data/duties/ganyu.csv");
const CALENDAR: [&str; 9] = [
    include_str!("../../../data/calendar/cn-2018.json"),
    include_str!("../../../data/calendar/cn-2019.json"),
    include_str!("../../../data/calendar/cn-2020.json"),
    include_str!("../../../data/calendar/cn-2021.json"),
    include_str!("../../../data/calendar/cn-2022.json"),
    include_str!("../../../data/calendar/cn-2023.json"),
    include_str!("../../../data/calendar/cn-2024.json"),
    include_str!("../../../data/calendar/cn-2025.json"),
    include_str!("../../../data/calendar/cn-2026.json"),
];

/// Lists that fit together.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub divisions: Vec<Division>,
    pub matters: Vec<Matter>,
    pub conditions: Vec<Condition>,
    /// With the village committees.
    pub units: Vec<Unit>,
    /// In the order in which they count.
    pub duties: Vec<Duty>,
    pub calendar: Vec<CalendarYear>,
}

/// The lists of Ganyu district as they come with the program.
pub fn ganyu() -> Result<Bundle, Vec<Fault>> {
    let divisions = divisions::parse(DIVISIONS)?;
    let mut matters = Vec::new();
    for text in CATALOGUES {
        matters.extend(catalogue::parse(text)?);
    }
    let mut units = units::parse(UNITS)?;
    units.extend(village_committees(&divisions));
    let calendar: Result<Vec<CalendarYear>, Vec<Fault>> =
        CALENDAR.into_iter().map(calendar::parse).collect();
    Ok(Bundle {
        divisions,
        matters,
        conditions: conditions::parse(CONDITIONS)?,
        units,
        duties: duties::parse(DUTIES)?,
        calendar: calendar?,
    })
}

/// Replaces the stored lists with those of the bundle. Answers how many entries changed: 0 when the
/// same is put again.
pub async fn put(store: &Store, bundle: &Bundle) -> Result<usize, ServiceError> {
    let mut changed = 0;
    changed += list(store, lists::DIVISIONS, &bundle.divisions, |_, d| d.code).await?;
    let key = |_, m: &Matter| format!("{} {}", m.key, m.catalogue);
    changed += list(store, lists::MATTERS, &bundle.matters, key).await?;
    let key = |_, c: &Condition| c.id.clone();
    changed += list(store, lists::CONDITIONS, &bundle.conditions, key).await?;
    let key = |_, u: &Unit| u.code.clone();
    changed += list(store, lists::UNITS, &bundle.units, key).await?;
    // The order of the duties counts, and lists are read in the order of their codes.
    let key = |index, _: &Duty| format!("{index:06}");
    changed += list(store, lists::DUTIES, &bundle.duties, key).await?;
    changed += list(store, lists::CALENDAR, &bundle.calendar, |_, y| y.year).await?;
    Ok(changed)
}

async fn list<T: Serialize, C: Display>(
    store: &Store,
    kind: &'static str,
    items: &[T],
    code: impl Fn(usize, &T) -> C,
) -> Result<usize, ServiceError> {
    let coded = items
        .iter()
        .enumerate()
        .map(|(index, item)| (code(index, item).to_string(), item));
    Ok(store.put_list(kind, coded).await?)
}
