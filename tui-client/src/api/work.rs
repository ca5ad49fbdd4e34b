//! What waits for whom: the parts of the first screens, and the lists.

use gridwhistle_client::types;

use super::cases::{assignment, is_over, map_case, person, uuid, whistle};
use super::fail::failure;
use super::figures::is_grid;
use super::server::Server;
use super::{maybe, time};
use crate::model::Time;
use crate::model::case::{Assignment, Case, Whistle};
use crate::model::failure::Failure;
use crate::model::list::{Page, Pile, Progress, Query, Row, Section, Shelf, by_time_left};
use crate::model::session::Desk;
use crate::runtime::now;

/// How many rows a part of the first screen holds; more are behind the list.
const PART: u64 = 50;
/// How many called units or whistles are looked through for a part.
const SEARCHED: u64 = 200;
/// Pages of that size are looked through at most.
const PAGES: usize = 5;

impl Server {
    /// A part of the first screen.
    pub async fn section(&self, section: Section) -> Result<Pile, Failure> {
        match section {
            Section::Drafts => Ok(Pile::default()),
            Section::Emergencies => {
                // Also when everybody has come: the condition given by rule waits for the registrar.
                let open = |c: &Case, w: &Whistle| {
                    let to_confirm = c.has_mark("condition_to_confirm");
                    is_emergency(c, w) && (is_requested(w) || unanswered(c, w) || to_confirm)
                };
                self.whistles_where("requested,issued,on_scene", open).await
            }
            Section::MyWhistles => {
                self.whistles_of(true, "requested,issued,on_scene", |_, _| true)
                    .await
            }
            Section::Unanswered => self.whistles_where("issued,on_scene", unanswered).await,
            Section::MyTasks => self.cases_at("confirming,handled,verifying").await,
            Section::ToApprove => self.to_approve().await,
            Section::ToAccept
            | Section::ToRegister
            | Section::ToDispatch
            | Section::ReturnRequests
            | Section::Respites
            | Section::Lapsed
            | Section::Supervisions
            | Section::ToVerify
            | Section::ToClose
            | Section::Reopenings
            | Section::Rulings
            | Section::Appeals
            | Section::FollowUps
            | Section::Unreasonable => self.desk(section).await,
            Section::MyReports => {
                let call = self.client()?;
                let page = call
                    .list_cases()
                    .mine(true)
                    .limit(20u64)
                    .send()
                    .await
                    .map_err(failure)?
                    .into_inner();
                let more = page.next.is_some();
                let rows: Vec<Row> = page
                    .items
                    .into_iter()
                    .map(|c| case_row(&map_case(c)))
                    .collect();
                Ok(Pile {
                    total: rows.len(),
                    overdue: 0,
                    rows,
                    more,
                })
            }
            Section::ToSign => {
                self.assignments_where(true, |a| a.stage == "issued" && a.attempt <= 1)
                    .await
            }
            Section::ToArrive => {
                let waiting = |a: &Assignment| {
                    matches!(a.stage.as_str(), "signed" | "contacted") && a.check_in.due.is_some()
                };
                self.assignments_where(true, waiting).await
            }
            Section::Handling => {
                let handling = |a: &Assignment| match a.stage.as_str() {
                    "signed" | "contacted" => a.check_in.due.is_none() && a.attempt <= 1,
                    "arrived" | "reported_done" => a.attempt <= 1,
                    _ => false,
                };
                self.assignments_where(true, handling).await
            }
            Section::Reworked => self.assignments_where(true, |a| a.attempt > 1).await,
            Section::Overdue => {
                let call = self.client()?;
                let call = call
                    .list_cases()
                    .open(true)
                    .overdue(true)
                    .order(types::Order::Due)
                    .limit(SEARCHED);
                let page = call.send().await.map_err(failure)?.into_inner();
                let more = page.next.is_some();
                Ok(pile(
                    page.items
                        .into_iter()
                        .map(|c| case_row(&map_case(c)))
                        .collect(),
                    more,
                ))
            }
            Section::Dissatisfied => self.dissatisfied().await,
        }
    }

    /// Open cases at some stages, by time left.
    async fn cases_at(&self, stages: &str) -> Result<Pile, Failure> {
        let client = self.client()?;
        let call = client
            .list_cases()
            .stage(stages)
            .open(true)
            .order(types::Order::Due)
            .limit(PART);
        let page = call.send().await.map_err(failure)?.into_inner();
        let more = page.next.is_some();
        Ok(pile(
            page.items
                .into_iter()
                .map(|c| case_row(&map_case(c)))
                .collect(),
            more,
        ))
    }

    /// A queue of the work list of the centre at which somebody sits: overdue first, then by the time left.
    async fn desk(&self, section: Section) -> Result<Pile, Failure> {
        let Some(((queue, clocks), centre)) = section.queue().zip(self.centre()?) else {
            return Ok(Pile::default());
        };
        let client = self.client()?;
        let call = client
            .list_cases()
            .queue(queue)
            .centre(centre.as_str())
            .limit(PART);
        let page = call.send().await.map_err(failure)?.into_inner();
        let more = page.next.is_some();
        let rows: Vec<Row> = page
            .items
            .into_iter()
            .map(|c| queue_row(section, &map_case(c), clocks))
            .collect();
        let now = now();
        let mut pile = Pile {
            total: rows.len(),
            overdue: rows.iter().filter(|r| r.is_late(now)).count(),
            rows,
            more: false,
        };
        if more {
            let call = client.centre_queues().code(centre);
            let desk = call.send().await.map_err(failure)?.into_inner();
            let counts = desk.queues.iter().find(|q| q.queue == queue);
            let number = |n: i64| usize::try_from(n).unwrap_or_default();
            pile.total = counts.map_or(pile.total, |q| number(q.count));
            pile.overdue = counts.map_or(pile.overdue, |q| number(q.overdue));
        }
        Ok(pile)
    }

    /// The division at whose command centre the leading post sits.
    fn centre(&self) -> Result<Option<String>, Failure> {
        let session = self.session()?;
        let leading = session.leading().filter(|p| p.scope_kind == "division");
        Ok(leading.map(|p| p.scope.clone()))
    }

    /// Whistles that wait for approval: at a centre its queue, elsewhere those of the kinds that a post of whoever asks
    /// approves.
    async fn to_approve(&self) -> Result<Pile, Failure> {
        let session = self.session()?;
        if session.desk() == Desk::Centre {
            return self.desk(Section::ToApprove).await;
        }
        let kinds = self.client()?.list_whistle_kinds().send().await;
        let kinds = kinds.map_err(failure)?.into_inner().items;
        let approved: Vec<String> = kinds
            .into_iter()
            .filter(|k| k.approved_by.iter().any(|post| session.holds(post)))
            .map(|k| k.id)
            .collect();
        let wanted = |c: &Case, w: &Whistle| approved.contains(&w.kind) && waits_for_approval(c, w);
        self.whistles_where("requested", wanted).await
    }

    async fn whistles_where(
        &self,
        stages: &str,
        wanted: impl Fn(&Case, &Whistle) -> bool,
    ) -> Result<Pile, Failure> {
        self.whistles_of(false, stages, wanted).await
    }

    /// Whistles at some stages by time left; the own ones with the units that are waited for.
    async fn whistles_of(
        &self,
        mine: bool,
        stages: &str,
        wanted: impl Fn(&Case, &Whistle) -> bool,
    ) -> Result<Pile, Failure> {
        let client = self.client()?;
        let call = client
            .list_whistles()
            .mine(mine)
            .stage(stages)
            .limit(SEARCHED);
        let page = call.send().await.map_err(failure)?.into_inner();
        let more = page.next.is_some();
        let rows = page
            .items
            .into_iter()
            .map(|item| (map_case(item.case), whistle(item.whistle)))
            .filter(|(c, w)| wanted(c, w))
            .map(|(c, w)| Row {
                awaited: if mine { awaited(&c, &w) } else { Vec::new() },
                ..whistle_row(&c, &w)
            })
            .collect();
        Ok(pile(rows, more))
    }

    async fn assignments_where(
        &self,
        mine: bool,
        wanted: impl Fn(&Assignment) -> bool,
    ) -> Result<Pile, Failure> {
        let client = self.client()?;
        let mut rows = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            let call = client
                .list_assignments()
                .mine(mine)
                .open(true)
                .limit(SEARCHED);
            let page = maybe!(call, cursor = cursor.take())
                .send()
                .await
                .map_err(failure)?
                .into_inner();
            rows.extend(
                page.items
                    .into_iter()
                    .map(|item| (map_case(item.case), assignment(item.assignment)))
                    .filter(|(_, a)| wanted(a))
                    .map(|(c, a)| assignment_row(&c, &a)),
            );
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(pile(rows, cursor.is_some()))
    }

    /// A page of a list.
    pub async fn list(&self, query: Query, cursor: Option<String>) -> Result<Page, Failure> {
        let client = self.client()?;
        match query.shelf {
            Shelf::Cases | Shelf::MyReports => {
                let mine = (query.shelf == Shelf::MyReports).then_some(true);
                // Everything open by time left; what is asked for by stage may be over, newest first.
                let order = if query.overdue {
                    types::Order::Due
                } else {
                    types::Order::Newest
                };
                let of_grid = query.division.as_deref().is_some_and(is_grid);
                let (grid, division) = if of_grid {
                    (query.division, None)
                } else {
                    (None, query.division)
                };
                let call = maybe!(
                    client.list_cases().order(order).limit(PART),
                    mine = mine,
                    stage = query.stage,
                    division = division,
                    grid = grid,
                    overdue = query.overdue.then_some(true),
                    open = query.overdue.then_some(true),
                    cursor = cursor,
                );
                let page = call.send().await.map_err(failure)?.into_inner();
                let rows = page
                    .items
                    .into_iter()
                    .map(|c| case_row(&map_case(c)))
                    .collect();
                Ok(Page {
                    rows,
                    next: page.next,
                })
            }
            Shelf::Tasks => self.tasks(query, cursor).await,
            Shelf::ToApprove => Ok(Page {
                rows: self.to_approve().await?.rows,
                next: None,
            }),
            Shelf::Unmaskings => self.unmaskings(cursor).await,
            Shelf::Notices => self.notices(cursor).await,
            Shelf::Whistles => {
                let call = client.list_whistles().limit(PART);
                let call = maybe!(
                    call,
                    mine = query.mine.then_some(true),
                    stage = query.stage,
                    cursor = cursor
                );
                let page = call.send().await.map_err(failure)?.into_inner();
                let rows = page
                    .items
                    .into_iter()
                    .map(|item| whistle_row(&map_case(item.case), &whistle(item.whistle)))
                    .collect();
                Ok(Page {
                    rows,
                    next: page.next,
                })
            }
        }
    }

    /// Who looked at residents' data in clear, when and what for.
    async fn unmaskings(&self, cursor: Option<String>) -> Result<Page, Failure> {
        let cursor = cursor.as_deref().map(uuid).transpose()?;
        let client = self.client()?;
        let call = maybe!(client.list_unmaskings().limit(PART), cursor = cursor);
        let page = call.send().await.map_err(failure)?.into_inner();
        let rows = page.items.into_iter().map(|look| {
            let by = look.by.map(person).unwrap_or_default();
            Row {
                case_id: look.case_id.to_string(),
                title: by.name,
                place: by.unit.unwrap_or_default(),
                family: "purpose",
                stage: look.purpose,
                at: Some(time(look.at)),
                note: look.note.unwrap_or_default(),
                ..Row::default()
            }
        });
        Ok(Page {
            rows: rows.collect(),
            next: page.next,
        })
    }

    /// Tasks: of a unit what it was called to, of everybody else the cases that wait for a look.
    async fn tasks(&self, query: Query, cursor: Option<String>) -> Result<Page, Failure> {
        let client = self.client()?;
        let in_unit = self.session()?.posts.iter().any(|p| p.scope_kind == "unit");
        let known_assignment_stage = query
            .stage
            .as_deref()
            .is_some_and(|s| crate::model::names::ASSIGNMENT_STAGES.contains(&s));
        if in_unit || known_assignment_stage {
            let open = query.stage.is_none().then_some(true);
            let call = maybe!(
                client.list_assignments().limit(SEARCHED),
                open = open,
                cursor = cursor
            );
            let call = if in_unit { call.mine(true) } else { call };
            let page = call.send().await.map_err(failure)?.into_inner();
            let rows = page
                .items
                .into_iter()
                .map(|item| (map_case(item.case), assignment(item.assignment)))
                .filter(|(_, a)| query.stage.as_ref().is_none_or(|s| *s == a.stage))
                .map(|(c, a)| assignment_row(&c, &a))
                .filter(|r| !query.overdue || r.is_late(now()))
                .collect();
            return Ok(Page {
                rows,
                next: page.next,
            });
        }
        let call = client
            .list_cases()
            .stage("confirming,handled,verifying")
            .open(true);
        let call = call.order(types::Order::Due).limit(PART);
        let call = maybe!(
            call,
            overdue = query.overdue.then_some(true),
            cursor = cursor
        );
        let page = call.send().await.map_err(failure)?.into_inner();
        let rows = page
            .items
            .into_iter()
            .map(|c| case_row(&map_case(c)))
            .collect();
        Ok(Page {
            rows,
            next: page.next,
        })
    }
}

fn pile(mut rows: Vec<Row>, more: bool) -> Pile {
    by_time_left(&mut rows);
    let now = now();
    let overdue = rows.iter().filter(|r| r.is_late(now)).count();
    Pile {
        total: rows.len(),
        overdue,
        rows,
        more,
    }
}

/// Wished for and not issued yet.
fn is_requested(whistle: &Whistle) -> bool {
    matches!(whistle.stage.as_str(), "requested" | "approved")
}

/// Wished for, and somebody has to approve it who has not said anything yet.
fn waits_for_approval(case: &Case, whistle: &Whistle) -> bool {
    whistle.stage == "requested" && runs_until(case, "approve").is_some()
}

/// Until when the clock of that name runs, unless it was stopped.
fn runs_until(case: &Case, clock: &str) -> Option<Time> {
    let running = case
        .clocks
        .iter()
        .find(|c| c.name == clock && c.stopped_at.is_none());
    running.and_then(|c| c.deadline)
}

fn is_emergency(case: &Case, whistle: &Whistle) -> bool {
    case.has_mark("emergency") || whistle.kind.contains("emergency")
}

/// Whether a called unit has not yet signed, or not yet come.
fn unanswered(case: &Case, whistle: &Whistle) -> bool {
    matches!(whistle.stage.as_str(), "issued" | "on_scene")
        && case.assignments.iter().any(|a| {
            a.whistle_id.as_deref() == Some(whistle.id.as_str())
                && matches!(a.next(), Some(("sign" | "check_in", _)))
        })
}

/// The units that a whistle called, without those that were let go.
fn called<'a>(case: &'a Case, whistle: &'a Whistle) -> impl Iterator<Item = &'a Assignment> {
    case.assignments
        .iter()
        .filter(|a| a.whistle_id.as_deref() == Some(whistle.id.as_str()) && !a.is_let_go())
}

/// How far the called units are, from the issue of the whistle until its end.
fn progress(case: &Case, whistle: &Whistle) -> Option<Progress> {
    if !matches!(whistle.stage.as_str(), "issued" | "on_scene") {
        return None;
    }
    let count =
        |reached: fn(&Assignment) -> bool| called(case, whistle).filter(|a| reached(a)).count();
    Some(Progress {
        called: count(|_| true),
        signed: count(|a| a.sign.at.is_some()),
        arrived: count(|a| a.check_in.at.is_some()),
    })
}

/// The units that have not signed; when all have, those that have not come.
fn awaited(case: &Case, whistle: &Whistle) -> Vec<String> {
    let names = |waits: fn(&Assignment) -> bool| -> Vec<String> {
        called(case, whistle)
            .filter(|a| waits(a))
            .map(|a| a.unit.name.clone())
            .collect()
    };
    let unsigned = names(|a| a.sign.at.is_none());
    if unsigned.is_empty() {
        names(|a| a.check_in.at.is_none())
    } else {
        unsigned
    }
}

/// Village and grid: the town is that of the reader mostly.
fn where_it_is(case: &Case) -> String {
    let place = &case.place;
    let mut words = String::new();
    match (&place.grid, &place.village, &place.town) {
        (Some(grid), Some(village), _) => {
            // A grid is mostly named after its village: not said twice.
            let stem: String = village.name.chars().take(2).collect();
            if !grid.name.starts_with(&stem) {
                words.push_str(&village.name);
            }
            words.push_str(&grid.name);
        }
        (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => {
            words.push_str(&one.name);
        }
        (None, None, None) => {}
    }
    if words.is_empty() {
        words.push_str(place.address.as_deref().unwrap_or_default());
    }
    words
}

/// A case in a queue of a centre: due is what the queue waits for.
fn queue_row(section: Section, case: &Case, clocks: &[&str]) -> Row {
    let requested = case.whistles.iter().find(|w| is_requested(w));
    let returned = case.assignments.iter().find(|a| a.return_reason.is_some());
    let row = match (section, requested, returned) {
        (Section::ToApprove, Some(whistle), _) => whistle_row(case, whistle),
        (Section::ReturnRequests, _, Some(assignment)) => assignment_row(case, assignment),
        _ => case_row(case),
    };
    let due = case
        .clocks
        .iter()
        .filter(|c| c.stopped_at.is_none() && clocks.contains(&c.name.as_str()))
        .min_by_key(|c| c.deadline);
    let running = due.map(|c| (c.name.clone(), c.deadline));
    // The asking has a term and no clock of its own.
    let asking = Some(("follow_up".to_owned(), asked_until(case)));
    let of_section = if section == Section::FollowUps {
        asking
    } else {
        running
    };
    let (due, deadline) = of_section.unzip();
    let note = match section {
        Section::Reopenings => case.said.reopening.clone(),
        _ => None,
    };
    Row {
        due,
        deadline: deadline.flatten(),
        note: note.unwrap_or(row.note),
        ..row
    }
}

/// Until when a resident of the case, or of one merged into it, can be asked: the one who can be asked the shortest.
fn asked_until(case: &Case) -> Option<Time> {
    let merged = case.merged_feedback.iter().map(|(_, feedback)| feedback);
    let asked = case.feedback.iter().chain(merged);
    let open = asked.filter(|feedback| feedback.state == "open");
    open.filter_map(|feedback| feedback.until).min()
}

/// A case as a row: due is what has to be done next.
pub fn case_row(case: &Case) -> Row {
    let running = case
        .clocks
        .iter()
        .filter(|c| c.stopped_at.is_none() && c.deadline.is_some());
    let due = running.min_by_key(|c| c.deadline);
    let due = due.filter(|_| !is_over(&case.stage));
    Row {
        unread: None,
        case_id: case.id.clone(),
        number: case.number.clone(),
        title: case.title().to_owned(),
        place: where_it_is(case),
        family: "stage",
        stage: case.stage.clone(),
        due: due.map(|c| c.name.clone()),
        deadline: due.and_then(|c| c.deadline),
        at: case.received_at,
        emergency: case.has_mark("emergency"),
        note: String::new(),
        part: None,
        progress: None,
        awaited: Vec::new(),
    }
}

fn whistle_row(case: &Case, whistle: &Whistle) -> Row {
    let deadline = if is_requested(whistle) {
        // Approved and not issued: the dispatcher's own clock runs.
        ["approve", "dispatch"]
            .into_iter()
            .find_map(|clock| Some((clock, runs_until(case, clock)?)))
    } else {
        case.assignments
            .iter()
            .filter(|a| a.whistle_id.as_deref() == Some(whistle.id.as_str()))
            .filter_map(|a| a.next().and_then(|(name, m)| Some((name, m.due?))))
            .min_by_key(|(_, due)| *due)
    };
    Row {
        title: format!("{} {}", whistle.kind_name, case.title()),
        family: "whistle-stage",
        stage: whistle.stage.clone(),
        due: deadline.map(|(name, _)| name.to_owned()),
        deadline: deadline.map(|(_, at)| at),
        at: whistle.requested_at,
        emergency: is_emergency(case, whistle),
        part: Some(whistle.id.clone()),
        progress: progress(case, whistle),
        ..case_row(case)
    }
}

fn assignment_row(case: &Case, assignment: &Assignment) -> Row {
    let next = assignment.next();
    let deadline = next
        .and_then(|(_, m)| m.due)
        .or_else(|| next.and_then(|_| runs_until(case, "handling")));
    let meeting = assignment
        .whistle_id
        .as_deref()
        .and_then(|id| case.whistle(id));
    // Where and when to report comes before where it happened.
    let place = meeting.and_then(|w| {
        let place = w.meeting_place.clone()?;
        let at = w
            .meeting_time
            .map(|t| format!("{} ", t.format("%m-%d %H:%M")))
            .unwrap_or_default();
        Some(format!("{at}{place}"))
    });
    Row {
        family: "assignment-stage",
        stage: assignment.stage.clone(),
        due: next.map(|(name, _)| name.to_owned()),
        deadline,
        at: assignment.issued_at,
        note: meeting.map(|w| w.kind_name.clone()).unwrap_or_default(),
        place: place.unwrap_or_else(|| where_it_is(case)),
        part: Some(assignment.id.clone()),
        ..case_row(case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_whistle_is_unanswered_until_every_called_unit_has_come() {
        let mut case = sample::dossier("case-1").case;
        let whistle = case.whistles[0].clone();
        assert!(unanswered(&case, &whistle));
        let row = whistle_row(&case, &whistle);
        assert_eq!(
            row.due.as_deref(),
            Some("sign"),
            "the unit that has not signed is waited for"
        );
        assert_eq!(row.deadline, case.assignments[1].sign.due);
        case.assignments[1].stage = "arrived".into();
        assert!(!unanswered(&case, &whistle));
    }

    #[test]
    fn a_caller_sees_how_long_the_residents_can_be_asked_and_the_shortest_of_them() {
        use crate::model::case::{Feedback, Named};
        let until = |day: &str, state: &str| Feedback {
            state: state.into(),
            until: Some(sample::at(day)),
            ..Feedback::default()
        };
        let mut case = sample::dossier("case-1").case;
        case.stage = "closed".into();
        case.feedback = Some(until("28T10:00", "open"));
        let other = Named::default();
        case.merged_feedback = vec![
            (other.clone(), until("26T10:00", "open")),
            (other, until("24T10:00", "answered")),
        ];
        let row = queue_row(Section::FollowUps, &case, &[]);
        assert_eq!(row.deadline, Some(sample::at("26T10:00")));
        assert_eq!(row.due.as_deref(), Some("follow_up"));
        let elsewhere = queue_row(Section::Appeals, &case, &[]);
        assert_eq!(elsewhere.deadline, None);
    }

    #[test]
    fn an_own_whistle_tells_who_has_signed_and_who_is_waited_for() {
        let mut case = sample::dossier("case-1").case;
        let whistle = case.whistles[0].clone();
        let far = |case: &Case| {
            let Progress {
                called,
                signed,
                arrived,
            } = progress(case, &whistle).unwrap();
            (called, signed, arrived)
        };
        assert_eq!(far(&case), (2, 1, 1));
        assert_eq!(awaited(&case, &whistle), ["赣榆自来水公司"]);
        case.assignments[1].sign.at = case.assignments[0].sign.at;
        assert_eq!(far(&case), (2, 2, 1));
        assert_eq!(awaited(&case, &whistle), ["赣榆自来水公司"]);
        case.assignments[1].stage = "excused".into();
        assert_eq!(far(&case), (1, 1, 1), "who was let go is not waited for");
        assert!(awaited(&case, &whistle).is_empty());
        for stage in ["requested", "finished"] {
            let other = Whistle {
                stage: stage.into(),
                ..whistle.clone()
            };
            assert_eq!(progress(&case, &other), None, "{stage}");
        }
    }

    #[test]
    fn a_whistle_waits_for_approval_until_somebody_has_approved() {
        let mut case = sample::dossier("case-1").case;
        let mut whistle = Whistle {
            stage: "requested".into(),
            ..case.whistles[0].clone()
        };
        assert!(
            !waits_for_approval(&case, &whistle),
            "whoever blew has approved by that, or nobody has to"
        );
        let approve = crate::model::case::Clock {
            name: "approve".into(),
            stopped_at: None,
            ..case.clocks[0].clone()
        };
        case.clocks.push(approve);
        assert!(waits_for_approval(&case, &whistle));
        assert_eq!(whistle_row(&case, &whistle).due.as_deref(), Some("approve"));
        whistle.stage = "approved".into();
        assert!(!waits_for_approval(&case, &whistle));
        case.clocks[1].stopped_at = case.clocks[1].deadline;
        assert_eq!(whistle_row(&case, &whistle).due, None);
    }

    #[test]
    fn a_task_of_a_whistle_says_where_to_report() {
        let case = sample::dossier("case-1").case;
        let row = assignment_row(&case, &case.assignments[1]);
        assert_eq!(row.place, "村委会门口");
        assert_eq!(row.note, "应急哨");
        assert_eq!(row.stage, "issued");
    }

    #[test]
    fn a_case_that_is_over_has_nothing_due() {
        let mut case = sample::dossier("case-1").case;
        case.clocks[0].stopped_at = None;
        assert_eq!(case_row(&case).due.as_deref(), Some("accept"));
        case.stage = "voided".into();
        assert_eq!(case_row(&case).due, None);
        assert_eq!(case_row(&case).deadline, None);
    }
}
