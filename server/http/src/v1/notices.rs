//! `/notices`: what the caller is told, and what of it he has read.

use gridwhistle_service::{StoredNotice, UNREAD_AT_MOST};
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, PAGE, pages};
use super::views::{Look, Named};
use super::{Tag, When, when};
use crate::answer::{Answer, Done, Listed};
use crate::auth::Caller;
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::messages::{Lang, Message};
use crate::refusal::Refusal;
use crate::state::State;

/// Notices.
pub struct Notices(pub(super) State);

/// Something that the caller is told, as a person or in one of his posts.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Notice {
    /// Grows with time.
    id: i64,
    /// `warning`, `due_soon`, `overdue`, `called`, `asked_to_verify`, …
    kind: String,
    at: When,
    /// The case, or the last of several that are told together.
    case_id: Uuid,
    case_number: String,
    /// In one sentence; names no resident.
    text: String,
    /// The called unit that it is about.
    unit: Option<Named>,
    /// The clock that it is about: `handling`, `sign`, `check_in`, `accept`, …
    clock: Option<String>,
    /// By when something is, or was, to be done.
    due: Option<When>,
    /// How many cases are told together.
    count: i32,
    /// Their numbers, the last first; at most 50.
    case_numbers: Option<Vec<String>>,
    read: bool,
}

pages! {
    /// A page of notices.
    NoticePage of Notice;
}

/// How much the caller has not read.
#[derive(Debug, Object)]
struct Unread {
    /// Counted up to 1,000.
    count: u64,
    /// There are more than were counted.
    more: bool,
}

/// Up to where the caller has read.
#[derive(Debug, Object)]
struct ReadUpTo {
    /// The notice that was read last; all older ones count as read too.
    upto: i64,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Work")]
impl Notices {
    /// What the caller is told, as a person and in his posts, the newest first.
    #[oai(path = "/notices", method = "get", operation_id = "list_notices")]
    async fn list(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        /// Only what was not read.
        unread: Query<Option<bool>>,
        cursor: Query<Option<i64>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<NoticePage>, ReadFail> {
        let service = &self.0.service;
        let (unread, limit) = (unread.0.unwrap_or(false), limit.0.unwrap_or(PAGE));
        let (notices, next) = service
            .notices(&caller.0.actor, unread, cursor.0, limit)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = notices.into_iter().map(|n| Notice::of(n, look)).collect();
        Ok(here.page(items, next.map(|id| id.to_string())))
    }

    /// How many notices the caller has not read.
    #[oai(
        path = "/notices/unread",
        method = "get",
        operation_id = "count_unread_notices"
    )]
    async fn unread(&self, caller: Caller) -> Result<Answer<Unread>, ReadFail> {
        let count = self.0.service.unread_notices(&caller.0.actor).await;
        let count = count.map_err(Refusal::from)?;
        Ok(Answer(Unread {
            count,
            more: count >= UNREAD_AT_MOST,
        }))
    }

    /// The caller has read a notice. Again changes nothing; others in the same post still find it unread.
    #[oai(
        path = "/notices/:id/read",
        method = "post",
        operation_id = "read_notice"
    )]
    async fn read(&self, caller: Caller, id: Path<i64>) -> Result<Done, ReadFail> {
        let read = self.0.service.read_notice(&caller.0.actor, id.0).await;
        read.map_err(Refusal::from)?;
        Ok(Done)
    }

    /// The caller has read everything up to a notice.
    #[oai(path = "/notices/read", method = "post", operation_id = "read_notices")]
    async fn read_all(&self, caller: Caller, body: Body<ReadUpTo>) -> Result<Done, CreateFail> {
        let read = self
            .0
            .service
            .read_notices(&caller.0.actor, body.0.upto)
            .await;
        read.map_err(Refusal::from)?;
        Ok(Done)
    }
}

impl Notice {
    fn of(told: StoredNotice, look: Look<'_>) -> Self {
        let unit = told.unit.as_ref().map(|code| Named {
            code: code.to_string(),
            name: look.reference.unit_name(code),
        });
        Self {
            text: sentence(&told, unit.as_ref(), look.lang),
            id: told.id,
            kind: told.kind.to_string(),
            at: when(told.at),
            case_id: told.case.0,
            case_number: told.number,
            unit,
            clock: told.clock,
            due: told.due.map(when),
            count: told.count,
            case_numbers: (told.count > 1).then_some(told.numbers),
            read: told.read,
        }
    }
}

/// The notice in words. Several cases are told by their number, one with all that is known of it.
fn sentence(told: &StoredNotice, unit: Option<&Named>, lang: Lang) -> String {
    let dashed = |name: &str| name.replace('_', "-");
    let clock = told.clock.as_deref().map_or_else(
        || lang.text(&Message::new("notice-clock-several")),
        |name| lang.text(&Message::of(format!("notice-clock-{}", dashed(name)))),
    );
    let due = told.due.map_or_else(String::new, |due| {
        let text = due.to_string();
        text.get(5..16).unwrap_or(&text).replace('T', " ")
    });
    let what = Message::of(format!("notice-{}", dashed(told.kind.as_str())))
        .with("clock", clock)
        .with("unit", unit.map_or_else(String::new, |u| u.name.clone()));
    let what = lang.text(&what);
    let message = if told.count > 1 {
        Message::new("notice-of-several").with("count", told.count.to_string())
    } else if due.is_empty() {
        Message::new("notice-of-one").with("number", told.number.clone())
    } else {
        Message::new("notice-of-one-due")
            .with("number", told.number.clone())
            .with("due", due)
    };
    lang.text(&message.with("what", what))
}
