//! The answer to the resident: an officer writes it, his leader answers for it (答复).

use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
use super::super::state::Case;
use super::Turn;
use crate::access::Post;

/// A leader's answer stands; an officer's waits for his leader's consent.
pub(super) fn reply(turn: &mut Turn<'_>, text: &str) {
    let text = text.to_owned();
    let event = if turn.by.post == Post::UnitLeader {
        Event::Replied { text }
    } else {
        Event::ReplyDrafted { text }
    };
    turn.emit(event);
}

/// Whether an officer of the unit that leads has written an answer that waits for his leader.
pub(super) fn is_drafted(case: &Case) -> Result<(), Refusal> {
    draft(case).map(|_| ()).ok_or(RefusalCode::NoDraft.into())
}

fn draft(case: &Case) -> Option<&str> {
    let draft = case.reply_draft.as_ref()?;
    let leads = case.lead().map(|lead| &lead.unit);
    (draft.by.unit.as_ref() == leads).then_some(draft.text.as_str())
}

/// The leader consents to what an officer of his unit wrote.
pub(super) fn consent(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    let text = draft(&turn.case).ok_or(RefusalCode::NoDraft)?.to_owned();
    turn.emit(Event::Replied { text });
    Ok(())
}
