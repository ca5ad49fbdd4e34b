//! `/ogc`: divisions, grids and cases by OGC API – Features, Part 1 (core, `GeoJSON`, `OpenAPI` 3.0) and Part 2 (by
//! reference), for the maps that people have already.
//!
//! It has a document of its own ([`api`]), since the checkers and clients of the standard want `OpenAPI` 3.0 with paths
//! below this root, and a reader of parameters of its own ([`query`]). Refusals are those of the whole server.

mod cases;
mod collections;
mod crs;
mod document;
mod items;
mod query;
mod reference;

use std::future::{Future, ready};

use poem::http::header;
use poem::{Request, Response};
use serde_json::{Value, json};

use collections::Collection;
use query::Parameters;

use crate::answer::JSON;
use crate::auth;
use crate::etag;
use crate::messages::Lang;
use crate::mount::Methods;
use crate::refusal::Refusal;
use crate::state::State;

/// The media type of features.
const GEOJSON: &str = "application/geo+json";
/// The media type of the document.
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
const HTML: &str = "text/html; charset=utf-8";

/// What is served here is what these classes ask for.
const CONFORMS_TO: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
];

/// `/ogc`: where everything is.
pub fn landing(state: &State) -> Methods {
    page(state, |state, request| {
        ready(landing_page(&state, &request))
    })
}

/// `/ogc/conformance`: the classes that are implemented.
pub fn conformance(state: &State) -> Methods {
    let told = json!({"conformsTo": CONFORMS_TO});
    fixed(state, Content::public(JSON, &told))
}

/// `/ogc/api`: the document.
pub fn api(state: &State, version: &str) -> Methods {
    let document = document::document(&root(state), version);
    fixed(state, Content::public(OPENAPI, &document))
}

/// `/ogc/api.html`: the document for people.
pub fn reading(state: &State, version: &str) -> Methods {
    let document = document::document(&root(state), version);
    fixed(state, Content::of(HTML, document::reading(&document)))
}

/// `/ogc/collections`: those that the caller may read.
pub fn collections(state: &State) -> Methods {
    page(state, collection_list)
}

/// `/ogc/collections/{collection}`: one of them.
pub fn collection(state: &State) -> Methods {
    page(state, one_collection)
}

/// `/ogc/collections/{collection}/items`: a page of its features.
pub fn items(state: &State) -> Methods {
    page(state, |state, request| async move {
        let collection = wanted(&request)?;
        let actor = auth::caller(&request).await?;
        state.may(&actor, collection.operation())?;
        items::list(&state, &actor, collection, &request).await
    })
}

/// `/ogc/collections/{collection}/items/{feature}`: one of its features.
pub fn item(state: &State) -> Methods {
    page(state, |state, request| async move {
        let collection = wanted(&request)?;
        let actor = auth::caller(&request).await?;
        state.may(&actor, collection.operation())?;
        items::one(&state, &actor, collection, &request).await
    })
}

fn landing_page(state: &State, request: &Request) -> Result<Response, Refusal> {
    format_alone(request)?;
    let (root, lang) = (root(state), Lang::of(request));
    let title = lang.say("ogc-title");
    let api = lang.say("ogc-api-title");
    let at = |path: &str| format!("{root}{path}");
    let told = json!({
        "title": title,
        "description": lang.say("ogc-description"),
        "links": [
            link(&root, "self", JSON, &title),
            link(&at("/api"), "service-desc", OPENAPI, &api),
            link(&at("/api.html"), "service-doc", "text/html", &api),
            link(&at("/conformance"), "conformance", JSON, &title),
            link(&at("/collections"), "data", JSON, &title),
        ],
    });
    Ok(Content::public(JSON, &told).answer())
}

async fn collection_list(state: State, request: Request) -> Result<Response, Refusal> {
    let actor = auth::caller(&request).await?;
    format_alone(&request)?;
    let (root, lang) = (root(&state), Lang::of(&request));
    let reference = state.service.reference();
    let readable = Collection::ALL
        .into_iter()
        .filter(|collection| state.may(&actor, collection.operation()).is_ok())
        .map(|collection| collection.describe(&root, lang, &reference));
    let address = format!("{root}/collections");
    let told = json!({
        "links": [link(&address, "self", JSON, &lang.say("ogc-title"))],
        "collections": readable.collect::<Vec<_>>(),
    });
    Ok(Content::private(JSON, &told).answer())
}

async fn one_collection(state: State, request: Request) -> Result<Response, Refusal> {
    let collection = wanted(&request)?;
    let actor = auth::caller(&request).await?;
    state.may(&actor, collection.operation())?;
    format_alone(&request)?;
    let reference = state.service.reference();
    let told = collection.describe(&root(&state), Lang::of(&request), &reference);
    Ok(Content::private(JSON, &told).answer())
}

/// The collection of the address.
fn wanted(request: &Request) -> Result<Collection, Refusal> {
    let id = request.raw_path_param("collection").unwrap_or_default();
    Collection::named(id).ok_or_else(Refusal::not_found)
}

/// Where nothing can be asked for but the format.
fn format_alone(request: &Request) -> Result<(), Refusal> {
    let mut parameters = Parameters::of(request)?;
    parameters.format();
    parameters.finish()
}

/// The address of the landing page, as the outside reaches it.
fn root(state: &State) -> String {
    format!("{}/ogc", state.base_url)
}

/// A link, which always says what kind of document is at its end.
fn link(href: &str, rel: &str, media_type: &str, title: &str) -> Value {
    json!({"href": href, "rel": rel, "type": media_type, "title": title})
}

fn page<H, F>(state: &State, handler: H) -> Methods
where
    H: Fn(State, Request) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Response, Refusal>> + Send + 'static,
{
    let state = state.clone();
    Methods::new().get(poem::endpoint::make(move |request: Request| {
        let answering = handler(state.clone(), request);
        async move { answering.await.map_err(poem::Error::from) }
    }))
}

/// What stays the same as long as the server runs.
fn fixed(state: &State, content: Content) -> Methods {
    page(state, move |_, request| {
        ready(format_alone(&request).map(|()| content.answer()))
    })
}

/// What is answered, and how it may be kept.
struct Content {
    media_type: &'static str,
    text: String,
    tag: String,
    private: bool,
}

impl Content {
    /// For everybody.
    fn of(media_type: &'static str, text: String) -> Self {
        Self {
            media_type,
            tag: etag::of_content(text.as_bytes()),
            text,
            private: false,
        }
    }

    /// The same of a JSON value.
    fn public(media_type: &'static str, value: &Value) -> Self {
        Self::of(media_type, value.to_string())
    }

    /// For the caller alone.
    fn private(media_type: &'static str, value: &Value) -> Self {
        Self {
            private: true,
            ..Self::public(media_type, value)
        }
    }

    /// With another entity tag than that of its bytes, quotes included.
    fn tagged(self, tag: String) -> Self {
        Self { tag, ..self }
    }

    fn answer(&self) -> Response {
        let kept = if self.private {
            "private, no-cache"
        } else {
            "no-cache"
        };
        Response::builder()
            .content_type(self.media_type)
            .header(header::ETAG, &self.tag)
            .header(header::CACHE_CONTROL, kept)
            .header(header::VARY, "Accept-Language, Authorization")
            .body(self.text.clone())
    }
}
