//! The server's welcome: which log and era it has, which feeds it grants, which build it wants; and reading everything anew where one of these requires it.

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
            // The server has another log: the stored events are worthless, but the waiting commands are kept.
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
            // In a database that was made anew, nobody knows of which era the chunks after a hole are, and they could not be told from those that will come:
            // delete them.
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
            // The server sends an outdated page no events, nor that it is caught up: store the results whose storing failed again now.
            self.confirm();
        }
        self.say_presence();
        self.begin_history(&welcome.granted);
        self.upgrade_if_sent();
    }

    /// These feeds may be read from now on. False if feeds that may no longer be read have to be deleted first: then everything is read anew.
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
        // Snapshots that contain deleted events are of no use.
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

    /// If the server wants a newer build, loads the page anew once no command waits that this build must send.
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
