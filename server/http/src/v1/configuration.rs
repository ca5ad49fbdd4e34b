//! `/configuration`: what a division sets for itself, inherited by all below it.

use gridwhistle_domain::access::Operation;
use gridwhistle_domain::case::SettingsChange;
use gridwhistle_domain::clock::Limit as ClockLimit;
use gridwhistle_domain::configuration::Configuration;
use gridwhistle_domain::place::DivisionCode;
use gridwhistle_domain::routing;
use gridwhistle_service::{ConfigurationVersion, Configured};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Object, OpenApi};

use super::views::{Limit, Named, Person};
use super::{Tag, When, parsed, when};
use crate::answer::{Acted, Answer, Tagged};
use crate::auth::Caller;
use crate::body::Body;
use crate::etag::{expected_version, strong};
use crate::fail::{ActFail, ReadFail};
use crate::refusal::Refusal;
use crate::state::State;

/// What divisions set for themselves.
pub struct Configurations(pub(super) State);

/// A kind of whistle as it is configured.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct ConfiguredKind {
    /// Small letters, digits and underscores.
    #[oai(validator(min_length = 1, max_length = 40))]
    id: String,
    #[oai(validator(min_length = 1, max_length = 30))]
    name_zh: String,
    #[oai(validator(min_length = 1, max_length = 30))]
    name_en: String,
    /// Names of posts.
    #[oai(validator(max_items = 20))]
    may_blow: Vec<String>,
    /// Names of posts; empty where no approval is needed.
    #[oai(default, validator(max_items = 20))]
    approved_by: Vec<String>,
    sign: Limit,
    contact: Option<Limit>,
    check_in: Limit,
    /// Absent: the condition's limit.
    finish: Option<Limit>,
    /// Without approval: issued as soon as it is blown.
    #[oai(default)]
    round_the_clock: bool,
    /// Names of the posts that set place and time; empty: whoever blows, and the dispatcher.
    #[oai(default, validator(max_items = 20))]
    sets_place: Vec<String>,
    /// Units are called only once place and time are said.
    #[oai(default)]
    meeting_required: bool,
    /// 事不完人不撤
    #[oai(default)]
    nobody_leaves_early: bool,
    /// After so many minutes unsigned: unit leader, duty leader, the county's centre.
    #[oai(default, validator(max_items = 10))]
    unsigned_ladder_minutes: Vec<u32>,
}

/// The settings of the document, in the order of [`SettingsChange`].
macro_rules! settings {
    (
        limits { $($(#[$limit_doc:meta])* $limit:ident;)+ }
        figures { $($(#[$figure_doc:meta])* $figure:ident: $type:ty;)+ }
    ) => {
        /// Figures set locally; what is absent holds as in the division above.
        #[derive(Debug, Clone, Default, Object)]
        #[oai(skip_serializing_if_is_none)]
        struct ConfiguredSettings {
            $($(#[$limit_doc])* $limit: Option<Limit>,)+
            $($(#[$figure_doc])* $figure: Option<$type>,)+
            /// Matters behind whose cases the reporter stays unknown, such as `event-99989`; replaces the list above.
            #[oai(validator(max_items = 500))]
            confidential_matters: Option<Vec<String>>,
        }

        impl From<ConfiguredSettings> for SettingsChange {
            fn from(said: ConfiguredSettings) -> Self {
                Self {
                    $($limit: said.$limit.map(clock_limit),)+
                    $($figure: said.$figure,)+
                    confidential_matters: said.confidential_matters,
                }
            }
        }

        impl From<SettingsChange> for ConfiguredSettings {
            fn from(said: SettingsChange) -> Self {
                Self {
                    $($limit: said.$limit.map(Into::into),)+
                    $($figure: said.$figure,)+
                    confidential_matters: said.confidential_matters,
                }
            }
        }
    };
}

settings! {
    limits {
        /// For the registrar to accept or decline.
        accept;
        /// For the dispatcher to call somebody.
        dispatch;
        /// For the decision about a whistle.
        approve;
        decide_return;
        /// For the registrar to look at a condition that was given by rule.
        confirm_condition;
        /// For the blower to say whether it is solved.
        confirm_solved;
        verify;
        /// For the look at the spot before acceptance.
        confirm;
        /// How long a claim keeps others off.
        claim;
        /// For units called by a plain dispatch.
        dispatch_sign;
        /// A return may be asked for within this limit or a quarter of the handling limit.
        request_return;
        /// For the dispatcher to decide about an extension or a suspension.
        decide_respite;
        /// For the reply to a supervision.
        answer_supervision;
        /// For the ruling on who is responsible.
        rule;
    }
    figures {
        /// A check-in within this many metres is on the spot.
        on_spot_m: f64;
        /// Reports of the same matter within so many metres …
        duplicate_m: f64;
        /// … and so many hours are likely the same.
        duplicate_hours: i64;
        /// Within so many metres of a grid's border both owners are told.
        border_m: f64;
        /// A closed case can be reopened for so many days.
        reopen_days: i64;
        /// A resident can answer for so many days.
        feedback_days: i64;
        /// Facts that reach the server later are judged by the receipt.
        late_upload_hours: i64;
        /// How often a round's limit may be extended.
        extensions: usize;
        /// A suspension ends within so many years.
        suspension_years: u16;
        /// When so many percent of the handling limit are used up, the unit that leads is warned.
        warning_percent: u8;
        /// After so many accepted returns of the lead in a round the centre above rules.
        returns_before_ruling: usize;
        /// Units of the county are called by the county's centre alone.
        county_units_via_centre: bool;
    }
}

/// What a division sets for itself; what it does not say holds as in the division above.
#[derive(Debug, Clone, Object)]
struct ConfigurationDocument {
    /// `default`, `nanjing-gulou`, `beijing`, `pinggu`
    #[oai(validator(max_length = 40))]
    preset: Option<String>,
    /// Own kinds: over those of the preset, or all there are where no preset is named.
    #[oai(default, validator(max_items = 50))]
    kinds: Vec<ConfiguredKind>,
    #[oai(default)]
    settings: ConfiguredSettings,
}

/// What a division sets for itself, and what holds there.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Configuration", skip_serializing_if_is_none)]
struct ConfigurationView {
    division: Named,
    /// For `If-Match`; 0 where nothing was ever said.
    version: u32,
    changed_at: Option<When>,
    /// Absent where it came from the server's command line.
    changed_by: Option<Person>,
    preset: Option<String>,
    kinds: Vec<ConfiguredKind>,
    settings: ConfiguredSettings,
    /// What holds there, by this and by the divisions above.
    in_force: ConfigurationInForce,
}

/// What holds in a division.
#[derive(Debug, Clone, Object)]
struct ConfigurationInForce {
    kinds: Vec<ConfiguredKind>,
    settings: ConfiguredSettings,
}

/// What a division set for itself once.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
struct PastConfiguration {
    version: u32,
    changed_at: When,
    changed_by: Option<Person>,
    preset: Option<String>,
    kinds: Vec<ConfiguredKind>,
    settings: ConfiguredSettings,
}

/// The versions of a configuration.
#[derive(Debug, Clone, Object)]
struct ConfigurationHistory {
    /// The newest first; at most 200.
    items: Vec<PastConfiguration>,
}

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Reference")]
impl Configurations {
    /// What a division sets for itself, and what holds there.
    #[oai(
        path = "/configuration/:division",
        method = "get",
        operation_id = "get_configuration"
    )]
    async fn get(
        &self,
        caller: Caller,
        division: Path<String>,
    ) -> Result<Tagged<ConfigurationView>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: DivisionCode = parsed("division", &division.0)?;
        let found = self.0.service.configuration(code).await;
        let found = found.map_err(Refusal::from)?;
        Ok(Tagged {
            etag: strong(i64::from(found.version())),
            body: self.view(found),
        })
    }

    /// Everything that a division has set for itself: who changed it, when, and to what.
    #[oai(
        path = "/configuration/:division/versions",
        method = "get",
        operation_id = "configuration_versions"
    )]
    async fn versions(
        &self,
        caller: Caller,
        division: Path<String>,
    ) -> Result<Answer<ConfigurationHistory>, ReadFail> {
        self.0.may(&caller.0.actor, Operation::ReadReference)?;
        let code: DivisionCode = parsed("division", &division.0)?;
        let versions = self.0.service.configuration_versions(code).await;
        let versions = versions.map_err(Refusal::from)?.into_iter();
        Ok(Answer(ConfigurationHistory {
            items: versions.map(past).collect(),
        }))
    }

    /// Set a division's kinds and figures anew. Whistles that are being answered keep what they were issued under.
    #[oai(
        path = "/configuration/:division",
        method = "put",
        operation_id = "change_configuration"
    )]
    async fn change(
        &self,
        caller: Caller,
        division: Path<String>,
        /// Only check, and show what would hold.
        dry_run: Query<Option<bool>>,
        /// The version that it was written on, such as `"3"`; `"0"` for the first.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<ConfigurationDocument>,
    ) -> Result<Acted<ConfigurationView>, ActFail> {
        self.0.may(&caller.0.actor, Operation::Configure)?;
        let code: DivisionCode = parsed("division", &division.0)?;
        let version = expected_version(if_match.0.as_deref())?;
        let version = u32::try_from(version).map_err(|_| Refusal::stale_version(None))?;
        let document = body.0.into();
        let only = dry_run.0.unwrap_or_default();
        let changed = self
            .0
            .service
            .change_configuration(&caller.0.actor, code, document, version, only)
            .await
            .map_err(Refusal::from)?;
        Ok(Acted {
            etag: strong(i64::from(changed.version())),
            replayed: false,
            body: self.view(changed),
        })
    }
}

impl Configurations {
    fn view(&self, found: Configured) -> ConfigurationView {
        let name = self.0.service.reference().division_name(found.division);
        let (settings, kinds) = (SettingsChange::of(&found.settings), found.kinds);
        ConfigurationView {
            division: Named {
                code: found.division.to_string(),
                name,
            },
            version: found.held.as_ref().map_or(0, |held| held.version),
            changed_at: found.held.as_ref().map(|held| when(held.at)),
            changed_by: found.held.as_ref().and_then(author),
            preset: found.document.preset,
            kinds: views(found.document.kinds),
            settings: found.document.settings.into(),
            in_force: ConfigurationInForce {
                kinds: views(kinds),
                settings: settings.into(),
            },
        }
    }
}

fn past(held: ConfigurationVersion) -> PastConfiguration {
    PastConfiguration {
        version: held.version,
        changed_at: when(held.at),
        changed_by: author(&held),
        preset: held.document.preset,
        kinds: views(held.document.kinds),
        settings: held.document.settings.into(),
    }
}

/// Administrators hold no post of a unit.
fn author(held: &ConfigurationVersion) -> Option<Person> {
    held.by.as_ref().map(|by| Person {
        name: Some(by.name.clone()),
        post: by.post.to_string(),
        unit: None,
        acting_for: None,
    })
}

fn views(kinds: Vec<routing::WhistleKind>) -> Vec<ConfiguredKind> {
    kinds.into_iter().map(Into::into).collect()
}

/// As it was written: what no clock can measure is found by the check, with all else.
fn clock_limit(limit: Limit) -> ClockLimit {
    ClockLimit {
        amount: limit.amount,
        unit: limit.unit.into(),
    }
}

impl From<ConfigurationDocument> for Configuration {
    fn from(said: ConfigurationDocument) -> Self {
        Self {
            preset: said.preset,
            kinds: said.kinds.into_iter().map(Into::into).collect(),
            settings: said.settings.into(),
        }
    }
}

impl From<ConfiguredKind> for routing::WhistleKind {
    fn from(kind: ConfiguredKind) -> Self {
        Self {
            id: kind.id,
            name_zh: kind.name_zh,
            name_en: kind.name_en,
            may_blow: kind.may_blow,
            approved_by: kind.approved_by,
            sign: clock_limit(kind.sign),
            contact: kind.contact.map(clock_limit),
            check_in: clock_limit(kind.check_in),
            finish: kind.finish.map(clock_limit),
            round_the_clock: kind.round_the_clock,
            sets_place: kind.sets_place,
            meeting_required: kind.meeting_required,
            nobody_leaves_early: kind.nobody_leaves_early,
            unsigned_ladder_minutes: kind.unsigned_ladder_minutes,
        }
    }
}

impl From<routing::WhistleKind> for ConfiguredKind {
    fn from(kind: routing::WhistleKind) -> Self {
        Self {
            id: kind.id,
            name_zh: kind.name_zh,
            name_en: kind.name_en,
            may_blow: kind.may_blow,
            approved_by: kind.approved_by,
            sign: kind.sign.into(),
            contact: kind.contact.map(Into::into),
            check_in: kind.check_in.into(),
            finish: kind.finish.map(Into::into),
            round_the_clock: kind.round_the_clock,
            sets_place: kind.sets_place,
            meeting_required: kind.meeting_required,
            nobody_leaves_early: kind.nobody_leaves_early,
            unsigned_ladder_minutes: kind.unsigned_ladder_minutes,
        }
    }
}
