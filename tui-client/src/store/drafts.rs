//! Drafts on disk: one file each.

use std::fs;
use std::io;
use std::path::PathBuf;

use uuid::Uuid;

use super::{Paths, write_private};
use crate::model::draft::Draft;

/// The drafts of this machine.
#[derive(Clone, Debug)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    pub fn new(paths: &Paths) -> Self {
        Self {
            folder: paths.data.join("drafts"),
        }
    }

    fn path(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// All that can be read. A file that cannot be is left where it is, for somebody to look at.
    pub fn load(&self) -> Vec<Draft> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        entries
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.extension().is_some_and(|e| e == "json"))
            .filter_map(|p| serde_json::from_slice(&fs::read(p).ok()?).ok())
            .collect()
    }

    /// Keeps the draft; when this returns it survives a power cut.
    pub fn save(&self, draft: &Draft) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(draft).map_err(io::Error::other)?;
        write_private(&self.path(draft.id), &bytes)
    }

    /// Removes the draft; one that is not there is no error.
    pub fn remove(&self, id: Uuid) -> io::Result<()> {
        match fs::remove_file(self.path(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draft::Of;

    fn draft(text: &str) -> Draft {
        Draft {
            id: Uuid::now_v7(),
            username: "w".into(),
            server: "http://s".into(),
            of: Of::Action {
                case_id: "c".into(),
                number: "n".into(),
                action: "verify".into(),
                part: None,
            },
            fields: [("note".to_owned(), serde_json::json!(text))]
                .into_iter()
                .collect(),
            updated_at: "2026-11-23T10:00:00+08:00".parse().unwrap(),
            maybe_sent: true,
        }
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(&Paths::in_folder(folder.path()));
        let first = draft("道路塌陷");
        drafts.save(&first).unwrap();
        drafts.save(&first).unwrap();
        assert_eq!(drafts.load(), vec![first.clone()]);
        drafts.remove(first.id).unwrap();
        drafts.remove(first.id).unwrap();
        assert!(drafts.load().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_a_draft() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(&Paths::in_folder(folder.path()));
        let draft = draft("x");
        drafts.save(&draft).unwrap();
        let mode = |p: PathBuf| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(drafts.path(draft.id)), 0o600);
        assert_eq!(mode(drafts.folder.clone()), 0o700);
    }

    #[test]
    fn a_file_that_is_no_draft_stops_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(&Paths::in_folder(folder.path()));
        drafts.save(&draft("x")).unwrap();
        fs::write(drafts.folder.join("broken.json"), b"{").unwrap();
        assert_eq!(drafts.load().len(), 1);
        assert!(drafts.folder.join("broken.json").exists());
    }
}
