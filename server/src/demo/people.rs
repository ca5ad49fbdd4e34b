//! Who acts in the demo: those whom people log in as, and colleagues invented for every other post.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use gridwhistle_domain::access::{Actor, Appointment, PersonId, Post, Scope};
use gridwhistle_domain::clock::Timestamp;
use uuid::Uuid;

/// The namespace of invented people: the same post has the same person in every demo.
const NAMESPACE: Uuid = Uuid::from_u128(0x6772_6964_7768_6973_746c_6500_6465_6d6f);

const FAMILY: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "孙", "徐", "周", "吴", "董", "孟", "仲", "霍", "韩", "宋", "尹",
    "朱", "秦", "杨", "于", "鲁", "苏", "田", "谢",
];
const GIVEN: [&str; 32] = [
    "建军", "海燕", "志强", "丽娟", "永刚", "秀兰", "卫东", "晓梅", "大伟", "玉珍", "国庆", "红霞",
    "立新", "雪梅", "春生", "文静", "继业", "彩云", "守田", "婷", "明", "芳", "涛", "敏", "长河",
    "爱华", "俊", "倩", "宝山", "桂英", "磊", "莉",
];

/// Finds whoever holds a post.
pub struct Cast {
    since: Timestamp,
    /// Those with accounts come before anybody invented.
    known: Vec<Arc<Actor>>,
    invented: Mutex<HashMap<Uuid, Arc<Actor>>>,
}

impl Cast {
    /// A cast whose invented members hold their posts from `since` on.
    pub fn new(since: Timestamp, known: Vec<Actor>) -> Self {
        let known = known.into_iter().map(Arc::new).collect();
        Self {
            since,
            known,
            invented: Mutex::new(HashMap::new()),
        }
    }

    /// The holder of a post over a scope.
    pub fn holder(&self, post: Post, scope: &Scope) -> Arc<Actor> {
        self.nth_holder(post, scope, 0)
    }

    /// The n-th holder of a post over a scope, counted from 0.
    pub fn nth_holder(&self, post: Post, scope: &Scope, n: usize) -> Arc<Actor> {
        let holds = |a: &&Arc<Actor>| {
            a.appointments
                .iter()
                .any(|p| p.post == post && p.scope == *scope)
        };
        if let Some(known) = self.known.iter().filter(holds).nth(n) {
            return known.clone();
        }
        let id = Uuid::new_v5(&NAMESPACE, format!("{post} {scope} {n}").as_bytes());
        let invent = || {
            Arc::new(Actor {
                person: PersonId(id),
                name: name(id.as_u128()),
                appointments: vec![appointment(post, scope.clone(), self.since)],
                grants: None,
            })
        };
        match self.invented.lock() {
            Ok(mut invented) => invented.entry(id).or_insert_with(invent).clone(),
            // Inventing anew gives the same person.
            Err(_) => invent(),
        }
    }
}

/// A post held without end.
pub fn appointment(post: Post, scope: Scope, from: Timestamp) -> Appointment {
    Appointment {
        post,
        scope,
        from,
        to: None,
    }
}

/// An invented name.
pub fn name(seed: u128) -> String {
    let pick = |list: &'static [&'static str], at: u128| {
        let index = usize::try_from(at % list.len() as u128).unwrap_or_default();
        list.get(index).copied().unwrap_or_default()
    };
    format!(
        "{}{}",
        pick(&FAMILY, seed >> 64),
        pick(&GIVEN, seed & 0xffff_ffff)
    )
}
