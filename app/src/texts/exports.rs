//! The texts of the exports.

use crate::table::Kind;

/// What a language says of it.
pub struct Exports {
    pub title: &'static str,
    pub none: &'static str,
    pub group: fn(table: &str) -> String,
    pub kind: fn(Kind) -> &'static str,
    pub save: fn(Kind, table: &str) -> String,
    pub making: &'static str,
    pub saved: fn(rows: usize, file: &str) -> String,
    pub failed: &'static str,
    pub other_build: &'static str,
    pub as_of: fn(usize) -> String,
    pub heatmap: &'static str,
    pub events: &'static str,
    pub events_more: &'static str,
    pub events_file: &'static str,
    pub saved_events: fn(events: u64, file: &str) -> String,
}
