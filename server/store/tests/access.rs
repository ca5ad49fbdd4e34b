//! Keys of applications, and who looked at residents' data.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::access::{ActorRef, Grant, PersonId, Reach};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_store::{ApiKey, KeyState, Resident, Unmasking, UnmaskingFilter};
use support::{Database, morning, report_at};
use uuid::Uuid;

on_both_engines!(
    a_key_is_found_by_its_hash_alone_and_stays_after_its_end,
    looks_at_residents_are_listed_by_place_the_newest_first,
);

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

async fn a_key_is_found_by_its_hash_alone_and_stays_after_its_end(db: &Database) {
    let store = db.open().await;
    let key = ApiKey {
        id: Uuid::now_v7(),
        app: PersonId(Uuid::now_v7()),
        name: "随手拍".to_owned(),
        prefix: "gw_live_abc".to_owned(),
        grants: vec![Grant::CasesFile, Grant::EventsRead],
        division: division("320707101000"),
        created_by: None,
        created_at: morning(),
        expires_at: morning().plus_days(30),
        revoked_at: None,
        last_used_at: None,
    };
    store.add_api_key(key.clone(), vec![1; 32]).await.unwrap();
    assert!(
        store
            .add_api_key(
                ApiKey {
                    id: Uuid::now_v7(),
                    ..key.clone()
                },
                vec![1; 32]
            )
            .await
            .is_err()
    );
    assert_eq!(
        store.api_key_by_hash(vec![1; 32]).await.unwrap(),
        Some(key.clone())
    );
    assert_eq!(store.api_key_by_hash(vec![2; 32]).await.unwrap(), None);
    assert_eq!(
        store.api_key_of_app(key.app).await.unwrap(),
        Some(key.clone())
    );
    let listed = |codes: &'static [&'static str]| {
        let store = store.clone();
        async move {
            let codes: Vec<DivisionCode> = codes.iter().map(|code| division(code)).collect();
            store.api_keys(&codes, 10).await.unwrap().len()
        }
    };
    assert_eq!(listed(&["320707000000"]).await, 1);
    assert_eq!(listed(&["320707101000", "320707000000"]).await, 1);
    assert_eq!(listed(&["320707102000"]).await, 0);
    let day = morning().plus_days(1);
    store.touch_api_key(key.id, day).await.unwrap();
    store.revoke_api_key(key.id, None, day).await.unwrap();
    store
        .revoke_api_key(key.id, None, day.plus_days(1))
        .await
        .unwrap();
    let kept = store.api_key(key.id).await.unwrap().unwrap();
    assert_eq!((kept.last_used_at, kept.revoked_at), (Some(day), Some(day)));
    assert_eq!(kept.state(morning()), KeyState::Revoked);
    assert_eq!(key.state(key.expires_at), KeyState::Expired);
    assert_eq!(key.state(morning()), KeyState::Live);
}

async fn looks_at_residents_are_listed_by_place_the_newest_first(db: &Database) {
    let store = db.open().await;
    let mut report = report_at("320707101001001", morning());
    report.resident = Some(Resident {
        name: "张三丰".to_owned(),
        telephone: "13812345678".to_owned(),
    });
    let case = store.append(report).await.unwrap().case;
    let look = |n: i64| Unmasking {
        id: Uuid::from_u128(u128::try_from(n).unwrap()),
        case: case.id,
        person: PersonId(Uuid::from_u128(5)),
        by: Some(ActorRef::system()),
        purpose: "reply".to_owned(),
        note: None,
        at: morning().plus_minutes(n),
    };
    for n in 1..=3 {
        assert_eq!(
            store.unmask(look(n)).await.unwrap().unwrap().telephone,
            "13812345678"
        );
    }
    let filter = |code: &str| UnmaskingFilter {
        reaches: vec![Reach::Division(division(code))],
        limit: 10,
        ..UnmaskingFilter::default()
    };
    let all = store.unmaskings(&filter("320707101000")).await.unwrap();
    assert_eq!(all, [look(3), look(2), look(1)]);
    assert_eq!(store.unmaskings(&filter("320707102000")).await.unwrap(), []);
    let rest = UnmaskingFilter {
        before: Some(all[0].id),
        to: Some(morning().plus_minutes(2)),
        ..filter("320707000000")
    };
    assert_eq!(store.unmaskings(&rest).await.unwrap(), [look(1)]);
}
