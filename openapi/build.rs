//! Generates the client from `openapi.json`, the document that the server prints and the
//! repository keeps.
//!
//! The document is written for every reader, the generator understands a part of the language.
//! [`simplify`] makes the copy that the generator reads; it changes how things are written, never
//! what travels: a client built from the copy speaks to the server described by the original.

use std::{env, error::Error, fs, path::PathBuf};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};

const DOCUMENT: &str = "openapi.json";
const SCHEMAS: &str = "#/components/schemas/";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let text = fs::read_to_string(DOCUMENT).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    let mut document: Value =
        serde_json::from_str(&text).map_err(|error| format!("{DOCUMENT}: {error}"))?;
    simplify(&mut document)?;

    let spec: openapiv3::OpenAPI = serde_json::from_value(document)?;
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_derive("PartialEq");
    let tokens = Generator::new(&settings).generate_tokens(&spec)?;
    let file = syn::parse2(tokens)?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("client.rs");
    fs::write(out, prettyplease::unparse(&file))?;
    Ok(())
}

fn simplify(document: &mut Value) -> Result<(), String> {
    let schemas = document["components"]["schemas"]
        .as_object_mut()
        .ok_or("the document has no components/schemas")?;
    inline_variants(schemas)?;
    for schema in schemas.values_mut() {
        forget_constraints(schema);
    }
    let paths = document["paths"]
        .as_object_mut()
        .ok_or("the document has no paths")?;
    for (path, methods) in paths {
        forget_constraints(methods);
        let methods = methods.as_object_mut().into_iter().flatten();
        for (method, operation) in methods {
            if let Some(responses) = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut)
            {
                name_one_error(responses)
                    .map_err(|reason| format!("{} {path}: {reason}", method.to_uppercase()))?;
            }
        }
    }
    Ok(())
}

/// A union is published as references to `allOf[{tag}, variant]`. Written out as objects with the
/// tag inside, its Rust type is an enum with one variant for each value of the tag.
fn inline_variants(schemas: &mut Map<String, Value>) -> Result<(), String> {
    let unions: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| schema.get("discriminator").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    for name in unions {
        let mapping = schemas[&name]["discriminator"]["mapping"]
            .as_object()
            .ok_or_else(|| format!("{name}: a union without a mapping"))?
            .clone();
        let tag = schemas[&name]["discriminator"]["propertyName"]
            .as_str()
            .ok_or_else(|| format!("{name}: a union without the name of its tag"))?
            .to_owned();
        let variants = mapping
            .iter()
            .map(|(value, target)| {
                let target = target.as_str().unwrap_or_default();
                let mut variant =
                    flatten(target, schemas).map_err(|reason| format!("{name}: {reason}"))?;
                // Variants may share a schema: the mapping tells them apart.
                variant["properties"][&tag] = json!({ "type": "string", "enum": [value] });
                Ok(variant)
            })
            .collect::<Result<Vec<_>, String>>()?;
        let description = schemas[&name].get("description").cloned();
        let mut union = json!({ "oneOf": variants });
        if let Some(description) = description {
            union["description"] = description;
        }
        schemas.insert(name, union);
        for target in mapping.values().filter_map(Value::as_str) {
            schemas.remove(target.trim_start_matches(SCHEMAS));
        }
    }
    Ok(())
}

/// The object that `allOf` describes: the properties of all its parts.
fn flatten(reference: &str, schemas: &Map<String, Value>) -> Result<Value, String> {
    let schema = schemas
        .get(reference.trim_start_matches(SCHEMAS))
        .ok_or_else(|| format!("{reference} is not in the document"))?;
    let mut object = json!({ "type": "object", "properties": {}, "required": [] });
    let parts = schema["allOf"].as_array().map_or(&[][..], Vec::as_slice);
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(reference) => schemas
                .get(reference.trim_start_matches(SCHEMAS))
                .ok_or_else(|| format!("{reference} is not in the document"))?,
            None => part,
        };
        if let Some(description) = part.get("description") {
            object["description"] = description.clone();
        }
        for (name, property) in part["properties"].as_object().into_iter().flatten() {
            object["properties"][name] = property.clone();
        }
        if let (Some(all), Some(more)) = (
            object["required"].as_array_mut(),
            part["required"].as_array(),
        ) {
            all.extend(more.iter().cloned());
        }
    }
    Ok(object)
}

/// Lengths, ranges and patterns are the server's to check: it answers with every fault and its
/// place. In the client they would turn each plain text and number into a type of its own.
fn forget_constraints(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_constraints),
        Value::Object(object) => {
            let is_schema = object.get("type").is_some_and(Value::is_string);
            if is_schema {
                for constraint in [
                    "minLength",
                    "maxLength",
                    "pattern",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                ] {
                    object.remove(constraint);
                }
            }
            object.values_mut().for_each(forget_constraints);
        }
        _ => {}
    }
}

/// The generator types a body only under `application/json`, and allows one error type for each
/// operation. All errors here are problems; an answer without a body (304) is left to
/// `Error::UnexpectedResponse`.
fn name_one_error(responses: &mut Map<String, Value>) -> Result<(), String> {
    responses.retain(|status, response| {
        status.starts_with('2') || response["content"]["application/problem+json"].is_object()
    });
    for (status, response) in responses.iter_mut() {
        let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
            continue;
        };
        if let Some(problem) = content.remove("application/problem+json") {
            let name = problem["schema"]["$ref"].as_str().unwrap_or_default();
            if name.trim_start_matches(SCHEMAS) != "Problem" {
                return Err(format!(
                    "{status} is answered with {name}, not with a Problem"
                ));
            }
            content.insert("application/json".to_owned(), problem);
        }
    }
    Ok(())
}
