//! Very many grids: read page by page, and put in force together after they waited in a table of their own.

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Boundary, DivisionCode, Grid, GridCode};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::changesets::note_import;
use crate::entity::{grid, grid_import, meta};
use crate::insert::{Held, insert_all};
use crate::lists::ListNote;
use crate::reference::{count_change, read_grid};
use crate::{Store, StoreError};

/// So many waiting grids are moved or dropped by one statement, which stays far below the time that an engine gives it.
const MOVED_AT_ONCE: u64 = 5_000;

impl Store {
    /// The grids in force at a moment in a division (everywhere unless given), by code, from the one after `after` on;
    /// at most `limit`. What is in force at a moment that has passed never changes, so pages fit together.
    pub async fn grids_page(
        &self,
        division: Option<DivisionCode>,
        at: Timestamp,
        after: Option<GridCode>,
        limit: u64,
    ) -> Result<Vec<Grid>, StoreError> {
        let mut found = grid::Entity::find().filter(in_force(at));
        if let Some(division) = division {
            let prefix = division.prefix();
            found = found
                .filter(grid::Column::Code.gte(format!("{prefix:0<15}")))
                .filter(grid::Column::Code.lte(format!("{prefix:9<15}")));
        }
        if let Some(after) = after {
            found = found.filter(grid::Column::Code.gt(after.to_string()));
        }
        let found = found.order_by_asc(grid::Column::Code).limit(limit);
        let rows = found.all(&self.readers).await?;
        rows.iter().map(read_grid).collect()
    }

    /// Those of the grids with these codes that are in force at a moment, by code.
    pub async fn grids_coded(
        &self,
        codes: &[GridCode],
        at: Timestamp,
    ) -> Result<Vec<Grid>, StoreError> {
        let rows = grid::Entity::find()
            .filter(in_force(at))
            .filter(grid::Column::Code.is_in(codes.iter().map(ToString::to_string)))
            .order_by_asc(grid::Column::Code)
            .all(&self.readers)
            .await?;
        rows.iter().map(read_grid).collect()
    }

    /// Lets grids of an import wait, each with whether it differs from what stands. A code that waits already stays as
    /// it is.
    pub async fn stage_grids(
        &self,
        import: Uuid,
        grids: Vec<(Grid, bool)>,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(grids.len());
        for (grid, differs) in grids {
            rows.push(grid_import::Model {
                import,
                code: grid.code.to_string(),
                name: grid.name,
                kind: grid.kind.to_string(),
                schematic: grid.schematic,
                boundary: serde_json::to_string(&grid.boundary)
                    .map_err(|e| StoreError::Corrupt(e.to_string()))?,
                differs,
            });
        }
        self.task(Box::new(move |tx| {
            Box::pin(insert_all::<grid_import::Entity>(tx, rows, Held::Kept))
        }))
        .await
    }

    /// The boundaries that wait, by code, from the one after `after` on; at most `limit`.
    pub async fn staged_page(
        &self,
        import: Uuid,
        after: Option<GridCode>,
        limit: u64,
    ) -> Result<Vec<(GridCode, Boundary)>, StoreError> {
        let mut found = grid_import::Entity::find().filter(grid_import::Column::Import.eq(import));
        if let Some(after) = after {
            found = found.filter(grid_import::Column::Code.gt(after.to_string()));
        }
        let found = found.order_by_asc(grid_import::Column::Code).limit(limit);
        let rows = found.all(&self.readers).await?;
        rows.iter().map(read_staged).collect()
    }

    /// Those of the boundaries with these codes that wait, by code.
    pub async fn staged_coded(
        &self,
        import: Uuid,
        codes: &[GridCode],
    ) -> Result<Vec<(GridCode, Boundary)>, StoreError> {
        let rows = grid_import::Entity::find()
            .filter(grid_import::Column::Import.eq(import))
            .filter(grid_import::Column::Code.is_in(codes.iter().map(ToString::to_string)))
            .order_by_asc(grid_import::Column::Code)
            .all(&self.readers)
            .await?;
        rows.iter().map(read_staged).collect()
    }

    /// Puts in force what waits and differs, all in one transaction, and ends what stood. In the list of changesets it is
    /// one that names no grid by itself.
    ///
    /// False, and nothing changes, where reference data is no longer what it was at `stamp`, or where not `count` grids
    /// wait: then what was checked is not what would be put in force.
    pub async fn apply_staged(
        &self,
        import: Uuid,
        stamp: String,
        count: u64,
        note: ListNote,
    ) -> Result<bool, StoreError> {
        let (tell, told) = oneshot::channel();
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let waiting = grid_import::Entity::find()
                    .filter(grid_import::Column::Import.eq(import))
                    .count(tx)
                    .await?;
                let stands = waiting == count && restamp(tx, stamp).await?;
                if stands {
                    let at = note.at;
                    note_import(tx, note).await?;
                    move_all(tx, import, at).await?;
                }
                // Whoever asked may have gone; the grids stand all the same.
                let _ = tell.send(stands);
                Ok(())
            })
        }))
        .await?;
        Ok(told.await.unwrap_or_default())
    }

    /// Drops what waits of an import, or of all of them.
    pub async fn discard_staged(&self, import: Option<Uuid>) -> Result<(), StoreError> {
        let left: Vec<Uuid> = match import {
            Some(import) => vec![import],
            None => {
                grid_import::Entity::find()
                    .select_only()
                    .column(grid_import::Column::Import)
                    .distinct()
                    .into_tuple()
                    .all(&self.readers)
                    .await?
            }
        };
        for import in left {
            let mut after = String::new();
            while let Some(last) = page_end(&self.readers, import, after).await? {
                let upto = last.clone();
                self.task(Box::new(move |tx| {
                    Box::pin(async move {
                        grid_import::Entity::delete_many()
                            .filter(grid_import::Column::Import.eq(import))
                            .filter(grid_import::Column::Code.lte(upto))
                            .exec(tx)
                            .await?;
                        Ok(())
                    })
                }))
                .await?;
                after = last;
            }
        }
        Ok(())
    }
}

fn in_force(at: Timestamp) -> Condition {
    let ends = Condition::any()
        .add(grid::Column::ValidTo.is_null())
        .add(grid::Column::ValidTo.gt(at.micros()));
    Condition::all()
        .add(grid::Column::ValidFrom.lte(at.micros()))
        .add(ends)
}

fn read_staged(row: &grid_import::Model) -> Result<(GridCode, Boundary), StoreError> {
    let wrong = |what: String| StoreError::Corrupt(format!("waiting grid {}: {what}", row.code));
    let code = row.code.parse().map_err(|_| wrong("code".to_owned()))?;
    let boundary = serde_json::from_str(&row.boundary).map_err(|e| wrong(e.to_string()))?;
    Ok((code, boundary))
}

/// The code of the last of the next waiting grids after a code; none if none is left.
async fn page_end(
    db: &impl ConnectionTrait,
    import: Uuid,
    after: String,
) -> Result<Option<String>, StoreError> {
    let codes: Vec<String> = grid_import::Entity::find()
        .select_only()
        .column(grid_import::Column::Code)
        .filter(grid_import::Column::Import.eq(import))
        .filter(grid_import::Column::Code.gt(after))
        .order_by_asc(grid_import::Column::Code)
        .limit(MOVED_AT_ONCE)
        .into_tuple()
        .all(db)
        .await?;
    Ok(codes.into_iter().next_back())
}

/// Gives reference data a new stamp if it has this one still. No other change gets in between: the row stays locked
/// until the transaction ends.
pub(crate) async fn restamp(tx: &DatabaseTransaction, stamp: String) -> Result<bool, StoreError> {
    let fresh = Uuid::now_v7().to_string();
    let done = meta::Entity::update_many()
        .col_expr(meta::Column::Value, sea_orm::sea_query::Expr::value(fresh))
        .filter(meta::Column::Name.eq("reference"))
        .filter(meta::Column::Value.eq(stamp))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

async fn move_all(tx: &DatabaseTransaction, import: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let number = count_change(tx).await?;
    let mut after = String::new();
    while let Some(last) = page_end(tx, import, after.clone()).await? {
        for sql in [END_OLD, BEGIN_NEW] {
            let values: [Value; 5] = [
                at.micros().into(),
                import.into(),
                after.clone().into(),
                last.clone().into(),
                number.into(),
            ];
            let backend = tx.get_database_backend();
            tx.execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await?;
        }
        after = last;
    }
    Ok(())
}

/// What came into force at this very moment is replaced below: it was in force for no time.
const END_OLD: &str = "UPDATE grids SET valid_to = $1, changed_in = $5 \
    WHERE valid_from < $1 AND (valid_to IS NULL OR valid_to > $1) AND code IN (\
    SELECT code FROM grid_imports WHERE import = $2 AND code > $3 AND code <= $4 AND differs = TRUE)";

const BEGIN_NEW: &str = "INSERT INTO grids \
    (code, valid_from, valid_to, name, kind, schematic, boundary, changed_in) \
    SELECT code, CAST($1 AS BIGINT), CAST(NULL AS BIGINT), name, kind, schematic, boundary, \
    CAST($5 AS BIGINT) \
    FROM grid_imports WHERE import = $2 AND code > $3 AND code <= $4 AND differs = TRUE \
    ON CONFLICT (code, valid_from) DO UPDATE SET valid_to = excluded.valid_to, \
    name = excluded.name, kind = excluded.kind, schematic = excluded.schematic, \
    boundary = excluded.boundary, changed_in = excluded.changed_in";
