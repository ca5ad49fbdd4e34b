//! `/map`: the grids coloured by their figures, and the open cases, in a browser.
//!
//! The page brings everything with it: its scripts draw the server's own tiles with `OpenLayers`, which is part of the
//! program (`assets/NOTICE`). Who looks at it logs in as a client does; the token stays in the tab.

use std::sync::Arc;

use gridwhistle_domain::case::Stage;
use poem::Request;
use poem::endpoint::make_sync;
use poem::http::{HeaderValue, header};
use serde_json::{Map, Value};

use super::{escaped, language};
use crate::fixed::Fixed;
use crate::messages::{Lang, Message};
use crate::mount::Methods;
use crate::refusal::Refusal;

const TEMPLATE: &str = include_str!("../../assets/map.html");
const SCRIPT: &str = include_str!("../../assets/map.js");
const STYLE: &str = include_str!("../../assets/map.css");
const OPENLAYERS: &[u8] = include_bytes!("../../assets/ol.js");
const OPENLAYERS_STYLE: &[u8] = include_bytes!("../../assets/ol.css");
const NOTICE: &[u8] = include_bytes!("../../assets/NOTICE");

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// The browser may load from this server alone, send to it alone, and run nothing that stands in the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page, in the language of `?lang=` or of the browser.
pub fn page() -> Methods {
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| {
        let policy = Some(POLICY.to_owned());
        Fixed::new(HTML, document(lang), policy)
    });
    Methods::new().get(make_sync(move |request: Request| {
        let lang = language(&request, None);
        let mut response = match lang {
            Lang::Zh => zh.answer(),
            Lang::En => en.answer(),
        };
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(lang.tag()),
        );
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
        response
    }))
}

/// What the page loads, by the last part of its address.
pub fn files() -> Methods {
    let files: [(&str, Arc<Fixed>); 5] = [
        ("map.js", Fixed::new(JAVASCRIPT, SCRIPT, None)),
        ("map.css", Fixed::new(CSS, STYLE, None)),
        ("ol.js", Fixed::new(JAVASCRIPT, OPENLAYERS, None)),
        ("ol.css", Fixed::new(CSS, OPENLAYERS_STYLE, None)),
        ("NOTICE", Fixed::new(TEXT, NOTICE, None)),
    ];
    Methods::new().get(make_sync(move |request: Request| {
        let name = request.raw_path_param("file").unwrap_or_default();
        let file = files.iter().find(|(known, _)| *known == name);
        file.map(|(_, file)| file.answer())
            .ok_or_else(|| poem::Error::from(Refusal::not_found()))
    }))
}

/// The template with its sentences, which the script finds in the page as well.
fn document(lang: Lang) -> String {
    let (other, other_name) = match lang {
        Lang::Zh => ("en", "English"),
        Lang::En => ("zh", "中文"),
    };
    let words = words(lang);
    let told = Value::Object(told(lang, &words)).to_string();
    let fixed = [
        ("lang", lang.tag().to_owned()),
        ("other", other.to_owned()),
        ("other_name", other_name.to_owned()),
    ];
    let page = words
        .into_iter()
        .chain(fixed)
        .fold(TEMPLATE.to_owned(), |page, (name, text)| {
            page.replace(&format!("{{{{{name}}}}}"), &escaped(&text))
        });
    // Nothing in the sentences may end the script in which they stand.
    page.replace("{{words}}", &told.replace('<', "\\u003c"))
}

/// The sentences for the script, with the stages of a case by their names.
fn told(lang: Lang, words: &[(&'static str, String)]) -> Map<String, Value> {
    let stages: Map<String, Value> = Stage::ALL
        .iter()
        .map(|stage| {
            let key = format!("stage-{}", stage.as_str().replace('_', "-"));
            (stage.to_string(), lang.text(&Message::of(key)).into())
        })
        .collect();
    let mut told: Map<String, Value> = words
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.clone().into()))
        .collect();
    told.insert("stages".to_owned(), Value::Object(stages));
    told
}

fn words(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("title", lang.say("map-title")),
        ("needs_scripts", lang.say("map-needs-scripts")),
        ("username", lang.say("map-username")),
        ("password", lang.say("map-password")),
        ("log_in", lang.say("map-log-in")),
        ("log_out", lang.say("map-log-out")),
        ("unreachable", lang.say("map-unreachable")),
        ("keys", lang.say("map-keys")),
        ("zoom_in", lang.say("map-zoom-in")),
        ("zoom_out", lang.say("map-zoom-out")),
        ("measure", lang.say("map-measure")),
        ("satisfaction", lang.say("map-satisfaction")),
        ("closure", lang.say("map-closure")),
        ("by", lang.say("map-by")),
        ("by_grid", lang.say("map-by-grid")),
        ("by_village", lang.say("map-by-village")),
        ("by_town", lang.say("map-by-town")),
        ("period", lang.say("map-period")),
        ("month", lang.say("map-month")),
        ("quarter", lang.say("map-quarter")),
        ("year", lang.say("map-year")),
        ("cases", lang.say("map-cases")),
        ("legend", lang.say("map-legend")),
        ("no_data", lang.say("map-no-data")),
        ("schematic", lang.say("map-schematic")),
        ("figures", lang.say("map-figures")),
        ("no_figures", lang.say("map-no-figures")),
        ("place", lang.say("map-place")),
        ("value", lang.say("map-value")),
        ("share", lang.say("map-share")),
        ("class", lang.say("map-class")),
        ("grid", lang.say("map-grid")),
        ("code", lang.say("map-code")),
        ("village", lang.say("map-village")),
        ("case", lang.say("map-case")),
        ("matter", lang.say("map-matter")),
        ("stage", lang.say("map-stage")),
        ("open", lang.say("map-open")),
        ("overdue", lang.say("map-overdue")),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::*;

    fn named(pattern: &str, text: &str) -> BTreeSet<String> {
        let pattern = Regex::new(pattern).unwrap();
        pattern
            .captures_iter(text)
            .map(|found| found[1].to_owned())
            .collect()
    }

    #[test]
    fn the_page_and_its_script_say_every_word_and_no_other() {
        let mut spoken = named(r"\{\{([a-z_]+)\}\}", TEMPLATE);
        spoken.extend(named(r"\bwords\.([a-z_]+)", SCRIPT));
        for own in ["lang", "other", "other_name", "words", "stages"] {
            assert!(spoken.remove(own), "{own}");
        }
        let known: BTreeSet<String> = words(Lang::En)
            .into_iter()
            .map(|(name, _)| name.to_owned())
            .collect();
        assert_eq!(spoken, known);
    }

    #[test]
    fn every_part_that_the_script_looks_for_stands_in_the_page() {
        let parts = named(r#"\bat\("([a-z]+)"\)"#, SCRIPT);
        let standing = named(r#"\bid="([a-z]+)""#, TEMPLATE);
        assert!(parts.len() > 10 && parts.is_subset(&standing), "{parts:?}");
    }

    #[test]
    fn the_page_is_whole_in_both_languages() {
        for lang in Lang::ALL {
            let page = document(lang);
            assert!(!page.contains("{{"), "{lang:?}");
            assert!(page.contains(&lang.say("map-title")));
            assert_eq!(page.matches("</script>").count(), 3, "{lang:?}");
        }
    }
}
