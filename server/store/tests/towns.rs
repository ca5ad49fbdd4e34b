//! What towns set for themselves, rosters and handovers: versions, and what two people do at once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::shift::{Desk, DutyShift, Handover, Signature};
use gridwhistle_store::{ConfigurationVersion, RosterEntry, StoreError};
use support::{Database, division, morning, worker};
use uuid::Uuid;

on_both_engines!(
    every_version_of_a_configuration_is_kept_and_the_highest_holds,
    a_roster_has_no_two_shifts_at_a_time_whoever_is_faster,
    a_handover_is_signed_once_and_no_other_waits_beside_it,
);

const TOWN: &str = "320707101000";

fn version(number: u32, preset: &str) -> ConfigurationVersion {
    ConfigurationVersion {
        division: division(TOWN),
        version: number,
        document: Configuration {
            preset: Some(preset.to_owned()),
            ..Configuration::default()
        },
        by: (number > 1).then(worker),
        at: morning().plus_minutes(i64::from(number)),
    }
}

async fn every_version_of_a_configuration_is_kept_and_the_highest_holds(db: &Database) {
    let store = db.open().await;
    let before = store.reference_stamp().await.unwrap();
    for (number, preset) in [(1, "default"), (2, "pinggu")] {
        store
            .put_configuration(version(number, preset))
            .await
            .unwrap();
    }
    assert_ne!(store.reference_stamp().await.unwrap(), before);
    assert_eq!(
        store.configurations().await.unwrap(),
        [version(2, "pinggu")]
    );
    let past = store.configuration_versions(division(TOWN), 9).await;
    assert_eq!(past.unwrap(), [version(2, "pinggu"), version(1, "default")]);
    for late in [1, 2, 4] {
        let refused = store.put_configuration(version(late, "beijing")).await;
        assert!(
            matches!(refused, Err(StoreError::Stale)),
            "{late}: {refused:?}"
        );
    }
}

fn shift(id: u128, from: i64, to: i64) -> DutyShift {
    DutyShift {
        id: Uuid::from_u128(id),
        desk: Desk::from(TOWN),
        from: morning().plus_minutes(60 * from),
        to: morning().plus_minutes(60 * to),
        leader: "王强".to_owned(),
        officer: "李明".to_owned(),
        telephone: "110".to_owned(),
    }
}

fn entry(shift: DutyShift, version: u32) -> RosterEntry {
    RosterEntry {
        shift,
        version,
        by: Some(worker()),
        changed_at: morning(),
        cancelled_at: None,
    }
}

fn hours(from: i64, to: i64) -> (Timestamp, Timestamp) {
    (
        morning().plus_minutes(60 * from),
        morning().plus_minutes(60 * to),
    )
}

async fn a_roster_has_no_two_shifts_at_a_time_whoever_is_faster(db: &Database) {
    let store = db.open().await;
    let desks = [Desk::from(TOWN)];
    assert!(!store.has_roster(&desks[0]).await.unwrap());
    let (day, night) = (entry(shift(1, 0, 10), 1), entry(shift(2, 10, 24), 1));
    store
        .put_shifts(vec![day.clone(), night.clone()])
        .await
        .unwrap();
    assert!(store.has_roster(&desks[0]).await.unwrap());
    // All or none: the first of these could stand alone.
    let more = vec![entry(shift(3, 24, 30), 1), entry(shift(4, 9, 11), 1)];
    let refused = store.put_shifts(more).await;
    assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    let all = store.shifts(&desks, hours(-100, 100), 9).await.unwrap();
    assert_eq!(all, [day.clone(), night.clone()]);
    let at_the_change = store.shifts(&desks, hours(10, 11), 9).await.unwrap();
    assert_eq!(at_the_change, std::slice::from_ref(&night));

    let longer = entry(shift(2, 10, 25), 2);
    store.put_shifts(vec![longer.clone()]).await.unwrap();
    let again = store.put_shifts(vec![longer.clone()]).await;
    assert!(matches!(again, Err(StoreError::Stale)), "{again:?}");
    let gone = RosterEntry {
        version: 3,
        cancelled_at: Some(morning()),
        ..longer
    };
    store.put_shifts(vec![gone]).await.unwrap();
    assert_eq!(
        store.shifts(&desks, hours(-100, 100), 9).await.unwrap(),
        [day]
    );
    let instead = entry(shift(5, 10, 24), 1);
    store.put_shifts(vec![instead]).await.unwrap();
}

fn handover(id: u128, minutes: i64) -> Handover {
    Handover {
        id: Uuid::from_u128(id),
        desk: Desk::from(TOWN),
        outgoing: shift(1, 0, 10),
        incoming: None,
        items: Vec::new(),
        note: "无".to_owned(),
        given: Signature {
            by: worker(),
            at: morning().plus_minutes(minutes),
        },
        taken: None,
    }
}

async fn a_handover_is_signed_once_and_no_other_waits_beside_it(db: &Database) {
    let store = db.open().await;
    let desks = [Desk::from(TOWN)];
    let given = handover(1, 0);
    store.put_handover(&given).await.unwrap();
    for refused in [&given, &handover(2, 5)] {
        let refused = store.put_handover(refused).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    }
    let taken = Handover {
        incoming: Some(shift(2, 10, 24)),
        taken: Some(Signature {
            by: worker(),
            at: morning().plus_minutes(10),
        }),
        ..given
    };
    store.put_handover(&taken).await.unwrap();
    let twice = store.put_handover(&taken).await;
    assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
    store.put_handover(&handover(2, 20)).await.unwrap();
    let told = store.handovers(&desks, None, 9).await.unwrap();
    assert_eq!(told, [handover(2, 20), taken.clone()]);
    let before = Some(morning().plus_minutes(20));
    assert_eq!(
        store.handovers(&desks, before, 9).await.unwrap(),
        std::slice::from_ref(&taken)
    );
    assert_eq!(store.handover(taken.id).await.unwrap(), Some(taken));
}
