//! The screen of Leftfold.
fn main() {}
