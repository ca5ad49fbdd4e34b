//! Changesets of divisions: who changed which, from when on, and why.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "division_changesets")]
pub struct Model {
    /// That of the list of divisions which it made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub effective_from: i64,
    pub recorded_at: i64,
    /// The official and his post as JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// As JSON.
    #[sea_orm(column_type = "Text")]
    pub changes: String,
    /// Which division came from which other, as JSON.
    #[sea_orm(column_type = "Text")]
    pub lineage: String,
    /// The version of the boundaries that it made, where grids got other codes.
    pub boundary_version: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
