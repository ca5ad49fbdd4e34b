//! Lists of reference data, with every version that they have had.
//!
//! What stands now is read from `reference_items`; it follows from the changes, which are only ever added to.

use std::collections::BTreeMap;

use gridwhistle_domain::access::ActorRef;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::lists::ListVersions;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::entity::{list_change, list_version, reference_item};
use crate::insert::{Held, insert_all};
use crate::reference::stamp_reference;
use crate::{Store, StoreError};

/// The key of the lock under which PostgreSQL changes lists: two servers never count the same version.
const LIST_LOCK: i64 = 0x6772_696c;

/// Who changes a list, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListNote {
    pub at: Timestamp,
    /// Absent where the machine's administrator does it at the command line.
    pub by: Option<ActorRef>,
    pub why: String,
}

impl ListNote {
    /// By nobody in particular and for no reason told.
    pub const fn unexplained(at: Timestamp) -> Self {
        Self {
            at,
            by: None,
            why: String::new(),
        }
    }
}

/// A version of a list and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListVersion {
    /// Counted from 1.
    pub version: u32,
    pub note: ListNote,
    /// How many entries differ from the version before.
    pub changes: u32,
}

/// An entry as it became with a version; without a body it left the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListChange<T> {
    pub version: u32,
    pub body: Option<T>,
}

impl Store {
    /// Replaces the whole list of a kind, or changes nothing. Answers how many entries differ from what was there: 0,
    /// and no new version, when the same is put again.
    pub async fn put_list<T: Serialize>(
        &self,
        kind: &'static str,
        items: impl IntoIterator<Item = (String, T)>,
        note: ListNote,
    ) -> Result<usize, StoreError> {
        let mut wanted = BTreeMap::new();
        for (code, item) in items {
            wanted.insert(code, json(&item)?);
        }
        let (tell, told) = oneshot::channel();
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                lock(tx).await?;
                let mut changes: BTreeMap<String, Option<String>> = BTreeMap::new();
                for row in current(tx, kind).await? {
                    match wanted.remove(&row.code) {
                        Some(body) if body == sorted(&row.body)? => {}
                        body => {
                            changes.insert(row.code, body);
                        }
                    }
                }
                changes.extend(wanted.into_iter().map(|(code, body)| (code, Some(body))));
                let count = changes.len();
                if count > 0 {
                    let last = last_version(tx, kind).await?;
                    write(tx, kind, last + 1, changes, note).await?;
                }
                // Whoever asked may have gone; the list stands all the same.
                let _ = tell.send(count);
                Ok(())
            })
        }))
        .await?;
        told.await.map_err(|_| untold())
    }

    /// Changes some entries of a list, which stood at that version when it was decided: those with a body are put, those
    /// without leave the list. Answers the new version.
    ///
    /// [`StoreError::Stale`] when the list has been changed since.
    pub async fn change_list<T: Serialize>(
        &self,
        kind: &'static str,
        decided_on: u32,
        entries: impl IntoIterator<Item = (String, Option<T>)>,
        note: ListNote,
    ) -> Result<u32, StoreError> {
        let mut changes = BTreeMap::new();
        for (code, item) in entries {
            let body = item.as_ref().map(json).transpose()?;
            changes.insert(code, body);
        }
        self.task(Box::new(move |tx| {
            Box::pin(change_entries(tx, kind, decided_on, changes, note))
        }))
        .await?;
        Ok(decided_on + 1)
    }

    /// The whole list of a kind, by code.
    pub async fn list<T: DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, StoreError> {
        let entries = self.list_entries(kind).await?;
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The same, each entry with its code.
    pub async fn list_entries<T: DeserializeOwned>(
        &self,
        kind: &str,
    ) -> Result<Vec<(String, T)>, StoreError> {
        current(&self.readers, kind)
            .await?
            .into_iter()
            .map(|row| Ok((row.code.clone(), read(kind, &row.code, &row.body)?)))
            .collect()
    }

    /// One entry of a list as it stands.
    pub async fn list_entry<T: DeserializeOwned>(
        &self,
        kind: &str,
        code: &str,
    ) -> Result<Option<T>, StoreError> {
        let row = reference_item::Entity::find_by_id((kind.to_owned(), code.to_owned()))
            .one(&self.readers)
            .await?;
        row.map(|row| read(kind, code, &row.body)).transpose()
    }

    /// The list as it stood at a version, by code; empty for a version that it never had.
    pub async fn list_at<T: DeserializeOwned>(
        &self,
        kind: &str,
        version: u32,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let changes = list_change::Entity::find()
            .filter(list_change::Column::Kind.eq(kind))
            .filter(list_change::Column::Version.lte(count(version)))
            .order_by_asc(list_change::Column::Code)
            .order_by_asc(list_change::Column::Version)
            .all(&self.readers)
            .await?;
        let mut last: BTreeMap<String, Option<String>> = BTreeMap::new();
        for change in changes {
            last.insert(change.code, change.body);
        }
        last.into_iter()
            .filter_map(|(code, body)| Some((code, body?)))
            .map(|(code, body)| {
                let entry = read(kind, &code, &body)?;
                Ok((code, entry))
            })
            .collect()
    }

    /// The versions of a list before that one, the newest first, at most `limit`.
    pub async fn list_versions(
        &self,
        kind: &str,
        before: Option<u32>,
        limit: u64,
    ) -> Result<Vec<ListVersion>, StoreError> {
        let mut query = list_version::Entity::find()
            .filter(list_version::Column::Kind.eq(kind))
            .order_by_desc(list_version::Column::Version)
            .limit(limit);
        if let Some(before) = before {
            query = query.filter(list_version::Column::Version.lt(count(before)));
        }
        query
            .all(&self.readers)
            .await?
            .into_iter()
            .map(version)
            .collect()
    }

    /// The version of a list that stood at a moment, if it had one.
    pub async fn list_version_at(
        &self,
        kind: &str,
        at: Timestamp,
    ) -> Result<Option<ListVersion>, StoreError> {
        list_version::Entity::find()
            .filter(list_version::Column::Kind.eq(kind))
            .filter(list_version::Column::ChangedAt.lte(at.micros()))
            .order_by_desc(list_version::Column::Version)
            .one(&self.readers)
            .await?
            .map(version)
            .transpose()
    }

    /// How an entry came to be what it is, the newest change first, at most `limit`.
    pub async fn list_changes<T: DeserializeOwned>(
        &self,
        kind: &str,
        code: &str,
        limit: u64,
    ) -> Result<Vec<ListChange<T>>, StoreError> {
        list_change::Entity::find()
            .filter(list_change::Column::Kind.eq(kind))
            .filter(list_change::Column::Code.eq(code))
            .order_by_desc(list_change::Column::Version)
            .limit(limit)
            .all(&self.readers)
            .await?
            .into_iter()
            .map(|row| {
                let body = row.body.as_ref();
                Ok(ListChange {
                    version: number(row.version),
                    body: body.map(|body| read(kind, code, body)).transpose()?,
                })
            })
            .collect()
    }

    /// The version at which each list stands.
    pub async fn current_versions(&self) -> Result<ListVersions, StoreError> {
        let rows: Vec<(String, i32)> = list_version::Entity::find()
            .select_only()
            .column(list_version::Column::Kind)
            .column_as(list_version::Column::Version.max(), "last")
            .group_by(list_version::Column::Kind)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let rows = rows.into_iter();
        Ok(ListVersions(
            rows.map(|(kind, last)| (kind, number(last))).collect(),
        ))
    }
}

/// Changes some entries of a list in a transaction that may do something else as well; [`StoreError::Stale`] when the
/// list does not stand at that version any more.
pub(crate) async fn change_entries(
    tx: &DatabaseTransaction,
    kind: &'static str,
    decided_on: u32,
    changes: BTreeMap<String, Option<String>>,
    note: ListNote,
) -> Result<(), StoreError> {
    lock(tx).await?;
    if last_version(tx, kind).await? != decided_on {
        return Err(StoreError::Stale);
    }
    write(tx, kind, decided_on + 1, changes, note).await
}

/// Adds an entry to a list in a transaction that does something else as well; one that is there already stays.
pub(crate) async fn add_entry<T: Serialize>(
    tx: &DatabaseTransaction,
    kind: &'static str,
    code: String,
    entry: &T,
    note: ListNote,
) -> Result<(), StoreError> {
    lock(tx).await?;
    let known = reference_item::Entity::find_by_id((kind.to_owned(), code.clone()))
        .one(tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let last = last_version(tx, kind).await?;
    let change = BTreeMap::from([(code, Some(json(entry)?))]);
    write(tx, kind, last + 1, change, note).await
}

/// Writes a version: the changes, what stands now, and the stamp, which tells other servers.
async fn write(
    tx: &DatabaseTransaction,
    kind: &'static str,
    version: u32,
    changes: BTreeMap<String, Option<String>>,
    note: ListNote,
) -> Result<(), StoreError> {
    let row = list_version::Model {
        kind: kind.to_owned(),
        version: count(version),
        changed_at: note.at.micros(),
        changed_by: note.by.as_ref().map(json).transpose()?,
        why: note.why,
        changes: i32::try_from(changes.len()).unwrap_or(i32::MAX),
    };
    insert_all::<list_version::Entity>(tx, vec![row], Held::Refused).await?;
    let mut put = Vec::new();
    let mut rows = Vec::with_capacity(changes.len());
    for (code, body) in changes {
        match &body {
            Some(body) => put.push(reference_item::Model {
                kind: kind.to_owned(),
                code: code.clone(),
                body: body.clone(),
            }),
            None => {
                reference_item::Entity::delete_by_id((kind.to_owned(), code.clone()))
                    .exec(tx)
                    .await?;
            }
        }
        rows.push(list_change::Model {
            kind: kind.to_owned(),
            code,
            version: count(version),
            body,
        });
    }
    insert_all::<list_change::Entity>(tx, rows, Held::Refused).await?;
    insert_all::<reference_item::Entity>(tx, put, Held::Replaced).await?;
    stamp_reference(tx).await
}

pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({LIST_LOCK})");
        tx.execute_unprepared(&lock).await?;
    }
    Ok(())
}

async fn current(
    db: &impl ConnectionTrait,
    kind: &str,
) -> Result<Vec<reference_item::Model>, StoreError> {
    Ok(reference_item::Entity::find()
        .filter(reference_item::Column::Kind.eq(kind))
        .order_by_asc(reference_item::Column::Code)
        .all(db)
        .await?)
}

/// The version at which a list stands; 0 before its first.
async fn last_version(tx: &DatabaseTransaction, kind: &str) -> Result<u32, StoreError> {
    let last = list_version::Entity::find()
        .filter(list_version::Column::Kind.eq(kind))
        .order_by_desc(list_version::Column::Version)
        .one(tx)
        .await?;
    Ok(last.map_or(0, |row| number(row.version)))
}

fn version(row: list_version::Model) -> Result<ListVersion, StoreError> {
    let by = row.changed_by.as_ref();
    Ok(ListVersion {
        version: number(row.version),
        changes: number(row.changes),
        note: ListNote {
            at: Timestamp::from_micros(row.changed_at),
            by: by.map(|by| read(&row.kind, "changed_by", by)).transpose()?,
            why: row.why,
        },
    })
}

/// With the names of its fields in order, so that the same entry is the same text, whoever wrote it.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_value(value)
        .and_then(|value| serde_json::to_string(&value))
        .map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// The same for what was written in another order.
fn sorted(body: &str) -> Result<String, StoreError> {
    let value: serde_json::Value =
        serde_json::from_str(body).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    json(&value)
}

fn read<T: DeserializeOwned>(kind: &str, code: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Corrupt(format!("{kind} {code}: {e}")))
}

pub(crate) fn count(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

pub(crate) fn number(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or_default()
}

fn untold() -> StoreError {
    StoreError::Engine("the writer has stopped".to_owned())
}
