//! Whoever is out of scope cannot tell what exists from what does not: each operation of the published document whose
//! address names something answers him the same for both, word for word.

use gridwhistle_domain::access::{Appointment, Grant, Post};
use gridwhistle_service::import::bundle;
use gridwhistle_store::ListNote;
use poem::http::Method;
use serde_json::{Value, json};

use crate::town::{
    ADMIN, DUTY_LEADER, ENFORCEMENT, REGISTRAR, SUPERVISOR, TOWN, Town, WORKER, Who, at, held,
    leader, part, written,
};

const RUBBISH: (&str, &str) = ("event-06010", "event-06010/2");
const BESIDE: &str = "320707102000";
const REGISTRAR_BESIDE: Who = Who(Post::Registrar, BESIDE);
const DUTY_OFFICER: Who = Who(Post::DutyOfficer, TOWN);
/// Identifies nothing.
const NOTHING: &str = "0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35";
/// No division has this code.
const NOWHERE: &str = "320707199000";

/// Who reads a thing anyhow, so that there is nothing to be kept from him.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Readers {
    Everybody,
    /// Whoever works for the administration, in whatever town; no key.
    Staff,
}

/// What is no secret: the operation, the parameter of its address, and whose reading is no news to him.
const OPEN: [(&str, &str, Readers); 24] = [
    // Reference data: divisions, grids, matters and what holds in a division are listed for every account and key.
    ("get_division", "code", Readers::Everybody),
    ("division_children", "code", Readers::Everybody),
    ("get_grid", "code", Readers::Everybody),
    ("grid_history", "code", Readers::Everybody),
    ("get_matter", "kind", Readers::Everybody),
    ("get_matter", "code", Readers::Everybody),
    ("get_configuration", "division", Readers::Everybody),
    ("configuration_versions", "division", Readers::Everybody),
    // `GET /rulings` lists them all.
    ("change_ruling", "id", Readers::Everybody),
    // The names of the figures and of the lists stand in the documentation; what is in them is judged by itself.
    ("indicator_cases", "name", Readers::Everybody),
    ("get_list", "list", Readers::Everybody),
    ("export_list", "list", Readers::Everybody),
    ("list_versions", "list", Readers::Everybody),
    ("entry_history", "list", Readers::Everybody),
    ("add_entry", "list", Readers::Everybody),
    ("end_entry", "list", Readers::Everybody),
    // No account is asked for: whoever holds the link is the resident, and the link cannot be guessed.
    ("get_rating", "token", Readers::Everybody),
    ("rate", "token", Readers::Everybody),
    // Lists and registers are read as a whole by whoever works inside: `GET /lists/{list}`, `GET /registers/…`.
    ("entry_history", "code", Readers::Staff),
    ("end_entry", "code", Readers::Staff),
    ("step_power", "code", Readers::Staff),
    ("evaluate_power", "code", Readers::Staff),
    ("step_certificate", "number", Readers::Staff),
    ("step_admission", "code", Readers::Staff),
];

fn readers(operation: &str, parameter: &str) -> Option<Readers> {
    let open = OPEN.iter().find(|o| (o.0, o.1) == (operation, parameter));
    open.map(|o| o.2)
}

/// Something that an address names.
struct Named {
    /// How the addresses begin in which it is named.
    under: &'static str,
    parameter: &'static str,
    existing: String,
    missing: &'static str,
}

/// A town in which everything exists that an address can name.
struct Scene {
    town: Town,
    named: Vec<Named>,
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The shift that is on, as it is entered before it begins.
fn shift() -> Value {
    let name = |Who(post, scope): Who| format!("{post}@{scope}");
    json!({
        "desk": TOWN, "from": written("07-15 08:00"), "to": written("07-15 18:00"),
        "leader": name(DUTY_LEADER), "officer": name(DUTY_OFFICER), "telephone": "0518-8888 1234",
    })
}

impl Scene {
    async fn build() -> Self {
        let town = Town::on("07-15 07:00").await;
        let entered = town.post(DUTY_LEADER, "/duty-shifts", shift()).await;
        assert_eq!(entered.status, 201, "{}", entered.body);
        town.it_is("07-15 09:00");
        let (case, signed) = town.signed(RUBBISH.0, RUBBISH.1).await;
        let photo = town.photo(WORKER).await;
        let attach = json!({"action": "attach", "attachments": [photo]});
        town.does(WORKER, &case, attach).await;
        let notices = town.get(leader(ENFORCEMENT), "/notices").await;
        let given = town
            .post(DUTY_OFFICER, "/handovers", json!({"note": ""}))
            .await;
        assert_eq!(given.status, 201, "{}", given.body);
        town.key(TOWN, &[Grant::CasesRead]).await;
        let keys = town.get(ADMIN, "/keys").await;
        let note = ListNote::unexplained(at("07-15 09:00"));
        bundle::put_demo_registers(&town.service.store, &note)
            .await
            .unwrap();
        town.service.refresh_reference().await.unwrap();
        let named = |under, parameter, existing: &str, missing| Named {
            under,
            parameter,
            existing: existing.to_owned(),
            missing,
        };
        let part = text(&part(&signed, ENFORCEMENT)["id"]);
        let shift = text(&entered.body["id"]);
        let handover = text(&given.body["id"]);
        let notice = text(&notices.body["items"][0]["id"]);
        let key = text(&keys.body["items"][0]["id"]);
        let power = "320707101.CF-C001.2024-07-01";
        let admission = "320707-cg.event-09021.320707.2025-03-01";
        let named = vec![
            named("/cases/", "id", &case, NOTHING),
            named("/cases/", "attachment_id", &photo, NOTHING),
            named("/assignments/", "id", &part, NOTHING),
            named("/centres/", "code", TOWN, NOWHERE),
            named("/configuration/", "division", TOWN, NOWHERE),
            named("/keys/", "id", &key, NOTHING),
            named("/duty-shifts/", "id", &shift, NOTHING),
            named("/handovers/", "id", &handover, NOTHING),
            named("/notices/", "id", &notice, "999999"),
            named("/lists/", "list", "unit", "nothing"),
            named("/lists/", "code", ENFORCEMENT, "320707101-xx"),
            named("/registers/powers/", "code", power, "320707101.CF-C001"),
            named(
                "/registers/certificates/",
                "number",
                "GY-2024-0004",
                "GY-2024",
            ),
            named("/registers/admissions/", "code", admission, "320707-cg"),
        ];
        Self { town, named }
    }

    fn named(&self, operation: &Operation, parameter: &str) -> &Named {
        let here = |n: &&Named| operation.path.starts_with(n.under) && n.parameter == parameter;
        let Some(named) = self.named.iter().find(here) else {
            panic!(
                "{} names a {parameter}: say here which exists and which does not, or why it is no secret",
                operation.id
            );
        };
        named
    }

    /// The address with one of its parameters naming what exists, or what does not; the others name what exists.
    fn address(&self, operation: &Operation, varied: &str, exists: bool) -> String {
        let parts = operation.path.split('/').map(|segment| {
            let parameter = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
            let Some(parameter) = parameter else {
                return segment.to_owned();
            };
            let named = self.named(operation, parameter);
            if parameter == varied && !exists {
                named.missing.to_owned()
            } else {
                named.existing.clone()
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// By what somebody can tell what exists from what does not; nothing where he is told the same of both.
    async fn told_apart(&self, token: &str, operation: &Operation, varied: &str) -> Option<String> {
        for (version, body) in operation.requests() {
            let mut told = Vec::new();
            for exists in [true, false] {
                let address = self.address(operation, varied, exists);
                let method = operation.method.clone();
                let answer = self
                    .town
                    .ask_by(token, method, &address, version, body.clone())
                    .await;
                let mut said = answer.body;
                if let Some(problem) = said.as_object_mut() {
                    // Every request has its own.
                    problem.remove("request_id");
                }
                told.push((answer.status, answer.etag, said));
            }
            if told[0] != told[1] {
                return Some(format!("{:?} and {:?}", told[0], told[1]));
            }
        }
        None
    }

    /// Everybody out of scope: his name, his token, and whether he works for the administration.
    async fn strangers(&self) -> Vec<(String, String, bool)> {
        let town = &self.town;
        let mut strangers = Vec::new();
        for who in [
            Who(Post::GridWorker, "320707102200001"),
            REGISTRAR_BESIDE,
            Who(Post::DutyLeader, BESIDE),
            Who(Post::Admin, BESIDE),
            leader("320707102-zf"),
        ] {
            strangers.push((format!("{who:?}"), town.session(who).await, true));
        }
        let former = Appointment {
            to: Some(at("07-14 09:00")),
            ..held(REGISTRAR)
        };
        let token = town.session_of("former", vec![former]).await;
        strangers.push(("the former registrar".to_owned(), token, false));
        for (division, grants) in [
            (BESIDE, Grant::ALL),
            (TOWN, &[Grant::CasesFile][..]),
            (TOWN, &[Grant::PersonalRead][..]),
        ] {
            let name = format!("a key of {division} for {grants:?}");
            strangers.push((name, town.key(division, grants).await, false));
        }
        strangers
    }

    /// What anybody out of scope is told that he should not be, by the operations that pass.
    async fn leaks(&self, passes: impl Fn(&Operation) -> bool) -> Vec<String> {
        let strangers = self.strangers().await;
        let mut leaks = Vec::new();
        for operation in operations().iter().filter(|o| passes(o)) {
            for parameter in &operation.names {
                let readers = readers(&operation.id, parameter);
                for (who, token, works) in &strangers {
                    let reads = match readers {
                        Some(Readers::Everybody) => true,
                        Some(Readers::Staff) => *works,
                        None => false,
                    };
                    if reads {
                        continue;
                    }
                    if let Some(by) = self.told_apart(token, operation, parameter).await {
                        leaks.push(format!("{} of {parameter} by {who}: {by}", operation.id));
                    }
                }
            }
        }
        leaks
    }
}

/// An operation of the published document whose address names something.
struct Operation {
    id: String,
    method: Method,
    /// Without what all addresses begin with.
    path: String,
    /// The parameters in the address.
    names: Vec<String>,
    takes: bool,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&gridwhistle_http::document("0.1.0")).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned();
            let parameters = parameters.unwrap_or_default();
            let names: Vec<String> = parameters
                .iter()
                .filter(|p| p["in"] == "path")
                .map(|p| text(&p["name"]))
                .collect();
            assert_eq!(names.is_empty(), !path.contains('{'), "{path}");
            if !names.is_empty() {
                found.push(Operation {
                    id: text(&operation["operationId"]),
                    method: method.to_uppercase().parse().unwrap(),
                    path: path.strip_prefix("/api/v1").unwrap().to_owned(),
                    names,
                    takes: operation["requestBody"].is_object(),
                });
            }
        }
    }
    assert!(found.len() > 30, "the document has its operations");
    found
}

/// What `If-Match` says, and the body.
type Request = (Option<&'static str>, Option<Value>);

impl Operation {
    /// Requests as somebody would make them who knew of the thing, right ones and such as are wrong in another way.
    fn requests(&self) -> Vec<Request> {
        let bodies: Vec<(Option<&'static str>, Value)> = match self.id.as_str() {
            "act_on_case" => vec![
                (
                    None,
                    json!({"action": "comment", "text": "知悉", "public": false}),
                ),
                (
                    None,
                    json!({"action": "comment", "text": "知悉", "occurred_at": written("07-16 09:00")}),
                ),
                (None, json!({"action": "attach", "attachments": [NOTHING]})),
                (None, json!({"action": "link", "to": NOTHING})),
                (None, json!({"action": "void", "reason": "重复"})),
                (Some("seven"), json!({"action": "void", "reason": "重复"})),
                (Some("\"1\""), json!({"action": "void", "reason": "重复"})),
                (Some("\"1\""), json!({"action": "merge", "into": NOTHING})),
            ],
            "act_on_assignment" => vec![
                (None, json!({"action": "sign"})),
                (
                    None,
                    json!({"action": "check_in", "attachments": [NOTHING]}),
                ),
                (None, json!({"action": "finish", "result": "已清理"})),
                (
                    Some("seven"),
                    json!({"action": "finish", "result": "已清理"}),
                ),
                (
                    Some("\"1\""),
                    json!({"action": "finish", "result": "已清理"}),
                ),
            ],
            "unmask_resident" => vec![
                (None, json!({"purpose": "contact_resident"})),
                // Wants a note.
                (None, json!({"purpose": "other"})),
            ],
            "change_shift" => vec![
                (Some("\"1\""), shift()),
                (Some("\"7\""), shift()),
                (None, shift()),
            ],
            "change_configuration" => vec![
                (Some("\"0\""), json!({})),
                (Some("\"7\""), json!({})),
                (None, json!({})),
            ],
            "end_entry" => {
                let end = json!({"valid_to": "2027-01-01", "why": "撤并"});
                vec![(None, end.clone()), (Some("\"7\""), end)]
            }
            "step_power" => vec![(None, json!({"state": "announced", "why": "公布"}))],
            "evaluate_power" => vec![(None, json!({"result": "fit", "note": "良好"}))],
            "step_certificate" => vec![(None, json!({"state": "revoked", "why": "注销"}))],
            "step_admission" => vec![(None, json!({"state": "reviewed", "why": "审查"}))],
            id => {
                assert!(!self.takes, "{id} takes a body: say here what is plausible");
                return vec![(None, None)];
            }
        };
        let requests = bodies.into_iter();
        requests
            .map(|(version, body)| (version, Some(body)))
            .collect()
    }

    fn is_of_the_registers(&self) -> bool {
        self.path.starts_with("/registers/")
    }
}

#[test]
fn what_is_no_secret_is_still_what_some_address_names() {
    let operations = operations();
    for (id, parameter, _) in OPEN {
        let mut named = operations.iter().filter(|o| o.id == id);
        assert!(
            named.any(|o| o.names.iter().any(|name| name == parameter)),
            "{id} names no {parameter} any more"
        );
    }
}

#[tokio::test]
async fn out_of_scope_nobody_can_tell_what_exists_from_what_does_not() {
    let scene = Scene::build().await;
    let leaks = scene.leaks(|o| !o.is_of_the_registers()).await;
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[tokio::test]
async fn whoever_may_not_read_the_registers_cannot_find_out_what_stands_in_them() {
    let scene = Scene::build().await;
    let leaks = scene.leaks(Operation::is_of_the_registers).await;
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

#[tokio::test]
async fn lists_and_registers_are_open_to_whoever_works_inside_and_to_nobody_else() {
    let scene = Scene::build().await;
    for (who, token, works) in scene.strangers().await {
        for path in [
            "/lists/unit",
            "/registers/powers",
            "/registers/certificates",
            "/registers/admissions",
        ] {
            let told = scene
                .town
                .ask_by(&token, Method::GET, path, None, None)
                .await;
            let wanted = if works { 200 } else { 403 };
            assert_eq!(told.status, wanted, "{path} by {who}: {}", told.body);
        }
    }
}

#[tokio::test]
async fn in_scope_somebody_can_tell_them_apart_so_that_the_question_means_something() {
    let scene = Scene::build().await;
    let mut insiders = Vec::new();
    for who in [
        SUPERVISOR,
        REGISTRAR,
        DUTY_LEADER,
        leader(ENFORCEMENT),
        ADMIN,
    ] {
        insiders.push(scene.town.session(who).await);
    }
    for operation in operations() {
        for parameter in &operation.names {
            if readers(&operation.id, parameter) == Some(Readers::Everybody) {
                continue;
            }
            let mut told_apart = false;
            for token in &insiders {
                told_apart = told_apart
                    || scene
                        .told_apart(token, &operation, parameter)
                        .await
                        .is_some();
            }
            assert!(told_apart, "{} of {parameter}", operation.id);
        }
    }
}

#[tokio::test]
async fn a_case_out_of_sight_is_joined_to_no_more_than_one_that_does_not_exist() {
    let scene = Scene::build().await;
    let town = &scene.town;
    let report = json!({
        "source": "hotline", "text": "路灯不亮", "place": {"address": "东大街 12 号"},
    });
    let filed = town.post(Who(Post::Clerk, BESIDE), "/cases", report).await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let own = text(&filed.body["id"]);
    let unseen = scene.named[0].existing.as_str();
    for (action, field) in [("link", "to"), ("merge", "into")] {
        let mut answers = Vec::new();
        for other in [unseen, NOTHING] {
            let mut join = json!({"action": action});
            join[field] = json!(other);
            let told = town.tries(REGISTRAR_BESIDE, &own, join).await;
            let mut problem = told.body;
            problem.as_object_mut().unwrap().remove("request_id");
            answers.push((told.status, told.etag, problem));
        }
        assert_eq!(answers[0], answers[1], "{action}");
        assert_eq!(answers[0].0, 422, "{action}");
    }
}
