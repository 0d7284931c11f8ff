//! What the server says when it greets: which log, from which backup, which feeds, which build; and starting over.

use crate::{
    feeds::Feed,
    protocol::{Mark, Welcome},
    replica::{
        Effect, Purpose, Replica,
        storage::{Change, Durability},
    },
};
use std::collections::BTreeMap;

impl Replica {
    /// The server greets.
    pub(in crate::replica) fn welcomed(&mut self, welcome: Welcome) {
        self.clock.measure(Some(welcome.server_time), self.ticks);
        match self.database.log {
            // Another log: nothing that is stored of it is worth anything, but what waits is.
            Some((log, _)) if log != welcome.log => {
                let purge = self.log.marks().keys().map(|feed| Change::Purge(*feed));
                let changes = purge.chain([Change::Log(welcome.log, welcome.era), Change::Renumber]).collect();
                return self.restart(changes);
            }
            Some(_) | None => {
                if self.was_restored(&welcome) {
                    return;
                }
            }
        }
        if self.database.log.is_none() {
            self.database.log = Some((welcome.log, welcome.era));
            // What stands behind a hole in a database that was made anew is of nobody knows which era, and is not told from what comes.
            let cuts = self.log.marks().iter().map(|(feed, mark)| Change::Cut(*feed, mark.after));
            let changes = cuts.chain([Change::Log(welcome.log, welcome.era)]).collect();
            self.store(Durability::Relaxed, changes, Purpose::Other);
        }
        self.line.greeted(welcome.minimum_build > self.build, welcome.last);
        self.drop_damaged();
        if !self.granted(&welcome.granted) {
            return;
        }
        self.tell_line();
        self.documents.give_up_waiting();
        self.fetch_missing();
        self.flush();
        if self.line.is_outdated() {
            // No event comes to a page that is too old, nor the word that it has all: results whose storing failed are stored again now.
            self.confirm();
        }
        self.say_presence();
        self.begin_history(&welcome.granted);
        self.upgrade_if_sent();
    }

    /// These feeds may be read from now on. False if what may not had to be forgotten first.
    pub(in crate::replica) fn granted(&mut self, granted: &BTreeMap<Feed, Mark>) -> bool {
        self.line.grant(granted);
        self.documents.ask_again();
        self.forget_presence_of_others();
        let lost = self.log.marks().keys().filter(|feed| !granted.contains_key(feed));
        let lost: Vec<Change> = lost.map(|feed| Change::Purge(*feed)).collect();
        let lost_none = lost.is_empty();
        if !lost_none {
            self.restart(lost);
        }
        lost_none
    }

    /// Changes the database so that everything must be read anew, then does so and connects again.
    pub(in crate::replica) fn restart(&mut self, changes: Vec<Change>) {
        let (mut all, _) = self.settle(true);
        all.extend(changes);
        // A fold of what is forgotten is worth nothing.
        if all.iter().any(|change| matches!(change, Change::Purge(_) | Change::Cut(..))) {
            all.push(Change::ForgetSnapshots);
        }
        self.hang_up();
        self.log.drop_unstored();
        self.store(Durability::Strict, all, Purpose::Restart);
    }

    /// This profile is a copy of another: become a device of its own.
    pub(in crate::replica) fn renumber(&mut self) {
        self.restart(vec![Change::Renumber]);
    }

    /// The server wants a newer build: once nothing waits any more that this one must send, the page is loaded anew.
    pub(in crate::replica) fn upgrade_if_sent(&mut self) {
        if self.line.is_outdated() && self.line.may_send() && self.outbox.is_empty() {
            self.upgrade();
        }
    }

    /// The page is loaded anew.
    pub(in crate::replica) fn upgrade(&mut self) {
        self.line.stop();
        self.hang_up();
        self.effects.push(Effect::Upgrade);
    }
}
