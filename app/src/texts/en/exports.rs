//! The texts of the exports, in English.

use crate::{table::Kind, texts::exports::Exports};

/// English.
pub const EXPORTS: Exports = Exports {
    title: "Save as",
    none: "none",
    group: |table| format!("Save “{table}”"),
    kind,
    save: |as_kind, table| format!("{} of “{table}”", kind(as_kind)),
    making: "Making the spreadsheet…",
    saved: |rows, file| match rows {
        1 => format!("Saved 1 row as {file}"),
        n => format!("Saved {n} rows as {file}"),
    },
    failed: "The spreadsheet could not be made: its program has not reached this device. With a network, try again or reload this page; CSV works without it.",
    other_build: "The spreadsheet could not be made: the app was updated while this page was open. Reload this page and save once more; CSV works at once.",
    as_of: |k| format!("as-of-{k}"),
    heatmap: "The class by section",
    events: "Save the events as JSON lines",
    events_more: "Everything that happened in this class, as it was recorded: one event on each line, up to the moment that you look at. Students stand in it by their numbers, not by name.",
    events_file: "events",
    saved_events: |events, file| match events {
        1 => format!("Saved 1 event as {file}"),
        n => format!("Saved {n} events as {file}"),
    },
};

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Csv => "CSV",
        Kind::Xlsx => "XLSX",
        Kind::Json => "JSON",
    }
}
