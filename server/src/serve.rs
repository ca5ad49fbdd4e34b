//! Serving: the API over a bound port until a signal comes.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use gridwhistle_http::messages::Message;
use gridwhistle_http::state::State;
use gridwhistle_http::{flood, metrics, serve as http};
use gridwhistle_service::{Forwarder, Service};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::{
    DEFAULT_DATA_DIR, DatabaseOptions, DemoOptions, ServeOptions, TickerOptions, WebhookOptions,
    print,
};
use crate::messages::{self, say, text};
use crate::webhook::{self, Webhook};
use crate::{demo as county, files, tick};

/// How often other servers' changes of reference data are looked for.
const REFRESH: Duration = Duration::from_millis(250);

/// The longest pause before cases whose deadlines could not follow are tried again.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How often old idempotency keys are looked for.
const PRUNE: Duration = Duration::from_hours(1);
/// The pause between two batches of old keys: filing comes first.
const PRUNE_PAUSE: Duration = Duration::from_millis(200);

/// Structured lines on standard error; `GRIDWHISTLE_LOG` chooses how much.
pub fn log_to_stderr() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("GRIDWHISTLE_LOG").unwrap_or_else(|_| {
            tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn")
        });
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// `gridwhistle serve`.
pub async fn run(options: &ServeOptions) -> anyhow::Result<()> {
    let listener = bind(options.listen).await?;
    let clock = options.clock.clock();
    if options.clock.clock_start.is_some() {
        tracing::warn!(now = %clock.now(), rate = options.clock.clock_rate, "a trial clock: what is recorded is not the time of the world");
    }
    let webhook = webhook(&options.webhook)?;
    let service = files::open_by(&options.database, clock).await?;
    let base_url = base_url(&listener, options.base_url.as_deref())?;
    let floods = if options.no_flood_limits {
        flood::FloodSettings {
            requests: None,
            logins: None,
        }
    } else {
        flood::FloodSettings::default()
    };
    // Whoever reads the address may stop the server at once.
    let signalled = stop_signal()?;
    print(&serde_json::json!({ "listening": base_url }).to_string());
    let settings = Settings {
        floods: &floods,
        key_days: options.idempotency_days,
        notice_days: options.notice_days,
        ticker: ticker_interval(&options.ticker),
        webhook,
    };
    until_signal(listener, service, base_url, settings, signalled).await
}

/// How often what has become due is looked for; never where that is left to others.
fn ticker_interval(options: &TickerOptions) -> Option<Duration> {
    (!options.no_ticker).then(|| Duration::from_millis(options.ticker_interval_ms))
}

/// Where notices are posted to, if anywhere.
fn webhook(options: &WebhookOptions) -> anyhow::Result<Option<Webhook>> {
    let patience = Duration::from_millis(options.notice_webhook_timeout_ms);
    let named = options.notice_webhook.as_ref();
    named
        .zip(options.notice_webhook_secret_file.as_ref())
        .map(|(url, secret)| Webhook::open(url, secret, patience))
        .transpose()
}

/// How the server serves.
struct Settings<'a> {
    floods: &'a flood::FloodSettings,
    /// So many days idempotency keys are remembered.
    key_days: u16,
    /// So many days notices are kept.
    notice_days: u16,
    /// How often what has become due is looked for.
    ticker: Option<Duration>,
    /// Where notices are posted to.
    webhook: Option<Webhook>,
}

/// `gridwhistle demo`.
pub async fn demo(options: &DemoOptions) -> anyhow::Result<()> {
    let listener = bind(options.listen).await?;
    let base_url = base_url(&listener, None)?;
    files::make_folder(&options.data_dir)?;
    if !options.data_dir.join("gridwhistle.db").exists() {
        // In a process of its own: what living through four months takes is given back.
        let status = tokio::process::Command::new(std::env::current_exe()?)
            .args(["demo-history", "--lang", messages::chosen().tag()])
            .arg("--data-dir")
            .arg(&options.data_dir)
            .args(["--listen", &options.listen.to_string()])
            .args(["--cases", &options.cases.to_string()])
            .args(options.grids.map(|n| format!("--grids={n}")))
            .kill_on_drop(true)
            .status()
            .await
            .with_context(|| say("demo-failed"))?;
        anyhow::ensure!(status.success(), say("demo-failed"));
    }
    prepare(options, &base_url).await?;
    let database = DatabaseOptions {
        data_dir: options.data_dir.clone(),
        database_url: None,
    };
    let service = files::open(&database).await?;
    let signalled = stop_signal()?;
    let file = options.data_dir.join("demo.json");
    let serving = Message::new("demo-serving")
        .with("base", base_url.clone())
        .with("accounts", file.display().to_string())
        .with("client", client_command(&options.data_dir));
    print(&text(&serving));
    // The demo's user tries things quickly and from one address.
    let floods = flood::FloodSettings {
        logins: None,
        ..flood::FloodSettings::default()
    };
    let settings = Settings {
        floods: &floods,
        key_days: gridwhistle_service::KEY_DAYS,
        notice_days: gridwhistle_service::NOTICE_DAYS,
        ticker: Some(tick::INTERVAL),
        webhook: None,
    };
    until_signal(listener, service, base_url, settings, signalled).await
}

/// How the client is started beside the demo: from where this program was, and told of the accounts where it would
/// not look for them by itself.
fn client_command(data_dir: &Path) -> String {
    let program = std::env::args_os().next().map(PathBuf::from);
    let client = program.unwrap_or_default().with_file_name("whistle");
    let mut command = format!("{} --demo grid_worker", quoted(&client));
    if data_dir != Path::new(DEFAULT_DATA_DIR) {
        let file = quoted(&data_dir.join("demo.json"));
        // Writing to a string cannot fail.
        _ = write!(command, " --demo-file {file}");
    }
    command
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// `gridwhistle demo-history`.
pub async fn demo_history(options: &DemoOptions) -> anyhow::Result<()> {
    files::make_folder(&options.data_dir)?;
    prepare(options, &format!("http://{}", options.listen)).await
}

/// Makes what is missing of the demo and writes down its accounts.
async fn prepare(options: &DemoOptions, base_url: &str) -> anyhow::Result<()> {
    let link_key = files::link_key(&options.data_dir)?;
    let county = county::DemoOptions {
        data_dir: options.data_dir.clone(),
        cases: options.cases,
        grids: options.grids,
    };
    county::prepare(&county, base_url, link_key).await?;
    Ok(())
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|error| {
        let (key, reason) = match error.kind() {
            std::io::ErrorKind::AddrInUse => ("address-taken", String::new()),
            std::io::ErrorKind::PermissionDenied => ("address-forbidden", String::new()),
            _ => ("address-unusable", error.to_string()),
        };
        let message = Message::new(key)
            .with("listen", listen.to_string())
            .with("ip", listen.ip().to_string())
            .with("reason", reason);
        messages::failure(&message)
    })
}

fn base_url(listener: &TcpListener, given: Option<&str>) -> anyhow::Result<String> {
    match given {
        Some(url) => Ok(url.trim_end_matches('/').to_owned()),
        None => Ok(format!("http://{}", listener.local_addr()?)),
    }
}

async fn until_signal(
    listener: TcpListener,
    service: Service,
    base_url: String,
    how: Settings<'_>,
    signalled: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let (stopping, stop) = watch::channel(false);
    let service = Arc::new(service);
    let state = State {
        service: service.clone(),
        floods: flood::Floods::new(how.floods),
        base_url: base_url.into(),
        stop,
    };
    let metrics = metrics::Metrics::new();
    let settings = http::ServeSettings {
        open: metrics.connections(),
        ..http::ServeSettings::default()
    };
    let app = gridwhistle_http::application(state, &metrics, env!("CARGO_PKG_VERSION"));
    // Before anything happens by itself that would be told.
    let forwarding = match how.webhook {
        Some(webhook) => {
            let forwarder = Arc::new(Forwarder::new(webhook));
            forwarder.begin(&service).await?;
            let figures = webhook::WebhookFigures::register(&metrics);
            let task = webhook::forward(service.clone(), forwarder.clone(), figures);
            Some((tokio::spawn(task), forwarder))
        }
        None => None,
    };
    let refreshing = tokio::spawn(refresh(service.clone()));
    let following = how
        .ticker
        .map(|every| tokio::spawn(follow(service.clone(), every)));
    let pruning = tokio::spawn(prune(service.clone(), how.key_days, how.notice_days));
    let figures = tick::TickerFigures::register(&metrics);
    let ticking = how
        .ticker
        .map(|every| tokio::spawn(tick::every(service.clone(), every, figures)));
    let stop = async move {
        signalled.await;
        tracing::info!("stopping: finishing what is in work");
        // Live streams end now, so that nothing waits for them.
        stopping.send_replace(true);
    };
    tracing::info!("serving");
    http::serve(listener, app, stop, settings)
        .await
        .with_context(|| say("server-stopped"))?;
    refreshing.abort();
    pruning.abort();
    for task in [ticking, following].into_iter().flatten() {
        task.abort();
    }
    if let Some((forwarding, forwarder)) = forwarding {
        forwarding.abort();
        // What it was about to note is noted or not when it has ended; then it is free.
        let _ = forwarding.await;
        if let Err(error) = forwarder.release(&service).await {
            tracing::warn!(%error, "the webhook is free for other servers only after some seconds");
        }
    }
    Ok(())
}

/// Follows changes of reference data that other servers make.
async fn refresh(service: Arc<Service>) {
    let mut every = tokio::time::interval(REFRESH);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = service.refresh_reference().await {
            tracing::warn!(%error, "reference data could not be read again; the old data stays in use");
        }
    }
}

/// Lets the open deadlines follow amended calendars and working times; where cases fail, after a pause that grows.
async fn follow(service: Arc<Service>, every: Duration) {
    let mut pause = every;
    loop {
        let failed = match service.recalculate().await {
            Ok(done) => done.is_some_and(|sum| sum.failed > 0),
            Err(error) => {
                tracing::warn!(%error, "the open deadlines could not follow the calendar; it is tried again");
                false
            }
        };
        pause = if failed {
            pause.saturating_mul(2).min(LONGEST_PAUSE.max(every))
        } else {
            every
        };
        tokio::time::sleep(pause).await;
    }
}

/// Forgets idempotency keys and notices after their time, a few at once.
async fn prune(service: Arc<Service>, key_days: u16, notice_days: u16) {
    let mut every = tokio::time::interval(PRUNE);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        let (mut keys, mut notices) = (true, true);
        while keys || notices {
            if keys {
                keys = more(service.prune_keys(key_days).await);
            }
            if notices {
                notices = more(service.prune_notices(notice_days).await);
            }
            tokio::time::sleep(PRUNE_PAUSE).await;
        }
    }
}

/// Whether there is more that is old; what cannot be removed stays until the next time.
fn more(pruned: Result<bool, gridwhistle_service::ServiceError>) -> bool {
    pruned.unwrap_or_else(|error| {
        tracing::warn!(%error, "what is old could not be removed; it stays until the next hour");
        false
    })
}

/// Listens for the signals that stop the server, from now on; the future resolves when one comes.
#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for the signal that stops the server.
#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
