//! Serving: the API over a bound port until a signal comes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use gridwhistle_http::state::State;
use gridwhistle_http::{flood, metrics, serve as http};
use gridwhistle_service::Service;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::{DatabaseOptions, DemoOptions, ServeOptions, print};
use crate::{demo as county, files};

/// How often other servers' changes of reference data are looked for.
const REFRESH: Duration = Duration::from_secs(1);

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
    let service = files::open(&options.database).await?;
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
    until_signal(listener, service, base_url, &floods, signalled).await
}

/// `gridwhistle demo`.
pub async fn demo(options: &DemoOptions) -> anyhow::Result<()> {
    let listener = bind(options.listen).await?;
    let base_url = base_url(&listener, None)?;
    files::make_folder(&options.data_dir)?;
    if !options.data_dir.join("gridwhistle.db").exists() {
        // In a process of its own: what living through four months takes is given back.
        let status = tokio::process::Command::new(std::env::current_exe()?)
            .arg("demo-history")
            .arg("--data-dir")
            .arg(&options.data_dir)
            .args(["--listen", &options.listen.to_string()])
            .args(["--cases", &options.cases.to_string()])
            .args(options.grids.map(|n| format!("--grids={n}")))
            .kill_on_drop(true)
            .status()
            .await
            .context("the demo's history cannot be made")?;
        anyhow::ensure!(
            status.success(),
            "the demo's history was not made; the messages above say why"
        );
    }
    prepare(options, &base_url).await?;
    let database = DatabaseOptions {
        data_dir: options.data_dir.clone(),
        database_url: None,
    };
    let service = files::open(&database).await?;
    let signalled = stop_signal()?;
    let file = options.data_dir.join("demo.json");
    print(&format!(
        "GridWhistle 网格哨 · {county_name}\n\
         \n\
         API            {base_url}/api/v1\n\
         Documentation  {base_url}/docs\n\
         Accounts       {accounts}\n\
         \n\
         Terminal client, in another terminal:\n\
         \n\
         target/release/whistle --demo grid_worker\n\
         \n\
         Other accounts: registrar, dispatcher, unit_leader, supervisor, … (see the file above).\n\
         Boundaries are schematic (示意边界). Ctrl-C stops the server; the data stays.",
        county_name = "赣榆区 (demo)",
        accounts = file.display(),
    ));
    // The demo's user tries things quickly and from one address.
    let floods = flood::FloodSettings {
        logins: None,
        ..flood::FloodSettings::default()
    };
    until_signal(listener, service, base_url, &floods, signalled).await
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
    TcpListener::bind(listen).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{listen} is taken: another server runs there. Stop it, or choose another port with --listen {}:0",
            listen.ip()
        ),
        std::io::ErrorKind::PermissionDenied => {
            anyhow::anyhow!("{listen} may not be used by this account; choose a port above 1023 with --listen")
        }
        _ => anyhow::anyhow!("{listen} cannot be used: {error}"),
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
    floods: &flood::FloodSettings,
    signalled: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let (stopping, stop) = watch::channel(false);
    let service = Arc::new(service);
    let state = State {
        service: service.clone(),
        floods: flood::Floods::new(floods),
        base_url: base_url.into(),
        stop,
    };
    let metrics = metrics::Metrics::new();
    let settings = http::ServeSettings {
        open: metrics.connections(),
        ..http::ServeSettings::default()
    };
    let app = gridwhistle_http::application(state, &metrics, env!("CARGO_PKG_VERSION"));
    let refreshing = tokio::spawn(refresh(service));
    let stop = async move {
        signalled.await;
        tracing::info!("stopping: finishing what is in work");
        // Live streams end now, so that nothing waits for them.
        stopping.send_replace(true);
    };
    tracing::info!("serving");
    http::serve(listener, app, stop, settings)
        .await
        .context("the server cannot go on")?;
    refreshing.abort();
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
