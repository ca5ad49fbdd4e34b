//! The tables, one file each. Nobody outside this crate sees them.

pub mod api_key;
pub mod appointment;
pub mod assignment;
pub mod attachment;
pub mod case;
pub mod case_event;
pub mod case_party;
pub mod configuration;
pub mod day_counter;
pub mod duty_shift;
pub mod grid;
pub mod handover;
pub mod idempotency;
pub mod list_change;
pub mod list_version;
pub mod meta;
pub mod notice;
pub mod notice_mark;
pub mod notice_read;
pub mod outlet;
pub mod person;
pub mod reference_item;
pub mod resident;
pub mod session;
pub mod unmasking;
pub mod whistle;
