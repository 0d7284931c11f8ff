//! Time spent: each activity counts for five minutes at most, or until the next one.

use crate::{
    ids::{AccountId, UnitId},
    projections::journal::Journal,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// The longest that one activity counts: 5 minutes.
pub const ACTIVITY_MS_MAX: i64 = 5 * 60 * 1_000;

/// The time that a student spent on each unit up to event k, in milliseconds. What is worked on next cuts an activity short, also at another
/// unit. Work done offline counts when the device says that it was done, but not later than it was recorded.
pub fn time_spent(journal: &Journal, student: AccountId, k: usize) -> BTreeMap<UnitId, u64> {
    let own = journal.work(k).filter(|worked| worked.attempt.student == student);
    let mut activities: Vec<(Timestamp, UnitId)> = own.map(|worked| (worked.claimed, worked.attempt.unit)).collect();
    // Stable: of what one command led to, the last opens the time after it.
    activities.sort_by_key(|(at, _)| *at);
    let mut times: BTreeMap<UnitId, u64> = BTreeMap::new();
    for (index, (at, unit)) in activities.iter().enumerate() {
        let next = activities.get(index + 1);
        let open = next.map_or(ACTIVITY_MS_MAX, |(next, _)| next.0.saturating_sub(at.0).min(ACTIVITY_MS_MAX));
        *times.entry(*unit).or_default() += open.unsigned_abs();
    }
    times
}
