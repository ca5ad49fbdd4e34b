//! Pages for people with a browser.

pub mod map;
pub mod rating;

use poem::Request;

use crate::messages::Lang;

/// The language of the link (`?lang=en`), else the browser's.
fn language(request: &Request, chosen: Option<&str>) -> Lang {
    let query = request.uri().query().unwrap_or_default();
    match chosen
        .filter(|c| !c.is_empty())
        .or_else(|| query.strip_prefix("lang="))
    {
        Some("en") => Lang::En,
        Some(_) => Lang::Zh,
        None => Lang::of(request),
    }
}

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
