//! What a decision depends on beside the case: calendar, kinds, catalogue, units, settings.

use std::sync::Arc;

use crate::clock::{Date, Deadline, Limit, TimeUnit, Timestamp, WorkingTime};
use crate::lists::ListVersions;
use crate::matter::{Catalogue, Condition, MatterKey, MatterKind};
use crate::routing::{Duty, Lists, Registers, Unit, UnitCode, WhistleKind};

/// Everything configurable that the rules of a case read, as it holds at one place.
///
/// The lists that are the same everywhere are shared, so that a place with hours, kinds or settings of its own costs
/// little.
#[derive(Clone, Debug)]
pub struct Rules {
    pub time: WorkingTime,
    pub kinds: Vec<WhistleKind>,
    pub catalogue: Arc<Catalogue>,
    pub units: Arc<[Unit]>,
    pub duties: Arc<[Duty]>,
    pub registers: Arc<Registers>,
    /// Of all these lists.
    pub versions: Arc<ListVersions>,
    pub settings: Settings,
}

/// Figures set locally; the defaults are those of the field where it has any.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// A check-in within this many metres of the case or the meeting point is on the spot.
    pub on_spot_m: f64,
    pub accept: Limit,
    pub dispatch: Limit,
    pub approve: Limit,
    pub decide_return: Limit,
    pub confirm_condition: Limit,
    pub confirm_solved: Limit,
    pub verify: Limit,
    /// For the look at the spot before acceptance.
    pub confirm: Limit,
    /// How long a claim keeps others off.
    pub claim: Limit,
    /// For units called by a plain dispatch.
    pub dispatch_sign: Limit,
    /// A return may be asked for within this limit or a quarter of the handling limit.
    pub request_return: Limit,
    /// Reports of the same matter within so many metres …
    pub duplicate_m: f64,
    /// … and so many hours are likely the same.
    pub duplicate_hours: i64,
    /// A closed case can be reopened for so many days.
    pub reopen_days: i64,
    /// A resident can answer for so many days.
    pub feedback_days: i64,
    /// Facts that reach the server later than this are judged by the moment of receipt.
    pub late_upload_hours: i64,
    /// Complaints about a person or household: whoever reports one stays unknown unless the report says otherwise.
    pub confidential_matters: Vec<MatterKey>,
    /// How often a round's limit may be extended.
    pub extensions: usize,
    /// For the dispatcher to decide about an extension or a suspension.
    pub decide_respite: Limit,
    /// A suspension ends within so many years at the latest.
    pub suspension_years: u16,
    /// For the reply to a supervision.
    pub answer_supervision: Limit,
}

/// Disputes between neighbours, in families and about wages, the care for the mentally ill and for minors: the entries of
/// the local catalogue that speak of a person or household.
const ABOUT_PERSONS: [&str; 5] = ["99989", "99988", "99986", "99969", "99968"];

impl Default for Settings {
    fn default() -> Self {
        Self {
            on_spot_m: 300.0,
            accept: Limit {
                amount: 15,
                unit: TimeUnit::WorkingMinutes,
            },
            dispatch: Limit {
                amount: 15,
                unit: TimeUnit::WorkingMinutes,
            },
            approve: Limit {
                amount: 1,
                unit: TimeUnit::WorkingHours,
            },
            decide_return: Limit {
                amount: 30,
                unit: TimeUnit::WorkingMinutes,
            },
            confirm_condition: Limit {
                amount: 30,
                unit: TimeUnit::EmergencyMinutes,
            },
            confirm_solved: Limit {
                amount: 1,
                unit: TimeUnit::WorkingDays,
            },
            verify: Limit {
                amount: 30,
                unit: TimeUnit::WorkingMinutes,
            },
            confirm: Limit {
                amount: 30,
                unit: TimeUnit::WorkingMinutes,
            },
            claim: Limit {
                amount: 30,
                unit: TimeUnit::EmergencyMinutes,
            },
            dispatch_sign: Limit {
                amount: 1,
                unit: TimeUnit::WorkingHours,
            },
            request_return: Limit {
                amount: 1,
                unit: TimeUnit::WorkingDays,
            },
            duplicate_m: 50.0,
            duplicate_hours: 24,
            reopen_days: 30,
            feedback_days: 7,
            late_upload_hours: 24,
            confidential_matters: ABOUT_PERSONS
                .iter()
                .filter_map(|code| MatterKey::new(MatterKind::Event, code).ok())
                .collect(),
            extensions: 2,
            decide_respite: Limit {
                amount: 30,
                unit: TimeUnit::WorkingMinutes,
            },
            suspension_years: 1,
            answer_supervision: Limit {
                amount: 1,
                unit: TimeUnit::WorkingDays,
            },
        }
    }
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

    /// An inner clock: in desk hours, but round the clock for emergencies.
    pub fn inner_due(&self, start: Timestamp, limit: Limit, emergency: bool) -> Timestamp {
        let unit = match limit.unit {
            TimeUnit::WorkingMinutes if emergency => TimeUnit::EmergencyMinutes,
            TimeUnit::WorkingHours if emergency => TimeUnit::EmergencyHours,
            unit => unit,
        };
        self.due(
            start,
            Limit {
                amount: limit.amount,
                unit,
            },
        )
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
