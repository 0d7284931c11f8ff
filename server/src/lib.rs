//! The edge of Leftfold.

pub mod import;
