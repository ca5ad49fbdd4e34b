//! What the screens show: plain data, without terminal, clock or network.

pub mod action;
pub mod app;
pub mod asking;
pub mod boundaries;
pub mod case;
pub mod changeset;
pub mod draft;
pub mod duty;
pub mod failure;
pub mod figures;
pub mod form;
pub mod list;
pub mod map;
pub mod names;
pub mod picker;
pub mod reference;
pub mod registers;
pub mod report;
pub mod request;
pub mod screens;
pub mod session;
pub mod sheet;

#[cfg(test)]
pub mod sample;

/// An instant with the offset in which it is shown: that of China, UTC+8.
pub type Time = chrono::DateTime<chrono::FixedOffset>;

/// The offset in which the field lives, UTC+8.
pub const fn china() -> chrono::FixedOffset {
    match chrono::FixedOffset::east_opt(8 * 3600) {
        Some(offset) => offset,
        None => panic!("eight hours lie within a day"),
    }
}
