//! What is asked of the server, and what comes back.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::boundaries::{Changed, Located, NewBoundaries, Put, Puts, Sides};
use super::case::{Dossier, Target};
use super::duty::{DutyBoard, Handover};
use super::failure::Failure;
use super::figures::{Board, Part, Range, Share};
use super::list::{Page, Pile, Query, Section};
use super::map::{MapGrid, Rates};
use super::reference::{Division, Grid, Matter, Preview, Proposed, Unit, Wanted, WhistleKind};
use super::registers::{Change, Entry, Register};
use super::session::Session;

/// Something asked of the server.
#[derive(Clone, PartialEq)]
pub enum Request {
    Login {
        server: String,
        username: String,
        password: String,
    },
    Logout,
    /// Whether the kept login is still in force, and as whom.
    Me,
    Section(Section),
    List {
        query: Query,
        cursor: Option<String>,
    },
    Case(String),
    Report(Report),
    Act(Act),
    Board(Range),
    Shares {
        range: Range,
        indicator: String,
        by_unit: bool,
    },
    Series {
        range: Range,
        indicator: String,
    },
    Behind {
        range: Range,
        indicator: String,
        part: Part,
        cursor: Option<String>,
    },
    Matters,
    /// Below a division; the own scope if empty.
    Grids(String),
    /// The same with their boundaries.
    Map(String),
    /// An indicator by grid.
    Rates {
        range: Range,
        indicator: String,
    },
    Units,
    /// Of the place with that code; of the own one if empty.
    Kinds(String),
    Divisions(String),
    /// The own desk.
    Duty,
    /// The outgoing side signs, with a note.
    HandOver(String),
    /// The incoming side signs, by the handover's id.
    TakeOver(String),
    Register(Register),
    ChangeRegister(Change),
    /// The changesets of boundaries after this cursor, the newest first.
    Changesets(Option<String>),
    /// The grids around a changeset, before and after it.
    Sides(Box<Put>),
    ChangeBoundaries(NewBoundaries),
    /// In which grids points lie: of each longitude and latitude in degrees; and in which system, such as `wgs84`.
    Locate {
        points: Vec<[f64; 2]>,
        crs: String,
    },
    /// Who should be called for this case.
    Proposal(For),
    /// Who would be called.
    Preview(Wanted),
    /// How many notices were not read.
    Unread,
    /// A notice was read.
    ReadNotice(i64),
    /// All notices were read up to this one.
    ReadNotices(i64),
}

impl std::fmt::Debug for Request {
    /// The kind alone: passwords and reports are nobody's business in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Login { .. } => "Login",
            Self::Logout => "Logout",
            Self::Me => "Me",
            Self::Section(_) => "Section",
            Self::List { .. } => "List",
            Self::Case(_) => "Case",
            Self::Report(_) => "Report",
            Self::Act(_) => "Act",
            Self::Board(_) => "Board",
            Self::Shares { .. } => "Shares",
            Self::Series { .. } => "Series",
            Self::Behind { .. } => "Behind",
            Self::Matters => "Matters",
            Self::Grids(_) => "Grids",
            Self::Map(_) => "Map",
            Self::Rates { .. } => "Rates",
            Self::Units => "Units",
            Self::Kinds(_) => "Kinds",
            Self::Duty => "Duty",
            Self::HandOver(_) => "HandOver",
            Self::TakeOver(_) => "TakeOver",
            Self::Divisions(_) => "Divisions",
            Self::Register(_) => "Register",
            Self::ChangeRegister(_) => "ChangeRegister",
            Self::Changesets(_) => "Changesets",
            Self::Sides(_) => "Sides",
            Self::ChangeBoundaries(_) => "ChangeBoundaries",
            Self::Locate { .. } => "Locate",
            Self::Proposal(_) => "Proposal",
            Self::Preview(_) => "Preview",
            Self::Unread => "Unread",
            Self::ReadNotice(_) => "ReadNotice",
            Self::ReadNotices(_) => "ReadNotices",
        })
    }
}

/// When something was asked: an answer is as old as its question, however late it comes.
pub type Turn = u64;

/// For what units are proposed.
#[derive(Clone, Debug, PartialEq)]
pub enum For {
    /// By its id.
    Case(String),
    /// For a report that is being written.
    Report {
        /// Such as `event-06010`.
        matter: String,
        place: Around,
    },
}

/// Where units are looked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Around {
    /// The one who asks.
    Me,
    /// Code of the village.
    Village(String),
    /// A point: in the village that it lies in, else around the one who asks.
    Point {
        /// Longitude and latitude in degrees.
        at: [f64; 2],
        /// Such as `wgs84`.
        crs: String,
    },
}

/// A report to be filed. The draft's id is the case's id and the idempotency key.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub draft: Uuid,
    pub body: Map<String, Value>,
    /// Files that travel first.
    pub photos: Vec<String>,
}

/// An action to be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// The draft's id, which is the idempotency key.
    pub draft: Uuid,
    pub case_id: String,
    pub target: Target,
    pub action: String,
    pub fields: Map<String, Value>,
    pub photos: Vec<String>,
    /// The state on which it was decided.
    pub version: Option<String>,
}

/// What an action led to.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Outcome {
    pub case_id: String,
    pub number: String,
    pub stage: String,
    /// After closing: the one-time link for the resident.
    pub rating_link: Option<String>,
    /// After an unmasking: the resident in clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resident: Option<super::case::Reporter>,
}

/// What the server answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Session(Session),
    LoggedOut,
    Pile(Pile),
    Page(Page),
    Case(Box<Dossier>),
    Done(Outcome),
    Board(Board),
    Shares(Vec<Share>),
    /// Oldest first; absent where there was nothing to count.
    Series(Vec<Option<f64>>),
    Matters(Vec<Matter>),
    Grids(Vec<Grid>),
    Map(Vec<MapGrid>),
    Rates(Rates),
    Units(Vec<Unit>),
    Kinds(Vec<WhistleKind>),
    Divisions(Vec<Division>),
    Register(Vec<Entry>),
    RegisterChanged,
    Changesets(Puts),
    Sides(Box<Sides>),
    BoundariesChanged(Box<Changed>),
    Located(Vec<Located>),
    Proposal(Vec<Proposed>),
    Preview(Preview),
    Duty(Box<DutyBoard>),
    Signed(Box<Handover>),
    Unread(Unread),
}

/// How many notices were not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Unread {
    pub count: u64,
    /// There are more than were counted.
    pub more: bool,
}

/// An answer or a refusal.
pub type Reply = Result<Answer, Failure>;

/// What the server's stream of events says. Its rows are not read: each only says that there is
/// something to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The stream is open.
    Open,
    /// Something has happened.
    Moved,
    /// The stream has ended, or cannot be opened.
    Lost,
}
