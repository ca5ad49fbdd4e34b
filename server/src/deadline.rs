//! `gridwhistle deadline`: when something would be due.

use gridwhistle_domain::clock::{
    AccountDay, DayCount, DayNature, Question, QuestionPart, Timestamp, WorkingDayRule,
};
use gridwhistle_http::messages::Message;
use gridwhistle_service::{PreviewFault, Reference, Whereabouts};

use crate::cli::{DatabaseOptions, DeadlineOptions, print};
use crate::files;
use crate::import::refused;
use crate::messages::{failure, say, text};

pub async fn run(options: &DeadlineOptions) -> anyhow::Result<()> {
    let question = Question {
        start: options.start,
        amount: options.amount,
        unit: options.unit,
        day_rule: options.day_rule,
        calendar_days_move: options.calendar_days_move,
        pauses: options.pauses.clone(),
        extensions: options.extensions,
    };
    let at = Whereabouts {
        division: options.division,
        used_for: options.used_for,
    };
    let answer = match database(options) {
        Some(database) => files::open(&database)
            .await?
            .reference()
            .preview(&question, at),
        None => Reference::shipped()
            .map_err(|faults| refused(&say("shipped-data"), &faults))?
            .preview(&question, at),
    };
    let preview = match answer {
        Ok(preview) => preview,
        Err(faults) => {
            for fault in &faults {
                eprintln!("{}", text(&wrong(fault)));
            }
            return Err(failure(&Message::new("deadline-refused")));
        }
    };
    let account = &preview.account;
    print(&account.deadline.at.to_rfc3339());
    if account.deadline.provisional {
        let until = preview.known_until.to_string();
        print(&text(
            &Message::new("deadline-provisional").with("until", until),
        ));
    }
    let rule = match preview.day_rule {
        WorkingDayRule::WholeDays => "deadline-whole-days",
        WorkingDayRule::EightHours => "deadline-eight-hours",
    };
    let calendar = Message::new("deadline-calendar")
        .with("version", preview.calendar.to_string())
        .with("until", preview.known_until.to_string())
        .with("rule", say(rule));
    print(&text(&calendar));
    for day in &account.days {
        print(&line(day));
    }
    if account.left_out > 0 {
        let more = Message::new("deadline-more").with("days", account.left_out.to_string());
        print(&text(&more));
    }
    Ok(())
}

/// The database that is asked; without one it is the data that comes with the program.
fn database(options: &DeadlineOptions) -> Option<DatabaseOptions> {
    if options.data_dir.is_none() && options.database_url.is_none() {
        return None;
    }
    Some(DatabaseOptions {
        data_dir: options.data_dir.clone().unwrap_or_else(std::env::temp_dir),
        database_url: options.database_url.clone(),
    })
}

/// A day with what it is and what it counted.
fn line(day: &AccountDay) -> String {
    let nature = match day.nature {
        DayNature::Workday => "day-workday",
        DayNature::MadeUp => "day-made-up",
        DayNature::Weekend => "day-weekend",
        DayNature::Holiday => "day-holiday",
    };
    let count = match day.count {
        DayCount::Counted => "day-counted",
        DayCount::StartDay => "day-start",
        DayCount::DayOff => "day-off",
        DayCount::Paused => "day-paused",
        DayCount::Closed => "day-closed",
        DayCount::CarriedOver => "day-carried-over",
    };
    let midnight = |at: &Timestamp| at.date() > day.date;
    let clock = |at: &Timestamp| {
        let minute = if midnight(at) {
            1440
        } else {
            at.minute_of_day()
        };
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let ran: Vec<String> = day
        .ran
        .iter()
        .map(|(from, to)| format!("{}-{}", clock(from), clock(to)))
        .collect();
    let fields = [day.date.to_string(), say(nature), say(count), ran.join(" ")];
    fields.join("  ").trim_end().to_owned()
}

/// Why there is no answer, and where the question is wrong.
fn wrong(fault: &PreviewFault) -> Message {
    let sentence = Message::of(format!("wrong-{}", fault.code().replace('_', "-")));
    let place = match fault {
        PreviewFault::UnknownDivision => "--division".to_owned(),
        PreviewFault::Question(fault) => match fault.at {
            QuestionPart::Start => "START".to_owned(),
            QuestionPart::Amount => "AMOUNT".to_owned(),
            QuestionPart::Extensions => "--extensions".to_owned(),
            QuestionPart::Pauses => "--pause".to_owned(),
            QuestionPart::PauseFrom(n) | QuestionPart::PauseTo(n) => {
                format!("--pause {}", n + 1)
            }
        },
    };
    // The sentences are those of the API.
    let sentence = crate::messages::chosen().text(&sentence);
    Message::new("deadline-wrong")
        .with("place", place)
        .with("wrong", sentence)
}

/// A moment as people write it: with an offset, or without one in UTC+8; with or without seconds.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    let written = text.trim().replace(' ', "T");
    let whole = match written.len() {
        16 => format!("{written}:00+08:00"),
        19 => format!("{written}+08:00"),
        _ => written,
    };
    Timestamp::parse(&whole).map_err(|_| say("deadline-no-moment"))
}

/// `FROM/TO`.
pub fn pause(text: &str) -> Result<(Timestamp, Timestamp), String> {
    let (from, to) = text
        .split_once('/')
        .ok_or_else(|| say("deadline-no-pause"))?;
    Ok((moment(from)?, moment(to)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_moment_is_one_of_utc_plus_8_unless_it_says_otherwise() {
        let written = |text| moment(text).unwrap().to_rfc3339();
        for text in [
            "2026-02-13T17:00",
            "2026-02-13 17:00",
            "2026-02-13T17:00:00",
            "2026-02-13T09:00:00Z",
            "2026-02-13T17:00:00+08:00",
        ] {
            assert_eq!(written(text), "2026-02-13T17:00:00+08:00", "{text}");
        }
        for text in ["", "2026-02-13", "17:00", "2026-02-30T17:00"] {
            assert!(moment(text).is_err(), "{text}");
        }
        assert!(pause("2026-02-13T17:00/2026-02-14T08:00").is_ok());
        assert!(pause("2026-02-13T17:00").is_err());
    }

    #[test]
    fn a_day_is_told_by_what_it_is_what_it_counted_and_when_the_limit_ran() {
        let at = |text| moment(text).unwrap();
        let day = AccountDay {
            date: at("2026-02-14 00:00").date(),
            nature: DayNature::MadeUp,
            count: DayCount::Counted,
            ran: vec![
                (at("2026-02-14 08:00"), at("2026-02-14 11:00")),
                (at("2026-02-14 23:00"), at("2026-02-15 00:00")),
            ],
        };
        let told = line(&day);
        assert!(told.starts_with("2026-02-14  "), "{told}");
        assert!(told.ends_with("  08:00-11:00 23:00-24:00"), "{told}");
    }
}
