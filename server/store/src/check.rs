//! Rebuilds every projection from the log and compares; follows the chain of hashes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gridwhistle_domain::case::Case;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::entity::{
    assignment, case, case_event, case_party, list_change, list_version, reference_item, waiting,
    whistle,
};
use crate::log::{Head, digest, read_row};
use crate::projection::project;
use crate::{Store, StoreError};

/// What a check looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub events: u64,
    pub cases: u64,
    /// Empty when all is well.
    pub faults: Vec<CheckFault>,
}

/// What does not fit together: without words, which the one who shows it has in his language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckFault {
    /// There are other numbers of rows than the log tells of.
    RowCounts { stored: RowCounts, told: RowCounts },
    /// The numbers of cases that begin so do not follow each other.
    NumberGaps { begin: String },
    /// The row of a case differs from its log.
    Case { number: String },
    /// The assignments of a case differ from its log.
    Assignments { number: String },
    /// The whistles of a case differ from its log.
    Whistles { number: String },
    /// The queues in which a case waits differ from its log.
    Waiting { number: String },
    /// Somebody who takes part in a case is missing from its parties.
    PartyMissing { party: String, number: String },
    /// Rows of the log are missing between two others.
    LogJumps { from: i64, to: i64 },
    /// A row of the log was changed after it was written.
    RowChanged { seq: i64 },
    /// A row of the log cannot be read.
    RowUnreadable { seq: i64 },
    /// A case begins with something else than a report.
    NoReport { seq: i64 },
    /// An entry of a list is not what its changes made of it.
    ListEntry { list: String, code: String },
    /// The versions of a list do not follow each other.
    ListVersions { list: String },
}

/// The most faults that are listed.
const MOST: usize = 100;

impl Store {
    /// Reads the whole log, follows its hashes and compares every projection of every case.
    ///
    /// All of it is read as it stood at one moment, so that writes meanwhile are no findings.
    pub async fn check(&self) -> Result<Findings, StoreError> {
        let isolation_level = match self.readers.get_database_backend() {
            DbBackend::Postgres => Some(IsolationLevel::RepeatableRead),
            _ => None,
        };
        let options = TransactionOptions {
            isolation_level,
            ..TransactionOptions::default()
        };
        let tx = self.readers.begin_with_options(options).await?;
        let findings = check(&tx).await;
        tx.rollback().await?;
        findings
    }
}

async fn check(tx: &DatabaseTransaction) -> Result<Findings, StoreError> {
    let mut findings = Findings::default();
    let mut cases: HashMap<Uuid, (Case, i64, Vec<u8>)> = HashMap::new();
    let mut head = Head::default();
    loop {
        let rows = case_event::Entity::find()
            .filter(case_event::Column::Seq.gt(head.seq))
            .order_by_asc(case_event::Column::Seq)
            .limit(2_000)
            .all(tx)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            findings.events += 1;
            follow(&mut head, &row, &mut cases, &mut findings);
        }
    }
    let mut told = RowCounts::default();
    let mut numbers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (case, first_seq, _) in cases.values() {
        findings.cases += 1;
        told = told.plus(&compare(tx, case, *first_seq, &mut findings).await?);
        let (day, sequence) = case
            .number
            .split_at_checked(14)
            .unwrap_or((&case.number, ""));
        numbers.entry(day).or_default().insert(sequence);
    }
    let stored = RowCounts::stored(tx).await?;
    if stored != told {
        findings.note(CheckFault::RowCounts { stored, told });
    }
    for (day, sequences) in numbers {
        let last = sequences.last().and_then(|s| s.parse::<usize>().ok());
        if last != Some(sequences.len()) {
            findings.note(CheckFault::NumberGaps {
                begin: day.to_owned(),
            });
        }
    }
    lists(tx, &mut findings).await?;
    Ok(findings)
}

/// Compares what stands in the lists with what their changes add up to.
async fn lists(tx: &DatabaseTransaction, findings: &mut Findings) -> Result<(), StoreError> {
    let mut told: BTreeMap<(String, String), Option<String>> = BTreeMap::new();
    let changes = list_change::Entity::find()
        .order_by_asc(list_change::Column::Version)
        .all(tx)
        .await?;
    for change in changes {
        told.insert((change.kind, change.code), change.body);
    }
    told.retain(|_, body| body.is_some());
    for row in reference_item::Entity::find().all(tx).await? {
        let at = (row.kind, row.code);
        if told.remove(&at) != Some(Some(row.body)) {
            let (list, code) = at;
            findings.note(CheckFault::ListEntry { list, code });
        }
    }
    for (list, code) in told.into_keys() {
        findings.note(CheckFault::ListEntry { list, code });
    }
    let versions: Vec<(String, i64, i32)> = list_version::Entity::find()
        .select_only()
        .column(list_version::Column::Kind)
        .column_as(list_version::Column::Version.count(), "count")
        .column_as(list_version::Column::Version.max(), "last")
        .group_by(list_version::Column::Kind)
        .into_tuple()
        .all(tx)
        .await?;
    for (list, count, last) in versions {
        if count != i64::from(last) {
            findings.note(CheckFault::ListVersions { list });
        }
    }
    Ok(())
}

/// How many rows there are beside the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    pub cases: u64,
    pub parties: u64,
    pub assignments: u64,
    pub whistles: u64,
    pub waiting: u64,
}

impl RowCounts {
    async fn stored(tx: &DatabaseTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            cases: case::Entity::find().count(tx).await?,
            parties: case_party::Entity::find().count(tx).await?,
            assignments: assignment::Entity::find().count(tx).await?,
            whistles: whistle::Entity::find().count(tx).await?,
            waiting: waiting::Entity::find().count(tx).await?,
        })
    }

    const fn plus(&self, other: &Self) -> Self {
        Self {
            cases: self.cases + other.cases,
            parties: self.parties + other.parties,
            assignments: self.assignments + other.assignments,
            whistles: self.whistles + other.whistles,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// Compares the rows of a case with what its log adds up to; answers how many there should be.
async fn compare(
    tx: &DatabaseTransaction,
    case: &Case,
    first_seq: i64,
    findings: &mut Findings,
) -> Result<RowCounts, StoreError> {
    let rows = project(case, first_seq).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let told = RowCounts {
        cases: 1,
        parties: count(rows.parties.len()),
        assignments: count(rows.assignments.len()),
        whistles: count(rows.whistles.len()),
        waiting: count(rows.waiting.len()),
    };
    let number = || case.number.clone();
    let stored = case::Entity::find_by_id(case.id.0).one(tx).await?;
    if stored.as_ref() != Some(&rows.case) {
        findings.note(CheckFault::Case { number: number() });
    }
    let mut parts = assignment::Entity::find()
        .filter(assignment::Column::CaseId.eq(case.id.0))
        .all(tx)
        .await?;
    let mut expected = rows.assignments;
    parts.sort_unstable_by_key(|a| a.id);
    expected.sort_unstable_by_key(|a| a.id);
    if parts != expected {
        findings.note(CheckFault::Assignments { number: number() });
    }
    let mut whistles = whistle::Entity::find()
        .filter(whistle::Column::CaseId.eq(case.id.0))
        .all(tx)
        .await?;
    let mut expected = rows.whistles;
    whistles.sort_unstable_by_key(|w| w.id);
    expected.sort_unstable_by_key(|w| w.id);
    if whistles != expected {
        findings.note(CheckFault::Whistles { number: number() });
    }
    let mut waits = waiting::Entity::find()
        .filter(waiting::Column::CaseSeq.eq(first_seq))
        .all(tx)
        .await?;
    let mut expected = rows.waiting;
    let place = |w: &waiting::Model| (w.queue.clone(), w.centre.clone());
    waits.sort_unstable_by_key(place);
    expected.sort_unstable_by_key(place);
    if waits != expected {
        findings.note(CheckFault::Waiting { number: number() });
    }
    for party in rows.parties {
        let found = case_party::Entity::find_by_id((party.party.clone(), first_seq))
            .one(tx)
            .await?;
        if found.as_ref() != Some(&party) {
            findings.note(CheckFault::PartyMissing {
                party: party.party,
                number: number(),
            });
        }
    }
    Ok(told)
}

impl Findings {
    fn note(&mut self, fault: CheckFault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }
}

fn follow(
    head: &mut Head,
    row: &case_event::Model,
    cases: &mut HashMap<Uuid, (Case, i64, Vec<u8>)>,
    findings: &mut Findings,
) {
    let seq = row.seq;
    if seq != head.seq + 1 {
        findings.note(CheckFault::LogJumps {
            from: head.seq,
            to: seq,
        });
    }
    let before: &[u8] = cases.get(&row.case_id).map_or(&[], |(_, _, hash)| hash);
    let own = digest(&[before, row.body.as_bytes()]);
    let hash = digest(&[&head.hash, &row.seq.to_be_bytes(), &own]);
    if own != row.case_hash || hash != row.hash {
        findings.note(CheckFault::RowChanged { seq });
    }
    *head = Head {
        seq: row.seq,
        hash: row.hash.clone(),
    };
    match read_row(row) {
        Err(_) => findings.note(CheckFault::RowUnreadable { seq }),
        Ok(recorded) => match cases.get_mut(&row.case_id) {
            Some((case, _, hash)) => {
                case.apply(&recorded);
                hash.clone_from(&row.case_hash);
            }
            None => match Case::found(&recorded) {
                Some(case) => {
                    cases.insert(row.case_id, (case, row.seq, row.case_hash.clone()));
                }
                None => findings.note(CheckFault::NoReport { seq }),
            },
        },
    }
}
