//! What was ever stored must read for ever, and fold to the same.

#[path = "../model/mod.rs"]
mod model;

mod golden;
mod shapes;
