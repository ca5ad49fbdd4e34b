//! Enumerations of the field as the document publishes them.

use gridwhistle_domain::case;
use gridwhistle_domain::clock;
use gridwhistle_domain::place;
use gridwhistle_domain::routing;
use gridwhistle_service::CaseOrder;
use poem_openapi::Enum;

/// How a matter came to the centre.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::Source")]
pub enum Source {
    Patrol,
    Resident,
    Hotline,
    App,
    Leader,
    Sensor,
}

/// Why a report is declined or not registered.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::DeclineReason")]
pub enum DeclineReason {
    Duplicate,
    OutOfJurisdiction,
    NotAMatter,
    Insufficient,
    Unfounded,
    AlreadySolved,
    /// Said by the town's refusal of what a department hands down, and nowhere else.
    NotAdmitted,
    Other,
}

/// What a suspended case waits for.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::SuspensionReason")]
pub enum SuspensionReason {
    Enforcement,
    Litigation,
    PlannedWorks,
    Funding,
    Season,
    Other,
}

/// Why a centre supervises a case.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::SupervisionKind")]
pub enum SupervisionKind {
    Overdue,
    Leader,
    Important,
}

/// The part of a called unit.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "routing::Role")]
pub enum Role {
    Lead,
    Assist,
}

/// How a caller of the centre asks a resident.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::Channel")]
pub enum Channel {
    Telephone,
    Visit,
    Paper,
}

/// "Is it solved?"
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::Solved")]
pub enum Solved {
    Yes,
    Partly,
    No,
}

/// The five grades of satisfaction.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "case::Grade")]
pub enum Grade {
    VerySatisfied,
    Satisfied,
    BasicallySatisfied,
    Dissatisfied,
    VeryDissatisfied,
}

/// Coordinate systems: WGS 84 and CGCS2000 are stored as they are, GCJ-02 and BD-09 are converted.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "place::Crs")]
pub enum Crs {
    Wgs84,
    Cgcs2000,
    Gcj02,
    Bd09,
}

/// In which order cases come: the newest report first, or what is due first.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "CaseOrder")]
pub enum Order {
    Newest,
    Due,
}

/// In which time a limit is counted.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "clock::TimeUnit")]
pub enum TimeUnit {
    EmergencyMinutes,
    EmergencyHours,
    EmergencyDays,
    WorkingMinutes,
    WorkingHours,
    WorkingDays,
    CalendarDays,
}

/// What a grid is made for.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "place::GridKind")]
pub enum GridKind {
    General,
    Dedicated,
    Micro,
}

/// Whose working time it is: that of the units, of the command centre's desk, of those in the grid.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "clock::HoursUse")]
pub enum HoursUse {
    Work,
    Desk,
    Grid,
}

/// What a limit in working days means: whole days after the start day, or eight working hours each.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "clock::WorkingDayRule")]
pub enum WorkingDayRule {
    WholeDays,
    EightHours,
}

/// What a day is in the calendar of a place; `made_up` is a Saturday or Sunday that is worked.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "clock::DayNature")]
pub enum DayNature {
    Workday,
    MadeUp,
    Weekend,
    Holiday,
}

/// What a day is for a limit: used up, the start day, off, lost to a pause, over when the limit began, or one on which
/// the used-up limit could not end.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case", remote = "clock::DayCount")]
pub enum DayCount {
    Counted,
    StartDay,
    DayOff,
    Paused,
    Closed,
    CarriedOver,
}
