//! Versions of lists: who changed which one when, and why.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "list_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub changed_at: i64,
    /// The official and his post as JSON; absent where the machine's administrator did it.
    #[sea_orm(column_type = "Text", nullable)]
    pub changed_by: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub why: String,
    /// How many entries differ from the version before.
    pub changes: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
