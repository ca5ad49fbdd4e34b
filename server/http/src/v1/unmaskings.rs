//! `/unmaskings`: who looked at residents' data in clear, for the auditor.

use gridwhistle_domain::access::PersonId;
use gridwhistle_domain::case::CaseId;
use gridwhistle_service::{Unmasking as Recorded, UnmaskingFilter};
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use super::page::{Here, PAGE, pages};
use super::views::{Look, Person};
use super::{Tag, When, moment, when};
use crate::answer::Listed;
use crate::auth::Caller;
use crate::fail::ReadFail;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;

/// Records of unmasking.
pub struct Unmaskings(pub(super) State);

/// A look at a resident's data in clear.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct Unmasking {
    id: Uuid,
    at: When,
    case_id: Uuid,
    /// The account that looked.
    person_id: Uuid,
    by: Option<Person>,
    /// `contact_resident`, `check_facts`, `follow_up`, `reply`, `correct_data`, `legal_request`, `other`
    purpose: String,
    note: Option<String>,
}

pages! {
    /// A page of looks at residents' data.
    UnmaskingPage of Unmasking;
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Audit")]
impl Unmaskings {
    /// Who looked at residents' data in the auditor's scope, when and what for; the newest first.
    #[oai(path = "/unmaskings", method = "get", operation_id = "list_unmaskings")]
    #[expect(clippy::too_many_arguments, reason = "each is a published filter")]
    async fn list(
        &self,
        lang: Lang,
        here: Here,
        caller: Caller,
        case_id: Query<Option<Uuid>>,
        /// The account that looked.
        person_id: Query<Option<Uuid>>,
        from: Query<Option<When>>,
        to: Query<Option<When>>,
        cursor: Query<Option<Uuid>>,
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))] limit: Query<Option<u64>>,
    ) -> Result<Listed<UnmaskingPage>, ReadFail> {
        let filter = UnmaskingFilter {
            reaches: Vec::new(),
            case: case_id.0.map(CaseId),
            person: person_id.0.map(PersonId),
            from: from.0.map(moment),
            to: to.0.map(moment),
            before: cursor.0,
            limit: limit.0.unwrap_or(PAGE),
        };
        let service = &self.0.service;
        let (looks, next) = service
            .unmaskings(&caller.0.actor, filter)
            .await
            .map_err(Refusal::from)?;
        let reference = service.reference();
        let look = Look {
            reference: &reference,
            lang,
        };
        let items = looks.iter().map(|u| Unmasking::of(u, look)).collect();
        Ok(here.page(items, next.map(|id| id.to_string())))
    }
}

impl Unmasking {
    fn of(u: &Recorded, look: Look<'_>) -> Self {
        Self {
            id: u.id,
            at: when(u.at),
            case_id: u.case.0,
            person_id: u.person.0,
            by: u.by.as_ref().map(|by| look.person(by)),
            purpose: u.purpose.clone(),
            note: u.note.clone(),
        }
    }
}
