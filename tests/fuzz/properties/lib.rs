//! What holds of everything that is read from outside, whatever it is.

pub mod bodies;
pub mod events;
pub mod frames;
pub mod gift;
pub mod session;
