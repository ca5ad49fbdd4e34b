//! One line for each request, without personal data.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use common::{ID, client};
use serde_json::Value;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_leaves_one_line_without_personal_data() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let client = client();
    client
        .get(format!("/api/v1/notes/{ID}?phone=13800138000"))
        .send()
        .await;
    client
        .get("/api/v1/me")
        .header("Authorization", "Bearer secret")
        .header("X-Request-Id", "field-unit-0042")
        .send()
        .await;
    client.get("/ratings/a-secret-token").send().await;
    client.get("/api/v1/failure").send().await;

    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for secret in [ID, "13800138000", "phone", "secret"] {
        assert!(!text.contains(secret), "{secret} is in\n{text}");
    }
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered: Vec<&Value> = lines
        .iter()
        .map(|line| &line["fields"])
        .filter(|fields| fields["message"] == "answered")
        .collect();
    let told: Vec<String> = answered
        .iter()
        .map(|f| {
            format!(
                "{} {} {} {}",
                f["method"], f["route"], f["status"], f["account"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "\"GET\" \"/api/v1/notes/{id}\" 400 null",
            "\"GET\" \"/api/v1/me\" 200 \"account-7\"",
            "\"GET\" \"unmatched\" 404 null",
            "\"GET\" \"/api/v1/failure\" 500 null",
        ]
    );
    assert_eq!(answered[1]["request_id"], "field-unit-0042");
    assert!(answered.iter().all(|f| f["duration_ms"].is_number()));

    // The cause of a failure is told once, under the id that the caller was told.
    let failures: Vec<&Value> = lines
        .iter()
        .filter(|line| line["level"] == "ERROR")
        .collect();
    assert_eq!(failures.len(), 1);
    assert_eq!(
        failures[0]["fields"]["cause"],
        "connection to the database refused"
    );
    assert_eq!(
        failures[0]["fields"]["request_id"],
        answered[3]["request_id"]
    );
}
