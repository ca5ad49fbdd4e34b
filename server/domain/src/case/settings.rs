//! Figures set locally: their usual values, and what a place sets differently.

use serde::{Deserialize, Serialize};

use crate::clock::{Limit, LimitError};
use crate::matter::{MatterKey, MatterKind};

/// Declares the settings: each once, with its usual value and what it may be.
///
/// A new one is a line here and one in the published document.
macro_rules! settings {
    (
        limits { $($(#[$limit_doc:meta])* $limit:ident = $usual:expr;)+ }
        figures { $($(#[$figure_doc:meta])* $figure:ident: $type:ty = $value:expr, $range:expr;)+ }
        flags { $($(#[$flag_doc:meta])* $flag:ident;)+ }
    ) => {
        /// Figures set locally; the defaults are those of the field where it has any.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $($(#[$limit_doc])* pub $limit: Limit,)+
            $($(#[$figure_doc])* pub $figure: $type,)+
            $($(#[$flag_doc])* pub $flag: bool,)+
            /// Complaints about a person or household: whoever reports one stays unknown unless the report says
            /// otherwise.
            pub confidential_matters: Vec<MatterKey>,
        }

        impl Default for Settings {
            fn default() -> Self {
                Self {
                    $($limit: $usual,)+
                    $($figure: $value,)+
                    $($flag: false,)+
                    confidential_matters: ABOUT_PERSONS
                        .iter()
                        .filter_map(|code| MatterKey::new(MatterKind::Event, code).ok())
                        .collect(),
                }
            }
        }

        /// What a place sets differently; what is absent holds as it does above.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct SettingsChange {
            $($(#[$limit_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $limit: Option<Limit>,)+
            $($(#[$figure_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $figure: Option<$type>,)+
            $($(#[$flag_doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $flag: Option<bool>,)+
            /// Kind and code, such as `event-99989`; replaces the list above.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub confidential_matters: Option<Vec<String>>,
        }

        impl SettingsChange {
            /// What holds where this is said over what holds above.
            pub fn over(&self, above: &Settings) -> Settings {
                let matters = |named: &Vec<String>| named.iter().filter_map(|key| key.parse().ok()).collect();
                Settings {
                    $($limit: self.$limit.unwrap_or(above.$limit),)+
                    $($figure: self.$figure.unwrap_or(above.$figure),)+
                    $($flag: self.$flag.unwrap_or(above.$flag),)+
                    confidential_matters: self
                        .confidential_matters
                        .as_ref()
                        .map_or_else(|| above.confidential_matters.clone(), matters),
                }
            }

            /// Everything said, as a change of nothing.
            pub fn of(settings: &Settings) -> Self {
                let matters = settings.confidential_matters.iter();
                Self {
                    $($limit: Some(settings.$limit),)+
                    $($figure: Some(settings.$figure),)+
                    $($flag: Some(settings.$flag),)+
                    confidential_matters: Some(matters.map(ToString::to_string).collect()),
                }
            }

            /// The limits that are impossible, by name.
            pub(crate) fn impossible_limits(&self) -> Vec<(&'static str, LimitError)> {
                let limits = [$((stringify!($limit), self.$limit)),+];
                let checked = |limit: Limit| Limit::new(limit.amount, limit.unit).err();
                limits
                    .into_iter()
                    .filter_map(|(name, limit)| Some((name, limit.and_then(checked)?)))
                    .collect()
            }

            /// The figures that no place can mean, by name.
            pub(crate) fn impossible_figures(&self) -> Vec<&'static str> {
                let possible = [$((
                    stringify!($figure),
                    self.$figure.is_none_or(|figure| ($range).contains(&figure)),
                )),+];
                possible.into_iter().filter(|(_, is)| !is).map(|(name, _)| name).collect()
            }
        }
    };
}

settings! {
    limits {
        /// For the registrar to accept or decline.
        accept = Limit::working_minutes(15);
        /// For the dispatcher to call somebody.
        dispatch = Limit::working_minutes(15);
        /// For the decision about a whistle.
        approve = Limit::working_hours(1);
        decide_return = Limit::working_minutes(30);
        /// For the registrar to look at a condition that was given by rule.
        confirm_condition = Limit::emergency_minutes(30);
        /// For the blower to say whether it is solved.
        confirm_solved = Limit::working_days(1);
        verify = Limit::working_minutes(30);
        /// For the look at the spot before acceptance.
        confirm = Limit::working_minutes(30);
        /// How long a claim keeps others off.
        claim = Limit::emergency_minutes(30);
        /// For units called by a plain dispatch.
        dispatch_sign = Limit::working_hours(1);
        /// A return may be asked for within this limit or a quarter of the handling limit.
        request_return = Limit::working_days(1);
        /// For the dispatcher to decide about an extension or a suspension.
        decide_respite = Limit::working_minutes(30);
        /// For the reply to a supervision.
        answer_supervision = Limit::working_days(1);
        /// For the ruling on who is responsible.
        rule = Limit::working_days(1);
    }
    figures {
        /// A check-in within this many metres of the case or the meeting point is on the spot.
        on_spot_m: f64 = 300.0, 1.0..=10_000.0;
        /// Reports of the same matter within so many metres …
        duplicate_m: f64 = 50.0, 0.0..=10_000.0;
        /// … and so many hours are likely the same.
        duplicate_hours: i64 = 24, 1..=8_760;
        /// Within so many metres of a grid's border both owners are told.
        border_m: f64 = 30.0, 0.0..=1_000.0;
        /// A closed case can be reopened for so many days.
        reopen_days: i64 = 30, 1..=3_650;
        /// A resident can answer for so many days.
        feedback_days: i64 = 7, 1..=365;
        /// Facts that reach the server later than this are judged by the moment of receipt.
        late_upload_hours: i64 = 24, 1..=720;
        /// How often a round's limit may be extended.
        extensions: usize = 2, 0..=20;
        /// A suspension ends within so many years at the latest.
        suspension_years: u16 = 1, 1..=10;
        /// When so many percent of the handling limit are used up, the unit that leads is warned.
        warning_percent: u8 = 80, 1..=99;
        /// After so many accepted returns of the lead in a round the centre above rules.
        returns_before_ruling: usize = 3, 1..=20;
    }
    flags {
        /// Units of the county are called by the county's centre alone.
        county_units_via_centre;
    }
}

/// Disputes between neighbours, in families and about wages, the care for the mentally ill and for minors: the entries of
/// the local catalogue that speak of a person or household.
const ABOUT_PERSONS: [&str; 5] = ["99989", "99988", "99986", "99969", "99968"];
