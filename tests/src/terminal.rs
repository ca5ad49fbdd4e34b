//! A real terminal, driven through tmux.

use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::tool;

/// How long a text may take to appear. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program in a terminal of its own. It ends with this value.
pub struct Terminal {
    tmux: PathBuf,
    folder: TempDir,
}

impl Terminal {
    /// Runs `program` in a terminal of this size; `None` where tmux is missing, after saying so.
    pub fn start<A: AsRef<OsStr>>(
        columns: u16,
        rows: u16,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
        environment: &[(&str, &str)],
    ) -> anyhow::Result<Option<Self>> {
        let Some(tmux) = tool::require_tool("tmux") else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new()
            .prefix("gridwhistle-tmux-")
            .tempdir()?;
        fs::write(
            folder.path().join("tmux.conf"),
            "set -g status off\n\
             set -g remain-on-exit on\n\
             set -g remain-on-exit-format ''\n\
             set -g default-terminal screen-256color\n\
             set -g escape-time 10\n\
             set -g history-limit 0\n",
        )?;
        let terminal = Self { tmux, folder };
        let mut command = terminal.command();
        command
            .args(["-f", &terminal.path("tmux.conf")])
            .args(["new-session", "-d", "-s", "test"])
            .args(["-x", &columns.to_string(), "-y", &rows.to_string()]);
        for (name, value) in environment {
            command.args(["-e", &format!("{name}={value}")]);
        }
        // The shell notes the exit status: tmux sometimes misses the end of a program.
        command
            .args(["--", "sh", "-c"])
            .arg("trap : INT QUIT; file=$1; shift; \"$@\"; echo $? >\"$file\"")
            .arg("terminal")
            .arg(terminal.path("status"))
            .arg(program);
        for argument in arguments {
            command.arg(argument);
        }
        let status = command.stdin(Stdio::null()).status()?;
        if !status.success() {
            bail!("tmux does not start: {status}");
        }
        Ok(Some(terminal))
    }

    /// Types text as it is.
    pub fn text(&self, text: &str) -> anyhow::Result<()> {
        self.tmux(&["send-keys", "-t", "test", "-l", "--", text])
            .map(drop)
    }

    /// Presses keys by tmux's names: `Enter`, `Escape`, `Tab`, `Up`, `F2`, `C-c`, `PageDown`.
    pub fn keys(&self, keys: &[&str]) -> anyhow::Result<()> {
        let mut arguments = vec!["send-keys", "-t", "test", "--"];
        arguments.extend(keys);
        self.tmux(&arguments).map(drop)
    }

    /// Pastes text, bracketed where the program asked for that.
    pub fn paste(&self, text: &str) -> anyhow::Result<()> {
        self.tmux(&["set-buffer", "--", text])?;
        self.tmux(&["paste-buffer", "-p", "-t", "test"]).map(drop)
    }

    /// Changes the size.
    pub fn resize(&self, columns: u16, rows: u16) -> anyhow::Result<()> {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        self.tmux(&["resize-window", "-t", "test", "-x", &columns, "-y", &rows])
            .map(drop)
    }

    /// The screen as text, one line a row, without trailing blanks.
    pub fn screen(&self) -> anyhow::Result<String> {
        self.tmux(&["capture-pane", "-p", "-t", "test"])
    }

    /// The screen with its colours, as ANSI escape sequences.
    pub fn screen_ansi(&self) -> anyhow::Result<String> {
        self.tmux(&["capture-pane", "-p", "-e", "-t", "test"])
    }

    /// Column and row of the cursor, from 0.
    pub fn cursor(&self) -> anyhow::Result<(u16, u16)> {
        let answer = self.display("#{cursor_x} #{cursor_y}")?;
        let (x, y) = answer.split_once(' ').context("tmux tells no cursor")?;
        Ok((x.parse()?, y.parse()?))
    }

    /// Waits until the screen shows a text, and returns the screen.
    pub async fn wait_for(&self, text: &str) -> anyhow::Result<String> {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text))
            .await
    }

    /// Waits until the screen no longer shows a text, and returns the screen.
    pub async fn wait_without(&self, text: &str) -> anyhow::Result<String> {
        self.wait_until(&format!("no {text:?}"), |screen| !screen.contains(text))
            .await
    }

    /// Waits until the screen is as wanted, and returns it; `wanted` names that in the error.
    pub async fn wait_until(
        &self,
        wanted: &str,
        arrived: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        let begun = Instant::now();
        loop {
            let screen = self.screen()?;
            if arrived(&screen) {
                return Ok(screen);
            }
            if begun.elapsed() > PATIENCE {
                bail!("waited {PATIENCE:?} for {wanted}; the screen is:\n{screen}");
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until the cursor stands at this column and row, from 0.
    pub async fn wait_for_cursor(&self, column: u16, row: u16) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let cursor = self.cursor()?;
            if cursor == (column, row) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "waited {PATIENCE:?} for the cursor at {:?}, it is at {cursor:?}:\n{}",
                    (column, row),
                    self.screen()?
                );
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits for the program's end and returns its exit status, or 128 and the signal's number.
    pub async fn wait_for_exit(&self) -> anyhow::Result<i32> {
        let path = self.path("status");
        let begun = Instant::now();
        loop {
            let status = fs::read_to_string(&path).unwrap_or_default();
            if let Some(status) = status.strip_suffix('\n') {
                return Ok(status.parse()?);
            }
            if begun.elapsed() > PATIENCE {
                bail!("still running after {PATIENCE:?}:\n{}", self.screen()?);
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    fn display(&self, format: &str) -> anyhow::Result<String> {
        let answer = self.tmux(&["display-message", "-p", "-t", "test", format])?;
        Ok(answer.trim().to_owned())
    }

    fn tmux(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command().args(arguments).output()?;
        if !output.status.success() {
            bail!(
                "tmux {}: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.tmux);
        // A socket of its own: the tester's tmux, if there is one, is not touched.
        command
            .args(["-u", "-S", &self.path("socket")])
            .env_remove("TMUX")
            .env("LC_ALL", "C.UTF-8");
        command
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").output();
    }
}
