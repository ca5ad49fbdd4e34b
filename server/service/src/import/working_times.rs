//! Working times by division: `division,use,kind,from,to,value,reason`.

use gridwhistle_domain::clock::{
    Date, DayKind, Hours, HoursUse, LocalFault, LocalRule, LocalTime, LocalWrong, Season, Spell,
    WorkingDayRule, WorkingTime, WorkingTimes,
};
use gridwhistle_domain::place::DivisionCode;

use super::fault::{Faults, day};
use super::format::{Refers, Table};
use super::table::{Row, each_row};
use super::{Fault, Spot, Wrong, WrongTime};
use crate::reference::lists;

const HEADER: &[&str] = &["division", "use", "kind", "from", "to", "value", "reason"];

/// What a row says something about.
#[derive(Copy, Clone)]
enum Kind {
    Season,
    Spell,
    Days,
    DayRule,
    CalendarDays,
}

impl Kind {
    const ALL: &[Self] = &[
        Self::Season,
        Self::Spell,
        Self::Days,
        Self::DayRule,
        Self::CalendarDays,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Season => "season",
            Self::Spell => "spell",
            Self::Days => "days",
            Self::DayRule => "day_rule",
            Self::CalendarDays => "calendar_days",
        }
    }

    const fn of(rule: &LocalRule) -> Self {
        match rule {
            LocalRule::Season(_) => Self::Season,
            LocalRule::Spell(_) => Self::Spell,
            LocalRule::Days { .. } => Self::Days,
            LocalRule::DayRule(_) => Self::DayRule,
            LocalRule::CalendarDaysMove(_) => Self::CalendarDays,
        }
    }
}

/// The working times of a file, in its order.
///
/// Whether two rows contradict each other is asked when every row can be read.
fn parse(text: &str) -> Result<Vec<LocalTime>, Vec<Fault>> {
    let mut entries = Vec::new();
    let mut lines = Vec::new();
    each_row(text, HEADER, LocalTime::REQUIRED, |row| {
        if let Some(entry) = entry(row) {
            entries.push(entry);
            lines.push(row.line());
        }
    })?;
    let mut faults = Faults::default();
    if let Err(wrong) = WorkingTimes::new(WorkingTime::default(), &entries) {
        let line = |entry: usize| lines.get(entry).copied().unwrap_or_default();
        for LocalFault { entry, wrong } in wrong {
            let (column, name, wrong) = match wrong {
                LocalWrong::Clash { with, on } => {
                    let line = line(with);
                    (3, "kind", WrongTime::Clash { line, on }.into())
                }
                LocalWrong::TooManyDays { most } => {
                    (5, "to", WrongTime::TooManyDays { most }.into())
                }
                LocalWrong::TooManyEntries { most } => {
                    (1, "division", WrongTime::TooManyRows { most }.into())
                }
                // Told with the row already.
                LocalWrong::NoDays { from, .. } => (5, "to", Wrong::EndsTooEarly { from }),
                LocalWrong::Hours(error) => {
                    let text = error.to_string();
                    (6, "value", WrongTime::NoHours { text }.into())
                }
            };
            let line = line(entry);
            faults.add(Spot::Field { line, column, name }, wrong);
        }
    }
    faults.or(entries)
}

impl Table for LocalTime {
    const LIST: &'static str = lists::WORKING_TIMES;
    const HEADER: &'static [&'static str] = HEADER;
    const REQUIRED: usize = 6;
    const REFERS: &'static [(&'static str, Refers)] = &[("division", Refers::Division)];

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, _: usize) -> String {
        let used_for = self.used_for.map_or("all", HoursUse::as_str);
        let kind = Kind::of(&self.rule).as_str();
        let (from, _, _) = fields(&self.rule);
        format!("{} {used_for} {kind} {from}", self.division)
            .trim_end()
            .to_owned()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let (from, to, value) = fields(&self.rule);
        vec![vec![
            self.division.to_string(),
            self.used_for.map_or("", HoursUse::as_str).to_owned(),
            Kind::of(&self.rule).as_str().to_owned(),
            from,
            to,
            value,
            self.reason.clone(),
        ]]
    }
}

/// The fields `from`, `to` and `value`.
fn fields(rule: &LocalRule) -> (String, String, String) {
    let nothing = String::new;
    match rule {
        LocalRule::Season(Season { from, hours }) => {
            let (month, day) = from;
            (format!("{month:02}-{day:02}"), nothing(), spans(hours))
        }
        LocalRule::Spell(Spell { from, to, hours }) => {
            (from.to_string(), to.to_string(), spans(hours))
        }
        LocalRule::Days { from, to, kind } => {
            (from.to_string(), to.to_string(), day_kind(*kind).to_owned())
        }
        LocalRule::DayRule(rule) => (nothing(), nothing(), rule.as_str().to_owned()),
        LocalRule::CalendarDaysMove(moves) => (nothing(), nothing(), moving(*moves).to_owned()),
    }
}

fn entry(row: &mut Row<'_>) -> Option<LocalTime> {
    let division = row.read("division", DivisionCode::parse);
    let used_for = if row.is_empty("use") {
        Some(None)
    } else {
        row.one_of("use", HoursUse::ALL, HoursUse::as_str).map(Some)
    };
    let kind = row.one_of("kind", Kind::ALL, Kind::as_str)?;
    let rule = match kind {
        Kind::Season => {
            nothing_in(row, &["to"]);
            let (from, hours) = (row.read("from", day_of_year), row.read("value", hours));
            LocalRule::Season(Season {
                from: from?,
                hours: hours?,
            })
        }
        Kind::Spell => {
            let from = row.read("from", day);
            let to = row.read("to", day);
            let hours = row.read("value", hours);
            let (from, to) = in_order(row, from?, to?)?;
            LocalRule::Spell(Spell {
                from,
                to,
                hours: hours?,
            })
        }
        Kind::Days => {
            let from = row.read("from", day);
            // One day alone needs no end.
            let to = if row.is_empty("to") {
                from.map(Date::next)
            } else {
                row.read("to", day)
            };
            let kind = row.one_of("value", &[DayKind::Off, DayKind::Work], day_kind);
            let (from, to) = in_order(row, from?, to?)?;
            LocalRule::Days {
                from,
                to,
                kind: kind?,
            }
        }
        Kind::DayRule => {
            nothing_in(row, &["from", "to"]);
            let rule = row.one_of("value", WorkingDayRule::ALL, WorkingDayRule::as_str);
            LocalRule::DayRule(rule?)
        }
        Kind::CalendarDays => {
            nothing_in(row, &["from", "to"]);
            LocalRule::CalendarDaysMove(row.one_of("value", &[true, false], moving)?)
        }
    };
    Some(LocalTime {
        division: division?,
        used_for: used_for?,
        rule,
        reason: row.field("reason").to_owned(),
    })
}

/// What has no meaning for this kind of row is not passed over in silence.
fn nothing_in(row: &mut Row<'_>, columns: &[&str]) {
    for column in columns {
        if !row.is_empty(column) {
            row.fault(column, Wrong::NotEmpty);
        }
    }
}

fn in_order(row: &mut Row<'_>, from: Date, to: Date) -> Option<(Date, Date)> {
    if from < to {
        return Some((from, to));
    }
    row.fault("to", Wrong::EndsTooEarly { from });
    None
}

const fn day_kind(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Off => "off",
        DayKind::Work => "work",
    }
}

const fn moving(moves: bool) -> &'static str {
    if moves { "move" } else { "keep" }
}

/// `05-01`: a day of every year.
fn day_of_year(text: &str) -> Result<(u32, u32), WrongTime> {
    let read = || {
        let (month, day) = text.split_once('-')?;
        let two_digits = |part: &str| {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten()
        };
        let from = (two_digits(month)?, two_digits(day)?);
        let hours = Hours::default();
        let season = Season { from, hours };
        season.check().ok().map(|()| from)
    };
    read().ok_or_else(|| WrongTime::NoDayOfYear {
        text: text.to_owned(),
    })
}

/// `08:00-12:00 14:00-18:00`: spans in any order, 24:00 at most.
fn hours(text: &str) -> Result<Hours, WrongTime> {
    let span = |span: &str| {
        let (open, close) = span.split_once('-')?;
        Some((minute(open)?, minute(close)?))
    };
    let spans: Option<Vec<(u32, u32)>> = text.split_whitespace().map(span).collect();
    spans
        .and_then(|spans| Hours::new(spans).ok())
        .ok_or_else(|| WrongTime::NoHours {
            text: text.to_owned(),
        })
}

/// The minute of the day of `HH:MM`.
fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str, most: u32| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| part.parse::<u32>().ok()).flatten()?;
        (number <= most).then_some(number)
    };
    Some(number(hour, 24)? * 60 + number(minute, 59)?)
}

fn spans(hours: &Hours) -> String {
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let spans: Vec<String> = hours
        .spans()
        .iter()
        .map(|(open, close)| format!("{}-{}", clock(*open), clock(*close)))
        .collect();
    spans.join(" ")
}
