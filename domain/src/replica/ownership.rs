//! Which tab has the socket: taking over under a new epoch, the heartbeat, and stepping down for another.

use super::{
    Effect, Ownership, Purpose, Replica, TabWord,
    storage::{Change, Durability},
};

/// Ticks without a word of the owner before another tab takes the lock from it.
pub const SILENT_TICKS_MAX: u32 = 5;

impl Replica {
    /// What another tab said.
    pub(super) fn word(&mut self, word: TabWord, effects: &mut Vec<Effect>) {
        match word {
            TabWord::More => self.look(effects),
            TabWord::Line { live, offline, sent, ahead_ms } => {
                if !self.line.is_owner() {
                    self.heard_clock(ahead_ms);
                    self.line.heard(live, offline);
                    self.presence.line_is(live);
                    self.outbox.sent_by_owner(live, sent);
                }
            }
            TabWord::HowIsTheLine => {
                self.tell_line(effects);
                self.tell_presence(effects);
            }
            TabWord::Presence { class, students } => self.heard_presence(class, students),
            TabWord::Looking => self.looks_elsewhere(effects),
            TabWord::Check => {
                if self.line.is_owner() && self.database.is_ready() {
                    self.check_all(effects);
                }
            }
            TabWord::SignedOut => {}
        }
    }

    /// The number that this tab took over the socket under; none if it does not have it, or shares it with all.
    pub fn epoch(&self) -> Option<u64> {
        self.line.epoch
    }

    /// Whether this tab has the socket, or one of its own.
    pub fn is_owner(&self) -> bool {
        self.line.is_owner()
    }

    /// The edge has the lock, or lost it, or there is none.
    pub(super) fn own(&mut self, lock: Ownership, effects: &mut Vec<Effect>) {
        self.line.lock = lock;
        // A tab without a database shares nothing with the others.
        let ownership = if self.database.is_denied() { Ownership::Together } else { lock };
        if ownership != Ownership::None && ownership == self.line.ownership {
            return;
        }
        self.step_down(effects);
        self.line.ownership = ownership;
        match ownership {
            Ownership::None => effects.push(Effect::Tell(TabWord::HowIsTheLine)),
            Ownership::Alone => self.take_over(effects),
            Ownership::Together => self.connect_if_owner(effects),
        }
    }

    /// Raises the epoch: from then on the owner before can write no more. Connects when it is stored.
    pub(super) fn take_over(&mut self, effects: &mut Vec<Effect>) {
        if self.database.is_taking_over() {
            return;
        }
        self.line.taken_over_at = self.store(Durability::Strict, vec![Change::TakeOver], Purpose::TakeOver, effects);
    }

    pub(super) fn took_over(&mut self, epoch: Option<u64>, effects: &mut Vec<Effect>) {
        if self.line.ownership == Ownership::Alone {
            self.line.epoch = epoch;
            self.line.unfenced = false;
            self.tell_line(effects);
            self.connect_if_owner(effects);
        }
    }

    /// The device cannot store that it took over. What waits is sent all the same: without the fence two tabs may do the same twice, which is
    /// wasteful, not wrong.
    pub(super) fn did_not_take_over(&mut self, effects: &mut Vec<Effect>) {
        if self.line.ownership == Ownership::Alone {
            self.line.unfenced = true;
            self.connect_if_owner(effects);
        }
    }

    /// Gives up the socket; what the server said and is not stored is forgotten, and read from what the next owner stores.
    pub(super) fn step_down(&mut self, effects: &mut Vec<Effect>) {
        self.hang_up(effects);
        self.line.stand_aside();
        self.database.leave_storing();
        self.outbox.unsend(0);
        if self.log.has_unstored() {
            self.load(effects);
        }
    }

    /// Another tab has taken over, or the browser deleted the database: reading tells.
    pub(super) fn fenced(&mut self, transaction: u64, effects: &mut Vec<Effect>) {
        if transaction > self.line.taken_over_at {
            self.step_down(effects);
            effects.push(Effect::Tell(TabWord::HowIsTheLine));
        }
        self.load(effects);
    }

    /// The owner says that it is there; the others count how long it has not.
    pub(super) fn heartbeat(&mut self, effects: &mut Vec<Effect>) {
        if self.line.is_owner() {
            self.tell_line(effects);
            if self.line.unfenced && self.ticks.is_multiple_of(3) {
                self.take_over(effects);
            }
            return;
        }
        self.line.silent_ticks += 1;
        if self.line.silent_ticks.is_multiple_of(SILENT_TICKS_MAX) {
            effects.push(Effect::Steal);
        }
    }

    /// What is stored is in memory only, of this tab alone.
    pub(super) fn deny(&mut self, effects: &mut Vec<Effect>) {
        self.database.deny();
        self.own(self.line.lock, effects);
    }
}
