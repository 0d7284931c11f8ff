//! The texts of looking at another moment.

/// What a language says of it.
pub struct Moments {
    pub title: &'static str,
}
