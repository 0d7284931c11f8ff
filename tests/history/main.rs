//! What was ever stored must read for ever, and fold to the same.

mod golden;
mod shapes;
