//! `gridwhistle import grids` and `export grids`: files of any size, with little in memory and a bar that tells how far
//! they are.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt;
use gridwhistle_domain::clock::{Date, Timestamp};
use gridwhistle_domain::place::{Crs, Division, DivisionCode};
use gridwhistle_http::messages::Message;
use gridwhistle_service::import::{Fields, GridImport, ImportError, Progress, import_grids};
use gridwhistle_service::reference::lists;
use gridwhistle_service::{Clock, GridExport, GridFormat, grid_pieces};
use gridwhistle_store::Store;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{DatabaseOptions, ExportOptions, GridsOptions, print};
use crate::files;
use crate::import::refused;
use crate::messages::{about, failure, say, text};

/// So many bytes are read from a file at once.
const READ: usize = 64 * 1024;

/// Puts the grids of a file in force, all or none.
pub async fn import(
    database: &DatabaseOptions,
    options: &GridsOptions,
    why: String,
) -> anyhow::Result<()> {
    let store = files::store(database).await?;
    let import = GridImport {
        fields: Fields {
            code: options.code_field.clone(),
            name: options.name_field.clone(),
            kind: options.kind,
            schematic: options.schematic,
            crs: options.crs,
        },
        dry_run: options.dry_run,
        why,
    };
    let (file, bar) = open(&options.file)?;
    let mut told = |progress| tell(&bar, progress);
    let outcome = import_grids(&store, Clock::System.now(), file, &import, &mut told).await;
    bar.finish_and_clear();
    match outcome {
        Ok(changed) => {
            let message = Message::new("import-changed").with("changed", changed);
            print(&text(&message));
            Ok(())
        }
        Err(ImportError::Faults(faults)) => {
            Err(refused(&options.file.display().to_string(), &faults))
        }
        Err(ImportError::Changed) => Err(failure(&Message::new("import-overtaken"))),
        Err(ImportError::Unreadable(error)) => {
            Err(error).with_context(|| about("file-unreadable", &options.file))
        }
        Err(ImportError::Service(error)) => Err(error.into()),
    }
}

/// A file, or standard input for `-`, and a bar that follows how much of it was read.
fn open(file: &Path) -> anyhow::Result<(Box<dyn BufRead>, ProgressBar)> {
    let style = ProgressStyle::with_template("{bar:32} {percent:>3}% {msg}")?;
    if is_standard(file) {
        let bar = ProgressBar::no_length().with_style(style);
        let input = BufReader::with_capacity(READ, bar.wrap_read(io::stdin()));
        return Ok((Box::new(input), bar));
    }
    let unreadable = || about("file-unreadable", file);
    let handle = File::open(file).with_context(unreadable)?;
    let size = handle.metadata().with_context(unreadable)?.len();
    let bar = ProgressBar::new(size).with_style(style);
    let input = BufReader::with_capacity(READ, bar.wrap_read(handle));
    Ok((Box::new(input), bar))
}

fn tell(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Read { features, .. } => {
            let message = Message::new("import-features").with("features", features.to_string());
            bar.set_message(text(&message));
        }
        Progress::Compared { grids, of } => {
            bar.set_length(of);
            bar.set_position(grids);
            bar.set_message(say("import-comparing"));
        }
    }
}

/// Writes grids into a file, or to standard output for `-` or without a name.
pub async fn export(options: &ExportOptions) -> anyhow::Result<()> {
    let store = files::store(&options.database).await?;
    let export = GridExport {
        format: options.format.unwrap_or(GridFormat::GeoJson),
        division: division(&store, options).await?,
        at: moment(options.at.as_deref())?,
        crs: options.crs.unwrap_or(Crs::Wgs84),
    };
    let file = options.file.as_deref().filter(|file| !is_standard(file));
    let Some(file) = file else {
        let written = write(store, export, options.gzip, io::stdout()).await;
        return match written {
            // A reader that hangs up wants no more.
            Err(error) if is_hung_up(&error) => Ok(()),
            written => written,
        };
    };
    // A part of a file must not be taken for the whole.
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let unwritable = || about("file-unwritable", file);
    let handle = File::create(&partial).with_context(unwritable)?;
    write(store, export, options.gzip, handle).await?;
    std::fs::rename(&partial, file).with_context(unwritable)
}

async fn write(
    store: Store,
    export: GridExport,
    gzip: bool,
    out: impl Write,
) -> anyhow::Result<()> {
    let mut out = BufWriter::new(out);
    if gzip {
        let mut packed = GzEncoder::new(out, Compression::default());
        pour(store, export, &mut packed).await?;
        out = packed.finish()?;
    } else {
        pour(store, export, &mut out).await?;
    }
    Ok(out.flush()?)
}

async fn pour(store: Store, export: GridExport, out: &mut impl Write) -> anyhow::Result<()> {
    let mut pieces = pin!(grid_pieces(store, export));
    while let Some(piece) = pieces.try_next().await? {
        out.write_all(&piece)?;
    }
    Ok(())
}

fn is_hung_up(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

async fn division(store: &Store, options: &ExportOptions) -> anyhow::Result<Option<DivisionCode>> {
    let Some(said) = &options.division else {
        return Ok(None);
    };
    let known: Vec<Division> = store.list(lists::DIVISIONS).await?;
    let code = DivisionCode::parse(said).ok();
    let found = code.filter(|code| known.iter().any(|division| division.code == *code));
    found
        .map(Some)
        .ok_or_else(|| failure(&Message::new("key-division-unknown").with("what", said.clone())))
}

/// A moment, or the end of a day; now unless given.
fn moment(said: Option<&str>) -> anyhow::Result<Timestamp> {
    let Some(said) = said else {
        return Ok(Clock::System.now());
    };
    let day = |day: Date| Timestamp::of(day.next(), 0).plus_micros(-1);
    Timestamp::parse(said)
        .ok()
        .or_else(|| Date::parse(said).ok().map(day))
        .ok_or_else(|| failure(&Message::new("export-no-day").with("text", said.to_owned())))
}
