//! `/routing/preview` and `/cases/{id}/proposal`: who should be called, and why not somebody else.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::case::{CaseId, lapses};
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::lists::{ListVersions, OF_CALLS};
use gridwhistle_domain::matter::{ConditionId, MatterKey};
use gridwhistle_domain::place::{
    Crs as DomainCrs, DivisionCode, DivisionLevel, GridCode, Located, Position, to_wgs84,
};
use gridwhistle_domain::routing::{
    Hindrance, LeftOut as DomainLeftOut, Need, Proposal as DomainProposal, ProposalReason, propose,
};
use gridwhistle_service::Reference;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::Tag;
use super::names::Crs;
use super::views::{Look, Named};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Proposals.
pub struct Routing(pub(super) State);

/// For what, where and when somebody would be called. The place is a position, a grid or a division.
#[derive(Debug, Object)]
struct PreviewRequest {
    /// Kind and code, such as `event-06010`.
    #[oai(validator(max_length = 20))]
    matter: String,
    /// Such as `event-06010/1`.
    #[oai(validator(max_length = 30))]
    condition: Option<String>,
    position: Option<PreviewPosition>,
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    grid: Option<String>,
    /// A village or a town.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    division: Option<String>,
    /// `2026-07-15`; today unless given.
    #[oai(validator(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    on: Option<String>,
}

/// A position in one of the coordinate systems.
#[derive(Debug, Object)]
struct PreviewPosition {
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    lon: f64,
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    lat: f64,
    crs: Option<Crs>,
}

/// Who should be called, at each place that it may be: near a border both sides are told.
#[derive(Debug, Object)]
struct Preview {
    /// The nearest place first: it is the one in which the matter is received.
    places: Vec<PlacedProposal>,
    /// The versions of the lists that were followed.
    versions: Vec<VersionOfList>,
}

/// Who should be called for a case, and what has lapsed since somebody was.
#[derive(Debug, Object)]
struct CaseProposal {
    /// Empty while the case has no matter.
    places: Vec<PlacedProposal>,
    versions: Vec<VersionOfList>,
    lapses: Vec<Lapse>,
}

/// A proposal for a place.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct PlacedProposal {
    grid: Option<Named>,
    village: Option<Named>,
    town: Named,
    /// Metres to the grid; 0 within it, absent where no position is known.
    distance_m: Option<f64>,
    /// The lead first, at most one.
    lines: Vec<CallLine>,
    left_out: Vec<LeftOut>,
}

/// A unit, its part, and why it should be called.
#[derive(Debug, Object)]
struct CallLine {
    unit: Named,
    /// `lead` or `assist`
    role: String,
    reasons: Vec<CallReason>,
}

/// One reason.
#[derive(Debug, Object)]
struct CallReason {
    /// `duty`, `ruling`, `no_duty`, `power_held`, `certified`, `admitted`, `level`, `instead`
    code: String,
    text: String,
}

/// A unit that was left out, and why.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct LeftOut {
    /// Absent where no unit near has the function.
    unit: Option<Named>,
    role: String,
    /// `power_not_held`, `too_few_certified`, `not_admitted`, `led_already`, `no_unit`
    code: String,
    text: String,
}

/// A list and its version.
#[derive(Debug, Clone, Object)]
pub struct VersionOfList {
    pub list: String,
    pub version: u32,
}

/// Something that stood behind a unit's order when it was given, and does not any more.
#[derive(Debug, Clone, Object)]
pub struct Lapse {
    pub assignment_id: Uuid,
    pub unit: Named,
    /// `power_not_held` or `too_few_certified`
    pub code: String,
    pub text: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl Routing {
    /// Who would be called for a matter at a place on a day: each line with its reasons, who is left out and why, and the
    /// versions of the lists that say so. Near a border every owner is told.
    #[oai(
        path = "/routing/preview",
        method = "post",
        operation_id = "preview_routing"
    )]
    async fn preview(
        &self,
        lang: Lang,
        caller: Caller,
        body: Body<PreviewRequest>,
    ) -> Result<Answer<Preview>, CreateFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let reference = self.0.service.reference();
        let asked = body.0;
        let matter: MatterKey = read("/matter", &asked.matter)?;
        if reference.rules.catalogue.matter(&matter).is_none() {
            return Err(wrong("/matter", "wrong-unknown-matter").into());
        }
        let condition = asked.condition.map(ConditionId);
        let known = condition
            .as_ref()
            .map(|id| {
                reference
                    .rules
                    .condition(id)
                    .filter(|condition| condition.matter == matter)
                    .ok_or_else(|| wrong("/condition", "wrong-unknown-condition"))
            })
            .transpose()?;
        let on = match &asked.on {
            Some(day) => Date::parse(day).map_err(|_| wrong("/on", "wrong-not-a-day"))?,
            None => self.0.service.clock.now().date(),
        };
        let sites = sites(&reference, asked.position, asked.grid, asked.division)?;
        let look = Look {
            reference: &reference,
            lang,
        };
        let places = sites.into_iter().map(|site| {
            let need = Need {
                matter: &matter,
                condition: condition.as_ref(),
                emergency: known.as_ref().is_some_and(|condition| condition.emergency),
                village: site.village,
                centre: site.town,
                on,
            };
            let rules = reference.rules_at(site.village.unwrap_or(site.town));
            site.with(&propose(&need, &rules.lists()), look)
        });
        Ok(Answer(Preview {
            places: places.collect(),
            versions: versions(&reference.rules.versions.of(OF_CALLS)),
        }))
    }

    /// Who should be called for a case now, and what has lapsed since its lead was called.
    #[oai(
        path = "/cases/:id/proposal",
        method = "get",
        operation_id = "case_proposal"
    )]
    async fn of_case(
        &self,
        lang: Lang,
        caller: Caller,
        id: Path<Uuid>,
    ) -> Result<Answer<CaseProposal>, ReadFail> {
        let service = &self.0.service;
        let case = service.case(&caller.0.actor, CaseId(id.0)).await;
        let case = case.map_err(Refusal::from)?;
        let reference = service.reference();
        let rules = reference.rules_of(&case);
        let on = service.clock.now().date();
        let look = Look {
            reference: &reference,
            lang,
        };
        let mut places = Vec::new();
        if let Some(need) = case.need(rules, on) {
            let town = need.town();
            let own = Site {
                grid: case.place.grid,
                village: case.place.village,
                town,
                distance_m: case.place.position.map(|_| 0.0),
            };
            places.push(own.with(&propose(&need, &rules.lists()), look));
            let near = case.place.position.map(|at| near(&reference, at));
            for site in near.unwrap_or_default() {
                if site.grid != case.place.grid {
                    let need = Need {
                        village: site.village,
                        ..need
                    };
                    places.push(site.with(&propose(&need, &rules.lists()), look));
                }
            }
        }
        Ok(Answer(CaseProposal {
            places,
            versions: versions(&reference.rules.versions.of(OF_CALLS)),
            lapses: lapses(&case, rules, on)
                .iter()
                .map(|lapse| look.lapse(lapse))
                .collect(),
        }))
    }
}

/// Where it may be.
#[derive(Copy, Clone)]
struct Site {
    grid: Option<GridCode>,
    village: Option<DivisionCode>,
    town: DivisionCode,
    distance_m: Option<f64>,
}

impl Site {
    fn of_grid(grid: GridCode, distance_m: Option<f64>) -> Self {
        Self {
            grid: Some(grid),
            village: Some(grid.village()),
            town: Reference::centre_of(grid),
            distance_m,
        }
    }

    fn with(self, proposal: &DomainProposal, look: Look<'_>) -> PlacedProposal {
        PlacedProposal {
            grid: self.grid.map(|code| look.grid(code)),
            village: self.village.map(|code| look.division(code)),
            town: look.division(self.town),
            distance_m: self.distance_m,
            lines: proposal
                .lines
                .iter()
                .map(|line| CallLine {
                    unit: look.unit(&line.unit),
                    role: line.role.to_string(),
                    reasons: line
                        .reasons
                        .iter()
                        .map(|reason| look.reason(reason))
                        .collect(),
                })
                .collect(),
            left_out: proposal
                .left_out
                .iter()
                .map(|line| look.left_out(line))
                .collect(),
        }
    }
}

/// The grids within the tolerance of a position, the nearest first.
fn near(reference: &Reference, at: Position) -> Vec<Site> {
    let here = match reference.land.locator.locate(at) {
        Located::In(grid) => reference.rules_at(grid.village()),
        Located::Outside { .. } => &reference.rules,
    };
    let metres = here.settings.border_m;
    let near = reference.land.locator.near(at, metres).into_iter();
    near.map(|near| Site::of_grid(near.grid, Some(near.distance_m)))
        .collect()
}

/// The places that are meant: exactly one of position, grid and division says it.
fn sites(
    reference: &Reference,
    position: Option<PreviewPosition>,
    grid: Option<String>,
    division: Option<String>,
) -> Result<Vec<Site>, Refusal> {
    match (position, grid, division) {
        (Some(position), None, None) => {
            let system = position.crs.map_or(DomainCrs::Wgs84, DomainCrs::from);
            let at = to_wgs84(position.lon, position.lat, system)
                .and_then(|(lon, lat)| Position::new(lon, lat))
                .map_err(|_| wrong("/position", "wrong-not-on-the-globe"))?;
            let mut sites = near(reference, at);
            // The grid in which it is received stands first, however near the others are.
            let received = match reference.land.locator.locate(at) {
                Located::In(grid) => Some((grid, 0.0)),
                Located::Outside { nearest } => nearest.map(|near| (near.grid, near.distance_m)),
            };
            let (grid, distance) =
                received.ok_or_else(|| wrong("/position", "wrong-unreadable"))?;
            sites.retain(|site| site.grid != Some(grid));
            sites.insert(0, Site::of_grid(grid, Some(distance)));
            Ok(sites)
        }
        (None, Some(grid), None) => {
            let code: GridCode = read("/grid", &grid)?;
            if reference.land.grids.contains_key(&code) {
                Ok(vec![Site::of_grid(code, None)])
            } else {
                Err(wrong("/grid", "wrong-unknown-grid"))
            }
        }
        (None, None, Some(division)) => {
            let code: DivisionCode = read("/division", &division)?;
            if !reference.divisions.contains_key(&code) {
                return Err(wrong("/division", "wrong-unknown-division"));
            }
            Ok(vec![Site {
                grid: None,
                village: (code.level() == DivisionLevel::Village).then_some(code),
                town: code.at(DivisionLevel::Town).unwrap_or(code),
                distance_m: None,
            }])
        }
        _ => Err(wrong("", "wrong-one-place")),
    }
}

fn wrong(pointer: &str, key: &'static str) -> Refusal {
    let code = key.trim_start_matches("wrong-").replace('-', "_");
    Refusal::new(Code::InvalidBody).fault(Fault::field(pointer, code, Message::of(key.to_owned())))
}

fn read<T: std::str::FromStr>(pointer: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| wrong(pointer, "wrong-unreadable"))
}

/// Versions as the API shows them.
pub fn versions(versions: &ListVersions) -> Vec<VersionOfList> {
    let versions = versions.0.iter();
    versions
        .map(|(list, version)| VersionOfList {
            list: list.clone(),
            version: *version,
        })
        .collect()
}

impl Look<'_> {
    fn grid(self, code: GridCode) -> Named {
        let known = self.reference.land.grids.get(&code);
        Named {
            name: known.map_or_else(|| code.to_string(), |grid| grid.name.clone()),
            code: code.to_string(),
        }
    }

    fn reason(self, reason: &ProposalReason) -> CallReason {
        let (code, message) = match reason {
            ProposalReason::Duty(text) => {
                return CallReason {
                    code: "duty".to_owned(),
                    text: text.clone(),
                };
            }
            ProposalReason::NoDuty => ("no_duty", Message::new("routing-no-duty")),
            ProposalReason::Ruling { text, case_number } => (
                "ruling",
                Message::new("routing-ruling")
                    .with("text", text.clone())
                    .with("number", case_number.clone()),
            ),
            ProposalReason::PowerHeld { item, name } => (
                "power_held",
                Message::new("routing-power-held")
                    .with("item", item.clone())
                    .with("name", name.clone()),
            ),
            ProposalReason::Certified { field, officers } => (
                "certified",
                Message::new("routing-certified")
                    .with("field", field.clone())
                    .with("officers", *officers),
            ),
            ProposalReason::Admitted { department, until } => (
                "admitted",
                Message::new("routing-admitted")
                    .with("department", self.reference.unit_name(department))
                    .with(
                        "until",
                        until.map_or_else(|| "—".to_owned(), |day| day.to_string()),
                    ),
            ),
            ProposalReason::Level(rule) => (
                "level",
                Message::new("routing-level")
                    .with("level", rule.level.to_string())
                    .with("class", rule.class.to_string())
                    .with("text", rule.text.clone()),
            ),
            ProposalReason::Instead(unit) => (
                "instead",
                Message::new("routing-instead").with("unit", self.reference.unit_name(unit)),
            ),
        };
        CallReason {
            code: code.to_owned(),
            text: self.lang.text(&message),
        }
    }

    /// All reasons of a line in one sentence.
    pub fn reasons(self, reasons: &[ProposalReason]) -> String {
        let told: Vec<String> = reasons
            .iter()
            .map(|reason| self.reason(reason).text)
            .collect();
        told.join(match self.lang {
            Lang::Zh => "；",
            Lang::En => "; ",
        })
    }

    fn hindrance(self, hindrance: &Hindrance) -> (&'static str, String) {
        let (code, message) = match hindrance {
            Hindrance::PowerNotHeld { item, name } => (
                "power_not_held",
                Message::new("routing-power-not-held")
                    .with("item", item.clone())
                    .with("name", name.clone()),
            ),
            Hindrance::TooFewCertified { field, officers } => (
                "too_few_certified",
                Message::new("routing-too-few-certified")
                    .with("field", field.clone())
                    .with("officers", *officers),
            ),
            Hindrance::NotAdmitted { department } => (
                "not_admitted",
                Message::new("routing-not-admitted")
                    .with("department", self.reference.unit_name(department)),
            ),
            Hindrance::LedAlready => ("led_already", Message::new("routing-led-already")),
            Hindrance::NoUnit { function } => (
                "no_unit",
                Message::new("routing-no-unit").with("function", function.clone()),
            ),
        };
        (code, self.lang.text(&message))
    }

    fn left_out(self, line: &DomainLeftOut) -> LeftOut {
        let (code, text) = self.hindrance(&line.why);
        LeftOut {
            unit: line.unit.as_ref().map(|unit| self.unit(unit)),
            role: line.role.to_string(),
            code: code.to_owned(),
            text,
        }
    }

    /// What has lapsed behind a unit's order.
    pub fn lapse(self, lapse: &gridwhistle_domain::case::Lapse) -> Lapse {
        let (code, text) = self.hindrance(&lapse.what);
        Lapse {
            assignment_id: lapse.assignment.0,
            unit: self.unit(&lapse.unit),
            code: code.to_owned(),
            text,
        }
    }
}
