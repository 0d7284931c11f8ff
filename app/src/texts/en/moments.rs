//! The texts of looking at another moment, in English.

use crate::texts::moments::Moments;

/// English.
pub const MOMENTS: Moments = Moments {
    title: "Moment",
    before_everything: "before everything",
    now: "Live",
    as_of: |time: &str| format!("As of {time}"),
    live: "Back to live",
    slider: "Moment to look at",
    other_slider: "Moment to compare with",
    lesson_before: "To the end of the lesson before",
    lesson_after: "To the end of the next lesson",
    compare: "Compare",
    compared_with: |time: &str| format!("Compared with {time}"),
};
