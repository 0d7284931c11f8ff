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
    /// Whether everything is being read, for the first time or anew: until that ends, [`Replica::marks`] show less than the device has.
    pub fn is_reading_all(&self) -> bool {
        !self.database.was_read() || self.database.is_reading_anew()
    }

    /// How many events each part of the read models folded at the last load: those in a snapshot that was used do not count.
    pub fn folded_at_load(&self) -> &BTreeMap<&'static str, u64> {
        self.log.folded_at_load()
    }

    /// Reads the whole database again and checks the digest of every chunk; what is damaged is fetched anew.
    pub fn check_all(&mut self) -> Vec<Effect> {
        self.load_without_snapshots();
        mem::take(&mut self.effects)
    }

    /// The database has been read: hands what was found to the parts, and does what follows from it.
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
        // Another tab deleted a feed that is still in memory here, or cut off events of it and fetched them anew.
        if self.log.is_cut_off(&found.feeds) {
            // The server was told of events that are no longer stored: the next hello says what is found now.
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
        // The command that the server waits for may be in what was stored after this read began.
        if self.database.is_to_look_again() {
            self.look();
        } else {
            self.look_for_gap();
        }
        // Another tab may have sent the last command that waited.
        self.upgrade_if_sent();
    }

    /// Takes up which device the database belongs to. True if it is another one than before.
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

    /// The server believes that all it sent is here. If some of it is lost (another tab with a socket of its own deleted it, or it was not stored yet when
    /// everything was read anew), the line is closed, and the next hello asks for it again. Damaged chunks are fetched anew while the line is live, and checked
    /// again after that; while the server is being greeted they count as lost, since it was told that they are here and would not send them.
    fn ask_for_lost(&mut self) {
        if self.log.has_lost(self.line.may_send()) && self.line.has_greeted() {
            self.break_off();
        }
    }

    /// The database cannot be read: the tab shows and sends what it has in memory, and tries to read again later.
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

    /// The same, without snapshots: every event is folded again.
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

    /// Reads what was stored since the last read. A tab that is not the owner also reads the last chunk of each feed again, to see whether it is still there.
    pub(in crate::replica) fn look(&mut self) {
        if self.database.look() {
            let after = self.log.begin_looking(!self.tabs.is_owner());
            self.effects.push(Effect::Read { after, snapshots: BTreeMap::new() });
        }
    }
}
