//! Maps over OGC API Features: what the checkers of the standard and the clients that people use ask for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asking;
mod capabilities;
mod pages;
mod sight;
mod site;
mod systems;
mod times;
