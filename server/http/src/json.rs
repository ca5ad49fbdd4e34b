//! Reads JSON more strictly than the parser alone: no field twice, no nesting without end.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{
    messages::Message,
    problem::Code,
    refusal::{Fault, Place, Refusal},
    schema::{self, Pointer},
};

/// How deep arrays and objects may lie in each other.
pub(crate) const MAX_DEPTH: usize = 32;

/// The value of a body.
///
/// # Errors
/// 400: not JSON (with line and column), a field named twice (by pointer), nested too deep.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(Code::MalformedJson).detail(Message::new("json-empty")));
    }
    let mut reading = Reading::default();
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let value = Node(&mut reading)
        .deserialize(&mut source)
        .and_then(|value| source.end().map(|()| value));
    if let Some(pointer) = reading.too_deep {
        return Err(refuse([(
            pointer,
            schema::Fault::TooDeep { max: MAX_DEPTH },
        )]));
    }
    let value = value.map_err(|error| {
        Refusal::new(Code::MalformedJson).detail(
            Message::new("json-malformed")
                .with("line", error.line())
                .with("column", error.column()),
        )
    })?;
    if reading.twice.is_empty() {
        return Ok(value);
    }
    Err(refuse(
        reading
            .twice
            .into_iter()
            .map(|pointer| (pointer, schema::Fault::DuplicateField)),
    ))
}

fn refuse(faults: impl IntoIterator<Item = (String, schema::Fault)>) -> Refusal {
    Refusal::new(Code::MalformedJson).faults(
        faults
            .into_iter()
            .map(|(pointer, fault)| Fault::of_schema(Place::Body(pointer), &fault)),
    )
}

#[derive(Default)]
struct Reading {
    at: Pointer,
    twice: Vec<String>,
    too_deep: Option<String>,
}

struct Node<'a>(&'a mut Reading);

impl Node<'_> {
    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.0.at.depth() < MAX_DEPTH {
            return Ok(());
        }
        self.0.too_deep = Some(self.0.at.to_string());
        Err(E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut items = Vec::new();
        loop {
            self.0.at.push_index(items.len());
            match access.next_element_seed(Node(&mut *self.0))? {
                Some(item) => items.push(item),
                None => break,
            }
            self.0.at.pop();
        }
        self.0.at.pop();
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut fields = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            self.0.at.push_name(&name);
            let value = access.next_value_seed(Node(&mut *self.0))?;
            if fields.contains_key(&name) && self.0.twice.len() < schema::MAX_FAULTS {
                self.0.twice.push(self.0.at.to_string());
            }
            self.0.at.pop();
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::messages::Lang;

    fn problem(text: &str) -> crate::problem::Problem {
        parse(text.as_bytes()).unwrap_err().problem(Lang::En, "r")
    }

    #[test]
    fn json_reads_as_what_it_says() {
        let text = r#" {"a":[1,-2,3.5,true,null,"x"],"b":{"c":{}}} "#;
        assert_eq!(
            parse(text.as_bytes()),
            Ok(json!({"a": [1, -2, 3.5, true, null, "x"], "b": {"c": {}}}))
        );
    }

    #[test]
    fn a_field_named_twice_is_pointed_at() {
        let found = problem(r#"{"a":[{"b":1,"b/~":2,"b/~":3}],"a":1}"#);
        let pointers: Vec<_> = found
            .errors
            .unwrap()
            .into_iter()
            .map(|e| e.pointer.unwrap())
            .collect();
        assert_eq!(pointers, ["/a/0/b~1~0", "/a"]);
        assert_eq!(found.status, 400);
    }

    #[test]
    fn nesting_ends_at_thirty_two() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(nested(32).as_bytes()).is_ok());
        let found = problem(&nested(33));
        assert_eq!(found.errors.unwrap()[0].code, "too_deep");
        assert_eq!(problem(&nested(10_000)).code, "malformed_json");
        assert_eq!(problem(&r#"{"a":"#.repeat(10_000)).code, "malformed_json");
    }

    #[test]
    fn what_is_no_json_is_told_by_line_and_column() {
        for text in [
            "{",
            "NaN",
            "{\"a\":NaN}",
            "{\"a\":1e400}",
            "[1,]",
            "{} {}",
            "\u{0}",
            "'a'",
            "{\"a\":\"\u{1}\"}",
        ] {
            let found = problem(text);
            assert_eq!(
                (found.status, found.code.as_str()),
                (400, "malformed_json"),
                "{text}"
            );
            assert!(found.detail.contains("line 1"), "{text}: {}", found.detail);
        }
        assert_eq!(parse(b"\xff").unwrap_err().code(), Code::MalformedJson);
        assert!(problem("  \n").detail.contains("empty"));
    }
}
