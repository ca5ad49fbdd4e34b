//! The fast deadlines against the rules walked minute by minute and day by day.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

type Spans = Vec<(u32, u32)>;
type DayOfYear = (u32, u32);

/// A town's working time, spelled out.
#[derive(Clone, Debug)]
struct Town {
    exceptions: BTreeMap<Date, DayKind>,
    usual: Spans,
    /// Other hours from one day of the year to before another.
    summer: Option<(DayOfYear, DayOfYear, Spans)>,
    /// Other hours from one day to before another, disjoint.
    spells: Vec<(Date, Date, Spans)>,
    /// Days off and days worked of its own.
    own_days: BTreeMap<Date, DayKind>,
    moves: bool,
}

impl Town {
    fn works_on(&self, date: Date) -> bool {
        let said = self.own_days.get(&date);
        match said.or_else(|| self.exceptions.get(&date)) {
            Some(DayKind::Work) => true,
            Some(DayKind::Off) => false,
            None => date.weekday() != 5 && date.weekday() != 6,
        }
    }

    fn spans_on(&self, date: Date) -> &Spans {
        let (_, month, day) = date.ymd();
        let holds = |(from, to, _): &&(Date, Date, Spans)| *from <= date && date < *to;
        if let Some((_, _, spans)) = self.spells.iter().find(holds) {
            return spans;
        }
        match &self.summer {
            Some((from, to, spans)) if (month, day) >= *from && (month, day) < *to => spans,
            _ => &self.usual,
        }
    }

    fn is_open(&self, date: Date, minute: u32) -> bool {
        let within = |(open, close): &(u32, u32)| *open <= minute && minute < *close;
        self.works_on(date) && self.spans_on(date).iter().any(within)
    }

    fn close(&self, date: Date) -> Timestamp {
        Timestamp::of(date, self.spans_on(date).last().unwrap().1)
    }

    /// The same in the words of the rules: what holds everywhere, and what the place has of its own.
    fn working_time(&self, day_rule: WorkingDayRule) -> WorkingTime {
        let hours = |spans: &Spans| Hours::new(spans.clone()).unwrap();
        let everywhere = WorkingTime {
            calendar: Calendar::new(1, self.exceptions.clone(), day("2027-12-31")).unwrap(),
            hours: HoursTable::all_year(hours(&self.usual)),
            ..WorkingTime::default()
        };
        let mut rules = vec![
            LocalRule::DayRule(day_rule),
            LocalRule::CalendarDaysMove(self.moves),
        ];
        if let Some((from, to, spans)) = &self.summer {
            let seasons = [(*from, spans), (*to, &self.usual)];
            rules.extend(seasons.map(|(from, spans)| {
                let hours = hours(spans);
                LocalRule::Season(Season { from, hours })
            }));
        }
        rules.extend(self.spells.iter().map(|(from, to, spans)| {
            LocalRule::Spell(Spell {
                from: *from,
                to: *to,
                hours: hours(spans),
            })
        }));
        rules.extend(self.own_days.iter().map(|(date, kind)| LocalRule::Days {
            from: *date,
            to: date.next(),
            kind: *kind,
        }));
        let entries: Vec<LocalTime> = rules
            .into_iter()
            .map(|rule| own("320707101000", rule))
            .collect();
        let times = WorkingTimes::new(everywhere, &entries).unwrap();
        let village = DivisionCode::parse("320707101201").unwrap();
        times.at(village, HoursUse::Work).as_ref().clone()
    }
}

type Closed = Vec<(Timestamp, Timestamp)>;

/// Walks through every minute from the start and counts those that are open and in no pause.
fn by_the_minute(
    start: Timestamp,
    minutes: u32,
    pauses: &Closed,
    open: impl Fn(Date, u32) -> bool,
) -> Timestamp {
    let mut now = start;
    let mut left = minutes;
    while left > 0 {
        let stands_still = pauses.iter().any(|(from, to)| *from <= now && now < *to);
        if !stands_still && open(now.date(), now.minute_of_day()) {
            left -= 1;
        }
        now = now.plus_minutes(1);
    }
    now
}

/// Walks through every day after the start; a day counts unless it lies after the day of a pause and not
/// after that of its resumption. The limit ends at the first end of a day at which enough days have been
/// counted and the clock is not paused.
fn by_the_day(
    start: Timestamp,
    days: u32,
    pauses: &Closed,
    counts: impl Fn(Date) -> bool,
    end: impl Fn(Date) -> Option<Timestamp>,
) -> Timestamp {
    let mut today = start.date();
    let mut counted = 0;
    loop {
        today = today.next();
        let lost = pauses
            .iter()
            .any(|(from, to)| from.date() < today && today <= to.date());
        if counts(today) && !lost {
            counted += 1;
        }
        if counted >= days
            && let Some(end) = end(today)
        {
            let stands_still = pauses.iter().any(|(from, to)| *from < end && end < *to);
            if !stands_still {
                return end;
            }
        }
    }
}

/// The deadline of a limit of any unit, walked.
fn walked(
    town: &Town,
    rule: WorkingDayRule,
    start: Timestamp,
    (amount, unit): (u32, TimeUnit),
    pauses: &Closed,
) -> Timestamp {
    let always = |minutes| by_the_minute(start, minutes, pauses, |_, _| true);
    let open = |minutes| by_the_minute(start, minutes, pauses, |day, now| town.is_open(day, now));
    match unit {
        TimeUnit::EmergencyMinutes => always(amount),
        TimeUnit::EmergencyHours => always(amount * 60),
        TimeUnit::EmergencyDays => always(amount * 1440),
        TimeUnit::WorkingMinutes => open(amount),
        TimeUnit::WorkingHours => open(amount * 60),
        TimeUnit::WorkingDays if rule == WorkingDayRule::EightHours => open(amount * 480),
        TimeUnit::WorkingDays => {
            let end = |day| town.works_on(day).then(|| town.close(day));
            by_the_day(start, amount, pauses, |day| town.works_on(day), end)
        }
        TimeUnit::CalendarDays => {
            let ends = |day| !town.moves || town.works_on(day);
            let end = |day| ends(day).then(|| Timestamp::of(day, 1440));
            by_the_day(start, amount, pauses, |_| true, end)
        }
    }
}

fn spans() -> impl Strategy<Value = Spans> {
    select(vec![
        vec![(480, 720), (840, 1080)],
        vec![(540, 1020)],
        vec![(0, 1440)],
        vec![(0, 60), (300, 301), (700, 900), (900, 960), (1200, 1440)],
        vec![(600, 660)],
    ])
}

fn town() -> impl Strategy<Value = Town> {
    let first = day("2026-04-20").days();
    let kinds = select(vec![DayKind::Off, DayKind::Work]);
    let exceptions = btree_map((first..first + 70).prop_map(Date::from_days), kinds, 0..40);
    let season = (
        select(vec![(4, 30), (5, 9), (2, 29)]),
        select(vec![(5, 10), (5, 20), (10, 1)]),
    );
    let summer = (season, spans()).prop_map(|((from, to), spans)| (from, to, spans));
    let own_days = btree_map(
        (first..first + 70).prop_map(Date::from_days),
        any::<bool>(),
        0..6,
    )
    .prop_map(|days| {
        let kind = |works| if works { DayKind::Work } else { DayKind::Off };
        days.into_iter()
            .map(|(day, works)| (day, kind(works)))
            .collect()
    });
    // Each begins so many days after the end of the one before, or on that day itself.
    let spells = vec((0..9, 1..9, spans()), 0..4).prop_map(move |spells| {
        let mut past = first;
        let mut spell = |(pause, days, spans)| {
            let from = past + pause;
            past = from + days;
            (Date::from_days(from), Date::from_days(past), spans)
        };
        spells.into_iter().map(&mut spell).collect()
    });
    (
        exceptions,
        spans(),
        proptest::option::of(summer),
        any::<bool>(),
        spells,
        own_days,
    )
        .prop_map(
            |(exceptions, usual, summer, moves, spells, own_days)| Town {
                exceptions,
                usual,
                summer,
                spells,
                own_days,
                moves,
            },
        )
}

/// A start on one of 30 days, and pauses that may overlap, touch, come before it or out of order.
fn start_and_pauses() -> impl Strategy<Value = (Timestamp, Closed)> {
    let start = (0_i64..30 * 1440).prop_map(|minute| at("2026-04-25 00:00").plus_minutes(minute));
    let length = prop_oneof![0_i64..200, 0_i64..6 * 1440];
    (start, vec((-1440_i64..8 * 1440, length), 0..4)).prop_map(|(start, pauses)| {
        let pause = |(from, length): (i64, i64)| {
            (start.plus_minutes(from), start.plus_minutes(from + length))
        };
        (start, pauses.into_iter().map(pause).collect())
    })
}

fn facts(start: Timestamp, limit: Limit, pauses: &Closed) -> ClockFacts {
    let pause = |(from, to): &(Timestamp, Timestamp)| Pause {
        from: *from,
        to: Some(*to),
    };
    ClockFacts {
        pauses: pauses.iter().map(pause).collect(),
        ..ClockFacts::new(start, limit)
    }
}

proptest! {
    #[test]
    fn working_hours_are_the_open_minutes(town in town(), (start, pauses) in start_and_pauses(), minutes in 1_u32..1500) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let deadline = time.deadline(&facts(start, Limit::working_minutes(minutes), &pauses)).unwrap();
        let expected = by_the_minute(start, minutes, &pauses, |date, minute| town.is_open(date, minute));
        prop_assert_eq!(deadline.at, expected);
    }

    #[test]
    fn eight_hour_days_are_working_hours(town in town(), (start, pauses) in start_and_pauses(), days in 1_u32..4) {
        let time = town.working_time(WorkingDayRule::EightHours);
        let deadline = time.deadline(&facts(start, Limit::working_days(days), &pauses)).unwrap();
        let expected = by_the_minute(start, days * 480, &pauses, |date, minute| town.is_open(date, minute));
        prop_assert_eq!(deadline.at, expected);
    }

    #[test]
    fn emergency_hours_are_all_minutes(town in town(), (start, pauses) in start_and_pauses(), hours in 1_u32..200) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let deadline = time.deadline(&facts(start, Limit::emergency_hours(hours), &pauses)).unwrap();
        prop_assert_eq!(deadline.at, by_the_minute(start, hours * 60, &pauses, |_, _| true));
        prop_assert!(!deadline.provisional);
    }

    #[test]
    fn working_days_are_the_days_worked(town in town(), (start, pauses) in start_and_pauses(), days in 1_u32..20) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let deadline = time.deadline(&facts(start, Limit::working_days(days), &pauses)).unwrap();
        let end = |date| town.works_on(date).then(|| town.close(date));
        let expected = by_the_day(start, days, &pauses, |date| town.works_on(date), end);
        prop_assert_eq!(deadline.at, expected);
    }

    #[test]
    fn calendar_days_are_all_days(town in town(), (start, pauses) in start_and_pauses(), days in 1_u32..20) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let deadline = time.deadline(&facts(start, Limit::calendar_days(days), &pauses)).unwrap();
        let end = |date| (!town.moves || town.works_on(date)).then(|| Timestamp::of(date, 1440));
        prop_assert_eq!(deadline.at, by_the_day(start, days, &pauses, |_| true, end));
    }

    #[test]
    fn an_extended_limit_is_the_limit_once_more_from_the_start_pauses_and_all(
        town in town(), (start, pauses) in start_and_pauses(), unit in unit(), amount in 1_u32..5, extensions in 1_u8..3,
        rule in select(vec![WorkingDayRule::WholeDays, WorkingDayRule::EightHours]),
    ) {
        let extended = ClockFacts { extensions, ..facts(start, Limit { amount, unit }, &pauses) };
        let deadline = town.working_time(rule).deadline(&extended).unwrap();
        let in_all = amount * (1 + u32::from(extensions));
        prop_assert_eq!(deadline.at, walked(&town, rule, start, (in_all, unit), &pauses));
    }

    #[test]
    fn the_account_of_a_deadline_adds_up_to_the_limit(
        town in town(), (start, pauses) in start_and_pauses(), unit in unit(), amount in 1_u32..30, extensions in 0_u8..3,
        rule in select(vec![WorkingDayRule::WholeDays, WorkingDayRule::EightHours]),
    ) {
        let facts = ClockFacts { extensions, ..facts(start, Limit { amount, unit }, &pauses) };
        let account = town.working_time(rule).account(&facts).unwrap();
        let in_all = amount * (1 + u32::from(extensions));
        let by_minutes = match unit {
            TimeUnit::EmergencyMinutes | TimeUnit::WorkingMinutes => Some(in_all),
            TimeUnit::EmergencyHours | TimeUnit::WorkingHours => Some(in_all * 60),
            TimeUnit::EmergencyDays => Some(in_all * 1440),
            TimeUnit::WorkingDays if rule == WorkingDayRule::EightHours => Some(in_all * 480),
            TimeUnit::WorkingDays | TimeUnit::CalendarDays => None,
        };
        if let Some(minutes) = by_minutes {
            let ran = account.days.iter().flat_map(|d| &d.ran).map(|(from, to)| to.since(*from)).sum::<i64>();
            prop_assert!(account.left_out > 0 || ran == i64::from(minutes) * 60_000_000);
        } else {
            // Where a pause takes the last day, the limit ends without it.
            let counted = account.days.iter().filter(|d| d.count == DayCount::Counted).count();
            prop_assert!(account.left_out > 0 || counted <= usize::try_from(in_all).unwrap());
            prop_assert!(account.left_out > 0 || !pauses.is_empty() || counted == usize::try_from(in_all).unwrap());
        }
        let last = account.days.last().unwrap().date.days() + i32::try_from(account.left_out).unwrap();
        prop_assert_eq!(Date::from_days(last), account.deadline.at.plus_micros(-1).date());
    }

    #[test]
    fn the_next_opening_is_the_first_open_minute(town in town(), (start, _) in start_and_pauses()) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let after_one_minute = by_the_minute(start, 1, &Closed::new(), |date, minute| town.is_open(date, minute));
        prop_assert_eq!(time.next_opening(start), after_one_minute.plus_minutes(-1));
        prop_assert_eq!(time.is_working(start), town.is_open(start.date(), start.minute_of_day()));
    }

    #[test]
    fn what_happens_after_the_stop_does_not_change_whether_it_was_in_time(
        town in town(), (start, pauses) in start_and_pauses(), unit in unit(), amount in 1_u32..9, stop in 0_i64..9 * 1440,
    ) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let stop = start.plus_minutes(stop);
        let left_running = facts(start, Limit { amount, unit }, &pauses);
        let stopped = ClockFacts { stopped: Some(stop), ..left_running.clone() };
        let in_time = |facts| time.deadline(facts).unwrap().is_met_by(stop);
        prop_assert_eq!(in_time(&stopped), in_time(&left_running));
    }

    #[test]
    fn a_later_start_or_a_longer_limit_never_ends_earlier(
        town in town(), (start, _) in start_and_pauses(), unit in unit(), amount in 1_u32..40, later in 0_i64..200_000_000_000,
    ) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let due = |start: Timestamp, amount| time.due(start, Limit { amount, unit }).at;
        prop_assert!(due(start, amount) > start);
        prop_assert!(due(start, amount) <= due(start.plus_micros(later), amount));
        prop_assert!(due(start, amount) <= due(start, amount + 1));
    }

    #[test]
    fn no_fact_however_absurd_makes_it_panic(
        town in town(), start: i64, amount: u32, unit in unit(), extensions: u8,
        pauses in vec((any::<i64>(), any::<Option<i64>>()), 0..4), stopped: Option<i64>,
    ) {
        let time = town.working_time(WorkingDayRule::WholeDays);
        let instant = Timestamp::from_micros;
        let pause = |(from, to): (i64, Option<i64>)| Pause { from: instant(from), to: to.map(instant) };
        let facts = ClockFacts {
            start: instant(start),
            limit: Limit { amount, unit },
            extensions,
            pauses: pauses.into_iter().map(pause).collect(),
            stopped: stopped.map(instant),
        };
        prop_assert_eq!(time.deadline(&facts).is_none(), facts.is_paused());
        time.next_opening(instant(start)).to_rfc3339();
    }
}

fn unit() -> impl Strategy<Value = TimeUnit> {
    select(vec![
        TimeUnit::EmergencyMinutes,
        TimeUnit::EmergencyHours,
        TimeUnit::EmergencyDays,
        TimeUnit::WorkingMinutes,
        TimeUnit::WorkingHours,
        TimeUnit::WorkingDays,
        TimeUnit::CalendarDays,
    ])
}
