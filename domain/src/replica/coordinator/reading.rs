//! Reading the database: what is found is handed to the parts, and what follows from it is done.

use crate::{
    feeds::GENERATION,
    ids::LogId,
    projections::read_models::ReadModels,
    protocol::Mark,
    replica::{
        Effect, Replica, TabWord,
        database::NotRead,
        snapshots,
        storage::{Change, Found, Trouble},
    },
};
use std::collections::BTreeMap;

impl Replica {
    /// All that is stored was read: what it comes to, and what is to be done next.
    pub(in crate::replica) fn found(&mut self, found: Found, effects: &mut Vec<Effect>) {
        if !self.database.end_read() {
            return;
        }
        self.take_up();
        if self.database.is_another(&found) {
            return self.was_evicted(&found, effects);
        }
        let joined = self.join_parts();
        let moved = self.found_device(&found);
        self.database.earlier = found.earlier;
        let (settling, dismissing) = (self.database.settling(), self.database.dismissing());
        self.inbox.reconcile(found.results, self.database.device(), &settling, &dismissing);
        self.found_log(found.log);
        self.people = found.people;
        self.found_clock(found.clock);
        found.content.iter().for_each(|(hash, bytes)| self.documents.shelve(*hash, bytes));
        self.outbox.reconcile(found.outbox, moved);
        self.note_facts();
        self.shelve_waiting_notes();
        if !self.damage.is_empty() && !self.line.is_owner() && !self.database.is_looking() {
            effects.push(Effect::Tell(TabWord::Check));
        }
        self.database.is_read();
        if !joined {
            return self.load_without_snapshots(effects);
        }
        if self.outbox.are_still_missing() {
            return self.restart(vec![Change::Renumber], effects);
        }
        // Feeds that are here but no longer in the database were taken away by another tab; or it cut off and read anew what is here.
        let purged = self.marks.iter().any(|(feed, mark)| mark.after > 0 && !found.feeds.contains(feed));
        if std::mem::take(&mut self.unseen).into_iter().next().is_some() || purged {
            // The server was told of more than there is: the next hello says what is found now.
            self.hang_up(effects);
            return self.load(effects);
        }
        // Also what nothing can be folded of must be forgotten when it may be read no more.
        for feed in found.feeds {
            self.marks.entry(feed).or_insert(Mark { generation: GENERATION, ..Mark::default() });
        }
        self.show_again();
        if moved {
            self.hang_up(effects);
        }
        self.ask_for_lost(effects);
        self.fetch_missing(effects);
        if self.line.may_send() {
            self.is_mending(effects);
        }
        if !self.line.is_waiting() {
            self.connect_if_owner(effects);
        }
        self.enqueue(effects);
        self.flush(effects);
        // A number that the server waits for may have come with what this read did not see.
        if self.database.is_to_look_again() {
            self.look(effects);
        } else {
            self.look_for_gap(effects);
        }
        // Another tab may have sent the last that waited.
        self.upgrade_if_sent(effects);
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
    fn ask_for_lost(&mut self, effects: &mut Vec<Effect>) {
        let had = std::mem::take(&mut self.had_before);
        let less = had.into_iter().filter(|(feed, had)| self.marks.get(feed).map_or(0, |mark| mark.after) < *had);
        let (mending, lost): (BTreeMap<_, _>, BTreeMap<_, _>) =
            less.partition(|(feed, _)| self.damage.contains_key(feed) && self.line.may_send());
        self.had_before = mending;
        if !lost.is_empty() && self.line.has_greeted() {
            self.break_off(effects);
        }
    }

    /// The database cannot be read: what is here is shown and sent; a second's read may go better.
    pub(in crate::replica) fn not_found(&mut self, why: Trouble, effects: &mut Vec<Effect>) {
        match self.database.not_read(why) {
            NotRead::Stale => {}
            NotRead::Denied => {
                self.deny(effects);
                self.load(effects);
                self.database.failed_read_is_over();
            }
            NotRead::Unreadable => self.connect_if_owner(effects),
        }
    }

    /// Forgets all that was folded and reads everything again.
    pub(in crate::replica) fn load(&mut self, effects: &mut Vec<Effect>) {
        self.load_with(true, effects);
    }

    /// The same, without kept folds.
    pub(in crate::replica) fn load_without_snapshots(&mut self, effects: &mut Vec<Effect>) {
        self.load_with(false, effects);
    }

    fn load_with(&mut self, snapshots: bool, effects: &mut Vec<Effect>) {
        let confirmed = std::mem::replace(&mut self.confirmed, ReadModels::of(self.account, self.role));
        if self.database.read_all() {
            self.shown.get_or_insert(confirmed);
        }
        self.outbox.forget_facts();
        let read = self.read_all(snapshots);
        effects.push(read);
    }

    fn read_all(&mut self, snapshots: bool) -> Effect {
        for (feed, mark) in std::mem::take(&mut self.marks) {
            let had = self.had_before.entry(feed).or_default();
            *had = mark.after.max(*had);
        }
        self.rungs.clear();
        self.own = Default::default();
        self.damage.clear();
        self.unseen.clear();
        self.gathered = Default::default();
        self.begin_folding();
        Effect::Read { after: BTreeMap::new(), snapshots: if snapshots { snapshots::wanted() } else { BTreeMap::new() } }
    }

    /// Reads what has come since. A tab that leaves writing to another looks at the last chunk of each feed again: is it still there?
    pub(in crate::replica) fn look(&mut self, effects: &mut Vec<Effect>) {
        if self.database.look() {
            let again = u64::from(!self.line.is_owner());
            let had = self.marks.iter().filter(|(_, mark)| mark.after > 0);
            self.unseen = had.filter(|_| again > 0).map(|(feed, _)| *feed).collect();
            let after = self.marks.iter().map(|(feed, mark)| (*feed, mark.after.saturating_sub(again))).collect();
            effects.push(Effect::Read { after, snapshots: BTreeMap::new() });
        }
    }
}
