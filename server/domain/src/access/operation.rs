//! Operations beside the life of a case, and the posts they are open to.

use super::actor::{Actor, Post};
use crate::clock::Timestamp;
use crate::names::names;

names! {
    /// What can be asked of the system beside acting on a case.
    pub enum Operation {
        /// Divisions, grids, matters, units, whistle kinds, locating.
        ReadReference => "read_reference",
        /// Lists and pages of cases, whistles and assignments.
        ReadCases => "read_cases",
        /// The feed of events.
        ReadFeed => "read_feed",
        /// The figures and the cases behind them.
        ReadFigures => "read_figures",
        /// Upload of a photograph.
        Attach => "attach",
        /// A resident's name and telephone in clear, with a purpose, recorded.
        Unmask => "unmask",
        /// Boundaries of grids.
        ChangeBoundaries => "change_boundaries",
        /// Accounts and posts.
        ManageAccounts => "manage_accounts",
    }
}

/// Whether somebody with the posts held at that moment may use the operation.
///
/// The scope is judged by the object (`access::sees`); here only the kind of post counts.
pub fn may_use(actor: &Actor, operation: Operation, now: Timestamp) -> bool {
    let any_post = || actor.posts(now).next().is_some();
    match operation {
        Operation::ReadReference => any_post(),
        Operation::ReadCases | Operation::ReadFeed => {
            actor.posts(now).any(|a| a.post != Post::Admin)
        }
        // Workers and applications see no rates (what each wants first on his screen).
        Operation::ReadFigures => actor.posts(now).any(|a| {
            !matches!(
                a.post,
                Post::Admin | Post::App | Post::GridWorker | Post::Clerk | Post::Caller
            )
        }),
        Operation::Attach => actor
            .posts(now)
            .any(|a| !matches!(a.post, Post::Supervisor | Post::Auditor | Post::Admin)),
        Operation::Unmask => actor.holds(
            &[
                Post::GridWorker,
                Post::Clerk,
                Post::Registrar,
                Post::Dispatcher,
                Post::Caller,
                Post::UnitOfficer,
                Post::UnitLeader,
            ],
            now,
        ),
        Operation::ChangeBoundaries | Operation::ManageAccounts => actor.holds(&[Post::Admin], now),
    }
}
