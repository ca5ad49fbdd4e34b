//! Each preset as a town works with it: its posts, approvals, refusals, meeting points and limits.
//!
//! 15 July 2026 is a Wednesday; desks are open 08:00–12:00 and 14:00–18:00.

use serde_json::{Value, json};

use crate::town::{
    ADMIN, DISPATCHER, DUTY_LEADER, ENFORCEMENT, GATE, REGISTRAR, SANITATION, SCENE, TOWN,
    TOWN_HEAD, Town, VILLAGE_LEADER, WORKER, Who, due, dues, leader, officer, part, whistle,
    written,
};

/// Illegal building standing: 15 working days, so that no limit of a whistle is cut short.
const BUILDING: (&str, &str) = ("event-06001", "event-06001/2");
/// Road collapsed: 2 emergency hours.
const COLLAPSE: &str = "event-99998";

async fn town(preset: &str) -> Town {
    let town = Town::on("07-15 09:00").await;
    let told = town.configure(ADMIN, TOWN, json!({"preset": preset})).await;
    assert_eq!(told.status, 200, "{}", told.body);
    town
}

fn blow(kind: &str) -> Value {
    json!({"action": "request_whistle", "kind": kind, "reason": "需现场会商"})
}

fn meeting(moment: &str) -> Value {
    json!({"at": written(moment), "point": {"lon": GATE.0, "lat": GATE.1}, "address": "村口"})
}

fn issue(case: &Value, meeting: Option<Value>) -> Value {
    let mut issue = json!({
        "action": "issue_whistle", "whistle_id": whistle(case)["id"],
        "units": [
            {"unit": ENFORCEMENT, "role": "lead"}, {"unit": SANITATION, "role": "assist"}
        ],
    });
    if let Some(meeting) = meeting {
        issue["meeting"] = meeting;
    }
    issue
}

fn decide(action: &str, case: &Value) -> Value {
    let mut decision = json!({"action": action, "whistle_id": whistle(case)["id"]});
    if action != "approve_whistle" {
        decision["reason"] = json!("村内可解决");
    }
    decision
}

fn check_in(case: &Value, unit: &str, (lon, lat): (f64, f64)) -> Value {
    json!({
        "assignment": part(case, unit)["id"], "action": "check_in",
        "point": {"lon": lon, "lat": lat},
    })
}

fn of(case: &Value, unit: &str, action: &str) -> Value {
    let mut asked = json!({"assignment": part(case, unit)["id"], "action": action});
    if action == "finish" {
        asked["result"] = json!("已处理");
    }
    if action == "excuse" {
        asked["reason"] = json!("另有任务");
    }
    asked
}

/// Nobody of these may blow that kind.
async fn may_not_blow(town: &Town, case: &str, kind: &str, people: &[Who]) {
    for who in people {
        let told = town.tries(*who, case, blow(kind)).await;
        assert_eq!(told.status, 403, "{kind} by {who:?}: {}", told.body);
    }
}

#[tokio::test]
async fn default_a_daily_whistle_is_approved_and_calls_to_the_meeting_point() {
    let town = town("default").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    may_not_blow(&town, &case, "daily", &[REGISTRAR, DUTY_LEADER]).await;
    let blown = town.does(WORKER, &case, blow("daily")).await;
    let approve = blown["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|clock| clock["name"] == "approve");
    assert_eq!(approve.unwrap()["due"], written("07-15 10:00"));
    let approving = decide("approve_whistle", &blown);
    for who in [REGISTRAR, TOWN_HEAD, DUTY_LEADER] {
        let told = town.tries(who, &case, approving.clone()).await;
        assert_eq!(told.status, 403, "{who:?}");
    }
    let approved = town.does(VILLAGE_LEADER, &case, approving).await;
    assert_eq!(whistle(&approved)["approved_by"]["post"], "village_leader");
    let issued = issue(&approved, Some(meeting("07-15 10:30")));
    let issued = town.does(DISPATCHER, &case, issued).await;
    assert_eq!(whistle(&issued)["meeting_at"], written("07-15 10:30"));
    assert_eq!(whistle(&issued)["meeting_lon"], GATE.0);
    assert_eq!(whistle(&issued)["meeting_address"], "村口");
    let limits = dues([
        Some("07-15 10:00"),
        Some("07-15 15:00"),
        Some("07-16 18:00"),
    ]);
    assert_eq!(due(&issued, ENFORCEMENT), limits);
    assert_eq!(due(&issued, SANITATION), limits);

    // At the gate is on the spot, at the case itself is not.
    town.it_is("07-15 10:25");
    let arrival = check_in(&issued, ENFORCEMENT, GATE);
    let arrived = town.does(officer(ENFORCEMENT), &case, arrival).await;
    assert_eq!(part(&arrived, ENFORCEMENT)["on_spot"], true);
    assert_eq!(part(&arrived, ENFORCEMENT)["check_in"]["in_time"], true);
    let elsewhere = check_in(&issued, SANITATION, SCENE);
    let elsewhere = town.does(officer(SANITATION), &case, elsewhere).await;
    assert_eq!(part(&elsewhere, SANITATION)["on_spot"], false);
    assert_eq!(part(&elsewhere, SANITATION)["check_in"]["in_time"], false);
    // Here leaving early is a fact like others.
    let left = of(&elsewhere, SANITATION, "leave");
    town.does(officer(SANITATION), &case, left).await;
}

#[tokio::test]
async fn default_a_whistle_is_refused_with_the_reason_or_withdrawn_and_blown_again() {
    let town = town("default").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let blown = town.does(WORKER, &case, blow("daily")).await;
    let again = town.tries(WORKER, &case, blow("daily")).await;
    assert_eq!(again.status, 409);
    let mut silent = decide("refuse_whistle", &blown);
    silent.as_object_mut().unwrap().remove("reason");
    assert_eq!(town.tries(VILLAGE_LEADER, &case, silent).await.status, 422);
    let refused = decide("refuse_whistle", &blown);
    let refused = town.does(VILLAGE_LEADER, &case, refused).await;
    assert_eq!(whistle(&refused)["stage"], "refused");
    assert_eq!(whistle(&refused)["refusal"], "村内可解决");
    let blown = town.does(WORKER, &case, blow("daily")).await;
    let other = town.tries(VILLAGE_LEADER, &case, decide("withdraw_whistle", &blown));
    assert_eq!(other.await.status, 403);
    let withdrawn = decide("withdraw_whistle", &blown);
    let withdrawn = town.does(WORKER, &case, withdrawn).await;
    assert_eq!(whistle(&withdrawn)["stage"], "withdrawn");
    let blown = town.does(VILLAGE_LEADER, &case, blow("daily")).await;
    let issued = town.does(DISPATCHER, &case, issue(&blown, None)).await;
    let stages: Vec<&Value> = issued["whistles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|whistle| &whistle["stage"])
        .collect();
    assert_eq!(stages, ["refused", "withdrawn", "issued"]);
}

#[tokio::test]
async fn default_a_tough_whistle_of_the_evening_waits_for_the_town_head() {
    let town = town("default").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    town.it_is("07-15 17:30");
    may_not_blow(&town, &case, "tough", &[WORKER, TOWN_HEAD]).await;
    let blown = town.does(VILLAGE_LEADER, &case, blow("tough")).await;
    let told = town.tries(DISPATCHER, &case, issue(&blown, None)).await;
    assert_eq!(
        (told.status, told.detail()),
        (409, "The whistle has to be approved first.")
    );
    for who in [VILLAGE_LEADER, DISPATCHER] {
        let told = town
            .tries(who, &case, decide("approve_whistle", &blown))
            .await;
        assert_eq!(told.status, 403, "{who:?}");
    }
    let approved = decide("approve_whistle", &blown);
    let approved = town.does(TOWN_HEAD, &case, approved).await;
    let issued = town.does(DISPATCHER, &case, issue(&approved, None)).await;
    // Half an hour of the desk's time is left today; the third working day is Monday.
    assert_eq!(
        due(&issued, ENFORCEMENT),
        dues([
            Some("07-16 08:30"),
            Some("07-16 17:30"),
            Some("07-20 18:00")
        ])
    );
}

#[tokio::test]
async fn default_an_emergency_goes_out_with_the_report_round_the_clock() {
    let town = town("default").await;
    town.it_is("07-15 23:50");
    let report = json!({
        "source": "patrol", "text": "路面塌陷", "matter": COLLAPSE,
        "place": {"lon": SCENE.0, "lat": SCENE.1},
        "whistle": {
            "kind": "emergency", "reason": "危及通行",
            "wanted": [{"unit": ENFORCEMENT, "role": "lead"}],
        },
    });
    let told = town.post(WORKER, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let case = told.body;
    assert_eq!(
        (&case["stage"], &whistle(&case)["stage"]),
        (&json!("assigned"), &json!("issued"))
    );
    assert_eq!(
        due(&case, ENFORCEMENT),
        dues([Some("07-16 00:00"), None, Some("07-16 00:20")])
    );
    assert_eq!(case["round"]["deadline"], written("07-16 01:50"));
    let kinds = town.get(WORKER, "/whistle-kinds").await.body;
    assert_eq!(
        kinds["items"][2]["unsigned_ladder_minutes"],
        json!([10, 15, 20])
    );
}

#[tokio::test]
async fn nanjing_gulou_the_streets_leaders_blow_and_the_street_sets_place_and_time() {
    let town = town("nanjing-gulou").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let others = [WORKER, VILLAGE_LEADER, DISPATCHER];
    may_not_blow(&town, &case, "work_advance", &others).await;
    may_not_blow(&town, &case, "hard_matter", &others).await;
    may_not_blow(&town, &case, "hard_matter", &[DUTY_LEADER]).await;
    let blown = town.does(DUTY_LEADER, &case, blow("work_advance")).await;
    for incomplete in [
        None,
        Some(json!({"address": "街道办门口"})),
        Some(json!({"at": written("07-15 10:30")})),
    ] {
        let told = town
            .tries(DISPATCHER, &case, issue(&blown, incomplete))
            .await;
        assert_eq!(told.status, 422);
        assert_eq!(told.faults(), ["/meeting: meeting_incomplete"]);
    }
    let issued = issue(&blown, Some(meeting("07-15 14:00")));
    let issued = town.does(DISPATCHER, &case, issued).await;
    // Three working days after Wednesday: Thursday, Friday, Monday.
    assert_eq!(
        due(&issued, ENFORCEMENT),
        dues([
            Some("07-15 10:00"),
            Some("07-16 09:00"),
            Some("07-20 18:00")
        ])
    );

    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let mut own = blow("hard_matter");
    own["meeting"] = meeting("07-16 09:00");
    let blown = town.does(TOWN_HEAD, &case, own).await;
    let issued = town.does(DISPATCHER, &case, issue(&blown, None)).await;
    assert_eq!(whistle(&issued)["meeting_at"], written("07-16 09:00"));
    // Five working days: Thursday, Friday, Monday, Tuesday, Wednesday.
    assert_eq!(
        due(&issued, ENFORCEMENT),
        dues([
            Some("07-15 10:00"),
            Some("07-16 09:00"),
            Some("07-22 18:00")
        ])
    );

    // In an emergency anybody blows, as everywhere.
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let mut urgent = blow("emergency");
    urgent["wanted"] = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let called = town.does(WORKER, &case, urgent).await;
    assert_eq!(
        due(&called, ENFORCEMENT),
        dues([Some("07-15 09:10"), None, Some("07-15 09:30")])
    );
}

#[tokio::test]
async fn beijing_the_town_blows_three_kinds_that_nobody_approves() {
    let town = town("beijing").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    for kind in ["joint_enforcement", "key_work", "emergency"] {
        may_not_blow(&town, &case, kind, &[WORKER, VILLAGE_LEADER]).await;
    }
    let blown = town
        .does(DISPATCHER, &case, blow("joint_enforcement"))
        .await;
    let issued = town.does(DISPATCHER, &case, issue(&blown, None)).await;
    assert_eq!(
        due(&issued, ENFORCEMENT),
        dues([
            Some("07-15 10:00"),
            Some("07-15 15:00"),
            Some("07-16 18:00")
        ])
    );

    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let blown = town.does(TOWN_HEAD, &case, blow("key_work")).await;
    let nobody = town
        .tries(TOWN_HEAD, &case, decide("approve_whistle", &blown))
        .await;
    assert_eq!(nobody.status, 403);
    let issued = issue(&blown, Some(meeting("07-15 10:30")));
    let issued = town.does(DISPATCHER, &case, issued).await;
    assert_eq!(
        due(&issued, SANITATION),
        dues([
            Some("07-15 10:00"),
            Some("07-16 09:00"),
            Some("07-20 18:00")
        ])
    );

    let case = town.registered(BUILDING.0, BUILDING.1).await;
    town.it_is("07-15 23:30");
    let mut urgent = blow("emergency");
    urgent["wanted"] = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let called = town.does(DUTY_LEADER, &case, urgent).await;
    assert_eq!(
        due(&called, ENFORCEMENT),
        dues([Some("07-15 23:40"), None, Some("07-16 00:00")])
    );
}

#[tokio::test]
async fn pinggu_a_whistle_before_registration_waits_for_it_where_the_matter_has_no_emergency() {
    let town = town("pinggu").await;
    let case = town.reported(BUILDING.0).await;
    let mut blown = blow("joint_enforcement");
    blown["meeting"] = meeting("07-15 10:00");
    let waiting = town.does(DUTY_LEADER, &case, blown).await;
    assert_eq!(
        (&waiting["stage"], &whistle(&waiting)["stage"]),
        (&json!("reported"), &json!("requested"))
    );
    town.does(REGISTRAR, &case, json!({"action": "accept"}))
        .await;
    let register = json!({"action": "register", "matter": BUILDING.0, "condition": BUILDING.1});
    town.does(REGISTRAR, &case, register).await;
    let issue = json!({
        "action": "issue_whistle", "whistle_id": whistle(&waiting)["id"],
        "units": [{"unit": ENFORCEMENT, "role": "lead"}],
    });
    let called = town.does(DISPATCHER, &case, issue).await;
    assert_eq!(whistle(&called)["stage"], "issued");
    assert_eq!(
        due(&called, ENFORCEMENT),
        dues([Some("07-15 09:10"), None, Some("07-15 09:30")])
    );
}

#[tokio::test]
async fn pinggu_ten_minutes_half_an_hour_and_nobody_leaves_before_it_is_done() {
    let town = town("pinggu").await;
    let case = town.registered(BUILDING.0, BUILDING.1).await;
    let kinds = town.get(WORKER, "/whistle-kinds").await.body;
    assert_eq!(kinds["items"].as_array().unwrap().len(), 1);
    assert_eq!(kinds["items"][0]["nobody_leaves_early"], true);
    may_not_blow(&town, &case, "joint_enforcement", &[WORKER, VILLAGE_LEADER]).await;
    let abroad = town.tries(DUTY_LEADER, &case, blow("daily")).await;
    assert_eq!(abroad.faults(), ["/kind: unknown_kind"]);
    // Who blows no kind at all is told so before he has written anything.
    let offers = town.get(WORKER, &format!("/cases/{case}/actions")).await;
    let offers = offers.body["items"].as_array().unwrap().clone();
    let blow_it = offers.iter().find(|o| o["action"] == "request_whistle");
    assert_eq!(blow_it.unwrap()["code"], "kind_forbids");

    town.it_is("07-15 17:55");
    let mut called = blow("joint_enforcement");
    called["meeting"] = meeting("07-15 18:20");
    called["wanted"] = json!([
        {"unit": ENFORCEMENT, "role": "lead"}, {"unit": SANITATION, "role": "assist"}
    ]);
    let called = town.does(DUTY_LEADER, &case, called).await;
    for unit in [ENFORCEMENT, SANITATION] {
        assert_eq!(
            due(&called, unit),
            dues([Some("07-15 18:05"), None, Some("07-15 18:25")])
        );
    }
    let late = json!({
        "action": "add_unit", "whistle_id": whistle(&called)["id"],
        "unit": "320707101-pc", "role": "assist",
    });
    town.it_is("07-15 18:00");
    let joined = town.does(DISPATCHER, &case, late).await;
    assert_eq!(
        due(&joined, "320707101-pc"),
        dues([Some("07-15 18:10"), None, Some("07-15 18:30")])
    );

    town.it_is("07-15 18:20");
    let units = [ENFORCEMENT, SANITATION, "320707101-pc"];
    for unit in units {
        town.does(officer(unit), &case, check_in(&joined, unit, GATE))
            .await;
        let told = town
            .tries(officer(unit), &case, of(&joined, unit, "leave"))
            .await;
        assert_eq!(told.status, 409, "{unit}");
        assert!(told.detail().contains("nobody leaves"), "{}", told.detail());
    }
    // The assist has finished, the police are excused: they go. The lead stays to the end.
    town.does(leader(SANITATION), &case, of(&joined, SANITATION, "finish"))
        .await;
    town.does(officer(SANITATION), &case, of(&joined, SANITATION, "leave"))
        .await;
    town.does(DISPATCHER, &case, of(&joined, "320707101-pc", "excuse"))
        .await;
    town.does(
        officer("320707101-pc"),
        &case,
        of(&joined, "320707101-pc", "leave"),
    )
    .await;
    let stays = town.tries(
        officer(ENFORCEMENT),
        &case,
        of(&joined, ENFORCEMENT, "leave"),
    );
    assert_eq!(stays.await.status, 409);
    town.it_is("07-15 19:00");
    town.does(
        leader(ENFORCEMENT),
        &case,
        of(&joined, ENFORCEMENT, "finish"),
    )
    .await;
    let gone = town
        .does(
            officer(ENFORCEMENT),
            &case,
            of(&joined, ENFORCEMENT, "leave"),
        )
        .await;
    assert_eq!(part(&gone, ENFORCEMENT)["left_at"], written("07-15 19:00"));
}
