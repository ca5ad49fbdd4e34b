//! Cases: reading, filing, acting.

use gridwhistle_client::types;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fail::failure;
use super::server::Server;
use super::{maybe, maybe_time, time};
use crate::model::action::UNMASK;
use crate::model::case::{
    Acting, Assignment, Case, Centres, Clock, Dossier, Duplicate, Event, Feedback, Limit,
    MatterRef, Milestone, Named, Offer, Person, Place, Reporter, Round, Said, Score, Target,
    Wanted, Whistle, arranged,
};
use crate::model::failure::{Failure, Kind};
use crate::model::request::{Act, Outcome, Report};

impl Server {
    /// A case by its id or its number, with history and what may be done.
    pub async fn dossier(&self, id: &str) -> Result<Dossier, Failure> {
        let client = self.client()?;
        let id = match Uuid::parse_str(id) {
            Ok(id) => id,
            Err(_) => self.by_number(id).await?,
        };
        let case = async { client.get_case().id(id).send().await };
        let events = async { client.case_events().id(id).send().await };
        let offers = async { client.case_actions().id(id).own(true).send().await };
        let duty = self.case_duty(id);
        let (case, events, offers, duty) = tokio::join!(case, events, offers, duty);
        let offers = offers.map_err(failure)?.into_inner();
        let version = offers.version;
        let case = case.map_err(failure)?.into_inner();
        let unmask = case.may_unmask.then(|| Offer {
            action: UNMASK.into(),
            target: Target::Case,
            allowed: true,
            state: None,
            reason: None,
            code: None,
        });
        let mut case = map_case(case);
        if offers
            .items
            .iter()
            .any(|o| o.action == "merge" && o.allowed)
        {
            case.duplicates = self.duplicates(id).await?;
        }
        Ok(Dossier {
            duty: duty?,
            case,
            events: events
                .map_err(failure)?
                .into_inner()
                .items
                .into_iter()
                .map(event)
                .collect(),
            offers: arranged(
                offers
                    .items
                    .into_iter()
                    .map(|o| offer(o, version))
                    .chain(unmask)
                    .collect(),
            ),
        })
    }

    /// Open cases that are likely the same.
    async fn duplicates(&self, id: Uuid) -> Result<Vec<Duplicate>, Failure> {
        let found = self.client()?.case_duplicates().id(id).send().await;
        let items = found.map_err(failure)?.into_inner().items;
        Ok(items
            .into_iter()
            .map(|d| Duplicate {
                number: d.case.number,
                stage: d.case.stage,
                distance_m: d.distance_m,
            })
            .collect())
    }

    async fn by_number(&self, number: &str) -> Result<Uuid, Failure> {
        let page = self
            .client()?
            .list_cases()
            .number(number)
            .limit(1u64)
            .send()
            .await
            .map_err(failure)?;
        let first = page.into_inner().items.into_iter().next();
        first
            .map(|c| c.id)
            .ok_or_else(|| Failure::new(Kind::NotFound, number))
    }

    /// Files a report; the draft's id is the case's and the idempotency key.
    pub async fn report(&self, report: Report) -> Result<Outcome, Failure> {
        let attachments = self.upload(report.draft, &report.photos).await?;
        let mut body = report.body;
        if !attachments.is_empty() {
            body.insert("attachments".into(), json!(attachments));
        }
        if let Some(Value::Object(settled)) = body.get_mut("self_handled") {
            for of in ["before", "after"] {
                if let Some(photos) = settled.get_mut(of) {
                    let paths: Vec<String> = fitting(photos.take())?;
                    *photos = json!(self.upload(report.draft, &paths).await?);
                }
            }
        }
        let body: types::NewCase = fitting(Value::Object(body))?;
        let sent = self
            .client()?
            .report()
            .idempotency_key(report.draft.to_string())
            .body(body)
            .send()
            .await;
        Ok(outcome(sent.map_err(failure)?.into_inner()))
    }

    /// Takes an action on a case, one of its whistles or one of its assignments.
    pub async fn act(&self, act: Act) -> Result<Outcome, Failure> {
        if act.action == UNMASK {
            return self.unmask(act).await;
        }
        let attachments = self.upload(act.draft, &act.photos).await?;
        let mut body = act.fields;
        body.insert("action".into(), json!(act.action));
        // People know cases by their numbers, the server by their identities.
        for name in ["into", "to"] {
            if act.action != "delegate"
                && let Some(number) = body.get(name).and_then(Value::as_str)
                && Uuid::parse_str(number).is_err()
            {
                let id = self.by_number(number).await?;
                body.insert(name.into(), json!(id));
            }
        }
        if !attachments.is_empty() {
            body.insert("attachments".into(), json!(attachments));
        }
        let client = self.client()?;
        let key = act.draft.to_string();
        let case = if let Target::Assignment(id) = &act.target {
            let body: types::AssignmentAction = fitting(Value::Object(body))?;
            let call = client
                .act_on_assignment()
                .id(uuid(id)?)
                .idempotency_key(key)
                .body(body);
            maybe!(call, if_match = act.version)
                .send()
                .await
                .map_err(failure)?
        } else {
            if let Target::Whistle(id) = &act.target {
                body.insert("whistle_id".into(), json!(id));
            }
            let body: types::CaseAction = fitting(Value::Object(body))?;
            let call = client
                .act_on_case()
                .id(uuid(&act.case_id)?)
                .idempotency_key(key)
                .body(body);
            maybe!(call, if_match = act.version)
                .send()
                .await
                .map_err(failure)?
        };
        Ok(outcome(case.into_inner()))
    }

    /// Looks at the resident's data in clear; the look is on record.
    async fn unmask(&self, act: Act) -> Result<Outcome, Failure> {
        let id = uuid(&act.case_id)?;
        let body: types::NewUnmasking = fitting(Value::Object(act.fields))?;
        let client = self.client()?;
        let looked = client.unmask_resident().id(id).body(body).send().await;
        let resident = looked.map_err(failure)?.into_inner();
        let case = client.get_case().id(id).send().await.map_err(failure)?;
        Ok(Outcome {
            resident: Some(Reporter {
                name: resident.name,
                telephone: resident.telephone,
            }),
            ..outcome(case.into_inner())
        })
    }
}

/// The body in the types of the document. What does not fit is told before anything is sent.
fn fitting<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, Failure> {
    serde_json::from_value(body).map_err(|e| Failure::new(Kind::Invalid, e.to_string()))
}

pub fn uuid(id: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(id).map_err(|_| Failure::new(Kind::NotFound, id))
}

fn outcome(case: types::Case) -> Outcome {
    Outcome {
        case_id: case.id.to_string(),
        number: case.number,
        stage: case.stage,
        rating_link: case.rating_link,
        resident: None,
    }
}

pub fn named(n: types::Named) -> Named {
    Named {
        id: n.code,
        name: n.name,
    }
}

pub fn person(p: types::Person) -> Person {
    Person {
        name: p.name.unwrap_or_default(),
        post: p.post,
        unit: p.unit.map(|u| u.name),
    }
}

/// A case with everything that the server told.
pub fn map_case(c: types::Case) -> Case {
    let now = crate::runtime::now();
    let said = said(&c, now);
    let marks = marks(&c, now);
    let mut clocks: Vec<Clock> = c
        .clocks
        .into_iter()
        .map(|k| Clock {
            name: k.name,
            started_at: Some(time(k.started_at)),
            deadline: Some(time(k.due)),
            stopped_at: maybe_time(k.stopped_at),
        })
        .collect();
    if let Some(round) = &c.round {
        clocks.extend(
            round
                .steps
                .iter()
                .filter(|s| s.started_at.is_some())
                .map(|s| Clock {
                    name: "handling".into(),
                    started_at: maybe_time(s.started_at),
                    deadline: maybe_time(s.deadline),
                    stopped_at: maybe_time(s.stopped_at),
                }),
        );
    }
    let condition = c.round.as_ref().map(|r| Named {
        id: r.condition.id.clone(),
        name: r.condition.name.clone(),
    });
    let asked = c.round.as_ref();
    let number_of = |case: &Uuid| {
        let known = c.absorbed.iter().find(|other| other.id == *case);
        known.map_or_else(|| case.to_string(), |other| other.number.clone())
    };
    let merged_feedback = asked
        .iter()
        .flat_map(|r| &r.merged_feedback)
        .map(|m| {
            let of = Named {
                id: m.case.to_string(),
                name: number_of(&m.case),
            };
            (of, feedback(m.feedback.clone(), now))
        })
        .collect();
    let feedback = asked
        .and_then(|r| r.feedback.clone())
        .map(|f| feedback(f, now));
    Case {
        id: c.id.to_string(),
        number: c.number,
        version: u64::from(c.version),
        stage: c.stage,
        marks,
        matter: c.matter.map(|m| MatterRef {
            kind: m.kind,
            code: m.code,
            name: m.name,
        }),
        condition,
        text: c.text,
        place: place(c.place),
        source: c.source,
        reporter: c.resident.map(|r| Reporter {
            name: r.name,
            telephone: r.telephone,
        }),
        filed_by: person(c.filed_by),
        received_at: Some(time(c.reported_at)),
        updated_at: Some(time(c.updated_at)),
        round: c.round.as_ref().map(round),
        clocks,
        whistles: c.whistles.into_iter().map(whistle).collect(),
        assignments: c.assignments.into_iter().map(assignment).collect(),
        attachments: c.attachments.iter().map(Uuid::to_string).collect(),
        feedback,
        merged_feedback,
        rating_link: c.rating_link,
        reply: c.reply,
        said,
        duplicates: Vec::new(),
        merged_into: c.merged_into.map(|m| (m.number, m.ended)),
        absorbed: c.absorbed.into_iter().map(|other| other.number).collect(),
        links: c.links.into_iter().map(|other| other.number).collect(),
        lapses: c
            .lapses
            .into_iter()
            .map(|lapse| format!("{}: {}", lapse.unit.name, lapse.text))
            .collect(),
        handed_down_by: c.handed_down_by.map(named),
        safety_call: c.safety_call.map(|call| (call.number, time(call.at))),
        admission_refusal: c.admission_refusal.map(|r| (r.department.name, r.note)),
    }
}

/// Whether a case at that stage has come to an end.
pub fn is_over(stage: &str) -> bool {
    matches!(
        stage,
        "closed" | "declined" | "unregistered" | "voided" | "merged"
    )
}

/// What stands beside the stage: late, suspended, supervised, to be confirmed, confidential, in nobody's grid.
fn marks(c: &types::Case, now: crate::model::Time) -> Vec<String> {
    let over = is_over(&c.stage);
    let round = c.round.as_ref();
    let is_late = |r: &types::Round| {
        let stop = maybe_time(r.finished_at).unwrap_or(now);
        r.closed_at.is_none() && !over && r.deadline.is_some_and(|d| time(d) < stop)
    };
    let suspended = round
        .and_then(|r| r.suspension.as_ref())
        .is_some_and(|s| s.running);
    [
        ("overdue", round.is_some_and(is_late)),
        ("emergency", round.is_some_and(|r| r.condition.emergency)),
        ("suspended", suspended),
        ("paused", !suspended && round.is_some_and(|r| r.paused)),
        (
            "supervised",
            c.supervisions.iter().any(|s| s.answer.is_none()),
        ),
        ("lapsed", !c.lapses.is_empty()),
        ("condition_to_confirm", c.condition_to_confirm),
        ("confidential", c.confidential),
        ("unlocated", c.place.unlocated),
    ]
    .into_iter()
    .filter(|(_, holds)| *holds)
    .map(|(mark, _)| mark.to_owned())
    .collect()
}

/// What somebody said that stands until somebody else decides; a claim only while it holds.
fn said(c: &types::Case, now: crate::model::Time) -> Said {
    let confirmation = c.confirmation.as_ref();
    Said {
        finding: confirmation.and_then(|x| Some((x.valid?, x.note.clone().unwrap_or_default()))),
        reply_draft: c.reply_draft.as_ref().map(|d| d.text.clone()),
        reopening: c
            .reopening
            .as_ref()
            .filter(|r| r.refusal.is_none())
            .map(|r| r.reason.clone()),
        claim: c
            .claim
            .as_ref()
            .map(|x| (person(x.by.clone()), time(x.until)))
            .filter(|(_, until)| now < *until),
        centres: centres(c),
    }
}

fn centres(c: &types::Case) -> Centres {
    let first = c.transfers.first().map(|t| t.from.name.clone());
    let rest = c.transfers.iter().map(|t| t.to.name.clone());
    let pending = c
        .disputes
        .iter()
        .find(|d| d.ruled_at.is_none() && d.lapsed_at.is_none());
    let ruled = c.disputes.iter().rev().find_map(|d| {
        let lead = d.lead.as_ref()?;
        Some((lead.name.clone(), d.ruling.clone().unwrap_or_default()))
    });
    Centres {
        path: first.into_iter().chain(rest).collect(),
        dispute: pending.map(|d| (d.reason.clone(), d.centre.name.clone())),
        ruled,
        appeal: c.appeal.as_ref().map(|a| (a.reason.clone(), a.accepted)),
        acting: acting(c),
    }
}

/// The centre above that was called, while it may act: in the round for which it was called.
fn acting(c: &types::Case) -> Option<Acting> {
    let called = c.county_called.as_ref()?;
    // Before the first registration it is called for the round that begins with it.
    let former = |r: &types::Round| r.number > 1 && called.at < r.registered_at;
    let passed = is_over(&c.stage) || c.round.as_ref().is_some_and(former);
    (!passed).then(|| Acting {
        centre: called.division.name.clone(),
        since: time(called.at),
        cause: called.cause.clone(),
    })
}

fn place(p: types::Place) -> Place {
    Place {
        lon: p.lon,
        lat: p.lat,
        grid: p.grid.map(named),
        village: p.village.map(named),
        town: p.town.map(named),
        county: p.county.map(named),
        unlocated: p.unlocated,
        address: p.address,
    }
}

fn round(r: &types::Round) -> Round {
    let now = crate::runtime::now();
    let step = usize::try_from(r.step)
        .ok()
        .and_then(|s| r.steps.get(s))
        .or_else(|| r.steps.last());
    let deadline = maybe_time(r.deadline);
    Round {
        number: i64::from(r.number),
        registered_at: Some(time(r.registered_at)),
        limit: step.map(|s| limit(&s.limit)),
        standard: step.map(|s| s.standard.clone()),
        issued_at: maybe_time(r.issued_at),
        deadline,
        provisional: step.is_some_and(|s| s.provisional),
        finished_at: maybe_time(r.finished_at),
        closed_at: maybe_time(r.closed_at),
        overdue: deadline.is_some_and(|d| d < maybe_time(r.finished_at).unwrap_or(now)),
        paused: r.paused,
    }
}

pub fn limit(l: &types::Limit) -> Limit {
    Limit {
        amount: i64::from(l.amount),
        unit: l.unit.to_string(),
    }
}

pub fn whistle(w: types::Whistle) -> Whistle {
    let position = match (w.meeting_lon, w.meeting_lat) {
        (Some(lon), Some(lat)) => Some(format!("{lon:.6},{lat:.6}")),
        _ => None,
    };
    Whistle {
        id: w.id.to_string(),
        kind: w.kind.code,
        kind_name: w.kind.name,
        // Approval is a moment of the requested stage; the dispatcher's turn comes after it.
        stage: if w.stage == "requested" && w.approved_by.is_some() {
            "approved".to_owned()
        } else {
            w.stage
        },
        blown_by: person(w.blown_by),
        reason: w.reason,
        wanted: w
            .wanted
            .into_iter()
            .map(|c| Wanted {
                unit: named(c.unit),
                role: c.role,
            })
            .collect(),
        meeting_place: w.meeting_address.or_else(|| position.clone()),
        meeting_point: position,
        meeting_time: maybe_time(w.meeting_at),
        requested_at: Some(time(w.requested_at)),
        issued_at: maybe_time(w.issued_at),
        scores: w
            .scores
            .into_iter()
            .map(|s| Score {
                assignment: s.assignment_id.to_string(),
                response: i64::from(s.response),
                quality: i64::from(s.quality),
            })
            .collect(),
    }
}

fn milestone(m: &types::Milestone) -> Milestone {
    Milestone {
        due: Some(time(m.due)),
        at: maybe_time(m.reached_at),
        in_time: m.in_time,
    }
}

pub fn assignment(a: types::Assignment) -> Assignment {
    let undecided = a.return_request.filter(|r| r.accepted.is_none());
    let due = maybe_time(a.finish_by);
    let at = maybe_time(a.finished_at);
    Assignment {
        id: a.id.to_string(),
        version: u64::from(a.version),
        whistle_id: a.whistle_id.map(|w| w.to_string()),
        unit: named(a.unit),
        role: a.role,
        stage: a.stage,
        issued_at: Some(time(a.issued_at)),
        sign: milestone(&a.sign),
        contact: a.contact.as_ref().map(milestone).unwrap_or_default(),
        check_in: a.check_in.as_ref().map(milestone).unwrap_or_default(),
        finish: Milestone {
            due,
            at,
            in_time: at.zip(due).map(|(at, due)| at <= due),
        },
        on_spot: a.on_spot,
        distance_m: a.distance_m.map(i64::from),
        attempt: i64::from(a.attempt),
        result: a.result.or(a.let_go),
        return_reason: undecided.map(|r| r.reason),
    }
}

fn feedback(f: types::Feedback, now: crate::model::Time) -> Feedback {
    let state = match f.outcome {
        Some(outcome) => outcome,
        None if time(f.expires_at) <= now => "expired".to_owned(),
        None => "open".to_owned(),
    };
    Feedback {
        state,
        contacted: f.contacted,
        solved: f.solved,
        satisfaction: f.satisfaction,
        text: f.text,
        channel: f.channel,
        missed_calls: f.missed_calls.len(),
        until: Some(time(f.expires_at)),
        unreasonable: f
            .unreasonable
            .filter(|r| r.accepted.is_none())
            .map(|r| r.reason),
    }
}

/// A row of the history; of its data the words that people wrote.
fn event(e: types::EventRow) -> Event {
    let field = |name: &str| {
        e.data
            .get(name)
            .and_then(Value::as_str)
            .filter(|t| !t.is_empty())
    };
    let mut parts: Vec<String> = ["reason", "note", "result", "ruling", "legal_basis"]
        .into_iter()
        .filter_map(field)
        .map(str::to_owned)
        .collect();
    // The text of the report stands at the top of the page already.
    if e.type_ != "reported"
        && let Some(text) = field("text")
    {
        parts.push(text.to_owned());
    }
    if let Some(Value::Object(ground)) = e.data.get("ground") {
        parts.extend(ground.values().filter_map(Value::as_str).map(str::to_owned));
    }
    if let Some(metres) = e.data.get("distance_m").and_then(Value::as_u64) {
        parts.push(format!("{metres} m"));
    }
    Event {
        kind: e.type_,
        at: Some(time(e.occurred_at)),
        actor: person(e.actor),
        note: parts.join(" "),
    }
}

fn offer(o: types::Offer, case_version: u32) -> Offer {
    let target = match (o.target.as_str(), o.target_id) {
        ("whistle", Some(id)) => Target::Whistle(id.to_string()),
        ("assignment", Some(id)) => Target::Assignment(id.to_string()),
        _ => Target::Case,
    };
    let state = o
        .decision
        .then(|| format!("\"{}\"", o.target_version.unwrap_or(case_version)));
    Offer {
        action: o.action,
        target,
        allowed: o.allowed,
        state,
        reason: o.reason,
        code: o.code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A case as the server writes it.
    fn written() -> Value {
        let mut case = json!({
            "id": "01a20a3e-6a93-7336-a9a3-ee8c415640f1", "number": "32070720261124000031", "version": 4,
            "stage": "handling", "source": "patrol", "text": "路面塌陷",
            "matter": {"kind": "event", "code": "99998", "name": "路面塌陷"},
            "place": {"unlocated": true}, "centre": {"code": "320707101000", "name": "柘汪镇"},
            "filed_by": {"name": "韩芳", "post": "grid_worker"},
            "reported_at": "2026-11-23T10:00:00+08:00", "updated_at": "2026-11-23T10:00:00+08:00",
            "condition_to_confirm": true, "confidential": false, "may_unmask": false, "rounds": 1, "clocks": [], "whistles": [], "assignments": [],
            "attachments": [],
            "absorbed": [],
            "links": [],
            "round": {
                "number": 1, "registered_at": "2026-11-23T10:00:00+08:00", "paused": false, "step": 1,
                "condition": {"id": "event-99998/1", "name": "危及通行", "emergency": true},
                "deadline": "2020-01-01T00:00:00+08:00", "failed_verifications": 0, "vetoes": 0,
                "steps": [
                    {"limit": {"amount": 2, "unit": "emergency_hours"}, "standard": "围护", "provisional": false,
                     "started_at": "2026-11-23T10:00:00+08:00", "deadline": "2026-11-23T12:00:00+08:00",
                     "stopped_at": "2026-11-23T11:00:00+08:00", "on_time": true},
                    {"limit": {"amount": 10, "unit": "working_days"}, "standard": "修复", "provisional": true}
                ]
            }
        });
        for list in ["supervisions", "transfers", "disputes"] {
            case[list] = json!([]);
        }
        case["supervisions"] = json!([]);
        case["lapses"] = json!([]);
        case["round"]["versions"] = json!([]);
        case["round"]["merged_feedback"] = json!([]);
        case["round"]["extensions"] = json!(0);
        case
    }

    #[test]
    fn a_case_is_marked_by_what_matters() {
        let case = map_case(serde_json::from_value(written()).unwrap());
        assert_eq!(
            case.marks,
            ["overdue", "emergency", "condition_to_confirm", "unlocated"]
        );
        let round = case.round.unwrap();
        assert_eq!(
            round.standard.as_deref(),
            Some("修复"),
            "of the step that is worked on"
        );
        assert!(round.provisional);
        assert_eq!(
            case.clocks.len(),
            1,
            "a step that has not begun has no clock"
        );
    }

    #[test]
    fn a_centre_above_acts_in_the_round_for_which_it_was_called() {
        let acting = |change: fn(&mut Value)| {
            let mut case = written();
            case["county_called"] = json!({
                "at": "2026-11-23T09:41:00+08:00", "cause": "no_shift",
                "division": {"code": "320707000000", "name": "赣榆区"},
            });
            change(&mut case);
            let case = map_case(serde_json::from_value(case).unwrap());
            case.said.centres.acting
        };
        let told = acting(|_| ()).unwrap();
        assert_eq!(
            (told.centre.as_str(), told.cause.as_str()),
            ("赣榆区", "no_shift")
        );
        assert_eq!(told.since.to_rfc3339(), "2026-11-23T09:41:00+08:00");
        assert_eq!(acting(|case| case["round"]["number"] = json!(2)), None);
        assert_eq!(acting(|case| case["stage"] = json!("closed")), None);
        let quiet = map_case(serde_json::from_value(written()).unwrap());
        assert_eq!(quiet.said.centres.acting, None, "nobody was called");
    }

    #[test]
    fn times_are_those_of_china() {
        let case = map_case(serde_json::from_value(written()).unwrap());
        assert_eq!(
            case.received_at.unwrap().to_rfc3339(),
            "2026-11-23T10:00:00+08:00"
        );
    }

    #[test]
    fn what_does_not_fit_the_document_is_told_before_it_is_sent() {
        let body = json!({"action": "verify", "passed": "maybe"});
        let refused = fitting::<types::CaseAction>(body).unwrap_err();
        assert_eq!(refused.kind, Kind::Invalid);
    }

    #[test]
    fn a_decision_names_the_state_it_is_taken_on_and_a_fact_none() {
        let offered = |decision: bool, version: Option<u32>| {
            let written = json!({
                "action": "finish", "target": "assignment", "target_id": "01a20a3e-6a93-7336-a9a3-ee8c415640f1",
                "target_version": version, "decision": decision, "allowed": true,
            });
            offer(serde_json::from_value(written).unwrap(), 9).state
        };
        assert_eq!(offered(true, Some(3)).as_deref(), Some("\"3\""));
        assert_eq!(offered(true, None).as_deref(), Some("\"9\""));
        assert_eq!(offered(false, Some(3)), None);
    }
}
