//! Pages of features and single features, as `GeoJSON`.

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::place::{DivisionCode, GridCode};
use poem::http::{HeaderName, HeaderValue, Uri, header};
use poem::{Request, Response};
use serde_json::{Map, Value, json};

use super::cases::{self, CaseFilter};
use super::collections::Collection;
use super::crs::Crs;
use super::query::{Common, Parameters};
use super::reference::{self, DivisionFilter, GridFilter, GridVersion};
use super::{Content, GEOJSON, link, root};
use crate::answer::JSON;
use crate::etag;
use crate::messages::Lang;
use crate::refusal::Refusal;
use crate::state::State;

/// In which coordinate reference system the answer is.
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// A page of features.
#[derive(Default)]
pub(super) struct Page {
    pub features: Vec<Value>,
    /// The value of `cursor` for the next page; none on the last one.
    pub next: Option<String>,
    /// How many features there are on all pages; none where nobody has counted.
    pub matched: Option<usize>,
}

/// A feature; no geometry is `null`.
pub(super) fn feature(id: &str, geometry: Value, properties: Value) -> Value {
    let mut told = Map::new();
    told.insert("type".to_owned(), json!("Feature"));
    told.insert("id".to_owned(), json!(id));
    told.insert("geometry".to_owned(), geometry);
    told.insert("properties".to_owned(), properties);
    Value::Object(told)
}

/// A page of the features that the request asks for.
pub(super) async fn list(
    state: &State,
    actor: &Actor,
    collection: Collection,
    request: &Request,
) -> Result<Response, Refusal> {
    let mut parameters = Parameters::of(request)?;
    let common = Common::read(&mut parameters, collection);
    let reference = state.service.reference();
    let page = match collection {
        Collection::Divisions => {
            let filter = DivisionFilter::read(&mut parameters);
            parameters.finish()?;
            filter.page(&reference, &common)
        }
        Collection::Grids => {
            let filter = GridFilter::read(&mut parameters);
            parameters.finish()?;
            filter.page(&reference, &common)
        }
        Collection::Cases => {
            let filter = CaseFilter::read(&mut parameters);
            parameters.finish()?;
            filter.page(&state.service, actor, &common).await?
        }
    };
    Ok(page.answer(state, collection, request, common.crs))
}

/// A single feature.
pub(super) async fn one(
    state: &State,
    actor: &Actor,
    collection: Collection,
    request: &Request,
) -> Result<Response, Refusal> {
    let mut parameters = Parameters::of(request)?;
    parameters.format();
    let crs = parameters.crs("crs");
    parameters.finish()?;
    let id = request.raw_path_param("feature").unwrap_or_default();
    let reference = state.service.reference();
    let mut found = match collection {
        Collection::Divisions => {
            let code: DivisionCode = id.parse().map_err(|_| Refusal::not_found())?;
            reference.divisions.get(&code).map(reference::division)
        }
        Collection::Grids => {
            let grid = if let Ok(code) = id.parse::<GridCode>() {
                reference.land.grids.get(&code).map(AsRef::as_ref)
            } else {
                let version: GridVersion = id.parse().map_err(|_| Refusal::not_found())?;
                version.find(&reference)
            };
            grid.map(|grid| reference::grid(grid, &reference, crs))
        }
        Collection::Cases => Some(cases::one(&state.service, actor, id, crs).await?),
    }
    .ok_or_else(Refusal::not_found)?;
    let title = collection.title(Lang::of(request));
    let address = collection.address(&root(state));
    // An identity can be written in several ways; the link has the one that features have.
    let id = found.get("id").and_then(Value::as_str).unwrap_or(id);
    let links = json!([
        link(&format!("{address}/items/{id}"), "self", GEOJSON, &title),
        link(&address, "collection", JSON, &title),
    ]);
    if let Some(fields) = found.as_object_mut() {
        fields.insert("links".to_owned(), links);
    }
    Ok(in_crs(Content::private(GEOJSON, &found).answer(), crs))
}

impl Page {
    /// The page in words, and where the next one is.
    ///
    /// Its entity tag is weak: the moment of the answer in it is another one each time.
    fn answer(
        self,
        state: &State,
        collection: Collection,
        request: &Request,
        crs: Crs,
    ) -> Response {
        let title = collection.title(Lang::of(request));
        let address = collection.address(&root(state));
        let items = format!("{address}/items");
        let here = match request.uri().query() {
            Some(query) => format!("{items}?{query}"),
            None => items.clone(),
        };
        let next = self.next.and_then(|cursor| next(request.uri(), &cursor));
        let next = next.map(|query| format!("{items}?{query}"));
        let mut links = vec![
            link(&here, "self", GEOJSON, &title),
            link(&address, "collection", JSON, &title),
        ];
        links.extend(
            next.as_ref()
                .map(|next| link(next, "next", GEOJSON, &title)),
        );
        let mut told = Map::new();
        told.insert("type".to_owned(), json!("FeatureCollection"));
        told.insert("links".to_owned(), Value::Array(links));
        told.insert("numberReturned".to_owned(), json!(self.features.len()));
        if let Some(matched) = self.matched {
            told.insert("numberMatched".to_owned(), json!(matched));
        }
        told.insert("features".to_owned(), Value::Array(self.features));
        let mut told = Value::Object(told);
        let tag = etag::of_content(told.to_string().as_bytes());
        if let Some(fields) = told.as_object_mut() {
            let now = state.service.clock.now().to_rfc3339();
            fields.insert("timeStamp".to_owned(), json!(now));
        }
        let content = Content::private(GEOJSON, &told).tagged(format!("W/{tag}"));
        let mut response = in_crs(content.answer(), crs);
        let next = next.map(|next| format!("<{next}>; rel=\"next\"; type=\"{GEOJSON}\""));
        if let Some(Ok(value)) = next.map(HeaderValue::try_from) {
            response.headers_mut().insert(header::LINK, value);
        }
        response
    }
}

fn in_crs(mut response: Response, crs: Crs) -> Response {
    if let Ok(value) = HeaderValue::try_from(crs.header()) {
        response.headers_mut().insert(CONTENT_CRS, value);
    }
    response
}

/// The query of the next page: as it was, from the cursor on. What was passed over is behind it.
fn next(here: &Uri, cursor: &str) -> Option<String> {
    let query = here.query().unwrap_or_default();
    let mut parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    parameters.retain(|(name, _)| !matches!(name.as_str(), "cursor" | "offset"));
    parameters.push(("cursor".to_owned(), cursor.to_owned()));
    serde_urlencoded::to_string(parameters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_what_was_asked_but_where_it_began() {
        let next = |text: &'static str| super::next(&Uri::from_static(text), "7").unwrap();
        assert_eq!(next("/ogc/collections/grids/items"), "cursor=7");
        assert_eq!(
            next("/ogc/collections/grids/items?limit=2&offset=5&bbox=1,2,3,4&cursor=6"),
            "limit=2&bbox=1%2C2%2C3%2C4&cursor=7"
        );
    }
}
