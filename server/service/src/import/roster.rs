//! Rosters: `desk,from,to,leader,officer,telephone`.

use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::shift::{Desk, DutyShift};

use super::table::{Row, each_row};
use super::{Fault, Wrong};
use crate::NewShift;

const HEADER: &[&str] = &["desk", "from", "to", "leader", "officer", "telephone"];

/// The shifts of a file. Whether they can stand beside each other is judged where they are entered.
pub fn parse(text: &str) -> Result<Vec<NewShift>, Vec<Fault>> {
    let mut shifts = Vec::new();
    each_row(text, HEADER, HEADER.len(), |row| shifts.extend(shift(row)))?;
    Ok(shifts)
}

fn shift(row: &mut Row<'_>) -> Option<NewShift> {
    let desk = row.text("desk");
    let from = row.read("from", moment);
    let to = row.read("to", moment);
    let leader = row.text("leader");
    let officer = row.text("officer");
    let telephone = row.text("telephone");
    Some(NewShift {
        desk: Desk::from(desk?.as_str()),
        from: from?,
        to: to?,
        leader: leader?,
        officer: officer?,
        telephone: telephone?,
    })
}

/// `2026-07-15 08:00`, in UTC+8.
fn moment(text: &str) -> Result<Timestamp, Wrong> {
    let written = text.len() == "2026-07-15 08:00".len();
    written
        .then(|| Timestamp::parse(&format!("{}:00+08:00", text.replacen(' ', "T", 1))).ok())
        .flatten()
        .ok_or_else(|| Wrong::NoMoment {
            text: text.to_owned(),
        })
}

/// The same file, written.
pub fn write<'a>(shifts: impl IntoIterator<Item = &'a DutyShift>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for shift in shifts {
        writer.write_record([
            shift.desk.to_string(),
            written(shift.from),
            written(shift.to),
            shift.leader.clone(),
            shift.officer.clone(),
            shift.telephone.clone(),
        ])?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

fn written(at: Timestamp) -> String {
    let minute = at.minute_of_day();
    format!("{} {:02}:{:02}", at.date(), minute / 60, minute % 60)
}
