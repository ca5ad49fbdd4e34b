//! The course of a register's entry: what it was from which day on.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::clock::Date;

/// The states of an entry by the day from which each holds, the oldest first and never none.
///
/// Written `proposed 2026-01-05; in_force 2026-02-01`. Later steps of the same day replace earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Course<S>(Vec<(S, Date)>);

/// Why a course cannot be, or cannot go on so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CourseError {
    /// Nothing, or not pairs of a state and a day.
    #[error(
        "{0:?} is no course: write states with their days, like proposed 2026-01-05; in_force 2026-02-01"
    )]
    Unreadable(String),
    /// An entry does not begin as this.
    #[error("no entry begins as {0}")]
    Begins(&'static str),
    /// The second state cannot follow the first.
    #[error("{1} does not follow {0}")]
    Follows(&'static str, &'static str),
    /// The days run backwards.
    #[error("{0} lies before the step that it follows")]
    Backwards(Date),
}

/// A state of a register's entries and the way that entries go.
pub trait State: Copy + Eq + FromStr + 'static {
    /// The published name.
    fn name(self) -> &'static str;

    /// What an entry can begin as.
    fn begins(self) -> bool;

    /// Whether the other state can come next.
    fn leads_to(self, next: Self) -> bool;
}

impl<S: State> Course<S> {
    /// The course of an entry that begins.
    pub fn begin(state: S, on: Date) -> Result<Self, CourseError> {
        if state.begins() {
            Ok(Self(vec![(state, on)]))
        } else {
            Err(CourseError::Begins(state.name()))
        }
    }

    /// The course with one step more.
    pub fn then(mut self, next: S, on: Date) -> Result<Self, CourseError> {
        match self.0.last() {
            Some((last, _)) if !last.leads_to(next) => {
                Err(CourseError::Follows(last.name(), next.name()))
            }
            Some((_, since)) if on < *since => Err(CourseError::Backwards(on)),
            _ => {
                self.0.push((next, on));
                Ok(self)
            }
        }
    }

    /// What it was on a day; none before it began.
    pub fn on(&self, day: Date) -> Option<S> {
        let steps = self.0.iter().rev();
        let mut begun = steps.filter(|(_, since)| *since <= day);
        begun.next().map(|(state, _)| *state)
    }

    /// The last step.
    pub fn last(&self) -> Option<(S, Date)> {
        self.0.last().copied()
    }

    /// The steps, the oldest first.
    pub fn steps(&self) -> impl Iterator<Item = (S, Date)> + '_ {
        self.0.iter().copied()
    }
}

impl<S: State> Display for Course<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (state, since)) in self.0.iter().enumerate() {
            let before = if index == 0 { "" } else { "; " };
            write!(f, "{before}{} {since}", state.name())?;
        }
        Ok(())
    }
}

impl<S: State> FromStr for Course<S> {
    type Err = CourseError;

    fn from_str(text: &str) -> Result<Self, CourseError> {
        let unreadable = || CourseError::Unreadable(text.to_owned());
        let mut course: Option<Self> = None;
        for step in text.split(';') {
            let (state, on) = step.trim().split_once(' ').ok_or_else(unreadable)?;
            let state: S = state.parse().map_err(|_| unreadable())?;
            let on = Date::parse(on.trim()).map_err(|_| unreadable())?;
            course = Some(match course {
                None => Self::begin(state, on)?,
                Some(course) => course.then(state, on)?,
            });
        }
        course.ok_or_else(unreadable)
    }
}

/// Lets the states of a register be the steps of a course: `begins` lists what an entry can begin as, `leads_to` the
/// pairs of what follows what.
macro_rules! course_of {
    ($state:ident: begins [$($first:ident),+], leads_to [$($from:ident => $to:ident),+ $(,)?]) => {
        impl $crate::routing::registers::course::State for $state {
            fn name(self) -> &'static str {
                self.as_str()
            }

            fn begins(self) -> bool {
                matches!(self, $(Self::$first)|+)
            }

            fn leads_to(self, next: Self) -> bool {
                [$((Self::$from, Self::$to)),+].contains(&(self, next))
            }
        }
    };
}
pub(super) use course_of;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::routing::{AdmissionState, CertificateState, PowerState};

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn read(text: &str) -> Result<Course<PowerState>, CourseError> {
        text.parse()
    }

    #[test]
    fn a_course_reads_back_as_written_and_tells_what_was_on_a_day() {
        let text = "proposed 2026-01-05; announced 2026-01-20; in_force 2026-02-01";
        let course = read(text).unwrap();
        assert_eq!(course.to_string(), text);
        assert_eq!(course.on(day("2026-01-04")), None);
        assert_eq!(course.on(day("2026-01-31")), Some(PowerState::Announced));
        assert_eq!(course.on(day("2026-02-01")), Some(PowerState::InForce));
    }

    #[test]
    fn a_power_is_announced_before_it_is_used_and_does_not_come_back_once_withdrawn() {
        let skips = read("proposed 2026-01-05; in_force 2026-02-01");
        assert_eq!(skips, Err(CourseError::Follows("proposed", "in_force")));
        let withdrawn = read("in_force 2026-02-01; withdrawn 2026-03-01").unwrap();
        assert!(
            withdrawn
                .then(PowerState::InForce, day("2026-04-01"))
                .is_err()
        );
        let suspended = read("in_force 2026-02-01; suspended 2026-03-01").unwrap();
        assert!(
            suspended
                .then(PowerState::InForce, day("2026-04-01"))
                .is_ok()
        );
    }

    #[test]
    fn a_course_neither_runs_backwards_nor_begins_in_the_middle() {
        let back = read("proposed 2026-01-05; announced 2026-01-04");
        assert_eq!(back, Err(CourseError::Backwards(day("2026-01-04"))));
        assert_eq!(
            read("suspended 2026-01-05"),
            Err(CourseError::Begins("suspended"))
        );
        for text in [
            "",
            "proposed",
            "proposed 2026-02-30",
            "granted 2026-01-05",
            "proposed 2026-01-05;",
        ] {
            let unreadable = CourseError::Unreadable(text.to_owned());
            assert_eq!(read(text), Err(unreadable), "{text}");
        }
    }

    #[test]
    fn an_admission_is_reviewed_before_it_is_approved_and_a_certificate_issued_before_it_is_renewed()
     {
        let on = day("2026-01-05");
        let applied = Course::begin(AdmissionState::Applied, on).unwrap();
        assert!(applied.then(AdmissionState::Approved, on).is_err());
        assert!(Course::begin(CertificateState::Renewed, on).is_err());
    }
}
