//! How it ended, as a number for scripts.

use crate::model::failure::{Failure, Kind};

/// The exit codes, as the manual lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Error = 1,
    Usage = 2,
    NotFound = 3,
    LoginNeeded = 4,
    /// The stage does not allow it, or what was sent is wrong.
    Rejected = 5,
    Network = 7,
    Forbidden = 8,
}

impl Exit {
    pub const fn of(failure: &Failure) -> Self {
        match failure.kind {
            Kind::Network => Self::Network,
            Kind::Login => Self::LoginNeeded,
            Kind::Forbidden => Self::Forbidden,
            Kind::NotFound => Self::NotFound,
            Kind::Conflict | Kind::Invalid => Self::Rejected,
            Kind::Server | Kind::Local => Self::Error,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
