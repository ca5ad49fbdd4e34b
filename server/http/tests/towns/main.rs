//! Towns as they set themselves up: each preset as its own town works with it, own kinds and figures, the desk by day and
//! by night. Everything over the API; every moment was counted by hand.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asked;
mod centres;
mod clock;
mod configuration;
mod duty;
mod following_up;
mod forbidden;
mod handover;
mod land;
mod map;
mod notices;
mod posts;
mod presets;
mod privacy;
mod redrawing;
mod reorganisation;
mod respite;
mod shapes;
mod sight;
mod strangers;
mod supervising;
mod town;
mod work_orders;
