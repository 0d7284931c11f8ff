//! What each of the server's messages means.

use crate::{
    protocol::ServerMessage,
    replica::{
        Effect, Purpose, Replica,
        storage::{Change, Durability},
    },
};

impl Replica {
    /// A frame came.
    pub(in crate::replica) fn frame(&mut self, frame: &str) {
        if !self.line.hears() {
            return;
        }
        // A message that cannot be read is of a later build: ignore it.
        let Ok(message) = serde_json::from_str::<ServerMessage<'_>>(frame) else { return };
        match message {
            ServerMessage::Welcome(welcome) => self.welcomed(welcome),
            ServerMessage::Feeds { granted } => _ = self.granted(&granted),
            ServerMessage::Events { feed, first, runs, digest } => self.events(feed, first, runs.get(), digest),
            ServerMessage::CaughtUp {} => {
                self.line.catch_up();
                // Only where what came could be stored do the pauses begin anew: a device that cannot store asks ever more rarely.
                if self.database.trouble.is_none() {
                    self.line.worked();
                }
                // Results whose storing failed are stored again.
                self.confirm();
                // Everything has come, and nothing of it is left to be stored, so the trouble is over: another tab may have stored what this one could not.
                if !self.database.is_confirming() {
                    self.database.trouble = None;
                }
                self.fetch_missing();
            }
            ServerMessage::Result { number, outcome, position: _ } => {
                self.outbox.take_outcome(number, outcome);
                self.line.result_came();
                self.confirm();
                self.flush();
            }
            ServerMessage::Renumber { number } => self.is_anothers(number),
            ServerMessage::Gap { expected } => self.gap(expected),
            ServerMessage::Busy { number, retry_after_ms } => self.busy(number, retry_after_ms),
            ServerMessage::People { people } => {
                if people != self.people {
                    self.people.clone_from(&people);
                    self.store(Durability::Relaxed, vec![Change::People(people)], Purpose::Other);
                }
            }
            ServerMessage::Presence { class, students } => self.take_presence(class, students),
            ServerMessage::Reset { feed } => self.restart(vec![Change::Purge(feed)]),
            ServerMessage::Compare { feed } => self.compare(feed),
            ServerMessage::Rewind { feed, after } => self.rewind(feed, after),
            ServerMessage::WrongAccount {} => {
                self.line.stop();
                self.hang_up();
                self.effects.push(Effect::SignInAgain);
            }
            ServerMessage::Upgrade { .. } => self.upgrade(),
            ServerMessage::Pong { server_time } => self.clock.measure(server_time, self.ticks),
            ServerMessage::Problem { .. } => {}
        }
    }
}
