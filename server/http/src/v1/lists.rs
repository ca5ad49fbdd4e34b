//! `/lists`: every list at every version, as JSON and CSV, and changed entry by entry.

use std::collections::BTreeMap;

use gridwhistle_domain::clock::Date;
use gridwhistle_service::import::Format;
use gridwhistle_service::{Edit, ListVersion, TableAt, TableEntry, Which};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::PlainText;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::views::{Look, Person};
use super::{Tag, When, moment, when};
use crate::answer::{Acted, Answer, Tagged};
use crate::auth::Caller;
use crate::body::Body;
use crate::etag::{expected_version, strong};
use crate::fail::{ActFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Lists of reference data.
pub struct Lists(pub(super) State);

/// A version of a list, and how it came about.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ListVersionView {
    version: u32,
    at: When,
    /// Absent where it was imported at the server's command line.
    by: Option<Person>,
    why: String,
    /// How many entries differ from the version before.
    changes: u32,
}

/// A list and where it stands.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct ListState {
    /// `division`, `matter`, `condition`, `unit`, `duty`, `calendar`, `power`, `requirement`, `certificate`, `admission`,
    /// `level`, `ruling`, `working_time`
    list: String,
    columns: Vec<String>,
    /// Absent while it was never filled.
    newest: Option<ListVersionView>,
}

/// The lists.
#[derive(Debug, Object)]
struct ListStates {
    items: Vec<ListState>,
}

/// An entry: its lines, each with a field for every column.
#[derive(Debug, Object)]
struct ListEntry {
    code: String,
    rows: Vec<Vec<String>>,
}

/// A list as it stood at a version.
#[derive(Debug, Object)]
struct ListTable {
    list: String,
    version: ListVersionView,
    columns: Vec<String>,
    /// By code.
    entries: Vec<ListEntry>,
}

/// Versions of a list.
#[derive(Debug, Object)]
struct ListVersionList {
    /// The newest first, at most 200.
    items: Vec<ListVersionView>,
}

/// What an entry was from a version on.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct EntryVersion {
    version: ListVersionView,
    /// Absent where the entry left the list.
    rows: Option<Vec<Vec<String>>>,
}

/// The history of an entry.
#[derive(Debug, Object)]
struct EntryHistory {
    columns: Vec<String>,
    /// The newest first.
    items: Vec<EntryVersion>,
}

/// A new entry: one line, or for a condition one for each step.
#[derive(Debug, Object)]
struct NewEntry {
    /// Fields by the names of columns; those that are not named stay empty.
    #[oai(validator(min_items = 1, max_items = 20))]
    rows: Vec<BTreeMap<String, String>>,
    #[oai(validator(min_length = 1, max_length = 500))]
    why: String,
}

/// The end of an entry's validity.
#[derive(Debug, Object)]
struct EntryEnd {
    /// The first day on which it is no longer in force, `2026-07-15`.
    #[oai(validator(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    valid_to: String,
    #[oai(validator(min_length = 1, max_length = 500))]
    why: String,
}

/// A list as a file.
#[derive(ApiResponse)]
enum ListFile {
    /// The list, with its head in the first line.
    #[oai(status = 200)]
    Csv(PlainText<String>),
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Lists")]
impl Lists {
    /// The lists, their columns, and the version at which each stands.
    #[oai(path = "/lists", method = "get", operation_id = "list_lists")]
    async fn lists(&self, lang: Lang, caller: Caller) -> Result<Answer<ListStates>, ReadFail> {
        let service = &self.0.service;
        let tables = service.tables(&caller.0.actor).await;
        let items = tables.map_err(Refusal::from)?.into_iter();
        let items = items.map(|(format, newest)| ListState {
            list: format.list.to_owned(),
            columns: columns(format),
            newest: newest.map(|version| self.version(lang, version)),
        });
        Ok(Answer(ListStates {
            items: items.collect(),
        }))
    }

    /// A list as a table: as it stands, at a version, or as it stood at a moment.
    #[oai(path = "/lists/:list", method = "get", operation_id = "get_list")]
    async fn table(
        &self,
        lang: Lang,
        caller: Caller,
        list: Path<String>,
        #[oai(validator(minimum(value = "1")))] version: Query<Option<u32>>,
        at: Query<Option<When>>,
    ) -> Result<Tagged<ListTable>, ReadFail> {
        let table = self.read(caller, &list.0, version.0, at.0).await?;
        Ok(Tagged {
            etag: strong(i64::from(table.version.version)),
            body: ListTable {
                list: list.0,
                columns: columns(table.format),
                version: self.version(lang, table.version),
                entries: table.entries.into_iter().map(entry).collect(),
            },
        })
    }

    /// The same as CSV, a file that can be imported again. Fields that a spreadsheet program would take for formulas begin
    /// with an apostrophe.
    #[oai(
        path = "/lists/:list/csv",
        method = "get",
        operation_id = "export_list"
    )]
    async fn csv(
        &self,
        caller: Caller,
        list: Path<String>,
        #[oai(validator(minimum(value = "1")))] version: Query<Option<u32>>,
        at: Query<Option<When>>,
    ) -> Result<ListFile, ReadFail> {
        let table = self.read(caller, &list.0, version.0, at.0).await?;
        Ok(ListFile::Csv(PlainText(table.csv())))
    }

    /// The versions of a list: who changed it when, and why.
    #[oai(
        path = "/lists/:list/versions",
        method = "get",
        operation_id = "list_versions"
    )]
    async fn versions(
        &self,
        lang: Lang,
        caller: Caller,
        list: Path<String>,
        /// Only versions before this one.
        #[oai(validator(minimum(value = "1")))]
        before: Query<Option<u32>>,
    ) -> Result<Answer<ListVersionList>, ReadFail> {
        let service = &self.0.service;
        let found = service.table_versions(&caller.0.actor, &list.0, before.0);
        let items = found.await.map_err(Refusal::from)?.into_iter();
        Ok(Answer(ListVersionList {
            items: items.map(|version| self.version(lang, version)).collect(),
        }))
    }

    /// What an entry was from version to version.
    #[oai(
        path = "/lists/:list/entries/:code/history",
        method = "get",
        operation_id = "entry_history"
    )]
    async fn history(
        &self,
        lang: Lang,
        caller: Caller,
        list: Path<String>,
        code: Path<String>,
    ) -> Result<Answer<EntryHistory>, ReadFail> {
        let service = &self.0.service;
        let found = service.entry_history(&caller.0.actor, &list.0, &code.0);
        let items = found.await.map_err(Refusal::from)?.into_iter();
        let format = Format::by_list(&list.0).ok_or_else(Refusal::not_found)?;
        Ok(Answer(EntryHistory {
            columns: columns(format),
            items: items
                .map(|(version, entry)| EntryVersion {
                    version: self.version(lang, version),
                    rows: entry.map(|entry| entry.rows),
                })
                .collect(),
        }))
    }

    /// Put a new entry into a list, decided on a version of it. What would be refused in a file is refused here.
    #[oai(
        path = "/lists/:list/entries",
        method = "post",
        operation_id = "add_entry"
    )]
    async fn add(
        &self,
        lang: Lang,
        caller: Caller,
        list: Path<String>,
        /// The version of the list that the decision is taken on, such as `"7"`.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NewEntry>,
    ) -> Result<Acted<ListVersionView>, ActFail> {
        let edit = Edit::Add(body.0.rows);
        let version = if_match.0.as_deref();
        self.edit(lang, caller, &list.0, version, edit, body.0.why)
            .await
    }

    /// End the validity of an entry, decided on a version of its list.
    #[oai(
        path = "/lists/:list/entries/:code/end",
        method = "post",
        operation_id = "end_entry"
    )]
    async fn end(
        &self,
        lang: Lang,
        caller: Caller,
        list: Path<String>,
        code: Path<String>,
        /// The version of the list that the decision is taken on, such as `"7"`.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<EntryEnd>,
    ) -> Result<Acted<ListVersionView>, ActFail> {
        let valid_to = day("/valid_to", &body.0.valid_to)?;
        let edit = Edit::End {
            code: code.0,
            valid_to,
        };
        let version = if_match.0.as_deref();
        self.edit(lang, caller, &list.0, version, edit, body.0.why)
            .await
    }
}

impl Lists {
    async fn read(
        &self,
        caller: Caller,
        list: &str,
        version: Option<u32>,
        at: Option<When>,
    ) -> Result<TableAt, Refusal> {
        let which = match (version, at) {
            (Some(_), Some(_)) => {
                return Err(Refusal::parameter(
                    "at",
                    Message::new("parameter-unreadable"),
                ));
            }
            (Some(version), None) => Which::Version(version),
            (None, Some(at)) => Which::At(moment(at)),
            (None, None) => Which::Newest,
        };
        let table = self.0.service.table(&caller.0.actor, list, which).await;
        Ok(table?)
    }

    async fn edit(
        &self,
        lang: Lang,
        caller: Caller,
        list: &str,
        if_match: Option<&str>,
        edit: Edit,
        why: String,
    ) -> Result<Acted<ListVersionView>, ActFail> {
        // Whether one is named is asked after whether the caller may decide at all.
        let named = if_match
            .map(|tag| expected_version(Some(tag)))
            .transpose()?;
        let named = named.map(u32::try_from).transpose();
        let decided_on = named.map_err(|_| Refusal::stale_version(None))?;
        let service = &self.0.service;
        let edited = service.edit_table(&caller.0.actor, list, decided_on, &edit, why);
        let version = edited.await.map_err(Refusal::from)?;
        Ok(Acted {
            etag: strong(i64::from(version.version)),
            replayed: false,
            body: self.version(lang, version),
        })
    }

    fn version(&self, lang: Lang, version: ListVersion) -> ListVersionView {
        let reference = self.0.service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        ListVersionView {
            version: version.version,
            at: when(version.note.at),
            by: version.note.by.as_ref().map(|by| look.person(by)),
            why: version.note.why,
            changes: version.changes,
        }
    }
}

fn columns(format: &Format) -> Vec<String> {
    format.header.iter().map(ToString::to_string).collect()
}

fn entry(entry: TableEntry) -> ListEntry {
    ListEntry {
        code: entry.code,
        rows: entry.rows,
    }
}

/// A day in a body.
pub(super) fn day(pointer: &'static str, text: &str) -> Result<Date, Refusal> {
    Date::parse(text).map_err(|_| {
        let fault = Fault::field(pointer, "unreadable", Message::new("wrong-unreadable"));
        Refusal::new(crate::problem::Code::InvalidBody).fault(fault)
    })
}
