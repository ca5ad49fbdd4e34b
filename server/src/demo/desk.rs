//! The desks of the demo: a roster around its today, the last handover, and a town that works by another preset.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use gridwhistle_domain::access::{Actor, Post};
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::shift::Desk;
use gridwhistle_service::{Clock, NewShift, Service};

use super::county::{COUNTY, TOWN};
use super::people::name;

/// 石桥镇, where the street sets place and time.
const OTHER_TOWN: &str = "320707102000";
const OTHER_PRESET: &str = "nanjing-gulou";
/// The roster reaches from so many days before today …
const BEFORE: i32 = 3;
/// … to so many after it.
const AFTER: i32 = 14;
/// Minutes of the day at which shifts change.
const MORNING: u32 = 8 * 60;
const EVENING: u32 = 18 * 60;

/// Puts all of it into the database, as it stands at `end`.
pub async fn keep(service: &Service, known: &[Actor], end: Timestamp) -> anyhow::Result<()> {
    let document = Configuration {
        preset: Some(OTHER_PRESET.to_owned()),
        ..Configuration::default()
    };
    let at =
        |moment: Timestamp| service.by_clock(Clock::Set(Arc::new(AtomicI64::new(moment.micros()))));
    let other = DivisionCode::parse(OTHER_TOWN)?;
    let now = at(end);
    now.put_configuration(None, other, document, None, false)
        .await?;
    let mut shifts = Vec::new();
    for day in -BEFORE..=AFTER {
        shifts.extend(town(known, end.date().plus_days(day)));
        shifts.extend(county(end.date().plus_days(day)));
    }
    // What is over is not entered any more: it was entered in time.
    let earlier = at(end.plus_days(-i64::from(BEFORE) - 1));
    earlier.put_shifts(shifts).await?;
    hand_over(&at, known, end).await
}

/// Day and night of the town: those who log in are on duty.
fn town(known: &[Actor], day: Date) -> [NewShift; 2] {
    let named = |post| holder(known, post).map_or_else(String::new, |actor| actor.name.clone());
    let of_day = (named(Post::DutyLeader), named(Post::DutyOfficer));
    let of_night = (named(Post::TownHead), named(Post::Dispatcher));
    shifts(TOWN, "0518-86251234", day, (of_day, of_night))
}

fn county(day: Date) -> [NewShift; 2] {
    let people = |seed: u128| (name(seed << 64 | 0x5), name(seed << 64 | 0x17));
    shifts(COUNTY, "0518-86212345", day, (people(3), people(11)))
}

type Pair = (String, String);

fn shifts(
    desk: &str,
    telephone: &str,
    day: Date,
    (by_day, by_night): (Pair, Pair),
) -> [NewShift; 2] {
    let shift = |from, to, (leader, officer): Pair| NewShift {
        desk: Desk::from(desk),
        from,
        to,
        leader,
        officer,
        telephone: telephone.to_owned(),
    };
    let (morning, evening) = (Timestamp::of(day, MORNING), Timestamp::of(day, EVENING));
    let next = Timestamp::of(day.next(), MORNING);
    [
        shift(morning, evening, by_day),
        shift(evening, next, by_night),
    ]
}

/// The last change of shifts: who went signed, and who came.
async fn hand_over(
    at: &impl Fn(Timestamp) -> Service,
    known: &[Actor],
    end: Timestamp,
) -> anyhow::Result<()> {
    let today = end.date();
    let changes = [
        (today, EVENING, Post::DutyOfficer, Post::Dispatcher),
        (today, MORNING, Post::Dispatcher, Post::DutyOfficer),
        (
            today.plus_days(-1),
            EVENING,
            Post::DutyOfficer,
            Post::Dispatcher,
        ),
    ];
    let past = |(day, minute, ..): &&(Date, u32, Post, Post)| {
        Timestamp::of(*day, *minute).plus_minutes(10) < end
    };
    let Some((day, minute, gives, takes)) = changes.iter().find(past) else {
        return Ok(());
    };
    let change = Timestamp::of(*day, *minute);
    let (Some(gives), Some(takes)) = (holder(known, *gives), holder(known, *takes)) else {
        return Ok(());
    };
    let desk = Desk::from(TOWN);
    let note = "夜间值守人员已到位，物资清点无误".to_owned();
    let handover = at(change.plus_minutes(-5))
        .hand_over(gives, &desk, note)
        .await?;
    let later = at(change.plus_minutes(3));
    later.take_over(takes, handover.id).await?;
    Ok(())
}

fn holder(known: &[Actor], post: Post) -> Option<&Actor> {
    known
        .iter()
        .find(|actor| actor.appointments.iter().any(|held| held.post == post))
}
