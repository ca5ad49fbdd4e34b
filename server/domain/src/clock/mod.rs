//! Time as the field counts it: instants, working days with make-up Saturdays and Sundays, opening
//! hours by season and place, limits in seven units, pauses, and the deadline that follows from them.
//!
//! A clock is a list of facts ([`ClockFacts`]); its deadline is never stored but derived from them by
//! [`WorkingTime`], so that an amended calendar moves every open deadline by itself.

mod account;
mod calendar;
mod date;
mod deadline;
mod facts;
mod hours;
mod hours_table;
mod limit;
mod local;
mod question;
mod share;
mod timestamp;

#[cfg(test)]
mod tests;

pub use account::{Account, AccountDay, DayCount, DayNature};
pub use calendar::{Calendar, CalendarError, DayKind};
pub use date::{Date, DateError};
pub use deadline::{Deadline, WorkingTime};
pub use facts::{ClockFacts, Pause};
pub use hours::{Hours, HoursError};
pub use hours_table::{HoursTable, Season, Spell};
pub use limit::{Limit, LimitError, TimeUnit, WorkingDayRule};
pub use local::{HoursUse, LocalFault, LocalRule, LocalTime, LocalWrong, WorkingTimes};
pub use question::{MOST_PAUSES, Question, QuestionFault, QuestionPart, QuestionWrong};
pub use timestamp::{Timestamp, TimestampError};
