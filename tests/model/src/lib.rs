//! A small world in memory: a school with content, a server, browsers' databases, and tabs with replicas that a test drives step by step.

pub mod chance;
pub mod class_history;
pub mod database;
pub mod life;
pub mod school;
pub mod server;
pub mod world;
