//! The log: what is acknowledged is stored, numbered without gaps, in the order of visibility.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;

use gridwhistle_domain::case::{Case, Event};
use gridwhistle_store::{Durability, Store, StoreError};
use support::{
    Database, comment, file, file_at_once, morning, report, report_at, whole_county, with_external,
    with_key,
};

on_both_engines!(
    appended_events_are_read_back,
    numbers_run_without_gaps_for_each_county_and_day,
    two_servers_share_one_sequence_of_numbers,
    a_reader_never_misses_a_row_while_many_write,
    one_key_files_one_case_however_often_it_comes,
    a_decision_on_an_old_version_is_stale,
    cases_that_change_together_change_all_or_none,
    an_identity_is_used_once,
    an_external_number_is_filed_once_from_a_source,
    what_is_refused_leaves_no_gap_in_the_numbers,
    one_bad_append_does_not_take_the_others_with_it,
    what_is_acknowledged_while_commits_fail_is_stored,
    a_case_is_seen_as_it_stood,
    other_servers_are_told_of_a_new_end,
    what_is_due_is_found_first_due_first_and_one_broken_row_hides_no_other,
    a_database_from_before_there_were_moments_is_brought_up_to_date,
);

async fn what_is_due_is_found_first_due_first_and_one_broken_row_hides_no_other(db: &Database) {
    let store = db.open().await;
    let grid = "320707101001001";
    let mut filed = Vec::new();
    for minutes in [30, 0, 10, 600] {
        let append = report_at(grid, morning().plus_minutes(minutes));
        filed.push(store.append(append).await.unwrap().case);
    }
    // 15 minutes to accept, and whoever is late is told afterwards.
    let first = store.next_due().await.unwrap();
    assert_eq!(first, Some(morning().plus_minutes(15).plus_micros(1)));
    let found = async |at, but: &[_], most| {
        let due = store.due_cases(at, but, most).await.unwrap();
        due.into_iter()
            .map(|due| (due.id, due.case.is_ok()))
            .collect::<Vec<_>>()
    };
    let now = morning().plus_minutes(60);
    let [third, one, two, _] = [0, 1, 2, 3].map(|i| filed[i].id);
    assert_eq!(found(morning().plus_minutes(15), &[], 10).await, []);
    let all = found(now, &[], 10).await;
    assert_eq!(all, [(one, true), (two, true), (third, true)]);
    assert_eq!(found(now, &[one], 1).await, [(two, true)]);
    let break_it = format!(
        "UPDATE cases SET state = '{{}}' WHERE number = '{}'",
        filed[1].number
    );
    db.execute(&break_it).await;
    let all = found(now, &[], 10).await;
    assert_eq!(all, [(one, false), (two, true), (third, true)]);
}

async fn a_database_from_before_there_were_moments_is_brought_up_to_date(db: &Database) {
    let store = db.open().await;
    file(&store, 3).await;
    drop(store);
    for change in [
        "DROP INDEX cases_next_at",
        "ALTER TABLE cases DROP COLUMN next_at",
        "DROP TABLE notices",
        "DROP TABLE notice_reads",
        "DROP TABLE notice_marks",
        "DROP TABLE outlets",
        "DELETE FROM seaql_migrations WHERE version = 'm0003_time'",
    ] {
        db.execute(change).await;
    }
    let store = db.open().await;
    assert_eq!(store.check().await.unwrap().faults, []);
    let due = store.due_cases(morning().plus_minutes(60), &[], 10).await;
    assert_eq!(due.unwrap().len(), 3);
}

async fn appended_events_are_read_back(db: &Database) {
    let store = db.open().await;
    let filed = store.append(report()).await.unwrap();
    let said = store
        .append(comment(&filed.case, "已到现场"))
        .await
        .unwrap();
    let history = store.history(filed.case.id).await.unwrap();
    let events: Vec<_> = history.iter().map(|e| e.recorded.clone()).collect();
    assert_eq!(events, [filed.events.clone(), said.events.clone()].concat());
    assert_eq!(history.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2]);
    let case = store.case(filed.case.id).await.unwrap().unwrap();
    assert_eq!(case, said.case);
    assert_eq!(Case::replay(&events).unwrap(), case);
    assert_eq!(case.number, "32070720260715000001");
    // The rows are there for others too, not only for the store itself.
    assert_eq!(db.count("case_events").await, 2);
    assert_eq!(db.count("cases").await, 1);
    assert_eq!(store.last_seq().await.unwrap(), 2);
}

fn numbers(answers: &[Result<gridwhistle_store::Appended, StoreError>]) -> BTreeSet<String> {
    answers
        .iter()
        .map(|a| a.as_ref().unwrap().case.number.clone())
        .collect()
}

async fn cases_that_change_together_change_all_or_none(db: &Database) {
    let store = db.open().await;
    let one = store.append(report()).await.unwrap().case;
    let other = store.append(report()).await.unwrap().case;
    let together = |one: &Case, other: &Case| {
        let mut append = comment(one, "一处");
        let events = comment(other, "另一处").events;
        append.others = vec![(other.clone(), events)];
        append
    };
    store.append(together(&one, &other)).await.unwrap();
    let now = |id| {
        let store = store.clone();
        async move { store.case(id).await.unwrap().unwrap() }
    };
    let (one, moved) = (now(one.id).await, now(other.id).await);
    assert_eq!((one.version, moved.version), (2, 2));
    let stale = store.append(together(&one, &other)).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    assert_eq!(now(one.id).await.version, 2, "nothing of it is stored");
    assert!(store.check().await.unwrap().faults.is_empty());
}

async fn numbers_run_without_gaps_for_each_county_and_day(db: &Database) {
    let store = db.open().await;
    let days = [morning(), morning().plus_days(1)];
    let grids = ["320707101001001", "320722100001001"];
    let appends = (0..200)
        .map(|i| report_at(grids[i % 2], days[i / 2 % 2]))
        .collect();
    let answers = file_at_once(std::slice::from_ref(&store), appends).await;
    let mut expected = BTreeSet::new();
    for n in 1..=50 {
        for head in [
            "32070720260715",
            "32070720260716",
            "32072220260715",
            "32072220260716",
        ] {
            expected.insert(format!("{head}{n:06}"));
        }
    }
    assert_eq!(numbers(&answers), expected);
    assert_eq!(store.check().await.unwrap().faults, []);
}

async fn two_servers_share_one_sequence_of_numbers(db: &Database) {
    let stores = [db.open().await, db.open().await];
    let answers = file_at_once(&stores, (0..200).map(|_| report()).collect()).await;
    let expected: BTreeSet<String> = (1..=200).map(|n| format!("32070720260715{n:06}")).collect();
    assert_eq!(numbers(&answers), expected);
    assert_eq!(stores[0].check().await.unwrap().faults, []);
    assert_eq!(stores[1].count_cases().await.unwrap(), 200);
}

async fn a_reader_never_misses_a_row_while_many_write(db: &Database) {
    let stores = [db.open().await, db.open().await];
    let reader = db.open().await;
    let polling = tokio::spawn(async move {
        let mut seen: Vec<i64> = Vec::new();
        while seen.len() < 300 {
            let after = seen.last().copied().unwrap_or(0);
            let rows = reader.feed(&whole_county(), after, 50).await.unwrap();
            seen.extend(rows.iter().map(|e| e.seq));
            tokio::task::yield_now().await;
        }
        seen
    });
    let answers = file_at_once(&stores, (0..300).map(|_| report()).collect()).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(polling.await.unwrap(), (1..=300).collect::<Vec<i64>>());
}

async fn one_key_files_one_case_however_often_it_comes(db: &Database) {
    let stores = [db.open().await, db.open().await];
    let appends = (0..200)
        .map(|_| with_key(report(), "a:1", b"same"))
        .collect();
    let answers = file_at_once(&stores, appends).await;
    let mut cases = BTreeSet::new();
    let mut first = 0;
    for answer in answers {
        match answer {
            Ok(done) => {
                first += 1;
                cases.insert((done.case.id, done.case.version));
            }
            Err(StoreError::Replayed { case, version }) => {
                cases.insert((case, version));
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((first, cases.len()), (1, 1));
    assert_eq!(stores[0].count_cases().await.unwrap(), 1);
    let other = stores[0].append(with_key(report(), "a:1", b"other")).await;
    assert!(matches!(other, Err(StoreError::KeyReused)), "{other:?}");
    assert_eq!(stores[0].count_cases().await.unwrap(), 1);
}

async fn a_decision_on_an_old_version_is_stale(db: &Database) {
    let store = db.open().await;
    let filed = store.append(report()).await.unwrap().case;
    let appends = (0..20).map(|i| comment(&filed, &i.to_string())).collect();
    let answers = file_at_once(std::slice::from_ref(&store), appends).await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
    let stale = |a: &Result<_, StoreError>| matches!(a, Err(StoreError::Stale));
    assert_eq!(answers.iter().filter(|a| stale(a)).count(), 19);
    assert_eq!(store.case(filed.id).await.unwrap().unwrap().version, 2);
}

async fn an_identity_is_used_once(db: &Database) {
    let store = db.open().await;
    let first = report();
    let id = first.events[0].case;
    store.append(first.clone()).await.unwrap();
    let again = store.append(first).await;
    assert!(
        matches!(again, Err(StoreError::CaseExists(known)) if known == id),
        "{again:?}"
    );
}

async fn an_external_number_is_filed_once_from_a_source(db: &Database) {
    let store = db.open().await;
    let appends = (0..10).map(|_| with_external(report(), "W-1")).collect();
    let answers = file_at_once(std::slice::from_ref(&store), appends).await;
    let filed: Vec<_> = answers.iter().filter_map(|a| a.as_ref().ok()).collect();
    assert_eq!(filed.len(), 1);
    for refused in answers.iter().filter_map(|a| a.as_ref().err()) {
        assert!(
            matches!(refused, StoreError::ExternalNumberTaken(id) if *id == filed[0].case.id),
            "{refused}"
        );
    }
}

async fn what_is_refused_leaves_no_gap_in_the_numbers(db: &Database) {
    let store = db.open().await;
    store.append(with_external(report(), "W-1")).await.unwrap();
    let appends = (0..40)
        .map(|i| {
            if i % 2 == 0 {
                with_external(report(), "W-1")
            } else {
                report()
            }
        })
        .collect();
    let answers = file_at_once(std::slice::from_ref(&store), appends).await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 20);
    let last = store.append(report()).await.unwrap();
    assert_eq!(last.case.number, "32070720260715000022");
    assert_eq!(store.check().await.unwrap().faults, []);
}

/// Lets the database refuse, at once or at the commit, reports of a certain text.
async fn refuse_a_text(db: &Database) {
    let sql = if db.is_sqlite() {
        "CREATE TRIGGER refuse BEFORE INSERT ON case_events WHEN instr(NEW.body, 'unstorable') \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    } else {
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF position('unstorable' in NEW.body) > 0 THEN RAISE EXCEPTION 'refused'; END IF; \
         RETURN NEW; END $$; \
         CREATE TRIGGER refuse BEFORE INSERT ON case_events FOR EACH ROW EXECUTE FUNCTION refuse()"
    };
    db.execute(sql).await;
}

async fn one_bad_append_does_not_take_the_others_with_it(db: &Database) {
    let store = db.open().await;
    refuse_a_text(db).await;
    let appends = (0..60)
        .map(|i| {
            let mut append = report();
            if let (7, Event::Reported { text, .. }) = (i, &mut append.events[0].event) {
                "unstorable".clone_into(text);
            }
            append
        })
        .collect();
    let answers = file_at_once(std::slice::from_ref(&store), appends).await;
    for (i, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_err(), i == 7, "{i}: {answer:?}");
    }
    assert_eq!(store.count_cases().await.unwrap(), 59);
    assert!(store.is_healthy().await);
    assert_eq!(store.check().await.unwrap().faults, []);
}

/// Lets every commit fail. On SQLite half of the failures end the transaction on their own, as a
/// full disk does: this is what makes an unguarded driver acknowledge writes that it never commits.
async fn fail_commits(db: &Database, at_commit: bool) {
    let sql = match (db.is_sqlite(), at_commit) {
        (true, false) => {
            "CREATE TRIGGER fail BEFORE INSERT ON case_parties \
             BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END"
        }
        (true, true) => {
            "CREATE TABLE none (id INTEGER PRIMARY KEY); \
             CREATE TABLE doomed (id INTEGER REFERENCES none (id) DEFERRABLE INITIALLY DEFERRED); \
             CREATE TRIGGER fail AFTER INSERT ON case_events \
             BEGIN INSERT INTO doomed VALUES (NEW.seq); END"
        }
        (false, _) => {
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             RAISE EXCEPTION 'disk full'; END $$; \
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON case_events \
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()"
        }
    };
    db.execute(sql).await;
}

async fn commits_succeed_again(db: &Database) {
    let sql = if db.is_sqlite() {
        "DROP TRIGGER fail"
    } else {
        "DROP TRIGGER fail ON case_events"
    };
    db.execute(sql).await;
}

async fn what_is_acknowledged_while_commits_fail_is_stored(db: &Database) {
    let store = db.open().await;
    let mut acknowledged = file(&store, 5).await.len();
    for at_commit in [false, true] {
        fail_commits(db, at_commit).await;
        for _ in 0..5 {
            let answer = store.append(report()).await;
            assert!(matches!(answer, Err(StoreError::Engine(_))), "{answer:?}");
        }
        assert!(
            !store.is_healthy().await,
            "three failures in a row and more"
        );
        let appends = (0..20).map(|_| report()).collect();
        let answers = file_at_once(std::slice::from_ref(&store), appends).await;
        assert!(answers.iter().all(Result::is_err));
        commits_succeed_again(db).await;
        acknowledged += file(&store, 10).await.len();
        let appends = (0..20).map(|_| report()).collect();
        let answers = file_at_once(std::slice::from_ref(&store), appends).await;
        acknowledged += answers.iter().filter(|a| a.is_ok()).count();
        assert!(store.is_healthy().await);
    }
    assert_eq!(acknowledged, 65);
    drop(store);
    let again = db.open().await;
    assert_eq!(again.count_cases().await.unwrap(), 65);
    assert_eq!(again.check().await.unwrap().faults, []);
}

async fn a_case_is_seen_as_it_stood(db: &Database) {
    let store = db.open().await;
    let first = store.append(report()).await.unwrap().case;
    let second = store.append(comment(&first, "一")).await.unwrap().case;
    let third = store.append(comment(&second, "二")).await.unwrap().case;
    for case in [first, second, third] {
        assert_eq!(
            store.case_at(case.id, case.version).await.unwrap().unwrap(),
            case
        );
    }
}

async fn other_servers_are_told_of_a_new_end(db: &Database) {
    let writing = db.open().await;
    file(&writing, 3).await;
    assert_eq!(*writing.moved().borrow(), 3);
    let listening = db.open().await;
    let mut moved = listening.moved();
    assert_eq!(*moved.borrow_and_update(), 3);
    let store = if db.is_sqlite() { listening } else { writing };
    file(&store, 1).await;
    moved.changed().await.unwrap();
    assert_eq!(*moved.borrow(), 4);
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is not a database, but a text that somebody put here",
    )
    .unwrap();
    let refused = [
        (
            "mysql://root@localhost/x".to_owned(),
            "begins with sqlite: or postgres:",
        ),
        ("sqlite::memory:".to_owned(), "in memory"),
        (
            format!("sqlite://{}/none/x.db", folder.path().display()),
            "cannot be opened",
        ),
        (format!("sqlite://{}", text.display()), "not a database"),
        (
            "postgres://somebody:secret@127.0.0.1:1/x".to_owned(),
            "127.0.0.1:1/x cannot be opened",
        ),
    ];
    for (url, reason) in refused {
        let Err(error) = Store::open(&url, Durability::Full).await else {
            panic!("{url} opened")
        };
        let said = error.to_string();
        assert!(
            matches!(error, StoreError::Unusable(_)) && said.contains(reason),
            "{url}: {said}"
        );
        assert!(!said.contains("secret"), "{said}");
    }
}
