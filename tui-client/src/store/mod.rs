//! Files of this machine: drafts and the login. Folders are private (0700), files too (0600).

mod drafts;
mod file;
mod login;

use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};

pub use drafts::Drafts;
pub use file::write_private;
pub use login::{Demo, DemoAccount, Kept, Unusable};

/// Where things lie, by the XDG rules on every system.
#[derive(Clone, Debug)]
pub struct Paths {
    /// Drafts.
    pub data: PathBuf,
    /// The login.
    pub state: PathBuf,
}

impl Paths {
    /// `WHISTLE_DATA_DIR` for both, else `$XDG_DATA_HOME/whistle` and `$XDG_STATE_HOME/whistle`.
    pub fn of_environment() -> Self {
        if let Some(dir) = std::env::var_os("WHISTLE_DATA_DIR").filter(|d| !d.is_empty()) {
            let dir = PathBuf::from(dir);
            return Self {
                data: dir.clone(),
                state: dir,
            };
        }
        match Xdg::new() {
            Ok(xdg) => Self {
                data: xdg.data_dir().join("whistle"),
                state: xdg
                    .state_dir()
                    .unwrap_or_else(|| xdg.data_dir())
                    .join("whistle"),
            },
            // No home: beside the program's working folder, rather than nowhere.
            Err(_) => Self::in_folder(Path::new(".whistle")),
        }
    }

    pub fn in_folder(folder: &Path) -> Self {
        Self {
            data: folder.to_owned(),
            state: folder.to_owned(),
        }
    }
}
