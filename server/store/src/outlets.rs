//! Outlets: how far notices were handed on to somewhere else, and which server hands them on.

use gridwhistle_domain::clock::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};
use uuid::Uuid;

use crate::entity::{notice, outlet};
use crate::insert::{Held, insert_all};
use crate::notices::StoredNotice;
use crate::{Store, StoreError};

/// The longest that a server keeps an outlet for itself, or leaves it alone after failures.
const LONGEST_MINUTES: i64 = 10;

/// How far an outlet has come, for the server that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutletState {
    /// The last notice that was handed on.
    pub sent_upto: i64,
    /// How often the next ones have failed.
    pub failures: u32,
}

impl OutletState {
    fn of(row: &outlet::Model) -> Self {
        Self {
            sent_upto: row.sent_upto,
            failures: u32::try_from(row.failures).unwrap_or(0),
        }
    }
}

impl Store {
    /// Takes an outlet for a server until a moment, or keeps it; `None` while another has it. Both moments are those
    /// of the machine's clock. One that nobody has had begins with what is told from now on.
    pub async fn hold_outlet(
        &self,
        name: &'static str,
        owner: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<OutletState>, StoreError> {
        let known = outlet::Entity::find_by_id(name).one(&self.readers).await?;
        // A moment far ahead comes from a clock that was wrong: nobody keeps an outlet so long.
        let far = now.plus_minutes(LONGEST_MINUTES);
        let taken = |row: &outlet::Model| {
            row.owner != Some(owner) && row.until_at > now.micros() && row.until_at <= far.micros()
        };
        if known.as_ref().is_some_and(taken) {
            return Ok(None);
        }
        // Taken anew when half of the time is over: most looks cost no write.
        let half = now.plus_micros(until.since(now) / 2);
        let kept = |row: &outlet::Model| row.owner == Some(owner) && row.until_at > half.micros();
        if let Some(row) = known.as_ref().filter(|row| kept(row)) {
            return Ok(Some(OutletState::of(row)));
        }
        let is_new = known.is_none();
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                if is_new {
                    let last: Option<i64> = notice::Entity::find()
                        .select_only()
                        .column(notice::Column::Seq)
                        .order_by_desc(notice::Column::Seq)
                        .limit(1)
                        .into_tuple()
                        .one(tx)
                        .await?;
                    let row = outlet::Model {
                        name: name.to_owned(),
                        sent_upto: last.unwrap_or(0),
                        owner: None,
                        until_at: 0,
                        failures: 0,
                    };
                    insert_all::<outlet::Entity>(tx, vec![row], Held::Kept).await?;
                }
                // Of several that try at once the first has it: the others find its moment.
                let free = Condition::any()
                    .add(outlet::Column::Owner.is_null())
                    .add(outlet::Column::Owner.eq(owner))
                    .add(outlet::Column::UntilAt.lte(now.micros()))
                    .add(outlet::Column::UntilAt.gt(far.micros()));
                outlet::Entity::update_many()
                    .col_expr(outlet::Column::Owner, Expr::value(owner))
                    .col_expr(outlet::Column::UntilAt, Expr::value(until.micros()))
                    .filter(outlet::Column::Name.eq(name))
                    .filter(free)
                    .exec(tx)
                    .await?;
                Ok(())
            })
        }))
        .await?;
        let row = outlet::Entity::find_by_id(name).one(&self.readers).await?;
        let held = row.filter(|row| row.owner == Some(owner));
        Ok(held.as_ref().map(OutletState::of))
    }

    /// Notices up to this one were handed on by the server, which keeps the outlet until a moment. Nothing changes
    /// where another has taken it meanwhile: that one hands them on again.
    pub async fn outlet_sent(
        &self,
        name: &'static str,
        owner: Uuid,
        upto: i64,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let change = outlet::Entity::update_many()
            .col_expr(outlet::Column::SentUpto, Expr::value(upto))
            .col_expr(outlet::Column::Failures, Expr::value(0));
        self.change_outlet(change, name, owner, until).await
    }

    /// Handing on has failed once more; nobody tries before the moment, and then whoever is first.
    pub async fn outlet_failed(
        &self,
        name: &'static str,
        owner: Uuid,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let once_more = Expr::col(outlet::Column::Failures).add(1);
        let change = outlet::Entity::update_many().col_expr(outlet::Column::Failures, once_more);
        self.change_outlet(change, name, owner, until).await
    }

    /// The server leaves the outlet to others.
    pub async fn release_outlet(&self, name: &'static str, owner: Uuid) -> Result<(), StoreError> {
        let change = outlet::Entity::update_many();
        self.change_outlet(change, name, owner, Timestamp::from_micros(0))
            .await
    }

    async fn change_outlet(
        &self,
        change: UpdateMany<outlet::Entity>,
        name: &'static str,
        owner: Uuid,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let change = change
            .col_expr(outlet::Column::UntilAt, Expr::value(until.micros()))
            .filter(outlet::Column::Name.eq(name))
            .filter(outlet::Column::Owner.eq(owner));
        self.task(Box::new(move |tx| {
            Box::pin(async move {
                change.exec(tx).await?;
                Ok(())
            })
        }))
        .await
    }

    /// Everybody's notices after one, the oldest first, at most `most`. Notices become readable in this order.
    pub async fn notices_after(
        &self,
        after: i64,
        most: u64,
    ) -> Result<Vec<StoredNotice>, StoreError> {
        let rows = notice::Entity::find()
            .filter(notice::Column::Seq.gt(after))
            .order_by_asc(notice::Column::Seq)
            .limit(most)
            .all(&self.readers)
            .await?;
        rows.into_iter()
            .map(|row| StoredNotice::of(row, false))
            .collect()
    }
}
