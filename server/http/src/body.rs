//! A JSON request body that is told everything that is wrong with it.
//!
//! The schema that is published is the schema that is checked: both come from `T`.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::{
    impl_apirequest_for_payload,
    payload::{ParsePayload, Payload},
    registry::{MetaSchemaRef, Registry},
    types::{ParseFromJSON, Type},
};
use serde_json::Value;

use crate::{
    answer::JSON,
    json,
    problem::Code,
    refusal::{Fault, Place, Refusal},
    schema,
};

/// The JSON body of a request.
///
/// Refused with 415 unless `application/json` (or `+json`) in UTF-8; with 400 what is no JSON, names a field twice,
/// is nested deeper than 32 or has a field the schema does not know; with 422 what breaks the schema otherwise. All
/// faults are listed together. An optional field is left out, never `null`, unless its schema says `nullable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body<T>(pub T);

/// The schemas of the mounted operations, put beside each request by [`crate::mount`].
#[derive(Clone)]
pub(crate) struct Schemas(pub(crate) Arc<Registry>);

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = JSON;

    fn check_content_type(content_type: &str) -> bool {
        let mut parts = content_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let json =
            essence == JSON || (essence.starts_with("application/") && essence.ends_with("+json"));
        json && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ParseFromJSON> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = T::IS_REQUIRED;

    async fn from_request(request: &Request, body: &mut RequestBody) -> Result<Self> {
        let bytes = bytes::Bytes::from_request(request, body).await?;
        let value = json::parse(&bytes)?;
        let schemas = request.data::<Schemas>().cloned().unwrap_or_else(|| {
            let mut registry = Registry::new();
            T::register(&mut registry);
            Schemas(Arc::new(registry))
        });
        Ok(Self(read(&schemas.0, value)?))
    }
}

impl_apirequest_for_payload!(Body<T>, T: ParseFromJSON);

/// Checks and reads a value.
fn read<T: ParseFromJSON>(registry: &Registry, value: Value) -> Result<T, Refusal> {
    let found = schema::check(registry, &T::schema_ref(), &value);
    if found.is_empty() {
        return T::parse_from_json(Some(value)).map_err(|error| {
            refuse([(
                String::new(),
                schema::Fault::Unreadable {
                    reason: error.into_message(),
                },
            )])
        });
    }
    Err(refuse(found))
}

/// A field that the schema does not know makes it 400: the caller speaks of something else than this API.
fn refuse(found: impl IntoIterator<Item = (String, schema::Fault)>) -> Refusal {
    let mut code = Code::InvalidBody;
    let mut faults = Vec::new();
    for (pointer, fault) in found {
        if fault == schema::Fault::UnknownField {
            code = Code::UnknownField;
        }
        faults.push(Fault::of_schema(Place::Body(pointer), &fault));
    }
    Refusal::new(code).faults(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_in_utf_8_is_taken() {
        for right in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/geo+json",
        ] {
            assert!(Body::<String>::check_content_type(right), "{right}");
        }
        for wrong in [
            "text/plain",
            "application/jsonp",
            "application/json; charset=gbk",
            "text/x+json",
            "application/x-www-form-urlencoded",
            "",
        ] {
            assert!(!Body::<String>::check_content_type(wrong), "{wrong}");
        }
    }
}
