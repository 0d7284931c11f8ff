//! Recovering what was thought to be safe: after a server was restored from a backup, or the browser deleted the database.

use crate::{
    ids::DeviceId,
    protocol::Welcome,
    replica::{
        Effect, Purpose, Replica, TabWord,
        storage::{Change, Durability, Found},
    },
};

impl Replica {
    /// How many commands were sent again because the server was restored from a backup; 0 once that was dismissed.
    pub fn sent_again(&self) -> u64 {
        self.outbox.sent_again()
    }

    /// Somebody has read that commands were sent again.
    pub fn dismiss_sent_again(&mut self) {
        self.outbox.dismiss_sent_again();
    }

    /// The browser deleted the database while this tab was open.
    pub fn evicted(&self) -> bool {
        self.database.is_made_anew()
    }

    /// If the server was restored from a backup (it says so by another era, or does not know commands whose results are kept here), puts the commands that it
    /// lost back into the outbox. True if so.
    pub(in crate::replica) fn was_restored(&mut self, welcome: &Welcome) -> bool {
        let raised = self.database.log.is_some_and(|(_, era)| era != welcome.era);
        let missing = self.outbox.last_settled() > welcome.last;
        if !raised && !missing {
            return false;
        }
        let (mut changes, _) = self.settle(true);
        changes.extend([Change::Log(welcome.log, welcome.era), Change::Requeue(welcome.last)]);
        self.outbox.agrees_on_nothing();
        if raised {
            changes.extend(self.lost_of_earlier(welcome).map(Change::RequeueEarlier));
            // The server no longer has the events stored here beyond the end of its feeds: delete them. After a hole nothing here could tell them from those
            // that will come.
            changes.extend(welcome.granted.iter().map(|(feed, head)| Change::Cut(*feed, head.after)));
            changes.push(Change::ForgetSnapshots);
        }
        self.hang_up();
        self.log.drop_unstored();
        self.store(Durability::Strict, changes, Purpose::Requeue { last: welcome.last, missing });
        true
    }

    /// The earlier devices of this profile of which the restored server lacks commands that are kept here, each with the last number that it knows; `None` if
    /// it lacks none. A device that the server does not mention is left out: an older server mentions none, and must not get their commands twice.
    fn lost_of_earlier(&self, welcome: &Welcome) -> Option<Vec<(DeviceId, u64)>> {
        let known = self.database.earlier.iter().filter_map(|(device, kept)| Some((*device, *kept, *welcome.earlier.get(device)?)));
        let lost: Vec<_> = known.filter(|(_, kept, last)| kept > last).map(|(device, _, last)| (device, last)).collect();
        (!lost.is_empty()).then_some(lost)
    }

    /// The server knows another command under this number. If it was restored, it may also know others under earlier numbers, whose commands it had confirmed
    /// before: as many of those as wait now are put back into the outbox, and sent again. If there are none, if it was never restored, or if it has given a
    /// result to this device since, the waiting commands are renumbered under a new device.
    pub(in crate::replica) fn is_anothers(&mut self, number: u64) {
        if !self.outbox.is_unsure(self.database.era()) {
            return self.renumber();
        }
        let (mut changes, _) = self.settle(true);
        changes.push(Change::RequeueBefore(number, (self.outbox.len() as u64).max(1)));
        self.hang_up();
        self.log.drop_unstored();
        self.store(Durability::Strict, changes, Purpose::RequeueBefore);
    }

    /// So many commands that the server had confirmed are back in the outbox.
    pub(in crate::replica) fn requeued_before(&mut self, counts: &[u64]) {
        self.database.trouble = None;
        if counts.iter().all(|count| *count == 0) {
            return self.renumber();
        }
        self.effects.push(Effect::Tell(TabWord::More));
        self.load();
    }

    /// Commands are back in the outbox: `counts` says how many, first of this device, then of earlier ones. If the server lacks some of this device's and none
    /// came back, the waiting commands are renumbered under a new device.
    pub(in crate::replica) fn requeued(&mut self, counts: &[u64], last: u64, missing: bool) {
        let count = counts.first().copied().unwrap_or(0);
        // Another tab with a socket of its own may have put them back already: what is in the database now tells.
        self.outbox.were_put_back(counts.iter().sum(), last, count == 0 && missing);
        // The other tabs must read again, also because of what was cut off.
        self.effects.push(Effect::Tell(TabWord::More));
        self.load();
    }

    /// The browser deleted the database, and a new one was made: the commands that wait in memory are stored in it, and all else is fetched again.
    pub(in crate::replica) fn was_evicted(&mut self, found: &Found) {
        let (settle, _) = self.settle(true);
        self.hang_up();
        self.outbox.put_back(&found.outbox);
        self.documents.are_not_stored(self.documents.wanted(self.reader()));
        self.database.belongs_to(found);
        self.database.log = found.log;
        self.outbox.is_of_another_device();
        self.inbox.forget_chains();
        let takes_over = self.tabs.database_is_new(self.database.is_denied());
        self.database.is_new();
        if !settle.is_empty() {
            self.store(Durability::Strict, settle, Purpose::Other);
        }
        self.enqueue();
        if takes_over {
            self.take_over();
        }
        self.load();
    }
}
