//! Browser journeys: the shipped app in a real Chromium, against the real program with the demo school in it.

mod accessibility;
mod answers;
mod board;
mod catching_up;
mod class;
mod killed;
mod offline;
mod page;
mod practice;
mod practise;
mod privacy;
mod questions;
mod school;
mod shared_computer;
mod sign_in;
mod speed;
mod stage;
mod storage;
mod story;
mod sync_page;
mod tables;
mod tabs;
mod twice;
mod upgrade;
mod waiting;
mod year;
