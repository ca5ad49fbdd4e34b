//! The land as `PostGIS` judges it: in which grid a point lies, where grids overlap and where land is left bare, and what
//! is a polygon at all.
//!
//! It is asked in whole steps of 1e-7 degrees, on a plane without a reference system: the numbers are small enough for
//! its doubles to be exact, so that it is never a matter of rounding who is right.

mod containment;
mod coverage;
mod maps;
mod oracle;
mod shape;
mod validity;
