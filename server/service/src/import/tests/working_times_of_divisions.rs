use gridwhistle_domain::clock::{
    Hours, HoursUse, LocalRule, LocalTime, Season, Spell, WorkingDayRule,
};

use super::super::{Format, Table, WrongTime};
use super::*;
use crate::reference::lists;

const HEADER: &str = "division,use,kind,from,to,value,reason\n";

fn read(rows: &str) -> Result<Vec<LocalTime>, Vec<Fault>> {
    LocalTime::parse(&format!("{HEADER}{rows}"))
}

const COUNTY: &str = "\
320707000000,,season,05-01,,08:00-12:00 14:30-18:30,夏季
320707000000,,season,10-01,,13:30-17:30 08:00-12:00,冬季
320707101000,desk,spell,2026-07-10,2026-07-13,00:00-24:00,\"防汛, 二级响应\"
320707101000,,days,2026-07-10,,off,台风
320707101000,grid,days,2026-07-11,2026-07-13,work,
320707101000,,day_rule,,,eight_hours,
320707101000,,calendar_days,,,move,
";

#[test]
fn say_hours_by_season_and_for_a_while_days_and_rules() {
    let entries = read(COUNTY).unwrap();
    assert_eq!(entries.len(), 7);
    assert_eq!(
        entries[1].rule,
        LocalRule::Season(Season {
            from: (10, 1),
            hours: Hours::new(vec![(480, 720), (810, 1050)]).unwrap(),
        })
    );
    assert_eq!(
        entries[2],
        LocalTime {
            division: division("320707101000"),
            used_for: Some(HoursUse::Desk),
            rule: LocalRule::Spell(Spell {
                from: date("2026-07-10"),
                to: date("2026-07-13"),
                hours: Hours::new(vec![(0, 1440)]).unwrap(),
            }),
            reason: "防汛, 二级响应".to_owned(),
        }
    );
    assert_eq!(
        entries[3].rule,
        LocalRule::Days {
            from: date("2026-07-10"),
            to: date("2026-07-11"),
            kind: DayKind::Off,
        }
    );
    assert_eq!(
        entries[5].rule,
        LocalRule::DayRule(WorkingDayRule::EightHours)
    );
    assert_eq!(entries[6].rule, LocalRule::CalendarDaysMove(true));
}

#[test]
fn are_written_as_they_are_read() {
    let entries = read(COUNTY).unwrap();
    let format = Format::by_list(lists::WORKING_TIMES).unwrap();
    let written = format.write(entries.iter().flat_map(Table::rows));
    assert_eq!(LocalTime::parse(&written), Ok(entries.clone()));
    let codes = entries.iter().enumerate();
    let codes: BTreeSet<String> = codes.map(|(n, entry)| entry.code(n)).collect();
    assert_eq!(codes.len(), entries.len());
}

#[test]
fn that_cannot_hold_are_told_with_their_places() {
    let no_hours = |text: &str| {
        Wrong::Time(WrongTime::NoHours {
            text: text.to_owned(),
        })
    };
    let rows = "\
320706000000,lunch,season,05-01,,08:00-12:00,
320707000000,,season,04-31,2026-05-01,12:00-08:00,
320707000000,,spell,2026-07-10,2026-07-10,08:00-24:01,
320707000000,,days,2026-07-10,,closed,
320707000000,,day_rule,2026-07-10,,ten_hours,
320707000000,,holiday,,,,
";
    assert_eq!(
        faults(read(rows)),
        [
            field(2, 2, "use", not_one_of("lunch", &["work", "desk", "grid"])),
            field(3, 5, "to", Wrong::NotEmpty),
            field(
                3,
                4,
                "from",
                Wrong::Time(WrongTime::NoDayOfYear {
                    text: "04-31".to_owned()
                })
            ),
            field(3, 6, "value", no_hours("12:00-08:00")),
            field(4, 6, "value", no_hours("08:00-24:01")),
            field(
                4,
                5,
                "to",
                Wrong::EndsTooEarly {
                    from: date("2026-07-10")
                }
            ),
            field(5, 6, "value", not_one_of("closed", &["off", "work"])),
            field(6, 4, "from", Wrong::NotEmpty),
            field(
                6,
                6,
                "value",
                not_one_of("ten_hours", &["whole_days", "eight_hours"])
            ),
            field(
                7,
                3,
                "kind",
                not_one_of(
                    "holiday",
                    &["season", "spell", "days", "day_rule", "calendar_days"]
                )
            ),
        ]
    );
}

#[test]
fn that_contradict_each_other_are_told_with_the_other_line() {
    let rows = "\
320707101000,,spell,2026-07-10,2026-07-13,00:00-24:00,
320707101000,,days,2026-07-01,2026-07-05,off,

320707101000,,spell,2026-07-12,2026-08-01,06:00-11:00,
320707101000,,days,2026-07-04,,work,
320707101000,,day_rule,,,eight_hours,
320707101000,,day_rule,,,whole_days,
320707101000,,days,2026-08-01,2027-09-01,off,
";
    let clash = |line, on: Option<&str>| {
        Wrong::Time(WrongTime::Clash {
            line,
            on: on.map(date),
        })
    };
    assert_eq!(
        faults(read(rows)),
        [
            field(5, 3, "kind", clash(2, Some("2026-07-12"))),
            field(6, 3, "kind", clash(3, Some("2026-07-04"))),
            field(8, 3, "kind", clash(7, None)),
            field(
                9,
                5,
                "to",
                Wrong::Time(WrongTime::TooManyDays { most: 366 })
            ),
        ]
    );
}
