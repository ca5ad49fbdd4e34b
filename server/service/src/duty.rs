//! Who is on duty: the roster of centres and units, and how shifts hand over.

use gridwhistle_domain::access::{
    Actor, ActorRef, Appointment, Operation, Post, Reach, Scope, may_use,
};
use gridwhistle_domain::case::{Case, CaseId, Recorded, Round, call_county_when_unattended};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_domain::shift::{
    Desk, DutyShift, Handover, HandoverRule, OpenItem, duty_now, hand_over, shift_faults, take_over,
};
use gridwhistle_store::{CaseFilter, CaseOrder, RosterEntry, StoreError};
use uuid::Uuid;

use crate::{Fault, Reference, Service, ServiceError};

/// The most shifts that are told at once.
const SHIFTS: u64 = 1_000;
/// The most open cases that a handover lists.
const ITEMS: u64 = 200;
/// Shifts around a moment: those of the day before and after.
const AROUND_DAYS: i64 = 4;

/// Who is on duty at a desk now; nobody where no shift says so.
#[derive(Clone, Debug)]
pub struct OnDuty {
    pub desk: Desk,
    pub shift: Option<DutyShift>,
}

/// A shift that is to be entered, or how one is to be.
#[derive(Clone, Debug)]
pub struct NewShift {
    pub desk: Desk,
    pub from: Timestamp,
    pub to: Timestamp,
    pub leader: String,
    pub officer: String,
    pub telephone: String,
}

impl NewShift {
    fn shift(self, id: Uuid) -> DutyShift {
        DutyShift {
            id,
            desk: self.desk,
            from: self.from,
            to: self.to,
            leader: self.leader.trim().to_owned(),
            officer: self.officer.trim().to_owned(),
            telephone: self.telephone.trim().to_owned(),
        }
    }

    fn is(&self, shift: &DutyShift) -> bool {
        *shift == self.clone().shift(shift.id)
    }
}

/// Whether a case is handed over with a desk: the centre has it, itself or by what it has taken over, or the unit has
/// work left to do on it.
fn stands_at(case: &Case, desk: &Desk, reference: &Reference) -> bool {
    match desk {
        Desk::Centre(centre) => reference.centres_at(*centre).contains(&case.centre),
        Desk::Unit(unit) => {
            let mut called = case.current_assignments();
            called.any(|a| a.unit == *unit && a.stage.is_open())
        }
    }
}

impl Service {
    /// Who is on duty now at a desk, and at the centres above it.
    pub async fn on_duty(&self, actor: &Actor, desk: &Desk) -> Result<Vec<OnDuty>, ServiceError> {
        let place = self.readable(actor, desk)?;
        let mut desks = vec![desk.clone()];
        let centre = place.at(DivisionLevel::Town).unwrap_or(place);
        desks.extend(centres_from(centre).map(Desk::Centre));
        desks.dedup();
        self.duty_at(desks).await
    }

    /// Whom to call about a case: who is on duty at its centre, at those above, and at the units at work on it.
    pub async fn case_duty(&self, actor: &Actor, id: CaseId) -> Result<Vec<OnDuty>, ServiceError> {
        let case = self.case(actor, id).await?;
        if !may_use(actor, Operation::ReadRoster, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let centre = self.centre_by_now(case.centre);
        let mut desks: Vec<Desk> = centres_from(centre).map(Desk::Centre).collect();
        for called in case.current_assignments().filter(|a| !a.stage.is_let_go()) {
            let desk = Desk::Unit(called.unit.clone());
            if !desks.contains(&desk) {
                desks.push(desk);
            }
        }
        self.duty_at(desks).await
    }

    /// The shifts of a desk that are on at some moment of a time.
    pub async fn roster(
        &self,
        actor: &Actor,
        desk: &Desk,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<RosterEntry>, ServiceError> {
        self.readable(actor, desk)?;
        Ok(self
            .store
            .shifts(std::slice::from_ref(desk), span, SHIFTS)
            .await?)
    }

    /// Enters a shift.
    pub async fn enter_shift(
        &self,
        actor: &Actor,
        new: NewShift,
    ) -> Result<RosterEntry, ServiceError> {
        let by = self.manages(actor, &new.desk)?;
        let entered = self.enter_shifts(Some(by), vec![new]).await?;
        entered.into_iter().next().ok_or_else(|| {
            ServiceError::Internal("a shift was entered and is not there".to_owned())
        })
    }

    /// Enters shifts at the server's command line, all or none; those that stand already are left alone. Answers the
    /// ones that are new. Faults name the n-th shift: `/3/from`.
    pub async fn put_shifts(&self, new: Vec<NewShift>) -> Result<Vec<RosterEntry>, ServiceError> {
        let now = self.clock.now();
        let mut fresh = Vec::new();
        for wish in new {
            let span = (wish.from, wish.to.max(wish.from.plus_minutes(1)));
            let standing = self
                .store
                .shifts(std::slice::from_ref(&wish.desk), span, SHIFTS)
                .await?;
            // What is past is history: a file that holds it may be put again.
            if !standing.iter().any(|held| wish.is(&held.shift)) && now < wish.to {
                fresh.push(wish);
            }
        }
        self.enter_shifts(None, fresh).await
    }

    /// The same shifts for a file.
    pub async fn shifts_of(
        &self,
        desks: &[Desk],
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<RosterEntry>, ServiceError> {
        Ok(self.store.shifts(desks, span, 100_000).await?)
    }

    async fn enter_shifts(
        &self,
        by: Option<ActorRef>,
        new: Vec<NewShift>,
    ) -> Result<Vec<RosterEntry>, ServiceError> {
        let now = self.clock.now();
        let several = new.len() > 1 || by.is_none();
        let mut entries: Vec<RosterEntry> = Vec::new();
        let mut faults = Vec::new();
        for (i, wish) in new.into_iter().enumerate() {
            let at = if several {
                format!("/{i}")
            } else {
                String::new()
            };
            if self.place_of_desk(&wish.desk).is_none() {
                faults.push(Fault::new(format!("{at}/desk"), "unknown_desk"));
                continue;
            }
            let shift = wish.shift(Uuid::now_v7());
            let standing = self.around(&shift).await?;
            let beside = entries.iter().map(|e| &e.shift);
            let others = standing.iter().map(|e| &e.shift).chain(beside);
            let found = shift_faults(&shift, others, now);
            faults.extend(
                found
                    .into_iter()
                    .map(|f| Fault::new(format!("{at}/{}", f.field), f.rule.as_str())),
            );
            entries.push(RosterEntry {
                shift,
                version: 1,
                by: by.clone(),
                changed_at: now,
                cancelled_at: None,
            });
        }
        if !faults.is_empty() {
            return Err(ServiceError::Invalid(faults));
        }
        self.write_shifts(entries).await
    }

    /// Changes a shift that has not begun; `version` is the one that the caller has seen.
    pub async fn change_shift(
        &self,
        actor: &Actor,
        id: Uuid,
        new: NewShift,
        version: u32,
    ) -> Result<RosterEntry, ServiceError> {
        let (held, by) = self.changeable(actor, id, Some(version)).await?;
        if new.desk != held.shift.desk {
            return Err(Fault::new("/desk", "shift_other_desk").into());
        }
        let now = self.clock.now();
        let shift = new.shift(id);
        let standing = self.around(&shift).await?;
        let faults = shift_faults(&shift, standing.iter().map(|e| &e.shift), now);
        if !faults.is_empty() {
            let faults = faults.into_iter();
            return Err(ServiceError::Invalid(
                faults
                    .map(|f| Fault::new(format!("/{}", f.field), f.rule.as_str()))
                    .collect(),
            ));
        }
        let entry = RosterEntry {
            shift,
            version: held.version + 1,
            by: Some(by),
            changed_at: now,
            cancelled_at: None,
        };
        self.write_shifts(vec![entry.clone()]).await?;
        Ok(entry)
    }

    /// Takes a shift that has not begun out of the roster.
    pub async fn cancel_shift(&self, actor: &Actor, id: Uuid) -> Result<(), ServiceError> {
        let (held, by) = self.changeable(actor, id, None).await?;
        let now = self.clock.now();
        let entry = RosterEntry {
            version: held.version + 1,
            by: Some(by),
            changed_at: now,
            cancelled_at: Some(now),
            ..held
        };
        match self.write_shifts(vec![entry]).await {
            // Somebody changed it or took it out at the same moment: it is to be looked at again.
            Err(ServiceError::Invalid(_)) => Err(ServiceError::NotFound),
            result => result.map(|_| ()),
        }
    }

    async fn write_shifts(
        &self,
        entries: Vec<RosterEntry>,
    ) -> Result<Vec<RosterEntry>, ServiceError> {
        match self.store.put_shifts(entries.clone()).await {
            // Somebody else was faster with another shift or another version.
            Err(StoreError::Stale) => Err(Fault::new("/from", "shift_overlaps").into()),
            result => {
                result?;
                Ok(entries)
            }
        }
    }

    async fn changeable(
        &self,
        actor: &Actor,
        id: Uuid,
        version: Option<u32>,
    ) -> Result<(RosterEntry, ActorRef), ServiceError> {
        if !may_use(actor, Operation::ManageRoster, self.clock.now()) {
            return Err(ServiceError::Forbidden);
        }
        let held = self.store.shift(id).await?;
        let held = held
            .filter(|held| held.cancelled_at.is_none())
            .ok_or(ServiceError::NotFound)?;
        let by = self.manages(actor, &held.shift.desk)?;
        if version.is_some_and(|version| version != held.version) {
            return Err(ServiceError::StaleVersion {
                current: held.version,
            });
        }
        if held.shift.from <= self.clock.now() {
            return Err(ServiceError::HasBegun);
        }
        Ok((held, by))
    }

    /// Shifts of a desk that could stand in the way of one.
    async fn around(&self, shift: &DutyShift) -> Result<Vec<RosterEntry>, ServiceError> {
        let span = (shift.from, shift.to.max(shift.from.plus_minutes(1)));
        Ok(self
            .store
            .shifts(std::slice::from_ref(&shift.desk), span, SHIFTS)
            .await?)
    }

    /// What a handover of this desk would list now.
    pub async fn open_items(
        &self,
        actor: &Actor,
        desk: &Desk,
    ) -> Result<Vec<OpenItem>, ServiceError> {
        self.readable(actor, desk)?;
        self.signs_at(actor, desk)?;
        let mut filter = CaseFilter {
            open: Some(true),
            order: CaseOrder::Due,
            limit: ITEMS,
            ..CaseFilter::default()
        };
        let reference = self.reference();
        match desk {
            Desk::Centre(code) => {
                let centres = reference.centres_at(*code).into_iter();
                filter.reaches = centres.map(Reach::Division).collect();
            }
            Desk::Unit(code) => {
                filter.reaches = vec![Reach::Unit(code.clone())];
                filter.unit = Some(code.clone());
            }
        }
        let now = self.clock.now();
        let most = usize::try_from(ITEMS).unwrap_or(usize::MAX);
        let mut items = Vec::new();
        // A centre reaches over the cases of those below, which are theirs to hand over.
        loop {
            let page = self.store.cases(&filter).await?;
            let own = page
                .items
                .iter()
                .filter(|case| stands_at(case, desk, &reference));
            items.extend(own.map(|case| open_item(case, &reference, now)));
            filter.after = page.next;
            if filter.after.is_none() || items.len() >= most {
                break;
            }
        }
        items.truncate(most);
        Ok(items)
    }

    /// The handovers of a desk, the newest first, and from when the next page goes on.
    pub async fn handovers(
        &self,
        actor: &Actor,
        desk: &Desk,
        before: Option<Timestamp>,
        limit: u64,
    ) -> Result<(Vec<Handover>, Option<Timestamp>), ServiceError> {
        self.readable(actor, desk)?;
        let desks = [desk.clone()];
        let mut found = self.store.handovers(&desks, before, limit + 1).await?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > most;
        found.truncate(most);
        let next = found.last().filter(|_| more).map(|last| last.given.at);
        if !self.knows_items(actor, desk) {
            for handover in &mut found {
                handover.items.clear();
            }
        }
        Ok((found, next))
    }

    /// The outgoing side signs for what is open now.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        desk: &Desk,
        note: String,
    ) -> Result<Handover, ServiceError> {
        self.readable(actor, desk)?;
        let by = self.signs_at(actor, desk)?;
        let now = self.clock.now();
        let items = self.open_items(actor, desk).await?;
        let shifts = self.shifts_around(desk).await?;
        let last = self
            .store
            .handovers(std::slice::from_ref(desk), None, 1)
            .await?;
        let given = hand_over(
            Uuid::now_v7(),
            desk,
            &shifts,
            last.first(),
            (by, now),
            (items, note),
        )
        .map_err(ServiceError::Handover)?;
        self.sign(given).await
    }

    /// The incoming side signs.
    pub async fn take_over(&self, actor: &Actor, id: Uuid) -> Result<Handover, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::HandOver, now) {
            return Err(ServiceError::Forbidden);
        }
        let given = self.store.handover(id).await?;
        let given = given.ok_or(ServiceError::NotFound)?;
        self.readable(actor, &given.desk)?;
        let by = self.at_desk(actor, &given.desk)?;
        let shifts = self.shifts_around(&given.desk).await?;
        let taken = take_over(&given, &shifts, (by, now)).map_err(ServiceError::Handover)?;
        self.sign(taken).await
    }

    async fn sign(&self, handover: Handover) -> Result<Handover, ServiceError> {
        let rule = if handover.taken.is_some() {
            HandoverRule::TakenOver
        } else {
            HandoverRule::HandedOver
        };
        match self.store.put_handover(&handover).await {
            Err(StoreError::Stale) => Err(ServiceError::Handover(rule)),
            result => {
                result?;
                Ok(handover)
            }
        }
    }

    async fn shifts_around(&self, desk: &Desk) -> Result<Vec<DutyShift>, ServiceError> {
        let now = self.clock.now();
        let span = (now.plus_days(-AROUND_DAYS), now.plus_days(AROUND_DAYS));
        let entries = self
            .store
            .shifts(std::slice::from_ref(desk), span, SHIFTS)
            .await?;
        Ok(entries.into_iter().map(|entry| entry.shift).collect())
    }

    async fn duty_at(&self, desks: Vec<Desk>) -> Result<Vec<OnDuty>, ServiceError> {
        let now = self.clock.now();
        let span = (now, now.plus_micros(1));
        let entries = self.store.shifts(&desks, span, SHIFTS).await?;
        let shifts: Vec<DutyShift> = entries.into_iter().map(|entry| entry.shift).collect();
        Ok(desks
            .into_iter()
            .map(|desk| OnDuty {
                shift: duty_now(&shifts, &desk, now).cloned(),
                desk,
            })
            .collect())
    }

    /// What follows from events where nobody is on duty at the town's desk: an emergency goes to the county at once.
    pub(crate) async fn unattended(
        &self,
        case: Option<&Case>,
        events: &[Recorded],
    ) -> Result<Vec<Recorded>, ServiceError> {
        let may_tell = |recorded: &Recorded| {
            matches!(
                recorded.event.name(),
                "reported" | "registered" | "whistle_requested"
            )
        };
        if !events.iter().any(may_tell) {
            return Ok(Vec::new());
        }
        let after = match case {
            None => Case::replay(events),
            Some(case) => {
                let mut after = case.clone();
                for event in events {
                    after.apply(event);
                }
                Some(after)
            }
        };
        let Some(after) = after else {
            return Ok(Vec::new());
        };
        let now = self.clock.now();
        let reference = self.reference();
        let rules = reference.rules_of(&after);
        // Most matters wait for the desk: the roster is asked about emergencies alone.
        if call_county_when_unattended(&after, rules, false, now).is_empty() {
            return Ok(Vec::new());
        }
        let desk = Desk::Centre(self.centre_by_now(after.centre));
        let span = (now, now.plus_micros(1));
        let on = self
            .store
            .shifts(std::slice::from_ref(&desk), span, 1)
            .await?;
        // A centre that keeps no roster cannot be found unattended.
        let attended = !on.is_empty() || !self.store.has_roster(&desk).await?;
        Ok(call_county_when_unattended(&after, rules, attended, now))
    }

    /// The place of a desk whose roster the caller may read: one above, below, or his own.
    fn readable(&self, actor: &Actor, desk: &Desk) -> Result<DivisionCode, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ReadRoster, now) {
            return Err(ServiceError::Forbidden);
        }
        let place = self.place_of_desk(desk).ok_or(ServiceError::NotFound)?;
        let reference = self.reference();
        let related = |code: DivisionCode| code.contains(place) || place.contains(code);
        let reads = actor.posts(now).any(|held| match &held.scope {
            Scope::Division(code) => related(*code),
            Scope::Grids(codes) => codes.iter().any(|grid| related(grid.village())),
            Scope::Unit(code) => reference.unit(code).is_some_and(|u| related(u.division)),
        });
        if reads {
            Ok(place)
        } else {
            Err(ServiceError::NotFound)
        }
    }

    /// The post in which the caller writes the roster of a desk.
    fn manages(&self, actor: &Actor, desk: &Desk) -> Result<ActorRef, ServiceError> {
        let now = self.clock.now();
        if !may_use(actor, Operation::ManageRoster, now) {
            return Err(ServiceError::Forbidden);
        }
        let place = self.place_of_desk(desk).ok_or(ServiceError::NotFound)?;
        let manages = |held: &&Appointment| match (&held.scope, held.post) {
            (Scope::Unit(code), Post::UnitLeader) => *desk == Desk::Unit(code.clone()),
            (Scope::Division(code), Post::DutyLeader | Post::TownHead | Post::Admin) => {
                code.contains(place)
            }
            _ => false,
        };
        let held = actor.posts(now).find(manages);
        held.map(|held| ActorRef::of(actor, held))
            .ok_or(ServiceError::NotFound)
    }

    /// The post in which the caller hands a desk over.
    fn signs_at(&self, actor: &Actor, desk: &Desk) -> Result<ActorRef, ServiceError> {
        if may_use(actor, Operation::HandOver, self.clock.now()) {
            self.at_desk(actor, desk)
        } else {
            Err(ServiceError::Forbidden)
        }
    }

    /// Whether the caller is told which cases were handed over: whoever sits at the desk, or looks over its centre.
    fn knows_items(&self, actor: &Actor, desk: &Desk) -> bool {
        let over = match desk {
            Desk::Centre(centre) => self.looks_over(actor, *centre).is_ok(),
            Desk::Unit(unit) => {
                let reaches = Reach::of(actor, self.clock.now());
                let place = self.place_of_desk(desk);
                reaches.iter().any(|reach| match reach {
                    Reach::Division(code) => place.is_some_and(|place| code.contains(place)),
                    Reach::Unit(code) => code == unit,
                    _ => false,
                })
            }
        };
        over || self.at_desk(actor, desk).is_ok()
    }

    /// The post in which the caller sits at a desk.
    fn at_desk(&self, actor: &Actor, desk: &Desk) -> Result<ActorRef, ServiceError> {
        let sits = |held: &&Appointment| match (&held.scope, desk) {
            (Scope::Division(code), Desk::Centre(centre)) => {
                code == centre
                    && matches!(
                        held.post,
                        Post::DutyOfficer
                            | Post::DutyLeader
                            | Post::Clerk
                            | Post::Registrar
                            | Post::Dispatcher
                            | Post::TownHead
                    )
            }
            (Scope::Unit(code), Desk::Unit(unit)) => {
                code == unit && matches!(held.post, Post::UnitOfficer | Post::UnitLeader)
            }
            _ => false,
        };
        let held = actor.posts(self.clock.now()).find(sits);
        held.map(|held| ActorRef::of(actor, held))
            .ok_or(ServiceError::Forbidden)
    }

    /// The desk of somebody's first post: his unit, or the centre of his place.
    pub fn own_desk(&self, actor: &Actor) -> Option<Desk> {
        actor
            .posts(self.clock.now())
            .find_map(|held| match &held.scope {
                Scope::Unit(code) => Some(Desk::Unit(code.clone())),
                Scope::Division(code) => Some(Desk::Centre(town_of(*code))),
                Scope::Grids(codes) => codes
                    .first()
                    .map(|grid| Desk::Centre(town_of(grid.village()))),
            })
    }

    /// The centre that works on what one has: another, where its division has become that one's.
    fn centre_by_now(&self, centre: DivisionCode) -> DivisionCode {
        let heir = self.reference().succession.became(centre);
        heir.unwrap_or(centre)
    }

    fn place_of_desk(&self, desk: &Desk) -> Option<DivisionCode> {
        let reference = self.reference();
        match desk {
            Desk::Centre(code) => {
                let has_centre = code.level() != DivisionLevel::Village;
                (has_centre && reference.divisions.contains_key(code)).then_some(*code)
            }
            Desk::Unit(code) => reference.unit(code).map(|unit| unit.division),
        }
    }
}

/// Villages have no centre of their own.
fn town_of(code: DivisionCode) -> DivisionCode {
    code.at(DivisionLevel::Town).unwrap_or(code)
}

/// A centre and those above it, up to the city's.
fn centres_from(centre: DivisionCode) -> impl Iterator<Item = DivisionCode> {
    std::iter::successors(Some(centre), |code| code.parent())
        .filter(|code| code.level() != DivisionLevel::Province)
}

fn open_item(case: &Case, reference: &Reference, now: Timestamp) -> OpenItem {
    let handling = case.round().and_then(Round::deadline).map(|d| d.at);
    let clocks = case.inner_clocks.iter().filter(|c| c.stopped_at.is_none());
    let matter = case
        .matter
        .as_ref()
        .and_then(|key| reference.rules.catalogue.matter(key));
    OpenItem {
        case: case.id,
        number: case.number.clone(),
        stage: case.stage,
        matter: matter.map_or_else(String::new, |m| m.name.clone()),
        due: clocks.map(|c| c.due).chain(handling).min(),
        overdue: case.is_overdue(now),
    }
}
