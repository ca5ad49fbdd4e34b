//! The table of notices: which event tells whom what.

use super::{Mailbox, NoticeKind};
use crate::access::Post;
use crate::case::{
    AssignmentId, Case, ClockRef, Event, FeedbackId, Handover, InnerClockName, Mark, MilestoneName,
    Recorded, Rung, Unanswered,
};
use crate::clock::Timestamp;
use crate::place::DivisionLevel;
use crate::routing::UnitCode;

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

pub(super) struct Table<'a> {
    pub(super) case: &'a Case,
    pub(super) notices: Vec<Notice>,
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
            }
            | Event::HandlingEnded {
                confirm_by: Some(due),
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
            Event::Lapsed { unit, .. } => {
                self.centre(&[Post::Dispatcher, Post::DutyLeader], NoticeKind::Lapsed);
                for notice in &mut self.notices {
                    notice.unit = Some(unit.clone());
                }
            }
            Event::Escalated(handover) | Event::Delegated(handover) => self.handed_over(handover),
            Event::RulingRequested {
                centre, rule_by, ..
            } => {
                for post in [Post::Dispatcher, Post::DutyLeader] {
                    self.post(post, *centre, NoticeKind::RulingRequested, Some(*rule_by));
                }
            }
            Event::Ruled { number, .. } => self.ruled(*number),
            Event::Appealed { centre, .. } => {
                for post in [Post::Registrar, Post::DutyLeader] {
                    self.post(post, *centre, NoticeKind::Appealed, None);
                }
            }
            Event::UnreasonableRequested { centre, .. } => {
                for post in [Post::Registrar, Post::DutyLeader] {
                    self.post(post, *centre, NoticeKind::UnreasonableRequested, None);
                }
            }
            Event::FeedbackConcluded {
                feedback,
                outcome: Unanswered::Unreasonable,
                ..
            } => self.asked_for(*feedback, NoticeKind::UnreasonableAccepted),
            Event::UnreasonableRefused { feedback, .. } => {
                self.asked_for(*feedback, NoticeKind::UnreasonableRefused);
            }
            Event::AppealAccepted { .. } => self.appeal_decided(NoticeKind::AppealAccepted),
            Event::AppealRefused { .. } => self.appeal_decided(NoticeKind::AppealRefused),
            _ => {}
        }
    }

    /// The centre that receives the case is told what to do by when, the one that had it that it has not any more.
    fn handed_over(&mut self, handover: &Handover) {
        let Some(transfer) = self.case.transfers.last() else {
            return;
        };
        let post = if self.case.round().is_some() {
            Post::Dispatcher
        } else {
            Post::Registrar
        };
        if transfer.from == transfer.to {
            self.post(post, transfer.to, NoticeKind::StaysHere, None);
            return;
        }
        let due = handover.accept_by.or(handover.dispatch_by);
        self.post(post, transfer.to, NoticeKind::TakenOver, due);
        self.post(post, transfer.from, NoticeKind::PassedOn, None);
    }

    /// Who asked is answered, and whoever leads when the ruling comes; the centre has to call by it.
    fn ruled(&mut self, number: u16) {
        let case = self.case;
        let asked = case.disputes.iter().find(|d| d.number == number);
        let mut units: Vec<UnitCode> = asked.and_then(|d| d.by.unit.clone()).into_iter().collect();
        units.extend(self.leading_unit());
        units.dedup();
        for unit in units {
            self.unit(Post::UnitLeader, &unit, NoticeKind::Ruled, None);
        }
        self.centre(&[Post::Dispatcher], NoticeKind::Ruled);
    }

    /// Who wished that a resident's demand be held unreasonable.
    fn asked_for(&mut self, feedback: FeedbackId, kind: NoticeKind) {
        let case = self.case;
        let request = case.all_feedback().find(|f| f.id == feedback);
        if let Some(request) = request.and_then(|f| f.unreasonable.as_ref()) {
            self.person(&request.by, kind, None);
        }
    }

    /// The unit that appealed, and the centre that called it.
    fn appeal_decided(&mut self, kind: NoticeKind) {
        let unit = self.case.appeal.as_ref().and_then(|a| a.by.unit.clone());
        if let Some(unit) = unit {
            self.unit(Post::UnitLeader, &unit, kind, None);
        }
        self.centre(&[Post::Dispatcher], kind);
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
            // Nobody is reminded of it.
            ClockRef::Return { .. } => {}
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
            InnerClockName::Rule => {
                // The centre that rules, not the one that waits for it.
                let dispute = self.case.disputes.iter().find(|d| d.at == started_at);
                let rules = dispute.map_or(self.case.centre, |d| d.centre);
                self.post(Post::Dispatcher, rules, kind, None);
                if mark == Mark::Overdue {
                    self.post(Post::DutyLeader, rules, kind, None);
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
        // The dispatcher is the owner's; the others answer for the place, also where a centre above has the case.
        let ground = case.ground();
        let town = ground.at(DivisionLevel::Town).unwrap_or(ground);
        let kind = NoticeKind::WhistleToApprove;
        for post in approvers.iter().filter_map(|name| name.parse().ok()) {
            match (post, case.place.village) {
                (Post::Dispatcher, _) => self.post(post, case.centre, kind, approve_by),
                (Post::VillageLeader, Some(village)) => self.post(post, village, kind, approve_by),
                (Post::GridWorker | Post::GridLeader, _) => {
                    self.of_the_grid(&[post], kind, approve_by);
                }
                _ => self.post(post, town, kind, approve_by),
            }
        }
    }
}

/// Whether the case ends in the same breath: then its end is told, and not that of each whistle.
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
