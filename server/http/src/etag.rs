//! Entity tags (RFC 9110 §8.8.3, §13.1): the version of a resource, for decisions and for caches.

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{
    Response,
    http::{StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

/// The strong entity tag of a version: `"7"`, quotes included.
pub fn strong(version: i64) -> String {
    format!("\"{version}\"")
}

/// The strong entity tag of a content that has no version: another one for every other content, quotes included.
pub fn of_content(content: &[u8]) -> String {
    format!("\"{}\"", STANDARD.encode(&Sha256::digest(content)[..12]))
}

/// The version that a decision names in `If-Match`.
///
/// # Errors
/// 428 without the header, and with `*`, since that names no version; 412 for a tag that is none of ours.
pub fn expected_version(if_match: Option<&str>) -> Result<i64, Refusal> {
    let tag = match if_match.map(str::trim) {
        None | Some("" | "*") => return Err(Refusal::version_missing()),
        Some(tag) => tag,
    };
    tag.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| Refusal::stale_version(None))
}

/// Whether an `If-None-Match` names this tag (weak comparison, as §13.1.2 asks).
pub fn none_match(if_none_match: &str, etag: &str) -> bool {
    if_none_match.split(',').map(str::trim).any(|tag| {
        tag == "*"
            || tag.strip_prefix("W/").unwrap_or(tag) == etag.strip_prefix("W/").unwrap_or(etag)
    })
}

/// Turns a 200 into a 304 where the caller holds the current version already.
pub(crate) fn conditional(if_none_match: Option<&str>, mut response: Response) -> Response {
    let held = match (if_none_match, response.header(header::ETAG)) {
        (Some(tags), Some(etag)) => response.status() == StatusCode::OK && none_match(tags, etag),
        _ => false,
    };
    if held {
        response.set_status(StatusCode::NOT_MODIFIED);
        response.set_body(());
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    #[test]
    fn a_decision_names_the_version_it_decides_on() {
        assert_eq!(expected_version(Some("\"7\"")), Ok(7));
        assert_eq!(expected_version(Some(&strong(12))), Ok(12));
        for missing in [None, Some(""), Some("*")] {
            let refusal = expected_version(missing).unwrap_err();
            assert_eq!(refusal.code(), Code::PreconditionRequired, "{missing:?}");
        }
        for foreign in ["7", "\"abc\"", "W/\"7\"", "\"\"", "\"7"] {
            let refusal = expected_version(Some(foreign)).unwrap_err();
            assert_eq!(refusal.code(), Code::StaleVersion, "{foreign}");
        }
    }

    #[test]
    fn a_cache_is_answered_by_weak_comparison() {
        assert!(none_match("\"a\", W/\"b\"", "\"b\""));
        assert!(none_match("*", "\"b\""));
        assert!(!none_match("\"a\"", "\"b\""));
    }
}
