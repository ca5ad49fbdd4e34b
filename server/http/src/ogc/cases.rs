//! Cases as features: what everybody may know who sees them, and nothing of what people wrote or of residents.

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::case::{Case, CaseId, Stage};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel, Position};
use gridwhistle_service::{CaseFilter as Wanted, Reference, Service, Within};
use serde_json::{Value, json};
use uuid::Uuid;

use super::crs::Crs;
use super::items::{Page, feature};
use super::query::{Common, Parameters};
use crate::refusal::Refusal;

/// So many cases are read at once.
const BATCH: usize = 1_000;

/// Which cases are asked for; none where a village is asked for that does not lie in the town.
pub(super) struct CaseFilter(Option<Wanted>);

impl CaseFilter {
    pub(super) fn read(parameters: &mut Parameters) -> Self {
        let town = parameters.division("town", DivisionLevel::Town);
        let village = parameters.division("village", DivisionLevel::Village);
        let wanted = Wanted {
            // Of the newest first the second number alone is the place.
            after: parameters.parsed::<i64>("cursor").map(|seq| (0, seq)),
            division: village.or(town),
            grid: parameters.parsed("grid"),
            stages: parameters.parsed::<Stage>("stage").into_iter().collect(),
            matter: parameters.parsed("matter"),
            number: parameters.parsed("number"),
            ..Wanted::default()
        };
        let apart = |(town, village): (DivisionCode, DivisionCode)| !town.contains(village);
        Self((!town.zip(village).is_some_and(apart)).then_some(wanted))
    }

    /// A page of the cases that the caller sees, the newest first.
    ///
    /// A case that is filed meanwhile comes before the first page and moves no other. How many there are is told where
    /// one page holds them all.
    pub(super) async fn page(
        self,
        service: &Service,
        actor: &Actor,
        common: &Common,
    ) -> Result<Page, Refusal> {
        let Self(Some(mut wanted)) = self else {
            return Ok(Page::default());
        };
        wanted.reported_from = common.period.and_then(|asked| asked.from);
        // The end is asked for with its moment and read without it.
        wanted.reported_to = common
            .period
            .and_then(|asked| asked.to)
            .map(|to| to.plus_micros(1));
        // A case without coordinates lies in every box, as the standard wants it.
        wanted.within = common.area.as_ref().map(|area| Within {
            boxes: area.pieces().to_vec(),
            unplaced: true,
        });
        let whole = wanted.after.is_none();
        let (reference, now) = (service.reference(), service.clock.now());
        let (mut features, mut passed) = (Vec::new(), 0);
        let next = loop {
            let missing = (common.offset - passed) + (common.limit - features.len());
            wanted.limit = u64::try_from(missing.min(BATCH)).unwrap_or(u64::MAX);
            let batch = service.cases(actor, wanted.clone()).await?;
            for case in &batch.items {
                if passed < common.offset {
                    passed += 1;
                } else {
                    features.push(case_feature(case, &reference, now, common.crs));
                }
            }
            match batch.next {
                Some(place) if features.len() < common.limit => wanted.after = Some(place),
                end => break end,
            }
        };
        Ok(Page {
            matched: (whole && next.is_none()).then_some(passed + features.len()),
            next: next.map(|(_, seq)| seq.to_string()),
            features,
        })
    }
}

/// A case within the caller's sight as a feature.
pub(super) async fn one(
    service: &Service,
    actor: &Actor,
    id: &str,
    crs: Crs,
) -> Result<Value, Refusal> {
    let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
    let case = service.case(actor, CaseId(id)).await?;
    let now = service.clock.now();
    Ok(case_feature(&case, &service.reference(), now, crs))
}

fn case_feature(case: &Case, reference: &Reference, now: Timestamp, crs: Crs) -> Value {
    let matter = case.matter.as_ref();
    let catalogue = &reference.rules.catalogue;
    let named = matter.and_then(|key| catalogue.matter(key));
    let grid = case.place.grid;
    let known = grid.and_then(|code| reference.land.grids.get(&code));
    let (village, town) = (case.place.village, case.ground().at(DivisionLevel::Town));
    let properties = json!({
        "number": case.number,
        "stage": case.stage,
        "matter": matter.map(ToString::to_string),
        "matter_name": named.map(|matter| &matter.name),
        "grid": grid,
        "grid_name": known.map(|grid| &grid.name),
        "village": village,
        "village_name": village.map(|code| reference.division_name(code)),
        "town": town,
        "town_name": town.map(|code| reference.division_name(code)),
        "reported_at": case.reported_at.to_rfc3339(),
        "closed_at": closed_at(case).map(Timestamp::to_rfc3339),
        "overdue": case.is_overdue(now),
    });
    let point = |at: Position| json!({"type": "Point", "coordinates": [at.lon(), at.lat()]});
    let mut geometry = case.place.position.map_or(Value::Null, point);
    crs.write(&mut geometry);
    feature(&case.id.to_string(), geometry, properties)
}

/// When it was closed, or settled by the worker himself; none while it is open.
fn closed_at(case: &Case) -> Option<Timestamp> {
    let settled = case.self_handled.as_ref();
    let settled = settled.filter(|settled| settled.reopened_at.is_none());
    let round = case.round().and_then(|round| round.closed_at);
    round.or(settled.map(|settled| settled.at))
}
