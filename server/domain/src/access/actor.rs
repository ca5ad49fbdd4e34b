//! People, their posts and the scope of each.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::names::names;
use crate::place::{DivisionCode, GridCode, Succession};
use crate::routing::UnitCode;

/// A person, or an application, that has an account.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

names! {
    /// The posts of the field. A person may hold several, each for a scope and a period.
    pub enum Post {
        /// 网格员
        GridWorker => "grid_worker",
        /// 网格长
        GridLeader => "grid_leader",
        /// 村(社区)书记
        VillageLeader => "village_leader",
        /// 接线员
        Clerk => "clerk",
        /// 受理员
        Registrar => "registrar",
        /// 派遣员
        Dispatcher => "dispatcher",
        /// 回访员
        Caller => "caller",
        /// 值班员
        DutyOfficer => "duty_officer",
        /// 带班领导
        DutyLeader => "duty_leader",
        /// 经办人
        UnitOfficer => "unit_officer",
        /// 单位负责人
        UnitLeader => "unit_leader",
        /// 镇主要负责人
        TownHead => "town_head",
        /// 督查员: sees all numbers of its subtree, changes nothing.
        Supervisor => "supervisor",
        /// 审计员
        Auditor => "auditor",
        /// 管理员
        Admin => "admin",
        /// A third-party application.
        App => "app",
        /// The resident who answers by a one-time link; nobody's account.
        Resident => "resident",
        /// The system itself, acting by a rule.
        System => "system",
    }
}

names! {
    /// What the key of a third-party application may be used for.
    pub enum Grant {
        /// File reports and follow them up: comments, photographs, a request to reopen.
        CasesFile => "cases:file",
        /// Read the cases of its division, without any personal data.
        CasesRead => "cases:read",
        /// Read the feed of events of its division.
        EventsRead => "events:read",
        /// Read the figures of its division.
        FiguresRead => "figures:read",
        /// Read what is known of the residents behind cases that are not confidential.
        PersonalRead => "personal:read",
    }
}

/// What a post extends over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A division and all below it.
    Division(DivisionCode),
    /// One unit.
    Unit(UnitCode),
    /// Some grids.
    Grids(Vec<GridCode>),
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Division(code) => write!(f, "{code}"),
            Self::Unit(code) => write!(f, "{code}"),
            Self::Grids(codes) => {
                let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
                f.write_str(&codes.join(","))
            }
        }
    }
}

/// A post held over a scope for a period [from, to).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub post: Post,
    pub scope: Scope,
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

impl Appointment {
    /// Whether the post is held at that moment.
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }
}

/// Somebody who asks for something: the account and what it may act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub name: String,
    pub appointments: Vec<Appointment>,
    /// What the key allows by which an application asks; absent for whoever logged in.
    pub grants: Option<Vec<Grant>>,
}

impl Actor {
    /// The appointments in force at that moment.
    pub fn posts(&self, now: Timestamp) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |a| a.in_force(now))
    }

    /// Whether one of the posts is held at that moment, over whatever scope.
    pub fn holds(&self, posts: &[Post], now: Timestamp) -> bool {
        self.posts(now).any(|a| posts.contains(&a.post))
    }

    /// The same account in one of its posts alone.
    #[must_use]
    pub fn in_post(&self, held: &Appointment) -> Self {
        Self {
            appointments: vec![held.clone()],
            ..self.clone()
        }
    }

    /// The same account in those of its posts alone that pass.
    #[must_use]
    pub fn in_posts(&self, passes: impl Fn(&Self) -> bool, now: Timestamp) -> Self {
        Self {
            appointments: self
                .posts(now)
                .filter(|held| passes(&self.in_post(held)))
                .cloned()
                .collect(),
            ..self.clone()
        }
    }

    /// The same account with what its posts take over: a post at a division is one at every division that has become it
    /// as a whole, so that whoever works at the centre of a merged town works on the cases that the old ones left.
    ///
    /// The posts themselves come first; what they take over is theirs from the moment at which it became so. A post at
    /// an ended division stays, for its old cases.
    #[must_use]
    pub fn taking_over(mut self, succession: &Succession) -> Self {
        let mut taken_over: Vec<Appointment> = Vec::new();
        for held in &self.appointments {
            let Scope::Division(code) = held.scope else {
                continue;
            };
            for (former, since) in succession.came_into(code) {
                let post = Appointment {
                    scope: Scope::Division(*former),
                    from: held.from.max(*since),
                    ..held.clone()
                };
                if !self.appointments.contains(&post) && !taken_over.contains(&post) {
                    taken_over.push(post);
                }
            }
        }
        self.appointments.extend(taken_over);
        self
    }

    /// Whether somebody works for the administration, and is no application: internal comments are for him.
    pub fn works_inside(&self, now: Timestamp) -> bool {
        self.posts(now).any(|held| held.post != Post::App)
    }

    /// Whether an application may use what the grant names.
    ///
    /// One that logs in instead of using a key files and reads, but sees neither figures nor anything of residents.
    pub fn is_granted(&self, grant: Grant) -> bool {
        match &self.grants {
            Some(grants) => grants.contains(&grant),
            None => !matches!(grant, Grant::FiguresRead | Grant::PersonalRead),
        }
    }

    /// Whether a post is held in that unit at that moment.
    pub fn belongs_to(&self, unit: &UnitCode, now: Timestamp) -> bool {
        self.posts(now)
            .any(|a| matches!(&a.scope, Scope::Unit(code) if code == unit))
    }
}

/// Who did something, as the log keeps it: the post that was used is part of the fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorRef {
    /// Absent for the system and for residents.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<PersonId>,
    /// The official's name; never a resident's.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub name: String,
    pub post: Post,
    /// The unit, when the post is a unit's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<UnitCode>,
    /// The town for which a centre above acted (代派).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acting_for: Option<DivisionCode>,
}

impl ActorRef {
    /// The system, acting by a rule.
    pub fn system() -> Self {
        Self {
            person: None,
            name: String::new(),
            post: Post::System,
            unit: None,
            acting_for: None,
        }
    }

    /// A resident who holds a one-time link.
    pub fn resident() -> Self {
        Self {
            person: None,
            name: String::new(),
            post: Post::Resident,
            unit: None,
            acting_for: None,
        }
    }

    /// The actor in one of the posts.
    pub fn of(actor: &Actor, appointment: &Appointment) -> Self {
        Self {
            person: Some(actor.person),
            name: actor.name.clone(),
            post: appointment.post,
            unit: match &appointment.scope {
                Scope::Unit(code) => Some(code.clone()),
                Scope::Division(_) | Scope::Grids(_) => None,
            },
            acting_for: None,
        }
    }

    /// Whether it is that person, in whatever post.
    pub fn is(&self, actor: &Actor) -> bool {
        self.person == Some(actor.person)
    }
}
