//! The texts of the statistics of a class.

/// What a language says of it.
pub struct Statistics {
    pub title: &'static str,
}
