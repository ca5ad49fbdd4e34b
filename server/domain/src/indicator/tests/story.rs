//! A case told event by event.

use uuid::Uuid;

use crate::access::ActorRef;
use crate::case::{
    Answer, AssignmentId, Case, CaseId, ClockChange, Event, FeedbackDuty, Grade, Handover, Meeting,
    NewAssignment, Place, Recorded, Solved, Source, StepPlan, SuspensionReason, Unanswered,
    WhistleId,
};
use crate::clock::{Limit, Timestamp};
use crate::matter::{ConditionId, MatterKey, MatterKind};
use crate::place::{DivisionCode, GridCode};
use crate::routing::{Role, UnitCode};

/// A moment of September 2026, in UTC+8: "07 09:00".
pub fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    Timestamp::parse(&format!("2026-09-{day}T{time}:00+08:00")).unwrap()
}

pub const VILLAGE: &str = "320707101205";

/// Tells what happens to one case; every row is recorded at the moment told last.
pub struct Story {
    pub rows: Vec<Recorded>,
    id: CaseId,
    pub now: Timestamp,
    round: u16,
    called: usize,
}

impl Story {
    /// Reported from the first grid of the village, by a resident.
    pub fn reported(when: Timestamp) -> Self {
        Self::number(1, when)
    }

    pub fn number(n: u128, when: Timestamp) -> Self {
        let village = DivisionCode::parse(VILLAGE).unwrap();
        let place = Place {
            position: None,
            original: None,
            accuracy_m: None,
            grid: Some(GridCode::new(village, 1).unwrap()),
            village: Some(village),
            address: None,
        };
        let mut story = Self {
            rows: Vec::new(),
            id: CaseId(Uuid::from_u128(n)),
            now: when,
            round: 0,
            called: 0,
        };
        story.happens(Event::Reported {
            number: format!("320707202609{n:08}"),
            source: Source::Resident,
            text: "井盖缺失".to_owned(),
            matter: None,
            place,
            centre: DivisionCode::parse("320707101000").unwrap(),
            resident: None,
            confidential: None,
            external_number: None,
            handed_down_by: None,
            safety_call: None,
            attachments: Vec::new(),
            urgent: false,
            accept_by: when.plus_minutes(15),
        });
        story
    }

    pub fn case(&self) -> Case {
        Case::replay(&self.rows).unwrap()
    }

    pub fn then(&mut self, when: Timestamp) -> &mut Self {
        self.now = when;
        self
    }

    pub fn happens(&mut self, event: Event) -> &mut Self {
        self.occurs(self.now, event)
    }

    /// Something that happened earlier than it was recorded.
    pub fn occurs(&mut self, occurred_at: Timestamp, event: Event) -> &mut Self {
        self.rows.push(Recorded {
            case: self.id,
            version: u32::try_from(self.rows.len()).unwrap() + 1,
            recorded_at: self.now,
            occurred_at,
            actor: ActorRef::system(),
            late_upload: false,
            versions: crate::lists::ListVersions::default(),
            event,
        });
        self
    }

    fn steps() -> Vec<StepPlan> {
        vec![StepPlan {
            limit: Limit::working_days(5),
            standard: "恢复原状".to_owned(),
        }]
    }

    pub fn registered(&mut self) -> &mut Self {
        self.happens(Event::Accepted);
        self.round = 1;
        let dispatch_by = self.now.plus_minutes(15);
        self.happens(Event::Registered {
            round: 1,
            matter: MatterKey::new(MatterKind::Component, "01001").unwrap(),
            condition: ConditionId("component-01001/1".to_owned()),
            steps: Self::steps(),
            dispatch_by,
            confirm_condition_by: None,
        })
    }

    pub fn reopened(&mut self) -> &mut Self {
        self.round += 1;
        let (round, dispatch_by) = (self.round, self.now.plus_minutes(15));
        self.happens(Event::Reopened {
            reason: "复发".to_owned(),
            round,
            condition: ConditionId("component-01001/1".to_owned()),
            steps: Self::steps(),
            dispatch_by,
        })
    }

    /// The n-th called unit of the case, from 0.
    pub fn assignment(&self, n: usize) -> AssignmentId {
        self.id.assignment(n)
    }

    fn new_assignment(&mut self, unit: &str, role: Role, to_the_scene: bool) -> NewAssignment {
        self.called += 1;
        NewAssignment {
            id: self.id.assignment(self.called - 1),
            unit: UnitCode(unit.to_owned()),
            role,
            sign_by: self.now.plus_minutes(60),
            contact_by: to_the_scene.then(|| self.now.plus_minutes(120)),
            check_in_by: to_the_scene.then(|| self.now.plus_minutes(240)),
            finish_by: None,
            return_by: self.now.plus_minutes(480),
            ladder_minutes: Vec::new(),
        }
    }

    /// A plain order to one lead; the clock then runs to the deadline.
    pub fn dispatched(
        &mut self,
        lead: &str,
        change: ClockChange,
        deadline: Timestamp,
    ) -> &mut Self {
        let assignments = vec![self.new_assignment(lead, Role::Lead, false)];
        self.happens(Event::Dispatched {
            assignments,
            note: String::new(),
        });
        self.clock(change, Some(deadline))
    }

    /// A whistle to a lead and others; sign, contact and check in within 1, 2 and 4 hours.
    pub fn whistled(
        &mut self,
        units: &[&str],
        change: ClockChange,
        deadline: Timestamp,
    ) -> &mut Self {
        let whistle = WhistleId(Uuid::from_u128(u128::from(self.rows.len() as u64) + 9_000));
        self.happens(Event::WhistleRequested {
            whistle,
            kind: "daily".to_owned(),
            reason: "需现场处置".to_owned(),
            wanted: Vec::new(),
            approve_by: None,
            meeting: None,
            grid: None,
            terms: None,
        });
        let assignments = units
            .iter()
            .enumerate()
            .map(|(i, unit)| {
                let role = if i == 0 { Role::Lead } else { Role::Assist };
                self.new_assignment(unit, role, true)
            })
            .collect();
        let round = self.round;
        let meeting = Meeting {
            position: None,
            address: None,
            at: None,
        };
        self.happens(Event::WhistleIssued {
            whistle,
            round,
            meeting,
            assignments,
            terms: None,
        });
        self.clock(change, Some(deadline))
    }

    /// A whistle that is blown and refused, taken back, or taken back by rule.
    pub fn whistle_ends(&mut self, how: u64) -> &mut Self {
        let whistle = WhistleId(Uuid::from_u128(u128::from(self.rows.len() as u64) + 9_000));
        self.happens(Event::WhistleRequested {
            whistle,
            kind: ["daily", "tough"][usize::from(how == 1)].to_owned(),
            reason: "需现场处置".to_owned(),
            wanted: Vec::new(),
            approve_by: None,
            meeting: None,
            grid: None,
            terms: None,
        });
        let reason = "村内可解决".to_owned();
        if how == 0 {
            return self.happens(Event::WhistleRefused { whistle, reason });
        }
        self.happens(Event::WhistleWithdrawn { whistle, reason });
        if let Some(row) = self.rows.last_mut().filter(|_| how == 1) {
            row.actor.person = Some(crate::access::PersonId(Uuid::from_u128(1)));
        }
        self
    }

    pub fn clock(&mut self, change: ClockChange, deadline: Option<Timestamp>) -> &mut Self {
        self.happens(Event::HandlingClock {
            change,
            step: 0,
            deadline,
            provisional: false,
            warn_at: None,
            twice_at: None,
        })
    }

    pub fn signed(&mut self, n: usize, in_time: bool) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::Signed {
            assignment,
            in_time,
        })
    }

    pub fn checked_in(&mut self, n: usize, on_spot: bool, in_time: bool) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::CheckedIn {
            assignment,
            position: None,
            accuracy_m: None,
            distance_m: None,
            on_spot,
            in_time,
            attachments: Vec::new(),
        })
    }

    /// The lead's finish: the clock stops, its deadline stays known.
    pub fn finished(&mut self, n: usize, deadline: Timestamp) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::Finished {
            assignment,
            result: String::new(),
            attachments: Vec::new(),
            ends_handling: true,
            confirm_by: None,
        });
        self.clock(ClockChange::Stopped, Some(deadline))
    }

    /// The last of those that had to come again is done or let go.
    pub fn ended(&mut self, deadline: Timestamp) -> &mut Self {
        self.happens(Event::HandlingEnded { confirm_by: None });
        self.clock(ClockChange::Stopped, Some(deadline))
    }

    pub fn vetoed(&mut self, n: usize, deadline: Timestamp) -> &mut Self {
        let assignments = vec![self.assignment(n)];
        self.happens(Event::Vetoed {
            reason: "未解决".to_owned(),
            assignments,
        });
        self.clock(ClockChange::Resumed, Some(deadline))
    }

    pub fn failed(&mut self, n: usize, deadline: Timestamp) -> &mut Self {
        let assignments = vec![self.assignment(n)];
        self.happens(Event::Verified {
            passed: false,
            note: String::new(),
            attachments: Vec::new(),
            assignments,
        });
        self.clock(ClockChange::Resumed, Some(deadline))
    }

    pub fn returned(&mut self, n: usize) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::ReturnAccepted {
            assignment,
            ruling: String::new(),
            received_by: None,
            dispatch_by: None,
        })
    }

    pub fn paused(&mut self) -> &mut Self {
        self.clock(ClockChange::Paused, None)
    }

    /// One more limit is granted.
    pub fn extended(&mut self, deadline: Timestamp) -> &mut Self {
        self.happens(Event::ExtensionGranted {
            ruling: String::new(),
        });
        self.clock(ClockChange::Extended, Some(deadline))
    }

    /// The case waits, at the wish of its lead.
    pub fn suspended(&mut self) -> &mut Self {
        let (decide_by, resume_at) = (self.now.plus_minutes(30), self.now.plus_days(30));
        self.happens(Event::SuspensionRequested {
            reason: SuspensionReason::Season,
            file_number: None,
            resume_at,
            note: String::new(),
            decide_by,
        });
        self.happens(Event::SuspensionGranted {
            ruling: String::new(),
        });
        self.paused()
    }

    pub fn resumed(&mut self, deadline: Timestamp) -> &mut Self {
        self.happens(Event::Resumed {
            note: String::new(),
        });
        self.clock(ClockChange::Resumed, Some(deadline))
    }

    pub fn revoked(&mut self, n: usize) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::Revoked {
            assignment,
            reason: "改派".to_owned(),
            dispatch_by: None,
        })
    }

    pub fn excused(&mut self, n: usize) -> &mut Self {
        let assignment = self.assignment(n);
        self.happens(Event::Excused {
            assignment,
            reason: "不需要".to_owned(),
        })
    }

    pub fn closed(&mut self, on_time: bool) -> &mut Self {
        let feedback = FeedbackDuty {
            id: self.id.feedback(self.round),
            expires_at: self.now.plus_days(7),
        };
        self.happens(Event::Closed {
            note: String::new(),
            on_time,
            feedback: Some(feedback),
            merged_feedback: Vec::new(),
            forced: false,
        })
    }

    /// Another centre takes the case as it is: nobody is at work, and a stopped clock stands still from now on.
    pub fn escalated(&mut self, to: DivisionCode) -> &mut Self {
        let case = self.case();
        for n in (0..case.assignments.len()).filter(|n| case.assignments[*n].stage.is_open()) {
            self.revoked(n);
        }
        if let Some(clock) = case.round().and_then(|r| r.clock()) {
            if clock.stopped.is_some() {
                let deadline = case
                    .round()
                    .and_then(crate::case::Round::deadline)
                    .map(|d| d.at);
                self.clock(ClockChange::Resumed, deadline);
            }
            if !clock.is_paused() {
                self.paused();
            }
        }
        let dispatch_by = Some(self.now.plus_minutes(15));
        self.happens(Event::Escalated(Handover {
            to,
            reason: "跨镇".to_owned(),
            last: false,
            accept_by: None,
            dispatch_by,
        }))
    }

    /// The town refuses what a department handed down, and the case goes to another centre.
    pub fn admission_refused(&mut self, department: &str, to: DivisionCode) -> &mut Self {
        self.happens(Event::AdmissionRefused {
            department: UnitCode(department.to_owned()),
            handed_down_at: self.now,
            note: String::new(),
        });
        self.happens(Event::Escalated(Handover {
            to,
            reason: "admission_refused".to_owned(),
            last: false,
            accept_by: Some(self.now.plus_minutes(15)),
            dispatch_by: None,
        }))
    }

    pub fn appealed(&mut self) -> &mut Self {
        let (round, centre) = (self.round, DivisionCode::parse("320707000000").unwrap());
        self.happens(Event::Appealed {
            round,
            reason: "台风停工".to_owned(),
            centre,
        })
    }

    pub fn appeal_decided(&mut self, accept: bool) -> &mut Self {
        let ruling = "情况属实".to_owned();
        self.happens(if accept {
            Event::AppealAccepted { ruling }
        } else {
            Event::AppealRefused { ruling }
        })
    }

    pub fn rated(&mut self, contacted: bool, solved: Solved, satisfaction: Grade) -> &mut Self {
        let round = self.round;
        let feedback = self.id.feedback(round);
        let answer = Answer {
            contacted,
            solved,
            satisfaction,
            text: String::new(),
            may_contact: false,
        };
        self.happens(Event::Rated {
            feedback,
            round,
            answer,
            channel: None,
        })
    }

    pub fn asked_in_vain(&mut self, outcome: Unanswered) -> &mut Self {
        let round = self.round;
        let feedback = self.id.feedback(round);
        self.happens(Event::FeedbackConcluded {
            feedback,
            round,
            outcome,
            note: String::new(),
        })
    }

    pub fn voided(&mut self) -> &mut Self {
        self.happens(Event::Voided {
            reason: "误报".to_owned(),
        })
    }
}
