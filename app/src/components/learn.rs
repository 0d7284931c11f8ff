//! What a student's pages are made of.

pub mod joining;
pub mod notes;
pub mod regraded;
