//! The database, as the replica reads it and hears of its transactions: what is folded, and what is read again when.

use super::{
    Effect, Feed, Loading, Purpose, Replica, TabWord, compare,
    folding::Folded,
    outbox::Pending,
    snapshots,
    storage::{Change, Chunk, Durability, Found, Transaction, Trouble},
};
use crate::{
    digest::{Digest, Shared},
    event::{Run, read_runs},
    feeds::GENERATION,
    ids::LogId,
    projections::read_models::ReadModels,
    protocol::Mark,
};
use std::collections::BTreeMap;

impl Replica {
    /// Whether everything is being read, for the first time or anew: until then [`Replica::marks`] say less than what was had.
    pub fn is_reading_all(&self) -> bool {
        matches!(self.loading, Loading::First | Loading::Anew)
    }

    /// A stored chunk: folded if it is what was stored.
    pub(super) fn chunk(&mut self, chunk: &Chunk) {
        if self.stale_reads > 0 {
            return;
        }
        self.take_up();
        let had = self.marks.get(&chunk.feed).copied().unwrap_or_default();
        match self.fold_chunk(&chunk.feed, chunk.first, Some(chunk.count), &chunk.runs, chunk.digest) {
            Folded::New { .. } | Folded::Had => {
                if chunk.first <= had.after {
                    self.unseen.remove(&chunk.feed);
                }
                self.damage_is_covered(&chunk.feed);
            }
            Folded::Hole => {}
            // What was read before may be what is wrong: another tab has cut it off meanwhile, and begun anew.
            Folded::Damaged if self.loading == Loading::More && had.after > 0 && !self.damage.contains_key(&chunk.feed) => {
                self.unseen.insert(chunk.feed);
            }
            Folded::Damaged => self.note_damage(chunk),
        }
    }

    /// Folds the events of a feed that are new here, all or none: those whose digest is not the one that they came with are not kept.
    pub(super) fn fold_chunk(&mut self, feed: &Feed, first: u64, count: Option<u64>, runs: &str, digest: Digest) -> Folded {
        let mark = self.marks.get(feed).copied().unwrap_or(Mark { generation: GENERATION, ..Mark::default() });
        if first > mark.after + 1 {
            return Folded::Hole;
        }
        if let Some(end) = count.map(|count| first + count - 1).filter(|end| *end <= mark.after) {
            return if end == mark.after && digest != mark.digest { Folded::Damaged } else { Folded::Had };
        }
        let Ok(runs) = read_runs(runs) else { return Folded::Damaged };
        let (mut number, mut running) = (first.saturating_sub(1), mark.digest);
        for run in &runs {
            let of_run = Shared::of(&run.stream, run.actor, run.device);
            for entry in &run.events {
                number += 1;
                if number > mark.after {
                    running = running.then(of_run, entry);
                }
            }
        }
        let read = number + 1 - first;
        if count.is_some_and(|count| count != read) {
            return Folded::Damaged;
        }
        if number < mark.after || (number == mark.after && running == digest) {
            return Folded::Had;
        }
        if running != digest {
            return Folded::Damaged;
        }
        for (number, recorded) in (first..).zip(runs.iter().flat_map(Run::recorded)).filter(|(number, _)| *number > mark.after) {
            self.fold_event(feed, number, &recorded);
            if recorded.actor == self.account {
                self.note_own(&recorded);
            }
        }
        self.marks.insert(*feed, Mark { after: number, digest, ..mark });
        compare::note_rung(self.rungs.entry(*feed).or_default(), number, digest);
        Folded::New { count: read }
    }

    /// All that is stored was read: what it comes to, and what is to be done next.
    pub(super) fn found(&mut self, found: Found, effects: &mut Vec<Effect>) {
        if self.stale_reads > 0 {
            self.stale_reads -= 1;
            return;
        }
        self.take_up();
        if self.born.is_some_and(|born| born != found.born) {
            return self.was_evicted(&found, effects);
        }
        let joined = self.join_parts();
        let moved = self.found_device(&found);
        self.earlier = found.earlier;
        let (settling, dismissing) = (self.settling(), self.dismissing());
        self.inbox.reconcile(found.results, self.device, &settling, &dismissing);
        self.found_log(found.log);
        self.people = found.people;
        self.found_clock(found.clock);
        found.content.iter().for_each(|(hash, bytes)| self.documents.shelve(*hash, bytes));
        self.reconcile_outbox(found.outbox, moved);
        self.note_facts();
        self.shelve_waiting_notes();
        if !self.damage.is_empty() && !self.line.is_owner() && self.loading != Loading::More {
            effects.push(Effect::Tell(TabWord::Check));
        }
        if std::mem::take(&mut self.unreadable) {
            self.trouble = None;
        }
        self.loading = Loading::Ready;
        if !joined {
            return self.load_without_snapshots(effects);
        }
        if self.are_still_missing() {
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
        if std::mem::take(&mut self.look_again) {
            self.look(effects);
        } else {
            self.look_for_gap(effects);
        }
        // Another tab may have sent the last that waited.
        self.upgrade_if_sent(effects);
    }

    /// Whose database it is; whether that is another device than before.
    fn found_device(&mut self, found: &Found) -> bool {
        let moved = self.device.is_some_and(|device| device != found.device);
        if moved {
            self.settled_to = 0;
            self.agreed = false;
            self.inbox.forget_chains();
        }
        self.born = Some(found.born);
        self.device = Some(found.device);
        moved
    }

    fn found_log(&mut self, log: Option<(LogId, u32)>) {
        if self.log.is_some() && self.log != log {
            // What a server said before it was restored is not so any more.
            self.outbox.iter_mut().for_each(Pending::forget_outcome);
            self.agreed = false;
        }
        self.log = log;
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
    pub(super) fn not_found(&mut self, why: Trouble, effects: &mut Vec<Effect>) {
        if why != Trouble::Denied || self.denied {
            self.trouble = Some(why);
        }
        if self.stale_reads > 0 {
            self.stale_reads -= 1;
            return;
        }
        if why == Trouble::Denied && !self.denied {
            self.deny(effects);
            self.load(effects);
            // The read that was answered so is not under way any more.
            self.stale_reads -= 1;
            return;
        }
        self.unreadable = true;
        self.loading = Loading::Ready;
        self.connect_if_owner(effects);
    }

    /// Forgets all that was folded and reads everything again.
    pub(super) fn load(&mut self, effects: &mut Vec<Effect>) {
        self.load_with(true, effects);
    }

    /// The same, without kept folds.
    pub(super) fn load_without_snapshots(&mut self, effects: &mut Vec<Effect>) {
        self.load_with(false, effects);
    }

    fn load_with(&mut self, snapshots: bool, effects: &mut Vec<Effect>) {
        self.stale_reads += u32::from(self.loading != Loading::Ready);
        let confirmed = std::mem::replace(&mut self.confirmed, ReadModels::of(self.account, self.role));
        if self.loading != Loading::First {
            self.shown.get_or_insert(confirmed);
            self.loading = Loading::Anew;
        }
        self.outbox.iter_mut().for_each(Pending::forget_facts);
        self.look_again = false;
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
    pub(super) fn look(&mut self, effects: &mut Vec<Effect>) {
        match self.loading {
            Loading::First | Loading::More | Loading::Anew => self.look_again = true,
            Loading::Ready => {
                self.loading = Loading::More;
                let again = u64::from(!self.line.is_owner());
                let had = self.marks.iter().filter(|(_, mark)| mark.after > 0);
                self.unseen = had.filter(|_| again > 0).map(|(feed, _)| *feed).collect();
                let after = self.marks.iter().map(|(feed, mark)| (*feed, mark.after.saturating_sub(again))).collect();
                effects.push(Effect::Read { after, snapshots: BTreeMap::new() });
            }
        }
    }

    pub(super) fn store(&mut self, durability: Durability, changes: Vec<Change>, purpose: Purpose, effects: &mut Vec<Effect>) {
        self.last_transaction += 1;
        let id = self.last_transaction;
        let epoch = self.epoch_for(&purpose);
        self.transactions.insert(id, purpose);
        effects.push(Effect::Store(Transaction { id, durability, epoch, changes }));
    }

    pub(super) fn committed(&mut self, transaction: u64, numbers: &[u64], effects: &mut Vec<Effect>) {
        match self.transactions.remove(&transaction) {
            Some(Purpose::Enqueue(tokens)) => {
                effects.push(Effect::Tell(TabWord::More));
                // Numbers go up: lower ones are of another device, in a database that was renumbered or made anew meanwhile.
                let strange =
                    numbers.first().is_some_and(|first| self.outbox.iter().filter_map(Pending::number).any(|number| number >= *first))
                        || numbers.first().is_some_and(|first| *first <= self.settled_to);
                if strange {
                    self.hang_up(effects);
                    self.not_numbered(&tokens);
                    return self.load(effects);
                }
                self.enqueued(&tokens, numbers);
                self.enqueue(effects);
                self.connect_if_owner(effects);
                self.flush(effects);
            }
            Some(Purpose::Confirm { settled, frames, session }) => self.confirmed_is_stored(&settled, frames, session, effects),
            Some(Purpose::Restart) => {
                self.trouble = None;
                effects.push(Effect::Tell(TabWord::More));
                self.load(effects);
            }
            Some(Purpose::Requeue { last, missing }) => {
                self.trouble = None;
                self.requeued(numbers, last, missing, effects);
            }
            Some(Purpose::RequeueBefore) => self.requeued_before(numbers, effects),
            Some(Purpose::TakeOver) => self.took_over(numbers.first().copied(), effects),
            Some(Purpose::Dismiss(_) | Purpose::Other) => effects.push(Effect::Tell(TabWord::More)),
            None => {}
        }
    }

    pub(super) fn failed(&mut self, transaction: u64, why: Trouble, effects: &mut Vec<Effect>) {
        let Some(purpose) = self.transactions.remove(&transaction) else { return };
        match purpose {
            Purpose::Confirm { .. } | Purpose::Restart | Purpose::Requeue { .. } | Purpose::RequeueBefore | Purpose::Other
                if why == Trouble::Fenced =>
            {
                self.fenced(transaction, effects);
            }
            Purpose::Enqueue(_) => self.not_enqueued(why),
            // What the server confirmed is not here: forget it, read what is, and ask for the rest again a little later.
            Purpose::Confirm { .. } | Purpose::Restart | Purpose::Requeue { .. } | Purpose::RequeueBefore => {
                if self.line.is_owner() {
                    self.trouble = Some(why);
                }
                self.break_off(effects);
                self.load(effects);
            }
            Purpose::TakeOver => self.did_not_take_over(effects),
            Purpose::Dismiss(_) | Purpose::Other => {}
        }
    }
}
