//! Changesets of divisions.

use sea_orm_migration::prelude::*;

use super::table;
use crate::entity;

pub struct Divisions;

impl MigrationName for Divisions {
    fn name(&self) -> &'static str {
        "m0013_divisions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Divisions {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let mut changesets = table(backend, entity::division_changeset::Entity);
        manager.create_table(changesets.take()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}
