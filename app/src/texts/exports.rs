//! The texts of exports.

/// What a language says of it.
pub struct Exports {
    pub title: &'static str,
}
