//! Projection: a case as it stands, with the columns that lists ask for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_seq: i64,
    pub number: String,
    pub external_ref: Option<String>,
    pub version: i32,
    pub stage: String,
    pub is_open: bool,
    pub county: String,
    pub town: String,
    pub village: Option<String>,
    pub grid: Option<String>,
    pub matter: Option<String>,
    pub source: String,
    pub lead_unit: Option<String>,
    pub reported_at: i64,
    pub updated_at: i64,
    pub due_at: i64,
    pub handling_due_at: i64,
    pub relevant_until: i64,
    /// When something happens to it by itself; absent where nothing will.
    pub next_at: Option<i64>,
    /// Steps of 1e-7 degrees east; absent, like `lat`, where the place has no coordinates.
    pub lon: Option<i32>,
    /// Steps of 1e-7 degrees north.
    pub lat: Option<i32>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
