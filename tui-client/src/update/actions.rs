//! Taking actions and filing reports.

use super::answers::OLD_OFFERS;
use super::{Effect, Env, forms, open, refresh};
use crate::model::action;
use crate::model::app::Model;
use crate::model::case::{Case, Offer, Target};
use crate::model::draft::Of;
use crate::model::failure::Say;
use crate::model::report;
use crate::model::request::{Act, For, Report, Request};
use crate::model::screens::{ActionForm, CaseFocus, Layer, Screen};

/// The chosen action of the open case: its form, or at once where nothing is asked.
pub fn take(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Screen::Case(page)) = model.screen() else {
        return;
    };
    if page.is_old() {
        model.complain(Say::plain(OLD_OFFERS));
        return;
    }
    let Some(offer) = page.allowed().get(page.action).map(|o| (*o).clone()) else {
        return;
    };
    let Some(case) = page.dossier.as_ref().map(|d| d.case.clone()) else {
        return;
    };
    start(model, &case, &offer, env, out);
}

fn start(model: &mut Model, case: &Case, offer: &Offer, env: &Env<'_>, out: &mut Vec<Effect>) {
    let mut form = action::form(&offer.action, &offer.target, case, &model.reference);
    let part = match &offer.target {
        Target::Case => None,
        Target::Whistle(id) | Target::Assignment(id) => Some(id.clone()),
    };
    let draft = model.drafts.iter().find(|d| {
        matches!(&d.of, Of::Action { case_id, action, part: p, .. }
            if *case_id == case.id && *action == offer.action && *p == part)
    });
    let restored = draft.is_some();
    if let Some(draft) = draft {
        form.restore(&draft.fields);
    }
    let id = draft.map_or_else(|| (env.new_id)(), |d| d.id);
    action::arrange(&offer.action, &mut form);
    form.go_to_missing();
    let needs_units = form
        .fields
        .iter()
        .any(|f| matches!(f.name, "lead" | "assist"));
    let action = ActionForm {
        case_id: case.id.clone(),
        number: case.number.clone(),
        place: case.place_code(),
        action: offer.action.clone(),
        target: offer.target.clone(),
        whom: case.whom(&offer.target),
        version: offer.state.clone(),
        draft: id,
        proposal: Vec::new(),
        touched: false,
        form,
    };
    let nothing_asked = action.form.fields.is_empty();
    if nothing_asked {
        hold(model, &case.id);
        out.push(Effect::Call(Request::Act(act(
            &action,
            serde_json::Map::new(),
            Vec::new(),
        ))));
        model.say(Say::plain("notice-sending"));
        return;
    }
    if restored {
        model.say(Say::plain("notice-draft-resumed"));
    }
    model.layers.push(Layer::Action(Box::new(action)));
    refresh::reference(model, out);
    let place = case.place_code();
    let known = model.reference.kinds_there.as_ref();
    let asks = offer.action == "request_whistle" && !place.is_empty();
    if asks && known.is_none_or(|(code, _)| *code != place) {
        out.push(Effect::Call(Request::Kinds(place)));
    }
    if needs_units {
        out.push(Effect::Call(Request::Proposal(For::Case(case.id.clone()))));
    }
}

/// Offers nothing on the case's page while an action on it is on its way.
fn hold(model: &mut Model, id: &str) {
    for screen in &mut model.stack {
        if let Screen::Case(page) = screen
            && page.id == id
        {
            page.acting = true;
        }
    }
}

fn act(
    form: &ActionForm,
    fields: serde_json::Map<String, serde_json::Value>,
    photos: Vec<String>,
) -> Act {
    Act {
        draft: form.draft,
        case_id: form.case_id.clone(),
        target: form.target.clone(),
        action: form.action.clone(),
        fields,
        photos,
        version: form.version.clone(),
    }
}

/// Sends the open action form, unless something is missing or has to be confirmed.
pub fn send(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Layer::Action(open)) = model.layers.last_mut() else {
        return;
    };
    if open.form.sending || !open.form.complete() {
        return;
    }
    let Ok(fields) = action::body(&open.action, &mut open.form) else {
        return;
    };
    if action::is_final(&open.action) && !open.form.armed {
        open.form.go("submit");
        open.form.armed = true;
        return;
    }
    open.form.armed = false;
    open.form.sending = true;
    open.touched = true;
    let case_id = open.case_id.clone();
    let photos = action::photos(&open.form);
    let request = Request::Act(act(open, fields, photos));
    hold(model, &case_id);
    forms::keep(model, env, out);
    out.push(Effect::Call(request));
}

/// Sends the report.
pub fn send_report(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Screen::Report(page)) = model.stack.last_mut() else {
        return;
    };
    if page.form.sending || !page.form.complete() {
        return;
    }
    let Ok(body) = report::body(&mut page.form, &page.draft.to_string()) else {
        return;
    };
    page.form.sending = true;
    // It is kept, marked as perhaps sent, before the first byte leaves.
    page.maybe_sent = true;
    page.touched = true;
    let request = Report {
        draft: page.draft,
        photos: action::photos(&page.form),
        body,
    };
    forms::keep(model, env, out);
    out.push(Effect::Call(Request::Report(request)));
}

/// F3: a whistle on the open case, with the report being written, else a report with a whistle.
pub fn whistle(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    match model.screen_mut() {
        Some(Screen::Case(page)) => {
            let at = page
                .allowed()
                .iter()
                .position(|o| o.action == "request_whistle");
            if let Some(at) = at {
                page.focus = CaseFocus::Actions;
                page.action = at;
                take(model, env, out);
            }
        }
        Some(Screen::Report(page)) => {
            if page.form.sending {
                return;
            }
            if let Some(field) = page.form.field_mut("whistle") {
                field.set(&serde_json::json!(true));
            }
            forms::changed(model, env, out);
            if let Some(Screen::Report(page)) = model.screen_mut() {
                page.form.go("kind");
            }
        }
        _ => open::report(model, None, true, env, out),
    }
}

/// Throws a draft away, at the second press.
pub fn discard(model: &mut Model, id: &str, out: &mut Vec<Effect>) {
    let Some(at) = model.drafts.iter().position(|d| d.id.to_string() == id) else {
        return;
    };
    if model.discarding.as_deref() == Some(id) {
        model.discarding = None;
        let draft = model.drafts.remove(at);
        out.push(Effect::DropDraft(draft.id));
        refresh::drafts(model);
        model.say(Say::plain("notice-draft-discarded"));
    } else {
        model.discarding = Some(id.to_owned());
        model.complain(Say::plain("notice-press-again-to-discard"));
    }
}
