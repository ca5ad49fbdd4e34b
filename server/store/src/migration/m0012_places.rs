//! Where each case lies, in columns that are looked up by boxes of the map.

use gridwhistle_domain::place::Position;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::cases::read_state;
use crate::entity::case;

/// So many cases are read at once.
const CASES: u64 = 1_000;

pub struct Places;

impl MigrationName for Places {
    fn name(&self) -> &'static str {
        "m0012_places"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Places {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A database of this version has the columns from the beginning, and no case yet.
        if !manager.has_column("cases", "lat").await? {
            for name in ["lon", "lat"] {
                let mut steps = ColumnDef::new(Alias::new(name));
                steps.integer().null();
                let mut change = Table::alter();
                change.table(Alias::new("cases")).add_column(steps);
                manager.alter_table(change.take()).await?;
            }
            fill(manager).await?;
        }
        let mut places = Index::create();
        places
            .name("cases_is_open_lat_lon_first_seq")
            .table(Alias::new("cases"));
        // Few are open, and these are asked for the most.
        for column in ["is_open", "lat", "lon", "first_seq"] {
            places.col(Alias::new(column));
        }
        manager.create_index(places.take()).await?;
        // Cases without coordinates lie in every box: the newest of a county or a town, however few they are.
        for division in ["county", "town"] {
            let mut unplaced = Index::create();
            unplaced
                .name(format!("cases_{division}_first_seq_unplaced"))
                .table(Alias::new("cases"))
                .col(Alias::new(division))
                .col(Alias::new("first_seq"))
                .and_where(Expr::col(Alias::new("lat")).is_null());
            manager.create_index(unplaced.take()).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "the log is never dropped; restore a backup instead".to_owned(),
        ))
    }
}

/// Reads the place of every case that is there.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
            if let Some(at) = case.place.position {
                put(db, id, at).await?;
            }
        }
    }
}

async fn put(db: &SchemaManagerConnection<'_>, id: Uuid, at: Position) -> Result<(), DbErr> {
    case::Entity::update_many()
        .col_expr(case::Column::Lon, Expr::value(at.lon_steps()))
        .col_expr(case::Column::Lat, Expr::value(at.lat_steps()))
        .filter(case::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
