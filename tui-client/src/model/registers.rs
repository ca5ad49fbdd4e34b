//! The registers: powers, certificates, admissions, and what lies idle for want of officers.

use serde::Serialize;
use serde_json::{Map, Value};

use super::form::{Field, Form, Source};

/// One of the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    Powers,
    Certificates,
    Admissions,
    /// What towns refused for want of an admission, this year.
    Refusals,
    /// Items without enough certified officers.
    Shortages,
}

impl Register {
    pub const ALL: [Self; 5] = [
        Self::Powers,
        Self::Certificates,
        Self::Admissions,
        Self::Refusals,
        Self::Shortages,
    ];

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Powers => "register-powers",
            Self::Certificates => "register-certificates",
            Self::Admissions => "register-admissions",
            Self::Refusals => "register-refusals",
            Self::Shortages => "register-shortages",
        }
    }

    /// The register beside it.
    #[must_use]
    pub fn beside(self, forward: bool) -> Self {
        let at = Self::ALL
            .iter()
            .position(|r| *r == self)
            .unwrap_or_default();
        let n = Self::ALL.len();
        Self::ALL[if forward { at + 1 } else { at + n - 1 } % n]
    }

    /// What an entry can become; `evaluate` notes how a town does with a power.
    const fn steps(self, entry: &Entry) -> &'static [&'static str] {
        match (self, entry.last.as_bytes()) {
            (Self::Powers, b"proposed") => &["announced", "withdrawn"],
            (Self::Powers, b"announced") => &["in_force", "withdrawn"],
            (Self::Powers, b"in_force") => &["suspended", "withdrawn", "evaluate"],
            (Self::Powers, b"suspended") => &["in_force", "withdrawn", "evaluate"],
            (Self::Certificates, b"issued" | b"renewed") => &["renewed", "revoked"],
            (Self::Admissions, b"applied") => &["reviewed", "refused", "withdrawn"],
            (Self::Admissions, b"reviewed") => &["approved", "refused", "withdrawn"],
            (Self::Admissions, b"approved") => &["withdrawn"],
            _ => &[],
        }
    }
}

/// A line of a register.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Entry {
    pub code: String,
    /// The item, the officer, what is handed down, the items that lie idle.
    pub title: String,
    /// The town, unit or department.
    pub whose: String,
    /// Today's, with `pending` and `expired`.
    pub state: String,
    /// The last of its course.
    #[serde(skip)]
    pub last: String,
    pub from: String,
    pub to: String,
    /// What it was, and from which day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub course: Vec<Step>,
    /// How a town did with a power, and on which day that was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluated: Option<Step>,
    /// The published name of the field of a certificate, and of what lies idle for want of one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// What was noted at the evaluation, officers, how often.
    pub note: String,
}

/// A published name, and the day from which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub state: String,
    pub on: String,
}

/// A change of a register that is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub register: Register,
    /// Absent for a new entry.
    pub code: Option<String>,
    pub fields: Map<String, Value>,
}

/// A register on the screen.
#[derive(Clone, Debug)]
pub struct RegistersPage {
    pub register: Register,
    pub entries: Vec<Entry>,
    pub selected: usize,
    pub loading: bool,
    /// Whether it is no list for the post of whoever asks.
    pub refused: bool,
}

impl RegistersPage {
    pub const fn new(register: Register) -> Self {
        Self {
            register,
            entries: Vec::new(),
            selected: 0,
            loading: true,
            refused: false,
        }
    }
}

/// The form of a change.
#[derive(Clone, Debug)]
pub struct ChangeForm {
    pub register: Register,
    pub code: Option<String>,
    pub title: String,
    pub form: Form,
}

impl ChangeForm {
    /// What can become of an entry; none where nothing can.
    pub fn of(register: Register, entry: &Entry) -> Option<Self> {
        let steps = register.steps(entry);
        if steps.is_empty() {
            return None;
        }
        let mut fields = vec![
            Field::names("step", "register-state", steps)
                .required()
                .filled(&steps[0].into()),
            Field::line("on"),
        ];
        match register {
            Register::Powers if steps.contains(&"evaluate") => {
                let results = ["fit", "needs_guidance", "unfit"];
                fields.push(Field::names("evaluation", "evaluation", &results));
            }
            Register::Certificates => fields.push(Field::line("valid_to")),
            _ => {}
        }
        fields.push(Field::line("why").required());
        fields.push(Field::button("submit"));
        Some(Self {
            register,
            code: Some(entry.code.clone()),
            title: format!("{} {}", entry.title, entry.whose),
            form: Form::new(fields),
        })
    }

    /// A new entry; none where entries follow from others.
    pub fn new(register: Register) -> Option<Self> {
        let mut fields = match register {
            Register::Powers => vec![
                Field::line("item").required(),
                Field::line("name").required(),
                Field::names("power_kind", "power-kind", &["penalty", "approval"])
                    .required()
                    .filled(&"penalty".into()),
                Field::line("town").required(),
            ],
            Register::Certificates => vec![
                Field::line("number").required(),
                Field::line("officer").required(),
                Field::pick("unit", Source::Units, false).required(),
                Field::line("cert_field").required(),
            ],
            Register::Admissions => vec![
                Field::pick("unit", Source::Units, false).required(),
                Field::names("matter_kind", "matter-kind", &["event", "component"])
                    .required()
                    .filled(&"event".into()),
                Field::line("code_prefix").required(),
                Field::line("division").required(),
            ],
            Register::Refusals | Register::Shortages => return None,
        };
        fields.push(Field::line("valid_from").required());
        let end = Field::line("valid_to");
        fields.push(if register == Register::Certificates {
            end.required()
        } else {
            end
        });
        fields.push(Field::line("why").required());
        fields.push(Field::button("submit"));
        Some(Self {
            register,
            code: None,
            title: String::new(),
            form: Form::new(fields),
        })
    }

    /// What is sent.
    pub fn change(&self) -> Change {
        let mut fields = Map::new();
        for (name, value) in self.form.values() {
            let text = match &value {
                Value::String(text) => text.clone(),
                Value::Array(picked) => picked
                    .first()
                    .and_then(|one| one["id"].as_str())
                    .unwrap_or_default()
                    .to_owned(),
                _ => continue,
            };
            if !text.is_empty() {
                fields.insert(name, text.into());
            }
        }
        Change {
            register: self.register,
            code: self.code.clone(),
            fields,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_change_any_more_has_no_form() {
        let entry = |last: &str| Entry {
            last: last.to_owned(),
            ..Entry::default()
        };
        assert!(ChangeForm::of(Register::Powers, &entry("withdrawn")).is_none());
        assert!(ChangeForm::of(Register::Shortages, &entry("issued")).is_none());
        assert!(ChangeForm::new(Register::Shortages).is_none());
        assert!(ChangeForm::of(Register::Admissions, &entry("reviewed")).is_some());
    }

    #[test]
    fn only_what_was_filled_in_is_sent() {
        let entry = Entry {
            code: "GY-1".to_owned(),
            last: "issued".to_owned(),
            ..Entry::default()
        };
        let Some(mut open) = ChangeForm::of(Register::Certificates, &entry) else {
            panic!("a form")
        };
        if let Some(why) = open.form.field_mut("why") {
            why.set(&"续证".into());
        }
        let change = open.change();
        assert_eq!(change.code.as_deref(), Some("GY-1"));
        assert_eq!(
            serde_json::Value::Object(change.fields),
            serde_json::json!({"step": "renewed", "why": "续证"})
        );
    }

    #[test]
    fn the_registers_stand_in_a_ring() {
        for register in Register::ALL {
            assert_eq!(register.beside(true).beside(false), register);
        }
    }
}
