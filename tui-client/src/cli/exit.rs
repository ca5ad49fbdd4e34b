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
    /// The code of a refusal of this program, before anything was sent: the command line is wrong.
    pub const USAGE: &str = "usage";

    pub fn of(failure: &Failure) -> Self {
        if failure.code.as_deref() == Some(Self::USAGE) {
            return Self::Usage;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_can_tell_a_typing_error_from_a_refusal() {
        let mut failure = Failure::new(Kind::Invalid, "x");
        assert_eq!(Exit::of(&failure), Exit::Rejected);
        failure.code = Some(Exit::USAGE.to_owned());
        assert_eq!(Exit::of(&failure), Exit::Usage);
        assert_eq!(Exit::of(&Failure::new(Kind::Network, "x")) as u8, 7);
        assert_eq!(Exit::of(&Failure::new(Kind::Login, "x")) as u8, 4);
    }
}
