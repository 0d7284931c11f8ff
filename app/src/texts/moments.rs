//! The texts of looking at another moment.

/// What a language says of it.
pub struct Moments {
    pub title: &'static str,
    pub before_everything: &'static str,
    pub now: &'static str,
    pub as_of: fn(time: &str) -> String,
    pub live: &'static str,
    pub slider: &'static str,
    pub other_slider: &'static str,
    pub lesson_before: &'static str,
    pub lesson_after: &'static str,
    pub compare: &'static str,
    pub compared_with: fn(time: &str) -> String,
}
