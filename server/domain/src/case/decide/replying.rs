//! The answer to the resident: an officer writes it, his leader answers for it (答复).

use super::super::event::Event;
use super::super::refusal::{Refusal, RefusalCode};
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

/// The leader consents to what an officer of his unit wrote.
pub(super) fn consent(turn: &mut Turn<'_>) -> Result<(), Refusal> {
    let draft = turn.case.reply_draft.as_ref();
    let text = draft
        .filter(|draft| draft.by.unit == turn.by.unit)
        .map(|draft| draft.text.clone())
        .ok_or(RefusalCode::NoDraft)?;
    turn.emit(Event::Replied { text });
    Ok(())
}
