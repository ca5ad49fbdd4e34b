//! Who is logged in, where, and as what.

use serde::{Deserialize, Serialize};

use super::list::Section;

/// A login that is in force.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub server: String,
    pub token: String,
    pub username: String,
    pub name: String,
    pub posts: Vec<Post>,
    /// The actions and operations that the posts permit at all, as the server tells.
    #[serde(default)]
    pub may: Vec<String>,
}

impl Session {
    /// Whether one of the posts permits that at all.
    pub fn may(&self, what: &str) -> bool {
        self.may.iter().any(|known| known == what)
    }

    /// The post that decides what is shown first.
    pub fn leading(&self) -> Option<&Post> {
        self.posts.iter().min_by_key(|p| rank(&p.post))
    }

    pub fn holds(&self, post: &str) -> bool {
        self.posts.iter().any(|p| p.post == post)
    }

    /// What the first screen is made for.
    pub fn desk(&self) -> Desk {
        match self.leading().map(|p| p.post.as_str()) {
            Some(
                "registrar" | "dispatcher" | "duty_officer" | "duty_leader" | "clerk" | "caller",
            ) => Desk::Centre,
            Some("unit_officer" | "unit_leader") => Desk::Unit,
            Some("supervisor" | "auditor" | "town_head") => Desk::Supervisor,
            Some("admin") => Desk::Keeper,
            _ => Desk::Worker,
        }
    }

    /// The parts of a first screen for these posts, the most urgent first: those of the desk, and for whoever answers
    /// for a village or a town the whistles that wait for his word.
    pub fn sections(&self, desk: Desk) -> Vec<Section> {
        let mut sections = Section::of(desk).to_vec();
        let at = match desk {
            // Emergencies come first for everybody.
            Desk::Worker => self.holds("village_leader").then_some(1),
            Desk::Supervisor => self.holds("town_head").then_some(0),
            Desk::Centre | Desk::Unit | Desk::Keeper => None,
        };
        if let Some(at) = at {
            sections.insert(at, Section::ToApprove);
        }
        // A caller has that one list to work off.
        if desk == Desk::Centre && self.posts.iter().all(|p| p.post == "caller") {
            sections.retain(|section| *section != Section::FollowUps);
            sections.insert(0, Section::FollowUps);
        }
        sections
    }
}

impl std::fmt::Debug for Session {
    /// Without the token, which is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("server", &self.server)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Who works at desks comes before who walks, so that a person with several posts sees the queues.
fn rank(post: &str) -> u8 {
    match post {
        "registrar" | "dispatcher" => 0,
        "unit_leader" | "unit_officer" => 1,
        "village_leader" | "grid_leader" | "grid_worker" => 2,
        "supervisor" | "town_head" => 3,
        _ => 4,
    }
}

/// A post with the names of what it extends over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    pub post: String,
    /// The code of the division, unit or grid.
    pub scope: String,
    pub scope_name: String,
    /// `division`, `unit` or `grids`.
    pub scope_kind: String,
}

/// The kinds of first screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    Worker,
    Centre,
    Unit,
    Supervisor,
    /// Keeps registers and reads no case.
    Keeper,
}
