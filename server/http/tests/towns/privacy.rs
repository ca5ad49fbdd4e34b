//! What people may not see stays unseen, by whatever way they come: the resident, the cases of others, their numbers.

use gridwhistle_domain::access::Post;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    COUNTY, DISPATCHER, ENFORCEMENT, REGISTRAR, SCENE, SUPERVISOR, TOWN, Town, WORKER, Who, leader,
    officer, part,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
pub const CALLER: Who = Who(Post::Caller, TOWN);
const CLERK: Who = Who(Post::Clerk, TOWN);
const COUNTY_DISPATCHER: Who = Who(Post::Dispatcher, COUNTY);
const RESIDENT: &str = "欧阳秀英";
const TELEPHONE: &str = "13851234567";

/// A call of a resident, taken down by the clerk.
pub async fn called_in(town: &Town, number: &str) -> String {
    let report = json!({
        "source": "hotline", "external_number": number, "text": "垃圾满溢", "matter": RUBBISH.0,
        "place": {"lon": SCENE.0, "lat": SCENE.1},
        "resident": {"name": RESIDENT, "telephone": TELEPHONE},
    });
    let told = town.post(CLERK, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    told.body["id"].as_str().unwrap().to_owned()
}

/// Registered, sent to the enforcement bureau, answered, finished, verified and closed.
pub async fn settled(town: &Town, case: &str) -> Value {
    town.does(REGISTRAR, case, json!({"action": "accept"}))
        .await;
    let register = json!({"action": "register", "matter": RUBBISH.0, "condition": RUBBISH.1});
    town.does(REGISTRAR, case, register).await;
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let called = town.does(DISPATCHER, case, dispatch).await;
    let part = part(&called, ENFORCEMENT)["id"].clone();
    let sign = json!({"action": "sign", "assignment": part});
    town.does(officer(ENFORCEMENT), case, sign).await;
    let reply = json!({"action": "reply", "text": "已清运"});
    town.does(leader(ENFORCEMENT), case, reply).await;
    let finish = json!({"action": "finish", "result": "已清运", "assignment": part});
    town.does(leader(ENFORCEMENT), case, finish).await;
    let passed = json!({"action": "verify", "passed": true, "note": "属实"});
    town.does(WORKER, case, passed).await;
    town.does(
        REGISTRAR,
        case,
        json!({"action": "close", "standard_met": true}),
    )
    .await
}

async fn link(town: &Town, who: Who, case: &str) -> Option<String> {
    let told = town.get(who, &format!("/cases/{case}")).await;
    assert_eq!(told.status, 200, "{who:?}: {}", told.body);
    told.body["rating_link"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn the_residents_link_is_handed_to_the_centre_that_has_the_case_and_to_nobody_else() {
    let town = Town::on("07-15 09:00").await;
    let case = called_in(&town, "GD-1").await;
    settled(&town, &case).await;
    for who in [REGISTRAR, CALLER] {
        assert!(link(&town, who, &case).await.is_some(), "{who:?}");
    }
    for who in [
        Who(Post::Registrar, COUNTY),
        Who(Post::Caller, COUNTY),
        DISPATCHER,
        SUPERVISOR,
        CLERK,
        WORKER,
        leader(ENFORCEMENT),
        officer(ENFORCEMENT),
    ] {
        assert_eq!(link(&town, who, &case).await, None, "{who:?}");
    }
}

#[tokio::test]
async fn what_the_resident_writes_himself_is_kept_without_his_name() {
    let town = Town::on("07-15 09:00").await;
    let case = called_in(&town, "GD-1").await;
    settled(&town, &case).await;
    let link = link(&town, CALLER, &case).await.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let answer = json!({
        "contacted": true, "solved": "yes", "satisfaction": "satisfied",
        "text": format!("我是{RESIDENT}，电话 138-5123-4567"),
    });
    let told = town
        .post(CALLER, &format!("/ratings/{token}"), answer)
        .await;
    assert_eq!(told.status, 201, "{}", told.body);
    let history = town.get(SUPERVISOR, &format!("/cases/{case}/events")).await;
    let rated = history.body["items"].as_array().unwrap().iter();
    let rated: Vec<&Value> = rated.filter(|row| row["type"] == "rated").collect();
    assert_eq!(rated[0]["data"]["answer"]["text"], "我是***，电话 ***");
}

#[tokio::test]
async fn a_note_that_joins_two_cases_names_the_resident_in_neither() {
    let town = Town::on("07-15 09:00").await;
    let (case, other) = (
        called_in(&town, "GD-1").await,
        town.reported(RUBBISH.0).await,
    );
    let join = json!({
        "action": "link", "to": case, "note": format!("{RESIDENT}再次来电{TELEPHONE}"),
    });
    town.does(REGISTRAR, &other, join).await;
    for id in [&case, &other] {
        let history = town.get(SUPERVISOR, &format!("/cases/{id}/events")).await;
        let told = history.body.to_string();
        assert!(told.contains("***再次来电***"), "{told}");
        assert!(
            !told.contains(RESIDENT) && !told.contains(TELEPHONE),
            "{told}"
        );
    }
}

#[tokio::test]
async fn who_does_not_see_the_case_of_a_number_learns_that_it_is_taken_and_no_more() {
    let town = Town::on("07-15 09:00").await;
    let case = called_in(&town, " GD-1 ").await;
    let again = |who| {
        let report = json!({
            "source": "hotline", "external_number": "GD-1", "text": "垃圾满溢",
            "place": {"address": "村口"},
        });
        town.post(who, "/cases", report)
    };
    let own = again(CLERK).await;
    assert_eq!(
        (own.status, own.faults()),
        (409, vec!["/external_number: taken".to_owned()])
    );
    assert!(own.detail().contains(&case), "{}", own.body);
    let elsewhere = again(Who(Post::Clerk, "320707102000")).await;
    assert_eq!(
        (elsewhere.status, elsewhere.faults()),
        (409, vec!["/external_number: taken".to_owned()])
    );
    assert!(
        !elsewhere.body.to_string().contains(&case),
        "{}",
        elsewhere.body
    );
    // By its number the clerk finds it again; it is none of the other town's.
    for (who, found) in [(CLERK, 1), (Who(Post::Clerk, "320707102000"), 0)] {
        let page = town.get(who, "/cases?external_number=GD-1").await.body;
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{who:?}");
    }
}

#[tokio::test]
async fn a_part_out_of_sight_and_one_that_does_not_exist_are_the_same_whatever_else_is_wrong() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let called = town.does(DISPATCHER, &case, dispatch).await;
    let known = part(&called, ENFORCEMENT)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let unknown = "0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35";
    let stranger = officer("320707102-zf");
    let unread = json!({"action": "check_in", "attachments": [unknown]});
    for (version, body) in [
        (Some("seven"), json!({"action": "sign"})),
        (None, unread),
        (None, json!({"action": "finish"})),
    ] {
        let mut answers = Vec::new();
        for id in [known.as_str(), unknown] {
            let path = format!("/assignments/{id}/actions");
            let told = town
                .ask(stranger, Method::POST, &path, version, Some(body.clone()))
                .await;
            let mut problem = told.body;
            problem.as_object_mut().unwrap().remove("request_id");
            answers.push((told.status, told.etag, problem));
        }
        assert_eq!(answers[0], answers[1], "{body}");
        assert_eq!(answers[0].0, 404, "{body}");
    }
}

#[tokio::test]
async fn a_centre_hands_over_its_own_cases_and_a_unit_what_it_has_left_to_do() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let listed = async |who: Who| {
        let told = town.get(who, "/handovers/open-items").await;
        assert_eq!(told.status, 200, "{who:?}: {}", told.body);
        told.body["items"].as_array().unwrap().len()
    };
    assert_eq!(listed(DISPATCHER).await, 1);
    assert_eq!(listed(COUNTY_DISPATCHER).await, 0, "it is the town's");
    assert_eq!(listed(leader(ENFORCEMENT)).await, 0, "not called yet");
    let dispatch = json!({"action": "dispatch", "units": [{"unit": ENFORCEMENT, "role": "lead"}]});
    let called = town.does(DISPATCHER, &case, dispatch).await;
    assert_eq!(listed(leader(ENFORCEMENT)).await, 1);
    let revoke = json!({
        "action": "revoke", "reason": "误派", "assignment": part(&called, ENFORCEMENT)["id"],
    });
    town.does(DISPATCHER, &case, revoke).await;
    assert_eq!(listed(leader(ENFORCEMENT)).await, 0, "let go");
    // Whoever changes nothing hands nothing over, in a unit neither.
    let watcher = Who(Post::Supervisor, ENFORCEMENT);
    let items = town.get(watcher, "/handovers/open-items").await;
    assert_eq!(items.status, 403, "{}", items.body);
    let given = town
        .post(watcher, "/handovers", json!({"note": "无"}))
        .await;
    assert_eq!(given.status, 403, "{}", given.body);
}

#[tokio::test]
async fn of_a_place_that_is_known_by_its_address_alone_the_centre_of_who_took_it_down_has_the_case()
{
    let town = Town::on("07-15 09:00").await;
    let report = json!({
        "source": "hotline", "text": "路灯不亮", "place": {"address": "东大街 12 号"},
    });
    let told = town.post(CLERK, "/cases", report).await;
    assert_eq!(told.status, 201, "{}", told.body);
    assert_eq!(told.body["centre"]["code"], TOWN);
    assert!(told.body["place"].get("grid").is_none(), "{}", told.body);
}

#[tokio::test]
async fn each_row_of_the_history_says_by_which_versions_of_the_lists_it_was_decided() {
    let town = Town::on("07-15 09:00").await;
    let case = town.registered(RUBBISH.0, RUBBISH.1).await;
    let history = town
        .get(SUPERVISOR, &format!("/cases/{case}/events"))
        .await
        .body;
    let rows = history["items"].as_array().unwrap();
    let versions = |kind: &str| {
        let row = rows.iter().find(|row| row["type"] == kind).unwrap();
        let lists = row["versions"].as_array().unwrap().iter();
        let names: Vec<String> = lists
            .map(|v| format!("{} {}", v["list"].as_str().unwrap(), v["version"]))
            .collect();
        names
    };
    assert_eq!(
        versions("registered"),
        ["calendar 1", "condition 1", "matter 1"]
    );
    assert!(versions("accepted").is_empty());
}
