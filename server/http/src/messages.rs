//! What the server says to people, in Chinese and English.
//!
//! Every sentence lives in `messages/zh-CN.ftl` and `messages/en.ftl`; the code names a sentence by its key and hands
//! over the values. A [`Message`] is language-free: it becomes text where the language of the request is known.

use std::{borrow::Cow, sync::LazyLock};

use fluent::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use poem::{FromRequest, Request, RequestBody, http::header};

/// The languages the server speaks; Chinese where a caller asks for neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese as written in mainland China.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The BCP 47 tag: `zh-CN` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Chooses by the value of an `Accept-Language` header (RFC 9110 §12.5.4): the spoken language of the highest
    /// quality, the earlier one of two equals, Chinese when none is spoken here.
    pub fn negotiate(accept: &str) -> Self {
        let mut best: Option<(Self, f32)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts
                .next()
                .unwrap_or_default()
                .split('-')
                .next()
                .unwrap_or_default();
            let lang = if primary.eq_ignore_ascii_case("zh") || primary == "*" {
                Self::Zh
            } else if primary.eq_ignore_ascii_case("en") {
                Self::En
            } else {
                continue;
            };
            let quality = parts
                .find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if quality > 0.0 && best.is_none_or(|(_, q)| quality > q) {
                best = Some((lang, quality));
            }
        }
        best.map_or_else(Self::default, |(lang, _)| lang)
    }

    /// The language of a request: as its outermost layer found it, else from its header.
    pub fn of(request: &Request) -> Self {
        request.data::<Self>().copied().unwrap_or_else(|| {
            request
                .header(header::ACCEPT_LANGUAGE)
                .map_or_else(Self::default, Self::negotiate)
        })
    }

    /// The sentence of a key that takes no values.
    pub fn say(self, key: &'static str) -> String {
        self.text(&Message::new(key))
    }

    /// A message of the server's answers in this language. A key that no file knows is answered by the key itself.
    pub fn text(self, message: &Message) -> String {
        CATALOGUE.text(self, message)
    }
}

impl<'a> FromRequest<'a> for Lang {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::of(request))
    }
}

/// A sentence by its key, with the values it speaks of.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    key: Cow<'static, str>,
    args: Vec<(&'static str, Arg)>,
}

impl Message {
    /// The sentence of a key of the message files; `key.attribute` names an attribute.
    pub const fn new(key: &'static str) -> Self {
        Self {
            key: Cow::Borrowed(key),
            args: Vec::new(),
        }
    }

    /// The sentence of a key that is put together at run time, such as `problem-` and a code.
    pub const fn of(key: String) -> Self {
        Self {
            key: Cow::Owned(key),
            args: Vec::new(),
        }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The key, for tests and logs.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A value inside a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// Text as it is.
    Text(Cow<'static, str>),
    /// A number, written without grouping.
    Number(f64),
    /// Several names, joined as the language joins them.
    List(Vec<String>),
    /// Another sentence, in the same language.
    Message(Message),
}

impl From<&'static str> for Arg {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<f64> for Arg {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Arg {
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers in sentences are counts and limits, far below 2^53"
    )]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<usize> for Arg {
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers in sentences are counts and limits, far below 2^53"
    )]
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<Vec<String>> for Arg {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

const ZH: &str = include_str!("../messages/zh-CN.ftl");
const EN: &str = include_str!("../messages/en.ftl");

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(ZH, EN));

/// The sentences of one program in both languages.
pub struct Catalogue {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads the two message files of a program, which are part of it.
    ///
    /// # Panics
    /// When a file is not well-formed or names a key twice: a test of the program reads them.
    pub fn new(zh: &str, en: &str) -> Self {
        Self {
            zh: bundle(Lang::Zh, zh),
            en: bundle(Lang::En, en),
        }
    }

    /// A message in a language. A key that no file knows is answered by the key itself.
    pub fn text(&self, lang: Lang, message: &Message) -> String {
        let (id, attribute) = match message.key.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (message.key.as_ref(), None),
        };
        let bundle = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let found = bundle.get_message(id);
        let pattern = match attribute {
            Some(name) => found.and_then(|m| m.get_attribute(name)).map(|a| a.value()),
            None => found.and_then(|m| m.value()),
        };
        let Some(pattern) = pattern else {
            return message.key.clone().into_owned();
        };
        let mut args = FluentArgs::with_capacity(message.args.len());
        for (name, value) in &message.args {
            args.set(*name, self.value(lang, value));
        }
        bundle
            .format_pattern(pattern, Some(&args), &mut Vec::new())
            .into_owned()
    }

    fn value(&self, lang: Lang, arg: &Arg) -> FluentValue<'static> {
        match arg {
            Arg::Text(text) => FluentValue::from(text.clone().into_owned()),
            Arg::Number(number) => FluentValue::from(*number),
            Arg::List(items) => FluentValue::from(items.join(match lang {
                Lang::Zh => "、",
                Lang::En => ", ",
            })),
            Arg::Message(inner) => FluentValue::from(self.text(lang, inner)),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "both files are part of the program and read by the tests: a fault in them cannot reach a user"
)]
fn bundle(lang: Lang, source: &str) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(source.to_owned())
        .map_err(|(_, errors)| errors)
        .expect("the embedded message file is well-formed");
    let locale = lang.tag().parse().expect("the tag is a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks are invisible characters that break comparison and copying of codes.
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource)
        .expect("no key stands twice in a message file");
    bundle
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use regex::Regex;

    use super::*;
    use crate::{problem::Code, schema::Fault};

    /// Every key (and `key.attribute`) of a file with the names of the values it speaks of.
    fn entries(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let variable = Regex::new(r"\$([a-z_]+)").unwrap();
        let mut found = BTreeMap::new();
        let (mut id, mut current) = (String::new(), String::new());
        for line in source.lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with(' ')) {
                id = key.trim().to_owned();
                current.clone_from(&id);
            } else if let Some((name, _)) = line
                .trim()
                .strip_prefix('.')
                .and_then(|rest| rest.split_once('='))
            {
                current = format!("{id}.{}", name.trim());
            }
            let names: &mut BTreeSet<String> = found.entry(current.clone()).or_default();
            names.extend(variable.captures_iter(line).map(|c| c[1].to_owned()));
        }
        found
    }

    fn sources(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                // What tests name does not count as used.
                into.push_str(text.split("#[cfg(test)]\nmod ").next().unwrap());
            }
        }
    }

    /// Sentences whose keys are put together from the names of the field.
    fn keys_of_the_field() -> impl Iterator<Item = String> {
        use gridwhistle_domain::case::{
            AssignmentStage, InnerClockName, MilestoneName, RefusalCode, Stage, WhistleStage,
        };
        use gridwhistle_domain::clock::QuestionWrong;
        use gridwhistle_domain::notice::NoticeKind;
        let dashed = |name: &str| name.replace('_', "-");
        let refusals = RefusalCode::ALL
            .iter()
            .map(move |c| format!("refusal-{}", dashed(c.as_str())));
        let stages = Stage::ALL
            .iter()
            .map(move |s| format!("stage-{}", dashed(s.as_str())));
        let whistles = WhistleStage::ALL
            .iter()
            .map(move |s| format!("stage-whistle-{}", dashed(s.as_str())));
        let assignments = AssignmentStage::ALL
            .iter()
            .map(move |s| format!("stage-assignment-{}", dashed(s.as_str())));
        let notices = NoticeKind::ALL
            .iter()
            .map(move |k| format!("notice-{}", dashed(k.as_str())));
        let clocks = InnerClockName::ALL
            .iter()
            .map(|c| c.as_str())
            .chain(MilestoneName::ALL.iter().map(|m| m.as_str()))
            .chain(["handling"])
            .map(move |c| format!("notice-clock-{}", dashed(c)));
        let service = include_str!("../../service/src/report.rs").to_owned()
            + include_str!("../../service/src/session.rs")
            + include_str!("../../service/src/api_keys.rs")
            + include_str!("../../service/src/read.rs")
            + include_str!("../../service/src/photo.rs")
            + include_str!("../../service/src/boundary.rs")
            + include_str!("../../service/src/changeset.rs")
            + include_str!("../../service/src/rehoming.rs")
            + include_str!("../../service/src/reorganisation.rs")
            + include_str!("../../service/src/configuration.rs")
            + include_str!("../../service/src/duty.rs")
            + include_str!("../../service/src/rulings.rs")
            + include_str!("../../service/src/registers.rs")
            + include_str!("../../service/src/tables.rs");
        let fault =
            Regex::new(r#"Fault::new\(\s*(?:format!\([^)]*\)|[^,]*),\s*"([a-z0-9_]+)",?\s*\)"#)
                .unwrap();
        let faults: Vec<String> = fault
            .captures_iter(&service)
            .map(|c| format!("wrong-{}", dashed(&c[1])))
            .collect();
        let configuration = gridwhistle_domain::configuration::ConfigurationRule::ALL.iter();
        let configuration =
            configuration.map(|rule| format!("wrong-{}", rule.as_str().replace('_', "-")));
        let changes = gridwhistle_domain::place::ChangeFaultCode::ALL.iter();
        let changes = changes.map(|code| format!("change-{}", code.as_str().replace('_', "-")));
        let divisions = gridwhistle_domain::place::DivisionFaultCode::ALL.iter();
        let divisions =
            divisions.map(|code| format!("reorganisation-{}", code.as_str().replace('_', "-")));
        let boundaries = gridwhistle_domain::place::BoundaryFaultCode::ALL.iter();
        let boundaries = boundaries.map(move |code| format!("boundary-{}", dashed(code.as_str())));
        let handovers = gridwhistle_domain::shift::HandoverRule::ALL.iter();
        let handovers =
            handovers.map(|rule| format!("handover-{}", rule.as_str().replace('_', "-")));
        let shifts = gridwhistle_domain::shift::ShiftRule::ALL.iter();
        let shifts = shifts.map(|rule| format!("wrong-{}", rule.as_str().replace('_', "-")));
        let questions = QuestionWrong::ALL
            .iter()
            .map(move |w| format!("wrong-{}", dashed(w.as_str())));
        refusals
            .chain(configuration)
            .chain(changes)
            .chain(divisions)
            .chain(boundaries)
            .chain(handovers)
            .chain(shifts)
            .chain(stages)
            .chain(questions)
            .chain(whistles)
            .chain(assignments)
            .chain(notices)
            .chain(clocks)
            .chain(faults)
    }

    fn keys_in_code() -> BTreeSet<String> {
        let mut code = String::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut code,
        );
        let call =
            Regex::new(r#"(?:Message::new|\.say|about|wrong)\((?:"[a-z_/]*",)?\s*"([a-z0-9.-]+)""#)
                .unwrap();
        call.captures_iter(&code)
            .map(|c| c[1].to_owned())
            .chain(Code::ALL.iter().flat_map(|code| {
                let title = code.title().key().to_owned();
                [format!("{title}.detail"), title]
            }))
            .chain(keys_of_the_field())
            .collect()
    }

    #[test]
    fn both_languages_know_the_same_sentences_and_values() {
        assert_eq!(entries(ZH), entries(EN));
    }

    #[test]
    fn every_sentence_the_code_names_exists() {
        let known: BTreeSet<String> = entries(ZH).into_keys().collect();
        let missing: Vec<_> = keys_in_code().difference(&known).cloned().collect();
        assert!(missing.is_empty(), "not in the message files: {missing:?}");
    }

    #[test]
    fn every_sentence_is_used() {
        let used = keys_in_code();
        let idle: Vec<_> = entries(ZH)
            .into_keys()
            .filter(|key| !used.contains(key))
            .collect();
        assert!(idle.is_empty(), "no code says: {idle:?}");
    }

    #[test]
    fn every_fault_reads_whole_in_both_languages() {
        for lang in Lang::ALL {
            for fault in Fault::samples() {
                let text = lang.text(&fault.message());
                assert!(!text.contains('{'), "{lang:?} {fault:?}: {text}");
            }
        }
    }

    #[test]
    fn the_language_of_the_highest_quality_is_chosen() {
        for (accept, lang) in [
            ("", Lang::Zh),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-GB,en;q=0.9,zh;q=0.8", Lang::En),
            ("fr, en;q=0.2", Lang::En),
            ("fr, de", Lang::Zh),
            ("zh;q=0.1, en;q=0.9", Lang::En),
            ("en;q=0, zh;q=0.1", Lang::Zh),
            ("en;q=abc", Lang::Zh),
            ("*", Lang::Zh),
            ("EN", Lang::En),
            (",;=,q=;;", Lang::Zh),
        ] {
            assert_eq!(Lang::negotiate(accept), lang, "{accept:?}");
        }
    }

    #[test]
    fn a_list_is_joined_as_the_language_joins_it() {
        let message =
            Message::new("fault-one-of").with("allowed", vec!["a".to_owned(), "b".to_owned()]);
        assert!(Lang::Zh.text(&message).contains("a、b"));
        assert!(Lang::En.text(&message).contains("a, b"));
    }
}
