//! Sessions, filing, photographs, links for residents, boundaries, figures: over a real store.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use gridwhistle_domain::access::{Actor, ActorRef, Appointment, Grant, Post, Scope};
use gridwhistle_domain::case::{
    Action, Answer, AttachmentId, Case, CaseId, Event, FeedbackDuty, Grade, Purpose, Recorded,
    RefusalCode, SelfHandling, Solved, Source, Stage,
};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::indicator::{Codes, Indicator, Owner, Part, Period};
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::{DivisionCode, GridCode, GridKind};
use gridwhistle_service::import::bundle;
use gridwhistle_service::{
    BoundaryChange, Clock, FigureQuery, GridChange, Idempotency, KEY_DAYS, NewKey, NewPlace,
    NewReport, Request, Resident, Service, ServiceError, UnmaskingFilter,
};
use gridwhistle_store::{Append, Durability, ListNote, Store, sqlite_url};
use object_store::memory::InMemory;
use serde_json::json;
use tempfile::TempDir;

const PASSWORD: &str = "correct horse";

struct Town {
    service: Service,
    clock: Arc<AtomicI64>,
    _folder: TempDir,
}

fn morning() -> Timestamp {
    Timestamp::parse("2026-07-15T09:00:00+08:00").unwrap()
}

impl Town {
    async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&sqlite_url(&folder.path().join("town.db")), Durability::Off)
            .await
            .unwrap();
        bundle::put(
            &store,
            &bundle::ganyu().unwrap(),
            &ListNote::unexplained(morning()),
        )
        .await
        .unwrap();
        let clock = Arc::new(AtomicI64::new(morning().micros()));
        let service = Service::open(
            store,
            Clock::Set(clock.clone()),
            Arc::new(InMemory::new()),
            [7; 32],
        )
        .await
        .unwrap();
        let town = Self {
            service,
            clock,
            _folder: folder,
        };
        let grids = vec![
            square("320707101200001", 119.0),
            square("320707101200002", 119.01),
        ];
        assert_eq!(town.put(grids).await.unwrap(), 2);
        town
    }

    async fn put(&self, grids: Vec<GridChange>) -> Result<usize, ServiceError> {
        let change = BoundaryChange {
            reason: "起始".to_owned(),
            grids,
            dry_run: false,
        };
        self.service.put_boundaries(change).await
    }

    fn pass(&self, minutes: i64) {
        self.clock
            .fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    /// Somebody with a post in the town of Zhewang, logged in.
    async fn somebody(&self, username: &str, post: Post, days: Option<i64>) -> (String, Actor) {
        let now = self.service.clock.now();
        let held = Appointment {
            post,
            scope: Scope::Division(DivisionCode::parse("320707101000").unwrap()),
            from: now,
            to: days.map(|d| now.plus_days(d)),
        };
        self.service
            .add_account(username, "李明", PASSWORD, vec![held])
            .await
            .unwrap();
        let session = self.service.log_in(username, PASSWORD).await.unwrap();
        (session.token, session.actor)
    }
}

fn square(code: &str, west: f64) -> GridChange {
    let (east, south, north) = (west + 0.01, 34.9, 34.91);
    GridChange {
        code: GridCode::parse(code).unwrap(),
        name: code.to_owned(),
        kind: GridKind::General,
        schematic: true,
        geometry: json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south]
        ]]}),
    }
}

fn report() -> NewReport {
    NewReport {
        id: None,
        source: Source::Patrol,
        text: "井盖缺失".to_owned(),
        matter: None,
        place: NewPlace {
            lon_lat: Some((119.005, 34.905)),
            ..NewPlace::default()
        },
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

fn key(name: &str, fingerprint: &[u8]) -> Idempotency {
    Idempotency {
        key: name.to_owned(),
        fingerprint: fingerprint.to_vec(),
    }
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_get_the_same_answer() {
    let town = Town::build().await;
    town.somebody("liming", Post::GridWorker, None).await;
    let wrong = town
        .service
        .log_in("liming", "wrong horse")
        .await
        .unwrap_err();
    let unknown = town.service.log_in("nobody", PASSWORD).await.unwrap_err();
    assert!(matches!(wrong, ServiceError::WrongCredentials));
    assert_eq!(wrong.to_string(), unknown.to_string());
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours() {
    let town = Town::build().await;
    let (token, _) = town.somebody("liming", Post::GridWorker, None).await;
    town.pass(8 * 60 - 1);
    town.service.authenticate(&token).await.unwrap();
    town.pass(8 * 60 - 500);
    town.pass(499);
    let late = town.service.authenticate(&token).await;
    assert!(matches!(late, Err(ServiceError::Unauthenticated)));
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let town = Town::build().await;
    let (token, _) = town.somebody("liming", Post::GridWorker, None).await;
    for _ in 0..11 {
        town.pass(60);
        town.service.authenticate(&token).await.unwrap();
    }
    town.pass(60);
    let late = town.service.authenticate(&token).await;
    assert!(matches!(late, Err(ServiceError::Unauthenticated)));
}

#[tokio::test]
async fn a_token_is_refused_right_after_the_logout() {
    let town = Town::build().await;
    let (token, _) = town.somebody("liming", Post::GridWorker, None).await;
    town.service.authenticate(&token).await.unwrap();
    town.service.log_out(&token).await.unwrap();
    let after = town.service.authenticate(&token).await;
    assert!(matches!(after, Err(ServiceError::Unauthenticated)));
}

#[tokio::test]
async fn a_post_that_has_ended_files_nothing_but_its_old_keys_still_answer() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, Some(2)).await;
    let filed = town
        .service
        .report(&worker, report(), Some(key("k", b"f")))
        .await
        .unwrap();
    assert!(!filed.replayed);
    town.pass(3 * 24 * 60);
    assert!(town.service.report(&worker, report(), None).await.is_err());
    let again = town
        .service
        .report(&worker, report(), Some(key("k", b"f")))
        .await
        .unwrap();
    assert!(again.replayed);
    assert_eq!(again.case, filed.case);
    let other = town
        .service
        .report(&worker, report(), Some(key("k", b"other")))
        .await;
    assert!(matches!(other, Err(ServiceError::KeyReused)));
}

#[tokio::test]
async fn an_action_that_is_repeated_answers_as_the_first_time() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let case = town
        .service
        .report(&worker, report(), None)
        .await
        .unwrap()
        .case;
    let comment = |name: &str| Request {
        action: Action::Comment {
            text: "看过".to_owned(),
            public: false,
        },
        version: None,
        occurred_at: None,
        key: Some(key(name, b"f")),
    };
    let first = town
        .service
        .act(&worker, case.id, comment("a"))
        .await
        .unwrap();
    town.service
        .act(&worker, case.id, comment("b"))
        .await
        .unwrap();
    let again = town
        .service
        .act(&worker, case.id, comment("a"))
        .await
        .unwrap();
    assert!(again.replayed && !first.replayed);
    assert_eq!(again.case, first.case);
}

#[tokio::test]
async fn a_decision_names_the_version_that_it_was_taken_on() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let (_, registrar) = town.somebody("wangfang", Post::Registrar, None).await;
    let case = town
        .service
        .report(&worker, report(), None)
        .await
        .unwrap()
        .case;
    let accept = |version| Request {
        action: Action::Accept,
        version,
        occurred_at: None,
        key: None,
    };
    let missing = town.service.act(&registrar, case.id, accept(None)).await;
    assert!(
        matches!(missing, Err(ServiceError::VersionMissing)),
        "{missing:?}"
    );
    let stale = town
        .service
        .act(&registrar, case.id, accept(Some(case.version + 1)))
        .await;
    assert!(
        matches!(stale, Err(ServiceError::StaleVersion { .. })),
        "{stale:?}"
    );
    town.service
        .act(&registrar, case.id, accept(Some(case.version)))
        .await
        .unwrap();
    let twice = town
        .service
        .act(&registrar, case.id, accept(Some(case.version + 1)))
        .await;
    assert!(matches!(&twice, Err(ServiceError::Refused(r)) if r.code != RefusalCode::NotFound));
}

#[tokio::test]
async fn a_report_outside_of_every_grid_goes_to_the_centre_of_its_reporter() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let place = NewPlace {
        lon_lat: Some((120.5, 33.0)),
        ..NewPlace::default()
    };
    let filed = town
        .service
        .report(&worker, NewReport { place, ..report() }, None)
        .await
        .unwrap();
    assert!(filed.case.place.is_unlocated());
    assert_eq!(
        filed.case.centre,
        DivisionCode::parse("320707101000").unwrap()
    );
    assert!(filed.case.number.starts_with("320707"));
}

#[tokio::test]
async fn a_resident_is_masked_and_each_look_at_him_is_on_record() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let (_, supervisor) = town.somebody("chendu", Post::Supervisor, None).await;
    let resident = Resident {
        name: "张三丰".to_owned(),
        telephone: "13812345678".to_owned(),
    };
    let new = NewReport {
        source: Source::Resident,
        resident: Some(resident),
        ..report()
    };
    let case = town.service.report(&worker, new, None).await.unwrap().case;
    let shown = case.resident.clone().unwrap();
    assert_eq!(
        (shown.name.as_str(), shown.telephone.as_str()),
        ("张**", "138****5678")
    );
    let log = town.service.history(&worker, case.id).await.unwrap();
    assert!(!format!("{log:?}").contains("张三丰"));
    let (_, registrar) = town.somebody("wangli", Post::Registrar, None).await;
    let (_, auditor) = town.somebody("zhaoshen", Post::Auditor, None).await;
    let looks = |by: Actor, purpose| {
        let service = &town.service;
        async move { service.unmask(&by, case.id, purpose, None).await }
    };
    let clear = looks(registrar.clone(), Purpose::ContactResident)
        .await
        .unwrap();
    assert_eq!(clear.telephone, "13812345678");
    for (by, purpose) in [
        (&supervisor, Purpose::FollowUp),
        (&worker, Purpose::FollowUp),
    ] {
        let refused = looks(by.clone(), purpose).await;
        assert!(
            matches!(refused, Err(ServiceError::Forbidden)),
            "{refused:?}"
        );
    }
    let unexplained = looks(registrar.clone(), Purpose::Other).await;
    assert!(matches!(unexplained, Err(ServiceError::Invalid(_))));
    let filter = || UnmaskingFilter {
        limit: 10,
        ..UnmaskingFilter::default()
    };
    let (records, next) = town.service.unmaskings(&auditor, filter()).await.unwrap();
    assert_eq!((records.len(), next), (1, None));
    assert_eq!(records[0].person, registrar.person);
    assert_eq!(records[0].purpose, "contact_resident");
    assert_eq!(records[0].by.as_ref().unwrap().post, Post::Registrar);
    let others = town.service.unmaskings(&registrar, filter()).await;
    assert!(matches!(others, Err(ServiceError::Forbidden)));
}

#[tokio::test]
async fn a_key_opens_what_it_grants_until_it_is_revoked_or_expires() {
    let town = Town::build().await;
    let (_, admin) = town.somebody("guanli", Post::Admin, None).await;
    let (_, registrar) = town.somebody("wangli", Post::Registrar, None).await;
    let zhewang = DivisionCode::parse("320707101000").unwrap();
    let new = |division| NewKey {
        name: "随手拍".to_owned(),
        division,
        grants: vec![Grant::CasesFile],
        expires_at: None,
        app: None,
    };
    let service = &town.service;
    for (by, division) in [
        (&registrar, zhewang),
        (&admin, DivisionCode::parse("320707000000").unwrap()),
    ] {
        let refused = service.issue_key(by, new(division)).await;
        assert!(
            matches!(refused, Err(ServiceError::Forbidden)),
            "{refused:?}"
        );
    }
    let first = service.issue_key(&admin, new(zhewang)).await.unwrap();
    let app = service.authenticate(&first.secret).await.unwrap();
    let filed = service.report(&app, report(), None).await.unwrap();
    assert_eq!(filed.case.filed_by.post, Post::App);
    let refused = service.case(&app, filed.case.id).await;
    assert!(
        matches!(refused, Err(ServiceError::Forbidden)),
        "not granted to read"
    );
    let outside = NewReport {
        place: NewPlace {
            lon_lat: Some((119.005, 34.905)),
            ..NewPlace::default()
        },
        ..report()
    };
    let elsewhere = NewKey {
        division: DivisionCode::parse("320707102000").unwrap(),
        ..new(zhewang)
    };
    let other = service.put_key(elsewhere, None).await.unwrap();
    let other = service.authenticate(&other.secret).await.unwrap();
    assert!(
        service.report(&other, outside, None).await.is_err(),
        "outside its division"
    );

    let listed = service.keys(&admin).await.unwrap();
    assert_eq!(listed.len(), 1, "not those of other towns");
    assert_eq!(
        listed[0].last_used_at,
        Some(Timestamp::of(morning().date(), 0))
    );
    assert!(first.secret.starts_with(&listed[0].prefix));
    assert!(!format!("{listed:?}").contains(&first.secret));
    let next = NewKey {
        app: Some(first.key.app),
        grants: vec![Grant::CasesRead],
        ..new(zhewang)
    };
    let next = service.issue_key(&admin, next).await.unwrap();
    service.revoke_key(&admin, first.key.id).await.unwrap();
    let revoked = service.authenticate(&first.secret).await;
    assert!(matches!(revoked, Err(ServiceError::Unauthenticated)));
    let app = service.authenticate(&next.secret).await.unwrap();
    assert!(
        service.case(&app, filed.case.id).await.is_ok(),
        "the application keeps what it filed"
    );
    town.pass(366 * 24 * 60);
    let expired = service.authenticate(&next.secret).await;
    assert!(matches!(expired, Err(ServiceError::Unauthenticated)));
}

#[tokio::test]
async fn a_boundary_that_overlaps_its_neighbour_changes_nothing() {
    let town = Town::build().await;
    let moved = vec![
        square("320707101200001", 119.1),
        square("320707101200003", 119.015),
    ];
    let refused = town.put(moved).await;
    assert!(
        matches!(refused, Err(ServiceError::Boundaries(_))),
        "{refused:?}"
    );
    let code = GridCode::parse("320707101200001").unwrap();
    assert_eq!(town.service.grid_history(code).await.unwrap().len(), 1);
    town.pass(1);
    assert_eq!(
        town.put(vec![square("320707101200001", 118.99)])
            .await
            .unwrap(),
        1
    );
    let history = town.service.grid_history(code).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].valid_to, Some(history[1].valid_from));
    // Once more at the same moment: what was in force for no time is replaced.
    assert_eq!(
        town.put(vec![square("320707101200001", 118.98)])
            .await
            .unwrap(),
        1
    );
    assert_eq!(town.service.grid_history(code).await.unwrap().len(), 2);
}

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 20)
        .write_to(&mut out, format)
        .unwrap();
    out.into_inner()
}

/// A JPEG with a block of metadata after its first marker.
fn with_exif(jpeg: &[u8], text: &[u8]) -> Vec<u8> {
    let body = [b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0".as_slice(), text].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &body, &jpeg[2..]].concat()
}

#[tokio::test]
async fn a_photograph_is_kept_without_its_metadata() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let secret = b"119.0051234,34.9051234";
    let jpeg = with_exif(&picture(image::ImageFormat::Jpeg), secret);
    for (bytes, media_type) in [
        (jpeg, "image/jpeg"),
        (picture(image::ImageFormat::Png), "image/png"),
    ] {
        let kept = town.service.add_photo(&worker, bytes.into()).await.unwrap();
        assert_eq!(
            (kept.media_type.as_str(), kept.width, kept.height),
            (media_type, 40, 20)
        );
        let new = NewReport {
            attachments: vec![kept.id],
            ..report()
        };
        let case = town.service.report(&worker, new, None).await.unwrap().case;
        let (_, stored) = town.service.photo(&worker, case.id, kept.id).await.unwrap();
        assert!(!stored.windows(secret.len()).any(|w| w == secret));
    }
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    // The head of a PNG that promises 30,000 by 30,000 points; nothing of it is there to decode.
    let mut huge = picture(image::ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    for bytes in [
        b"#!/bin/sh\necho this is no picture".to_vec(),
        Vec::new(),
        huge,
    ] {
        let refused = town.service.add_photo(&worker, bytes.into()).await;
        let Err(ServiceError::Invalid(faults)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(faults[0].code, "no_picture");
    }
}

#[tokio::test]
async fn a_photograph_of_somebody_else_comes_with_no_report() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let (_, other) = town.somebody("wangfang", Post::GridWorker, None).await;
    let kept = town
        .service
        .add_photo(&worker, picture(image::ImageFormat::Png).into())
        .await
        .unwrap();
    let new = NewReport {
        attachments: vec![kept.id],
        ..report()
    };
    let refused = town.service.report(&other, new, None).await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))));
}

/// Adds events to a case as the system would.
async fn happen(town: &Town, case: &Case, events: Vec<Event>) -> Case {
    let now = town.service.clock.now();
    let recorded = events
        .into_iter()
        .zip(case.version + 1..)
        .map(|(event, version)| Recorded {
            case: case.id,
            version,
            recorded_at: now,
            occurred_at: now,
            actor: ActorRef::system(),
            late_upload: false,
            versions: gridwhistle_domain::lists::ListVersions::default(),
            event,
        });
    let append = Append {
        case: Some(case.clone()),
        events: recorded.collect(),
        others: Vec::new(),
        key: None,
        resident: None,
    };
    town.service.store.append(append).await.unwrap().case
}

fn registered(now: Timestamp) -> Event {
    Event::Registered {
        round: 1,
        matter: MatterKey {
            kind: MatterKind::Event,
            code: "01001".to_owned(),
        },
        condition: ConditionId("event-01001/1".to_owned()),
        steps: Vec::new(),
        dispatch_by: now.plus_minutes(15),
        confirm_condition_by: None,
    }
}

fn closed(case: &Case, round: u16, now: Timestamp) -> Event {
    let feedback = FeedbackDuty {
        id: case.id.feedback(round),
        expires_at: now.plus_days(7),
    };
    Event::Closed {
        note: String::new(),
        on_time: true,
        merged_feedback: Vec::new(),
        forced: false,
        feedback: Some(feedback),
    }
}

fn satisfied() -> Answer {
    Answer {
        contacted: true,
        solved: Solved::Yes,
        satisfaction: Grade::Satisfied,
        text: String::new(),
        may_contact: false,
    }
}

/// A closed case and the token of its link.
async fn closed_case(town: &Town) -> (Case, String) {
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let case = town
        .service
        .report(&worker, report(), None)
        .await
        .unwrap()
        .case;
    let now = town.service.clock.now();
    assert_eq!(town.service.rating_token(&case), None);
    let case = happen(town, &case, vec![registered(now), closed(&case, 1, now)]).await;
    let token = town.service.rating_token(&case).unwrap();
    (case, token)
}

#[tokio::test]
async fn a_resident_answers_once() {
    let town = Town::build().await;
    let (_, token) = closed_case(&town).await;
    assert!(town.service.rating(&token).await.unwrap().open);
    let rated = town.service.rate(&token, &satisfied()).await.unwrap();
    assert_eq!(town.service.rating_token(&rated), None);
    assert!(!town.service.rating(&token).await.unwrap().open);
    let twice = town.service.rate(&token, &satisfied()).await;
    assert!(matches!(twice, Err(ServiceError::Gone)), "{twice:?}");
}

#[tokio::test]
async fn a_link_of_which_one_letter_was_changed_opens_nothing() {
    let town = Town::build().await;
    let (_, token) = closed_case(&town).await;
    for i in 0..token.len() - 1 {
        let mut changed = token.clone().into_bytes();
        changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let answer = town.service.rating(&changed).await;
        assert!(
            matches!(answer, Err(ServiceError::NotFound)),
            "{i}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_link_expires() {
    let town = Town::build().await;
    let (case, token) = closed_case(&town).await;
    town.pass(7 * 24 * 60);
    assert!(!town.service.rating(&token).await.unwrap().open);
    assert_eq!(town.service.rating_token(&case), None);
    let late = town.service.rate(&token, &satisfied()).await;
    assert!(matches!(late, Err(ServiceError::Gone)), "{late:?}");
}

#[tokio::test]
async fn a_reopened_case_keeps_its_question_until_it_is_closed_again() {
    let town = Town::build().await;
    let (case, token) = closed_case(&town).await;
    let now = town.service.clock.now();
    let reopened = Event::Reopened {
        reason: "又坏了".to_owned(),
        round: 2,
        condition: ConditionId("event-01001/1".to_owned()),
        steps: Vec::new(),
        dispatch_by: now.plus_minutes(15),
    };
    let case = happen(&town, &case, vec![reopened]).await;
    assert!(town.service.rating(&token).await.unwrap().open);
    let case = happen(&town, &case, vec![closed(&case, 2, now)]).await;
    let old = town.service.rate(&token, &satisfied()).await;
    assert!(matches!(old, Err(ServiceError::Gone)), "{old:?}");
    let new = town.service.rating_token(&case).unwrap();
    town.service.rate(&new, &satisfied()).await.unwrap();
}

#[tokio::test]
async fn figures_as_of_a_moment_stay_what_they_were() {
    let town = Town::build().await;
    let (case, token) = closed_case(&town).await;
    let (_, supervisor) = town.somebody("chendu", Post::Supervisor, None).await;
    let figures = async |as_of| {
        let period = Period {
            from: morning().plus_days(-1),
            to: morning().plus_days(30),
        };
        let query = FigureQuery {
            kind: None,
            owner: Owner::All,
            period,
            as_of,
            by: None,
            each: None,
            codes: Codes::Then,
        };
        format!(
            "{:?}",
            town.service
                .figures(&supervisor, query)
                .await
                .unwrap()
                .groups
        )
    };
    town.pass(1);
    let then = town.service.clock.now();
    let before = figures(None).await;
    town.pass(60);
    town.service.rate(&token, &satisfied()).await.unwrap();
    let (_, worker) = town.somebody("wangfang", Post::GridWorker, None).await;
    town.service.report(&worker, report(), None).await.unwrap();
    town.pass(1);
    assert_eq!(figures(Some(then)).await, before);
    assert_ne!(figures(None).await, before);
    assert_eq!(town.service.store.check().await.unwrap().faults, []);
    assert_eq!(case.rounds.len(), 1);
}

#[tokio::test]
async fn the_cases_behind_a_figure_come_page_by_page_in_the_order_of_their_reports() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let (_, supervisor) = town.somebody("chendu", Post::Supervisor, None).await;
    let mut filed = Vec::new();
    for _ in 0..5 {
        let outcome = town.service.report(&worker, report(), None).await;
        let case = outcome.unwrap().case;
        let now = town.service.clock.now();
        happen(&town, &case, vec![registered(now), closed(&case, 1, now)]).await;
        filed.push(case.id);
        town.pass(1);
    }
    let query = FigureQuery {
        kind: None,
        owner: Owner::All,
        period: Period {
            from: morning().plus_days(-1),
            to: morning().plus_days(1),
        },
        as_of: None,
        by: None,
        each: None,
        codes: Codes::Then,
    };
    let which = (Indicator::Due, Part::Denominator);
    let mut read = Vec::new();
    let mut after = None;
    for length in [2, 2, 1] {
        let (cases, next) = town
            .service
            .figure_cases(&supervisor, query.clone(), which, (after, 2))
            .await
            .unwrap();
        assert_eq!(cases.len(), length);
        assert_eq!(next.is_some(), length == 2);
        read.extend(cases.iter().map(|c| c.id));
        after = next;
    }
    assert_eq!(read, filed);
}

#[tokio::test]
async fn a_key_is_known_for_its_days_and_forgotten_after_them() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let file = || town.service.report(&worker, report(), Some(key("k", b"f")));
    let first = file().await.unwrap();
    town.pass(i64::from(KEY_DAYS) * 24 * 60);
    assert!(!town.service.prune_keys(KEY_DAYS).await.unwrap());
    let again = file().await.unwrap();
    assert!(again.replayed, "to its last day");
    town.pass(1);
    assert!(!town.service.prune_keys(KEY_DAYS).await.unwrap());
    let anew = file().await.unwrap();
    assert!(!anew.replayed);
    assert_ne!(anew.case.id, first.case.id);
    assert_eq!(town.service.store.count_cases().await.unwrap(), 2);
}

#[tokio::test]
async fn a_link_that_nobody_sealed_opens_nothing() {
    let town = Town::build().await;
    for token in [
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "../../etc",
    ] {
        let answer = town.service.rating(token).await;
        assert!(
            matches!(answer, Err(ServiceError::NotFound)),
            "{token}: {answer:?}"
        );
    }
}

/// The same manhole cover, reported by a worker for a resident.
fn of_a_cover(metres: f64) -> NewReport {
    NewReport {
        matter: Some("event-01001".parse().unwrap()),
        place: NewPlace {
            lon_lat: Some((119.005, 34.905 + metres / 111_195.0)),
            ..NewPlace::default()
        },
        resident: Some(Resident {
            name: "张三".to_owned(),
            telephone: "13800001234".to_owned(),
        }),
        ..report()
    }
}

fn decision(action: Action, case: &Case) -> Request {
    Request {
        action,
        version: Some(case.version),
        occurred_at: None,
        key: None,
    }
}

#[tokio::test]
async fn a_merged_case_is_found_merged_told_of_the_end_and_its_resident_asked() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let (_, registrar) = town.somebody("wangfang", Post::Registrar, None).await;
    let service = &town.service;
    let file = async |metres| {
        let filed = service.report(&worker, of_a_cover(metres), None).await;
        filed.unwrap().case
    };
    let (first, second, third, far) = (
        file(0.0).await,
        file(30.0).await,
        file(10.0).await,
        file(80.0).await,
    );
    let likely = service.duplicates(&registrar, first.id).await.unwrap();
    let near: Vec<_> = likely.iter().map(|d| d.case.id).collect();
    assert_eq!(near, [third.id, second.id], "the nearest first");

    let merge = async |case: &Case, into: &Case| {
        let action = Action::Merge {
            into: into.id,
            note: String::new(),
        };
        service
            .act(&registrar, case.id, decision(action, case))
            .await
    };
    let unknown = merge(
        &first,
        &Case {
            id: CaseId(uuid::Uuid::nil()),
            ..far.clone()
        },
    )
    .await;
    assert!(
        matches!(&unknown, Err(ServiceError::Refused(r)) if r.code == RefusalCode::UnknownCase)
    );
    let second = merge(&second, &first).await.unwrap().case;
    let first = service.case(&registrar, first.id).await.unwrap();
    assert_eq!((second.stage, first.absorbed.len()), (Stage::Merged, 1));
    // What was merged into it before goes on in the third, too.
    merge(&first, &third).await.unwrap();
    let third = service.case(&registrar, third.id).await.unwrap();
    assert_eq!(third.absorbed.len(), 2);
    let second = service.case(&registrar, second.id).await.unwrap();
    assert_eq!(second.merged_into.as_ref().unwrap().case, third.id);

    let now = service.clock.now();
    let verified = vec![
        Event::Accepted,
        registered(now),
        Event::VerificationRequested { verify_by: now },
        Event::Verified {
            passed: true,
            note: String::new(),
            attachments: Vec::new(),
            assignments: Vec::new(),
        },
    ];
    let third = happen(&town, &third, verified).await;
    let close = Action::Close {
        standard_met: true,
        note: String::new(),
    };
    let closed = service
        .act(&registrar, third.id, decision(close, &third))
        .await;
    let third = closed.unwrap().case;
    assert_eq!(third.round().unwrap().all_feedback().count(), 3);
    let second = service.case(&registrar, second.id).await.unwrap();
    let end = second.merged_into.as_ref().unwrap().end.clone().unwrap();
    assert_eq!(end.stage, Stage::Closed);

    // Each resident has a link and an answer of his own.
    let token = service.rating_token(&second).unwrap();
    assert_ne!(Some(&token), service.rating_token(&third).as_ref());
    assert_eq!(service.rating(&token).await.unwrap().case.id, second.id);
    service.rate(&token, &satisfied()).await.unwrap();
    let twice = service.rate(&token, &satisfied()).await;
    assert!(matches!(twice, Err(ServiceError::Gone)), "{twice:?}");
    let own = service.rating_token(&third).unwrap();
    service.rate(&own, &satisfied()).await.unwrap();
    assert!(service.store.check().await.unwrap().faults.is_empty());
}

#[tokio::test]
async fn a_link_stands_on_both_cases() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let service = &town.service;
    let one = service.report(&worker, report(), None).await.unwrap().case;
    let other = service.report(&worker, report(), None).await.unwrap().case;
    let link = Action::Link {
        to: other.id,
        note: String::new(),
    };
    let linked = service.act(&worker, one.id, decision(link, &one)).await;
    assert_eq!(linked.unwrap().case.links[0].case, other.id);
    let other = service.case(&worker, other.id).await.unwrap();
    assert_eq!(other.links[0].case, one.id);
}

#[tokio::test]
async fn what_the_worker_settled_needs_photographs_of_his_own() {
    let town = Town::build().await;
    let (_, worker) = town.somebody("liming", Post::GridWorker, None).await;
    let service = &town.service;
    let png = || picture(image::ImageFormat::Png).into();
    let mine = service.add_photo(&worker, png()).await.unwrap().id;
    let settled = |after| NewReport {
        self_handled: Some(SelfHandling {
            condition: ConditionId("event-06010/1".to_owned()),
            before: vec![mine],
            after: vec![after],
            note: String::new(),
        }),
        ..report()
    };
    let foreign = AttachmentId(uuid::Uuid::nil());
    let refused = service.report(&worker, settled(foreign), None).await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))));
    let filed = service.report(&worker, settled(mine), None).await;
    assert_eq!(filed.unwrap().case.stage, Stage::Closed);
    assert!(service.store.check().await.unwrap().faults.is_empty());
}
