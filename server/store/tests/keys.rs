//! Idempotency keys are forgotten after their time, a few at once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_store::StoreError;
use support::{Database, morning, report_at, with_key};

on_both_engines!(a_key_is_forgotten_after_its_time_and_no_earlier);

async fn a_key_is_forgotten_after_its_time_and_no_earlier(db: &Database) {
    let store = db.open().await;
    let filed_with = |key: &str, days| {
        let report = report_at("320707101001001", morning().plus_days(days));
        with_key(report, key, b"the same")
    };
    for days in 0..5 {
        let filed = store.append(filed_with(&format!("key-{days}"), days)).await;
        filed.unwrap();
    }
    let cases = store.count_cases().await.unwrap();
    assert_eq!(store.prune_keys(morning(), 10).await.unwrap(), 0);
    let before = morning().plus_days(3);
    assert_eq!(
        store.prune_keys(before, 2).await.unwrap(),
        2,
        "a few at once"
    );
    assert!(store.key("key-1").await.unwrap().is_none());
    assert!(
        store.key("key-2").await.unwrap().is_some(),
        "the oldest first"
    );
    assert_eq!(store.prune_keys(before, 2).await.unwrap(), 1);
    assert_eq!(store.prune_keys(before, 2).await.unwrap(), 0);
    for kept in ["key-3", "key-4"] {
        assert!(store.key(kept).await.unwrap().is_some(), "{kept}");
    }
    let refused = store.append(filed_with("key-4", 9)).await;
    assert!(
        matches!(refused, Err(StoreError::Replayed { .. })),
        "{refused:?}"
    );
    assert_eq!(
        store.count_cases().await.unwrap(),
        cases,
        "what was filed stays"
    );
}
