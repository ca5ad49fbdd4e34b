//! Opening screens.

use serde_json::json;

use super::{Effect, Env, refresh};
use crate::model::app::Model;
use crate::model::boundaries::BoundariesPage;
use crate::model::draft::{Draft, Of};
use crate::model::failure::Say;
use crate::model::form::{Field, Form};
use crate::model::list::{Query, Section, Shelf};
use crate::model::map::{MapPage, Mark};
use crate::model::registers::{Register, RegistersPage};
use crate::model::report;
use crate::model::request::Request;
use crate::model::screens::{
    CasePage, Dashboard, GridsPage, Home, ListPage, ListSource, Login, Part, ReportPage, Screen,
};
use crate::model::session::{Desk, Session};

/// The first thing that is seen: the desk of the kept login, or the login form.
pub fn start(
    model: &mut Model,
    session: Option<Session>,
    login: Option<Request>,
    out: &mut Vec<Effect>,
) {
    match session {
        Some(session) => {
            model.server.clone_from(&session.server);
            desk(model, session, out);
            // Posts may have changed since the login was kept.
            out.push(Effect::Call(Request::Me));
        }
        None => {
            model.stack = vec![Screen::Login(login_form(model, false))];
        }
    }
    if let Some(request) = login {
        if let Some(Screen::Login(page)) = model.screen_mut() {
            page.form.sending = true;
        }
        out.push(Effect::Call(request));
    }
}

/// The login form, with the server and the name that were used last.
pub fn login_form(model: &Model, again: bool) -> Login {
    let username = model
        .session
        .as_ref()
        .map(|s| s.username.clone())
        .unwrap_or_default();
    let mut form = Form::new(vec![
        Field::line("server")
            .required()
            .filled(&json!(model.server)),
        Field::line("username").required().filled(&json!(username)),
        Field::secret("password").required(),
        Field::button("login"),
    ]);
    form.go(if username.is_empty() {
        "username"
    } else {
        "password"
    });
    Login { form, again }
}

/// The first screen of somebody who has just logged in.
pub fn desk(model: &mut Model, session: Session, out: &mut Vec<Effect>) {
    let desk = session.desk();
    let scope = session.leading().cloned();
    let parts = parts(&session, desk);
    model.session = Some(session);
    model.layers.clear();
    let screen = match desk {
        Desk::Supervisor => Screen::Dashboard(Dashboard::new(
            String::new(),
            scope.map(|s| s.scope_name).unwrap_or_default(),
            parts,
        )),
        Desk::Keeper => Screen::Registers(RegistersPage::new(Register::Powers)),
        Desk::Worker | Desk::Centre | Desk::Unit => Screen::Home(Home {
            parts,
            part: 0,
            row: 0,
            split: desk == Desk::Centre,
            moved: false,
            in_list: false,
        }),
    };
    model.stack = vec![screen];
    refresh::drafts(model);
    refresh::screen(model, out);
    refresh::unread(model, out);
}

/// The parts of a first screen, all still to be fetched.
fn parts(session: &Session, desk: Desk) -> Vec<Part> {
    session.sections(desk).into_iter().map(Part::new).collect()
}

/// A new screen on top, and what it needs.
pub fn push(model: &mut Model, screen: Screen, out: &mut Vec<Effect>) {
    model.layers.clear();
    model.stack.push(screen);
    refresh::screen(model, out);
}

pub fn case(model: &mut Model, id: String, out: &mut Vec<Effect>) {
    push(model, Screen::Case(CasePage::new(id)), out);
}

/// A case out of a queue: what the queue waits for is chosen as soon as it is offered.
pub fn case_for(model: &mut Model, id: String, section: Section, out: &mut Vec<Effect>) {
    let wanted = section.actions();
    push(
        model,
        Screen::Case(CasePage {
            wanted,
            ..CasePage::new(id)
        }),
        out,
    );
}

pub fn shelf(model: &mut Model, shelf: Shelf, out: &mut Vec<Effect>) {
    push(
        model,
        Screen::List(ListPage::new(ListSource::Query(Query::of(shelf)))),
        out,
    );
}

pub fn dashboard(model: &mut Model, out: &mut Vec<Effect>) {
    let session = model.session.as_ref();
    let title = session
        .and_then(|s| s.leading().map(|p| p.scope_name.clone()))
        .unwrap_or_default();
    let alerts = session
        .map(|s| parts(s, Desk::Supervisor))
        .unwrap_or_default();
    push(
        model,
        Screen::Dashboard(Dashboard::new(String::new(), title, alerts)),
        out,
    );
}

pub fn registers(model: &mut Model, out: &mut Vec<Effect>) {
    let page = RegistersPage::new(Register::Powers);
    push(model, Screen::Registers(page), out);
}

pub fn boundaries(model: &mut Model, out: &mut Vec<Effect>) {
    push(model, Screen::Boundaries(BoundariesPage::new()), out);
}

pub fn grids(model: &mut Model, out: &mut Vec<Effect>) {
    let page = GridsPage {
        path: Vec::new(),
        divisions: Vec::new(),
        grids: Vec::new(),
        selected: 0,
        loading: true,
    };
    push(model, Screen::Grids(page), out);
}

/// The map of a division, given by code and name. Without one that of the town in which the open case lies, with its
/// position; else of the own scope.
pub fn map(model: &mut Model, division: Option<(String, String)>, out: &mut Vec<Effect>) {
    let mark = division.is_none().then(|| mark(model)).flatten();
    let (division, mark) = match mark {
        Some((town, mark)) => (Some(town), Some(mark)),
        None => (division, None),
    };
    let (code, name) = division.unwrap_or_else(|| {
        let leading = model.session.as_ref().and_then(Session::leading);
        let name = leading.map(|post| post.scope_name.clone());
        (String::new(), name.unwrap_or_default())
    });
    let mut page = MapPage::new(code, name);
    page.mark = mark;
    push(model, Screen::Map(Box::new(page)), out);
}

/// The town and the position of the case that is open, where it has one.
fn mark(model: &Model) -> Option<((String, String), Mark)> {
    let Some(Screen::Case(page)) = model.screen() else {
        return None;
    };
    let case = &page.dossier.as_ref()?.case;
    let place = &case.place;
    let town = place.town.as_ref()?;
    let mark = Mark {
        number: case.number.clone(),
        at: [place.lon?, place.lat?],
        grid: place.grid.as_ref().map(|grid| grid.id.clone()),
    };
    Some(((format!("{:0<12}", town.id), town.name.clone()), mark))
}

/// A report: the one that was begun last and not sent, or a new one.
pub fn report(
    model: &mut Model,
    draft: Option<&Draft>,
    whistle: bool,
    env: &Env<'_>,
    out: &mut Vec<Effect>,
) {
    if matches!(model.screen(), Some(Screen::Report(_))) && model.layers.is_empty() {
        return;
    }
    let mut form = report::form(&model.reference);
    if !model
        .session
        .as_ref()
        .is_some_and(|s| s.may("request_whistle"))
    {
        form.fields.retain(|f| f.name != "whistle");
    }
    let (id, maybe_sent) = match draft {
        Some(draft) => {
            form.restore(&draft.fields);
            (draft.id, draft.maybe_sent)
        }
        None => ((env.new_id)(), false),
    };
    if whistle && let Some(field) = form.field_mut("whistle") {
        field.set(&json!(true));
    }
    // A worker with one grid reports from it.
    if draft.is_none()
        && let Some(post) = model.session.as_ref().and_then(Session::leading)
        && post.scope_kind == "grids"
        && !post.scope.contains(',')
        && !post.scope.is_empty()
        && let Some(field) = form.field_mut("grid")
    {
        let name = if post.scope_name.is_empty() {
            &post.scope
        } else {
            &post.scope_name
        };
        field.set(&json!([{"id": post.scope, "name": name}]));
    }
    report::arrange(&mut form, &model.reference);
    form.focus = 0;
    if draft.is_some() {
        model.say(Say::plain("notice-draft-resumed"));
    }
    push(
        model,
        Screen::Report(ReportPage {
            form,
            draft: id,
            touched: false,
            asked: None,
            proposed: Vec::new(),
            maybe_sent,
        }),
        out,
    );
    refresh::reference(model, out);
}

/// The draft that a row of the first screen stands for.
pub fn draft(model: &mut Model, id: &str, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(draft) = model
        .drafts
        .iter()
        .find(|d| d.id.to_string() == id)
        .cloned()
    else {
        return;
    };
    match &draft.of {
        Of::Report => report(model, Some(&draft), false, env, out),
        // The form opens when the action is taken up again on the case's page.
        Of::Action { case_id, .. } => {
            let case_id = case_id.clone();
            model.say(Say::plain("notice-draft-on-case"));
            case(model, case_id, out);
        }
    }
}
