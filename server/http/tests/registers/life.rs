//! The life of an entry of a register over the API: from the grant of a power to its evaluation, from the issue of a
//! certificate to its renewal, from an application to its end.

use serde_json::{Value, json};

use crate::ZHEWANG;
use crate::county::County;

/// What an entry was, and from which day.
fn course(entry: &Value) -> Vec<(&str, &str)> {
    let steps = entry["course"].as_array().unwrap().iter();
    steps
        .map(|step| {
            (
                step["state"].as_str().unwrap(),
                step["on"].as_str().unwrap(),
            )
        })
        .collect()
}

/// An entry of a register as its list tells it, of those that a query finds.
async fn listed(county: &County, register: &str, query: &str, code: (&str, &str)) -> Option<Value> {
    let list = county.get(&format!("/registers/{register}?{query}")).await;
    let mut items = list["items"].as_array().unwrap().iter();
    items.find(|item| item[code.0] == code.1).cloned()
}

#[tokio::test]
async fn an_approval_is_granted_announced_put_in_force_and_evaluated() {
    let county = County::build().await;
    let new = json!({
        "item": "XK-C009", "name": "临时占用道路许可", "kind": "approval", "town": ZHEWANG,
        "valid_from": "2026-07-15", "why": "县政府赋权",
    });
    let (status, told) = county.post("/registers/powers", new).await;
    assert_eq!(
        (status, &told["state"]),
        (201, &json!("proposed")),
        "{told}"
    );
    let code = told["code"].as_str().unwrap().to_owned();
    let path = format!("/registers/powers/{code}/steps");
    for (state, on, now) in [
        ("announced", "2026-07-15", "announced"),
        // From a later day on: until then it is what it was.
        ("in_force", "2026-08-01", "announced"),
    ] {
        let step = json!({"state": state, "on": on, "why": "公示"});
        let (status, told) = county.post(&path, step).await;
        assert_eq!((status, &told["state"]), (201, &json!(now)), "{told}");
    }
    let query = format!("division={ZHEWANG}&state=announced");
    let found = listed(&county, "powers", &query, ("code", &code))
        .await
        .unwrap();
    assert_eq!(
        course(&found),
        [
            ("proposed", "2026-07-15"),
            ("announced", "2026-07-15"),
            ("in_force", "2026-08-01")
        ]
    );
    let elsewhere = "division=320707102000";
    assert_eq!(
        listed(&county, "powers", elsewhere, ("code", &code)).await,
        None
    );
    let in_force = "state=in_force";
    assert_eq!(
        listed(&county, "powers", in_force, ("code", &code)).await,
        None
    );

    let evaluation = json!({"result": "needs_guidance", "note": "案卷不全"});
    let path = format!("/registers/powers/{code}/evaluations");
    let (status, told) = county.post(&path, evaluation).await;
    assert_eq!(status, 201, "{told}");
    let found = listed(&county, "powers", "", ("code", &code))
        .await
        .unwrap();
    assert_eq!(found["evaluation"], "needs_guidance");
    assert_eq!(found["evaluated_on"], "2026-07-15");
    assert_eq!(found["note"], "案卷不全");
    let absurd = json!({"result": "splendid", "note": ""});
    assert_eq!(county.post(&path, absurd).await.0, 422);
}

#[tokio::test]
async fn a_certificate_that_is_about_to_run_out_is_renewed_and_leads_again() {
    let county = County::build().await;
    let new = json!({
        "number": "GY-2026-7", "officer": "新人", "unit": "320707101-zf", "field": "urban_management",
        "valid_from": "2026-07-15", "valid_to": "2026-08-01", "why": "新录用",
    });
    assert_eq!(county.post("/registers/certificates", new).await.0, 201);
    let path = "/registers/certificates/GY-2026-7/steps";
    let renew = |until: &str| json!({"state": "renewed", "valid_to": until, "why": "续证"});
    for (until, code) in [("2026-07-20", "renewal_too_short")] {
        let (status, told) = county.post(path, renew(until)).await;
        assert_eq!((status, &told["errors"][0]["code"]), (422, &json!(code)));
    }
    let (status, told) = county.post(path, renew("2031-08-01")).await;
    assert_eq!((status, &told["state"]), (201, &json!("renewed")), "{told}");
    let number = ("number", "GY-2026-7");
    let held = listed(&county, "certificates", "state=renewed", number).await;
    let held = held.unwrap();
    assert_eq!(held["valid_to"], "2031-08-01");
    assert_eq!(
        course(&held),
        [("issued", "2026-07-15"), ("renewed", "2026-07-15")]
    );
    // Without two others it is one of the two that an enforcement step needs.
    let all = county
        .get(&format!("/registers/certificates?division={ZHEWANG}"))
        .await;
    let others: Vec<String> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["number"].as_str().unwrap().to_owned())
        .filter(|held| held != "GY-2026-7")
        .collect();
    let mut leads = Vec::new();
    for number in &others {
        leads.push(
            county
                .lead("event-06020", ZHEWANG)
                .await
                .starts_with("320707101-zf"),
        );
        let path = format!("/registers/certificates/{number}/steps");
        let step = json!({"state": "revoked", "why": "调离"});
        assert_eq!(county.post(&path, step).await.0, 201);
    }
    leads.push(
        county
            .lead("event-06020", ZHEWANG)
            .await
            .starts_with("320707101-zf"),
    );
    assert_eq!(leads, [true, true, true, false]);
}

#[tokio::test]
async fn what_has_not_begun_is_pending_and_what_is_over_has_expired() {
    let county = County::build().await;
    let new = |number: &str, from: &str, to: &str| {
        json!({
            "number": number, "officer": "新人", "unit": "320707101-zf", "field": "urban_management",
            "valid_from": from, "valid_to": to, "why": "补录",
        })
    };
    for (number, from, to, state) in [
        ("GY-2026-8", "2026-09-01", "2031-09-01", "pending"),
        ("GY-2026-9", "2021-01-01", "2026-01-01", "expired"),
    ] {
        let (status, told) = county
            .post("/registers/certificates", new(number, from, to))
            .await;
        assert_eq!((status, &told["state"]), (201, &json!(state)), "{told}");
        let query = format!("state={state}");
        let found = listed(&county, "certificates", &query, ("number", number)).await;
        assert!(found.is_some(), "{state}");
        let issued = listed(&county, "certificates", "state=issued", ("number", number)).await;
        assert_eq!(issued, None);
    }
}

#[tokio::test]
async fn an_application_is_refused_or_taken_back_and_the_department_keeps_the_matter() {
    let county = County::build().await;
    let apply = |prefix: &str| {
        json!({
            "department": "320707-cg", "kind": "event", "code_prefix": prefix, "division": ZHEWANG,
            "text": "巡查下沉", "valid_from": "2026-07-15",
        })
    };
    for (prefix, way) in [
        ("06020", &["reviewed", "refused"][..]),
        ("06010", &["withdrawn"]),
    ] {
        let (status, told) = county.post("/registers/admissions", apply(prefix)).await;
        assert_eq!(status, 201, "{told}");
        let code = told["code"].as_str().unwrap().to_owned();
        for state in way {
            let path = format!("/registers/admissions/{code}/steps");
            let (status, told) = county
                .post(&path, json!({"state": state, "why": "会审"}))
                .await;
            assert_eq!((status, &told["state"]), (201, &json!(state)), "{told}");
        }
        let end = way.last().unwrap();
        let query = format!("division={ZHEWANG}&state={end}");
        let found = listed(&county, "admissions", &query, ("code", &code))
            .await
            .unwrap();
        let went: Vec<&str> = course(&found).into_iter().map(|(state, _)| state).collect();
        assert_eq!(went, [&["applied"], way].concat());
        let path = format!("/registers/admissions/{code}/steps");
        let (status, _) = county
            .post(&path, json!({"state": "approved", "why": ""}))
            .await;
        assert_eq!(status, 422, "it is over");
    }
    let kept = county.lead("event-06020", ZHEWANG).await;
    assert!(kept.starts_with("320707-cg"), "{kept}");
}
