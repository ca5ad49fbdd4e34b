//! Pages for people without an account.

pub mod rating;
