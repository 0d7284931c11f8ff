//! The texts of correcting keys, and what corrections made of answers.

/// What a language says of it.
pub struct Regrading {
    pub title: &'static str,
}
