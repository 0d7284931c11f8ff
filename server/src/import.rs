//! Bringing courses in from files: our own readable format, and those of others.

pub mod course;
pub mod rich;
