//! The subcommands, on the same forms and requests as the screens.

use std::io::Read;
use std::rc::Rc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::args::{ReportArgs, Verb, What};
use super::boundaries;
use super::exit::Exit;
use super::output::Shown;
use super::run::ask;
use crate::api::Gateway;
use crate::i18n::Text;
use crate::model::action;
use crate::model::case::{Case, Dossier, Offer, Target};
use crate::model::failure::{Failure, Kind};
use crate::model::figures::Range;
use crate::model::form::{Control, Field, Form};
use crate::model::list::{Page, Query, Shelf};
use crate::model::picker::{Item, matching};
use crate::model::reference::{Matter, Reference, Wanted, Whereabouts};
use crate::model::registers::Change;
use crate::model::report;
use crate::model::request::{Act, Answer, Report, Request};
use crate::update;

/// Does what the subcommand says.
#[expect(
    clippy::too_many_lines,
    reason = "one arm a subcommand, each a few lines"
)]
pub async fn run(verb: Verb, gateway: &Rc<dyn Gateway>, words: &Text) -> Result<Shown, Failure> {
    match verb {
        Verb::Whoami => Ok(ask(gateway, Request::Me).await?.into()),
        Verb::Report(args) => file(*args, gateway, words).await,
        Verb::List {
            what,
            stage,
            overdue,
            mine,
            limit,
        } => {
            let shelf = match what {
                What::Tasks => Shelf::Tasks,
                What::Cases => Shelf::Cases,
                What::Reports => Shelf::MyReports,
                What::Whistles => Shelf::Whistles,
                What::Unmaskings => Shelf::Unmaskings,
            };
            let query = Query {
                stage,
                overdue,
                mine,
                ..Query::of(shelf)
            };
            Ok(Answer::Page(list(query, limit, gateway).await?).into())
        }
        Verb::Show { id } => Ok(ask(gateway, Request::Case(id)).await?.into()),
        Verb::Act { id, action, fields } => {
            act(&id, &action, &pairs(&fields, words)?, gateway, words).await
        }
        Verb::CheckIn {
            id,
            at,
            accuracy,
            photo,
        } => {
            let mut fields = Vec::new();
            if let Some(at) = at {
                fields.push(("position".to_owned(), at));
            }
            if let Some(accuracy) = accuracy {
                fields.push(("accuracy_m".to_owned(), accuracy));
            }
            if !photo.is_empty() {
                fields.push(("photos".to_owned(), photo.join(",")));
            }
            act(&id, "check_in", &fields, gateway, words).await
        }
        Verb::Stats {
            period,
            division,
            unit,
        } => Ok(ask(
            gateway,
            Request::Board(Range {
                division,
                unit,
                period,
            }),
        )
        .await?
        .into()),
        Verb::Duty => Ok(ask(gateway, Request::Duty).await?.into()),
        Verb::Handover { note, take: false } => {
            Ok(ask(gateway, Request::HandOver(note)).await?.into())
        }
        Verb::Handover { take: true, .. } => take_over(gateway, words).await,
        Verb::Notices {
            limit,
            unread,
            read,
        } => {
            let mut told = list(Query::of(Shelf::Notices), limit, gateway).await?;
            told.rows.retain(|row| !unread || row.unread.is_some());
            let newest = told.rows.iter().filter_map(|row| row.unread).max();
            if let Some(id) = newest.filter(|_| read) {
                ask(gateway, Request::ReadNotices(id)).await?;
            }
            Ok(Answer::Page(told).into())
        }
        Verb::Grids { division } => Ok(ask(gateway, Request::Grids(division)).await?.into()),
        Verb::Registers { register } => Ok(ask(gateway, Request::Register(register)).await?.into()),
        Verb::Register {
            register,
            code,
            fields,
        } => {
            let fields = pairs(&fields, words)?.into_iter();
            let change = Change {
                register,
                code: (code != "new").then_some(code),
                fields: fields.map(|(name, text)| (name, text.into())).collect(),
            };
            Ok(ask(gateway, Request::ChangeRegister(change)).await?.into())
        }
        Verb::Preview {
            matter,
            condition,
            at,
            crs,
            grid,
            division,
            on,
        } => {
            let all = matters(gateway).await?;
            let place = match (at, grid, division) {
                (Some(at), ..) => {
                    let at =
                        report::position(&at).ok_or_else(|| usage(words.get("fault-position")))?;
                    Whereabouts::Point { at, crs }
                }
                (None, Some(code), _) => Whereabouts::Grid(code),
                (None, None, Some(code)) => Whereabouts::Division(code),
                (None, None, None) => Whereabouts::Here,
            };
            let wanted = Wanted {
                matter: one_matter(&all, &matter, words)?,
                condition,
                place,
                on,
            };
            Ok(ask(gateway, Request::Preview(wanted)).await?.into())
        }
        Verb::Boundaries { what } => boundaries::run(what, gateway, words).await,
        Verb::Locate { points, crs } => boundaries::locate(&points, crs, gateway, words).await,
        Verb::Matters { filter } => {
            let all = matters(gateway).await?;
            let found = find_matters(&all, &filter);
            Ok(Answer::Matters(found.into_iter().cloned().collect()).into())
        }
        // Both are done before, since they change the kept login.
        Verb::Login { .. } | Verb::Logout => Ok(Answer::LoggedOut.into()),
    }
}

/// Signs the handover that waits at the own desk.
async fn take_over(gateway: &Rc<dyn Gateway>, words: &Text) -> Result<Shown, Failure> {
    let Answer::Duty(board) = ask(gateway, Request::Duty).await? else {
        return Err(Failure::new(Kind::NotFound, words.get("duty-none-waits")));
    };
    let Some(waiting) = board.waiting() else {
        return Err(Failure::new(Kind::NotFound, words.get("duty-none-waits")));
    };
    Ok(ask(gateway, Request::TakeOver(waiting.id.clone()))
        .await?
        .into())
}

async fn list(query: Query, limit: usize, gateway: &Rc<dyn Gateway>) -> Result<Page, Failure> {
    let mut all = Page::default();
    loop {
        let request = Request::List {
            query: query.clone(),
            cursor: all.next.clone(),
        };
        let Answer::Page(page) = ask(gateway, request).await? else {
            return Ok(all);
        };
        all.rows.extend(page.rows);
        all.next = page.next;
        if all.next.is_none() || all.rows.len() >= limit {
            all.rows.truncate(limit);
            return Ok(all);
        }
    }
}

async fn matters(gateway: &Rc<dyn Gateway>) -> Result<Vec<Matter>, Failure> {
    match ask(gateway, Request::Matters).await? {
        Answer::Matters(matters) => Ok(matters),
        _ => Ok(Vec::new()),
    }
}

fn find_matters<'a>(all: &'a [Matter], filter: &str) -> Vec<&'a Matter> {
    let items: Vec<Item> = all
        .iter()
        .map(|m| Item {
            id: String::new(),
            name: m.key.name.clone(),
            detail: format!("{} {}", m.key.id(), m.class),
        })
        .collect();
    matching(&items, filter)
        .into_iter()
        .filter_map(|at| all.get(at))
        .collect()
}

pub(super) fn usage(text: String) -> Failure {
    let mut failure = Failure::new(Kind::Invalid, text);
    failure.code = Some(Exit::USAGE.to_owned());
    failure
}

/// `--name value` pairs.
fn pairs(raw: &[String], words: &Text) -> Result<Vec<(String, String)>, Failure> {
    let mut pairs = Vec::new();
    let mut rest = raw.iter();
    while let Some(name) = rest.next() {
        let Some(name) = name.strip_prefix("--") else {
            return Err(usage(
                words.with("cli-not-a-field", &[("name", name.clone().into())]),
            ));
        };
        if let Some((name, value)) = name.split_once('=') {
            pairs.push((name.replace('-', "_"), value.to_owned()));
            continue;
        }
        let Some(value) = rest.next() else {
            return Err(usage(
                words.with("cli-no-value", &[("name", name.to_owned().into())]),
            ));
        };
        pairs.push((name.replace('-', "_"), value.clone()));
    }
    Ok(pairs)
}

/// Puts a text of the command line into a field, whatever the field is made of.
fn fill(field: &mut Field, text: &str) {
    let value = match &field.control {
        Control::Toggle(_) => json!(matches!(text, "true" | "yes" | "1")),
        Control::Checks { .. } => text
            .split(',')
            .map(|t| Value::String(t.trim().to_owned()))
            .collect(),
        Control::Pick { .. } => text
            .split(',')
            .map(|t| json!({"id": t.trim(), "name": t.trim()}))
            .collect(),
        Control::Choice { .. } if text == "true" => json!("yes"),
        Control::Choice { .. } if text == "false" => json!("no"),
        _ => json!(text),
    };
    field.set(&value);
}

/// What is missing or wrong in the form, as one refusal.
fn faults(form: &Form, words: &Text) -> Failure {
    let mut failure = usage(words.get("cli-faults"));
    for field in form.fields.iter().filter(|f| !f.hidden) {
        if let Some(fault) = &field.fault {
            let said = crate::widgets::field::say(words, fault);
            failure
                .faults
                .push((format!("--{}", field.name.replace('_', "-")), said));
        }
    }
    failure
}

async fn act(
    id: &str,
    action: &str,
    fields: &[(String, String)],
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Result<Shown, Failure> {
    let Answer::Case(dossier) = ask(gateway, Request::Case(id.to_owned())).await? else {
        return Err(Failure::new(Kind::NotFound, id));
    };
    let target = fields
        .iter()
        .find(|(n, _)| n == "target")
        .map(|(_, v)| v.as_str());
    let offer = offered(&dossier, action, target, words)?;
    let case: &Case = &dossier.case;
    let mut reference = Reference::default();
    if action == "register" {
        reference.matters = Some(matters(gateway).await?);
    }
    if action == "request_whistle"
        && let Answer::Kinds(kinds) = ask(gateway, Request::Kinds(case.place_code())).await?
    {
        reference.kinds = Some(kinds);
    }
    let mut form = action::form(action, &offer.target, case, &reference);
    for (name, text) in fields.iter().filter(|(n, _)| n != "target") {
        let known: Vec<String> = form
            .fields
            .iter()
            .filter(|f| !matches!(f.control, Control::Button))
            .map(|f| format!("--{}", f.name.replace('_', "-")))
            .collect();
        let Some(field) = form.field_mut(name) else {
            let args = [
                ("name", name.clone().into()),
                ("known", known.join(" ").into()),
            ];
            return Err(usage(words.with("cli-unknown-field", &args)));
        };
        fill(field, text);
        if name == "matter" {
            update::conditions(&mut form, &reference);
        }
    }
    action::arrange(action, &mut form);
    if !form.complete() {
        return Err(faults(&form, words));
    }
    let Ok(body) = action::body(action, &mut form) else {
        return Err(faults(&form, words));
    };
    let request = Act {
        draft: Uuid::now_v7(),
        case_id: case.id.clone(),
        target: offer.target.clone(),
        action: action.to_owned(),
        fields: body,
        photos: action::photos(&form),
        version: offer.state.clone(),
    };
    Ok(ask(gateway, Request::Act(request)).await?.into())
}

/// The one thing on which the action may be taken now; otherwise why not, or which to choose.
fn offered<'a>(
    dossier: &'a Dossier,
    action: &str,
    target: Option<&str>,
    words: &Text,
) -> Result<&'a Offer, Failure> {
    let named = |offer: &&Offer| {
        offer.action == action
            && target.is_none_or(|t| {
                matches!(&offer.target, Target::Assignment(id) | Target::Whistle(id) if id == t)
            })
    };
    let allowed: Vec<&Offer> = dossier
        .offers
        .iter()
        .filter(|o| o.allowed)
        .filter(named)
        .collect();
    match allowed.as_slice() {
        [only] => Ok(only),
        [] => {
            let refused = dossier.offers.iter().find(named);
            let reason = refused.and_then(|o| o.reason.clone()).unwrap_or_else(|| {
                let now: Vec<&str> = dossier
                    .offers
                    .iter()
                    .filter(|o| o.allowed)
                    .map(|o| o.action.as_str())
                    .collect();
                words.with(
                    "cli-not-offered",
                    &[
                        ("action", action.to_owned().into()),
                        ("now", now.join(" ").into()),
                    ],
                )
            });
            let mut failure = Failure::new(Kind::Conflict, reason);
            failure.code = refused.and_then(|o| o.code.clone());
            Err(failure)
        }
        several => {
            let ids: Vec<String> = several
                .iter()
                .filter_map(|o| match &o.target {
                    Target::Assignment(id) => {
                        let unit = dossier
                            .case
                            .assignment(id)
                            .map(|a| a.unit.name.clone())
                            .unwrap_or_default();
                        Some(format!("{id} ({unit})"))
                    }
                    Target::Whistle(id) => Some(id.clone()),
                    Target::Case => None,
                })
                .collect();
            Err(usage(words.with(
                "cli-which-target",
                &[("ids", ids.join(", ").into())],
            )))
        }
    }
}

async fn file(args: ReportArgs, gateway: &Rc<dyn Gateway>, words: &Text) -> Result<Shown, Failure> {
    let mut reference = Reference::default();
    let matter = match &args.matter {
        None => None,
        Some(asked) => {
            let all = matters(gateway).await?;
            Some(one_matter(&all, asked, words)?)
        }
    };
    if args.whistle.is_some()
        && let Answer::Kinds(kinds) = ask(gateway, Request::Kinds(String::new())).await?
    {
        reference.kinds = Some(kinds);
    }
    let mut form = report::form(&reference);
    let text = if args.text == "-" {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|e| Failure::new(Kind::Local, e.to_string()))?;
        text
    } else {
        args.text.clone()
    };
    let toggle = args.whistle.as_ref().map(|_| "true".to_owned());
    let assist = Some(args.assist.join(",")).filter(|a| !a.is_empty());
    let photos = Some(args.photo.join(",")).filter(|p| !p.is_empty());
    for (name, value) in [
        ("text", Some(text)),
        ("matter", matter),
        ("grid", args.grid),
        ("position", args.at),
        ("crs", Some(args.crs)),
        ("address", args.address),
        ("source", Some(args.source)),
        ("resident_name", args.resident_name),
        ("resident_telephone", args.resident_telephone),
        ("confidential", args.confidential.then(|| "true".to_owned())),
        ("external_number", args.external_number),
        ("handed_down_by", args.handed_down_by),
        ("photos", photos),
        ("safety_number", args.safety_number),
        ("safety_at", args.safety_at),
        ("whistle", toggle),
        ("kind", args.whistle),
        ("lead", args.lead),
        ("assist", assist),
        ("reason", args.reason),
        ("meeting_place", args.meeting_place),
        ("meeting_point", args.meeting_point),
        ("meeting_time", args.meeting_time),
    ] {
        if let (Some(value), Some(field)) = (value, form.field_mut(name)) {
            fill(field, &value);
        }
    }
    report::arrange(&mut form, &reference);
    if report::is_dangerous(&form, &reference) {
        super::run::complain(&words.get("report-danger"));
    }
    if !form.complete() {
        return Err(faults(&form, words));
    }
    let id = args.id.unwrap_or_else(Uuid::now_v7);
    let Ok(body) = report::body(&mut form, &id.to_string()) else {
        return Err(faults(&form, words));
    };
    let request = Report {
        draft: id,
        body,
        photos: action::photos(&form),
    };
    Ok(ask(gateway, Request::Report(request)).await?.into())
}

fn one_matter(all: &[Matter], asked: &str, words: &Text) -> Result<String, Failure> {
    let key = |m: &Matter| m.key.id();
    if let Some(exact) = all.iter().find(|m| key(m) == asked || m.key.name == asked) {
        return Ok(key(exact));
    }
    match find_matters(all, asked).as_slice() {
        [only] => Ok(key(only)),
        [] => Err(usage(
            words.with("cli-no-matter", &[("asked", asked.to_owned().into())]),
        )),
        several => {
            let names: Vec<String> = several
                .iter()
                .take(10)
                .map(|m| format!("{} {}", key(m), m.key.name))
                .collect();
            Err(usage(words.with(
                "cli-which-matter",
                &[("names", names.join(", ").into())],
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn fields_are_written_with_or_without_an_equals_sign() {
        let words = Text::new(Lang::English);
        let raw: Vec<String> = ["--note", "x y", "--passed=yes", "--accuracy-m", "5"]
            .map(Into::into)
            .into();
        let read = pairs(&raw, &words).unwrap();
        let expected = [("note", "x y"), ("passed", "yes"), ("accuracy_m", "5")];
        assert_eq!(read, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert!(pairs(&["note".to_owned()], &words).is_err());
        assert!(pairs(&["--note".to_owned()], &words).is_err());
    }
}
