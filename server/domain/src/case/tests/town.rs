//! A town to tell stories in: Zhewang with its bodies, people of every post, and a short catalogue.

use std::sync::{Arc, LazyLock};

use uuid::Uuid;

use crate::access::{Actor, Appointment, PersonId, Post, Scope};
use crate::case::{Called, Rules, Settings};
use crate::clock::{
    Calendar, Date, DayKind, HoursUse, Limit, LocalRule, LocalTime, Timestamp, WorkingTime,
    WorkingTimes,
};
use crate::matter::{Catalogue, Condition, ConditionId, Matter, MatterKey, MatterKind, Step};
use crate::place::{DivisionCode, GridCode, Position};
use crate::routing::{Duty, Role, Unit, UnitCode, UnitKind, preset};

pub const TOWN: &str = "320707101000";
pub const VILLAGE: &str = "320707101201";

/// Bodies of the town, by the short names in their codes.
pub const ENFORCEMENT: &str = "zf";
pub const WATER: &str = "sw";
pub const POLICE: &str = "pc";
/// A body that was dissolved in spring.
pub const DISSOLVED: &str = "jb";

/// A department of the county, which hands matters down.
pub const DEPARTMENT: &str = "320707-jt";

/// Road damaged: 5 working days.
pub const ROAD: (MatterKind, &str) = (MatterKind::Event, "06010");
/// Well cover: missing, 2 emergency hours (condition 1); broken, 4 working hours (condition 2).
pub const COVER: (MatterKind, &str) = (MatterKind::Component, "01001");
/// Water main burst: stop the water in 1 emergency hour, then the road in 5 working days.
pub const BURST: (MatterKind, &str) = (MatterKind::Event, "99998");
/// In force until the end of June 2026.
pub const OLD: (MatterKind, &str) = (MatterKind::Event, "01010");

/// Everybody who plays a part. Units' people are named by the unit.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Worker,
    /// Works in the next grid of the same village.
    Neighbour,
    /// Works in a grid of another village.
    Stranger,
    GridLeader,
    VillageLeader,
    Clerk,
    Registrar,
    /// Holds both posts, as small towns have it.
    RegistrarAndDispatcher,
    /// Of another town.
    RegistrarElsewhere,
    /// Until the end of August.
    FormerRegistrar,
    Dispatcher,
    /// The dispatcher of the county's centre.
    CountyDispatcher,
    CountyRegistrar,
    CityDispatcher,
    Caller,
    DutyOfficer,
    DutyLeader,
    TownHead,
    Supervisor,
    Auditor,
    Admin,
    App,
    OtherApp,
    Nobody,
    Leader(&'static str),
    Officer(&'static str),
    /// Grid leader, and an officer of the enforcement bureau besides.
    LeaderOfGridInEnforcement,
}

pub const EVERYBODY: [Who; 33] = [
    Who::Worker,
    Who::Neighbour,
    Who::Stranger,
    Who::GridLeader,
    Who::VillageLeader,
    Who::Clerk,
    Who::Registrar,
    Who::RegistrarAndDispatcher,
    Who::RegistrarElsewhere,
    Who::FormerRegistrar,
    Who::Dispatcher,
    Who::CountyDispatcher,
    Who::CountyRegistrar,
    Who::CityDispatcher,
    Who::Caller,
    Who::DutyOfficer,
    Who::DutyLeader,
    Who::TownHead,
    Who::Supervisor,
    Who::Auditor,
    Who::Admin,
    Who::App,
    Who::OtherApp,
    Who::Nobody,
    Who::Leader(ENFORCEMENT),
    Who::Leader(WATER),
    Who::Leader(POLICE),
    Who::Leader(DISSOLVED),
    Who::Officer(ENFORCEMENT),
    Who::Officer(WATER),
    Who::Officer(POLICE),
    Who::Officer(DISSOLVED),
    Who::LeaderOfGridInEnforcement,
];

impl Who {
    /// The account, with its posts.
    pub fn actor(self) -> Actor {
        let town = || Scope::Division(division(TOWN));
        let posts: Vec<(Post, Scope)> = match self {
            Self::Worker => vec![(Post::GridWorker, Scope::Grids(vec![grid(VILLAGE, 1)]))],
            Self::Neighbour => vec![(Post::GridWorker, Scope::Grids(vec![grid(VILLAGE, 2)]))],
            Self::Stranger => vec![(
                Post::GridWorker,
                Scope::Grids(vec![grid("320707101202", 1)]),
            )],
            Self::GridLeader => vec![(
                Post::GridLeader,
                Scope::Grids(vec![grid(VILLAGE, 1), grid(VILLAGE, 2)]),
            )],
            Self::VillageLeader => vec![(Post::VillageLeader, Scope::Division(division(VILLAGE)))],
            Self::Clerk => vec![(Post::Clerk, town())],
            Self::Registrar | Self::FormerRegistrar => vec![(Post::Registrar, town())],
            Self::RegistrarAndDispatcher => {
                vec![(Post::Registrar, town()), (Post::Dispatcher, town())]
            }
            Self::RegistrarElsewhere => {
                vec![(Post::Registrar, Scope::Division(division("320707102000")))]
            }
            Self::Dispatcher => vec![(Post::Dispatcher, town())],
            Self::CountyDispatcher => {
                vec![(Post::Dispatcher, Scope::Division(division("320707000000")))]
            }
            Self::CountyRegistrar => {
                vec![(Post::Registrar, Scope::Division(division("320707000000")))]
            }
            Self::CityDispatcher => {
                vec![(Post::Dispatcher, Scope::Division(division("320700000000")))]
            }
            Self::Caller => vec![(Post::Caller, town())],
            Self::DutyOfficer => vec![(Post::DutyOfficer, town())],
            Self::DutyLeader => vec![(Post::DutyLeader, town())],
            Self::TownHead => vec![(Post::TownHead, town())],
            Self::Supervisor => vec![(Post::Supervisor, town())],
            Self::Auditor => vec![(Post::Auditor, town())],
            Self::Admin => vec![(Post::Admin, town())],
            Self::App | Self::OtherApp => vec![(Post::App, town())],
            Self::Nobody => vec![],
            Self::Leader(body) => vec![(Post::UnitLeader, Scope::Unit(unit(body)))],
            Self::Officer(body) => vec![(Post::UnitOfficer, Scope::Unit(unit(body)))],
            Self::LeaderOfGridInEnforcement => vec![
                (Post::GridLeader, Scope::Grids(vec![grid(VILLAGE, 1)])),
                (Post::UnitOfficer, Scope::Unit(unit(ENFORCEMENT))),
            ],
        };
        let to = (self == Self::FormerRegistrar).then(|| at("09-01 00:00"));
        Actor {
            person: self.person(),
            name: format!("{self:?}"),
            appointments: posts
                .into_iter()
                .map(|(post, scope)| Appointment {
                    post,
                    scope,
                    from: at("01-01 00:00"),
                    to,
                })
                .collect(),
            grants: None,
        }
    }

    /// The same for the same name.
    pub fn person(self) -> PersonId {
        PersonId(Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            format!("{self:?}").as_bytes(),
        ))
    }
}

/// A moment of 2026 in UTC+8, written as `09-07 09:00`; with seconds where they matter.
pub fn at(text: &str) -> Timestamp {
    let seconds = if text.len() == "09-07 09:00".len() {
        ":00"
    } else {
        ""
    };
    Timestamp::parse(&format!("2026-{}{seconds}+08:00", text.replace(' ', "T"))).unwrap()
}

pub fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

pub fn grid(village: &str, sequence: u16) -> GridCode {
    GridCode::new(division(village), sequence).unwrap()
}

pub fn unit(body: &str) -> UnitCode {
    UnitCode::of(division(TOWN), body)
}

pub fn lead(body: &str) -> Called {
    Called {
        unit: unit(body),
        role: Role::Lead,
    }
}

pub fn assist(body: &str) -> Called {
    Called {
        unit: unit(body),
        role: Role::Assist,
    }
}

pub fn matter((kind, code): (MatterKind, &str)) -> MatterKey {
    MatterKey::new(kind, code).unwrap()
}

pub fn condition(of: (MatterKind, &str), number: u16) -> ConditionId {
    ConditionId::new(&matter(of), number)
}

/// Where everything happens.
pub fn scene() -> Position {
    Position::new(119.2, 35.1).unwrap()
}

/// So many metres north of the scene.
pub fn metres_away(metres: f64) -> Position {
    Position::new(119.2, 35.1 + metres / 111_195.0).unwrap()
}

static TIMES: LazyLock<Arc<WorkingTimes>> = LazyLock::new(|| {
    Arc::new(WorkingTimes::everywhere(WorkingTime {
        calendar: calendar(),
        ..WorkingTime::default()
    }))
});

/// The rules of the town: the default kinds and settings under the real calendar of 2026.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| Rules {
    time: TIMES.at(division(TOWN), HoursUse::Work).clone(),
    grid_time: TIMES.at(division(TOWN), HoursUse::Grid).clone(),
    desks: TIMES.clone(),
    kinds: preset("default").unwrap(),
    catalogue: Arc::new(catalogue()),
    units: [
        (
            ENFORCEMENT,
            UnitKind::EnforcementBureau,
            "enforcement",
            None,
        ),
        (WATER, UnitKind::Utility, "water", None),
        (POLICE, UnitKind::PoliceStation, "police", None),
        (
            DISSOLVED,
            UnitKind::StationedBody,
            "family_planning",
            Some("2026-04-01"),
        ),
    ]
    .map(|(body, kind, function, until)| Unit {
        code: unit(body),
        name: body.to_owned(),
        kind,
        function: function.to_owned(),
        division: division(TOWN),
        valid_from: day("2020-01-01"),
        valid_to: until.map(day),
    })
    .into_iter()
    .chain([Unit {
        code: UnitCode(DEPARTMENT.to_owned()),
        name: "交通运输局".to_owned(),
        kind: UnitKind::Department,
        function: "transport".to_owned(),
        division: division("320707000000"),
        valid_from: day("2020-01-01"),
        valid_to: None,
    }])
    .collect(),
    duties: [
        (COVER, Role::Lead, "enforcement"),
        (COVER, Role::Assist, "water"),
        (BURST, Role::Lead, "water"),
        (BURST, Role::Assist, "enforcement"),
        (ROAD, Role::Lead, "enforcement"),
    ]
    .map(|((matter_kind, code), role, function)| Duty {
        matter_kind,
        code_prefix: code.to_owned(),
        role,
        function: function.to_owned(),
        text: format!("{function} {role}"),
        valid_from: day("2020-01-01"),
        valid_to: None,
    })
    .into(),
    registers: Arc::default(),
    versions: Arc::default(),
    rulings: Arc::from([]),
    settings: Settings::default(),
});

impl Rules {
    /// The same with another working time everywhere.
    #[must_use]
    pub fn under(self, time: WorkingTime) -> Self {
        let times = Arc::new(WorkingTimes::everywhere(time));
        Self {
            time: times.of_everybody().clone(),
            grid_time: times.of_everybody().clone(),
            desks: times,
            ..self
        }
    }

    /// The same where the units of the town work as it says itself.
    #[must_use]
    pub fn where_units_work(self, own: impl IntoIterator<Item = LocalRule>) -> Self {
        let entries: Vec<LocalTime> = own
            .into_iter()
            .map(|rule| LocalTime {
                division: division(TOWN),
                used_for: Some(HoursUse::Work),
                rule,
                reason: String::new(),
            })
            .collect();
        let times = WorkingTimes::new(self.time.as_ref().clone(), &entries).unwrap();
        Self {
            time: times.at(division(TOWN), HoursUse::Work).clone(),
            ..self
        }
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn calendar() -> Calendar {
    let notice: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/calendar/cn-2026.json")).unwrap();
    let days = notice["days"].as_array().unwrap().iter().map(|entry| {
        let is_off = entry["isOffDay"].as_bool().unwrap();
        let kind = if is_off { DayKind::Off } else { DayKind::Work };
        (day(entry["date"].as_str().unwrap()), kind)
    });
    Calendar::from_years(1, &[(2026, days.collect())]).unwrap()
}

fn catalogue() -> Catalogue {
    let entry = |of: (MatterKind, &str), until: Option<&str>| Matter {
        catalogue: "GB/T 47678.5-2026".to_owned(),
        key: matter(of),
        major_code: of.1[..2].to_owned(),
        major_name: of.1[..2].to_owned(),
        name: of.1.to_owned(),
        valid_from: day("2014-12-01"),
        valid_to: until.map(day),
    };
    let with_limits = |of: (MatterKind, &str), number, limits: &[Limit]| {
        let steps: Vec<Step> = limits
            .iter()
            .map(|&limit| Step {
                limit,
                standard: "恢复原状".to_owned(),
                standard_en: "Restored".to_owned(),
            })
            .collect();
        Condition {
            id: condition(of, number),
            matter: matter(of),
            name: "情形".to_owned(),
            name_en: "Condition".to_owned(),
            self_handle: of == ROAD,
            provisional: false,
            emergency: Condition::is_emergency(&steps),
            steps,
        }
    };
    Catalogue::new(
        [
            entry(ROAD, None),
            entry(COVER, None),
            entry(BURST, None),
            entry(OLD, Some("2026-07-01")),
        ],
        [
            with_limits(ROAD, 1, &[Limit::working_days(5)]),
            with_limits(COVER, 1, &[Limit::emergency_hours(2)]),
            with_limits(COVER, 2, &[Limit::working_hours(4)]),
            with_limits(
                BURST,
                1,
                &[Limit::emergency_hours(1), Limit::working_days(5)],
            ),
        ],
    )
}
