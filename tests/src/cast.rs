//! The people of a story, each acting in their own session.

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::{Account, Answer, Api, Server};

/// Everybody who has an account in the demo.
pub struct Cast {
    members: Vec<Member>,
    stranger: Api,
}

struct Member {
    account: Account,
    session: OnceCell<Api>,
}

/// Who did something, and what it made of the case.
#[derive(Debug, Clone)]
pub struct Done {
    /// The account that acted.
    pub by: Account,
    /// The case after it.
    pub case: Value,
}

impl Cast {
    /// The people of a demo server. They log in when they are first needed.
    pub fn of(server: &Server) -> anyhow::Result<Self> {
        let members = server
            .accounts()?
            .into_iter()
            .map(|account| Member {
                account,
                session: OnceCell::new(),
            })
            .collect();
        Ok(Self {
            members,
            stranger: server.api()?,
        })
    }

    /// Somebody without an account.
    pub fn stranger(&self) -> &Api {
        &self.stranger
    }

    /// The account of that name.
    pub async fn named(&self, username: &str) -> anyhow::Result<&Api> {
        let member = self
            .members
            .iter()
            .find(|member| member.account.username == username)
            .with_context(|| format!("the demo has no account {username}"))?;
        self.session(member).await
    }

    /// The first account that holds this post.
    pub async fn holder(&self, post: &str) -> anyhow::Result<&Api> {
        let member = self
            .members
            .iter()
            .find(|member| member.account.post == post)
            .with_context(|| format!("the demo has no {post}"))?;
        self.session(member).await
    }

    /// Lets whoever may do it take an action on a case, or on a called unit's part of it, in the
    /// words of the API: `fields` are the body beside `action`.
    ///
    /// The server is asked what each may do (`GET /cases/{id}/actions`), so an action that nobody is
    /// offered is an error here; whoever is offered it must be able to take it.
    pub async fn act(&self, case: &str, action: &str, fields: Value) -> anyhow::Result<Done> {
        self.act_on(case, None, action, fields).await
    }

    /// The same for one whistle or called unit, where several are open.
    pub async fn act_on(
        &self,
        case: &str,
        target: Option<&str>,
        action: &str,
        fields: Value,
    ) -> anyhow::Result<Done> {
        let mut why_not = Vec::new();
        for member in &self.members {
            let api = self.session(member).await?;
            let offers = api
                .get(&format!("/api/v1/cases/{case}/actions"))
                .send()
                .await?;
            if offers.status != 200 {
                continue;
            }
            let offers = offers.body;
            for offer in offers["items"].as_array().context("no offers")? {
                let other = target.is_some_and(|target| offer["target_id"] != target);
                if offer["action"] != action || other {
                    continue;
                }
                if offer["allowed"] == true {
                    let answer = take(api, case, &offers, offer, &fields).await?;
                    let answer = answer.expect(200).with_context(|| {
                        format!("{action} by {}, who is offered it", member.account.username)
                    })?;
                    return Ok(Done {
                        by: member.account.clone(),
                        case: answer.body,
                    });
                }
                why_not.push(format!("{}: {}", member.account.username, offer["code"]));
            }
        }
        bail!("nobody may {action}: {}", why_not.join(", "));
    }

    /// Lets the unit that leads answer the resident, with its leader's consent where an officer wrote it.
    pub async fn reply(&self, case: &str) -> anyhow::Result<()> {
        let replied = self
            .act(case, "reply", json!({"text": "您反映的问题已处理"}))
            .await?;
        if replied.case["reply"].is_null() {
            self.act(case, "consent_reply", json!({})).await?;
        }
        Ok(())
    }

    async fn session<'a>(&self, member: &'a Member) -> anyhow::Result<&'a Api> {
        let Account {
            username, password, ..
        } = &member.account;
        member
            .session
            .get_or_try_init(|| self.stranger.login(username, password))
            .await
    }
}

/// Takes an action as it is offered: with `If-Match` where it is a decision.
async fn take(
    api: &Api,
    case: &str,
    offers: &Value,
    offer: &Value,
    fields: &Value,
) -> anyhow::Result<Answer> {
    let mut body: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
    body.insert("action".to_owned(), offer["action"].clone());
    let (path, version) = if offer["target"] == "assignment" {
        let id = offer["target_id"].as_str().context("no target")?;
        let path = format!("/api/v1/assignments/{id}/actions");
        (path, &offer["target_version"])
    } else {
        if let Some(whistle) = offer["target_id"].as_str() {
            body.insert("whistle_id".to_owned(), whistle.into());
        }
        (format!("/api/v1/cases/{case}/actions"), &offers["version"])
    };
    let mut call = api.post(&path).key(&Uuid::new_v4().to_string());
    if offer["decision"] == true {
        call = call.header("If-Match", &format!("\"{version}\""));
    }
    call.json(&json!(body)).send().await
}
