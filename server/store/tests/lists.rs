//! Lists page by page, queues, the check, and what lies beside the log.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::access::{Appointment, PersonId, Post, Reach, Scope};
use gridwhistle_domain::case::{Case, Event, Meeting, NewAssignment, Stage, WhistleId};
use gridwhistle_domain::matter::{ConditionId, MatterKey, MatterKind};
use gridwhistle_domain::place::GridCode;
use gridwhistle_domain::routing::{Role, UnitCode};
use gridwhistle_store::{
    Account, CaseFilter, CaseOrder, CheckFault, ListNote, PartFilter, Session, Store, StoreError,
};
use support::{Database, comment, division, file, morning, next, report_at, whole_county, worker};
use uuid::Uuid;

on_both_engines!(
    what_is_to_be_verified_is_seen_next_door_until_it_is_verified,
    pages_follow_each_other_without_gaps_or_doubles,
    own_whistles_are_those_blown_and_those_that_call_the_own_unit,
    queues_count_what_stands_where_and_what_is_late,
    a_check_finds_what_was_changed_behind_the_log,
    a_check_compares_each_list_with_its_versions,
    a_list_that_is_put_again_changes_nothing,
    every_version_of_a_list_stays_readable_with_who_when_and_why,
    a_session_ends_with_its_closing,
    a_username_is_taken_once,
);

async fn what_is_to_be_verified_is_seen_next_door_until_it_is_verified(db: &Database) {
    let store = db.open().await;
    let (here, there) = ("320707101001001", "320707102001001");
    let mut cases = Vec::new();
    for grid in [here, here, there] {
        cases.push(store.append(report_at(grid, morning())).await.unwrap().case);
    }
    let village = GridCode::parse(here).unwrap().village();
    let seen = async || {
        let reaches = vec![Reach::Verifying(village)];
        let filter = CaseFilter {
            reaches: reaches.clone(),
            limit: 10,
            ..CaseFilter::default()
        };
        let listed = store.cases(&filter).await.unwrap().items;
        let fed = store.feed(&reaches, 0, 100).await.unwrap();
        let mut ids: Vec<_> = fed.iter().map(|entry| entry.recorded.case).collect();
        ids.dedup();
        let listed: Vec<_> = listed.iter().map(|case| case.id).collect();
        assert_eq!(listed, ids);
        ids
    };
    let asked = || {
        let verify_by = morning();
        vec![Event::VerificationRequested { verify_by }]
    };
    assert!(seen().await.is_empty());
    store.append(next(&cases[2], asked())).await.unwrap();
    let waits = store.append(next(&cases[0], asked())).await.unwrap().case;
    assert_eq!(seen().await, [cases[0].id]);
    let passed = Event::Verified {
        passed: true,
        note: String::new(),
        attachments: Vec::new(),
        assignments: Vec::new(),
    };
    store.append(next(&waits, vec![passed])).await.unwrap();
    assert!(seen().await.is_empty());
}

async fn pages_follow_each_other_without_gaps_or_doubles(db: &Database) {
    let store = db.open().await;
    let grids = ["320707101001001", "320707101001002", "320707102001001"];
    for i in 0..30 {
        // Several are due at the same moment.
        let at = morning().plus_minutes([5, 0, 9, 5, 2][i % 5]);
        store.append(report_at(grids[i % 3], at)).await.unwrap();
    }
    let grid = |i: usize| GridCode::parse(grids[i]).unwrap();
    let seen = [
        (whole_county(), 30),
        (vec![Reach::Division(division("320707101000"))], 20),
        (vec![Reach::Grids(vec![grid(0), grid(2)])], 20),
        (vec![Reach::Own(PersonId(Uuid::from_u128(7)))], 30),
        (vec![Reach::Own(PersonId(Uuid::from_u128(8)))], 0),
        (vec![Reach::Verifying(grid(0).village())], 0),
        // They overlap.
        (
            vec![
                Reach::Grids(vec![grid(1)]),
                Reach::Division(division("320707101001")),
                Reach::Own(PersonId(Uuid::from_u128(7))),
            ],
            30,
        ),
    ];
    for (reaches, expected) in seen {
        for order in [CaseOrder::Newest, CaseOrder::Due] {
            let mut numbers = Vec::new();
            let mut after = None;
            loop {
                let reaches = reaches.clone();
                let filter = CaseFilter {
                    reaches,
                    order,
                    after,
                    limit: 7,
                    ..CaseFilter::default()
                };
                let page = store.cases(&filter).await.unwrap();
                assert!(page.items.len() <= 7);
                numbers.extend(page.items.iter().map(|c| c.number.clone()));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let mut different = numbers.clone();
            different.sort_unstable();
            different.dedup();
            assert_eq!(
                (numbers.len(), different.len()),
                (expected, expected),
                "{reaches:?} {order:?}"
            );
            if order == CaseOrder::Newest {
                different.reverse();
                assert_eq!(numbers, different);
            }
        }
    }
}

/// A whistle on the case that calls one unit to the scene.
async fn call(store: &Store, case: &Case, unit: &str) -> Case {
    let whistle = case.id.whistle(case.whistles.len());
    let by = morning().plus_minutes(30);
    let mut events = Vec::new();
    if case.rounds.is_empty() {
        events.push(Event::Registered {
            round: 1,
            matter: MatterKey::new(MatterKind::Component, "01001").unwrap(),
            condition: ConditionId("component-01001/1".to_owned()),
            steps: Vec::new(),
            dispatch_by: by,
            confirm_condition_by: None,
        });
    }
    events.extend([
        Event::WhistleRequested {
            whistle,
            kind: "daily".to_owned(),
            reason: "涉及多个部门".to_owned(),
            wanted: Vec::new(),
            approve_by: None,
            meeting: None,
            grid: None,
            terms: None,
        },
        Event::WhistleIssued {
            whistle,
            round: 1,
            meeting: Meeting {
                position: None,
                address: Some("村委会门口".to_owned()),
                at: None,
            },
            assignments: vec![NewAssignment {
                id: case.id.assignment(case.assignments.len()),
                unit: UnitCode(unit.to_owned()),
                role: Role::Lead,
                sign_by: by,
                contact_by: None,
                check_in_by: Some(by),
                finish_by: None,
                return_by: by,
                ladder_minutes: Vec::new(),
            }],
            terms: None,
        },
    ]);
    store.append(next(case, events)).await.unwrap().case
}

async fn own_whistles_are_those_blown_and_those_that_call_the_own_unit(db: &Database) {
    let store = db.open().await;
    let mut filed = file(&store, 3).await;
    let first = call(&store, &filed.remove(0).case, "road").await;
    let both = call(&store, &filed.remove(0).case, "road").await;
    let both = call(&store, &both, "water").await;
    let third = call(&store, &filed.remove(0).case, "water").await;
    let third = third.whistles[0].id;
    let own = async |person: Option<u128>, units: &[&str], reaches: Vec<Reach>| {
        let filter = PartFilter {
            reaches,
            blown_by: person.map(|n| PersonId(Uuid::from_u128(n))),
            units: units.iter().map(|u| UnitCode((*u).to_owned())).collect(),
            limit: 50,
            ..PartFilter::default()
        };
        let page = store.whistles(&filter).await.unwrap();
        let mut ids: Vec<_> = page.items.iter().map(|(id, _)| WhistleId(*id)).collect();
        ids.sort_unstable_by_key(|id| id.0);
        ids
    };
    let sorted = |mut ids: Vec<WhistleId>| {
        ids.sort_unstable_by_key(|id| id.0);
        ids
    };
    let [to_road, to_water] = [0, 1].map(|n| both.whistles[n].id);
    let all = sorted(vec![first.whistles[0].id, to_road, to_water, third]);
    assert_eq!(own(None, &[], whole_county()).await, all);
    assert_eq!(own(Some(7), &[], whole_county()).await, all, "blew them");
    assert_eq!(own(Some(8), &[], whole_county()).await, []);
    assert_eq!(
        own(Some(8), &["water"], whole_county()).await,
        sorted(vec![to_water, third]),
        "not the other whistle of the same case"
    );
    assert_eq!(
        own(Some(7), &["water"], whole_county()).await,
        all,
        "each once"
    );
    let elsewhere = vec![Reach::Division(division("320707102000"))];
    assert_eq!(
        own(Some(8), &["water"], elsewhere).await,
        [],
        "out of sight"
    );
}

async fn queues_count_what_stands_where_and_what_is_late(db: &Database) {
    let store = db.open().await;
    file(&store, 3).await;
    store
        .append(report_at("320707101001001", morning().plus_minutes(60)))
        .await
        .unwrap();
    store
        .append(report_at("320707102001001", morning()))
        .await
        .unwrap();
    let town = division("320707101000");
    let queues = store
        .queues(&[town], morning().plus_minutes(16))
        .await
        .unwrap();
    let [queue] = queues.as_slice() else {
        panic!("{queues:?}")
    };
    assert_eq!(
        (queue.stage, queue.count, queue.overdue),
        (Stage::Reported, 4, 3)
    );
}

async fn faults(store: &Store) -> Vec<CheckFault> {
    store.check().await.unwrap().faults
}

/// A statement, the one that undoes it, and the fault that a check finds in between.
type Change = (&'static str, &'static str, fn(&CheckFault) -> bool);

async fn a_check_finds_what_was_changed_behind_the_log(db: &Database) {
    let store = db.open().await;
    for filed in file(&store, 3).await {
        store.append(comment(&filed.case, "看过")).await.unwrap();
    }
    let findings = store.check().await.unwrap();
    assert_eq!((findings.events, findings.cases), (6, 3));
    assert_eq!(findings.faults, []);

    let changes: [Change; 4] = [
        (
            "UPDATE case_events SET body = replace(body, '看过', '没看') WHERE seq = 4",
            "UPDATE case_events SET body = replace(body, '没看', '看过') WHERE seq = 4",
            |f| *f == CheckFault::RowChanged { seq: 4 },
        ),
        (
            "UPDATE cases SET stage = 'closed' WHERE first_seq = 1",
            "UPDATE cases SET stage = 'reported' WHERE first_seq = 1",
            |f| matches!(f, CheckFault::Case { number } if number.ends_with("000001")),
        ),
        (
            "UPDATE cases SET lon = 1191234567 WHERE first_seq = 1",
            "UPDATE cases SET lon = NULL WHERE first_seq = 1",
            |f| matches!(f, CheckFault::Case { number } if number.ends_with("000001")),
        ),
        (
            "INSERT INTO case_parties SELECT 'u:nobody', first_seq, case_id FROM case_parties",
            "DELETE FROM case_parties WHERE party = 'u:nobody'",
            |f| matches!(f, CheckFault::RowCounts { stored, told } if (stored.parties, told.parties) == (6, 3)),
        ),
    ];
    for (change, back, fault) in changes {
        db.execute(change).await;
        let found = faults(&store).await;
        assert!(found.iter().any(fault), "{change}: {found:?}");
        db.execute(back).await;
        assert_eq!(faults(&store).await, []);
    }
    db.execute("DELETE FROM case_parties WHERE first_seq = 1")
        .await;
    let missing = |f: &CheckFault| matches!(f, CheckFault::PartyMissing { number, .. } if number.ends_with("000001"));
    assert!(faults(&store).await.iter().any(missing));
    // The last row leaves no gap, but a case that knows more than its log.
    db.execute("DELETE FROM case_events WHERE seq = 6").await;
    let differs =
        |f: &CheckFault| matches!(f, CheckFault::Case { number } if number.ends_with("000003"));
    assert!(faults(&store).await.iter().any(differs));
    db.execute("DELETE FROM case_events WHERE seq = 2").await;
    let jump = CheckFault::LogJumps { from: 1, to: 3 };
    assert!(faults(&store).await.contains(&jump));
}

/// Somebody puts or changes a list, so many minutes after the morning began.
fn note(minutes: i64, why: &str) -> ListNote {
    ListNote {
        at: morning().plus_minutes(minutes),
        by: Some(worker()),
        why: why.to_owned(),
    }
}

fn words(last: &str) -> [(String, String); 2] {
    [("a", "甲"), ("b", last)].map(|(code, word)| (code.to_owned(), word.to_owned()))
}

async fn a_check_compares_each_list_with_its_versions(db: &Database) {
    let store = db.open().await;
    for last in ["乙", "丙"] {
        let put = store.put_list("word", words(last), note(0, "导入"));
        put.await.unwrap();
    }
    let one = [words("丙")[1].clone()];
    store.put_list("word", one, note(1, "撤销")).await.unwrap();
    assert_eq!(faults(&store).await, []);
    let entry = |code: &str| CheckFault::ListEntry {
        list: "word".to_owned(),
        code: code.to_owned(),
    };
    db.execute("UPDATE reference_items SET body = '\"丁\"' WHERE code = 'b'")
        .await;
    assert_eq!(faults(&store).await, [entry("b")]);
    db.execute("DELETE FROM reference_items WHERE code = 'b'")
        .await;
    assert_eq!(faults(&store).await, [entry("b")]);
    db.execute("INSERT INTO reference_items (kind, code, body) VALUES ('word', 'b', '\"丙\"')")
        .await;
    assert_eq!(faults(&store).await, []);
    db.execute("DELETE FROM list_versions WHERE version = 2")
        .await;
    let gap = CheckFault::ListVersions {
        list: "word".to_owned(),
    };
    assert_eq!(faults(&store).await, [gap]);
}

async fn a_list_that_is_put_again_changes_nothing(db: &Database) {
    let store = db.open().await;
    let put = async |last: &str| {
        let note = note(0, "导入");
        store.put_list("word", words(last), note).await.unwrap()
    };
    assert_eq!(put("乙").await, 2);
    let stamp = store.reference_stamp().await.unwrap();
    assert_eq!(put("乙").await, 0);
    assert_eq!(store.reference_stamp().await.unwrap(), stamp);
    assert_eq!(put("丙").await, 1);
    assert_ne!(store.reference_stamp().await.unwrap(), stamp);
    assert_eq!(store.list::<String>("word").await.unwrap(), ["甲", "丙"]);
    assert_eq!(store.current_versions().await.unwrap().0["word"], 2);
}

async fn every_version_of_a_list_stays_readable_with_who_when_and_why(db: &Database) {
    let store = db.open().await;
    store
        .put_list("word", words("乙"), note(0, "导入"))
        .await
        .unwrap();
    let entries = vec![("b".to_owned(), None), ("c".to_owned(), Some("丙"))];
    let changed = store
        .change_list("word", 1, entries, note(10, "调整"))
        .await;
    assert_eq!(changed.unwrap(), 2);
    // Whoever decided on the first version has not seen the second.
    let late = store.change_list(
        "word",
        1,
        [("a".to_owned(), None::<String>)],
        note(11, "删除"),
    );
    assert!(matches!(late.await, Err(StoreError::Stale)));

    let at = async |version| store.list_at::<String>("word", version).await.unwrap();
    assert_eq!(at(0).await, []);
    assert_eq!(at(1).await, words("乙"));
    let now = [("a", "甲"), ("c", "丙")].map(|(c, w)| (c.to_owned(), w.to_owned()));
    assert_eq!(at(2).await, now);
    assert_eq!(store.list_entries::<String>("word").await.unwrap(), now);

    let versions = store.list_versions("word", None, 10).await.unwrap();
    assert_eq!(versions[0].note, note(10, "调整"));
    assert_eq!((versions[0].changes, versions[1].changes), (2, 2));
    let earlier = store.list_versions("word", Some(2), 10).await.unwrap();
    assert_eq!(earlier, versions[1..]);
    let stood = async |minutes| {
        let found = store
            .list_version_at("word", morning().plus_minutes(minutes))
            .await;
        found.unwrap().map(|found| found.version)
    };
    assert_eq!(
        (stood(-1).await, stood(9).await, stood(10).await),
        (None, Some(1), Some(2))
    );
    let left = store.list_changes::<String>("word", "b", 10).await.unwrap();
    let left: Vec<_> = left
        .into_iter()
        .map(|change| (change.version, change.body))
        .collect();
    assert_eq!(left, [(2, None), (1, Some("乙".to_owned()))]);
}

fn account(n: u128, username: &str) -> (Account, Vec<Appointment>) {
    let account = Account {
        person: PersonId(Uuid::from_u128(n)),
        username: username.to_owned(),
        name: "李明".to_owned(),
        password_hash: "$none".to_owned(),
        disabled: false,
    };
    let held = Appointment {
        post: Post::Registrar,
        scope: Scope::Division(division("320707101000")),
        from: morning(),
        to: Some(morning().plus_days(30)),
    };
    (account, vec![held])
}

async fn a_session_ends_with_its_closing(db: &Database) {
    let store = db.open().await;
    let (held, posts) = account(1, "liming");
    store
        .add_account(held, posts.clone(), morning())
        .await
        .unwrap();
    for token in [b"one".to_vec(), b"two".to_vec()] {
        let session = Session {
            token_hash: token,
            person: PersonId(Uuid::from_u128(1)),
            created_at: morning(),
            last_used_at: morning(),
            expires_at: morning().plus_minutes(720),
        };
        store.open_session(session).await.unwrap();
    }
    let (_, actor) = store.session_actor(b"one").await.unwrap().unwrap();
    assert_eq!(actor.appointments, posts);
    let later = morning().plus_minutes(5);
    store.touch_session(b"one".to_vec(), later).await.unwrap();
    let (session, _) = store.session_actor(b"one").await.unwrap().unwrap();
    assert_eq!(session.last_used_at, later);
    store.close_session(b"one".to_vec()).await.unwrap();
    assert!(store.session_actor(b"one").await.unwrap().is_none());
    assert!(store.session_actor(b"two").await.unwrap().is_some());
    assert!(store.session_actor(b"three").await.unwrap().is_none());
}

async fn a_username_is_taken_once(db: &Database) {
    let store = db.open().await;
    let (first, posts) = account(1, "liming");
    store.add_account(first, posts, morning()).await.unwrap();
    let (second, posts) = account(2, "liming");
    let taken = store.add_account(second, posts, morning()).await;
    assert!(matches!(taken, Err(StoreError::Taken(name)) if name == "liming"));
    assert_eq!(
        (db.count("persons").await, db.count("appointments").await),
        (1, 1)
    );
}
