//! Where grids wait while the rest of their file is checked.

use sea_orm_migration::prelude::*;

use super::table;
use crate::entity;

pub struct Imports;

impl MigrationName for Imports {
    fn name(&self) -> &'static str {
        "m0010_imports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Imports {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let staging = table(backend, entity::grid_import::Entity);
        manager.create_table(staging).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}
