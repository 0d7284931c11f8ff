//! A teacher's pages.

pub mod class;
pub mod classes;
pub mod manage;
pub mod question;
pub mod questions;
pub mod regrade;
pub mod rehearsal;
pub mod statistics;
pub mod student;
