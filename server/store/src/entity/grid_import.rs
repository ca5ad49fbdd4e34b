//! Grids of an import that is still being checked: nobody else sees them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub kind: String,
    pub schematic: bool,
    #[sea_orm(column_type = "Text")]
    pub boundary: String,
    /// Whether the grid stands otherwise, or not at all.
    pub differs: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
