//! Transactions: how they are begun, and what follows when they end.

use crate::{
    protocol::ClientMessage,
    replica::{
        Effect, Purpose, Replica, TabWord,
        storage::{Change, Durability, Transaction, Trouble},
    },
};

impl Replica {
    /// Begins a transaction, and returns its id.
    pub(in crate::replica) fn store(&mut self, durability: Durability, changes: Vec<Change>, purpose: Purpose) -> u64 {
        let epoch = self.tabs.epoch().filter(|_| purpose.is_for_the_owner());
        let id = self.database.begin(purpose);
        self.effects.push(Effect::Store(Transaction { id, durability, epoch, changes }));
        id
    }

    /// A transaction is committed.
    pub(in crate::replica) fn committed(&mut self, transaction: u64, numbers: &[u64]) {
        match self.database.end(transaction) {
            Some(Purpose::Enqueue(tokens)) => {
                self.effects.push(Effect::Tell(TabWord::More));
                self.enqueued(&tokens, numbers);
            }
            Some(Purpose::Confirm { settled, frames, session }) => self.confirmed_is_stored(&settled, frames, session),
            Some(Purpose::Restart) => {
                self.database.trouble = None;
                self.effects.push(Effect::Tell(TabWord::More));
                self.load();
            }
            Some(Purpose::Requeue { last, missing }) => {
                self.database.trouble = None;
                self.requeued(numbers, last, missing);
            }
            Some(Purpose::RequeueBefore) => self.requeued_before(numbers),
            Some(Purpose::TakeOver) => self.took_over(numbers.first().copied()),
            Some(Purpose::Dismiss(_) | Purpose::Other) => self.effects.push(Effect::Tell(TabWord::More)),
            None => {}
        }
    }

    /// A transaction failed; nothing of it is there.
    pub(in crate::replica) fn failed(&mut self, transaction: u64, why: Trouble) {
        let Some(purpose) = self.database.end(transaction) else { return };
        match purpose {
            Purpose::Confirm { .. } | Purpose::Restart | Purpose::Requeue { .. } | Purpose::RequeueBefore | Purpose::Other
                if why == Trouble::Fenced =>
            {
                self.fenced(transaction);
            }
            Purpose::Enqueue(_) => self.outbox.could_not_be_saved(why),
            // What the server sent could not be stored: drop it, read what is stored, and ask the server for the rest a little later.
            Purpose::Confirm { .. } | Purpose::Restart | Purpose::Requeue { .. } | Purpose::RequeueBefore => {
                if self.tabs.is_owner() {
                    self.database.trouble = Some(why);
                }
                self.break_off();
                self.load();
            }
            Purpose::TakeOver => self.did_not_take_over(),
            Purpose::Dismiss(_) | Purpose::Other => {}
        }
    }

    /// Stores all that came and the results that are complete with it, in one transaction; one such transaction at a time.
    pub(in crate::replica) fn confirm(&mut self) {
        if self.database.is_confirming() {
            return;
        }
        let (mut changes, frames) = self.log.take_gathered();
        let (settle, settled) = self.settle(false);
        changes.extend(settle);
        if changes.is_empty() {
            return self.give_back(frames);
        }
        let purpose = Purpose::Confirm { settled, frames, session: self.line.session() };
        self.store(Durability::Relaxed, changes, purpose);
    }

    /// What came is stored: the server may send as many frames more.
    fn confirmed_is_stored(&mut self, settled: &[u64], frames: u32, session: u64) {
        if !settled.is_empty() {
            self.outbox.are_settled(settled);
            self.show_again();
        }
        self.database.trouble = None;
        self.line.worked();
        self.effects.push(Effect::Tell(TabWord::More));
        if session == self.line.session() {
            self.give_back(frames);
        }
        self.confirm();
        self.go_on_with_history();
        self.upgrade_if_sent();
    }

    fn give_back(&mut self, frames: u32) {
        if frames > 0 && self.line.may_send() {
            self.effects.push(Effect::say(&ClientMessage::Credit { frames }));
        }
    }

    /// Stores snapshots of all folds, when enough events have come and nothing else is to be done.
    pub(in crate::replica) fn keep_folds(&mut self) {
        let at_rest = self.database.is_ready() && self.database.is_idle() && self.outbox.is_empty();
        if at_rest && self.tabs.is_owner() && self.line.is_caught_up() && self.log.are_folds_worth_keeping() {
            let changes = self.log.keep_folds();
            self.store(Durability::Relaxed, changes, Purpose::Other);
        }
    }
}
