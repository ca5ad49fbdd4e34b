//! Changesets of boundaries: who changed which grids, from when on, and why.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "boundary_changesets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub effective_from: i64,
    pub recorded_at: i64,
    /// The official and his post as JSON; absent where the machine's administrator did it.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// As JSON, with the boundaries that were given.
    #[sea_orm(column_type = "Text")]
    pub changes: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
