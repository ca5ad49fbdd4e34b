//! Notices: written with the events that cause them, read by those in whose boxes they lie.

use std::collections::BTreeMap;

use gridwhistle_domain::access::{PersonId, Reach};
use gridwhistle_domain::case::{Case, CaseId, Recorded};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::notice::{Mailbox, NoticeKind, notices_of};
use gridwhistle_domain::routing::UnitCode;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};

use crate::entity::{notice, notice_mark, notice_read};
use crate::insert::{Held, insert_all};
use crate::reach::case_exists;
use crate::{Store, StoreError};

/// The most notices of one row of the log.
const OF_A_ROW: i64 = 1_024;
/// What the system gets round to so many minutes late is told together, a kind and an hour at a time.
const LATE_MINUTES: i64 = 10;
const TOGETHER_MINUTES: i64 = 60;
/// So many of the cases that are told together are named.
const NAMED: usize = 50;
/// Unread notices are counted up to so many.
pub const UNREAD_AT_MOST: u64 = 1_000;

/// What stands in the words of a notice beside the number of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Data {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Timestamp>,
    /// The numbers of the cases that are told together, the last first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<String>,
}

/// A notice as somebody finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotice {
    /// Grows with time.
    pub id: i64,
    pub kind: NoticeKind,
    /// The box in which it lies.
    pub mailbox: String,
    /// The case, or the last of several.
    pub case: CaseId,
    pub number: String,
    pub at: Timestamp,
    pub unit: Option<UnitCode>,
    pub clock: Option<String>,
    pub due: Option<Timestamp>,
    /// How many cases are told together.
    pub count: i32,
    /// The numbers of these, the last first and not more than fifty.
    pub numbers: Vec<String>,
    pub read: bool,
}

/// Whose notices, and which.
#[derive(Clone, Debug)]
pub struct NoticeFilter {
    pub person: PersonId,
    /// His boxes, each with the moment from which what lies in it is his.
    pub mailboxes: Vec<(Mailbox, Timestamp)>,
    /// What he sees; of cases beyond it he is told nothing.
    pub reaches: Vec<Reach>,
    pub unread: bool,
    /// Older than this one.
    pub before: Option<i64>,
    pub limit: u64,
}

/// The notices of a row of the log.
pub fn rows(
    seq: i64,
    recorded: &Recorded,
    case: &Case,
    later: &[Recorded],
) -> Result<Vec<notice::Model>, StoreError> {
    let notices = notices_of(recorded, case, later);
    let late = recorded.recorded_at.since(recorded.occurred_at) > LATE_MINUTES * 60_000_000;
    let together = recorded.actor.person.is_none() && late;
    let hour = recorded.recorded_at.micros() / (TOGETHER_MINUTES * 60_000_000);
    let mut rows = Vec::with_capacity(notices.len());
    for (place, told) in (0..OF_A_ROW).zip(notices) {
        let mailbox = told.to.to_string();
        let gathered = together.then(|| format!("{mailbox} {} {hour}", told.kind));
        let data = Data {
            unit: told.unit,
            clock: told.clock.map(str::to_owned),
            due: told.due,
            numbers: Vec::new(),
        };
        rows.push(notice::Model {
            seq: seq * OF_A_ROW + place,
            mailbox,
            kind: told.kind.to_string(),
            case_id: recorded.case.0,
            number: case.number.clone(),
            recorded_at: recorded.recorded_at.micros(),
            actor: recorded.actor.person.map(|p| p.0),
            data: written(&data)?,
            count: 1,
            gathered,
        });
    }
    Ok(rows)
}

/// Makes one of those that are told together, with the ones that are stored already: it takes the place of these, so
/// that whoever has read them learns of more.
pub async fn gather(
    tx: &DatabaseTransaction,
    rows: Vec<notice::Model>,
) -> Result<Vec<notice::Model>, StoreError> {
    let (late, mut kept): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.gathered.is_some());
    if late.is_empty() {
        return Ok(kept);
    }
    let mut keys: Vec<String> = late.iter().filter_map(|r| r.gathered.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut heaps: BTreeMap<String, notice::Model> = BTreeMap::new();
    for keys in keys.chunks(500) {
        let stored = notice::Entity::find()
            .filter(notice::Column::Gathered.is_in(keys.iter().cloned()))
            .all(tx)
            .await?;
        let old: Vec<i64> = stored.iter().map(|row| row.seq).collect();
        if !old.is_empty() {
            notice::Entity::delete_many()
                .filter(notice::Column::Seq.is_in(old))
                .exec(tx)
                .await?;
        }
        heaps.extend(
            stored
                .into_iter()
                .filter_map(|row| Some((row.gathered.clone()?, row))),
        );
    }
    for row in late {
        let Some(key) = row.gathered.clone() else {
            continue;
        };
        let heap = match heaps.remove(&key) {
            Some(heap) => added(&heap, row)?,
            None => row,
        };
        heaps.insert(key, heap);
    }
    kept.extend(heaps.into_values());
    Ok(kept)
}

/// The heap with one more on top.
fn added(heap: &notice::Model, row: notice::Model) -> Result<notice::Model, StoreError> {
    if heap.case_id == row.case_id && heap.count == 1 {
        // Two clocks of one case.
        return Ok(row);
    }
    let (below, above) = (read(&heap.data)?, read(&row.data)?);
    let mut numbers = vec![row.number.clone()];
    let before = if below.numbers.is_empty() {
        vec![heap.number.clone()]
    } else {
        below.numbers
    };
    let known = before.contains(&row.number);
    numbers.extend(before.into_iter().filter(|n| *n != row.number));
    numbers.truncate(NAMED);
    // What is said of all of them must be true of each.
    let data = Data {
        unit: above.unit.filter(|unit| below.unit.as_ref() == Some(unit)),
        clock: above
            .clock
            .filter(|clock| below.clock.as_ref() == Some(clock)),
        due: None,
        numbers,
    };
    Ok(notice::Model {
        data: written(&data)?,
        count: heap.count.saturating_add(i32::from(!known)),
        ..row
    })
}

fn written(data: &Data) -> Result<String, StoreError> {
    serde_json::to_string(data).map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn read(data: &str) -> Result<Data, StoreError> {
    serde_json::from_str(data).map_err(|e| StoreError::Corrupt(format!("a notice: {e}")))
}

impl StoredNotice {
    pub(crate) fn of(row: notice::Model, read_by: bool) -> Result<Self, StoreError> {
        let data = read(&row.data)?;
        let kind = row
            .kind
            .parse()
            .map_err(|_| StoreError::Corrupt(format!("a notice of the kind {}", row.kind)))?;
        Ok(Self {
            id: row.seq,
            kind,
            mailbox: row.mailbox,
            case: CaseId(row.case_id),
            number: row.number,
            at: Timestamp::from_micros(row.recorded_at),
            unit: data.unit,
            clock: data.clock,
            due: data.due,
            count: row.count,
            numbers: data.numbers,
            read: read_by,
        })
    }
}

impl Store {
    /// Somebody's notices, the newest first; one more than the limit where there are more.
    pub async fn notices(&self, filter: &NoticeFilter) -> Result<Vec<StoredNotice>, StoreError> {
        let upto = self.read_upto(filter.person).await?;
        let mut rows = Vec::new();
        for query in queries(filter, upto) {
            rows.extend(query.all(&self.readers).await?);
        }
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.seq));
        rows.dedup_by_key(|row| row.seq);
        rows.truncate(usize::try_from(filter.limit + 1).unwrap_or(usize::MAX));
        let single: Vec<i64> = notice_read::Entity::find()
            .select_only()
            .column(notice_read::Column::Seq)
            .filter(notice_read::Column::PersonId.eq(filter.person.0))
            .filter(notice_read::Column::Seq.is_in(rows.iter().map(|row| row.seq)))
            .into_tuple()
            .all(&self.readers)
            .await?;
        rows.into_iter()
            .map(|row| {
                let read = row.seq <= upto || single.contains(&row.seq);
                StoredNotice::of(row, read)
            })
            .collect()
    }

    /// How many notices somebody has not read, counted up to [`UNREAD_AT_MOST`].
    pub async fn unread(&self, filter: &NoticeFilter) -> Result<u64, StoreError> {
        let upto = self.read_upto(filter.person).await?;
        let all = NoticeFilter {
            unread: true,
            before: None,
            limit: UNREAD_AT_MOST - 1,
            ..filter.clone()
        };
        let mut count = 0;
        for query in queries(&all, upto) {
            let seqs: Vec<i64> = query
                .select_only()
                .column(notice::Column::Seq)
                .into_tuple()
                .all(&self.readers)
                .await?;
            count += u64::try_from(seqs.len()).unwrap_or(u64::MAX);
        }
        Ok(Ord::min(count, UNREAD_AT_MOST))
    }

    /// Whether a notice is one of somebody's.
    pub async fn has_notice(&self, filter: &NoticeFilter, id: i64) -> Result<bool, StoreError> {
        let one = NoticeFilter {
            unread: false,
            before: Some(id.saturating_add(1)),
            limit: 0,
            ..filter.clone()
        };
        for query in queries(&one, 0) {
            let found = query
                .filter(notice::Column::Seq.eq(id))
                .count(&self.readers)
                .await?;
            if found > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn read_upto(&self, person: PersonId) -> Result<i64, StoreError> {
        let mark = notice_mark::Entity::find_by_id(person.0)
            .one(&self.readers)
            .await?;
        Ok(mark.map_or(0, |mark| mark.read_upto))
    }

    /// Somebody has read a notice.
    pub async fn read_notice(&self, person: PersonId, id: i64) -> Result<(), StoreError> {
        let row = notice_read::Model {
            person_id: person.0,
            seq: id,
        };
        self.task(Box::new(move |tx| {
            Box::pin(
                async move { insert_all::<notice_read::Entity>(tx, vec![row], Held::Kept).await },
            )
        }))
        .await
    }

    /// Somebody has read all notices up to this one.
    pub async fn read_notices(&self, person: PersonId, upto: i64) -> Result<(), StoreError> {
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let known = notice_mark::Entity::find_by_id(person.0).one(tx).await?;
                let mark = notice_mark::Model {
                    person_id: person.0,
                    read_upto: Ord::max(upto, known.map_or(0, |mark| mark.read_upto)),
                };
                insert_all::<notice_mark::Entity>(tx, vec![mark], Held::Replaced).await?;
                notice_read::Entity::delete_many()
                    .filter(notice_read::Column::PersonId.eq(person.0))
                    .filter(notice_read::Column::Seq.lte(upto))
                    .exec(tx)
                    .await?;
                Ok(())
            })
        }))
        .await
    }

    /// Forgets at most `most` notices from before a moment; answers how many.
    pub async fn prune_notices(&self, before: Timestamp, most: u64) -> Result<usize, StoreError> {
        let old: Vec<i64> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Seq)
            .filter(notice::Column::RecordedAt.lt(before.micros()))
            .order_by_asc(notice::Column::RecordedAt)
            .limit(most)
            .into_tuple()
            .all(&self.readers)
            .await?;
        let found = old.len();
        if found > 0 {
            self.task(Box::new(move |tx| {
                Box::pin(async move {
                    notice_read::Entity::delete_many()
                        .filter(notice_read::Column::Seq.is_in(old.clone()))
                        .exec(tx)
                        .await?;
                    notice::Entity::delete_many()
                        .filter(notice::Column::Seq.is_in(old))
                        .exec(tx)
                        .await?;
                    Ok(())
                })
            }))
            .await?;
        }
        Ok(found)
    }
}

/// The queries whose merged answers are a page of somebody's notices: a walk along the index for each of his boxes.
pub fn queries(filter: &NoticeFilter, read_upto: i64) -> Vec<Select<notice::Entity>> {
    use notice::Column;
    let visible = case_exists((notice::Entity, Column::CaseId), &filter.reaches);
    let mut own = Condition::any().add(Column::Actor.is_null());
    own = own.add(Column::Actor.ne(filter.person.0));
    filter
        .mailboxes
        .iter()
        .map(|(mailbox, from)| {
            let mut query = notice::Entity::find()
                .filter(Column::Mailbox.eq(mailbox.to_string()))
                .filter(Column::RecordedAt.gte(from.micros()))
                .filter(own.clone())
                .filter(visible.clone());
            if let Some(before) = filter.before {
                query = query.filter(Column::Seq.lt(before));
            }
            if filter.unread {
                let read = Query::select()
                    .expr(Expr::val(1))
                    .from(notice_read::Entity)
                    .and_where(
                        Expr::col((notice_read::Entity, notice_read::Column::PersonId))
                            .eq(filter.person.0),
                    )
                    .and_where(
                        Expr::col((notice_read::Entity, notice_read::Column::Seq))
                            .equals((notice::Entity, Column::Seq)),
                    )
                    .to_owned();
                query = query
                    .filter(Column::Seq.gt(read_upto))
                    .filter(Expr::exists(read).not());
            }
            query.order_by_desc(Column::Seq).limit(filter.limit + 1)
        })
        .collect()
}
