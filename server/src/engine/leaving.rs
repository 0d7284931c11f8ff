//! Takes closed accounts out of their classes; the record names whoever closed the account.

use super::{Engine, Open, commands, record::unforeseen};
use crate::store::{EventStore, StoreError};
use domain::{
    command::Command,
    ids::{AccountId, DeviceId},
    processes::leaving,
    time::Timestamp,
};

impl<S: EventStore> Engine<S> {
    /// Takes an account that is closed out of its classes.
    pub(super) fn leave(&mut self, by: AccountId, device: DeviceId, account: AccountId, open: &mut Open) -> Result<(), StoreError> {
        for (class, command) in leaving::commands(account, &self.directory) {
            let command = Command::Class(class, command);
            self.prepare(&command)?;
            // The rules say nothing against it; if they did, the account would be closed all the same.
            let Ok(events) = commands::guarded(|| self.decide(&command, open.now)) else { continue };
            if events.is_empty() {
                continue;
            }
            let author = self.author(by, device, open.now)?;
            self.record(author, &command, events, Vec::new(), open).map_err(unforeseen)?;
        }
        Ok(())
    }

    /// Does the same for accounts that an earlier build closed without taking them out of their classes. To be called before the first command is
    /// decided. Returns how many there were.
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
