//! How far one connection is in each of its feeds: which live event may be sent on at once, and what must be read from the store first.

use domain::feeds::Feed;
use std::collections::{BTreeMap, BTreeSet};

/// A connection's feeds.
#[derive(Debug, Default)]
pub struct Places {
    feeds: BTreeMap<Feed, Place>,
    owes_caught_up: bool,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// The number of the last event sent.
    sent: u64,
    /// The highest number that is known to exist.
    known: u64,
    /// What there was when the feed was granted.
    target: u64,
}

impl Places {
    /// Takes up a feed whose last event is `head`; the device has all up to `after`.
    pub fn take_up(&mut self, feed: Feed, after: u64, head: u64) {
        self.feeds.insert(feed, Place { sent: after, known: head, target: head });
        self.owes_caught_up = true;
    }

    /// Drops all feeds but these, and says which they were.
    pub fn keep(&mut self, readable: &BTreeSet<Feed>) -> Vec<Feed> {
        self.feeds.extract_if(.., |feed, _| !readable.contains(feed)).map(|(feed, _)| feed).collect()
    }

    /// Whether the feed is among them.
    pub fn has(&self, feed: &Feed) -> bool {
        self.feeds.contains_key(feed)
    }

    /// All of them.
    pub fn feeds(&self) -> impl Iterator<Item = Feed> + '_ {
        self.feeds.keys().copied()
    }

    /// An event is at hand: whether it is the next one, to be sent now. One that comes too early is remembered and read later.
    pub fn is_next(&mut self, feed: &Feed, number: u64) -> bool {
        let Some(place) = self.feeds.get_mut(feed) else { return false };
        place.known = place.known.max(number);
        let next = number == place.sent + 1;
        place.sent += u64::from(next);
        next
    }

    /// An event exists that is not at hand.
    pub fn heard_of(&mut self, feed: &Feed, number: u64) {
        if let Some(place) = self.feeds.get_mut(feed) {
            place.known = place.known.max(number);
        }
    }

    /// What to read next from the store: a feed, and the number to read after.
    pub fn to_read(&self) -> Option<(Feed, u64)> {
        self.feeds.iter().find(|(_, place)| place.known > place.sent).map(|(feed, place)| (*feed, place.sent))
    }

    /// The store has nothing more in this feed, whatever was heard.
    pub fn exhausted(&mut self, feed: &Feed) {
        if let Some(place) = self.feeds.get_mut(feed) {
            place.known = place.sent;
            place.target = place.sent;
        }
    }

    /// Whether all that there was at the last grant has been sent since; true once for each grant.
    pub fn caught_up(&mut self) -> bool {
        let reached = self.owes_caught_up && self.feeds.values().all(|place| place.sent >= place.target);
        self.owes_caught_up &= !reached;
        reached
    }

    /// A grant has to be followed by "caught up" even if it brings no feed.
    pub fn owe_caught_up(&mut self) {
        self.owes_caught_up = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::ClassId;

    #[test]
    fn live_events_before_the_history_wait_for_it_and_doubles_are_dropped() {
        let feed = Feed::Class(ClassId::derived(&["c"]));
        let mut places = Places::default();
        places.take_up(feed, 0, 2);
        assert!(!places.is_next(&feed, 3), "1 and 2 come first");
        assert_eq!(places.to_read(), Some((feed, 0)));
        assert!(!places.caught_up());
        assert!(places.is_next(&feed, 1) && places.is_next(&feed, 2));
        assert!(places.caught_up() && !places.caught_up());
        assert!(!places.is_next(&feed, 2), "a double");
        assert_eq!(places.to_read(), Some((feed, 2)), "3 was seen, and let go");
        assert!(places.is_next(&feed, 3));
        assert_eq!(places.to_read(), None);
        places.heard_of(&feed, 9);
        assert_eq!(places.to_read(), Some((feed, 3)));
        assert_eq!(places.keep(&BTreeSet::new()), [feed]);
        assert!(!places.is_next(&feed, 4) && places.to_read().is_none());
    }
}
