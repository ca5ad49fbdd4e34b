//! What came back from the server.

use super::{Effect, Env, boundaries, forms, layers, map, open, refresh, registers};
use crate::model::app::Model;
use crate::model::case::Dossier;
use crate::model::failure::{Failure, Kind, Say};
use crate::model::list::Section;
use crate::model::reference::{Proposed, Standing};
use crate::model::request::{Act, Answer, For, Outcome, Reply, Report, Request, Turn};
use crate::model::screens::{CasePage, Layer, Link, ListSource, Screen, Trouble};
use crate::model::session::Session;

/// Takes an answer or a refusal to where it belongs. Answers for screens that have been left are
/// dropped.
pub fn take(
    model: &mut Model,
    request: Request,
    turn: Turn,
    reply: Reply,
    env: &Env<'_>,
    out: &mut Vec<Effect>,
) {
    let foreign = turn < model.spoken && is_told(&request);
    match reply {
        Ok(answer) => {
            let lost = matches!(model.link, Link::Lost { .. });
            model.link = Link::Online { fresh: env.now };
            if lost && !matches!(request, Request::Login { .. }) {
                model.say(Say::plain("notice-back-online"));
            }
            if foreign {
                ask_anew(request, out);
            } else {
                good(model, request, turn, answer, env, out);
            }
        }
        Err(failure) if foreign && !matches!(failure.kind, Kind::Network | Kind::Login) => {
            model.link = Link::Online { fresh: env.now };
            ask_anew(request, out);
        }
        Err(failure) => bad(model, &request, failure, env, out),
    }
}

/// Whether the answer is told in a language and can be asked for once more.
const fn is_told(request: &Request) -> bool {
    !matches!(
        request,
        Request::Login { .. }
            | Request::Logout
            | Request::Me
            | Request::Report(_)
            | Request::Act(_)
            | Request::HandOver(_)
            | Request::TakeOver(_)
            | Request::Unread
            | Request::ReadNotice(_)
            | Request::ReadNotices(_)
            | Request::ChangeRegister(_)
            | Request::ChangeBoundaries(_)
    )
}

/// Asks once more for what came in the former language, except for what the change of the language
/// or the return to its screen asks for.
fn ask_anew(request: Request, out: &mut Vec<Effect>) {
    let again = match &request {
        Request::Matters
        | Request::Units
        | Request::Shares { .. }
        | Request::Series { .. }
        | Request::Proposal(_) => true,
        Request::Grids(division) => division.is_empty(),
        _ => false,
    };
    if again {
        out.push(Effect::Call(request));
    }
}

fn good(
    model: &mut Model,
    request: Request,
    turn: Turn,
    answer: Answer,
    env: &Env<'_>,
    out: &mut Vec<Effect>,
) {
    match (request, answer) {
        (Request::Login { .. }, Answer::Session(session)) => logged_in(model, session, out),
        (Request::Me, Answer::Session(session)) => {
            // The token is kept as it is; names and posts may have changed.
            if let Some(known) = &mut model.session {
                let before = known.clone();
                known.name = session.name;
                known.posts = session.posts;
                known.may = session.may;
                if *known != before {
                    out.push(Effect::KeepSession(known.clone()));
                }
            }
        }
        (Request::Section(section), Answer::Pile(pile)) => pile_came(model, section, &pile),
        (Request::List { query, cursor }, Answer::Page(page)) => {
            page_came(model, &ListSource::Query(query), cursor.as_deref(), page);
        }
        (
            Request::Behind {
                range,
                indicator,
                part,
                cursor,
            },
            Answer::Page(page),
        ) => {
            let source = ListSource::Behind {
                range,
                indicator,
                part,
            };
            page_came(model, &source, cursor.as_deref(), page);
        }
        (Request::Case(id), Answer::Case(dossier)) => case_came(model, &id, turn, &dossier),
        (Request::Report(report), Answer::Done(outcome)) => reported(model, &report, outcome, out),
        (Request::Act(act), Answer::Done(outcome)) => acted(model, &act, outcome, out),
        (Request::Register(register), Answer::Register(entries)) => {
            registers::came(model, register, &entries);
        }
        (Request::ChangeRegister(_), Answer::RegisterChanged) => registers::changed(model, out),
        (Request::Changesets(cursor), Answer::Changesets(puts)) => {
            boundaries::puts_came(model, cursor.as_deref(), puts);
        }
        (Request::Sides(_), Answer::Sides(sides)) => boundaries::sides_came(model, &sides),
        (Request::Proposal(For::Case(id)), Answer::Proposal(proposal)) => {
            proposed(model, &id, proposal, env, out);
        }
        (Request::Proposal(asked), Answer::Proposal(proposal)) => {
            proposed_for_report(model, &asked, proposal);
        }
        (Request::Unread | Request::ReadNotice(_), Answer::Unread(unread)) => {
            model.unread = unread;
        }
        (Request::ReadNotices(_), Answer::Unread(unread)) => {
            model.unread = unread;
            refresh::screen(model, out);
        }
        (
            request @ (Request::Board(_) | Request::Shares { .. } | Request::Series { .. }),
            answer,
        ) => {
            figures_came(model, request, answer, out);
        }
        (Request::Duty, Answer::Duty(board)) => {
            if let Some(Screen::Duty(page)) = model.screen_mut() {
                page.selected = page.selected.min(board.items().len().saturating_sub(1));
                page.board = Some(*board);
            }
        }
        (Request::HandOver(_) | Request::TakeOver(_), Answer::Signed(_)) => {
            model
                .layers
                .retain(|layer| !matches!(layer, Layer::Sign { .. }));
            model.say(Say::plain("notice-signed"));
            out.push(Effect::Call(Request::Duty));
        }
        (Request::Map(division), Answer::Map(grids)) => map::grids_came(model, &division, &grids),
        (Request::Rates { range, indicator }, Answer::Rates(rates)) => {
            map::rates_came(model, &range, &indicator, &rates);
        }
        (request, answer) => reference_came(model, &request, answer),
    }
}

fn logged_in(model: &mut Model, session: Session, out: &mut Vec<Effect>) {
    out.push(Effect::KeepSession(session.clone()));
    let again = matches!(model.screen(), Some(Screen::Login(l)) if l.again);
    let same = model
        .session
        .as_ref()
        .is_some_and(|s| s.username == session.username);
    if again && same && model.stack.len() > 1 {
        // Back to where the login had ended.
        model.stack.pop();
        model.session = Some(session);
        refresh::screen(model, out);
    } else {
        open::desk(model, session, out);
    }
}

/// The pages that show the case.
fn pages<'a>(model: &'a mut Model, id: &'a str) -> impl Iterator<Item = &'a mut CasePage> {
    model.stack.iter_mut().filter_map(move |s| match s {
        Screen::Case(page) if page.id == id => Some(page),
        _ => None,
    })
}

/// The newest state of a case: for its page, and for a form that is to be decided on it. What was
/// asked for before the last action does not know of it, and is dropped.
fn case_came(model: &mut Model, id: &str, turn: Turn, dossier: &Dossier) {
    if pages(model, id).any(|page| turn < page.valid) {
        return;
    }
    for layer in &mut model.layers {
        if let Layer::Action(open) = layer
            && open.case_id == id
            && open.version.is_some()
            && !open.form.sending
        {
            let offer = dossier
                .offers
                .iter()
                .find(|o| o.action == open.action && o.target == open.target);
            open.version = offer.and_then(|o| o.state.clone());
        }
    }
    for page in pages(model, id) {
        page.dossier = Some(Box::new(dossier.clone()));
        page.seen = turn;
        page.action = page.action.min(page.allowed().len().saturating_sub(1));
        page.choose_wanted();
    }
    // The wait that it spoke of is over.
    model.notice.take_if(|n| n.say.key == OLD_OFFERS);
}

/// Why nothing can be done at this moment: the offers are those from before the last action.
pub const OLD_OFFERS: &str = "notice-offers-old";

/// Asks for what may be done after an action, or after somebody else was quicker. Until it comes
/// nothing is offered.
fn renew(model: &mut Model, id: &str, out: &mut Vec<Effect>) {
    model.turn += 1;
    let turn = model.turn;
    for page in pages(model, id) {
        page.valid = turn;
    }
    out.push(Effect::Call(Request::Case(id.to_owned())));
}

fn figures_came(model: &mut Model, request: Request, answer: Answer, out: &mut Vec<Effect>) {
    let Some(Screen::Dashboard(page)) = model.screen_mut() else {
        return;
    };
    match (request, answer) {
        (Request::Board(range), Answer::Board(board)) if page.range == range => {
            let first = page.board.is_none() || page.series.is_empty();
            page.board = Some(board);
            page.selected = page.selected.min(page.lines().saturating_sub(1));
            if first {
                refresh::figure(model, out);
            }
        }
        (
            Request::Shares {
                range,
                indicator,
                by_unit,
            },
            Answer::Shares(shares),
        ) if page.range == range && page.by_unit == by_unit && page.shows(&indicator) => {
            page.shares = shares;
            page.share = page.share.min(page.shares.len().saturating_sub(1));
        }
        (Request::Series { range, indicator }, Answer::Series(series))
            if page.range == range && page.shows(&indicator) =>
        {
            page.series = series;
        }
        _ => {}
    }
}

fn reference_came(model: &mut Model, request: &Request, answer: Answer) {
    match (request, answer) {
        (Request::Divisions(code), Answer::Divisions(divisions)) => {
            if let Some(Screen::Grids(page)) = model.screen_mut()
                && page.path.last().map_or("", |d| d.code.as_str()) == code
            {
                page.divisions = divisions;
                page.loading = false;
            }
            return;
        }
        (Request::Grids(code), Answer::Grids(grids)) if !code.is_empty() => {
            if let Some(Screen::Grids(page)) = model.screen_mut()
                && page.path.last().is_some_and(|d| d.code == *code)
            {
                page.grids = grids;
                page.loading = false;
            }
            return;
        }
        (_, Answer::Grids(grids)) => model.reference.grids = Some(grids),
        (_, Answer::Matters(matters)) => model.reference.matters = Some(matters),
        (_, Answer::Units(units)) => model.reference.units = Some(units),
        (Request::Kinds(place), Answer::Kinds(kinds)) if !place.is_empty() => {
            model.reference.kinds_there = Some((place.clone(), kinds));
        }
        (_, Answer::Kinds(kinds)) => model.reference.kinds = Some(kinds),
        _ => return,
    }
    layers::reference_came(model);
}

fn pile_came(model: &mut Model, section: Section, pile: &crate::model::list::Pile) {
    let may = model
        .session
        .as_ref()
        .map(|s| s.may.clone())
        .unwrap_or_default();
    for screen in &mut model.stack {
        match screen {
            Screen::Home(home) => {
                if let Some(at) = home.parts.iter().position(|p| p.section == section) {
                    // The selection stays on its case when the order changes.
                    let chosen = (home.part == at)
                        .then(|| home.current().map(|r| r.case_id.clone()))
                        .flatten();
                    home.parts[at].pile = Some(pile.clone());
                    if home.part == at {
                        home.row = chosen
                            .and_then(|id| pile.rows.iter().position(|r| r.case_id == id))
                            .unwrap_or(home.row)
                            .min(pile.rows.len().saturating_sub(1));
                    }
                    // Work begins at the first part that has something to do for these posts.
                    let first = (0..home.parts.len()).find(|p| {
                        let action = home.parts[*p].section.action();
                        home.rows(*p) > 0 && action.is_none_or(|a| may.iter().any(|m| m == a))
                    });
                    if let Some(first) = first.filter(|_| !home.moved) {
                        home.part = first;
                        home.row = 0;
                    }
                }
            }
            Screen::Dashboard(board) => {
                if let Some(part) = board.alerts.iter_mut().find(|p| p.section == section) {
                    part.pile = Some(pile.clone());
                }
            }
            _ => {}
        }
    }
}

fn page_came(
    model: &mut Model,
    source: &ListSource,
    cursor: Option<&str>,
    page: crate::model::list::Page,
) {
    for screen in &mut model.stack {
        if let Screen::List(list) = screen
            && list.source == *source
        {
            // A page that was asked for before the list was started anew fits nowhere.
            if cursor.is_some() && list.next.as_deref() != cursor {
                continue;
            }
            list.take(page, cursor.is_some());
            return;
        }
    }
}

/// The units that should be called are put into empty fields; the reasons stand beside them.
fn proposed(
    model: &mut Model,
    case_id: &str,
    proposal: Vec<Proposed>,
    env: &Env<'_>,
    out: &mut Vec<Effect>,
) {
    let Some(Layer::Action(action)) = model
        .layers
        .iter_mut()
        .rev()
        .find(|l| matches!(l, Layer::Action(a) if a.case_id == case_id))
    else {
        return;
    };
    for role in ["lead", "assist"] {
        if let Some(field) = action.form.field_mut(role)
            && field.value().is_null()
        {
            field.set(&units(&proposal, role));
        }
    }
    action.proposal = proposal;
    forms::keep(model, env, out);
}

/// The units of one role, as a field holds them.
fn units(proposal: &[Proposed], role: &str) -> serde_json::Value {
    proposal
        .iter()
        .filter(|p| p.role == role && p.standing == Standing::Called)
        .map(|p| serde_json::json!({"id": p.unit.id, "name": p.unit.name}))
        .collect()
}

/// The same for a report that is being written: a proposal replaces the one before it.
fn proposed_for_report(model: &mut Model, asked: &For, proposal: Vec<Proposed>) {
    for screen in &mut model.stack {
        let Screen::Report(page) = screen else {
            continue;
        };
        if page.asked.as_ref() != Some(asked) || page.form.sending {
            continue;
        }
        for role in ["lead", "assist"] {
            let before = units(&page.proposed, role);
            if let Some(field) = page.form.field_mut(role)
                && (field.value().is_null() || field.value() == before)
            {
                field.set(&units(&proposal, role));
            }
        }
        page.proposed = proposal;
        return;
    }
}

fn drop_draft(model: &mut Model, id: uuid::Uuid, out: &mut Vec<Effect>) {
    model.drafts.retain(|d| d.id != id);
    out.push(Effect::DropDraft(id));
    refresh::drafts(model);
}

fn reported(model: &mut Model, report: &Report, outcome: Outcome, out: &mut Vec<Effect>) {
    drop_draft(model, report.draft, out);
    let at = model
        .stack
        .iter()
        .position(|s| matches!(s, Screen::Report(p) if p.draft == report.draft));
    if let Some(at) = at {
        model.stack.remove(at);
        open::case(model, outcome.case_id.clone(), out);
    }
    model.say(Say::about("notice-reported", "number", outcome.number));
}

fn acted(model: &mut Model, act: &Act, outcome: Outcome, out: &mut Vec<Effect>) {
    drop_draft(model, act.draft, out);
    model
        .layers
        .retain(|l| !matches!(l, Layer::Action(a) if a.draft == act.draft));
    for page in pages(model, &act.case_id) {
        page.acting = false;
        // What comes next stands first: nobody meant what now stands where the action stood.
        page.action = 0;
    }
    renew(model, &act.case_id, out);
    if let Some(link) = outcome.rating_link {
        model.layers.push(Layer::Rating {
            link,
            number: outcome.number.clone(),
        });
    }
    if let Some(resident) = outcome.resident {
        model.layers.push(Layer::Resident {
            resident,
            number: outcome.number.clone(),
        });
    }
    model.say(Say::about("notice-done", "action", act.action.clone()));
}

/// Lets go of the form that was being sent, so that it can be changed and sent again.
fn release(model: &mut Model, request: &Request) {
    match request {
        Request::Login { .. } => {
            if let Some(Screen::Login(page)) = model.screen_mut() {
                page.form.sending = false;
            }
        }
        Request::Report(report) => {
            for screen in &mut model.stack {
                if let Screen::Report(page) = screen
                    && page.draft == report.draft
                {
                    page.form.sending = false;
                }
            }
        }
        Request::Act(act) => {
            for layer in &mut model.layers {
                if let Layer::Action(open) = layer
                    && open.draft == act.draft
                {
                    open.form.sending = false;
                }
            }
            for page in pages(model, &act.case_id) {
                page.acting = false;
            }
        }
        Request::HandOver(_) | Request::TakeOver(_) => {
            for layer in &mut model.layers {
                if let Layer::Sign { form, .. } = layer {
                    form.sending = false;
                }
            }
        }
        Request::ChangeRegister(_) => registers::release(model),
        _ => {}
    }
}

fn bad(
    model: &mut Model,
    request: &Request,
    failure: Failure,
    env: &Env<'_>,
    out: &mut Vec<Effect>,
) {
    release(model, request);
    let asked = matches!(
        request,
        Request::Report(_)
            | Request::Act(_)
            | Request::Login { .. }
            | Request::HandOver(_)
            | Request::TakeOver(_)
            | Request::ChangeRegister(_)
    );
    // A report that was refused outright has not been taken.
    if let Request::Report(report) = request
        && !matches!(failure.kind, Kind::Network | Kind::Server)
    {
        for screen in &mut model.stack {
            if let Screen::Report(page) = screen
                && page.draft == report.draft
            {
                page.maybe_sent = false;
            }
        }
        if let Some(draft) = model.drafts.iter_mut().find(|d| d.id == report.draft) {
            draft.maybe_sent = false;
            out.push(Effect::SaveDraft(draft.clone()));
        }
    }
    match failure.kind {
        Kind::Network => {
            model.link = match model.link {
                Link::Lost { since, fresh } => Link::Lost { since, fresh },
                Link::Online { fresh } => Link::Lost {
                    since: env.now,
                    fresh: Some(fresh),
                },
                Link::Idle => Link::Lost {
                    since: env.now,
                    fresh: None,
                },
            };
            match model.stack.last_mut() {
                Some(Screen::List(page)) => page.loading = false,
                Some(Screen::Boundaries(page)) => page.loading = false,
                _ => {}
            }
            match request {
                Request::Report(_) | Request::Act(_) => {
                    forms::keep(model, env, out);
                    model.complain(Say::plain("notice-lost-kept"));
                }
                Request::Login { server, .. } => {
                    model.complain(Say::about("notice-no-server", "server", server.clone()));
                }
                _ => {}
            }
        }
        Kind::Login if matches!(request, Request::Login { .. }) => {
            model.link = Link::Online { fresh: env.now };
            model.complain(Say::plain("notice-wrong-login"));
            if let Some(Screen::Login(page)) = model.screen_mut() {
                page.form.go("password");
            }
        }
        Kind::Login => {
            model.link = Link::Online { fresh: env.now };
            if matches!(request, Request::Logout) {
                return;
            }
            if model.session.is_some() && !matches!(model.screen(), Some(Screen::Login(_))) {
                forms::keep(model, env, out);
                out.push(Effect::ForgetSession);
                let login = open::login_form(model, true);
                model.layers.clear();
                model.stack.push(Screen::Login(login));
                model.complain(Say::plain("notice-login-ended"));
            }
        }
        _ => {
            model.link = Link::Online { fresh: env.now };
            trouble(model, request, failure, asked, out);
        }
    }
}

/// Tells a refusal: at the fields that are wrong, or in a window; in the notice line where nobody
/// asked for anything.
fn trouble(
    model: &mut Model,
    request: &Request,
    failure: Failure,
    asked: bool,
    out: &mut Vec<Effect>,
) {
    if !asked {
        // A post that may not see figures or whistles has an empty part, not an alarm.
        if let (Request::Section(section), Kind::Forbidden | Kind::NotFound) =
            (request, failure.kind)
        {
            pile_came(model, *section, &crate::model::list::Pile::default());
            return;
        }
        if let (Request::Register(register), Kind::Forbidden) = (request, failure.kind) {
            registers::refused(model, *register);
            return;
        }
        match model.stack.last_mut() {
            Some(Screen::List(page)) => page.loading = false,
            Some(Screen::Boundaries(page)) => page.loading = false,
            _ => {}
        }
        model.complain(Say {
            key: failure.key(),
            args: vec![("detail", failure.detail)],
        });
        return;
    }
    let mut case_id = None;
    let mut doing = "doing-login";
    match request {
        Request::Report(report) => {
            doing = "doing-report";
            // The same id with other words: an earlier sending did arrive.
            if failure.kind == Kind::Conflict {
                case_id = Some(report.draft.to_string());
            }
            blame(model, &failure);
        }
        Request::ChangeRegister(_) => {
            doing = "doing-register";
            blame(model, &failure);
        }
        Request::Act(act) => {
            doing = "doing-action";
            blame(model, &failure);
            if failure.kind == Kind::Conflict {
                // Somebody was quicker: the form gets the newest state to decide on.
                renew(model, &act.case_id, out);
            }
        }
        Request::HandOver(_) | Request::TakeOver(_) => {
            doing = "doing-signature";
            // Somebody may have signed meanwhile.
            out.push(Effect::Call(Request::Duty));
        }
        _ => {}
    }
    model.layers.push(Layer::Trouble(Trouble {
        failure,
        doing,
        case_id,
    }));
}

/// Puts the server's faults at the fields that they name.
fn blame(model: &mut Model, failure: &Failure) {
    let Some(form) = super::page_or_layer_form(model) else {
        return;
    };
    for (pointer, detail) in failure.faults.iter().rev() {
        let parts: Vec<&str> = pointer.split('/').filter(|p| !p.is_empty()).collect();
        let name = match parts.as_slice() {
            ["resident", "telephone", ..] => "resident_telephone",
            ["resident", ..] => "resident_name",
            ["place", "position" | "lon" | "lat", ..] => "position",
            ["place", "grid", ..] => "grid",
            ["place", "address", ..] => "address",
            ["safety_call", ..] => "safety_at",
            ["whistle", "meeting", "point", ..] | ["meeting", "point", ..] => "meeting_point",
            ["whistle", "meeting", ..] | ["meeting", ..] => "meeting_time",
            ["whistle", name, ..] | [name, ..] => name,
            [] => continue,
        };
        form.blame(name, Say::about("fault-server", "detail", detail.clone()));
    }
}
