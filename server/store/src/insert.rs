//! Many rows in few statements.

use std::fmt::Write;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, PrimaryKeyToColumn, Statement,
};

use crate::StoreError;

/// The most rows of one statement, below the engines' limits on bound values.
const ROWS: usize = 500;

/// What becomes of a row whose primary key is there already.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It cannot be: the statement fails, and with it the transaction.
    Refused,
    /// The row that is there stays as it is.
    Kept,
    /// The row that is there becomes the new one.
    Replaced,
}

/// Inserts rows. After an error the transaction must not be committed: it may hold some of them.
///
/// The statement is put together here and its values are moved into it: through the builders it
/// would take as long again as the engine takes to carry it out.
pub async fn insert_all<E>(
    tx: &DatabaseTransaction,
    rows: Vec<E::Model>,
    held: Held,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let backend = tx.get_database_backend();
    let mut rows = rows.into_iter();
    while rows.len() > 0 {
        let count = rows.len().min(ROWS);
        let mut values = Vec::with_capacity(count * E::Column::iter().count());
        for row in rows.by_ref().take(count) {
            let mut row = row.into_active_model();
            values.extend(E::Column::iter().filter_map(|column| row.take(column).into_value()));
        }
        let sql = sql::<E>(backend, count, held);
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    Ok(())
}

/// The statement that inserts `rows` rows, with all columns in the order of the entity.
fn sql<E: EntityTrait>(backend: DbBackend, rows: usize, held: Held) -> String {
    // Nothing is kept of a transaction in which a statement fails, so SQLite need not be able to
    // undo the statement alone: it would copy every page that the statement changes.
    let verb = match backend {
        DbBackend::Sqlite => "INSERT OR FAIL INTO",
        _ => "INSERT INTO",
    };
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let quoted = |column: &E::Column| format!("\"{}\"", column.as_str());
    let names: Vec<String> = columns.iter().map(quoted).collect();
    let mut sql = format!(
        "{verb} \"{}\" ({}) VALUES ",
        E::default().as_str(),
        names.join(", ")
    );
    let mut place = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { "), (" });
        for column in 0..columns.len() {
            if column > 0 {
                sql.push_str(", ");
            }
            place += 1;
            // Writing into a string cannot fail.
            let _ = match backend {
                DbBackend::Postgres => write!(sql, "${place}"),
                _ => write!(sql, "?"),
            };
        }
    }
    sql.push(')');
    if held == Held::Refused {
        return sql;
    }
    let keys: Vec<String> = E::PrimaryKey::iter()
        .map(|key| quoted(&key.into_column()))
        .collect();
    let _ = write!(sql, " ON CONFLICT ({}) DO ", keys.join(", "));
    if held == Held::Kept {
        sql.push_str("NOTHING");
        return sql;
    }
    let replaced: Vec<String> = names
        .iter()
        .filter(|name| !keys.contains(name))
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let _ = write!(sql, "UPDATE SET {}", replaced.join(", "));
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::{day_counter, grid};

    #[test]
    fn a_row_that_is_there_is_refused_kept_or_replaced() {
        assert_eq!(
            sql::<day_counter::Entity>(DbBackend::Sqlite, 2, Held::Refused),
            "INSERT OR FAIL INTO \"day_counters\" (\"county_day\", \"last\") VALUES (?, ?), (?, ?)"
        );
        assert_eq!(
            sql::<day_counter::Entity>(DbBackend::Postgres, 2, Held::Replaced),
            "INSERT INTO \"day_counters\" (\"county_day\", \"last\") VALUES ($1, $2), ($3, $4) \
             ON CONFLICT (\"county_day\") DO UPDATE SET \"last\" = excluded.\"last\""
        );
        let kept = sql::<grid::Entity>(DbBackend::Sqlite, 1, Held::Kept);
        assert!(
            kept.ends_with(" ON CONFLICT (\"code\", \"valid_from\") DO NOTHING"),
            "{kept}"
        );
    }
}
