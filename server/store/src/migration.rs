//! The schema, for both engines.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, EntityTrait, Schema};

use crate::entity;

/// All migrations, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Foundation)]
    }
}

/// The tables of the first version.
struct Foundation;

impl MigrationName for Foundation {
    fn name(&self) -> &'static str {
        "m0001_foundation"
    }
}

/// Columns that are looked up, beside the primary keys: table, columns, whether unique.
const INDEXES: &[(&str, &[&str], bool)] = &[
    ("case_events", &["case_id", "version"], true),
    ("cases", &["number"], true),
    ("cases", &["first_seq"], true),
    ("cases", &["external_ref"], true),
    ("cases", &["county", "first_seq"], false),
    ("cases", &["town", "first_seq"], false),
    ("cases", &["town", "stage", "due_at", "first_seq"], false),
    ("cases", &["village", "first_seq"], false),
    ("cases", &["grid", "first_seq"], false),
    ("assignments", &["unit", "is_open", "due_at"], false),
    ("assignments", &["case_id"], false),
    ("assignments", &["town", "is_open", "due_at"], false),
    ("whistles", &["town", "stage", "requested_at"], false),
    ("whistles", &["case_id"], false),
    ("idempotency", &["recorded_at"], false),
    ("persons", &["username"], true),
    ("appointments", &["person_id"], false),
    ("sessions", &["person_id"], false),
    ("unmaskings", &["case_id"], false),
];

#[async_trait::async_trait]
impl MigrationTrait for Foundation {
    // SQLite runs a migration without a transaction unless told otherwise.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let mut tables = vec![
            table(backend, entity::case_event::Entity),
            table(backend, entity::case::Entity),
            table(backend, entity::case_party::Entity),
            table(backend, entity::assignment::Entity),
            table(backend, entity::whistle::Entity),
            table(backend, entity::idempotency::Entity),
            table(backend, entity::day_counter::Entity),
            table(backend, entity::resident::Entity),
            table(backend, entity::unmasking::Entity),
            table(backend, entity::attachment::Entity),
            table(backend, entity::person::Entity),
            table(backend, entity::appointment::Entity),
            table(backend, entity::session::Entity),
            table(backend, entity::reference_item::Entity),
            table(backend, entity::grid::Entity),
            table(backend, entity::meta::Entity),
        ];
        for statement in &mut tables {
            manager.create_table(statement.take()).await?;
        }
        for (table, columns, unique) in INDEXES {
            let mut index = Index::create();
            index
                .name(format!("{table}_{}", columns.join("_")))
                .table(Alias::new(*table));
            for column in *columns {
                index.col(Alias::new(*column));
            }
            if *unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never dropped; restore a backup instead".to_owned()))
    }
}

fn table(backend: DbBackend, entity: impl EntityTrait) -> TableCreateStatement {
    Schema::new(backend).create_table_from_entity(entity)
}
