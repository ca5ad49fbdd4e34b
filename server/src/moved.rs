//! What an import of the calendar or of working times has moved, told to whoever imports.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context;
use gridwhistle_domain::case::{Case, ClockRef, Event, MovedDeadline};
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_domain::routing::UnitCode;
use gridwhistle_http::messages::Message;
use gridwhistle_service::import::write_table;
use gridwhistle_service::{Moved, Service};

use crate::cli::print;
use crate::messages::{about, chosen, text};

/// So many rows are read at once.
const PAGE: u64 = 500;
/// So many deadlines are told one by one; a file takes all of them.
const TOLD: usize = 20;

const HEADER: [&str; 8] = [
    "case",
    "id",
    "centre",
    "clock",
    "unit",
    "was_due_at",
    "due_at",
    "provisional",
];

/// Lets the open deadlines follow what was imported, and says which moved since that row of the log: the first of them
/// one by one, all of them as a table into a file where one is given.
pub async fn follow(service: &Service, since: i64, file: Option<&Path>) -> anyhow::Result<()> {
    let failed = service.recalculate().await?.map_or(0, |sum| sum.failed);
    let (mut after, mut count) = (since, 0_usize);
    let (mut cases, mut lines, mut said) = (HashSet::new(), Vec::new(), Vec::new());
    loop {
        let (rows, next) = service.all_moved_deadlines(after, PAGE).await?;
        cases.extend(rows.iter().map(|row| row.case.id));
        count += rows.iter().map(|row| deadlines(row).len()).sum::<usize>();
        let sentences = rows.iter().flat_map(|row| sentences_of(row, service));
        said.extend(sentences.take(TOLD.saturating_sub(said.len())));
        if file.is_some() {
            lines.extend(rows.iter().flat_map(lines_of));
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    let told = Message::new("import-moved")
        .with("deadlines", count)
        .with("cases", cases.len());
    print(&text(&told));
    for sentence in &said {
        print(sentence);
    }
    if let Some(more) = count.checked_sub(TOLD).filter(|more| *more > 0) {
        print(&text(
            &Message::new("import-moved-more")
                .with("more", more)
                .with("option", "--moved"),
        ));
    }
    if let Some(file) = file {
        std::fs::write(file, write_table(&HEADER, lines))
            .with_context(|| about("file-unwritable", file))?;
    }
    let wrong = Message::new("import-moved-failed").with("failed", failed);
    anyhow::ensure!(failed == 0, text(&wrong));
    Ok(())
}

fn deadlines(row: &Moved) -> &[MovedDeadline] {
    match &row.entry.recorded.event {
        Event::DeadlinesMoved { deadlines } => deadlines,
        _ => &[],
    }
}

fn unit_of<'c>(moved: &MovedDeadline, case: &'c Case) -> Option<&'c UnitCode> {
    match moved.clock {
        ClockRef::Milestone { assignment, .. } | ClockRef::Return { assignment } => {
            case.assignment(assignment).map(|called| &called.unit)
        }
        ClockRef::Handling { .. } | ClockRef::Inner { .. } => None,
    }
}

/// The lines of the table.
fn lines_of(row: &Moved) -> impl Iterator<Item = Vec<String>> {
    let case = &row.case;
    deadlines(row).iter().map(|moved| {
        let unit = unit_of(moved, case).map(ToString::to_string);
        vec![
            case.number.clone(),
            case.id.0.to_string(),
            case.centre.to_string(),
            moved.clock.name().to_owned(),
            unit.unwrap_or_default(),
            moved.was_due_at.to_rfc3339(),
            moved.due_at.to_rfc3339(),
            moved.provisional.to_string(),
        ]
    })
}

/// The same for people.
fn sentences_of(row: &Moved, service: &Service) -> impl Iterator<Item = String> {
    let reference = service.reference();
    deadlines(row).iter().map(move |moved| {
        let clock = match moved.clock {
            ClockRef::Return { .. } => text(&Message::new("import-moved-return")),
            clock => {
                let name = clock.name().replace('_', "-");
                chosen().text(&Message::of(format!("notice-clock-{name}")))
            }
        };
        let unit = unit_of(moved, &row.case).map(|code| format!(" {}", reference.unit_name(code)));
        let message = Message::new("import-moved-line")
            .with("number", row.case.number.clone())
            .with("clock", clock)
            .with("unit", unit.unwrap_or_default())
            .with("before", minute(moved.was_due_at))
            .with("after", minute(moved.due_at));
        text(&message)
    })
}

/// To the minute in UTC+8.
fn minute(at: Timestamp) -> String {
    let minute = at.minute_of_day();
    format!("{} {:02}:{:02}", at.date(), minute / 60, minute % 60)
}
