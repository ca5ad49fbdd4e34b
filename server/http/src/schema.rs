//! Checks values against the published schema and finds every fault, each with its JSON pointer.
//!
//! Beyond what the schema says, three rules hold everywhere: an object has only the fields the schema names, text has
//! no control characters except line feed and tab, and text without a limit of its own ends at [`MAX_TEXT`]
//! characters.

use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Write as _},
    sync::{LazyLock, PoisonError, RwLock},
};

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use regex::Regex;
use serde_json::{Map, Value};

use crate::messages::Message;

/// The longest text of a field whose schema gives no `maxLength`, in characters.
pub const MAX_TEXT: usize = 4_000;

/// The most faults told at once: more would only make the answer longer than the question.
pub const MAX_FAULTS: usize = 100;

/// A breach of the schema.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// A field or parameter is missing.
    Required,
    /// The schema knows no such field.
    UnknownField,
    /// The operation knows no such parameter.
    UnknownParameter,
    /// A parameter that may come once came twice.
    RepeatedParameter,
    /// The same field stands twice in one object.
    DuplicateField,
    /// Arrays and objects lie too deep in each other.
    TooDeep {
        /// The depth that is taken.
        max: usize,
    },
    /// Another type of value: `string`, `integer`, `number`, `boolean`, `array` or `object`.
    WrongType {
        /// What it should be.
        expected: &'static str,
    },
    /// `null` where the schema takes none: leave the field out instead.
    Null,
    /// Not one of the values that may stand here.
    NotOneOf {
        /// Those values.
        allowed: Vec<String>,
    },
    /// None of the shapes that may stand here.
    NoShape,
    /// Text with too few characters.
    TooShort {
        /// The least number.
        min: usize,
    },
    /// Text with too many characters.
    TooLong {
        /// The greatest number.
        max: usize,
    },
    /// Text that does not match the pattern.
    Pattern {
        /// The pattern, a regular expression.
        pattern: String,
    },
    /// Text that is no `uuid`, `date-time` or `date`.
    Format {
        /// The name of the format.
        format: &'static str,
    },
    /// A control character other than line feed and tab.
    ControlCharacter {
        /// The character as `U+0000`.
        character: String,
    },
    /// A number below the least.
    TooSmall {
        /// The least.
        min: f64,
        /// Whether the least itself is too small.
        exclusive: bool,
    },
    /// A number above the greatest.
    TooLarge {
        /// The greatest.
        max: f64,
        /// Whether the greatest itself is too large.
        exclusive: bool,
    },
    /// A number that is no multiple.
    NotMultiple {
        /// Of this one.
        of: f64,
    },
    /// A list with too few items.
    TooFewItems {
        /// The least number.
        min: usize,
    },
    /// A list with too many items.
    TooManyItems {
        /// The greatest number.
        max: usize,
    },
    /// A list that names something twice.
    RepeatedItem,
    /// A value of the right shape that still cannot be read.
    Unreadable {
        /// Why.
        reason: String,
    },
}

impl Fault {
    /// The stable name of this kind of fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::UnknownParameter => "unknown_parameter",
            Self::RepeatedParameter => "repeated_parameter",
            Self::DuplicateField => "duplicate_field",
            Self::TooDeep { .. } => "too_deep",
            Self::WrongType { .. } => "wrong_type",
            Self::Null => "null",
            Self::NotOneOf { .. } => "not_one_of",
            Self::NoShape => "no_shape",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::Pattern { .. } => "pattern",
            Self::Format { .. } => "format",
            Self::ControlCharacter { .. } => "control_character",
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::NotMultiple { .. } => "not_multiple",
            Self::TooFewItems { .. } => "too_few_items",
            Self::TooManyItems { .. } => "too_many_items",
            Self::RepeatedItem => "repeated_item",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// What is wrong and what would be right.
    pub fn message(&self) -> Message {
        match self {
            Self::Required => Message::new("fault-required"),
            Self::UnknownField => Message::new("fault-unknown-field"),
            Self::UnknownParameter => Message::new("fault-unknown-parameter"),
            Self::RepeatedParameter => Message::new("fault-repeated-parameter"),
            Self::DuplicateField => Message::new("fault-duplicate-field"),
            Self::TooDeep { max } => Message::new("fault-too-deep").with("max", *max),
            Self::WrongType { expected } => {
                Message::new("fault-wrong-type").with("type", *expected)
            }
            Self::Null => Message::new("fault-null"),
            Self::NotOneOf { allowed } => {
                Message::new("fault-one-of").with("allowed", allowed.clone())
            }
            Self::NoShape => Message::new("fault-no-shape"),
            Self::TooShort { min } => Message::new("fault-too-short").with("min", *min),
            Self::TooLong { max } => Message::new("fault-too-long").with("max", *max),
            Self::Pattern { pattern } => {
                Message::new("fault-pattern").with("pattern", pattern.clone())
            }
            Self::Format { format } => Message::new("fault-format").with("format", *format),
            Self::ControlCharacter { character } => {
                Message::new("fault-control-character").with("character", character.clone())
            }
            Self::TooSmall {
                min,
                exclusive: false,
            } => Message::new("fault-too-small").with("min", *min),
            Self::TooSmall {
                min,
                exclusive: true,
            } => Message::new("fault-not-above").with("min", *min),
            Self::TooLarge {
                max,
                exclusive: false,
            } => Message::new("fault-too-large").with("max", *max),
            Self::TooLarge {
                max,
                exclusive: true,
            } => Message::new("fault-not-below").with("max", *max),
            Self::NotMultiple { of } => Message::new("fault-not-multiple").with("of", *of),
            Self::TooFewItems { min } => Message::new("fault-too-few-items").with("min", *min),
            Self::TooManyItems { max } => Message::new("fault-too-many-items").with("max", *max),
            Self::RepeatedItem => Message::new("fault-repeated-item"),
            Self::Unreadable { reason } => {
                Message::new("fault-unreadable").with("reason", reason.clone())
            }
        }
    }

    /// One of each kind, for the tests of the message files.
    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Self> {
        let mut samples = vec![
            Self::Required,
            Self::UnknownField,
            Self::UnknownParameter,
            Self::RepeatedParameter,
            Self::DuplicateField,
            Self::TooDeep { max: 32 },
            Self::Null,
            Self::NotOneOf {
                allowed: vec!["a".into()],
            },
            Self::NoShape,
            Self::TooShort { min: 1 },
            Self::TooLong { max: 2 },
            Self::Pattern {
                pattern: "^a$".into(),
            },
            Self::ControlCharacter {
                character: "U+0000".into(),
            },
            Self::TooSmall {
                min: 0.5,
                exclusive: false,
            },
            Self::TooSmall {
                min: 0.5,
                exclusive: true,
            },
            Self::TooLarge {
                max: 180.0,
                exclusive: false,
            },
            Self::TooLarge {
                max: 180.0,
                exclusive: true,
            },
            Self::NotMultiple { of: 2.0 },
            Self::TooFewItems { min: 1 },
            Self::TooManyItems { max: 2 },
            Self::RepeatedItem,
            Self::Unreadable { reason: "x".into() },
        ];
        samples.extend(
            ["string", "integer", "number", "boolean", "array", "object"]
                .map(|expected| Self::WrongType { expected }),
        );
        samples.extend(["uuid", "date-time", "date"].map(|format| Self::Format { format }));
        samples
    }
}

/// A JSON pointer (RFC 6901) that grows and shrinks with the walk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pointer {
    text: String,
    ends: Vec<usize>,
}

impl Pointer {
    pub(crate) fn push_name(&mut self, name: &str) {
        self.ends.push(self.text.len());
        self.text.push('/');
        for character in name.chars() {
            match character {
                '~' => self.text.push_str("~0"),
                '/' => self.text.push_str("~1"),
                other => self.text.push(other),
            }
        }
    }

    pub(crate) fn push_index(&mut self, index: usize) {
        self.ends.push(self.text.len());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "/{index}");
    }

    pub(crate) fn pop(&mut self) {
        if let Some(end) = self.ends.pop() {
            self.text.truncate(end);
        }
    }

    pub(crate) const fn depth(&self) -> usize {
        self.ends.len()
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every fault of a value, with the pointer to it; none if the value keeps the schema.
pub(crate) fn check(
    registry: &Registry,
    schema: &MetaSchemaRef,
    value: &Value,
) -> Vec<(String, Fault)> {
    let mut checker = Checker {
        registry,
        at: Pointer::default(),
        found: Vec::new(),
    };
    checker.value(schema, value);
    checker.found
}

/// The type that a schema gives to text in a parameter: `string`, `integer`, …, with the schema of the items of an
/// array.
pub(crate) fn shape<'a>(
    registry: &'a Registry,
    schema: &'a MetaSchemaRef,
) -> (&'static str, Option<&'a MetaSchemaRef>) {
    let facets = facets(registry, schema);
    let ty = facets
        .iter()
        .map(|f| f.ty)
        .find(|ty| !ty.is_empty())
        .unwrap_or("string");
    (ty, facets.iter().find_map(|f| f.items.as_deref()))
}

/// A schema together with all that it is composed of by `allOf`: a value must keep each of them.
fn facets<'a>(registry: &'a Registry, schema: &'a MetaSchemaRef) -> Vec<&'a MetaSchema> {
    fn gather<'a>(
        registry: &'a Registry,
        schema: &'a MetaSchemaRef,
        into: &mut Vec<&'a MetaSchema>,
    ) {
        let schema = match schema {
            MetaSchemaRef::Inline(schema) => schema,
            MetaSchemaRef::Reference(name) => match registry.schemas.get(name) {
                Some(schema) => schema,
                None => return,
            },
        };
        into.push(schema);
        for part in &schema.all_of {
            gather(registry, part, into);
        }
    }
    let mut found = Vec::new();
    gather(registry, schema, &mut found);
    found
}

struct Checker<'a> {
    registry: &'a Registry,
    at: Pointer,
    found: Vec<(String, Fault)>,
}

impl<'a> Checker<'a> {
    fn say(&mut self, fault: Fault) {
        let entry = (self.at.to_string(), fault);
        if self.found.len() < MAX_FAULTS && !self.found.contains(&entry) {
            self.found.push(entry);
        }
    }

    fn say_at(&mut self, name: &str, fault: Fault) {
        self.at.push_name(name);
        self.say(fault);
        self.at.pop();
    }

    fn value(&mut self, schema: &'a MetaSchemaRef, value: &Value) {
        let facets = facets(self.registry, schema);
        if value.is_null()
            && facets
                .iter()
                .any(|f| !f.ty.is_empty() || f.discriminator.is_some())
        {
            if !facets.iter().any(|f| f.nullable) {
                self.say(Fault::Null);
            }
            return;
        }
        if let Some(variant) = variant(&facets, value) {
            match variant {
                Ok(schema) => self.value(schema, value),
                Err((name, fault)) => self.say_at(name, fault),
            }
            return;
        }
        if let Some(expected) = facets.iter().find_map(|f| wrong_type(f.ty, value)) {
            return self.say(Fault::WrongType { expected });
        }
        for facet in &facets {
            self.one_of_values(facet, value);
            self.shapes(facet, value);
        }
        match value {
            Value::String(text) => self.text(&facets, text),
            Value::Number(_) => {
                for facet in &facets {
                    self.number(facet, value);
                }
            }
            Value::Array(items) => self.array(&facets, items),
            Value::Object(fields) => self.object(&facets, fields),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn one_of_values(&mut self, facet: &MetaSchema, value: &Value) {
        if !facet.enum_items.is_empty() && !facet.enum_items.contains(value) {
            let allowed = facet
                .enum_items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect();
            self.say(Fault::NotOneOf { allowed });
        }
    }

    /// Shapes that no field tells apart.
    fn shapes(&mut self, facet: &'a MetaSchema, value: &Value) {
        if facet.discriminator.is_some() {
            return;
        }
        let fits = |schema: &MetaSchemaRef| check(self.registry, schema, value).is_empty();
        let any = facet.any_of.is_empty() || facet.any_of.iter().any(fits);
        let one = facet.one_of.is_empty() || facet.one_of.iter().filter(|s| fits(s)).count() == 1;
        if !any || !one {
            self.say(Fault::NoShape);
        }
    }

    fn text(&mut self, facets: &[&MetaSchema], text: &str) {
        self.characters(text);
        let length = text.chars().count();
        // A fixed set of values is its own limit.
        let enumerated = facets.iter().any(|f| !f.enum_items.is_empty());
        let longest = facets
            .iter()
            .filter_map(|f| f.max_length)
            .min()
            .unwrap_or(MAX_TEXT);
        if length > longest && !enumerated {
            self.say(Fault::TooLong { max: longest });
        }
        for facet in facets {
            if let Some(min) = facet.min_length.filter(|min| length < *min) {
                self.say(Fault::TooShort { min });
            }
            if let Some(pattern) = facet.pattern.as_deref().filter(|p| !matches(p, text)) {
                self.say(Fault::Pattern {
                    pattern: pattern.to_owned(),
                });
            }
            if let Some(format) = facet.format.and_then(|f| wrong_format(f, text)) {
                self.say(Fault::Format { format });
            }
        }
    }

    fn characters(&mut self, text: &str) {
        let bad = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        if let Some(character) = bad {
            self.say(Fault::ControlCharacter {
                character: format!("U+{:04X}", u32::from(character)),
            });
        }
    }

    fn number(&mut self, facet: &MetaSchema, value: &Value) {
        let Some(number) = value.as_f64() else { return };
        if let Some(min) = facet.minimum {
            let exclusive = facet.exclusive_minimum == Some(true);
            if number < min || (exclusive && number <= min) {
                self.say(Fault::TooSmall { min, exclusive });
            }
        }
        if let Some(max) = facet.maximum {
            let exclusive = facet.exclusive_maximum == Some(true);
            if number > max || (exclusive && number >= max) {
                self.say(Fault::TooLarge { max, exclusive });
            }
        }
        if let Some(of) = facet.multiple_of
            && of > 0.0
            && (number / of).fract() != 0.0
        {
            self.say(Fault::NotMultiple { of });
        }
        self.width(facet, value);
    }

    /// The bounds that the format of an integer implies, where the schema gives none.
    fn width(&mut self, facet: &MetaSchema, value: &Value) {
        let (min, max) = match facet.format {
            Some("int8") => (i64::from(i8::MIN), i64::from(i8::MAX)),
            Some("int16") => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            Some("uint8") => (0, i64::from(u8::MAX)),
            Some("uint16") => (0, i64::from(u16::MAX)),
            Some("uint32") => (0, i64::from(u32::MAX)),
            Some("uint64") => (0, i64::MAX),
            Some("int64") => (i64::MIN, i64::MAX),
            Some("float") => return self.single(value),
            _ => return,
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "the bound is told to a person; the comparison is exact"
        )]
        match (value.as_i64(), value.as_u64()) {
            (Some(n), _) if n < min => self.say(Fault::TooSmall {
                min: min as f64,
                exclusive: false,
            }),
            (Some(n), _) if n > max => self.say(Fault::TooLarge {
                max: max as f64,
                exclusive: false,
            }),
            (None, Some(_)) if facet.format != Some("uint64") => self.say(Fault::TooLarge {
                max: max as f64,
                exclusive: false,
            }),
            _ => {}
        }
    }

    /// A number that single precision cannot hold would become infinite.
    fn single(&mut self, value: &Value) {
        let max = f64::from(f32::MAX);
        if value.as_f64().is_some_and(|n| n.abs() > max) {
            self.say(Fault::TooLarge {
                max,
                exclusive: false,
            });
        }
    }

    fn array(&mut self, facets: &[&'a MetaSchema], items: &[Value]) {
        for facet in facets {
            // Arrays of a fixed length are published with the bounds of text.
            let min = facet
                .min_items
                .or(facet.min_length.filter(|_| facet.ty == "array"));
            let max = facet
                .max_items
                .or(facet.max_length.filter(|_| facet.ty == "array"));
            if let Some(min) = min.filter(|min| items.len() < *min) {
                self.say(Fault::TooFewItems { min });
            }
            if let Some(max) = max.filter(|max| items.len() > *max) {
                self.say(Fault::TooManyItems { max });
            }
            if facet.unique_items == Some(true) {
                self.unique(items);
            }
        }
        let schema = facets.iter().find_map(|f| f.items.as_deref());
        for (index, item) in items.iter().enumerate() {
            self.at.push_index(index);
            match schema {
                Some(schema) => self.value(schema, item),
                None => self.free(item),
            }
            self.at.pop();
        }
    }

    fn unique(&mut self, items: &[Value]) {
        let mut seen = HashSet::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if !seen.insert(item.to_string()) {
                self.at.push_index(index);
                self.say(Fault::RepeatedItem);
                self.at.pop();
            }
        }
    }

    fn object(&mut self, facets: &[&'a MetaSchema], fields: &Map<String, Value>) {
        let free = facets.iter().all(|f| {
            f.ty.is_empty() && f.properties.is_empty() && f.additional_properties.is_none()
        });
        // The shapes of a union without a telling field have looked at the fields already.
        let shaped = facets
            .iter()
            .any(|f| !f.any_of.is_empty() || !f.one_of.is_empty());
        let known: HashMap<&str, &'a MetaSchemaRef> = facets
            .iter()
            .flat_map(|f| f.properties.iter().map(|(name, schema)| (*name, schema)))
            .collect();
        let further = facets
            .iter()
            .find_map(|f| f.additional_properties.as_deref());
        for facet in facets {
            for name in &facet.required {
                if !fields.contains_key(*name) {
                    self.say_at(name, Fault::Required);
                }
            }
            if let Some(min) = facet.min_properties.filter(|min| fields.len() < *min) {
                self.say(Fault::TooFewItems { min });
            }
            if let Some(max) = facet.max_properties.filter(|max| fields.len() > *max) {
                self.say(Fault::TooManyItems { max });
            }
        }
        for (name, value) in fields {
            self.at.push_name(name);
            match known.get(name.as_str()).copied().or(further) {
                Some(schema) => {
                    if !known.contains_key(name.as_str()) {
                        self.characters(name);
                    }
                    self.value(schema, value);
                }
                None if free || shaped => {
                    self.characters(name);
                    self.free(value);
                }
                None => self.say(Fault::UnknownField),
            }
            self.at.pop();
        }
    }

    /// A value of which the schema says nothing: still no control characters and no endless text.
    fn free(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                self.characters(text);
                if text.chars().count() > MAX_TEXT {
                    self.say(Fault::TooLong { max: MAX_TEXT });
                }
            }
            Value::Array(items) => self.array(&[], items),
            Value::Object(fields) => self.object(&[], fields),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Where a field tells the shapes apart: the shape that the value names, or the field and what is wrong with it.
fn variant<'a>(
    facets: &[&'a MetaSchema],
    value: &Value,
) -> Option<Result<&'a MetaSchemaRef, (&'static str, Fault)>> {
    let (union, by) = facets
        .iter()
        .find_map(|f| f.discriminator.as_ref().map(|d| (*f, d)))?;
    let fields = value.as_object()?;
    let Some(name) = fields.get(by.property_name) else {
        return Some(Err((by.property_name, Fault::Required)));
    };
    let target = name
        .as_str()
        .and_then(|name| by.mapping.iter().find(|(known, _)| known == name))
        .and_then(|(_, target)| target.rsplit('/').next())
        .and_then(|target| {
            union
                .any_of
                .iter()
                .chain(&union.one_of)
                .find(|s| matches!(s, MetaSchemaRef::Reference(known) if known == target))
        });
    Some(target.ok_or_else(|| {
        let allowed = by.mapping.iter().map(|(name, _)| name.clone()).collect();
        (by.property_name, Fault::NotOneOf { allowed })
    }))
}

fn wrong_type(ty: &'static str, value: &Value) -> Option<&'static str> {
    let right = match ty {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    (!right).then_some(ty)
}

/// The name of the format that the text does not keep. Formats that are only remarks are kept by any text.
fn wrong_format(format: &'static str, text: &str) -> Option<&'static str> {
    match format {
        // Only the form with hyphens: the parser would take braces and `urn:uuid:` as well.
        "uuid" => (text.len() != 36 || uuid::Uuid::try_parse(text).is_err()).then_some("uuid"),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text)
            .is_err()
            .then_some("date-time"),
        "date" | "naive-date" => (text.len() != 10
            || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err())
        .then_some("date"),
        _ => None,
    }
}

/// Whether the pattern occurs in the text, as JSON Schema means it: not anchored.
fn matches(pattern: &str, text: &str) -> bool {
    static COMPILED: LazyLock<RwLock<HashMap<String, Option<Regex>>>> =
        LazyLock::new(RwLock::default);
    let search = |regex: &Option<Regex>| regex.as_ref().is_none_or(|regex| regex.is_match(text));
    if let Some(regex) = COMPILED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pattern)
    {
        return search(regex);
    }
    let regex = Regex::new(pattern)
        .inspect_err(|error| tracing::error!(pattern, %error, "a pattern of the API's document is no regular expression"))
        .ok();
    let fits = search(&regex);
    // The patterns come from the program's own document, so there are few.
    COMPILED
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(pattern.to_owned(), regex);
    fits
}

/// Mends what the derive publishes badly: arrays of a fixed length carry the bounds of text, and a remark on a
/// reference is published twice.
pub(crate) fn tidy(registry: &mut Registry) {
    registry.schemas.values_mut().for_each(tidy_schema);
}

/// The same for a schema outside the registry, such as that of a parameter.
pub(crate) fn tidy_ref(schema: &mut MetaSchemaRef) {
    if let MetaSchemaRef::Inline(schema) = schema {
        tidy_schema(schema);
    }
}

fn tidy_schema(schema: &mut MetaSchema) {
    if schema.ty == "array" {
        schema.min_items = schema.min_items.or(schema.min_length.take());
        schema.max_items = schema.max_items.or(schema.max_length.take());
    }
    schema.all_of.retain(|part| !is_remark(part));
    schema
        .properties
        .iter_mut()
        .map(|(_, schema)| schema)
        .chain(schema.items.as_deref_mut())
        .chain(schema.additional_properties.as_deref_mut())
        .chain(&mut schema.all_of)
        .chain(&mut schema.any_of)
        .chain(&mut schema.one_of)
        .for_each(tidy_ref);
}

/// Whether a part of a composition only repeats remarks that the whole carries as well, and asks nothing of a value.
fn is_remark(part: &MetaSchemaRef) -> bool {
    let MetaSchemaRef::Inline(part) = part else {
        return false;
    };
    let mut part = (**part).clone();
    part.description = None;
    part.default = None;
    part.example = None;
    part.deprecated = false;
    part.nullable = false;
    part.read_only = false;
    part.write_only = false;
    part.is_empty()
}
