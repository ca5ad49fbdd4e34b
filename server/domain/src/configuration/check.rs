//! Whether a configuration can be meant: every fault with its place and the name of its rule.

use super::Configuration;
use crate::access::Post;
use crate::case::{ActionKind, posts};
use crate::clock::{Date, Limit, Timestamp, WorkingTime};
use crate::matter::{Catalogue, MatterKey};
use crate::names::names;
use crate::routing::{PRESETS, WhistleKind};

names! {
    /// The rules of a configuration, by their published names.
    pub enum ConfigurationRule {
        /// There is no such preset.
        UnknownPreset => "unknown_preset",
        /// More kinds than anybody can tell apart.
        TooManyKinds => "too_many_kinds",
        /// Small letters, digits and underscores, 40 at most, a letter first.
        KindId => "kind_id",
        /// Two kinds have one identity.
        KindTwice => "kind_twice",
        /// A name of 1 to 30 characters in both languages.
        KindName => "kind_name",
        /// Nobody may blow it.
        NobodyBlows => "nobody_blows",
        /// There is no such post.
        UnknownPost => "unknown_post",
        /// The post cannot do this, whatever is configured.
        PostOutOfPlace => "post_out_of_place",
        /// Neither the dispatcher nor every blower may set place and time.
        NobodySetsPlace => "nobody_sets_place",
        /// Nothing, or more than ten years.
        LimitOutOfRange => "limit_out_of_range",
        /// There are moments from which the check-in would be due before the signature.
        SignAfterCheckIn => "sign_after_check_in",
        /// There are moments from which the finish would be due before the check-in.
        FinishBeforeCheckIn => "finish_before_check_in",
        /// Each step comes later than the one before, the first one after a minute at least.
        LadderNotAscending => "ladder_not_ascending",
        /// Unit leader, duty leader, the county's centre: there are three steps.
        LadderTooLong => "ladder_too_long",
        /// A figure that no place can mean.
        FigureOutOfRange => "figure_out_of_range",
        /// The matter is not in the catalogue.
        UnknownMatter => "unknown_matter",
    }
}

/// A rule that is broken, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationFault {
    /// JSON pointer into the document.
    pub pointer: String,
    pub rule: ConfigurationRule,
}

/// More than any place has of them.
const MOST_KINDS: usize = 20;
/// A week.
const LONGEST_LADDER: u32 = 7 * 24 * 60;

impl Configuration {
    /// Everything that is wrong with it; nothing for one that can be put in force.
    pub fn faults(&self, catalogue: &Catalogue) -> Vec<ConfigurationFault> {
        let mut faults = Faults(Vec::new());
        if let Some(name) = &self.preset
            && !PRESETS.contains(&name.as_str())
        {
            faults.add("/preset", ConfigurationRule::UnknownPreset);
        }
        if self.kinds.len() > MOST_KINDS {
            faults.add("/kinds", ConfigurationRule::TooManyKinds);
        }
        for (i, kind) in self.kinds.iter().take(MOST_KINDS).enumerate() {
            if self.kinds.iter().take(i).any(|other| other.id == kind.id) {
                faults.add(format!("/kinds/{i}/id"), ConfigurationRule::KindTwice);
            }
            check_kind(kind, &format!("/kinds/{i}"), &mut faults);
        }
        for (name, _) in self.settings.impossible_limits() {
            let pointer = format!("/settings/{name}/amount");
            faults.add(pointer, ConfigurationRule::LimitOutOfRange);
        }
        for name in self.settings.impossible_figures() {
            let pointer = format!("/settings/{name}");
            faults.add(pointer, ConfigurationRule::FigureOutOfRange);
        }
        let matters = self.settings.confidential_matters.iter().flatten();
        for (i, named) in matters.enumerate() {
            let known = named
                .parse::<MatterKey>()
                .is_ok_and(|key| catalogue.matter(&key).is_some());
            if !known {
                let pointer = format!("/settings/confidential_matters/{i}");
                faults.add(pointer, ConfigurationRule::UnknownMatter);
            }
        }
        faults.0
    }
}

struct Faults(Vec<ConfigurationFault>);

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, rule: ConfigurationRule) {
        self.0.push(ConfigurationFault {
            pointer: pointer.into(),
            rule,
        });
    }
}

fn check_kind(kind: &WhistleKind, at: &str, faults: &mut Faults) {
    if !is_identity(&kind.id) {
        faults.add(format!("{at}/id"), ConfigurationRule::KindId);
    }
    for (field, name) in [("name_zh", &kind.name_zh), ("name_en", &kind.name_en)] {
        let length = name.trim().chars().count();
        if !(1..=30).contains(&length) || name.chars().any(char::is_control) {
            faults.add(format!("{at}/{field}"), ConfigurationRule::KindName);
        }
    }
    check_posts(kind, at, faults);
    check_limits(kind, at, faults);
    let ladder = &kind.unsigned_ladder_minutes;
    if ladder.len() > 3 {
        let pointer = format!("{at}/unsigned_ladder_minutes");
        faults.add(pointer, ConfigurationRule::LadderTooLong);
    }
    let mut before = 0;
    for (i, minutes) in ladder.iter().enumerate() {
        if *minutes <= before || *minutes > LONGEST_LADDER {
            let pointer = format!("{at}/unsigned_ladder_minutes/{i}");
            faults.add(pointer, ConfigurationRule::LadderNotAscending);
        }
        before = *minutes;
    }
}

fn is_identity(id: &str) -> bool {
    id.len() <= 40
        && id.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn check_posts(kind: &WhistleKind, at: &str, faults: &mut Faults) {
    if kind.may_blow.is_empty() {
        faults.add(format!("{at}/may_blow"), ConfigurationRule::NobodyBlows);
    }
    let lists = [
        ("may_blow", &kind.may_blow, ActionKind::RequestWhistle),
        ("approved_by", &kind.approved_by, ActionKind::ApproveWhistle),
        ("sets_place", &kind.sets_place, ActionKind::RequestWhistle),
    ];
    for (field, named, action) in lists {
        for (i, name) in named.iter().enumerate() {
            let rule = match name.parse::<Post>() {
                Err(_) => ConfigurationRule::UnknownPost,
                Ok(post) if !posts(action).contains(&post) => ConfigurationRule::PostOutOfPlace,
                Ok(_) => continue,
            };
            faults.add(format!("{at}/{field}/{i}"), rule);
        }
    }
    let somebody = kind.lets_set_place(Post::Dispatcher)
        || kind
            .may_blow
            .iter()
            .all(|post| kind.sets_place.contains(post));
    if !somebody {
        let pointer = format!("{at}/sets_place");
        faults.add(pointer, ConfigurationRule::NobodySetsPlace);
    }
}

fn check_limits(kind: &WhistleKind, at: &str, faults: &mut Faults) {
    let limits = [
        ("sign", Some(kind.sign)),
        ("contact", kind.contact),
        ("check_in", Some(kind.check_in)),
        ("finish", kind.finish),
    ];
    let before = faults.0.len();
    for (field, limit) in limits {
        if limit.is_some_and(|l| Limit::new(l.amount, l.unit).is_err()) {
            let pointer = format!("{at}/{field}/amount");
            faults.add(pointer, ConfigurationRule::LimitOutOfRange);
        }
    }
    // What no clock can measure is compared with nothing.
    if faults.0.len() > before {
        return;
    }
    if may_end_later(kind.sign, kind.check_in) {
        faults.add(format!("{at}/sign"), ConfigurationRule::SignAfterCheckIn);
    }
    if kind
        .finish
        .is_some_and(|finish| may_end_later(kind.check_in, finish))
    {
        faults.add(
            format!("{at}/finish"),
            ConfigurationRule::FinishBeforeCheckIn,
        );
    }
}

/// Whether there is an hour of an ordinary week from which the one limit ends after the other.
fn may_end_later(one: Limit, other: Limit) -> bool {
    let time = WorkingTime::default();
    // A Monday, long past: only the weekly pattern counts.
    let monday = Date::from_ymd(2018, 3, 5).unwrap_or(Date::from_days(0));
    let midnight = Timestamp::of(monday, 0);
    (0..7 * 24).any(|hour| {
        let start = midnight.plus_minutes(60 * hour);
        time.due(start, one).at > time.due(start, other).at
    })
}
