//! The screen of Leftfold.
mod client;
mod device;
mod dispatch;
mod storage;
mod sync;
mod tabs;
fn main() {}
