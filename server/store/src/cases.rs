//! Reading cases, their whistles and assignments.

use std::collections::HashMap;

use gridwhistle_domain::access::{PersonId, Reach};
use gridwhistle_domain::case::{Case, CaseId, Source, Stage, WhistleId, WhistleStage};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::matter::MatterKey;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel, GridCode};
use gridwhistle_domain::routing::UnitCode;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::entity::{assignment, case, case_event, idempotency, whistle};
use crate::log::read_row;
use crate::projection::external_number;
use crate::reach::{case_exists, cases_in, division, divisions, parts, parts_in, party};
use crate::within::{Ground, Within};
use crate::{Entry, Store, StoreError};

/// In which order a list comes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum CaseOrder {
    /// The newest report first.
    #[default]
    Newest,
    /// What is due first, first.
    Due,
}

/// Which cases are asked for. The reaches bound what the caller may see.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter {
    pub reaches: Vec<Reach>,
    pub division: Option<DivisionCode>,
    pub grid: Option<GridCode>,
    /// Called to the case.
    pub unit: Option<UnitCode>,
    /// Filed by, or whistled by, this account.
    pub party: Option<PersonId>,
    pub stages: Vec<Stage>,
    pub open: Option<bool>,
    /// Handling deadline passed at this moment.
    pub overdue_at: Option<Timestamp>,
    /// Only closed cases that somebody wants reopened: a walk along an index where they are asked
    /// for by stage and in the order of what is due.
    pub reopening: bool,
    pub matter: Option<MatterKey>,
    pub number: Option<String>,
    /// The number that the case has elsewhere, whatever its source.
    pub external_number: Option<String>,
    pub reported_from: Option<Timestamp>,
    pub reported_to: Option<Timestamp>,
    /// Lying there; anywhere unless given.
    pub within: Option<Within>,
    pub order: CaseOrder,
    /// The place after which the page begins: what `Page::next` gave.
    pub after: Option<(i64, i64)>,
    pub limit: u64,
}

/// A page, and where the next one begins; absent after the last.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<(i64, i64)>,
}

/// How many cases stand somewhere, and how many of them are past their due moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub stage: Stage,
    pub count: i64,
    pub overdue: i64,
}

/// Which called units or whistles are asked for.
#[derive(Clone, Debug, Default)]
pub struct PartFilter {
    pub reaches: Vec<Reach>,
    /// Of these units; of whistles those that call one of them.
    pub units: Vec<UnitCode>,
    /// Of whistles those that this account blew; with `units` both are given.
    pub blown_by: Option<PersonId>,
    pub open: Option<bool>,
    pub whistle_stages: Vec<WhistleStage>,
    pub after: Option<(i64, i64)>,
    pub limit: u64,
}

impl Store {
    /// The case as it stands.
    pub async fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        let row: Option<String> = case::Entity::find_by_id(id.0)
            .select_only()
            .column(case::Column::State)
            .into_tuple()
            .one(&self.readers)
            .await?;
        row.map(|state| read_state(&state)).transpose()
    }

    /// The case as it stood after so many events.
    pub async fn case_at(&self, id: CaseId, version: u32) -> Result<Option<Case>, StoreError> {
        let version = i64::from(version);
        let history = self.history(id).await?;
        let past = history
            .iter()
            .map(|entry| &entry.recorded)
            .filter(|recorded| i64::from(recorded.version) <= version);
        Ok(Case::replay(past))
    }

    /// What was done with an idempotency key: the fingerprint of the request, the case and its
    /// version then.
    pub async fn key(&self, scope_key: &str) -> Result<Option<(Vec<u8>, CaseId, u32)>, StoreError> {
        let row = idempotency::Entity::find_by_id(scope_key.to_owned())
            .one(&self.readers)
            .await?;
        Ok(row.map(|r| {
            (
                r.fingerprint,
                CaseId(r.case_id),
                u32::try_from(r.version).unwrap_or_default(),
            )
        }))
    }

    /// All that happened to a case, oldest first.
    pub async fn history(&self, id: CaseId) -> Result<Vec<Entry>, StoreError> {
        case_event::Entity::find()
            .filter(case_event::Column::CaseId.eq(id.0))
            .order_by_asc(case_event::Column::Version)
            .all(&self.readers)
            .await?
            .iter()
            .map(entry)
            .collect()
    }

    /// The case to which an assignment belongs.
    pub async fn case_of_assignment(&self, id: Uuid) -> Result<Option<Case>, StoreError> {
        let found: Option<Uuid> = assignment::Entity::find_by_id(id)
            .select_only()
            .column(assignment::Column::CaseId)
            .into_tuple()
            .one(&self.readers)
            .await?;
        match found {
            Some(case) => self.case(CaseId(case)).await,
            None => Ok(None),
        }
    }

    /// A page of cases. One query a part of what is asked for, however many cases there are.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Page<Case>, StoreError> {
        let mut rows: Vec<(i64, i64, String)> = Vec::new();
        let grounds = self.grounds(filter).await?;
        for query in queries(filter, &grounds) {
            rows.extend(
                query
                    .into_tuple::<(i64, i64, String)>()
                    .all(&self.readers)
                    .await?,
            );
        }
        match filter.order {
            CaseOrder::Newest => rows.sort_unstable_by_key(|(_, seq, _)| std::cmp::Reverse(*seq)),
            CaseOrder::Due => rows.sort_unstable_by_key(|(due, seq, _)| (*due, *seq)),
        }
        rows.dedup_by_key(|(_, seq, _)| *seq);
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let next = (rows.len() > limit)
            .then(|| rows.get(limit - 1).map(|(due, seq, _)| (*due, *seq)))
            .flatten();
        rows.truncate(limit);
        let items = rows
            .iter()
            .map(|(_, _, state)| read_state(state))
            .collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// How many open cases of a division, or of several together, stand where.
    pub async fn queues(
        &self,
        at: &[DivisionCode],
        now: Timestamp,
    ) -> Result<Vec<Queue>, StoreError> {
        let late = Expr::case(Expr::col(case::Column::DueAt).lt(now.micros()), 1).finally(0);
        let rows: Vec<(String, i64, Option<i64>)> = case::Entity::find()
            .select_only()
            .column(case::Column::Stage)
            .column_as(case::Column::Id.count(), "count")
            .column_as(Expr::expr(late).sum().cast_as("bigint"), "overdue")
            .filter(divisions(at))
            .filter(case::Column::IsOpen.eq(true))
            .group_by(case::Column::Stage)
            .into_tuple()
            .all(&self.readers)
            .await?;
        rows.into_iter()
            .map(|(stage, count, overdue)| {
                let stage = stage
                    .parse()
                    .map_err(|_| StoreError::Corrupt(format!("stage {stage}")))?;
                Ok(Queue {
                    stage,
                    count,
                    overdue: overdue.unwrap_or(0),
                })
            })
            .collect()
    }

    /// Called units by due moment: the identity of each and its case.
    pub async fn assignments(&self, filter: &PartFilter) -> Result<Page<(Uuid, Case)>, StoreError> {
        let mut parts: Vec<(Uuid, Uuid, (i64, i64))> = Vec::new();
        for query in assignment_queries(filter) {
            let rows = query.all(&self.readers).await?;
            parts.extend(
                rows.iter()
                    .map(|r| (r.id, r.case_id, (r.due_at, r.case_seq))),
            );
        }
        parts.sort_unstable_by_key(|(id, _, place)| (*place, *id));
        parts.dedup();
        self.with_cases(parts, filter.limit).await
    }

    /// Whistles, the newest first: the identity of each and its case.
    ///
    /// A page of somebody's own whistles may be shorter than the limit while there are more.
    pub async fn whistles(&self, filter: &PartFilter) -> Result<Page<(Uuid, Case)>, StoreError> {
        let mut parts: Vec<(Uuid, Uuid, (i64, i64))> = Vec::new();
        for query in whistle_queries(filter) {
            let rows = query.all(&self.readers).await?;
            parts.extend(
                rows.iter()
                    .map(|r| (r.id, r.case_id, (r.requested_at, r.case_seq))),
            );
        }
        parts.sort_unstable_by_key(|(id, _, place)| std::cmp::Reverse((*place, *id)));
        parts.dedup();
        let mut page = self.with_cases(parts, filter.limit).await?;
        // A unit may have been called to the same case by another whistle.
        page.items
            .retain(|(id, case)| concerns(filter, WhistleId(*id), case));
        Ok(page)
    }

    async fn with_cases(
        &self,
        mut parts: Vec<(Uuid, Uuid, (i64, i64))>,
        limit: u64,
    ) -> Result<Page<(Uuid, Case)>, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = (parts.len() > limit)
            .then(|| parts.get(limit - 1).map(|p| p.2))
            .flatten();
        parts.truncate(limit);
        let rows: Vec<(Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([case::Column::Id, case::Column::State])
            .filter(case::Column::Id.is_in(parts.iter().map(|p| p.1)))
            .into_tuple()
            .all(&self.readers)
            .await?;
        let mut items = Vec::with_capacity(parts.len());
        for (id, case, _) in parts {
            if let Some((_, state)) = rows.iter().find(|(known, _)| *known == case) {
                items.push((id, read_state(state)?));
            }
        }
        Ok(Page { items, next })
    }

    /// Cases that can matter to the figures of [from, to), fed one by one in the order of their
    /// reports; memory does not grow with their number. Only those of the divisions `at`, where any are named.
    pub async fn for_figures(
        &self,
        reaches: &[Reach],
        at: &[DivisionCode],
        (from, to): (Timestamp, Timestamp),
        mut each: impl FnMut(Case) + Send,
    ) -> Result<(), StoreError> {
        let mut visible = Condition::any();
        for reach in reaches {
            visible = visible.add(cases_in(reach));
        }
        let mut query = case::Entity::find()
            .filter(visible)
            .filter(case::Column::ReportedAt.lt(to.micros()))
            .filter(case::Column::RelevantUntil.gte(from.micros()));
        if !at.is_empty() {
            query = query.filter(divisions(at));
        }
        let mut after = 0;
        loop {
            let rows: Vec<(i64, String)> = query
                .clone()
                .select_only()
                .columns([case::Column::FirstSeq, case::Column::State])
                .filter(case::Column::FirstSeq.gt(after))
                .order_by_asc(case::Column::FirstSeq)
                .limit(1_000)
                .into_tuple()
                .all(&self.readers)
                .await?;
            let Some((last, _)) = rows.last() else {
                return Ok(());
            };
            after = *last;
            for (_, state) in &rows {
                each(read_state(state)?);
            }
        }
    }

    /// These cases as they stand, in this order, with one query; what is not there is left out.
    pub async fn cases_by_id(&self, ids: &[CaseId]) -> Result<Vec<Case>, StoreError> {
        let states: Vec<(Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([case::Column::Id, case::Column::State])
            .filter(case::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .into_tuple()
            .all(&self.readers)
            .await?;
        let states: HashMap<Uuid, String> = states.into_iter().collect();
        ids.iter()
            .filter_map(|id| states.get(&id.0))
            .map(|state| read_state(state))
            .collect()
    }

    /// How many cases there are in all.
    pub async fn count_cases(&self) -> Result<u64, StoreError> {
        use sea_orm::PaginatorTrait;
        Ok(case::Entity::find().count(&self.readers).await?)
    }
}

pub(crate) fn read_state(state: &str) -> Result<Case, StoreError> {
    serde_json::from_str(state).map_err(|e| StoreError::Corrupt(format!("a case: {e}")))
}

pub(crate) fn entry(row: &case_event::Model) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.seq,
        recorded: read_row(row)?,
    })
}

/// The queries whose merged answers are a page of cases.
pub(crate) fn queries(filter: &CaseFilter, grounds: &[Ground]) -> Vec<Select<case::Entity>> {
    let mut queries = Vec::new();
    for reach in parts(&filter.reaches) {
        for stages in stage_parts(filter, &reach) {
            let asked = matching(filter).filter(cases_in(&reach)).filter(stages);
            for ground in grounds {
                let mut query = asked.clone().filter(ground.cases(filter));
                if !ground.knows_the_begin() {
                    query = begun(query, filter);
                }
                queries.push(
                    ordered(query, filter)
                        .select_only()
                        .columns([
                            case::Column::DueAt,
                            case::Column::FirstSeq,
                            case::Column::State,
                        ])
                        .limit(filter.limit + 1),
                );
            }
        }
    }
    queries
}

/// What is asked of the stage, in parts that are each answered by a walk along one index: a county
/// or a town has an index by stage, since few of many cases may stand at one. Smaller reaches have
/// few cases anyway, and one query answers for all stages.
fn stage_parts(filter: &CaseFilter, reach: &Reach) -> Vec<Condition> {
    // Nothing that has ended is overdue.
    if filter.overdue_at.is_some() && filter.open == Some(false) {
        return Vec::new();
    }
    let open = filter.open.or(filter.overdue_at.map(|_| true));
    if filter.stages.is_empty() {
        // Not by equality: the index that begins with it has neither order.
        let open = open.map(|open| case::Column::IsOpen.ne(!open));
        return vec![Condition::all().add_option(open)];
    }
    // A stage says whether a case is open.
    let mut stages: Vec<Stage> = filter
        .stages
        .iter()
        .copied()
        .filter(|stage| open.is_none_or(|open| open != stage.is_end()))
        .collect();
    stages.sort_unstable();
    stages.dedup();
    let is_large = matches!(reach, Reach::Division(code)
        if matches!(code.level(), DivisionLevel::County | DivisionLevel::Town));
    if !is_large {
        let names = stages.iter().map(ToString::to_string);
        return vec![Condition::all().add(case::Column::Stage.is_in(names))];
    }
    let by_due = filter.order == CaseOrder::Due;
    stages
        .iter()
        .map(|stage| {
            // By what is due the index begins with it; by age it would only mislead the planner.
            let open = by_due.then(|| case::Column::IsOpen.eq(!stage.is_end()));
            Condition::all()
                .add(case::Column::Stage.eq(stage.to_string()))
                .add_option(open)
        })
        .collect()
}

/// The queries whose merged answers are a page of called units.
pub(crate) fn assignment_queries(filter: &PartFilter) -> Vec<Select<assignment::Entity>> {
    use assignment::Column;
    let conditions = if filter.units.is_empty() {
        let of = |reach: &Reach| parts_in(reach, Column::CaseId, Column::County, Column::Town);
        parts(&filter.reaches).iter().map(of).collect()
    } else {
        // The units are narrower than what is seen.
        let units = Condition::any();
        let units = filter
            .units
            .iter()
            .fold(units, |any, u| any.add(Column::Unit.eq(u.0.clone())));
        let seen = case_exists((assignment::Entity, Column::CaseId), &filter.reaches);
        vec![Condition::all().add(units).add(seen)]
    };
    conditions
        .into_iter()
        .map(|condition| {
            let mut query = assignment::Entity::find().filter(condition);
            if let Some(open) = filter.open {
                query = query.filter(Column::IsOpen.eq(open));
            }
            if let Some(place) = filter.after {
                query = query.filter(places(Column::DueAt, Column::CaseSeq).gt(values(place)));
            }
            query
                .order_by_asc(Column::DueAt)
                .order_by_asc(Column::CaseSeq)
                .limit(filter.limit + 1)
        })
        .collect()
}

/// Whether the filter asks for nobody's own whistles, or this is one.
fn concerns(filter: &PartFilter, id: WhistleId, case: &Case) -> bool {
    let anybody = filter.units.is_empty() && filter.blown_by.is_none();
    let blown = filter.blown_by.is_some()
        && case
            .whistle(id)
            .is_some_and(|w| w.blown_by.person == filter.blown_by);
    anybody
        || blown
        || case
            .assignments
            .iter()
            .any(|a| a.whistle == Some(id) && filter.units.contains(&a.unit))
}

/// The queries whose merged answers are a page of whistles.
pub(crate) fn whistle_queries(filter: &PartFilter) -> Vec<Select<whistle::Entity>> {
    use whistle::Column;
    let of = |reach: &Reach| parts_in(reach, Column::CaseId, Column::County, Column::Town);
    let conditions: Vec<Condition> = if filter.units.is_empty() && filter.blown_by.is_none() {
        parts(&filter.reaches).iter().map(of).collect()
    } else {
        // What concerns somebody is narrower than what he sees.
        let blown = filter
            .blown_by
            .map(|person| of(&Reach::Own(person)).add(Column::BlownBy.eq(person.0)));
        let calling = filter.units.iter().map(|unit| {
            let called = Query::select()
                .column((assignment::Entity, assignment::Column::CaseId))
                .from(assignment::Entity)
                .and_where(assignment::Column::Unit.eq(unit.0.clone()))
                .to_owned();
            Condition::all().add(Column::CaseId.in_subquery(called))
        });
        blown
            .into_iter()
            .chain(calling)
            .map(|c| {
                c.add(case_exists(
                    (whistle::Entity, Column::CaseId),
                    &filter.reaches,
                ))
            })
            .collect()
    };
    conditions
        .into_iter()
        .map(|condition| {
            let mut query = whistle::Entity::find().filter(condition);
            if !filter.whistle_stages.is_empty() {
                let stages = filter.whistle_stages.iter().map(ToString::to_string);
                query = query.filter(Column::Stage.is_in(stages));
            }
            if let Some(place) = filter.after {
                let places = places(Column::RequestedAt, Column::CaseSeq);
                query = query.filter(places.lt(values(place)));
            }
            query
                .order_by_desc(Column::RequestedAt)
                .order_by_desc(Column::CaseSeq)
                .limit(filter.limit + 1)
        })
        .collect()
}

/// All that is asked but what is asked of the stage.
fn matching(filter: &CaseFilter) -> Select<case::Entity> {
    let mut query = case::Entity::find();
    if let Some(code) = filter.division {
        query = query.filter(division(code));
    }
    if let Some(grid) = filter.grid {
        query = query.filter(case::Column::Grid.eq(grid.to_string()));
    }
    if let Some(unit) = &filter.unit {
        query = query.filter(party(&crate::projection::unit_party(&unit.0)));
    }
    if let Some(person) = filter.party {
        query = query.filter(party(&crate::projection::person_party(person.0)));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(case::Column::HandlingDueAt.lt(now.micros()));
    }
    if filter.reopening {
        let asked = case::Column::DueAt.lt(crate::projection::NEVER);
        query = query.filter(asked.and(case::Column::Stage.eq(Stage::Closed.as_str())));
    }
    if let Some(matter) = &filter.matter {
        query = query.filter(case::Column::Matter.eq(matter.to_string()));
    }
    if let Some(number) = &filter.number {
        query = query.filter(case::Column::Number.eq(number.clone()));
    }
    if let Some(number) = &filter.external_number {
        let of_sources = Source::ALL
            .iter()
            .map(|source| external_number(*source, number.trim()));
        query = query.filter(case::Column::ExternalRef.is_in(of_sources));
    }
    if let Some(from) = filter.reported_from {
        query = query.filter(case::Column::ReportedAt.gte(from.micros()));
    }
    if let Some(to) = filter.reported_to {
        query = query.filter(case::Column::ReportedAt.lt(to.micros()));
    }
    query
}

/// Where a row stands in an order by two columns. Compared as one, so that a page begins at its place
/// in the index, however far it is.
fn places<C: ColumnTrait>(first: C, second: C) -> Expr {
    Expr::tuple([first, second].map(|column| Expr::col(column.as_column_ref())))
}

fn values((first, second): (i64, i64)) -> Expr {
    Expr::tuple([Expr::val(first), Expr::val(second)])
}

/// What comes after the place where the page begins.
fn begun(query: Select<case::Entity>, filter: &CaseFilter) -> Select<case::Entity> {
    match (filter.order, filter.after) {
        (_, None) => query,
        (CaseOrder::Newest, Some((_, seq))) => query.filter(case::Column::FirstSeq.lt(seq)),
        (CaseOrder::Due, Some(place)) => {
            let places = places(case::Column::DueAt, case::Column::FirstSeq);
            query.filter(places.gt(values(place)))
        }
    }
}

fn ordered(query: Select<case::Entity>, filter: &CaseFilter) -> Select<case::Entity> {
    match filter.order {
        CaseOrder::Newest => query.order_by(case::Column::FirstSeq, Order::Desc),
        CaseOrder::Due => query
            .order_by(case::Column::DueAt, Order::Asc)
            .order_by(case::Column::FirstSeq, Order::Asc),
    }
}
