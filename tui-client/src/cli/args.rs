//! What can be written on the command line.

use clap::{Parser, Subcommand, ValueEnum};

use crate::i18n::Lang;
use crate::model::figures::Period;
use crate::model::registers::Register;

/// 网格哨终端客户端 / the field client of `GridWhistle`.
///
/// Without a command the screens open. Exit codes: 0 done, 1 error or not confirmed, 2 usage, 3 not found,
/// 4 login needed, 5 rejected, 7 network, 8 not permitted.
#[derive(Clone, Debug, Parser)]
#[command(name = "whistle", version, about, long_about)]
pub struct Args {
    /// Address of the server, such as 127.0.0.1:8080.
    #[arg(long, global = true, env = "WHISTLE_SERVER")]
    pub server: Option<String>,

    /// Log in as an account (or the first holder of a post) of the demonstration on this machine.
    #[arg(long, global = true, value_name = "ACCOUNT_OR_POST")]
    pub demo: Option<String>,

    /// Where the demonstration wrote its accounts.
    #[arg(
        long,
        global = true,
        env = "WHISTLE_DEMO_FILE",
        default_value = "gridwhistle-data/demo.json"
    )]
    pub demo_file: std::path::PathBuf,

    /// Language of texts and messages.
    #[arg(long, global = true, env = "WHISTLE_LANG")]
    pub lang: Option<Lang>,

    /// Answers as one JSON object with `"schema": 1`.
    #[arg(long, global = true)]
    pub json: bool,

    /// Signs to draw with: `auto` asks the terminal.
    #[arg(long, default_value = "auto")]
    pub glyphs: GlyphChoice,

    /// Colours: `auto` minds `NO_COLOR`.
    #[arg(long, default_value = "auto")]
    pub color: ColorChoice,

    #[command(subcommand)]
    pub verb: Option<Verb>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GlyphChoice {
    Auto,
    Unicode,
    Ascii,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// What can be done without the screens.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Log in and keep the login for the next commands. The password is asked for, or read from
    /// the first line of standard input.
    Login {
        #[arg(long)]
        username: String,
    },
    /// End the login.
    Logout,
    /// Say as whom the login holds.
    Whoami,
    /// File a report; with `--whistle` blow the whistle at once.
    Report(Box<ReportArgs>),
    /// List tasks, cases or whistles.
    List {
        #[arg(default_value = "tasks")]
        what: What,
        /// Only those in this stage, by its published name.
        #[arg(long)]
        stage: Option<String>,
        #[arg(long)]
        overdue: bool,
        /// Of whistles: those that I blew, and those that call my units.
        #[arg(long)]
        mine: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show a case with clocks, units, history and what may be done.
    Show { id: String },
    /// Take an action on a case: `--FIELD VALUE` for each field of it.
    Act {
        id: String,
        /// The action's published name, such as `verify`.
        action: String,
        /// `--target ID` of an assignment or whistle where there are several, and the fields.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        fields: Vec<String>,
    },
    /// Report to the scene of a case.
    CheckIn {
        id: String,
        /// Longitude,latitude in degrees of WGS 84.
        #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
        at: Option<String>,
        /// Error of the position in metres.
        #[arg(long)]
        accuracy: Option<String>,
        #[arg(long)]
        photo: Vec<String>,
    },
    /// Print the figures.
    Stats {
        #[arg(long, default_value = "this-month")]
        period: Period,
        /// Code of a division; the own scope otherwise.
        #[arg(long, default_value = "")]
        division: String,
        #[arg(long)]
        unit: Option<String>,
    },
    /// Who is on duty at the own desk and above it, and the last handovers.
    Duty,
    /// Hand the desk over, or take it over: the first signature, then the second.
    Handover {
        /// What the next shift should know; left out when taking over.
        #[arg(long, default_value = "")]
        note: String,
        /// Take over the handover that waits.
        #[arg(long)]
        take: bool,
    },
    /// List the grids below a division; those of the own scope otherwise.
    Grids {
        #[arg(default_value = "")]
        division: String,
    },
    /// List what I am told, the newest first.
    Notices {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Only what was not read.
        #[arg(long)]
        unread: bool,
        /// It counts as read from now on.
        #[arg(long)]
        read: bool,
    },
    /// List a register: powers, certificates, admissions, or items short of certified officers.
    Registers { register: Register },
    /// Change an entry of a register: `--step`, `--why`, `--on`, `--valid_to`; or with `new` for the code put a new one
    /// (`--item`, `--name`, `--town`, `--number`, `--officer`, `--unit`, …).
    Register {
        register: Register,
        code: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        fields: Vec<String>,
    },
    /// Tell who would be called for a matter at a place, and why; near a border at both places.
    Preview {
        /// `event-01001`, a code, or words that leave one matter.
        matter: String,
        /// Such as `event-06010/1`.
        #[arg(long)]
        condition: Option<String>,
        /// Longitude,latitude in degrees.
        #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, conflicts_with_all = ["grid", "division"])]
        at: Option<String>,
        /// wgs84, cgcs2000, gcj02 or bd09.
        #[arg(long, default_value = "wgs84")]
        crs: String,
        /// Code of the grid.
        #[arg(long, conflicts_with = "division")]
        grid: Option<String>,
        /// Code of a village or town; the own scope unless a place is given.
        #[arg(long)]
        division: Option<String>,
        /// The day, such as 2026-07-15; today unless given.
        #[arg(long)]
        on: Option<String>,
    },
    /// List, show or make changes of boundaries.
    Boundaries {
        #[command(subcommand)]
        what: BoundariesVerb,
    },
    /// Tell in which grids points lie: a line a point, with `-` for one that lies in none. The exit code is 0 for
    /// these too. Of a single point village and town are told as well, or the nearest grid.
    Locate {
        /// Longitude,latitude in degrees; without any, or with `-`, they are read from standard input, one a line.
        #[arg(value_name = "LON,LAT")]
        points: Vec<String>,
        /// wgs84, cgcs2000, gcj02 or bd09.
        #[arg(long, default_value = "wgs84")]
        crs: String,
    },
    /// List the matters that hold these words, in characters, pinyin, initials or code.
    Matters {
        #[arg(default_value = "")]
        filter: String,
    },
}

/// What can be done with changes of boundaries.
#[derive(Clone, Debug, Subcommand)]
pub enum BoundariesVerb {
    /// List the changesets, the newest first.
    List {
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show what became of what in a changeset, with codes and areas.
    Show {
        /// Its version, as the list tells it.
        version: u32,
    },
    /// Put a changeset in force; it is checked first, and what it would do is told before it is confirmed. Exit code
    /// 1 where it is not confirmed, 5 where it breaks a rule or somebody has changed the boundaries meanwhile.
    Change {
        /// JSON as the API takes it: `reason`, and `changes` or `features`; `-` reads standard input.
        file: String,
        /// Only check, and tell what it would do.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask for confirmation.
        #[arg(long, conflicts_with = "dry_run")]
        yes: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    Tasks,
    Cases,
    Reports,
    Whistles,
    /// Who looked at residents' data in clear; for auditors.
    Unmaskings,
}

/// A report by flags.
#[derive(Clone, Debug, clap::Args)]
pub struct ReportArgs {
    /// What was seen; `-` reads it from standard input.
    #[arg(long)]
    pub text: String,
    /// `event-01001`, a code, or words that leave one matter.
    #[arg(long)]
    pub matter: Option<String>,
    /// Longitude,latitude in degrees.
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// wgs84, cgcs2000, gcj02 or bd09.
    #[arg(long, default_value = "wgs84")]
    pub crs: String,
    /// Code of the grid, where there are no coordinates.
    #[arg(long)]
    pub grid: Option<String>,
    #[arg(long)]
    pub address: Option<String>,
    /// patrol, resident, hotline, app, leader or sensor.
    #[arg(long, default_value = "patrol")]
    pub source: String,
    #[arg(long)]
    pub resident_name: Option<String>,
    #[arg(long)]
    pub resident_telephone: Option<String>,
    /// The reporter stays unknown to all but the registrar and the caller.
    #[arg(long)]
    pub confidential: bool,
    /// Number of the work order in the system that hands it over.
    #[arg(long)]
    pub external_number: Option<String>,
    /// Code of the department that hands the matter down to the town directly.
    #[arg(long)]
    pub handed_down_by: Option<String>,
    #[arg(long)]
    pub photo: Vec<String>,
    /// 110, 119 or 120, if called.
    #[arg(long)]
    pub safety_number: Option<String>,
    #[arg(long)]
    pub safety_at: Option<String>,
    /// Kind of whistle to blow, such as daily or emergency.
    #[arg(long, value_name = "KIND")]
    pub whistle: Option<String>,
    #[arg(long, requires = "whistle")]
    pub reason: Option<String>,
    /// Code of the unit that leads.
    #[arg(long, requires = "whistle")]
    pub lead: Option<String>,
    /// Codes of assisting units.
    #[arg(long, requires = "whistle")]
    pub assist: Vec<String>,
    #[arg(long, requires = "whistle")]
    pub meeting_place: Option<String>,
    /// Longitude,latitude of the meeting point in degrees of WGS 84.
    #[arg(
        long,
        requires = "whistle",
        value_name = "LON,LAT",
        allow_hyphen_values = true
    )]
    pub meeting_point: Option<String>,
    #[arg(long, requires = "whistle")]
    pub meeting_time: Option<String>,
    /// Own id of the report (UUID): sending the same again makes no second case.
    #[arg(long)]
    pub id: Option<uuid::Uuid>,
}
