//! The document of the API and the page that shows it, without any outside host.

use std::marker::PhantomData;

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{
    Response,
    endpoint::{BoxEndpoint, make_sync},
    http::{Method, header},
};
use poem_openapi::{
    LicenseObject, OpenApi, OpenApiService,
    registry::{MetaApi, MetaPath, Registry},
};
use sha2::{Digest, Sha256};

use crate::{
    answer::JSON,
    fixed::Fixed,
    messages::Lang,
    mount::Methods,
    problem::{Code, Problem},
    refusal::Refusal,
    schema,
};

/// What holds for all operations alike.
const DESCRIPTION: &str = "\
The API of GridWhistle (网格哨).

* Times are RFC 3339 with offset, coordinates `[lon, lat]` in WGS 84 degrees, geometry is GeoJSON (RFC 7946).
* Failures are `application/problem+json` (RFC 9457): decide by `code` and `status`; `title` and `detail` are for \
people, in the language of `Accept-Language` (`zh-CN`, `en`); `errors` lists every fault with its place.
* Fields and parameters that an operation does not know are refused with 400 and named. Leave an optional field out \
instead of sending `null`. Text has no control characters except line feed and tab and, where no `maxLength` is \
given, at most 4,000 characters.
* An `Idempotency-Key` is remembered for 30 days unless the operator chose another time: the same key with the same \
request gives the same answer (`Idempotency-Replayed: true`), with another request 422. Name a report's `id` as well, \
which is unique for ever.
* Every answer has `X-Request-Id`; send your own (8 to 64 of `A-Z a-z 0-9 . _ -`) to find a request again.
";

/// Describes an API without having one: no database is needed to print the document.
struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        let mut paths: Vec<MetaPath> = Vec::new();
        for mut path in T::meta().into_iter().flat_map(|api| api.paths) {
            for operation in &mut path.operations {
                for param in &mut operation.params {
                    schema::tidy_ref(&mut param.schema);
                }
            }
            // Two parts of the API may serve one address; in the document it must stand once.
            match paths.iter_mut().find(|known| known.path == path.path) {
                Some(known) => known.operations.extend(path.operations),
                None => paths.push(path),
            }
        }
        vec![MetaApi { paths }]
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        schema::tidy(registry);
    }

    fn add_routes(
        self,
        _: &mut std::collections::HashMap<
            String,
            std::collections::HashMap<Method, BoxEndpoint<'static>>,
        >,
    ) {
    }
}

fn described<T: OpenApi>(version: &str) -> OpenApiService<Described<T>, ()> {
    OpenApiService::new(Described::<T>(PhantomData), "GridWhistle", version)
        .description(DESCRIPTION)
        .license(
            LicenseObject::new("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0"),
        )
}

/// The `OpenAPI` 3.0 document of an API as JSON, with a line feed at the end.
pub fn document<T: OpenApi>(version: &str) -> String {
    let mut text = described::<T>(version).spec();
    text.push('\n');
    text
}

/// `/openapi.json`: the document.
pub fn document_page<T: OpenApi>(version: &str) -> Methods {
    let document = Fixed::new(JSON, document::<T>(version).into_bytes(), None);
    Methods::new().get(make_sync(move |_| document.answer()))
}

/// `/docs`: the document for people, in a browser.
///
/// Everything lies in the page itself. Its scripts are allowed by their hashes, and the browser may talk to this
/// server alone.
pub fn reading_page<T: OpenApi>(version: &str) -> Methods {
    let page = page(&described::<T>(version).swagger_ui_html());
    let policy = policy(&page);
    let page = Fixed::new("text/html; charset=utf-8", page.into_bytes(), Some(policy));
    Methods::new().get(make_sync(move |_| page.answer()))
}

fn page(html: &str) -> String {
    let html = html
        .replacen(
            "<title>Swagger UI</title>",
            "<title>GridWhistle API</title>",
            1,
        )
        // The page must not ask an outside host whether the document is valid.
        .replacen("filter: false,", "filter: false, validatorUrl: null,", 1);
    format!("<!doctype html>{html}")
}

/// The Content-Security-Policy of a page with inline scripts.
fn policy(page: &str) -> String {
    let hashes: Vec<String> = inline_scripts(page)
        .map(|script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    format!(
        "default-src 'none'; script-src {}; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hashes.join(" ")
    )
}

fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (_, rest) = rest.split_once('>')?;
        rest.split_once("</script>").map(|(script, _)| script)
    })
}

/// `/problems/{code}`: what a `type` in a problem refers to.
pub fn problems_page() -> Methods {
    Methods::new().get(make_sync(|request: poem::Request| {
        let name = request.path_params::<String>().unwrap_or_default();
        let Some(code) = Code::named(&name) else {
            return Err(poem::Error::from(Refusal::not_found()));
        };
        let lang = Lang::of(&request);
        let Problem {
            title,
            status,
            detail,
            ..
        } = Refusal::new(code).problem(lang, "");
        Ok(Response::builder()
            .content_type("text/plain; charset=utf-8")
            .header(header::CONTENT_LANGUAGE, lang.tag())
            .header(header::VARY, "Accept-Language")
            .body(format!("{title}\n\n{detail}\n\n{name} · HTTP {status}\n")))
    }))
}
