//! Reports, their drafts, and the units they propose.

use super::*;

#[test]
fn a_report_is_filed_and_its_case_opens() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    bench
        .focus("text")
        .write("路面塌陷")
        .focus("submit")
        .press(Enter);
    let Some(Request::Report(report)) = bench.asked.first().cloned() else {
        panic!("not sent")
    };
    assert_eq!(report.body["matter"], "event-99998");
    assert_eq!(
        report.body["place"]["grid"], "320707101201001",
        "the worker's own grid"
    );
    assert_eq!(report.body["id"], report.draft.to_string());
    bench.settle();
    assert!(
        matches!(bench.model.screen(), Some(Screen::Case(c)) if c.id == report.draft.to_string())
    );
    assert!(bench.effects.contains(&Effect::DropDraft(report.draft)));
    assert!(bench.model.drafts.is_empty());
}

#[test]
fn a_report_with_a_whistle_proposes_units_until_somebody_chooses() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.picked("lead")[0].id, "jtys-zw");
    assert_eq!(form.picked("assist")[0].id, "gs");
    bench.focus("lead").keys(&[Enter]);
    bench.write("zh").keys(&[Enter]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("bll").keys(&[Enter]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.picked("lead")[0].id, "zfj", "chosen by hand");
    assert_eq!(form.picked("assist")[0].id, "gs");
}

#[test]
fn a_lost_connection_loses_no_report_and_makes_no_double() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("路面有垃圾")
        .focus("submit");
    bench.online = false;
    bench.press(Enter);
    let Some(Request::Report(first)) = bench.asked.first().cloned() else {
        panic!("not sent")
    };
    assert!(
        bench.saved().last().unwrap().maybe_sent,
        "kept before it leaves"
    );
    bench.settle();
    assert!(matches!(bench.model.link, Link::Lost { .. }));
    assert_eq!(bench.model.drafts.len(), 1);
    bench.online = true;
    bench.focus("submit").press(Enter);
    let Some(Request::Report(second)) = bench.asked.first().cloned() else {
        panic!("not sent again")
    };
    assert_eq!(first, second, "the same words under the same key");
}

#[test]
fn leaving_a_report_keeps_it_and_it_can_be_taken_up_again() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("路面有垃圾")
        .keys(&[Esc]);
    let Some(Screen::Home(home)) = bench.model.screen() else {
        panic!("not at home")
    };
    let drafts = home
        .parts
        .iter()
        .position(|p| p.section == crate::model::list::Section::Drafts)
        .unwrap();
    assert_eq!(
        home.parts[drafts].pile.as_ref().unwrap().rows[0].title,
        "路面有垃圾"
    );
    let digit = char::from_digit(u32::try_from(drafts + 1).unwrap(), 10).unwrap();
    bench.keys(&[Char(digit), Enter]);
    let Some(Screen::Report(page)) = bench.model.screen() else {
        panic!("not in the report")
    };
    assert_eq!(page.form.text("text"), "路面有垃圾");
}

#[test]
fn a_draft_is_discarded_only_at_the_second_press() {
    let mut bench = Bench::logged_in("grid_worker");
    bench
        .keys(&[F(2)])
        .focus("text")
        .write("x")
        .keys(&[Esc, Char('4'), Delete]);
    assert_eq!(bench.model.drafts.len(), 1);
    bench.keys(&[Down, Char('4'), Delete]);
    assert_eq!(bench.model.drafts.len(), 1, "another key between");
    bench.keys(&[Delete]);
    assert!(bench.model.drafts.is_empty());
}

#[test]
fn a_whistle_joins_the_report_that_is_being_written() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]);
    bench.focus("text").write("路面塌陷");
    bench.keys(&[F(3)]);
    let Some(Screen::Report(page)) = bench.model.screen() else {
        panic!("the report has gone")
    };
    assert_eq!(page.form.text("text"), "路面塌陷");
    assert!(page.form.is_on("whistle"));
    assert_eq!(page.form.focused().unwrap().name, "kind");
}

#[test]
fn coordinates_alone_say_whose_committee_is_called() {
    use crate::model::request::{Around, For};
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3)]);
    bench.focus("matter").keys(&[Enter]);
    bench.write("dlt").keys(&[Enter]);
    bench.focus("position").write("119.12,34.91");
    assert!(bench.asked.is_empty(), "not at every digit");
    bench.press(Tab);
    let Some(Request::Proposal(For::Report { place, .. })) = bench.asked.first() else {
        panic!("not asked: {:?}", bench.asked)
    };
    let at = [119.12, 34.91];
    let crs = "wgs84".to_owned();
    assert_eq!(*place, Around::Point { at, crs });
}

#[test]
fn an_untouched_form_is_no_draft() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, Char('4')]);
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert!(form.has_content(), "units are proposed");
    bench.keys(&[Esc]);
    assert_eq!(notice(&bench), "");
    assert!(bench.model.drafts.is_empty());
    bench.keys(&[Char('4')]);
    bench.focus("reason").write("x").keys(&[Esc]);
    assert_eq!(notice(&bench), "notice-draft-kept");
    assert_eq!(bench.model.drafts.len(), 1);
    // The same for a report, which begins with a grid and a source.
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(3), Tab, Esc]);
    assert!(bench.model.drafts.is_empty());
}
