//! Checks the parameters of a request against what the operation publishes, all at once and by name.

use std::{collections::BTreeSet, sync::Arc};

use poem::{Error, Request};
use poem_openapi::{
    error::ParsePathError,
    registry::{MetaOperation, MetaParamIn, MetaSchemaRef, Registry},
};
use serde_json::{Number, Value};

use crate::{
    problem::Code,
    refusal::{Fault, Place, Refusal},
    schema,
};

/// The parameters that an operation knows.
pub(crate) struct Inputs {
    registry: Arc<Registry>,
    query: Vec<Input>,
    headers: Vec<Input>,
    /// In the order of the path: the router calls the first one `param0`.
    path: Vec<Input>,
}

struct Input {
    name: String,
    schema: MetaSchemaRef,
    required: bool,
    explode: bool,
}

impl Inputs {
    /// Takes over what the operation publishes; `path` is its path, with the names in braces.
    ///
    /// # Panics
    /// At start-up, when a handler takes the path's parameters in another order than they stand in the path: the
    /// router counts them by position and would mix them up.
    pub(crate) fn new(registry: Arc<Registry>, path: &str, operation: MetaOperation) -> Self {
        let mut inputs = Self {
            registry,
            query: Vec::new(),
            headers: Vec::new(),
            path: Vec::new(),
        };
        for param in operation.params {
            let input = Input {
                name: param.name,
                schema: {
                    let mut schema = param.schema;
                    schema::tidy_ref(&mut schema);
                    schema
                },
                required: param.required,
                explode: param.explode,
            };
            match param.in_type {
                MetaParamIn::Query => inputs.query.push(input),
                MetaParamIn::Header => inputs.headers.push(input),
                MetaParamIn::Path => inputs.path.push(input),
                MetaParamIn::Cookie | MetaParamIn::CookiePrivate | MetaParamIn::CookieSigned => {}
            }
        }
        let taken: Vec<&str> = inputs
            .path
            .iter()
            .map(|input| input.name.as_str())
            .collect();
        let named: Vec<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        assert!(
            taken == named,
            "the handler of {path} must take the parameters of the path in the path's order"
        );
        inputs
    }

    /// Every fault of the parameters.
    ///
    /// # Errors
    /// 400 naming each parameter that is unknown, missing, repeated or wrong.
    pub(crate) fn check(
        &self,
        request: &Request,
        query: &[(String, String)],
    ) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        for (index, input) in self.path.iter().enumerate() {
            let text = request.raw_path_param(&format!("param{index}"));
            self.one(input, text.into_iter().collect(), &mut faults);
        }
        for input in &self.query {
            let texts = query
                .iter()
                .filter(|(name, _)| *name == input.name)
                .map(|(_, text)| text.as_str());
            self.one(input, texts.collect(), &mut faults);
        }
        for input in &self.headers {
            let texts = request.headers().get_all(&input.name).iter();
            // Bytes that are no visible ASCII cannot be what any header here wants: they read as a control character.
            let texts = texts.map(|value| value.to_str().unwrap_or("\u{0}"));
            self.one(input, texts.collect(), &mut faults);
        }
        let unknown: BTreeSet<&str> = query
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.query.iter().any(|input| input.name == *name))
            .collect();
        for name in unknown.into_iter().take(schema::MAX_FAULTS) {
            // The name comes from outside: it is told back, but not without end.
            let name: String = name.chars().take(100).collect();
            faults.push(Fault::of_schema(
                Place::Parameter(name),
                &schema::Fault::UnknownParameter,
            ));
        }
        if faults.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(Code::InvalidParameter).faults(faults))
    }

    fn one(&self, input: &Input, texts: Vec<&str>, faults: &mut Vec<Fault>) {
        let mut say = |fault: &schema::Fault| {
            faults.push(Fault::of_schema(
                Place::Parameter(input.name.clone()),
                fault,
            ));
        };
        if texts.is_empty() {
            if input.required {
                say(&schema::Fault::Required);
            }
            return;
        }
        let (ty, items) = schema::shape(&self.registry, &input.schema);
        let value = if ty == "array" {
            let item = items.map_or("string", |schema| schema::shape(&self.registry, schema).0);
            let texts: Vec<&str> = if input.explode {
                texts
            } else {
                texts
                    .iter()
                    .flat_map(|text| text.split(','))
                    .map(str::trim)
                    .collect()
            };
            texts
                .into_iter()
                .map(|text| value_of(item, text))
                .collect::<Option<Vec<_>>>()
                .map(Value::Array)
                .ok_or(item)
        } else if texts.len() > 1 {
            return say(&schema::Fault::RepeatedParameter);
        } else {
            value_of(ty, texts[0]).ok_or(ty)
        };
        match value {
            Ok(value) => {
                for (_, fault) in schema::check(&self.registry, &input.schema, &value) {
                    say(&fault);
                }
            }
            Err(expected) => say(&schema::Fault::WrongType { expected }),
        }
    }

    /// Gives a path parameter that its type could not read the name it has in the document.
    pub(crate) fn name(&self, error: Error) -> Error {
        let position = error
            .downcast_ref::<ParsePathError>()
            .and_then(|e| e.name.strip_prefix("param")?.parse::<usize>().ok());
        match position.and_then(|position| self.path.get(position)) {
            Some(input) => unreadable(&input.name).into(),
            None => error,
        }
    }
}

/// A parameter that its type could not read.
pub(crate) fn unreadable(name: &str) -> Refusal {
    Refusal::parameter(name, crate::messages::Message::new("parameter-unreadable"))
}

/// The value that a text in a parameter stands for; none if it is no value of that type.
fn value_of(ty: &str, text: &str) -> Option<Value> {
    match ty {
        "integer" => text
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<u64>().map(Value::from))
            .ok(),
        // `NaN` and `inf` are numbers to the parser, but not here.
        "number" => text
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map(Value::Number),
        "boolean" => text.parse().map(Value::Bool).ok(),
        _ => Some(Value::String(text.to_owned())),
    }
}
