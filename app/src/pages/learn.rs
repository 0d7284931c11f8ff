//! A student's pages.

pub mod course;
pub mod unit;
