//! How cases, whistles and called units look from outside. Personal data is masked here already:
//! the case holds nothing else, and of that everybody is shown what he may know.

use gridwhistle_domain::access::Actor;
use gridwhistle_domain::case::{self, Case};
use gridwhistle_domain::clock::{Limit as ClockLimit, Timestamp};
use gridwhistle_domain::matter::{Condition, ConditionId};
use gridwhistle_domain::place::{DivisionLevel, Position};
use gridwhistle_service::Reference;
use poem_openapi::Object;
use uuid::Uuid;

use super::asking::{Feedback, MergedFeedback};
use super::centre_views::{AdmissionRefusal, AppealView, Dispute, Transfer};
use super::names::TimeUnit;
use super::routing::{Lapse, VersionOfList, versions};
use super::{When, when};
use crate::messages::Lang;

/// Something with a code and a name.
#[derive(Debug, Clone, Object)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// Who did something, and in which post.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Person {
    /// The official's name; absent for residents and for what follows by rule.
    pub name: Option<String>,
    /// `grid_worker`, `registrar`, `dispatcher`, `unit_leader`, …; `system` for what follows by rule.
    pub post: String,
    pub unit: Option<Named>,
    /// The town for which a centre above acted.
    pub acting_for: Option<Named>,
}

/// A limit.
#[derive(Debug, Clone, Copy, Object)]
pub struct Limit {
    pub amount: u32,
    pub unit: TimeUnit,
}

impl From<ClockLimit> for Limit {
    fn from(limit: ClockLimit) -> Self {
        Self {
            amount: limit.amount,
            unit: limit.unit.into(),
        }
    }
}

/// A matter of the catalogue.
#[derive(Debug, Clone, Object)]
pub struct MatterRef {
    /// `event` or `component`.
    pub kind: String,
    /// Five digits.
    pub code: String,
    pub name: String,
}

/// The condition under which a case was registered.
#[derive(Debug, Clone, Object)]
pub struct ConditionRef {
    pub id: String,
    pub name: String,
    pub emergency: bool,
}

/// Where it happened.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Place {
    /// Degrees, WGS 84 / CGCS2000.
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub accuracy_m: Option<f64>,
    pub grid: Option<Named>,
    pub village: Option<Named>,
    pub town: Option<Named>,
    pub county: Option<Named>,
    pub address: Option<String>,
    /// It lies in no grid that is known.
    pub unlocated: bool,
}

/// The resident behind a report, masked.
#[derive(Debug, Clone, Object)]
pub struct Resident {
    pub name: String,
    pub telephone: String,
}

/// An emergency call.
#[derive(Debug, Clone, Object)]
pub struct SafetyCall {
    #[oai(validator(pattern = "^(110|119|120)$"))]
    pub number: String,
    pub at: When,
}

/// A clock beside the handling clock: `accept`, `dispatch`, `approve`, `decide_return`,
/// `confirm_condition`, `confirm_solved`, `verify`, `confirm`, `decide_extension`,
/// `decide_suspension`, `answer_supervision`, `rule`.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct InnerClock {
    pub name: String,
    pub started_at: When,
    pub due: When,
    pub stopped_at: Option<When>,
    /// It stopped after its moment.
    pub late: bool,
}

/// One step of the handling.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Step {
    pub limit: Limit,
    /// What closes it.
    pub standard: String,
    pub started_at: Option<When>,
    /// Absent before the step begins and while its clock stands still.
    pub deadline: Option<When>,
    /// The deadline reaches past the published calendar.
    pub provisional: bool,
    pub stopped_at: Option<When>,
    pub on_time: Option<bool>,
}

/// From registration, or reopening, to closing.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Round {
    pub number: u16,
    pub condition: ConditionRef,
    pub registered_at: When,
    pub issued_at: Option<When>,
    pub finished_at: Option<When>,
    pub closed_at: Option<When>,
    pub on_time: Option<bool>,
    /// The deadline of the step that is being worked on.
    pub deadline: Option<When>,
    /// The clock stands still while somebody new is sought or the case is suspended.
    pub paused: bool,
    pub steps: Vec<Step>,
    /// Index of the step that is being worked on.
    pub step: usize,
    pub failed_verifications: usize,
    pub vetoes: usize,
    /// How often the limit was extended.
    pub extensions: usize,
    /// The last wish for more time.
    pub extension_request: Option<ExtensionRequest>,
    /// The last wish to wait, or the one that was granted.
    pub suspension: Option<Suspension>,
    /// What the resident answered, if he was asked and did.
    pub feedback: Option<Feedback>,
    /// What the residents behind merged cases are asked.
    pub merged_feedback: Vec<MergedFeedback>,
    /// Since when an accepted appeal keeps it out of the figures.
    pub exempted_at: Option<When>,
    /// The versions of the lists by which it was registered and its units were called, last.
    pub versions: Vec<VersionOfList>,
}

/// A wish for more time.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ExtensionRequest {
    pub at: When,
    pub by: Person,
    pub reason: String,
    /// Absent while undecided.
    pub accepted: Option<bool>,
    pub ruling: Option<String>,
}

/// A wish to wait, and how long it lasted.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Suspension {
    pub at: When,
    pub by: Person,
    /// `enforcement`, `litigation`, `planned_works`, `funding`, `season`, `other`
    pub reason: String,
    pub file_number: Option<String>,
    pub note: String,
    /// When handling goes on by itself.
    pub resume_at: When,
    /// Absent while undecided.
    pub accepted: Option<bool>,
    pub ruling: Option<String>,
    pub granted_at: Option<When>,
    pub resumed_at: Option<When>,
    /// The case waits now.
    pub running: bool,
}

/// A centre supervises and wants a reply.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Supervision {
    /// Counted from 1 within the case.
    pub number: u16,
    /// `overdue`, `leader`, `important`
    pub kind: String,
    /// Whose centre supervises.
    pub division: Named,
    pub at: When,
    pub by: Person,
    pub note: String,
    /// When the reply is due.
    pub answer_by: When,
    pub answered_at: Option<When>,
    pub answered_by: Option<Person>,
    pub answer: Option<String>,
}

/// Something a called unit has to reach in time.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Milestone {
    pub due: When,
    pub reached_at: Option<When>,
    pub in_time: Option<bool>,
}

/// A called unit's part.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Assignment {
    pub id: Uuid,
    /// For `If-Match` on its own actions.
    pub version: u32,
    pub whistle_id: Option<Uuid>,
    pub round: u16,
    pub unit: Named,
    /// `lead` or `assist`
    pub role: String,
    /// `issued`, `signed`, `contacted`, `arrived`, `reported_done`, `finished`, `returned`,
    /// `revoked`, `excused`
    pub stage: String,
    pub issued_at: When,
    pub sign: Milestone,
    /// Absent for a plain dispatch.
    pub contact: Option<Milestone>,
    /// Absent for a plain dispatch.
    pub check_in: Option<Milestone>,
    /// Whether the check-in was made on the spot.
    pub on_spot: Option<bool>,
    pub distance_m: Option<u32>,
    pub finish_by: Option<When>,
    pub finished_at: Option<When>,
    pub left_at: Option<When>,
    pub attempt: u16,
    pub officers: Vec<String>,
    /// The named officers may finish and push back in the leader's stead.
    pub officers_may_finish: bool,
    pub result: Option<String>,
    pub return_by: When,
    pub return_request: Option<ReturnRequest>,
    /// Why it was returned, revoked or excused.
    pub let_go: Option<String>,
}

/// "Not ours."
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ReturnRequest {
    pub at: When,
    pub reason: String,
    pub legal_basis: String,
    pub suggested_unit: Option<Named>,
    /// Absent while undecided.
    pub accepted: Option<bool>,
    pub ruling: Option<String>,
}

/// A unit with its part.
#[derive(Debug, Clone, Object)]
pub struct CalledUnit {
    pub unit: Named,
    /// `lead` or `assist`
    pub role: String,
}

/// The blower's judgement of a called unit.
#[derive(Debug, Clone, Object)]
pub struct Score {
    pub assignment_id: Uuid,
    pub response: u8,
    pub quality: u8,
    pub note: String,
}

/// A call to the scene.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Whistle {
    pub id: Uuid,
    pub kind: Named,
    /// `requested`, `issued`, `on_scene`, `finished`, `scored`, `refused`, `withdrawn`
    pub stage: String,
    pub blown_by: Person,
    pub reason: String,
    pub wanted: Vec<CalledUnit>,
    pub requested_at: When,
    pub approved_by: Option<Person>,
    pub refusal: Option<String>,
    pub issued_at: Option<When>,
    pub meeting_lon: Option<f64>,
    pub meeting_lat: Option<f64>,
    pub meeting_address: Option<String>,
    pub meeting_at: Option<When>,
    pub scores: Vec<Score>,
}

/// The look at the spot before acceptance.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Confirmation {
    pub requested_at: When,
    /// Until then the registrar waits for the finding.
    pub confirm_by: When,
    pub found_at: Option<When>,
    pub found_by: Option<Person>,
    /// Whether it is as reported.
    pub valid: Option<bool>,
    pub note: Option<String>,
}

/// Who works on the case, and until when others in his post are kept off.
#[derive(Debug, Clone, Object)]
pub struct Claimed {
    pub by: Person,
    pub at: When,
    pub until: When,
}

/// An officer's answer to the resident, which waits for his leader's consent.
#[derive(Debug, Clone, Object)]
pub struct ReplyDraft {
    pub by: Person,
    pub text: String,
}

/// The last wish to have the closed case handled once more.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ReopeningRequest {
    pub at: When,
    pub by: Person,
    pub reason: String,
    /// Why it was refused; absent while undecided.
    pub refusal: Option<String>,
}

/// What a grid worker settled himself.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SelfHandled {
    pub at: When,
    pub condition: ConditionRef,
    pub before: Vec<Uuid>,
    pub after: Vec<Uuid>,
    pub note: String,
    /// When it turned out not to be settled.
    pub reopened_at: Option<When>,
}

/// Another case.
#[derive(Debug, Clone, Object)]
pub struct OtherCase {
    pub id: Uuid,
    pub number: String,
}

/// The case of which this one became a part.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MergedInto {
    pub id: Uuid,
    pub number: String,
    pub at: When,
    /// When that case ended, last.
    pub ended_at: Option<When>,
    /// At which end.
    pub ended: Option<String>,
    /// What the resident was answered there.
    pub reply: Option<String>,
}

/// A case as it stands.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Case", skip_serializing_if_is_none)]
pub struct CaseView {
    pub id: Uuid,
    /// County, day of receipt, sequence.
    pub number: String,
    /// For `If-Match`.
    pub version: u32,
    /// `reported`, `confirming`, `accepted`, `registered`, `assigned`, `handling`, `handled`,
    /// `verifying`, `verified`, `closed`, `declined`, `unregistered`, `voided`, `merged`
    pub stage: String,
    pub source: String,
    pub text: String,
    pub matter: Option<MatterRef>,
    pub place: Place,
    /// Whose command centre has the case.
    pub centre: Named,
    pub filed_by: Person,
    /// Masked; absent also where the caller may not even know that much.
    pub resident: Option<Resident>,
    /// Whoever reported it stays unknown to all but the registrar and the caller of the centre.
    pub confidential: bool,
    /// The caller handles the case now and may look at the resident's data in clear.
    pub may_unmask: bool,
    pub external_number: Option<String>,
    /// The department that hands the matter down to the town directly.
    pub handed_down_by: Option<Named>,
    /// Who was called first where life was in danger.
    pub safety_call: Option<SafetyCall>,
    /// The town's refusal of what a department handed down without being admitted to.
    pub admission_refusal: Option<AdmissionRefusal>,
    pub reported_at: When,
    pub updated_at: When,
    /// Registered by rule for an emergency: the registrar still has to confirm the condition.
    pub condition_to_confirm: bool,
    /// The round that runs, or ran last.
    pub round: Option<Round>,
    pub rounds: u16,
    pub clocks: Vec<InnerClock>,
    pub whistles: Vec<Whistle>,
    pub assignments: Vec<Assignment>,
    pub attachments: Vec<Uuid>,
    pub reply: Option<String>,
    pub reply_draft: Option<ReplyDraft>,
    pub confirmation: Option<Confirmation>,
    pub reopening: Option<ReopeningRequest>,
    /// Holds until its `until`.
    pub claim: Option<Claimed>,
    pub self_handled: Option<SelfHandled>,
    pub merged_into: Option<MergedInto>,
    /// Cases that became part of this one.
    pub absorbed: Vec<OtherCase>,
    /// Cases that have to do with this one.
    pub links: Vec<OtherCase>,
    pub supervisions: Vec<Supervision>,
    /// The centre above was told of an emergency and may act for the town.
    pub county_called: Option<CountyCalled>,
    /// Its ways from centre to centre, oldest first.
    pub transfers: Vec<Transfer>,
    /// What was put before the centre above, oldest first.
    pub disputes: Vec<Dispute>,
    pub appeal: Option<AppealView>,
    /// The resident's one-time link: for the centre that closed and the app that filed, while the
    /// question is open.
    pub rating_link: Option<String>,
    /// Powers and certificates behind the lead's order that stood when it was given, and do not any more.
    pub lapses: Vec<Lapse>,
}

/// A centre above may act for the town that has the case.
#[derive(Debug, Clone, Object)]
pub struct CountyCalled {
    pub at: When,
    pub division: Named,
    /// `no_shift`: nobody was on duty in the town.
    pub cause: String,
}

/// Who looks at a case, and when.
#[derive(Copy, Clone)]
pub struct Viewer<'a> {
    pub actor: &'a Actor,
    pub now: Timestamp,
}

/// What names are looked up in, and in which language.
#[derive(Copy, Clone)]
pub struct Look<'a> {
    pub reference: &'a Reference,
    pub lang: Lang,
}

impl Look<'_> {
    pub fn unit(self, code: &gridwhistle_domain::routing::UnitCode) -> Named {
        Named {
            code: code.to_string(),
            name: self.reference.unit_name(code),
        }
    }

    pub fn division(self, code: gridwhistle_domain::place::DivisionCode) -> Named {
        Named {
            code: code.to_string(),
            name: self.reference.division_name(code),
        }
    }

    pub fn person(self, who: &gridwhistle_domain::access::ActorRef) -> Person {
        Person {
            name: (!who.name.is_empty()).then(|| who.name.clone()),
            post: who.post.to_string(),
            unit: who.unit.as_ref().map(|u| self.unit(u)),
            acting_for: who.acting_for.map(|code| self.division(code)),
        }
    }

    fn condition(self, id: &ConditionId) -> ConditionRef {
        let known = self.reference.rules.condition(id);
        ConditionRef {
            id: id.to_string(),
            name: known
                .as_ref()
                .map_or_else(|| id.to_string(), |c| condition_name(c, self.lang)),
            emergency: known.is_some_and(|c| c.emergency),
        }
    }

    fn place(self, place: &case::Place, ground: gridwhistle_domain::place::DivisionCode) -> Place {
        let at = |level| ground.at(level).map(|code| self.division(code));
        Place {
            lon: place.position.map(Position::lon),
            lat: place.position.map(Position::lat),
            accuracy_m: place.accuracy_m,
            grid: place.grid.map(|code| Named {
                code: code.to_string(),
                name: self
                    .reference
                    .land
                    .grids
                    .get(&code)
                    .map_or_else(|| code.to_string(), |g| g.name.clone()),
            }),
            village: place.village.map(|v| self.division(v)),
            town: at(DivisionLevel::Town),
            county: at(DivisionLevel::County),
            address: place.address.clone(),
            unlocated: place.is_unlocated(),
        }
    }

    fn round(self, round: &case::Round) -> Round {
        Round {
            number: round.number,
            condition: self.condition(&round.condition),
            registered_at: when(round.registered_at),
            issued_at: round.issued_at.map(when),
            finished_at: round.finished_at.map(when),
            closed_at: round.closed_at.map(when),
            on_time: round.on_time,
            deadline: round.deadline().map(|d| when(d.at)),
            paused: round.is_paused(),
            steps: round
                .steps
                .iter()
                .map(|s| step(s, &round.condition, self.lang))
                .collect(),
            step: round.step,
            failed_verifications: round.failed_verifications.len(),
            vetoes: round.vetoes.len(),
            extensions: round.extensions.len(),
            extension_request: round.extension_request.as_ref().map(|r| ExtensionRequest {
                at: when(r.at),
                by: self.person(&r.by),
                reason: r.reason.clone(),
                accepted: r.granted,
                ruling: r.ruling.clone(),
            }),
            suspension: round.suspension.as_ref().map(|s| self.suspension(s)),
            feedback: round.feedback.as_ref().map(|f| self.feedback(f)),
            merged_feedback: round
                .merged_feedback
                .iter()
                .map(|m| self.merged_feedback(m))
                .collect(),
            exempted_at: round.exempted_at.map(when),
            versions: versions(&round.versions),
        }
    }

    fn suspension(self, s: &case::Suspension) -> Suspension {
        Suspension {
            at: when(s.at),
            by: self.person(&s.by),
            reason: s.reason.to_string(),
            file_number: s.file_number.clone(),
            note: s.note.clone(),
            resume_at: when(s.resume_at),
            accepted: s.granted,
            ruling: s.ruling.clone(),
            granted_at: s.granted_at.map(when),
            resumed_at: s.resumed_at.map(when),
            running: s.is_running(),
        }
    }

    fn supervision(self, s: &case::Supervision) -> Supervision {
        let answer = s.answer.as_ref();
        Supervision {
            number: s.number,
            kind: s.kind.to_string(),
            division: self.division(s.division),
            at: when(s.at),
            by: self.person(&s.by),
            note: s.note.clone(),
            answer_by: when(s.answer_by),
            answered_at: answer.map(|a| when(a.at)),
            answered_by: answer.map(|a| self.person(&a.by)),
            answer: answer.map(|a| a.text.clone()),
        }
    }

    pub fn assignment(self, a: &case::Assignment) -> Assignment {
        Assignment {
            id: a.id.0,
            version: a.version,
            whistle_id: a.whistle.map(|w| w.0),
            round: a.round,
            unit: self.unit(&a.unit),
            role: a.role.to_string(),
            stage: a.stage.to_string(),
            issued_at: when(a.issued_at),
            sign: milestone(&a.sign),
            contact: a.contact.as_ref().map(milestone),
            check_in: a.check_in.as_ref().map(milestone),
            on_spot: a.arrival.as_ref().map(|x| x.on_spot),
            distance_m: a.arrival.as_ref().and_then(|x| x.distance_m),
            finish_by: a.finish_by.map(when),
            finished_at: a.finished_at.map(when),
            left_at: a.left_at.map(when),
            attempt: a.attempt,
            officers: a.officers.clone(),
            officers_may_finish: a.officers_may_finish,
            result: a.result.clone(),
            return_by: when(a.return_by),
            return_request: a.return_request.as_ref().map(|r| ReturnRequest {
                at: when(r.at),
                reason: r.reason.clone(),
                legal_basis: r.legal_basis.clone(),
                suggested_unit: r.suggested_unit.as_ref().map(|u| self.unit(u)),
                accepted: r.accepted,
                ruling: r.ruling.clone(),
            }),
            let_go: a.let_go.as_ref().map(|l| l.reason.clone()),
        }
    }

    pub fn whistle(self, w: &case::Whistle) -> Whistle {
        let position = w.meeting.as_ref().and_then(|m| m.position);
        Whistle {
            id: w.id.0,
            kind: Named {
                code: w.kind.clone(),
                name: self.kind_name(w),
            },
            stage: w.stage.to_string(),
            blown_by: self.person(&w.blown_by),
            reason: w.reason.clone(),
            wanted: w
                .wanted
                .iter()
                .map(|c| CalledUnit {
                    unit: self.unit(&c.unit),
                    role: c.role.to_string(),
                })
                .collect(),
            requested_at: when(w.requested_at),
            approved_by: w.approved_by.as_ref().map(|p| self.person(p)),
            refusal: w.refusal.clone(),
            issued_at: w.issued_at.map(when),
            meeting_lon: position.map(Position::lon),
            meeting_lat: position.map(Position::lat),
            meeting_address: w.meeting.as_ref().and_then(|m| m.address.clone()),
            meeting_at: w.meeting.as_ref().and_then(|m| m.at).map(when),
            scores: w
                .scores
                .iter()
                .map(|s| Score {
                    assignment_id: s.assignment.0,
                    response: s.response,
                    quality: s.quality,
                    note: s.note.clone(),
                })
                .collect(),
        }
    }

    fn kind_name(self, whistle: &case::Whistle) -> String {
        let kind = whistle.terms.as_ref();
        let kind = kind.or_else(|| self.reference.rules.kind(&whistle.kind));
        kind.map_or_else(
            || whistle.kind.clone(),
            |k| match self.lang {
                Lang::Zh => k.name_zh.clone(),
                Lang::En => k.name_en.clone(),
            },
        )
    }

    /// The case as that viewer may know it, without a link for the resident.
    pub fn case(self, c: &Case, viewer: Viewer<'_>) -> CaseView {
        let Viewer { actor, now } = viewer;
        let settings = &self.reference.rules_of(c).settings;
        let shown = case::shows_masked(c, actor, settings, now);
        CaseView {
            id: c.id.0,
            number: c.number.clone(),
            version: c.version,
            stage: c.stage.to_string(),
            source: c.source.to_string(),
            text: c.text.clone(),
            matter: c.matter.as_ref().map(|key| MatterRef {
                kind: key.kind.to_string(),
                code: key.code.clone(),
                name: self
                    .reference
                    .rules
                    .catalogue
                    .matter(key)
                    .map_or_else(|| key.to_string(), |m| m.name.clone()),
            }),
            place: self.place(&c.place, c.ground()),
            centre: self.division(c.centre),
            filed_by: self.person(&c.filed_by),
            resident: c.resident.as_ref().filter(|_| shown).map(|r| Resident {
                name: r.name.clone(),
                telephone: r.telephone.clone(),
            }),
            confidential: case::is_confidential(c, settings),
            may_unmask: c.resident.is_some() && case::may_unmask(c, actor, settings, now).is_some(),
            external_number: c.external_number.clone(),
            handed_down_by: c.handed_down_by.as_ref().map(|unit| self.unit(unit)),
            safety_call: c.safety_call.as_ref().map(|call| SafetyCall {
                number: call.number.clone(),
                at: when(call.at),
            }),
            admission_refusal: c
                .admission_refusal
                .as_ref()
                .map(|r| self.admission_refusal(r)),
            reported_at: when(c.reported_at),
            updated_at: when(c.updated_at),
            condition_to_confirm: c.condition_to_confirm,
            round: c.round().map(|r| self.round(r)),
            rounds: c.round().map_or(0, |r| r.number),
            clocks: c.inner_clocks.iter().map(inner_clock).collect(),
            whistles: c.whistles.iter().map(|w| self.whistle(w)).collect(),
            assignments: c.assignments.iter().map(|a| self.assignment(a)).collect(),
            attachments: c.attachments.iter().map(|a| a.0).collect(),
            reply: c.reply.clone(),
            // What the leader has not consented to is no answer yet.
            reply_draft: c
                .reply_draft
                .as_ref()
                .filter(|_| actor.works_inside(now))
                .map(|d| ReplyDraft {
                    by: self.person(&d.by),
                    text: d.text.clone(),
                }),
            confirmation: c.confirmation.as_ref().map(|x| self.confirmation(x)),
            reopening: c.reopening.as_ref().map(|r| ReopeningRequest {
                at: when(r.at),
                by: self.person(&r.by),
                reason: r.reason.clone(),
                refusal: r.refusal.clone(),
            }),
            claim: c.claim.as_ref().map(|x| Claimed {
                by: self.person(&x.by),
                at: when(x.at),
                until: when(x.until),
            }),
            self_handled: c.self_handled.as_ref().map(|s| self.self_handled(s)),
            merged_into: c.merged_into.as_ref().map(merged_into),
            absorbed: c
                .absorbed
                .iter()
                .map(|a| other_case(a.case, &a.number))
                .collect(),
            links: c
                .links
                .iter()
                .map(|l| other_case(l.case, &l.number))
                .collect(),
            supervisions: c.supervisions.iter().map(|s| self.supervision(s)).collect(),
            county_called: c.county_called.as_ref().map(|called| CountyCalled {
                at: when(called.at),
                division: self.division(called.division),
                cause: called.cause.to_string(),
            }),
            transfers: c.transfers.iter().map(|t| self.transfer(t)).collect(),
            disputes: c.disputes.iter().map(|d| self.dispute(d)).collect(),
            appeal: c.appeal.as_ref().map(|a| self.appeal(a)),
            rating_link: None,
            lapses: case::lapses(c, self.reference.rules_of(c), now.date())
                .iter()
                .map(|lapse| self.lapse(lapse))
                .collect(),
        }
    }

    fn self_handled(self, s: &case::SelfHandled) -> SelfHandled {
        SelfHandled {
            at: when(s.at),
            condition: self.condition(&s.condition),
            before: s.before.iter().map(|a| a.0).collect(),
            after: s.after.iter().map(|a| a.0).collect(),
            note: s.note.clone(),
            reopened_at: s.reopened_at.map(when),
        }
    }

    fn confirmation(self, c: &case::Confirmation) -> Confirmation {
        let found = c.finding.as_ref();
        Confirmation {
            requested_at: when(c.requested_at),
            confirm_by: when(c.confirm_by),
            found_at: found.map(|f| when(f.at)),
            found_by: found.map(|f| self.person(&f.by)),
            valid: found.map(|f| f.valid),
            note: found.map(|f| f.note.clone()),
        }
    }
}

fn other_case(id: case::CaseId, number: &str) -> OtherCase {
    OtherCase {
        id: id.0,
        number: number.to_owned(),
    }
}

fn merged_into(m: &case::MergedInto) -> MergedInto {
    let end = m.end.as_ref();
    MergedInto {
        id: m.case.0,
        number: m.number.clone(),
        at: when(m.at),
        ended_at: end.map(|e| when(e.at)),
        ended: end.map(|e| e.stage.to_string()),
        reply: end.and_then(|e| e.reply.clone()),
    }
}

/// What a condition is called; the generic one is no list's to name.
pub fn condition_name(condition: &Condition, lang: Lang) -> String {
    match lang {
        lang if condition.id.is_generic() => lang.say("condition-generic"),
        Lang::Zh => condition.name.clone(),
        Lang::En => condition.name_en.clone(),
    }
}

/// What closes a step of a condition.
pub fn standard(condition: &ConditionId, text: &str, lang: Lang) -> String {
    if condition.is_generic() {
        lang.say("condition-generic-standard")
    } else {
        text.to_owned()
    }
}

fn step(s: &case::StepState, condition: &ConditionId, lang: Lang) -> Step {
    let stopped = s.clock.as_ref().and_then(|c| c.stopped);
    Step {
        limit: s.limit.into(),
        standard: standard(condition, &s.standard, lang),
        started_at: s.clock.as_ref().map(|c| when(c.start)),
        deadline: s.deadline.map(|d| when(d.at)),
        provisional: s.deadline.is_some_and(|d| d.provisional),
        stopped_at: stopped.map(when),
        on_time: stopped
            .zip(s.deadline)
            .map(|(stop, deadline)| deadline.is_met_by(stop)),
    }
}

fn milestone(m: &case::Milestone) -> Milestone {
    Milestone {
        due: when(m.due),
        reached_at: m.reached_at.map(when),
        in_time: m.in_time,
    }
}

fn inner_clock(c: &case::InnerClock) -> InnerClock {
    InnerClock {
        name: c.name.to_string(),
        started_at: when(c.started_at),
        due: when(c.due),
        stopped_at: c.stopped_at.map(when),
        late: c.stopped_at.is_some_and(|at: Timestamp| at > c.due),
    }
}
