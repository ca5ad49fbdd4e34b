//! The rules of a case as sentences, each on a case of one town; and as what holds for any history.

#![allow(clippy::unwrap_used)]

mod acting;
mod admitting;
mod appealing;
mod calling;
mod claiming;
pub mod closing;
mod confirming;
mod deadlines;
mod ending;
mod facts;
mod filing;
mod finishing;
mod following_up;
mod histories;
mod identity;
mod joining;
mod judging;
mod kinds;
mod posts;
mod powers;
mod queues;
mod recalculating;
mod rehoming;
mod reopening;
mod replying;
mod respite;
mod returning;
mod ruling;
mod self_handling;
mod stages_document;
pub(crate) mod story;
mod ticking;
pub(crate) mod town;
pub(crate) mod transferring;
mod warning;
mod watching;
