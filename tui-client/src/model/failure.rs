//! What went wrong, in a form that can be told: what happened, why, and what to do.

use serde::Serialize;

/// What kind of failure it is; decides what the client does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing was reached: nothing can have happened, or it cannot be known.
    Network,
    /// The login has ended or was wrong.
    Login,
    /// Not for this post.
    Forbidden,
    NotFound,
    /// The stage does not allow it, or somebody was quicker.
    Conflict,
    /// Something in the request is wrong; the faults name it.
    Invalid,
    /// The server could not do it now.
    Server,
    /// Something on this machine: a file, the terminal.
    Local,
}

/// A refusal or an accident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub kind: Kind,
    /// The server's own words in the language asked for, or the cause.
    pub detail: String,
    /// The stable code of the server, if it gave one.
    pub code: Option<String>,
    /// Which parts are wrong: JSON pointer and what is wrong with it.
    pub faults: Vec<(String, String)>,
    pub request_id: Option<String>,
}

impl Failure {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            code: None,
            faults: Vec::new(),
            request_id: None,
        }
    }

    /// The key of the message that says what happened and what to do.
    pub const fn key(&self) -> &'static str {
        match self.kind {
            Kind::Network => "failure-network",
            Kind::Login => "failure-login",
            Kind::Forbidden => "failure-forbidden",
            Kind::NotFound => "failure-not-found",
            Kind::Conflict => "failure-conflict",
            Kind::Invalid => "failure-invalid",
            Kind::Server => "failure-server",
            Kind::Local => "failure-local",
        }
    }
}

/// A form holds something wrong; the fault stands at its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faulty;

/// A message to be said in whatever language is set when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Say {
    pub const fn plain(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
        }
    }

    pub fn about(key: &'static str, name: &'static str, value: impl Into<String>) -> Self {
        Self {
            key,
            args: vec![(name, value.into())],
        }
    }
}
