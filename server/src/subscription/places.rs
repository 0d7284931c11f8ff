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
    /// The number of the last event when the feed was granted: once it is sent, the device has caught up with this feed.
    target: u64,
    standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The device agrees with the server, and events are sent.
    Going,
    /// The digests differ: the device was asked what it has, and no events are sent.
    Compared,
    /// It has answered. No events are sent until its next connection.
    Answered,
}

impl Places {
    /// Takes up a feed whose last event is `head`; the device has all up to `after`.
    pub fn take_up(&mut self, feed: Feed, after: u64, head: u64) {
        self.feeds.insert(feed, Place { sent: after, known: head, target: head, standing: Standing::Going });
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

    /// The number of the last event sent of a feed, if it is among them.
    pub fn sent(&self, feed: &Feed) -> Option<u64> {
        self.feeds.get(feed).map(|place| place.sent)
    }

    /// All events of a feed up to this number are sent.
    pub fn send(&mut self, feed: &Feed, last: u64) {
        if let Some(place) = self.feeds.get_mut(feed) {
            place.sent = last;
            place.known = place.known.max(last);
        }
    }

    /// Stops sending a feed, because the device is asked what it has of it.
    pub fn hold(&mut self, feed: &Feed) {
        self.stand(feed, Standing::Compared);
    }

    /// The device has said what it has of a feed.
    pub fn answer(&mut self, feed: &Feed) {
        self.stand(feed, Standing::Answered);
    }

    fn stand(&mut self, feed: &Feed, standing: Standing) {
        if let Some(place) = self.feeds.get_mut(feed) {
            place.standing = standing;
        }
    }

    /// Whether sending a feed is stopped.
    pub fn is_held(&self, feed: &Feed) -> bool {
        self.feeds.get(feed).is_some_and(|place| place.standing != Standing::Going)
    }

    /// Whether the device was asked what it has of a feed, and has not said it yet.
    pub fn is_compared(&self, feed: &Feed) -> bool {
        self.feeds.get(feed).is_some_and(|place| place.standing == Standing::Compared)
    }

    /// Notes that an event exists, which is sent later if not now.
    pub fn heard_of(&mut self, feed: &Feed, number: u64) {
        if let Some(place) = self.feeds.get_mut(feed) {
            place.known = place.known.max(number);
        }
    }

    /// What to read next from the store: a feed, and the number to read after.
    pub fn to_read(&self) -> Option<(Feed, u64)> {
        self.feeds
            .iter()
            .find(|(_, place)| place.known > place.sent && place.standing == Standing::Going)
            .map(|(feed, place)| (*feed, place.sent))
    }

    /// The store has nothing in this feed after a number, whatever was heard.
    pub fn exhausted(&mut self, feed: &Feed, after: u64) {
        if let Some(place) = self.feeds.get_mut(feed).filter(|place| place.sent == after) {
            place.known = place.sent;
            place.target = place.sent;
        }
    }

    /// Whether the device has caught up: all that existed when its feeds were granted is sent. True once for each grant.
    pub fn caught_up(&mut self) -> bool {
        let reached = self.owes_caught_up && self.feeds.values().all(|place| place.sent >= place.target);
        self.owes_caught_up &= !reached;
        reached
    }

    /// Notes a grant: it has to be followed by "caught up", even if it brings no feed.
    pub fn owe_caught_up(&mut self) {
        self.owes_caught_up = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::ClassId;

    #[test]
    fn events_before_their_turn_wait_for_the_history() {
        let feed = Feed::Class(ClassId::derived(&["c"]));
        let mut places = Places::default();
        places.take_up(feed, 0, 2);
        places.heard_of(&feed, 3);
        assert_eq!(places.to_read(), Some((feed, 0)));
        assert!(!places.caught_up());
        places.send(&feed, 2);
        assert!(places.caught_up() && !places.caught_up());
        assert_eq!(places.to_read(), Some((feed, 2)), "3 was heard of, and let go");
        places.send(&feed, 3);
        assert_eq!(places.to_read(), None);
        places.heard_of(&feed, 9);
        assert_eq!(places.to_read(), Some((feed, 3)));
        places.hold(&feed);
        assert!(places.is_held(&feed) && places.is_compared(&feed) && places.to_read().is_none());
        places.answer(&feed);
        assert!(places.is_held(&feed) && !places.is_compared(&feed) && places.to_read().is_none());
        places.take_up(feed, 3, 9);
        places.exhausted(&feed, 2);
        assert_eq!(places.to_read(), Some((feed, 3)), "that was said of an earlier place");
        places.exhausted(&feed, 3);
        assert_eq!(places.to_read(), None);
        places.heard_of(&feed, 4);
        assert_eq!(places.keep(&BTreeSet::new()), [feed]);
        assert!(places.sent(&feed).is_none() && places.to_read().is_none());
    }
}
