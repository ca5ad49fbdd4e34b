//! `/r/{token}`: the resident's questions on a telephone, without JavaScript, in both languages.

use std::fmt::Write;

use gridwhistle_domain::case::{Answer, Grade, Solved};
use gridwhistle_service::ServiceError;
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Request, Response};
use serde::Deserialize;

use super::{escaped, language};
use crate::messages::{Lang, Message};
use crate::mount::Methods;
use crate::state::State;

/// The form as it is sent.
#[derive(Deserialize)]
struct Form {
    contacted: String,
    solved: String,
    satisfaction: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    may_contact: String,
    #[serde(default)]
    lang: String,
}

/// The longest remark, in characters.
const LONGEST: usize = 500;

/// The page: GET shows the questions, POST takes the answers, once.
pub fn page(state: &State) -> Methods {
    let (asking, taking) = (state.clone(), state.clone());
    Methods::new()
        .get(poem::endpoint::make(move |request: Request| {
            let state = asking.clone();
            async move { Ok::<_, poem::Error>(ask(&state, &request).await) }
        }))
        .post(poem::endpoint::make(move |request: Request| {
            let state = taking.clone();
            async move { Ok::<_, poem::Error>(take(&state, request).await) }
        }))
}

fn token(request: &Request) -> String {
    request
        .raw_path_param("token")
        .unwrap_or_default()
        .to_owned()
}

async fn ask(state: &State, request: &Request) -> Response {
    let lang = language(request, None);
    let token = token(request);
    match state.service.rating(&token).await {
        Ok(page) if page.open => {
            let reference = state.service.reference();
            let matter = page
                .case
                .matter
                .as_ref()
                .and_then(|key| reference.rules.catalogue.matter(key))
                .map_or_else(String::new, |m| m.name.clone());
            let about = Message::new("rating-about")
                .with("number", page.case.number.clone())
                .with("town", reference.division_name(page.case.centre))
                .with("matter", matter);
            html(
                lang,
                StatusCode::OK,
                &questions(lang, &lang.text(&about), page.reply.as_deref()),
            )
        }
        Ok(_) => gone(lang),
        Err(error) => failed(lang, &error),
    }
}

async fn take(state: &State, mut request: Request) -> Response {
    let token = token(&request);
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let form: Option<Form> = serde_urlencoded::from_bytes(&body).ok();
    let lang = language(&request, form.as_ref().map(|f| f.lang.as_str()));
    let Some(answer) = form.as_ref().and_then(read) else {
        let text = format!("<p>{}</p>", lang.say("rating-incomplete"));
        return html(lang, StatusCode::UNPROCESSABLE_ENTITY, &text);
    };
    match state.service.rate(&token, &answer).await {
        Ok(_) => html(
            lang,
            StatusCode::OK,
            &format!("<p class=done>{}</p>", lang.say("rating-thanks")),
        ),
        Err(ServiceError::Gone) => gone(lang),
        Err(error) => failed(lang, &error),
    }
}

fn read(form: &Form) -> Option<Answer> {
    let text: String = form
        .text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect();
    if text.chars().count() > LONGEST {
        return None;
    }
    Some(Answer {
        contacted: match form.contacted.as_str() {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        solved: form.solved.parse::<Solved>().ok()?,
        satisfaction: form.satisfaction.parse::<Grade>().ok()?,
        text,
        may_contact: form.may_contact == "yes",
    })
}

fn gone(lang: Lang) -> Response {
    html(
        lang,
        StatusCode::GONE,
        &format!("<p>{}</p>", lang.say("rating-gone")),
    )
}

fn failed(lang: Lang, error: &ServiceError) -> Response {
    let (status, text) = if matches!(error, ServiceError::NotFound) {
        (StatusCode::NOT_FOUND, lang.say("rating-unknown"))
    } else {
        tracing::warn!(%error, "a rating could not be taken");
        (StatusCode::SERVICE_UNAVAILABLE, lang.say("rating-later"))
    };
    html(lang, status, &format!("<p>{text}</p>"))
}

fn questions(lang: Lang, about: &str, reply: Option<&str>) -> String {
    let mut page = format!("<p>{}</p>", escaped(about));
    if let Some(reply) = reply {
        // Writing into a string does not fail.
        let _ = write!(page, "<blockquote>{}</blockquote>", escaped(reply));
    }
    page.push_str("<form method=post>");
    let _ = write!(
        page,
        "<input type=hidden name=lang value={}>",
        lang.tag().split('-').next().unwrap_or("zh")
    );
    let yes_no = [
        ("yes", lang.say("rating-yes")),
        ("no", lang.say("rating-no")),
    ];
    choice(
        &mut page,
        "contacted",
        &lang.say("rating-contacted"),
        &yes_no,
    );
    let solved = [
        ("yes", lang.say("rating-yes")),
        ("partly", lang.say("rating-partly")),
        ("no", lang.say("rating-no")),
    ];
    choice(&mut page, "solved", &lang.say("rating-solved"), &solved);
    let grades = [
        ("very_satisfied", lang.say("rating-very-satisfied")),
        ("satisfied", lang.say("rating-satisfied")),
        (
            "basically_satisfied",
            lang.say("rating-basically-satisfied"),
        ),
        ("dissatisfied", lang.say("rating-dissatisfied")),
        ("very_dissatisfied", lang.say("rating-very-dissatisfied")),
    ];
    choice(
        &mut page,
        "satisfaction",
        &lang.say("rating-satisfaction"),
        &grades,
    );
    let _ = write!(
        page,
        "<label class=text>{}<textarea name=text rows=3 maxlength={LONGEST}></textarea></label>\
         <label><input type=checkbox name=may_contact value=yes> {}</label>\
         <button>{}</button></form>",
        lang.say("rating-text"),
        lang.say("rating-may-contact"),
        lang.say("rating-send"),
    );
    page
}

fn choice(page: &mut String, name: &str, question: &str, options: &[(&str, String)]) {
    let _ = write!(page, "<fieldset><legend>{question}</legend>");
    for (value, text) in options {
        let _ = write!(
            page,
            "<label><input type=radio name={name} value={value} required> {text}</label>"
        );
    }
    page.push_str("</fieldset>");
}

const STYLE: &str = "body{font:18px/1.6 sans-serif;max-width:34em;margin:auto;padding:1em;color:#1a1a1a;background:#fff}\
h1{font-size:1.2em;color:#8a1c1c}fieldset{border:1px solid #bbb;border-radius:8px;margin:1em 0;padding:.6em 1em}\
legend{font-weight:bold}label{display:block;padding:.45em 0}input[type=radio],input[type=checkbox]{width:1.3em;height:1.3em;vertical-align:-.2em}\
textarea{display:block;width:100%;font:inherit;box-sizing:border-box}button{font:inherit;width:100%;padding:.7em;border:0;border-radius:8px;background:#8a1c1c;color:#fff;margin-top:1em}\
blockquote{border-left:4px solid #ccc;margin:1em 0;padding-left:1em}.done{font-size:1.3em}nav{text-align:right}";

fn html(lang: Lang, status: StatusCode, content: &str) -> Response {
    let (other, other_name) = match lang {
        Lang::Zh => ("en", "English"),
        Lang::En => ("zh", "中文"),
    };
    let title = lang.say("rating-title");
    let page = format!(
        "<!doctype html><html lang={tag}><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style><nav><a href=\"?lang={other}\">{other_name}</a></nav><h1>{title}</h1>{content}</html>",
        tag = lang.tag(),
    );
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        .body(page)
        .into_response()
}
