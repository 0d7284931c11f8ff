//! Telling a person what was refused or changed, until they dismiss it.

use crate::{
    ids::DeviceId,
    replica::{
        Effect, Group, Purpose, Replica, inbox,
        storage::{Change, Durability, Settled},
    },
};
use std::mem;

impl Replica {
    /// The refused or changed commands that a person should hear of and has not dismissed yet, oldest first.
    pub fn inbox(&self) -> &[Settled] {
        self.inbox.told()
    }

    /// The same in groups: a refused command with what built on it.
    pub fn inbox_groups(&self) -> Vec<Group<'_>> {
        self.inbox.groups()
    }

    /// Dismisses one result from the inbox; with the last of a group also the results that were only counted.
    pub fn dismiss(&mut self, device: DeviceId, number: u64) -> Vec<Effect> {
        let gone = self.inbox.dismiss((device, number));
        self.note_dismissed(gone)
    }

    /// Dismisses a whole group, named by the device and the number of its first command.
    pub fn dismiss_group(&mut self, device: DeviceId, number: u64) -> Vec<Effect> {
        let gone = self.inbox.dismiss_group((device, number));
        self.note_dismissed(gone)
    }

    fn note_dismissed(&mut self, gone: Vec<Settled>) -> Vec<Effect> {
        if gone.is_empty() {
            return Vec::new();
        }
        let purpose = Purpose::Dismiss(gone.iter().map(inbox::name).collect());
        let changes = gone.into_iter().map(|settled| Change::Dismiss(Settled { seen: true, ..settled })).collect();
        self.store(Durability::Strict, changes, purpose);
        mem::take(&mut self.effects)
    }
}
