//! Reading the database: what is found is handed to the parts, and what follows from it is done.

use crate::{
    ids::LogId,
    replica::{
        Effect, Replica, TabWord,
        database::NotRead,
        feed_log,
        storage::{Change, Found, Trouble},
    },
};
use std::{collections::BTreeMap, mem};

impl Replica {
    /// Whether everything is being read, for the first time or anew: until then [`Replica::marks`] say less than what was had.
    pub fn is_reading_all(&self) -> bool {
        !self.database.was_read() || self.database.is_reading_anew()
    }

    /// How many events each part of the read models folded at the last load: none that were in a kept fold.
    pub fn folded_at_load(&self) -> &BTreeMap<&'static str, u64> {
        self.log.folded_at_load()
    }

    /// Reads the whole database again and checks the digest of every chunk; what is damaged is fetched anew.
    pub fn check_all(&mut self) -> Vec<Effect> {
        self.load_without_snapshots();
        mem::take(&mut self.effects)
    }

    /// All that is stored was read: what it comes to, and what is to be done next.
    pub(in crate::replica) fn found(&mut self, found: Found) {
        if !self.database.end_read() {
            return;
        }
        self.log.take_up();
        if self.database.is_another(&found) {
            return self.was_evicted(&found);
        }
        let joined = self.log.join_parts();
        let moved = self.found_device(&found);
        self.database.earlier = found.earlier;
        let (settling, dismissing) = (self.database.settling(), self.database.dismissing());
        self.inbox.reconcile(found.results, self.database.device(), &settling, &dismissing);
        self.found_log(found.log);
        self.people = found.people;
        self.clock.found(found.clock);
        found.content.iter().for_each(|(hash, bytes)| self.documents.shelve(*hash, bytes));
        self.outbox.reconcile(found.outbox, moved);
        self.note_facts();
        self.shelve_waiting_notes();
        if self.log.is_damaged() && !self.tabs.is_owner() && !self.database.is_looking() {
            self.effects.push(Effect::Tell(TabWord::Check));
        }
        self.database.is_read();
        if !joined {
            return self.load_without_snapshots();
        }
        if self.outbox.are_still_missing() {
            return self.restart(vec![Change::Renumber]);
        }
        // Feeds that are here but no longer in the database were taken away by another tab; or it cut off and read anew what is here.
        if self.log.is_cut_off(&found.feeds) {
            // The server was told of more than there is: the next hello says what is found now.
            self.hang_up();
            return self.load();
        }
        self.log.are_stored(found.feeds);
        self.show_again();
        if moved {
            self.hang_up();
        }
        self.ask_for_lost();
        self.fetch_missing();
        if self.line.may_send() {
            self.is_mending();
        }
        if !self.line.is_waiting() {
            self.connect_if_owner();
        }
        self.enqueue();
        self.flush();
        // A number that the server waits for may have come with what this read did not see.
        if self.database.is_to_look_again() {
            self.look();
        } else {
            self.look_for_gap();
        }
        // Another tab may have sent the last that waited.
        self.upgrade_if_sent();
    }

    /// Whose database it is; whether that is another device than before.
    fn found_device(&mut self, found: &Found) -> bool {
        let moved = self.database.belongs_to(found);
        if moved {
            self.outbox.is_of_another_device();
            self.inbox.forget_chains();
        }
        moved
    }

    fn found_log(&mut self, log: Option<(LogId, u32)>) {
        if self.database.is_of_log(log) {
            self.outbox.forget_outcomes();
        }
    }

    /// The server believes that what it sent is here. Another tab with a socket of its own may have forgotten it, or it was still to be stored
    /// when everything was read anew: ask from where we are. What is damaged is mended beside the line, and then looked at again; but a line
    /// that is being greeted takes it for given up, and sends nothing of it.
    fn ask_for_lost(&mut self) {
        if self.log.has_lost(self.line.may_send()) && self.line.has_greeted() {
            self.break_off();
        }
    }

    /// The database cannot be read: what is here is shown and sent; a second's read may go better.
    pub(in crate::replica) fn not_found(&mut self, why: Trouble) {
        match self.database.not_read(why) {
            NotRead::Stale => {}
            NotRead::Denied => {
                self.deny();
                self.load();
                self.database.failed_read_is_over();
            }
            NotRead::Unreadable => self.connect_if_owner(),
        }
    }

    /// Forgets all that was folded and reads everything again.
    pub(in crate::replica) fn load(&mut self) {
        self.load_with(feed_log::wanted());
    }

    /// The same, without kept folds.
    pub(in crate::replica) fn load_without_snapshots(&mut self) {
        self.load_with(BTreeMap::new());
    }

    fn load_with(&mut self, snapshots: BTreeMap<String, u32>) {
        let confirmed = self.log.begin_anew();
        if self.database.read_all() {
            self.shown.get_or_insert(confirmed);
        }
        self.outbox.forget_facts();
        self.effects.push(Effect::Read { after: BTreeMap::new(), snapshots });
    }

    /// Reads what has come since. A tab that leaves writing to another looks at the last chunk of each feed again: is it still there?
    pub(in crate::replica) fn look(&mut self) {
        if self.database.look() {
            let after = self.log.begin_looking(!self.tabs.is_owner());
            self.effects.push(Effect::Read { after, snapshots: BTreeMap::new() });
        }
    }
}
