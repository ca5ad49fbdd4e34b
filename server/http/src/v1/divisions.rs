//! `/divisions/changesets`: changes of divisions, put with all that lies below them, and read.

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::place::{self, DivisionCode};
use gridwhistle_service::{self as service, NewReorganisation, Reference, Reorganised};
use poem_openapi::param::{Header, Query};
use poem_openapi::{Object, OpenApi, Union};

use super::boundaries::named;
use super::page::{Here, pages};
use super::reference::Division;
use super::views::{Look, Named, Person};
use super::{Tag, When, moment, parsed_maybe, when};
use crate::answer::{Acted, Listed};
use crate::auth::Caller;
use crate::body::Body;
use crate::etag::strong;
use crate::fail::{ActFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// Changesets of divisions.
pub struct DivisionChanges(pub(super) State);

/// Changes of divisions to be put, all or none.
#[derive(Debug, Object)]
struct NewDivisionChangeset {
    #[oai(validator(min_length = 1, max_length = 500))]
    reason: String,
    /// Only check.
    #[oai(default)]
    dry_run: bool,
    /// From when it counts; from now on unless said.
    effective_from: Option<When>,
    #[oai(validator(min_items = 1, max_items = 200))]
    changes: Vec<DivisionChange>,
}

/// One change of divisions.
#[derive(Debug, Union)]
#[oai(discriminator_name = "change", rename_all = "snake_case")]
enum DivisionChange {
    Rename(RenameDivision),
    Merge(MergeDivisions),
    Transfer(TransferDivision),
    Recode(RecodeDivision),
}

/// Another name (更名); the old one stays for its time.
#[derive(Debug, Object)]
struct RenameDivision {
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// Divisions side by side become one (合并).
#[derive(Debug, Object)]
struct MergeDivisions {
    #[oai(validator(min_items = 2, max_items = 64))]
    from: Vec<String>,
    /// The code of one of them, which goes on, or a new one beside them.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    into: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Codes for what lies below, where they shall be others than those that follow by themselves.
    #[oai(default, validator(max_items = 2000))]
    renumbering: Vec<RenumberedDivision>,
}

/// The same division below another one of the same level (划转), such as a village under another town.
#[derive(Debug, Object)]
struct TransferDivision {
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    code: String,
    /// The division above from then on.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    to: String,
    /// Codes for it and for what lies below, where they shall be others than those that follow by themselves.
    #[oai(default, validator(max_items = 2000))]
    renumbering: Vec<RenumberedDivision>,
}

/// The same division by another code, such as of a county that becomes a district (撤县设区).
#[derive(Debug, Object)]
struct RecodeDivision {
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    code: String,
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    to: String,
    /// Codes for what lies below, where they shall be others than those that follow by themselves.
    #[oai(default, validator(max_items = 2000))]
    renumbering: Vec<RenumberedDivision>,
}

/// A division below, and the code that it gets.
#[derive(Debug, Object)]
struct RenumberedDivision {
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    old: String,
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    new: String,
}

/// What a changeset of divisions did, or would do.
#[derive(Debug, Object)]
struct DivisionsChanged {
    dry_run: bool,
    /// The version of the list of divisions now, for `If-Match`.
    version: u32,
    effective_from: When,
    /// The divisions that end or differ, as they were.
    before: Vec<Division>,
    /// The same as they become, and those that begin.
    after: Vec<Division>,
    /// Which division came from which.
    lineage: Vec<Descended>,
    /// Which grid goes on under which code; its boundary stays.
    grids: Vec<Descended>,
}

/// One that came from another, by their codes.
#[derive(Debug, Object)]
struct Descended {
    predecessor: String,
    successor: String,
}

/// A changeset as it was put.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct DivisionChangeset {
    /// The version of the list of divisions that it made.
    version: u32,
    /// When it was put.
    at: When,
    effective_from: When,
    by: Option<Person>,
    reason: String,
    changes: Vec<DivisionChangeNote>,
    lineage: Vec<Descended>,
    /// The version of the boundaries that it made; absent where no grid got another code.
    boundary_version: Option<u32>,
}

/// A change in short.
#[derive(Debug, Object)]
struct DivisionChangeNote {
    /// `rename`, `merge`, `transfer`, `recode`
    change: String,
    /// The divisions that it names, those before the change first.
    divisions: Vec<Named>,
}

pages! {
    /// A page of changesets.
    DivisionChangesetPage of DivisionChangeset;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl DivisionChanges {
    /// Change divisions: rename, merge, transfer, give other codes. Checked as a whole and put as a whole, with every
    /// village and grid that follows; old cases keep their codes.
    #[oai(
        path = "/divisions/changesets",
        method = "post",
        operation_id = "change_divisions"
    )]
    async fn change(
        &self,
        caller: Caller,
        /// The version of the list of divisions that the decision is taken on, such as `"7"`; a dry run needs none.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NewDivisionChangeset>,
    ) -> Result<Acted<DivisionsChanged>, ActFail> {
        let decided_on = named(if_match.0.as_deref())?;
        let done = self.put(&caller.0.actor, body.0, decided_on).await?;
        Ok(Acted {
            etag: strong(i64::from(done.version)),
            replayed: false,
            body: done,
        })
    }

    /// The changesets of divisions, the newest first.
    #[oai(
        path = "/divisions/changesets",
        method = "get",
        operation_id = "list_division_changesets"
    )]
    async fn list(
        &self,
        here: Here,
        lang: Lang,
        caller: Caller,
        /// Version of the last changeset of the page before.
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<usize>>,
    ) -> Result<Listed<DivisionChangesetPage>, ReadFail> {
        let before: Option<u32> = parsed_maybe("cursor", cursor.0.as_ref())?;
        let limit = limit.0.unwrap_or(50);
        let service = &self.0.service;
        let found = service.division_changesets(&caller.0.actor, before, limit as u64 + 1);
        let mut found = found.await.map_err(Refusal::from)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more);
        let next = next.map(|changeset| changeset.version.to_string());
        let reference = service.reference();
        let items = found.into_iter().map(|c| noted(&reference, lang, c));
        Ok(here.page(items.collect(), next))
    }
}

impl DivisionChanges {
    async fn put(
        &self,
        actor: &Actor,
        new: NewDivisionChangeset,
        decided_on: Option<u32>,
    ) -> Result<DivisionsChanged, Refusal> {
        let mut changes = Vec::with_capacity(new.changes.len());
        let mut faults = Vec::new();
        for (i, change) in new.changes.into_iter().enumerate() {
            match change.read(&format!("/changes/{i}")) {
                Ok(change) => changes.push(change),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Refusal::new(Code::RuleViolated).faults(faults));
        }
        let asked = NewReorganisation {
            reason: new.reason,
            effective_from: new.effective_from.map(moment),
            changes,
            decided_on,
            dry_run: new.dry_run,
        };
        let done = self.0.service.change_divisions(actor, asked).await?;
        Ok(changed(&done, new.dry_run))
    }
}

impl DivisionChange {
    /// The change in the words of the field; `at` is where it stands in the body.
    fn read(self, at: &str) -> Result<place::DivisionChange, Fault> {
        let pointer = |field: &str| format!("{at}/{field}");
        Ok(match self {
            Self::Rename(rename) => place::DivisionChange::Rename {
                code: code(&rename.code, pointer("code"))?,
                name: rename.name,
            },
            Self::Merge(merge) => place::DivisionChange::Merge {
                from: merge
                    .from
                    .iter()
                    .enumerate()
                    .map(|(i, text)| code(text, pointer(&format!("from/{i}"))))
                    .collect::<Result<_, _>>()?,
                into: code(&merge.into, pointer("into"))?,
                name: merge.name,
                renumbering: renumbering(&merge.renumbering, &pointer("renumbering"))?,
            },
            Self::Transfer(transfer) => place::DivisionChange::Transfer {
                code: code(&transfer.code, pointer("code"))?,
                to: code(&transfer.to, pointer("to"))?,
                renumbering: renumbering(&transfer.renumbering, &pointer("renumbering"))?,
            },
            Self::Recode(recode) => place::DivisionChange::Recode {
                code: code(&recode.code, pointer("code"))?,
                to: code(&recode.to, pointer("to"))?,
                renumbering: renumbering(&recode.renumbering, &pointer("renumbering"))?,
            },
        })
    }
}

fn renumbering(
    said: &[RenumberedDivision],
    pointer: &str,
) -> Result<Vec<place::Renumbering>, Fault> {
    let read = |(i, one): (usize, &RenumberedDivision)| {
        Ok(place::Renumbering {
            old: code(&one.old, format!("{pointer}/{i}/old"))?,
            new: code(&one.new, format!("{pointer}/{i}/new"))?,
        })
    };
    said.iter().enumerate().map(read).collect()
}

fn code(text: &str, pointer: String) -> Result<DivisionCode, Fault> {
    DivisionCode::parse(text).map_err(|_| {
        let message = Message::new("wrong-not-a-code");
        Fault::field(pointer, "not_a_code", message)
    })
}

fn changed(done: &Reorganised, dry_run: bool) -> DivisionsChanged {
    let views = |divisions: &[place::Division]| {
        let views = divisions.iter();
        views
            .map(|d| Division::of(d, done.effective_from))
            .collect()
    };
    DivisionsChanged {
        dry_run,
        version: done.version,
        effective_from: when(done.effective_from),
        before: views(&done.before),
        after: views(&done.after),
        lineage: done.lineage.iter().map(descended).collect(),
        grids: done
            .grids
            .iter()
            .map(|pair| Descended {
                predecessor: pair.predecessor.to_string(),
                successor: pair.successor.to_string(),
            })
            .collect(),
    }
}

fn descended(pair: &place::DivisionDescent) -> Descended {
    Descended {
        predecessor: pair.predecessor.to_string(),
        successor: pair.successor.to_string(),
    }
}

fn noted(
    reference: &Reference,
    lang: Lang,
    changeset: service::DivisionChangeset,
) -> DivisionChangeset {
    let look = Look { reference, lang };
    let note = |change: &place::DivisionChange| DivisionChangeNote {
        change: change.name().to_owned(),
        divisions: change
            .codes()
            .into_iter()
            .map(|code| Named {
                code: code.to_string(),
                name: reference.division_name(code),
            })
            .collect(),
    };
    DivisionChangeset {
        version: changeset.version,
        at: when(changeset.note.at),
        effective_from: when(changeset.effective_from),
        by: changeset.note.by.as_ref().map(|by| look.person(by)),
        reason: changeset.note.why,
        changes: changeset.changes.iter().map(note).collect(),
        lineage: changeset.lineage.iter().map(descended).collect(),
        boundary_version: changeset.boundary_version,
    }
}
