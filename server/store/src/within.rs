//! Cases by where they lie: in boxes of the map, or at no known place.
//!
//! A box holds few cases or many. Few are found along the index of places, and those that are wanted are put in order;
//! where there are many, a page is soon full on a walk along the order. Which it is, is asked first: SQLite keeps no
//! statistics by which it could tell.

use gridwhistle_domain::place::Bbox;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait, Select,
};

use crate::cases::{CaseFilter, CaseOrder};
use crate::entity::case;
use crate::{Store, StoreError};

/// A box with more cases than these, of all that are stored, holds many.
const FEW: u64 = 10_000;

/// Where on the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// In one of these boxes, their edges included.
    pub boxes: Vec<Bbox>,
    /// Cases without coordinates as well.
    pub unplaced: bool,
}

/// A part of the ground in which cases are looked for, by one query.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// On the map or not.
    Anywhere,
    /// In a box that holds few cases.
    Few(Bbox),
    /// In a box that holds many.
    Many(Bbox),
    /// At no known place.
    Unplaced,
}

impl Ground {
    /// The cases that lie there.
    pub fn cases(self, filter: &CaseFilter) -> Condition {
        let all = Condition::all();
        match self {
            Self::Anywhere => all,
            Self::Few(area) => all.add(
                Expr::col((case::Entity, case::Column::FirstSeq))
                    .in_subquery(found(filter, &area).into_query()),
            ),
            Self::Many(area) => all.add(inside(&area)),
            Self::Unplaced => all.add(case::Column::Lat.is_null()),
        }
    }

    /// Whether a page's begin is in the condition already. Said once more it would mislead SQLite to walk along the
    /// order.
    pub const fn knows_the_begin(self) -> bool {
        matches!(self, Self::Few(_))
    }
}

impl Store {
    /// The parts of the ground that are asked for.
    pub(crate) async fn grounds(&self, filter: &CaseFilter) -> Result<Vec<Ground>, StoreError> {
        let Some(within) = &filter.within else {
            return Ok(vec![Ground::Anywhere]);
        };
        let mut grounds = Vec::with_capacity(within.boxes.len() + 1);
        for area in &within.boxes {
            // By what is due the begin of a page says nothing of what is found along the index of places.
            let is_walked = filter.order == CaseOrder::Due || self.holds_many(filter, area).await?;
            grounds.push(if is_walked {
                Ground::Many(*area)
            } else {
                Ground::Few(*area)
            });
        }
        if within.unplaced {
            grounds.push(Ground::Unplaced);
        }
        Ok(grounds)
    }

    async fn holds_many(&self, filter: &CaseFilter, area: &Bbox) -> Result<bool, StoreError> {
        let one_more: Option<i64> = found(filter, area)
            .offset(FEW)
            .into_tuple()
            .one(&self.readers)
            .await?;
        Ok(one_more.is_some())
    }
}

/// The cases of a box from the begin of a page of the newest on, by their places in the log, all from the index of
/// places.
pub fn found(filter: &CaseFilter, area: &Bbox) -> Select<case::Entity> {
    let mut found = case::Entity::find()
        .select_only()
        .column(case::Column::FirstSeq)
        // The index begins with it.
        .filter(case::Column::IsOpen.is_in(open_or_not(filter)))
        .filter(inside(area));
    if let (CaseOrder::Newest, Some((_, seq))) = (filter.order, filter.after) {
        found = found.filter(case::Column::FirstSeq.lt(seq));
    }
    found
}

fn inside(area: &Bbox) -> Condition {
    let (low, high) = (area.south_west, area.north_east);
    Condition::all()
        .add(case::Column::Lat.between(low.lat_steps(), high.lat_steps()))
        .add(case::Column::Lon.between(low.lon_steps(), high.lon_steps()))
}

/// Whether open cases can be meant, and whether those at an end can.
fn open_or_not(filter: &CaseFilter) -> Vec<bool> {
    let meant = |open: bool| {
        let asked = filter.open.is_none_or(|asked| asked == open);
        let mut stages = filter.stages.iter();
        let fits = filter.stages.is_empty() || stages.any(|stage| stage.is_end() != open);
        asked && fits && (open || filter.overdue_at.is_none())
    };
    [true, false]
        .into_iter()
        .filter(|open| meant(*open))
        .collect()
}
