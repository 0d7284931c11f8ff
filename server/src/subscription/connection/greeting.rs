//! The greeting: a client's first message says which account and device it is and is checked against the session; the welcome says which feeds it may
//! read.

use super::{BEAT, Connection, Effect, Greeting, Look, Stage};
use crate::{http::sessions::signed_in, subscription::wire::CLOSE_UPGRADE};
use domain::{
    claims::Arrival,
    digest::Digest,
    feeds::{self, Feed, GENERATION},
    ids::AccountId,
    protocol::{BODY_BYTES_MAX, EARLIER_MAX, Hello, Mark, PROTOCOL, ServerMessage, Welcome},
    rights,
    time::Timestamp,
};
use std::{collections::BTreeMap, mem};

impl Connection {
    pub(super) fn greet(&mut self, now: Timestamp, hello: Hello) {
        if hello.protocol.0 > PROTOCOL || hello.protocol.1 < PROTOCOL {
            self.say(&ServerMessage::Upgrade { protocol: PROTOCOL });
            return self.close(CLOSE_UPGRADE);
        }
        if hello.account != self.guest.account {
            return self.wrong_account();
        }
        let feeds = feeds::readable(self.guest.account, &self.directory, now);
        // Listen first, then read the store: an event that is recorded in between comes twice, and the second is skipped; the other way round it
        // could be missed.
        self.effects.extend(feeds.iter().map(|feed| Effect::Listen(*feed)));
        self.watch(feeds.iter());
        self.named = rights::knows(self.guest.account, &self.directory);
        let had = hello.feeds.iter().filter(|(feed, mark)| mark.generation == GENERATION && feeds.contains(feed));
        let had = had.map(|(feed, mark)| (*feed, mark.after)).collect();
        let (session, device, people) = ((self.guest.session, now), hello.device, self.named.clone());
        let earlier = hello.earlier.iter().copied().take(EARLIER_MAX).collect();
        self.look(Look::Greeting { session, device, earlier, feeds, people, had });
        self.stage = Stage::Greeting(hello);
    }

    pub(super) fn welcome(&mut self, now: Timestamp, greeting: Greeting) {
        self.looking = false;
        let Stage::Greeting(hello) = mem::replace(&mut self.stage, Stage::Silent) else { unreachable!("a greeting is looked into once") };
        self.stage = Stage::Open(hello.device);
        self.arrival = Arrival { signed_in: greeting.kept.as_ref().map_or(now, |kept| signed_in(kept, now)), greeted: now, heard: now };
        let known = self.directory.account(self.guest.account).filter(|_| greeting.session == Some(self.guest.account));
        let Some(known) = known else { return self.wrong_account() };
        // This is noted before anything that the device may send, so that one that sends nothing is known when it comes again.
        if greeting.device.is_none() {
            self.greeted(hello.device);
        }
        let last =
            |known: Option<(AccountId, u64)>| known.filter(|(account, _)| *account == self.guest.account).map_or(0, |(_, last)| last);
        let earlier = greeting.earlier.iter().map(|(device, known)| (*device, last(*known))).collect();
        self.say(&ServerMessage::Welcome(Welcome {
            protocol: PROTOCOL,
            log: greeting.log,
            era: greeting.era,
            last: last(greeting.device),
            earlier,
            minimum_build: self.minimum_build,
            server_time: now,
            role: known.role,
            granted: greeting.heads.clone(),
            body_bytes_max: BODY_BYTES_MAX,
        }));
        self.say(&ServerMessage::People { people: greeting.people });
        self.take_up(&hello, greeting.heads, &greeting.digests);
        self.beat_again(now, BEAT);
        // Until a page reports otherwise, it counts as looked at and as having sent everything.
        self.arrived();
        self.read_on();
    }

    /// Resumes each feed after the device's mark.
    fn take_up(&mut self, hello: &Hello, heads: BTreeMap<Feed, Mark>, digests: &BTreeMap<Feed, Option<Digest>>) {
        for (feed, head) in heads {
            let mark = hello.feeds.get(&feed).copied().filter(|mark| mark.after > 0);
            let (after, agrees) = match mark {
                None => (0, true),
                Some(mark) if mark.generation == GENERATION => (mark.after, digests.get(&feed) == Some(&Some(mark.digest))),
                Some(_) => {
                    self.say(&ServerMessage::Reset { feed });
                    (0, true)
                }
            };
            self.places.take_up(feed, after, head.after);
            if !agrees {
                self.compare(feed);
            }
        }
        self.places.owe_caught_up();
    }
}
