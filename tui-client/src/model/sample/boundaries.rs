//! Changes of boundaries in the small town.

use super::{at, map_grids, named, person};
use crate::model::boundaries::{Changed, Note, Put, Sides};
use crate::model::map::MapGrid;

/// Two changesets: grids that were merged, and before that one that was redrawn.
pub fn puts() -> Vec<Put> {
    let put = |version: u32, day: &str, reason: &str, change: &str, codes: &[&str]| Put {
        version,
        at: at(day),
        effective_from: at(day),
        by: (version > 2).then(|| person("孙立国", "admin")),
        reason: reason.into(),
        notes: vec![Note {
            change: change.into(),
            grids: codes
                .iter()
                .map(|code| named(code, "西林子村网格"))
                .collect(),
        }],
    };
    vec![
        put(
            3,
            "21T08:00",
            "西林子村两个网格合并，由一名网格员负责",
            "merge",
            &["320707101201001", "320707101201002", "320707101201001"],
        ),
        put(
            2,
            "16T08:00",
            "按实测界线调整",
            "redraw",
            &["320707101201005"],
        ),
    ]
}

/// The first of them on the map: the second grid has become part of the first.
pub fn sides() -> Sides {
    let before = map_grids();
    let mut after = before.clone();
    let second = after.remove(1).outline.remove(0);
    let first = &before[0].outline[0];
    after[0].outline[0] = vec![
        first[0], first[1], second[1], second[2], first[2], first[3], first[0],
    ];
    Sides {
        put: puts().remove(0),
        before,
        after,
    }
}

/// What checking or putting that merge answers.
pub fn changed(dry_run: bool) -> Changed {
    let sides = sides();
    let pair = |old: &MapGrid, new: &MapGrid| (old.code.clone(), new.code.clone());
    Changed {
        changed: 2,
        dry_run,
        version: if dry_run { 2 } else { 3 },
        effective_from: Some(sides.put.effective_from),
        lineage: vec![
            pair(&sides.before[0], &sides.after[0]),
            pair(&sides.before[1], &sides.after[0]),
        ],
        before: sides.before[..2].to_vec(),
        after: sides.after[..1].to_vec(),
    }
}
