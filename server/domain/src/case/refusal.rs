//! Why something is refused.

use std::collections::BTreeMap;

use super::action::ActionKind;
use super::stage::{AssignmentStage, Stage, WhistleStage};
use crate::clock::Timestamp;
use crate::names::names;

names! {
    /// The rule that says no. Each has a text in both languages, under the same name.
    pub enum RefusalCode {
        /// There is no such case, whistle or assignment for this caller.
        NotFound => "not_found",
        /// No post of the caller is allowed to do this here.
        PostForbids => "post_forbids",
        /// The case, whistle or assignment is not at a stage for this.
        StageForbids => "stage_forbids",
        /// The matter is not in the catalogue.
        UnknownMatter => "unknown_matter",
        /// The matter's entry is not in force on this day.
        MatterNotInForce => "matter_not_in_force",
        /// The matter has no such condition.
        UnknownCondition => "unknown_condition",
        /// There is no such unit, or it is not in force.
        UnknownUnit => "unknown_unit",
        /// The town does not hold the power that the matter needs of the unit that is to lead.
        PowerNotHeld => "power_not_held",
        /// Too few officers of the unit that is to lead have a valid certificate.
        TooFewCertified => "too_few_certified",
        /// There is no such kind of whistle here.
        UnknownKind => "unknown_kind",
        /// Exactly one unit has to lead.
        OneLead => "one_lead",
        /// A unit was named twice, or is at work on the case already.
        UnitTwice => "unit_twice",
        /// The kind may not be blown from this post.
        KindForbids => "kind_forbids",
        /// Another whistle waits for its decision or is being answered.
        WhistleOpen => "whistle_open",
        /// Place and time are set by others for this kind.
        PlaceSetByOthers => "place_set_by_others",
        /// The kind wants place and time said before units are called.
        MeetingIncomplete => "meeting_incomplete",
        /// With this kind nobody leaves before he has finished (事不完人不撤).
        NobodyLeavesEarly => "nobody_leaves_early",
        /// A centre above calls units for the town in an emergency only, when nobody is on duty or nobody signs.
        TownActsItself => "town_acts_itself",
        /// Here units of the county are called by the county's centre.
        ViaTheCounty => "via_the_county",
        /// The whistle has not been approved.
        NotApproved => "not_approved",
        /// The case has to be registered before the whistle is issued.
        NotRegistered => "not_registered",
        /// An emergency whistle needs a matter with an emergency condition.
        NoEmergencyCondition => "no_emergency_condition",
        /// The units of an emergency whistle could not be found.
        NobodyToCall => "nobody_to_call",
        /// It was done already.
        AlreadyDone => "already_done",
        /// The grid lies under another centre than the one that has the case.
        GridElsewhere => "grid_elsewhere",
        /// A unit called to the scene has to report there before it finishes.
        NotCheckedIn => "not_checked_in",
        /// Other units have not finished.
        OthersUnfinished => "others_unfinished",
        /// A step of the handling is not completed.
        StepUnfinished => "step_unfinished",
        /// The last step is completed by finishing.
        LastStep => "last_step",
        /// The time for returning is over.
        ReturnTooLate => "return_too_late",
        /// The lead can be revoked, not excused.
        LeadNotExcused => "lead_not_excused",
        /// Only the one who blew the whistle may do this.
        NotTheBlower => "not_the_blower",
        /// A member of a unit that handled it does not judge it.
        HandledItYourself => "handled_it_yourself",
        /// Who dispatched does not verify.
        DispatchedItYourself => "dispatched_it_yourself",
        /// The assignment does not belong to this whistle or round, or did not finish.
        NotItsAssignment => "not_its_assignment",
        /// The closing standard is not met.
        StandardNotMet => "standard_not_met",
        /// The time for reopening is over.
        ReopenTooLate => "reopen_too_late",
        /// A score was given; it cannot be changed.
        AlreadyScored => "already_scored",
        /// Nobody is to be asked about this case.
        NoFeedback => "no_feedback",
        /// The resident has answered already.
        FeedbackConcluded => "feedback_concluded",
        /// The time for answering is over.
        FeedbackExpired => "feedback_expired",
        /// A letter that nobody answered is no call.
        NotACall => "not_a_call",
        /// The place lies in no grid: nobody is there to look.
        NoGrid => "no_grid",
        /// Somebody was asked to look and has not answered; the time to answer is not over.
        NotConfirmed => "not_confirmed",
        /// The unit leader has not empowered this officer to finish.
        NotEmpowered => "not_empowered",
        /// No officer of the unit has written an answer.
        NoDraft => "no_draft",
        /// Nobody has asked for the case to be reopened.
        NoReopeningRequest => "no_reopening_request",
        /// Somebody else works on the case.
        Claimed => "claimed",
        /// The condition does not allow that a worker settles it himself.
        NotSelfHandled => "not_self_handled",
        /// Photographs of before and after are missing.
        EvidenceMissing => "evidence_missing",
        /// What is settled calls nobody to the scene.
        SettledAlready => "settled_already",
        /// There is no such other case for this caller.
        UnknownCase => "unknown_case",
        /// A case has nothing to do with itself in particular.
        SameCase => "same_case",
        /// The other case is not open any more.
        OtherEnded => "other_ended",
        /// Who received the lead's return does not put the case to rest himself.
        ReceivedTheReturn => "received_the_return",
        /// Nobody claims the case.
        NotClaimed => "not_claimed",
        /// The reporter's identity is kept: units speak to him through the centre.
        ThroughTheCentre => "through_the_centre",
        /// The case waits; little can be done until it goes on.
        Suspended => "suspended",
        /// The case does not wait.
        NotSuspended => "not_suspended",
        /// Only before the deadline.
        DeadlinePassed => "deadline_passed",
        /// The round was extended as often as it may be.
        ExtensionsUsedUp => "extensions_used_up",
        /// A round is suspended once.
        SuspendedOnce => "suspended_once",
        /// Nobody asked, or it was decided.
        NothingToDecide => "nothing_to_decide",
        /// An enforcement procedure is named by its file.
        FileNumberMissing => "file_number_missing",
        /// The end of a suspension lies in the future, a year ahead at most.
        UntilOutOfRange => "until_out_of_range",
        /// No supervision of that number waits for a reply.
        UnknownSupervision => "unknown_supervision",
        /// The resident is answered before the lead finishes.
        ReplyMissing => "reply_missing",
        /// No command centre stands above the one that has the case.
        NoCentreAbove => "no_centre_above",
        /// No command centre stands below a town's.
        NoCentreBelow => "no_centre_below",
        /// A case is delegated to a centre below that contains its place.
        NotBelow => "not_below",
        /// Passed on three times: the centre above decides who has it.
        BouncedOut => "bounced_out",
        /// The centre above has decided who has it.
        TransferFinal => "transfer_final",
        /// The lead was returned too often: nobody is called before the centre above has ruled.
        RulingAwaited => "ruling_awaited",
        /// The centre above has ruled that another unit leads.
        RuledOtherwise => "ruled_otherwise",
        /// The centre above has ruled that this unit leads: it returns nothing.
        RuledToLead => "ruled_to_lead",
        /// The round was closed on time: there is nothing to appeal against.
        NotLate => "not_late",
        /// One appeal a case.
        AppealedOnce => "appealed_once",
        /// Only a unit of the county or above hands matters down to a town.
        NotADepartment => "not_a_department",
        /// Nobody above has handed the case down to this town.
        NotHandedDown => "not_handed_down",
        /// The town has registered the case, or called somebody: it has taken it on.
        TakenOn => "taken_on",
        /// It is not known yet what the case is about.
        NoMatter => "no_matter",
        /// A department may hand the matter down, or none has to be admitted to do so.
        Admitted => "admitted",
        /// What was handed down without an admission is refused by its own action.
        RefuseTheAdmission => "refuse_the_admission",
    }
}

/// A reasoned no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: RefusalCode,
    /// Values for the text, by name: `stage`, `unit`, `until`, …
    pub values: BTreeMap<&'static str, String>,
    /// What would be allowed instead, where the stage forbids.
    pub allowed: Vec<ActionKind>,
}

impl Refusal {
    pub const fn new(code: RefusalCode) -> Self {
        Self {
            code,
            values: BTreeMap::new(),
            allowed: Vec::new(),
        }
    }

    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a value is made for the refusal alone; references come in as values too"
    )]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.insert(name, value.to_string());
        self
    }

    pub fn stage(stage: Stage) -> Self {
        Self::new(RefusalCode::StageForbids).with("stage", stage)
    }

    pub fn whistle_stage(stage: WhistleStage) -> Self {
        Self::new(RefusalCode::StageForbids).with("stage", format!("whistle-{stage}"))
    }

    pub fn assignment_stage(stage: AssignmentStage) -> Self {
        Self::new(RefusalCode::StageForbids).with("stage", format!("assignment-{stage}"))
    }

    pub fn until(code: RefusalCode, moment: Timestamp) -> Self {
        Self::new(code).with("until", moment)
    }
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self::new(code)
    }
}
