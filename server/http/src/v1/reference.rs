//! `/divisions`, `/matters`, `/units`, `/whistle-kinds`, `/routing`.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::{Condition, Matter as CatalogueEntry, MatterKey};
use gridwhistle_domain::place::{Division as DomainDivision, DivisionCode, DivisionLevel};
use gridwhistle_domain::routing::{Need, Unit as DomainUnit, propose};
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::views::{Limit, Look, Named, condition_name, standard};
use super::{Tag, When, moment, parsed, parsed_maybe, when};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;

/// Reference data.
pub struct ReferenceData(pub(super) State);

/// An administrative division.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct Division {
    /// 12 digits.
    code: String,
    /// The one that it has at that moment.
    name: String,
    /// `province`, `city`, `county`, `town`, `village`
    level: String,
    parent: Option<String>,
    /// Absent: older than the records.
    valid_from: Option<When>,
    /// The first moment at which it is there no more; absent: no end is known.
    valid_to: Option<When>,
    /// The divisions that it came from (前身).
    predecessors: Vec<String>,
    /// The divisions that came from it (后继).
    successors: Vec<String>,
    /// What it was called before, oldest first.
    former_names: Vec<FormerName>,
}

/// A name that a division had.
#[derive(Debug, Object)]
struct FormerName {
    name: String,
    /// The first moment of the next name.
    until: When,
}

/// Divisions.
#[derive(Debug, Object)]
struct Divisions {
    items: Vec<Division>,
}

/// A matter of the catalogue with its conditions.
#[derive(Debug, Object)]
struct Matter {
    /// Kind and code, such as `event-06010`.
    id: String,
    kind: String,
    code: String,
    name: String,
    major_code: String,
    major_name: String,
    catalogue: String,
    conditions: Vec<MatterCondition>,
}

/// When a matter is registered, and within what limits it is handled.
#[derive(Debug, Object)]
struct MatterCondition {
    id: String,
    name: String,
    steps: Vec<MatterStep>,
    /// A grid worker may settle it himself.
    self_handle: bool,
    /// The generic condition of a matter that has none of its own.
    provisional: bool,
    emergency: bool,
}

/// A step: its limit and what closes it.
#[derive(Debug, Object)]
struct MatterStep {
    limit: Limit,
    standard: String,
}

/// Matters.
#[derive(Debug, Object)]
struct Matters {
    items: Vec<Matter>,
}

/// A unit that can be called.
#[derive(Debug, Object)]
struct Unit {
    code: String,
    name: String,
    kind: String,
    function: String,
    division: Named,
}

/// Units.
#[derive(Debug, Object)]
struct Units {
    items: Vec<Unit>,
}

/// A kind of whistle.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the kind, under its published name"
)]
struct WhistleKind {
    id: String,
    name: String,
    may_blow: Vec<String>,
    /// Empty where no approval is needed.
    approved_by: Vec<String>,
    sign: Limit,
    contact: Option<Limit>,
    check_in: Limit,
    /// Absent: the condition's limit.
    finish: Option<Limit>,
    round_the_clock: bool,
    /// The units are called as soon as it is blown.
    issued_at_once: bool,
    /// Who says where and when the units meet.
    sets_place: Vec<String>,
    /// Units are called only once place and time are said.
    meeting_required: bool,
    /// Nobody leaves before his part is finished.
    nobody_leaves_early: bool,
    /// After so many minutes unsigned: unit leader, duty leader, the county's centre.
    unsigned_ladder_minutes: Vec<u32>,
}

/// Kinds of whistles.
#[derive(Debug, Object)]
struct WhistleKinds {
    items: Vec<WhistleKind>,
}

/// Who should be called, and why.
#[derive(Debug, Object)]
struct Proposal {
    items: Vec<ProposalLine>,
}

/// A unit, its part, and the duty that says so.
#[derive(Debug, Object)]
struct ProposalLine {
    unit: Named,
    role: String,
    reason: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl ReferenceData {
    /// The divisions of a level, or all, as they are or were at a moment.
    #[oai(path = "/divisions", method = "get", operation_id = "list_divisions")]
    async fn divisions(
        &self,
        caller: Caller,
        /// `province`, `city`, `county`, `town`, `village`
        level: Query<Option<String>>,
        /// Those that are there then; now unless given.
        at: Query<Option<When>>,
    ) -> Result<Answer<Divisions>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let at = at.0.map_or_else(|| self.0.service.clock.now(), moment);
        let level: Option<DivisionLevel> = parsed_maybe("level", level.0.as_ref())?;
        let reference = self.0.service.reference();
        let items = reference
            .divisions
            .values()
            .filter(|d| level.is_none_or(|l| d.level == l) && d.is_valid_at(at))
            .map(|d| Division::of(d, at))
            .collect();
        Ok(Answer(Divisions { items }))
    }

    /// A division, also one that has ended or is to come, with what it came from and what came from it.
    #[oai(
        path = "/divisions/:code",
        method = "get",
        operation_id = "get_division"
    )]
    async fn division(
        &self,
        caller: Caller,
        code: Path<String>,
    ) -> Result<Answer<Division>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: DivisionCode = parsed("code", &code.0)?;
        let reference = self.0.service.reference();
        let found = reference
            .divisions
            .get(&code)
            .ok_or_else(Refusal::not_found)?;
        Ok(Answer(Division::of(found, self.0.service.clock.now())))
    }

    /// The divisions directly below, as they are or were at a moment.
    #[oai(
        path = "/divisions/:code/children",
        method = "get",
        operation_id = "division_children"
    )]
    async fn children(
        &self,
        caller: Caller,
        code: Path<String>,
        /// Those that are there then; now unless given.
        at: Query<Option<When>>,
    ) -> Result<Answer<Divisions>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let at = at.0.map_or_else(|| self.0.service.clock.now(), moment);
        let code: DivisionCode = parsed("code", &code.0)?;
        let reference = self.0.service.reference();
        if !reference.divisions.contains_key(&code) {
            return Err(Refusal::not_found().into());
        }
        let items = reference
            .divisions
            .values()
            .filter(|d| d.parent == Some(code) && d.is_valid_at(at))
            .map(|d| Division::of(d, at))
            .collect();
        Ok(Answer(Divisions { items }))
    }

    /// The catalogue in force.
    #[oai(path = "/matters", method = "get", operation_id = "list_matters")]
    async fn matters(&self, lang: Lang, caller: Caller) -> Result<Answer<Matters>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let reference = self.0.service.reference();
        let today = self.0.service.clock.now().date();
        let catalogue = &reference.rules.catalogue;
        let items = catalogue
            .iter()
            .filter(|m| m.in_force(today))
            .map(|m| matter(m, &catalogue.conditions(&m.key), lang))
            .collect();
        Ok(Answer(Matters { items }))
    }

    /// A matter, old ones included.
    #[oai(
        path = "/matters/:kind/:code",
        method = "get",
        operation_id = "get_matter"
    )]
    async fn matter(
        &self,
        lang: Lang,
        caller: Caller,
        kind: Path<String>,
        code: Path<String>,
    ) -> Result<Answer<Matter>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let key: MatterKey = parsed("code", &format!("{}-{}", kind.0, code.0))?;
        let reference = self.0.service.reference();
        let catalogue = &reference.rules.catalogue;
        let found = catalogue.matter(&key).ok_or_else(Refusal::not_found)?;
        Ok(Answer(matter(found, &catalogue.conditions(&key), lang)))
    }

    /// Units in force: those of a division and of the divisions above it, or all.
    #[oai(path = "/units", method = "get", operation_id = "list_units")]
    async fn units(
        &self,
        caller: Caller,
        /// 12 digits.
        division: Query<Option<String>>,
    ) -> Result<Answer<Units>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let at: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let reference = self.0.service.reference();
        let today = self.0.service.clock.now().date();
        let items = reference
            .rules
            .units
            .iter()
            .filter(|u| u.in_force(today))
            .filter(|u| at.is_none_or(|at| u.division.contains(at) || at.contains(u.division)))
            .map(|u: &DomainUnit| Unit {
                code: u.code.to_string(),
                name: u.name.clone(),
                kind: u.kind.to_string(),
                function: u.function.clone(),
                division: Named {
                    code: u.division.to_string(),
                    name: reference.division_name(u.division),
                },
            })
            .collect();
        Ok(Answer(Units { items }))
    }

    /// The kinds of whistles that can be blown in a place.
    #[oai(
        path = "/whistle-kinds",
        method = "get",
        operation_id = "list_whistle_kinds"
    )]
    async fn kinds(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits; the caller's own place unless given.
        division: Query<Option<String>>,
    ) -> Result<Answer<WhistleKinds>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let place: Option<DivisionCode> = parsed_maybe("division", division.0.as_ref())?;
        let reference = self.0.service.reference();
        let now = self.0.service.clock.now();
        let rules = match place.or_else(|| reference.place_of(&caller.0.actor, now)) {
            Some(code) if !reference.divisions.contains_key(&code) => {
                return Err(Refusal::not_found().into());
            }
            Some(code) => reference.rules_at(code),
            None => &reference.rules,
        };
        let items = rules
            .kinds
            .iter()
            .map(|k| WhistleKind {
                id: k.id.clone(),
                name: match lang {
                    Lang::Zh => k.name_zh.clone(),
                    Lang::En => k.name_en.clone(),
                },
                may_blow: k.may_blow.clone(),
                approved_by: k.approved_by.clone(),
                sign: k.sign.into(),
                contact: k.contact.map(Into::into),
                check_in: k.check_in.into(),
                finish: k.finish.map(Into::into),
                round_the_clock: k.round_the_clock,
                issued_at_once: k.is_issued_at_once(),
                sets_place: setters(k),
                meeting_required: k.meeting_required,
                nobody_leaves_early: k.nobody_leaves_early,
                unsigned_ladder_minutes: k.unsigned_ladder_minutes.clone(),
            })
            .collect();
        Ok(Answer(WhistleKinds { items }))
    }

    /// Who should be called for a matter at a place, each with the duty that says so.
    #[oai(path = "/routing", method = "get", operation_id = "propose_units")]
    async fn routing(
        &self,
        lang: Lang,
        caller: Caller,
        /// Kind and code, such as `event-06010`.
        matter: Query<String>,
        /// 12 digits of a village or town.
        division: Query<String>,
    ) -> Result<Answer<Proposal>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let key: MatterKey = parsed("matter", &matter.0)?;
        let at: DivisionCode = parsed("division", &division.0)?;
        let reference = self.0.service.reference();
        let town = at.at(DivisionLevel::Town).unwrap_or(at);
        let village = (at.level() == DivisionLevel::Village).then_some(at);
        let rules = reference.rules_at(at);
        let need = Need {
            matter: &key,
            condition: None,
            emergency: false,
            village,
            centre: town,
            on: self.0.service.clock.now().date(),
        };
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = propose(&need, &rules.lists())
            .lines
            .into_iter()
            .map(|line| ProposalLine {
                unit: Named {
                    name: reference.unit_name(&line.unit),
                    code: line.unit.0,
                },
                role: line.role.to_string(),
                reason: look.reasons(&line.reasons),
            })
            .collect();
        Ok(Answer(Proposal { items }))
    }
}

fn setters(kind: &gridwhistle_domain::routing::WhistleKind) -> Vec<String> {
    let posts = gridwhistle_domain::access::Post::ALL.iter();
    posts
        .filter(|post| kind.lets_set_place(**post))
        .map(ToString::to_string)
        .collect()
}

impl Division {
    /// As it is at a moment.
    pub(super) fn of(d: &DomainDivision, at: Timestamp) -> Self {
        let texts = |codes: &[DivisionCode]| codes.iter().map(ToString::to_string).collect();
        let former = d.former_names.iter().map(|former| FormerName {
            name: former.name.clone(),
            until: when(former.until),
        });
        Self {
            code: d.code.to_string(),
            name: d.name_at(at).to_owned(),
            level: d.level.to_string(),
            parent: d.parent.map(|p| p.to_string()),
            valid_from: d.valid_from.map(when),
            valid_to: d.valid_to.map(when),
            predecessors: texts(&d.predecessors),
            successors: texts(&d.successors),
            former_names: former.collect(),
        }
    }
}

fn matter(m: &CatalogueEntry, conditions: &[Condition], lang: Lang) -> Matter {
    Matter {
        id: m.key.to_string(),
        kind: m.key.kind.to_string(),
        code: m.key.code.clone(),
        name: m.name.clone(),
        major_code: m.major_code.clone(),
        major_name: m.major_name.clone(),
        catalogue: m.catalogue.clone(),
        conditions: conditions
            .iter()
            .map(|c| MatterCondition {
                id: c.id.to_string(),
                name: condition_name(c, lang),
                steps: c
                    .steps
                    .iter()
                    .map(|s| MatterStep {
                        limit: s.limit.into(),
                        standard: standard(&c.id, &s.standard, lang),
                    })
                    .collect(),
                self_handle: c.self_handle,
                provisional: c.provisional,
                emergency: c.emergency,
            })
            .collect(),
    }
}
