//! The schema, for both engines.

mod m0003_time;
mod m0008_moved;
mod m0009_boundaries;
mod m0010_imports;
mod m0011_land;
mod m0012_places;
mod m0013_divisions;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Schema,
};

use crate::cases::read_state;
use crate::projection::{NEVER, waiting_rows};
use crate::{StoreError, entity};

/// The key of the lock under which PostgreSQL changes the schema: servers that start side by side
/// wait for each other.
const SCHEMA_LOCK: i64 = 0x6772_6965;

/// Brings the schema up to date. The pool must have a single connection, which holds the lock.
pub async fn run(db: &DatabaseConnection) -> Result<(), StoreError> {
    let unusable =
        |e: DbErr| StoreError::Unusable(format!("the schema cannot be brought up to date: {e}"));
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    if is_postgres {
        let lock = format!("SELECT pg_advisory_lock({SCHEMA_LOCK})");
        db.execute_unprepared(&lock).await.map_err(unusable)?;
    }
    let result = Migrator::up(db, None).await.map_err(unusable);
    if is_postgres {
        let unlock = format!("SELECT pg_advisory_unlock({SCHEMA_LOCK})");
        db.execute_unprepared(&unlock).await.map_err(unusable)?;
    }
    result
}

/// All migrations, in order.
struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Foundation),
            Box::new(Access),
            Box::new(m0003_time::Time),
            Box::new(Lists),
            Box::new(Towns),
            Box::new(Desk),
            Box::new(m0008_moved::Moved),
            Box::new(m0009_boundaries::Boundaries),
            Box::new(m0010_imports::Imports),
            Box::new(m0011_land::Land),
            Box::new(m0012_places::Places),
            Box::new(m0013_divisions::Divisions),
        ]
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
    // The newest first, and what is due first, of a county, a town, a village, a grid.
    ("cases", &["county", "first_seq"], false),
    ("cases", &["town", "first_seq"], false),
    ("cases", &["village", "first_seq"], false),
    ("cases", &["grid", "first_seq"], false),
    ("cases", &["county", "due_at", "first_seq"], false),
    ("cases", &["town", "due_at", "first_seq"], false),
    ("cases", &["village", "due_at", "first_seq"], false),
    ("cases", &["grid", "due_at", "first_seq"], false),
    // The newest of a stage first, however few there are at it.
    ("cases", &["county", "stage", "first_seq"], false),
    ("cases", &["town", "stage", "first_seq"], false),
    // What is due first of a stage; how many open cases stand where, and how many of them late.
    (
        "cases",
        &["county", "is_open", "stage", "due_at", "first_seq"],
        false,
    ),
    (
        "cases",
        &["town", "is_open", "stage", "due_at", "first_seq"],
        false,
    ),
    (
        "assignments",
        &["unit", "is_open", "due_at", "case_seq"],
        false,
    ),
    ("assignments", &["county", "due_at", "case_seq"], false),
    ("assignments", &["town", "due_at", "case_seq"], false),
    ("assignments", &["case_id"], false),
    ("whistles", &["county", "requested_at", "case_seq"], false),
    ("whistles", &["town", "requested_at", "case_seq"], false),
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
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// Keys of applications; who looked at residents' data, in which post.
struct Access;

impl MigrationName for Access {
    fn name(&self) -> &'static str {
        "m0002_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Access {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A database of this version has the columns from the beginning.
        for column in ["by", "note"] {
            if !manager.has_column("unmaskings", column).await? {
                let mut text = ColumnDef::new(Alias::new(column));
                text.text().null();
                let mut change = Table::alter();
                change.table(Alias::new("unmaskings")).add_column(text);
                manager.alter_table(change.take()).await?;
            }
        }
        let backend = manager.get_database_backend();
        manager
            .create_table(table(backend, entity::api_key::Entity))
            .await?;
        for (column, unique) in [
            ("secret_hash", true),
            ("app_id", false),
            ("division", false),
        ] {
            let mut index = Index::create();
            index
                .name(format!("api_keys_{column}"))
                .table(Alias::new("api_keys"))
                .col(Alias::new(column));
            if unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// Every version that a list has had.
struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &'static str {
        "m0004_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Lists {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for mut statement in [
            table(backend, entity::list_version::Entity),
            table(backend, entity::list_change::Entity),
        ] {
            manager.create_table(statement.take()).await?;
        }
        // What stands is the first version of each list, from the beginning of time as far as is known.
        let db = manager.get_connection();
        db.execute_unprepared(
            "INSERT INTO list_versions (kind, version, changed_at, changed_by, why, changes) \
             SELECT kind, 1, 0, NULL, '', COUNT(*) FROM reference_items GROUP BY kind",
        )
        .await?;
        db.execute_unprepared(
            "INSERT INTO list_changes (kind, code, version, body) \
             SELECT kind, code, 1, body FROM reference_items",
        )
        .await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// What towns set for themselves, the roster, handovers.
struct Towns;

impl MigrationName for Towns {
    fn name(&self) -> &'static str {
        "m0005_towns"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Towns {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for mut statement in [
            table(backend, entity::configuration::Entity),
            table(backend, entity::duty_shift::Entity),
            table(backend, entity::handover::Entity),
        ] {
            manager.create_table(statement.take()).await?;
        }
        for (table, columns) in [
            ("duty_shifts", ["desk", "from_at"]),
            ("handovers", ["desk", "at"]),
        ] {
            let mut index = Index::create();
            index
                .name(format!("{table}_{}", columns.join("_")))
                .table(Alias::new(table));
            for column in columns {
                index.col(Alias::new(column));
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// The work lists of command centres, filled from the cases as they stand.
struct Desk;

impl MigrationName for Desk {
    fn name(&self) -> &'static str {
        "m0007_desk"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Desk {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager
            .create_table(table(backend, entity::waiting::Entity))
            .await?;
        for columns in [
            &["centre", "queue", "due_at", "case_seq"][..],
            &["case_seq"],
        ] {
            let mut index = Index::create();
            index
                .name(format!("waiting_{}", columns.join("_")))
                .table(Alias::new("waiting"));
            for column in columns {
                index.col(Alias::new(*column));
            }
            manager.create_index(index.take()).await?;
        }
        fill_desk(manager.get_connection()).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// Lets every case that waits for somebody wait in its queues. A closed one waits where it has a due moment.
async fn fill_desk(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let page = 1_000;
    let mut after = 0;
    loop {
        let rows: Vec<(i64, String)> = entity::case::Entity::find()
            .select_only()
            .columns([entity::case::Column::FirstSeq, entity::case::Column::State])
            .filter(entity::case::Column::FirstSeq.gt(after))
            .filter(
                Condition::any()
                    .add(entity::case::Column::IsOpen.eq(true))
                    .add(entity::case::Column::DueAt.lt(NEVER)),
            )
            .order_by_asc(entity::case::Column::FirstSeq)
            .limit(page)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        let mut waits = Vec::new();
        for (first_seq, state) in &rows {
            let case = read_state(state).map_err(|e| DbErr::Migration(e.to_string()))?;
            waits.extend(waiting_rows(&case, *first_seq));
        }
        if !waits.is_empty() {
            let waits = waits.into_iter().map(IntoActiveModel::into_active_model);
            entity::waiting::Entity::insert_many(waits).exec(db).await?;
        }
    }
}

fn table(backend: DbBackend, entity: impl EntityTrait) -> TableCreateStatement {
    Schema::new(backend).create_table_from_entity(entity)
}
