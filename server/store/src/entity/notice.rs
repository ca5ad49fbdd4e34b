//! What somebody is told, in the box of a person or a post.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    /// The row of the log that caused it, times 1024, and its place among those of that row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub mailbox: String,
    pub kind: String,
    /// The case, or the last of several that are told together.
    pub case_id: Uuid,
    pub number: String,
    pub recorded_at: i64,
    /// Who caused it, and is not told himself.
    pub actor: Option<Uuid>,
    /// What stands in the words beside the number, as JSON.
    #[sea_orm(column_type = "Text")]
    pub data: String,
    /// How many are told together.
    pub count: i32,
    /// Under which further ones are added to it.
    pub gathered: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
