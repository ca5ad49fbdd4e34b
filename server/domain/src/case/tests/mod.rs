//! The rules of a case as sentences, each on a case of one town; and as what holds for any history.

#![allow(clippy::unwrap_used)]

mod calling;
mod closing;
mod deadlines;
mod facts;
mod filing;
mod finishing;
mod histories;
mod judging;
mod posts;
mod returning;
mod stages_document;
mod story;
mod town;
