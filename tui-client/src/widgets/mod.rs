//! Parts of the picture that several screens use.

pub mod field;
pub mod gauge;
pub mod layer;
pub mod map;
pub mod qr;
pub mod rows;
