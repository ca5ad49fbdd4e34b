//! The rows of the log about moved deadlines, found without reading the others; the next moment of each case anew.

use sea_orm_migration::prelude::*;

use super::m0003_time::fill;
use crate::feed::is_about_moved_deadlines;

pub struct Moved;

impl MigrationName for Moved {
    fn name(&self) -> &'static str {
        "m0008_moved"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Moved {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index
            .name("case_events_moved")
            .table(Alias::new("case_events"))
            .col(Alias::new("seq"))
            .and_where(is_about_moved_deadlines());
        manager.create_index(index.take()).await?;
        // Cases whose log does not say when they are warned are warned all the same from this version on.
        fill(manager).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}
