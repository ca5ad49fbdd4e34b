//! The log: what happened to cases, in the order in which it may be read.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub case_id: Uuid,
    pub version: i32,
    pub kind: String,
    pub recorded_at: i64,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub case_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
