//! Changesets of boundaries, and which grid came from which other.

use sea_orm_migration::prelude::*;

use super::table;
use crate::entity;

pub struct Boundaries;

impl MigrationName for Boundaries {
    fn name(&self) -> &'static str {
        "m0009_boundaries"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Boundaries {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for mut statement in [
            table(backend, entity::boundary_changeset::Entity),
            table(backend, entity::grid_descent::Entity),
        ] {
            manager.create_table(statement.take()).await?;
        }
        // Predecessors are looked up by the primary key, successors by this.
        let mut index = Index::create();
        index
            .name("grid_descents_successor")
            .table(Alias::new("grid_descents"))
            .col(Alias::new("successor"));
        manager.create_index(index.take()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}
