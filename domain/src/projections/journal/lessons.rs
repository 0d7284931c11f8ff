//! Lessons: stretches of the history without a longer pause.

use crate::time::Timestamp;

/// A longer pause ends a lesson: 20 minutes.
pub const LESSON_PAUSE_MS: i64 = 20 * 60 * 1_000;
/// Fewer events make no lesson.
pub const LESSON_EVENTS_MIN: usize = 10;

/// A stretch of the history in which a class was at work without a longer pause: a lesson, or an evening's homework. What teachers and the
/// office do in between, and answers graded again, are no work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lesson {
    /// The number of its first event.
    pub first: usize,
    /// The number of its last event.
    pub last: usize,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub until: Timestamp,
}

/// The lessons in work, which comes in order: its number in the history and when it was recorded.
pub(super) fn lessons(work: impl Iterator<Item = (usize, Timestamp)>) -> Vec<Lesson> {
    let mut stretches: Vec<(Lesson, usize)> = Vec::new();
    for (number, at) in work {
        match stretches.last_mut() {
            // A clock that is set back is no pause.
            Some((lesson, events)) if at.0 - lesson.until.0 <= LESSON_PAUSE_MS => {
                lesson.last = number;
                lesson.until = at.max(lesson.until);
                *events += 1;
            }
            Some(_) | None => stretches.push((Lesson { first: number, last: number, from: at, until: at }, 1)),
        }
    }
    stretches.into_iter().filter(|(_, events)| *events >= LESSON_EVENTS_MIN).map(|(lesson, _)| lesson).collect()
}
