//! The database, as the replica reads it and hears of its transactions: what is folded, and what is read again when.

use super::{
    Effect, Feed, Loading, Purpose, Replica, TabWord,
    outbox::{self, Pending},
    storage::{Change, Durability, Found, Settled, Transaction, Trouble},
};
use crate::{feeds::GENERATION, projections::read_models::ReadModels, protocol::Mark};
use std::collections::BTreeMap;

impl Replica {
    /// Folds the events of a feed that are new here. A hole is left for a refetch.
    pub(super) fn fold_chunk(&mut self, feed: &Feed, first: u64, runs: &str) -> Folded {
        let mark = self.marks.entry(*feed).or_insert(Mark { generation: GENERATION, ..Mark::default() });
        if first > mark.after + 1 {
            return Folded::Hole;
        }
        let Ok(runs) = crate::event::read_runs(runs) else { return Folded::Hole };
        let (mut number, mut new) = (first, false);
        for recorded in runs.iter().flat_map(crate::event::Run::recorded) {
            if number == mark.after + 1 {
                mark.after = number;
                new = true;
                self.confirmed.fold(&recorded);
                if Some(recorded.device) == self.device && recorded.actor == self.account {
                    outbox::note_fact(&mut self.outbox, &recorded);
                }
            }
            number += 1;
        }
        if new { Folded::New { count: number - first } } else { Folded::Had }
    }

    pub(super) fn found(&mut self, found: Found, effects: &mut Vec<Effect>) {
        let moved = self.device.is_some_and(|device| device != found.device);
        self.reconcile_inbox(found.results);
        self.device = Some(found.device);
        self.log = found.log;
        self.people = found.people;
        for (hash, bytes) in &found.content {
            if !self.library.has(*hash) {
                // A document that cannot be used is fetched again.
                _ = self.library.insert(*hash, bytes);
            }
        }
        self.reconcile_outbox(found.outbox, moved);
        if std::mem::take(&mut self.unreadable) {
            self.trouble = None;
        }
        // Feeds that are here but no longer in the database were taken away by another tab.
        let purged = self.marks.iter().any(|(feed, mark)| mark.after > 0 && !found.feeds.contains(feed));
        self.loading = Loading::Ready;
        if purged {
            self.load(effects);
            return;
        }
        self.show_again();
        if moved {
            self.hang_up(effects);
        }
        self.fetch_missing(effects);
        if !self.line.is_waiting() {
            self.connect_if_owner(effects);
        }
        self.flush(effects);
        // A number that the server waits for may have come with what this read did not see.
        if std::mem::take(&mut self.look_again) {
            self.look(effects);
        } else {
            self.look_for_gap(effects);
        }
    }

    /// The database cannot be read: what is here is shown and sent; a second's read may go better.
    pub(super) fn not_found(&mut self, why: Trouble, effects: &mut Vec<Effect>) {
        self.trouble = Some(why);
        if self.stale_reads > 0 {
            self.stale_reads -= 1;
            return;
        }
        self.unreadable = true;
        self.loading = Loading::Ready;
        self.connect_if_owner(effects);
    }

    /// The database is right about what was refused or changed, but for what this tab has just told it.
    pub(super) fn reconcile_inbox(&mut self, results: Vec<Settled>) {
        let settling = self.settling();
        let mut inbox = std::mem::take(&mut self.inbox);
        inbox.retain(|settled| Some(settled.device) == self.device && settling.contains(&settled.number));
        let dismissed = |settled: &Settled| {
            self.transactions.values().any(|purpose| *purpose == Purpose::Dismiss(settled.device, settled.number))
                || inbox.contains(settled)
        };
        self.inbox = results.into_iter().filter(|settled| !dismissed(settled)).collect();
        self.inbox.extend(inbox);
    }

    /// Forgets all that was folded and reads everything again.
    pub(super) fn load(&mut self, effects: &mut Vec<Effect>) {
        self.marks.clear();
        let confirmed = std::mem::replace(&mut self.confirmed, ReadModels::of(self.account, self.role));
        self.shown.get_or_insert(confirmed);
        self.outbox.iter_mut().for_each(Pending::forget_facts);
        self.stale_reads += u32::from(self.loading != Loading::Ready);
        self.loading = Loading::Anew;
        self.look_again = false;
        effects.push(Effect::Read { after: BTreeMap::new(), snapshots: BTreeMap::new() });
    }

    /// Reads what has come since.
    pub(super) fn look(&mut self, effects: &mut Vec<Effect>) {
        match self.loading {
            Loading::First | Loading::More | Loading::Anew => self.look_again = true,
            Loading::Ready => {
                self.loading = Loading::More;
                let after = self.marks.iter().map(|(feed, mark)| (*feed, mark.after)).collect();
                effects.push(Effect::Read { after, snapshots: BTreeMap::new() });
            }
        }
    }

    pub(super) fn store(&mut self, durability: Durability, changes: Vec<Change>, purpose: Purpose, effects: &mut Vec<Effect>) {
        self.last_transaction += 1;
        let id = self.last_transaction;
        self.transactions.insert(id, purpose);
        effects.push(Effect::Store(Transaction { id, durability, epoch: None, changes }));
    }

    pub(super) fn committed(&mut self, transaction: u64, numbers: &[u64], effects: &mut Vec<Effect>) {
        match self.transactions.remove(&transaction) {
            Some(Purpose::Enqueue(tokens)) => {
                self.enqueued(&tokens, numbers);
                effects.push(Effect::Tell(TabWord::More));
                self.enqueue(effects);
                self.connect_if_owner(effects);
                self.flush(effects);
            }
            Some(Purpose::Confirm(settled)) => {
                if !settled.is_empty() {
                    self.outbox.retain(|pending| !pending.is_settled(&settled));
                    self.show_again();
                }
                self.trouble = None;
                effects.push(Effect::Tell(TabWord::More));
            }
            Some(Purpose::Restart) => {
                self.trouble = None;
                effects.push(Effect::Tell(TabWord::More));
                self.load(effects);
            }
            Some(Purpose::Dismiss(..) | Purpose::Other) => effects.push(Effect::Tell(TabWord::More)),
            None => {}
        }
    }

    pub(super) fn failed(&mut self, transaction: u64, why: Trouble, effects: &mut Vec<Effect>) {
        match self.transactions.remove(&transaction) {
            Some(Purpose::Enqueue(_)) => self.not_enqueued(why),
            // What the server confirmed is not here: forget it, read what is, and ask for the rest again a little later.
            Some(Purpose::Confirm(_) | Purpose::Restart) => {
                self.trouble = Some(why);
                self.break_off(effects);
                self.load(effects);
            }
            Some(Purpose::Dismiss(..) | Purpose::Other) | None => {}
        }
    }
}

/// What became of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folded {
    /// It begins after what is had, or cannot be read.
    Hole,
    /// All its events are here already.
    Had,
    /// At least one of its events is new here.
    New {
        /// How many it holds.
        count: u64,
    },
}
