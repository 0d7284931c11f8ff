//! The rules of Leftfold.
pub mod content;
pub mod grading;
pub mod ids;
