//! Browser journeys: the shipped app in a real Chromium, against the real program with the demo school in it.

mod accessibility;
mod answers;
mod class;
mod offline;
mod page;
mod practice;
mod practise;
mod privacy;
mod school;
mod sign_in;
mod speed;
mod stage;
mod twice;
mod waiting;
