//! The figures of the field, so defined that two independent programs agree to the last digit.
//!
//! [`contributions`] says what one case is to the figures of one period; a [`Tally`] adds
//! contributions up, in any order and in memory that does not grow with their number; a
//! [`Figure`] is one indicator of a tally. Whatever a figure counts can be asked of the same
//! contributions again ([`Contribution::stands_in`]), so that every figure opens to its cases.
//!
//! ```text
//! for each case, for each period:
//!     for each of contributions(case, period):
//!         tallies[contribution.owner(grouping)].add(contribution)
//! tally.figure(Indicator::ClosureRate)
//! ```

mod calls;
mod contribution;
mod feedback;
mod figure;
mod minutes;
mod name;
mod owner;
mod period;
mod rounds;
mod tally;
#[cfg(test)]
mod tests;
mod weights;

pub use contribution::{Answered, Contribution, Entry, Measured, Origin, contributions};
pub use figure::{Figure, Value};
pub use name::{Indicator, MilestoneName, Part, Reason};
pub use owner::{Codes, Grouping, Owner};
pub use period::{Period, PeriodLength};
pub use tally::Tally;
pub use weights::{WHOLE, Weights, WeightsError};
