//! The pages, one for each address, and those for when there is none to show.

pub mod account;
pub mod broken;
#[cfg(feature = "learn")]
pub mod learn;
pub mod sign_in;
pub mod sync;
#[cfg(feature = "teach")]
pub mod teach;
