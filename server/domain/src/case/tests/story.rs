//! A case told sentence by sentence: who does what, when.

use uuid::Uuid;

use super::town::{
    ENFORCEMENT, ROAD, RULES, VILLAGE, WATER, Who, assist, at, condition, division, grid, lead,
    matter, scene, unit,
};
use crate::access::Actor;
use crate::case::{
    Action, Ask, Assignment, AssignmentId, Called, Case, CaseId, Event, InnerClock, InnerClockName,
    Meeting, Offer, Passage, Place, Recorded, Refusal, RefusalCode, Report, ResidentRef, Rules,
    Source, Stage, Whistle, WhistleId, WhistleRequest, decide, link, merge, offers, rate,
    recalculate, rehome, report, tick,
};
use crate::clock::{Date, DayKind, Timestamp, WorkingTime};
use crate::matter::MatterKind;
use crate::place::{GridCode, Position, Succession};

/// One case and its log; everything happens at the moment told last.
pub struct Story {
    pub rules: Rules,
    pub case: Case,
    pub log: Vec<Recorded>,
    pub now: Timestamp,
    /// What the device says about the next fact.
    occurred_at: Option<Timestamp>,
}

/// A report of a damaged road in the worker's grid, without a resident.
pub fn a_report() -> Report {
    Report {
        id: CaseId(Uuid::from_u128(7)),
        source: Source::Patrol,
        text: "路面塌陷".to_owned(),
        matter: Some(matter(ROAD)),
        place: Place {
            position: Some(scene()),
            original: None,
            accuracy_m: Some(10.0),
            grid: Some(grid(VILLAGE, 1)),
            village: Some(division(VILLAGE)),
            address: Some("村口".to_owned()),
        },
        centre: division(super::town::TOWN),
        resident: None,
        confidential: None,
        external_number: None,
        handed_down_by: None,
        safety_call: None,
        attachments: Vec::new(),
        whistle: None,
        self_handled: None,
        occurred_at: None,
    }
}

/// The same damaged road, reported by an application at midnight, for a resident.
pub fn another_case() -> Case {
    let mut report = a_report();
    report.id = CaseId(Uuid::from_u128(8));
    report.resident = Some(a_resident());
    Story::filed(Who::App, "09-07 00:00", &report).case
}

pub fn a_resident() -> ResidentRef {
    ResidentRef {
        name: "张**".to_owned(),
        telephone: "138****1234".to_owned(),
    }
}

/// A wish for a whistle of a kind, which leaves everything else to others.
pub fn wish(kind: &str) -> WhistleRequest {
    WhistleRequest {
        kind: kind.to_owned(),
        reason: "需现场会商".to_owned(),
        wanted: Vec::new(),
        condition: None,
        meeting: None,
    }
}

impl Story {
    /// Files a report under the rules of the town.
    pub fn filed(who: Who, when: &str, what: &Report) -> Self {
        Self::try_filed(who, when, what).unwrap()
    }

    pub fn try_filed(who: Who, when: &str, what: &Report) -> Result<Self, Refusal> {
        Self::filed_under(RULES.clone(), who, when, what)
    }

    pub fn filed_under(rules: Rules, who: Who, when: &str, what: &Report) -> Result<Self, Refusal> {
        let (actor, now) = (who.actor(), at(when));
        let ask = Ask {
            actor: &actor,
            rules: &rules,
            now,
            occurred_at: what.occurred_at,
        };
        let log = report(what, &ask)?;
        let case = Case::replay(&log).unwrap();
        Ok(Self {
            rules,
            case,
            log,
            now,
            occurred_at: None,
        })
    }

    /// The worker finds a damaged road on Monday morning.
    pub fn begins() -> Self {
        Self::filed(Who::Worker, "09-07 09:00", &a_report())
    }

    /// Accepted and registered with the road's 5 working days.
    pub fn registered() -> Self {
        let mut story = Self::begins();
        story.registers(ROAD, 1);
        story
    }

    /// A daily whistle of the worker, issued at 09:00 to the enforcement bureau and the water company.
    pub fn whistled() -> Self {
        Self::whistled_for(ROAD, 1)
    }

    pub fn whistled_for(of: (MatterKind, &str), number: u16) -> Self {
        let mut story = Self::begins();
        story.registers(of, number);
        story.does(Who::Worker, Action::RequestWhistle(wish("daily")));
        story.does(
            Who::Dispatcher,
            story.issue(vec![lead(ENFORCEMENT), assist(WATER)]),
        );
        story
    }

    /// The same, and both units are at the scene at 10:00.
    pub fn on_the_scene() -> Self {
        let mut story = Self::whistled();
        story.on("09-07 10:00");
        for body in [ENFORCEMENT, WATER] {
            story.does(Who::Officer(body), story.sign(body));
            story.does(Who::Officer(body), story.check_in(body, Some(scene())));
        }
        story
    }

    /// Both units have finished at 11:00.
    pub fn handled() -> Self {
        let mut story = Self::on_the_scene();
        story.on("09-07 11:00");
        for body in [WATER, ENFORCEMENT] {
            story.does(Who::Leader(body), story.finish(body));
        }
        story
    }

    /// And the blower has said on the spot at 11:30 that it is solved.
    pub fn verified() -> Self {
        let mut story = Self::handled();
        story.on("09-07 11:30");
        story.does(Who::Worker, confirm_solved(Some(scene())));
        story
    }

    /// The registrar closes at 11:40.
    pub fn closed() -> Self {
        let mut story = Self::verified();
        story.on("09-07 11:40");
        story.does(Who::Registrar, close());
        story
    }

    /// Until now, and no device spoke.
    pub fn on(&mut self, when: &str) -> &mut Self {
        self.now = at(when);
        self
    }

    /// The next fact was made at that moment by the device.
    pub fn made_at(&mut self, when: &str) -> &mut Self {
        self.occurred_at = Some(at(when));
        self
    }

    /// The same, where there may be no device.
    pub fn set_device(&mut self, at: Option<Timestamp>) {
        self.occurred_at = at;
    }

    /// Accepts and registers.
    pub fn registers(&mut self, of: (MatterKind, &str), number: u16) -> &mut Self {
        self.does(Who::Registrar, Action::Accept);
        let action = Action::Register {
            matter: matter(of),
            condition: condition(of, number),
        };
        self.does(Who::Registrar, action)
    }

    /// Somebody does something, and it is allowed.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "sentences make the action where they tell it"
    )]
    pub fn does(&mut self, who: Who, action: Action) -> &mut Self {
        let name = action.kind();
        if let Err(refusal) = self.tries(who, &action) {
            panic!("{who:?} {name} at {}: {refusal:?}", self.case.stage);
        }
        self
    }

    /// Somebody tries something; what is allowed happens.
    pub fn tries(&mut self, who: Who, action: &Action) -> Result<Vec<Recorded>, Refusal> {
        let occurred_at = self.occurred_at.take();
        let events = self.decided(action, &self.ask(&who.actor(), occurred_at))?;
        self.happens(&events);
        Ok(events)
    }

    /// What the action does to this case; the other one of two is always the same, filed at midnight.
    fn decided(&self, action: &Action, ask: &Ask<'_>) -> Result<Vec<Recorded>, Refusal> {
        match action {
            Action::Merge { note, .. } => {
                let mut changed = merge(&self.case, &another_case(), &[], note, ask)?;
                Ok(changed.swap_remove(0))
            }
            Action::Link { note, .. } => {
                link(&self.case, &another_case(), note, ask).map(|[events, _]| events)
            }
            action => decide(&self.case, action, ask),
        }
    }

    /// Why somebody may not do something.
    pub fn refusal(&self, who: Who, action: &Action) -> Refusal {
        match self.decided(action, &self.ask(&who.actor(), None)) {
            Err(refusal) => refusal,
            Ok(events) => panic!("{who:?} {}: {events:?}", action.kind()),
        }
    }

    /// The rule that forbids it.
    pub fn why_not(&self, who: Who, action: &Action) -> RefusalCode {
        self.refusal(who, action).code
    }

    /// The resident answers by the link.
    pub fn rates(&mut self, answer: &crate::case::Answer) -> Result<(), Refusal> {
        let nobody = Who::Nobody.actor();
        let events = rate(&self.case, answer, &self.ask(&nobody, None))?;
        self.happens(&events);
        Ok(())
    }

    /// Boundaries were changed, and somebody moves the case into the grid where it lies now.
    pub fn rehomes(&mut self, who: Who, to: GridCode) -> Result<(), Refusal> {
        self.rehomes_by(who, to, &Succession::default(), false)
    }

    /// The same after divisions have become others; `descends` where the grid came from that of the case.
    pub fn rehomes_by(
        &mut self,
        who: Who,
        to: GridCode,
        succession: &Succession,
        descends: bool,
    ) -> Result<(), Refusal> {
        let actor = who.actor().taking_over(succession);
        let passage = Passage {
            succession,
            descends,
        };
        let events = rehome(&self.case, to, &passage, &self.ask(&actor, None))?;
        self.happens(&events);
        Ok(())
    }

    pub fn offers(&self, who: Who) -> Vec<Offer> {
        offers(&self.case, &self.ask(&who.actor(), None))
    }

    fn ask<'a>(&'a self, actor: &'a Actor, occurred_at: Option<Timestamp>) -> Ask<'a> {
        Ask {
            actor,
            rules: &self.rules,
            now: self.now,
            occurred_at,
        }
    }

    pub fn happens(&mut self, events: &[Recorded]) {
        for event in events {
            self.case.apply(event);
        }
        self.log.extend_from_slice(events);
    }

    /// What has happened by itself until now.
    pub fn ticks(&mut self) -> Vec<Recorded> {
        let events = tick(&self.case, &self.rules, self.now);
        self.happens(&events);
        events
    }

    /// The calendar is amended: so many days are off, or worked. Answers what that moved.
    pub fn amends(&mut self, days: impl IntoIterator<Item = (Date, DayKind)>) -> Vec<Recorded> {
        let mut time = WorkingTime::clone(&self.rules.time);
        time.calendar = time.calendar.with_local(days);
        time.calendar.version += 1;
        let after = self.rules.clone().under(time);
        let events = recalculate(&self.case, &self.rules, &after, self.now);
        self.rules = after;
        self.happens(&events);
        events
    }

    pub fn stage(&self) -> Stage {
        self.case.stage
    }

    /// The last event of the log.
    pub fn last(&self) -> &Recorded {
        self.log.last().unwrap()
    }

    /// The last event that is one of those.
    pub fn last_such(&self, wanted: impl Fn(&Event) -> bool) -> &Recorded {
        self.log.iter().rev().find(|r| wanted(&r.event)).unwrap()
    }

    pub fn events(&self) -> Vec<&'static str> {
        self.log
            .iter()
            .map(|recorded| recorded.event.name())
            .collect()
    }

    /// What a unit was called to last.
    pub fn of(&self, body: &str) -> &Assignment {
        let code = unit(body);
        self.case
            .assignments
            .iter()
            .rev()
            .find(|a| a.unit == code)
            .unwrap()
    }

    pub fn id(&self, body: &str) -> AssignmentId {
        self.of(body).id
    }

    /// The whistle blown last.
    pub fn whistle(&self) -> &Whistle {
        self.case.whistles.last().unwrap()
    }

    pub fn whistle_id(&self) -> WhistleId {
        self.whistle().id
    }

    /// When the handling deadline is; none while it is paused.
    pub fn deadline(&self) -> Option<String> {
        let deadline = self.case.round().and_then(crate::case::Round::deadline)?;
        Some(deadline.at.to_string()[5..16].replace('T', " "))
    }

    /// The inner clock of that name that runs.
    pub fn running(&self, name: InnerClockName) -> Option<&InnerClock> {
        self.case
            .inner_clocks
            .iter()
            .find(|c| c.name == name && c.stopped_at.is_none())
    }

    pub fn issue(&self, units: Vec<Called>) -> Action {
        self.issue_at(
            units,
            Meeting {
                position: None,
                address: None,
                at: None,
            },
        )
    }

    pub fn issue_at(&self, units: Vec<Called>, meeting: Meeting) -> Action {
        Action::IssueWhistle {
            whistle: self.whistle_id(),
            units,
            meeting,
        }
    }

    pub fn sign(&self, body: &str) -> Action {
        Action::Sign {
            assignment: self.id(body),
        }
    }

    pub fn check_in(&self, body: &str, position: Option<Position>) -> Action {
        let assignment = self.id(body);
        Action::CheckIn {
            assignment,
            position,
            accuracy_m: Some(12.0),
            attachments: Vec::new(),
        }
    }

    pub fn contact(&self, body: &str) -> Action {
        Action::ContactBlower {
            assignment: self.id(body),
            note: "十分钟到".to_owned(),
        }
    }

    pub fn leave(&self, body: &str) -> Action {
        Action::Leave {
            assignment: self.id(body),
        }
    }

    pub fn report_done(&self, body: &str) -> Action {
        let assignment = self.id(body);
        Action::ReportDone {
            assignment,
            result: "已修复".to_owned(),
            attachments: Vec::new(),
        }
    }

    pub fn finish(&self, body: &str) -> Action {
        Action::Finish {
            assignment: self.id(body),
            result: None,
            attachments: Vec::new(),
        }
    }

    pub fn request_return(&self, body: &str) -> Action {
        Action::RequestReturn {
            assignment: self.id(body),
            reason: "不属职责".to_owned(),
            legal_basis: "三定方案".to_owned(),
            suggested_unit: Some(unit(WATER)),
        }
    }

    pub fn decide_return(&self, body: &str, accept: bool) -> Action {
        Action::DecideReturn {
            assignment: self.id(body),
            accept,
            ruling: "裁定".to_owned(),
        }
    }

    pub fn excuse(&self, body: &str) -> Action {
        Action::Excuse {
            assignment: self.id(body),
            reason: "另有任务".to_owned(),
        }
    }

    pub fn revoke(&self, body: &str) -> Action {
        Action::Revoke {
            assignment: self.id(body),
            reason: "误派".to_owned(),
        }
    }

    pub fn score(&self, body: &str, response: u8, quality: u8) -> Action {
        Action::Score {
            whistle: self.whistle_id(),
            assignment: self.id(body),
            response,
            quality,
            note: String::new(),
        }
    }

    pub fn veto(&self, bodies: &[&str]) -> Action {
        Action::Veto {
            reason: "仍有积水".to_owned(),
            assignments: bodies.iter().map(|body| self.id(body)).collect(),
        }
    }

    pub fn verify(&self, passed: bool, bodies: &[&str]) -> Action {
        Action::Verify {
            passed,
            note: "现场核查".to_owned(),
            attachments: Vec::new(),
            assignments: bodies.iter().map(|body| self.id(body)).collect(),
        }
    }
}

pub fn dispatch(units: Vec<Called>) -> Action {
    Action::Dispatch {
        units,
        note: String::new(),
    }
}

pub fn confirm_solved(position: Option<Position>) -> Action {
    Action::ConfirmSolved {
        position,
        note: String::new(),
    }
}

pub fn close() -> Action {
    Action::Close {
        standard_met: true,
        note: String::new(),
    }
}

pub fn reopen() -> Action {
    Action::Reopen {
        reason: "问题复发".to_owned(),
    }
}
