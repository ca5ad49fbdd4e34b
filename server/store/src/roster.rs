//! The roster of centres and units, and their handovers.

use gridwhistle_domain::access::ActorRef;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::shift::{Desk, DutyShift, Handover};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entity::{duty_shift, handover};
use crate::insert::{Held, insert_all};
use crate::{Store, StoreError};

/// A shift as it stands in the roster.
#[derive(Clone, Debug, PartialEq)]
pub struct RosterEntry {
    pub shift: DutyShift,
    /// How often it was written; for the `ETag`.
    pub version: u32,
    /// Who entered or changed it last; absent where it came from the server's command line.
    pub by: Option<ActorRef>,
    pub changed_at: Timestamp,
    pub cancelled_at: Option<Timestamp>,
}

impl Store {
    /// The shifts of desks that are on at some moment in [from, to), by their begin; cancelled ones are not.
    pub async fn shifts(
        &self,
        desks: &[Desk],
        (from, to): (Timestamp, Timestamp),
        limit: u64,
    ) -> Result<Vec<RosterEntry>, StoreError> {
        let desks = desks.iter().map(ToString::to_string);
        duty_shift::Entity::find()
            .filter(duty_shift::Column::Desk.is_in(desks))
            .filter(duty_shift::Column::FromAt.lt(to.micros()))
            .filter(duty_shift::Column::ToAt.gt(from.micros()))
            .filter(duty_shift::Column::CancelledAt.is_null())
            .order_by_asc(duty_shift::Column::FromAt)
            .order_by_asc(duty_shift::Column::Desk)
            .limit(limit)
            .all(&self.readers)
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// A shift by its identity, cancelled ones too.
    pub async fn shift(&self, id: Uuid) -> Result<Option<RosterEntry>, StoreError> {
        let row = duty_shift::Entity::find_by_id(id)
            .one(&self.readers)
            .await?;
        row.map(read).transpose()
    }

    /// Whether a desk has ever kept a roster.
    pub async fn has_roster(&self, desk: &Desk) -> Result<bool, StoreError> {
        let row = duty_shift::Entity::find()
            .filter(duty_shift::Column::Desk.eq(desk.to_string()))
            .filter(duty_shift::Column::CancelledAt.is_null())
            .one(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Puts shifts into the roster, all or none: new ones have version 1, changed ones the version after the one that
    /// stands. [`StoreError::Stale`] where another version stands or another shift of the desk is on at the same time.
    pub async fn put_shifts(&self, entries: Vec<RosterEntry>) -> Result<(), StoreError> {
        let rows = entries.iter().map(write).collect::<Result<Vec<_>, _>>()?;
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                for row in rows {
                    let held = duty_shift::Entity::find_by_id(row.id).one(tx).await?;
                    let clash = duty_shift::Entity::find()
                        .filter(duty_shift::Column::Desk.eq(&row.desk))
                        .filter(duty_shift::Column::Id.ne(row.id))
                        .filter(duty_shift::Column::FromAt.lt(row.to_at))
                        .filter(duty_shift::Column::ToAt.gt(row.from_at))
                        .filter(duty_shift::Column::CancelledAt.is_null())
                        .one(tx)
                        .await?;
                    let stands = held.map_or(0, |held| held.version);
                    let clashes = clash.is_some() && row.cancelled_at.is_none();
                    if stands + 1 != row.version || clashes {
                        return Err(StoreError::Stale);
                    }
                    insert_all::<duty_shift::Entity>(tx, vec![row], Held::Replaced).await?;
                }
                Ok(())
            })
        }))
        .await
    }

    /// The handovers of a desk, the newest first.
    pub async fn handovers(
        &self,
        desks: &[Desk],
        before: Option<Timestamp>,
        limit: u64,
    ) -> Result<Vec<Handover>, StoreError> {
        let desks = desks.iter().map(ToString::to_string);
        let mut query = handover::Entity::find().filter(handover::Column::Desk.is_in(desks));
        if let Some(before) = before {
            query = query.filter(handover::Column::At.lt(before.micros()));
        }
        query
            .order_by_desc(handover::Column::At)
            .limit(limit)
            .all(&self.readers)
            .await?
            .iter()
            .map(read_handover)
            .collect()
    }

    /// A handover by its identity.
    pub async fn handover(&self, id: Uuid) -> Result<Option<Handover>, StoreError> {
        let row = handover::Entity::find_by_id(id).one(&self.readers).await?;
        row.as_ref().map(read_handover).transpose()
    }

    /// Keeps a signed handover. [`StoreError::Stale`] where one of the desk waits to be taken over already, or where
    /// this one was taken over already.
    pub async fn put_handover(&self, signed: &Handover) -> Result<(), StoreError> {
        let row = handover::Model {
            id: signed.id,
            desk: signed.desk.to_string(),
            at: signed.given.at.micros(),
            signed: signed.taken.is_some(),
            body: serde_json::to_string(signed).map_err(|e| StoreError::Corrupt(e.to_string()))?,
        };
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                let held = handover::Entity::find_by_id(row.id).one(tx).await?;
                let of_the_desk = Condition::all()
                    .add(handover::Column::Desk.eq(&row.desk))
                    .add(handover::Column::Signed.eq(false))
                    .add(handover::Column::Id.ne(row.id));
                let waiting = handover::Entity::find().filter(of_the_desk).one(tx).await?;
                let possible = match held {
                    Some(held) => row.signed && !held.signed,
                    None => !row.signed && waiting.is_none(),
                };
                if !possible {
                    return Err(StoreError::Stale);
                }
                insert_all::<handover::Entity>(tx, vec![row], Held::Replaced).await
            })
        }))
        .await
    }
}

fn write(entry: &RosterEntry) -> Result<duty_shift::Model, StoreError> {
    let by = entry.by.as_ref().map(serde_json::to_string).transpose();
    let shift = &entry.shift;
    Ok(duty_shift::Model {
        id: shift.id,
        desk: shift.desk.to_string(),
        from_at: shift.from.micros(),
        to_at: shift.to.micros(),
        leader: shift.leader.clone(),
        officer: shift.officer.clone(),
        telephone: shift.telephone.clone(),
        version: i32::try_from(entry.version).unwrap_or(i32::MAX),
        by: by.map_err(|e| StoreError::Corrupt(e.to_string()))?,
        changed_at: entry.changed_at.micros(),
        cancelled_at: entry.cancelled_at.map(Timestamp::micros),
    })
}

fn read(row: duty_shift::Model) -> Result<RosterEntry, StoreError> {
    let wrong = |what: String| StoreError::Corrupt(format!("shift {}: {what}", row.id));
    let by = row.by.as_deref().map(serde_json::from_str).transpose();
    Ok(RosterEntry {
        version: u32::try_from(row.version).map_err(|e| wrong(e.to_string()))?,
        by: by.map_err(|e| wrong(e.to_string()))?,
        shift: DutyShift {
            id: row.id,
            desk: Desk::from(row.desk.as_str()),
            from: Timestamp::from_micros(row.from_at),
            to: Timestamp::from_micros(row.to_at),
            leader: row.leader,
            officer: row.officer,
            telephone: row.telephone,
        },
        changed_at: Timestamp::from_micros(row.changed_at),
        cancelled_at: row.cancelled_at.map(Timestamp::from_micros),
    })
}

fn read_handover(row: &handover::Model) -> Result<Handover, StoreError> {
    serde_json::from_str(&row.body)
        .map_err(|e| StoreError::Corrupt(format!("handover {}: {e}", row.id)))
}
