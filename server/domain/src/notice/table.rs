//! The table of notices: which event tells whom what.

use super::{Mailbox, NoticeKind};
use crate::access::{ActorRef, Post};
use crate::case::{
    Assignment, AssignmentId, Case, ClockRef, Event, InnerClockName, Mark, MilestoneName,
    NewAssignment, Recorded, Rung,
};
use crate::clock::Timestamp;
use crate::place::{DivisionCode, DivisionLevel};
use crate::routing::{Role, UnitCode};

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub to: Mailbox,
    pub kind: NoticeKind,
    /// The called unit that it is about.
    pub unit: Option<UnitCode>,
    /// The clock that it is about: `handling`, the name of a milestone, or of a clock of the centre.
    pub clock: Option<&'static str>,
    /// By when something is, or was, to be done.
    pub due: Option<Timestamp>,
}

/// Who is told what by something that has happened: `case` as it stands after it, `later` what happens to the case in
/// the same breath after it.
///
/// Of reminders of one clock that come together after a standstill, the last alone is told.
pub fn notices_of(recorded: &Recorded, case: &Case, later: &[Recorded]) -> Vec<Notice> {
    let mut table = Table {
        case,
        notices: Vec::new(),
    };
    table.event(recorded, later);
    table.notices
}

struct Table<'a> {
    case: &'a Case,
    notices: Vec<Notice>,
}

impl Table<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event, each a line or two: the table of notices"
    )]
    fn event(&mut self, recorded: &Recorded, later: &[Recorded]) {
        let case = self.case;
        match &recorded.event {
            Event::Reminded {
                clock,
                mark,
                due_at,
            } => {
                let surpassed = later
                    .iter()
                    .any(|l| matches!(&l.event, Event::Reminded { clock: c, .. } if c == clock));
                if !surpassed {
                    self.reminded(*clock, *mark, *due_at);
                }
            }
            Event::LeftUnsigned { assignment, rung } => self.left_unsigned(*assignment, *rung),
            Event::Resumed { .. } => {
                self.lead(NoticeKind::Resumed);
                self.centre(&[Post::Dispatcher], NoticeKind::Resumed);
            }
            Event::Supervised {
                division,
                answer_by,
                ..
            } => {
                let due = Some(*answer_by);
                self.lead_leader(NoticeKind::Supervised, due);
                self.post(Post::Dispatcher, case.centre, NoticeKind::Supervised, due);
                if *division != case.centre && recorded.actor.post == Post::System {
                    self.post(Post::Dispatcher, *division, NoticeKind::Supervised, due);
                }
            }
            Event::SupervisionAnswered { number, .. } => {
                let answered = case.supervisions.iter().find(|s| s.number == *number);
                if let Some(supervision) = answered {
                    let kind = NoticeKind::SupervisionAnswered;
                    if supervision.by.person.is_some() {
                        self.person(&supervision.by, kind, None);
                    } else {
                        self.post(Post::Dispatcher, supervision.division, kind, None);
                    }
                }
            }
            Event::Registered {
                confirm_condition_by: Some(due),
                ..
            } => self.post(
                Post::Registrar,
                case.centre,
                NoticeKind::ConditionToConfirm,
                Some(*due),
            ),
            Event::WhistleRequested {
                terms, approve_by, ..
            } => {
                let approvers = terms.as_ref().map_or(&[][..], |kind| &kind.approved_by);
                self.whistle_requested(approvers, *approve_by);
            }
            Event::CountyCalled { division, .. } => {
                for post in [Post::Dispatcher, Post::DutyLeader] {
                    self.post(post, *division, NoticeKind::CountyMayAct, None);
                }
            }
            Event::WhistleApproved { whistle } => {
                let issued = later.iter().any(
                    |l| matches!(&l.event, Event::WhistleIssued { whistle: w, .. } if w == whistle),
                );
                if !issued {
                    self.centre(&[Post::Dispatcher], NoticeKind::WhistleToIssue);
                }
            }
            Event::WhistleRefused { whistle, .. } => {
                self.blower(*whistle, NoticeKind::WhistleRefused);
            }
            Event::WhistleWithdrawn { whistle, .. } if !ends(later) => {
                self.blower(*whistle, NoticeKind::WhistleWithdrawn);
            }
            Event::WhistleIssued {
                whistle,
                assignments,
                ..
            } => {
                self.called(assignments, NoticeKind::Called);
                self.blower(*whistle, NoticeKind::WhistleIssued);
                if recorded.actor.post == Post::System {
                    let posts = [Post::Dispatcher, Post::DutyLeader];
                    self.centre(&posts, NoticeKind::Emergency);
                }
            }
            Event::Dispatched { assignments, .. } => {
                self.called(assignments, NoticeKind::Dispatched);
            }
            Event::UnitAdded { assignment, .. } => {
                self.called(std::slice::from_ref(assignment), NoticeKind::Called);
            }
            Event::ReportedDone { assignment, .. } => {
                self.leader_of(*assignment, NoticeKind::ReportedDone);
            }
            Event::PushedBack { assignment, .. } => {
                self.officers_of(*assignment, NoticeKind::PushedBack);
            }
            Event::ReplyDrafted { .. } => self.lead_leader(NoticeKind::ReplyToConsent, None),
            Event::Finished {
                confirm_by: Some(due),
                ..
            } => {
                for whistle in case.issued_whistles() {
                    self.person(&whistle.blown_by, NoticeKind::AskedToConfirm, Some(*due));
                }
            }
            Event::ReturnRequested { decide_by, .. } => {
                self.decide(NoticeKind::ReturnRequested, *decide_by);
            }
            Event::ReturnAccepted { assignment, .. } => {
                self.leader_of(*assignment, NoticeKind::ReturnAccepted);
            }
            Event::ReturnRefused { assignment, .. } => {
                self.leader_of(*assignment, NoticeKind::ReturnRefused);
            }
            Event::Excused { assignment, .. } | Event::Revoked { assignment, .. } => {
                // Called anew by the whistle that replaces the order, the unit is told of that.
                let unit = case.assignment(*assignment).map(|a| &a.unit);
                let anew = later.iter().any(|l| {
                    matches!(&l.event, Event::WhistleIssued { assignments, .. }
                        if assignments.iter().any(|a| Some(&a.unit) == unit))
                });
                if !anew && !ends(later) {
                    self.leader_of(*assignment, NoticeKind::Released);
                    self.officers_of(*assignment, NoticeKind::Released);
                }
            }
            Event::Vetoed { assignments, .. } => {
                self.again(assignments);
                self.centre(&[Post::Dispatcher], NoticeKind::Vetoed);
            }
            Event::Verified {
                passed: false,
                assignments,
                ..
            } => {
                self.again(assignments);
                self.centre(&[Post::Dispatcher], NoticeKind::VerificationFailed);
            }
            Event::VerificationRequested { verify_by } => {
                self.look(NoticeKind::AskedToVerify, *verify_by);
            }
            Event::ConfirmationRequested { confirm_by, .. } => {
                self.look(NoticeKind::AskedToLook, *confirm_by);
            }
            Event::Confirmed { accept_by, .. } => self.post(
                Post::Registrar,
                case.centre,
                NoticeKind::Looked,
                Some(*accept_by),
            ),
            Event::ExtensionRequested { decide_by, .. } => {
                self.decide(NoticeKind::ExtensionRequested, *decide_by);
            }
            Event::ExtensionGranted { .. } => self.lead(NoticeKind::ExtensionGranted),
            Event::ExtensionRefused { .. } => self.lead(NoticeKind::ExtensionRefused),
            Event::SuspensionRequested { decide_by, .. } => {
                self.decide(NoticeKind::SuspensionRequested, *decide_by);
            }
            Event::SuspensionGranted { .. } => self.lead(NoticeKind::SuspensionGranted),
            Event::SuspensionRefused { .. } => self.lead(NoticeKind::SuspensionRefused),
            Event::Scored { assignment, .. } => self.leader_of(*assignment, NoticeKind::Scored),
            Event::ReopeningRequested { .. } => {
                self.centre(&[Post::Registrar], NoticeKind::ReopeningRequested);
            }
            Event::ReopeningRefused { .. } => {
                if let Some(request) = &case.reopening {
                    self.person(&request.by, NoticeKind::ReopeningRefused, None);
                }
            }
            Event::Reopened { .. } | Event::ReopenedToAccepted { .. } => {
                self.reporters(NoticeKind::Reopened);
            }
            Event::Closed { .. } | Event::TargetEnded { .. } => {
                self.reporters(NoticeKind::Closed);
            }
            Event::Declined { .. } => self.reporters(NoticeKind::Declined),
            Event::RegistrationRefused { .. } => self.reporters(NoticeKind::NotRegistered),
            Event::Voided { .. } => {
                self.reporters(NoticeKind::Voided);
                self.units_at_the_end(recorded);
            }
            Event::Merged { .. } => self.reporters(NoticeKind::Merged),
            _ => {}
        }
    }

    /// A clock came to a mark: who is to act is told before the end, who looks after him as well when it has passed.
    fn reminded(&mut self, clock: ClockRef, mark: Mark, due: Timestamp) {
        let kind = match mark {
            Mark::Warning => NoticeKind::Warning,
            Mark::DueSoon => NoticeKind::DueSoon,
            Mark::Overdue => NoticeKind::Overdue,
        };
        let first = self.notices.len();
        let mut name = "handling";
        match clock {
            ClockRef::Handling { .. } => {
                self.lead(kind);
                if mark == Mark::Overdue {
                    self.centre(&[Post::Dispatcher, Post::DutyLeader], kind);
                }
            }
            ClockRef::Milestone {
                assignment,
                name: milestone,
            } => {
                name = milestone.as_str();
                self.leader_of(assignment, kind);
                self.officers_of(assignment, kind);
                if mark == Mark::Overdue && milestone != MilestoneName::Sign {
                    self.blower_of(assignment, kind);
                    self.centre(&[Post::Dispatcher], kind);
                }
            }
            ClockRef::Inner {
                name: inner,
                started_at,
            } => {
                name = inner.as_str();
                self.inner(inner, started_at, mark, kind);
            }
        }
        for notice in self.notices.iter_mut().skip(first) {
            notice.clock = Some(name);
            notice.due = Some(due);
        }
    }

    fn inner(&mut self, name: InnerClockName, started_at: Timestamp, mark: Mark, kind: NoticeKind) {
        match name {
            InnerClockName::Accept | InnerClockName::ConfirmCondition => {
                self.centre(&[Post::Registrar], kind);
            }
            InnerClockName::ConfirmSolved => {
                for whistle in self.case.issued_whistles() {
                    self.person(&whistle.blown_by, kind, None);
                }
            }
            InnerClockName::Verify | InnerClockName::Confirm => {
                self.grid(kind, None);
                if mark == Mark::Overdue {
                    self.centre(&[Post::Registrar], kind);
                }
            }
            InnerClockName::AnswerSupervision => {
                self.lead_leader(kind, None);
                self.centre(&[Post::Dispatcher], kind);
                let asked = self.case.supervisions.iter().find(|s| s.at == started_at);
                if let Some(above) = asked.map(|s| s.division)
                    && mark == Mark::Overdue
                    && above != self.case.centre
                {
                    self.post(Post::Dispatcher, above, kind, None);
                }
                return;
            }
            _ => self.centre(&[Post::Dispatcher], kind),
        }
        if mark == Mark::Overdue {
            self.centre(&[Post::DutyLeader], kind);
        }
    }

    fn left_unsigned(&mut self, assignment: AssignmentId, rung: Rung) {
        let first = self.notices.len();
        match rung {
            Rung::UnitLeader => self.leader_of(assignment, NoticeKind::Unsigned),
            Rung::DutyLeader => self.centre(&[Post::DutyLeader], NoticeKind::Unsigned),
            Rung::County => {
                let county = self.case.centre.at(DivisionLevel::County);
                let county = county.unwrap_or(self.case.centre);
                for post in [Post::Dispatcher, Post::DutyLeader] {
                    self.post(post, county, NoticeKind::CountyMayAct, None);
                }
            }
        }
        let unit = self.case.assignment(assignment).map(|a| a.unit.clone());
        for notice in self.notices.iter_mut().skip(first) {
            notice.unit.clone_from(&unit);
        }
    }

    /// Those who may approve, in the boxes in which they may be found; else the dispatcher, who issues.
    fn whistle_requested(&mut self, approvers: &[String], approve_by: Option<Timestamp>) {
        let case = self.case;
        if approve_by.is_none() {
            self.centre(&[Post::Dispatcher], NoticeKind::WhistleToIssue);
            return;
        }
        for post in approvers.iter().filter_map(|name| name.parse().ok()) {
            let at = match (post, case.place.village) {
                (Post::VillageLeader, Some(village)) => village,
                _ => case.centre,
            };
            self.post(post, at, NoticeKind::WhistleToApprove, approve_by);
        }
    }

    fn called(&mut self, assignments: &[NewAssignment], kind: NoticeKind) {
        for called in assignments {
            let due = called.check_in_by.or(Some(called.sign_by));
            for post in [Post::UnitLeader, Post::UnitOfficer] {
                self.unit(post, &called.unit, kind, due);
            }
        }
    }

    fn again(&mut self, assignments: &[AssignmentId]) {
        for id in assignments {
            self.leader_of(*id, NoticeKind::ComeAgain);
            self.officers_of(*id, NoticeKind::ComeAgain);
        }
    }

    /// Those who look at the spot: of the grid, else the registrar sees to it.
    fn look(&mut self, kind: NoticeKind, due: Timestamp) {
        if self.case.place.grid.is_some() {
            self.grid(kind, Some(due));
        } else {
            self.post(Post::Registrar, self.case.centre, kind, Some(due));
        }
    }

    fn decide(&mut self, kind: NoticeKind, due: Timestamp) {
        self.post(Post::Dispatcher, self.case.centre, kind, Some(due));
    }

    /// Those who filed it and those who blew.
    fn reporters(&mut self, kind: NoticeKind) {
        let case = self.case;
        self.person(&case.filed_by, kind, None);
        for whistle in case.issued_whistles() {
            if whistle.blown_by.person != case.filed_by.person {
                self.person(&whistle.blown_by, kind, None);
            }
        }
    }

    /// The units that were called off with the case.
    fn units_at_the_end(&mut self, recorded: &Recorded) {
        let case = self.case;
        let off = |a: &&Assignment| {
            a.let_go
                .as_ref()
                .is_some_and(|l| l.at == recorded.recorded_at)
        };
        let ids: Vec<AssignmentId> = case.assignments.iter().filter(off).map(|a| a.id).collect();
        for id in ids {
            self.leader_of(id, NoticeKind::Voided);
        }
    }

    fn lead(&mut self, kind: NoticeKind) {
        self.lead_leader(kind, None);
        if let Some(unit) = self.leading_unit() {
            self.unit(Post::UnitOfficer, &unit, kind, None);
        }
    }

    fn lead_leader(&mut self, kind: NoticeKind, due: Option<Timestamp>) {
        if let Some(unit) = self.leading_unit() {
            self.unit(Post::UnitLeader, &unit, kind, due);
        }
    }

    fn leading_unit(&self) -> Option<UnitCode> {
        let leads = self.case.current_assignments();
        let lead = leads.filter(|a| a.role == Role::Lead && !a.stage.is_let_go());
        lead.last().map(|a| a.unit.clone())
    }

    fn leader_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
        self.of_the_unit(Post::UnitLeader, assignment, kind);
    }

    fn officers_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
        self.of_the_unit(Post::UnitOfficer, assignment, kind);
    }

    fn of_the_unit(&mut self, post: Post, assignment: AssignmentId, kind: NoticeKind) {
        if let Some(a) = self.case.assignment(assignment) {
            self.unit(post, &a.unit, kind, None);
        }
    }

    fn blower_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
        let unit = self.case.assignment(assignment).map(|a| a.unit.clone());
        let whistle = self.case.assignment(assignment).and_then(|a| a.whistle);
        if let Some(whistle) = whistle {
            let first = self.notices.len();
            self.blower(whistle, kind);
            for notice in self.notices.iter_mut().skip(first) {
                notice.unit.clone_from(&unit);
            }
        }
    }

    fn blower(&mut self, whistle: crate::case::WhistleId, kind: NoticeKind) {
        if let Some(whistle) = self.case.whistle(whistle) {
            self.person(&whistle.blown_by, kind, None);
        }
    }

    fn centre(&mut self, posts: &[Post], kind: NoticeKind) {
        for post in posts {
            self.post(*post, self.case.centre, kind, None);
        }
    }

    /// Worker and leader of the grid; a leader may be one of the village.
    fn grid(&mut self, kind: NoticeKind, due: Option<Timestamp>) {
        if let Some(grid) = self.case.place.grid {
            for post in [Post::GridWorker, Post::GridLeader] {
                self.put(Mailbox::Grid(post, grid), kind, None, due);
            }
            let of_the_village = Mailbox::Division(Post::GridLeader, grid.village());
            self.put(of_the_village, kind, None, due);
        }
    }

    fn post(&mut self, post: Post, at: DivisionCode, kind: NoticeKind, due: Option<Timestamp>) {
        self.put(Mailbox::Division(post, at), kind, None, due);
    }

    fn unit(&mut self, post: Post, unit: &UnitCode, kind: NoticeKind, due: Option<Timestamp>) {
        let to = Mailbox::Unit(post, unit.clone());
        self.put(to, kind, Some(unit.clone()), due);
    }

    fn person(&mut self, who: &ActorRef, kind: NoticeKind, due: Option<Timestamp>) {
        if let Some(person) = who.person {
            self.put(Mailbox::Person(person), kind, None, due);
        }
    }

    fn put(
        &mut self,
        to: Mailbox,
        kind: NoticeKind,
        unit: Option<UnitCode>,
        due: Option<Timestamp>,
    ) {
        self.notices.push(Notice {
            to,
            kind,
            unit,
            clock: None,
            due,
        });
    }
}

/// Whether the case ends in the same breath: its end tells the units.
fn ends(later: &[Recorded]) -> bool {
    later.iter().any(|l| {
        matches!(
            l.event,
            Event::Voided { .. }
                | Event::Closed { .. }
                | Event::Declined { .. }
                | Event::RegistrationRefused { .. }
                | Event::Merged { .. }
        )
    })
}
