//! A case, with everything that its page shows.

use serde::Serialize;

use super::Time;

/// What a report becomes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    pub id: String,
    pub number: String,
    /// How many events have happened to it.
    pub version: u64,
    pub stage: String,
    pub marks: Vec<String>,
    pub matter: Option<MatterRef>,
    pub condition: Option<Named>,
    pub text: String,
    pub place: Place,
    pub source: String,
    pub reporter: Option<Reporter>,
    pub filed_by: Person,
    pub received_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub round: Option<Round>,
    pub clocks: Vec<Clock>,
    pub whistles: Vec<Whistle>,
    pub assignments: Vec<Assignment>,
    pub attachments: Vec<String>,
    pub feedback: Option<Feedback>,
    /// What the residents behind merged cases are asked, with the identity and number of each case.
    pub merged_feedback: Vec<(Named, Feedback)>,
    /// The one-time link for the resident, shown to the closing registrar.
    pub rating_link: Option<String>,
    pub reply: Option<String>,
    pub said: Said,
    /// Open cases that are likely the same, the nearest first.
    pub duplicates: Vec<Duplicate>,
    /// The case of which it became a part, with the end of that one where it has ended.
    pub merged_into: Option<(String, Option<String>)>,
    /// Numbers of the cases that became part of it.
    pub absorbed: Vec<String>,
    /// Numbers of the cases that have to do with it.
    pub links: Vec<String>,
    /// What stood behind the lead's order when it was given, and does not any more.
    pub lapses: Vec<String>,
    /// The department that handed the matter down to the town directly.
    pub handed_down_by: Option<Named>,
    /// Which of 110, 119, 120 was called first where life was in danger, and when.
    pub safety_call: Option<(String, Time)>,
    /// The department whose matter the town refused, and what was noted.
    pub admission_refusal: Option<(String, String)>,
}

/// An open case that is likely the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Duplicate {
    pub number: String,
    pub stage: String,
    /// Metres between the two.
    pub distance_m: f64,
}

/// What somebody said that waits for somebody else's word, or keeps others off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What the grid's worker found before the acceptance: whether it is as reported, and his note.
    pub finding: Option<(bool, String)>,
    /// An officer's answer that waits for his leader's consent.
    pub reply_draft: Option<String>,
    /// Why the closed case should be handled once more, while undecided.
    pub reopening: Option<String>,
    /// Who works on it, and until when others in his post are kept off.
    pub claim: Option<(Person, Time)>,
    pub centres: Centres,
}

/// What passed between command centres.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Centres {
    /// Names of the centres that had the case, the present one last; empty where it was never passed on.
    pub path: Vec<String>,
    /// Why the case waits for a ruling, and of which centre.
    pub dispute: Option<(String, String)>,
    /// The unit that has to lead by the last ruling, and what was said.
    pub ruled: Option<(String, String)>,
    /// Why the late unit appealed; whether that was accepted, once it is decided.
    pub appeal: Option<(String, Option<bool>)>,
    pub acting: Option<Acting>,
}

/// A centre above that was called in an emergency and may call units for the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acting {
    /// Its name.
    pub centre: String,
    pub since: Time,
    /// Such as `no_shift`.
    pub cause: String,
}

impl Case {
    /// The code of the division that says which kinds of whistle there are; empty where no place is known.
    pub fn place_code(&self) -> String {
        let known = self.place.village.as_ref().or(self.place.town.as_ref());
        known.map_or_else(String::new, |place| place.id.clone())
    }

    /// What it is about, in few words: the matter, else the beginning of the text.
    pub fn title(&self) -> &str {
        self.matter
            .as_ref()
            .map_or(self.text.as_str(), |m| m.name.as_str())
    }

    pub fn assignment(&self, id: &str) -> Option<&Assignment> {
        self.assignments.iter().find(|a| a.id == id)
    }

    pub fn whistle(&self, id: &str) -> Option<&Whistle> {
        self.whistles.iter().find(|w| w.id == id)
    }

    /// Whom an action is about, in words: the unit, the kind of whistle.
    pub fn whom(&self, target: &Target) -> String {
        match target {
            Target::Case => String::new(),
            Target::Assignment(id) => self
                .assignment(id)
                .map(|a| a.unit.name.clone())
                .unwrap_or_default(),
            Target::Whistle(id) => self
                .whistle(id)
                .map(|w| w.kind_name.clone())
                .unwrap_or_default(),
        }
    }

    pub fn has_mark(&self, mark: &str) -> bool {
        self.marks.iter().any(|m| m == mark)
    }
}

/// An entry of the catalogue; `kind` is `event` or `component`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatterRef {
    pub kind: String,
    pub code: String,
    pub name: String,
}

impl MatterRef {
    /// Its published identity, such as `event-06010`.
    pub fn id(&self) -> String {
        format!("{}-{}", self.kind, self.code)
    }
}

/// Something with an id and a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// Where it happened. Degrees of WGS 84.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Place {
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub grid: Option<Named>,
    pub village: Option<Named>,
    pub town: Option<Named>,
    pub county: Option<Named>,
    /// In no grid that the server knows.
    pub unlocated: bool,
    pub address: Option<String>,
}

impl Place {
    /// The place in words, from the large to the small.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for part in [&self.town, &self.village, &self.grid]
            .into_iter()
            .flatten()
        {
            // A grid is often named after its village: not said twice.
            let name = part.name.strip_prefix(words.as_str()).unwrap_or(&part.name);
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(name);
        }
        if let Some(address) = &self.address {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(address);
        }
        words
    }
}

/// The resident, masked unless the viewer may see more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reporter {
    pub name: String,
    pub telephone: String,
}

/// An official, as the history names him.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Person {
    pub name: String,
    pub post: String,
    pub unit: Option<String>,
}

/// A limit with its unit of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    pub amount: i64,
    pub unit: String,
}

/// The time from registration, or reopening, to closing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Round {
    pub number: i64,
    pub registered_at: Option<Time>,
    pub limit: Option<Limit>,
    pub standard: Option<String>,
    /// The first dispatch or whistle, when the handling clock starts.
    pub issued_at: Option<Time>,
    /// Absent before issue and while paused.
    pub deadline: Option<Time>,
    /// The deadline reaches past the known calendar.
    pub provisional: bool,
    pub finished_at: Option<Time>,
    pub closed_at: Option<Time>,
    pub overdue: bool,
    pub paused: bool,
}

/// A clock that runs or ran against a deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    pub name: String,
    pub started_at: Option<Time>,
    pub deadline: Option<Time>,
    pub stopped_at: Option<Time>,
}

impl Clock {
    /// Whether the deadline passed before it stopped.
    pub fn is_late(&self, now: Time) -> bool {
        self.deadline
            .is_some_and(|d| self.stopped_at.unwrap_or(now) > d)
    }

    /// How much of the time is used up, in hundredths, at most 100.
    pub fn used(&self, now: Time) -> Option<u16> {
        let (start, end) = (self.started_at?, self.deadline?);
        let whole = (end - start).num_seconds().max(1);
        let used = (self.stopped_at.unwrap_or(now) - start).num_seconds();
        u16::try_from((used * 100 / whole).clamp(0, 100)).ok()
    }
}

/// A call to the scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Whistle {
    pub id: String,
    pub kind: String,
    pub kind_name: String,
    pub stage: String,
    pub blown_by: Person,
    pub reason: String,
    /// Whom the blower would like to see: unit code and role.
    pub wanted: Vec<Wanted>,
    pub meeting_place: Option<String>,
    /// Longitude and latitude of the meeting point, such as `119.123456,34.912345`.
    pub meeting_point: Option<String>,
    pub meeting_time: Option<Time>,
    pub requested_at: Option<Time>,
    pub issued_at: Option<Time>,
    pub scores: Vec<Score>,
}

/// A unit wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wanted {
    pub unit: Named,
    /// `lead` or `assist`.
    pub role: String,
}

/// The blower's judgement of one unit, 1–5 each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    pub assignment: String,
    pub response: i64,
    pub quality: i64,
}

/// A called unit's part in the case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Assignment {
    pub id: String,
    pub version: u64,
    pub whistle_id: Option<String>,
    pub unit: Named,
    pub role: String,
    pub stage: String,
    pub issued_at: Option<Time>,
    pub sign: Milestone,
    pub contact: Milestone,
    pub check_in: Milestone,
    pub finish: Milestone,
    pub on_spot: Option<bool>,
    pub distance_m: Option<i64>,
    pub attempt: i64,
    pub result: Option<String>,
    /// Why a return was asked for, while it is undecided.
    pub return_reason: Option<String>,
}

impl Assignment {
    /// Whether the unit was let go before it finished: nothing is due from it any more.
    pub fn is_let_go(&self) -> bool {
        matches!(self.stage.as_str(), "returned" | "revoked" | "excused")
    }

    /// The milestone that comes next and its name.
    pub fn next(&self) -> Option<(&'static str, &Milestone)> {
        let name = match self.stage.as_str() {
            "issued" => "sign",
            "signed" | "contacted" if self.check_in.due.is_some() => "check_in",
            "signed" | "contacted" | "arrived" | "reported_done" => "finish",
            _ => return None,
        };
        let milestone = match name {
            "sign" => &self.sign,
            "check_in" => &self.check_in,
            _ => &self.finish,
        };
        Some((name, milestone))
    }
}

/// Something a called unit has to reach in time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Milestone {
    pub due: Option<Time>,
    pub at: Option<Time>,
    pub in_time: Option<bool>,
}

/// What the resident answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Feedback {
    pub state: String,
    pub contacted: Option<bool>,
    pub solved: Option<String>,
    pub satisfaction: Option<String>,
    pub text: Option<String>,
    /// How a caller of the centre heard it; absent where it came by the link.
    pub channel: Option<String>,
    /// How often a caller reached nobody.
    pub missed_calls: usize,
    /// Until when he can be asked.
    pub until: Option<super::Time>,
    /// Why the demand is said to be unreasonable, while nobody has decided.
    pub unreasonable: Option<String>,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub kind: String,
    pub at: Option<Time>,
    pub actor: Person,
    /// The most telling part of its data, in words of those who wrote it.
    pub note: String,
}

/// On what an action works.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "target", content = "id", rename_all = "snake_case")]
pub enum Target {
    Case,
    Whistle(String),
    Assignment(String),
}

/// What may be done now, or why not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer {
    pub action: String,
    pub target: Target,
    pub allowed: bool,
    /// For a decision the tag of the state that it would be taken on; facts need none.
    pub state: Option<String>,
    /// In the language asked for, when it is not allowed.
    pub reason: Option<String>,
    pub code: Option<String>,
}

/// The offers in the order of the day: what is done next before what refuses or leaves, and what lets units
/// go, which is offered for each of them, after all else. Whoever may ask the resident has that before him: it is
/// offered to callers alone, and only while the question is open.
pub fn arranged(mut offers: Vec<Offer>) -> Vec<Offer> {
    for (first, then) in [
        ("issue_whistle", "refuse_whistle"),
        // Beside one that waits another is blown in danger alone.
        ("approve_whistle", "request_whistle"),
        ("issue_whistle", "request_whistle"),
        ("refuse_whistle", "request_whistle"),
        ("report_done", "leave"),
        ("finish", "leave"),
    ] {
        let at = |action: &str| offers.iter().position(|o| o.action == action);
        if let (Some(first), Some(then)) = (at(first), at(then))
            && then < first
        {
            let offer = offers.remove(first);
            offers.insert(then, offer);
        }
    }
    offers.sort_by_key(|o| match o.action.as_str() {
        "follow_up" if o.allowed => 0,
        "excuse" | "revoke" => 2,
        _ => 1,
    });
    offers
}

/// Everything that the page of a case needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier {
    pub case: Case,
    /// Whom to call about it: who is on duty at its centre, above, and at the units at work on it.
    pub duty: Vec<super::duty::OnDuty>,
    pub events: Vec<Event>,
    pub offers: Vec<Offer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_the_question_to_the_resident_first_while_it_is_open() {
        let offer = |action: &str, allowed: bool| Offer {
            action: action.into(),
            target: Target::Case,
            allowed,
            state: None,
            reason: None,
            code: None,
        };
        for (open, first) in [(true, "follow_up"), (false, "comment")] {
            let offers = vec![offer("comment", true), offer("follow_up", open)];
            assert_eq!(arranged(offers)[0].action, first);
        }
    }

    #[test]
    fn what_is_done_next_comes_before_what_refuses_leaves_or_lets_go() {
        let offers = [
            "refuse_whistle",
            "issue_whistle",
            "leave",
            "excuse",
            "revoke",
            "report_done",
            "finish",
            "comment",
        ];
        let offers = offers.map(|action| Offer {
            action: action.into(),
            target: Target::Case,
            allowed: true,
            state: None,
            reason: None,
            code: None,
        });
        let order: Vec<String> = arranged(offers.into())
            .into_iter()
            .map(|o| o.action)
            .collect();
        assert_eq!(
            order,
            [
                "issue_whistle",
                "refuse_whistle",
                "report_done",
                "finish",
                "leave",
                "comment",
                "excuse",
                "revoke"
            ]
        );
    }
}
