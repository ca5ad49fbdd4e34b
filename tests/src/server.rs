//! The real server as a process.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{Api, Database, Log, binary, cluster, load, town};

/// How long a server may take until it is ready. Generous: machines that test are busy.
const READY: Duration = Duration::from_mins(5);
/// How long a server may take to stop when it is asked to.
const STOP: Duration = Duration::from_mins(1);
/// The argument that says what a trial clock shows at the start.
const CLOCK_START: &str = "--clock-start";

/// Somebody who has an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What the person logs in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// The post held.
    pub post: String,
    /// The place or unit of the post.
    pub scope: String,
}

/// How a server is to be started.
pub struct ServerBuilder {
    database: Database,
    command: &'static str,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    secrets: Vec<String>,
    town: bool,
}

/// A server under test. It ends with this value.
pub struct Server {
    builder: ServerBuilder,
    child: Option<Child>,
    folder: TempDir,
    listen: String,
    starts: u32,
}

impl ServerBuilder {
    /// Adds an argument after those of the harness.
    #[must_use]
    pub fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Lets one address send as many requests as it can.
    #[must_use]
    pub fn without_flood_limits(self) -> Self {
        self.arg("--no-flood-limits")
    }

    /// Lets the server live by a trial clock that shows this moment when it starts, and goes on at the machine's pace.
    #[must_use]
    pub fn at(self, moment: &str) -> Self {
        self.arg("--trial-clock").arg(CLOCK_START).arg(moment)
    }

    /// Names what must not be in the log: a name, a telephone number.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Starts the server on a free port and waits until it takes requests.
    pub async fn start(self) -> anyhow::Result<Server> {
        let folder = tempfile::Builder::new()
            .prefix("gridwhistle-e2e-")
            .tempdir()?;
        let mut server = Server {
            builder: self,
            child: None,
            folder,
            listen: "127.0.0.1:0".to_owned(),
            starts: 0,
        };
        if server.builder.town {
            server.settle().await?;
        }
        server.restart().await?;
        Ok(server)
    }
}

impl Server {
    /// `gridwhistle serve`: a server without anything in its database.
    pub fn empty(database: Database) -> ServerBuilder {
        Self::builder("serve", database)
    }

    /// `gridwhistle serve` with the shipped reference data, four grids of a town and somebody in
    /// each post, all brought in by the server's own subcommands.
    pub fn town(database: Database) -> ServerBuilder {
        let builder = Self::builder("serve", database);
        ServerBuilder {
            town: true,
            ..builder
        }
    }

    /// `gridwhistle demo`: the demo county and its accounts, with `cases` cases of history, on the
    /// embedded database.
    pub fn demo(cases: u32) -> ServerBuilder {
        Self::builder("demo", Database::sqlite())
            .arg("--cases")
            .arg(&cases.to_string())
    }

    fn builder(command: &'static str, database: Database) -> ServerBuilder {
        ServerBuilder {
            database,
            command,
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            secrets: vec![cluster::PASSWORD.to_owned()],
            town: false,
        }
    }

    /// The address, as in `http://127.0.0.1:34567`.
    pub fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// The address of its database, as a store opens it.
    pub fn database_url(&self) -> String {
        let embedded = || {
            format!(
                "sqlite://{}?mode=rwc",
                self.data_dir().join("gridwhistle.db").display()
            )
        };
        self.builder
            .database
            .url()
            .map_or_else(embedded, str::to_owned)
    }

    /// The folder of the server's data.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A caller without a session.
    pub fn api(&self) -> anyhow::Result<Api> {
        Api::new(&self.url())
    }

    /// The process id, while the server runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// The bytes of memory that the process holds (resident set), as Linux counts them.
    pub fn memory(&self) -> anyhow::Result<u64> {
        let pid = self.pid().context("the server does not run")?;
        load::memory_of(pid, "VmRSS")
    }

    /// Everybody who has an account: of the town, or those that the demo wrote into `demo.json`.
    pub fn accounts(&self) -> anyhow::Result<Vec<Account>> {
        if self.builder.town {
            return Ok(town::accounts());
        }
        let path = self.demo_file();
        let demo: Value = serde_json::from_str(
            &fs::read_to_string(&path).with_context(|| path.display().to_string())?,
        )?;
        let text = |account: &Value, field: &str| -> anyhow::Result<String> {
            account[field]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("demo.json: an account without {field}"))
        };
        demo["accounts"]
            .as_array()
            .context("demo.json has no accounts")?
            .iter()
            .map(|account| {
                Ok(Account {
                    username: text(account, "username")?,
                    password: text(account, "password")?,
                    post: text(account, "post")?,
                    scope: text(account, "scope")?,
                })
            })
            .collect()
    }

    /// Logs in with an account.
    pub async fn login(&self, username: &str) -> anyhow::Result<Api> {
        let account = self
            .accounts()?
            .into_iter()
            .find(|account| account.username == username)
            .with_context(|| format!("nobody is called {username}"))?;
        self.api()?
            .login(&account.username, &account.password)
            .await
    }

    /// Logs in with the first account that holds this post.
    pub async fn login_as(&self, post: &str) -> anyhow::Result<Api> {
        let account = self
            .accounts()?
            .into_iter()
            .find(|account| account.post == post)
            .with_context(|| format!("nobody is {post}"))?;
        self.login(&account.username).await
    }

    /// Asks the server to stop, and waits for its good end.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        let pid = child.id().context("the server has ended by itself")?;
        signal(pid, "TERM").await?;
        let status = timeout(STOP, child.wait())
            .await
            .with_context(|| format!("still running {STOP:?} after SIGTERM"))??;
        if !status.success() {
            bail!("ended with {status}:\n{}", self.log()?.tail());
        }
        Ok(())
    }

    /// Ends the server as a power cut would, as far as the process goes: it learns nothing.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the server does not run")?;
        child.kill().await?;
        Ok(())
    }

    /// Starts the server again, at the same address and on the same data.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        if self.child.is_some() {
            bail!("the server still runs");
        }
        self.starts += 1;
        let begun = Instant::now();
        let data = self.data_dir();
        fs::create_dir_all(&data)?;
        let (out, err) = (self.file("stdout"), self.file("stderr"));
        self.child = Some(
            self.command(self.builder.command)?
                .args(["--listen", &self.listen])
                .args(&self.builder.arguments)
                .stdout(File::create(&out)?)
                .stderr(File::create(&err)?)
                .spawn()?,
        );
        loop {
            if let Some(address) = address_in(&out) {
                self.listen = address;
                // The address is printed a moment before the server listens to signals as well.
                let ready = self.api()?.get("/readyz").send().await;
                if ready.is_ok_and(|answer| answer.status == 200) {
                    return Ok(());
                }
            }
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?,
                None => None,
            };
            if let Some(status) = ended {
                self.child = None;
                bail!(
                    "ended with {status} before it was ready:\n{}",
                    self.log()?.tail()
                );
            }
            if begun.elapsed() > READY {
                bail!("not ready after {READY:?}:\n{}", self.log()?.tail());
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Goes on at another moment, on the same data; for a server that lives by a trial clock.
    pub async fn it_is(&mut self, moment: &str) -> anyhow::Result<()> {
        let arguments = &mut self.builder.arguments;
        let named = arguments
            .iter()
            .position(|argument| argument == CLOCK_START);
        let named = named.context("the server lives by the machine's clock")?;
        moment.clone_into(&mut arguments[named + 1]);
        self.stop().await?;
        self.restart().await
    }

    /// Starts a second server beside this one on the same database, with the same accounts.
    ///
    /// The key that seals residents' links is the same, as it must be.
    pub async fn beside(&self) -> anyhow::Result<Self> {
        let Some(url) = self.builder.database.url() else {
            bail!("the embedded database has one server");
        };
        let folder = tempfile::Builder::new()
            .prefix("gridwhistle-e2e-")
            .tempdir()?;
        let data = folder.path().join("data");
        fs::create_dir_all(&data)?;
        fs::copy(self.data_dir().join("link.key"), data.join("link.key"))?;
        let mut server = Self {
            builder: ServerBuilder {
                // The first server's value removes the database.
                database: Database::Borrowed {
                    url: url.to_owned(),
                },
                command: "serve",
                arguments: self.builder.arguments.clone(),
                environment: self.builder.environment.clone(),
                secrets: self.builder.secrets.clone(),
                town: self.builder.town,
            },
            child: None,
            folder,
            listen: "127.0.0.1:0".to_owned(),
            starts: 0,
        };
        server.restart().await?;
        Ok(server)
    }

    /// What the server has printed for people since its last start.
    pub fn printed(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.file("stdout"))?)
    }

    /// Writes the accounts into a file as the demo does, for `whistle --demo-file`.
    pub fn write_accounts(&self) -> anyhow::Result<PathBuf> {
        let accounts: Vec<Value> = self
            .accounts()?
            .into_iter()
            .map(|account| {
                json!({
                    "username": account.username,
                    "password": account.password,
                    "post": account.post,
                    "scope": account.scope,
                    "name": account.username,
                })
            })
            .collect();
        let file = self.folder.path().join("accounts.json");
        let content = json!({"base_url": self.url(), "accounts": accounts});
        fs::write(&file, content.to_string())?;
        Ok(file)
    }

    /// Goes on with `gridwhistle serve` on the same data, without limits on floods.
    pub async fn serve_without_flood_limits(&mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.builder.command = "serve";
        self.builder.arguments = vec!["--no-flood-limits".to_owned()];
        self.restart().await
    }

    /// Gives the server other arguments than it was built with, from its next start on.
    pub fn set_arguments(&mut self, arguments: &[String]) {
        self.builder.arguments = arguments.to_vec();
    }

    /// Runs another subcommand of the server's binary on the same data, to its end, and returns
    /// what it printed.
    pub async fn run(&self, subcommand: &str, arguments: &[&str]) -> anyhow::Result<String> {
        self.run_with(subcommand, arguments, "").await
    }

    /// The same for a subcommand that reads its standard input.
    pub async fn run_with(
        &self,
        subcommand: &str,
        arguments: &[&str],
        input: &str,
    ) -> anyhow::Result<String> {
        let mut child = self
            .command(subcommand)?
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that reads nothing may have ended already.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!(
                "gridwhistle {subcommand} {} ended with {}:\n{}{}",
                arguments.join(" "),
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Brings in what a town needs.
    async fn settle(&self) -> anyhow::Result<()> {
        self.run("import", &["ganyu"]).await?;
        let grids = self.folder.path().join("grids.geojson");
        town::write_grids(&grids)?;
        let file = grids.display().to_string();
        self.run("import", &["grids", &file]).await?;
        for account in town::accounts() {
            let post = format!("{}@{}", account.post, account.scope);
            let name = format!("某{}", account.username);
            let arguments = ["add", &account.username, "--name", &name, "--post", &post];
            self.run_with("user", &arguments, &account.password).await?;
        }
        Ok(())
    }

    /// What the server has written since its first start; the progress that the demo tells people
    /// before it serves is left out.
    pub fn log(&self) -> anyhow::Result<Log> {
        let folder = self.folder.path();
        let mut log = String::new();
        for start in 1..=self.starts {
            let text = fs::read_to_string(folder.join(format!("stderr-{start}")))?;
            let begun = text.find("{\"").unwrap_or(0);
            log.push_str(&text[begun..]);
        }
        Ok(Log::new(log))
    }

    /// Fails if the log tells of an error, or tells a secret: see [`Log::assert_clean`].
    pub fn assert_log_clean(&self) -> anyhow::Result<()> {
        let accounts = self.accounts().unwrap_or_default();
        let passwords = accounts.iter().map(|account| account.password.as_str());
        self.log()?
            .assert_clean(passwords.chain(self.builder.secrets.iter().map(String::as_str)))
    }

    /// A subcommand of the server's binary on its data.
    pub(crate) fn command(&self, subcommand: &str) -> anyhow::Result<Command> {
        let data = self.data_dir();
        let mut command = Command::new(binary("gridwhistle")?);
        command.arg(subcommand).arg("--data-dir").arg(&data);
        if let Some(url) = self.builder.database.url() {
            command.args(["--database-url", url]);
        }
        command
            .envs(&self.builder.environment)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        Ok(command)
    }

    fn demo_file(&self) -> PathBuf {
        self.data_dir().join("demo.json")
    }

    fn file(&self, stream: &str) -> PathBuf {
        self.folder.path().join(format!("{stream}-{}", self.starts))
    }
}

/// The first address that the server has printed in a whole line: `http://HOST:PORT…` → `HOST:PORT`.
fn address_in(printed: &Path) -> Option<String> {
    let text = fs::read_to_string(printed).ok()?;
    let (whole, _) = text.rsplit_once('\n')?;
    let (_, rest) = whole.split_once("http://")?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ".:-[]".contains(c)));
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}

async fn signal(pid: u32, name: &str) -> anyhow::Result<()> {
    let status = Command::new("sh")
        .args(["-c", &format!("kill -{name} {pid}")])
        .status()
        .await?;
    if !status.success() {
        bail!("SIG{name} does not reach process {pid}");
    }
    Ok(())
}
