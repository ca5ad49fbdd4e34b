use super::*;

#[test]
fn may_come_from_a_spreadsheet_with_byte_order_mark_and_its_line_ends() {
    let text = "\u{feff}code,name,level,parent\r\n320000000000, \"江苏省\" ,province,\r\n\r\n";
    let found = divisions::parse(text).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].parent, None);
}

#[test]
fn of_a_year_tells_holidays_from_days_worked() {
    let text = "\u{feff}{\"year\": 2026, \"days\": [{\"date\": \"2026-01-01\", \"isOffDay\": true}, {\"date\": \"2026-01-04\", \"isOffDay\": false, \"name\": \"元旦\"}]}";
    let days = calendar::parse(text).unwrap().days;
    let kinds: Vec<DayKind> = days.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, [DayKind::Off, DayKind::Work]);
}
