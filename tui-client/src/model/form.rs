//! Forms: fields one below the other, with one that has the keyboard.

use ratatui_textarea::{CursorMove, TextArea, WrapMode};
use serde_json::{Map, Value};
use tui_input::Input;

use super::failure::Say;

/// What something that can be chosen is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A word of the message files: family and published name.
    Name(&'static str, String),
    /// A name that the server gave.
    Text(String),
    /// The same with the limit that goes with it.
    Limited(String, super::case::Limit),
}

/// One of a few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: Label,
}

impl Choice {
    pub fn named(family: &'static str, name: &str) -> Self {
        Self {
            value: name.to_owned(),
            label: Label::Name(family, name.to_owned()),
        }
    }

    pub fn text(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: Label::Text(label.into()),
        }
    }
}

/// From what a picker picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Matters,
    Grids,
    Units,
}

/// Something picked, with the name under which it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    pub id: String,
    pub name: String,
}

/// What a field is made of.
#[derive(Clone, Debug)]
pub enum Control {
    Line(Input),
    Secret(Input),
    Area(Box<TextArea<'static>>),
    /// One of a few, changed in place.
    Choice {
        options: Vec<Choice>,
        chosen: Option<usize>,
    },
    /// Any of a few.
    Checks {
        options: Vec<Choice>,
        checked: Vec<bool>,
        at: usize,
    },
    /// One or several of many, chosen in a list that opens.
    Pick {
        source: Source,
        many: bool,
        picked: Vec<Picked>,
    },
    Toggle(bool),
    Button,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name; the label is the message `field-{name}`.
    pub name: &'static str,
    pub control: Control,
    pub required: bool,
    pub fault: Option<Say>,
    /// Not shown while it does not matter.
    pub hidden: bool,
}

/// An empty text of several lines. It marks no line and paints no cursor: the terminal's own
/// cursor stands at the caret, where the input method looks for it.
fn area(text: &str) -> Box<TextArea<'static>> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_cursor_line_style(ratatui::style::Style::new());
    area.set_cursor_style(ratatui::style::Style::new());
    area.set_wrap_mode(WrapMode::Glyph);
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    Box::new(area)
}

impl Field {
    const fn of(name: &'static str, control: Control) -> Self {
        Self {
            name,
            control,
            required: false,
            fault: None,
            hidden: false,
        }
    }

    pub fn line(name: &'static str) -> Self {
        Self::of(name, Control::Line(Input::default()))
    }

    pub fn secret(name: &'static str) -> Self {
        Self::of(name, Control::Secret(Input::default()))
    }

    pub fn area(name: &'static str) -> Self {
        Self::of(name, Control::Area(area("")))
    }

    pub const fn choice(name: &'static str, options: Vec<Choice>) -> Self {
        Self::of(
            name,
            Control::Choice {
                options,
                chosen: None,
            },
        )
    }

    /// Options of one family of published names.
    pub fn names(name: &'static str, family: &'static str, names: &[&str]) -> Self {
        Self::choice(
            name,
            names.iter().map(|n| Choice::named(family, n)).collect(),
        )
    }

    pub fn checks(name: &'static str, options: Vec<Choice>) -> Self {
        let checked = vec![false; options.len()];
        Self::of(
            name,
            Control::Checks {
                options,
                checked,
                at: 0,
            },
        )
    }

    pub const fn pick(name: &'static str, source: Source, many: bool) -> Self {
        Self::of(
            name,
            Control::Pick {
                source,
                many,
                picked: Vec::new(),
            },
        )
    }

    pub const fn toggle(name: &'static str) -> Self {
        Self::of(name, Control::Toggle(false))
    }

    pub const fn button(name: &'static str) -> Self {
        Self::of(name, Control::Button)
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field with something in it already.
    #[must_use]
    pub fn filled(mut self, value: &Value) -> Self {
        self.set(value);
        self
    }

    /// Whether letters typed go into it.
    pub const fn takes_text(&self) -> bool {
        matches!(
            self.control,
            Control::Line(_) | Control::Secret(_) | Control::Area(_)
        )
    }

    /// What stands in it: text, name, list of `{id, name}`, or true and false. Null if nothing.
    pub fn value(&self) -> Value {
        match &self.control {
            Control::Line(input) => text_value(input.value()),
            // A secret never goes into a draft.
            Control::Secret(_) | Control::Button => Value::Null,
            Control::Area(area) => text_value(&area.lines().join("\n")),
            Control::Choice { options, chosen } => chosen
                .and_then(|c| options.get(c))
                .map_or(Value::Null, |c| Value::String(c.value.clone())),
            Control::Checks {
                options, checked, ..
            } => {
                let values: Vec<Value> = options
                    .iter()
                    .zip(checked)
                    .filter(|(_, on)| **on)
                    .map(|(c, _)| Value::String(c.value.clone()))
                    .collect();
                if values.is_empty() {
                    Value::Null
                } else {
                    Value::Array(values)
                }
            }
            Control::Pick { picked, .. } if picked.is_empty() => Value::Null,
            Control::Pick { picked, .. } => picked
                .iter()
                .map(|p| serde_json::json!({"id": p.id, "name": p.name}))
                .collect(),
            Control::Toggle(on) => Value::Bool(*on),
        }
    }

    /// Puts back what [`Field::value`] gave. What does not fit is left out.
    pub fn set(&mut self, value: &Value) {
        match &mut self.control {
            Control::Line(input) => {
                *input = Input::new(value.as_str().unwrap_or_default().to_owned());
            }
            Control::Area(field) => *field = area(value.as_str().unwrap_or_default()),
            Control::Choice { options, chosen } => {
                *chosen = value
                    .as_str()
                    .and_then(|v| options.iter().position(|o| o.value == v));
            }
            Control::Checks {
                options, checked, ..
            } => {
                let on = value.as_array().map(Vec::as_slice).unwrap_or_default();
                *checked = options
                    .iter()
                    .map(|o| on.iter().any(|v| v.as_str() == Some(&o.value)))
                    .collect();
            }
            Control::Pick { picked, .. } => {
                *picked = value
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|v| {
                        Some(Picked {
                            id: v.get("id")?.as_str()?.to_owned(),
                            name: v.get("name")?.as_str()?.to_owned(),
                        })
                    })
                    .collect();
            }
            Control::Toggle(on) => *on = value.as_bool().unwrap_or(false),
            Control::Secret(_) | Control::Button => {}
        }
    }

    /// How many rows it takes in a column of that width, without its label.
    pub const fn rows(&self) -> u16 {
        match &self.control {
            Control::Area(_) => 3,
            _ => 1,
        }
    }
}

fn text_value(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::String(text.to_owned())
    }
}

/// Fields one below the other.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// What it is for, `report` or an action: its fields may have hints of their own.
    pub about: String,
    pub fields: Vec<Field>,
    pub focus: usize,
    /// The irreversible button was pressed once and waits for the second time.
    pub armed: bool,
    /// It is being sent: nothing can be changed now.
    pub sending: bool,
}

impl Form {
    pub fn new(fields: Vec<Field>) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The same, named after what it is for.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        what.clone_into(&mut self.about);
        self
    }

    /// To the first field that still wants something; where none does it stays.
    pub fn go_to_missing(&mut self) {
        let missing = |f: &Field| f.required && !f.hidden && f.value().is_null();
        if let Some(at) = self.fields.iter().position(missing) {
            self.focus = at;
        }
    }

    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    pub fn focused_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name && !f.hidden)
    }

    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.name == name)
    }

    /// To the next visible field, or the one before.
    pub fn step(&mut self, forward: bool) {
        self.armed = false;
        let n = self.fields.len();
        for _ in 0..n {
            self.focus = if forward {
                (self.focus + 1) % n
            } else {
                (self.focus + n - 1) % n
            };
            if !self.fields[self.focus].hidden {
                return;
            }
        }
    }

    /// To that field.
    pub fn go(&mut self, name: &str) {
        if let Some(at) = self.fields.iter().position(|f| f.name == name && !f.hidden) {
            self.focus = at;
        }
    }

    /// The text in a field, without blanks around it; empty if hidden.
    pub fn text(&self, name: &str) -> String {
        match self.field(name).map(Field::value) {
            Some(Value::String(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    /// What a secret field holds.
    pub fn secret(&self, name: &str) -> String {
        match self.field(name).map(|f| &f.control) {
            Some(Control::Secret(input)) => input.value().to_owned(),
            _ => String::new(),
        }
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.field(name)
            .is_some_and(|f| f.value() == Value::Bool(true))
    }

    pub fn picked(&self, name: &str) -> &[Picked] {
        match self.field(name).map(|f| &f.control) {
            Some(Control::Pick { picked, .. }) => picked,
            _ => &[],
        }
    }

    /// Everything that was entered, for a draft.
    pub fn values(&self) -> Map<String, Value> {
        self.fields
            .iter()
            .filter_map(|f| Some((f.name.to_owned(), f.value())).filter(|(_, v)| !v.is_null()))
            .collect()
    }

    /// Whether anything was entered that would be a pity to lose.
    pub fn has_content(&self) -> bool {
        self.values()
            .values()
            .any(|v| !matches!(v, Value::Bool(false)))
    }

    pub fn restore(&mut self, values: &Map<String, Value>) {
        for field in &mut self.fields {
            if let Some(value) = values.get(field.name) {
                field.set(value);
            }
        }
    }

    /// Says which required fields are empty; goes to the first. True if all are filled.
    pub fn complete(&mut self) -> bool {
        let mut first = None;
        for (at, field) in self.fields.iter_mut().enumerate() {
            let empty = field.required
                && !field.hidden
                && match field.value() {
                    Value::Null => {
                        !matches!(&field.control, Control::Secret(i) if !i.value().is_empty())
                    }
                    Value::String(text) => text.trim().is_empty(),
                    Value::Bool(on) => !on,
                    _ => false,
                };
            field.fault = empty.then_some(Say::plain("fault-required"));
            if empty && first.is_none() {
                first = Some(at);
            }
        }
        if let Some(at) = first {
            self.focus = at;
        }
        first.is_none()
    }

    /// Puts a fault at a field and goes there.
    pub fn blame(&mut self, name: &str, fault: Say) {
        if let Some(field) = self.field_mut(name) {
            field.fault = Some(fault);
        }
        self.go(name);
    }
}
