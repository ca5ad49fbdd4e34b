//! Who sees what and may use what, for any posts.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::clock::Timestamp;
use crate::place::{DivisionCode, DivisionLevel, GridCode};
use crate::routing::UnitCode;

const CENTRES: [&str; 4] = [
    "320000000000",
    "320707000000",
    "320707101000",
    "320707102000",
];
const VILLAGES: [&str; 3] = ["320707101201", "320707101202", "320707102201"];
const UNITS: [&str; 3] = ["320707101-zf", "320707101-sw", "320707-cg"];
const PEOPLE: u128 = 3;

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

fn grid(village: &str, sequence: u16) -> GridCode {
    GridCode::new(division(village), sequence).unwrap()
}

fn unit(code: &str) -> UnitCode {
    UnitCode(code.to_owned())
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn now() -> Timestamp {
    Timestamp::from_micros(0)
}

fn scope() -> impl Strategy<Value = Scope> {
    let divisions: Vec<&str> = CENTRES.into_iter().chain(VILLAGES).collect();
    let grids = (prop::sample::select(&VILLAGES[..]), 1..3_u16).prop_map(|(v, n)| grid(v, n));
    prop_oneof![
        prop::sample::select(divisions).prop_map(|code| Scope::Division(division(code))),
        prop::sample::select(&UNITS[..]).prop_map(|code| Scope::Unit(unit(code))),
        prop::collection::vec(grids, 0..3).prop_map(Scope::Grids),
    ]
}

/// A post over a scope, from and to somewhere around now.
fn appointment() -> impl Strategy<Value = Appointment> {
    let post = prop::sample::select(Post::ALL);
    (post, scope(), -2..2_i64, prop::option::of(-1..3_i64)).prop_map(|(post, scope, from, to)| {
        let moment = Timestamp::from_micros;
        Appointment {
            post,
            scope,
            from: moment(from),
            to: to.map(moment),
        }
    })
}

fn actor() -> impl Strategy<Value = Actor> {
    (0..PEOPLE, prop::collection::vec(appointment(), 0..4)).prop_map(|(n, appointments)| Actor {
        person: person(n),
        name: String::new(),
        appointments,
        grants: None,
    })
}

/// What sight depends on, owned.
#[derive(Clone, Debug)]
struct Somewhere {
    centre: DivisionCode,
    grid: Option<GridCode>,
    filed_by: Option<PersonId>,
    blown_by: Vec<PersonId>,
    units: Vec<UnitCode>,
    verifying: bool,
}

impl Somewhere {
    fn subject(&self) -> Subject<'_> {
        Subject {
            centre: self.centre,
            village: self.grid.map(GridCode::village),
            grid: self.grid,
            filed_by: self.filed_by,
            blown_by: self.blown_by.clone(),
            units: self.units.iter().collect(),
            verifying: self.verifying,
        }
    }
}

fn somewhere() -> impl Strategy<Value = Somewhere> {
    let grids = (prop::sample::select(&VILLAGES[..]), 1..3_u16).prop_map(|(v, n)| grid(v, n));
    let units = prop::sample::select(&UNITS[..]).prop_map(unit);
    (
        prop::sample::select(&CENTRES[..]).prop_map(division),
        prop::option::of(grids),
        prop::option::of((0..PEOPLE).prop_map(person)),
        prop::collection::vec((0..PEOPLE).prop_map(person), 0..2),
        prop::collection::vec(units, 0..2),
        any::<bool>(),
    )
        .prop_map(
            |(centre, grid, filed_by, blown_by, units, verifying)| Somewhere {
                centre,
                grid,
                filed_by,
                blown_by,
                units,
                verifying,
            },
        )
}

/// The sight that one post in force gives, written down from the rules and not from the code.
fn post_shows(actor: &Actor, held: &Appointment, case: &Somewhere) -> bool {
    let own = case.filed_by == Some(actor.person) || case.blown_by.contains(&actor.person);
    let below = |above: DivisionCode, code: DivisionCode| {
        DivisionLevel::ALL
            .iter()
            .any(|level| code.at(*level) == Some(above))
    };
    match held.post {
        Post::Admin | Post::Resident | Post::System => false,
        Post::App => own,
        _ => {
            own || match &held.scope {
                Scope::Division(code) => {
                    below(*code, case.centre)
                        || case.grid.is_some_and(|g| below(*code, g.village()))
                }
                Scope::Grids(grids) => case.grid.is_some_and(|g| {
                    let next_door = grids.iter().any(|of| of.village() == g.village());
                    grids.contains(&g)
                        || (case.verifying && held.post == Post::GridWorker && next_door)
                }),
                Scope::Unit(unit) => case.units.contains(unit),
            }
        }
    }
}

fn holder(post: Post, scope: Scope) -> Actor {
    let from = now();
    Actor {
        person: person(0),
        name: String::new(),
        appointments: vec![Appointment {
            post,
            scope,
            from,
            to: None,
        }],
        grants: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn one_sees_what_a_reach_covers_and_what_a_post_in_force_shows(
        actor in actor(),
        case in somewhere(),
    ) {
        let subject = case.subject();
        let seen = sees(&actor, &subject, now());
        prop_assert_eq!(seen, Reach::of(&actor, now()).iter().any(|r| r.covers(&subject)));
        let shown = actor
            .appointments
            .iter()
            .filter(|a| a.from <= now() && a.to.is_none_or(|to| now() < to))
            .any(|a| post_shows(&actor, a, &case));
        prop_assert_eq!(seen, shown);
    }

    #[test]
    fn posts_that_are_over_or_to_come_give_nothing(mut actor in actor(), case in somewhere()) {
        actor.appointments.retain(|a| !a.in_force(now()));
        prop_assert!(!sees(&actor, &case.subject(), now()));
        prop_assert_eq!(Reach::of(&actor, now()), vec![]);
        prop_assert!(!actor.holds(Post::ALL, now()));
        for unit in UNITS.map(unit) {
            prop_assert!(!actor.belongs_to(&unit, now()));
        }
        for &operation in Operation::ALL {
            prop_assert!(!may_use(&actor, operation, now()), "{}", operation);
        }
    }

    #[test]
    fn no_reach_is_named_twice(actor in actor()) {
        let reaches = Reach::of(&actor, now());
        for (i, reach) in reaches.iter().enumerate() {
            prop_assert!(!reaches[..i].contains(reach));
        }
    }

    #[test]
    fn an_appointment_reads_back_as_written(appointment in appointment()) {
        let text = serde_json::to_string(&appointment).unwrap();
        prop_assert_eq!(serde_json::from_str::<Appointment>(&text).unwrap(), appointment);
    }
}

#[test]
fn a_post_holds_from_its_beginning_to_before_its_end() {
    let moment = Timestamp::from_micros;
    let held = Appointment {
        post: Post::Clerk,
        scope: Scope::Grids(vec![]),
        from: moment(10),
        to: Some(moment(20)),
    };
    let in_force = [9, 10, 19, 20].map(|at| held.in_force(moment(at)));
    assert_eq!(in_force, [false, true, true, false]);
}

#[test]
fn each_operation_is_open_to_these_posts_and_no_others() {
    let open_to = |operation| -> Vec<&str> {
        Post::ALL
            .iter()
            .filter(|post| may_use(&holder(**post, Scope::Grids(vec![])), operation, now()))
            .map(|post| post.as_str())
            .collect()
    };
    assert_eq!(open_to(Operation::ChangeBoundaries), ["admin"]);
    assert_eq!(open_to(Operation::ChangeDivisions), ["admin"]);
    assert_eq!(open_to(Operation::Configure), ["admin"]);
    assert_eq!(open_to(Operation::ManageAccounts), ["admin"]);
    assert_eq!(open_to(Operation::ManageKeys), ["admin"]);
    assert_eq!(open_to(Operation::ReadUnmaskings), ["auditor"]);
    assert_eq!(
        open_to(Operation::ManageRoster),
        ["duty_leader", "unit_leader", "town_head", "admin"]
    );
    assert_eq!(
        open_to(Operation::HandOver),
        [
            "clerk",
            "registrar",
            "dispatcher",
            "duty_officer",
            "duty_leader",
            "unit_officer",
            "unit_leader",
            "town_head"
        ]
    );
    assert_eq!(
        open_to(Operation::Unmask),
        [
            "grid_worker",
            "grid_leader",
            "clerk",
            "registrar",
            "dispatcher",
            "caller",
            "unit_officer",
            "unit_leader"
        ]
    );
    for (operation, closed_to) in [
        (Operation::ReadCases, vec![Post::Admin]),
        (Operation::ReadFeed, vec![Post::Admin]),
        (
            Operation::ReadFigures,
            vec![
                Post::GridWorker,
                Post::Clerk,
                Post::Caller,
                Post::Admin,
                Post::App,
            ],
        ),
        (
            Operation::Attach,
            vec![Post::Supervisor, Post::Auditor, Post::Admin],
        ),
        (Operation::ReadReference, vec![]),
        (Operation::ReadRoster, vec![Post::App]),
    ] {
        let open = open_to(operation);
        for post in Post::ALL {
            let is_open = open.contains(&post.as_str());
            assert_eq!(
                is_open,
                !closed_to.contains(post),
                "{operation} from {post}"
            );
        }
    }
}

#[test]
fn the_log_keeps_the_unit_of_a_units_post_and_no_name_of_a_resident() {
    let officer = holder(Post::UnitOfficer, Scope::Unit(unit(UNITS[0])));
    let by = ActorRef::of(&officer, &officer.appointments[0]);
    assert_eq!(by.unit, Some(unit(UNITS[0])));
    assert!(by.is(&officer));
    assert!(!ActorRef::system().is(&officer));
    let resident = serde_json::to_string(&ActorRef::resident()).unwrap();
    assert_eq!(resident, r#"{"post":"resident"}"#);
}

#[test]
fn a_key_opens_what_it_grants_and_nothing_else() {
    use Operation::{
        Attach, ChangeBoundaries, ManageKeys, ReadCases, ReadFeed, ReadFigures, ReadUnmaskings,
        Unmask,
    };
    let division_below = Somewhere {
        centre: division("320707101000"),
        grid: Some(grid("320707101201", 1)),
        filed_by: None,
        blown_by: vec![],
        units: vec![],
        verifying: false,
    };
    for (grant, opens, sees_all) in [
        (Grant::CasesFile, vec![Attach], false),
        (Grant::CasesRead, vec![ReadCases], true),
        (Grant::EventsRead, vec![ReadFeed], true),
        (Grant::FiguresRead, vec![ReadFigures], true),
        (Grant::PersonalRead, vec![Unmask], false),
    ] {
        let mut app = holder(Post::App, Scope::Division(division("320707000000")));
        app.grants = Some(vec![grant]);
        for operation in [
            Attach,
            ReadCases,
            ReadFeed,
            ReadFigures,
            Unmask,
            ReadUnmaskings,
            ManageKeys,
            ChangeBoundaries,
        ] {
            let may = may_use(&app, operation, now());
            assert_eq!(may, opens.contains(&operation), "{operation} by {grant}");
        }
        assert_eq!(
            sees(&app, &division_below.subject(), now()),
            sees_all,
            "{grant}"
        );
        app.appointments[0].scope = Scope::Division(division("320707102000"));
        assert!(!sees(&app, &division_below.subject(), now()), "{grant}");
    }
}
