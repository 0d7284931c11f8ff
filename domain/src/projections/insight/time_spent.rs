//! Time spent: each activity opens five minutes at most, cut short by the next.

use crate::{
    ids::{AccountId, UnitId},
    projections::journal::{Journal, Worked},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// The longest that one activity counts: 5 minutes.
pub const ACTIVITY_MS_MAX: i64 = 5 * 60 * 1_000;

/// The time that each student spent on each unit up to event k, in milliseconds. What is worked on next cuts an activity short, also at another
/// unit. Work done offline counts when the device says that it was done, but not later than it was recorded.
pub fn times_spent(journal: &Journal, k: usize) -> BTreeMap<AccountId, BTreeMap<UnitId, u64>> {
    let mut activities: Vec<(AccountId, Timestamp, UnitId)> = journal.work(k).map(activity).collect();
    spent(&mut activities)
}

/// The same of one student.
pub fn time_spent(journal: &Journal, student: AccountId, k: usize) -> BTreeMap<UnitId, u64> {
    let own = journal.work(k).filter(|worked| worked.attempt.student == student);
    let mut activities: Vec<_> = own.map(activity).collect();
    spent(&mut activities).remove(&student).unwrap_or_default()
}

fn activity(worked: Worked) -> (AccountId, Timestamp, UnitId) {
    (worked.attempt.student, worked.claimed, worked.attempt.unit)
}

fn spent(activities: &mut [(AccountId, Timestamp, UnitId)]) -> BTreeMap<AccountId, BTreeMap<UnitId, u64>> {
    // Stable: of what one command led to, the last opens the time after it.
    activities.sort_by_key(|(student, at, _)| (*student, *at));
    let mut times: BTreeMap<AccountId, BTreeMap<UnitId, u64>> = BTreeMap::new();
    for (index, (student, at, unit)) in activities.iter().enumerate() {
        let next = activities.get(index + 1).filter(|(other, ..)| other == student);
        let open = next.map_or(ACTIVITY_MS_MAX, |(_, next, _)| next.0.saturating_sub(at.0).min(ACTIVITY_MS_MAX));
        *times.entry(*student).or_default().entry(*unit).or_default() += open.unsigned_abs();
    }
    times
}
