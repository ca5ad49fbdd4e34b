//! The grids, and facts about the database itself.

use futures_util::TryStreamExt as _;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Boundary, Grid, GridCode};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};

use crate::entity::{grid, meta};
use crate::insert::{Held, insert_all};
use crate::{Store, StoreError};

/// The name of the fact that counts the changes of the land.
pub(crate) const LAND: &str = "land";

impl Store {
    /// Puts grids; those with the same code and begin of validity are replaced.
    pub async fn put_grids(&self, grids: Vec<Grid>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(grids.len());
        for g in grids {
            rows.push(grid_row(g)?);
        }
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let number = count_change(tx).await?;
                insert_all::<grid::Entity>(tx, written_in(number, rows), Held::Replaced).await?;
                stamp_reference(tx).await
            })
        }))
        .await
    }

    /// How often the land was changed, on whatever server.
    pub async fn land_number(&self) -> Result<i64, StoreError> {
        land_number(&self.readers).await
    }

    /// All grids, past ones included, that were written by a change of the land after that number; all there are when
    /// none is given. They are as they were at one moment.
    pub async fn grids_changed_since(&self, number: Option<i64>) -> Result<Vec<Grid>, StoreError> {
        let mut query = grid::Entity::find();
        if let Some(number) = number {
            query = query.filter(grid::Column::ChangedIn.gt(number));
        }
        // One by one: the texts of all boundaries together would take more room than the boundaries.
        let mut rows = query.stream(&self.readers).await?;
        let mut grids = Vec::new();
        while let Some(row) = rows.try_next().await? {
            grids.push(read_grid(&row)?);
        }
        Ok(grids)
    }

    /// All that was in force for a grid, oldest first.
    pub async fn grid_history(&self, code: GridCode) -> Result<Vec<Grid>, StoreError> {
        grid::Entity::find()
            .filter(grid::Column::Code.eq(code.to_string()))
            .order_by_asc(grid::Column::ValidFrom)
            .all(&self.readers)
            .await?
            .iter()
            .map(read_grid)
            .collect()
    }

    /// A number that changes whenever reference data changes, on whatever server.
    pub async fn reference_stamp(&self) -> Result<String, StoreError> {
        Ok(self.meta("reference").await?.unwrap_or_default())
    }

    /// A fact about the database itself.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = meta::Entity::find_by_id(name.to_owned())
            .one(&self.readers)
            .await?;
        Ok(row.map(|row| row.value))
    }

    /// Notes a fact about the database itself.
    pub async fn set_meta(&self, name: &'static str, value: String) -> Result<(), StoreError> {
        self.task(Box::new(move |tx| Box::pin(put_meta(tx, name, value))))
            .await
    }
}

/// Reference data and the stamp that tells of its change are committed together: no server can
/// miss a change.
pub(crate) async fn stamp_reference(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    put_meta(tx, "reference", uuid::Uuid::now_v7().to_string()).await
}

/// Gives a change of the land its number. No other change gets in between until the transaction ends, so that whoever
/// reads a number can read all rows up to it.
pub(crate) async fn count_change(tx: &DatabaseTransaction) -> Result<i64, StoreError> {
    let next = Expr::cust("CAST(CAST(value AS BIGINT) + 1 AS TEXT)");
    meta::Entity::update_many()
        .col_expr(meta::Column::Value, next)
        .filter(meta::Column::Name.eq(LAND))
        .exec(tx)
        .await?;
    land_number(tx).await
}

async fn land_number(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let row = meta::Entity::find_by_id(LAND.to_owned()).one(db).await?;
    row.and_then(|row| row.value.parse().ok())
        .ok_or_else(|| StoreError::Corrupt("the changes of the land are not counted".to_owned()))
}

/// Rows of grids as a change of the land writes them.
pub(crate) fn written_in(number: i64, mut rows: Vec<grid::Model>) -> Vec<grid::Model> {
    for row in &mut rows {
        row.changed_in = number;
    }
    rows
}

async fn put_meta(
    tx: &DatabaseTransaction,
    name: &'static str,
    value: String,
) -> Result<(), StoreError> {
    let row = meta::Model {
        name: name.to_owned(),
        value,
    };
    insert_all::<meta::Entity>(tx, vec![row], Held::Replaced).await
}

pub(crate) fn grid_row(g: Grid) -> Result<grid::Model, StoreError> {
    Ok(grid::Model {
        code: g.code.to_string(),
        valid_from: g.valid_from.micros(),
        valid_to: g.valid_to.map(Timestamp::micros),
        boundary: serde_json::to_string(&g.boundary)
            .map_err(|e| StoreError::Corrupt(e.to_string()))?,
        name: g.name,
        kind: g.kind.to_string(),
        schematic: g.schematic,
        // Known when it is written.
        changed_in: 0,
    })
}

pub(crate) fn read_grid(row: &grid::Model) -> Result<Grid, StoreError> {
    let wrong = |what: String| StoreError::Corrupt(format!("grid {}: {what}", row.code));
    let code: GridCode = row.code.parse().map_err(|_| wrong("code".to_owned()))?;
    let boundary: Boundary =
        serde_json::from_str(&row.boundary).map_err(|e| wrong(e.to_string()))?;
    Ok(Grid {
        code,
        name: row.name.clone(),
        kind: row.kind.parse().map_err(|_| wrong(row.kind.clone()))?,
        boundary,
        schematic: row.schematic,
        valid_from: Timestamp::from_micros(row.valid_from),
        valid_to: row.valid_to.map(Timestamp::from_micros),
    })
}
