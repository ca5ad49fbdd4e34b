//! Which grid came from which other, by which changeset.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grid_descents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub effective_from: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
