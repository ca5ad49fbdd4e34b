//! What a decision depends on beside the case: calendar, kinds, catalogue, units, settings.

use std::sync::Arc;

use super::settings::Settings;
use super::state::Whistle;
use crate::clock::{
    Date, Deadline, HoursUse, Limit, TimeUnit, Timestamp, WorkingTime, WorkingTimes,
};
use crate::lists::ListVersions;
use crate::matter::{Catalogue, Condition};
use crate::place::DivisionCode;
use crate::routing::{Duty, Lists, Registers, Ruling, Unit, UnitCode, WhistleKind};

/// Everything configurable that the rules of a case read, as it holds at one place.
///
/// The lists that are the same everywhere are shared, so that a place with hours, kinds or settings of its own costs
/// little.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The time in which the units work.
    pub time: Arc<WorkingTime>,
    /// The time of those who go through the grids.
    pub grid_time: Arc<WorkingTime>,
    /// For the desk hours of command centres, which may be other divisions than the place.
    pub desks: Arc<WorkingTimes>,
    pub kinds: Vec<WhistleKind>,
    pub catalogue: Arc<Catalogue>,
    pub units: Arc<[Unit]>,
    pub duties: Arc<[Duty]>,
    pub registers: Arc<Registers>,
    /// Of all these lists.
    pub versions: Arc<ListVersions>,
    /// What centres have ruled about who is responsible.
    pub rulings: Arc<[Ruling]>,
    pub settings: Settings,
}

impl Rules {
    pub fn kind(&self, id: &str) -> Option<&WhistleKind> {
        self.kinds.iter().find(|k| k.id == id)
    }

    /// The lists from which a proposal follows.
    pub fn lists(&self) -> Lists<'_> {
        Lists {
            units: &self.units,
            duties: &self.duties,
            registers: &self.registers,
            rulings: &self.rulings,
        }
    }

    /// The kind as it holds for a whistle: one that was issued keeps what it was issued under, one that waits goes by
    /// what is offered now, or by what it was blown under where that is offered no more.
    pub fn kind_of<'a>(&'a self, whistle: &'a Whistle) -> Option<&'a WhistleKind> {
        let offered = self.kind(&whistle.kind);
        let kept = whistle.terms.as_ref();
        if whistle.issued_at.is_some() {
            kept.or(offered)
        } else {
            offered.or(kept)
        }
    }

    /// The unit, if it is in force on that day.
    pub fn unit(&self, code: &UnitCode, on: Date) -> Option<&Unit> {
        self.units
            .iter()
            .find(|u| u.code == *code && u.valid_from <= on && u.valid_to.is_none_or(|to| on < to))
    }

    /// When a limit that starts now is used up.
    pub fn due(&self, start: Timestamp, limit: Limit) -> Timestamp {
        self.deadline(start, limit).at
    }

    pub fn deadline(&self, start: Timestamp, limit: Limit) -> Deadline {
        self.time.due(start, limit)
    }

    /// The desk hours of a command centre.
    pub fn desk_time(&self, centre: DivisionCode) -> &WorkingTime {
        self.desks.at(centre, HoursUse::Desk)
    }

    /// An inner clock of a command centre: in its desk hours, but round the clock for emergencies.
    pub fn desk_due(
        &self,
        centre: DivisionCode,
        start: Timestamp,
        limit: Limit,
        emergency: bool,
    ) -> Timestamp {
        let limit = inner(limit, emergency);
        self.desk_time(centre).due(start, limit).at
    }

    /// An inner clock of those in the grid: in the grid's hours, but round the clock for emergencies.
    pub fn grid_due(&self, start: Timestamp, limit: Limit, emergency: bool) -> Timestamp {
        self.grid_time.due(start, inner(limit, emergency)).at
    }

    /// The last moment for a return: min(1 working day, a quarter of the handling limit).
    pub fn return_by(&self, issued: Timestamp, handling: Limit) -> Timestamp {
        self.due(issued, self.settings.request_return)
            .min(self.due(issued, quarter(handling)))
    }

    /// The condition's plan, if it is one of the matter's.
    pub fn condition(&self, id: &crate::matter::ConditionId) -> Option<Condition> {
        self.catalogue.condition(id)
    }
}

/// The limit of an inner clock: that of an emergency runs round the clock.
fn inner(limit: Limit, emergency: bool) -> Limit {
    let unit = match limit.unit {
        TimeUnit::WorkingMinutes if emergency => TimeUnit::EmergencyMinutes,
        TimeUnit::WorkingHours if emergency => TimeUnit::EmergencyHours,
        unit => unit,
    };
    Limit {
        amount: limit.amount,
        unit,
    }
}

/// A quarter of a limit, in the finest unit that measures the same kind of time. A working day is
/// eight working hours here.
fn quarter(limit: Limit) -> Limit {
    let (minutes, unit) = match limit.unit {
        TimeUnit::EmergencyMinutes => (1, TimeUnit::EmergencyMinutes),
        TimeUnit::EmergencyHours => (60, TimeUnit::EmergencyMinutes),
        TimeUnit::EmergencyDays | TimeUnit::CalendarDays => (1_440, TimeUnit::EmergencyMinutes),
        TimeUnit::WorkingMinutes => (1, TimeUnit::WorkingMinutes),
        TimeUnit::WorkingHours => (60, TimeUnit::WorkingMinutes),
        TimeUnit::WorkingDays => (480, TimeUnit::WorkingMinutes),
    };
    Limit {
        amount: limit.amount.saturating_mul(minutes).div_ceil(4).max(1),
        unit,
    }
}
