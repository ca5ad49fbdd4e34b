//! The data folder: database, photographs, the key that seals links.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use gridwhistle_http::messages::Message;
use gridwhistle_service::{Clock, Service};
use gridwhistle_store::{Durability, Store, sqlite_url};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use crate::cli::{DatabaseOptions, print};
use crate::faults::Told;
use crate::messages::{about, say, text};

/// The URL of the database that the options name.
pub fn database_url(options: &DatabaseOptions) -> anyhow::Result<String> {
    if let Some(url) = &options.database_url {
        return Ok(url.clone());
    }
    make_folder(&options.data_dir)?;
    Ok(sqlite_url(&options.data_dir.join("gridwhistle.db")))
}

/// Opens the use cases on what the options name.
pub async fn open(options: &DatabaseOptions) -> anyhow::Result<Service> {
    open_by(options, Clock::System).await
}

/// The same by a clock that may not be the machine's.
pub async fn open_by(options: &DatabaseOptions, clock: Clock) -> anyhow::Result<Service> {
    let store = store(options).await?;
    let key = link_key(&options.data_dir)?;
    let objects = objects(&options.data_dir)?;
    Ok(Service::open(store, clock, objects, key).await?)
}

/// The database alone, without what the use cases keep in memory.
pub async fn store(options: &DatabaseOptions) -> anyhow::Result<Store> {
    let url = database_url(options)?;
    make_folder(&options.data_dir)?;
    let opened = Store::open(&url, Durability::Full).await;
    opened.with_context(|| say("database-closed"))
}

/// Where photographs are kept.
pub fn objects(data_dir: &Path) -> anyhow::Result<Arc<dyn ObjectStore>> {
    let folder = data_dir.join("objects");
    make_folder(&folder)?;
    Ok(Arc::new(
        LocalFileSystem::new_with_prefix(folder)?.with_fsync(true),
    ))
}

/// The key that seals the residents' links: made at the first start, kept beside the database and
/// not in it.
pub fn link_key(data_dir: &Path) -> anyhow::Result<[u8; 32]> {
    let file = data_dir.join("link.key");
    match std::fs::read(&file) {
        Ok(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
            .map_err(|_| anyhow::Error::msg(about("key-damaged", &file))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            getrandom::fill(&mut key).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
            write_private(&file, &key)?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| about("file-unreadable", &file)),
    }
}

/// Writes a file that only its owner reads, whole or not at all.
pub fn write_private(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    let partial = file.with_extension("partial");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let context = || about("file-unwritable", file);
    let mut handle = options.open(&partial).with_context(context)?;
    handle.write_all(bytes).with_context(context)?;
    handle.sync_all().with_context(context)?;
    std::fs::rename(&partial, file).with_context(context)
}

/// Makes a folder that only its owner enters.
pub fn make_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| {
        let message = Message::new("folder-unmakable");
        text(&message.with("folder", folder.display().to_string()))
    })
}

/// `gridwhistle check`.
pub async fn check(options: &DatabaseOptions) -> anyhow::Result<ExitCode> {
    let store = Store::open(&database_url(options)?, Durability::Full)
        .await
        .with_context(|| say("database-closed"))?;
    let findings = store.check().await?;
    for fault in &findings.faults {
        print(&fault.text());
    }
    let summary = Message::new("check-summary")
        .with("events", findings.events.to_string())
        .with("cases", findings.cases.to_string())
        .with("faults", findings.faults.len());
    print(&text(&summary));
    Ok(if findings.faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
