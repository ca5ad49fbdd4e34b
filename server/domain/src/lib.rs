//! The rules of 网格吹哨、镇村报到 as pure functions: no I/O, no clock, no randomness.
//!
//! Whoever wants to know what the system does and why reads here; everything else only carries
//! these decisions from and to the outside.

pub mod access;
pub mod case;
pub mod clock;
pub mod configuration;
pub mod indicator;
pub mod lists;
pub mod matter;
pub mod names;
pub mod notice;
pub mod place;
pub mod routing;
pub mod shift;
