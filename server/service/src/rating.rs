//! The one-time link by which a resident answers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridwhistle_domain::access::{Actor, Post};
use gridwhistle_domain::case::{self, Answer, Ask, Case, CaseId, RefusalCode};
use gridwhistle_store::{Append, StoreError};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::act::conceal_in;
use crate::{Service, ServiceError};

/// Bytes of a link before its seal: the case and the round.
const NAMED: usize = 18;
/// Marks the round of the case of which the named one became a part.
const MERGED: u16 = 1 << 15;
/// Bytes of the seal.
const SEAL: usize = 16;

/// What a resident sees before he answers.
#[derive(Clone, Debug)]
pub struct RatingPage {
    pub case: Case,
    /// What the units answered, of the case that took this one up where it did.
    pub reply: Option<String>,
    pub round: u16,
    /// Whether the question is still open.
    pub open: bool,
}

impl Service {
    /// The token of the link for the last closed round, if the resident can still answer.
    ///
    /// Derived from a key that is not in the database, so that nothing stored opens a link.
    pub fn rating_token(&self, case: &Case) -> Option<String> {
        let round = self.asked_as_merged(case).or_else(|| self.asked(case))?;
        let mut bytes = named(case.id, round).to_vec();
        bytes.extend(self.seal(&bytes));
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The closed round about which the resident can still answer.
    fn asked(&self, case: &Case) -> Option<u16> {
        let round = case.rounds.iter().rev().find(|r| r.feedback.is_some())?;
        let feedback = round.feedback.as_ref()?;
        let open = feedback.concluded.is_none() && self.clock.now() < feedback.expires_at;
        open.then_some(round.number)
    }

    /// The same of the case of which this one became a part; whether it was answered is known there.
    fn asked_as_merged(&self, case: &Case) -> Option<u16> {
        let (round, expires_at) = case.merged_into.as_ref()?.end.as_ref()?.asked?;
        (self.clock.now() < expires_at).then_some(round | MERGED)
    }

    /// Whether the caller is handed the link: the registrar or caller of the centre that has the case, or the app that
    /// filed; never somebody of a unit that handled it.
    pub fn hands_out_link(&self, actor: &Actor, case: &Case) -> bool {
        let now = self.clock.now();
        let handled = |a: &case::Assignment| actor.belongs_to(&a.unit, now);
        if case.assignments.iter().any(handled) {
            return false;
        }
        actor
            .posts(now)
            .any(|held| case::hears_residents(case, held))
            || (actor.holds(&[Post::App], now) && case.filed_by.is(actor))
    }

    /// What the holder of a link sees.
    pub async fn rating(&self, token: &str) -> Result<RatingPage, ServiceError> {
        let (id, round) = self.open_token(token)?;
        let (case, holder) = self.asked_about(id, round).await?;
        let number = round & !MERGED;
        let feedback = holder
            .rounds
            .iter()
            .filter(|r| r.number == number)
            .find_map(|r| r.feedback_of(holder.id, id))
            .ok_or(ServiceError::NotFound)?;
        let open = feedback.concluded.is_none() && self.clock.now() < feedback.expires_at;
        Ok(RatingPage {
            reply: holder.reply,
            case,
            round: number,
            open,
        })
    }

    /// The case that a link names, and the one in which the question stands.
    async fn asked_about(&self, id: CaseId, round: u16) -> Result<(Case, Case), ServiceError> {
        let case = self.store.case(id).await?.ok_or(ServiceError::NotFound)?;
        if round & MERGED == 0 {
            return Ok((case.clone(), case));
        }
        let into = case.merged_into.as_ref().ok_or(ServiceError::NotFound)?;
        let holder = self.store.case(into.case).await?;
        Ok((case, holder.ok_or(ServiceError::NotFound)?))
    }

    /// Takes the answer, once.
    pub async fn rate(&self, token: &str, answer: &Answer) -> Result<Case, ServiceError> {
        let (id, round) = self.open_token(token)?;
        let reference = self.reference();
        // Nobody logs in to answer: the link is the permission.
        let nobody = Actor {
            person: gridwhistle_domain::access::PersonId(Uuid::nil()),
            name: String::new(),
            appointments: Vec::new(),
            grants: None,
        };
        loop {
            let (named, case) = self.asked_about(id, round).await?;
            let current = case
                .rounds
                .iter()
                .rev()
                .find(|r| r.feedback_of(case.id, id).is_some())
                .map(|r| r.number);
            if current != Some(round & !MERGED) {
                return Err(ServiceError::Gone);
            }
            let now = self.clock.now();
            let ask = Ask {
                actor: &nobody,
                rules: reference.rules_of(&case),
                now,
                occurred_at: None,
            };
            let mut events =
                case::rate_for(&case, id, answer, &ask).map_err(|refusal| match refusal.code {
                    RefusalCode::FeedbackConcluded | RefusalCode::FeedbackExpired => {
                        ServiceError::Gone
                    }
                    RefusalCode::NoFeedback => ServiceError::NotFound,
                    _ => ServiceError::Refused(refusal),
                })?;
            for resident in self.residents_behind(&[&named, &case]).await? {
                conceal_in(&mut events, &resident)?;
            }
            let others = self.told(&case, &events, &ask).await?;
            let append = Append {
                case: Some(case),
                events,
                others,
                key: None,
                resident: None,
            };
            match self.store.append(append).await {
                Err(StoreError::Stale) => {}
                result => return Ok(self.answered(result).await?.case),
            }
        }
    }

    fn open_token(&self, token: &str) -> Result<(CaseId, u16), ServiceError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| ServiceError::NotFound)?;
        if bytes.len() != NAMED + SEAL {
            return Err(ServiceError::NotFound);
        }
        let (named, seal) = bytes.split_at(NAMED);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(
            self.seal(named).as_slice(),
            seal,
        )) {
            return Err(ServiceError::NotFound);
        }
        let (id, round) = named.split_at(16);
        let id = Uuid::from_slice(id).map_err(|_| ServiceError::NotFound)?;
        let round = <[u8; 2]>::try_from(round).map_err(|_| ServiceError::NotFound)?;
        Ok((CaseId(id), u16::from_be_bytes(round)))
    }

    fn seal(&self, bytes: &[u8]) -> Vec<u8> {
        // HMAC takes keys of every length: an empty seal, which opens nothing, never comes about.
        let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.link_key) else {
            return Vec::new();
        };
        mac.update(bytes);
        mac.finalize()
            .into_bytes()
            .iter()
            .copied()
            .take(SEAL)
            .collect()
    }
}

fn named(id: CaseId, round: u16) -> [u8; NAMED] {
    let mut bytes = [0; NAMED];
    let (head, tail) = bytes.split_at_mut(16);
    head.copy_from_slice(id.0.as_bytes());
    tail.copy_from_slice(&round.to_be_bytes());
    bytes
}
