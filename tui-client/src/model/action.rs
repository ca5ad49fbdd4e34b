//! The small form of each action, and what is sent when it is filled in.

use serde_json::{Map, Value, json};

use super::asking;
use super::case::{Case, Target};
use super::failure::{Faulty, Say};
use super::form::{Choice, Field, Form, Label, Source};
use super::names;
use super::reference::{Reference, WhistleKind};
use super::report::position;

/// Looking at a resident's data in clear: no action on the case, but taken like one.
pub const UNMASK: &str = "unmask";

/// Whether the action ends something for good: it asks to press twice.
pub fn is_final(action: &str) -> bool {
    matches!(
        action,
        "decline"
            | "refuse_registration"
            | "void"
            | "score"
            | "withdraw_whistle"
            | "refuse_whistle"
            | "revoke"
            | "excuse"
            | "close"
            | "check_in"
            | "leave"
            | "force_close"
            | "merge"
            | "send_back"
            | "refuse_reopening"
            | "escalate"
            | "delegate"
            | "rule"
            | "appeal"
            | "decide_appeal"
            | "refuse_admission"
            | "decide_unreasonable"
    )
}

/// The form of an action, filled with what is known. Empty when nothing is asked.
pub fn form(action: &str, target: &Target, case: &Case, reference: &Reference) -> Form {
    let mut fields = fields(action, target, case, reference);
    if fields.is_empty() && !is_final(action) {
        return Form::default();
    }
    fields.push(Field::button("submit"));
    Form::new(fields).about(action)
}

/// What has to be known before the form is sent, as a message.
pub fn warning(action: &str, form: &Form) -> Option<&'static str> {
    if action == "check_in" && form.text("position").is_empty() {
        return Some("form-check-in-nowhere");
    }
    is_final(action).then_some("form-final")
}

fn fields(action: &str, target: &Target, case: &Case, reference: &Reference) -> Vec<Field> {
    let beside = respite(action).or_else(|| between_centres(action, case));
    if let Some(fields) = beside.or_else(|| asking::fields(action, case)) {
        return fields;
    }
    let photos = || Field::line("photos");
    match action {
        "decline" | "refuse_registration" => vec![
            Field::names("reason", "decline", names::DECLINE_REASONS).required(),
            Field::area("note"),
        ],
        "register" => {
            let mut matter = Field::pick("matter", Source::Matters, false).required();
            if let Some(m) = &case.matter {
                matter.set(&json!([{"id": m.id(), "name": m.name}]));
            }
            let mut condition = Field::choice("condition", Vec::new()).required();
            if let Some(m) = &case.matter {
                offer_conditions(&mut condition, &m.id(), reference);
            }
            vec![matter, condition]
        }
        "dispatch" => vec![
            Field::pick("lead", Source::Units, false).required(),
            Field::pick("assist", Source::Units, true),
            Field::area("note"),
        ],
        "request_whistle" => {
            let mut fields = whistle_fields(reference.kinds_at(&case.place_code()));
            if let Some(address) = &case.place.address
                && let Some(field) = fields.iter_mut().find(|f| f.name == "meeting_place")
            {
                field.set(&json!(address));
            }
            fields
        }
        "issue_whistle" => issue_fields(target, case),
        "add_unit" => vec![
            Field::pick("unit", Source::Units, false).required(),
            Field::names("role", "role", &["assist", "lead"])
                .required()
                .filled(&json!("assist")),
        ],
        "refuse_whistle" | "withdraw_whistle" | "excuse" | "revoke" | "push_back" | "reopen"
        | "void" | "send_back" | "force_close" | "request_reopening" | "refuse_reopening" => {
            vec![Field::area("reason").required()]
        }
        "assign_handler" => vec![
            Field::line("officers").required(),
            Field::toggle("may_finish"),
        ],
        "contact_blower" | "contact_resident" => vec![Field::area("note").required()],
        "check_in" => vec![Field::line("position"), Field::line("accuracy_m"), photos()],
        "report_done" => vec![Field::area("result").required(), photos()],
        "finish" => vec![Field::area("result"), photos()],
        "request_return" => vec![
            Field::area("reason").required(),
            Field::line("legal_basis").required(),
            Field::pick("suggested_unit", Source::Units, false),
        ],
        "confirm_solved" => vec![Field::line("position"), Field::area("note")],
        "veto" => vec![
            Field::area("reason").required(),
            Field::checks("assignments", finished(case)),
        ],
        "verify" => vec![
            Field::names("passed", "passed", &["yes", "no"]).required(),
            Field::area("note"),
            photos(),
            Field::checks("assignments", finished(case)),
        ],
        "reply" => vec![Field::area("text").required()],
        "request_confirmation" | "refuse_admission" => vec![Field::area("note")],
        "merge" => {
            let mut into = Field::line("into").required();
            if let Some(likely) = case.duplicates.first() {
                into.set(&json!(likely.number));
            }
            vec![into, Field::area("note")]
        }
        "link" => vec![Field::line("to").required(), Field::area("note")],
        "confirm" => vec![
            Field::names("valid", "valid", &["yes", "no"]).required(),
            Field::area("note"),
            photos(),
        ],
        "comment" => vec![Field::area("text").required(), Field::toggle("public")],
        "attach" => vec![photos().required()],
        "close" => vec![
            Field::toggle("standard_met").required(),
            Field::area("note"),
        ],
        "score" => vec![
            Field::choice("assignment", unscored(target, case)).required(),
            Field::names("response", "score", &["1", "2", "3", "4", "5"]).required(),
            Field::names("quality", "score", &["1", "2", "3", "4", "5"]).required(),
            Field::area("note"),
        ],
        _ => Vec::new(),
    }
}

/// More time, waiting, supervision, a look at the resident: what is asked beside the way of a case.
fn respite(action: &str) -> Option<Vec<Field>> {
    let fields = match action {
        "request_extension" => vec![Field::area("reason").required()],
        "decide_extension" | "decide_suspension" | "decide_return" => {
            vec![
                Field::names("accept", "answer", &["yes", "no"]).required(),
                Field::area("ruling").required(),
            ]
        }
        "request_suspension" => vec![
            Field::names("reason", "suspension", names::SUSPENSION_REASONS).required(),
            Field::line("file_number"),
            Field::line("until").required(),
            Field::area("note"),
        ],
        "resume" => vec![Field::area("note")],
        "supervise" => vec![
            Field::names("kind", "supervision", names::SUPERVISION_KINDS).required(),
            Field::area("note").required(),
        ],
        "answer_supervision" => vec![Field::area("text").required()],
        UNMASK => vec![
            Field::names("purpose", "purpose", names::PURPOSES).required(),
            Field::area("note"),
        ],
        _ => return None,
    };
    Some(fields)
}

/// From centre to centre, and who is to blame.
fn between_centres(action: &str, case: &Case) -> Option<Vec<Field>> {
    let fields = match action {
        "escalate" | "request_ruling" | "appeal" => vec![Field::area("reason").required()],
        "delegate" => {
            // The centres that contain the place; where none is known, the code is written.
            let centres: Vec<Choice> = [&case.place.town, &case.place.county]
                .into_iter()
                .flatten()
                .filter(|_| !case.place.unlocated)
                .map(|centre| Choice::text(&centre.id, &centre.name))
                .collect();
            let to = if centres.is_empty() {
                Field::line("to_centre")
            } else {
                let first = centres.first().map(|c| json!(c.value));
                Field::choice("to_centre", centres).filled(&first.unwrap_or_default())
            };
            vec![to.required(), Field::area("reason").required()]
        }
        "rule" => {
            let leads = case
                .assignments
                .iter()
                .find(|a| a.role == "lead" && !a.is_let_go());
            let lead: Vec<Value> = leads
                .map(|a| json!({"id": a.unit.id, "name": a.unit.name}))
                .into_iter()
                .collect();
            vec![
                Field::pick("lead", Source::Units, false)
                    .required()
                    .filled(&json!(lead)),
                Field::pick("assist", Source::Units, true),
                Field::area("ruling").required(),
            ]
        }
        "decide_appeal" => vec![
            Field::names("accept", "answer", &["yes", "no"]).required(),
            Field::area("ruling").required(),
        ],
        _ => return None,
    };
    Some(fields)
}

/// The units wished for and the place to meet, to be confirmed by the dispatcher.
fn issue_fields(target: &Target, case: &Case) -> Vec<Field> {
    let wanted = |role: &str| -> Value {
        let Target::Whistle(id) = target else {
            return Value::Null;
        };
        case.whistle(id)
            .into_iter()
            .flat_map(|w| &w.wanted)
            .filter(|w| w.role == role)
            .map(|w| json!({"id": w.unit.id, "name": w.unit.name}))
            .collect()
    };
    let mut place = Field::line("meeting_place").required();
    let whistle = match target {
        Target::Whistle(id) => case.whistle(id),
        _ => None,
    };
    let point = whistle.and_then(|w| w.meeting_point.clone());
    let known = whistle
        .and_then(|w| w.meeting_place.clone())
        .filter(|place| Some(place) != point.as_ref())
        .or_else(|| case.place.address.clone());
    let at = whistle.and_then(|w| w.meeting_time);
    let at = at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
    place.set(&json!(known.unwrap_or_else(|| case.place.words())));
    vec![
        Field::pick("lead", Source::Units, false)
            .required()
            .filled(&wanted("lead")),
        Field::pick("assist", Source::Units, true).filled(&wanted("assist")),
        place,
        Field::line("meeting_point").filled(&json!(point)),
        Field::line("meeting_time").filled(&json!(at)),
    ]
}

/// The fields of a wish to call units; the same in the report and on the case's page.
pub fn whistle_fields(kinds: &[WhistleKind]) -> Vec<Field> {
    let mut kind = Field::choice("kind", Vec::new()).required();
    offer_kinds(&mut kind, kinds);
    vec![
        kind,
        Field::pick("lead", Source::Units, false),
        Field::pick("assist", Source::Units, true),
        Field::area("reason").required(),
        Field::line("meeting_place"),
        Field::line("meeting_point"),
        Field::line("meeting_time"),
    ]
}

/// Offers kinds of whistle; keeps the choice.
pub fn offer_kinds(field: &mut Field, kinds: &[WhistleKind]) {
    offer(
        field,
        kinds
            .iter()
            .map(|k| Choice::text(&k.code, &k.name))
            .collect(),
    );
}

/// Offers the conditions of a matter; keeps the choice.
pub fn offer_conditions(field: &mut Field, matter: &str, reference: &Reference) {
    let conditions = reference
        .matter(matter)
        .map(|m| m.conditions.as_slice())
        .unwrap_or_default();
    offer(field, conditions.iter().map(condition).collect());
}

/// The conditions of a matter under which a worker may settle it himself.
pub fn settled_conditions(matter: Option<&str>, reference: &Reference) -> Vec<Choice> {
    let known = matter.and_then(|id| reference.matter(id));
    known
        .iter()
        .flat_map(|m| &m.conditions)
        .filter(|c| c.self_handle)
        .map(condition)
        .collect()
}

fn condition(c: &super::reference::Condition) -> Choice {
    let label = match &c.limit {
        Some(limit) => Label::Limited(c.name.clone(), limit.clone()),
        None => Label::Text(c.name.clone()),
    };
    Choice {
        value: c.id.clone(),
        label,
    }
}

/// Offers these; keeps the choice, and takes the only one.
pub fn offer(field: &mut Field, new: Vec<Choice>) {
    let kept = field.value();
    if let super::form::Control::Choice { options, chosen } = &mut field.control {
        *chosen = if new.len() == 1 { Some(0) } else { None };
        *options = new;
    }
    if !kept.is_null() {
        field.set(&kept);
    }
}

/// The called units of a whistle that its blower has not judged yet.
fn unscored(target: &Target, case: &Case) -> Vec<Choice> {
    let Target::Whistle(id) = target else {
        return Vec::new();
    };
    let scored = |assignment: &str| {
        case.whistle(id)
            .is_some_and(|w| w.scores.iter().any(|s| s.assignment == assignment))
    };
    case.assignments
        .iter()
        .filter(|a| a.whistle_id.as_ref() == Some(id) && !scored(&a.id))
        .filter(|a| !a.is_let_go())
        .map(|a| Choice::text(&a.id, &a.unit.name))
        .collect()
}

fn finished(case: &Case) -> Vec<Choice> {
    case.assignments
        .iter()
        .filter(|a| a.stage == "finished")
        .map(|a| Choice::text(&a.id, &a.unit.name))
        .collect()
}

/// Fields that matter only in some cases are shown only then.
pub fn arrange(action: &str, form: &mut Form) {
    if action == "request_suspension" {
        let procedure = form.text("reason") == "enforcement";
        if let Some(field) = form.field_mut("file_number") {
            field.hidden = !procedure;
            field.required = procedure;
        }
    }
    if action == "follow_up" {
        asking::arrange(form);
    }
    if action == UNMASK {
        let unnamed = form.text("purpose") == "other";
        if let Some(field) = form.field_mut("note") {
            field.required = unnamed;
        }
    }
    if action == "verify" {
        let failed = form.text("passed") == "no";
        if let Some(field) = form.field_mut("assignments") {
            field.hidden = !failed;
        }
    }
}

/// The fields of the request, by their published names. Photographs are named beside it, since
/// they travel first.
pub fn body(action: &str, form: &mut Form) -> Result<Map<String, Value>, Faulty> {
    let mut body = Map::new();
    let names: Vec<&'static str> = form
        .fields
        .iter()
        .filter(|f| !f.hidden)
        .map(|f| f.name)
        .collect();
    for name in names {
        match name {
            "submit" | "photos" => {}
            part if action == "follow_up" && asking::ANSWER.contains(&part) => {
                asking::put(&mut body, part, form);
            }
            "matter" => {
                if let Some(matter) = form.picked("matter").first() {
                    body.insert("matter".into(), json!(matter.id));
                }
            }
            "assignment" => {
                body.insert("assignment_id".into(), json!(form.text(name)));
            }
            "lead" | "assist" if action == "rule" => {
                let (name, units) = named(name, form);
                body.insert(name.into(), units);
            }
            "to_centre" => {
                body.insert("to".into(), json!(form.text(name)));
            }
            "lead" | "assist" => {
                let units = called(form);
                let name = if action == "request_whistle" {
                    "wanted"
                } else {
                    "units"
                };
                if !units.is_empty() {
                    body.insert(name.into(), Value::Array(units));
                }
            }
            "unit" | "suggested_unit" => {
                if let Some(unit) = form.picked(name).first() {
                    body.insert(name.into(), json!(unit.id));
                }
            }
            "meeting_place" | "meeting_point" | "meeting_time" => {
                if let Some(meeting) = meeting(form)? {
                    body.insert("meeting".into(), meeting);
                }
            }
            "position" => {
                let text = form.text("position");
                if !text.is_empty() {
                    let Some([lon, lat]) = position(&text) else {
                        form.blame("position", Say::plain("fault-position"));
                        return Err(Faulty);
                    };
                    body.insert("point".into(), json!({"lon": lon, "lat": lat}));
                }
            }
            "accuracy_m" => {
                let text = form.text("accuracy_m");
                if !text.is_empty() {
                    let Some(metres) = text
                        .parse::<f64>()
                        .ok()
                        .filter(|m| m.is_finite() && *m >= 0.0)
                    else {
                        form.blame("accuracy_m", Say::plain("fault-number"));
                        return Err(Faulty);
                    };
                    body.insert("accuracy_m".into(), json!(metres));
                }
            }
            "accept" | "passed" | "valid" => {
                body.insert(name.into(), json!(form.text(name) == "yes"));
            }
            "response" | "quality" => {
                body.insert(
                    name.into(),
                    json!(form.text(name).parse::<u8>().unwrap_or(0)),
                );
            }
            "officers" => {
                let officers: Vec<String> = form
                    .text(name)
                    .split([' ', ',', '，', '、'])
                    .filter(|n| !n.is_empty())
                    .map(str::to_owned)
                    .collect();
                body.insert(name.into(), json!(officers));
            }
            other => {
                let value = form.field(other).map_or(Value::Null, Field::value);
                if !value.is_null() {
                    body.insert(other.into(), value);
                }
            }
        }
    }
    Ok(body)
}

/// The one unit that a ruling names as the lead, or those that assist.
fn named(name: &str, form: &Form) -> (&'static str, Value) {
    let mut units = form.picked(name).iter().map(|unit| unit.id.as_str());
    if name == "lead" {
        ("lead", json!(units.next()))
    } else {
        ("assists", units.collect())
    }
}

/// The units in the lead and assist fields.
pub fn called(form: &Form) -> Vec<Value> {
    let part = |name: &str, role: &str| -> Vec<Value> {
        form.picked(name)
            .iter()
            .map(|u| json!({"unit": u.id, "role": role}))
            .collect()
    };
    let mut units = part("lead", "lead");
    // A unit that leads does not also assist.
    units.extend(part("assist", "assist").into_iter().filter(|u| {
        !form
            .picked("lead")
            .iter()
            .any(|l| u.get("unit").and_then(Value::as_str) == Some(&l.id))
    }));
    units
}

/// Where and when to meet, if said.
pub fn meeting(form: &mut Form) -> Result<Option<Value>, Faulty> {
    let (place, time) = (form.text("meeting_place"), form.text("meeting_time"));
    let point = form.text("meeting_point");
    let mut meeting = Map::new();
    if !point.is_empty() {
        let Some([lon, lat]) = position(&point) else {
            form.blame("meeting_point", Say::plain("fault-position"));
            return Err(Faulty);
        };
        meeting.insert("point".into(), json!({"lon": lon, "lat": lat}));
    }
    if !place.is_empty() {
        meeting.insert("address".into(), json!(place));
    }
    if !time.is_empty() {
        let Some(at) = moment(&time) else {
            form.blame("meeting_time", Say::plain("fault-time"));
            return Err(Faulty);
        };
        meeting.insert("at".into(), json!(at.to_rfc3339()));
    }
    Ok((!meeting.is_empty()).then_some(Value::Object(meeting)))
}

/// `2026-11-23 15:30` in the time of China, or RFC 3339.
pub fn moment(text: &str) -> Option<super::Time> {
    let text = text.trim().replace('：', ":");
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(&text) {
        return Some(time);
    }
    chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M")
        .ok()?
        .and_local_timezone(super::china())
        .single()
}

/// The files named in the photo field: separated by commas or line ends.
pub fn photos(form: &Form) -> Vec<String> {
    paths(&form.text("photos"))
}

/// Files, separated by commas or line ends, without their quotes.
pub fn paths(text: &str) -> Vec<String> {
    text.split([',', '，', '\n'])
        .map(|p| p.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|p| !p.is_empty())
        .collect()
}
