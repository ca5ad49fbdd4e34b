//! A private `PostgreSQL` cluster for one test process.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::{
        fs::chown,
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection};

use crate::tool;

/// The address of a server to use instead of a private cluster: its user must be allowed to create
/// databases.
const URL: &str = "GRIDWHISTLE_TEST_POSTGRES_URL";

/// The password of the private cluster. It must never be seen in a log, hence its looks.
pub(crate) const PASSWORD: &str = "postgres-password-canary";

/// A `PostgreSQL` server that tests may create databases in.
pub struct Cluster {
    /// The address without a database, as in `postgres://user:password@127.0.0.1:5433`.
    server: String,
    /// What follows the database in the address, as in `?sslmode=require`.
    parameters: String,
    /// Keeps the cluster alive: it ends itself when its input does, however this process ends.
    _guard: Option<Child>,
}

impl Cluster {
    /// The cluster of this process, started at the first call; `None` where `PostgreSQL` is missing,
    /// after saying so.
    pub fn shared() -> anyhow::Result<Option<&'static Self>> {
        static CLUSTER: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();

        match CLUSTER.get_or_init(|| Self::find().map_err(|error| format!("{error:#}"))) {
            Ok(Some(cluster)) => Ok(Some(cluster)),
            Ok(None) => {
                tool::missing(&format!("PostgreSQL is not installed and {URL} is not set"));
                Ok(None)
            }
            Err(error) => bail!("PostgreSQL does not start: {error}"),
        }
    }

    /// Creates an empty database and returns its address.
    pub async fn create_database(&self) -> anyhow::Result<String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("gridwhistle_e2e_{}_{number}", std::process::id());
        self.administer(format!("CREATE DATABASE {name}")).await?;
        Ok(format!("{}/{name}{}", self.server, self.parameters))
    }

    /// Removes a database that [`Self::create_database`] made, with whoever is connected to it.
    pub async fn drop_database(&self, url: &str) -> anyhow::Result<()> {
        let name = url
            .trim_start_matches(&self.server)
            .trim_start_matches('/')
            .trim_end_matches(&self.parameters);
        self.administer(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await
    }

    async fn administer(&self, statement: String) -> anyhow::Result<()> {
        let url = format!("{}/postgres{}", self.server, self.parameters);
        let mut connection = PgConnection::connect(&url).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(())
    }

    fn find() -> anyhow::Result<Option<Self>> {
        if let Ok(url) = env::var(URL) {
            return Ok(Some(Self::outside(&url)?));
        }
        match installed() {
            Some(folder) => Ok(Some(Self::private(&folder)?)),
            None => Ok(None),
        }
    }

    /// The server behind an address such as `postgres://user:password@host:5432/any?sslmode=…`.
    fn outside(url: &str) -> anyhow::Result<Self> {
        let (address, parameters) = match url.split_once('?') {
            Some((address, parameters)) => (address, format!("?{parameters}")),
            None => (url, String::new()),
        };
        let (scheme, rest) = address
            .split_once("://")
            .with_context(|| format!("{URL} is no address of the form postgres://…"))?;
        let host = rest.split('/').next().unwrap_or_default();
        Ok(Self {
            server: format!("{scheme}://{host}"),
            parameters,
            _guard: None,
        })
    }

    fn private(binaries: &Path) -> anyhow::Result<Self> {
        let account = account()?;
        // The cluster removes its own folder at its end, this process may be gone by then.
        let folder = tempfile::Builder::new()
            .prefix("gridwhistle-postgres-")
            .tempdir()?
            .keep();
        let secret = folder.join("password");
        fs::write(&secret, PASSWORD)?;
        if let Some(Account { uid, gid, .. }) = account {
            chown(&folder, Some(uid), Some(gid))?;
            chown(&secret, Some(uid), Some(gid))?;
        }
        let data = folder.join("data");
        let made = as_account(account.as_ref(), &binaries.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .arg("--pwfile")
            .arg(&secret)
            .args(["--username", "gridwhistle", "--auth", "scram-sha-256"])
            .args(["--encoding", "UTF8", "--no-locale"])
            .args(["--data-checksums", "--no-sync"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        // Another program may take the port between the choice and the start.
        let mut attempts = 0;
        loop {
            attempts += 1;
            match Self::start(binaries, account.as_ref(), &folder) {
                Ok(cluster) => return Ok(cluster),
                Err(error) if attempts == 3 => return Err(error),
                Err(_) => {}
            }
        }
    }

    fn start(binaries: &Path, account: Option<&Account>, folder: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let log = folder.join("log");
        // PostgreSQL lives as long as the input of this shell, a pipe that this process holds and
        // the system closes; `kill -INT` asks for a fast stop.
        let script = r#"
            "$1/postgres" -D "$2/data" -p "$3" -k "$2" \
                -c listen_addresses=127.0.0.1 -c max_connections=300 >"$2/log" 2>&1 &
            postgres=$!
            (cat >/dev/null; kill -INT $postgres 2>/dev/null) <&3 &
            wait $postgres
            status=$?
            [ -e "$2/ready" ] && rm -rf "$2"
            exit $status
        "#;
        let mut guard = as_account(account, Path::new("sh"))
            .args(["-c", &format!("exec 3<&0; {script}"), "postgres-guard"])
            .args([binaries, folder])
            .arg(port.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let server = format!("postgres://gridwhistle:{PASSWORD}@127.0.0.1:{port}");
        let begun = Instant::now();
        loop {
            if let Some(status) = guard.try_wait()? {
                let said = fs::read_to_string(&log).unwrap_or_default();
                bail!(
                    "ended with {:?}/{:?}: {said}",
                    status.code(),
                    status.signal()
                );
            }
            // PostgreSQL writes this file's last line once it takes connections.
            let state = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
            if state.lines().last().is_some_and(|l| l.trim() == "ready") {
                break;
            }
            if begun.elapsed() > Duration::from_mins(1) {
                bail!("PostgreSQL is not ready after 60 s");
            }
            thread::sleep(Duration::from_millis(20));
        }
        fs::write(folder.join("ready"), "")?;
        Ok(Self {
            server,
            parameters: String::new(),
            _guard: Some(guard),
        })
    }
}

/// An account without privileges.
struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

/// Whom `PostgreSQL` runs as: it refuses to run as root. `None` stands for the present user.
fn account() -> anyhow::Result<Option<Account>> {
    let id = Command::new("id").arg("-u").output()?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    for wanted in ["postgres", "nobody"] {
        for line in accounts.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            if let [name, _, uid, gid, ..] = fields[..]
                && name == wanted
            {
                return Ok(Some(Account {
                    name: name.to_owned(),
                    uid: uid.parse()?,
                    gid: gid.parse()?,
                }));
            }
        }
    }
    bail!("PostgreSQL must not run as root, and there is no account postgres or nobody")
}

fn as_account(account: Option<&Account>, program: &Path) -> Command {
    match account {
        None => Command::new(program),
        Some(Account { name, .. }) => {
            let mut command = Command::new("runuser");
            command.args(["-u", name, "--"]).arg(program);
            command
        }
    }
}

/// The folder of the newest installed server's programs.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max()
        .map(|(_, folder)| folder);
    debian.or_else(|| {
        let folder = tool::on_path("initdb")?.parent()?.to_owned();
        folder.join("postgres").is_file().then_some(folder)
    })
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
