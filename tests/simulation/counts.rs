//! What happened, counted: a simulation in which nothing happens finds nothing.

use std::{collections::BTreeMap, fmt};

/// Counts by name.
#[derive(Debug, Clone, Default)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    /// It happened once more.
    pub fn one(&mut self, what: &'static str) {
        self.many(what, 1);
    }

    /// It happened so many times more.
    pub fn many(&mut self, what: &'static str, count: u64) {
        *self.0.entry(what).or_default() += count;
    }

    /// The server told something.
    pub fn told(&mut self, frame: &str) {
        let kinds = [
            (r#"{"Result""#, "results told"),
            (r#"{"Renumber""#, "devices renumbered"),
            (r#"{"Gap""#, "gaps asked for"),
            (r#"{"Busy""#, "commands turned away"),
            (r#"{"Compare""#, "feeds compared"),
            (r#"{"Rewind""#, "feeds rewound"),
            (r#"{"Feeds""#, "rights changed"),
            (r#"{"WrongAccount""#, "wrong accounts"),
        ];
        if let Some((_, what)) = kinds.iter().find(|(start, _)| frame.starts_with(start)) {
            self.one(what);
        }
        if frame.contains(r#""Refused""#) {
            self.one("refusals told");
        }
    }

    /// How often it happened.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// All of another's.
    pub fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(what, count)| self.many(what, *count));
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(|(what, count)| format!("{what} {count}")).collect();
        f.write_str(&parts.join(", "))
    }
}
