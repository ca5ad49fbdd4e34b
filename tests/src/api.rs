//! A caller of the API who knows HTTP and JSON, and nothing of the product's own types.

use std::{sync::Once, time::Duration};

use anyhow::{Context, bail};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

/// A caller with or without a session.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; a body that is none, as a JSON string; no body, `null`.
    pub body: Value,
}

/// A request on its way.
#[derive(Debug)]
pub struct Call {
    request: reqwest::RequestBuilder,
    name: String,
}

impl Api {
    /// A caller without a session; `server` is an address as in `http://127.0.0.1:8080`.
    pub fn new(server: &str) -> anyhow::Result<Self> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        Ok(Self {
            http: reqwest::Client::builder()
                .timeout(Duration::from_mins(1))
                .build()?,
            base: server.trim_end_matches('/').to_owned(),
            token: None,
        })
    }

    /// The same caller after logging in.
    pub async fn login(&self, username: &str, password: &str) -> anyhow::Result<Self> {
        let session = self
            .post("/api/v1/sessions")
            .json(&json!({"username": username, "password": password}))
            .send()
            .await?
            .expect(201)?;
        let token = session.body["token"]
            .as_str()
            .context("the session has no token")?;
        Ok(self.with_token(token))
    }

    /// The same caller with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The token in use.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request of any method; `path` begins with a slash.
    pub fn call(&self, method: &Method, path: &str) -> Call {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Call {
            request,
            name: format!("{method} {path}"),
        }
    }

    /// `GET path`
    pub fn get(&self, path: &str) -> Call {
        self.call(&Method::GET, path)
    }

    /// `POST path`
    pub fn post(&self, path: &str) -> Call {
        self.call(&Method::POST, path)
    }

    /// `DELETE path`
    pub fn delete(&self, path: &str) -> Call {
        self.call(&Method::DELETE, path)
    }

    /// All items of a list, page by page along `next`; `path` may already have parameters.
    pub async fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut call = self.get(path);
            if let Some(cursor) = &cursor {
                call.request = call.request.query(&[("cursor", cursor)]);
            }
            let page = call.send().await?.expect(200)?;
            let found = page.body["items"]
                .as_array()
                .with_context(|| format!("{path} has no items: {}", page.body))?;
            items.extend(found.iter().cloned());
            match page.body["next"].as_str() {
                Some(next) if cursor.as_deref() == Some(next) => {
                    bail!("{path}: the page after {next} is itself")
                }
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }
}

impl Call {
    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Names the attempt, so that it may be repeated.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Sends JSON.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sends these bytes as they are.
    #[must_use]
    pub fn bytes(mut self, media_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("Content-Type", media_type).body(body);
        self
    }

    /// Sends the request and reads the whole answer.
    pub async fn send(self) -> anyhow::Result<Answer> {
        let response = self
            .request
            .send()
            .await
            .with_context(|| format!("{}: no answer", self.name))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response
            .bytes()
            .await
            .with_context(|| format!("{}: the answer is cut off", self.name))?;
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into())
        };
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

impl Answer {
    /// The answer itself, if it has this status.
    pub fn expect(self, status: u16) -> anyhow::Result<Self> {
        if self.status != status {
            bail!("{} instead of {status}: {:#}", self.status, self.body);
        }
        Ok(self)
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The problem of this status that the answer is: of the right media type, with its code.
    pub fn problem(self, status: u16) -> anyhow::Result<Value> {
        let media_type = self.header("content-type").unwrap_or_default().to_owned();
        let answer = self.expect(status)?;
        if !media_type.starts_with("application/problem+json") {
            bail!("a problem of type {media_type:?}: {:#}", answer.body);
        }
        for field in ["type", "title", "status", "code", "request_id"] {
            if answer.body[field].is_null() {
                bail!("a problem without {field}: {:#}", answer.body);
            }
        }
        Ok(answer.body)
    }
}
