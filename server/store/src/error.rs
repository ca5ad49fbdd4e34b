//! What can go wrong with storage, in words that the callers can act on.

use gridwhistle_domain::case::CaseId;

/// A failure of storage, or a conflict that it found.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The case has moved on since it was read: read it again and decide anew.
    #[error("the case has changed since it was read")]
    Stale,
    /// A case with this id was filed before.
    #[error("a case with the id {0} exists")]
    CaseExists(CaseId),
    /// The external number was filed before from the same source.
    #[error("the external number belongs to the case {0}")]
    ExternalNumberTaken(CaseId),
    /// The account used this idempotency key for something else.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The request was carried out before: the case and its version then.
    #[error("the request was carried out before")]
    Replayed { case: CaseId, version: u32 },
    /// A name that has to be unique is taken.
    #[error("{0} is taken")]
    Taken(String),
    /// What lies in the database is not what was put there.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// The database cannot be used as it is.
    #[error("{0}")]
    Unusable(String),
    /// The engine failed. The outcome of a write is unknown: repeat it with the same key.
    #[error("the database failed: {0}")]
    Engine(String),
}

impl From<sea_orm::DbErr> for StoreError {
    fn from(error: sea_orm::DbErr) -> Self {
        match error.sql_err() {
            Some(sea_orm::SqlErr::UniqueConstraintViolation(what)) => Self::Taken(what),
            _ => Self::Engine(error.to_string()),
        }
    }
}
