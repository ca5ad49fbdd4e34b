//! Changesets of divisions, each with its version of the list and what it does to grids in one commit.

use std::collections::BTreeMap;

use gridwhistle_domain::access::ActorRef;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::DIVISIONS;
use gridwhistle_domain::place::{DivisionChange, DivisionDescent, Reorganisation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::changesets::{self, ChangesetRows};
use crate::entity::division_changeset;
use crate::grids::restamp;
use crate::insert::{Held, insert_all};
use crate::lists::{self, ListNote, change_entries, count, json, number};
use crate::{Store, StoreError};

/// On what a changeset of divisions was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedOn {
    /// The version of the list of divisions.
    pub list: u32,
    /// The version of the boundaries.
    pub boundaries: u32,
    /// The stamp of all reference data.
    pub stamp: String,
}

/// A changeset of divisions as it was put.
#[derive(Clone, Debug, PartialEq)]
pub struct DivisionChangeset {
    /// The version of the list of divisions that it made.
    pub version: u32,
    /// When it was put, by whom and why.
    pub note: ListNote,
    pub effective_from: Timestamp,
    pub changes: Vec<DivisionChange>,
    pub lineage: Vec<DivisionDescent>,
    /// The version of the boundaries that it made; none where no grid got another code.
    pub boundary_version: Option<u32>,
}

impl Store {
    /// Puts a changeset of divisions with its plan: list and grids, all of it or nothing. Answers the new version of the
    /// list.
    ///
    /// [`StoreError::Stale`] when any reference data has changed since it was planned.
    pub async fn put_reorganisation(
        &self,
        planned_on: PlannedOn,
        effective_from: Timestamp,
        changes: &[DivisionChange],
        plan: Reorganisation,
        note: ListNote,
    ) -> Result<u32, StoreError> {
        let version = planned_on.list + 1;
        let mut entries: BTreeMap<String, Option<String>> = BTreeMap::new();
        for division in &plan.divisions {
            entries.insert(division.code.to_string(), Some(json(division)?));
        }
        let on = planned_on.boundaries;
        let moves_grids = !plan.grids.begun.is_empty();
        let grids = moves_grids
            .then(|| {
                let (changes, why) = (&plan.grid_changes, note.clone());
                ChangesetRows::of(on, effective_from, changes, plan.grids, why)
            })
            .transpose()?;
        let changeset = division_changeset::Model {
            version: count(version),
            effective_from: effective_from.micros(),
            recorded_at: note.at.micros(),
            changed_by: note.by.as_ref().map(json).transpose()?,
            reason: note.why.clone(),
            changes: json(&changes)?,
            lineage: json(&plan.lineage)?,
            boundary_version: moves_grids.then(|| count(on + 1)),
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                changesets::lock(tx).await?;
                lists::lock(tx).await?;
                // Grids that were imported in bulk count no version.
                if !restamp(tx, planned_on.stamp).await? {
                    return Err(StoreError::Stale);
                }
                change_entries(tx, DIVISIONS, planned_on.list, entries, note).await?;
                if let Some(rows) = grids {
                    changesets::put(tx, on, rows).await?;
                }
                insert_all::<division_changeset::Entity>(tx, vec![changeset], Held::Refused).await
            })
        }))
        .await?;
        Ok(version)
    }

    /// The changesets of divisions before that version of the list, the newest first, at most `limit`.
    pub async fn division_changesets(
        &self,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<DivisionChangeset>, StoreError> {
        let mut query = division_changeset::Entity::find()
            .order_by_desc(division_changeset::Column::Version)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(division_changeset::Column::Version.lt(count(before)));
        }
        let rows = query.all(&self.readers).await?;
        rows.into_iter().map(read).collect()
    }
}

fn read(row: division_changeset::Model) -> Result<DivisionChangeset, StoreError> {
    let corrupt = |e: serde_json::Error| {
        StoreError::Corrupt(format!("changeset {} of divisions: {e}", row.version))
    };
    let by = row.changed_by.as_deref();
    let by: Option<ActorRef> = by.map(serde_json::from_str).transpose().map_err(corrupt)?;
    let changes = serde_json::from_str(&row.changes).map_err(corrupt)?;
    let lineage = serde_json::from_str(&row.lineage).map_err(corrupt)?;
    Ok(DivisionChangeset {
        version: number(row.version),
        note: ListNote {
            at: Timestamp::from_micros(row.recorded_at),
            by,
            why: row.reason,
        },
        effective_from: Timestamp::from_micros(row.effective_from),
        changes,
        lineage,
        boundary_version: row.boundary_version.map(number),
    })
}
