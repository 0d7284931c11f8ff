//! Sends events to the device: new ones, those read from the store, and only what this account may read.

use super::{Connection, Effect, Look, NewGrant, Piece};
use crate::{
    store::Place,
    subscription::{
        frames::{Encoded, FRAME_EVENTS_MAX, frames},
        hub::Waiting,
    },
};
use domain::{
    feeds::{self, Feed},
    ids::AccountId,
    protocol::{CREDIT_FRAMES, ServerMessage},
    rights,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The most credit: more than a device ever gives, and so little that few frames are under way to it.
const CREDIT_MAX: u32 = 2 * CREDIT_FRAMES;

impl Connection {
    /// Rights or names have changed, perhaps for this account. A feed that it may not read any more ends here; for a new one its head is looked up
    /// first.
    pub(super) fn regrant(&mut self, now: Timestamp, renamed: &BTreeSet<AccountId>) {
        let readable = feeds::readable(self.guest.account, &self.directory, now);
        let regranted = !self.places.feeds().eq(readable.iter().copied());
        let lost = self.places.keep(&readable);
        self.effects.extend(lost.into_iter().map(Effect::TurnAway));
        // Listen first, then read the store, as at the greeting: so no event is missed.
        self.effects.extend(readable.iter().filter(|feed| !self.places.has(feed)).map(|feed| Effect::Listen(*feed)));
        let people = rights::knows(self.guest.account, &self.directory);
        let others = people != self.named;
        self.named.clone_from(&people);
        // A student who is new in a class may be present already.
        if others {
            self.watch(readable.iter());
        }
        let told = others || !renamed.is_disjoint(&people);
        if regranted || told {
            self.look(Look::Grants { feeds: regranted.then_some(readable), people: told.then_some(people) });
        }
    }

    pub(super) fn granted(&mut self, NewGrant { heads, people }: NewGrant) {
        self.looking = false;
        if let Some(granted) = heads {
            self.say(&ServerMessage::Feeds { granted: granted.clone() });
            self.places.owe_caught_up();
            for (feed, head) in granted {
                if !self.places.has(&feed) {
                    self.places.take_up(feed, 0, head.after);
                }
            }
        }
        if let Some(people) = people {
            self.say(&ServerMessage::People { people });
        }
        self.read_on();
    }

    /// Sends new events that directly follow what was sent; others are read from the store later.
    pub(super) fn happened(&mut self, waiting: Waiting) {
        for (feed, number) in waiting.skipped {
            self.places.heard_of(&feed, number);
        }
        let mut by_feed: BTreeMap<Feed, Vec<(Place, Arc<Encoded>)>> = BTreeMap::new();
        for live in waiting.events {
            by_feed.entry(live.feed).or_default().push((live.place, live.event));
        }
        for (feed, events) in by_feed {
            self.send_on(feed, &events.iter().map(|(place, event)| (*place, &**event)).collect::<Vec<_>>());
        }
        self.read_on();
    }

    /// A part of a feed was read from the store.
    pub(super) fn history(&mut self, feed: Feed, after: u64, pieces: &[Piece]) {
        self.reading = false;
        if pieces.is_empty() {
            self.places.exhausted(&feed, after);
        }
        self.send_on(feed, &pieces.iter().map(|piece| (piece.place, &piece.event)).collect::<Vec<_>>());
        self.read_on();
    }

    /// The device gives credit for this many more frames.
    pub(super) fn credit(&mut self, frames: u32) {
        match self.credit.checked_add(frames).filter(|credit| *credit <= CREDIT_MAX) {
            Some(credit) => self.credit = credit,
            None => self.problem("so much credit cannot be used"),
        }
        self.read_on();
    }

    /// Sends consecutive events of a feed as far as the credit goes, without those that were sent before. What is not sent now, because earlier
    /// events are missing or the credit is used up, is read from the store later.
    fn send_on(&mut self, feed: Feed, events: &[(Place, &Encoded)]) {
        let (Some((last, _)), Some(sent)) = (events.last(), self.places.sent(&feed)) else { return };
        self.places.heard_of(&feed, last.number);
        let events = &events[events.partition_point(|(place, _)| place.number <= sent)..];
        if self.places.is_held(&feed) || events.first().is_none_or(|(place, _)| place.number != sent + 1) {
            return;
        }
        let events = events.iter().map(|(place, event)| (place.digest, *event));
        for frame in frames(&feed, sent + 1, events).take(self.credit as usize) {
            self.credit -= 1;
            self.places.send(&feed, frame.last);
            self.effects.push(Effect::Send(frame.text));
        }
    }

    /// Has the next missing part of a feed read from the store, if there is credit to send it.
    pub(super) fn read_on(&mut self) {
        if self.places.caught_up() {
            self.say(&ServerMessage::CaughtUp {});
        }
        if let (true, Some((feed, after))) = (self.credit > 0 && !self.reading, self.places.to_read()) {
            self.reading = true;
            self.effects.push(Effect::Look(Look::History { feed, after, limit: FRAME_EVENTS_MAX }));
        }
    }
}
