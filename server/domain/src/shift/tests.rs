#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::access::{ActorRef, PersonId, Post};
use crate::clock::Timestamp;
use crate::place::DivisionCode;
use crate::routing::UnitCode;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn town() -> Desk {
    Desk::Centre(DivisionCode::parse("320707101000").unwrap())
}

fn shift(id: u128, from: &str, to: &str, names: (&str, &str)) -> DutyShift {
    DutyShift {
        id: Uuid::from_u128(id),
        desk: town(),
        from: at(from),
        to: at(to),
        leader: names.0.to_owned(),
        officer: names.1.to_owned(),
        telephone: "0518-8888 1234".to_owned(),
    }
}

/// A day shift, a night shift, and the day after.
fn roster() -> Vec<DutyShift> {
    vec![
        shift(1, "07-15 08:00", "07-15 18:00", ("王", "李")),
        shift(2, "07-15 18:00", "07-16 08:00", ("赵", "钱")),
        shift(3, "07-16 08:00", "07-16 18:00", ("王", "李")),
    ]
}

fn by(name: &str) -> ActorRef {
    ActorRef {
        person: Some(PersonId(Uuid::new_v5(
            &Uuid::NAMESPACE_OID,
            name.as_bytes(),
        ))),
        name: name.to_owned(),
        ..ActorRef::system()
    }
}

#[test]
fn a_shift_counts_from_its_beginning_to_before_its_end() {
    let shifts = roster();
    let on = |moment: &str| duty_now(&shifts, &town(), at(moment)).map(|s| s.id.as_u128());
    assert_eq!(on("07-15 07:59"), None);
    assert_eq!(on("07-15 08:00"), Some(1));
    assert_eq!(on("07-15 18:00"), Some(2));
    assert_eq!(on("07-16 18:00"), None);
    let unit = Desk::Unit(UnitCode("320707101-zf".to_owned()));
    assert_eq!(duty_now(&shifts, &unit, at("07-15 09:00")), None);
}

#[test]
fn a_desk_is_told_by_its_code() {
    assert_eq!(Desk::from("320707101000"), town());
    let unit = Desk::from("320707101-zf");
    assert_eq!(unit, Desk::Unit(UnitCode("320707101-zf".to_owned())));
    for desk in [town(), unit] {
        assert_eq!(Desk::from(desk.to_string().as_str()), desk);
    }
}

#[test]
fn two_shifts_of_a_desk_do_not_overlap_but_may_meet() {
    let now = at("07-15 07:00");
    let rules = |shift: &DutyShift| -> Vec<(&str, ShiftRule)> {
        let found = shift_faults(shift, &roster(), now);
        found.into_iter().map(|f| (f.field, f.rule)).collect()
    };
    let meets = shift(9, "07-16 18:00", "07-17 08:00", ("赵", "钱"));
    assert_eq!(rules(&meets), []);
    let overlaps = shift(9, "07-16 17:59", "07-17 08:00", ("赵", "钱"));
    assert_eq!(rules(&overlaps), [("from", ShiftRule::Overlaps)]);
    // A shift does not stand in its own way.
    let changed = shift(3, "07-16 08:00", "07-16 20:00", ("王", "李"));
    assert_eq!(rules(&changed), []);
    let elsewhere = DutyShift {
        desk: Desk::from("320707102000"),
        ..overlaps
    };
    assert_eq!(rules(&elsewhere), []);
}

#[test]
fn a_shift_that_cannot_be_meant_is_refused() {
    let now = at("07-15 07:00");
    let rules = |from: &str, to: &str| -> Vec<ShiftRule> {
        let found = shift_faults(&shift(9, from, to, ("王", "李")), &[], now);
        found.into_iter().map(|f| f.rule).collect()
    };
    assert_eq!(
        rules("07-20 08:00", "07-20 08:00"),
        [ShiftRule::EndsTooEarly]
    );
    assert_eq!(rules("07-20 08:00", "07-23 08:01"), [ShiftRule::TooLong]);
    assert_eq!(rules("07-20 08:00", "07-23 08:00"), []);
    assert_eq!(rules("07-14 08:00", "07-15 07:00"), [ShiftRule::Over]);
    let nameless = DutyShift {
        telephone: "call me".to_owned(),
        ..shift(9, "07-20 08:00", "07-20 18:00", (" ", "李"))
    };
    let found = shift_faults(&nameless, &[], now);
    let rules: Vec<ShiftRule> = found.into_iter().map(|f| f.rule).collect();
    assert_eq!(rules, [ShiftRule::NoName, ShiftRule::NoTelephone]);
}

fn gives(who: &str, moment: &str, last: Option<&Handover>) -> Result<Handover, HandoverRule> {
    let said = (Vec::new(), "无".to_owned());
    let (id, signs) = (Uuid::from_u128(7), (by(who), at(moment)));
    hand_over(id, &town(), &roster(), last, signs, said)
}

#[test]
fn whoever_is_on_duty_gives_and_whoever_follows_takes() {
    assert_eq!(
        gives("钱", "07-15 17:55", None),
        Err(HandoverRule::NotOnDuty)
    );
    let given = gives("李", "07-15 17:55", None).unwrap();
    assert_eq!(given.outgoing.id.as_u128(), 1);
    let takes = |who: &str, moment: &str| take_over(&given, &roster(), (by(who), at(moment)));
    assert_eq!(takes("李", "07-15 18:00"), Err(HandoverRule::SamePerson));
    assert_eq!(takes("王", "07-15 18:00"), Err(HandoverRule::NotNext));
    assert_eq!(takes("孙", "07-15 18:00"), Err(HandoverRule::NotNext));
    let both = takes("钱", "07-15 18:02").unwrap();
    assert_eq!(both.incoming.as_ref().unwrap().id.as_u128(), 2);
    assert_eq!(both.taken.as_ref().unwrap().at, at("07-15 18:02"));
    let again = take_over(&both, &roster(), (by("赵"), at("07-15 18:05")));
    assert_eq!(again, Err(HandoverRule::TakenOver));
}

#[test]
fn a_shift_is_handed_over_once_and_none_before_the_last_one_is_taken() {
    let given = gives("李", "07-15 17:55", None).unwrap();
    assert_eq!(
        gives("王", "07-15 17:56", Some(&given)),
        Err(HandoverRule::HandedOver)
    );
    assert_eq!(
        gives("钱", "07-16 07:55", Some(&given)),
        Err(HandoverRule::HandedOver)
    );
    let taken = take_over(&given, &roster(), (by("钱"), at("07-15 18:02"))).unwrap();
    assert!(gives("钱", "07-16 07:55", Some(&taken)).is_ok());
}

#[test]
fn a_shift_that_is_over_is_still_handed_over_until_the_next_has_begun() {
    // The last shift of the roster: nobody follows, it may be handed over for half a day.
    let late = gives("李", "07-17 05:59", None).unwrap();
    assert_eq!(late.outgoing.id.as_u128(), 3);
    assert_eq!(
        gives("李", "07-17 06:00", None),
        Err(HandoverRule::NotOnDuty)
    );
    // Once the night has begun, the day has nothing to give any more.
    assert_eq!(
        gives("李", "07-15 18:01", None),
        Err(HandoverRule::NotOnDuty)
    );
}

proptest! {
    #[test]
    fn at_no_moment_two_shifts_of_a_checked_roster_are_on(
        wishes in prop::collection::vec((0..200_i64, 1..80_i64), 0..20),
        hour in 0..300_i64,
    ) {
        let start = at("07-15 00:00");
        let mut roster: Vec<DutyShift> = Vec::new();
        for (i, (from, hours)) in wishes.into_iter().enumerate() {
            let wish = DutyShift {
                id: Uuid::from_u128(i as u128),
                from: start.plus_minutes(60 * from),
                to: start.plus_minutes(60 * (from + hours)),
                ..shift(0, "07-15 08:00", "07-15 18:00", ("王", "李"))
            };
            if shift_faults(&wish, &roster, start).is_empty() {
                roster.push(wish);
            }
        }
        let moment = start.plus_minutes(60 * hour);
        let on: Vec<&DutyShift> = roster.iter().filter(|s| s.is_on(moment)).collect();
        prop_assert!(on.len() <= 1);
        prop_assert_eq!(duty_now(&roster, &town(), moment), on.first().copied());
    }
}

#[test]
fn a_post_of_the_log_reads_back() {
    let given = gives("李", "07-15 17:55", None).unwrap();
    assert_eq!(given.given.by.post, Post::System);
    let text = serde_json::to_string(&given).unwrap();
    assert_eq!(serde_json::from_str::<Handover>(&text).unwrap(), given);
}
