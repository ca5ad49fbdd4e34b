//! The command line.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use gridwhistle_domain::clock::{HoursUse, TimeUnit, Timestamp, WorkingDayRule};
use gridwhistle_domain::place::{Crs, DivisionCode, GridKind};
use gridwhistle_http::messages::Lang;
use gridwhistle_service::{Clock, GridFormat};

/// Where the data lie unless said otherwise; the client looks for the demo's accounts there.
pub const DEFAULT_DATA_DIR: &str = "gridwhistle-data";

/// GridWhistle (网格哨): 网格吹哨、镇村报到. The server and its administration.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// zh-CN or en; that of the environment unless given.
    #[arg(long, global = true, env = "GRIDWHISTLE_LANG", value_parser = crate::messages::parse)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(ServeOptions),
    /// Make the demo county, with four months of history, and serve it.
    Demo(DemoOptions),
    /// Make the demo's database and leave: the part of `demo` that needs much memory for a short time.
    #[command(hide = true)]
    DemoHistory(DemoOptions),
    /// Print the OpenAPI document.
    Openapi,
    /// Import reference data from files (docs/formats.md).
    Import(ImportOptions),
    /// Print a list as a file that can be imported, at whatever version.
    Export(ExportOptions),
    /// Tell when a limit would be due, by the calendar that comes with the program or by that of a database.
    Deadline(DeadlineOptions),
    /// Look after accounts.
    User(UserOptions),
    /// Look after keys of third-party applications.
    Key(KeyOptions),
    /// Rebuild every projection from the log and compare; follow the chain of hashes.
    Check(DatabaseOptions),
    /// Let happen once what has become due, as a serving server does every second, and say what it was.
    Tick(TickOptions),
}

/// Where the data lies.
#[derive(Args, Clone)]
pub struct DatabaseOptions {
    /// Folder of the embedded database, of photographs and of the key that seals links.
    #[arg(long, global = true, env = "GRIDWHISTLE_DATA_DIR", default_value = DEFAULT_DATA_DIR)]
    pub data_dir: PathBuf,
    /// postgres://… or sqlite://… instead of the embedded database in the data folder.
    #[arg(long, global = true, env = "GRIDWHISTLE_DATABASE_URL")]
    pub database_url: Option<String>,
}

#[derive(Args, Clone)]
pub struct ServeOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// Address and port; port 0 takes a free one.
    #[arg(long, env = "GRIDWHISTLE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How the outside reaches this server; links for residents begin so.
    #[arg(long, env = "GRIDWHISTLE_BASE_URL")]
    pub base_url: Option<String>,
    /// No limits on how many requests an address may make: for load tests only.
    #[arg(long, env = "GRIDWHISTLE_NO_FLOOD_LIMITS")]
    pub no_flood_limits: bool,
    /// How many days an Idempotency-Key is remembered.
    #[arg(
        long,
        env = "GRIDWHISTLE_IDEMPOTENCY_DAYS",
        value_name = "DAYS",
        default_value_t = gridwhistle_service::KEY_DAYS,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub idempotency_days: u16,
    /// How many days notices are kept.
    #[arg(
        long,
        env = "GRIDWHISTLE_NOTICE_DAYS",
        value_name = "DAYS",
        default_value_t = gridwhistle_service::NOTICE_DAYS,
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub notice_days: u16,
    #[command(flatten)]
    pub ticker: TickerOptions,
    #[command(flatten)]
    pub webhook: WebhookOptions,
    #[command(flatten)]
    pub clock: ClockOptions,
}

/// Notices handed on to somewhere else, beside the boxes in which people find them (docs/webhook.md).
#[derive(Args, Clone)]
#[expect(clippy::struct_field_names, reason = "the options are called so")]
pub struct WebhookOptions {
    /// Post every notice, signed, to this http(s) address.
    #[arg(
        long,
        env = "GRIDWHISTLE_NOTICE_WEBHOOK",
        value_name = "URL",
        requires = "notice_webhook_secret_file"
    )]
    pub notice_webhook: Option<String>,
    /// File with the secret of the signatures, at least 16 bytes.
    #[arg(
        long,
        env = "GRIDWHISTLE_NOTICE_WEBHOOK_SECRET_FILE",
        value_name = "FILE",
        requires = "notice_webhook"
    )]
    pub notice_webhook_secret_file: Option<PathBuf>,
    /// A receiver that takes longer than so many milliseconds has failed.
    #[arg(
        long,
        env = "GRIDWHISTLE_NOTICE_WEBHOOK_TIMEOUT_MS",
        value_name = "MS",
        default_value_t = crate::webhook::PATIENCE_MS,
        value_parser = clap::value_parser!(u64).range(100..=crate::webhook::PATIENCE_MS)
    )]
    pub notice_webhook_timeout_ms: u64,
}

/// What happens to cases by itself: reminders, supervision by rule, resumptions, expiries.
#[derive(Args, Clone)]
pub struct TickerOptions {
    /// Look for what has become due every so many milliseconds.
    #[arg(
        long,
        env = "GRIDWHISTLE_TICKER_INTERVAL_MS",
        value_name = "MS",
        default_value_t = 1_000,
        value_parser = clap::value_parser!(u64).range(10..=3_600_000)
    )]
    pub ticker_interval_ms: u64,
    /// Leave what becomes due to other servers on the same database.
    #[arg(long, env = "GRIDWHISTLE_NO_TICKER")]
    pub no_ticker: bool,
}

/// A clock for trials. Never for a database that people work with: what it records is recorded for ever.
#[derive(Args, Clone, Default)]
pub struct ClockOptions {
    /// Allow a clock other than the machine's. For trials only.
    #[arg(long)]
    pub trial_clock: bool,
    /// What the clock shows at the anchor, such as 2026-09-07T08:00:00+08:00.
    #[arg(long, value_name = "INSTANT", requires = "trial_clock", value_parser = instant)]
    pub clock_start: Option<Timestamp>,
    /// So many times faster than the machine's clock.
    #[arg(
        long,
        value_name = "TIMES",
        requires_all = ["trial_clock", "clock_start"],
        default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=100_000)
    )]
    pub clock_rate: u32,
    /// The machine's time at which the clock showed its start; now unless given. Servers that share a database need
    /// the same.
    #[arg(long, value_name = "INSTANT", requires_all = ["trial_clock", "clock_start"], value_parser = instant)]
    pub clock_anchor: Option<Timestamp>,
}

impl ClockOptions {
    /// The clock that the options name.
    pub fn clock(&self) -> Clock {
        match self.clock_start {
            Some(start) => Clock::Trial {
                start,
                anchor: self.clock_anchor.unwrap_or_else(|| Clock::System.now()),
                rate: self.clock_rate,
            },
            None => Clock::System,
        }
    }
}

#[derive(Args, Clone)]
pub struct TickOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    #[command(flatten)]
    pub clock: ClockOptions,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

#[derive(Args, Clone)]
pub struct DemoOptions {
    /// Folder of the demo's database.
    #[arg(long, default_value = DEFAULT_DATA_DIR)]
    pub data_dir: PathBuf,
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How many cases the history has.
    #[arg(long, default_value_t = 4_000)]
    pub cases: usize,
    /// How many grids in all; two to four a village unless given.
    #[arg(long)]
    pub grids: Option<usize>,
}

#[derive(Args)]
pub struct ExportOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// division, matter, condition, unit, duty, calendar, `working_time`, power, requirement, certificate, admission,
    /// level or ruling; or configuration (of a division), roster (of desks) or grids.
    pub list: String,
    /// Of grids: the file; standard output unless given, or for `-`.
    pub file: Option<PathBuf>,
    /// Of grids: geojson, geojsonseq or csv; geojson unless given.
    #[arg(long, value_parser = named::<GridFormat>)]
    pub format: Option<GridFormat>,
    /// Of grids: the division, 12 digits; all grids unless given.
    #[arg(long)]
    pub division: Option<String>,
    /// Of grids: the system of the coordinates, wgs84, cgcs2000, gcj02 or bd09; wgs84 unless given.
    #[arg(long, value_parser = named::<Crs>)]
    pub crs: Option<Crs>,
    /// Of grids: pack the file.
    #[arg(long)]
    pub gzip: bool,
    /// The version; the newest unless given.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub version: Option<u32>,
    /// The version that stood at the end of that day (YYYY-MM-DD); of grids also a moment (2026-07-15T09:00:00+08:00).
    #[arg(long, conflicts_with = "version")]
    pub at: Option<String>,
    /// Of configuration: the division, 12 digits. Of roster: a division, whose centre it is, or a unit; once for each.
    #[arg(long = "of")]
    pub of: Vec<String>,
    /// Of roster: the first day; today unless given.
    #[arg(long)]
    pub from: Option<String>,
    /// Of roster: the day after the last; thirty days later unless given.
    #[arg(long)]
    pub to: Option<String>,
}

#[derive(Args)]
pub struct ImportOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// Why the list changes; it stays with the version.
    #[arg(long, global = true)]
    pub why: Option<String>,
    /// Of calendar and working times: writes the open deadlines that moved into that file, CSV.
    #[arg(long, global = true)]
    pub moved: Option<PathBuf>,
    #[command(subcommand)]
    pub what: ImportKind,
}

#[derive(Subcommand)]
pub enum ImportKind {
    /// Divisions, CSV.
    Divisions { file: PathBuf },
    /// Entries of the catalogue, CSV; the files replace the whole catalogue.
    Catalogue {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Conditions with steps and limits, CSV.
    Conditions { file: PathBuf },
    /// Working calendars, JSON, one file a year, or CSV; years that are not given stay.
    Calendar {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Working hours, days off and rules of divisions, CSV; the file replaces all of them.
    WorkingTimes { file: PathBuf },
    /// Units, CSV.
    Units { file: PathBuf },
    /// Duties, CSV.
    Duties { file: PathBuf },
    /// Powers of towns, CSV.
    Powers { file: PathBuf },
    /// What enforcement needs in a matter, CSV.
    Requirements { file: PathBuf },
    /// Certificates of officers, CSV.
    Certificates { file: PathBuf },
    /// What departments may hand down to towns, CSV.
    Admissions { file: PathBuf },
    /// Which level handles what, CSV.
    Levels { file: PathBuf },
    /// What centres have ruled about who is responsible, CSV.
    Rulings { file: PathBuf },
    /// Grids: a GeoJSON `FeatureCollection` or a sequence of features, gzip or not.
    Grids(GridsOptions),
    /// What a division sets for itself, JSON: kinds of whistles and figures.
    Configuration {
        file: PathBuf,
        /// Only check.
        #[arg(long)]
        dry_run: bool,
    },
    /// Shifts of centres and units, CSV; those that stand already stay as they are.
    Roster { file: PathBuf },
    /// Everything that ships for Ganyu district, grids excepted.
    Ganyu,
}

#[derive(Args)]
pub struct GridsOptions {
    /// The file; `-` for standard input.
    pub file: PathBuf,
    /// Only check.
    #[arg(long)]
    pub dry_run: bool,
    /// The property with the 15 digits.
    #[arg(long, default_value = "code")]
    pub code_field: String,
    /// The property with the name.
    #[arg(long, default_value = "name")]
    pub name_field: String,
    /// Of features without a property `kind`: general, dedicated or micro.
    #[arg(long, value_parser = named::<GridKind>)]
    pub kind: Option<GridKind>,
    /// Of features without a property `schematic`: true (drawn to show) or false (surveyed).
    #[arg(long)]
    pub schematic: Option<bool>,
    /// In which system the coordinates are meant: wgs84, cgcs2000, gcj02 or bd09.
    #[arg(long, default_value = "wgs84", value_parser = named::<Crs>)]
    pub crs: Crs,
}

#[derive(Args)]
pub struct DeadlineOptions {
    /// When it begins: 2026-02-13T17:00, in UTC+8 unless an offset follows.
    #[arg(value_parser = crate::deadline::moment)]
    pub start: Timestamp,
    /// How many of the unit.
    pub amount: u32,
    /// `emergency_minutes`, `emergency_hours`, `emergency_days`, `working_minutes`, `working_hours`, `working_days` or
    /// `calendar_days`.
    #[arg(value_parser = named::<TimeUnit>)]
    pub unit: TimeUnit,
    /// The division whose hours, days off and rules count, 12 digits.
    #[arg(long, value_parser = DivisionCode::parse)]
    pub division: Option<DivisionCode>,
    /// Whose hours there: work, desk or grid.
    #[arg(long = "use", default_value = "work", value_parser = named::<HoursUse>)]
    pub used_for: HoursUse,
    /// `whole_days` or `eight_hours`, instead of what the place chooses.
    #[arg(long, value_parser = named::<WorkingDayRule>)]
    pub day_rule: Option<WorkingDayRule>,
    /// Whether calendar days that end on a day off end on the next working day; true or false.
    #[arg(long)]
    pub calendar_days_move: Option<bool>,
    /// FROM/TO: a time in which the clock stands still; once for each, in order.
    #[arg(long = "pause", value_parser = crate::deadline::pause)]
    pub pauses: Vec<(Timestamp, Timestamp)>,
    /// Granted extensions.
    #[arg(long, default_value_t = 0)]
    pub extensions: u8,
    /// Folder of an embedded database whose calendar and working times count.
    #[arg(long, env = "GRIDWHISTLE_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// postgres://… or sqlite://… likewise.
    #[arg(long, env = "GRIDWHISTLE_DATABASE_URL")]
    pub database_url: Option<String>,
}

/// One of the published names of an enumeration.
fn named<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

#[derive(Args)]
pub struct UserOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    #[command(subcommand)]
    pub what: UserCommand,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add an account; the password is read from standard input.
    Add {
        username: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// POST@SCOPE: a post, and the code of a division, unit or grids separated by commas.
        #[arg(long = "post", required = true)]
        posts: Vec<String>,
    },
}

#[derive(Args)]
pub struct KeyOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    #[command(subcommand)]
    pub what: KeyCommand,
}

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Issue a key; it is printed this once and kept only as a hash.
    Add {
        /// What the application is called.
        name: String,
        /// The division, 12 digits, for which it is good with all below.
        #[arg(long)]
        division: String,
        /// cases:file, cases:read, events:read, figures:read or personal:read; once for each.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// After so many days it opens nothing any more.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// List the keys of a division and all below it.
    List {
        #[arg(long)]
        division: String,
    },
    /// Revoke a key: the next request with it is refused.
    Revoke { id: uuid::Uuid },
}

/// Data goes to standard output.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that hangs up wants no more.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
