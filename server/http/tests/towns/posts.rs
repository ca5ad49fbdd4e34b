//! Who holds several posts may what any of them may, and each post no more than it gives by itself: above all, the
//! resident is shown by the post that may know him. Posts that are over or to come give nothing.

use gridwhistle_domain::access::{Appointment, Post};
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    ADMIN, COUNTY_DISPATCHER, DISPATCHER, ENFORCEMENT, REGISTRAR, SCENE, SUPERVISOR, TOWN, Told,
    Town, WORKER, Who, at, held, leader, officer,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const BESIDE: &str = "320707102000";
const CLERK: Who = Who(Post::Clerk, TOWN);
const CALLER: Who = Who(Post::Caller, TOWN);
const AUDITOR: Who = Who(Post::Auditor, TOWN);
const APP: Who = Who(Post::App, TOWN);
const CLERK_BESIDE: Who = Who(Post::Clerk, BESIDE);
const WORKER_BESIDE: Who = Who(Post::GridWorker, "320707102200001");

/// The post until yesterday.
fn former(who: Who) -> Appointment {
    Appointment {
        to: Some(at("07-14 09:00")),
        ..held(who)
    }
}

/// The post from tomorrow on.
fn coming(who: Who) -> Appointment {
    Appointment {
        from: at("07-16 09:00"),
        ..held(who)
    }
}

/// A town, and one account after another in it.
struct Posts {
    town: Town,
}

impl Posts {
    async fn on_a_wednesday() -> Self {
        Self {
            town: Town::on("07-15 09:00").await,
        }
    }

    /// Somebody who holds all of these.
    async fn holder(&self, posts: Vec<Appointment>) -> String {
        let names = posts.iter().map(|p| format!("{p:?}"));
        let name = names.collect::<Vec<_>>().join(" ");
        self.town.session_of(&name, posts).await
    }

    async fn get(&self, token: &str, path: &str) -> Told {
        self.town.ask_by(token, Method::GET, path, None, None).await
    }

    async fn post(&self, token: &str, path: &str, body: Value) -> Told {
        self.town
            .ask_by(token, Method::POST, path, None, Some(body))
            .await
    }

    /// Asks for something on a case, on the version that the supervisor reads.
    async fn tries(&self, token: &str, case: &str, action: Value) -> Told {
        let path = format!("/cases/{case}");
        let version = self.town.get(SUPERVISOR, &path).await.etag;
        let path = format!("{path}/actions");
        let version = version.as_deref();
        self.town
            .ask_by(token, Method::POST, &path, version, Some(action))
            .await
    }

    /// A call of a resident, registered and sent to the enforcement bureau.
    async fn called_in(&self, confidential: bool) -> String {
        let report = json!({
            "source": "hotline", "text": "垃圾满溢", "matter": RUBBISH.0,
            "place": {"lon": SCENE.0, "lat": SCENE.1}, "confidential": confidential,
            "resident": {"name": "欧阳秀英", "telephone": "13851234567"},
        });
        let told = self.town.post(CLERK, "/cases", report).await;
        assert_eq!(told.status, 201, "{}", told.body);
        let case = told.body["id"].as_str().unwrap().to_owned();
        let register = json!({"action": "register", "matter": RUBBISH.0, "condition": RUBBISH.1});
        let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
        for (who, action) in [
            (REGISTRAR, json!({"action": "accept"})),
            (REGISTRAR, register),
            (DISPATCHER, json!({"action": "dispatch", "units": units})),
        ] {
            self.town.does(who, &case, action).await;
        }
        case
    }

    /// The post by which the case shows the resident in clear, as it stands in the record; otherwise whether he is
    /// shown masked.
    async fn knows(&self, token: &str, case: &str) -> String {
        let path = format!("/cases/{case}");
        let shown = self.get(token, &path).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        let purpose = json!({"purpose": "check_facts"});
        let clear = self.post(token, &format!("{path}/resident"), purpose).await;
        assert_eq!(shown.body["may_unmask"], clear.status == 200);
        if clear.status != 200 {
            assert_eq!(clear.status, 403, "{}", clear.body);
            let masked = shown.body.get("resident").map(|_| "masked");
            return masked.unwrap_or("nobody").to_owned();
        }
        let me = self.get(token, "/me").await.body;
        let person = me["id"].as_str().unwrap();
        let looks = format!("/unmaskings?case_id={case}&person_id={person}");
        let looks = self.town.get(AUDITOR, &looks).await.body;
        looks["items"][0]["by"]["post"].as_str().unwrap().to_owned()
    }

    /// Somebody in the town beside takes down a call there.
    async fn beside(&self) -> String {
        let report = json!({
            "source": "hotline", "text": "路灯不亮", "place": {"address": "东大街 12 号"},
        });
        let told = self.town.post(CLERK_BESIDE, "/cases", report).await;
        assert_eq!(told.status, 201, "{}", told.body);
        told.body["id"].as_str().unwrap().to_owned()
    }

    /// Which of the cases somebody finds in a list, and reads one by one.
    async fn finds(&self, token: &str, cases: &[&String]) -> Vec<bool> {
        let list = self.get(token, "/cases?limit=200").await;
        assert_eq!(list.status, 200, "{}", list.body);
        let mut found = Vec::new();
        for case in cases {
            let items = list.body["items"].as_array().unwrap();
            let listed = items.iter().any(|item| item["id"] == case.as_str());
            let read = self.get(token, &format!("/cases/{case}")).await;
            assert_eq!(read.status == 200, listed, "{}", read.body);
            found.push(listed);
        }
        found
    }
}

#[tokio::test]
async fn who_holds_posts_in_two_towns_sees_the_cases_of_both_and_only_while_he_holds_them() {
    let posts = Posts::on_a_wednesday().await;
    let (here, beside) = (posts.called_in(false).await, posts.beside().await);
    for (appointments, wanted) in [
        (vec![held(REGISTRAR), held(CLERK_BESIDE)], [true, true]),
        (
            vec![held(CLERK_BESIDE), held(officer(ENFORCEMENT))],
            [true, true],
        ),
        (vec![former(REGISTRAR), held(CLERK_BESIDE)], [false, true]),
        (vec![held(REGISTRAR), coming(CLERK_BESIDE)], [true, false]),
        // An administrator sees none, and does not keep the other post from seeing.
        (vec![held(ADMIN), held(CLERK_BESIDE)], [false, true]),
        (vec![held(WORKER_BESIDE), held(SUPERVISOR)], [true, false]),
    ] {
        let token = posts.holder(appointments.clone()).await;
        let found = posts.finds(&token, &[&here, &beside]).await;
        assert_eq!(found, wanted, "{appointments:?}");
    }
}

#[tokio::test]
async fn who_is_registrar_and_dispatcher_does_the_work_of_both_each_in_its_post() {
    let posts = Posts::on_a_wednesday().await;
    let case = posts.town.reported(RUBBISH.0).await;
    let both = posts.holder(vec![held(REGISTRAR), held(DISPATCHER)]).await;
    let register = json!({"action": "register", "matter": RUBBISH.0, "condition": RUBBISH.1});
    let units = json!([{"unit": ENFORCEMENT, "role": "lead"}]);
    let dispatch = json!({"action": "dispatch", "units": units});
    for action in [json!({"action": "accept"}), register, dispatch] {
        let told = posts.tries(&both, &case, action.clone()).await;
        assert_eq!(told.status, 200, "{action}: {}", told.body);
    }
    let history = posts.get(&both, &format!("/cases/{case}/events")).await;
    let rows = history.body["items"].as_array().unwrap();
    let by = |kind: &str| {
        let row = rows.iter().find(|row| row["type"] == kind).unwrap();
        row["actor"]["post"].as_str().unwrap()
    };
    let did = ["accepted", "registered", "dispatched"].map(by);
    assert_eq!(did, ["registrar", "registrar", "dispatcher"]);
}

#[tokio::test]
async fn a_post_that_is_over_or_to_come_lends_nothing_to_the_one_that_is_held() {
    let posts = Posts::on_a_wednesday().await;
    let case = posts.town.reported(RUBBISH.0).await;
    for other in [former(REGISTRAR), coming(REGISTRAR)] {
        let token = posts.holder(vec![other.clone(), held(DISPATCHER)]).await;
        let told = posts
            .tries(&token, &case, json!({"action": "accept"}))
            .await;
        let why = (told.status, told.body["rule"].as_str());
        assert_eq!(why, (403, Some("post_forbids")), "{other:?}");
        let me = posts.get(&token, "/me").await.body;
        assert_eq!(me["posts"].as_array().unwrap().len(), 1, "{me}");
        assert!(!me["may"].as_array().unwrap().contains(&json!("accept")));
    }
}

#[tokio::test]
async fn of_several_posts_the_one_that_handles_the_case_shows_the_resident_and_stands_in_the_record()
 {
    let posts = Posts::on_a_wednesday().await;
    let (open, confidential) = (posts.called_in(false).await, posts.called_in(true).await);
    for (appointments, wanted) in [
        // In whatever order he was appointed.
        (
            vec![held(COUNTY_DISPATCHER), held(CALLER)],
            ["caller", "caller"],
        ),
        (
            vec![held(CALLER), held(COUNTY_DISPATCHER)],
            ["caller", "caller"],
        ),
        (vec![held(WORKER), held(CLERK)], ["clerk", "nobody"]),
        (
            vec![held(SUPERVISOR), held(officer(ENFORCEMENT))],
            ["unit_officer", "nobody"],
        ),
        // Who only looks on here hears residents elsewhere: those of his own centre.
        (
            vec![held(SUPERVISOR), held(Who(Post::Caller, BESIDE))],
            ["masked", "nobody"],
        ),
        (
            vec![held(COUNTY_DISPATCHER), held(Who(Post::Registrar, BESIDE))],
            ["masked", "nobody"],
        ),
        // The other unit was not called.
        (
            vec![held(SUPERVISOR), held(leader("320707101-pc"))],
            ["masked", "nobody"],
        ),
        (vec![held(AUDITOR), held(ADMIN)], ["masked", "nobody"]),
        // What he was, or will be, he is not now.
        (
            vec![former(REGISTRAR), held(SUPERVISOR)],
            ["masked", "nobody"],
        ),
        (vec![held(SUPERVISOR), coming(CALLER)], ["masked", "nobody"]),
        (
            vec![coming(CALLER), held(DISPATCHER)],
            ["dispatcher", "nobody"],
        ),
    ] {
        let token = posts.holder(appointments.clone()).await;
        let knows = [
            posts.knows(&token, &open).await,
            posts.knows(&token, &confidential).await,
        ];
        assert_eq!(knows, wanted, "{appointments:?}");
    }
}

#[tokio::test]
async fn who_audits_one_town_does_not_audit_the_other_in_which_he_works() {
    let posts = Posts::on_a_wednesday().await;
    let case = posts.called_in(false).await;
    let purpose = json!({"purpose": "follow_up"});
    let path = format!("/cases/{case}/resident");
    assert_eq!(posts.town.post(CALLER, &path, purpose).await.status, 200);
    let beside = Who(Post::Auditor, BESIDE);
    for (appointments, wanted) in [
        (vec![held(beside), held(REGISTRAR)], 0),
        (vec![held(beside), former(AUDITOR)], 0),
        (vec![held(beside), held(AUDITOR)], 1),
    ] {
        let token = posts.holder(appointments.clone()).await;
        let looks = posts
            .get(&token, &format!("/unmaskings?case_id={case}"))
            .await;
        assert_eq!(looks.status, 200, "{}", looks.body);
        let looks = looks.body["items"].as_array().unwrap().len();
        assert_eq!(looks, wanted, "{appointments:?}");
    }
}

#[tokio::test]
async fn who_looks_on_here_and_works_elsewhere_changes_nothing_here() {
    let posts = Posts::on_a_wednesday().await;
    let case = posts.called_in(false).await;
    let before = posts.town.get(SUPERVISOR, &format!("/cases/{case}")).await;
    // Either shows the case by a post that changes nothing, and acts by one to which the case does not belong.
    for appointments in [
        vec![held(SUPERVISOR), held(CLERK_BESIDE)],
        vec![held(AUDITOR), held(WORKER_BESIDE)],
        vec![held(SUPERVISOR), held(leader("320707101-pc"))],
    ] {
        let token = posts.holder(appointments.clone()).await;
        for action in [
            json!({"action": "comment", "text": "知悉", "public": false}),
            json!({"action": "claim"}),
            json!({"action": "accept"}),
        ] {
            let told = posts.tries(&token, &case, action.clone()).await;
            assert_eq!(told.status, 403, "{appointments:?} {action}: {}", told.body);
        }
    }
    let after = posts.town.get(SUPERVISOR, &format!("/cases/{case}")).await;
    assert_eq!(after.etag, before.etag);
}

#[tokio::test]
async fn internal_comments_are_for_whoever_works_inside_now() {
    let posts = Posts::on_a_wednesday().await;
    for (other, wanted) in [
        (held(CLERK), Some("请先摸清业主")),
        (former(CLERK), None),
        (coming(CLERK), None),
    ] {
        let token = posts.holder(vec![held(APP), other.clone()]).await;
        let report = json!({
            "source": "app", "text": "垃圾满溢", "matter": RUBBISH.0,
            "place": {"lon": SCENE.0, "lat": SCENE.1},
        });
        let filed = posts.post(&token, "/cases", report).await;
        assert_eq!(filed.status, 201, "{}", filed.body);
        let case = filed.body["id"].as_str().unwrap();
        let comment = json!({"action": "comment", "text": "请先摸清业主", "public": false});
        posts.town.does(REGISTRAR, case, comment).await;
        let history = posts.get(&token, &format!("/cases/{case}/events")).await;
        assert_eq!(history.status, 200, "{}", history.body);
        let rows = history.body["items"].as_array().unwrap();
        let comment = rows.iter().find(|row| row["type"] == "commented").unwrap();
        assert_eq!(comment["data"]["text"].as_str(), wanted, "{other:?}");
    }
}
