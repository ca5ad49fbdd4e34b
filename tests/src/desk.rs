//! Somebody at the terminal client, who works it by keys and reads what it shows.

use std::{
    ops::Deref,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::bail;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{Server, Terminal, binary};

/// How long a list may take to show what another person has just done. Generous: machines that
/// test are busy.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often somebody who waits for it asks the client to look again.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// `whistle` in a terminal of 80x24, in Chinese unless said otherwise, with a home of its own; it ends with this value.
pub struct Desk {
    terminal: Terminal,
    _home: Option<TempDir>,
}

/// The language of most stories.
const CHINESE: &str = "zh-CN";

impl Desk {
    /// Opens the client before anybody has logged in; `None` where tmux is missing.
    pub fn unknown(server: &Server) -> anyhow::Result<Option<Self>> {
        let home = tempfile::tempdir()?;
        let terminal = open(home.path(), &["--server", &server.url()], CHINESE)?;
        Ok(terminal.map(|terminal| Self {
            terminal,
            _home: Some(home),
        }))
    }

    /// Opens the client as one of the accounts; `None` where tmux is missing.
    pub fn of(server: &Server, account: &str) -> anyhow::Result<Option<Self>> {
        let home = tempfile::tempdir()?;
        let desk = Self::at(server, home.path(), account)?;
        Ok(desk.map(|desk| Self {
            _home: Some(home),
            ..desk
        }))
    }

    /// The same in another language.
    pub fn speaking(server: &Server, account: &str, lang: &str) -> anyhow::Result<Option<Self>> {
        let home = tempfile::tempdir()?;
        let accounts = server.write_accounts()?.display().to_string();
        let arguments = ["--demo", account, "--demo-file", accounts.as_str()];
        let terminal = open(home.path(), &arguments, lang)?;
        Ok(terminal.map(|terminal| Self {
            terminal,
            _home: Some(home),
        }))
    }

    /// The same in a home that outlives the client.
    pub fn at(server: &Server, home: &Path, account: &str) -> anyhow::Result<Option<Self>> {
        let accounts = server.write_accounts()?.display().to_string();
        let arguments = ["--demo", account, "--demo-file", accounts.as_str()];
        let terminal = open(home, &arguments, CHINESE)?;
        Ok(terminal.map(|terminal| Self {
            terminal,
            _home: None,
        }))
    }

    /// Waits for something that another person or the server does, refreshing the page now and
    /// then as a person would, and returns the screen.
    pub async fn look_for(&self, text: &str) -> anyhow::Result<String> {
        self.look_until(&format!("{text:?}"), |screen| screen.contains(text))
            .await
    }

    /// The same until the screen is as wanted; `wanted` names that in the error.
    pub async fn look_until(
        &self,
        wanted: &str,
        arrived: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        let begun = Instant::now();
        let mut looked = begun;
        loop {
            let screen = self.terminal.screen()?;
            if arrived(&screen) {
                return Ok(screen);
            }
            if begun.elapsed() > PATIENCE {
                bail!("waited {PATIENCE:?} for {wanted}; the screen is:\n{screen}");
            }
            if looked.elapsed() > LOOK_AGAIN {
                self.terminal.keys(&["F5"])?;
                looked = Instant::now();
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Opens the list of the first screen that has this number and name, and in it the first case;
    /// waits for it to come, and returns the screen of the case.
    pub async fn open_first(&self, part: &str, case: &str) -> anyhow::Result<String> {
        self.look_for(part).await?;
        let number = part.split(' ').next().unwrap_or_default();
        self.terminal.keys(&[number, "Right"])?;
        self.look_for(case).await?;
        self.terminal.keys(&["Enter"])?;
        self.terminal.wait_for("现在可做").await
    }

    /// Presses the number of an action that the open case offers.
    pub async fn choose(&self, action: &str) -> anyhow::Result<()> {
        let screen = self
            .terminal
            .wait_until(&format!("the action {action}"), |screen| {
                number_of(screen, action).is_some()
            })
            .await?;
        let number = number_of(&screen, action).unwrap_or_default();
        self.terminal.keys(&[&number])
    }

    /// Chooses an action that asks for something, and waits for its form.
    pub async fn choose_form(&self, action: &str) -> anyhow::Result<String> {
        self.choose(action).await?;
        self.terminal.wait_for(&format!("┌ {action} ")).await
    }

    /// Sends the open form by F9 and waits until the case has taken the action.
    pub async fn submit(&self, action: &str) -> anyhow::Result<String> {
        self.terminal.keys(&["F9"])?;
        self.done(action).await
    }

    /// The same for an action for good, which is confirmed once more.
    pub async fn submit_for_good(&self, action: &str) -> anyhow::Result<String> {
        self.terminal.keys(&["F9"])?;
        self.terminal.wait_for("再按一次 Enter 确认").await?;
        self.terminal.keys(&["Enter"])?;
        self.done(action).await
    }

    /// Waits until the client says that the action is done and offers it no more: only then are
    /// the numbers of the other actions those of the new stage.
    pub async fn done(&self, action: &str) -> anyhow::Result<String> {
        let notice = format!("已完成：{action}");
        self.terminal
            .wait_until(&format!("{notice} and its end"), |screen| {
                screen.contains(&notice) && number_of(screen, action).is_none()
            })
            .await
    }

    /// Goes on to the next field, which has this name.
    pub async fn next(&self, field: &str) -> anyhow::Result<()> {
        self.terminal.keys(&["Tab"])?;
        self.at_field(field).await
    }

    /// Waits until this field has the keyboard.
    pub async fn at_field(&self, field: &str) -> anyhow::Result<()> {
        self.terminal.wait_for(&format!("▸{field}")).await.map(drop)
    }

    /// Types into the field that has the keyboard, and waits until it stands there.
    pub async fn fill(&self, text: &str) -> anyhow::Result<()> {
        self.terminal.text(text)?;
        self.terminal.wait_for(text).await.map(drop)
    }

    /// Opens the list of the field, finds an entry by its initials, and takes it: a text of the
    /// field then.
    pub async fn pick(&self, initials: &str, entry: &str) -> anyhow::Result<()> {
        self.terminal.keys(&["Enter"])?;
        self.terminal.wait_for("拼音首字母").await?;
        self.terminal.text(initials)?;
        self.terminal
            .wait_until(&format!("{entry} alone for {initials}"), |screen| {
                screen.contains(&format!(": {initials}"))
                    && screen.contains(" 1/")
                    && screen.contains(entry)
            })
            .await?;
        self.terminal.keys(&["Enter"])?;
        self.terminal.wait_without("拼音首字母").await?;
        self.terminal.wait_for(entry).await.map(drop)
    }

    /// Reads the page in English, which must show all of these, and goes back to Chinese, which
    /// must show this again.
    pub async fn in_english(&self, english: &[&str], chinese: &str) -> anyhow::Result<()> {
        self.terminal.keys(&["F8"])?;
        for text in english {
            self.terminal.wait_for(text).await?;
        }
        self.terminal.keys(&["F8"])?;
        self.terminal.wait_for(chinese).await.map(drop)
    }
}

impl Deref for Desk {
    type Target = Terminal;

    fn deref(&self) -> &Terminal {
        &self.terminal
    }
}

fn open(home: &Path, arguments: &[&str], lang: &str) -> anyhow::Result<Option<Terminal>> {
    let home = home.display().to_string();
    let environment = [
        ("HOME", home.as_str()),
        ("XDG_CONFIG_HOME", ""),
        ("XDG_DATA_HOME", ""),
        ("XDG_STATE_HOME", ""),
        ("LC_ALL", "C.UTF-8"),
        ("WHISTLE_LANG", lang),
    ];
    let arguments = arguments.iter().chain(&["--color", "never"]);
    Terminal::start(80, 24, binary("whistle")?, arguments, &environment)
}

/// The number before an action in the right column of a case: `… │ 3 派哨` → `3`. The action's
/// name may be followed by whom it is for.
fn number_of(screen: &str, action: &str) -> Option<String> {
    screen.lines().find_map(|line| {
        let (_, offer) = line.rsplit_once('│')?;
        let (number, name) = offer.trim().split_once(' ')?;
        let same = name == action || name.strip_prefix(action)?.starts_with(' ');
        (same && number.parse::<u8>().is_ok()).then(|| number.to_owned())
    })
}
