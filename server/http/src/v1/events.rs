//! `/events`: the log as a feed, and live.

use std::collections::VecDeque;

use futures_util::stream;
use gridwhistle_domain::access::Actor;
use gridwhistle_domain::case;
use gridwhistle_service::Entry;
use poem_openapi::param::{Header, Query};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;
use uuid::Uuid;

use super::routing::{VersionOfList, versions};
use super::views::{Look, Person, Viewer, standard};
use super::{Tag, When, when};
use crate::answer::Answer;
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::sse::{Event, Live};
use crate::state::State;

/// Events.
pub struct Events(pub(super) State);

/// How many rows a page has unless said otherwise.
const PAGE: u64 = 500;

/// A row of the log.
#[derive(Debug, Clone, Object)]
pub struct EventRow {
    /// Place in the log; rows become readable in this order.
    seq: i64,
    case_id: Uuid,
    /// Place in the case, from 1.
    version: u32,
    /// `reported`, `accepted`, `registered`, `whistle_issued`, `handling_clock`, …
    #[oai(rename = "type")]
    kind: String,
    /// When the server learned of it.
    recorded_at: When,
    /// When it happened.
    occurred_at: When,
    /// 补传: the device's time could not be used.
    late_upload: bool,
    actor: Person,
    /// The versions of the lists by which it was decided; none for what follows no list.
    versions: Vec<VersionOfList>,
    /// What happened; fields by type, see the documentation of figures.
    data: Any<Value>,
}

impl EventRow {
    /// The row as it is published to a reader.
    pub fn of(entry: &Entry, reader: Viewer<'_>, look: Look<'_>) -> Self {
        let recorded = &entry.recorded;
        let mut body = serde_json::to_value(&recorded.event).unwrap_or_default();
        let mut data = body
            .get_mut("data")
            .map_or_else(|| Value::Object(serde_json::Map::new()), Value::take);
        without_resident(&mut data);
        if !reader.actor.works_inside(reader.now) && !recorded.actor.is(reader.actor) {
            without_internal(&recorded.event, &mut data);
        }
        instants_in_words(&mut data);
        standards_in_words(&recorded.event, &mut data, look.lang);
        Self {
            seq: entry.seq,
            case_id: recorded.case.0,
            version: recorded.version,
            kind: recorded.event.name().to_owned(),
            recorded_at: when(recorded.recorded_at),
            occurred_at: when(recorded.occurred_at),
            late_upload: recorded.late_upload,
            actor: look.person(&recorded.actor),
            versions: versions(&recorded.versions),
            data: Any(data),
        }
    }
}

/// Of the resident the feed tells only that there is one: who may know more asks for the case.
fn without_resident(data: &mut Value) {
    if let Some(fields) = data.as_object_mut()
        && let Some(resident) = fields.get_mut("resident").filter(|r| r.is_object())
    {
        *resident = Value::Bool(true);
    }
}

/// Of an internal comment, and of an answer to which the unit's leader has not consented, an application is told only
/// that there is one.
fn without_internal(event: &case::Event, data: &mut Value) {
    let internal = matches!(
        event,
        case::Event::Commented { public: false, .. } | case::Event::ReplyDrafted { .. }
    );
    if internal && let Some(fields) = data.as_object_mut() {
        fields.remove("text");
    }
}

/// The log counts microseconds; the feed speaks RFC 3339, as all of the API does.
fn instants_in_words(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let instant = name == "at"
                    || name == "deadline"
                    || name.ends_with("_at")
                    || name.ends_with("_by");
                match field.as_i64().filter(|_| instant) {
                    Some(micros) => {
                        let at = gridwhistle_domain::clock::Timestamp::from_micros(micros);
                        *field = Value::String(at.to_rfc3339());
                    }
                    None => instants_in_words(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(instants_in_words),
        _ => {}
    }
}

/// The log leaves the closing standard of the generic condition open: each reader has it in his language.
fn standards_in_words(event: &case::Event, data: &mut Value, lang: Lang) {
    let (case::Event::Registered { condition, .. } | case::Event::Reopened { condition, .. }) =
        event
    else {
        return;
    };
    let steps = data.get_mut("steps").and_then(Value::as_array_mut);
    for field in steps
        .into_iter()
        .flatten()
        .filter_map(|step| step.get_mut("standard"))
    {
        *field = Value::String(standard(
            condition,
            field.as_str().unwrap_or_default(),
            lang,
        ));
    }
}

/// A page of the feed.
#[derive(Debug, Object)]
struct FeedPage {
    items: Vec<EventRow>,
    /// For `after`: the last row's `seq`, or what was asked for when nothing came.
    next: i64,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Events")]
impl Events {
    /// The rows after a place in the log that concern cases in the caller's scope, oldest first.
    #[oai(path = "/events", method = "get", operation_id = "list_events")]
    async fn list(
        &self,
        lang: Lang,
        caller: Caller,
        /// `seq` of the last row that is known; 0 for all.
        #[oai(validator(minimum(value = "0")))]
        after: Query<Option<i64>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "1000")))] limit: Query<Option<u64>>,
    ) -> Result<Answer<FeedPage>, ReadFail> {
        let after = after.0.unwrap_or(0);
        let limit = limit.0.unwrap_or(PAGE);
        let entries = self
            .0
            .service
            .feed(&caller.0.actor, after, limit)
            .await
            .map_err(Refusal::from)?;
        let reference = self.0.service.reference();
        let viewer = Viewer {
            actor: &caller.0.actor,
            now: self.0.service.clock.now(),
        };
        let look = Look {
            reference: &reference,
            lang,
        };
        Ok(Answer(FeedPage {
            next: entries.last().map_or(after, |e| e.seq),
            items: entries
                .iter()
                .map(|e| EventRow::of(e, viewer, look))
                .collect(),
        }))
    }

    /// The same, live: every row as it becomes readable.
    #[oai(
        path = "/events/stream",
        method = "get",
        operation_id = "stream_events"
    )]
    async fn stream(
        &self,
        lang: Lang,
        caller: Caller,
        /// Begin after this row; with neither this nor `Last-Event-ID`, with what happens from now on.
        #[oai(validator(minimum(value = "0")))]
        after: Query<Option<i64>>,
        #[oai(name = "Last-Event-ID", validator(minimum(value = "0")))] last_event_id: Header<
            Option<i64>,
        >,
    ) -> Result<Live<EventRow>, ReadFail> {
        let moved = self.0.service.store.moved();
        let start = match last_event_id.0.or(after.0) {
            Some(seq) => seq,
            None => *moved.borrow(),
        };
        // Somebody without a post is told so before the stream begins.
        self.0
            .service
            .feed(&caller.0.actor, i64::MAX, 1)
            .await
            .map_err(Refusal::from)?;
        let follower = Follower {
            state: self.0.clone(),
            actor: caller.0.actor,
            token: caller.0.token,
            lang,
            moved,
            after: start,
            ready: VecDeque::new(),
        };
        let state = self.0.clone();
        Ok(Live::new(
            stream::unfold(follower, Follower::next),
            async move { state.stopped().await },
        ))
    }
}

/// Somebody who listens.
struct Follower {
    state: State,
    actor: Actor,
    token: String,
    lang: Lang,
    moved: tokio::sync::watch::Receiver<i64>,
    after: i64,
    ready: VecDeque<Event<EventRow>>,
}

impl Follower {
    /// The next row; waits for it. Ends when the session does.
    async fn next(mut self) -> Option<(Event<EventRow>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((event, self));
            }
            let service = &self.state.service;
            let seen = *self.moved.borrow_and_update();
            if seen > self.after {
                self.actor = service.authenticate(&self.token).await.ok()?;
                let entries = service.feed(&self.actor, self.after, PAGE).await.ok()?;
                let reference = service.reference();
                let look = Look {
                    reference: &reference,
                    lang: self.lang,
                };
                let viewer = Viewer {
                    actor: &self.actor,
                    now: service.clock.now(),
                };
                let full = u64::try_from(entries.len()).unwrap_or(u64::MAX) >= PAGE;
                let last = entries.last().map_or(seen, |e| e.seq);
                self.after = if full { last } else { last.max(seen) };
                self.ready.extend(entries.iter().map(|e| Event {
                    id: e.seq,
                    name: e.recorded.event.name().to_owned(),
                    data: EventRow::of(e, viewer, look),
                }));
                if full || !self.ready.is_empty() {
                    continue;
                }
            }
            self.moved.changed().await.ok()?;
        }
    }
}
