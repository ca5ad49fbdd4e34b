//! What somebody may see, as conditions of a query.

use gridwhistle_domain::access::Reach;
use gridwhistle_domain::case::Stage;
use gridwhistle_domain::place::{DivisionCode, DivisionLevel};
use sea_orm::sea_query::{Expr, IntoColumnRef, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ExprTrait};

use crate::entity::{case, case_party};
use crate::projection::{person_party, unit_party};

/// Parts of what somebody sees, each answered by a walk along one index: a page of the whole is
/// merged from the pages of the parts.
pub fn parts(reaches: &[Reach]) -> Vec<Reach> {
    let mut parts = Vec::new();
    for reach in reaches {
        match reach {
            Reach::Grids(codes) => parts.extend(codes.iter().map(|code| Reach::Grids(vec![*code]))),
            other => parts.push(other.clone()),
        }
    }
    parts
}

/// The cases of one reach.
pub fn cases_in(reach: &Reach) -> Condition {
    match reach {
        Reach::Division(code) => division(*code),
        Reach::Grids(codes) => match codes.as_slice() {
            [code] => Condition::all().add(case::Column::Grid.eq(code.to_string())),
            _ => Condition::all()
                .add(case::Column::Grid.is_in(codes.iter().map(ToString::to_string))),
        },
        Reach::Verifying(village) => Condition::all()
            .add(case::Column::Village.eq(village.to_string()))
            .add(case::Column::Stage.eq(Stage::Verifying.as_str())),
        Reach::Unit(code) => party(&unit_party(&code.0)),
        Reach::Own(person) => party(&person_party(person.0)),
    }
}

/// The called units or whistles of one reach. Their tables repeat county and town of the case.
pub fn parts_in<C: ColumnTrait>(reach: &Reach, case_id: C, county: C, town: C) -> Condition {
    match reach {
        Reach::Division(code) => match code.level() {
            DivisionLevel::Town => Condition::all().add(town.eq(code.to_string())),
            DivisionLevel::County => Condition::all().add(county.eq(code.to_string())),
            DivisionLevel::City | DivisionLevel::Province => below(*code, county),
            DivisionLevel::Village => narrow(reach, case_id),
        },
        Reach::Grids(_) | Reach::Verifying(_) | Reach::Unit(_) | Reach::Own(_) => {
            narrow(reach, case_id)
        }
    }
}

/// The parts of few cases.
fn narrow<C: ColumnTrait>(reach: &Reach, case_id: C) -> Condition {
    let cases = Query::select()
        .column((case::Entity, case::Column::Id))
        .from(case::Entity)
        .cond_where(cases_in(reach))
        .to_owned();
    Condition::all().add(case_id.in_subquery(cases))
}

/// Whether the case of a row, named by a column of another table, lies in one of the reaches: a
/// look at that case alone, however many there are.
pub fn case_exists(case_id: impl IntoColumnRef, reaches: &[Reach]) -> Expr {
    let visible = reaches.iter().fold(Condition::any(), |any, reach| {
        any.add(match reach {
            Reach::Unit(code) => has_party(&unit_party(&code.0)),
            Reach::Own(person) => has_party(&person_party(person.0)),
            Reach::Division(_) | Reach::Grids(_) | Reach::Verifying(_) => cases_in(reach),
        })
    });
    Expr::exists(
        Query::select()
            .expr(Expr::val(1))
            .from(case::Entity)
            .and_where(Expr::col((case::Entity, case::Column::Id)).eq(Expr::col(case_id)))
            .cond_where(visible)
            .to_owned(),
    )
}

/// The cases that happen in a division or are received by its centre.
pub fn division(code: DivisionCode) -> Condition {
    let text = code.to_string();
    let all = Condition::all();
    match code.level() {
        DivisionLevel::Village => all.add(case::Column::Village.eq(text)),
        DivisionLevel::Town => all.add(case::Column::Town.eq(text)),
        DivisionLevel::County => all.add(case::Column::County.eq(text)),
        DivisionLevel::City | DivisionLevel::Province => below(code, case::Column::County),
    }
}

/// The same for several together; one of them is asked for as by itself.
pub fn divisions(codes: &[DivisionCode]) -> Condition {
    let any = Condition::any();
    codes.iter().fold(any, |any, code| any.add(division(*code)))
}

/// Counties of a city or province, told by the digits that they have in common.
fn below<C: ColumnTrait>(code: DivisionCode, county: C) -> Condition {
    let prefix = code.prefix();
    Condition::all()
        .add(county.gte(prefix.clone()))
        .add(county.lt(format!("{prefix}a")))
}

/// The cases in which somebody has a part.
pub fn party(party: &str) -> Condition {
    let seqs = parties(party);
    Condition::all().add(Expr::col((case::Entity, case::Column::FirstSeq)).in_subquery(seqs))
}

/// Whether somebody has a part in the case at hand.
fn has_party(party: &str) -> Condition {
    let of_the_case = Expr::col((case_party::Entity, case_party::Column::FirstSeq))
        .eq(Expr::col((case::Entity, case::Column::FirstSeq)));
    Condition::all().add(Expr::exists(
        parties(party).and_where(of_the_case).to_owned(),
    ))
}

fn parties(party: &str) -> SelectStatement {
    Query::select()
        .column((case_party::Entity, case_party::Column::FirstSeq))
        .from(case_party::Entity)
        .and_where(case_party::Column::Party.eq(party))
        .to_owned()
}
