//! The pages, one for each address, and those for when there is none to show.

pub mod broken;
pub mod class;
pub mod learn;
pub mod not_found;
pub mod sign_in;
pub mod sync;
pub mod teach;
pub mod unit;
