//! What somebody may see, as conditions of a query.

use gridwhistle_domain::access::Reach;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, ExprTrait};

use crate::entity::{case, case_party};
use crate::projection::{person_party, unit_party};

/// The cases of one reach.
pub fn cases_in(reach: &Reach) -> Condition {
    match reach {
        Reach::Division(code) => division(*code),
        Reach::Grids(codes) => {
            Condition::all().add(case::Column::Grid.is_in(codes.iter().map(ToString::to_string)))
        }
        Reach::Unit(code) => party(&unit_party(&code.0)),
        Reach::Own(person) => party(&person_party(person.0)),
    }
}

/// The cases that happen in a division or are received by its centre.
pub fn division(code: DivisionCode) -> Condition {
    let text = code.to_string();
    let all = Condition::all();
    match code.level() {
        DivisionLevel::Village => all.add(case::Column::Village.eq(text)),
        DivisionLevel::Town => all.add(case::Column::Town.eq(text)),
        DivisionLevel::County => all.add(case::Column::County.eq(text)),
        DivisionLevel::City | DivisionLevel::Province => {
            let prefix = code.prefix();
            all.add(case::Column::County.gte(prefix.clone()))
                .add(case::Column::County.lt(format!("{prefix}a")))
        }
    }
}

/// The cases in which somebody has a part.
pub fn party(party: &str) -> Condition {
    let parts = Query::select()
        .column(case_party::Column::FirstSeq)
        .from(case_party::Entity)
        .and_where(case_party::Column::Party.eq(party))
        .to_owned();
    Condition::all().add(Expr::col((case::Entity, case::Column::FirstSeq)).in_subquery(parts))
}
