//! Duties: `kind,code_prefix,role,function,text,valid_from,valid_to`.

use std::collections::BTreeSet;

use gridwhistle_domain::matter::MatterKind;
use gridwhistle_domain::routing::{Duty, Role};

use super::table::{Row, each_row, function};
use super::{Fault, Wrong};

const HEADER: &[&str] = &[
    "kind",
    "code_prefix",
    "role",
    "function",
    "text",
    "valid_from",
    "valid_to",
];

/// The duties of a file. Their order counts: of several leads for a matter the first one is called.
pub fn parse(text: &str) -> Result<Vec<Duty>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut duties = Vec::new();
    each_row(text, HEADER, |row| {
        let Some(duty) = duty(row) else { return };
        let what = (
            duty.matter_kind,
            duty.code_prefix.clone(),
            duty.function.clone(),
        );
        if known.insert((what, duty.valid_from)) {
            duties.push(duty);
        } else {
            row.fault("function", Wrong::DutyTwice);
        }
    })?;
    Ok(duties)
}

fn duty(row: &mut Row<'_>) -> Option<Duty> {
    let matter_kind = row.one_of("kind", MatterKind::ALL, MatterKind::as_str);
    let code_prefix = row.field("code_prefix").to_owned();
    let is_prefix = code_prefix.len() <= 5 && code_prefix.bytes().all(|b| b.is_ascii_digit());
    if !is_prefix {
        let text = code_prefix.clone();
        row.fault("code_prefix", Wrong::NoPrefix { text });
    }
    let role = row.one_of("role", Role::ALL, Role::as_str);
    let function = row.read("function", function);
    let text = row.text("text");
    let (valid_from, valid_to) = row.validity()?;
    Some(Duty {
        matter_kind: matter_kind?,
        code_prefix,
        role: role?,
        function: function?,
        text: text?,
        valid_from,
        valid_to,
    })
}
