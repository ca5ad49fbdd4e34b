//! Who sees a case at all, and how much of the resident behind it: while it is handled, where it is confidential, and
//! when it was closed, merged or declared void.

use gridwhistle_domain::access::{Grant, Post};
use poem::http::Method;
use serde_json::{Value, json};

use crate::privacy::settled;
use crate::town::{
    ADMIN, COUNTY, DISPATCHER, DUTY_LEADER, ENFORCEMENT, GRID, REGISTRAR, SCENE, SUPERVISOR, TOWN,
    TOWN_HEAD, Town, VILLAGE_LEADER, WORKER, Who, leader, officer,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const BESIDE: &str = "320707102000";
const CLERK: Who = Who(Post::Clerk, TOWN);
const CALLER: Who = Who(Post::Caller, TOWN);
const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";
/// What a mask leaves of them.
const MASKED: (&str, &str) = ("欧**", "138****4567");

const CASES: [&str; 6] = [
    "handled",
    "confidential",
    "closed",
    "closed and confidential",
    "merged",
    "void",
];

/// What everybody sees of each of [`CASES`], in that order, written down from the rules of the field: `u` the resident
/// masked, and he may look at him in clear; `m` masked and no more; `n` the case and nobody behind it; `-` no case.
const SEEN: [(Who, &str); 24] = [
    // The centre that has the case handles it; behind what is confidential are registrar and caller alone, who ask the
    // resident after the closing too. What was merged or is void is handled by nobody.
    (REGISTRAR, "uuuumm"),
    (CALLER, "uuuumm"),
    (CLERK, "unmnmm"),
    (DISPATCHER, "unmnmm"),
    // The called unit handles it while its work is open; of what was merged before the dispatch it never heard.
    (officer(ENFORCEMENT), "unmn-m"),
    (leader(ENFORCEMENT), "unmn-m"),
    // Nobody asks them to look at the spot now.
    (WORKER, "mnmnmm"),
    (Who(Post::GridLeader, GRID), "mnmnmm"),
    (VILLAGE_LEADER, "mnmnmm"),
    (Who(Post::DutyOfficer, TOWN), "mnmnmm"),
    (DUTY_LEADER, "mnmnmm"),
    (TOWN_HEAD, "mnmnmm"),
    (SUPERVISOR, "mnmnmm"),
    (Who(Post::Auditor, TOWN), "mnmnmm"),
    // A centre above knows of the case; the resident is the town's to hear.
    (Who(Post::Registrar, COUNTY), "mnmnmm"),
    (Who(Post::Caller, COUNTY), "mnmnmm"),
    // Out of scope, whatever became of the case.
    (leader("320707101-pc"), "------"),
    (officer("320707102-zf"), "------"),
    (Who(Post::GridWorker, "320707102200001"), "------"),
    (Who(Post::Registrar, BESIDE), "------"),
    (Who(Post::Caller, BESIDE), "------"),
    (Who(Post::Auditor, BESIDE), "------"),
    // An administrator looks after accounts; an application that logs in sees what it filed.
    (ADMIN, "------"),
    (Who(Post::App, TOWN), "------"),
];

/// The same of keys: personal data is never in one that does not grant it, and never of a confidential case.
const SEEN_BY_KEY: [(&str, &[Grant], &str); 6] = [
    (TOWN, &[Grant::CasesRead], "nnnnnn"),
    (TOWN, &[Grant::CasesRead, Grant::PersonalRead], "unmnmm"),
    (COUNTY, &[Grant::CasesRead, Grant::PersonalRead], "unmnmm"),
    (TOWN, &[Grant::PersonalRead], "------"),
    (TOWN, &[Grant::CasesFile], "------"),
    (BESIDE, &[Grant::CasesRead, Grant::PersonalRead], "------"),
];

/// A call of a resident, taken down by the clerk.
async fn called_in(town: &Town, number: &str, confidential: bool) -> String {
    let report = json!({
        "source": "hotline", "external_number": number, "text": "垃圾满溢", "matter": RUBBISH.0,
        "place": {"lon": SCENE.0, "lat": SCENE.1}, "confidential": confidential,
        "resident": {"name": RESIDENT, "telephone": TELEPHONE},
    });
    let told = town.post(CLERK, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    told.body["id"].as_str().unwrap().to_owned()
}

/// Registered, and sent to the enforcement bureau.
async fn dispatched(town: &Town, case: &str) -> Value {
    town.does(REGISTRAR, case, json!({"action": "accept"}))
        .await;
    let register = json!({"action": "register", "matter": RUBBISH.0, "condition": RUBBISH.1});
    town.does(REGISTRAR, case, register).await;
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    town.does(DISPATCHER, case, dispatch).await
}

/// The number under which each of [`CASES`] was called in.
fn number(at: usize) -> String {
    format!("GD-{at}")
}

/// A case of a resident for each of [`CASES`].
async fn cases(town: &Town) -> Vec<String> {
    let mut ids = Vec::new();
    for (at, what) in CASES.iter().enumerate() {
        let case = called_in(town, &number(at), what.contains("confidential")).await;
        match *what {
            "handled" | "confidential" => {
                dispatched(town, &case).await;
            }
            "merged" => {
                let into = town.reported(RUBBISH.0).await;
                let merge = json!({"action": "merge", "into": into});
                town.does(REGISTRAR, &case, merge).await;
            }
            "void" => {
                dispatched(town, &case).await;
                let void = json!({"action": "void", "reason": "重复"});
                town.does(REGISTRAR, &case, void).await;
            }
            _ => {
                settled(town, &case).await;
            }
        }
        ids.push(case);
    }
    ids
}

/// What somebody sees of a case: one of the letters of [`SEEN`].
async fn seen(town: &Town, token: &str, case: &str) -> char {
    let path = format!("/cases/{case}");
    let told = town.ask_by(token, Method::GET, &path, None, None).await;
    if told.status == 404 {
        return '-';
    }
    assert_eq!(told.status, 200, "{}", told.body);
    let masked = json!({"name": MASKED.0, "telephone": MASKED.1});
    match (told.body.get("resident"), &told.body["may_unmask"]) {
        (Some(shown), may) if *shown == masked => {
            if may == true {
                'u'
            } else {
                'm'
            }
        }
        (None, may) if may == false => 'n',
        (shown, may) => panic!("{shown:?}, may unmask: {may}"),
    }
}

/// Whether everything else that is told of the case agrees with what is seen of it.
async fn all_agrees(town: &Town, token: &str, case: &str, number: &str, seen: char) {
    let history = format!("/cases/{case}/events");
    let history = town.ask_by(token, Method::GET, &history, None, None).await;
    assert_eq!(history.status == 404, seen == '-', "{}", history.body);
    let told = history.body.to_string();
    for secret in [RESIDENT, TELEPHONE, MASKED.0, MASKED.1] {
        assert!(!told.contains(secret), "{secret} in the history: {told}");
    }
    // Whoever may not list cases at all finds none either.
    let list = format!("/cases?external_number={number}");
    let list = town.ask_by(token, Method::GET, &list, None, None).await;
    let found = list.body["items"].as_array().is_some_and(|i| !i.is_empty());
    assert_eq!(found, seen != '-', "{}", list.body);
    let told = list.body.to_string();
    assert!(!told.contains(RESIDENT) && !told.contains(TELEPHONE));
    let shown = told.contains(MASKED.0) || told.contains(MASKED.1);
    assert_eq!(shown, matches!(seen, 'u' | 'm'), "{told}");

    let purpose = json!({"purpose": "contact_resident"});
    let path = format!("/cases/{case}/resident");
    let clear = town
        .ask_by(token, Method::POST, &path, None, Some(purpose))
        .await;
    let wanted = match seen {
        'u' => 200,
        '-' => 404,
        _ => 403,
    };
    assert_eq!(clear.status, wanted, "{}", clear.body);
    if seen == 'u' {
        let resident = json!({"name": RESIDENT, "telephone": TELEPHONE});
        assert_eq!(clear.body, resident);
    }
}

#[tokio::test]
async fn everybody_sees_the_case_and_the_resident_behind_it_as_far_as_his_post_reaches() {
    let town = Town::on("07-15 09:00").await;
    let cases = cases(&town).await;
    let mut everybody = Vec::new();
    for (who, wanted) in SEEN {
        everybody.push((format!("{who:?}"), town.session(who).await, wanted));
    }
    for (division, grants, wanted) in SEEN_BY_KEY {
        let name = format!("a key of {division} for {grants:?}");
        everybody.push((name, town.key(division, grants).await, wanted));
    }
    let mut deviations = Vec::new();
    for (who, token, wanted) in &everybody {
        let mut told = String::new();
        for case in &cases {
            told.push(seen(&town, token, case).await);
        }
        if told != *wanted {
            deviations.push(format!("{who}: {told}, not {wanted}"));
        }
    }
    assert!(
        deviations.is_empty(),
        "of {CASES:?}:\n{}",
        deviations.join("\n")
    );
    for (_, token, wanted) in &everybody {
        for (at, (case, seen)) in cases.iter().zip(wanted.chars()).enumerate() {
            all_agrees(&town, token, case, &number(at), seen).await;
        }
    }
}

#[tokio::test]
async fn when_the_resident_can_answer_no_more_nobody_learns_who_he_is() {
    let town = Town::on("07-15 09:00").await;
    for (number, confidential) in [("GD-1", false), ("GD-2", true)] {
        let case = called_in(&town, number, confidential).await;
        settled(&town, &case).await;
        for (moment, wanted) in [("07-15 09:00", 'u'), ("08-15 09:00", 'm')] {
            town.it_is(moment);
            for who in [REGISTRAR, CALLER] {
                let token = town.session(who).await;
                assert_eq!(seen(&town, &token, &case).await, wanted, "{who:?} {moment}");
                all_agrees(&town, &token, &case, number, wanted).await;
            }
        }
        town.it_is("07-15 09:00");
    }
}

/// A resident's case that became part of another one, which is closed: he is asked as well.
async fn asked_as_merged(town: &Town) -> String {
    let case = called_in(town, "GD-1", false).await;
    let into = town.reported(RUBBISH.0).await;
    let merge = json!({"action": "merge", "into": into});
    town.does(REGISTRAR, &case, merge).await;
    settled(town, &into).await;
    case
}

#[tokio::test]
async fn whoever_asks_the_resident_of_a_merged_case_knows_him_when_the_other_case_is_closed() {
    let town = Town::on("07-15 09:00").await;
    let case = asked_as_merged(&town).await;
    for (who, wanted) in [
        (REGISTRAR, 'u'),
        (CALLER, 'u'),
        (CLERK, 'm'),
        (DISPATCHER, 'm'),
        (SUPERVISOR, 'm'),
        // They handled the other case, which does not show them this one.
        (leader(ENFORCEMENT), '-'),
    ] {
        let token = town.session(who).await;
        assert_eq!(seen(&town, &token, &case).await, wanted, "{who:?}");
        all_agrees(&town, &token, &case, "GD-1", wanted).await;
    }
}

#[tokio::test]
async fn once_the_resident_of_a_merged_case_has_answered_nobody_learns_who_he_is() {
    let town = Town::on("07-15 09:00").await;
    let case = asked_as_merged(&town).await;
    let shown = town.get(CALLER, &format!("/cases/{case}")).await.body;
    let link = shown["rating_link"].as_str().unwrap();
    let token = link.rsplit('/').next().unwrap();
    let answer = json!({"contacted": true, "solved": "yes", "satisfaction": "satisfied"});
    let told = town
        .post(CALLER, &format!("/ratings/{token}"), answer)
        .await;
    assert_eq!(told.status, 201, "{}", told.body);
    // There is nothing more to ask him.
    for who in [REGISTRAR, CALLER] {
        let token = town.session(who).await;
        assert_eq!(seen(&town, &token, &case).await, 'm', "{who:?}");
    }
}
