//! The grids, and facts about the database itself.

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::place::{Boundary, Grid, GridCode};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use crate::entity::{grid, meta};
use crate::insert::{Held, insert_all};
use crate::{Store, StoreError};

impl Store {
    /// Puts grids; those with the same code and begin of validity are replaced.
    pub async fn put_grids(&self, grids: Vec<Grid>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(grids.len());
        for g in grids {
            rows.push(grid_row(g)?);
        }
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                insert_all::<grid::Entity>(tx, rows, Held::Replaced).await?;
                stamp_reference(tx).await
            })
        }))
        .await
    }

    /// All grids, past ones included, by code and begin of validity.
    pub async fn grids(&self) -> Result<Vec<Grid>, StoreError> {
        grid::Entity::find()
            .order_by_asc(grid::Column::Code)
            .order_by_asc(grid::Column::ValidFrom)
            .all(&self.readers)
            .await?
            .iter()
            .map(read_grid)
            .collect()
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
