//! Which change of the land wrote each grid last: servers read what changed, not all.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ActiveValue, EntityTrait};

use crate::entity::meta;
use crate::reference::LAND;

pub struct Land;

impl MigrationName for Land {
    fn name(&self) -> &'static str {
        "m0011_land"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Land {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A new database has the column from the start.
        if !manager.has_column("grids", "changed_in").await? {
            let mut column = ColumnDef::new(Alias::new("changed_in"));
            let column = column.big_integer().not_null().default(0).take();
            let mut table = Table::alter();
            let table = table.table(Alias::new("grids")).add_column(column).take();
            manager.alter_table(table).await?;
        }
        let mut index = Index::create();
        index
            .name("grids_changed_in")
            .table(Alias::new("grids"))
            .col(Alias::new("changed_in"));
        manager.create_index(index.take()).await?;
        let number = meta::ActiveModel {
            name: ActiveValue::Set(LAND.to_owned()),
            value: ActiveValue::Set("0".to_owned()),
        };
        meta::Entity::insert(number)
            .exec_without_returning(manager.get_connection())
            .await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}
