//! Who may know the resident behind a case.

use super::story::{Story, a_resident, dispatch};
use super::town::{ENFORCEMENT, EVERYBODY, POLICE, ROAD, Who, lead};
use crate::access::{Actor, Grant};
use crate::case::{
    ActionKind, RefusalCode, Settings, conceal, is_confidential, masked_name, masked_telephone,
    may_unmask, shows_masked,
};
use crate::matter::{MatterKey, MatterKind};

fn with_resident(mut story: Story) -> Story {
    story.case.resident = Some(a_resident());
    story
}

fn told(story: &Story, judge: impl Fn(&Actor) -> bool) -> Vec<Who> {
    let _ = story;
    EVERYBODY
        .into_iter()
        .filter(|who| judge(&who.actor()))
        .collect()
}

fn in_clear(story: &Story) -> Vec<Who> {
    let settings = Settings::default();
    told(story, |actor| {
        may_unmask(&story.case, actor, &settings, story.now).is_some()
    })
}

fn masked(story: &Story) -> Vec<Who> {
    let settings = Settings::default();
    told(story, |actor| {
        shows_masked(&story.case, actor, &settings, story.now)
    })
}

const CENTRE: [Who; 6] = [
    Who::Clerk,
    Who::Registrar,
    Who::RegistrarAndDispatcher,
    Who::FormerRegistrar,
    Who::Dispatcher,
    Who::Caller,
];

#[test]
fn the_centre_that_has_the_case_handles_it_until_a_unit_is_called() {
    let mut story = with_resident(Story::begins());
    let handling = in_clear(&story);
    for who in CENTRE {
        let still = who != Who::FormerRegistrar || story.now < super::town::at("09-01 00:00");
        assert_eq!(handling.contains(&who), still, "{who:?}");
    }
    for who in [
        Who::Worker,
        Who::CountyDispatcher,
        Who::RegistrarElsewhere,
        Who::Supervisor,
        Who::Auditor,
        Who::Admin,
        Who::TownHead,
        Who::App,
        Who::Leader(ENFORCEMENT),
    ] {
        assert!(!handling.contains(&who), "{who:?}");
    }
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    let handling = in_clear(&story);
    assert!(handling.contains(&Who::Leader(ENFORCEMENT)));
    assert!(!handling.contains(&Who::Leader(POLICE)));
    story.case.assignments[0].stage = crate::case::AssignmentStage::Returned;
    assert!(
        !in_clear(&story).contains(&Who::Leader(ENFORCEMENT)),
        "let go"
    );
}

#[test]
fn the_grids_worker_knows_while_he_is_asked_to_look() {
    let mut story = with_resident(Story::begins());
    for stage in crate::case::Stage::ALL {
        story.case.stage = *stage;
        let asked = matches!(stage.as_str(), "confirming" | "verifying");
        let handling = in_clear(&story);
        assert_eq!(handling.contains(&Who::Worker), asked, "{stage}");
        assert!(!handling.contains(&Who::Neighbour), "{stage}");
        assert!(!handling.contains(&Who::Stranger), "{stage}");
        assert_eq!(
            handling.contains(&Who::Registrar),
            !stage.is_end(),
            "{stage}"
        );
    }
}

#[test]
fn after_the_closing_only_who_asks_the_resident_knows_him_and_only_while_he_may_answer() {
    let mut story = with_resident(Story::closed());
    assert!(in_clear(&story).is_empty());
    let round = story.case.rounds.last_mut().unwrap();
    round.feedback = Some(crate::case::Feedback {
        id: crate::case::FeedbackId(uuid::Uuid::nil()),
        opened_at: story.now,
        expires_at: story.now.plus_days(7),
        concluded: None,
        expired_at: None,
        missed_calls: Vec::new(),
        unreasonable: None,
    });
    assert_eq!(
        in_clear(&story),
        [Who::Registrar, Who::RegistrarAndDispatcher, Who::Caller]
    );
    story.now = story.now.plus_days(7);
    assert!(in_clear(&story).is_empty());
}

#[test]
fn behind_a_confidential_case_only_registrar_and_caller_see_anybody() {
    let mut story = with_resident(Story::begins());
    story.registers(ROAD, 1);
    story.does(Who::Dispatcher, dispatch(vec![lead(ENFORCEMENT)]));
    assert!(masked(&story).contains(&Who::Leader(ENFORCEMENT)));
    assert!(masked(&story).contains(&Who::Supervisor));
    assert!(!masked(&story).contains(&Who::App));
    story.case.confidential = Some(true);
    let hearing = [Who::Registrar, Who::RegistrarAndDispatcher, Who::Caller];
    assert_eq!(masked(&story), hearing);
    assert_eq!(in_clear(&story), hearing);
    let unit = Who::Leader(ENFORCEMENT);
    let offers = story.offers(unit);
    let contact = offers
        .iter()
        .find(|o| o.action == ActionKind::ContactResident);
    let refusal = contact.and_then(|o| o.refusal.as_ref()).unwrap();
    assert_eq!(refusal.code, RefusalCode::ThroughTheCentre);
}

#[test]
fn a_matter_about_a_household_is_confidential_unless_the_report_says_otherwise() {
    let settings = Settings::default();
    let mut case = Story::begins().case;
    assert!(!is_confidential(&case, &settings));
    case.matter = MatterKey::new(MatterKind::Event, "99989").ok();
    assert!(is_confidential(&case, &settings));
    case.confidential = Some(false);
    assert!(!is_confidential(&case, &settings));
}

#[test]
fn an_application_knows_residents_only_by_its_grant_and_never_confidential_ones() {
    let settings = Settings::default();
    let mut case = Story::begins().case;
    case.resident = Some(a_resident());
    let now = case.reported_at;
    let mut app = Who::App.actor();
    app.grants = Some(vec![Grant::CasesRead, Grant::CasesFile]);
    assert!(!shows_masked(&case, &app, &settings, now));
    assert!(may_unmask(&case, &app, &settings, now).is_none());
    app.grants = Some(vec![Grant::PersonalRead]);
    assert!(shows_masked(&case, &app, &settings, now));
    assert!(may_unmask(&case, &app, &settings, now).is_some());
    case.confidential = Some(true);
    assert!(!shows_masked(&case, &app, &settings, now));
    assert!(may_unmask(&case, &app, &settings, now).is_none());
}

#[test]
fn names_and_telephones_are_taken_out_of_what_is_written_freely() {
    let told = |text: &str| conceal(text, "张三丰", "138-1234 5678");
    assert_eq!(told("张三丰来电13812345678"), "***来电***");
    assert_eq!(told("电话138-1234 5678，张某"), "电话***，张某");
    assert_eq!(conceal("丁字路口", "丁", "12345"), "丁字路口");
    for spelled in [
        "138-1234-5678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "138.1234·5678",
    ] {
        assert_eq!(told(&format!("回电{spelled}。")), "回电***。", "{spelled}");
    }
    let abroad = |text: &str| conceal(text, "", "+86 13812345678");
    assert_eq!(abroad("13812345678、+8613812345678"), "***、+86***");
    // Other numbers stay.
    assert_eq!(
        told("编号138123456，共1、3、8处"),
        "编号138123456，共1、3、8处"
    );
}

#[test]
fn a_mask_leaves_too_little_to_guess_from() {
    for (name, left) in [
        ("张三丰", "张**"),
        ("张三", "张**"),
        ("张", "**"),
        ("", "**"),
    ] {
        assert_eq!(masked_name(name), left, "{name}");
    }
    for (telephone, left) in [
        ("13812345678", "138****5678"),
        ("138-1234 5678", "138****5678"),
        ("0518-86201234", "051****1234"),
        ("86201234", "****34"),
        ("12345", "****"),
    ] {
        assert_eq!(masked_telephone(telephone), left, "{telephone}");
    }
}
