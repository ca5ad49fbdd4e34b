//! Keys of third-party applications: of each only the hash.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the key.
    pub secret_hash: Vec<u8>,
    /// The application; keys that follow one another share it.
    pub app_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The first characters of the key, to tell it from others.
    pub prefix: String,
    /// Names of grants, separated by spaces.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    pub division: String,
    pub created_by: Option<Uuid>,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub revoked_by: Option<Uuid>,
    /// The day of the last use, as its first moment.
    pub last_used_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
