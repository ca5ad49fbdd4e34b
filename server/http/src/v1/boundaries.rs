//! `/boundary-changes`: changesets of boundaries, put and read.

use gridwhistle_domain::access::{Actor, Operation};
use gridwhistle_domain::case::CaseId;
use gridwhistle_domain::place::{self, Boundary, DivisionCode, GridCode, Position};
use gridwhistle_service::{self as service, NewChangeset, Reference};
use poem_openapi::param::{Header, Query};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi, Union};
use serde_json::Value;
use uuid::Uuid;

use super::coverage::{self, CoverageReport};
use super::names::GridKind;
use super::page::{Here, pages};
use super::places::Grid;
use super::views::{Look, Named, Person};
use super::{Tag, When, moment, parsed_maybe, when};
use crate::answer::{Acted, Answer, Listed};
use crate::auth::Caller;
use crate::body::Body;
use crate::etag::{expected_version, strong};
use crate::fail::{ActFail, CreateFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// How many cases are shown that would move.
const SHOWN: usize = 1_000;

/// Changesets of boundaries.
pub struct Boundaries(pub(super) State);

/// Boundaries to be put in force, all or none.
#[derive(Debug, Object)]
struct NewBoundaries {
    #[oai(validator(min_length = 1, max_length = 500))]
    reason: String,
    /// Only check.
    #[oai(default)]
    dry_run: bool,
    /// From when it counts; from now on unless said.
    effective_from: Option<When>,
    /// Changes, each on what the ones before it leave. They need `If-Match` with the version of the last change, `"0"`
    /// before the first, unless they are only checked.
    #[oai(default, validator(max_items = 5000))]
    changes: Vec<GridChange>,
    /// Instead of changes: whole grids as `GeoJSON` features, put as they stand.
    #[oai(default, validator(max_items = 5000))]
    features: Vec<GridFeature>,
}

/// One change of grids.
#[derive(Debug, Union)]
#[oai(discriminator_name = "change", rename_all = "snake_case")]
enum GridChange {
    Add(AddGrid),
    Redraw(RedrawGrid),
    Split(SplitGrid),
    Merge(MergeGrids),
    Transfer(TransferGrid),
    Retire(RetireGrid),
}

/// Land that no grid had.
#[derive(Debug, Object)]
struct AddGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// `general` unless said.
    kind: Option<GridKind>,
    /// A `GeoJSON` geometry.
    boundary: Any<Value>,
    /// 示意边界
    #[oai(default)]
    schematic: bool,
}

/// Another boundary, and another name or kind if said.
#[derive(Debug, Object)]
struct RedrawGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: Option<String>,
    kind: Option<GridKind>,
    /// A `GeoJSON` geometry.
    boundary: Any<Value>,
    /// 示意边界
    #[oai(default)]
    schematic: bool,
}

/// Cut along a line from border to border.
#[derive(Debug, Object)]
struct SplitGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    /// Positions, each longitude and latitude in WGS 84.
    #[oai(validator(min_items = 2, max_items = 1000))]
    line: Vec<Vec<f64>>,
    /// What lies to the left of the line, seen along it, and what the line does not reach.
    left: GridPart,
    /// What lies to the right.
    right: GridPart,
}

/// What a part is called; one of them may keep the code.
#[derive(Debug, Object)]
struct GridPart {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// Grids of a village that hang together become one.
#[derive(Debug, Object)]
struct MergeGrids {
    #[oai(validator(min_items = 2, max_items = 64))]
    codes: Vec<String>,
    /// May be the code of one of them.
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    into: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// The same land under another village.
#[derive(Debug, Object)]
struct TransferGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    /// The village's 12 digits.
    #[oai(validator(pattern = "^[0-9]{12}$"))]
    to: String,
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    new_code: String,
}

/// A grid ends; its land goes to the heir, or to nobody.
#[derive(Debug, Object)]
struct RetireGrid {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    heir: Option<String>,
}

/// A GeoJSON feature: a polygon or several, and what the grid is called.
#[derive(Debug, Object)]
struct GridFeature {
    /// `Feature`
    #[oai(rename = "type", validator(pattern = "^Feature$"))]
    kind: String,
    properties: GridProperties,
    geometry: Any<Value>,
}

/// Properties of a grid's feature.
#[derive(Debug, Object)]
struct GridProperties {
    #[oai(validator(pattern = "^[0-9]{15}$"))]
    code: String,
    #[oai(validator(min_length = 1, max_length = 60))]
    name: String,
    kind: Option<GridKind>,
    /// 示意边界
    #[oai(default)]
    schematic: bool,
}

/// What a change of boundaries did, or would do.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct BoundaryChanged {
    /// How many grids differ from before.
    changed: usize,
    dry_run: bool,
    /// The version of the boundaries now, for `If-Match`.
    version: u32,
    /// From when it counts.
    effective_from: Option<When>,
    /// What to look at, and nothing that forbids it: where the borders of the grids that begin miss those around, and
    /// the gaps beside them.
    warnings: CoverageReport,
    /// Of changes: the grids that end, as they were.
    before: Option<Vec<Grid>>,
    /// Of changes: the grids that begin. Neighbours of a grid that is split are among them where the line bends the
    /// common border.
    after: Option<Vec<Grid>>,
    /// Of changes: which grid came from which.
    lineage: Option<Vec<GridDescent>>,
}

/// One grid that came from another.
#[derive(Debug, Object)]
struct GridDescent {
    predecessor: String,
    successor: String,
}

/// A changeset as it was put.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct BoundaryChange {
    version: u32,
    /// When it was put.
    at: When,
    effective_from: When,
    /// Absent where it was done at the server's command line.
    by: Option<Person>,
    reason: String,
    changes: Vec<GridChangeNote>,
}

/// A change in short.
#[derive(Debug, Object)]
struct GridChangeNote {
    /// `add`, `redraw`, `split`, `merge`, `transfer`, `retire`
    change: String,
    /// The grids that it names, those before the change first.
    grids: Vec<Named>,
}

/// Which open cases move into the grid in which they lie by now.
#[derive(Debug, Object)]
struct NewRehoming {
    /// Only show.
    #[oai(default)]
    dry_run: bool,
    /// Identities of the cases to move, all or none; left out with `dry_run`.
    #[oai(default, validator(max_items = 200))]
    cases: Vec<Uuid>,
}

/// The cases that move, or would.
#[derive(Debug, Object)]
struct Rehomings {
    dry_run: bool,
    /// The newest first, at most 1,000.
    items: Vec<RehomedCase>,
}

/// A case that lies in another grid than it says.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct RehomedCase {
    case_id: Uuid,
    number: String,
    from: Option<Named>,
    /// Absent where several grids come into question: somebody has to look.
    to: Option<Named>,
}

pages! {
    /// A page of changesets.
    BoundaryChangePage of BoundaryChange;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Places")]
impl Boundaries {
    /// Change boundaries: redraw, split, merge, transfer, retire; checked as a whole, with the neighbours, and put as a
    /// whole.
    #[oai(
        path = "/boundary-changes",
        method = "post",
        operation_id = "change_boundaries"
    )]
    async fn change(
        &self,
        caller: Caller,
        /// The version of the boundaries that the decision is taken on, such as `"7"`.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<NewBoundaries>,
    ) -> Result<Acted<BoundaryChanged>, ActFail> {
        let decided_on = named(if_match.0.as_deref())?;
        let (actor, Body(new)) = (&caller.0.actor, body);
        let done = match (new.changes.is_empty(), new.features.is_empty()) {
            (false, true) => self.put_changes(actor, new, decided_on).await?,
            (true, false) => self.put_features(actor, new, decided_on).await?,
            _ => return Err(either().into()),
        };
        Ok(Acted {
            etag: strong(i64::from(done.version)),
            replayed: false,
            body: done,
        })
    }

    /// The changesets, the newest first.
    #[oai(
        path = "/boundary-changes",
        method = "get",
        operation_id = "list_boundary_changes"
    )]
    async fn list(
        &self,
        here: Here,
        lang: Lang,
        caller: Caller,
        /// Version of the last changeset of the page before.
        cursor: Query<Option<String>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<usize>>,
    ) -> Result<Listed<BoundaryChangePage>, ReadFail> {
        let before: Option<u32> = parsed_maybe("cursor", cursor.0.as_ref())?;
        let limit = limit.0.unwrap_or(50);
        let service = &self.0.service;
        let found = service.changesets(&caller.0.actor, before, limit as u64 + 1);
        let mut found = found.await.map_err(Refusal::from)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more);
        let next = next.map(|changeset| changeset.version.to_string());
        let reference = service.reference();
        let items = found.into_iter().map(|c| noted(&reference, lang, c));
        Ok(here.page(items.collect(), next))
    }

    /// Move open cases into the grids in which they lie by boundaries that were changed since, or show which would move.
    /// Their registrar decides; numbers and history stay.
    #[oai(
        path = "/boundary-changes/rehoming",
        method = "post",
        operation_id = "rehome_cases"
    )]
    async fn rehome(
        &self,
        caller: Caller,
        body: Body<NewRehoming>,
    ) -> Result<Answer<Rehomings>, CreateFail> {
        let (service, actor, Body(new)) = (&self.0.service, &caller.0.actor, body);
        let ids: Vec<CaseId> = new.cases.into_iter().map(CaseId).collect();
        let moves = if new.dry_run {
            service.rehomings(actor, SHOWN).await
        } else {
            service.rehome_cases(actor, &ids).await
        };
        let moves = moves.map_err(Refusal::from)?;
        let reference = service.reference();
        Ok(Answer(Rehomings {
            dry_run: new.dry_run,
            items: moves.iter().map(|m| moved(&reference, m)).collect(),
        }))
    }
}

impl Boundaries {
    async fn put_changes(
        &self,
        actor: &Actor,
        new: NewBoundaries,
        decided_on: Option<u32>,
    ) -> Result<BoundaryChanged, Refusal> {
        // Nobody has shapes judged that he may not draw.
        self.0.may(actor, Operation::ChangeBoundaries)?;
        let changes = new.changes;
        let read = self.0.service.surveyed(move || read_all(changes));
        let changes = read
            .await?
            .map_err(|faults| Refusal::new(Code::RuleViolated).faults(faults))?;
        let changeset = NewChangeset {
            reason: new.reason,
            effective_from: new.effective_from.map(moment),
            changes,
            decided_on,
            dry_run: new.dry_run,
        };
        let done = self.0.service.change_grids(actor, changeset).await?;
        let reference = self.0.service.reference();
        let views = |grids: &[place::Grid]| {
            let views = grids.iter().map(|g| Grid::of(&reference, g, true));
            views.collect::<Vec<_>>()
        };
        let lineage = done.lineage.iter().map(|pair| GridDescent {
            predecessor: pair.predecessor.to_string(),
            successor: pair.successor.to_string(),
        });
        let kept = done.before.iter().filter(|old| {
            let stays = |new: &place::Grid| new.code == old.code;
            !done.after.iter().any(stays)
        });
        Ok(BoundaryChanged {
            changed: done.after.len() + kept.count(),
            dry_run: new.dry_run,
            version: done.version,
            effective_from: Some(when(done.effective_from)),
            warnings: coverage::report(&done.warnings),
            before: Some(views(&done.before)),
            after: Some(views(&done.after)),
            lineage: Some(lineage.collect()),
        })
    }

    async fn put_features(
        &self,
        actor: &Actor,
        new: NewBoundaries,
        decided_on: Option<u32>,
    ) -> Result<BoundaryChanged, Refusal> {
        let mut grids = Vec::with_capacity(new.features.len());
        for (i, feature) in new.features.into_iter().enumerate() {
            let code = GridCode::parse(&feature.properties.code).map_err(|_| {
                let pointer = format!("/features/{i}/properties/code");
                Refusal::new(Code::InvalidBody).fault(Fault::field(
                    pointer,
                    "unknown_grid",
                    Message::new("wrong-unknown-grid"),
                ))
            })?;
            grids.push(service::GridChange {
                code,
                name: feature.properties.name,
                kind: kind(feature.properties.kind),
                schematic: feature.properties.schematic,
                geometry: feature.geometry.0,
            });
        }
        let change = service::BoundaryChange {
            reason: new.reason,
            grids,
            dry_run: new.dry_run,
        };
        let service = &self.0.service;
        let effective_from = new.effective_from.map(moment);
        let put = service.change_boundaries(actor, change, effective_from, decided_on);
        let put = put.await?;
        Ok(BoundaryChanged {
            changed: put.changed,
            dry_run: new.dry_run,
            version: put.version,
            effective_from: Some(when(put.effective_from)),
            warnings: coverage::report(&put.warnings),
            before: None,
            after: None,
            lineage: None,
        })
    }
}

/// The changes in the words of the field, or all that is wrong with them by itself.
fn read_all(changes: Vec<GridChange>) -> Result<Vec<place::Change>, Vec<Fault>> {
    let mut read = Vec::with_capacity(changes.len());
    let mut faults = Vec::new();
    for (i, change) in changes.into_iter().enumerate() {
        match change.read(&format!("/changes/{i}")) {
            Ok(change) => read.push(change),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(faults)
    }
}

impl GridChange {
    /// The change in the words of the field; `at` is where it stands in the body.
    fn read(self, at: &str) -> Result<place::Change, Vec<Fault>> {
        let pointer = |field: &str| format!("{at}/{field}");
        Ok(match self {
            Self::Add(add) => place::Change::Add {
                code: code(&add.code, pointer("code"))?,
                name: add.name,
                grid_kind: kind(add.kind),
                boundary: boundary(&add.boundary.0, &pointer("boundary"))?,
                schematic: add.schematic,
            },
            Self::Redraw(redraw) => place::Change::Redraw {
                code: code(&redraw.code, pointer("code"))?,
                boundary: boundary(&redraw.boundary.0, &pointer("boundary"))?,
                name: redraw.name,
                grid_kind: redraw.kind.map(Into::into),
                schematic: redraw.schematic,
            },
            Self::Split(split) => place::Change::Split {
                code: code(&split.code, pointer("code"))?,
                line: line(&split.line, &pointer("line"))?,
                parts: [
                    part(split.left, pointer("left/code"))?,
                    part(split.right, pointer("right/code"))?,
                ],
            },
            Self::Merge(merge) => place::Change::Merge {
                codes: merge
                    .codes
                    .iter()
                    .enumerate()
                    .map(|(i, text)| code(text, pointer(&format!("codes/{i}"))))
                    .collect::<Result<_, _>>()?,
                into: code(&merge.into, pointer("into"))?,
                name: merge.name,
            },
            Self::Transfer(transfer) => place::Change::Transfer {
                code: code(&transfer.code, pointer("code"))?,
                to: DivisionCode::parse(&transfer.to).map_err(|_| not_a_code(pointer("to")))?,
                new_code: code(&transfer.new_code, pointer("new_code"))?,
            },
            Self::Retire(retire) => place::Change::Retire {
                code: code(&retire.code, pointer("code"))?,
                heir: retire
                    .heir
                    .map(|heir| code(&heir, pointer("heir")))
                    .transpose()?,
            },
        })
    }
}

fn moved(reference: &Reference, rehoming: &service::Rehoming) -> RehomedCase {
    let named = |code: GridCode| Named {
        code: code.to_string(),
        name: reference.land.grid_name(code),
    };
    RehomedCase {
        case_id: rehoming.case.0,
        number: rehoming.number.clone(),
        from: rehoming.from.map(named),
        to: rehoming.to.map(named),
    }
}

fn part(part: GridPart, pointer: String) -> Result<place::Part, Vec<Fault>> {
    Ok(place::Part {
        code: code(&part.code, pointer)?,
        name: part.name,
    })
}

fn code(text: &str, pointer: String) -> Result<GridCode, Vec<Fault>> {
    GridCode::parse(text).map_err(|_| not_a_code(pointer))
}

fn not_a_code(pointer: String) -> Vec<Fault> {
    let message = Message::new("wrong-not-a-code");
    vec![Fault::field(pointer, "not_a_code", message)]
}

fn kind(said: Option<GridKind>) -> place::GridKind {
    said.map_or(place::GridKind::General, Into::into)
}

fn boundary(geometry: &Value, pointer: &str) -> Result<Boundary, Vec<Fault>> {
    Boundary::from_geojson(geometry).map_err(|found| {
        let fault = |fault: &place::BoundaryFault| {
            let at = format!("{pointer}{}", fault.pointer);
            Fault::field(
                at,
                fault.code.as_str(),
                crate::file_fault::boundary_wrong(fault),
            )
        };
        found.iter().map(fault).collect()
    })
}

fn line(positions: &[Vec<f64>], pointer: &str) -> Result<Vec<Position>, Vec<Fault>> {
    let read = |(i, numbers): (usize, &Vec<f64>)| {
        let position = match numbers.as_slice() {
            [lon, lat] => Position::new(*lon, *lat).ok(),
            _ => None,
        };
        position.ok_or_else(|| {
            let message = Message::new("wrong-not-a-position");
            vec![Fault::field(
                format!("{pointer}/{i}"),
                "not_a_position",
                message,
            )]
        })
    };
    positions.iter().enumerate().map(read).collect()
}

/// The version in `If-Match`, if one is named: whether one is needed is asked later.
pub(super) fn named(if_match: Option<&str>) -> Result<Option<u32>, Refusal> {
    let named = if_match
        .map(|tag| expected_version(Some(tag)))
        .transpose()?;
    let named = named.map(u32::try_from).transpose();
    named.map_err(|_| Refusal::stale_version(None))
}

fn either() -> Refusal {
    let message = Message::new("wrong-changes-or-features");
    let fault = Fault::field("/changes", "changes_or_features", message);
    Refusal::new(Code::InvalidBody).fault(fault)
}

fn noted(reference: &Reference, lang: Lang, changeset: service::Changeset) -> BoundaryChange {
    let look = Look { reference, lang };
    let note = |change: &place::Change| GridChangeNote {
        change: change.name().to_owned(),
        grids: change
            .codes()
            .into_iter()
            .map(|code| Named {
                code: code.to_string(),
                name: reference.land.grid_name(code),
            })
            .collect(),
    };
    BoundaryChange {
        version: changeset.version,
        at: when(changeset.note.at),
        effective_from: when(changeset.effective_from),
        by: changeset.note.by.as_ref().map(|by| look.person(by)),
        reason: changeset.note.why,
        changes: changeset.changes.iter().map(note).collect(),
    }
}
