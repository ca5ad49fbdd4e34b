//! Whistle kinds are configuration: presets to begin with, to be set locally.

use serde::{Deserialize, Serialize};

use crate::access::Post;
use crate::clock::Limit;

/// Who may blow, who approves, and within which limits the called units answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhistleKind {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// Names of posts.
    pub may_blow: Vec<String>,
    /// Names of posts; empty where no approval is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<String>,
    pub sign: Limit,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Limit>,
    pub check_in: Limit,
    /// Absent: the condition's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<Limit>,
    /// Its inner clocks do not wait for the desk to open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub round_the_clock: bool,
    /// Names of the posts that set place and time; empty: whoever blows, and the dispatcher.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets_place: Vec<String>,
    /// Units are called only once place and time are said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub meeting_required: bool,
    /// 事不完人不撤
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nobody_leaves_early: bool,
    /// After so many minutes unsigned: unit leader, duty leader, the county centre.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsigned_ladder_minutes: Vec<u32>,
}

impl WhistleKind {
    /// Whether the units are called as soon as it is blown: nobody approves, and it waits for no desk.
    pub const fn is_issued_at_once(&self) -> bool {
        self.approved_by.is_empty() && self.round_the_clock
    }

    /// Whether somebody in that post says where and when the units meet.
    pub fn lets_set_place(&self, post: Post) -> bool {
        if self.sets_place.is_empty() {
            post == Post::Dispatcher || self.may_blow.iter().any(|p| p == post.as_str())
        } else {
            self.sets_place.iter().any(|p| p == post.as_str())
        }
    }
}

/// The names that [`preset`] knows.
pub const PRESETS: [&str; 4] = ["default", "nanjing-gulou", "beijing", "pinggu"];

/// A preset by name.
///
/// Published are: of `nanjing-gulou` the blowers, 3 and 5 working days to check in and that the street
/// sets place and time; of `beijing` the three kinds and that town or street blow them; of `pinggu` 10
/// and 30 minutes and that nobody leaves before it is done. All other values are reasonable ones.
pub fn preset(name: &str) -> Option<Vec<WhistleKind>> {
    match name {
        "default" => Some(vec![daily(), tough(), emergency()]),
        "nanjing-gulou" => Some(vec![work_advance(), hard_matter(), emergency()]),
        "beijing" => Some(beijing()),
        "pinggu" => Some(vec![pinggu()]),
        _ => None,
    }
}

/// Everybody who may blow at all, from the grid up.
const GRID_AND_UP: [&str; 5] = [
    "grid_worker",
    "grid_leader",
    "village_leader",
    "dispatcher",
    "town_head",
];

/// Those who speak for the town or street.
const TOWN: [&str; 3] = ["dispatcher", "duty_leader", "town_head"];

fn names(posts: &[&str]) -> Vec<String> {
    posts.iter().map(|&post| post.to_owned()).collect()
}

fn daily() -> WhistleKind {
    WhistleKind {
        id: "daily".to_owned(),
        name_zh: "日常哨".to_owned(),
        name_en: "Daily whistle".to_owned(),
        may_blow: names(&GRID_AND_UP),
        approved_by: names(&["village_leader", "dispatcher"]),
        sign: Limit::working_hours(1),
        contact: Some(Limit::working_hours(4)),
        check_in: Limit::working_days(1),
        finish: None,
        round_the_clock: false,
        sets_place: names(&GRID_AND_UP),
        meeting_required: false,
        nobody_leaves_early: false,
        unsigned_ladder_minutes: Vec::new(),
    }
}

fn tough() -> WhistleKind {
    WhistleKind {
        id: "tough".to_owned(),
        name_zh: "攻坚哨".to_owned(),
        name_en: "Tough-matter whistle".to_owned(),
        may_blow: names(&["village_leader", "dispatcher"]),
        approved_by: names(&["town_head"]),
        contact: Some(Limit::emergency_hours(24)),
        check_in: Limit::working_days(3),
        ..daily()
    }
}

fn emergency() -> WhistleKind {
    WhistleKind {
        id: "emergency".to_owned(),
        name_zh: "应急哨".to_owned(),
        name_en: "Emergency whistle".to_owned(),
        approved_by: Vec::new(),
        sign: Limit::emergency_minutes(10),
        contact: None,
        check_in: Limit::emergency_minutes(30),
        round_the_clock: true,
        unsigned_ladder_minutes: vec![10, 15, 20],
        ..daily()
    }
}

/// Nanjing, Gulou: blown by a member of the street's leadership.
fn work_advance() -> WhistleKind {
    WhistleKind {
        id: "work_advance".to_owned(),
        name_zh: "工作推进哨".to_owned(),
        name_en: "Work-advancing whistle".to_owned(),
        may_blow: names(&["duty_leader", "town_head"]),
        approved_by: Vec::new(),
        contact: Some(Limit::emergency_hours(24)),
        check_in: Limit::working_days(3),
        sets_place: names(&TOWN),
        meeting_required: true,
        ..daily()
    }
}

/// Nanjing, Gulou: blown by the street's head for what needs the leaders of the district.
fn hard_matter() -> WhistleKind {
    WhistleKind {
        id: "hard_matter".to_owned(),
        name_zh: "攻坚克难哨".to_owned(),
        name_en: "Hard-matter whistle".to_owned(),
        may_blow: names(&["town_head"]),
        check_in: Limit::working_days(5),
        ..work_advance()
    }
}

fn beijing() -> Vec<WhistleKind> {
    let blown_by_the_town =
        |kind: WhistleKind, id: &str, name_zh: &str, name_en: &str| WhistleKind {
            id: id.to_owned(),
            name_zh: name_zh.to_owned(),
            name_en: name_en.to_owned(),
            may_blow: names(&TOWN),
            approved_by: Vec::new(),
            sets_place: names(&TOWN),
            ..kind
        };
    vec![
        blown_by_the_town(
            daily(),
            "joint_enforcement",
            "综合执法哨",
            "Joint-enforcement whistle",
        ),
        blown_by_the_town(tough(), "key_work", "重点工作哨", "Key-work whistle"),
        blown_by_the_town(emergency(), "emergency", "应急处置哨", "Emergency whistle"),
    ]
}

fn pinggu() -> WhistleKind {
    WhistleKind {
        id: "joint_enforcement".to_owned(),
        name_zh: "综合执法哨".to_owned(),
        name_en: "Joint-enforcement whistle".to_owned(),
        may_blow: names(&TOWN),
        sets_place: names(&TOWN),
        nobody_leaves_early: true,
        ..emergency()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_preset_names_known_posts_and_each_kind_once() {
        for name in PRESETS {
            let kinds = preset(name).unwrap();
            let ids: BTreeSet<&String> = kinds.iter().map(|kind| &kind.id).collect();
            assert_eq!(ids.len(), kinds.len(), "{name}");
            for kind in &kinds {
                assert!(!kind.may_blow.is_empty() && !kind.sets_place.is_empty());
                for post in [&kind.may_blow, &kind.approved_by, &kind.sets_place]
                    .into_iter()
                    .flatten()
                {
                    assert!(post.parse::<Post>().is_ok(), "{name}: {post}");
                }
            }
        }
        assert_eq!(preset("nowhere"), None);
    }

    #[test]
    fn the_default_preset_has_the_limits_of_the_field() {
        let kinds = preset("default").unwrap();
        let limits: Vec<_> = kinds
            .iter()
            .map(|kind| (kind.id.as_str(), kind.sign, kind.contact, kind.check_in))
            .collect();
        assert_eq!(
            limits,
            [
                (
                    "daily",
                    Limit::working_hours(1),
                    Some(Limit::working_hours(4)),
                    Limit::working_days(1)
                ),
                (
                    "tough",
                    Limit::working_hours(1),
                    Some(Limit::emergency_hours(24)),
                    Limit::working_days(3)
                ),
                (
                    "emergency",
                    Limit::emergency_minutes(10),
                    None,
                    Limit::emergency_minutes(30)
                ),
            ]
        );
        assert_eq!(kinds[2].unsigned_ladder_minutes, [10, 15, 20]);
        assert!(kinds[2].round_the_clock && kinds[2].approved_by.is_empty());
        assert_eq!(kinds[1].approved_by, ["town_head"]);
    }

    #[test]
    fn in_pinggu_nobody_leaves_before_it_is_done() {
        let kinds = preset("pinggu").unwrap();
        assert!(kinds.iter().all(|kind| kind.nobody_leaves_early));
        let others = ["default", "nanjing-gulou", "beijing"]
            .into_iter()
            .filter_map(preset)
            .flatten();
        assert!(others.into_iter().all(|kind| !kind.nobody_leaves_early));
    }
}
