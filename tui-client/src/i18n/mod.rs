//! What people read, from message files: zh-CN and English.

use fluent::{FluentArgs, FluentBundle, FluentResource, FluentValue};

/// The message files, as they ship.
const CHINESE: &str = include_str!("../../messages/zh-CN.ftl");
const ENGLISH: &str = include_str!("../../messages/en.ftl");

/// A language of the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    #[default]
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    #[value(name = "en")]
    English,
}

impl Lang {
    /// Its tag, as `Accept-Language` wants it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// The language of the environment: `LC_ALL`, `LC_MESSAGES`, `LANG` or the system's own.
    /// Chinese where nothing is said, since the field works in Chinese.
    pub fn of_environment() -> Self {
        match sys_locale::get_locale() {
            Some(tag) if tag.to_ascii_lowercase().starts_with("en") => Self::English,
            _ => Self::Chinese,
        }
    }
}

/// The messages of one language.
pub struct Text {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl Text {
    pub fn new(lang: Lang) -> Self {
        let (tag, source) = match lang {
            Lang::Chinese => ("zh-CN", CHINESE),
            Lang::English => ("en", ENGLISH),
        };
        // A tag that could not be read would only cost the plural rules.
        let mut bundle = FluentBundle::new(tag.parse().into_iter().collect());
        // Isolating marks around variables would be printed as rubbish by terminals.
        bundle.set_use_isolating(false);
        let resource =
            FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial);
        // Only a key that stands twice could be refused, which a test excludes.
        drop(bundle.add_resource(resource));
        Self { lang, bundle }
    }

    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The message of the key; the key itself where there is none, so that a gap is seen.
    pub fn get(&self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| key.to_owned())
    }

    /// The message with its variables filled in.
    pub fn with(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let mut filled = FluentArgs::new();
        for (name, value) in args {
            filled.set((*name).to_owned(), value.clone());
        }
        self.find(key, Some(&filled))
            .unwrap_or_else(|| key.to_owned())
    }

    /// The word for a published name, such as a stage: key `{family}-{name}`. A name that this
    /// version of the client does not know is shown as it is.
    pub fn name(&self, family: &str, name: &str) -> String {
        let key = format!("{family}-{}", name.replace('_', "-"));
        self.find(&key, None).unwrap_or_else(|| name.to_owned())
    }

    /// Whether the key has a message.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn find(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        Some(
            self.bundle
                .format_pattern(pattern, args, &mut errors)
                .into_owned(),
        )
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("lang", &self.lang)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
