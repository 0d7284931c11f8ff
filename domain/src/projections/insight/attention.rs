//! What is about now, and what only was so when somebody was last here.

use crate::time::Timestamp;

/// A student who last worked no longer ago than this, in milliseconds, is at work these days: a week.
pub const NOW_WITHIN_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Whether a stumbling block of somebody who worked last at `last` asks for a teacher at `at`: of those who are here, and of those who worked
/// within a week. Of others it is said how it was.
pub fn is_about_now(is_here: bool, last: Timestamp, at: Timestamp) -> bool {
    is_here || at.0.saturating_sub(last.0) <= NOW_WITHIN_MS
}
