//! The server behind the gateway.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use gridwhistle_client::{Client, types};
use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HeaderMap, HeaderValue};
use uuid::Uuid;

use super::fail::failure;
use super::{Ear, Gateway, Listening, Pending};
use crate::i18n::Lang;
use crate::model::failure::{Failure, Kind};
use crate::model::request::{Answer, Reply, Request};
use crate::model::session::{Post, Session};

/// The way to a server over HTTP.
#[derive(Debug, Default)]
pub struct Server {
    lang: RefCell<Lang>,
    session: RefCell<Option<Session>>,
    /// The connections, made at the first request: the first picture needs none.
    client: RefCell<Option<Client>>,
    /// Photographs that have arrived: draft and path to attachment. Sending a report again sends
    /// the same body.
    uploaded: RefCell<HashMap<(Uuid, String), Uuid>>,
}

impl Server {
    pub fn new() -> Rc<Self> {
        Rc::new(Self::default())
    }

    /// Who asks. Refused without a login.
    pub fn session(&self) -> Result<Session, Failure> {
        self.session
            .borrow()
            .clone()
            .ok_or_else(|| Failure::new(Kind::Login, ""))
    }

    /// The generated client with the login and the language.
    pub fn client(&self) -> Result<Client, Failure> {
        if let Some(client) = &*self.client.borrow() {
            return Ok(client.clone());
        }
        let session = self.session()?;
        let client = self.connect(&session.server, Some(&session.token))?;
        *self.client.borrow_mut() = Some(client.clone());
        Ok(client)
    }

    fn connect(&self, server: &str, token: Option<&str>) -> Result<Client, Failure> {
        let http = self.http(token, |http| http.timeout(Duration::from_secs(30)))?;
        Ok(Client::new_with_client(server, http))
    }

    /// Connections with the login and the language.
    pub(super) fn http(
        &self,
        token: Option<&str>,
        patience: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<reqwest::Client, Failure> {
        let local = |cause: String| Failure::new(Kind::Local, cause);
        // Refused only when there is one already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT_LANGUAGE,
            HeaderValue::from_static(self.lang.borrow().tag()),
        );
        if let Some(token) = token {
            let mut bearer = HeaderValue::from_str(&format!("Bearer {token}"))
                .map_err(|e| local(e.to_string()))?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        let http = reqwest::Client::builder()
            .default_headers(headers)
            .connect_timeout(Duration::from_secs(5));
        patience(http).build().map_err(|e| local(e.to_string()))
    }

    async fn login(&self, server: String, username: String, password: String) -> Reply {
        let client = self.connect(&server, None)?;
        let credentials = types::Credentials {
            username: username.clone(),
            password,
        };
        let session = client
            .login()
            .body(credentials)
            .send()
            .await
            .map_err(failure)?
            .into_inner();
        let session = Session {
            server,
            token: session.token,
            username,
            name: session.account.name,
            posts: session.account.posts.into_iter().map(post).collect(),
            may: session.account.may,
        };
        self.hold(Some(session.clone()));
        Ok(Answer::Session(session))
    }

    async fn me(&self) -> Reply {
        let account = self
            .client()?
            .me()
            .send()
            .await
            .map_err(failure)?
            .into_inner();
        let mut session = self.session()?;
        session.name = account.name;
        session.posts = account.posts.into_iter().map(post).collect();
        session.may = account.may;
        Ok(Answer::Session(session))
    }

    async fn logout(&self) -> Reply {
        let client = self.client();
        let sent = match client {
            Ok(client) => client.logout().send().await.map(drop).map_err(failure),
            Err(failure) => Err(failure),
        };
        self.hold(None);
        sent.map(|()| Answer::LoggedOut)
    }

    /// Sends the photographs that have not arrived yet, and gives the attachments of all.
    pub async fn upload(&self, draft: Uuid, photos: &[String]) -> Result<Vec<Uuid>, Failure> {
        let mut attachments = Vec::with_capacity(photos.len());
        for path in photos {
            let key = (draft, path.clone());
            let known = self.uploaded.borrow().get(&key).copied();
            if let Some(id) = known {
                attachments.push(id);
                continue;
            }
            let bytes = std::fs::read(expand(path)).map_err(|e| {
                let mut failure = Failure::new(Kind::Local, format!("{path}: {e}"));
                failure
                    .faults
                    .push(("/photos".into(), format!("{path}: {e}")));
                failure
            })?;
            let sent = self.client()?.upload_attachment().body(bytes).send().await;
            let id = sent.map_err(failure)?.into_inner().id;
            self.uploaded.borrow_mut().insert(key, id);
            attachments.push(id);
        }
        Ok(attachments)
    }

    async fn answer(self: Rc<Self>, request: Request) -> Reply {
        match request {
            Request::Login {
                server,
                username,
                password,
            } => self.login(server, username, password).await,
            Request::Logout => self.logout().await,
            Request::Me => self.me().await,
            Request::Section(section) => self.section(section).await.map(Answer::Pile),
            Request::List { query, cursor } => self.list(query, cursor).await.map(Answer::Page),
            Request::Case(id) => self.dossier(&id).await.map(|d| Answer::Case(Box::new(d))),
            Request::Report(report) => self.report(report).await.map(Answer::Done),
            Request::Act(act) => self.act(act).await.map(Answer::Done),
            Request::Board(range) => self.board(&range).await.map(Answer::Board),
            Request::Shares {
                range,
                indicator,
                by_unit,
            } => self
                .shares(&range, &indicator, by_unit)
                .await
                .map(Answer::Shares),
            Request::Series { range, indicator } => {
                self.series(&range, &indicator).await.map(Answer::Series)
            }
            Request::Behind {
                range,
                indicator,
                part,
                cursor,
            } => self
                .behind(&range, &indicator, part, cursor)
                .await
                .map(Answer::Page),
            Request::Matters => self.matters().await.map(Answer::Matters),
            Request::Grids(division) => self.grids(&division).await.map(Answer::Grids),
            Request::Map(division) => self.map(&division).await.map(Answer::Map),
            Request::Rates { range, indicator } => {
                self.rates(&range, &indicator).await.map(Answer::Rates)
            }
            Request::Units => self.units().await.map(Answer::Units),
            Request::Kinds(place) => self.kinds(&place).await.map(Answer::Kinds),
            Request::Duty => self.duty().await.map(|board| Answer::Duty(Box::new(board))),
            Request::HandOver(note) => {
                let given = self.hand_over(note).await;
                given.map(|handover| Answer::Signed(Box::new(handover)))
            }
            Request::TakeOver(id) => {
                let taken = self.take_over(&id).await;
                taken.map(|handover| Answer::Signed(Box::new(handover)))
            }
            Request::Divisions(code) => self.divisions(&code).await.map(Answer::Divisions),
            Request::Register(register) => self.register(register).await.map(Answer::Register),
            Request::ChangeRegister(change) => {
                let changed = self.change_register(change).await;
                changed.map(|()| Answer::RegisterChanged)
            }
            Request::Changesets(cursor) => self.changesets(cursor).await.map(Answer::Changesets),
            Request::Sides(put) => {
                let sides = self.sides(*put).await;
                sides.map(|sides| Answer::Sides(Box::new(sides)))
            }
            Request::ChangeBoundaries(new) => {
                let changed = self.change_boundaries(new).await;
                changed.map(|changed| Answer::BoundariesChanged(Box::new(changed)))
            }
            Request::Locate { points, crs } => {
                self.locate(&points, &crs).await.map(Answer::Located)
            }
            Request::Preview(wanted) => self.preview(wanted).await.map(Answer::Preview),
            Request::Proposal(case) => self.proposal(case).await.map(Answer::Proposal),
            Request::Unread => self.unread().await.map(Answer::Unread),
            Request::ReadNotice(id) => self.read_notice(id).await.map(Answer::Unread),
            Request::ReadNotices(upto) => self.read_notices(upto).await.map(Answer::Unread),
        }
    }
}

impl Gateway for Server {
    fn call(self: Rc<Self>, request: Request) -> Pending {
        Box::pin(self.answer(request))
    }

    fn listen(self: Rc<Self>, ear: Ear) -> Pin<Box<dyn Future<Output = Listening>>> {
        Box::pin(self.hear(ear))
    }

    fn speak(&self, lang: Lang) {
        *self.lang.borrow_mut() = lang;
        *self.client.borrow_mut() = None;
    }

    fn hold(&self, session: Option<Session>) {
        *self.session.borrow_mut() = session;
        *self.client.borrow_mut() = None;
    }
}

/// A post; what it extends over is told by the post and the form of the code.
fn post(held: types::HeldPost) -> Post {
    let digits = held.scope.split(',').next().unwrap_or_default();
    let numeric = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let scope_kind = match (numeric, digits.len()) {
        (true, 15) => "grids",
        (true, 12) => "division",
        _ => "unit",
    };
    Post {
        post: held.post,
        scope: held.scope,
        scope_name: held.scope_name,
        scope_kind: scope_kind.to_owned(),
    }
}

/// `~/photo.jpg` as the shell would have it.
fn expand(path: &str) -> std::path::PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => std::path::Path::new(&home).join(rest),
        _ => path.into(),
    }
}
