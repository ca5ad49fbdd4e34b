//! The figures recounted from the rows alone, as `docs/figures.md` says it, slowly and without the
//! state of cases: what an independent program would do with the feed.

use std::collections::BTreeMap;

use crate::case::{Event, Grade, NewAssignment, Recorded, Solved, Unanswered};
use crate::clock::Timestamp;
use crate::indicator::{Indicator, Owner, Period, Reason};
use crate::place::DivisionCode;
use crate::routing::Role;

/// Numerator (in hundred-thousandths), denominator, exclusions of each indicator with anything.
pub type Count = BTreeMap<Indicator, (i64, i64, BTreeMap<Reason, u64>)>;

struct Counter<'a> {
    rows: &'a [Recorded],
    a: Timestamp,
    b: Timestamp,
    /// Only what falls to this unit or centre.
    owner: &'a Owner,
    count: Count,
    pub minutes: Vec<i64>,
}

/// Recounts one case: the counts, and the minutes to check-in one by one.
pub fn recount(rows: &[Recorded], period: Period, owner: &Owner) -> (Count, Vec<i64>) {
    let mut counter = Counter {
        rows,
        a: period.from,
        b: period.to,
        owner,
        count: Count::new(),
        minutes: Vec::new(),
    };
    counter.whistles();
    counter.admissions();
    let starts: Vec<usize> = (0..rows.len())
        .filter(|i| {
            matches!(
                rows[*i].event,
                Event::Registered { .. } | Event::Reopened { .. }
            )
        })
        .collect();
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(rows.len());
        counter.round(n + 1, &rows[*start..end]);
    }
    (counter.count, counter.minutes)
}

fn called(row: &Recorded) -> &[NewAssignment] {
    match &row.event {
        Event::Dispatched { assignments, .. } | Event::WhistleIssued { assignments, .. } => {
            assignments
        }
        Event::UnitAdded { assignment, .. } => std::slice::from_ref(assignment),
        _ => &[],
    }
}

/// To whom something falls.
#[derive(Copy, Clone)]
struct To<'a> {
    unit: Option<&'a str>,
    centre: DivisionCode,
}

/// What the clock stands still for.
fn why_paused(seen: &[&Recorded]) -> Reason {
    let last = seen.iter().rev().find_map(|row| match row.event {
        Event::SuspensionGranted { .. } => Some(Reason::Suspended),
        Event::Resumed { .. } | Event::Escalated(_) => Some(Reason::AwaitingRedispatch),
        _ => None,
    });
    last.unwrap_or(Reason::AwaitingRedispatch)
}

impl Counter<'_> {
    fn within(&self, moment: Timestamp) -> bool {
        moment >= self.a && moment < self.b
    }

    fn is_counted(&self, to: To<'_>) -> bool {
        match self.owner {
            Owner::Unit(unit) => to.unit == Some(unit.0.as_str()),
            Owner::Centre(code) => to.centre == *code,
            _ => true,
        }
    }

    /// The centre that had the case, as the rows before the end of the period tell.
    fn centre_at(&self, moment: Timestamp) -> DivisionCode {
        let mut centre = None;
        for row in self.rows {
            match &row.event {
                Event::Reported { centre: first, .. } => centre = Some(*first),
                Event::Escalated(handover) | Event::Delegated(handover)
                    if row.recorded_at <= moment && row.recorded_at < self.b =>
                {
                    centre = Some(handover.to);
                }
                _ => {}
            }
        }
        // What was one centre's is another's as a whole, whenever it became so.
        for row in self.rows {
            if let Event::Rehomed { centres, .. } = &row.event
                && let Some(succeeded) = centres.iter().find(|one| Some(one.from) == centre)
            {
                centre = Some(succeeded.to);
            }
        }
        centre.unwrap()
    }

    fn put(&mut self, to: To<'_>, indicator: Indicator, share: i64, of: i64) {
        if self.is_counted(to) {
            let terms = self.count.entry(indicator).or_default();
            terms.0 += share;
            terms.1 += of;
        }
    }

    fn exclude(&mut self, to: To<'_>, indicators: &[Indicator], reason: Reason) {
        if self.is_counted(to) {
            for indicator in indicators {
                *self
                    .count
                    .entry(*indicator)
                    .or_default()
                    .2
                    .entry(reason)
                    .or_default() += 1;
            }
        }
    }

    /// Whistles belong to no unit.
    fn whistles(&mut self) {
        use Indicator::{WhistlesBlown, WhistlesRefused, WhistlesWithdrawn};
        let rows = self.rows;
        for row in rows {
            let (Event::WhistleRequested { whistle, .. }
            | Event::WhistleRefused { whistle, .. }
            | Event::WhistleWithdrawn { whistle, .. }) = &row.event
            else {
                continue;
            };
            let blown = rows.iter().find(|row| {
                matches!(&row.event, Event::WhistleRequested { whistle: known, .. } if known == whistle)
            });
            let to = To {
                unit: None,
                centre: self.centre_at(blown.unwrap().occurred_at),
            };
            match &row.event {
                Event::WhistleRequested { .. } if self.within(row.occurred_at) => {
                    self.put(to, WhistlesBlown, 100_000, 100_000);
                    self.put(to, WhistlesRefused, 0, 100_000);
                    self.put(to, WhistlesWithdrawn, 0, 100_000);
                }
                Event::WhistleRefused { .. } if self.within(row.recorded_at) => {
                    self.put(to, WhistlesRefused, 100_000, 0);
                }
                Event::WhistleWithdrawn { .. }
                    if self.within(row.recorded_at) && row.actor.person.is_some() =>
                {
                    self.put(to, WhistlesWithdrawn, 100_000, 0);
                }
                _ => {}
            }
        }
    }

    /// The department is the unit, and the centre that of the town, which had the case just before.
    fn admissions(&mut self) {
        for row in self.rows {
            if let Event::AdmissionRefused { department, .. } = &row.event
                && self.within(row.recorded_at)
            {
                let to = To {
                    unit: Some(department.0.as_str()),
                    centre: self.centre_at(row.recorded_at.plus_micros(-1)),
                };
                self.put(to, Indicator::AdmissionsRefused, 100_000, 100_000);
            }
        }
    }

    fn round(&mut self, number: usize, rows: &[Recorded]) {
        let seen: Vec<&Recorded> = rows.iter().filter(|r| r.recorded_at < self.b).collect();
        let leads: Vec<(Timestamp, &str)> = seen
            .iter()
            .flat_map(|row| called(row).iter().map(|new| (row.recorded_at, new)))
            .filter(|(_, new)| new.role == Role::Lead)
            .map(|(moment, new)| (moment, new.unit.0.as_str()))
            .collect();
        let clock = seen.iter().rev().find_map(|row| match &row.event {
            Event::HandlingClock { deadline, .. } => Some(*deadline),
            _ => None,
        });
        let closed = seen.iter().find_map(|row| match &row.event {
            Event::Closed { on_time, .. } => Some((row.recorded_at, *on_time)),
            _ => None,
        });
        let moment = closed
            .map(|(at, _)| at)
            .into_iter()
            .chain(clock.flatten())
            .min()
            .unwrap_or(self.b);
        let unit = leads
            .iter()
            .rev()
            .find(|(at, _)| *at <= moment)
            .or(leads.first())
            .map(|(_, unit)| *unit);
        let to = To {
            unit,
            centre: self.centre_at(moment),
        };
        self.closing(number, &seen, to, clock, closed);
        self.units(rows);
        for row in rows {
            if let Event::Closed {
                feedback,
                merged_feedback,
                ..
            } = &row.event
            {
                if let Some(duty) = feedback {
                    self.feedback(duty.id, duty.expires_at, to);
                }
                for duty in merged_feedback {
                    self.feedback(duty.id, duty.expires_at, to);
                }
            }
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "the lines of the definition, one after another"
    )]
    fn closing(
        &mut self,
        number: usize,
        seen: &[&Recorded],
        to: To<'_>,
        clock: Option<Option<Timestamp>>,
        closed: Option<(Timestamp, bool)>,
    ) {
        use Indicator::{
            ClosureRate, Due, ExtensionRate, FirstTimeRate, OnTimeClosureRate, OverdueOpen,
            ReworkRate,
        };
        const ALL: [Indicator; 6] = [
            Due,
            ClosureRate,
            OnTimeClosureRate,
            OverdueOpen,
            ReworkRate,
            ExtensionRate,
        ];
        let Some(first) = seen.first() else { return };
        let dispatch_by = match &first.event {
            Event::Registered { dispatch_by, .. } | Event::Reopened { dispatch_by, .. } => {
                *dispatch_by
            }
            _ => return,
        };
        // Each centre has its own time to dispatch.
        let mut handed_over = seen.iter().filter_map(|row| match &row.event {
            Event::Escalated(handover) => handover.dispatch_by,
            _ => None,
        });
        let dispatch_by = handed_over.next_back().unwrap_or(dispatch_by);
        let taken_back = |row: &&Recorded| matches!(row.event, Event::SentBack { .. });
        if seen.iter().any(taken_back) {
            return;
        }
        let fails = |row: &&&Recorded| {
            matches!(
                row.event,
                Event::Vetoed { .. } | Event::Verified { passed: false, .. }
            )
        };
        let failed = seen.iter().any(|row| fails(&row));
        let rework = i64::from(failed || number > 1) * 100_000;
        let extended = seen
            .iter()
            .any(|row| matches!(row.event, Event::ExtensionGranted { .. }));
        let extended = i64::from(extended) * 100_000;
        if let Some((at, on_time)) = closed {
            if self.within(at) && self.is_exempted(number) {
                self.exclude(to, &ALL, Reason::Exempted);
                self.exclude(to, &[FirstTimeRate], Reason::Exempted);
            } else if self.within(at) {
                for indicator in [Due, ClosureRate] {
                    self.put(to, indicator, 100_000, 100_000);
                }
                self.put(to, OnTimeClosureRate, i64::from(on_time) * 100_000, 100_000);
                self.put(to, OverdueOpen, 0, 100_000);
                self.put(to, ReworkRate, rework, 100_000);
                self.put(to, ExtensionRate, extended, 100_000);
                self.put(to, FirstTimeRate, 100_000 - rework, 100_000);
            }
            return;
        }
        let voided = seen
            .iter()
            .find(|row| matches!(row.event, Event::Voided { .. }));
        if let Some(voided) = voided {
            if self.within(voided.recorded_at) {
                self.exclude(to, &ALL, Reason::Voided);
            }
            return;
        }
        if !seen.iter().any(|row| !called(row).is_empty()) {
            if dispatch_by < self.b {
                self.exclude(to, &ALL, Reason::NeverDispatched);
            }
            return;
        }
        match clock {
            None => {}
            Some(None) => {
                let reason = why_paused(seen);
                self.exclude(to, &ALL, reason);
            }
            Some(Some(deadline)) if deadline >= self.b => {}
            Some(Some(deadline)) => {
                let leads: Vec<_> = seen
                    .iter()
                    .flat_map(|row| called(row))
                    .filter(|new| new.role == Role::Lead)
                    .map(|new| new.id)
                    .collect();
                let undone =
                    |row: &&&Recorded| fails(row) || matches!(row.event, Event::Escalated(_));
                let last = seen.iter().rev().find(|row| {
                    undone(row)
                        || matches!(row.event, Event::HandlingEnded { .. })
                        || matches!(&row.event, Event::Finished { assignment, .. } if leads.contains(assignment))
                });
                let in_time = last.is_some_and(|row| !undone(&row) && row.recorded_at <= deadline);
                if in_time {
                    self.exclude(to, &ALL, Reason::WaitingForCentre);
                } else {
                    for indicator in [Due, OverdueOpen] {
                        self.put(to, indicator, 100_000, 100_000);
                    }
                    for indicator in [ClosureRate, OnTimeClosureRate] {
                        self.put(to, indicator, 0, 100_000);
                    }
                    self.put(to, ExtensionRate, extended, 100_000);
                    self.put(to, ReworkRate, rework, 100_000);
                }
            }
        }
    }

    /// Whether an appeal about the round was accepted before the end of the period.
    fn is_exempted(&self, number: usize) -> bool {
        let about = self.rows.iter().find_map(|row| match &row.event {
            Event::Appealed { round, .. } => Some(usize::from(*round)),
            _ => None,
        });
        about == Some(number)
            && self.rows.iter().any(|row| {
                row.recorded_at < self.b && matches!(row.event, Event::AppealAccepted { .. })
            })
    }

    fn units(&mut self, rows: &[Recorded]) {
        for row in rows {
            for new in called(row) {
                self.unit(row.recorded_at, new);
            }
        }
    }

    fn unit(&mut self, issued: Timestamp, new: &NewAssignment) {
        let to = To {
            unit: Some(new.unit.0.as_str()),
            centre: self.centre_at(issued),
        };
        if self.within(issued) {
            self.put(to, Indicator::ReturnRate, 0, 100_000);
            self.put(to, Indicator::AccurateDispatchRate, 100_000, 100_000);
        }
        let rows = self.rows;
        let released: Vec<(Timestamp, Reason)> = rows
            .iter()
            .filter_map(|row| match &row.event {
                Event::ReturnAccepted { assignment, .. } if *assignment == new.id => {
                    Some((row.recorded_at, Reason::Returned))
                }
                Event::Revoked { assignment, .. } if *assignment == new.id => {
                    Some((row.recorded_at, Reason::Revoked))
                }
                Event::Excused { assignment, .. } if *assignment == new.id => {
                    Some((row.recorded_at, Reason::Excused))
                }
                Event::Voided { .. } => Some((row.recorded_at, Reason::Voided)),
                _ => None,
            })
            .collect();
        for (at, reason) in &released {
            if *reason == Reason::Returned && self.within(*at) {
                self.put(to, Indicator::ReturnRate, 100_000, 0);
                self.put(to, Indicator::AccurateDispatchRate, -100_000, 0);
            }
        }
        let sign = rows.iter().find_map(|row| match &row.event {
            Event::Signed {
                assignment,
                in_time,
            } if *assignment == new.id => Some(*in_time),
            _ => None,
        });
        let contact = rows.iter().find_map(|row| match &row.event {
            Event::BlowerContacted {
                assignment,
                in_time,
                ..
            } if *assignment == new.id => Some(*in_time),
            _ => None,
        });
        let check_in = rows.iter().find_map(|row| match &row.event {
            Event::CheckedIn {
                assignment,
                on_spot,
                in_time,
                ..
            } if *assignment == new.id => Some((row.occurred_at, *on_spot, *in_time)),
            _ => None,
        });
        for (indicator, due, reached) in [
            (Indicator::SignInTimeRate, Some(new.sign_by), sign),
            (Indicator::ContactInTimeRate, new.contact_by, contact),
            (
                Indicator::CheckInInTimeRate,
                new.check_in_by,
                check_in.map(|(_, _, in_time)| in_time),
            ),
        ] {
            let Some(due) = due.filter(|due| self.within(*due)) else {
                continue;
            };
            match released.iter().find(|(at, _)| *at < due) {
                Some((_, reason)) => self.exclude(to, &[indicator], *reason),
                None => self.put(
                    to,
                    indicator,
                    i64::from(reached == Some(true)) * 100_000,
                    100_000,
                ),
            }
        }
        if let (Some((at, on_spot, _)), Some(_)) = (check_in, new.check_in_by)
            && self.within(at)
        {
            if on_spot {
                self.put(to, Indicator::MinutesToCheckIn, 100_000, 100_000);
                if self.is_counted(to) {
                    self.minutes
                        .push((at.micros() - issued.micros()).div_euclid(60_000_000));
                }
            } else {
                self.exclude(to, &[Indicator::MinutesToCheckIn], Reason::OffTheSpot);
            }
        }
    }

    fn feedback(&mut self, id: crate::case::FeedbackId, expires_at: Timestamp, to: To<'_>) {
        const THREE: [Indicator; 4] = [
            Indicator::ResponseRate,
            Indicator::ResolutionRate,
            Indicator::SatisfactionRate,
            Indicator::Composite,
        ];
        let in_vain = self.rows.iter().find_map(|row| match &row.event {
            Event::FeedbackConcluded {
                feedback, outcome, ..
            } if *feedback == id => Some((row.recorded_at, *outcome)),
            _ => None,
        });
        if let Some((at, outcome)) = in_vain {
            if self.within(at) {
                self.put(to, Indicator::FollowUpCoverage, 0, 100_000);
                self.exclude(
                    to,
                    &THREE,
                    match outcome {
                        Unanswered::Refused => Reason::Refused,
                        Unanswered::Unreachable => Reason::Unreachable,
                        Unanswered::Unreasonable => Reason::Unreasonable,
                    },
                );
            }
            return;
        }
        let rated = self.rows.iter().find_map(|row| match &row.event {
            Event::Rated {
                feedback, answer, ..
            } if *feedback == id => Some((row.recorded_at, answer.clone())),
            _ => None,
        });
        match rated {
            Some((at, answer)) if self.within(at) => {
                let satisfied = match answer.satisfaction {
                    Grade::VerySatisfied | Grade::Satisfied => 100,
                    Grade::BasicallySatisfied => 90,
                    Grade::Dissatisfied | Grade::VeryDissatisfied => 0,
                };
                let solved = i64::from(answer.solved == Solved::Yes) * 100;
                let contacted = i64::from(answer.contacted) * 100;
                let composite = 30 * contacted + 35 * solved + 35 * satisfied;
                for (indicator, share) in THREE.into_iter().zip([
                    contacted * 1_000,
                    solved * 1_000,
                    satisfied * 1_000,
                    composite * 10,
                ]) {
                    self.put(to, indicator, share, 100_000);
                }
                self.put(to, Indicator::FollowUpCoverage, 100_000, 100_000);
            }
            None if self.within(expires_at) => {
                self.put(to, Indicator::FollowUpCoverage, 0, 100_000);
                self.exclude(to, &THREE, Reason::Expired);
            }
            _ => {}
        }
    }
}
