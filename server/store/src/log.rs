//! The log's rows: numbering and the chain of hashes that makes tampering evident.

use gridwhistle_domain::case::Recorded;
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::entity::case_event;

/// The end of the log, to which the next rows are appended.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// Makes the next row: its hash covers the row, the one before it in its case and in the log.
pub fn next_row(
    head: &mut Head,
    case_hash: &mut Vec<u8>,
    recorded: &Recorded,
) -> Result<case_event::Model, StoreError> {
    let body = serde_json::to_string(recorded).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let seq = head.seq + 1;
    let own = digest(&[case_hash, body.as_bytes()]);
    let hash = digest(&[&head.hash, &seq.to_be_bytes(), &own]);
    case_hash.clone_from(&own);
    *head = Head {
        seq,
        hash: hash.clone(),
    };
    Ok(case_event::Model {
        seq,
        case_id: recorded.case.0,
        version: i32::try_from(recorded.version).unwrap_or(i32::MAX),
        kind: recorded.event.name().to_owned(),
        recorded_at: recorded.recorded_at.micros(),
        body,
        case_hash: own,
        hash,
    })
}

/// Reads a row back.
pub fn read_row(row: &case_event::Model) -> Result<Recorded, StoreError> {
    serde_json::from_str(&row.body)
        .map_err(|e| StoreError::Corrupt(format!("row {} of the log: {e}", row.seq)))
}

/// Each part is preceded by its length, so that no two sequences of parts give the same bytes.
pub fn digest(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}
