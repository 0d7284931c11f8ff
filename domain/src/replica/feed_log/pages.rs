//! History that is fetched by HTTP: what was missing at the welcome, which pages were asked for, and which came.

use super::damage::Page;
use crate::{
    feeds::Feed,
    protocol::{HISTORY_EVENTS_MIN, HISTORY_PAGE_EVENTS_MAX, Mark},
};
use std::collections::BTreeMap;

/// Pages asked for at a time: one comes while the other is folded.
const PAGES_UNDERWAY_MAX: usize = 2;

/// What is known of history that is not here yet.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// What was missing at the welcome: by feed, from where to where.
    missing: BTreeMap<Feed, (u64, u64)>,
    /// Feeds whose history is fetched before live events may come.
    behind: BTreeMap<Feed, Behind>,
    preferred: Option<Feed>,
}

/// A feed whose history is fetched.
#[derive(Debug)]
struct Behind {
    /// It is so far behind that pages are fetched rather than frames awaited.
    is_far: bool,
    /// Up to which number.
    until: u64,
    /// Pages asked for, by the number that they begin after: up to which number.
    underway: BTreeMap<u64, u64>,
    /// Pages that came, by the number that they begin after: up to which number, and the text. One that overtook another waits for it.
    came: BTreeMap<u64, (u64, String)>,
}

impl Behind {
    /// Which page to ask for next, when events are here up to this number: after which number, and how many events. A page may be shorter than
    /// it was asked to be, since a server keeps within a number of bytes too; then what it left out is next.
    fn next(&self, had: u64) -> Option<(u64, u64)> {
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

fn had(marks: &BTreeMap<Feed, Mark>, feed: &Feed) -> u64 {
    marks.get(feed).map_or(0, |mark| mark.after)
}

impl Pages {
    /// The line is gone: forgets what was missing at its welcome, and which pages were asked for.
    pub(super) fn forget(&mut self) {
        self.missing.clear();
        self.behind.clear();
    }

    /// Of the feeds that are far behind this one is fetched first.
    pub(super) fn prefer(&mut self, feed: Feed) {
        self.preferred = Some(feed);
    }

    /// At the welcome: how far the server has each feed.
    pub(super) fn begin(&mut self, there: &BTreeMap<Feed, Mark>, here: &BTreeMap<Feed, Mark>) {
        let missing = there.iter().map(|(feed, there)| (*feed, (had(here, feed), there.after))).filter(|(_, (from, until))| from < until);
        self.missing = missing.collect();
        let behind = |(feed, (from, until)): (&Feed, &(u64, u64))| {
            let is_far = until - from > HISTORY_EVENTS_MIN;
            (*feed, Behind { is_far, until: *until, underway: BTreeMap::new(), came: BTreeMap::new() })
        };
        // Once pages are fetched for one feed, feeds that lack little are fetched as pages too, and first: a course's few events say what the many of a class
        // are about.
        let all: BTreeMap<Feed, Behind> = self.missing.iter().map(behind).collect();
        self.behind = if all.values().any(|behind| behind.is_far) { all } else { BTreeMap::new() };
    }

    /// How many of the events that were missing at the welcome have come, and how many were missing; none when nothing was.
    pub(super) fn progress(&self, marks: &BTreeMap<Feed, Mark>) -> Option<(u64, u64)> {
        let (come, of) = self
            .missing
            .iter()
            .fold((0, 0), |(come, of), (feed, (from, until))| (come + had(marks, feed).clamp(*from, *until) - from, of + until - from));
        (of > 0).then_some((come, of))
    }

    /// Whether some of what was missing of a feed has not come.
    pub(super) fn lacks(&self, feed: &Feed, had: u64) -> bool {
        self.missing.get(feed).is_some_and(|(_, until)| had < *until)
    }

    /// From where on a feed was missing; 0 if it was not.
    pub(super) fn missing_from(&self, feed: &Feed) -> u64 {
        self.missing.get(feed).map_or(0, |(from, _)| *from)
    }

    /// Nothing is fetched (any more).
    pub(super) fn are_all_here(&self) -> bool {
        self.behind.is_empty()
    }

    /// The next pages to ask for, as long as there is room for what they bring (`has_room`).
    pub(super) fn ask(&mut self, marks: &BTreeMap<Feed, Mark>, has_room: bool) -> Vec<Page> {
        let mut underway: usize = self.behind.values().map(|behind| behind.underway.len() + behind.came.len()).sum();
        let mut asked = Vec::new();
        let mut behind: Vec<(&Feed, &mut Behind)> = self.behind.iter_mut().collect();
        behind.sort_by_key(|(feed, behind)| (behind.is_far, Some(**feed) != self.preferred));
        for (feed, behind) in behind {
            while underway < PAGES_UNDERWAY_MAX
                && has_room
                && let Some((after, limit)) = behind.next(had(marks, feed))
            {
                asked.push(Page { feed: *feed, after, limit });
                behind.underway.insert(after, after + limit);
                underway += 1;
            }
        }
        asked
    }

    /// A feed's history is not fetched any more; whether it was.
    pub(super) fn leave(&mut self, feed: &Feed) -> bool {
        self.behind.remove(feed).is_some()
    }

    /// A page that was asked for came, or could not be had. None if nobody asks for any of this feed (any more); otherwise whether others of it are
    /// still on their way.
    pub(super) fn came(&mut self, feed: &Feed, after: u64, page: Option<&str>) -> Option<bool> {
        let behind = self.behind.get_mut(feed)?;
        let until = behind.underway.remove(&after).unwrap_or(after + HISTORY_PAGE_EVENTS_MAX);
        if let Some(page) = page {
            behind.came.insert(after, (until, page.to_owned()));
        }
        Some(!behind.underway.is_empty())
    }

    /// The page that goes on where a feed ends here, if it has come.
    pub(super) fn next(&mut self, feed: &Feed, had: u64) -> Option<String> {
        let came = &mut self.behind.get_mut(feed)?.came;
        let next = came.first_entry().filter(|next| *next.key() <= had)?;
        Some(next.remove().1)
    }

    /// Whether more pages of a feed are to come, when it is here up to `had`: only if the last page was of use, or still waits for events that another page
    /// left out.
    pub(super) fn go_on(&self, feed: &Feed, had: u64, after: u64, was_of_use: bool) -> bool {
        self.behind.get(feed).is_some_and(|behind| had < behind.until && (was_of_use || behind.came.contains_key(&after)))
    }
}
