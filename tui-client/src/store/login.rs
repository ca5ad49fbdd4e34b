//! The kept login, and the accounts of a demonstration.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Paths, write_private};
use crate::model::session::Session;

/// The login in a file for its owner alone.
#[derive(Clone, Debug)]
pub struct Kept {
    path: PathBuf,
}

impl Kept {
    pub fn new(paths: &Paths) -> Self {
        Self {
            path: paths.state.join("login.json"),
        }
    }

    /// The login, unless there is none or the file cannot be read.
    pub fn load(&self) -> Option<Session> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }

    pub fn save(&self, session: &Session) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(session).map_err(io::Error::other)?;
        write_private(&self.path, &bytes)
    }

    pub fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// What the server's demonstration writes down for those who try it.
#[derive(Clone, Debug, Deserialize)]
pub struct Demo {
    pub base_url: String,
    pub accounts: Vec<DemoAccount>,
}

/// An account of the demonstration; its password is no secret.
#[derive(Clone, Debug, Deserialize)]
pub struct DemoAccount {
    pub username: String,
    pub password: String,
    pub post: String,
    #[serde(default)]
    pub name: String,
}

/// Why the demonstration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("{path}: {cause}")]
    File { path: String, cause: String },
    #[error("{asked}: {known}")]
    Account { asked: String, known: String },
}

impl Demo {
    /// Reads `demo.json`.
    pub fn read(path: &Path) -> Result<Self, Unusable> {
        let unusable = |cause: String| Unusable::File {
            path: path.display().to_string(),
            cause,
        };
        let bytes = fs::read(path).map_err(|e| unusable(e.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|e| unusable(e.to_string()))
    }

    /// The account of that name, else the first that holds that post.
    pub fn account(&self, asked: &str) -> Result<&DemoAccount, Unusable> {
        self.accounts
            .iter()
            .find(|a| a.username == asked)
            .or_else(|| self.accounts.iter().find(|a| a.post == asked))
            .ok_or_else(|| {
                let known: Vec<String> = self
                    .accounts
                    .iter()
                    .map(|a| format!("{} ({})", a.username, a.post))
                    .collect();
                Unusable::Account {
                    asked: asked.to_owned(),
                    known: known.join(", "),
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_name_or_its_post() {
        let demo: Demo = serde_json::from_str(
            r#"{"base_url":"http://127.0.0.1:8080","accounts":[
                {"username":"wang","password":"p","post":"grid_worker","scope":"x","name":"王"},
                {"username":"li","password":"p","post":"grid_worker","scope":"y"}]}"#,
        )
        .unwrap();
        assert_eq!(demo.account("li").unwrap().username, "li");
        assert_eq!(demo.account("grid_worker").unwrap().username, "wang");
        assert!(
            demo.account("nobody")
                .unwrap_err()
                .to_string()
                .contains("wang (grid_worker)")
        );
    }

    #[test]
    fn a_login_is_kept_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(&Paths::in_folder(folder.path()));
        assert!(kept.load().is_none());
        let session = Session {
            server: "http://s".into(),
            token: "t".into(),
            username: "u".into(),
            name: "n".into(),
            posts: Vec::new(),
            may: Vec::new(),
        };
        kept.save(&session).unwrap();
        assert_eq!(kept.load(), Some(session));
        kept.forget().unwrap();
        assert!(kept.load().is_none());
    }
}
