//! The roster: who is on duty where and when.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "duty_shifts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The code of a division, whose centre it is, or of a unit.
    pub desk: String,
    pub from_at: i64,
    pub to_at: i64,
    #[sea_orm(column_type = "Text")]
    pub leader: String,
    #[sea_orm(column_type = "Text")]
    pub officer: String,
    pub telephone: String,
    pub version: i32,
    /// Who entered or changed it last.
    #[sea_orm(column_type = "Text", nullable)]
    pub by: Option<String>,
    pub changed_at: i64,
    pub cancelled_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
