//! The one task that writes: concurrent appends are grouped into one commit, and nothing is
//! answered before that commit is durable.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use gridwhistle_domain::case::{Case, CaseId, Event, Recorded};
use gridwhistle_domain::lists::RULINGS;
use gridwhistle_domain::place::DivisionLevel;
use gridwhistle_domain::routing::Ruling;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::entity::{
    assignment, case, case_event, case_party, day_counter, idempotency, notice, resident, waiting,
    whistle,
};
use crate::insert::{Held, insert_all};
use crate::lists::{ListNote, add_entry};
use crate::log::{Head, next_row};
use crate::projection::{Rows, external_number, external_ref, project, rulings_in};
use crate::{StoreError, notices, wake};

/// The most appends in one commit.
const BATCH: usize = 256;
/// So many are committed together at once; of more than that, only half of what waits. Were everybody
/// answered by the same commit, everybody would ask again at the same moment, and the disk and the
/// processor would wait for each other in turn.
const SMALL_BATCH: usize = 32;
/// The key of the advisory lock under which PostgreSQL appends: the order of the log is the order
/// of the commits.
const APPEND_LOCK: i64 = 0x6772_6964;
/// After so many failed commits in a row the store calls itself unhealthy.
const FAILURES: u32 = 3;

/// Events to be appended to one case, decided on the state that was read.
#[derive(Clone, Debug)]
pub struct Append {
    /// The case as it was read; absent for a report.
    pub case: Option<Case>,
    pub events: Vec<Recorded>,
    /// Other cases that change in the same breath, as they were read, with their events: all of it
    /// is stored or nothing.
    pub others: Vec<(Case, Vec<Recorded>)>,
    /// The account's idempotency key and the fingerprint of the request.
    pub key: Option<Key>,
    /// Name and telephone of the resident, with a report.
    pub resident: Option<Resident>,
}

/// An idempotency key in the scope of its account.
#[derive(Clone, Debug)]
pub struct Key {
    pub scope_key: String,
    pub fingerprint: Vec<u8>,
}

/// A resident's data in clear.
#[derive(Clone, Debug)]
pub struct Resident {
    pub name: String,
    pub telephone: String,
}

/// What became of an append.
#[derive(Clone, Debug)]
pub struct Appended {
    pub case: Case,
    /// The events as they stand in the log, with the number filled in.
    pub events: Vec<Recorded>,
    /// The last sequence number.
    pub seq: i64,
}

type Done = oneshot::Sender<Result<Appended, StoreError>>;
/// A write beside the log, in a transaction of its own.
pub(crate) type Task = Box<
    dyn for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<(), StoreError>> + Send,
>;

enum Job {
    Append(Box<Append>, Done),
    Task(Task, oneshot::Sender<Result<(), StoreError>>),
}

/// Handle to the writing task.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    failures: Arc<AtomicU32>,
}

impl Writer {
    /// Starts the task; `moved` tells of each new end of the log.
    pub fn spawn(db: DatabaseConnection, moved: watch::Sender<i64>) -> Self {
        let (jobs, inbox) = mpsc::channel(4096);
        let failures = Arc::new(AtomicU32::new(0));
        tokio::spawn(run(db, inbox, moved, failures.clone()));
        Self { jobs, failures }
    }

    /// Appends; answers when it is durable.
    pub async fn append(&self, append: Append) -> Result<Appended, StoreError> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Append(Box::new(append), done)).await?;
        answer.await.map_err(|_| gone())?
    }

    /// Runs a write of another kind in its own transaction.
    pub(crate) async fn task(&self, task: Task) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Task(task, done)).await?;
        answer.await.map_err(|_| gone())?
    }

    /// Whether the task lives and the last commits got through.
    pub fn is_healthy(&self) -> bool {
        !self.jobs.is_closed() && self.failures.load(Ordering::Relaxed) < FAILURES
    }

    /// How many writes wait.
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    async fn send(&self, job: Job) -> Result<(), StoreError> {
        self.jobs.send(job).await.map_err(|_| gone())
    }
}

fn gone() -> StoreError {
    StoreError::Engine("the writer has stopped".to_owned())
}

async fn run(
    db: DatabaseConnection,
    mut inbox: mpsc::Receiver<Job>,
    moved: watch::Sender<i64>,
    failures: Arc<AtomicU32>,
) {
    let mut jobs = Vec::with_capacity(BATCH);
    while inbox.recv_many(&mut jobs, batch_size(inbox.len())).await > 0 {
        let mut batch = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Append(append, done) => batch.push((*append, done)),
                Job::Task(task, done) => {
                    flush(&db, &mut batch, &moved, &failures).await;
                    let result = run_task(&db, task).await;
                    // Nobody waits any more: the outcome stands all the same.
                    let _ = done.send(result);
                }
            }
        }
        flush(&db, &mut batch, &moved, &failures).await;
    }
}

/// How many of those that wait are committed together.
fn batch_size(waiting: usize) -> usize {
    (waiting / 2).clamp(SMALL_BATCH, BATCH)
}

async fn run_task(db: &DatabaseConnection, task: Task) -> Result<(), StoreError> {
    let tx = begin(db).await?;
    task(&tx).await?;
    Ok(tx.commit().await?)
}

/// How far a commit came before it failed.
enum Failure {
    /// No transaction began: whatever comes next will fail likewise.
    NotBegun(StoreError),
    /// The engine refused something and nothing is stored.
    Refused(StoreError),
    /// The commit itself failed: nobody knows what is stored.
    Unknown(StoreError),
}

impl Failure {
    fn into_error(self) -> StoreError {
        match self {
            Self::NotBegun(error) | Self::Refused(error) | Self::Unknown(error) => error,
        }
    }
}

/// Commits a batch as one. When the engine refuses it, each append is tried alone, so that one
/// that cannot be stored does not take the others with it.
async fn flush(
    db: &DatabaseConnection,
    batch: &mut Vec<(Append, Done)>,
    moved: &watch::Sender<i64>,
    failures: &AtomicU32,
) {
    if batch.is_empty() {
        return;
    }
    let (appends, waiting): (Vec<Append>, Vec<Done>) = batch.drain(..).unzip();
    let outcomes = match commit(db, &appends).await {
        Ok(outcomes) => outcomes,
        Err(Failure::Refused(_)) if appends.len() > 1 => one_by_one(db, &appends).await,
        Err(failure) => vec![Err(failure.into_error()); appends.len()],
    };
    let failed = outcomes
        .iter()
        .any(|o| matches!(o, Err(StoreError::Engine(_))));
    let stored = outcomes.iter().any(Result::is_ok);
    if failed {
        tracing::error!("a commit failed; its outcome is unknown to the callers");
    }
    if failed && !stored {
        failures.fetch_add(1, Ordering::Relaxed);
    } else {
        failures.store(0, Ordering::Relaxed);
    }
    let last = outcomes
        .iter()
        .filter_map(|o| o.as_ref().ok())
        .map(|a| a.seq)
        .max();
    if let Some(last) = last {
        wake::tell(moved, last);
    }
    for (done, outcome) in waiting.into_iter().zip(outcomes) {
        // A caller who hung up finds the outcome by his idempotency key.
        let _ = done.send(outcome);
    }
}

/// Commits each append in a transaction of its own, until the engine cannot even begin one.
async fn one_by_one(
    db: &DatabaseConnection,
    appends: &[Append],
) -> Vec<Result<Appended, StoreError>> {
    let mut outcomes = Vec::with_capacity(appends.len());
    for append in appends {
        match commit(db, std::slice::from_ref(append)).await {
            Ok(done) => outcomes.extend(done),
            Err(Failure::NotBegun(error)) => {
                outcomes.resize(appends.len(), Err(error));
                break;
            }
            Err(failure) => outcomes.push(Err(failure.into_error())),
        }
    }
    outcomes
}

pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}

/// What the database says about the cases and keys of a batch.
struct Known {
    head: Head,
    keys: HashMap<String, idempotency::Model>,
    cases: HashMap<Uuid, (i32, i64)>,
    case_hashes: HashMap<Uuid, Vec<u8>>,
    external: HashMap<String, Uuid>,
    counters: BTreeMap<String, i64>,
}

/// The rows of a batch.
#[derive(Default)]
struct Batch {
    events: Vec<case_event::Model>,
    cases: BTreeMap<Uuid, Rows>,
    /// Those of the cases that are not stored yet.
    founded: HashSet<Uuid>,
    keys: Vec<idempotency::Model>,
    residents: Vec<resident::Model>,
    notices: Vec<notice::Model>,
    /// Rulings that become rules.
    rulings: Vec<(Ruling, ListNote)>,
}

async fn commit(
    db: &DatabaseConnection,
    appends: &[Append],
) -> Result<Vec<Result<Appended, StoreError>>, Failure> {
    let not_begun = |error: DbErr| Failure::NotBegun(error.into());
    let tx = begin(db).await.map_err(not_begun)?;
    let is_postgres = tx.get_database_backend() == DbBackend::Postgres;
    if is_postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({APPEND_LOCK})");
        tx.execute_unprepared(&lock).await.map_err(not_begun)?;
    }
    let (outcomes, last) = append_all(&tx, appends).await.map_err(Failure::Refused)?;
    if let Some(last) = last
        && is_postgres
    {
        let notify = format!("SELECT pg_notify('{}', '{last}')", wake::CHANNEL);
        tx.execute_unprepared(&notify)
            .await
            .map_err(|e| Failure::Refused(e.into()))?;
    }
    tx.commit()
        .await
        .map_err(|e| Failure::Unknown(StoreError::Engine(e.to_string())))?;
    Ok(outcomes)
}

/// Stores what can be stored; answers what became of each append, and the new end of the log.
async fn append_all(
    tx: &DatabaseTransaction,
    appends: &[Append],
) -> Result<(Vec<Result<Appended, StoreError>>, Option<i64>), StoreError> {
    let mut known = look_up(tx, appends).await?;
    let before = known.head.seq;
    let mut batch = Batch::default();
    let outcomes = appends
        .iter()
        .map(|a| prepare(a, &mut known, &mut batch))
        .collect();
    let last = (known.head.seq > before).then_some(known.head.seq);
    store(tx, batch, &known).await?;
    Ok((outcomes, last))
}

async fn look_up(tx: &DatabaseTransaction, appends: &[Append]) -> Result<Known, StoreError> {
    let end: Option<(i64, Vec<u8>)> = case_event::Entity::find()
        .select_only()
        .columns([case_event::Column::Seq, case_event::Column::Hash])
        .order_by_desc(case_event::Column::Seq)
        .into_tuple()
        .one(tx)
        .await?;
    let head = end.map_or_else(Head::default, |(seq, hash)| Head { seq, hash });
    let scope_keys: Vec<String> = appends
        .iter()
        .filter_map(|a| a.key.as_ref().map(|k| k.scope_key.clone()))
        .collect();
    let mut keys = HashMap::new();
    if !scope_keys.is_empty() {
        for row in idempotency::Entity::find()
            .filter(idempotency::Column::ScopeKey.is_in(scope_keys))
            .all(tx)
            .await?
        {
            keys.insert(row.scope_key.clone(), row);
        }
    }
    let ids: Vec<Uuid> = appends
        .iter()
        .flat_map(|a| {
            let first = a.events.first().map(|e| e.case.0);
            first
                .into_iter()
                .chain(a.others.iter().map(|(c, _)| c.id.0))
        })
        .collect();
    let rows: Vec<(Uuid, i32, i64)> = case::Entity::find()
        .select_only()
        .columns([
            case::Column::Id,
            case::Column::Version,
            case::Column::FirstSeq,
        ])
        .filter(case::Column::Id.is_in(ids))
        .into_tuple()
        .all(tx)
        .await?;
    let cases: HashMap<Uuid, (i32, i64)> =
        rows.into_iter().map(|(id, v, s)| (id, (v, s))).collect();
    let case_hashes = last_hashes(tx, &cases).await?;
    let refs: Vec<String> = appends
        .iter()
        .filter(|a| a.case.is_none())
        .filter_map(|a| a.events.first().and_then(reported_number))
        .collect();
    let mut external = HashMap::new();
    if !refs.is_empty() {
        let rows: Vec<(Uuid, Option<String>)> = case::Entity::find()
            .select_only()
            .columns([case::Column::Id, case::Column::ExternalRef])
            .filter(case::Column::ExternalRef.is_in(refs))
            .into_tuple()
            .all(tx)
            .await?;
        external = rows
            .into_iter()
            .filter_map(|(id, r)| Some((r?, id)))
            .collect();
    }
    let mut days: Vec<String> = appends
        .iter()
        .filter(|a| a.case.is_none())
        .filter_map(|a| a.events.first().and_then(county_day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut counters = BTreeMap::new();
    if !days.is_empty() {
        for row in day_counter::Entity::find()
            .filter(day_counter::Column::CountyDay.is_in(days))
            .all(tx)
            .await?
        {
            counters.insert(row.county_day, row.last);
        }
    }
    Ok(Known {
        head,
        keys,
        cases,
        case_hashes,
        external,
        counters,
    })
}

/// The external number that a report comes with.
fn reported_number(first: &Recorded) -> Option<String> {
    match &first.event {
        Event::Reported {
            source,
            external_number: Some(number),
            ..
        } => Some(external_number(*source, number)),
        _ => None,
    }
}

/// The hash of the last row of each case, which the next row continues.
async fn last_hashes(
    tx: &DatabaseTransaction,
    cases: &HashMap<Uuid, (i32, i64)>,
) -> Result<HashMap<Uuid, Vec<u8>>, StoreError> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let mut last = sea_orm::Condition::any();
    for (id, (version, _)) in cases {
        last = last.add(
            sea_orm::Condition::all()
                .add(case_event::Column::CaseId.eq(*id))
                .add(case_event::Column::Version.eq(*version)),
        );
    }
    let rows: Vec<(Uuid, Vec<u8>)> = case_event::Entity::find()
        .select_only()
        .columns([case_event::Column::CaseId, case_event::Column::CaseHash])
        .filter(last)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// County and day of receipt, within which case numbers run without gaps.
fn county_day(first: &Recorded) -> Option<String> {
    let Event::Reported { place, centre, .. } = &first.event else {
        return None;
    };
    let place = place.village.unwrap_or(*centre);
    let county = place.at(DivisionLevel::County).unwrap_or(place).to_string();
    let (y, m, d) = first.recorded_at.date().ymd();
    Some(format!(
        "{}{y:04}{m:02}{d:02}",
        county.get(..6).unwrap_or_default()
    ))
}

/// Decides about one append on what is known, and adds its rows to the batch. What is refused
/// leaves no trace: neither in the batch nor in a number that nobody gets.
fn prepare(append: &Append, known: &mut Known, batch: &mut Batch) -> Result<Appended, StoreError> {
    let Some(first) = append.events.first() else {
        return Err(StoreError::Corrupt("nothing to append".to_owned()));
    };
    let id = first.case;
    if let Some(key) = &append.key
        && let Some(row) = known.keys.get(&key.scope_key)
    {
        if row.fingerprint != key.fingerprint {
            return Err(StoreError::KeyReused);
        }
        let version = u32::try_from(row.version).unwrap_or_default();
        return Err(StoreError::Replayed {
            case: CaseId(row.case_id),
            version,
        });
    }
    let mut events = append.events.clone();
    let mut counter = None;
    let (first_seq, mut case) = match (&append.case, known.cases.get(&id.0)) {
        (None, Some(_)) => return Err(StoreError::CaseExists(id)),
        (None, None) => {
            counter = Some(number(&mut events, known)?);
            let founded = events.first().and_then(Case::found).ok_or_else(no_report)?;
            (known.head.seq + 1, founded)
        }
        (Some(read), Some((version, first_seq)))
            if i64::from(*version) == i64::from(read.version) =>
        {
            (*first_seq, read.clone())
        }
        (Some(_), _) => return Err(StoreError::Stale),
    };
    let external = if append.case.is_none() {
        external_ref(&case)
    } else {
        None
    };
    if let Some(other) = external.as_ref().and_then(|e| known.external.get(e)) {
        return Err(StoreError::ExternalNumberTaken(CaseId(*other)));
    }
    let mut head = known.head.clone();
    let mut case_hash = known.case_hashes.get(&id.0).cloned().unwrap_or_default();
    let mut log = Vec::with_capacity(events.len());
    let mut told = Vec::new();
    for (i, recorded) in events.iter().enumerate() {
        log.push(next_row(&mut head, &mut case_hash, recorded)?);
        if append.case.is_some() || i > 0 {
            case.apply(recorded);
        }
        let later = events.get(i + 1..).unwrap_or_default();
        told.extend(notices::rows(head.seq, recorded, &case, later)?);
    }
    let version = i32::try_from(case.version).unwrap_or(i32::MAX);
    let rows = project(&case, first_seq).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let mut grown = Vec::with_capacity(append.others.len());
    for (read, events) in &append.others {
        grown.push(grow(read, events, known, &mut head)?);
    }

    // Nothing is refused from here on.
    if append.case.is_none() {
        batch.founded.insert(id.0);
    }
    known.head = head;
    known.counters.extend(counter);
    known.external.extend(external.map(|e| (e, id.0)));
    known.case_hashes.insert(id.0, case_hash);
    known.cases.insert(id.0, (version, first_seq));
    batch.events.extend(log);
    batch.notices.extend(told);
    batch.rulings.extend(rulings_in(&case, &events));
    batch.cases.insert(id.0, rows);
    for other in grown {
        let id = other.rows.case.id;
        known.case_hashes.insert(id, other.case_hash);
        let at = (other.rows.case.version, other.rows.case.first_seq);
        known.cases.insert(id, at);
        batch.events.extend(other.log);
        batch.notices.extend(other.told);
        batch.cases.insert(id, other.rows);
    }
    if let Some(key) = &append.key {
        let row = idempotency::Model {
            scope_key: key.scope_key.clone(),
            fingerprint: key.fingerprint.clone(),
            case_id: id.0,
            version,
            recorded_at: first.recorded_at.micros(),
        };
        known.keys.insert(key.scope_key.clone(), row.clone());
        batch.keys.push(row);
    }
    if let Some(resident) = &append.resident {
        batch.residents.push(resident::Model {
            case_id: id.0,
            name: resident.name.clone(),
            telephone: resident.telephone.clone(),
            recorded_at: first.recorded_at.micros(),
        });
    }
    let seq = known.head.seq;
    Ok(Appended { case, events, seq })
}

/// Another case after the events of the same breath.
struct Grown {
    log: Vec<case_event::Model>,
    told: Vec<notice::Model>,
    case_hash: Vec<u8>,
    rows: Rows,
}

/// Lets the events of another case follow in the log, if it stands as it was read.
fn grow(
    read: &Case,
    events: &[Recorded],
    known: &Known,
    head: &mut Head,
) -> Result<Grown, StoreError> {
    let first_seq = match known.cases.get(&read.id.0) {
        Some((version, first_seq)) if i64::from(*version) == i64::from(read.version) => *first_seq,
        _ => return Err(StoreError::Stale),
    };
    let mut case_hash = known
        .case_hashes
        .get(&read.id.0)
        .cloned()
        .unwrap_or_default();
    let mut case = read.clone();
    let mut log = Vec::with_capacity(events.len());
    let mut told = Vec::new();
    for (i, recorded) in events.iter().enumerate() {
        log.push(next_row(head, &mut case_hash, recorded)?);
        case.apply(recorded);
        let later = events.get(i + 1..).unwrap_or_default();
        told.extend(notices::rows(head.seq, recorded, &case, later)?);
    }
    let rows = project(&case, first_seq).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(Grown {
        log,
        told,
        case_hash,
        rows,
    })
}

fn no_report() -> StoreError {
    StoreError::Corrupt("a case begins with a report".to_owned())
}

/// Gives the report its number: county, day, sequence without gaps. Answers the new state of the
/// day's counter.
fn number(events: &mut [Recorded], known: &Known) -> Result<(String, i64), StoreError> {
    let first = events.first_mut().ok_or_else(no_report)?;
    let day = county_day(first).ok_or_else(no_report)?;
    let next = known.counters.get(&day).copied().unwrap_or(0) + 1;
    if let Event::Reported { number, .. } = &mut first.event {
        *number = format!("{day}{next:06}");
    }
    Ok((day, next))
}

async fn store(tx: &DatabaseTransaction, batch: Batch, known: &Known) -> Result<(), StoreError> {
    if batch.events.is_empty() {
        return Ok(());
    }
    insert_all::<case_event::Entity>(tx, batch.events, Held::Refused).await?;
    let (founded, known_before): (Vec<_>, Vec<_>) = batch
        .cases
        .into_iter()
        .partition(|(id, _)| batch.founded.contains(id));
    store_cases(tx, founded, Held::Refused, Held::Refused).await?;
    // What waited before may not wait any more.
    let seqs: Vec<i64> = known_before.iter().map(|(_, r)| r.case.first_seq).collect();
    if !seqs.is_empty() {
        waiting::Entity::delete_many()
            .filter(waiting::Column::CaseSeq.is_in(seqs))
            .exec(tx)
            .await?;
    }
    store_cases(tx, known_before, Held::Replaced, Held::Kept).await?;
    insert_all::<idempotency::Entity>(tx, batch.keys, Held::Refused).await?;
    insert_all::<resident::Entity>(tx, batch.residents, Held::Refused).await?;
    let told = notices::gather(tx, batch.notices).await?;
    insert_all::<notice::Entity>(tx, told, Held::Refused).await?;
    for (ruling, note) in batch.rulings {
        add_entry(tx, RULINGS, ruling.id.clone(), &ruling, note).await?;
    }
    let counters: Vec<day_counter::Model> = known
        .counters
        .iter()
        .map(|(day, last)| day_counter::Model {
            county_day: day.clone(),
            last: *last,
        })
        .collect();
    insert_all::<day_counter::Entity>(tx, counters, Held::Replaced).await
}

/// Stores the rows of cases. Whoever once had a part in a case keeps it: those rows may stay.
async fn store_cases(
    tx: &DatabaseTransaction,
    projected: Vec<(Uuid, Rows)>,
    held: Held,
    held_parties: Held,
) -> Result<(), StoreError> {
    let mut cases = Vec::with_capacity(projected.len());
    let mut parties = Vec::new();
    let mut assignments = Vec::new();
    let mut whistles = Vec::new();
    let mut waits = Vec::new();
    for (_, rows) in projected {
        cases.push(rows.case);
        parties.extend(rows.parties);
        assignments.extend(rows.assignments);
        whistles.extend(rows.whistles);
        waits.extend(rows.waiting);
    }
    insert_all::<case::Entity>(tx, cases, held).await?;
    insert_all::<case_party::Entity>(tx, parties, held_parties).await?;
    insert_all::<assignment::Entity>(tx, assignments, held).await?;
    insert_all::<whistle::Entity>(tx, whistles, held).await?;
    insert_all::<waiting::Entity>(tx, waits, Held::Refused).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_that_wait_half_are_committed_while_the_others_come_in() {
        assert_eq!(batch_size(0), SMALL_BATCH);
        assert_eq!(batch_size(40), SMALL_BATCH);
        assert_eq!(batch_size(200), 100);
        assert_eq!(batch_size(4096), BATCH);
    }
}
