//! The report form: what, where, in whose words, and with a whistle if needed.

use serde_json::{Map, Value, json};

use super::action::{self, called, meeting, moment, offer_kinds, whistle_fields};
use super::failure::{Faulty, Say};
use super::form::{Field, Form, Source};
use super::names;
use super::reference::Reference;
use super::request::Around;

/// The fields of a report.
pub fn form(reference: &Reference) -> Form {
    let mut fields = vec![
        Field::pick("matter", Source::Matters, false),
        Field::area("text").required(),
        Field::pick("grid", Source::Grids, false),
        Field::line("position"),
        Field::names("crs", "crs", &["wgs84", "cgcs2000", "gcj02", "bd09"]).filled(&json!("wgs84")),
        Field::line("address"),
        Field::names("source", "source", names::SOURCES)
            .required()
            .filled(&json!("patrol")),
        Field::line("resident_name"),
        Field::line("resident_telephone"),
        Field::toggle("confidential"),
        Field::line("external_number"),
        Field::pick("handed_down_by", Source::Units, false),
        Field::line("photos"),
        Field::names("safety_number", "safety", &["110", "119", "120"]),
        Field::line("safety_at"),
        Field::toggle("self_handled"),
        Field::choice("settled_condition", Vec::new()).required(),
        Field::line("photos_before").required(),
        Field::line("photos_after").required(),
        Field::toggle("whistle"),
    ];
    fields.extend(whistle_fields(
        reference.kinds.as_deref().unwrap_or_default(),
    ));
    fields.push(Field::button("submit"));
    let mut form = Form::new(fields).about("report");
    arrange(&mut form, reference);
    form
}

/// Words that speak of danger to life, fire or gas.
const DANGER: &[&str] = &[
    "火",
    "燃气",
    "煤气",
    "爆炸",
    "坍塌",
    "塌陷",
    "溺水",
    "触电",
    "漏电",
    "中毒",
    "伤",
    "被困",
    "晕倒",
    "打架",
    "持刀",
    "自杀",
    "fire",
    "gas",
    "explosion",
    "injur",
    "trapped",
    "drown",
];

/// Whether the report speaks of danger: then 110, 119 or 120 comes first.
pub fn is_dangerous(form: &Form, reference: &Reference) -> bool {
    let text = form.text("text").to_lowercase();
    let matter = form
        .picked("matter")
        .first()
        .map(|m| m.name.clone())
        .unwrap_or_default();
    DANGER
        .iter()
        .any(|word| text.contains(word) || matter.contains(word))
        || is_emergency(form, reference)
}

/// Whether the kind of whistle chosen is an emergency.
fn is_emergency(form: &Form, reference: &Reference) -> bool {
    let kind = form.text("kind");
    form.is_on("whistle")
        && reference
            .kinds
            .iter()
            .flatten()
            .any(|k| k.code == kind && k.emergency)
}

const WHISTLE: [&str; 7] = [
    "kind",
    "lead",
    "assist",
    "reason",
    "meeting_place",
    "meeting_point",
    "meeting_time",
];

const SETTLED: [&str; 3] = ["settled_condition", "photos_before", "photos_after"];

/// Shows what matters now: the coordinate system with coordinates, the whistle's fields with a
/// whistle, the emergency call with danger, evidence with what was settled on the spot. That is
/// asked only where a condition of the matter allows it.
pub fn arrange(form: &mut Form, reference: &Reference) {
    let matter = form.picked("matter").first().map(|m| m.id.clone());
    let conditions = action::settled_conditions(matter.as_deref(), reference);
    let may_settle = !conditions.is_empty() && !form.is_on("whistle");
    let settled = may_settle && form.is_on("self_handled");
    let whistle = form.is_on("whistle") && !settled;
    let danger = is_dangerous(form, reference);
    let position = !form.text("position").is_empty();
    let relayed = form.text("source") != "patrol";
    // Who tells it a grid worker has no work order.
    let told = form.text("source") == "resident";
    for field in &mut form.fields {
        field.hidden = match field.name {
            "crs" => !position,
            // What a clerk takes down of somebody who called.
            "confidential" => !relayed,
            "external_number" | "handed_down_by" => !relayed || told,
            "safety_number" | "safety_at" => !danger,
            name if WHISTLE.contains(&name) => !whistle,
            name if SETTLED.contains(&name) => !settled,
            "self_handled" => !may_settle,
            "whistle" => settled,
            _ => false,
        };
        if field.name == "kind" {
            offer_kinds(field, reference.kinds.as_deref().unwrap_or_default());
        }
        if field.name == "settled_condition" {
            action::offer(field, conditions.clone());
        }
    }
    if form.focused().is_some_and(|f| f.hidden) {
        form.step(true);
    }
}

/// Where the units of a whistle are looked for: the place that the report will have.
pub fn around(form: &Form) -> Around {
    let typed = form.text("position");
    if let Some(at) = position(&typed) {
        let crs = form.text("crs");
        return Around::Point { at, crs };
    }
    // A grid's code begins with that of its village.
    match form.picked("grid").first().and_then(|g| g.id.get(..12)) {
        Some(village) => Around::Village(village.to_owned()),
        None => Around::Me,
    }
}

/// `119.12, 34.90`: longitude first, as the map names them; degrees.
pub fn position(text: &str) -> Option<[f64; 2]> {
    let text = text.replace(['，', ' ', ';'], ",");
    let mut parts = text.split(',').filter(|p| !p.is_empty());
    let (lon, lat) = (
        parts.next()?.parse::<f64>().ok()?,
        parts.next()?.parse::<f64>().ok()?,
    );
    let on_globe = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    (parts.next().is_none() && on_globe).then_some([lon, lat])
}

/// What is sent, without the photographs; the id is the draft's.
pub fn body(form: &mut Form, id: &str) -> Result<Map<String, Value>, Faulty> {
    let mut body = Map::new();
    body.insert("id".into(), json!(id));
    body.insert("source".into(), json!(form.text("source")));
    body.insert("text".into(), json!(form.text("text")));
    if let Some(matter) = form.picked("matter").first() {
        body.insert("matter".into(), json!(matter.id));
    }
    let mut place = Map::new();
    let at = form.text("position");
    if at.is_empty() {
        // What was heard on the telephone may be an address alone; whoever stands there knows where he is.
        let heard = form.text("source") != "patrol" && !form.text("address").is_empty();
        match form.picked("grid").first() {
            Some(grid) => {
                place.insert("grid".into(), json!(grid.id));
            }
            None if heard => {}
            None => {
                form.blame("grid", Say::plain("fault-place"));
                return Err(Faulty);
            }
        }
    } else {
        let Some([lon, lat]) = position(&at) else {
            form.blame("position", Say::plain("fault-position"));
            return Err(Faulty);
        };
        place.insert("lon".into(), json!(lon));
        place.insert("lat".into(), json!(lat));
        place.insert("crs".into(), json!(form.text("crs")));
    }
    let address = form.text("address");
    if !address.is_empty() {
        place.insert("address".into(), json!(address));
    }
    body.insert("place".into(), Value::Object(place));

    let (name, telephone) = (form.text("resident_name"), form.text("resident_telephone"));
    if !name.is_empty() || !telephone.is_empty() {
        for (field, value) in [("resident_name", &name), ("resident_telephone", &telephone)] {
            if value.is_empty() {
                form.blame(field, Say::plain("fault-resident"));
                return Err(Faulty);
            }
        }
        body.insert(
            "resident".into(),
            json!({"name": name, "telephone": telephone}),
        );
    }
    if form.text("source") != "patrol" {
        // Where nothing is said the matter decides.
        if form.is_on("confidential") {
            body.insert("confidential".into(), json!(true));
        }
        let number = form.text("external_number");
        if !number.is_empty() && form.text("source") != "resident" {
            body.insert("external_number".into(), json!(number));
        }
        if let Some(department) = form.picked("handed_down_by").first()
            && form.text("source") != "resident"
        {
            body.insert("handed_down_by".into(), json!(department.id));
        }
    }
    let called_number = form.text("safety_number");
    if !called_number.is_empty() {
        let Some(at) = moment(&form.text("safety_at")) else {
            form.blame("safety_at", Say::plain("fault-time"));
            return Err(Faulty);
        };
        body.insert(
            "safety_call".into(),
            json!({"number": called_number, "at": at.to_rfc3339()}),
        );
    }
    let is_shown = |name: &str| form.fields.iter().any(|f| f.name == name && !f.hidden);
    if is_shown("settled_condition") {
        // The files travel first and are named here by their paths until then.
        let settled = json!({
            "condition": form.text("settled_condition"),
            "before": action::paths(&form.text("photos_before")),
            "after": action::paths(&form.text("photos_after")),
        });
        body.insert("self_handled".into(), settled);
    } else if form.is_on("whistle") {
        let mut whistle = Map::new();
        whistle.insert("kind".into(), json!(form.text("kind")));
        whistle.insert("reason".into(), json!(form.text("reason")));
        let units = called(form);
        if !units.is_empty() {
            whistle.insert("wanted".into(), Value::Array(units));
        }
        if let Some(meeting) = meeting(form)? {
            whistle.insert("meeting".into(), meeting);
        }
        body.insert("whistle".into(), Value::Object(whistle));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(fields: &[(&str, Value)]) -> Form {
        let mut form = form(&Reference::default());
        for (name, value) in fields {
            form.field_mut(name).unwrap().set(value);
        }
        arrange(&mut form, &Reference::default());
        form
    }

    #[test]
    fn danger_asks_for_the_emergency_number_first() {
        let quiet = filled(&[("text", json!("路面有垃圾"))]);
        assert!(quiet.field("safety_number").is_none());
        let fire = filled(&[("text", json!("垃圾堆起火"))]);
        assert!(fire.field("safety_number").is_some());
    }

    #[test]
    fn a_clerk_takes_down_the_work_order_and_whether_the_caller_stays_unknown() {
        let call = [
            ("text", json!("邻居占道")),
            ("position", json!("119.1,34.9")),
            ("confidential", json!(true)),
            ("external_number", json!("GD-1")),
        ];
        let mut patrol = filled(&call);
        assert!(patrol.field("external_number").is_none_or(|f| f.hidden));
        assert!(
            body(&mut patrol, "id")
                .unwrap()
                .get("external_number")
                .is_none()
        );
        let mut hotline = filled(&[&call[..], &[("source", json!("hotline"))]].concat());
        let sent = body(&mut hotline, "id").unwrap();
        assert_eq!(sent["external_number"], "GD-1");
        assert_eq!(sent["confidential"], true);
    }

    #[test]
    fn a_report_needs_a_place() {
        let mut form = filled(&[("text", json!("路面有垃圾"))]);
        assert!(body(&mut form, "id").is_err());
        assert_eq!(form.focused().unwrap().name, "grid");
    }

    #[test]
    fn of_what_was_heard_the_address_is_place_enough() {
        let heard = [
            ("text", json!("路灯不亮")),
            ("address", json!("东大街 12 号")),
        ];
        assert!(body(&mut filled(&heard), "id").is_err(), "on patrol");
        let mut hotline = filled(&[&heard[..], &[("source", json!("hotline"))]].concat());
        let sent = body(&mut hotline, "id").unwrap();
        assert_eq!(sent["place"], json!({"address": "东大街 12 号"}));
    }

    #[test]
    fn coordinates_name_longitude_first_and_lie_on_the_globe() {
        assert_eq!(position("119.12，34.9"), Some([119.12, 34.9]));
        assert_eq!(position("119.12 34.9"), Some([119.12, 34.9]));
        assert_eq!(position("34.9,119.12"), None);
        assert_eq!(position("NaN,1"), None);
        assert_eq!(position("1"), None);
    }

    #[test]
    fn a_report_carries_its_whistle() {
        let mut form = filled(&[
            ("text", json!("路面破损")),
            ("position", json!("119.1,34.9")),
            ("whistle", json!(true)),
            ("reason", json!("村里解决不了")),
            ("lead", json!([{"id": "u1", "name": "交通所"}])),
            (
                "assist",
                json!([{"id": "u1", "name": "交通所"}, {"id": "u2", "name": "城管"}]),
            ),
        ]);
        let body = body(&mut form, "id").unwrap();
        assert_eq!(
            body["whistle"]["wanted"],
            json!([{"unit": "u1", "role": "lead"}, {"unit": "u2", "role": "assist"}])
        );
        assert_eq!(
            body["place"],
            json!({"lon": 119.1, "lat": 34.9, "crs": "wgs84"})
        );
    }
}
