//! Who looked at a resident's data in clear, when and what for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unmaskings")]
pub struct Model {
    /// In the order of time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub person_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    pub recorded_at: i64,
    /// Who it was, in which post; absent in rows of the first version.
    #[sea_orm(column_type = "Text", nullable)]
    pub by: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
