//! Three levels of command centre over a real store: work lists, a ruling that becomes a rule, figures by owner.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, Appointment, PersonId, Post, Scope};
use gridwhistle_domain::case::{Action, Called, Case, CaseId, Queue, Source, proposal};
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::indicator::{Codes, Indicator, Owner, Period};
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_domain::routing::{ProposalReason, Responsible, Role, UnitCode};
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Clock, FigureQuery, GridChange, NewPlace, NewReport, Request, Resident,
    RulingChange, Service, ServiceError,
};
use gridwhistle_store::{Durability, ListNote, Store, sqlite_url};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

const TOWN: &str = "320707101000";
const COUNTY: &str = "320707000000";
const CITY: &str = "320700000000";
const ENFORCEMENT: &str = "320707101-zf";
const WATER: &str = "320707101-sl";

struct Three {
    service: Service,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

fn code(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

fn somebody(posts: &[Post], scope: &Scope) -> Actor {
    Actor {
        person: PersonId(Uuid::now_v7()),
        name: "李明".to_owned(),
        appointments: posts
            .iter()
            .map(|post| Appointment {
                post: *post,
                scope: scope.clone(),
                from: Timestamp::from_micros(0),
                to: None,
            })
            .collect(),
        grants: None,
    }
}

/// Everybody of a command centre in one person.
fn centre(of: &str) -> Actor {
    let posts = [Post::Registrar, Post::Dispatcher, Post::DutyLeader];
    somebody(&posts, &Scope::Division(code(of)))
}

fn leader(unit: &str) -> Actor {
    somebody(&[Post::UnitLeader], &Scope::Unit(UnitCode(unit.to_owned())))
}

impl Three {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(&folder.path().join("three.db"));
        let store = Store::open(&url, Durability::Off).await.unwrap();
        let morning = Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap();
        let note = ListNote::unexplained(morning);
        bundle::put(&store, &bundle::ganyu().unwrap(), &note)
            .await
            .unwrap();
        let clock = Arc::new(AtomicI64::new(morning.micros()));
        let objects = Arc::new(object_store::memory::InMemory::new());
        let service = Service::open(store, Clock::Set(clock.clone()), objects, [7; 32])
            .await
            .unwrap();
        let (west, east, south, north) = (119.0, 119.01, 34.9, 34.91);
        let grid = GridChange {
            code: GridCode::parse("320707101200001").unwrap(),
            name: "一".to_owned(),
            kind: GridKind::General,
            schematic: true,
            geometry: json!({"type": "Polygon", "coordinates": [[
                [west, south], [east, south], [east, north], [west, north], [west, south]
            ]]}),
        };
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids: vec![grid],
            dry_run: false,
        };
        service.put_boundaries(change).await.unwrap();
        Self {
            service,
            clock,
            _folder: folder,
        }
    }

    fn pass(&self, minutes: i64) {
        self.clock
            .fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    /// A damaged road, reported by the town's clerk for a resident.
    async fn reported(&self) -> Case {
        let clerk = somebody(&[Post::Clerk], &Scope::Division(code(TOWN)));
        let report = NewReport {
            id: None,
            source: Source::Hotline,
            text: "暴露垃圾".to_owned(),
            matter: Some(MatterKey::new(MatterKind::Event, "06010").unwrap()),
            place: NewPlace {
                lon_lat: Some((119.005, 34.905)),
                ..NewPlace::default()
            },
            resident: Some(Resident {
                name: "张三丰".to_owned(),
                telephone: "13812345678".to_owned(),
            }),
            confidential: None,
            external_number: None,
            handed_down_by: None,
            safety_call: None,
            attachments: Vec::new(),
            whistle: None,
            self_handled: None,
            occurred_at: None,
        };
        self.service
            .report(&clerk, report, None)
            .await
            .unwrap()
            .case
    }

    async fn tries(&self, who: &Actor, id: CaseId, action: Action) -> Result<Case, ServiceError> {
        let version = if action.kind().is_fact() {
            None
        } else {
            let case = self.service.store.case(id).await?.unwrap();
            Some(case.version)
        };
        let request = Request {
            action,
            version,
            occurred_at: None,
            key: None,
        };
        Ok(self.service.act(who, id, request).await?.case)
    }

    async fn does(&self, who: &Actor, id: CaseId, action: Action) -> Case {
        self.tries(who, id, action).await.unwrap()
    }

    async fn registered(&self) -> Case {
        let case = self.reported().await;
        let town = centre(TOWN);
        self.does(&town, case.id, Action::Accept).await;
        let register = Action::Register {
            matter: MatterKey::new(MatterKind::Event, "06010").unwrap(),
            condition: ConditionId("event-06010/1".to_owned()),
        };
        self.does(&town, case.id, register).await
    }

    /// The queues of a centre in which something waits, as `name number/overdue`.
    async fn desk(&self, of: &str) -> Vec<String> {
        let queues = self.service.desk(&centre(of), code(of)).await.unwrap();
        queues
            .iter()
            .map(|q| format!("{} {}/{}", q.queue, q.count, q.overdue))
            .collect()
    }
}

fn escalate() -> Action {
    Action::Escalate {
        reason: "涉及多个部门".to_owned(),
    }
}

fn dispatch(unit: &str) -> Action {
    Action::Dispatch {
        units: vec![Called {
            unit: UnitCode(unit.to_owned()),
            role: Role::Lead,
        }],
        note: String::new(),
    }
}

#[tokio::test]
async fn a_case_waits_for_the_centre_that_has_it_and_for_no_other() {
    let three = Three::build().await;
    let case = three.reported().await;
    assert_eq!(three.desk(TOWN).await, ["accept 1/0"]);
    assert!(three.desk(COUNTY).await.is_empty(), "it is the town's");
    three.pass(16);
    assert_eq!(three.desk(TOWN).await, ["accept 1/1"]);
    three.does(&centre(TOWN), case.id, escalate()).await;
    assert!(three.desk(TOWN).await.is_empty());
    assert_eq!(
        three.desk(COUNTY).await,
        ["accept 1/0"],
        "with its own clock"
    );
    let page = three
        .service
        .desk_cases(&centre(COUNTY), (code(COUNTY), Queue::Accept), (None, 10))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].number, case.number, "one number for ever");
    // The town sees it all the same, and so does the city.
    for who in [TOWN, CITY] {
        assert!(three.service.case(&centre(who), case.id).await.is_ok());
    }
}

#[tokio::test]
async fn what_is_overdue_longest_stands_first_in_a_queue() {
    let three = Three::build().await;
    let first = three.registered().await;
    three.pass(20);
    let second = three.registered().await;
    let town = centre(TOWN);
    let queue = |after, limit| {
        three
            .service
            .desk_cases(&town, (code(TOWN), Queue::Dispatch), (after, limit))
    };
    let page = queue(None, 1).await.unwrap();
    assert_eq!(page.items[0].id, first.id);
    let rest = queue(page.next, 1).await.unwrap();
    assert_eq!(rest.items[0].id, second.id);
    assert_eq!(rest.next, None);
    assert_eq!(three.desk(TOWN).await, ["dispatch 2/1"]);
}

#[tokio::test]
async fn a_work_list_is_seen_from_its_centre_and_from_above() {
    let three = Three::build().await;
    for (who, of, seen) in [
        (TOWN, TOWN, true),
        (COUNTY, TOWN, true),
        (CITY, COUNTY, true),
        (TOWN, COUNTY, false),
        ("320707102000", TOWN, false),
        // A village has no command centre.
        (TOWN, "320707101200", false),
        (COUNTY, "320707999000", false),
    ] {
        let desk = three.service.desk(&centre(who), code(of)).await;
        assert_eq!(desk.is_ok(), seen, "{of} by {who}");
        assert!(seen || matches!(desk, Err(ServiceError::NotFound)));
    }
}

/// Three leads have returned the case in turn; the county is to rule.
async fn disputed(three: &Three) -> Case {
    let case = three.registered().await;
    let town = centre(TOWN);
    for unit in [ENFORCEMENT, WATER, ENFORCEMENT] {
        let called = three.does(&town, case.id, dispatch(unit)).await;
        let assignment = called.lead().unwrap().id;
        let request = Action::RequestReturn {
            assignment,
            reason: "不属我单位职责".to_owned(),
            legal_basis: String::new(),
            suggested_unit: None,
        };
        three.does(&leader(unit), case.id, request).await;
        let decide = Action::DecideReturn {
            assignment,
            accept: true,
            ruling: "同意".to_owned(),
        };
        three.does(&town, case.id, decide).await;
    }
    three.service.store.case(case.id).await.unwrap().unwrap()
}

fn rule() -> Action {
    Action::Rule {
        lead: UnitCode(WATER.to_owned()),
        assists: Vec::new(),
        ruling: "张三丰反映的路面由水务站主办".to_owned(),
    }
}

#[tokio::test]
async fn a_ruling_becomes_a_rule_that_proposals_read_first() {
    let three = Three::build().await;
    let case = Box::pin(disputed(&three)).await;
    assert_eq!(three.desk(COUNTY).await, ["rule 1/0"]);
    assert_eq!(three.desk(TOWN).await, ["dispatch 1/0"]);
    three.does(&centre(COUNTY), case.id, rule()).await;
    assert!(three.desk(COUNTY).await.is_empty());
    let reference = three.service.reference();
    let rules = &reference.rules;
    let ruling = rules.rulings[0].clone();
    assert_eq!(ruling.case_number, case.number);
    assert_eq!(ruling.division, code(TOWN));
    assert_eq!(ruling.text, "***反映的路面由水务站主办", "nobody is named");
    let lead = |rules: &gridwhistle_domain::case::Rules, on: Date| {
        proposal(&case, rules, on).unwrap().lead().cloned().unwrap()
    };
    let today = three.service.clock.now().date();
    let proposed = lead(rules, today);
    assert_eq!(proposed.unit.0, WATER);
    assert!(matches!(proposed.reasons[0], ProposalReason::Ruling { .. }));
    // Withdrawn by the county, it is no rule any more; the town may not do that.
    let change = RulingChange {
        code_prefix: ruling.code_prefix.clone(),
        division: ruling.division,
        lead: Responsible::Unit(UnitCode(WATER.to_owned())),
        assists: Vec::new(),
        text: "张三丰：维持".to_owned(),
        valid_from: ruling.valid_from,
        valid_to: None,
        withdrawn: true,
    };
    let by_town = three
        .service
        .change_ruling(&centre(TOWN), &ruling.id, change.clone())
        .await;
    assert!(matches!(by_town, Err(ServiceError::Forbidden)));
    let changed = three
        .service
        .change_ruling(&centre(COUNTY), &ruling.id, change.clone())
        .await
        .unwrap();
    assert_eq!(changed.text, "***：维持");
    let reference = three.service.reference();
    assert!(matches!(
        lead(&reference.rules, today).reasons[0],
        ProposalReason::Duty(_) | ProposalReason::NoDuty
    ));
    // Beyond the county's division there is nothing to rule, and days are in order.
    let wrong = RulingChange {
        division: code("320706000000"),
        valid_to: Some(ruling.valid_from),
        lead: Responsible::Function("nothing".to_owned()),
        code_prefix: "0601a".to_owned(),
        ..change
    };
    let Err(ServiceError::Invalid(faults)) = three
        .service
        .change_ruling(&centre(COUNTY), &ruling.id, wrong)
        .await
    else {
        panic!("it was taken")
    };
    let faults: Vec<(&str, &str)> = faults
        .iter()
        .map(|f| (f.pointer.as_str(), f.code))
        .collect();
    assert_eq!(
        faults,
        [
            ("/code_prefix", "not_a_prefix"),
            ("/division", "unknown_division"),
            ("/lead", "unknown_unit"),
            ("/valid_to", "ends_before"),
        ]
    );
    assert!(three.service.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn nothing_is_delegated_to_a_division_that_nobody_knows() {
    let three = Three::build().await;
    let case = three.registered().await;
    three.does(&centre(TOWN), case.id, escalate()).await;
    let delegate = |to: &str| Action::Delegate {
        to: code(to),
        reason: "属地".to_owned(),
    };
    let refused = three
        .tries(&centre(COUNTY), case.id, delegate("320707999000"))
        .await;
    assert!(matches!(refused, Err(ServiceError::Refused(_))));
    three.does(&centre(COUNTY), case.id, delegate(TOWN)).await;
    assert!(three.service.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn figures_count_for_the_centre_that_has_the_case() {
    let three = Three::build().await;
    let case = three.registered().await;
    three
        .does(&centre(TOWN), case.id, dispatch(ENFORCEMENT))
        .await;
    three.does(&centre(TOWN), case.id, escalate()).await;
    three.does(&centre(COUNTY), case.id, dispatch(WATER)).await;
    // Twenty days later it is overdue, at the county.
    three.pass(20 * 24 * 60);
    let due = async |who: &str, owner: Owner| {
        let query = FigureQuery {
            owner,
            period: Period::year(Date::parse("2026-07-01").unwrap()),
            as_of: None,
            kind: None,
            by: None,
            each: None,
            codes: Codes::Then,
        };
        let figures = three.service.figures(&centre(who), query).await?;
        let figure = figures.groups[0]
            .figures
            .iter()
            .find(|f| f.indicator == Indicator::Due)
            .map(|f| f.numerator / 100_000);
        Ok::<_, ServiceError>(figure.unwrap())
    };
    let of = |c: &str| Owner::Centre(code(c));
    assert_eq!(due(COUNTY, of(COUNTY)).await.unwrap(), 1);
    assert_eq!(due(COUNTY, of(TOWN)).await.unwrap(), 0);
    // It happened in the town all the same.
    assert_eq!(due(TOWN, Owner::Division(code(TOWN))).await.unwrap(), 1);
    for owner in [
        Owner::Division(code("320707102000")),
        Owner::Division(code("990000000000")),
        of(COUNTY),
    ] {
        let outside = due(TOWN, owner).await;
        assert!(matches!(outside, Err(ServiceError::NotFound)));
    }
}

#[tokio::test]
async fn of_several_posts_each_sees_the_figures_of_its_own_scope_alone() {
    let three = Three::build().await;
    let case = three.registered().await;
    three
        .does(&centre(TOWN), case.id, dispatch(ENFORCEMENT))
        .await;
    three.pass(20 * 24 * 60);
    // He walks a grid of the town, which sees no rates, and leads a unit elsewhere.
    let mut both = leader(WATER);
    let walks = somebody(
        &[Post::GridWorker],
        &Scope::Grids(case.place.grid.into_iter().collect()),
    );
    both.appointments.extend(walks.appointments);
    let due = async |who: &Actor| {
        let query = FigureQuery {
            owner: Owner::All,
            period: Period::year(Date::parse("2026-07-01").unwrap()),
            as_of: None,
            kind: None,
            by: None,
            each: None,
            codes: Codes::Then,
        };
        let figures = three.service.figures(who, query).await.unwrap();
        let all = figures.groups[0].figures.iter();
        let due = all.filter(|figure| figure.indicator == Indicator::Due);
        due.map(|figure| figure.numerator / 100_000).sum::<i64>()
    };
    assert_eq!(due(&both).await, 0);
    assert_eq!(due(&leader(ENFORCEMENT)).await, 1);
    let seen = three.service.case(&both, case.id).await.unwrap();
    assert_eq!(seen.id, case.id, "the case itself is in his grid");
}
