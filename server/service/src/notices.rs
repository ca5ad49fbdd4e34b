//! Notices: what somebody is told, and whether he has read it.

use gridwhistle_domain::access::{Actor, Operation};
use gridwhistle_domain::notice::mailboxes;
use gridwhistle_store::{NoticeFilter, StoredNotice};

use crate::{Service, ServiceError};

/// Notices are kept so many days unless the operator says otherwise.
pub const NOTICE_DAYS: u16 = 30;
/// So many notices are forgotten at once, so that filing never waits long for it.
pub const NOTICES_AT_ONCE: u64 = 500;

impl Service {
    /// A page of the caller's notices, the newest first, and where the next one begins.
    pub async fn notices(
        &self,
        actor: &Actor,
        unread: bool,
        before: Option<i64>,
        limit: u64,
    ) -> Result<(Vec<StoredNotice>, Option<i64>), ServiceError> {
        let filter = NoticeFilter {
            unread,
            before,
            limit,
            ..self.own(actor)?
        };
        let mut notices = self.store.notices(&filter).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = notices.len() > limit;
        notices.truncate(limit);
        let next = notices.last().filter(|_| more).map(|last| last.id);
        Ok((notices, next))
    }

    /// How many notices the caller has not read, counted up to [`crate::UNREAD_AT_MOST`].
    pub async fn unread_notices(&self, actor: &Actor) -> Result<u64, ServiceError> {
        Ok(self.store.unread(&self.own(actor)?).await?)
    }

    /// The caller has read a notice of his; again changes nothing.
    pub async fn read_notice(&self, actor: &Actor, id: i64) -> Result<(), ServiceError> {
        let filter = self.own(actor)?;
        if !self.store.has_notice(&filter, id).await? {
            return Err(ServiceError::NotFound);
        }
        Ok(self.store.read_notice(actor.person, id).await?)
    }

    /// The caller has read all of his notices up to one.
    pub async fn read_notices(&self, actor: &Actor, upto: i64) -> Result<(), ServiceError> {
        let filter = self.own(actor)?;
        // What has not been told yet cannot have been read.
        if !self.store.has_notice(&filter, upto).await? {
            return Err(ServiceError::NotFound);
        }
        Ok(self.store.read_notices(actor.person, upto).await?)
    }

    /// Forgets notices from more than so many days ago, at most [`NOTICES_AT_ONCE`] of them. Answers whether there may
    /// be more.
    pub async fn prune_notices(&self, days: u16) -> Result<bool, ServiceError> {
        let before = self.clock.now().plus_days(-i64::from(days));
        let pruned = self.store.prune_notices(before, NOTICES_AT_ONCE).await?;
        Ok(u64::try_from(pruned).unwrap_or(u64::MAX) >= NOTICES_AT_ONCE)
    }

    fn own(&self, actor: &Actor) -> Result<NoticeFilter, ServiceError> {
        let reaches = self.reaches(actor, Operation::ReadNotices)?;
        Ok(NoticeFilter {
            person: actor.person,
            mailboxes: mailboxes(actor, self.clock.now()),
            reaches,
            unread: false,
            before: None,
            limit: 0,
        })
    }
}
