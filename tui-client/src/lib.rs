//! `whistle`: the field client of `GridWhistle` for the terminal.
//!
//! What is shown lies in [`model`], what happens in [`update`], the picture in [`view`]: all three
//! pure. Terminal, clock and network are in [`runtime`]; [`api`] alone knows the generated client;
//! [`store`] keeps drafts and the login; [`cli`] does the same without a screen.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod api;
pub mod cli;
pub mod i18n;
pub mod keymap;
pub mod model;
pub mod runtime;
pub mod store;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod widgets;
