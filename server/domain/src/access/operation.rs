//! Operations beside the life of a case, and the posts they are open to.

use super::actor::{Actor, Grant, Post};
use crate::clock::Timestamp;
use crate::names::names;

names! {
    /// What can be asked of the system beside acting on a case.
    pub enum Operation {
        /// Divisions, grids, matters, units, whistle kinds, locating.
        ReadReference => "read_reference",
        /// Whole lists and registers with every version, and who changed them.
        ReadLists => "read_lists",
        /// Powers, certificates and admissions: to grant, issue, decide, suspend, withdraw.
        KeepRegisters => "keep_registers",
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
        /// Who looked at residents' data in clear, and what for.
        ReadUnmaskings => "read_unmaskings",
        /// Keys of third-party applications.
        ManageKeys => "manage_keys",
        /// Boundaries of grids.
        ChangeBoundaries => "change_boundaries",
        /// Divisions: names, mergers, transfers, codes.
        ChangeDivisions => "change_divisions",
        /// What a division sets for itself: kinds of whistles, limits, hours.
        Configure => "configure",
        /// Who is on duty, rosters, handovers.
        ReadRoster => "read_roster",
        /// Enter and change shifts.
        ManageRoster => "manage_roster",
        /// Sign a handover.
        HandOver => "hand_over",
        /// Notices in the caller's own boxes.
        ReadNotices => "read_notices",
        /// Rulings that became rules.
        ChangeRulings => "change_rulings",
        /// Accounts and posts.
        ManageAccounts => "manage_accounts",
    }
}

impl Operation {
    /// Who speaks for a command centre where units or centres disagree.
    pub const RULES: &'static [Post] = &[Post::Dispatcher, Post::DutyLeader];
}

/// Whether somebody with the posts held at that moment may use the operation.
///
/// The scope is judged by the object (`access::sees`); here only the kind of post counts, and of an application what
/// its key grants.
pub fn may_use(actor: &Actor, operation: Operation, now: Timestamp) -> bool {
    let granted = |post: Post, grant: Grant| post != Post::App || actor.is_granted(grant);
    match operation {
        Operation::ReadReference => actor.posts(now).next().is_some(),
        Operation::ReadLists => actor.posts(now).any(|a| a.post != Post::App),
        Operation::KeepRegisters => {
            actor.holds(&[Post::Admin, Post::DutyLeader, Post::UnitLeader], now)
        }
        Operation::ReadCases => actor
            .posts(now)
            .any(|a| a.post != Post::Admin && granted(a.post, Grant::CasesRead)),
        Operation::ReadFeed => actor
            .posts(now)
            .any(|a| a.post != Post::Admin && granted(a.post, Grant::EventsRead)),
        // Workers see no rates (what each wants first on his screen).
        Operation::ReadFigures => actor.posts(now).any(|a| {
            !matches!(
                a.post,
                Post::Admin | Post::GridWorker | Post::Clerk | Post::Caller
            ) && granted(a.post, Grant::FiguresRead)
        }),
        Operation::Attach => actor.posts(now).any(|a| {
            !matches!(a.post, Post::Supervisor | Post::Auditor | Post::Admin)
                && granted(a.post, Grant::CasesFile)
        }),
        Operation::Unmask => actor.posts(now).any(|a| match a.post {
            Post::App => actor.is_granted(Grant::PersonalRead),
            post => matches!(
                post,
                Post::GridWorker
                    | Post::GridLeader
                    | Post::Clerk
                    | Post::Registrar
                    | Post::Dispatcher
                    | Post::Caller
                    | Post::UnitOfficer
                    | Post::UnitLeader
            ),
        }),
        // An application has no telephone to call.
        Operation::ReadRoster => actor.posts(now).any(|a| a.post != Post::App),
        Operation::ManageRoster => actor.holds(
            &[
                Post::DutyLeader,
                Post::TownHead,
                Post::UnitLeader,
                Post::Admin,
            ],
            now,
        ),
        Operation::HandOver => actor.holds(
            &[
                Post::Clerk,
                Post::Registrar,
                Post::Dispatcher,
                Post::DutyOfficer,
                Post::DutyLeader,
                Post::UnitOfficer,
                Post::UnitLeader,
                Post::TownHead,
            ],
            now,
        ),
        // Applications follow the feed.
        Operation::ReadNotices => actor
            .posts(now)
            .any(|a| !matches!(a.post, Post::App | Post::Admin)),
        Operation::ChangeRulings => actor.holds(Operation::RULES, now),
        Operation::ReadUnmaskings => actor.holds(&[Post::Auditor], now),
        Operation::ChangeBoundaries
        | Operation::ChangeDivisions
        | Operation::Configure
        | Operation::ManageAccounts
        | Operation::ManageKeys => actor.holds(&[Post::Admin], now),
    }
}
