//! Notices by webhook: signed JSON to an address of the operator's (docs/webhook.md).

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use futures_util::future::BoxFuture;
use gridwhistle_domain::clock::Timestamp;
use gridwhistle_http::messages::Message;
use gridwhistle_http::metrics::{Counter, Metrics};
use gridwhistle_service::{Forwarded, Forwarder, Outlet, Service, StoredNotice, Undelivered};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url, redirect};
use serde::Serialize;
use sha2::Sha256;
use uuid::Uuid;

use crate::messages::{about, failure, say};

/// A receiver that takes longer has failed, in milliseconds, unless said otherwise; and the most that may be said, since
/// it must be shorter than the lease of an outlet.
pub const PATIENCE_MS: u64 = 8_000;
/// How often somebody looks who has nothing to hand on.
const LOOK: Duration = Duration::from_secs(1);
/// A secret must have so many bytes at least.
const SHORTEST_SECRET: usize = 16;
const TIMESTAMP: &str = "GridWhistle-Timestamp";
const SIGNATURE: &str = "GridWhistle-Signature";

/// Where notices are posted to.
pub struct Webhook {
    client: Client,
    url: Url,
    secret: Vec<u8>,
}

impl Webhook {
    /// Checks address and secret before the server serves. A receiver that takes longer than `patience` has failed.
    pub fn open(url: &str, secret_file: &Path, patience: Duration) -> anyhow::Result<Self> {
        let parsed = Url::parse(url).ok();
        let usable = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let url = parsed
            .filter(usable)
            .ok_or_else(|| failure(&Message::new("webhook-address")))?;
        let secret =
            std::fs::read(secret_file).with_context(|| about("file-unreadable", secret_file))?;
        let secret = secret.trim_ascii().to_vec();
        if secret.len() < SHORTEST_SECRET {
            let message = Message::new("webhook-secret-short")
                .with("file", secret_file.display().to_string())
                .with("least", SHORTEST_SECRET);
            return Err(failure(&message));
        }
        // Another part of the process may have chosen the same before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(patience)
            // The signature is for this address and for nobody that it names.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("gridwhistle/", env!("CARGO_PKG_VERSION")))
            .build()
            .with_context(|| say("webhook-client"))?;
        Ok(Self {
            client,
            url,
            secret,
        })
    }

    async fn post(&self, notices: &[StoredNotice]) -> Result<(), Undelivered> {
        let batch = Batch {
            notices: notices.iter().map(Told::of).collect(),
        };
        let body = serde_json::to_vec(&batch).map_err(|e| Undelivered(e.to_string()))?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let timestamp = since.unwrap_or_default().as_secs().to_string();
        let signature = sign(&self.secret, &timestamp, &body);
        let answer = self
            .client
            .post(self.url.clone())
            .header("Content-Type", "application/json")
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, format!("v1={signature}"))
            .body(body)
            .send()
            .await
            // The address may hold a token.
            .map_err(|error| Undelivered(error.without_url().to_string()))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            let status = answer.status().as_u16();
            Err(Undelivered(format!("answered with {status}")))
        }
    }
}

impl Outlet for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn deliver<'a>(
        &'a self,
        notices: &'a [StoredNotice],
    ) -> BoxFuture<'a, Result<(), Undelivered>> {
        Box::pin(self.post(notices))
    }
}

/// HMAC-SHA-256 over the timestamp, a full stop and the body, in hexadecimal digits.
fn sign(secret: &[u8], timestamp: &str, body: &[u8]) -> String {
    // A key of any length is one.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    let mut text = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        // Writing into memory cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What is posted.
#[derive(Serialize)]
struct Batch<'a> {
    notices: Vec<Told<'a>>,
}

/// A notice as receivers get it: it names the case and the box, and no resident.
#[derive(Serialize)]
struct Told<'a> {
    id: i64,
    kind: &'static str,
    at: String,
    mailbox: &'a str,
    case_id: Uuid,
    case_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    count: i32,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    case_numbers: &'a [String],
}

impl<'a> Told<'a> {
    fn of(notice: &'a StoredNotice) -> Self {
        Self {
            id: notice.id,
            kind: notice.kind.as_str(),
            at: notice.at.to_rfc3339(),
            mailbox: &notice.mailbox,
            case_id: notice.case.0,
            case_number: &notice.number,
            unit: notice.unit.as_ref().map(|unit| unit.0.as_str()),
            clock: notice.clock.as_deref(),
            due: notice.due.map(Timestamp::to_rfc3339),
            count: notice.count,
            case_numbers: &notice.numbers,
        }
    }
}

/// What operators see of it.
#[derive(Clone, Default)]
pub struct WebhookFigures {
    delivered: Counter,
    failed: Counter,
}

impl WebhookFigures {
    pub fn register(metrics: &Metrics) -> Self {
        let figures = Self::default();
        metrics.register(
            "webhook_notices",
            "Notices that the webhook has taken from this server",
            figures.delivered.clone(),
        );
        metrics.register(
            "webhook_failures",
            "Attempts of this server that the webhook did not take",
            figures.failed.clone(),
        );
        figures
    }
}

/// Hands notices on for as long as the server serves. Nothing waits for it: neither the boxes nor what happens by
/// itself.
pub async fn forward(
    service: Arc<Service>,
    forwarder: Arc<Forwarder<Webhook>>,
    figures: WebhookFigures,
) {
    let mut moved = service.store.moved();
    let mut failing = false;
    loop {
        let wait = match forwarder.forward(&service).await {
            Ok(Forwarded::Sent(count)) => {
                if failing {
                    tracing::info!("the webhook takes notices again");
                }
                failing = false;
                figures
                    .delivered
                    .inc_by(u64::try_from(count).unwrap_or(u64::MAX));
                continue;
            }
            Ok(Forwarded::Nothing) => {
                let _ = tokio::time::timeout(LOOK, moved.changed()).await;
                continue;
            }
            Ok(Forwarded::Failed { why, pause }) => {
                tracing::warn!(why = %why.0, again_in_s = pause.as_secs(), "the webhook did not take notices; they are sent again");
                failing = true;
                figures.failed.inc();
                pause
            }
            Err(error) => {
                tracing::warn!(%error, "notices could not be handed on; it is tried again");
                LOOK
            }
        };
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_that_receivers_work_out() {
        // printf '1764230400.{"notices":[]}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let signature = sign(b"0123456789abcdef", "1764230400", br#"{"notices":[]}"#);
        assert_eq!(
            signature,
            "ee98f3a4958fa6cb209514db4783a720d627463e14e90cc12be2702937110d1e"
        );
    }
}
