//! `/ratings/{token}`: what a resident answers, without an account.

use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::asking::NewRating;
use crate::answer::{Answer, Created};
use crate::body::Body;
use crate::fail::{CreateFail, ReadFail};
use crate::refusal::Refusal;
use crate::state::State;

/// Ratings.
pub struct Ratings(pub(super) State);

/// What a resident is asked about. Nothing that a stranger with the link should not know.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct RatingQuestion {
    number: String,
    matter: Option<String>,
    town: String,
    /// What the handling came to.
    reply: Option<String>,
    /// Whether it can still be answered.
    open: bool,
}

/// Taken.
#[derive(Debug, Object)]
struct Thanks {
    number: String,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Ratings")]
impl Ratings {
    /// What is asked, and whether it can still be answered.
    #[oai(path = "/ratings/:token", method = "get", operation_id = "get_rating")]
    async fn get(&self, token: Path<String>) -> Result<Answer<RatingQuestion>, ReadFail> {
        let page = self
            .0
            .service
            .rating(&token.0)
            .await
            .map_err(Refusal::from)?;
        let reference = self.0.service.reference();
        Ok(Answer(RatingQuestion {
            number: page.case.number.clone(),
            matter: page
                .case
                .matter
                .as_ref()
                .and_then(|key| reference.rules.catalogue.matter(key))
                .map(|m| m.name.clone()),
            town: reference.division_name(page.case.centre),
            reply: page.reply.clone(),
            open: page.open,
        }))
    }

    /// Answer, once; 410 when the link was used or has expired.
    #[oai(path = "/ratings/:token", method = "post", operation_id = "rate")]
    async fn rate(
        &self,
        token: Path<String>,
        body: Body<NewRating>,
    ) -> Result<Created<Thanks>, CreateFail> {
        let Body(new) = body;
        let answer = new.answer();
        let case = self
            .0
            .service
            .rate(&token.0, &answer)
            .await
            .map_err(Refusal::from)?;
        Ok(Created::new(Thanks {
            number: case.number,
        }))
    }
}
