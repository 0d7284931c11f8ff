//! The school's clock: told by the server, by the tab with the socket, or by the database; asked for, and kept.

use crate::{
    protocol::ClientMessage,
    replica::{
        Effect, Purpose, Reading, Replica,
        storage::{Change, Durability},
    },
    time::Timestamp,
};

impl Replica {
    /// What the device's clocks show now. The edge says so before each input, from the first on.
    pub fn tell_time(&mut self, now: Reading) {
        self.clock.tell(now);
    }

    /// What the school's clock shows when the device's clocks show this: what a window is judged by, and what a command claims. As long as the
    /// server never told, the device's own.
    pub fn school_time(&self, reading: Reading) -> Timestamp {
        self.clock.school_time(reading)
    }

    /// How far the device's clock is ahead of the school's, in milliseconds, as far as is known, and if it is so much that a person
    /// should hear of it.
    pub fn wrong_clock(&self) -> Option<i64> {
        self.clock.wrong_by()
    }

    /// How far the school's clock is ahead of the device's, in milliseconds. None if the server never told, or if the device's was put ahead since.
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        self.clock.ahead_ms()
    }

    /// What the server's clock showed when it last told, over this tab's own line.
    pub fn time_told(&self) -> Option<Timestamp> {
        self.clock.told()
    }

    /// Keeps what is known, for the next start without a line, and asks where it is in doubt.
    pub(in crate::replica) fn keep_clock(&mut self) {
        if self.line.may_send() && self.clock.is_to_ask(self.ticks) {
            self.effects.push(Effect::say(&ClientMessage::Ping {}));
        }
        if self.tabs.is_owner()
            && let Some(kept) = self.clock.keep()
        {
            self.store(Durability::Relaxed, vec![Change::Clock(kept)], Purpose::Other);
        }
    }
}
