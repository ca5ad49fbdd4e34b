//! What divisions set for themselves, every version of it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "configurations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub division: String,
    /// Counted from 1; the highest one holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The whole document.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// Who put it in force, in which post; absent where it came from the server's command line.
    #[sea_orm(column_type = "Text", nullable)]
    pub by: Option<String>,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
