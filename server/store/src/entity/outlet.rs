//! How far notices were handed on to somewhere else, and who hands them on at the moment.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outlets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The last notice that was handed on.
    pub sent_upto: i64,
    pub owner: Option<Uuid>,
    /// Until when the owner has it, by the clock of its machine; nobody has it after so long, nor where that lies far ahead.
    pub until_at: i64,
    /// How often the next notice has failed.
    pub failures: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
