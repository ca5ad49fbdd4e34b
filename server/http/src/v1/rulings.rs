//! `/rulings`: what centres have ruled about who is responsible.

use gridwhistle_domain::clock::Date;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing::{Responsible, Ruling as Rule, UnitCode};
use gridwhistle_service::RulingChange;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::views::{Look, Named};
use super::{Tag, When, parsed_maybe, when};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Rulings that became rules.
pub struct Rulings(pub(super) State);

/// A unit, or whichever unit has a function at the place: one of the two.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct NamedUnit {
    /// Code of the unit.
    #[oai(validator(min_length = 1, max_length = 64))]
    unit: Option<String>,
    /// Its name, in answers.
    #[oai(read_only)]
    name: Option<String>,
    /// Name of the function, such as `police`.
    #[oai(validator(min_length = 1, max_length = 64))]
    function: Option<String>,
}

/// Who is responsible for matters in a division, because a centre ruled so in a case.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Ruling {
    id: String,
    /// `event` or `component`.
    matter_kind: String,
    /// The first digits of the matters' codes.
    code_prefix: String,
    /// The division with all below it.
    division: Named,
    lead: NamedUnit,
    assists: Vec<NamedUnit>,
    /// What the centre said.
    text: String,
    /// Number of the case in which it was said.
    case_number: String,
    /// Whose centre said it, and may change it.
    centre: Named,
    valid_from: String,
    /// The first day on which it holds no more.
    valid_to: Option<String>,
    withdrawn_at: Option<When>,
}

/// Rulings, the newest first.
#[derive(Debug, Object)]
struct RulingList {
    items: Vec<Ruling>,
}

/// What a ruling shall say from now on.
#[derive(Debug, Clone, Object)]
struct NewRuling {
    /// The first digits of the matters' codes, at most five; empty for every matter.
    #[oai(validator(max_length = 5))]
    code_prefix: String,
    /// 12 digits, within the division of the centre that ruled.
    #[oai(validator(max_length = 12))]
    division: String,
    lead: NamedUnit,
    #[oai(default, validator(max_items = 20))]
    assists: Vec<NamedUnit>,
    #[oai(validator(min_length = 1, max_length = 500))]
    text: String,
    /// `YYYY-MM-DD`
    #[oai(validator(max_length = 10))]
    valid_from: String,
    /// The first day on which it holds no more.
    #[oai(validator(max_length = 10))]
    valid_to: Option<String>,
    #[oai(default)]
    withdrawn: bool,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl Rulings {
    /// What centres have ruled, the newest first.
    #[oai(path = "/rulings", method = "get", operation_id = "list_rulings")]
    async fn list(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits: only those that hold there.
        division: Query<Option<String>>,
        /// Only those in force today.
        in_force: Query<Option<bool>>,
    ) -> Result<Answer<RulingList>, ReadFail> {
        let at: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let service = &self.0.service;
        let today = service.clock.now().date();
        let rulings = service.rulings(&caller.0.actor).map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = rulings
            .iter()
            .filter(|r| at.is_none_or(|at| r.division.contains(at)))
            .filter(|r| in_force.0.is_none_or(|wanted| wanted == r.in_force(today)))
            .map(|r| ruling(r, look))
            .collect();
        Ok(Answer(RulingList { items }))
    }

    /// Change a ruling or withdraw it; what was decided by it stands.
    #[oai(path = "/rulings/:id", method = "put", operation_id = "change_ruling")]
    async fn change(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<String>,
        body: Body<NewRuling>,
    ) -> Result<Answer<Ruling>, CreateFail> {
        let new = body.0;
        let change = RulingChange {
            division: new.division.parse().map_err(|_| {
                wrong(
                    "/division",
                    "unknown_division",
                    Message::new("wrong-unknown-division"),
                )
            })?,
            code_prefix: new.code_prefix,
            lead: named("/lead", new.lead)?,
            assists: new
                .assists
                .into_iter()
                .enumerate()
                .map(|(i, assist)| named(&format!("/assists/{i}"), assist))
                .collect::<Result<_, _>>()?,
            text: new.text,
            valid_from: day("/valid_from", &new.valid_from)?,
            valid_to: new
                .valid_to
                .as_deref()
                .map(|text| day("/valid_to", text))
                .transpose()?,
            withdrawn: new.withdrawn,
        };
        let service = &self.0.service;
        let changed = service
            .change_ruling(&caller.0.actor, &id.0, change)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        Ok(Answer(ruling(&changed, look)))
    }
}

fn ruling(r: &Rule, look: Look<'_>) -> Ruling {
    let shown = |named: &Responsible| match named {
        Responsible::Unit(code) => NamedUnit {
            unit: Some(code.to_string()),
            name: Some(look.unit(code).name),
            function: None,
        },
        Responsible::Function(function) => NamedUnit {
            unit: None,
            name: None,
            function: Some(function.clone()),
        },
    };
    Ruling {
        id: r.id.clone(),
        matter_kind: r.matter_kind.to_string(),
        code_prefix: r.code_prefix.clone(),
        division: look.division(r.division),
        lead: shown(&r.lead),
        assists: r.assists.iter().map(shown).collect(),
        text: r.text.clone(),
        case_number: r.case_number.clone(),
        centre: look.division(r.centre),
        valid_from: r.valid_from.to_string(),
        valid_to: r.valid_to.map(|to| to.to_string()),
        withdrawn_at: r.withdrawn_at.map(when),
    }
}

fn named(pointer: &str, named: NamedUnit) -> Result<Responsible, Refusal> {
    match (named.unit, named.function) {
        (Some(code), None) => Ok(Responsible::Unit(UnitCode(code))),
        (None, Some(function)) => Ok(Responsible::Function(function)),
        _ => Err(wrong(
            pointer,
            "unit_or_function",
            Message::new("wrong-unit-or-function"),
        )),
    }
}

fn day(pointer: &str, text: &str) -> Result<Date, Refusal> {
    Date::parse(text).map_err(|_| wrong(pointer, "not_a_day", Message::new("wrong-not-a-day")))
}

fn wrong(pointer: &str, code: &'static str, message: Message) -> Refusal {
    let fault = Fault::field(pointer, code, message);
    Refusal::new(Code::InvalidBody).fault(fault)
}
