//! What lies above the screen: pickers, action forms, the menu, things to be read.

use crossterm::event::KeyCode;
use tui_input::backend::crossterm::EventHandler;

use super::{Effect, Env, actions, duty, forms, keys, menu, open, refresh, registers};
use crate::keymap::{Command, Context, Key, Press, TENTH, digit_of, key_of, lookup};
use crate::model::action::offer_conditions;
use crate::model::app::Model;
use crate::model::failure::Say;
use crate::model::figures::Part as FigurePart;
use crate::model::form::{Control, Field, Form, Picked};
use crate::model::list::Shelf;
use crate::model::picker::Picker;
use crate::model::reference::Reference;
use crate::model::request::Request;
use crate::model::screens::{DutyPage, Layer, ListSource, Screen};

/// The lines of the menu, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Report,
    Whistle,
    Inbox,
    Cases,
    MyReports,
    Tasks,
    Whistles,
    Unmaskings,
    Grids,
    Duty,
    Registers,
    Dashboard,
    Map,
    Boundaries,
    Language,
    Logout,
    Help,
    Quit,
}

impl Entry {
    pub const ALL: [Self; 18] = [
        Self::Report,
        Self::Whistle,
        Self::Inbox,
        Self::Cases,
        Self::MyReports,
        Self::Tasks,
        Self::Whistles,
        Self::Unmaskings,
        Self::Grids,
        Self::Duty,
        Self::Registers,
        Self::Dashboard,
        Self::Map,
        Self::Boundaries,
        Self::Language,
        Self::Logout,
        Self::Help,
        Self::Quit,
    ];

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Report => "menu-report",
            Self::Whistle => "menu-whistle",
            Self::Cases => "menu-cases",
            Self::MyReports => "menu-my-reports",
            Self::Tasks => "menu-tasks",
            Self::Whistles => "menu-whistles",
            Self::Unmaskings => "menu-unmaskings",
            Self::Inbox => "menu-notices",
            Self::Grids => "menu-grids",
            Self::Duty => "menu-duty",
            Self::Registers => "menu-registers",
            Self::Dashboard => "menu-dashboard",
            Self::Map => "menu-map",
            Self::Boundaries => "menu-boundaries",
            Self::Language => "menu-language",
            Self::Logout => "menu-logout",
            Self::Help => "menu-help",
            Self::Quit => "menu-quit",
        }
    }

    /// What its own key means, where it has one everywhere.
    pub const fn command(self) -> Option<Command> {
        match self {
            Self::Report => Some(Command::Report),
            Self::Whistle => Some(Command::Whistle),
            Self::Inbox => Some(Command::Inbox),
            Self::Language => Some(Command::Language),
            Self::Help => Some(Command::Help),
            Self::Quit => Some(Command::Quit),
            _ => None,
        }
    }
}

/// The lines of the menu, each with its own key or the next digit. Leaving for good has none, so that no slip
/// of a finger ends the login.
pub fn menu_keys(model: &Model) -> Vec<(Entry, Option<Key>)> {
    let mut digits = (0..TENTH).filter_map(digit_of);
    let keyed = |entry: Entry| match entry.command() {
        Some(command) => key_of(command),
        None if entry == Entry::Logout => None,
        None => digits.next().map(Key::Char),
    };
    let entries = menu(model);
    let keys: Vec<Option<Key>> = entries.iter().copied().map(keyed).collect();
    entries.into_iter().zip(keys).collect()
}

/// A command for the top layer.
#[expect(clippy::too_many_lines, reason = "one arm a layer, each a few lines")]
pub fn command(model: &mut Model, command: Command, env: &Env<'_>, out: &mut Vec<Effect>) {
    let page = model.body_rows().saturating_sub(4).max(1);
    match model.layers.last_mut() {
        Some(Layer::Help { scroll } | Layer::Why { scroll }) => match command {
            Command::Back | Command::Open => drop(model.layers.pop()),
            other => *scroll = keys::moved(*scroll, 200, other, page),
        },
        Some(Layer::Rating { .. } | Layer::Resident { .. }) => {
            if matches!(command, Command::Back | Command::Open) {
                model.layers.pop();
            }
        }
        Some(Layer::Trouble(trouble)) => {
            let case_id = trouble.case_id.clone();
            match command {
                Command::Back => drop(model.layers.pop()),
                Command::Open => {
                    model.layers.pop();
                    if let Some(id) = case_id {
                        open::case(model, id, out);
                    }
                }
                _ => {}
            }
        }
        Some(Layer::Menu { selected }) => match command {
            Command::Back | Command::Menu => drop(model.layers.pop()),
            Command::Open => {
                let selected = *selected;
                if let Some(entry) = menu(model).get(selected).copied() {
                    choose(model, entry, env, out);
                }
            }
            Command::Digit(n) => {
                let key = digit_of(n - 1).map(Key::Char);
                let chosen = menu_keys(model).into_iter().find(|(_, own)| *own == key);
                if let Some((entry, _)) = chosen {
                    choose(model, entry, env, out);
                }
            }
            Command::Report | Command::Whistle | Command::Inbox => {
                let chosen = menu(model)
                    .into_iter()
                    .find(|e| e.command() == Some(command));
                if let Some(entry) = chosen {
                    choose(model, entry, env, out);
                }
            }
            other => {
                let at = *selected;
                let to = keys::moved(at, menu(model).len(), other, page);
                if let Some(Layer::Menu { selected }) = model.layers.last_mut() {
                    *selected = to;
                }
            }
        },
        Some(Layer::Action(action)) => {
            if action.form.sending && command != Command::Back {
                return;
            }
            match command {
                Command::Back => {
                    let kept =
                        !action.form.sending && model.drafts.iter().any(|d| d.id == action.draft);
                    model.layers.pop();
                    if kept {
                        model.say(Say::plain("notice-draft-kept"));
                    }
                }
                Command::Save => actions::send(model, env, out),
                Command::NextField | Command::Down => action.form.step(true),
                Command::PreviousField | Command::Up => action.form.step(false),
                Command::PageDown | Command::Last => action.form.go("submit"),
                Command::PageUp | Command::First => action.form.focus = 0,
                other => field_command(model, other, env, out),
            }
        }
        Some(Layer::Filter(form)) => match command {
            Command::Back => drop(model.layers.pop()),
            Command::Save => filter(model, out),
            Command::NextField | Command::Down => form.step(true),
            Command::PreviousField | Command::Up => form.step(false),
            other => field_command(model, other, env, out),
        },
        Some(Layer::Sign { form, .. }) => {
            if form.sending && command != Command::Back {
                return;
            }
            match command {
                Command::Back => drop(model.layers.pop()),
                Command::Save => duty::send(model, out),
                Command::NextField | Command::Down => form.step(true),
                Command::PreviousField | Command::Up => form.step(false),
                other => field_command(model, other, env, out),
            }
        }
        Some(Layer::Change(open)) => {
            if open.form.sending && command != Command::Back {
                return;
            }
            match command {
                Command::Back => drop(model.layers.pop()),
                Command::Save => registers::send(model, out),
                Command::NextField | Command::Down => open.form.step(true),
                Command::PreviousField | Command::Up => open.form.step(false),
                Command::PageDown | Command::Last => open.form.go("submit"),
                Command::PageUp | Command::First => open.form.focus = 0,
                other => field_command(model, other, env, out),
            }
        }
        Some(Layer::Picker(_)) | None => {}
    }
}

/// A command in a field of the open form: choose, open the list, press the button.
pub fn field_command(model: &mut Model, command: Command, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(form) = super::page_or_layer_form(model) else {
        return;
    };
    let Some(field) = form.focused() else { return };
    match (&field.control, command) {
        (
            Control::Pick {
                source,
                many,
                picked,
            },
            Command::Open | Command::Toggle,
        ) => {
            let chosen = picked.iter().map(|p| p.id.clone()).collect();
            let (name, source, many) = (field.name, *source, *many);
            let picker = Picker::new(name, source, many, chosen, &model.reference);
            if picker.loading {
                refresh::reference(model, out);
            }
            model.layers.push(Layer::Picker(picker));
        }
        (Control::Button, Command::Open | Command::Toggle) => submit(model, env, out),
        // Enter in a line goes on to the next field.
        (Control::Line(_) | Control::Secret(_) | Control::Choice { .. }, Command::Open) => {
            form.step(true);
        }
        _ => {
            if forms::command(form, command) {
                forms::changed(model, env, out);
            }
        }
    }
}

fn submit(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    match model.layers.last() {
        Some(Layer::Action(_)) => actions::send(model, env, out),
        Some(Layer::Filter(_)) => filter(model, out),
        Some(Layer::Sign { .. }) => duty::send(model, out),
        Some(Layer::Change(_)) => registers::send(model, out),
        Some(_) => {}
        None => actions::send_report(model, env, out),
    }
}

/// A line of the menu was chosen.
fn choose(model: &mut Model, entry: Entry, env: &Env<'_>, out: &mut Vec<Effect>) {
    model.layers.pop();
    match entry {
        Entry::Report => open::report(model, None, false, env, out),
        Entry::Whistle => actions::whistle(model, env, out),
        Entry::Cases => open::shelf(model, Shelf::Cases, out),
        Entry::MyReports => open::shelf(model, Shelf::MyReports, out),
        Entry::Tasks => open::shelf(model, Shelf::Tasks, out),
        Entry::Whistles => open::shelf(model, Shelf::Whistles, out),
        Entry::Unmaskings => open::shelf(model, Shelf::Unmaskings, out),
        Entry::Inbox => open::shelf(model, Shelf::Notices, out),
        Entry::Grids => open::grids(model, out),
        Entry::Duty => open::push(model, Screen::Duty(DutyPage::default()), out),
        Entry::Registers => open::registers(model, out),
        Entry::Boundaries => open::boundaries(model, out),
        Entry::Dashboard => open::dashboard(model, out),
        Entry::Map => open::map(model, None, out),
        Entry::Language => keys::press(model, Press::plain(KeyCode::F(8)), env, out),
        Entry::Logout => {
            // What was begun stays on this machine, for the next time.
            forms::keep(model, env, out);
            out.push(Effect::Call(Request::Logout));
            out.push(Effect::ForgetSession);
            let login = open::login_form(model, false);
            model.session = None;
            model.reference = Reference::default();
            model.stack = vec![Screen::Login(login)];
        }
        Entry::Help => model.layers.push(Layer::Help { scroll: 0 }),
        Entry::Quit => {
            forms::keep(model, env, out);
            out.push(Effect::Quit);
        }
    }
}

/// A key while the list of a field is open: letters filter it.
pub fn picker_key(model: &mut Model, press: Press, env: &Env<'_>, out: &mut Vec<Effect>) {
    let page = model.body_rows().saturating_sub(5).max(1);
    let Some(Layer::Picker(picker)) = model.layers.last_mut() else {
        return;
    };
    match lookup(Context::Picker, press, true) {
        Some(Command::Back) => drop(model.layers.pop()),
        Some(Command::Toggle) if picker.many => picker.toggle(),
        Some(Command::Open) => {
            if picker.many {
                // Enter takes what is marked, and the current one where nothing is.
                if picker.chosen.is_empty() {
                    picker.toggle();
                }
            } else {
                let Some(id) = picker.current().map(|i| i.id.clone()) else {
                    return;
                };
                picker.chosen = vec![id];
            }
            take_choice(model, env, out);
        }
        Some(command @ (Command::Up | Command::Down | Command::PageUp | Command::PageDown)) => {
            picker.selected = keys::moved(picker.selected, picker.shown.len(), command, page);
        }
        Some(Command::First | Command::Last | Command::Toggle) => {}
        _ if press.code == KeyCode::Delete => {
            // Nothing chosen any more.
            picker.chosen.clear();
            take_choice(model, env, out);
        }
        _ if matches!(press.code, KeyCode::Char(' ')) && picker.many => picker.toggle(),
        _ if matches!(
            press.code,
            KeyCode::Char(_) | KeyCode::Backspace | KeyCode::Left | KeyCode::Right
        ) =>
        {
            if matches!(press.code, KeyCode::Char(_)) && picker.filter.value().chars().count() >= 60
            {
                return;
            }
            picker
                .filter
                .handle_event(&crossterm::event::Event::Key(press.event()));
            picker.refilter();
        }
        _ => {}
    }
}

/// Puts what was chosen into the field.
fn take_choice(model: &mut Model, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Layer::Picker(picker)) = model.layers.pop() else {
        return;
    };
    let new: Vec<Picked> = picker
        .chosen
        .iter()
        .filter_map(|id| picker.items.iter().find(|i| i.id == *id))
        .map(|i| Picked {
            id: i.id.clone(),
            name: i.name.clone(),
        })
        .collect();
    if let Some(form) = super::page_or_layer_form(model) {
        if let Some(Field {
            control: Control::Pick { picked, .. },
            fault,
            ..
        }) = form.field_mut(picker.field)
        {
            *picked = new;
            *fault = None;
        }
        form.step(true);
    }
    forms::changed(model, env, out);
}

/// The conditions that go with the matter chosen for registration.
pub fn conditions(form: &mut Form, reference: &Reference) {
    let matter = form.picked("matter").first().cloned();
    if let (Some(matter), Some(field)) = (matter, form.field_mut("condition")) {
        offer_conditions(field, &matter.id, reference);
    }
}

/// The fields by which a list can be narrowed.
pub fn open_filter(model: &mut Model) {
    let Some(Screen::List(page)) = model.screen() else {
        return;
    };
    let mut fields = vec![Field::line("search").filled(&serde_json::json!(page.filter))];
    if let ListSource::Query(query) = &page.source
        && let (family, names @ [_, ..]) = query.shelf.stages()
    {
        let mut options = vec![crate::model::form::Choice::named("filter", "any")];
        options.extend(
            names
                .iter()
                .map(|n| crate::model::form::Choice::named(family, n)),
        );
        let stage = query.stage.as_deref().unwrap_or("any");
        fields.push(Field::choice("stage", options).filled(&serde_json::json!(stage)));
        if query.shelf == Shelf::Whistles {
            fields.push(Field::toggle("mine").filled(&serde_json::json!(query.mine)));
        } else {
            fields.push(Field::toggle("overdue").filled(&serde_json::json!(query.overdue)));
        }
    }
    if let ListSource::Behind { part, .. } = &page.source {
        let names: Vec<&str> = FigurePart::ALL.iter().map(|p| p.name()).collect();
        fields.push(Field::names("part", "part", &names).filled(&serde_json::json!(part.name())));
    }
    fields.push(Field::button("apply"));
    model.layers.push(Layer::Filter(Form::new(fields)));
}

fn filter(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Filter(form)) = model.layers.pop() else {
        return;
    };
    let Some(Screen::List(page)) = model.screen_mut() else {
        return;
    };
    page.filter = form.text("search");
    page.selected = 0;
    let before = page.source.clone();
    if let ListSource::Behind { part, .. } = &mut page.source {
        let named = form.text("part");
        *part = FigurePart::ALL
            .into_iter()
            .find(|p| p.name() == named)
            .unwrap_or_default();
    }
    if let ListSource::Query(query) = &mut page.source {
        query.stage = Some(form.text("stage")).filter(|s| !s.is_empty() && s != "any");
        query.overdue = form.is_on("overdue");
        query.mine = form.is_on("mine");
    }
    if page.source != before {
        page.loading = true;
        page.rows.clear();
        page.next = None;
        out.push(Effect::Call(refresh::list(page, None)));
    }
}

/// Fills open pickers and forms with what has come from the server.
pub fn reference_came(model: &mut Model) {
    let Model {
        layers,
        stack,
        reference,
        ..
    } = model;
    for layer in layers.iter_mut() {
        match layer {
            Layer::Picker(picker) => picker.fill(reference),
            Layer::Action(action) => {
                conditions(&mut action.form, reference);
                if let Some(kind) = action.form.field_mut("kind") {
                    let kinds = reference.kinds_at(&action.place);
                    crate::model::action::offer_kinds(kind, kinds);
                }
            }
            _ => {}
        }
    }
    for screen in stack.iter_mut() {
        if let Screen::Report(page) = screen {
            crate::model::report::arrange(&mut page.form, reference);
        }
    }
    // A proposed kind whose options came after the draft's value is set from the draft.
    for screen in stack {
        if let Screen::Report(page) = screen
            && let Some(draft) = model.drafts.iter().find(|d| d.id == page.draft)
            && let Some(value) = draft.fields.get("kind")
            && let Some(kind) = page.form.field_mut("kind")
            && kind.value().is_null()
        {
            kind.set(value);
        }
    }
}
