//! Takes accounts that are closed out of their classes, as whoever closed them.

use super::{Engine, Open, commands};
use crate::store::{Append, AppendError, EventStore, StoreError};
use domain::{
    attempt::Attempt,
    command::Command,
    decision::{self, World},
    event::StreamId,
    ids::{AccountId, DeviceId},
    processes::leaving,
    time::Timestamp,
};

impl<S: EventStore> Engine<S> {
    /// Takes an account that is closed out of its classes.
    pub(super) fn leave(&mut self, by: AccountId, device: DeviceId, account: AccountId, open: &mut Open) -> Result<(), StoreError> {
        for (class, command) in leaving::commands(account, &self.directory) {
            let (stream, command) = (StreamId::Class(class), Command::Class(command));
            let (attempt, library) = (Attempt::default(), self.memory.library());
            let world = World { directory: &self.directory, library, attempt: &attempt, earlier: None, history: &[], at: open.now };
            // The rules say nothing against it; if they did, the account would be closed all the same.
            let Ok(events) = commands::guarded(|| decision::decide(&stream, &command, world)) else { continue };
            if events.is_empty() {
                continue;
            }
            let expected = self.store.version(&stream)?;
            let append = Append {
                stream,
                expected,
                actor: by,
                device,
                number: self.memory.device(&self.reader, device)?.map_or(0, |(_, last)| last) + 1,
                command_hash: commands::command_hash(&stream.to_string(), open.now, command.body().get()),
                claimed: open.now,
                recorded: open.now,
                cause: None,
                events: Vec::new(),
                outcome: commands::accepted(expected, &events),
                records: Vec::new(),
            };
            match self.append(append, events, open) {
                Ok(_) => {}
                Err(AppendError::Store(error)) => return Err(error),
                Err(error @ (AppendError::Conflict(_) | AppendError::Claimed { .. } | AppendError::NotYourDevice)) => {
                    return Err(commands::surprise(&error));
                }
            }
        }
        Ok(())
    }

    /// Does the same for accounts that an earlier build closed, and left in their classes. To be called before anything is asked. Says how many there were.
    ///
    /// # Errors
    /// When the store fails: then nothing of it happened.
    pub fn catch_up_on_leaving(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let overdue = leaving::overdue(&self.directory);
        if !overdue.is_empty() {
            let (system, operator) = (AccountId::derived(&["system"]), self.operator);
            self.in_one_transaction(now, |engine, open| {
                overdue.iter().try_for_each(|account| engine.leave(system, operator, *account, open))
            })?;
        }
        Ok(overdue.len())
    }
}
