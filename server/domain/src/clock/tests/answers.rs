//! What "when would this be due" is answered.

use super::*;

fn ask(start: &str, limit: Limit) -> Question {
    Question {
        start: at(start),
        amount: limit.amount,
        unit: limit.unit,
        day_rule: None,
        calendar_days_move: None,
        pauses: Vec::new(),
        extensions: 0,
    }
}

fn told(question: &Question) -> Account {
    question.answer(&YEAR_2026, 2).unwrap()
}

fn days(account: &Account) -> Vec<(String, DayNature, DayCount)> {
    let day = |d: &AccountDay| (d.date.to_string(), d.nature, d.count);
    account.days.iter().map(day).collect()
}

#[test]
fn four_working_hours_over_a_working_saturday_are_told_by_their_stretches() {
    let account = told(&ask("2026-02-13 17:00", Limit::working_hours(4)));
    assert_eq!(account.deadline.at, at("2026-02-14 11:00"));
    assert_eq!(
        days(&account),
        [
            (
                "2026-02-13".to_owned(),
                DayNature::Workday,
                DayCount::Counted
            ),
            (
                "2026-02-14".to_owned(),
                DayNature::MadeUp,
                DayCount::Counted
            ),
        ]
    );
    assert_eq!(
        account.days[0].ran,
        [(at("2026-02-13 17:00"), at("2026-02-13 18:00"))]
    );
    assert_eq!(
        account.days[1].ran,
        [(at("2026-02-14 08:00"), at("2026-02-14 11:00"))]
    );
}

#[test]
fn working_days_tell_the_start_day_the_holidays_and_what_a_pause_took() {
    let question = Question {
        pauses: vec![(at("2026-09-30 16:00"), at("2026-10-09 09:00"))],
        ..ask("2026-09-29 10:00", Limit::working_days(2))
    };
    let account = told(&question);
    assert_eq!(account.deadline.at, at("2026-10-10 18:00"));
    let count = |date: &str| {
        let day = account.days.iter().find(|d| d.date == day(date)).unwrap();
        (day.nature, day.count)
    };
    assert_eq!(
        count("2026-09-29"),
        (DayNature::Workday, DayCount::StartDay)
    );
    assert_eq!(count("2026-09-30"), (DayNature::Workday, DayCount::Counted));
    assert_eq!(count("2026-10-01"), (DayNature::Holiday, DayCount::Paused));
    assert_eq!(count("2026-10-09"), (DayNature::Workday, DayCount::Paused));
    assert_eq!(count("2026-10-10"), (DayNature::MadeUp, DayCount::Counted));
    let without = told(&ask("2026-09-30 10:00", Limit::working_days(1)));
    assert_eq!(without.days[1].count, DayCount::DayOff);
    assert_eq!(without.days.last().unwrap().date, day("2026-10-08"));
}

#[test]
fn a_question_may_choose_its_own_rules() {
    let eight_hours = Question {
        day_rule: Some(WorkingDayRule::EightHours),
        ..ask("2026-06-01 10:00", Limit::working_days(1))
    };
    assert_eq!(told(&eight_hours).deadline.at, at("2026-06-02 10:00"));
    let moving = Question {
        calendar_days_move: Some(true),
        ..ask("2026-09-30 10:00", Limit::calendar_days(3))
    };
    let account = told(&moving);
    assert_eq!(account.deadline.at, at("2026-10-09 00:00"));
    let carried = account
        .days
        .iter()
        .filter(|d| d.count == DayCount::CarriedOver);
    assert_eq!(carried.count(), 5, "4 to 8 October");
    let extended = Question {
        extensions: 2,
        ..ask("2026-06-01 10:00", Limit::working_days(1))
    };
    assert_eq!(told(&extended).deadline.at, at("2026-06-04 18:00"));
}

#[test]
fn a_limit_of_years_is_answered_without_naming_all_its_days() {
    let account = told(&ask("2026-01-01 10:00", Limit::working_days(3_650)));
    assert!(account.deadline.provisional);
    assert_eq!(account.days.len(), 400);
    assert!(account.left_out > 4_000);
}

#[test]
fn a_question_that_makes_no_sense_is_told_why() {
    let faults = |question: Question| {
        let faults = question.answer(&YEAR_2026, 2).unwrap_err();
        faults
            .into_iter()
            .map(|f| (f.at, f.wrong))
            .collect::<Vec<_>>()
    };
    let day = ask("2026-06-01 10:00", Limit::working_days(1));
    let of_amount = |amount| {
        faults(Question {
            amount,
            ..day.clone()
        })
    };
    let amount = [(QuestionPart::Amount, QuestionWrong::LimitOutOfRange)];
    assert_eq!(of_amount(0), amount);
    assert_eq!(of_amount(365_000), amount);
    let early = ask("1999-12-31 23:59", Limit::working_days(1));
    assert_eq!(
        faults(early),
        [(QuestionPart::Start, QuestionWrong::OutOfRange)]
    );
    let extensions = Question {
        extensions: 3,
        ..day.clone()
    };
    assert_eq!(
        faults(extensions),
        [(QuestionPart::Extensions, QuestionWrong::TooManyExtensions)]
    );
    let paused = |pauses: &[(&str, &str)]| {
        let pauses = pauses.iter().map(|(from, to)| (at(from), at(to))).collect();
        faults(Question {
            pauses,
            ..day.clone()
        })
    };
    assert_eq!(
        paused(&[("2026-06-02 10:00", "2026-06-02 10:00")]),
        [(QuestionPart::PauseTo(0), QuestionWrong::PauseEndsEarly)]
    );
    assert_eq!(
        paused(&[("2026-05-31 10:00", "2026-06-02 10:00")]),
        [(QuestionPart::PauseFrom(0), QuestionWrong::PauseBeforeStart)]
    );
    assert_eq!(
        paused(&[
            ("2026-06-02 10:00", "2026-06-04 10:00"),
            ("2026-06-03 10:00", "2026-06-05 10:00"),
        ]),
        [(QuestionPart::PauseFrom(1), QuestionWrong::PausesOverlap)]
    );
    assert_eq!(
        paused(&[
            ("2026-06-08 10:00", "2026-06-09 10:00"),
            ("2026-06-03 10:00", "2026-06-04 10:00"),
        ]),
        [(QuestionPart::PauseFrom(1), QuestionWrong::PausesOverlap)]
    );
    assert_eq!(
        paused(&[("2026-06-08 10:00", "2300-06-09 10:00")]),
        [(QuestionPart::PauseTo(0), QuestionWrong::OutOfRange)]
    );
}
