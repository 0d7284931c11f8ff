//! Damaged chunks: what was read is not what was stored. Each is fetched anew, from its first event on.

use crate::{feeds::Feed, replica::storage::Chunk};
use std::collections::BTreeMap;

/// By feed, the first chunk that is damaged: neither it nor what follows is folded until it has been fetched anew.
#[derive(Debug, Default)]
pub(super) struct Damages(BTreeMap<Feed, Damage>);

/// A stored chunk that is not what was stored.
#[derive(Debug)]
struct Damage {
    first: u64,
    count: u64,
    mending: Mending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mending {
    NotAsked,
    Asked,
    /// It could not be fetched: it comes over the line, with all that follows it.
    GivenUp,
}

/// A page to be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::replica) struct Page {
    /// Of this feed.
    pub(in crate::replica) feed: Feed,
    /// After which number.
    pub(in crate::replica) after: u64,
    /// The most events.
    pub(in crate::replica) limit: u64,
}

impl Damages {
    /// Nothing is damaged.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Something of a feed is damaged.
    pub(super) fn is_of(&self, feed: &Feed) -> bool {
        self.0.contains_key(feed)
    }

    /// A chunk is damaged.
    pub(super) fn note(&mut self, chunk: &Chunk) {
        let damage = Damage { first: chunk.first, count: chunk.count.max(1), mending: Mending::NotAsked };
        self.0.entry(chunk.feed).or_insert(damage);
    }

    /// A feed is here up to a number. A damaged chunk up to there is forgotten: another chunk brought its events, or another tab mended it.
    pub(super) fn is_had(&mut self, feed: &Feed, had: u64) {
        self.0.retain(|of, damage| of != feed || damage.first + damage.count > had + 1);
    }

    /// What is to be asked for now.
    pub(super) fn ask(&mut self) -> Vec<Page> {
        let mut pages = Vec::new();
        for (feed, damage) in &mut self.0 {
            if damage.mending == Mending::NotAsked {
                damage.mending = Mending::Asked;
                pages.push(Page { feed: *feed, after: damage.first - 1, limit: damage.count });
            }
        }
        pages
    }

    /// Something was asked for and has not come.
    pub(super) fn is_asked_for(&self) -> bool {
        self.0.values().any(|damage| damage.mending == Mending::Asked)
    }

    /// Whether a page is what was asked for in the place of something damaged.
    pub(super) fn awaits(&self, feed: &Feed, after: u64) -> bool {
        self.0.get(feed).is_some_and(|damage| damage.mending == Mending::Asked && damage.first == after + 1)
    }

    /// So many events of the damaged chunk came anew. Returns what is still to be asked for, if the page was shorter than the chunk.
    pub(super) fn came(&mut self, feed: Feed, count: u64) -> Option<Page> {
        if let Some(damage) = self.0.get_mut(&feed)
            && count < damage.count
        {
            (damage.first, damage.count) = (damage.first + count, damage.count - count);
            return Some(Page { feed, after: damage.first - 1, limit: damage.count });
        }
        self.0.remove(&feed);
        None
    }

    /// It could not be had.
    pub(super) fn give_up(&mut self, feed: &Feed) {
        if let Some(damage) = self.0.get_mut(feed) {
            damage.mending = Mending::GivenUp;
        }
    }

    /// The feeds of which something is damaged; from now on nothing is.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Feed> + use<> {
        std::mem::take(&mut self.0).into_keys()
    }
}
