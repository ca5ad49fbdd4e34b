//! Conditions, a row for each step:
//! `condition,step,name,name_en,self_handle,amount,unit,standard,standard_en`.

use std::collections::BTreeSet;

use gridwhistle_domain::clock::{Limit, TimeUnit};
use gridwhistle_domain::matter::{Condition, ConditionId, Step};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NameError;

use super::format::{Refers, Table};
use super::table::{Row, each_row};
use super::{Fault, Wrong};
use crate::reference::lists;

const HEADER: &[&str] = &[
    "condition",
    "step",
    "name",
    "name_en",
    "self_handle",
    "amount",
    "unit",
    "standard",
    "standard_en",
];

/// The conditions of a file, in its order. The steps of one follow each other, counted from 1; only
/// the first carries the names and `self_handle`.
pub fn parse(text: &str) -> Result<Vec<Condition>, Vec<Fault>> {
    let mut known = BTreeSet::new();
    let mut conditions: Vec<Condition> = Vec::new();
    // The row before, unless it could not be read: a step continues that one only.
    let mut open = Some((ConditionId(String::new()), 0));
    each_row(text, HEADER, HEADER.len(), |row| {
        let id = row.read("condition", condition_id);
        let number = row.read("step", step_number);
        let (Some(id), Some(number)) = (id, number) else {
            open = None;
            return;
        };
        let expected = match &open {
            Some((last, steps)) if *last == id => steps + 1,
            Some(_) | None => 1,
        };
        // After a row that could not be read any number may be right.
        if number != expected && open.is_some() {
            row.fault(
                "step",
                Wrong::StepOutOfOrder {
                    found: number,
                    expected,
                },
            );
        }
        open = Some((id.clone(), number));
        if number == 1 {
            if !known.insert(id.clone()) {
                row.fault("condition", Wrong::ConditionTwice(id.clone()));
            }
            conditions.extend(condition(row, id));
        } else if let Some(step) = next_step(row)
            && let Some(condition) = conditions.last_mut()
        {
            condition.steps.push(step);
        }
    })?;
    for condition in &mut conditions {
        condition.emergency = Condition::is_emergency(&condition.steps);
    }
    Ok(conditions)
}

fn condition(row: &mut Row<'_>, id: ConditionId) -> Option<Condition> {
    let name = row.text("name");
    let name_en = row.text("name_en");
    let self_handle = row.one_of("self_handle", &[true, false], |yes| {
        if yes { "yes" } else { "no" }
    });
    let step = step(row);
    Some(Condition {
        matter: id.matter()?,
        id,
        name: name?,
        name_en: name_en?,
        steps: vec![step?],
        self_handle: self_handle?,
        provisional: false,
        emergency: false,
    })
}

fn next_step(row: &mut Row<'_>) -> Option<Step> {
    for column in ["name", "name_en", "self_handle"] {
        if !row.is_empty(column) {
            row.fault(column, Wrong::FirstStepOnly);
        }
    }
    step(row)
}

fn step(row: &mut Row<'_>) -> Option<Step> {
    let amount = row.read("amount", |text| {
        text.parse::<u32>().map_err(|_| Wrong::NoAmount {
            text: text.to_owned(),
        })
    });
    let unit = row.read("unit", |text| {
        TimeUnit::deserialize(IntoDeserializer::<NameError>::into_deserializer(text)).map_err(
            |_| Wrong::NoTimeUnit {
                text: text.to_owned(),
            },
        )
    });
    let standard = row.text("standard");
    let standard_en = row.text("standard_en");
    let (amount, unit) = (amount?, unit?);
    let limit = row.read("amount", |_| Limit::new(amount, unit))?;
    Some(Step {
        limit,
        standard: standard?,
        standard_en: standard_en?,
    })
}

/// `event-06010/1`: 0 is the generic condition, which no list gives.
fn condition_id(text: &str) -> Result<ConditionId, Wrong> {
    let wrong = || Wrong::NoCondition {
        text: text.to_owned(),
    };
    let id = ConditionId(text.to_owned());
    let matter = id.matter().ok_or_else(wrong)?;
    let (_, number) = text.split_once('/').ok_or_else(wrong)?;
    let number: u16 = number.parse().map_err(|_| wrong())?;
    if number == 0 || ConditionId::new(&matter, number) != id {
        return Err(wrong());
    }
    Ok(id)
}

/// The published name of a unit of time.
fn unit_name(unit: TimeUnit) -> String {
    let name = serde_json::to_value(unit).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

fn step_number(text: &str) -> Result<u32, Wrong> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        Ok(_) | Err(_) => Err(Wrong::NoStep {
            text: text.to_owned(),
        }),
    }
}

impl Table for Condition {
    const LIST: &'static str = lists::CONDITIONS;
    const HEADER: &'static [&'static str] = HEADER;
    const REFERS: &'static [(&'static str, Refers)] = &[("condition", Refers::Condition)];

    fn parse(text: &str) -> Result<Vec<Self>, Vec<Fault>> {
        parse(text)
    }

    fn code(&self, _: usize) -> String {
        self.id.to_string()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |index: usize, step: &Step| {
            let first = |text: &str| String::from(if index == 0 { text } else { "" });
            vec![
                self.id.to_string(),
                (index + 1).to_string(),
                first(&self.name),
                first(&self.name_en),
                first(if self.self_handle { "yes" } else { "no" }),
                step.limit.amount.to_string(),
                unit_name(step.limit.unit),
                step.standard.clone(),
                step.standard_en.clone(),
            ]
        };
        let steps = self.steps.iter().enumerate();
        steps.map(|(index, step)| row(index, step)).collect()
    }
}
