//! What one is told.

use gridwhistle_client::types;

use super::fail::failure;
use super::server::Server;
use super::{maybe, time};
use crate::model::failure::{Failure, Kind};
use crate::model::list::{Page, Row};
use crate::model::request::Unread;

/// How many notices a page has.
const PART: u64 = 100;

impl Server {
    /// What one is told, the newest first.
    pub(super) async fn notices(&self, cursor: Option<String>) -> Result<Page, Failure> {
        let cursor = cursor
            .map(|text| text.parse::<i64>())
            .transpose()
            .map_err(|e| Failure::new(Kind::Local, e.to_string()))?;
        let client = self.client()?;
        let call = maybe!(client.list_notices().limit(PART), cursor = cursor);
        let page = call.send().await.map_err(failure)?.into_inner();
        let rows = page.items.into_iter().map(|told| Row {
            case_id: told.case_id.to_string(),
            title: told.text,
            number: told.case_number,
            family: "told",
            stage: if told.read { "read" } else { "unread" }.to_owned(),
            at: Some(time(told.at)),
            unread: (!told.read).then_some(told.id),
            ..Row::default()
        });
        Ok(Page {
            rows: rows.collect(),
            next: page.next,
        })
    }

    /// How many notices were not read.
    pub(super) async fn unread(&self) -> Result<Unread, Failure> {
        let client = self.client()?;
        let sent = client.count_unread_notices().send().await;
        let told = sent.map_err(failure)?.into_inner();
        Ok(Unread {
            count: told.count,
            more: told.more,
        })
    }

    /// A notice was read; answers what is left.
    pub(super) async fn read_notice(&self, id: i64) -> Result<Unread, Failure> {
        let client = self.client()?;
        client.read_notice().id(id).send().await.map_err(failure)?;
        self.unread().await
    }

    /// All notices were read up to this one; answers what is left.
    pub(super) async fn read_notices(&self, upto: i64) -> Result<Unread, Failure> {
        let client = self.client()?;
        let body = types::ReadUpTo { upto };
        let sent = client.read_notices().body(body).send().await;
        sent.map_err(failure)?;
        self.unread().await
    }
}
