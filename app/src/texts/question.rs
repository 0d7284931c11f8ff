//! The texts of the questions of a class and one of them.

/// What a language says of it.
pub struct Question {
    pub title: &'static str,
}
