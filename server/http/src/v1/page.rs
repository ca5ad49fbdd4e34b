//! Pages of lists: what is asked for, and how it is answered.

use poem::http::Uri;
use poem::{FromRequest, Request, RequestBody};

use super::parsed;
use crate::answer::Listed;
use crate::refusal::Refusal;

/// How many entries a page has unless said otherwise.
pub const PAGE: u64 = 50;

/// A page in the words of its list.
pub trait Page {
    type Item;

    /// The page of these entries; `next` is where the next one begins.
    fn of(items: Vec<Self::Item>, next: Option<String>) -> Self;
}

/// The pages of lists, each with a name of its own in the document.
macro_rules! pages {
    ($($(#[$meta:meta])* $name:ident of $item:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, poem_openapi::Object)]
        #[oai(skip_serializing_if_is_none)]
        struct $name {
            items: Vec<$item>,
            /// For `cursor`; absent on the last page.
            next: Option<String>,
        }

        impl $crate::v1::page::Page for $name {
            type Item = $item;

            fn of(items: Vec<$item>, next: Option<String>) -> Self {
                Self { items, next }
            }
        }
    )+};
}

pub(super) use pages;

/// The address that was asked for, with its filters: what the address of the next page is made of.
#[derive(Debug)]
pub struct Here(Uri);

impl<'a> FromRequest<'a> for Here {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(request.uri().clone()))
    }
}

impl Here {
    /// A page of the list at this address; `next` is the cursor of the next one.
    pub fn page<P: Page>(&self, items: Vec<P::Item>, next: Option<String>) -> Listed<P> {
        Listed {
            next: next.as_deref().and_then(|cursor| self.with_cursor(cursor)),
            body: P::of(items, next),
        }
    }

    /// This address with another cursor and all else as it was.
    fn with_cursor(&self, cursor: &str) -> Option<String> {
        let query = self.0.query().unwrap_or_default();
        let mut parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        parameters.retain(|(name, _)| name != "cursor");
        parameters.push(("cursor".to_owned(), cursor.to_owned()));
        let query = serde_urlencoded::to_string(parameters).ok()?;
        Some(format!("{}?{query}", self.0.path()))
    }
}

/// The stages that a parameter names, separated by commas.
pub fn stages<S: std::str::FromStr>(text: Option<&String>) -> Result<Vec<S>, Refusal> {
    text.iter()
        .flat_map(|text| text.split(','))
        .filter(|name| !name.is_empty())
        .map(|name| parsed("stage", name))
        .collect()
}

#[cfg(test)]
mod tests {
    use gridwhistle_domain::case::Stage;

    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters_and_the_limit() {
        let here = |text: &'static str| Here(Uri::from_static(text));
        for (asked, next) in [
            ("/api/v1/cases", "/api/v1/cases?cursor=a.1"),
            (
                "/api/v1/cases?stage=reported%2Cclosed&limit=2",
                "/api/v1/cases?stage=reported%2Cclosed&limit=2&cursor=a.1",
            ),
            (
                "/api/v1/cases?cursor=b.2&number=%E7%BD%91&open=true",
                "/api/v1/cases?number=%E7%BD%91&open=true&cursor=a.1",
            ),
        ] {
            assert_eq!(here(asked).with_cursor("a.1").as_deref(), Some(next));
        }
    }

    #[test]
    fn several_stages_are_separated_by_commas() {
        let read = |text: &str| stages::<Stage>(Some(&text.to_owned()));
        assert_eq!(read("reported,,closed").unwrap().len(), 2);
        assert!(read("reported,somewhere").is_err());
        assert!(stages::<Stage>(None).unwrap().is_empty());
    }
}
