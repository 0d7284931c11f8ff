//! What of a feed is fetched by HTTP: which pages are asked for, and which came.

use crate::protocol::HISTORY_PAGE_EVENTS_MAX;
use std::collections::BTreeMap;

/// A feed whose history is fetched.
#[derive(Debug)]
pub(super) struct Behind {
    /// It is so far behind that pages are fetched rather than frames awaited.
    pub is_far: bool,
    /// Up to which number.
    pub until: u64,
    /// Pages asked for, by the number that they begin after: up to which number.
    pub underway: BTreeMap<u64, u64>,
    /// Pages that came, likewise: one that overtook another waits for it.
    pub came: BTreeMap<u64, (u64, String)>,
}

impl Behind {
    /// Which page to ask for next, when events are here up to this number: after which number, and how many events. A page may be shorter than
    /// it was asked to be, since a server keeps within a number of bytes too; then what it left out is next.
    pub fn next(&self, had: u64) -> Option<(u64, u64)> {
        let mut asked: Vec<(u64, u64)> = self.underway.iter().map(|(after, until)| (*after, *until)).collect();
        asked.extend(self.came.iter().map(|(after, (until, _))| (*after, *until)));
        asked.sort_unstable();
        let mut from = had;
        for (after, until) in asked {
            if from < after {
                return Some((from, (after - from).min(HISTORY_PAGE_EVENTS_MAX)));
            }
            from = from.max(until);
        }
        (from < self.until).then_some((from, HISTORY_PAGE_EVENTS_MAX))
    }
}
