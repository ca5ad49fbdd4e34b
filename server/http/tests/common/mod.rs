//! A tiny API with one of everything that can go wrong.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::unused_async,
    reason = "shared by several test files; a test fails by panicking"
)]

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use futures_util::stream;
use gridwhistle_http::{
    answer::{Answer, Created, Done, Listed, Tagged},
    app::App,
    body::Body,
    docs, etag,
    fail::{ActFail, CreateFail, ReadFail},
    flood::{FloodSettings, Floods},
    health,
    limits::Limits,
    messages::Message,
    metrics::Metrics,
    observe::Trail,
    refusal::Refusal,
    sse::{Event, Live},
};
use poem::{Endpoint, Request, Response, http::StatusCode, test::TestClient};
use poem_openapi::{
    Enum, Object, OpenApi, SecurityScheme, Union,
    auth::Bearer,
    param::{Header, Path, Query},
    payload::Binary,
};
use uuid::Uuid;

/// Where a note lies.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Position {
    /// Degrees east.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub lon: f64,
    /// Degrees north.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub lat: f64,
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Urgency {
    /// Can wait.
    Daily,
    /// Cannot.
    Emergency,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Note {
    /// Made by the caller.
    pub id: Uuid,
    /// In one line.
    #[oai(validator(min_length = 2, max_length = 20))]
    pub title: String,
    /// In full.
    pub text: Option<String>,
    /// How urgent.
    pub urgency: Urgency,
    /// Where.
    pub position: Option<Position>,
    /// When it was seen.
    pub seen_at: Option<DateTime<FixedOffset>>,
    /// Words to find it by.
    #[oai(validator(max_items = 3, unique_items))]
    pub tags: Option<Vec<String>>,
    /// The division.
    #[oai(validator(pattern = "^[0-9]{6}$"))]
    pub division: Option<String>,
    /// How many people.
    #[oai(validator(minimum(value = "1")))]
    pub people: Option<u8>,
    /// A corner.
    pub corner: Option<[f64; 2]>,
}

/// Sign for it.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Sign {
    /// Said with it.
    pub remark: Option<String>,
}

/// Send it back.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Return {
    /// Why.
    #[oai(validator(min_length = 1))]
    pub reason: String,
}

/// What is done to a note.
#[derive(Debug, Clone, PartialEq, Union)]
#[oai(discriminator_name = "action", rename_all = "snake_case")]
pub enum Action {
    /// Sign for it.
    Sign(Sign),
    /// Send it back.
    Return(Return),
}

#[derive(SecurityScheme)]
#[oai(ty = "bearer", checker = "check")]
pub struct Token(pub String);

async fn check(request: &Request, bearer: Bearer) -> Option<String> {
    (bearer.token == "secret").then(|| {
        Trail::note_account(request, "account-7");
        bearer.token
    })
}

#[derive(Clone, Copy)]
pub struct Notes;

#[OpenApi(prefix_path = "/api/v1")]
impl Notes {
    /// Leaves a note.
    #[oai(path = "/notes", method = "post", operation_id = "leaveNote")]
    async fn leave(&self, body: Body<Note>) -> Result<Created<Note>, CreateFail> {
        let location = format!("/api/v1/notes/{}", body.0.id);
        Ok(Created::new(body.0).at(location).tagged(etag::strong(1)))
    }

    /// Lists notes.
    #[oai(path = "/notes", method = "get", operation_id = "listNotes")]
    async fn list(
        &self,
        /// How many.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u32>>,
        /// How far from here.
        radius: Query<Option<f64>>,
        /// Which of them.
        urgency: Query<Option<Urgency>>,
        /// With these words.
        tag: Query<Option<Vec<String>>>,
    ) -> Result<Listed<Vec<String>>, ReadFail> {
        let _ = (radius.0, urgency.0);
        let next = limit
            .0
            .map(|limit| format!("/api/v1/notes?limit={limit}&cursor=x"));
        Ok(Listed {
            body: tag.0.unwrap_or_default(),
            next,
        })
    }

    /// Reads a note.
    #[oai(path = "/notes/:id", method = "get", operation_id = "readNote")]
    async fn read(&self, id: Path<Uuid>) -> Result<Tagged<String>, ReadFail> {
        if id.0.is_nil() {
            return Err(Refusal::not_found().into());
        }
        Ok(Tagged {
            body: id.0.to_string(),
            etag: etag::strong(7),
        })
    }

    /// Does something to a note.
    #[oai(
        path = "/notes/:id/actions",
        method = "post",
        operation_id = "actOnNote"
    )]
    async fn act(
        &self,
        id: Path<Uuid>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        body: Body<Action>,
    ) -> Result<Answer<String>, ActFail> {
        let version = etag::expected_version(if_match.0.as_deref())?;
        if version != 7 {
            return Err(Refusal::stale_version(Some(&etag::strong(7))).into());
        }
        match body.0 {
            Action::Sign(_) => Ok(Answer(id.0.to_string())),
            Action::Return(_) => Err(Refusal::action_not_allowed(
                Message::new("problem-action-not-allowed.detail"),
                ["sign", "finish"],
            )
            .into()),
        }
    }

    /// Whose session this is.
    #[oai(path = "/me", method = "get", operation_id = "readMe")]
    async fn me(&self, token: Token) -> Result<Answer<usize>, ReadFail> {
        Ok(Answer(token.0.len()))
    }

    /// Brings a file.
    #[oai(path = "/files", method = "post", operation_id = "uploadFile")]
    async fn upload(&self, body: Binary<Vec<u8>>) -> Result<Created<usize>, CreateFail> {
        Ok(Created::new(body.0.len()))
    }

    /// Removes everything.
    #[oai(path = "/notes", method = "delete", operation_id = "removeNotes")]
    async fn remove(&self) -> Result<Done, ReadFail> {
        Ok(Done)
    }

    /// Breaks.
    #[oai(path = "/panic", method = "get", operation_id = "panic")]
    async fn panic(&self) -> Result<Done, ReadFail> {
        panic!("the disk of Mr Wang is gone")
    }

    /// Fails.
    #[oai(path = "/failure", method = "get", operation_id = "fail")]
    async fn failure(&self) -> Result<Done, ReadFail> {
        Err(Refusal::internal("connection to the database refused").into())
    }

    /// Answers nothing but a status.
    #[oai(path = "/bare", method = "get", operation_id = "bare")]
    async fn bare(&self) -> poem::Result<Done> {
        Err(StatusCode::BAD_GATEWAY.into())
    }

    /// Never ends.
    #[oai(path = "/slow", method = "get", operation_id = "slow")]
    async fn slow(&self) -> Result<Done, ReadFail> {
        std::future::pending().await
    }

    /// What happens.
    #[oai(path = "/stream", method = "get", operation_id = "stream")]
    async fn stream(&self) -> Result<Live<Position>, ReadFail> {
        let events = stream::iter([1, 2].map(|id| Event {
            id,
            name: "moved".to_owned(),
            data: Position {
                lon: 119.0,
                lat: 34.8,
            },
        }));
        Ok(Live::new(events, std::future::pending()))
    }

    /// What happens, without end.
    #[oai(path = "/endless", method = "get", operation_id = "endless")]
    async fn endless(&self) -> Result<Live<Position>, ReadFail> {
        let stop = tokio::time::sleep(Duration::from_mins(10));
        Ok(Live::new(stream::pending(), stop))
    }
}

pub fn limits() -> Limits {
    Limits {
        json: 20_000,
        upload: 100_000,
        ..Limits::default()
    }
}

pub fn app_with(
    limits: Limits,
    floods: &FloodSettings,
    metrics: &Metrics,
) -> impl Endpoint<Output = Response> + use<> {
    pages(limits, floods, metrics).finish()
}

/// The same with the document.
pub fn documented() -> TestClient<impl Endpoint<Output = Response> + 'static> {
    let app = pages(limits(), &FloodSettings::default(), &Metrics::new())
        .page("/openapi.json", docs::document_page::<Notes>("0.1.0"))
        .page("/docs", docs::reading_page::<Notes>("0.1.0"));
    TestClient::new(app.finish())
}

fn pages(limits: Limits, floods: &FloodSettings, metrics: &Metrics) -> App {
    App::new(limits, Floods::new(floods), metrics.clone())
        .api(Notes)
        .page("/problems/:code", docs::problems_page())
        .page("/livez", health::live())
        .page(
            "/readyz",
            health::ready(|| async { Err("the writer is gone".to_owned()) }),
        )
        .page("/metrics", metrics.page())
}

pub fn client() -> TestClient<impl Endpoint<Output = Response> + 'static> {
    TestClient::new(app_with(
        limits(),
        &FloodSettings::default(),
        &Metrics::new(),
    ))
}

pub const ID: &str = "0198c5a0-5b1e-7c3d-9a4f-2b6e8d0c1f35";

/// A note that is right.
pub fn note() -> serde_json::Value {
    serde_json::json!({"id": ID, "title": "路灯不亮", "urgency": "daily"})
}
