//! How long something may take, and in which unit that is counted.

use serde::{Deserialize, Serialize};

use crate::names::names;

names! {
    /// How the time of a limit is counted.
    pub enum TimeUnit {
        /// Round the clock.
        EmergencyMinutes => "emergency_minutes",
        /// Round the clock.
        EmergencyHours => "emergency_hours",
        /// 24 hours each, round the clock.
        EmergencyDays => "emergency_days",
        /// Only in opening hours of working days.
        WorkingMinutes => "working_minutes",
        /// Only in opening hours of working days.
        WorkingHours => "working_hours",
        /// By the [`WorkingDayRule`] of the place.
        WorkingDays => "working_days",
        /// Every day counts but the first; the last one ends at 24:00.
        CalendarDays => "calendar_days",
    }
}

impl TimeUnit {
    /// The most a limit may have of this unit: ten years, which is more than any list of limits knows.
    pub const fn most(self) -> u32 {
        const TEN_YEARS: u32 = 3_650;
        match self {
            Self::EmergencyMinutes | Self::WorkingMinutes => TEN_YEARS * 24 * 60,
            Self::EmergencyHours | Self::WorkingHours => TEN_YEARS * 24,
            Self::EmergencyDays | Self::WorkingDays | Self::CalendarDays => TEN_YEARS,
        }
    }
}

/// A time limit, like 4 working hours.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Limit {
    pub amount: u32,
    pub unit: TimeUnit,
}

/// An amount that is nothing, or more than ten years.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit of {amount} is not possible in this unit: give 1 to {most}")]
pub struct LimitError {
    pub amount: u32,
    pub most: u32,
}

impl Limit {
    /// 1 up to ten years, otherwise an error.
    pub const fn new(amount: u32, unit: TimeUnit) -> Result<Self, LimitError> {
        let most = unit.most();
        if amount == 0 || amount > most {
            return Err(LimitError { amount, most });
        }
        Ok(Self { amount, unit })
    }

    pub const fn emergency_minutes(amount: u32) -> Self {
        let unit = TimeUnit::EmergencyMinutes;
        Self { amount, unit }
    }

    pub const fn emergency_hours(amount: u32) -> Self {
        let unit = TimeUnit::EmergencyHours;
        Self { amount, unit }
    }

    pub const fn emergency_days(amount: u32) -> Self {
        let unit = TimeUnit::EmergencyDays;
        Self { amount, unit }
    }

    pub const fn working_minutes(amount: u32) -> Self {
        let unit = TimeUnit::WorkingMinutes;
        Self { amount, unit }
    }

    pub const fn working_hours(amount: u32) -> Self {
        let unit = TimeUnit::WorkingHours;
        Self { amount, unit }
    }

    pub const fn working_days(amount: u32) -> Self {
        let unit = TimeUnit::WorkingDays;
        Self { amount, unit }
    }

    pub const fn calendar_days(amount: u32) -> Self {
        let unit = TimeUnit::CalendarDays;
        Self { amount, unit }
    }
}

/// A limit as it is written, before its amount is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    amount: u32,
    unit: TimeUnit,
}

impl TryFrom<Unchecked> for Limit {
    type Error = LimitError;

    fn try_from(Unchecked { amount, unit }: Unchecked) -> Result<Self, LimitError> {
        Self::new(amount, unit)
    }
}

names! {
    /// What a limit in working days means; places differ, so it is configuration.
    #[derive(Default)]
    pub enum WorkingDayRule {
        /// The start day is not counted; the limit ends at the close of the n-th working day.
        #[default]
        WholeDays => "whole_days",
        /// n times 8 working hours.
        EightHours => "eight_hours",
    }
}
