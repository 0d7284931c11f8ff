//! Sharing the socket with the other tabs: taking it over under a new epoch, saying that it is there, and stepping down for another.

use crate::replica::{
    Effect, Ownership, Purpose, Replica, TabWord,
    storage::{Change, Durability},
};

impl Replica {
    /// What another tab said.
    pub(in crate::replica) fn word(&mut self, word: TabWord) {
        match word {
            TabWord::More => self.look(),
            TabWord::Line { live, offline, sent, ahead_ms } => {
                if !self.tabs.is_owner() {
                    self.clock.heard(ahead_ms);
                    self.tabs.heard();
                    self.line.heard(live, offline);
                    self.presence.line_is(live);
                    self.outbox.sent_by_owner(live, sent);
                }
            }
            TabWord::HowIsTheLine => {
                self.tell_line();
                self.tell_presence();
            }
            TabWord::Presence { class, students } => self.heard_presence(class, students),
            TabWord::Looking => self.looks_elsewhere(),
            TabWord::Check => {
                if self.tabs.is_owner() && self.database.is_ready() {
                    self.load_without_snapshots();
                }
            }
            TabWord::SignedOut => {}
        }
    }

    /// The epoch under which this tab took over the socket; `None` if it has not, if that could not be stored, or if each tab has a socket of its own.
    pub fn epoch(&self) -> Option<u64> {
        self.tabs.epoch()
    }

    /// Whether this tab has the socket, or one of its own.
    pub fn is_owner(&self) -> bool {
        self.tabs.is_owner()
    }

    /// The edge reports that it has the lock, that it lost it, or that there are no locks.
    pub(in crate::replica) fn own(&mut self, lock: Ownership) {
        let Some(ownership) = self.tabs.lock_is(lock, self.database.is_denied()) else { return };
        self.step_down();
        self.tabs.take(ownership);
        match ownership {
            Ownership::None => self.effects.push(Effect::Tell(TabWord::HowIsTheLine)),
            Ownership::Alone => self.take_over(),
            Ownership::Together => self.connect_if_owner(),
        }
    }

    /// Raises the epoch in the database, so that the previous owner can no longer write; connects once that is stored.
    pub(in crate::replica) fn take_over(&mut self) {
        if self.database.is_taking_over() {
            return;
        }
        let transaction = self.store(Durability::Strict, vec![Change::TakeOver], Purpose::TakeOver);
        self.tabs.takes_over_by(transaction);
    }

    /// It is stored that this tab took over.
    pub(in crate::replica) fn took_over(&mut self, epoch: Option<u64>) {
        if self.tabs.took_over(epoch) {
            self.tell_line();
            self.connect_if_owner();
        }
    }

    /// This tab could not store that it took over the socket. It connects and sends the waiting commands all the same.
    pub(in crate::replica) fn did_not_take_over(&mut self) {
        if self.tabs.did_not_take_over() {
            self.connect_if_owner();
        }
    }

    /// Gives up the socket. What the server sent and is not stored is dropped here, and read later from what the next owner stores.
    pub(in crate::replica) fn step_down(&mut self) {
        self.hang_up();
        self.line.stand_aside();
        self.tabs.stand_aside();
        self.database.leave_storing();
        self.outbox.unsend(0);
        if self.log.has_unstored() {
            self.load();
        }
    }

    /// A transaction failed because another tab took over, or because the browser deleted the database: reading it again tells which.
    pub(in crate::replica) fn fenced(&mut self, transaction: u64) {
        if self.tabs.has_begun(transaction) {
            self.step_down();
            self.effects.push(Effect::Tell(TabWord::HowIsTheLine));
        }
        self.load();
    }

    /// The owner tells the other tabs that it is there; the others count how long it has been silent, and take the lock from it after a while.
    pub(in crate::replica) fn heartbeat(&mut self) {
        if self.tabs.is_owner() {
            self.tell_line();
            if self.tabs.is_unfenced() && self.ticks.is_multiple_of(3) {
                self.take_over();
            }
            return;
        }
        if self.tabs.count_silence() {
            self.effects.push(Effect::Steal);
        }
    }

    /// There is no database: from now on this tab stores in memory, for itself alone.
    pub(in crate::replica) fn deny(&mut self) {
        self.database.deny();
        self.own(self.tabs.lock());
    }
}
