//! When something happens to a case by itself; notices.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::table;
use crate::cases::read_state;
use crate::entity::{self, case};
use crate::projection::next_at;

/// So many cases are read at once.
const CASES: u64 = 1_000;

pub struct Time;

impl MigrationName for Time {
    fn name(&self) -> &'static str {
        "m0003_time"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Time {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A database of this version has the column from the beginning, and no case yet.
        if !manager.has_column("cases", "next_at").await? {
            let mut moment = ColumnDef::new(Alias::new("next_at"));
            moment.big_integer().null();
            let mut change = Table::alter();
            change.table(Alias::new("cases")).add_column(moment);
            manager.alter_table(change.take()).await?;
            fill(manager).await?;
        }
        // Only of cases to which something will happen: most have come to rest.
        let mut index = Index::create();
        index
            .name("cases_next_at")
            .table(Alias::new("cases"))
            .col(Alias::new("next_at"))
            .and_where(Expr::col(Alias::new("next_at")).is_not_null());
        manager.create_index(index.take()).await?;
        let backend = manager.get_database_backend();
        for mut statement in [
            table(backend, entity::notice::Entity),
            table(backend, entity::notice_read::Entity),
            table(backend, entity::notice_mark::Entity),
            table(backend, entity::outlet::Entity),
        ] {
            manager.create_table(statement.take()).await?;
        }
        for columns in [&["mailbox", "seq"][..], &["recorded_at"], &["gathered"]] {
            let mut index = Index::create();
            index
                .name(format!("notices_{}", columns.join("_")))
                .table(Alias::new("notices"));
            for column in columns {
                index.col(Alias::new(*column));
            }
            if columns == ["gathered"] {
                index.and_where(Expr::col(Alias::new("gathered")).is_not_null());
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

/// Works out the next moment of every case that is there.
pub(super) async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut after = 0;
    loop {
        let rows: Vec<(i64, Uuid, String)> = case::Entity::find()
            .select_only()
            .columns([
                case::Column::FirstSeq,
                case::Column::Id,
                case::Column::State,
            ])
            .filter(case::Column::FirstSeq.gt(after))
            .order_by_asc(case::Column::FirstSeq)
            .limit(CASES)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _, _)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        for (_, id, state) in rows {
            let case = read_state(&state).map_err(|e| DbErr::Migration(e.to_string()))?;
            if let Some(at) = next_at(&case) {
                case::Entity::update_many()
                    .col_expr(case::Column::NextAt, Expr::value(at))
                    .filter(case::Column::Id.eq(id))
                    .exec(db)
                    .await?;
            }
        }
    }
}
