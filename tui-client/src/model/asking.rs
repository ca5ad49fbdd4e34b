//! The forms of asking a resident about a closed case (回访).

use serde_json::{Map, Value, json};

use super::case::Case;
use super::form::{Choice, Field, Form};
use super::names;

/// The fields that make up a resident's answer.
pub const ANSWER: [&str; 5] = ["contacted", "solved", "satisfaction", "text", "may_contact"];

/// What a caller of the centre heard from the resident, and whether his demand is unreasonable.
pub fn fields(action: &str, case: &Case) -> Option<Vec<Field>> {
    let own = [
        Field::names("channel", "channel", names::CHANNELS)
            .required()
            .filled(&json!("telephone")),
        Field::names("outcome", "heard", names::FOLLOW_UP_OUTCOMES).required(),
        Field::names("contacted", "contacted", &["yes", "no"]).required(),
        Field::names("solved", "solved", names::SOLVED).required(),
        Field::names("satisfaction", "grade", names::GRADES).required(),
        Field::area("text"),
        Field::toggle("may_contact"),
        Field::area("note"),
    ];
    let mut fields = match action {
        "follow_up" => own.into(),
        "request_unreasonable" => vec![Field::area("reason").required()],
        "decide_unreasonable" => vec![
            Field::names("accept", "answer", &["yes", "no"]).required(),
            Field::area("ruling").required(),
        ],
        _ => return None,
    };
    // Behind a case into which others were merged are several residents.
    if !case.merged_feedback.is_empty() {
        let merged = case.merged_feedback.iter();
        let whose: Vec<Choice> = case
            .feedback
            .iter()
            .map(|_| Choice::text(&case.id, &case.number))
            .chain(merged.map(|(of, _)| Choice::text(&of.id, &of.name)))
            .collect();
        let first = whose.first().map(|choice| json!(choice.value));
        let of = Field::choice("of", whose).required();
        fields.insert(0, of.filled(&first.unwrap_or_default()));
    }
    Some(fields)
}

/// What was answered is asked where somebody answered.
pub fn arrange(form: &mut Form) {
    let answered = form.text("outcome") == "answered";
    for name in ANSWER {
        if let Some(field) = form.field_mut(name) {
            field.hidden = !answered;
        }
    }
}

/// Puts a part of the answer where the request has it.
pub fn put(body: &mut Map<String, Value>, part: &str, form: &Form) {
    let value = match (part, form.field(part).map(Field::value)) {
        ("contacted", Some(said)) => json!(said == "yes"),
        (_, Some(value)) if !value.is_null() => value,
        _ => return,
    };
    let answer = body.entry("answer").or_insert_with(|| json!({}));
    if let Some(answer) = answer.as_object_mut() {
        answer.insert(part.into(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::{arrange, body, form};
    use crate::model::case::{Feedback, Named, Target};
    use crate::model::reference::Reference;
    use crate::model::sample;

    fn opened(case: &Case) -> Form {
        form("follow_up", &Target::Case, case, &Reference::default())
    }

    fn choose(form: &mut Form, name: &str, value: &str) {
        form.field_mut(name).unwrap().set(&json!(value));
        arrange("follow_up", form);
    }

    #[test]
    fn the_three_questions_are_asked_where_somebody_answered() {
        let mut form = opened(&sample::dossier("a").case);
        choose(&mut form, "outcome", "not_reached");
        assert!(form.field("satisfaction").is_none());
        let sent = body("follow_up", &mut form).unwrap();
        assert_eq!(
            Value::Object(sent),
            json!({"channel": "telephone", "outcome": "not_reached"})
        );
        choose(&mut form, "outcome", "answered");
        for (name, value) in [
            ("contacted", "no"),
            ("solved", "partly"),
            ("satisfaction", "dissatisfied"),
            ("text", "还有积水"),
        ] {
            choose(&mut form, name, value);
        }
        let sent = body("follow_up", &mut form).unwrap();
        assert_eq!(
            Value::Object(sent),
            json!({
                "channel": "telephone", "outcome": "answered",
                "answer": {
                    "contacted": false, "solved": "partly", "satisfaction": "dissatisfied",
                    "text": "还有积水", "may_contact": false,
                },
            })
        );
    }

    #[test]
    fn behind_merged_cases_it_is_said_which_resident_was_asked() {
        let mut case = sample::dossier("a").case;
        assert!(opened(&case).field("of").is_none());
        let merged = Named {
            id: "b".into(),
            name: "32070720261123000002".into(),
        };
        case.feedback = Some(Feedback::default());
        case.merged_feedback = vec![(merged, Feedback::default())];
        let mut form = opened(&case);
        assert_eq!(
            form.text("of"),
            case.id,
            "the one behind the case itself first"
        );
        choose(&mut form, "of", "b");
        choose(&mut form, "outcome", "refused");
        let sent = body("follow_up", &mut form).unwrap();
        assert_eq!(sent["of"], "b");
    }
}
