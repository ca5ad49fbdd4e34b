//! What the rules of the field forbid: each is refused by the rule that says no, and leaves the case as it was.
//!
//! 15 July 2026 is a Wednesday; units work 08:00–12:00 and 14:00–18:00.

use gridwhistle_domain::access::Post;
use serde_json::{Value, json};

use crate::town::{
    COUNTY, DISPATCHER, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SANITATION, SCENE, SUPERVISOR,
    TOWN_HEAD, Told, Town, VILLAGE_LEADER, WORKER, Who, leader, officer, part, whistle, written,
};

/// Heaps of rubbish: 1 working day.
const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
/// Nobody calls the police station here.
const POLICE: &str = "320707101-pc";
/// No list of units has it.
const UNKNOWN: &str = "320707101-xx";
const NO_ASSIGNMENT: &str = "00000000-0000-0000-0000-000000000000";
const LEADER: Who = leader(ENFORCEMENT);
const COUNTY_DUTY_LEADER: Who = Who(Post::DutyLeader, COUNTY);

/// Status, code of the problem, and the rule.
type No = (u16, &'static str, &'static str);
const TOO_LATE: No = (409, "action_not_allowed", "deadline_passed");
const ONCE: No = (409, "action_not_allowed", "appealed_once");
const NOT_HIS_VETO: No = (403, "forbidden", "not_the_blower");
const NOT_HIS_PART: No = (403, "forbidden", "post_forbids");
const NO_UNIT: No = (422, "rule_violated", "unknown_unit");
const ONE_AT_A_TIME: No = (409, "action_not_allowed", "whistle_open");

/// The version of a case and how many rows its log has, as somebody reads them who changes nothing.
async fn log(town: &Town, case: &str) -> (u64, usize) {
    let path = format!("/cases/{case}");
    let stands = town.get(SUPERVISOR, &path).await.body;
    let rows = town.get(SUPERVISOR, &format!("{path}/events")).await.body;
    let version = stands["version"].as_u64().unwrap();
    (version, rows["items"].as_array().unwrap().len())
}

/// Tries what is forbidden: that rule refuses it, and nothing of the case moves.
async fn is_refused(town: &Town, who: Who, case: &str, action: &Value, no: No) -> Told {
    let before = log(town, case).await;
    let told = town.tries(who, case, action.clone()).await;
    let word = [&told.body["code"], &told.body["rule"]].map(|word| word.as_str().unwrap_or("-"));
    assert_eq!(
        (told.status, word[0], word[1]),
        no,
        "{who:?} {action}: {}",
        told.body
    );
    assert!(!told.detail().is_empty(), "{who:?} {action}");
    assert_eq!(log(town, case).await, before, "{who:?} {action}");
    told
}

/// The same, finished six days late and closed.
async fn closed_late(town: &Town) -> String {
    let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-22 09:00");
    town.does(LEADER, &case, finish(&signed, ENFORCEMENT)).await;
    let passed = json!({"action": "verify", "passed": true, "note": "现场核查"});
    town.does(WORKER, &case, passed).await;
    let close = json!({"action": "close", "standard_met": true});
    let closed = town.does(REGISTRAR, &case, close).await;
    assert_eq!(closed["round"]["on_time"], false);
    case
}

fn blow(kind: &str) -> Value {
    json!({"action": "request_whistle", "kind": kind, "reason": "成堆垃圾"})
}

fn issue(case: &Value, units: &[(&str, &str)]) -> Value {
    let units: Vec<Value> = units
        .iter()
        .map(|(unit, role)| json!({"unit": unit, "role": role}))
        .collect();
    json!({"action": "issue_whistle", "whistle_id": whistle(case)["id"], "units": units})
}

/// The worker has blown, and these units are called.
async fn called(town: &Town, units: &[(&str, &str)]) -> (String, Value) {
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let blown = town.does(WORKER, &case, blow("daily")).await;
    let issued = town.does(DISPATCHER, &case, issue(&blown, units)).await;
    (case, issued)
}

fn check_in(case: &Value, unit: &str) -> Value {
    json!({
        "assignment": part(case, unit)["id"], "action": "check_in",
        "point": {"lon": SCENE.0, "lat": SCENE.1},
    })
}

fn finish(case: &Value, unit: &str) -> Value {
    json!({"assignment": part(case, unit)["id"], "action": "finish", "result": "已清理"})
}

/// What a called unit does with its part.
fn work(case: &Value, unit: &str) -> [Value; 4] {
    let id = &part(case, unit)["id"];
    [
        json!({"assignment": id, "action": "sign"}),
        json!({"assignment": id, "action": "contact_blower"}),
        check_in(case, unit),
        finish(case, unit),
    ]
}

#[tokio::test]
async fn more_time_is_not_asked_for_once_the_deadline_has_passed() {
    let town = Town::on("07-15 09:00").await;
    let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
    assert_eq!(signed["round"]["deadline"], written("07-16 18:00"));
    let wish = json!({"action": "request_extension", "reason": "须等养护期"});
    for late in ["07-16 18:00", "07-17 09:00"] {
        town.it_is(late);
        is_refused(&town, LEADER, &case, &wish, TOO_LATE).await;
    }
}

#[tokio::test]
async fn more_time_that_was_asked_for_before_the_deadline_is_not_granted_after_it() {
    let town = Town::on("07-15 09:00").await;
    let (case, _) = town.signed(RUBBISH.0, RUBBISH.1).await;
    town.it_is("07-16 17:50");
    let wish = json!({"action": "request_extension", "reason": "须等养护期"});
    town.does(LEADER, &case, wish).await;
    town.it_is("07-16 18:00");
    let decide = |accept: bool| json!({"action": "decide_extension", "accept": accept, "ruling": "情况属实"});
    is_refused(&town, DISPATCHER, &case, &decide(true), TOO_LATE).await;
    // It is answered all the same.
    let refused = town.does(DISPATCHER, &case, decide(false)).await;
    assert_eq!(refused["round"]["extension_request"]["accepted"], false);
    assert_eq!(refused["round"]["deadline"], written("07-16 18:00"));
}

#[tokio::test]
async fn a_case_is_appealed_about_once_whatever_becomes_of_the_appeal() {
    let town = Town::on("07-15 09:00").await;
    let case = closed_late(&town).await;
    let appeal = json!({"action": "appeal", "reason": "台风期间封路"});
    town.does(LEADER, &case, appeal.clone()).await;
    is_refused(&town, LEADER, &case, &appeal, ONCE).await;
    let decide = json!({"action": "decide_appeal", "accept": false, "ruling": "未见封路记录"});
    town.does(COUNTY_DUTY_LEADER, &case, decide).await;
    is_refused(&town, LEADER, &case, &appeal, ONCE).await;
}

#[tokio::test]
async fn only_who_blew_vetoes() {
    let town = Town::on("07-15 09:00").await;
    let (case, issued) = called(&town, &[(ENFORCEMENT, "lead")]).await;
    let arrival = check_in(&issued, ENFORCEMENT);
    town.does(officer(ENFORCEMENT), &case, arrival).await;
    let finished = finish(&issued, ENFORCEMENT);
    let handled = town.does(LEADER, &case, finished).await;
    assert_eq!(handled["stage"], "handled");
    let veto = json!({"action": "veto", "reason": "仍有垃圾"});
    for who in [VILLAGE_LEADER, DISPATCHER, DUTY_LEADER, TOWN_HEAD] {
        is_refused(&town, who, &case, &veto, NOT_HIS_VETO).await;
    }
    let vetoed = town.does(WORKER, &case, veto).await;
    assert_eq!(
        (&vetoed["stage"], &vetoed["round"]["vetoes"]),
        (&json!("handling"), &json!(1))
    );
}

#[tokio::test]
async fn a_called_unit_does_its_own_part_and_not_anothers() {
    let town = Town::on("07-15 09:00").await;
    let units = [(ENFORCEMENT, "lead"), (SANITATION, "assist")];
    let (case, issued) = called(&town, &units).await;
    for (own, other) in [(ENFORCEMENT, SANITATION), (SANITATION, ENFORCEMENT)] {
        for who in [officer(own), leader(own)] {
            for action in work(&issued, other) {
                is_refused(&town, who, &case, &action, NOT_HIS_PART).await;
            }
        }
    }
    for unit in [SANITATION, ENFORCEMENT] {
        for action in work(&issued, unit) {
            town.does(leader(unit), &case, action).await;
        }
    }
}

#[tokio::test]
async fn for_a_unit_that_was_not_called_there_is_no_case() {
    let town = Town::on("07-15 09:00").await;
    let units = [(ENFORCEMENT, "lead"), (SANITATION, "assist")];
    let (case, issued) = called(&town, &units).await;
    let before = log(&town, &case).await;
    for who in [officer(POLICE), leader(POLICE)] {
        let nothing = json!({"assignment": NO_ASSIGNMENT, "action": "sign"});
        let nothing = town.tries(who, &case, nothing).await;
        for action in work(&issued, ENFORCEMENT) {
            let told = town.tries(who, &case, action.clone()).await;
            assert_eq!(
                (told.status, told.body["code"].as_str()),
                (404, Some("not_found")),
                "{who:?} {action}: {}",
                told.body
            );
            assert_eq!(told.detail(), nothing.detail(), "as if there were none");
        }
        assert_eq!(town.get(who, &format!("/cases/{case}")).await.status, 404);
    }
    assert_eq!(log(&town, &case).await, before);
}

#[tokio::test]
async fn nobody_is_called_whom_no_list_of_units_has() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let dispatch = json!({
        "action": "dispatch",
        "units": [{"unit": ENFORCEMENT, "role": "lead"}, {"unit": UNKNOWN, "role": "assist"}],
    });
    let told = is_refused(&town, DISPATCHER, &case, &dispatch, NO_UNIT).await;
    assert_eq!(told.faults(), ["/units/1/unit: unknown_unit"]);

    let blown = town.does(WORKER, &case, blow("daily")).await;
    let nobody = issue(&blown, &[(UNKNOWN, "lead")]);
    let told = is_refused(&town, DISPATCHER, &case, &nobody, NO_UNIT).await;
    assert_eq!(told.faults(), ["/units/0/unit: unknown_unit"]);

    let issued = issue(&blown, &[(ENFORCEMENT, "lead")]);
    let issued = town.does(DISPATCHER, &case, issued).await;
    let join = json!({
        "action": "add_unit", "whistle_id": whistle(&issued)["id"], "unit": UNKNOWN,
        "role": "assist",
    });
    let told = is_refused(&town, DISPATCHER, &case, &join, NO_UNIT).await;
    assert_eq!(told.faults(), ["/unit: unknown_unit"]);
}

#[tokio::test]
async fn no_second_whistle_is_blown_while_one_waits_or_is_being_answered() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let mut stands = town.does(WORKER, &case, blow("daily")).await;
    for stage in ["requested", "issued", "on_scene"] {
        assert_eq!(whistle(&stands)["stage"], stage);
        for (who, kind) in [
            (WORKER, "daily"),
            (VILLAGE_LEADER, "tough"),
            (DISPATCHER, "daily"),
        ] {
            is_refused(&town, who, &case, &blow(kind), ONE_AT_A_TIME).await;
        }
        stands = match stage {
            "requested" => {
                let issue = issue(&stands, &[(ENFORCEMENT, "lead")]);
                town.does(DISPATCHER, &case, issue).await
            }
            "issued" => {
                let arrival = check_in(&stands, ENFORCEMENT);
                town.does(officer(ENFORCEMENT), &case, arrival).await
            }
            _ => town.get(SUPERVISOR, &format!("/cases/{case}")).await.body,
        };
    }
    assert_eq!(stands["whistles"].as_array().unwrap().len(), 1);
}
