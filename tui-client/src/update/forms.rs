//! Filling in forms: keys in fields, pastes, drafts.

use crossterm::event::KeyCode;
use ratatui_textarea::CursorMove;
use tui_input::InputRequest;
use tui_input::backend::crossterm::EventHandler;

use super::{Effect, Env, layers, page_or_layer_form};
use crate::keymap::{Command, Press};
use crate::model::action;
use crate::model::app::Model;
use crate::model::case::Target;
use crate::model::draft::{Draft, Of};
use crate::model::form::{Control, Field, Form};
use crate::model::report;
use crate::model::request::{For, Request};
use crate::model::screens::{Layer, ReportPage, Screen};
use crate::text;

/// The most characters that a text field takes, as the server does.
const LONGEST: usize = 4_000;

/// A key that is text for the field. True if something changed.
pub fn type_into(field: &mut Field, press: Press) -> bool {
    match &mut field.control {
        Control::Line(input) | Control::Secret(input) => {
            if matches!(press.code, KeyCode::Char(_)) && input.value().chars().count() >= LONGEST {
                return false;
            }
            let before = input.value().to_owned();
            input.handle_event(&crossterm::event::Event::Key(press.event()));
            input.value() != before
        }
        Control::Area(area) => {
            if matches!(press.code, KeyCode::Char(_))
                && area
                    .lines()
                    .iter()
                    .map(|l| l.chars().count() + 1)
                    .sum::<usize>()
                    > LONGEST
            {
                return false;
            }
            area.input(press.event())
        }
        _ => false,
    }
}

/// Several lines: Enter makes a new line, and up and down stay within while there are lines.
pub fn keeps(field: &Field, press: Press) -> bool {
    let Control::Area(area) = &field.control else {
        return false;
    };
    match press.code {
        KeyCode::Enter => true,
        KeyCode::Up => area.cursor().0 > 0,
        KeyCode::Down => area.cursor().0 + 1 < area.lines().len(),
        _ => false,
    }
}

/// A command within the focused field. True if its content changed.
pub fn command(form: &mut Form, command: Command) -> bool {
    let Some(field) = form.focused_mut() else {
        return false;
    };
    match (&mut field.control, command) {
        (Control::Choice { options, chosen }, Command::Right | Command::Toggle)
            if !options.is_empty() =>
        {
            *chosen = Some(chosen.map_or(0, |c| (c + 1) % options.len()));
        }
        (Control::Choice { options, chosen }, Command::Left) if !options.is_empty() => {
            let n = options.len();
            *chosen = Some(chosen.map_or(n - 1, |c| (c + n - 1) % n));
        }
        (Control::Choice { options, chosen }, Command::Digit(n)) if n <= options.len() => {
            *chosen = Some(n - 1);
        }
        (Control::Toggle(on), Command::Toggle | Command::Open | Command::Left | Command::Right) => {
            *on = !*on;
        }
        (Control::Checks { options, at, .. }, Command::Right) if !options.is_empty() => {
            *at = (*at + 1) % options.len();
            return false;
        }
        (Control::Checks { options, at, .. }, Command::Left) if !options.is_empty() => {
            *at = (*at + options.len() - 1) % options.len();
            return false;
        }
        (Control::Checks { checked, at, .. }, Command::Toggle | Command::Open) => {
            let Some(on) = checked.get_mut(*at) else {
                return false;
            };
            *on = !*on;
        }
        (Control::Checks { checked, .. }, Command::Digit(n)) => {
            let Some(on) = checked.get_mut(n - 1) else {
                return false;
            };
            *on = !*on;
        }
        _ => return false,
    }
    field.fault = None;
    true
}

/// Pasted text: into the field that has the keyboard, else nowhere. It never triggers keys.
pub fn paste(model: &mut Model, pasted: &str, env: &Env<'_>, out: &mut Vec<Effect>) {
    let clean = text::pasted(pasted);
    if let Some(Layer::Picker(picker)) = model.layers.last_mut() {
        for c in text::one_line(&clean).chars().take(60) {
            picker.filter.handle(InputRequest::InsertChar(c));
        }
        picker.refilter();
        return;
    }
    let Some(form) = page_or_layer_form(model) else {
        return;
    };
    if form.sending {
        return;
    }
    let Some(field) = form.focused_mut() else {
        return;
    };
    match &mut field.control {
        Control::Line(input) | Control::Secret(input) => {
            let room = LONGEST.saturating_sub(input.value().chars().count());
            let line: String = text::one_line(&clean).chars().take(room).collect();
            // One replacement instead of one insertion a character: pastes are long.
            let at = input.cursor();
            let mut value: String = input.value().chars().take(at).collect();
            let cursor = at + line.chars().count();
            value.push_str(&line);
            value.extend(input.value().chars().skip(at));
            *input = tui_input::Input::new(value).with_cursor(cursor);
        }
        Control::Area(area) => {
            let used: usize = area.lines().iter().map(|l| l.chars().count() + 1).sum();
            let room = LONGEST.saturating_sub(used);
            area.insert_str(clean.chars().take(room).collect::<String>());
        }
        _ => return,
    }
    field.fault = None;
    changed(model, env, out);
}

/// After something was entered: fields that now matter appear, and the draft is kept.
pub fn changed(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    match model.layers.last_mut() {
        Some(Layer::Action(action)) => {
            action.touched = true;
            action.form.armed = false;
            action::arrange(&action.action, &mut action.form);
            layers::conditions(&mut action.form, &model.reference);
        }
        Some(_) => {}
        None => {
            if let Some(Screen::Report(page)) = model.stack.last_mut() {
                page.touched = true;
                page.form.armed = false;
                report::arrange(&mut page.form, &model.reference);
                propose(page, out);
                // Whoever has just called has called now.
                if !page.form.text("safety_number").is_empty()
                    && page.form.text("safety_at").is_empty()
                    && page
                        .form
                        .focused()
                        .is_some_and(|f| f.name == "safety_number")
                    && let Some(field) = page.form.field_mut("safety_at")
                {
                    let now = env.now.with_timezone(&crate::model::china());
                    field.set(&serde_json::json!(now.format("%Y-%m-%d %H:%M").to_string()));
                }
            }
        }
    }
    keep(model, env, out);
}

/// After the keyboard went from one field of a report to another: coordinates are whole only then.
pub fn left(model: &mut Model, out: &mut Vec<Effect>) {
    if let (None, Some(Screen::Report(page))) = (model.layers.last(), model.stack.last_mut())
        && page.touched
    {
        propose(page, out);
    }
}

/// Asks who should be called when a report with a whistle has got its matter, or another place.
fn propose(page: &mut ReportPage, out: &mut Vec<Effect>) {
    let typing = page.form.focused().is_some_and(|f| f.name == "position")
        && !page.form.text("position").is_empty();
    if !page.form.is_on("whistle") || typing {
        return;
    }
    let Some(matter) = page.form.picked("matter").first() else {
        return;
    };
    let asked = For::Report {
        matter: matter.id.clone(),
        place: report::around(&page.form),
    };
    if page.asked.as_ref() != Some(&asked) {
        out.push(Effect::Call(Request::Proposal(asked.clone())));
        page.asked = Some(asked);
    }
}

/// Keeps what stands in the open form as a draft.
pub fn keep(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(draft) = current(model, env) else {
        return;
    };
    match model.drafts.iter_mut().find(|d| d.id == draft.id) {
        Some(old) => *old = draft.clone(),
        None => model.drafts.push(draft.clone()),
    }
    out.push(Effect::SaveDraft(draft));
    super::refresh::drafts(model);
}

/// The draft that the open form makes, if anything was entered: what was only filled in or proposed
/// is none.
fn current(model: &Model, env: &Env<'_>) -> Option<Draft> {
    let session = model.session.as_ref()?;
    let (id, of, form, touched, maybe_sent) = match (model.layers.last(), model.stack.last()) {
        (Some(Layer::Action(action)), _) => {
            let part = match &action.target {
                Target::Case => None,
                Target::Whistle(id) | Target::Assignment(id) => Some(id.clone()),
            };
            let of = Of::Action {
                case_id: action.case_id.clone(),
                number: action.number.clone(),
                action: action.action.clone(),
                part,
            };
            (action.draft, of, &action.form, action.touched, false)
        }
        (None | Some(Layer::Picker(_)), Some(Screen::Report(page))) => {
            let (touched, maybe_sent) = (page.touched, page.maybe_sent);
            (page.draft, Of::Report, &page.form, touched, maybe_sent)
        }
        _ => return None,
    };
    let known = model.drafts.iter().any(|d| d.id == id);
    (known || touched && form.has_content()).then(|| Draft {
        id,
        username: session.username.clone(),
        server: session.server.clone(),
        of,
        fields: form.values(),
        updated_at: env.now,
        maybe_sent,
    })
}

/// To the beginning or end of the text in a field.
pub fn edge(field: &mut Field, end: bool) {
    match &mut field.control {
        Control::Line(input) | Control::Secret(input) => {
            input.handle(if end {
                InputRequest::GoToEnd
            } else {
                InputRequest::GoToStart
            });
        }
        Control::Area(area) => area.move_cursor(if end {
            CursorMove::End
        } else {
            CursorMove::Head
        }),
        _ => {}
    }
}
