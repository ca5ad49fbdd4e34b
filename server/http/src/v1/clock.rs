//! `/clock`: when something would be due.

use gridwhistle_domain::clock::{AccountDay, Question};
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_service::{Preview, Whereabouts};
use poem_openapi::{Object, OpenApi};

use super::names::{DayCount, DayNature, HoursUse, WorkingDayRule};
use super::views::Limit;
use super::{Tag, When, moment, when};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::CreateFail;
use crate::messages::Message;
use crate::problem::Code;
use crate::refusal::{Fault, Refusal};
use crate::state::State;

/// The clock.
pub struct Clock(pub(super) State);

/// A limit that begins somewhere.
#[derive(Debug, Object)]
struct ClockQuestion {
    /// In the years 2000 to 2199.
    start: When,
    /// At most ten years.
    limit: Limit,
    /// 12 digits: whose hours, days off and rules count; without it those that hold everywhere.
    #[oai(validator(max_length = 12))]
    division: Option<String>,
    /// Whose hours in that division; those of its units unless given.
    #[oai(rename = "use")]
    used_for: Option<HoursUse>,
    /// Instead of the rule of the division.
    day_rule: Option<WorkingDayRule>,
    /// Whether a limit in calendar days that ends on a day off ends on the next working day; the division's choice
    /// unless given.
    calendar_days_move: Option<bool>,
    /// In order, each after the start and after the one before.
    #[oai(default, validator(max_items = 100))]
    pauses: Vec<ClockPause>,
    /// Granted extensions: each adds the limit once more, counted from the start.
    #[oai(default)]
    extensions: u8,
}

/// A time in which the clock stands still.
#[derive(Debug, Object)]
struct ClockPause {
    from: When,
    to: When,
}

/// When it would be due, and why.
#[derive(Debug, Object)]
struct ClockPreview {
    deadline: When,
    /// It reaches past the known calendar, so the next notice may move it.
    provisional: bool,
    /// The version of the calendar and of the working times.
    calendar_version: u32,
    /// The last day of which the calendar is known.
    known_until: String,
    /// What a working day meant.
    day_rule: WorkingDayRule,
    calendar_days_move: bool,
    /// Every day from the start to the deadline, the first 400 of them.
    days: Vec<ClockDay>,
    /// How many days more there are until the deadline.
    days_left_out: u32,
}

/// A day between start and deadline.
#[derive(Debug, Object)]
struct ClockDay {
    date: String,
    nature: DayNature,
    count: DayCount,
    /// When the limit ran on that day; none for a limit that is counted in days.
    ran: Vec<ClockStretch>,
}

/// A stretch of a day.
#[derive(Debug, Object)]
struct ClockStretch {
    from: When,
    to: When,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl Clock {
    /// When a limit would be due: for any start, limit, rule, place, pauses and extensions. Changes nothing.
    #[oai(
        path = "/clock/preview",
        method = "post",
        operation_id = "preview_deadline"
    )]
    async fn preview(
        &self,
        caller: Caller,
        body: Body<ClockQuestion>,
    ) -> Result<Answer<ClockPreview>, CreateFail> {
        let Body(asked) = body;
        let at = Whereabouts {
            division: asked.division.as_deref().map(code).transpose()?,
            used_for: asked.used_for.unwrap_or(HoursUse::Work).into(),
        };
        let actor = &caller.0.actor;
        let preview = self.0.service.preview(actor, &asked.into(), at);
        Ok(Answer(preview.map_err(Refusal::from)?.into()))
    }
}

fn code(text: &str) -> Result<DivisionCode, Refusal> {
    DivisionCode::parse(text).map_err(|_| {
        let message = Message::new("wrong-unknown-division");
        let fault = Fault::field("/division", "unknown_division", message);
        Refusal::new(Code::InvalidBody).faults([fault])
    })
}

impl From<ClockQuestion> for Question {
    fn from(asked: ClockQuestion) -> Self {
        Self {
            start: moment(asked.start),
            amount: asked.limit.amount,
            unit: asked.limit.unit.into(),
            day_rule: asked.day_rule.map(Into::into),
            calendar_days_move: asked.calendar_days_move,
            pauses: asked
                .pauses
                .iter()
                .map(|pause| (moment(pause.from), moment(pause.to)))
                .collect(),
            extensions: asked.extensions,
        }
    }
}

impl From<Preview> for ClockPreview {
    fn from(preview: Preview) -> Self {
        let day = |day: &AccountDay| ClockDay {
            date: day.date.to_string(),
            nature: day.nature.into(),
            count: day.count.into(),
            ran: day
                .ran
                .iter()
                .map(|(from, to)| ClockStretch {
                    from: when(*from),
                    to: when(*to),
                })
                .collect(),
        };
        let account = &preview.account;
        Self {
            deadline: when(account.deadline.at),
            provisional: account.deadline.provisional,
            calendar_version: preview.calendar,
            known_until: preview.known_until.to_string(),
            day_rule: preview.day_rule.into(),
            calendar_days_move: preview.calendar_days_move,
            days: account.days.iter().map(day).collect(),
            days_left_out: account.left_out,
        }
    }
}
