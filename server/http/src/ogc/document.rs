//! The document of these addresses, by `OpenAPI` 3.0.3, and the same for people.
//!
//! The checkers of the standard build their requests from it: the paths are those of the standard, all parameters stand
//! where they are used, and limits have both ends. Each collection has a path of its own beside the general one, with
//! what it can be asked for: GDAL leaves to the server only what it finds declared there.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::collections::Collection;
use super::crs::Crs;
use super::query::{MOST_ITEMS, USUAL_ITEMS};
use super::{GEOJSON, OPENAPI};
use crate::answer::JSON;
use crate::refusal::PROBLEM_JSON;

/// The document; `root` is the address of the landing page.
pub(super) fn document(root: &str, version: &str) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "GridWhistle – OGC API Features",
            "version": version,
            "description": "Divisions, grids and cases by OGC API – Features, Part 1 (core, GeoJSON, OpenAPI 3.0) and \
                Part 2 (coordinate reference systems by reference). Everything but this document, the landing page and \
                the conformance declaration needs a session or the key of an application.",
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "servers": [{"url": root}],
        "tags": [
            {"name": "Capabilities", "description": "What there is."},
            {"name": "Data", "description": "Features."},
        ],
        "paths": paths(),
        "components": {"securitySchemes": {"bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a session, or the key of an application.",
        }}, "schemas": schemas()},
    })
}

fn paths() -> Value {
    let mut paths = Map::new();
    let mut add = |path: String, operation: Operation| {
        paths.insert(path, json!({"get": operation.told()}));
    };
    add(
        "/".to_owned(),
        Operation::open("getLandingPage", "Where everything is", "landingPage"),
    );
    add(
        "/conformance".to_owned(),
        Operation::open(
            "getConformanceDeclaration",
            "The classes of the standard that are implemented",
            "confClasses",
        ),
    );
    add(
        "/api".to_owned(),
        Operation {
            media_type: OPENAPI,
            ..Operation::open("getApiDefinition", "This document", "anything")
        },
    );
    add(
        "/collections".to_owned(),
        Operation::guarded(
            "getCollections",
            "The collections that the caller may read",
            "collections",
        ),
    );
    let collection = || in_path("collectionId", &Collection::ALL.map(Collection::id));
    let feature = || in_path("featureId", &[]);
    add(
        "/collections/{collectionId}".to_owned(),
        Operation::guarded("describeCollection", "A collection", "collection").with([collection()]),
    );
    let items = "A page of features";
    add(
        "/collections/{collectionId}/items".to_owned(),
        Operation::features("getFeatures", items, "featureCollectionGeoJSON")
            .with([collection()])
            .with(parameters(10_000)),
    );
    add(
        "/collections/{collectionId}/items/{featureId}".to_owned(),
        Operation::features("getFeature", "A feature", "featureGeoJSON").with([
            collection(),
            feature(),
            crs(),
        ]),
    );
    for (own, id) in [
        (Collection::Divisions, "getDivisions"),
        (Collection::Grids, "getGrids"),
        (Collection::Cases, "getCases"),
    ] {
        let text = json!({"type": "string"});
        let filters = own.filters().iter();
        let filters = filters.map(|f| in_query(f.name, f.description, &text));
        add(
            format!("/collections/{}/items", own.id()),
            Operation::features(id, items, "featureCollectionGeoJSON")
                .with(parameters(own.most_skipped()))
                .with(filters),
        );
    }
    Value::Object(paths)
}

/// What is answered at an address.
struct Operation {
    id: &'static str,
    summary: &'static str,
    tag: &'static str,
    media_type: &'static str,
    schema: &'static str,
    guarded: bool,
    parameters: Vec<Value>,
}

impl Operation {
    /// For everybody.
    fn open(id: &'static str, summary: &'static str, schema: &'static str) -> Self {
        let format = json!({"type": "string", "enum": ["json"]});
        Self {
            id,
            summary,
            tag: "Capabilities",
            media_type: JSON,
            schema,
            guarded: false,
            parameters: vec![in_query("f", "The format: there is one.", &format)],
        }
    }

    /// For those who are known.
    fn guarded(id: &'static str, summary: &'static str, schema: &'static str) -> Self {
        Self {
            guarded: true,
            ..Self::open(id, summary, schema)
        }
    }

    /// The same of features.
    fn features(id: &'static str, summary: &'static str, schema: &'static str) -> Self {
        Self {
            tag: "Data",
            media_type: GEOJSON,
            ..Self::guarded(id, summary, schema)
        }
    }

    fn with(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    fn told(self) -> Value {
        let mut headers = json!({"ETag": header("The version of the answer.")});
        if let (GEOJSON, Some(headers)) = (self.media_type, headers.as_object_mut()) {
            let told = header("In which coordinate reference system the coordinates are.");
            headers.insert("Content-Crs".to_owned(), told);
        }
        let mut responses = Map::new();
        let content = json!({self.media_type: {"schema": reference(self.schema)}});
        responses.insert(
            "200".to_owned(),
            json!({"description": "Done.", "headers": headers, "content": content}),
        );
        responses.insert(
            "304".to_owned(),
            json!({"description": "The version that `If-None-Match` names is still current."}),
        );
        let content = json!({PROBLEM_JSON: {"schema": reference("problem")}});
        for (status, description, of_all) in FAILURES {
            if of_all || self.guarded {
                let told = json!({"description": description, "content": content});
                responses.insert(status.to_owned(), told);
            }
        }
        let security = if self.guarded {
            json!([{"bearer": []}])
        } else {
            json!([])
        };
        json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.tag],
            "parameters": self.parameters,
            "security": security,
            "responses": responses,
        })
    }
}

/// How an answer fails, and whether it does where nobody has to be known.
const FAILURES: [(&str, &str, bool); 7] = [
    ("400", "A parameter is unknown, repeated or wrong.", true),
    (
        "401",
        "No session and no key, or one that holds no more.",
        false,
    ),
    ("403", "Not permitted to the caller's posts.", false),
    (
        "404",
        "No such collection or feature, or outside the caller's scope.",
        false,
    ),
    ("429", "Too many requests.", true),
    ("500", "A fault of the server.", true),
    ("503", "Not now.", true),
];

fn header(description: &str) -> Value {
    json!({"description": description, "schema": {"type": "string"}})
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn in_query(name: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name,
        "in": "query",
        "description": description,
        "required": false,
        "style": "form",
        "explode": false,
        "schema": schema,
    })
}

/// A part of the path; without `values` it may be anything.
fn in_path(name: &str, values: &[&str]) -> Value {
    let mut schema = json!({"type": "string"});
    if let (false, Some(fields)) = (values.is_empty(), schema.as_object_mut()) {
        fields.insert("enum".to_owned(), json!(values));
    }
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

fn crs() -> Value {
    in_query(
        "crs",
        "In which system the coordinates are answered.",
        &crs_names(),
    )
}

fn crs_names() -> Value {
    json!({
        "type": "string",
        "format": "uri",
        "enum": Crs::ALL.map(Crs::uri),
        "default": Crs::default().uri(),
    })
}

/// What every collection can be asked for; at most so many features are passed over.
fn parameters(most_skipped: u32) -> Vec<Value> {
    vec![
        in_query(
            "limit",
            "How many features at most; more than the maximum means the maximum.",
            &json!({"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": USUAL_ITEMS}),
        ),
        in_query(
            "offset",
            "How many features are passed over. The links of pages do without it.",
            &json!({"type": "integer", "minimum": 0, "maximum": most_skipped, "default": 0}),
        ),
        in_query(
            "cursor",
            "Where the page begins, as the link `next` has it.",
            &json!({"type": "string"}),
        ),
        in_query(
            "bbox",
            "Features that meet this box, and those without geometry: west, south, east, north, or with the heights \
             after south and north. A west that lies east of the east means a box over the 180th meridian.",
            &json!({
                "type": "array",
                "minItems": 4,
                "maxItems": 6,
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                "items": {"type": "number"},
            }),
        ),
        in_query(
            "bbox-crs",
            "In which system `bbox` is written.",
            &crs_names(),
        ),
        in_query(
            "datetime",
            "An instant, or two separated by a slash, one of which may be `..`: cases reported then, divisions that \
             are valid then, grids with the boundaries that they had then.",
            &json!({"type": "string"}),
        ),
        crs(),
    ]
}

fn schemas() -> Value {
    let links = json!({"type": "array", "items": reference("link")});
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": text});
    json!({
        "anything": {"type": "object"},
        "link": {
            "type": "object",
            "required": ["href", "rel", "type"],
            "properties": {"href": text, "rel": text, "type": text, "title": text},
        },
        "landingPage": {
            "type": "object",
            "required": ["links"],
            "properties": {"title": text, "description": text, "links": links},
        },
        "confClasses": {
            "type": "object",
            "required": ["conformsTo"],
            "properties": {"conformsTo": texts},
        },
        "collections": {
            "type": "object",
            "required": ["links", "collections"],
            "properties": {
                "links": links,
                "collections": {"type": "array", "items": reference("collection")},
            },
        },
        "collection": {
            "type": "object",
            "required": ["id", "links"],
            "properties": {
                "id": text, "title": text, "description": text, "itemType": text, "crs": texts, "storageCrs": text,
                "extent": {"type": "object"}, "links": links,
            },
        },
        "featureGeoJSON": {
            "type": "object",
            "required": ["type", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature"]},
                "id": text,
                "geometry": {"type": "object", "nullable": true},
                "properties": {"type": "object", "nullable": true},
                "links": links,
            },
        },
        "featureCollectionGeoJSON": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "links": links,
                "timeStamp": {"type": "string", "format": "date-time"},
                "numberMatched": {"type": "integer", "minimum": 0},
                "numberReturned": {"type": "integer", "minimum": 0},
                "features": {"type": "array", "items": reference("featureGeoJSON")},
            },
        },
        "problem": {
            "type": "object",
            "required": ["type", "title", "status", "code"],
            "properties": {
                "type": text, "title": text, "detail": text, "code": text, "request_id": text,
                "status": {"type": "integer"},
                "errors": {"type": "array", "items": {"type": "object"}},
            },
        },
    })
}

/// The document as a page: every address with its parameters, without scripts and styles.
pub(super) fn reading(document: &Value) -> String {
    let text = |value: &Value, name: &str| {
        let found = value.get(name).and_then(Value::as_str).unwrap_or_default();
        escaped(found)
    };
    let info = document.get("info").unwrap_or(&Value::Null);
    let (title, about) = (text(info, "title"), text(info, "description"));
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{about}</p>"
    );
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        let operation = methods.get("get").unwrap_or(&Value::Null);
        // Writing into a string does not fail.
        let _ = write!(
            page,
            "<h2>GET {}</h2><p>{}</p><dl>",
            escaped(path),
            text(operation, "summary")
        );
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let _ = write!(
                page,
                "<dt><code>{}</code><dd>{}",
                text(parameter, "name"),
                text(parameter, "description")
            );
        }
        page.push_str("</dl>");
    }
    page.push_str("</html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
