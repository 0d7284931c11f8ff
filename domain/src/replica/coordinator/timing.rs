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
    /// Takes what the device's clocks show now. The edge calls this before each input, the first included.
    pub fn tell_time(&mut self, now: Reading) {
        self.clock.tell(now);
    }

    /// What the school's clock shows when the device's clocks show this: windows are judged by it, and commands claim it as their time. As long as nothing is
    /// known of it, what the device's wall clock shows.
    pub fn school_time(&self, reading: Reading) -> Timestamp {
        self.clock.school_time(reading)
    }

    /// How far the device's clock is ahead of the school's, in milliseconds, if that is known, and so much that a person should hear of it.
    pub fn wrong_clock(&self) -> Option<i64> {
        self.clock.wrong_by()
    }

    /// How far the school's clock is ahead of the device's, in milliseconds. `None` if that is not known, or in doubt because the device's clock jumped ahead
    /// since.
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        self.clock.ahead_ms()
    }

    /// What the server's clock showed when it last told, over this tab's own line.
    pub fn time_told(&self) -> Option<Timestamp> {
        self.clock.told()
    }

    /// Asks the server for its time, where that is due or in doubt, and stores what is known for the next start without a line.
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
