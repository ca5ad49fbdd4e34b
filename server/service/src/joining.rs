//! Actions that change more than one case: merging, linking, and the end of a case of which others
//! became a part.

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::case::{
    Action, Ask, Case, CaseId, Recorded, Refusal, RefusalCode, Stage, asked_no_more, decide,
    is_likely_the_same, link, merge, target_ended,
};
use gridwhistle_store::{CaseFilter, CaseOrder};

use crate::{Service, ServiceError};

/// The most open cases of a matter that are looked at for duplicates: many times what a town has in
/// a day.
const LOOKED_AT: u64 = 500;

/// What an action comes to: the events of its case, and those of others in the same breath.
pub(crate) struct Decided {
    pub events: Vec<Recorded>,
    pub others: Vec<(Case, Vec<Recorded>)>,
}

/// An open case that is likely the same.
#[derive(Clone, Debug)]
pub struct Duplicate {
    pub case: Case,
    /// Metres between the two.
    pub distance_m: f64,
}

impl Service {
    /// Open cases that the caller sees and that are likely the same, the nearest first.
    pub async fn duplicates(
        &self,
        actor: &Actor,
        id: CaseId,
    ) -> Result<Vec<Duplicate>, ServiceError> {
        let case = self.case(actor, id).await?;
        let reference = self.reference();
        let settings = &reference.rules_of(&case).settings;
        let Some(matter) = case.matter.clone() else {
            return Ok(Vec::new());
        };
        let minutes = settings.duplicate_hours * 60;
        let filter = CaseFilter {
            reaches: self.reaches(actor, gridwhistle_domain::access::Operation::ReadCases)?,
            matter: Some(matter),
            open: Some(true),
            reported_from: Some(case.reported_at.plus_minutes(-minutes)),
            // The last moment counts.
            reported_to: Some(case.reported_at.plus_minutes(minutes + 1)),
            order: CaseOrder::Newest,
            limit: LOOKED_AT,
            ..CaseFilter::default()
        };
        let page = self.store.cases(&filter).await?;
        let mut found: Vec<Duplicate> = page
            .items
            .into_iter()
            .filter_map(|other| {
                let distance_m = is_likely_the_same(&case, &other, settings)?;
                Some(Duplicate {
                    case: other,
                    distance_m,
                })
            })
            .collect();
        found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        Ok(found)
    }

    /// Decides an action together with what it does to other cases.
    pub(crate) async fn decided(
        &self,
        case: &Case,
        action: &Action,
        ask: &Ask<'_>,
    ) -> Result<Result<Decided, Refusal>, ServiceError> {
        let decided = match action {
            Action::Merge { into, note } => {
                let Some(into) = self.store.case(*into).await? else {
                    return Ok(without_other(case, action, ask));
                };
                let followers = self.followers(case).await?;
                merge(case, &into, &followers, note, ask).map(|changed| {
                    let mut changed = changed.into_iter();
                    let events = changed.next().unwrap_or_default();
                    let others = std::iter::once(into).chain(followers);
                    Decided {
                        events,
                        others: others.zip(changed).collect(),
                    }
                })
            }
            Action::Link { to, note } => {
                let Some(other) = self.store.case(*to).await? else {
                    return Ok(without_other(case, action, ask));
                };
                link(case, &other, note, ask).map(|[events, others]| Decided {
                    events,
                    others: vec![(other, others)],
                })
            }
            action => match decide(case, action, ask) {
                Ok(events) => {
                    let others = self.told(case, &events, ask).await?;
                    Ok(Decided { events, others })
                }
                Err(refusal) => Err(refusal),
            },
        };
        Ok(decided)
    }

    /// Those who reported what was merged into a case are told of its end, and their residents are asked no more when
    /// they were.
    pub(crate) async fn told(
        &self,
        case: &Case,
        events: &[Recorded],
        ask: &Ask<'_>,
    ) -> Result<Vec<(Case, Vec<Recorded>)>, ServiceError> {
        if case.absorbed.is_empty() {
            return Ok(Vec::new());
        }
        let asked = |r: &Recorded| matches!(r.event.name(), "rated" | "feedback_concluded");
        if events.iter().any(asked) {
            let merged = self.followers(case).await?;
            return Ok(merged
                .into_iter()
                .filter_map(|merged| {
                    let told = asked_no_more(&merged, case, events)?;
                    Some((merged, vec![told]))
                })
                .collect());
        }
        if case.stage.is_end() {
            return Ok(Vec::new());
        }
        let mut after = case.clone();
        for event in events {
            after.apply(event);
        }
        if !after.stage.is_end() || after.stage == Stage::Merged {
            return Ok(Vec::new());
        }
        let merged = self.followers(case).await?;
        Ok(merged
            .into_iter()
            .map(|merged| {
                let told = target_ended(&merged, &after, ask.now);
                (merged, vec![told])
            })
            .collect())
    }

    async fn followers(&self, case: &Case) -> Result<Vec<Case>, ServiceError> {
        if case.absorbed.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<CaseId> = case.absorbed.iter().map(|merged| merged.case).collect();
        Ok(self.store.cases_by_id(&ids).await?)
    }
}

/// What forbids it already without the other case, else that there is no other case.
fn without_other(case: &Case, action: &Action, ask: &Ask<'_>) -> Result<Decided, Refusal> {
    match decide(case, action, ask) {
        Err(refusal) => Err(refusal),
        Ok(_) => Err(RefusalCode::UnknownCase.into()),
    }
}
