//! The pages, one for each address, and those for when there is none to show.

pub mod account;
pub mod broken;
pub mod class;
pub mod learn;
pub mod manage;
pub mod not_found;
pub mod question;
pub mod questions;
pub mod regrade;
pub mod rehearsal;
pub mod sign_in;
pub mod statistics;
pub mod student;
pub mod sync;
pub mod teach;
pub mod unit;
