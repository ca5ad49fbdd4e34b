//! Lists as tables: read at any version, replaced by an import, changed entry by entry.

use std::collections::BTreeMap;

use gridwhistle_domain::access::{Actor, ActorRef, Operation, Post, Scope, may_use};
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::lists;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use gridwhistle_store::{ListNote, ListVersion, StoreError};
use serde_json::Value;

use crate::import::{Fault as FileFault, Format, Spot};
use crate::{Fault, Reference, Service, ServiceError};

/// The most versions that are listed at once.
const VERSIONS: u64 = 200;

/// Which version of a list somebody wants to read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Newest,
    Version(u32),
    /// The one that stood at that moment.
    At(Timestamp),
}

/// A list as it stood at a version.
#[derive(Clone, Debug)]
pub struct TableAt {
    pub format: &'static Format,
    pub version: ListVersion,
    pub entries: Vec<TableEntry>,
}

/// An entry of a list: its code, and its lines, each with a field for every column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableEntry {
    pub code: String,
    pub rows: Vec<Vec<String>>,
}

/// A change of one entry.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A new entry: its lines, by the names of columns; columns that are not named stay empty.
    Add(Vec<BTreeMap<String, String>>),
    /// The first day on which the entry is no longer in force.
    End { code: String, valid_to: Date },
}

impl TableAt {
    /// The same as a file that can be imported.
    pub fn csv(&self) -> String {
        let rows = self.entries.iter().flat_map(|entry| entry.rows.clone());
        self.format.write(rows)
    }
}

impl Service {
    /// The lists with the version at which each stands; those that were never filled have none.
    pub async fn tables(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(&'static Format, Option<ListVersion>)>, ServiceError> {
        self.may(actor, Operation::ReadLists)?;
        let mut tables = Vec::with_capacity(crate::import::FORMATS.len());
        for format in &crate::import::FORMATS {
            let newest = self.store.list_versions(format.list, None, 1).await?;
            tables.push((format, newest.into_iter().next()));
        }
        Ok(tables)
    }

    /// A list as a table, at whatever version.
    pub async fn table(
        &self,
        actor: &Actor,
        list: &str,
        which: Which,
    ) -> Result<TableAt, ServiceError> {
        self.may(actor, Operation::ReadLists)?;
        self.read_table(list, which).await
    }

    /// The same for whoever administers the machine.
    pub async fn read_table(&self, list: &str, which: Which) -> Result<TableAt, ServiceError> {
        let format = Format::by_list(list).ok_or(ServiceError::NotFound)?;
        let version = match which {
            Which::Newest => self
                .store
                .list_versions(list, None, 1)
                .await?
                .into_iter()
                .next(),
            Which::Version(wanted) => {
                let found = self
                    .store
                    .list_versions(list, wanted.checked_add(1), 1)
                    .await?;
                found.into_iter().find(|found| found.version == wanted)
            }
            Which::At(moment) => self.store.list_version_at(list, moment).await?,
        };
        let version = version.ok_or(ServiceError::NotFound)?;
        let entries: Vec<(String, Value)> = self.store.list_at(list, version.version).await?;
        Ok(TableAt {
            format,
            version,
            entries: rows(format, entries)?,
        })
    }

    /// The versions of a list, the newest first.
    pub async fn table_versions(
        &self,
        actor: &Actor,
        list: &str,
        before: Option<u32>,
    ) -> Result<Vec<ListVersion>, ServiceError> {
        self.may(actor, Operation::ReadLists)?;
        let format = Format::by_list(list).ok_or(ServiceError::NotFound)?;
        Ok(self
            .store
            .list_versions(format.list, before, VERSIONS)
            .await?)
    }

    /// What an entry was from version to version, the newest first; absent where it was not in the list.
    pub async fn entry_history(
        &self,
        actor: &Actor,
        list: &str,
        code: &str,
    ) -> Result<Vec<(ListVersion, Option<TableEntry>)>, ServiceError> {
        self.may(actor, Operation::ReadLists)?;
        let format = Format::by_list(list).ok_or(ServiceError::NotFound)?;
        let changes = self
            .store
            .list_changes::<Value>(list, code, VERSIONS)
            .await?;
        if changes.is_empty() {
            return Err(ServiceError::NotFound);
        }
        let mut history = Vec::with_capacity(changes.len());
        for change in changes {
            let next = change.version.checked_add(1);
            let version = self
                .store
                .list_versions(list, next, 1)
                .await?
                .into_iter()
                .next();
            let version = version.ok_or(ServiceError::NotFound)?;
            let entry = change.body.map(|body| (code.to_owned(), body));
            let entry = rows(format, entry.into_iter().collect())?
                .into_iter()
                .next();
            history.push((version, entry));
        }
        Ok(history)
    }

    /// Replaces a whole list. Answers how many entries changed.
    pub async fn put_table(
        &self,
        format: &'static Format,
        entries: Vec<(String, Value)>,
        why: String,
    ) -> Result<usize, ServiceError> {
        let note = ListNote {
            at: self.clock.now(),
            by: None,
            why,
        };
        let changed = self.store.put_list(format.list, entries, note).await?;
        self.refresh_reference().await?;
        Ok(changed)
    }

    /// Changes one entry of a list, decided on a version of it. Answers the new version.
    ///
    /// The whole list is read again as if it were imported, so that what would be refused in a file is refused here.
    pub async fn edit_table(
        &self,
        actor: &Actor,
        list: &str,
        decided_on: Option<u32>,
        edit: &Edit,
        why: String,
    ) -> Result<ListVersion, ServiceError> {
        let format = Format::by_list(list).ok_or(ServiceError::NotFound)?;
        let by = self.editor(actor)?;
        if format.list == lists::RULINGS {
            // What a centre ruled it changes itself (`change_ruling`).
            return Err(ServiceError::Forbidden);
        }
        let current: Vec<(String, Value)> = self.store.list_entries(format.list).await?;
        let reference = self.reference();
        let edited = edited(format, &current, edit, &reference)?;
        let changes = difference(&current, edited);
        self.within(actor, format, &current, &changes)?;
        let version = self.store.list_versions(format.list, None, 1).await?;
        let stands = version.first().map_or(0, |version| version.version);
        let decided_on = decided_on.ok_or(ServiceError::VersionMissing)?;
        if stands != decided_on {
            return Err(ServiceError::StaleVersion { current: stands });
        }
        let note = ListNote {
            at: self.clock.now(),
            by: Some(by),
            why,
        };
        let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let put = self
            .store
            .change_list(format.list, decided_on, changes, note.clone());
        match put.await {
            Ok(version) => {
                self.refresh_reference().await?;
                Ok(ListVersion {
                    version,
                    note,
                    changes: count,
                })
            }
            Err(StoreError::Stale) => Err(ServiceError::StaleVersion {
                current: decided_on.saturating_add(1),
            }),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn may(&self, actor: &Actor, operation: Operation) -> Result<(), ServiceError> {
        if may_use(actor, operation, self.clock.now()) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden)
        }
    }

    /// The administrator who edits lists, in that post.
    fn editor(&self, actor: &Actor) -> Result<ActorRef, ServiceError> {
        let mut posts = actor.posts(self.clock.now());
        let admin = posts.find(|held| held.post == Post::Admin);
        admin
            .map(|held| ActorRef::of(actor, held))
            .ok_or(ServiceError::Forbidden)
    }

    /// What belongs to a division is changed by its administrator or one above; what holds for everybody by an
    /// administrator of a county, or of more where the system serves several.
    fn within(
        &self,
        actor: &Actor,
        format: &Format,
        current: &[(String, Value)],
        changes: &BTreeMap<String, Option<Value>>,
    ) -> Result<(), ServiceError> {
        let reference = self.reference();
        for (code, body) in changes {
            let before = current
                .iter()
                .find(|(known, _)| known == code)
                .map(|(_, body)| body);
            for body in body.iter().chain(before) {
                let allowed = match division_of(format, body, &reference) {
                    Some(division) => self.administers(actor, division).is_ok(),
                    None => self.administers_all(actor, &reference),
                };
                if !allowed {
                    return Err(ServiceError::Forbidden);
                }
            }
        }
        Ok(())
    }

    fn administers_all(&self, actor: &Actor, reference: &Reference) -> bool {
        let now = self.clock.now();
        let counties: Vec<DivisionCode> = reference
            .divisions
            .values()
            .filter(|division| division.level == DivisionLevel::County)
            .map(|division| division.code)
            .collect();
        actor.posts(now).any(|held| match &held.scope {
            Scope::Division(code) => {
                held.post == Post::Admin
                    && code.level() <= DivisionLevel::County
                    && counties.iter().all(|county| code.contains(*county))
            }
            Scope::Unit(_) | Scope::Grids(_) => false,
        })
    }
}

/// The division to which an entry belongs; none for what holds for everybody.
fn division_of(format: &Format, entry: &Value, reference: &Reference) -> Option<DivisionCode> {
    let named = |column: &str| entry.get(column)?.as_str()?.parse().ok();
    match format.list {
        lists::UNITS | lists::ADMISSIONS | lists::WORKING_TIMES => named("division"),
        // A town does not grant itself powers, nor certificates to its own officers.
        lists::POWERS => named("town").and_then(DivisionCode::parent),
        lists::CERTIFICATES => {
            let code = entry.get("unit")?.as_str()?.to_owned();
            let unit = reference.unit(&gridwhistle_domain::routing::UnitCode(code))?;
            unit.division
                .at(DivisionLevel::County)
                .or(Some(unit.division))
        }
        _ => None,
    }
}

fn rows(format: &Format, entries: Vec<(String, Value)>) -> Result<Vec<TableEntry>, ServiceError> {
    let unreadable = |code: &str| ServiceError::Internal(format!("{} {code}", format.list));
    entries
        .into_iter()
        .map(|(code, body)| {
            let rows = format.rows(&body).ok_or_else(|| unreadable(&code))?;
            Ok(TableEntry { code, rows })
        })
        .collect()
}

/// The list after the edit, read as a file.
pub(crate) fn edited(
    format: &'static Format,
    current: &[(String, Value)],
    edit: &Edit,
    reference: &Reference,
) -> Result<Vec<(String, Value)>, ServiceError> {
    let mut entries = rows(format, current.to_vec())?;
    // The header is the first line.
    let lines: usize = entries.iter().map(|entry| entry.rows.len()).sum();
    let (first, last) = match edit {
        Edit::Add(new) => {
            let rows = new.iter().map(|fields| {
                let columns = format.header.iter();
                let field = |column: &&str| fields.get(*column).cloned().unwrap_or_default();
                columns.map(field).collect()
            });
            unknown_columns(format, new)?;
            let code = String::new();
            let rows = rows.collect();
            entries.push(TableEntry { code, rows });
            (lines + 2, lines + 1 + new.len())
        }
        Edit::End { code, valid_to } => {
            let column = format.header.iter().position(|name| *name == "valid_to");
            let column = column.ok_or_else(|| Fault::new("/valid_to", "list_has_no_end"))?;
            let at = entries.iter().position(|entry| entry.code == *code);
            let at = at.ok_or(ServiceError::NotFound)?;
            let before: usize = entries.iter().take(at).map(|entry| entry.rows.len()).sum();
            if let Some(entry) = entries.get_mut(at) {
                for row in &mut entry.rows {
                    if let Some(field) = row.get_mut(column) {
                        *field = valid_to.to_string();
                    }
                }
            }
            (before + 2, before + 2)
        }
    };
    let text = format.write(entries.into_iter().flat_map(|entry| entry.rows));
    format.read(&text, reference).map_err(|faults| {
        ServiceError::List(
            faults
                .into_iter()
                .map(|fault| moved(fault, edit, first, last))
                .collect(),
        )
    })
}

fn unknown_columns(format: &Format, new: &[BTreeMap<String, String>]) -> Result<(), ServiceError> {
    let mut faults = Vec::new();
    for (index, fields) in new.iter().enumerate() {
        let unknown = fields
            .keys()
            .filter(|name| !format.header.contains(&name.as_str()));
        faults.extend(
            unknown.map(|name| Fault::new(format!("/rows/{index}/{name}"), "unknown_column")),
        );
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(faults))
    }
}

/// A fault in the lines of the edit is pointed at in the request; one elsewhere keeps its place in the list.
fn moved(fault: FileFault, edit: &Edit, first: usize, last: usize) -> FileFault {
    let Spot::Field { line, name, .. } = &fault.at else {
        return fault;
    };
    let line = usize::try_from(*line).unwrap_or(usize::MAX);
    if !(first..=last).contains(&line) {
        return fault;
    }
    let pointer = match edit {
        Edit::Add(_) => format!("/rows/{}/{name}", line - first),
        Edit::End { .. } => "/valid_to".to_owned(),
    };
    FileFault {
        at: Spot::Pointer(pointer),
        wrong: fault.wrong,
    }
}

/// What differs: entries that are new or other than before, and those that are gone.
fn difference(
    before: &[(String, Value)],
    after: Vec<(String, Value)>,
) -> BTreeMap<String, Option<Value>> {
    let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
    known.extend(before.iter().map(|(code, body)| (code.as_str(), body)));
    let mut changes = BTreeMap::new();
    for (code, body) in after {
        if known.remove(code.as_str()) != Some(&body) {
            changes.insert(code, Some(body));
        }
    }
    changes.extend(known.into_keys().map(|code| (code.to_owned(), None)));
    changes
}
