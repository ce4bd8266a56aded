//! CAR v1, the file format of blocks: a header that names roots, then one frame for each block.
//!
//! [`frame`] is the one spelling of the format; segments on disk use it too.

pub mod frame;
pub mod read;
