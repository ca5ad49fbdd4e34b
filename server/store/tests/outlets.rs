//! Notices are handed on by one server at a time, from where the last one came.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_store::{OutletState, Store};
use support::{Database, morning};
use uuid::Uuid;

const NAME: &str = "webhook";

on_both_engines!(
    one_server_has_an_outlet_until_its_time_is_over,
    of_several_that_try_at_once_one_has_it,
    a_clock_that_ran_ahead_keeps_nobody_off,
    what_the_next_server_finds_is_what_the_last_one_noted,
    handing_on_begins_with_what_is_told_from_then_on,
);

fn after(seconds: i64) -> Timestamp {
    morning().plus_micros(seconds * 1_000_000)
}

async fn hold(store: &Store, owner: Uuid, seconds: i64) -> Option<OutletState> {
    let (now, until) = (after(seconds), after(seconds + 20));
    store.hold_outlet(NAME, owner, now, until).await.unwrap()
}

/// A notice as the writer would put it.
async fn told(db: &Database, seq: i64) {
    let sql = format!(
        "INSERT INTO notices (seq, mailbox, kind, case_id, number, recorded_at, data, count) \
         VALUES ({seq}, 'dispatcher@320707101000', 'overdue', {}, '32070720260907000001', {seq}, '{{}}', 1)",
        if db.is_sqlite() {
            "x'00000000000000000000000000000001'"
        } else {
            "'00000000-0000-0000-0000-000000000001'"
        }
    );
    db.execute(&sql).await;
}

async fn ids(store: &Store, after: i64, most: u64) -> Vec<i64> {
    let notices = store.notices_after(after, most).await.unwrap();
    notices.iter().map(|notice| notice.id).collect()
}

async fn one_server_has_an_outlet_until_its_time_is_over(db: &Database) {
    let (store, other) = (db.open().await, db.open().await);
    let (here, there) = (Uuid::new_v4(), Uuid::new_v4());
    assert!(hold(&store, here, 0).await.is_some());
    assert!(hold(&other, there, 1).await.is_none());
    assert!(
        hold(&store, here, 15).await.is_some(),
        "taken again in time"
    );
    assert!(hold(&other, there, 34).await.is_none());
    assert!(hold(&other, there, 35).await.is_some(), "its time is over");
    assert!(hold(&store, here, 36).await.is_none());
    other.release_outlet(NAME, there).await.unwrap();
    assert!(hold(&store, here, 37).await.is_some(), "left to others");
}

async fn of_several_that_try_at_once_one_has_it(db: &Database) {
    let stores = [db.open().await, db.open().await, db.open().await];
    for round in 0..5 {
        let tries = stores
            .iter()
            .map(|store| hold(store, Uuid::new_v4(), round * 60));
        let held = futures_util::future::join_all(tries).await;
        assert_eq!(held.iter().flatten().count(), 1, "{held:?}");
    }
}

async fn a_clock_that_ran_ahead_keeps_nobody_off(db: &Database) {
    let (store, other) = (db.open().await, db.open().await);
    let (wrong, right) = (Uuid::new_v4(), Uuid::new_v4());
    let days = 3 * 24 * 3_600;
    assert!(hold(&store, wrong, days).await.is_some(), "days ahead");
    assert!(hold(&other, right, 0).await.is_some());
    assert!(
        hold(&store, wrong, 1).await.is_none(),
        "it has another by now"
    );
}

async fn what_the_next_server_finds_is_what_the_last_one_noted(db: &Database) {
    let store = db.open().await;
    let (here, there) = (Uuid::new_v4(), Uuid::new_v4());
    hold(&store, here, 0).await.unwrap();
    store.outlet_failed(NAME, here, after(1)).await.unwrap();
    store.outlet_failed(NAME, here, after(4)).await.unwrap();
    assert!(
        hold(&store, there, 3).await.is_none(),
        "nobody before the pause is over"
    );
    let found = hold(&store, there, 4).await.unwrap();
    assert_eq!(
        found,
        OutletState {
            sent_upto: 0,
            failures: 2
        }
    );
    store.outlet_sent(NAME, there, 7, after(24)).await.unwrap();
    // Who has lost it notes nothing any more.
    store.outlet_sent(NAME, here, 99, after(900)).await.unwrap();
    store.outlet_failed(NAME, here, after(900)).await.unwrap();
    store.release_outlet(NAME, here).await.unwrap();
    assert!(hold(&store, here, 23).await.is_none());
    let found = hold(&store, here, 24).await.unwrap();
    assert_eq!(
        found,
        OutletState {
            sent_upto: 7,
            failures: 0
        }
    );
}

async fn handing_on_begins_with_what_is_told_from_then_on(db: &Database) {
    let store = db.open().await;
    told(db, 1_024).await;
    let begins = hold(&store, Uuid::new_v4(), 0).await.unwrap();
    assert_eq!(begins.sent_upto, 1_024);
    for seq in [2_049, 2_048, 3_072] {
        told(db, seq).await;
    }
    assert_eq!(
        ids(&store, begins.sent_upto, 2).await,
        [2_048, 2_049],
        "in their order"
    );
    assert_eq!(ids(&store, 2_049, 2).await, [3_072]);
}
