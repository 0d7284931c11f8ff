//! Events out: what happens now, what is read from the store, and what of it this account may read.

use super::{Connection, Effect, Granted, Look, Piece};
use crate::{
    store::Place,
    subscription::{
        frames::{Encoded, FRAME_EVENTS_MAX, frames},
        hub::Waiting,
    },
};
use domain::{
    feeds::{self, Feed},
    protocol::ServerMessage,
};
use std::{collections::BTreeMap, sync::Arc};

impl Connection {
    /// Who may read what has changed, perhaps for this account. A feed that was lost ends here; what is new is looked up first.
    pub(super) fn regrant(&mut self) {
        let readable = feeds::readable(self.guest.account, &self.directory);
        let regranted = !self.places.feeds().eq(readable.iter().copied());
        let lost = self.places.keep(&readable);
        self.effects.extend(lost.into_iter().map(Effect::TurnAway));
        // First listen, then look: what happens in between comes twice, and never not at all.
        self.effects.extend(readable.iter().filter(|feed| !self.places.has(feed)).map(|feed| Effect::Listen(*feed)));
        let people = feeds::knows(self.guest.account, &self.directory);
        let renamed = people != self.named;
        self.named.clone_from(&people);
        if regranted || renamed {
            self.look(Look::Grants { feeds: regranted.then_some(readable), people: renamed.then_some(people) });
        }
    }

    pub(super) fn granted(&mut self, Granted { heads, people }: Granted) {
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

    /// Sends on what has just happened, as far as it is what comes next; the rest is read later.
    pub(super) fn happened(&mut self, waiting: Waiting) {
        for (feed, number) in waiting.skipped {
            self.places.heard_of(&feed, number);
        }
        let mut by_feed: BTreeMap<Feed, Vec<(Place, Arc<Encoded>)>> = BTreeMap::new();
        for live in waiting.events {
            by_feed.entry(live.feed).or_default().push((live.place, live.event));
        }
        for (feed, events) in by_feed {
            self.send_on(feed, events.iter().map(|(place, event)| (*place, &**event)));
        }
        self.read_on();
    }

    /// A part of the history has come.
    pub(super) fn history(&mut self, feed: Feed, after: u64, pieces: &[Piece]) {
        self.reading = false;
        if pieces.is_empty() {
            self.places.exhausted(&feed, after);
        }
        self.send_on(feed, pieces.iter().map(|piece| (piece.place, &piece.event)));
        self.read_on();
    }

    /// Sends consecutive events of a feed, without those that were sent before.
    fn send_on<'e>(&mut self, feed: Feed, events: impl Iterator<Item = (Place, &'e Encoded)>) {
        let Some(sent) = self.places.sent(&feed) else { return };
        let mut events = events.skip_while(|(place, _)| place.number <= sent).peekable();
        let next = events.next_if(|(place, _)| place.number == sent + 1);
        // What comes too early is remembered, and read when its turn has come.
        let Some(next) = next else {
            return events.for_each(|(place, _)| self.places.heard_of(&feed, place.number));
        };
        for frame in frames(&feed, sent + 1, [next].into_iter().chain(events).map(|(place, event)| (place.digest, event))) {
            self.places.send(&feed, frame.last);
            self.effects.push(Effect::Send(frame.text));
        }
    }

    /// Has the next part of the history read if one is missing.
    pub(super) fn read_on(&mut self) {
        if self.places.caught_up() {
            self.say(&ServerMessage::CaughtUp {});
        }
        if let (false, Some((feed, after))) = (self.reading, self.places.to_read()) {
            self.reading = true;
            self.effects.push(Effect::Look(Look::History { feed, after, limit: FRAME_EVENTS_MAX }));
        }
    }
}
