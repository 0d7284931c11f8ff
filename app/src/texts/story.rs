//! The texts of one student: the story, notes, a replay.

/// What a language says of it.
pub struct Story {
    pub title: &'static str,
}
