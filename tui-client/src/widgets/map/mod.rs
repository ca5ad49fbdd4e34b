//! The map of grids on the screen: one owner for each dot of the braille raster, classes as the ground of the
//! cells, borders as braille dots, labels on top.
//!
//! All of it is pure: [`projection`] takes degrees to dots, [`raster`] says whose each dot is, [`hit`] answers which
//! grid is pointed at, [`paint`] draws, [`scale`] says how far it is, [`panes`] says where on the screen all this
//! lies.

pub mod hit;
pub mod paint;
pub mod panes;
pub mod projection;
pub mod raster;
pub mod scale;

#[cfg(test)]
pub mod lattice;
