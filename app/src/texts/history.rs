//! The texts of a class's history on its way.

/// What a language says of it.
pub struct HistoryTexts {
    pub catching_up: &'static str,
    pub reading: &'static str,
    pub events: fn(had: u64, of: u64) -> String,
}
