//! The edge of Leftfold: accepts commands, keeps the log, streams it.

pub mod engine;
pub mod import;
pub mod store;
