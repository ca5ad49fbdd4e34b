//! `/indicators`.

use gridwhistle_domain::case::CaseId;
use gridwhistle_domain::clock::Date;
use gridwhistle_domain::indicator::{
    Codes, Figure, Grouping, Indicator, Owner, Part, Period, PeriodLength, Value,
};

use gridwhistle_domain::routing::UnitCode;
use gridwhistle_service::{FigureGroup, FigureQuery};
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, PAGE, pages};
use super::views::{CaseView, Look};
use super::{Tag, When, moment, parsed, parsed_maybe, when};
use crate::answer::{Answer, Listed};
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::{Lang, Message};
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Figures.
pub struct Figures(pub(super) State);

/// One indicator with its terms.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Indicated {
    indicator: String,
    /// Percent with two decimals, or a count; for minutes the median. Absent when there is nothing
    /// to judge by.
    value: Option<f64>,
    /// For minutes: the 90th percentile.
    p90: Option<f64>,
    /// Weights make it no whole number.
    numerator: f64,
    denominator: u64,
    /// Of the satisfaction rate: Wilson's 95 % interval, percent.
    interval: Option<Interval>,
    /// What is shown beside it and stands in none of its terms, by reason.
    exclusions: Vec<Exclusion>,
}

/// An interval, percent.
#[derive(Debug, Object)]
struct Interval {
    low: f64,
    high: f64,
}

/// So many for that reason.
#[derive(Debug, Object)]
struct Exclusion {
    reason: String,
    count: u64,
}

/// Whose figures, for which period.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Group {
    /// Code of the division, grid, unit or centre, or the kind of whistle; absent for the whole.
    owner: Option<String>,
    owner_name: Option<String>,
    from: When,
    to: When,
    figures: Vec<Indicated>,
}

/// Figures as they stood.
#[derive(Debug, Object)]
struct FigurePage {
    as_of: When,
    groups: Vec<Group>,
}

pages! {
    /// Cases behind a figure.
    FigureCases of CaseView;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Figures")]
impl Figures {
    /// All indicators of a place or unit for a period, as a whole or broken down.
    #[oai(path = "/indicators", method = "get", operation_id = "indicators")]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn indicators(
        &self,
        lang: Lang,
        caller: Caller,
        /// 12 digits; the division with all below it.
        division: Query<Option<String>>,
        /// Instead of a division.
        unit: Query<Option<String>>,
        /// Instead of a division.
        grid: Query<Option<String>>,
        /// Instead of a division: 12 digits; what the command centre of that division alone answers for.
        centre: Query<Option<String>>,
        /// `day`, `week`, `month`, `quarter`, `year` that holds `on`; the month unless given.
        period: Query<Option<String>>,
        /// `YYYY-MM-DD`; today unless given.
        on: Query<Option<String>>,
        /// With `to`, instead of `period`: the first day.
        from: Query<Option<String>>,
        /// The day after the last.
        to: Query<Option<String>>,
        /// As they stood at a moment in the past.
        as_of: Query<Option<When>>,
        /// `county`, `town`, `village`, `grid`, `unit`, `centre`, `kind` (of whistle), `blower_grid`
        by: Query<Option<String>>,
        /// Only what is about whistles of this kind, such as `daily`.
        kind: Query<Option<String>>,
        /// By which codes of divisions: `then`, as the cases say, which is the default, or `now`: each counts for the
        /// division that its own has become by today.
        codes: Query<Option<String>>,
    ) -> Result<Answer<FigurePage>, ReadFail> {
        let asked = Asked {
            division: division.0,
            unit: unit.0,
            grid: grid.0,
            centre: centre.0,
            period: period.0,
            on: on.0,
            from: from.0,
            to: to.0,
            as_of: as_of.0,
            kind: kind.0,
            codes: codes.0,
        };
        let by: Option<Grouping> = parsed_maybe("by", by.0.as_ref())?;
        let query = asked.query(self.0.service.clock.now().date(), by, None)?;
        self.answer(lang, &caller, query).await
    }

    /// The same as a series: each part of the period by itself.
    #[oai(
        path = "/indicators/series",
        method = "get",
        operation_id = "indicator_series"
    )]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn series(
        &self,
        lang: Lang,
        caller: Caller,
        division: Query<Option<String>>,
        unit: Query<Option<String>>,
        grid: Query<Option<String>>,
        centre: Query<Option<String>>,
        /// The first day.
        from: Query<String>,
        /// The day after the last.
        to: Query<String>,
        /// `day`, `week`, `month`, `quarter`, `year`
        each: Query<String>,
        as_of: Query<Option<When>>,
        /// Only what is about whistles of this kind.
        kind: Query<Option<String>>,
        /// `then` or `now`, as above.
        codes: Query<Option<String>>,
    ) -> Result<Answer<FigurePage>, ReadFail> {
        let asked = Asked {
            division: division.0,
            unit: unit.0,
            grid: grid.0,
            centre: centre.0,
            period: None,
            on: None,
            from: Some(from.0),
            to: Some(to.0),
            as_of: as_of.0,
            kind: kind.0,
            codes: codes.0,
        };
        let each: PeriodLength = parsed("each", &each.0)?;
        let query = asked.query(self.0.service.clock.now().date(), None, Some(each))?;
        self.answer(lang, &caller, query).await
    }

    /// The cases that stand in a part of an indicator.
    #[oai(
        path = "/indicators/:name/cases",
        method = "get",
        operation_id = "indicator_cases"
    )]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn cases(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        name: Path<String>,
        /// `numerator`, `denominator`, `rest` (in the denominator but not in the numerator),
        /// `excluded`; the denominator unless given.
        part: Query<Option<String>>,
        division: Query<Option<String>>,
        unit: Query<Option<String>>,
        grid: Query<Option<String>>,
        centre: Query<Option<String>>,
        period: Query<Option<String>>,
        on: Query<Option<String>>,
        from: Query<Option<String>>,
        to: Query<Option<String>>,
        as_of: Query<Option<When>>,
        /// Only what is about whistles of this kind.
        kind: Query<Option<String>>,
        /// `then` or `now`, as above.
        codes: Query<Option<String>>,
        /// Identity of the last case of the page before.
        cursor: Query<Option<Uuid>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<FigureCases>, ReadFail> {
        let asked = Asked {
            division: division.0,
            unit: unit.0,
            grid: grid.0,
            centre: centre.0,
            period: period.0,
            on: on.0,
            from: from.0,
            to: to.0,
            as_of: as_of.0,
            kind: kind.0,
            codes: codes.0,
        };
        let service = &self.0.service;
        let query = asked.query(service.clock.now().date(), None, None)?;
        let indicator: Indicator = parsed("name", &name.0)?;
        let part = parsed_maybe("part", part.0.as_ref())?.unwrap_or(Part::Denominator);
        let page = (cursor.0.map(CaseId), limit.0.unwrap_or(PAGE));
        let (cases, next) = service
            .figure_cases(&caller.0.actor, query, (indicator, part), page)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let viewer = self.0.viewer(&caller.0.actor);
        let items = cases.iter().map(|c| look.case(c, viewer)).collect();
        Ok(here.page(items, next.map(|id| id.to_string())))
    }
}

impl Figures {
    async fn answer(
        &self,
        lang: Lang,
        caller: &Caller,
        query: FigureQuery,
    ) -> Result<Answer<FigurePage>, ReadFail> {
        let service = &self.0.service;
        let figures = service
            .figures(&caller.0.actor, query)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        Ok(Answer(FigurePage {
            as_of: when(figures.as_of),
            groups: figures
                .groups
                .iter()
                .map(|g| group(g, &reference, lang))
                .collect(),
        }))
    }
}

/// The parameters as they come.
struct Asked {
    division: Option<String>,
    unit: Option<String>,
    grid: Option<String>,
    centre: Option<String>,
    period: Option<String>,
    on: Option<String>,
    from: Option<String>,
    to: Option<String>,
    as_of: Option<When>,
    kind: Option<String>,
    codes: Option<String>,
}

/// The longest period in days: a hundred years.
const LONGEST: i32 = 36_525;

impl Asked {
    fn query(
        self,
        today: Date,
        by: Option<Grouping>,
        each: Option<PeriodLength>,
    ) -> Result<FigureQuery, Refusal> {
        let owner = self.owner()?;
        let codes = parsed_maybe("codes", self.codes.as_ref())?.unwrap_or(Codes::Then);
        let day = |name: &'static str, text: Option<&String>| {
            text.map(|t| {
                Date::parse(t)
                    .map_err(|_| Refusal::parameter(name, Message::new("parameter-unreadable")))
            })
            .transpose()
        };
        let period = match (
            day("from", self.from.as_ref())?,
            day("to", self.to.as_ref())?,
        ) {
            (None, None) => {
                let length =
                    parsed_maybe("period", self.period.as_ref())?.unwrap_or(PeriodLength::Month);
                Period::containing(length, day("on", self.on.as_ref())?.unwrap_or(today))
            }
            (Some(from), Some(to)) => {
                if from >= to || to.days() - from.days() > LONGEST {
                    return Err(Refusal::parameter("to", Message::new("wrong-period")));
                }
                Period::days(from, to)
            }
            (None, Some(_)) => {
                return Err(Refusal::parameter("from", Message::new("wrong-period")));
            }
            (Some(_), None) => return Err(Refusal::parameter("to", Message::new("wrong-period"))),
        };
        let most = 1_000;
        if let Some(length) = each
            && period.split(length).nth(most).is_some()
        {
            return Err(Refusal::parameter("each", Message::new("wrong-period")));
        }
        Ok(FigureQuery {
            owner,
            period,
            as_of: self.as_of.map(moment),
            kind: self.kind,
            by,
            each,
            codes,
        })
    }
}

impl Asked {
    /// Whose figures: one of what can be named, or everybody's.
    fn owner(&self) -> Result<Owner, Refusal> {
        let division = parsed_maybe("division", self.division.as_ref())?;
        let grid = parsed_maybe("grid", self.grid.as_ref())?;
        let centre = parsed_maybe("centre", self.centre.as_ref())?;
        let unit = self.unit.clone().map(UnitCode);
        let named: Vec<(&'static str, Owner)> = [
            ("division", division.map(Owner::Division)),
            ("grid", grid.map(Owner::Grid)),
            ("unit", unit.map(Owner::Unit)),
            ("centre", centre.map(Owner::Centre)),
        ]
        .into_iter()
        .filter_map(|(name, owner)| Some((name, owner?)))
        .collect();
        if named.len() > 1 {
            let faults = named.into_iter().map(|(name, _)| {
                Fault::parameter(name, "one_owner", Message::new("wrong-one-owner"))
            });
            return Err(Refusal::new(Code::InvalidParameter).faults(faults));
        }
        let owner = named.into_iter().next().map(|(_, owner)| owner);
        Ok(owner.unwrap_or(Owner::All))
    }
}

fn group(g: &FigureGroup, reference: &gridwhistle_service::Reference, lang: Lang) -> Group {
    let (owner, owner_name) = match &g.owner {
        None | Some(Owner::All) => (None, None),
        Some(Owner::Division(code) | Owner::Centre(code)) => {
            (Some(code.to_string()), Some(reference.division_name(*code)))
        }
        Some(Owner::Kind(kind)) => {
            let known = reference.kinds_by_id(kind);
            let name = known.map(|kind| match lang {
                Lang::Zh => kind.name_zh.clone(),
                Lang::En => kind.name_en.clone(),
            });
            (Some(kind.clone()), name)
        }
        Some(Owner::Grid(code) | Owner::BlowerGrid(code)) => (
            Some(code.to_string()),
            reference.land.grids.get(code).map(|grid| grid.name.clone()),
        ),
        Some(Owner::Unit(code)) => (Some(code.to_string()), Some(reference.unit_name(code))),
    };
    Group {
        owner,
        owner_name,
        from: when(g.period.from),
        to: when(g.period.to),
        figures: g.figures.iter().map(indicated).collect(),
    }
}

fn indicated(f: &Figure) -> Indicated {
    let percent = |hundredths: i64| {
        #[expect(clippy::cast_precision_loss, reason = "hundredths of a percent")]
        let value = hundredths as f64 / 100.0;
        value
    };
    Indicated {
        indicator: f.indicator.to_string(),
        value: f.value.map(Value::as_number),
        p90: f.value.and_then(Value::p90),
        numerator: f.numerator_in_cases(),
        denominator: f.denominator,
        interval: f.interval.map(|(low, high)| Interval {
            low: percent(low),
            high: percent(high),
        }),
        exclusions: f
            .exclusions
            .iter()
            .map(|(reason, count)| Exclusion {
                reason: reason.to_string(),
                count: *count,
            })
            .collect(),
    }
}
