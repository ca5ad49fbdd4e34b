//! Whistle kinds are configuration.

use serde::{Deserialize, Serialize};

use crate::clock::Limit;

/// Who may blow, who approves, and within which limits the called units answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhistleKind {
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
    /// Names of posts.
    pub may_blow: Vec<String>,
    /// Names of posts; empty where no approval is needed.
    pub approved_by: Vec<String>,
    pub sign: Limit,
    pub contact: Option<Limit>,
    pub check_in: Limit,
    /// Absent: the condition's limit.
    pub finish: Option<Limit>,
    pub round_the_clock: bool,
    /// Names of the posts that set place and time.
    pub sets_place: Vec<String>,
    /// 事不完人不撤
    pub nobody_leaves_early: bool,
    /// After so many minutes unsigned: unit leader, duty leader, the county centre.
    pub unsigned_ladder_minutes: Vec<u32>,
}

/// A preset by name. Here stands `default`; its values are reasonable ones, to be set locally.
pub fn preset(name: &str) -> Option<Vec<WhistleKind>> {
    (name == "default").then(|| vec![daily(), tough(), emergency()])
}

fn names(posts: &[&str]) -> Vec<String> {
    posts.iter().map(|&p| p.to_owned()).collect()
}

fn daily() -> WhistleKind {
    WhistleKind {
        id: "daily".to_owned(),
        name_zh: "日常哨".to_owned(),
        name_en: "Daily whistle".to_owned(),
        may_blow: names(&["grid_worker", "grid_leader", "village_leader", "dispatcher", "town_head"]),
        approved_by: names(&["village_leader", "dispatcher"]),
        sign: Limit::working_hours(1),
        contact: Some(Limit::working_hours(4)),
        check_in: Limit::working_days(1),
        finish: None,
        round_the_clock: false,
        sets_place: names(&["grid_worker", "grid_leader", "village_leader", "dispatcher"]),
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
