//! Checks that a device has the same events as the server: its marks are compared with the digests here, and where they differ, the last place at
//! which both agree is looked for.

use super::{Connection, Look};
use domain::{
    digest::Digest,
    feeds::{Feed, GENERATION},
    protocol::{Mark, ServerMessage},
};

/// The most rungs that an answer to a comparison may have: enough for a feed of 2⁶⁴ events at doubling distances.
const RUNGS_MAX: usize = 64;

impl Connection {
    /// The device says that it has fetched a part of a feed by HTTP.
    pub(super) fn have(&mut self, feed: Feed, mark: Mark) {
        match self.places.sent(&feed) {
            None => self.problem("this feed is not yours to read"),
            Some(_) if mark.generation != GENERATION => self.problem("this feed is numbered otherwise"),
            // The mark says nothing new, or sending the feed is stopped for a comparison.
            Some(sent) if mark.after <= sent || self.places.is_held(&feed) => {}
            Some(_) => self.look(Look::Mark { feed, mark }),
        }
    }

    pub(super) fn marked(&mut self, feed: Feed, mark: Mark, found: Option<Digest>) {
        self.looking = false;
        match found {
            None => self.problem("this feed is not as long as that"),
            Some(digest) if digest == mark.digest => self.places.send(&feed, mark.after),
            Some(_) => self.compare(feed),
        }
        self.read_on();
    }

    /// Stops sending a feed, and asks the device what it has of it.
    pub(super) fn compare(&mut self, feed: Feed) {
        self.places.hold(&feed);
        self.say(&ServerMessage::Compare { feed });
    }

    pub(super) fn rungs(&mut self, feed: Feed, rungs: Vec<(u64, Digest)>) {
        if !self.places.is_compared(&feed) {
            return self.problem("nobody asked what you have of this feed");
        }
        if rungs.len() > RUNGS_MAX || !rungs.is_sorted_by(|(a, _), (b, _)| a < b) {
            return self.problem("rungs are few, and ascend");
        }
        self.places.answer(&feed);
        self.look(Look::Rungs { feed, rungs });
    }

    /// Tells the device to drop what it has after this event. It gets the rest on its next connection.
    pub(super) fn agreed(&mut self, feed: Feed, after: u64) {
        self.looking = false;
        self.say(&ServerMessage::Rewind { feed, after });
    }
}
