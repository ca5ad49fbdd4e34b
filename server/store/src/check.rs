//! Rebuilds every projection from the log and compares; follows the chain of hashes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gridwhistle_domain::case::Case;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::entity::{assignment, case, case_event, case_party, whistle};
use crate::log::{Head, digest, read_row};
use crate::projection::project;
use crate::{Store, StoreError};

/// What a check looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub events: u64,
    pub cases: u64,
    /// Each says what is wrong and where. Empty when all is well.
    pub faults: Vec<String>,
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
    let mut told = Rowcount::default();
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
    let stored = Rowcount::stored(tx).await?;
    if stored != told {
        findings.note(format!("stored are {stored}; the log tells of {told}"));
    }
    for (day, sequences) in numbers {
        let last = sequences.last().and_then(|s| s.parse::<usize>().ok());
        if last != Some(sequences.len()) {
            findings.note(format!("the numbers that begin with {day} have gaps"));
        }
    }
    Ok(findings)
}

/// How many rows there are beside the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rowcount {
    cases: u64,
    parties: u64,
    assignments: u64,
    whistles: u64,
}

impl Rowcount {
    async fn stored(tx: &DatabaseTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            cases: case::Entity::find().count(tx).await?,
            parties: case_party::Entity::find().count(tx).await?,
            assignments: assignment::Entity::find().count(tx).await?,
            whistles: whistle::Entity::find().count(tx).await?,
        })
    }

    const fn plus(&self, other: &Self) -> Self {
        Self {
            cases: self.cases + other.cases,
            parties: self.parties + other.parties,
            assignments: self.assignments + other.assignments,
            whistles: self.whistles + other.whistles,
        }
    }
}

impl std::fmt::Display for Rowcount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            cases,
            parties,
            assignments,
            whistles,
        } = self;
        write!(
            f,
            "{cases} cases, {parties} parties, {assignments} assignments, {whistles} whistles"
        )
    }
}

/// Compares the rows of a case with what its log adds up to; answers how many there should be.
async fn compare(
    tx: &DatabaseTransaction,
    case: &Case,
    first_seq: i64,
    findings: &mut Findings,
) -> Result<Rowcount, StoreError> {
    let rows = project(case, first_seq).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let told = Rowcount {
        cases: 1,
        parties: count(rows.parties.len()),
        assignments: count(rows.assignments.len()),
        whistles: count(rows.whistles.len()),
    };
    let stored = case::Entity::find_by_id(case.id.0).one(tx).await?;
    if stored.as_ref() != Some(&rows.case) {
        findings.note(format!("case {} differs from its log", case.number));
    }
    let mut parts = assignment::Entity::find()
        .filter(assignment::Column::CaseId.eq(case.id.0))
        .all(tx)
        .await?;
    let mut expected = rows.assignments;
    parts.sort_unstable_by_key(|a| a.id);
    expected.sort_unstable_by_key(|a| a.id);
    if parts != expected {
        findings.note(format!(
            "the assignments of case {} differ from its log",
            case.number
        ));
    }
    let mut whistles = whistle::Entity::find()
        .filter(whistle::Column::CaseId.eq(case.id.0))
        .all(tx)
        .await?;
    let mut expected = rows.whistles;
    whistles.sort_unstable_by_key(|w| w.id);
    expected.sort_unstable_by_key(|w| w.id);
    if whistles != expected {
        findings.note(format!(
            "the whistles of case {} differ from its log",
            case.number
        ));
    }
    for party in rows.parties {
        let found = case_party::Entity::find_by_id((party.party.clone(), first_seq))
            .one(tx)
            .await?;
        if found.as_ref() != Some(&party) {
            findings.note(format!(
                "{} is missing from the parties of case {}",
                party.party, case.number
            ));
        }
    }
    Ok(told)
}

impl Findings {
    fn note(&mut self, fault: String) {
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
    if row.seq != head.seq + 1 {
        findings.note(format!("the log jumps from {} to {}", head.seq, row.seq));
    }
    let before: &[u8] = cases.get(&row.case_id).map_or(&[], |(_, _, hash)| hash);
    let own = digest(&[before, row.body.as_bytes()]);
    let hash = digest(&[&head.hash, &row.seq.to_be_bytes(), &own]);
    if own != row.case_hash || hash != row.hash {
        findings.note(format!(
            "row {} of the log was changed after it was written",
            row.seq
        ));
    }
    *head = Head {
        seq: row.seq,
        hash: row.hash.clone(),
    };
    match read_row(row) {
        Err(error) => findings.note(error.to_string()),
        Ok(recorded) => match cases.get_mut(&row.case_id) {
            Some((case, _, hash)) => {
                case.apply(&recorded);
                hash.clone_from(&row.case_hash);
            }
            None => match Case::found(&recorded) {
                Some(case) => {
                    cases.insert(row.case_id, (case, row.seq, row.case_hash.clone()));
                }
                None => findings.note(format!("row {} begins a case without a report", row.seq)),
            },
        },
    }
}
