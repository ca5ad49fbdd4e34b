//! Into whose boxes a notice goes: those of a unit, a centre, a grid, of who filed and who blew.

use super::table::{Notice, Table};
use super::{Mailbox, NoticeKind};
use crate::access::{ActorRef, Post};
use crate::case::{Assignment, AssignmentId, NewAssignment, Recorded, WhistleId, WhistleStage};
use crate::clock::Timestamp;
use crate::place::DivisionCode;
use crate::routing::{Role, UnitCode};

impl Table<'_> {
    pub(super) fn called(&mut self, assignments: &[NewAssignment], kind: NoticeKind) {
        for called in assignments {
            let due = called.check_in_by.or(Some(called.sign_by));
            for post in [Post::UnitLeader, Post::UnitOfficer] {
                self.unit(post, &called.unit, kind, due);
            }
        }
    }

    pub(super) fn again(&mut self, assignments: &[AssignmentId]) {
        for id in assignments {
            self.leader_of(*id, NoticeKind::ComeAgain);
            self.officers_of(*id, NoticeKind::ComeAgain);
        }
    }

    /// Those who look at the spot: of the grid, else the registrar sees to it.
    pub(super) fn look(&mut self, kind: NoticeKind, due: Timestamp) {
        if self.case.place.grid.is_some() {
            self.grid(kind, Some(due));
        } else {
            self.post(Post::Registrar, self.case.centre, kind, Some(due));
        }
    }

    pub(super) fn decide(&mut self, kind: NoticeKind, due: Timestamp) {
        self.post(Post::Dispatcher, self.case.centre, kind, Some(due));
    }

    /// Those who filed it and those who blew, also where the whistle ended with the case; each once.
    pub(super) fn reporters(&mut self, kind: NoticeKind) {
        let case = self.case;
        let ended_with_it = case
            .whistles
            .iter()
            .filter(|w| w.stage == WhistleStage::Withdrawn && w.ended_at.is_none());
        let blowers = case.issued_whistles().chain(ended_with_it);
        let mut told = Vec::new();
        for who in std::iter::once(&case.filed_by).chain(blowers.map(|w| &w.blown_by)) {
            if !told.contains(&who.person) {
                self.person(who, kind, None);
                told.push(who.person);
            }
        }
    }

    /// The units that were called off with the case.
    pub(super) fn units_at_the_end(&mut self, recorded: &Recorded) {
        let case = self.case;
        let off = |a: &&Assignment| {
            a.let_go
                .as_ref()
                .is_some_and(|l| l.at == recorded.recorded_at)
        };
        let ids: Vec<AssignmentId> = case.assignments.iter().filter(off).map(|a| a.id).collect();
        for id in ids {
            self.leader_of(id, NoticeKind::Voided);
            self.officers_of(id, NoticeKind::Voided);
        }
    }

    pub(super) fn lead(&mut self, kind: NoticeKind) {
        self.lead_leader(kind, None);
        if let Some(unit) = self.leading_unit() {
            self.unit(Post::UnitOfficer, &unit, kind, None);
        }
    }

    pub(super) fn lead_leader(&mut self, kind: NoticeKind, due: Option<Timestamp>) {
        if let Some(unit) = self.leading_unit() {
            self.unit(Post::UnitLeader, &unit, kind, due);
        }
    }

    pub(super) fn leading_unit(&self) -> Option<UnitCode> {
        let leads = self.case.current_assignments();
        let lead = leads.filter(|a| a.role == Role::Lead && !a.stage.is_let_go());
        lead.last().map(|a| a.unit.clone())
    }

    pub(super) fn leader_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
        self.of_the_unit(Post::UnitLeader, assignment, kind);
    }

    pub(super) fn officers_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
        self.of_the_unit(Post::UnitOfficer, assignment, kind);
    }

    pub(super) fn of_the_unit(&mut self, post: Post, assignment: AssignmentId, kind: NoticeKind) {
        if let Some(a) = self.case.assignment(assignment) {
            self.unit(post, &a.unit, kind, None);
        }
    }

    pub(super) fn blower_of(&mut self, assignment: AssignmentId, kind: NoticeKind) {
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

    pub(super) fn blower(&mut self, whistle: WhistleId, kind: NoticeKind) {
        if let Some(whistle) = self.case.whistle(whistle) {
            self.person(&whistle.blown_by, kind, None);
        }
    }

    pub(super) fn centre(&mut self, posts: &[Post], kind: NoticeKind) {
        for post in posts {
            self.post(*post, self.case.centre, kind, None);
        }
    }

    /// Worker and leader of the grid.
    pub(super) fn grid(&mut self, kind: NoticeKind, due: Option<Timestamp>) {
        self.of_the_grid(&[Post::GridWorker, Post::GridLeader], kind, due);
    }

    /// Some of the posts of the grid; a leader may be one of the village.
    pub(super) fn of_the_grid(&mut self, posts: &[Post], kind: NoticeKind, due: Option<Timestamp>) {
        let Some(grid) = self.case.place.grid else {
            return;
        };
        for post in posts {
            self.put(Mailbox::Grid(*post, grid), kind, None, due);
            if *post == Post::GridLeader {
                self.post(*post, grid.village(), kind, due);
            }
        }
    }

    pub(super) fn post(
        &mut self,
        post: Post,
        at: DivisionCode,
        kind: NoticeKind,
        due: Option<Timestamp>,
    ) {
        self.put(Mailbox::Division(post, at), kind, None, due);
    }

    pub(super) fn unit(
        &mut self,
        post: Post,
        unit: &UnitCode,
        kind: NoticeKind,
        due: Option<Timestamp>,
    ) {
        let to = Mailbox::Unit(post, unit.clone());
        self.put(to, kind, Some(unit.clone()), due);
    }

    pub(super) fn person(&mut self, who: &ActorRef, kind: NoticeKind, due: Option<Timestamp>) {
        if let Some(person) = who.person {
            self.put(Mailbox::Person(person), kind, None, due);
        }
    }

    pub(super) fn put(
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
