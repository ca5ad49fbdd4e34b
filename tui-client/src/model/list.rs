//! Lists: rows that open a case, sections of the first screen, queues.

use serde::Serialize;

use super::Time;

/// A line that opens a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    pub case_id: String,
    pub number: String,
    /// The matter or the beginning of the text; for a whistle its kind and the matter.
    pub title: String,
    pub place: String,
    /// `stage`, `whistle-stage` or `assignment-stage`: which words `stage` belongs to.
    #[serde(skip)]
    pub family: &'static str,
    pub stage: String,
    /// What is due, such as `sign`, and when.
    pub due: Option<String>,
    pub deadline: Option<Time>,
    /// When it came.
    pub at: Option<Time>,
    pub emergency: bool,
    /// Unit, reason or anything else worth a few words.
    pub note: String,
    /// The assignment or whistle meant, where the list is of these.
    pub part: Option<String>,
    /// Of a whistle that was issued: how far the called units are.
    pub progress: Option<Progress>,
    /// Of a notice that was not read: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<i64>,
    /// Of an own whistle: the units that are waited for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<String>,
}

/// How far the units are that a whistle called, without those that were let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub called: usize,
    pub signed: usize,
    pub arrived: usize,
}

impl Row {
    pub fn is_late(&self, now: Time) -> bool {
        self.deadline.is_some_and(|d| d < now)
    }
}

/// Sorts by what is due first; what is due never comes last, the newest of it first.
pub fn by_time_left(rows: &mut [Row]) {
    rows.sort_by(|a, b| match (a.deadline, b.deadline) {
        (Some(x), Some(y)) => x.cmp(&y),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => b.at.cmp(&a.at),
    });
}

/// The parts of the first screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Begun here and not sent.
    Drafts,
    /// Emergency whistles that nobody has answered yet.
    Emergencies,
    /// Blown by me and still open: who has signed and who has come.
    MyWhistles,
    /// 核实, 核查, 确认, 返工.
    MyTasks,
    MyReports,
    ToApprove,
    ToAccept,
    ToRegister,
    ToDispatch,
    ReturnRequests,
    /// 延期、挂账.
    Respites,
    /// A unit leads by a power or certificates that have lapsed since.
    Lapsed,
    /// 督办回复.
    Supervisions,
    ToVerify,
    ToClose,
    Reopenings,
    /// 裁定, for the centres below.
    Rulings,
    /// 超时申诉, for the centres below.
    Appeals,
    /// 回访: residents who were not asked yet.
    FollowUps,
    /// 不合理诉求, for the centres below.
    Unreasonable,
    ToSign,
    ToArrive,
    Handling,
    Reworked,
    Unanswered,
    Overdue,
    Dissatisfied,
}

impl Section {
    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Drafts => "section-drafts",
            Self::Emergencies => "section-emergencies",
            Self::MyWhistles => "section-my-whistles",
            Self::MyTasks => "section-my-tasks",
            Self::MyReports => "section-my-reports",
            Self::ToApprove => "section-to-approve",
            Self::ToAccept => "section-to-accept",
            Self::ToRegister => "section-to-register",
            Self::ToDispatch => "section-to-dispatch",
            Self::ReturnRequests => "section-return-requests",
            Self::Respites => "section-respites",
            Self::Lapsed => "section-lapsed",
            Self::Supervisions => "section-supervisions",
            Self::Reopenings => "section-reopenings",
            Self::Rulings => "section-rulings",
            Self::Appeals => "section-appeals",
            Self::FollowUps => "section-follow-ups",
            Self::Unreasonable => "section-unreasonable",
            Self::ToVerify => "section-to-verify",
            Self::ToClose => "section-to-close",
            Self::ToSign => "section-to-sign",
            Self::ToArrive => "section-to-arrive",
            Self::Handling => "section-handling",
            Self::Reworked => "section-reworked",
            Self::Unanswered => "section-unanswered",
            Self::Overdue => "section-overdue",
            Self::Dissatisfied => "section-dissatisfied",
        }
    }

    /// The action that a queue waits for, where it is one alone.
    pub const fn action(self) -> Option<&'static str> {
        match self {
            Self::ToApprove => Some("approve_whistle"),
            Self::ToAccept => Some("accept"),
            Self::ToRegister => Some("register"),
            Self::ToDispatch => Some("dispatch"),
            Self::ReturnRequests => Some("decide_return"),
            Self::Respites => Some("decide_extension"),
            Self::Supervisions => Some("answer_supervision"),
            Self::ToVerify => Some("verify"),
            Self::ToClose => Some("close"),
            Self::Reopenings => Some("reopen"),
            Self::Rulings => Some("rule"),
            Self::Appeals => Some("decide_appeal"),
            Self::FollowUps => Some("follow_up"),
            Self::Unreasonable => Some("decide_unreasonable"),
            _ => None,
        }
    }

    /// What is done with its cases, the likeliest first.
    pub const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::ToApprove => &["approve_whistle", "issue_whistle"],
            Self::ToAccept => &["accept"],
            Self::ToRegister => &["register", "confirm_condition"],
            Self::ToDispatch => &["issue_whistle", "dispatch"],
            Self::ReturnRequests => &["decide_return"],
            Self::Respites => &["decide_extension", "decide_suspension"],
            Self::Supervisions => &["answer_supervision"],
            Self::ToVerify => &["verify", "confirm_solved", "request_verification"],
            Self::ToClose => &["close"],
            Self::Reopenings => &["reopen"],
            Self::Rulings => &["rule"],
            Self::Appeals => &["decide_appeal"],
            Self::FollowUps => &["follow_up"],
            Self::Unreasonable => &["decide_unreasonable"],
            Self::ToSign => &["sign"],
            Self::ToArrive => &["check_in", "contact_blower"],
            Self::Handling | Self::Reworked => &["finish", "report_done"],
            Self::MyTasks => &["confirm", "verify", "confirm_solved"],
            _ => &[],
        }
    }

    /// The queue of the centre's work list that it shows, as the server names it, and the clocks that run for it.
    pub const fn queue(self) -> Option<(&'static str, &'static [&'static str])> {
        Some(match self {
            Self::ToApprove => ("approve_whistle", &["approve"]),
            Self::ToAccept => ("accept", &["accept", "confirm"]),
            Self::ToRegister => ("register", &["confirm_condition"]),
            Self::ToDispatch => ("dispatch", &["dispatch"]),
            Self::ReturnRequests => ("return", &["decide_return"]),
            Self::Respites => ("respite", &["decide_extension", "decide_suspension"]),
            Self::Supervisions => ("answer_supervision", &["answer_supervision"]),
            Self::Lapsed => ("lapsed", &[]),
            Self::ToVerify => ("verify", &["verify", "confirm_solved"]),
            Self::ToClose => ("close", &[]),
            Self::Reopenings => ("reopening", &[]),
            Self::Rulings => ("rule", &["rule"]),
            Self::Appeals => ("appeal", &[]),
            Self::FollowUps => ("follow_up", &[]),
            Self::Unreasonable => ("unreasonable", &[]),
            _ => return None,
        })
    }

    /// The sections of a desk, the most urgent first.
    pub const fn of(desk: super::session::Desk) -> &'static [Self] {
        use super::session::Desk;
        match desk {
            Desk::Worker => &[
                Self::Emergencies,
                Self::MyWhistles,
                Self::MyTasks,
                Self::Drafts,
                Self::MyReports,
            ],
            Desk::Centre => &[
                Self::Emergencies,
                Self::ToApprove,
                Self::ToAccept,
                Self::ToRegister,
                Self::ToDispatch,
                Self::ReturnRequests,
                Self::Respites,
                Self::ToVerify,
                Self::ToClose,
                Self::Lapsed,
                Self::Supervisions,
                Self::Reopenings,
                Self::Rulings,
                Self::Appeals,
                Self::FollowUps,
                Self::Unreasonable,
                Self::Drafts,
            ],
            Desk::Unit => &[
                Self::ToSign,
                Self::ToArrive,
                Self::Handling,
                Self::Reworked,
                Self::Drafts,
            ],
            Desk::Supervisor => &[Self::Unanswered, Self::Overdue, Self::Dissatisfied],
            Desk::Keeper => &[],
        }
    }
}

/// What a section holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pile {
    pub rows: Vec<Row>,
    /// More than the rows, where the server counted.
    pub total: usize,
    pub overdue: usize,
    /// There are more than were counted.
    pub more: bool,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    Cases,
    MyReports,
    Tasks,
    Whistles,
    /// Whistles that wait for one's own approval.
    ToApprove,
    /// Who looked at residents' data in clear.
    Unmaskings,
    /// What one is told.
    Notices,
}

impl Shelf {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cases => "shelf-cases",
            Self::MyReports => "shelf-my-reports",
            Self::Tasks => "shelf-tasks",
            Self::Whistles => "shelf-whistles",
            Self::ToApprove => "shelf-to-approve",
            Self::Unmaskings => "shelf-unmaskings",
            Self::Notices => "shelf-notices",
        }
    }

    /// The names by which its stages can be filtered; none where there is nothing to filter by.
    pub const fn stages(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Cases | Self::MyReports => ("stage", super::names::STAGES),
            Self::Tasks => ("assignment-stage", super::names::ASSIGNMENT_STAGES),
            Self::Whistles => ("whistle-stage", super::names::WHISTLE_STAGES),
            Self::ToApprove => ("whistle-stage", &[]),
            Self::Unmaskings => ("purpose", &[]),
            Self::Notices => ("told", &[]),
        }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Query {
    pub shelf: Shelf,
    pub stage: Option<String>,
    pub overdue: bool,
    /// Of whistles: only the own ones.
    pub mine: bool,
    /// Of cases: only those of this division, 12 digits, or grid, 15.
    pub division: Option<String>,
}

impl Query {
    pub const fn of(shelf: Shelf) -> Self {
        Self {
            shelf,
            stage: None,
            overdue: false,
            mine: false,
            division: None,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Page {
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_first_stands_first() {
        let due = |number: &str, deadline: Option<&str>| Row {
            number: number.into(),
            deadline: deadline.map(|t| t.parse().unwrap()),
            ..Row::default()
        };
        let mut rows = [
            due("never", None),
            due("late", Some("2026-11-23T10:00:00+08:00")),
            due("soon", Some("2026-11-23T12:00:00+08:00")),
            due("latest", Some("2026-11-22T12:00:00+08:00")),
        ];
        by_time_left(&mut rows);
        let order: Vec<_> = rows.iter().map(|r| r.number.as_str()).collect();
        assert_eq!(order, ["latest", "late", "soon", "never"]);
    }
}
