//! Changesets of boundaries, each with all that it ends and begins in one commit.

use std::collections::BTreeSet;

use gridwhistle_domain::access::ActorRef;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Change, Descent, DivisionCode, GridCode, Plan};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::entity::{boundary_changeset, grid, grid_descent};
use crate::insert::{Held, insert_all};
use crate::lists::{ListNote, count, json, number};
use crate::reference::{count_change, grid_row, stamp_reference, written_in};
use crate::{Store, StoreError};

/// The key of the lock under which PostgreSQL changes boundaries: two servers never count the same version.
const BOUNDARY_LOCK: i64 = 0x6772_6962;

/// The most codes that one statement names.
const CODES: usize = 500;

/// The most villages that one statement asks for: each is a condition of its own, and SQLite takes a thousand at most.
const VILLAGES: usize = 200;

/// A changeset as it was put.
#[derive(Clone, Debug, PartialEq)]
pub struct Changeset {
    /// Counted from 1.
    pub version: u32,
    /// When it was put, by whom and why.
    pub note: ListNote,
    pub effective_from: Timestamp,
    pub changes: Vec<Change>,
}

/// Up to where the boundaries are settled.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The version of the last changeset; 0 before the first.
    pub version: u32,
    /// From when that one counts.
    pub effective_from: Option<Timestamp>,
}

impl Store {
    /// Puts a changeset with its plan, which was made on that version: all of it or nothing. Answers the new version.
    ///
    /// [`StoreError::Stale`] when another changeset came first.
    pub async fn put_changeset(
        &self,
        decided_on: u32,
        effective_from: Timestamp,
        changes: &[Change],
        plan: Plan,
        note: ListNote,
    ) -> Result<u32, StoreError> {
        let rows = ChangesetRows::of(decided_on, effective_from, changes, plan, note)?;
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                lock(tx).await?;
                put(tx, decided_on, rows).await?;
                stamp_reference(tx).await
            })
        }))
        .await?;
        Ok(decided_on + 1)
    }

    /// Up to where the boundaries are settled.
    pub async fn settled_boundaries(&self) -> Result<Settled, StoreError> {
        settled(&self.readers).await
    }

    /// The changesets before that version, the newest first, at most `limit`.
    pub async fn changesets(
        &self,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<Changeset>, StoreError> {
        let mut query = boundary_changeset::Entity::find()
            .order_by_desc(boundary_changeset::Column::Version)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(boundary_changeset::Column::Version.lt(count(before)));
        }
        let rows = query.all(&self.readers).await?;
        rows.into_iter().map(read_changeset).collect()
    }

    /// Every code that a grid of these villages has or had.
    pub async fn grid_codes(
        &self,
        villages: &BTreeSet<DivisionCode>,
    ) -> Result<BTreeSet<GridCode>, StoreError> {
        let villages: Vec<DivisionCode> = villages.iter().copied().collect();
        let mut known = BTreeSet::new();
        for some in villages.chunks(VILLAGES) {
            let of_them = some.iter().fold(Condition::any(), |any, village| {
                let (low, high) = (format!("{village}000"), format!("{village}999"));
                any.add(grid::Column::Code.between(low, high))
            });
            let codes: Vec<String> = grid::Entity::find()
                .select_only()
                .column(grid::Column::Code)
                .filter(of_them)
                .group_by(grid::Column::Code)
                .into_tuple()
                .all(&self.readers)
                .await?;
            for code in &codes {
                known.insert(read_code(code)?);
            }
        }
        Ok(known)
    }

    /// What the grid came from and what came from it, each with the moment, by moment.
    pub async fn descents_of(
        &self,
        code: GridCode,
    ) -> Result<Vec<(Descent, Timestamp)>, StoreError> {
        let either = Condition::any()
            .add(grid_descent::Column::Predecessor.eq(code.to_string()))
            .add(grid_descent::Column::Successor.eq(code.to_string()));
        let rows = grid_descent::Entity::find()
            .filter(either)
            .order_by_asc(grid_descent::Column::Version)
            .order_by_asc(grid_descent::Column::Predecessor)
            .order_by_asc(grid_descent::Column::Successor)
            .all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| {
                let pair = Descent {
                    predecessor: read_code(&row.predecessor)?,
                    successor: read_code(&row.successor)?,
                };
                Ok((pair, Timestamp::from_micros(row.effective_from)))
            })
            .collect()
    }
}

/// The rows of a changeset.
pub(crate) struct ChangesetRows {
    changeset: boundary_changeset::Model,
    ended: Vec<String>,
    begun: Vec<grid::Model>,
    lineage: Vec<grid_descent::Model>,
}

impl ChangesetRows {
    /// Of a changeset with its plan, which was made on that version.
    pub(crate) fn of(
        decided_on: u32,
        effective_from: Timestamp,
        changes: &[Change],
        plan: Plan,
        note: ListNote,
    ) -> Result<Self, StoreError> {
        let version = count(decided_on + 1);
        let changeset = boundary_changeset::Model {
            version,
            effective_from: effective_from.micros(),
            recorded_at: note.at.micros(),
            changed_by: note.by.as_ref().map(json).transpose()?,
            reason: note.why,
            changes: json(&changes)?,
        };
        let begun = plan.begun.into_iter().map(grid_row);
        let lineage = plan.lineage.into_iter().map(|pair| grid_descent::Model {
            predecessor: pair.predecessor.to_string(),
            successor: pair.successor.to_string(),
            version,
            effective_from: effective_from.micros(),
        });
        Ok(Self {
            changeset,
            ended: plan.ended.iter().map(ToString::to_string).collect(),
            begun: begun.collect::<Result<_, _>>()?,
            lineage: lineage.collect(),
        })
    }
}

/// Puts a changeset in a transaction that holds the lock and may do something else as well; [`StoreError::Stale`] when
/// another came first.
pub(crate) async fn put(
    tx: &DatabaseTransaction,
    decided_on: u32,
    rows: ChangesetRows,
) -> Result<(), StoreError> {
    if settled(tx).await?.version != decided_on {
        return Err(StoreError::Stale);
    }
    let effective_from = rows.changeset.effective_from;
    insert_all::<boundary_changeset::Entity>(tx, vec![rows.changeset], Held::Refused).await?;
    let number = count_change(tx).await?;
    for codes in rows.ended.chunks(CODES) {
        grid::Entity::update_many()
            .col_expr(grid::Column::ValidTo, Expr::value(effective_from))
            .col_expr(grid::Column::ChangedIn, Expr::value(number))
            .filter(grid::Column::Code.is_in(codes.iter().map(String::as_str)))
            .filter(grid::Column::ValidTo.is_null())
            .exec(tx)
            .await?;
    }
    // What came into force at the same moment is replaced: it was in force for no time.
    insert_all::<grid::Entity>(tx, written_in(number, rows.begun), Held::Replaced).await?;
    insert_all::<grid_descent::Entity>(tx, rows.lineage, Held::Refused).await
}

/// Notes an import of very many grids as a changeset that counts from its moment on.
pub(crate) async fn note_import(
    tx: &DatabaseTransaction,
    note: ListNote,
) -> Result<(), StoreError> {
    lock(tx).await?;
    let changeset = boundary_changeset::Model {
        version: count(settled(tx).await?.version + 1),
        effective_from: note.at.micros(),
        recorded_at: note.at.micros(),
        changed_by: note.by.as_ref().map(json).transpose()?,
        reason: note.why,
        changes: json(&Vec::<Change>::new())?,
    };
    insert_all::<boundary_changeset::Entity>(tx, vec![changeset], Held::Refused).await
}

pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({BOUNDARY_LOCK})");
        tx.execute_unprepared(&lock).await?;
    }
    Ok(())
}

async fn settled(db: &impl ConnectionTrait) -> Result<Settled, StoreError> {
    let last: Option<(i32, i64)> = boundary_changeset::Entity::find()
        .select_only()
        .columns([
            boundary_changeset::Column::Version,
            boundary_changeset::Column::EffectiveFrom,
        ])
        .order_by_desc(boundary_changeset::Column::Version)
        .into_tuple()
        .one(db)
        .await?;
    Ok(
        last.map_or_else(Settled::default, |(version, effective_from)| Settled {
            version: number(version),
            effective_from: Some(Timestamp::from_micros(effective_from)),
        }),
    )
}

fn read_changeset(row: boundary_changeset::Model) -> Result<Changeset, StoreError> {
    let corrupt = |e: serde_json::Error| {
        StoreError::Corrupt(format!("changeset {} of boundaries: {e}", row.version))
    };
    let by: Option<ActorRef> = row
        .changed_by
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(corrupt)?;
    let changes: Vec<Change> = serde_json::from_str(&row.changes).map_err(corrupt)?;
    Ok(Changeset {
        version: number(row.version),
        note: ListNote {
            at: Timestamp::from_micros(row.recorded_at),
            by,
            why: row.reason,
        },
        effective_from: Timestamp::from_micros(row.effective_from),
        changes,
    })
}

fn read_code(text: &str) -> Result<GridCode, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(format!("{text} is no code of a grid")))
}
