//! The reference data that comes with the program: Ganyu district of Lianyungang.

use gridwhistle_domain::matter::{Condition, Matter};
use gridwhistle_domain::place::Division;
use gridwhistle_domain::routing::{Duty, Unit, village_committees};
use gridwhistle_store::{ListNote, Store};

use super::{Fault, Format, Table, calendar, catalogue, conditions, divisions, duties, units};
use crate::reference::{CalendarYear, lists};
use crate::{Reference, ServiceError};

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
pub async fn put(store: &Store, bundle: &Bundle, note: &ListNote) -> Result<usize, ServiceError> {
    let list = Put { store, note };
    let mut changed = list.whole(&bundle.divisions).await?;
    changed += list.whole(&bundle.matters).await?;
    changed += list.whole(&bundle.conditions).await?;
    changed += list.whole(&bundle.units).await?;
    changed += list.whole(&bundle.duties).await?;
    let stored = store.list(lists::CALENDAR).await?;
    let years = calendar::joined(stored, bundle.calendar.clone()).map_err(ServiceError::List)?;
    changed += list.whole(&years).await?;
    Ok(changed)
}

/// Registers made up for the demonstration, which fit the lists of Ganyu district.
const REGISTERS: [(&str, &str); 5] = [
    (
        lists::POWERS,
        include_str!("../../../data/registers/powers.csv"),
    ),
    (
        lists::REQUIREMENTS,
        include_str!("../../../data/registers/requirements.csv"),
    ),
    (
        lists::CERTIFICATES,
        include_str!("../../../data/registers/certificates.csv"),
    ),
    (
        lists::ADMISSIONS,
        include_str!("../../../data/registers/admissions.csv"),
    ),
    (
        lists::LEVELS,
        include_str!("../../../data/registers/levels.csv"),
    ),
];

/// Puts the registers of the demonstration beside the lists of Ganyu district, which have to be there.
pub async fn put_demo_registers(store: &Store, note: &ListNote) -> Result<(), ServiceError> {
    for (list, text) in REGISTERS {
        let reference = Reference::load(store, note.at).await?;
        let format = Format::by_list(list).ok_or(ServiceError::NotFound)?;
        let entries = format.read(text, &reference).map_err(ServiceError::List)?;
        store.put_list(format.list, entries, note.clone()).await?;
    }
    Ok(())
}

/// Puts whole lists for the same reason.
struct Put<'p> {
    store: &'p Store,
    note: &'p ListNote,
}

impl Put<'_> {
    async fn whole<T: Table>(&self, items: &[T]) -> Result<usize, ServiceError> {
        let coded = items.iter().enumerate();
        let coded = coded.map(|(index, item)| (item.code(index), item));
        Ok(self
            .store
            .put_list(T::LIST, coded, self.note.clone())
            .await?)
    }
}
