//! Who is told of what happens to a case: notices in the boxes of persons and posts.
//!
//! A notice names the case, never a resident: whoever opens it sees what he may see.

mod addressees;
mod kind;
mod mailbox;
mod table;
#[cfg(test)]
mod tests;

pub use kind::NoticeKind;
pub use mailbox::{Mailbox, mailboxes};
pub use table::{Notice, notices_of};
