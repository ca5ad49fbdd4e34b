//! Sentences about figures, each on a history of events; and the same figures recounted from the
//! events alone, by a program that shares nothing with the one it checks.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(clippy::option_option, reason = "no clock, a paused clock, a deadline")]
mod recount;
mod sentences;
mod story;
mod sums;
